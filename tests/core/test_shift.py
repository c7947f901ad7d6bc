"""Moving events in time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.delivery.shift import DATES, NewestDate, offset_words, shifted
from abtui.core.text.javascript import parse_date

HOUR = 3_600_000


def test_the_newest_date_becomes_now_and_all_others_keep_their_distance() -> None:
    events: list[dict[str, Any]] = [
        {"originalTimestamp": "2026-01-01T00:00:00.000Z", "sentAt": "2026-01-01T00:00:01Z", "type": "track"},
        {"originalTimestamp": "2026-01-02T02:00:00+02:00", "receivedAt": "2026-01-02T00:00:05.500Z", "timestamp": None},
        {"originalTimestamp": "2099-01-01T00:00:00Z", "sentAt": "never"},
    ]
    newest = NewestDate()
    for number, event in enumerate(events):
        newest.add(f"e:{number}", event)
    assert (newest.source, newest.milliseconds) == ("e:1", parse_date("2026-01-02T00:00:05.500Z"))
    now = parse_date("2026-06-01T12:00:00.000Z")
    assert now is not None
    first, second, third = (shifted(event, newest.offset(now)) for event in events)
    assert second == {"originalTimestamp": "2026-06-01T11:59:54.500Z", "receivedAt": "2026-06-01T12:00:00.000Z", "timestamp": None}  # fmt: skip
    assert first["originalTimestamp"] == "2026-05-31T11:59:54.500Z"
    assert first["sentAt"] == "2026-05-31T11:59:55.500Z"
    assert third["sentAt"] == "never", "what is no date stays as it is"
    assert events[0]["sentAt"] == "2026-01-01T00:00:01Z", "the event itself is not changed"


@pytest.mark.parametrize("field", ["properties", "traits"])
def test_the_dates_of_an_exposures_own_payload_move_along(field: str) -> None:
    payload = {
        "publishedAt": 1_000,
        "units": [],
        "exposures": [{"exposedAt": 900, "name": "e"}, "odd"],
        "goals": [{"achievedAt": "text"}],
        "attributes": None,
    }
    moved = shifted({field: {"absmartly": payload, "other": 1}}, 50)[field]
    assert moved["other"] == 1
    assert moved["absmartly"] == {
        **payload,
        "publishedAt": 1_050,
        "exposures": [{"exposedAt": 950, "name": "e"}, "odd"],
    }


@given(
    st.fixed_dictionaries({}, optional={name: st.text(max_size=30) | st.integers() | st.none() for name in DATES}),
    st.integers(-(10**16), 10**16),
)
def test_any_event_can_be_moved(event: dict[str, Any], offset: int) -> None:
    newest = NewestDate()
    newest.add("e", event)
    assert shifted(event, offset).keys() == event.keys()
    assert newest.offset(0) == -(newest.milliseconds or 0)


@pytest.mark.parametrize(
    ("offset", "words"),
    [(0, "0 s forwards"), (-1_000, "1 s back"), (26 * HOUR + 61_000, "1 d 2 h 1 min forwards"), (HOUR, "1 h forwards")],
)
def test_an_offset_in_words(offset: int, words: str) -> None:
    assert offset_words(offset) == words
