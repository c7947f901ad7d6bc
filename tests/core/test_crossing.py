"""Two configs of different destinations over the same events: what both send, what is lost or new, and what differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import Comparison, comparison_report
from abtui.core.corpus.comparison.causes import Cause
from abtui.core.corpus.comparison.event import compare_event
from abtui.core.corpus.comparison.model import ComparisonResult, Crossing, CrossingTime
from abtui.core.corpus.comparison.take_back import take_back
from abtui.core.events import Event
from abtui.core.report import Table

SETTINGS = {"apiKey": "key-of-both", "collectorEndpoint": "https://acme.absmartly.io/v1", "environment": "staging"}
TRACK: dict[str, Any] = {
    "type": "track",
    "event": "Bought",
    "userId": "u",
    "properties": {"total": 5},
    "originalTimestamp": "2026-01-31T09:15:00.000Z",
    "sentAt": "2026-01-31T09:15:01.000Z",
    "timestamp": "2026-01-31T09:15:00.000Z",
}
GOAL = {
    "units": {"user_id": {"@path": "$.userId"}},
    "name": {"@path": "$.event"},
    "properties": {"@path": "$.properties"},
    "application": "website",
}


def classic(**settings: object) -> Config:
    given = SETTINGS | {"application": "website", "unitMapping": {"userId": "user_id"}} | settings
    config = read_config(json.dumps({"destination": "classic", "settings": given}), {}).config
    assert config is not None
    return config


def actions(*mappings: dict[str, Any], **settings: object) -> Config:
    full = [{"name": f"M{at}", "subscribe": 'type = "track"', "partnerAction": "trackGoal"} | item for at, item in enumerate(mappings)]  # fmt: skip
    config = read_config(
        json.dumps({"destination": "actions", "settings": SETTINGS | settings, "mappings": full}), {}
    ).config
    assert config is not None
    return config


def compared(old: Config, new: Config, *events: dict[str, Any]) -> ComparisonResult:
    comparison = Comparison(old, new)
    for at, event in enumerate(events):
        comparison.add(Event(f"events:{at}", event))
    return comparison.result()


def crossing(old: Config, new: Config, *events: dict[str, Any]) -> Crossing:
    found = compared(old, new, *events).crossing
    assert found is not None
    return found


def test_one_destination_has_no_crossing() -> None:
    assert compared(classic(), classic(environment="production"), TRACK).crossing is None
    assert "Both destinations" not in {section.title for section in comparison_report(compared(classic(), classic(), TRACK)).sections}  # fmt: skip


def test_the_same_is_no_difference_though_it_is_sent_twice() -> None:
    result = compared(classic(), actions({"mapping": GOAL}), TRACK)
    assert result.crossing == Crossing(
        same=1, sent_twice=1, lost=0, new=0, other_goal=0, other_units=0, other_properties=0, other_time=0,
        other_headers=0, neither=0, times=(),
    )  # fmt: skip
    assert result.changed == 0
    report = comparison_report(result)
    assert report.ok
    assert "Both send 1: connected together, they send it twice." in [sentence.text for sentence in report.summary]


@pytest.mark.parametrize(
    ("field", "mapping", "event"),
    [
        ("other_goal", {"name": "bought"}, {}),
        ("other_units", {"units": {"user": {"@path": "$.userId"}}}, {}),
        ("other_properties", {"properties": {}}, {}),
        ("other_headers", {"application": "app"}, {}),
        ("other_headers", {"agent": "mine"}, {}),
        ("other_time", {}, {"timestamp": "2026-01-31T09:14:00.000Z"}),
        ("other_time", {}, {"timestamp": None}),
    ],
)
def test_each_way_in_which_a_request_differs(field: str, mapping: dict[str, Any], event: dict[str, Any]) -> None:
    result = compared(classic(), actions({"mapping": GOAL | mapping}), TRACK | event)
    found = result.crossing
    assert found is not None
    assert getattr(found, field) == 1
    assert (found.same, found.sent_twice, result.changed) == (0, 1, 1)
    others = {"other_goal", "other_units", "other_properties", "other_headers", "other_time"} - {field}
    assert not any(getattr(found, name) for name in others)


def test_by_how_much_the_time_differs() -> None:
    ends = ("00.400Z", "02.000Z", "00.000+01:00", "00.000+00:05", "x")
    events = [TRACK | {"timestamp": f"2026-01-31T09:15:{end}"} for end in ends]
    assert crossing(classic(), actions({"mapping": GOAL}), *events).times == (
        CrossingTime("under a second", 1),
        CrossingTime("under a minute", 1),
        CrossingTime("under an hour", 1),
        CrossingTime("an hour or more", 1),
        CrossingTime("no date on one side", 1),
    )


def test_lost_new_and_neither() -> None:
    events = (TRACK, TRACK | {"event": "Seen"}, TRACK | {"type": "alias"}, TRACK | {"type": "group"})
    only = actions({"mapping": GOAL, "subscribe": 'event = "Seen" or type = "alias"'})
    found = crossing(classic(), only, *events)
    assert (found.same, found.lost, found.new, found.neither) == (1, 1, 1, 1)


def test_a_second_mapping_is_new_beside_the_same() -> None:
    found = crossing(classic(), actions({"mapping": GOAL}, {"mapping": GOAL | {"name": "again"}}), TRACK)
    assert (found.sent_twice, found.new, found.same, found.other_goal) == (1, 1, 0, 0)


def test_another_key_is_another_header_and_is_told_nowhere() -> None:
    result = compared(classic(), actions({"mapping": GOAL}, apiKey="key-of-one"), TRACK)
    assert result.crossing is not None
    assert result.crossing.other_headers == 1
    assert "key-of" not in str(result)


def test_back_again_and_taken_back() -> None:
    """The other way round the counts are the same, and an event that is taken back leaves none."""
    old, new = actions({"mapping": GOAL | {"name": "bought"}}), classic()
    comparison = Comparison(old, new)
    event = Event("events:1", TRACK | {"timestamp": "2026-01-31T09:15:02.000Z"})
    comparison.add(event)
    before = comparison.result().crossing
    assert before is not None
    assert (before.other_goal, before.other_time, before.sent_twice) == (1, 1, 1)
    comparison.take_back(event)
    after = comparison.result().crossing
    assert after is not None
    assert (after.other_goal, after.other_time, after.sent_twice, after.times) == (0, 0, 0, ())


def test_one_event_on_screen() -> None:
    same = compare_event(classic(), actions({"mapping": GOAL}), Event("events:1", TRACK))
    assert [sentence.text for sentence in same.sentences] == [
        "Both destinations send it: connected together, they send it twice."
    ]
    later = compare_event(
        classic(), actions({"mapping": GOAL}), Event("e:1", TRACK | {"timestamp": "2026-01-31T09:15:02.5Z"})
    )
    assert "Its time is 2.500 s later." in [sentence.text for sentence in later.sentences]


@pytest.mark.parametrize("body", [None, 5, [], {"goals": [1]}, {"units": 3, "exposures": [None], "attributes": [1]}])
def test_bodies_of_any_kind(body: object) -> None:
    old = classic(enableExposureTracking=True)
    new = actions({"mapping": GOAL})
    event = TRACK | {"event": "Experiment Viewed", "properties": {"absmartly": body}}
    assert crossing(old, new, event).same == 0


def test_between_two_destinations_no_line_alone_is_taken_back() -> None:
    edited = take_back(
        "destination: classic\nsettings: {application: web}\n",
        "destination: actions\nsettings: {}\n",
        [Cause(path=("settings", "application"), kind="text", old="web", new=None, old_line=2, line=None)],
    )
    assert (edited.text, edited.problem) == (None, "Two destinations: no line alone can be taken back.")


def test_an_event_that_is_accepted_no_more_is_lost_though_both_send_it() -> None:
    undated = {name: value for name, value in TRACK.items() if name != "timestamp"}
    found = crossing(classic(), actions({"mapping": GOAL}), undated, TRACK)
    assert (found.lost, found.new, found.sent_twice, found.same) == (1, 0, 2, 1)
    back = crossing(actions({"mapping": GOAL}), classic(), undated)
    assert (back.lost, back.new) == (0, 1)


def test_the_counts_are_told_in_the_singular_and_the_plural() -> None:
    told = [item.text for item in comparison_report(compared(classic(), actions({"mapping": GOAL}), TRACK)).summary]
    assert told[0] == "Of 1 event, 1 is the same at both destinations, 0 are lost, 0 are new."


def test_a_request_that_is_gone_has_its_verdict_and_reason_once() -> None:
    identify = {"type": "identify", "userId": "u", "traits": {"a": 1}, "sentAt": TRACK["sentAt"]}
    old = classic()
    result = compared(old, actions({"mapping": GOAL}), identify)
    told = [item.path for example in result.examples for item in example.changes]
    assert told[:3] == ["verdict", "fate", "reason"]
    assert not {"verdict", "reason"} & set(told[3:])


def test_whole_mappings_are_cut_to_a_line() -> None:
    old, new = (actions({"mapping": GOAL | {"name": name}, "name": name}) for name in ("one", "other"))
    rows = [section for section in comparison_report(compared(old, new, TRACK)).sections if section.title == "Settings that changed"]  # fmt: skip
    (table,) = rows[0].blocks
    assert isinstance(table, Table)
    assert [cell.text for row in table.rows for cell in row[1:3]] == ['{"name":"one","subscr…', "nothing", "nothing", '{"name":"other","subs…']  # fmt: skip


def test_a_mapping_with_another_name_is_told_by_its_name_alone() -> None:
    old, new = (actions({"mapping": GOAL, "name": name}, {"mapping": {}, "name": "last"}) for name in ("one", "other"))
    result = compared(old, new, TRACK)
    assert [(item.path, item.kind, item.old, item.new) for item in result.settings] == [("mappings.other.name", "changed", "one", "other")]  # fmt: skip
    assert result.changed == 0
