"""The destination agrees with every recorded case of the published function, byte for byte."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.delivery.request import headers
from abtui.core.destination import filled
from abtui.core.destinations import DEFAULT as CLASSIC
from abtui.core.destinations.classic.decide import Classic
from abtui.core.text.javascript import stringify
from abtui.core.text.secret import Secret
from tests.kit import classic_config

RECORDED = Path(__file__).parent.parent / "data" / "classic.jsonl"
CASES = [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").split("\n") if line]


def config_of(settings: dict[str, Any]) -> Config:
    """The config of a recorded case."""
    values = settings | {"apiKey": Secret(settings["apiKey"])}
    return classic_config(
        filled(CLASSIC.settings, values), sections={"behavior": {"identify": "reject", "viewGoalNames": "title"}}
    )


def test_all_cases_are_here() -> None:
    assert len(CASES) == 581


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_destination_decides_as_recorded(case: dict[str, Any]) -> None:
    config = config_of(case["settings"])
    event = copy.deepcopy(case["event"])
    decision = Classic(config).decide(event)
    assert event == case["event"], "the event was changed"
    assert decision.verdict == case["outcome"]
    if case["outcome"] == "send":
        recorded = case["request"]
        # The recording keeps what JSON.stringify wrote: order of keys and form of numbers included.
        assert (
            stringify(decision.body) == json.dumps(recorded["body"], separators=(",", ":"), ensure_ascii=False).encode()
        )
        assert dict(headers(config.default_target)) | {"X-API-Key": case["settings"]["apiKey"]} == recorded["headers"]
    if case.get("error"):
        assert decision.detail == case["error"]
    steps: list[Any] = []
    assert Classic(config).decide(event, steps) == decision
    assert steps
