"""Comparing and coverage with a destination that has none of their doors: two settings, no units, no goals, no maps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import Comparison, ComparisonResult, comparison_report
from abtui.core.corpus.comparison.event import compare_event
from abtui.core.corpus.coverage import Survey
from abtui.core.corpus.coverage.report import check_report
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decide, Decision, Destination, ReasonType, Setting, Trace
from abtui.core.destinations import DESTINATIONS, REASONS, register
from abtui.core.events import Event

ENDPOINT = Setting(
    name="collectorEndpoint",
    kind="address",
    about="The collector.",
    required=True,
    of_target=True,
    first="https://a.io",
)
ENVIRONMENT = Setting(
    name="environment", kind="text", about="The environment.", required=True, of_target=True, header="X-Environment"
)


def decide_with(config: Config) -> Decide:
    def decide(event: dict[str, Any], _trace: Trace | None) -> Decision:
        if event["type"] != config.settings["only"]:
            return Decision("drop", "SMALL-OTHER")
        return Decision("send", "SMALL-SENT", {"publishedAt": 1, "units": [], "tag": config.settings["tag"]})

    return decide


SMALL = Destination(
    name="small",
    title="Small",
    about="A destination for tests.",
    settings=(
        ENDPOINT,
        ENVIRONMENT,
        Setting(name="only", kind="text", about="The type of the events that are sent.", required=True),
        Setting(name="tag", kind="text", about="A text in each body."),
    ),
    decide_with=decide_with,
    reasons={
        "SMALL-SENT": ReasonType(sentence="sent"),
        "SMALL-OTHER": ReasonType(sentence="of another type", short="another type"),
    },
    fields=("type",),
)
EVENTS = [Event(f"e:{n}", {"type": kind, "event": "A"}) for n, kind in enumerate(("track", "page", "track"), 1)]


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    register(SMALL)
    yield
    del DESTINATIONS["small"]
    for code in SMALL.reasons:
        del REASONS[code]


def config(only: str = "track", tag: str = "a", endpoint: str = "https://a.absmartly.io/v1") -> Config:
    settings = {"collectorEndpoint": endpoint, "environment": "e", "only": only, "tag": tag}
    reading = read_config(json.dumps({"destination": "small", "settings": settings}), {})
    assert reading.config is not None, reading.findings
    return reading.config


def compared(old: Config, new: Config) -> ComparisonResult:
    comparison = Comparison(old, new)
    for event in EVENTS:
        comparison.add(event)
    result = comparison.result()
    assert comparison_report(result).title == "old compared with new"
    return result


def test_settings_it_knows_nothing_of_are_told_together() -> None:
    result = compared(config(), config(only="page", tag="b"))
    told = ("The settings that differ change 3 events together.", None)
    assert {item.path: (item.effect, item.events) for item in result.settings} == {
        "settings.only": told,
        "settings.tag": told,
    }
    assert (result.changed, result.goals.same, result.units) == (3, 0, ())


def test_another_body_without_units_is_another_body() -> None:
    result = compared(config(), config(tag="b"))
    assert {item.name: item.events for item in result.classes if item.events} == {"body": 2}
    assert result.settings[0].effect == "The settings that differ change 2 events together."


def test_the_frame_of_a_request_is_told_from_the_table() -> None:
    result = compared(config(), config(endpoint="https://b.absmartly.io/v1"))
    assert [(item.path, item.effect) for item in result.settings] == [
        ("settings.collectorEndpoint", "Changes the request of 2 events.")
    ]


def test_a_setting_that_changes_no_event() -> None:
    result = compared(config(only="group"), config(only="screen"))
    assert [(item.effect, item.events) for item in result.settings] == [("Changes none of these events.", 0)]


def test_another_destination_is_a_difference_of_its_own() -> None:
    text = json.dumps(
        {
            "destination": "classic",
            "settings": {
                "apiKey": "k",
                "collectorEndpoint": "https://a.absmartly.io/v1",
                "environment": "e",
                "unitMapping": {"userId": "u"},
                "goalMapping": {"A": "a"},
            },
        }
    )
    classic = read_config(text, {}).config
    assert classic is not None
    there, back = compared(classic, config(only="page")), compared(config(only="page"), classic)
    for result in (there, back):
        effects = {item.path: item for item in result.settings}
        assert {
            "destination",
            "settings.only",
            "settings.unitMapping.userId",
            "settings.goalMapping.A",
        } <= effects.keys()
        assert effects["destination"].effect == "The settings that differ change 3 events together."
    assert (there.reasons[0].old_reason, there.reasons[0].new_reason) == ("NO-UNIT", "SMALL-OTHER")


def test_one_event_under_both_configs() -> None:
    comparison = compare_event(config(), config(only="page"), EVENTS[0])
    assert [sentence.text for sentence in comparison.sentences] == ["It is no longer sent."]
    assert [item.path for item in comparison.causes] == ["settings.only"]


def test_coverage_has_no_maps() -> None:
    survey, mapper = Survey(config(), (), "config.yaml", config().check), Mapper(config())
    for event in EVENTS:
        survey.add(event, mapper.outcome(event))
    result = survey.result()
    coverage = result.as_json()["coverage"]
    assert list(coverage["reasons"]) == [
        {"verdict": "send", "code": "SMALL-SENT", "count": 2},
        {"verdict": "drop", "code": "SMALL-OTHER", "count": 1},
    ]
    assert (coverage["goals"], coverage["units"], coverage["namesWithoutEntry"]) == ((), (), ())
    assert {"goalMapping", "unitMapping", "maps"}.isdisjoint(coverage)
    assert check_report(result, config().check, {}).title == "Check of config.yaml"
