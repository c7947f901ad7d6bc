"""Files in which an HTTP client keeps its requests as text: the blocks of Bruno, and collections in YAML. Those in JSON are envelopes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final

import msgspec

from abtui.core.events.chunks import take_line
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.envelopes import read_inside, read_posted
from abtui.core.events.found import Posted
from abtui.core.events.model import Item
from abtui.core.events.reading import Reading
from abtui.core.text.json_text import Parsed
from abtui.core.text.yaml_nodes import CONFIG_FORM, Node
from abtui.core.text.yaml_tree import parse_yaml

BLOCKS_START: Final = re.compile(r"meta \{\s*\Z")
COLLECTION_START: Final = re.compile(
    r"(?:type: \"?collection\.insomnia|opencollection:|_type: export|\$kind: collection)"
)
_METHOD = re.compile(r"^(?:get|post|put|patch|delete) \{$", re.MULTILINE)
_URL = re.compile(r"^ +url: *(\S+)", re.MULTILINE)
_BODY = re.compile(r"^body:(?:json|text) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_MOST: Final = 1 << 20
"""Characters of such a file."""


def read_blocks(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events that a request of Bruno posts; None if no request follows."""
    lines = _lines(reading, cursor, until=BLOCKS_START)
    text = "\n".join(lines)
    method = _METHOD.search(text)
    url = _URL.search(text, method.end()) if method else None
    if url is None:
        _decline(reading, cursor, lines)
        return None
    body = _BODY.search(text)
    chunk = take_line(cursor, more=len(lines) - 1)
    return read_posted(reading, chunk, [body[1] if body else ""], Posted(path=url[1]), cursor)


def read_collection(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events that the requests of a collection in YAML post; None without any."""
    lines = _lines(reading, cursor)
    text = "\n".join(lines)
    root = (
        parse_yaml(text, reading.names.source, msgspec.structs.replace(CONFIG_FORM, references=False)).root
        if lines
        else None
    )
    items = None
    if root is not None:
        chunk = Chunk(text, cursor.line, cursor.column(cursor.at))
        items = read_inside(reading, chunk, Parsed(_value(root), 0, len(text)), cursor)
    if items is None:
        _decline(reading, cursor, lines)
        return None
    take_line(cursor, more=len(lines) - 1)
    return items


def _lines(reading: Reading, cursor: Cursor, until: re.Pattern[str] | None = None) -> list[str]:
    """The lines from the cursor's on, up to one that begins another request; none where they were looked at before."""
    if cursor.line <= reading.declined.get("blocks", 0) or cursor.goes_on or cursor.at:
        return []
    ahead = cursor.ahead(_MOST - len(cursor.text))
    return [cursor.text, *takewhile(lambda text: until is None or not until.match(text), ahead)]


def _decline(reading: Reading, cursor: Cursor, lines: list[str]) -> None:
    """Keep that these lines are no such file, so that they are not looked at again from each of them."""
    reading.declined["blocks"] = max(reading.declined.get("blocks", 0), cursor.line + len(lines) - 1)


def _value(node: Node) -> Any:
    """The value of a node, whose depth the parser bounds; scalars as text."""
    if node.kind == "map":
        return {key.value: _value(value) for key, value in node.pairs}
    return [_value(item) for item in node.children] if node.kind == "list" else node.value
