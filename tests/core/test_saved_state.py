"""What is remembered is read back, whatever has become of its file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.saved_state import (
    MOST_CHARACTERS,
    Draft,
    DraftEvent,
    SavedSession,
    Visit,
    draft_contents,
    draft_text,
    last_visit,
    masked_draft,
    read_draft,
    read_session,
    session_text,
    visit_to,
    with_visit,
    within_bounds,
)
from abtui.core.text.secret import Secret

VISIT = Visit(
    config="/a/config.yaml", events=("/a/events.jsonl",), index=7, source="events.jsonl:8", filter="type:track"
)


def test_it_is_read_as_it_was_written() -> None:
    remembered = SavedSession(themes={"dark": "nord"}, visits=(VISIT,))
    assert read_session(session_text(remembered).encode()) == (remembered, "")


def test_the_newest_visit_to_the_same_files_counts() -> None:
    remembered = with_visit(with_visit(SavedSession(), VISIT), Visit(events=("/b",), filter="b"))
    again = Visit(config="/a/config.yaml", events=("/a/events.jsonl",), filter="new")
    remembered = with_visit(remembered, again)
    assert remembered.visits == (again, Visit(events=("/b",), filter="b"))
    assert visit_to(remembered, "/a/config.yaml", ["/a/events.jsonl"]) == again
    assert visit_to(remembered, None, ["/a/events.jsonl"]) is None
    assert last_visit(remembered) == again
    # The demo is no file of a person's.
    assert last_visit(with_visit(remembered, Visit())) == again


def test_only_so_many_are_kept() -> None:
    remembered = SavedSession()
    for number in range(30):
        remembered = with_visit(remembered, Visit(config=f"/{number}"))
    assert [visit.config for visit in remembered.visits] == [f"/{number}" for number in range(29, 17, -1)]


@pytest.mark.parametrize(
    ("data", "visits", "told_of"),
    [
        (b"", 0, "a new one is started"),
        (b"[]", 0, "a new one is started"),
        (b"\xff\xfe", 0, "a new one is started"),
        (b'{"version": 99, "visits": []}', 0, "another version"),
        (b'{"name": "a package.json"}', 0, "another version"),
        (b'{"version": 1, "visits": 3, "themes": 4}', 0, ""),
        (b'{"version": 1, "visits": [{"config": "/a"}, {"config": 3}], "new": true}', 1, "A part"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_told(data: bytes, visits: int, told_of: str) -> None:
    remembered, note = read_session(data)
    assert len(remembered.visits) == visits
    assert told_of in note
    assert bool(note) == bool(told_of)


@given(st.binary(max_size=100))
def test_any_bytes_are_read(data: bytes) -> None:
    read_session(data)
    read_draft(data)


DRAFT = Draft(
    version=1, at="2026-01-31T12:31:00", config="/a.yaml", config_text="x: 1", kept=(DraftEvent(3, "a:4", "{}"),)
)


def test_a_draft_is_read_as_it_was_written() -> None:
    assert read_draft(draft_text(DRAFT).encode()) == DRAFT
    assert read_draft(json.dumps({"version": 2, "at": ""}).encode()) is None


def test_events_are_kept_up_to_a_bound() -> None:
    events = [DraftEvent(at, "", "x" * (MOST_CHARACTERS // 4)) for at in range(6)]
    assert within_bounds(events) == tuple(events[:4])


def test_no_key_is_in_a_draft_that_is_written() -> None:
    text = "settings: { apiKey: literal-key-012345, environment: ${STAGE} }"
    kept = (DraftEvent(0, "", '{"a": "literal-key-012345", "b": "known-key-012345"}'),)
    draft = masked_draft(Draft(version=1, at="", config_text=text, kept=kept), {}, [Secret("known-key-012345")])
    assert draft.config_text == "settings: { apiKey: ****, environment: ${STAGE} }"
    assert draft.masked
    assert "key-01" not in draft.kept[0].text
    assert not masked_draft(DRAFT, {}, []).masked


def test_what_is_in_a_draft_is_told() -> None:
    draft = Draft(version=1, at="", config_text="", kept=DRAFT.kept * 2, left_out=3, masked=True)
    assert draft_contents(draft) == [
        "the config",
        "2 edited or added events",
        "not kept, because there were too many: 3 events",
        "not kept: the API key in the config; it is read from the file again, if it is still there",
    ]
