"""The places of a text that change when values in its tree do. Use it through `edit`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec

from abtui.core.text.yaml_json import entry_lines, flow, item_lines, key_text
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_text import double_quoted, single_quoted

COMMENT: Final = "A comment stands inside the value that is to change; change it by hand."
"""Why a value is left alone: its comment would get lost."""
_WIDTH: Final = 100
_DASH = re.compile(r"-(?=[ \t\r\n]|\Z)")


class Removal:
    """The type of REMOVE."""

    def __repr__(self) -> str:
        return "REMOVE"


REMOVE: Final = Removal()
"""In place of a value: the entry goes."""
_NOTHING: Final = Removal()


class Rename(msgspec.Struct, frozen=True):
    """In place of a value: the entry gets another key, and keeps its place, its comments and, unless one is given, its value."""

    key: str
    value: Any = _NOTHING

    @property
    def keeps_value(self) -> bool:
        """Whether only the key changes."""
        return self.value is _NOTHING


class Change(msgspec.Struct):
    """What is to become of a value: a new one, REMOVE, a Rename, or changes below it, by key or index."""

    value: Any = _NOTHING
    below: dict[str | int, Change] = {}


def is_new(change: Change) -> bool:
    """Whether it sets or removes the value itself."""
    return change.value is not _NOTHING


class Cannot(Exception):
    """The text cannot be changed in place. Never leaves `edit`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Entry(NamedTuple):
    """One entry of a map or item of a list. `start` is the key's or the dash's; behind `lead` comes its value.

    `step` is its key or index; -1 for a key that is none or stands again further down. `colon`: one is missing before a value.
    `key` is the key's node, in a map.
    """

    step: str | int
    start: int
    lead: int
    value: Node
    colon: bool = False
    key: Node | None = None

    @property
    def end(self) -> int:
        return self.value.end


