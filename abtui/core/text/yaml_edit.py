"""Changes values in a YAML text and leaves everything else in it, such as comments, order, quotes and spaces, as it is.

The tree of nodes says where each value is, and the text is changed at these offsets. The result is then parsed and
compared with the wanted change: the caller gets exactly that change, or a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET

from abtui.core.text.paths import Path, path_text
from abtui.core.text.yaml_edit_check import REMOVE, Change, Rename, comments, is_as_asked
from abtui.core.text.yaml_nodes import CONFIG_FORM, Form, Node
from abtui.core.text.yaml_text import entry_lines, flow, is_plain_yaml, item_lines, key_text, quoted_like, short_key
from abtui.core.text.yaml_tree import parse_yaml

__all__ = ["COMMENT", "REMOVE", "Edited", "Rename", "edit_yaml"]

COMMENT: Final = "There is a comment inside the value; change it by hand."
"""The refusal of a change that would delete a comment."""
_WIDTH: Final = 100
_DASH = re.compile(r"^ *(-)(?=[ \t\r\n]|\Z)", re.MULTILINE)


class Edited(msgspec.Struct, frozen=True):
    """The changed text, or None and a sentence that says why the text cannot be changed in place."""

    text: str | None
    problem: str = ""


def edit_yaml(
    text: str,
    edits: Mapping[Path, Any],
    form: Form = CONFIG_FORM,
    *,
    name: str = "The file",
    tagged: bool = False,
    block: bool = False,
) -> Edited:
    """`text` with the value at each path set to a JSON value, removed with `REMOVE`, or put under another key with `Rename`.

    A missing entry is added at the end of its map or list, with the maps around it that are missing as well. A removed entry
    goes with its line. A map in braces keeps them. A change that would delete a comment is refused. No path may be empty, or
    begin with another path of `edits`. With `tagged` a value that YAML cannot hold is written as `!json '...'`, which only
    case files can contain. With `block` a map that was missing or empty gets a line for each entry, unless it is in braces.
    """
    if not edits:
        return Edited(text)
    if not tagged and not all(map(_can_be_written, edits.values())):
        return Edited(None, "YAML cannot hold the value.")
    tree = parse_yaml(text, name, form)
    if tree.root is None:
        return Edited(None, tree.findings[-1].message)
    change = _change_of(edits)
    try:
        editor = _Editor(text, block)
        editor.change(tree.root, change)
        result = editor.result()
    except _Refused as error:
        return Edited(None, str(error))
    after = parse_yaml(result, name, form).root
    if after is None or not is_as_asked(tree.root, change, after):
        at = path_text(next(iter(edits)))
        return Edited(None, f"{at} cannot be changed without changing something else; change it by hand.")
    if comments(result, after) != comments(text, tree.root):
        return Edited(None, COMMENT)
    return Edited(result)


def _can_be_written(value: Any) -> bool:
    if isinstance(value, Rename):
        return value.value is UNSET or is_plain_yaml(value.value)
    return value is REMOVE or is_plain_yaml(value)


def _change_of(edits: Mapping[Path, Any]) -> Change:
    """The edits as a tree. Raises ValueError for an empty path and for one that begins with another."""
    root = Change()
    for path, value in edits.items():
        change = root
        for step in path:
            if change.is_new:
                raise ValueError(f"{path_text(path)} is within a value that is set as a whole")
            change = change.below.setdefault(step, Change())
        if change is root or change.below or change.is_new:
            raise ValueError(f"{path_text(path)} is changed twice, or is everything")
        change.value = value
    return root


class _Refused(Exception):
    """The text cannot be changed in place. Never leaves this module."""


class _Entry(NamedTuple):
    """An entry of a map or an item of a list. It begins at `start`; `lead` is the offset behind its colon or dash.

    `step` is its key or index, or -1 for a key that is no text and for one that is repeated further down. `key` is the node
    of a map's key; `colon`: no colon follows it yet.
    """

    step: str | int
    start: int
    lead: int
    value: Node
    key: Node | None = None
    colon: bool = False

    @property
    def end(self) -> int:
        return self.value.end


class _Editor:
    """Collects the replacements in a text."""

    def __init__(self, text: str, block: bool) -> None:
        self._text = text
        self._block = block
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._replacements: list[tuple[int, int, str]] = []

    def result(self) -> str:
        """The text with all replacements made. Raises _Refused if two of them overlap."""
        parts, at = [], 0
        for start, end, new in sorted(self._replacements, key=lambda replacement: replacement[:2]):
            if start < at:
                raise _Refused("Two changes meet in one place.")
            parts += [self._text[at:start], new]
            at = end
        return "".join([*parts, self._text[at:]])

    def change(self, node: Node, change: Change) -> None:
        """Plan the changes below a map or list."""
        if node.alias:
            raise _Refused("A part of it repeats another part by an alias (`*name`); change it by hand.")
        is_map = node.kind == "map"
        if node.kind not in ("map", "list") or any(isinstance(step, int) is is_map for step in change.below):
            raise _Refused("A value in the text is not the map or list that is to be changed.")
        entries = self._map_entries(node) if is_map else self._items(node)
        by_step = {entry.step: entry for entry in entries}
        removed: set[str | int] = set()
        added: list[tuple[str | int, Any]] = []
        for step, below in change.below.items():
            entry = by_step.get(step)
            if entry is None:
                if isinstance(below.value, Rename):
                    raise _Refused(f"There is no `{step}` to rename.")
                if below.value is not REMOVE:
                    added.append((step, below.built()))
            elif below.value is REMOVE:
                removed.add(step)
            elif isinstance(below.value, Rename):
                self._rename(entry, below.value, node)
            elif below.is_new or self._is_empty(entry.value, node):
                self._replace(entry, below.built(), node)
            else:
                self.change(entry.value, below)
        if kept := [entry for entry in entries if entry.step not in removed]:
            self._remove(node, entries, kept, removed)
            self._append(node, kept, added)
        elif removed or added:
            self._write_whole(node, added)

    def _is_empty(self, value: Node, around: Node) -> bool:
        """Whether a value has no entries, so that it is replaced by the map that the change makes."""
        empty_map = self._block and around.style == "block" and value.kind == "map" and not value.children
        return (value.kind == "null" or empty_map) and not value.alias

    def _map_entries(self, node: Node) -> list[_Entry]:
        entries: dict[str | int, _Entry] = {}
        for at, (key, value) in enumerate(node.pairs):
            lead = self._text.find(":", key.end, value.start) + 1
            entry = _Entry(-1, key.start, lead or key.end, value, key, not lead)
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
            # The list begins with its first dash, or with an anchor or a tag in a line before.
            dash = None if index == 0 and self._text[at] == "-" else _DASH.search(self._text, at, item.start + 1)
            start = dash.start(1) if dash else at
            entries.append(_Entry(index, start, start + 1, item))
            at = item.end
        return entries

    # One value

    def _replace(self, entry: _Entry, value: Any, around: Node) -> None:
        """Replace the value of an entry."""
        old = entry.value
        new = self._written(entry, value, around)
        if self._text[old.start : old.end].endswith("\n"):
            new += self._newline
        gap = self._text[entry.lead : old.start]
        if not gap.strip():
            colon = ":" if entry.colon else ""
            tail = self._text[old.end : self._line_end(old.end)].rstrip("\r\n")
            if not new.startswith(("\n", "\r")):
                spaces = gap if old.end > old.start and "\n" not in gap + new else " "
                self._put(entry.lead, old.end, colon + spaces + new)
            elif self._block and tail.strip():
                # The comment at the end of the line stays behind the key, and the block begins below it.
                self._put(entry.lead, old.end, colon)
                self._put(old.end + len(tail), old.end + len(tail), new)
            else:
                self._put(entry.lead, old.end, colon + new)
            return
        # There is a comment between the key and its value, which stays after the new value.
        begin = self._line_start(old.start)
        if self._text[begin : old.start].strip() or "\n" in new:
            raise _Refused(COMMENT)
        self._put(entry.lead, entry.lead, f" {new}")
        self._put(begin, self._line_end(old.end), "")

    def _rename(self, entry: _Entry, new: Rename, around: Node) -> None:
        """Replace the key of an entry, with the same quotes."""
        key = entry.key
        if key is None or key.alias or self._text[key.start : key.start + 1] in "&!*?" or short_key(new.key) is None:
            raise _Refused("The key cannot be renamed in place; change the YAML by hand.")
        others = [other.value for other, _value in around.pairs if other is not key and not other.merge]
        for name in (new.key, key.value):
            if name in others:
                raise _Refused(f"The key `{name}` is already there; change it by hand.")
        self._put(key.start, key.end, key_text(new.key, key.style if key.style in ('"', "'") else ""))
        if new.value is not UNSET:
            self._replace(entry, new.value, around)

    def _written(self, entry: _Entry, value: Any, around: Node) -> str:
        """A value in the style of the one that it replaces: in the same quotes, and on one line if the old one is or if it is short."""
        old = entry.value
        # The quotes of an empty text were not chosen: it cannot be without them.
        if isinstance(value, str) and old.kind == "text" and old.value and not old.alias:
            # Double quotes inside a text stay readable in single ones.
            quote = old.style if old.style in ('"', "'") else "'" if '"' in value else ""
            if quote:
                return quoted_like(value, quote)
        line = flow(value)
        indent = self._column(entry.start)
        if not isinstance(value, dict | list) or around.style == "flow":
            return line
        if indent + len(line) < _WIDTH and not self._block:
            return line
        commented = (
            "\n" not in self._text[old.start : old.end] and self._text[old.end : self._line_end(old.end)].strip()
        )
        if commented and not self._block:
            return line  # The comment at the end of the line would move to the end of the block.
        if isinstance(entry.step, int):
            first, *rest = item_lines(value, indent)
            return self._newline.join([first[indent + 2 :], *rest])
        _key, *rest = entry_lines(entry.step, value, indent, block=self._block)
        return self._newline.join(["", *rest]) if rest else line

    # Entries that come and go

    def _write_whole(self, node: Node, added: list[tuple[str | int, Any]]) -> None:
        """Replace a map or list of which no entry stays, on one line."""
        new = flow(dict(added) if node.kind == "map" else [value for _step, value in added])
        if self._text[node.start : node.end].endswith("\n"):
            new += self._newline
        start = node.start
        before = self._text[:start].rstrip(" \t\r\n")
        if node.style == "block" and before.endswith((":", "-")) and "#" not in self._before(len(before)):
            start = len(before)
            new = f" {new}"
        self._put(start, node.end, new)

    def _remove(self, node: Node, entries: list[_Entry], kept: list[_Entry], removed: set[str | int]) -> None:
        first, last = kept[0], kept[-1]
        if node.style == "flow":
            for entry, after in pairwise(entries):
                if entry.step in removed and entry.start < last.start:
                    self._put(entry.start, after.start, "")
            if last is not entries[-1]:
                self._put(last.end, entries[-1].end, "")
            return
        if entries[0] is not first and self._before(entries[0].start).strip():
            # The map begins on the line of a dash that stays.
            self._put(entries[0].start, first.start, "")
            entries = [entry for entry in entries if entry.start > first.start]
        for entry in entries:
            if entry.step in removed:
                self._put(self._line_start(entry.start), self._line_end(entry.end), "")

    def _append(self, node: Node, kept: list[_Entry], added: list[tuple[str | int, Any]]) -> None:
        last = kept[-1]
        if node.style == "flow":
            lead = self._before(last.start)
            several_lines = "\n" in self._text[node.start : node.end] and not lead.strip()
            separator = f",{self._newline}{lead}" if several_lines else ", "
            parts = [flow({step: value})[1:-1] if isinstance(step, str) else flow(value) for step, value in added]
            self._put(last.end, last.end, "".join(f"{separator}{part}" for part in parts))
            return
        indent = self._column(kept[0].start)
        at = self._line_end(last.end)
        for step, value in added:
            if isinstance(step, str):
                lines = entry_lines(step, value, indent, block=self._block and not isinstance(value, list))
            else:
                lines = item_lines(value, indent)
            new = self._newline.join(lines)
            ended = at and self._text[at - 1] == "\n"
            self._put(at, at, new + self._newline if ended else self._newline + new)

    # Places

    def _put(self, start: int, end: int, new: str) -> None:
        self._replacements.append((start, end, new))

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """The offset behind the line that contains `at`, or `at` itself if a line has just ended there."""
        if at and self._text[at - 1] == "\n":
            return at
        return self._text.find("\n", at) + 1 or len(self._text)

    def _before(self, at: int) -> str:
        """The text between the start of the line and `at`."""
        return self._text[self._line_start(at) : at]

    def _column(self, at: int) -> int:
        return len(self._before(at).removeprefix("\ufeff"))
