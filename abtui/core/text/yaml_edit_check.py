"""Whether a changed YAML text holds what was asked for and nothing else is different, comments too. Use it through `edit`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from abtui.core.text.yaml_edit_splices import REMOVE, Change, Rename, built, is_new
from abtui.core.text.yaml_json import json_text
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_values import json_value

_PROPERTY: Final = re.compile(r"[!&]\S*|\s+")
_COMMENT: Final = re.compile(r"#[^\r\n\x85\u2028\u2029]*")


class _NoValue(Exception):
    """A node that is not a JSON value. Never leaves this module."""


def is_as_asked(old: Node, change: Change, new: Node) -> bool:
    """Whether `new` is `old` with `change`. What is kept must be the same to a reader, whatever way it is written."""
    if is_new(change):
        return _is_value(new, change.value)
    if not change.below:
        return _is_same(old, new)
    if old.kind == "null":
        return _is_value(new, built(change))
    if old.kind != new.kind or old.kind not in ("map", "list"):
        return False
    return _members(old, change, new)


def _members(old: Node, change: Change, new: Node) -> bool:
    before, after = _pairs(old), _pairs(new)
    last = {key.value: index for index, (key, _value) in enumerate(before) if key is not None and not key.merge}
    added = list(change.below.items())
    at = 0
    for index, (key, value) in enumerate(before):
        step: str | int = index if key is None else key.value if last.get(key.value) == index else -1
        below = change.below.get(step, Change())
        added = [(name, inner) for name, inner in added if name != step]
        if below.value is REMOVE:
            continue
        if at == len(after):
            return False
        other = after[at][0]
        if isinstance(below.value, Rename):
            wanted = Change() if below.value.keeps_value else Change(below.value.value)
            named = other is not None and (other.kind, other.value) == ("text", below.value.key)
            if not named or not is_as_asked(value, wanted, after[at][1]):
                return False
            at += 1
            continue
        if not is_as_asked(value, below, after[at][1]):
            return False
        if key is not None and (other is None or not _is_same(key, other)):
            return False
        at += 1
    for step, inner in added:
        if inner.value is REMOVE:
            continue
        if at == len(after) or not _is_value(after[at][1], built(inner)):
            return False
        new_key = after[at][0]
        if new_key is not None and (new_key.value != step or new_key.merge):
            return False
        at += 1
    return at == len(after)


def _pairs(node: Node) -> list[tuple[Node | None, Node]]:
    if node.kind == "list":
        return [(None, item) for item in node.children]
    return list(zip(node.children[::2], node.children[1::2], strict=True))


def _is_value(node: Node, value: Any) -> bool:
    def tell(_what: str, _node: Node, _message: str, _hint: str) -> None:
        raise _NoValue

    try:
        return json_text(json_value(node, tell)) == json_text(value)
    except _NoValue:
        return False


def _is_same(old: Node, new: Node) -> bool:
    """Whether two nodes are read alike: by kind, text and tag, and by being plain, which tells a number from a text."""
    if (old.kind, old.value, old.tag, old.merge, old.alias) != (new.kind, new.value, new.tag, new.merge, new.alias):
        return False
    if not old.children and not new.children:
        return (old.style == "plain") == (new.style == "plain") or old.kind in ("map", "list")
    return len(old.children) == len(new.children) and all(map(_is_same, old.children, new.children))


def comments(text: str, root: Node) -> list[str]:
    """The comments of a text in order, without spaces behind them. `root` is its tree: a `#` within a value is none."""
    found: list[str] = []
    at = 0
    for start, end in [*sorted(_scalars(text, root)), (len(text), len(text))]:
        found += _COMMENT.findall(text, at, start)
        at = max(at, end)
    return [comment.rstrip() for comment in found]


def _scalars(text: str, node: Node) -> Iterator[tuple[int, int]]:
    """Where the texts of the scalars stand: behind their anchor and tag, and behind the `|` or `>` of a block."""
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
