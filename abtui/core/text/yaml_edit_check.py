"""The proof of an edit: whether a changed YAML text has the wanted change, no other change, and all its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET

from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_text import json_text
from abtui.core.text.yaml_values import json_value

_PROPERTY: Final = re.compile(r"[!&]\S*|\s+")
_COMMENT: Final = re.compile(r"#[^\r\n\x85\u2028\u2029]*")


class _Removal:
    def __repr__(self) -> str:
        return "REMOVE"


REMOVE: Final = _Removal()
"""In place of a value: the entry is removed."""


class Rename(msgspec.Struct, frozen=True):
    """In place of a value: the entry gets another key. It keeps its place, its comments and, unless a new one is given, its value."""

    key: str
    value: Any = UNSET


class Change(msgspec.Struct):
    """The change of a value: a new value, REMOVE or a Rename, or changes of the values below it, by key or index."""

    value: Any = UNSET
    below: dict[str | int, Change] = {}

    @property
    def is_new(self) -> bool:
        """Whether the value itself is set or removed."""
        return self.value is not UNSET

    def built(self) -> Any:
        """The value that the change makes out of nothing."""
        if self.is_new:
            return self.value
        below = {step: inner.built() for step, inner in self.below.items() if inner.value is not REMOVE}
        return list(below.values()) if below and all(isinstance(step, int) for step in below) else below


class _NoValue(Exception):
    """A node that is no JSON value. Never leaves this module."""


class _Wanted(NamedTuple):
    """An entry that the changed map or list must have. `old` is its value before, or None if it is new.

    `key` is the node of a key that stays as it is, the text of a key that is new, or None for an item of a list.
    """

    key: Node | str | None
    old: Node | None
    change: Change


def is_as_asked(old: Node, change: Change, new: Node) -> bool:
    """Whether `new` is `old` with `change`. A value that stays must be the same to a reader, however it is written."""
    if change.is_new:
        return _is_value(new, change.value)
    if not change.below:
        return _is_same(old, new)
    if old.kind == "null":
        return _is_value(new, change.built())
    if old.kind != new.kind or old.kind not in ("map", "list"):
        return False
    wanted, found = list(_wanted_entries(old, change)), _pairs(new)
    return len(wanted) == len(found) and all(map(_is_entry, wanted, found))


def _wanted_entries(old: Node, change: Change) -> Iterator[_Wanted]:
    pairs = _pairs(old)
    last = {key.value: index for index, (key, _value) in enumerate(pairs) if key is not None and not key.merge}
    added = dict(change.below)
    for index, (key, value) in enumerate(pairs):
        step: str | int = index if key is None else key.value if last.get(key.value) == index else -1
        below = added.pop(step, Change())
        if isinstance(below.value, Rename):
            yield _Wanted(below.value.key, value, Change(below.value.value))
        elif below.value is not REMOVE:
            yield _Wanted(key, value, below)
    for step, below in added.items():
        if below.value is not REMOVE:
            yield _Wanted(step if isinstance(step, str) else None, None, below)


def _is_entry(wanted: _Wanted, found: tuple[Node | None, Node]) -> bool:
    key, value = found
    if isinstance(wanted.key, str):
        is_key = key is not None and (key.kind, key.value, key.merge) == ("text", wanted.key, False)
    else:
        is_key = wanted.key is key is None or (wanted.key is not None and key is not None and _is_same(wanted.key, key))
    if wanted.old is None:
        return is_key and _is_value(value, wanted.change.built())
    return is_key and is_as_asked(wanted.old, wanted.change, value)


def _pairs(node: Node) -> list[tuple[Node | None, Node]]:
    if node.kind == "list":
        return [(None, item) for item in node.children]
    return list(node.pairs)


def _is_value(node: Node, value: Any) -> bool:
    def refuse(*_mistake: object) -> None:
        raise _NoValue

    try:
        return json_text(json_value(node, refuse)) == json_text(value)
    except _NoValue:
        return False


def _is_same(old: Node, new: Node) -> bool:
    """Whether two nodes read the same: by kind, text and tag, and by being plain, which makes `1` a number and `"1"` a text."""
    if (old.kind, old.value, old.tag, old.merge, old.alias) != (new.kind, new.value, new.tag, new.merge, new.alias):
        return False
    if not old.children and not new.children:
        return (old.style == "plain") == (new.style == "plain") or old.kind in ("map", "list")
    return len(old.children) == len(new.children) and all(map(_is_same, old.children, new.children))


def comments(text: str, root: Node) -> list[str]:
    """The comments of a text in order, without trailing spaces. `root` is its tree: a `#` within a value begins no comment."""
    found: list[str] = []
    at = 0
    for start, end in [*sorted(_scalars(text, root)), (len(text), len(text))]:
        found += _COMMENT.findall(text, at, start)
        at = max(at, end)
    return [comment.rstrip() for comment in found]


def _scalars(text: str, node: Node) -> Iterator[tuple[int, int]]:
    """The spans of the scalars' texts: behind the anchor and the tag, and behind the line with the `|` or `>` of a block scalar."""
    if node.alias:
        yield node.start, node.end
    elif node.kind in ("map", "list") or node.children:
        for child in node.children:
            yield from _scalars(text, child)
    else:
        start = node.start
        while start < node.end and (part := _PROPERTY.match(text, start) or _COMMENT.match(text, start)):
            start = part.end()
        if node.style in ("|", ">"):
            start = text.find("\n", start, node.end) + 1 or node.end
        yield start, node.end
