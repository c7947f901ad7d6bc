"""`abtui schema`, as a shell sees it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from abtui.core.config.schema import config_schema
from tests.cli.kit import ROOT, abtui


def test_without_a_name_they_are_listed() -> None:
    done = abtui("schema")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [line.split()[0] for line in done.stdout.decode().splitlines()] == ["config", "cases", "outcome"]


@pytest.mark.parametrize("name", ["config", "cases", "outcome"])
def test_each_is_a_schema(name: str) -> None:
    done = abtui("schema", name)
    assert (done.returncode, done.stderr) == (0, b"")
    schema = json.loads(done.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert jsonschema_rs.meta.is_valid(schema)


def test_they_are_those_of_the_core() -> None:
    assert json.loads(abtui("schema", "config").stdout) == config_schema()
    outcome = Path(ROOT, "abtui/core/report/outcome.schema.json").read_bytes()
    assert abtui("schema", "outcome").stdout == outcome


def test_another_name_is_a_usage_error() -> None:
    done = abtui("schema", "event")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"'config', 'cases', 'outcome'" in done.stderr
