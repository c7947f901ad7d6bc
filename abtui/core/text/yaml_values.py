"""The entries of a YAML map, and the JSON value of a YAML node."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from abtui.core.text.json_text import number, parse, skip_space
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import one_line
from abtui.core.text.secret import Secret, hide_all
from abtui.core.text.yaml_nodes import Kind, Node
from abtui.core.text.yaml_text import JSON_TAG

Tell = Callable[[str, Node, str, str], None]
"""Receives a mistake: the end of its code (`TYPE`, `DUPLICATE-KEY`), the node, a message and a hint."""

WIDTH: Final = 60
"""The longest quotation of a file in a message, in characters."""
KINDS: Final[Mapping[Kind, str]] = {
    "map": "a map",
    "list": "a list",
    "text": "text",
    "number": "a number",
    "bool": "a boolean",
    "date": "a date",
    "null": "empty",
    "other": "a custom type",
    "unknown": "an expression",
}
"""Each kind of node in words that follow `it is`."""
UNKNOWN_HINT: Final = "Give the output of `terraform show -json`, which has all values; or make a config with `abtui init config.yaml --from-segment FILE`, and write the value there."
UNTAGGED: Final = "Remove the `!…` before it, or quote the text."

TRUE: Final = frozenset({"yes", "true", "on"})
"""The words for true, in lower case; `json_value` reports those of them that not every version of YAML takes for it."""

_PLAIN_REFERENCE = re.compile(r"(?:var|local|data|module|segment_\w+)(?:\.[A-Za-z_][\w-]*)+\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "": None, "~": None}
"""The words that every version of YAML reads alike, in lower case."""


class Quoter:
    """Quotes parts of a file in messages: printable, on one line, cut to a width, and with the API keys `secrets` masked."""

    def __init__(self, secrets: Collection[Secret] = ()) -> None:
        self.secrets = secrets

    def mask(self, text: str) -> str:
        """`text` with the API keys in it masked."""
        return hide_all(text, self.secrets)

    def shown(self, text: str) -> str:
        """A value or a key of the file."""
        return one_line(self.mask(text), WIDTH)

    def step(self, step: str) -> str:
        """A key of a path."""
        return self.mask(step)

    def key_path(self, path: Iterable[str | int]) -> str:
        """`("targets", "my target", "apiKey")` -> `targets["my target"].apiKey`."""
        text = path_text([self.step(step) if isinstance(step, str) else step for step in path])
        return one_line(text.removeprefix("$").removeprefix("."), 2 * WIDTH)


class Entry(msgspec.Struct, frozen=True):
    """An entry of a map. `name` is the text of the key, or the name that this key is a label for."""

    name: str
    key: Node
    value: Node


_PLAIN_QUOTER: Final = Quoter()


def entries(
    node: Node, tell: Tell, quoter: Quoter = _PLAIN_QUOTER, path: Path = (), *, first: bool = False
) -> list[Entry]:
    """The entries of the map at `path` in the file's order. `<<` is merged as PyYAML does: first, and own entries override it.

    A duplicate key is reported, and the last of its values counts, or with `first` the first.
    """
    merged: dict[str, Entry] = {}
    own: dict[str, Entry] = {}
    for key, value in node.pairs:
        if key.merge:
            for entry in _merged(value, tell, quoter, (*path, "<<")):
                merged.setdefault(entry.name, entry)
        elif key.kind in ("map", "list", "other"):
            where = f" of `{quoter.key_path(path)}`" if path else ""
            tell("TYPE", key, f"A key{where} must be text; it is {KINDS[key.kind]}.", "Quote the key.")
        elif (known := own.get(key.value)) is not None:
            used = "that value is used" if first else "this value replaces that one"
            name = quoter.key_path((*path, key.value)) if path else quoter.shown(key.value)
            message = f"`{name}` is already in line {known.key.line}, and {used}."
            tell("DUPLICATE-KEY", key, message, "Remove one of the two.")
            own[key.value] = known if first else Entry(key.value, key, value)
        else:
            own[key.value] = Entry(key.value, key, value)
    return list((merged | own).values())


def _merged(value: Node, tell: Tell, quoter: Quoter, path: Path) -> Iterator[Entry]:
    for node in value.children if value.kind == "list" else [value]:
        if node.kind == "map":
            yield from entries(node, tell, quoter, path)
        else:
            message = f"`{quoter.key_path(path)}` must be a map, or a list of maps; it is {KINDS[node.kind]}."
            hint = "`<<: *name` merges the entries of a map marked `&name`. Quote a key that is called `<<`."
            tell("TYPE", node, message, UNTAGGED if node.kind == "other" else hint)


def expression_text(expression: str, quoter: Quoter) -> str:
    """An expression in a sentence. Only a plain reference is certain to have no key in it."""
    return f"`{quoter.shown(expression)}`" if _PLAIN_REFERENCE.match(expression) else "an expression"


def unknown_value(node: Node, quoter: Quoter) -> str:
    """What is said of a value that is not in the file, behind its name."""
    return f"is {expression_text(node.value, quoter)}, whose value is not in this file; it is taken for empty."


def json_value(node: Node, tell: Tell, quoter: Quoter = _PLAIN_QUOTER) -> Any:
    """The JSON value of a node. A node without one is reported, and None takes its place.

    Quoted scalars are text. A plain scalar is the value that the same characters have in JSON (`1e21`, `true`), or else
    text (`0x10`, `1_000`, a date). `yes`, `no`, `on` and `off` are reported, because the versions of YAML disagree about
    them. `!json '...'` is the JSON in the quotes.
    """
    if node.kind == "map":
        return {entry.name: json_value(entry.value, tell, quoter) for entry in entries(node, tell, quoter)}
    if node.kind == "list":
        return [json_value(item, tell, quoter) for item in node.children]
    if node.kind == "other":
        return _tagged(node, tell, quoter)
    if node.kind == "unknown":
        tell("UNKNOWN-VALUE", node, f"This value {unknown_value(node, quoter)}", UNKNOWN_HINT)
        return None
    if node.style == "plain" and node.kind in ("text", "number") and _NUMBER.match(node.value):
        return number(node.value)
    if node.style != "plain" or node.kind not in ("bool", "null"):
        return node.value
    word = node.value.lower()
    if word not in _WORDS:
        meant = "true" if word in ("yes", "on") else "false"
        message = f"`{node.value}` is a boolean in some versions of YAML and text in others."
        tell("TYPE", node, message, f'Write `"{node.value}"` for the text, or `{meant}`.')
    return _WORDS.get(word)


def _tagged(node: Node, tell: Tell, quoter: Quoter) -> Any:
    if node.tag != JSON_TAG:
        tell("TYPE", node, "This value has a custom type.", UNTAGGED)
        return None
    parsed = parse(node.value, secrets=quoter.secrets)
    if parsed.damaged:
        issue = parsed.issues[-1]
        tell("TYPE", node, f"The JSON here is broken: {issue.message}", issue.hint)
        return None
    if skip_space(node.value, parsed.end) < len(node.value):
        tell("TYPE", node, "Text follows the JSON value here.", f"Write one value after `{JSON_TAG}`.")
    return parsed.value
