"""What people hold, file by file: each gives its events, and each event that was posted and makes a request carries its dates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import (
    Event,
    Places,
    SdkDefaults,
    read_events,
    read_one,
    read_places,
    read_stored,
    read_text,
    stored,
)
from abtui.core.segment import event_name, is_event
from tests.core.test_true_answers import config_of

DATA: Final = Path(__file__).parents[1] / "data"
NOW: Final = SdkDefaults(now="2026-11-30T02:56:00.000Z")
MANIFEST: Final = [json.loads(line) for line in (DATA / "forms" / "manifest.jsonl").read_text().splitlines()]
CAPTURES: Final = {
    "analytics-node.json": 8, "analytics-python.json": 7, "analytics-python-gzip.json": 7, "analytics-next-npm.json": 8, "analytics-next-batching.json": 8,
}  # fmt: skip
DATES: Final = ("originalTimestamp", "sentAt", "receivedAt", "timestamp")


def events_of(path: Path) -> list[Event]:
    items = list(read_events([path.read_bytes()], path.name, NOW))
    assert all(isinstance(item, Event) for item in items), items
    return [item for item in items if isinstance(item, Event)]


@pytest.mark.parametrize("row", MANIFEST, ids=[row["file"] for row in MANIFEST])
def test_a_file_gives_its_events(row: dict[str, Any]) -> None:
    events = events_of(DATA / "forms" / row["file"])
    assert [event_name(event.value) for event in events] == row["names"]
    assert len(events) == row["events"]
    for event in events:
        outcome = Mapper(config_of()).outcome(event)
        assert outcome.verdict == "send" or event.value["integrations"].get("all") is False


@pytest.mark.parametrize("name", CAPTURES)
def test_what_an_sdk_posted_carries_its_dates(name: str) -> None:
    mapper = Mapper(config_of())
    events = events_of(DATA / "captures" / name)
    assert len(events) == CAPTURES[name]
    for event in events:
        assert all(isinstance(event.value[date], str) for date in DATES)
        assert not {"writeKey", "_metadata"} & event.value.keys()
        assert None not in (event.value.get("userId", 0), event.value.get("anonymousId", 0))
        outcome = mapper.outcome(event)
        assert not {"DATE-MISSING", "DATE-INVALID", "UNIT-TYPE"} & {found.code for found in outcome.findings}
        if outcome.request is not None:
            body = json.dumps(outcome.request.body)
            assert '"achievedAt": null' not in body
            assert '"publishedAt": null' not in body


@pytest.mark.parametrize("path", sorted((DATA / "forms" / "not-events").iterdir()), ids=lambda path: path.name)
def test_what_is_no_event_is_none(path: Path) -> None:
    assert not any(isinstance(item, Event) and is_event(item.value) for item in read_events([path.read_bytes()], "f"))


def same(value: dict[str, Any]) -> dict[str, Any]:
    """An event without the id that a line of code gets, which says its place."""
    return {**value, "messageId": None} if str(value.get("messageId")).startswith("abtui-") else value


ALL: Final = [DATA / "forms" / row["file"] for row in MANIFEST] + [DATA / "captures" / name for name in CAPTURES]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_every_way_in_reads_the_same(path: Path) -> None:
    """Files, a paste, the editor, and the fast reader; and an event that is kept is the same event when it is read again."""
    data = path.read_bytes()
    events = events_of(path)
    values = [event.value for event in events]
    assert [same(item.value) for item in read_text(data.decode(), sdk=NOW) if isinstance(item, Event)] == [
        *map(same, values)
    ]
    assert not any(isinstance(part, Places) for part in read_places([data], path.name, NOW))
    assert [part.value for part in read_places([data], path.name, NOW) if isinstance(part, Event)] == values
    parts = list(FieldReader(config_of()).parts([data], path.name, NOW))
    assert [value["type"] for part in parts for value in part.values] == [value["type"] for value in values]  # type: ignore[union-attr]
    if len(events) == 1:
        one = read_one(data, "f", NOW)
        assert isinstance(one, Event)
        assert same(one.value) == same(values[0])
    for event in events:
        again = read_stored(stored(event))
        assert isinstance(again, Event)
        assert (again.value, again.source) == (event.value, event.source)
