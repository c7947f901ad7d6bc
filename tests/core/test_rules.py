"""The registry of rules: it is whole, it is in one order, and a destination that is registered later is in it."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from click.testing import CliRunner

import abtui.core
from abtui.cli.commands import cli
from abtui.core import destinations
from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.destination import Check, Decision, Destination, ReasonType, Setting
from abtui.core.findings import RULES, Finding, Rule, code_hint, declared_in, warning
from tests.kit import map_text

LOUD = warning("TOY-LOUD", "The toy is loud", "The event's name is in capital letters.")


def checks_with(config: Config) -> Check:
    def check(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        if str(event["event"]).isupper() and config.settings["quiet"]:
            found.append(LOUD.at("The name is loud.", "Lower it.", event_path="$.event"))

    return check


TOY = Destination(
    name="toy",
    title="Toy",
    about="A destination of this test.",
    settings=(Setting(name="quiet", kind="toggle", about="Whether capitals are too loud."),),
    decide_with=lambda _config: lambda _event, _trace: Decision("drop", "TOY-DROPS"),
    reasons={"TOY-DROPS": ReasonType(sentence="the toy sends nothing")},
    fields=("type", "event"),
    rules=(LOUD,),
    checks_with=checks_with,
)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(destinations.DESTINATIONS, "toy", TOY)
    monkeypatch.setitem(destinations.REASONS, "TOY-DROPS", TOY.reasons["TOY-DROPS"])
    monkeypatch.setattr(RULES, "_added", dict(RULES._added))
    destinations.register(TOY)


@pytest.mark.usefixtures("toy")
def test_a_destination_registered_later_has_its_findings_everywhere() -> None:
    text = "destination: toy\nsettings: {quiet: true}\ncheck: {ignore: [TOY-LOUD]}"
    reading = read_config(text, {})
    assert reading.config is not None
    assert "CONFIG-UNKNOWN-CODE" not in {item.code for item in reading.findings}
    [outcome] = map_text(json.dumps({"type": "track", "event": "HELLO", "userId": "u"}), reading.config)
    assert outcome.findings == (LOUD.at("The name is loud.", "Lower it.", event_path="$.event"),)
    assert "The toy is loud" in CliRunner().invoke(cli, ["explain", "TOY-LOUD"]).output
    assert "TOY-LOUD" in CliRunner().invoke(cli, ["explain"]).output


def test_a_destination_that_is_gone_leaves_no_rule() -> None:
    assert "TOY-LOUD" not in RULES
    assert code_hint("TOY-LOUD")


def modules() -> Iterator[str]:
    return (found.name for found in pkgutil.walk_packages(abtui.core.__path__, "abtui.core."))


def test_each_rule_of_the_source_is_in_the_registry() -> None:
    declared = [rule for name in modules() for rule in declared_in(import_module(name))]
    assert {rule.code: rule for rule in declared} == dict(RULES)


def test_a_code_belongs_to_one_rule() -> None:
    rules: dict[str, Rule] = {}
    for name in modules():
        for rule in declared_in(import_module(name)):
            assert rules.setdefault(rule.code, rule) is rule
