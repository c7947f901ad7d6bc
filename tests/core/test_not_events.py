"""JSON objects that are no events: what people hold, what is told of each, and that no command takes them for events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from abtui.core.checks import not_event_finding
from abtui.core.corpus.coverage import Survey
from abtui.core.corpus.coverage.report import check_report
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.events.found import Search
from abtui.core.outcomes import Outcome
from tests.core.test_true_answers import config_of
from tests.kit import map_text

FORMS: Final = Path(__file__).parents[1] / "data" / "forms"
TRACK: Final = {"type": "track", "event": "Order Completed", "userId": "u-1"}

# A file of tests/data/forms -> the source of its event.
READ: dict[str, str] = {
    "data-list.json": "$.data[0]",
    "devtools.har": "$.log.entries[0].request.postData.text",
    "docker-json.log": "$.log",
    "eventbridge.json": "$.detail",
    "payload-mapping.json": "$.payload",
    "sns-notification.json": "$.Message",
    "sqs-record.json": "$.Records[0].body",
    "transformer-input.json": "$.message",
}
REFUSED = ("not-events/package.json", "not-events/other-tool.json")

# Objects that are no events, and the ways to the events inside.
OBJECTS: list[tuple[Any, list[str]]] = [
    ({"payload": TRACK}, ["$.payload"]),
    ({"items": [TRACK]}, ["$.items[0]"]),
    ({"items": [{"event": TRACK}, {"event": TRACK}]}, ["$.items[0].event", "$.items[1].event"]),
    ({"events": [TRACK] * 5}, [f"$.events[{at}]" for at in range(5)]),
    ({"a b": TRACK}, ['$["a b"]']),
    ({"endpoint": "https://api.segment.io/v1/track", "method": "POST", "body": {"body": '{"userId":"u","event":"A"}'}}, ["$.body.body"]),
    ({"Records": [{"body": json.dumps({"detail": TRACK})}]}, ["$.Records[0].body.detail"]),
    ({"body": json.dumps({"batch": [TRACK, TRACK]})}, ["$.body.batch[0]", "$.body.batch[1]"]),
    ({"body": json.dumps(json.dumps(TRACK))}, ["$.body"]),
    ({"body": "{" * 100}, []),
    ({"payload": {"type": "page", "anonymousId": "a"}}, ["$.payload"]),
    ({"payload": {"type": "page", "name": "Home"}}, ["$.payload"]),
    ({"payload": {"type": "page"}}, []),
    ({"payload": {"type": "Track", "event": "A"}}, []),
    # A line on a map: what is under `properties` is the data of something.
    ({"type": "Feature", "properties": {"type": "track", "name": "A"}}, []),
    # A song: the name of a track call is its `event`.
    ({"items": [{"type": "track", "name": "A"}]}, []),
    ({"payload": {**TRACK, "properties": {"history": [TRACK]}}}, ["$.payload"]),
    ({"a": {"b": {"c": {"d": {"e": {"f": {"g": TRACK}}}}}}}, ["$.a.b.c.d.e.f.g"]),
    ({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": TRACK}}}}}}}}, ["$.a.b.c.d.e.f.g.h"]),
    ({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": TRACK}}}}}}}}}, []),
    ({"a": [0] * 100_000, "b": TRACK}, ["$.b"]),
    ({"a": [[0] * 1000] * 1000, "b": TRACK}, ["$.b"]),
    ({"type": "Track", "event": "A", "userId": "u"}, []),
    ({"type": "module", "name": "shop", "version": "1.0.0"}, []),
    ({"type": None}, []),
    ({"type": ["track"]}, []),
    ({"type": {"track": 1}}, []),
    ({"event": "Order Completed", "properties": {"distinct_id": "u", "time": 1}}, []),
    ({"log": {"entries": []}}, []),
    ({"batch": "text", "items": 5}, []),
    ({}, []),
]  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_form_that_holds_an_event(name: str) -> None:
    [item] = read_events([(FORMS / name).read_bytes()], name)
    assert isinstance(item, Event)
    assert item.source == f"{name}:1 {READ[name]}"
    outcome = Mapper(config_of()).outcome(item)
    assert (outcome.verdict, outcome.name) == ("send", "Order Completed")


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_is_refused(name: str) -> None:
    config = config_of()
    [item] = read_events([(FORMS / name).read_bytes()], name)
    assert isinstance(item, Event)
    outcome = Mapper(config).outcome(item)
    assert (outcome.verdict, outcome.reason.code, outcome.request) == ("unsupported", "NO-HANDLER", None)
    assert [(finding.code, finding.severity, finding.event_path) for finding in outcome.findings] == [
        ("EVENT-TYPE", "error", "$.type")
    ]
    survey = Survey(config, (), "config.yaml", config.check)
    survey.add(item, outcome)
    result = survey.result(expected=True)
    assert (result.events, result.not_events, result.failed) == (0, 1, True)
    assert check_report(result, config.check, {}).verdict == "Failed"


def test_every_form_is_in_a_table() -> None:
    listed = {json.loads(line)["file"] for line in (FORMS / "manifest.jsonl").read_text().splitlines()}
    there = {path.relative_to(FORMS).as_posix() for path in FORMS.rglob("*") if path.is_file()}
    assert there == {*listed, *REFUSED, "manifest.jsonl"}
    assert READ.keys() <= listed


@pytest.mark.parametrize(("value", "ways"), OBJECTS)
def test_where_events_stand_inside(value: dict[str, Any], ways: list[str]) -> None:
    finding = not_event_finding(value)
    assert finding is not None
    assert finding.event_path == "$.type"
    assert [found.way for found in Search().events(value)] == ways


@pytest.mark.parametrize("kind", ["track", "page", "screen", "identify", "group", "alias"])
def test_an_event_is_one(kind: str) -> None:
    assert not_event_finding({"type": kind}) is None


def test_the_finding_comes_on_top_and_alone() -> None:
    [item] = map_text('{"type": "Track", "messageId": 5, "integrations": false, "x": 1, "x": 2,}', config_of())
    assert isinstance(item, Outcome)
    found = [finding.code for finding in item.findings]
    assert found[0] == "EVENT-TYPE"
    assert {*found[1:]} <= {"JSON-DUPLICATE-KEY", "JSON-TRAILING-COMMA"}


def test_an_id_of_what_is_no_event_repeats_nothing() -> None:
    text = json.dumps({**TRACK, "type": "Track", "messageId": "m"}) + "\n" + json.dumps({**TRACK, "messageId": "m"})
    _, second = map_text(text, config_of())
    assert "EVENT-REPEATED" not in {finding.code for finding in second.findings}
