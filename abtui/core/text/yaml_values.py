"""JSON values read from YAML nodes: what is written as JSON is read as JSON.parse reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, NamedTuple

from abtui.core.text.json_text import number, parse, skip_space
from abtui.core.text.secret import Secret, excerpt
from abtui.core.text.yaml_json import JSON_TAG
from abtui.core.text.yaml_nodes import Node

Tell = Callable[[str, Node, str, str], None]
"""Takes a mistake: what it is (`type`, `duplicate`), the node it is at, a sentence, and what to do about it."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "": None, "~": None}
"""What every YAML version reads alike, in lower case."""
_WIDTH: Final = 60


class Member(NamedTuple):
    """An entry of a map, its key as text."""

    name: str
    key: Node
    value: Node


def json_value(node: Node, tell: Tell, secrets: Collection[Secret] = ()) -> Any:
    """The JSON value of a node; None in place of what is none, which is told.

    Quoted scalars are text. Plain ones are what JSON has for them (`1e21`, `true`), else the text as it is written (`0x10`,
    `1_000`, a date). `yes`, `no`, `on` and `off` are told: the versions of YAML do not agree on them. `!json '...'` is the JSON in it.
    `secrets` are keys that nothing told may quote.
    """
    if node.kind == "map":
        return {member.name: json_value(member.value, tell, secrets) for member in members(node, tell, secrets)}
    if node.kind == "list":
        return [json_value(item, tell, secrets) for item in node.children]
    if node.kind == "other":
        return _tagged(node, tell, secrets)
    if node.style != "plain":
        return node.value
    if _NUMBER.match(node.value) and node.kind in ("text", "number"):
        return number(node.value)
    if node.kind in ("bool", "null"):
        word = node.value.lower()
        if word in _WORDS:
            return _WORDS[word]
        meant = "true" if word in ("yes", "on") else "false"
        hint = f'Write `"{node.value}"` for the text, or `{meant}`.'
        tell("type", node, f"`{node.value}` is a truth value to some readers of YAML and a text to others.", hint)
        return None
    return node.value


def members(node: Node, tell: Tell, secrets: Collection[Secret] = ()) -> list[Member]:
    """The entries of a map in the file's order. `<<` is merged, first and with least weight. A key that stands twice is told."""
    merged: dict[str, Member] = {}
    own: dict[str, Member] = {}
    for key, value in zip(node.children[::2], node.children[1::2], strict=True):
        if key.merge:
            for member in _merged(value, tell, secrets):
                merged.setdefault(member.name, member)
        elif key.kind in ("map", "list", "other"):
            tell("type", key, "A key is text.", "Quote the key.")
        else:
            if (first := own.get(key.value)) is not None:
                message = f"`{excerpt(key.value, _WIDTH, secrets)}` stands in line {first.key.line}, too."
                tell("duplicate", key, message, "Remove one of the two.")
            own[key.value] = Member(key.value, key, value)
    return list((merged | own).values())


def _merged(value: Node, tell: Tell, secrets: Collection[Secret]) -> Iterator[Member]:
    for node in value.children if value.kind == "list" else [value]:
        if node.kind == "map":
            yield from members(node, tell, secrets)
        else:
            hint = "`<<: *name` takes over the entries of a map marked `&name`; quote a key that is called so."
            tell("type", node, "`<<` takes a map, or a list of maps.", hint)


def _tagged(node: Node, tell: Tell, secrets: Collection[Secret]) -> Any:
    if node.tag != JSON_TAG:
        tell("type", node, "This has a type of its own.", "Remove the `!…` before it, or quote the text.")
        return None
    parsed = parse(node.value, secrets=secrets)
    if parsed.damaged:
        issue = parsed.issues[-1]
        tell("type", node, f"The JSON here is broken: {issue.message}", issue.hint)
        return None
    if skip_space(node.value, parsed.end) < len(node.value):
        tell("type", node, "Text follows the JSON value here.", f"Write one value behind `{JSON_TAG}`.")
    return parsed.value
