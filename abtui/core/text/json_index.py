"""Where everything stands in a JSON text: one pass over it, then any path has a place, and any offset a path."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from abtui.core.text.json_parser import DEEPEST, parse
from abtui.core.text.paths import Path

Span = tuple[int, int]
"""Offsets of the first character and after the last."""

_SPACE: Final = r"(?:[ \t\n\r\ufeff]++|//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+"
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SCALAR: Final = rf'({_STRING}|[^\s,:{{}}\[\]"/]++)'
_PIECE = re.compile(
    rf"{_SPACE}(?:({_STRING}){_SPACE}:{_SPACE}(?:{_SCALAR}|([{{\[]))|{_SCALAR}|([{{\[])|([}}\]])|(,))", re.DOTALL
)
"""A key with the scalar, or the opening bracket, behind it; a scalar, an opening or a closing bracket, a comma."""
_SLICE: Final = 2_000
"""Pieces of one slice: about 2 ms."""
_KEY, _MEMBER, _MEMBER_OPENS, _ITEM, _ITEM_OPENS, _CLOSES, _COMMA = range(1, 8)


class Place(msgspec.Struct, frozen=True, gc=False):
    """One value in a text: its path, the span of its key (None for an item of a list, and for the whole) and of the value.

    `counts` is False for what JSON.parse drops, because the same key comes again in its object, or in one around it.
    """

    path: Path
    key: Span | None
    value: Span
    counts: bool

    @property
    def whole(self) -> Span:
        """From the key to the value's end."""
        return (self.key or self.value)[0], self.value[1]


class JSONIndex:
    """The places of the first document of a text, which may have comments, trailing commas and any spacing.

    Of a text that is broken it knows what stands before the damage; what is open there reaches to it. Made by `index_json`.
    """

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._steps: list[str | int] = []
        self._begins: list[int] = []
        """Where the key starts, or else the value: ascending, so that an offset is found by bisection."""
        self._key_ends: list[int] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._last: dict[tuple[int, str | int], int] = {}

    def __len__(self) -> int:
        return len(self._parents)

    def at(self, offset: int) -> Place | None:
        """The innermost value that a character belongs to: its own, its key's, or between the two. None outside the document."""
        node = bisect_right(self._begins, offset) - 1
        while node >= 0 and self._ends[node] <= offset:
            node = self._parents[node]
        return None if node < 0 else self._place(node)

    def of(self, path: Path) -> Place | None:
        """The place of the value at a path: of a key that stands twice the last, as JSON.parse takes it. None if it is not there."""
        node = 0
        if not self._parents:
            return None
        for step in path:
            inner = self._last.get((node, step))
            if inner is None:
                return None
            node = inner
        return self._place(node)

    def nearest(self, path: Path) -> Place | None:
        """The place at a path, or of the first value around it that there is. None for a text without a value."""
        while (place := self.of(path)) is None and path:
            path = path[:-1]
        return place

    def dropped(self) -> list[Place]:
        """The values JSON.parse drops because their key comes again, each with all that is in it."""
        kept = set(self._last.values())
        return [
            self._place(node) for node in range(1, len(self)) if node not in kept and self._counts(self._parents[node])
        ]

    def _counts(self, node: int) -> bool:
        while node > 0:
            if self._last[self._parents[node], self._steps[node]] != node:
                return False
            node = self._parents[node]
        return True

    def _place(self, node: int) -> Place:
        steps: list[str | int] = []
        up = node
        while up > 0:
            steps.append(self._steps[up])
            up = self._parents[up]
        begin, key_end = self._begins[node], self._key_ends[node]
        key = (begin, key_end) if key_end >= 0 else None
        return Place(tuple(reversed(steps)), key, (self._starts[node], self._ends[node]), self._counts(node))

    def _add(self, parent: int, step: str | int, key: Span | None, value: Span) -> int:
        node = len(self._parents)
        self._parents.append(parent)
        self._steps.append(step)
        self._begins.append(value[0] if key is None else key[0])
        self._key_ends.append(-1 if key is None else key[1])
        self._starts.append(value[0])
        self._ends.append(value[1])
        self._last[parent, step] = node
        return node


def index_json(text: str) -> JSONIndex:
    """The places of the first document of `text`. Linear in the text; no text raises."""
    index = JSONIndex()
    for _ in index_slices(text, index):
        pass
    return index


def index_slices(text: str, index: JSONIndex) -> Iterator[None]:
    """Fill `index` with the places of `text` in slices of a few milliseconds, for whoever has other things to do in between."""
    open_nodes: list[int] = []
    counts: list[int] = []
    """For each open container the number of its items, -1 for an object."""
    at = pieces = 0
    piece = _PIECE.match
    while match := piece(text, at):
        pieces += 1
        if pieces % _SLICE == 0:
            yield
        kind = match.lastindex or 0
        if kind != _COMMA and not open_nodes and len(index):
            break
        at = match.end()
        if kind == _COMMA:
            if not open_nodes:
                break
            continue
        if kind == _CLOSES:
            if not open_nodes or (text[at - 1] == "}") != (counts[-1] < 0):
                break
            index._ends[open_nodes.pop()] = at
            counts.pop()
            continue
        key: Span | None = None
        step: str | int = 0
        if kind <= _MEMBER_OPENS:
            if not counts:
                # The document is a text; a colon after it belongs to whatever comes next.
                index._add(-1, 0, None, match.span(_KEY))
                break
            if counts[-1] >= 0:
                break
            key = match.span(_KEY)
            step = match[_KEY][1:-1]
            if "\\" in step:
                step = parse(match[_KEY]).value or ""
        elif counts:
            if counts[-1] < 0:
                break
            step = counts[-1]
            counts[-1] += 1
        opens = kind in (_MEMBER_OPENS, _ITEM_OPENS)
        if opens and len(open_nodes) >= DEEPEST:
            break
        node = index._add(open_nodes[-1] if open_nodes else -1, step, key, match.span(kind))
        if opens:
            open_nodes.append(node)
            counts.append(-1 if text[at - 1] == "{" else 0)
    for node in open_nodes:
        index._ends[node] = at
