"""Where the values of a JSON text stand: one pass over it gives every path a place, and every offset a path."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from copy import copy
from typing import Final

import msgspec

from abtui.core.text.json_parser import DEEPEST, parse, skip_space
from abtui.core.text.paths import Path

Span = tuple[int, int]
"""The offsets of the first character and of the end."""

_SPACE: Final = r"(?:[ \t\n\r\ufeff]++|//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+"
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SCALAR: Final = rf'({_STRING}|[^\s,:{{}}\[\]"/]++)'
_TOKEN = re.compile(
    rf"{_SPACE}(?:({_STRING}){_SPACE}:{_SPACE}(?:{_SCALAR}|([{{\[]))|{_SCALAR}|([{{\[])|([}}\]])|(,))", re.DOTALL
)
"""A key with the scalar, or the opening bracket, after it; a scalar, an opening or a closing bracket, a comma."""
_BRACKET = re.compile(
    rf'(?:[^"{{}}\[\]/]++|{_STRING}|//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|/)*+([{{}}\[\]])', re.DOTALL
)
_SLICE: Final = 2_000
"""Tokens of one slice: about 2 ms."""
_KEY, _MEMBER, _MEMBER_OPENS, _ITEM, _ITEM_OPENS, _CLOSES, _COMMA = range(1, 8)


class Place(msgspec.Struct, frozen=True, gc=False):
    """One value in a text: its path, the span of its key (None for an item of a list, and for the document) and of the value.

    `counts` is False for a value that JSON.parse drops, because the same key comes again in its object, or in one around it.
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

    Of a broken text it has the places before the damage; a container that is open there ends at it. Made by `index_json`.
    """

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._steps: list[str | int] = []
        self._begins: list[int] = []
        """Where the key starts, or else the value: in ascending order, so that an offset is found by bisection."""
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
        """The place of the value at a path, or None. Of a key that comes twice it is the last one, as JSON.parse reads it."""
        node = self._node(path)
        return None if node is None else self._place(node)

    def nearest(self, path: Path) -> Place | None:
        """The place at a path, or of the first value around it that there is. None for a text without a value."""
        while (place := self.of(path)) is None and path:
            path = path[:-1]
        return place

    def items(self, path: Path) -> list[Span]:
        """The spans of the values directly inside the value at a path."""
        node = self._node(path)
        return [
            (self._starts[inner], self._ends[inner])
            for inner in range((node or 0) + 1, len(self) if node is not None else 0)
            if self._parents[inner] == node
        ]

    def dropped(self) -> list[Place]:
        """The values that JSON.parse drops because their key comes again, each with everything in it."""
        kept = set(self._last.values())
        return [
            self._place(node) for node in range(1, len(self)) if node not in kept and self._counts(self._parents[node])
        ]

    def moved(self, offset: int, by: int) -> JSONIndex:
        """The places in a text in which a string value that goes on beyond `offset` has become longer `by` so many characters there."""
        index = copy(self)
        for name in ("_begins", "_key_ends", "_starts", "_ends"):
            setattr(index, name, [at + by if at > offset else at for at in getattr(self, name)])
        return index

    def _node(self, path: Path) -> int | None:
        node = 0 if self._parents else None
        for step in path:
            if node is None:
                return None
            node = self._last.get((node, step))
        return node

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


def index_json(text: str, levels: int = DEEPEST) -> JSONIndex:
    """The places of the first document of `text`, of values in so many `levels` of containers. Linear in the text; no text raises."""
    index = JSONIndex()
    for _ in index_slices(text, index, levels):
        pass
    return index


def open_list(text: str, key: str) -> int | None:
    """The offset of the list under a key of the object that `text`, which may be broken, begins. None if the text ends with its bracket."""
    index = JSONIndex()
    for _ in index_slices(text, index, levels=1, until=key):
        pass
    place = index.of((key,))
    if place is None or text[place.value[0]] != "[" or skip_space(text, place.value[0] + 1) >= len(text):
        return None
    return place.value[0]


def index_slices(text: str, index: JSONIndex, levels: int = DEEPEST, until: str | None = None) -> Iterator[None]:
    """Fill `index` with the places of `text` in slices of a few milliseconds, for a caller that has other things to do in between.

    The inside of a container below so many `levels` is skipped. It stops once a key `until` was found.
    """
    open_nodes: list[int] = []
    counts: list[int] = []
    """For each open container the number of its items, -1 for an object."""
    at = tokens = 0
    token = _TOKEN.match
    while match := token(text, at):
        tokens += 1
        if tokens % _SLICE == 0:
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
        if key is not None and step == until:
            break
        if opens and len(open_nodes) < levels:
            open_nodes.append(node)
            counts.append(-1 if text[at - 1] == "{" else 0)
        elif opens:
            at = index._ends[node] = _container_end(text, at)
    for node in open_nodes:
        index._ends[node] = at


def _container_end(text: str, at: int) -> int:
    """The offset of the end of a container that was opened before `at`, or of the last bracket if it is never closed."""
    depth = 1
    while depth and (match := _BRACKET.match(text, at)):
        depth += 1 if match[1] in "{[" else -1
        at = match.end()
    return at
