"""Texts larger than what is held: a value over the bound is skipped, told once with its place, and reading goes on behind it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.events import Event, Places, Unreadable, read_events, read_places, read_stored, stored
from tests.core.test_engine import config
from tests.core.test_events_properties import BATCHES, EVENTS
from tests.core.test_fast_reader import by_the_fast_lane, by_the_whole_way

LONG, LARGEST = 100, 1000
A, B = {"a": 1}, {"b": 2}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds, ten thousand times lower."""
    lower(monkeypatch)


def lower(patch: pytest.MonkeyPatch) -> None:
    for module in ("lines", "chunks", "cursor", "reading"):
        patch.setattr(f"abtui.core.events.{module}.LONG_LINE", LONG, raising=False)
        patch.setattr(f"abtui.core.events.{module}.LARGEST_VALUE", LARGEST, raising=False)
    patch.setattr("abtui.core.events.lines._WINDOW", 64)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def rows(pieces: Iterable[bytes]) -> list[Any]:
    """An event's value; of an unreadable piece its source, and the code and place of its last finding."""
    found: list[Any] = []
    for item in read_events(pieces, "f"):
        if isinstance(item, Event):
            found.append(item.value)
        else:
            last = item.findings[-1]
            assert len(item.text) <= LARGEST + 10
            found.append((item.source, last.code, last.line, last.column))
    return found


LARGE = "VALUE-TOO-LARGE"
X = "x" * 2000
MANY = ",".join(['{"type":"track","n":1}'] * 200)
SKIPPED: dict[str, tuple[str, list[Any]]] = {
    "a line of anything": (f'{{"a":1}}\n{X}\n{{"b":2}}', [A, ("f:2", LARGE, 2, 1), B]),
    "zeros": ("\0" * 2000 + '\n{"b":2}', [("f:1", LARGE, 1, 1), B]),
    "a text": (f'"{X}"\n{{"b":2}}', [("f:1", LARGE, 1, 1), B]),
    "a text never closed": (f'{{"a":"{X}\n{{"b":2}}', [("f:1", LARGE, 1, 1), B]),
    "escapes": ('{"a":"' + '\\"' * 1000 + '"}\n{"b":2}', [("f:1", LARGE, 1, 1), B]),
    "an event with a text": (f'{{"a":"{X}","c":[1,{{}}]}} {{"b":2}}', [("f:1", LARGE, 1, 1), B]),
    "an event with many values": (f'{{"a":[{MANY}]}}\n{{"b":2}}', [("f:1", LARGE, 1, 1), B]),
    "an event over many lines": ('{"a":[\n' + "1,\n" * 1000 + '1]}\n{"b":2}', [("f:1", LARGE, 1, 1), B]),
    "an event over lines with a long one": (f'{{\n"a":\n"{X}",\n"c":{{}}\n}}\n{{"b":2}}', [("f:1", LARGE, 1, 1), B]),
    "one on a line with others": (f'{{"a":1}} {{"x":"{X}"}} {{"b":2}}', [A, ("f:1#2", LARGE, 1, 9), B]),
    "an item of a list": (f'[{{"a":1}},{{"x":"{X}"}},{{"b":2}}]', [A, ("f:1#2", LARGE, 1, 10), B]),
    "a text of a list": (f'[{{"a":1}},"{X}",{{"b":2}}]', [A, ("f:1#2", LARGE, 1, 10), B]),
    "an item behind it has its column": (f'["{X}",é,[]]', [("f:1", LARGE, 1, 2), ("f:1#2", "JSON-SYNTAX", 1, 2005), ("f:1#3", "EVENT-NOT-OBJECT", 1, 2007)]),
    "an item of a batch": (f'{{"batch":[{{"a":1}},{{"x":"{X}"}},{{"b":2}}]}}', [A, ("f:1#2", LARGE, 1, 19), B]),
    "an item of a batch, body behind": (f'{{"batch":[{{"a":1}},{{"x":"{X}"}}],"sentAt":4}}', [{"a": 1, "sentAt": 4}, ("f:1#2", LARGE, 1, 19)]),
    "digits": ("[" + "1" * 2000 + ',{"b":2}]', [("f:1", LARGE, 1, 2), B]),
    "a call": (f'analytics.track("{X}")\n{{"b":2}}', [("f:1", LARGE, 1, 1), B]),
    "two of them": (f'{{"a":"{X}"}}\n{{"a":"{X}"}}', [("f:1", LARGE, 1, 1), ("f:2", LARGE, 2, 1)]),
}  # fmt: skip


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", SKIPPED)
@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_a_large_value_costs_only_itself(name: str, size: int) -> None:
    text, expected = SKIPPED[name]
    assert rows(cut(text.encode(), size)) == expected
    assert rows(cut(text.replace("\n", "\r\n").encode(), size)) == expected


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", SKIPPED)
def test_the_other_ways_of_reading_agree(name: str) -> None:
    data = SKIPPED[name][0].encode()
    whole = [stored(item) for item in read_events([data], "f")]
    placed = []
    for part in read_places(cut(data, 50), "f"):
        if isinstance(part, Places):
            placed += [(f"f:{line}", False) for line in part.lines]
        else:
            placed.append((part.source, isinstance(part, Unreadable)))
    assert placed == [(item.source, item.broken) for item in whole]
    # What is kept of it says the same when it is shown.
    for kept, item in zip(whole, read_events([data], "f"), strict=True):
        if isinstance(item, Unreadable):
            again = read_stored(kept)
            assert [found.code for found in again.findings] == [item.findings[-1].code]
    used: Config = config()
    assert by_the_fast_lane(cut(data, 50), used) == by_the_whole_way([data], used)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("between", ["", "\n"])
