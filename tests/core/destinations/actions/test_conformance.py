"""ABsmartly (Actions) agrees with every recorded case of Segment's published code, texts of errors included."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from abtui.core.destination import Result
from abtui.core.destinations.actions.decide import Actions
from abtui.core.destinations.actions.fields import PRESETS
from abtui.core.text.javascript import stringify

RECORDED = Path(__file__).parents[3] / "data" / "actions.jsonl"
CASES = [json.loads(line) for line in RECORDED.read_text("utf-8").split("\n") if line]


def actions_of(case: dict[str, Any]) -> Actions:
    """The destination of a recorded case."""
    return Actions(case["settings"], case.get("mappings", PRESETS), lambda *_path: None)


def as_recorded(result: Result, settings: dict[str, Any]) -> dict[str, Any]:
    """A result in the form of the recordings, with the body as it is printed."""
    decision = result.decision
    row: dict[str, Any] = {"name": result.mapping, "outcome": decision.verdict}
    if decision.verdict == "send":
        common = {"x-api-key": settings["apiKey"], "content-type": "application/json"}
        own = {name.lower(): value for name, value in decision.headers}
        row["headers"] = {"x-environment": str(settings["environment"])} | common | own
        row["body"] = stringify(decision.body)
    elif decision.verdict in ("fail", "drop"):
        row["error"] = decision.detail
    return row


def flat(recorded: dict[str, Any]) -> dict[str, Any]:
    """A recorded result with its request's parts beside its outcome. The body keeps the order of keys and the form of numbers."""
    row = {name: recorded[name] for name in ("name", "outcome", "error") if name in recorded}
    if "request" in recorded:
        body = json.dumps(recorded["request"]["body"], separators=(",", ":"), ensure_ascii=False)
        row |= {"headers": recorded["request"]["headers"], "body": body.encode()}
    return row


def test_all_cases_are_here() -> None:
    assert len(CASES) == 873


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_destination_decides_as_recorded(case: dict[str, Any]) -> None:
    actions, event = actions_of(case), copy.deepcopy(case["event"])
    results = actions.results(event)
    assert [as_recorded(result, case["settings"]) for result in results] == [flat(row) for row in case["results"]]
    explained = actions.results(event, explain=True)
    assert [result.decision for result in explained] == [result.decision for result in results]
    assert all(result.steps for result in explained)
    assert not any(result.steps for result in results)
    assert event == case["event"], "the event was changed"