class Splices:
    """Collects what is replaced in a text; `result` is the text with all of it done."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._found: list[tuple[int, int, str]] = []

    def result(self) -> str:
        """The changed text. Raises Cannot where two changes meet."""
        parts, at = [], 0
        for start, end, new in sorted(self._found, key=lambda splice: splice[:2]):
            if start < at:
                raise Cannot("Two changes meet in one place.")
            parts += [self._text[at:start], new]
            at = end
        return "".join([*parts, self._text[at:]])

    def change(self, node: Node, change: Change) -> None:
        """Plan the changes below a map or list."""
        if node.alias:
            raise Cannot("A part of it repeats another part by an alias (`*name`); change it by hand.")
        is_map = node.kind == "map"
        if node.kind not in ("map", "list") or any(isinstance(step, int) is is_map for step in change.below):
            raise Cannot("A value in the text is not the map or list that is to be changed.")
        entries = self._map_entries(node) if is_map else self._items(node)
        by_step = {entry.step: entry for entry in entries}
        added: list[tuple[str | int, Any]] = []
        for step, below in change.below.items():
            entry = by_step.get(step)
            if entry is None:
                if isinstance(below.value, Rename):
                    raise Cannot(f"There is no `{step}` to rename.")
                if below.value is not REMOVE:
                    added.append((step, built(below)))
            elif below.value is REMOVE:
                continue
            elif isinstance(below.value, Rename):
                self._rename(entry, below.value, node)
            elif is_new(below):
                self._replace(entry, below.value, node)
            elif entry.value.kind == "null" and not entry.value.alias:
                self._replace(entry, built(below), node)
            else:
                self.change(entry.value, below)
        gone = {step for step, below in change.below.items() if below.value is REMOVE and step in by_step}
        if gone or added:
            self._members(node, entries, gone, added)

    # Entries

    def _map_entries(self, node: Node) -> list[_Entry]:
        entries: dict[str | int, _Entry] = {}
        for at, (key, value) in enumerate(zip(node.children[::2], node.children[1::2], strict=True)):
            colon = self._text.find(":", key.end, value.start) + 1
            entry = _Entry(-1, key.start, colon or key.end, value, not colon, key)
            if key.merge or key.kind in ("map", "list", "other"):
                entries[at] = entry
                continue
            if (earlier := entries.get(key.value)) is not None:
                entries[at] = earlier._replace(step=-1)
            entries[key.value] = entry._replace(step=key.value)
        return sorted(entries.values(), key=lambda entry: entry.start)

    def _items(self, node: Node) -> list[_Entry]:
        if node.style == "flow":
            return [_Entry(index, item.start, item.start, item) for index, item in enumerate(node.children)]
        entries: list[_Entry] = []
        at = node.start
        for index, item in enumerate(node.children):
            dash = next(
                (
                    match.start()
                    for match in _DASH.finditer(self._text, at, item.start)
                    if match.start() == at == node.start or not self._before(match.start()).strip()
                ),
                None,
            )
            if dash is None:
                raise Cannot("An item of a list was not found in the text.")
            entries.append(_Entry(index, dash, dash + 1, item))
            at = item.end
        return entries

    # One value

    def _replace(self, entry: _Entry, value: Any, around: Node) -> None:
        """Put `value` in the place of an entry's value."""
        old = entry.value
        text = self._written(entry, value, around)
        if self._text[old.start : old.end].endswith("\n"):
            text += self._newline
        gap = self._text[entry.lead : old.start]
        if around.style == "flow" and isinstance(entry.step, int):
            self._add(old.start, old.end, text)
        elif not gap.strip():
            colon = ":" if entry.colon else ""
            spaces = gap if old.end > old.start and "\n" not in gap and "\n" not in text else " "
            lead = f"{colon}{spaces}" if not text.startswith(("\n", "\r")) else colon
            self._add(entry.lead, old.end, lead + text)
        else:
            # A comment stands between the key and its value; it stays behind the new value.
            begin = self._line_start(old.start)
            if self._text[begin : old.start].strip() or "\n" in text:
                raise Cannot(COMMENT)
            self._add(entry.lead, entry.lead, f" {text}")
            self._add(begin, self._line_end(old.end), "")

    def _rename(self, entry: _Entry, new: Rename, around: Node) -> None:
        """Write another key in the place of an entry's, quoted alike."""
        key = entry.key
        others = [other.value for other in around.children[::2] if other is not key and not other.merge]
        written = key_text(new.key)
        if key is None or key.alias or self._text[key.start : key.start + 1] in "&!*?" or written is None:
            raise Cannot("The key cannot be renamed in its place; change it by hand.")
        if new.key in others or key.value in others:
            raise Cannot(f"`{new.key if new.key in others else key.value}` stands there already; change it by hand.")
        if key.style == '"':
            written = double_quoted(new.key)
        elif key.style == "'":
            written = single_quoted(new.key) or written
        self._add(key.start, key.end, written)
        if not new.keeps_value:
            self._replace(entry, new.value, around)

    def _written(self, entry: _Entry, value: Any, around: Node) -> str:
        """A value in the style of the one it replaces: quoted alike, on one line if that stood on one or is short."""
        old = entry.value
        # An empty text has quotes because it must, not because someone chose them.
        if isinstance(value, str) and old.kind == "text" and old.value and not old.alias:
            if old.style == '"':
                return double_quoted(value)
            if old.style == "'" and (quoted := single_quoted(value)) is not None:
                return quoted
        line = flow(value)
        indent = self._column(entry.start)
        if not isinstance(value, dict | list) or around.style == "flow" or indent + len(line) < _WIDTH:
            return line
        if "\n" not in self._text[old.start : old.end] and self._text[old.end : self._line_end(old.end)].strip():
            return line  # a comment on the line would get into the block
        if isinstance(entry.step, int):
            lines = list(item_lines(value, indent))
            return self._newline.join([lines[0][indent + 2 :], *lines[1:]])
        lines = list(entry_lines(entry.step, value, indent))
        if len(lines) == 1:
            return line
        return self._newline.join(["", *lines[1:]])

    # Members that come and go

    def _members(
        self, node: Node, entries: list[_Entry], gone: set[str | int], added: Sequence[tuple[str | int, Any]]
    ) -> None:
        kept = [entry for entry in entries if entry.step not in gone]
        if not kept:
            self._whole(node, added)
        elif node.style == "flow":
            self._remove_in_flow(entries, gone)
            if added:
                self._add_in_flow(node, kept[-1], added)
        else:
            self._remove_in_block(entries, gone)
            if added:
                self._add_in_block(node, kept, added)

    def _whole(self, node: Node, added: Sequence[tuple[str | int, Any]]) -> None:
        """Write a map or list anew, on one line: nothing of it stays."""
        new = flow(dict(added) if node.kind == "map" else [value for _step, value in added])
        if self._text[node.start : node.end].endswith("\n"):
            new += self._newline
        start = node.start
        if node.style == "block":
            before = self._text[:start].rstrip(" \t\r\n")
            if before.endswith((":", "-")) and "#" not in self._before(len(before)):
                start = len(before)
                new = f" {new}"
        self._add(start, node.end, new)

    def _remove_in_flow(self, entries: list[_Entry], gone: set[str | int]) -> None:
        for before, run, after in _runs(entries, gone):
            # With the comma behind it, or, where it is the last, the one before it.
            start = run[0].start if after is not None or before is None else before.end
            end = run[-1].end if after is None else after.start
            self._add(start, end, "")

    def _add_in_flow(self, node: Node, last: _Entry, added: Sequence[tuple[str | int, Any]]) -> None:
        parts = [flow({step: value})[1:-1] if isinstance(step, str) else flow(value) for step, value in added]
        lead = self._before(last.start)
        several_lines = "\n" in self._text[node.start : node.end] and not lead.strip()
        separator = f",{self._newline}{lead}" if several_lines else ", "
        self._add(last.end, last.end, "".join(f"{separator}{part}" for part in parts))

    def _remove_in_block(self, entries: list[_Entry], gone: set[str | int]) -> None:
        for _before, run, after in _runs(entries, gone):
            if self._before(run[0].start).strip() and after is not None:
                # It begins beside a dash that stays, and so does the next one that stays.
                self._add(run[0].start, after.start, "")
                continue
            for entry in run:
                self._add(self._line_start(entry.start), self._line_end(entry.end), "")

    def _add_in_block(self, node: Node, kept: list[_Entry], added: Sequence[tuple[str | int, Any]]) -> None:
        indent = self._column(kept[0].start)
        lines: list[str] = []
        for step, value in added:
            lines += entry_lines(step, value, indent) if isinstance(step, str) else item_lines(value, indent)
        at = self._line_end(kept[-1].end)
        new = self._newline.join(lines)
        if at and self._text[at - 1] == "\n":
            self._add(at, at, new + self._newline)
        else:
            self._add(at, at, self._newline + new)

    # Places

    def _add(self, start: int, end: int, new: str) -> None:
        self._found.append((start, end, new))

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the end of the line that `at` stands on, or behind which it stands already."""
        if at and self._text[at - 1] == "\n":
            return at
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1

    def _before(self, at: int) -> str:
        """What stands before `at` on its line."""
        return self._text[self._line_start(at) : at]

    def _column(self, at: int) -> int:
        before = self._before(at)
        return len(before.removeprefix("\ufeff"))


def _runs(entries: list[_Entry], gone: set[str | int]) -> Iterator[tuple[_Entry | None, list[_Entry], _Entry | None]]:
    """The entries that go, those side by side together, each time with the entries that stay before and behind them."""
    at = 0
    for is_gone, group in groupby(entries, key=lambda entry: entry.step in gone):
        run = list(group)
        at += len(run)
        if is_gone:
            first = at - len(run)
            yield entries[first - 1] if first else None, run, entries[at] if at < len(entries) else None


def built(change: Change) -> Any:
    """The value that changes make where there is none."""
    if is_new(change):
        return change.value
    below = {step: built(inner) for step, inner in change.below.items() if inner.value is not REMOVE}
    return list(below.values()) if below and all(isinstance(step, int) for step in below) else below
