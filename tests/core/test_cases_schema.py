"""The JSON Schema of case files: it takes what the reader takes, and refuses what a schema can see is wrong."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from abtui.core.corpus.cases import CASES_FORM, read_cases
from abtui.core.corpus.cases.model import CASE, EXPECT, FILE, REQUEST
from abtui.core.corpus.cases.schema import cases_schema
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import json_value
from tests.core.cases import case
from tests.core.test_cases_matching import CASES
from tests.core.test_cases_reading import WRONG
from tests.core.test_config_edit import fail
from tests.test_samples import SAMPLES

SCHEMA = jsonschema_rs.validator_for(cases_schema())
# What only reading the events, or looking at more than one value, can tell.
NOT_SEEN = {"text of an event", "key twice in an event"}


def value_of(text: str) -> Any:
    root = parse_yaml(text, "text", CASES_FORM).root
    assert root is not None
    return json_value(root, fail)


def test_it_is_a_schema() -> None:
    assert jsonschema_rs.meta.is_valid(cases_schema())
    assert cases_schema()["$schema"].endswith("2020-12/schema")


def test_the_recorded_sample_fits() -> None:
    SCHEMA.validate(value_of((SAMPLES / "golden.abtui.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", [name for name in CASES if name != "a line of code"])
def test_cases_that_are_read_fit_the_schema(name: str) -> None:
    event, expect, _changes = CASES[name]
    SCHEMA.validate(value_of(case(expect, event)))


@pytest.mark.parametrize("name", [name for name in WRONG if name not in NOT_SEEN])
def test_mistakes_do_not_fit(name: str) -> None:
    text = WRONG[name][0].replace("sent: no", "sent: 'no'")
    root = parse_yaml(text, "text", CASES_FORM).root
    if root is None:
        return
    assert not SCHEMA.is_valid(json_value(root, fail))


def test_each_conflict_is_seen_alone() -> None:
    good = {"event": {"type": "track"}, "expect": {"verdict": "send"}}
    assert SCHEMA.is_valid({"cases": [good]})
    for wrong in (
        {"expect": {"sent": False, "goal": "x"}},
        {"expect": {"verdict": "drop", "units": {}}},
        {"expect": {"sent": True, "verdict": "drop"}},
        {"expect": {"sent": False, "verdict": "send"}},
        {"expect": {"sent": False, "fate": "arrives"}},
        {"expect": {"fate": "fails", "verdict": "drop"}},
        {"expect": {"fate": "never-leaves", "body": {}}},
        {"expect": {"fate": "unknown"}},
        {"expect": {"headers": {"x-api-key": "a"}}},
        {"expect": {"onlyFindings": ["UNIT-*"]}},
        {"file": "a.jsonl"},
        {"expect": {}},
    ):
        assert not SCHEMA.is_valid({"cases": [good | wrong]}), wrong
    for right in (
        {"expect": {"sent": False, "goal": None}},
        {"expect": {"sent": False, "fate": "fails", "verdict": "fail", "goal": None}},
        {"expect": {"fate": "never-leaves", "verdict": "unsupported"}},
        {"expect": {"findings": ["UNIT-*", "CONTRACT"]}},
    ):
        assert SCHEMA.is_valid({"cases": [good | right]}), right


def test_it_names_every_key_with_words() -> None:
    schema = cases_schema()
    parts = {
        "file": (schema, FILE),
        "case": (schema["$defs"]["case"], CASE),
        "expect": (schema["$defs"]["expect"], EXPECT),
        "request": (schema["$defs"]["request"], REQUEST),
    }
    for part, table in parts.values():
        assert list(part["properties"]) == list(table)
        assert all(value["description"] for value in part["properties"].values())


def test_what_fits_is_read() -> None:
    for event, expect, _changes in CASES.values():
        if event.startswith("type"):
            assert read_cases(case(expect, event), "a").file is not None
