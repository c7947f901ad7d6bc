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
from abtui.core.outcomes import Outcome
from tests.core.test_true_answers import config_of
from tests.kit import map_text

FORMS: Final = Path(__file__).parents[1] / "data" / "forms"
TRACK: Final = {"type": "track", "event": "Order Completed", "userId": "u-1"}

# A file of tests/data/forms -> where the finding about each object in it points. `not-events` holds no event at all.
REFUSED: dict[str, list[str]] = {
    "data-list.json": ["$.data[0]"],
    "devtools.har": ["$.log.entries[0].request.postData.text"],
    "docker-json.log": ["$.log"],
    "eventbridge.json": ["$.detail"],
    "payload-mapping.json": ["$.payload"],
    "sns-notification.json": ["$.Message"],
    "sqs-record.json": ["$.Records[0].body"],
    "transformer-input.json": ["$.message"],
    "warehouse-row.json": ["$.type"],
    "not-events/package.json": ["$.type"],
    "not-events/other-tool.json": ["$.type"],
}

# Objects, and the places that the hint names; none where nothing inside is an event.
OBJECTS: list[tuple[Any, list[str]]] = [
    ({"payload": TRACK}, ["$.payload"]),
    ({"items": [TRACK]}, ["$.items[0]"]),
    ({"items": [{"event": TRACK}, {"event": TRACK}]}, ["$.items[0].event", "$.items[1].event"]),
    ({"events": [TRACK] * 5}, ["$.events[0]", "$.events[1]", "$.events[2]"]),
    ({"a b": TRACK}, ['$["a b"]']),
    ({"Records": [{"body": json.dumps({"detail": TRACK})}]}, ["$.Records[0].body"]),
    ({"body": json.dumps({"batch": [TRACK, TRACK]})}, ["$.body", "$.body"]),
    ({"body": json.dumps(json.dumps(TRACK))}, []),
    ({"body": "{" * 100}, []),
    ({"payload": {"type": "page", "anonymousId": "a"}}, ["$.payload"]),
    ({"payload": {"type": "page", "name": "Home"}}, ["$.payload"]),
    ({"payload": {"type": "page"}}, []),
    ({"payload": {"type": "Track", "event": "A"}}, []),
    ({"type": "Feature", "properties": {"type": "track", "name": "A"}}, ["$.properties"]),
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


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_is_refused(name: str) -> None:
    data = (FORMS / name).read_bytes()
    config = config_of()
    items = list(read_events([data], name))
    survey, mapper = Survey(config, (), "config.yaml", config.check), Mapper(config)
    found = []
    for item in items:
        assert isinstance(item, Event)
        outcome = mapper.outcome(item)
        survey.add(item, outcome)
        assert (outcome.verdict, outcome.reason.code, outcome.request) == ("unsupported", "NO-HANDLER", None)
        assert [finding.code for finding in outcome.findings] == ["EVENT-TYPE"]
        assert outcome.findings[0].severity == "error"
        found.append(outcome.findings[0].event_path)
    assert found == REFUSED[name]
    result = survey.result(expected=True)
    assert (result.events, result.not_events, result.failed) == (0, len(items), True)
    assert check_report(result, config.check, {}).verdict == "Failed"


def test_every_form_is_in_the_table() -> None:
    assert {path.relative_to(FORMS).as_posix() for path in FORMS.rglob("*") if path.is_file()} == {*REFUSED}


@pytest.mark.parametrize(("value", "places"), OBJECTS)
def test_where_events_stand_inside(value: dict[str, Any], places: list[str]) -> None:
    finding = not_event_finding(value)
    assert finding is not None
    assert finding.event_path == (places[0] if places else "$.type")
    assert [place for place in dict.fromkeys(places) if f"`{place}`" not in finding.hint] == []
    assert ("It contains events" in finding.hint) == bool(places)


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
