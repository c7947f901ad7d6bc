"""Reading by places gives the events that reading them at once gives, for every text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import Event, Places, Stored, Unreadable, read_events, read_places, read_stored, stored
from tests.core.test_events_properties import texts

LINE = '{"type":"track","event":"A"}'


def at_once(data: bytes) -> list[Stored]:
    return [stored(item) for item in read_events([data, b""], "f")]


def by_places(data: bytes, pieces: list[bytes]) -> list[Stored]:
    found = []
    for part in read_places(pieces, "f"):
        if isinstance(part, Places):
            for line, start, size in zip(part.lines, part.starts, part.sizes, strict=True):
                found.append(Stored(f"f:{line}", data[start : start + size]))
        else:
            found.append(stored(part))
    return found


def again(item: Stored) -> tuple[object, ...]:
    event = read_stored(item)
    value = event.value if isinstance(event, Event) else None
    text = item.text if isinstance(item.text, str) else item.text.decode()
    findings = event.findings if isinstance(event, Event) else [finding.code for finding in event.findings]
    return item.source, type(event), value, findings, text.strip(), item.notes


@given(
    st.lists(st.just(LINE) | texts(), max_size=6),
    st.sampled_from(["\n", "\n", "\n\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"]),
    st.lists(st.integers(0, 600), max_size=6),
)
def test_places_give_the_same_events(parts: list[str], end: str, encoding: str, cuts: list[int]) -> None:
    data = end.join(parts).encode(encoding, "replace")
    at = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    pieces = [data[start:stop] for start, stop in pairwise(at)]
    assert [again(item) for item in by_places(data, pieces)] == [again(item) for item in at_once(data)]


@given(st.lists(st.just(LINE.encode()) | st.binary(max_size=8), max_size=8))
def test_any_bytes_are_placed(parts: list[bytes]) -> None:
    data = b"\n".join(parts)
    found = by_places(data, [data])
    assert [item.source for item in found] == [item.source for item in at_once(data)]
    assert [isinstance(read_stored(item), Unreadable) for item in found] == [
        isinstance(read_stored(item), Unreadable) for item in at_once(data)
    ]


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        (f"{LINE}\n{LINE}", 2),
        (f"{LINE}\r\n\r\n{LINE}\r\n", 2),
        (f'{LINE}\n{{"batch":[{LINE},{LINE}]}}\n{LINE}\n{LINE}', 3),
        (f'{LINE}\n{{\n"type":"page"}}\n{LINE}', 2),
        (f"{LINE}\nanalytics.page()\n{LINE}\nanalytics.page()", 2),
        (f"[\n{LINE},\n{LINE}\n]", 0),
        (f"{LINE}\r{LINE}", 0),
        ('{"a":1', 0),
    ],
)
def test_lines_are_placed_wherever_they_can_be(text: str, placed: int) -> None:
    data = text.encode()
    found = [part for part in read_places([data], "f") if isinstance(part, Places)]
    assert sum(len(part.lines) for part in found) == placed
    assert by_places(data, [data]) == by_places(data, [data[at : at + 1] for at in range(len(data))])


def test_a_reader_goes_on_where_it_was() -> None:
    """What hangs on the place in the whole text, such as the ids of calls, is the same after lines that were only placed."""
    data = "\n".join(["analytics.page()", *[LINE] * 3, "analytics.page()", LINE]).encode()
    ids = [
        event.value.get("messageId") for event in map(read_stored, by_places(data, [data])) if isinstance(event, Event)
    ]
    read = [event.value.get("messageId") for event in read_events([data, b""], "f") if isinstance(event, Event)]
    assert ids == read
    assert ids[1:4] == [None, None, None]
    assert len({*ids}) == 3
