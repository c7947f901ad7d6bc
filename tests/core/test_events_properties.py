"""What holds for every text: it is read, twice alike, however it is cut; and what is valid is read exactly."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.events import Event, Unreadable, read_events, read_text

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.dictionaries(st.sampled_from(["type", "event", "context", "sentAt", "a", "é", ""]), VALUES, max_size=4)
BATCHES = st.builds(lambda items, body: {**body, "batch": items}, st.lists(EVENTS, max_size=3), EVENTS)
CALLS = st.sampled_from(
    [
        "analytics.page()",
        'analytics.track("A", {b: [1, "x"]});',
        '[[SEGAnalytics sharedAnalytics] screen:@"Home"]',
        "// comment",
        "Raw",
        "5",
        "",
    ]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Documents in all forms, one after another, then with a few characters lost, doubled or put in."""
    documents = []
    for value in draw(st.lists(EVENTS | BATCHES | st.lists(EVENTS | BATCHES, max_size=3), max_size=4)):
        documents.append(
            json.dumps(value, indent=draw(st.sampled_from([None, None, 1, 2])), ensure_ascii=draw(st.booleans()))
        )
        documents.append(draw(CALLS))
    text = draw(st.sampled_from(["\n", "\r\n", "\r", " ", ",\n"])).join(documents)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 5))
        text = draw(
            st.sampled_from(
                [
                    text[:at] + text[at + length :],
                    text[:at] + text[at : at + length] * 2 + text[at + length :],
                    text[:at] + draw(SCRAP) + text[at:],
                ]
            )
        )
    return text


SCRAP = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        '"',
        ",",
        ":",
        "\\",
        "\n",
        "\r",
        "/*",
        "*/",
        "//",
        "(",
        ")",
        "'",
        "`",
        "\ufeff",
        "\ud800",
        "\0",
        "\x1c",
        "NaN",
        "1e999",
    ]
)


def well_formed(items: list[Event | Unreadable], lines: int) -> None:
    assert len({item.source for item in items}) == len(items)
    for item in items:
        assert 1 <= item.line <= lines
        assert item.column >= 1
        assert len(item.findings) <= 60
        for found in item.findings:
            assert found.line is None or 1 <= found.line <= lines
        if isinstance(item, Unreadable):
            assert any(found.severity == "error" for found in item.findings)


@given(st.text() | texts())
def test_any_text_is_read_and_twice_alike(text: str) -> None:
    items = list(read_events([text], "f"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    well_formed(items, lines)
    assert items == list(read_events([text], "f"))
    pasted = read_text(text, "f")
    assert [item.source for item in pasted] == [f"f #{index + 1}" for index in range(len(items))]
    assert [(item.line, item.column, item.findings) for item in pasted] == [
        (item.line, item.column, item.findings) for item in items
    ]


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    well_formed(list(read_events([data], "f")), len(data) + 1)


@given(texts(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.lists(st.integers(0, 400), max_size=8))
def test_it_does_not_matter_where_the_text_is_cut(text: str, encoding: str, cuts: list[int]) -> None:
    data = text.encode(encoding, "replace")
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    pieces = [data[start:end] for start, end in pairwise(places)]
    whole = list(read_events([data], "f"))
    assert list(read_events(pieces, "f")) == whole
    assert list(read_events((data[index : index + 1] for index in range(len(data))), "f")) == whole


@given(texts())
@example("b(atch").via("discovered failure")
@example('{"b(atch": [{"type": "track"}]}').via("discovered failure")
def test_nothing_is_dropped(text: str) -> None:
    """Every letter and digit of the text is in the text of a piece. (Calls and merged items have none, comments are skipped.)"""
    # Characters first: a word must not come about by what is taken out of its middle.
    text = text.replace("/", "").replace("(", "").replace("batch", "botch").replace("screen", "scrn")
    pieces = [item.text for item in read_events([text], "f", numbered=True)]
    shown = "".join(piece.decode() if isinstance(piece, bytes) else piece or "" for piece in pieces)
    letters = sorted(character for character in text if character.isalnum())
    assert letters == sorted(character for character in shown if character.isalnum())


@given(
    st.lists(EVENTS.filter(lambda event: "batch" not in event), min_size=1),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.booleans(),
)
def test_valid_events_are_read_exactly(
    events: list[dict[str, Any]], indent: int | None, in_list: bool, escaped: bool
) -> None:
    if in_list:
        text = json.dumps(events, indent=indent, ensure_ascii=escaped)
    else:
        text = "\n".join(json.dumps(event, indent=indent, ensure_ascii=escaped) for event in events)
    items = list(read_events([text], "f"))
    assert [item.value for item in items if isinstance(item, Event)] == events
    assert len(items) == len(events)
    assert {found.code for item in items for found in item.findings} <= {"JSON-SURROGATE"}
    for item, event in zip(items, events, strict=True):
        assert item.text is not None
        assert json.loads(item.text) == event