@pytest.mark.parametrize("around", ["[%s", '{"batch":[%s', '{"context":{"k":1},"batch":[%s'])
def test_a_list_that_never_ends_gives_its_events(around: str, between: str) -> None:
    found = rows([(around % f",{between}".join(['{"a":1}'] * 500)).encode()])
    assert [item["a"] for item in found[:-1]] == [1] * 500
    assert found[-1][1] == "JSON-SYNTAX"


def stream(before: str, items: int, after: str) -> Iterator[bytes]:
    yield before.encode()
    yield ",".join(['{"type":"track","event":"A","receivedAt":"r"}'] * items).encode()
    yield after.encode()


@pytest.mark.usefixtures("small")
def test_what_a_batch_says_is_merged_as_far_as_its_events_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    after = '],"context":{"k":1},"integrations":{"All":false}}'
    for item in read_events(stream('{"sentAt":4,"batch":[', 300, after), "f"):
        assert isinstance(item, Event)
        assert item.value == {"type": "track", "event": "A", "receivedAt": "r", "sentAt": 4, "context": {"k": 1}, "integrations": {"All": False}}  # fmt: skip
    monkeypatch.setattr("abtui.core.events.batches.MOST_WAITING", 100_000)
    *events, last = read_events(stream('{"sentAt":4,"batch":[', 300, after), "f")
    assert [item.value for item in events if isinstance(item, Event)] == [{"type": "track", "event": "A", "receivedAt": "r", "sentAt": 4}] * 300  # fmt: skip
    assert [found.code for found in last.findings] == ["BATCH-NOT-MERGED"]
    assert "`context` and `integrations`" in last.findings[0].message
    assert [found.code for found in events[0].findings] == ["BATCH-LIMIT"]
    # Nothing is lost where it is all said before the list.
    *_, last = read_events(stream('{"context":{"k":1},"batch":[', 300, '],"x":1}'), "f")
    assert isinstance(last, Event)


def test_a_dense_value_is_weighed_by_what_it_takes_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.events.cursor.HEAVIEST", 20 << 20)
    dense = '{"x":[' + "[]," * 400_000 + '1]}\n{"b":2}'
    assert rows([dense.encode()])[1:] == [B]
    assert rows([('{"x":"' + "y" * 1_200_000 + '"}\n{"b":2}').encode()])[1] == B


@given(st.lists(EVENTS | BATCHES.filter(lambda value: "type" not in value and value["batch"]) | st.lists(EVENTS, min_size=1, max_size=4), max_size=4), st.randoms())  # fmt: skip
def test_long_lines_are_read_as_short_ones(documents: list[Any], chance: random.Random) -> None:
    text = "".join(
        json.dumps(value, indent=chance.choice([None, 1]), ensure_ascii=chance.choice([True, False]))
        + chance.choice(["\n", " ", ",\n"])
        for value in documents
    )
    data = text.encode("utf-8", "replace")

    def read(size: int) -> list[Any]:
        return [
            (item.source, item.value, item.line, item.column) if isinstance(item, Event) else (item.source, item.line)
            for item in read_events([*cut(data, size), b""], "f")
        ]

    whole = read(1 << 20)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("lines", "chunks", "cursor"):
            patch.setattr(f"abtui.core.events.{module}.LONG_LINE", 20)
        assert read(chance.choice([1, 7, 50])) == whole
