"""Text inside a value: JSON, several JSON values, JSON behind the start of a log line, and all of it in base64 or compressed.

Queues and streams pack events so, and each may pack what another one packed. All of it is bounded: what unpacks to more than a
document may have is skipped, so that a small text cannot cost much memory or time.
"""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.events.cursor import HEAVIEST, weight
from abtui.core.events.lines import LARGEST_VALUE, LONG_LINE
from abtui.core.events.programs import program_at
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import parse

_MAY_HOLD = re.compile(rf"{'|'.join(EVENT_TYPES)}|\"[A-Za-z0-9+/_\-]{{32}}")
"""What a text has in which an event is: its type, or a text in base64."""
_BASE64 = re.compile(r"\s*+[A-Za-z0-9+/_\-\r\n]{32,}+=*+\s*+\Z")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_COMPRESSED: Final = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_AUTO: Final = zlib.MAX_WBITS | 32
"""Tells gzip from zlib by their headers."""
_OPENS = re.compile(r'[\[{]|"(?=[\[{]\s*\\")')
"""An object, a list, or an object as JSON in a text."""
_MOST_TRIES: Final = 8
"""Brackets on a line of a log at which a value is looked for in vain."""
_SPACE: Final = " \t\r\n\ufeff"


class Packed(NamedTuple):
    """A value in a text, and its place there if that has several: its line (`:3`), and its number on the line (`:3#2`)."""

    place: str
    value: Any


class Room:
    """How much may still be unpacked of one document. `skipped` is the size of what was too large, in bytes; 0 for nothing."""

    def __init__(self, size: int = LARGEST_VALUE) -> None:
        self.size = size
        self.skipped = 0

    def inflated(self, data: bytes) -> bytes:
        """What compressed bytes hold, or nothing if that is none, or too large."""
        inflater = zlib.decompressobj(_AUTO)
        try:
            found = inflater.decompress(data, self.size + 1)
        except zlib.error:
            return b""
        if len(found) > self.size:
            self.skipped = len(data)
            self.size = 0
            return b""
        self.size -= len(found)
        return found if inflater.eof else b""


def values_in(text: str, room: Room, *, any_type: bool = False) -> Iterator[Packed]:
    """The objects, lists and texts of JSON in a text, in order; nothing if none of them can hold an event.

    With `any_type` a value need not say a type: the path of the request does.
    """
    unpacked = _unpacked(text, room)
    if unpacked is None:
        return
    text = unpacked.strip(_SPACE)
    if not any_type and not _MAY_HOLD.search(text) and not _is_text(text):
        return
    if len(text) > LONG_LINE and _is_heavy(text):
        room.skipped = len(text)
        return
    if text[:1] in ("{", "[", '"') and (value := _loads(text)) is not None:
        yield Packed("", value)
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if any_type or _MAY_HOLD.search(line):
            place = f":{number}" if len(lines) > 1 else ""
            for nth, value in enumerate(_in_line(line), 1):
                yield Packed(place if nth == 1 else f"{place}#{nth}", value)


def _unpacked(text: str, room: Room) -> str | None:
    """The text in base64, be it compressed or not, or the text itself; None if it holds no event in any case."""
    if not _BASE64.match(text):
        return text if "{" in text or _is_text(text) else None
    try:
        data = binascii.a2b_base64(text.encode().translate(_URL_SAFE) + b"==")
        if data.startswith(_COMPRESSED):
            data = room.inflated(data)
        return data.decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _in_line(line: str) -> Iterator[Any]:
    if (value := _loads(line)) is not None:
        yield value
    else:
        for value, _, _ in values_on_line(line):
            yield value


def values_on_line(line: str) -> Iterator[tuple[Any, int, int]]:
    """The values on a line of a log, each with its start and end, with whatever stands before, between and after them."""
    at = tries = 0
    while tries < _MOST_TRIES and (found := _OPENS.search(line, at)) is not None:
        start = found.start()
        if at == 0 and (value := _loads(line[start:])) is not None:
            yield value, start, len(line)
            return
        parsed = parse(line, start)
        if parsed.damaged:
            parsed = program_at(line, start) or parsed
        if parsed.damaged:
            tries, at = tries + 1, found.end()
        else:
            yield parsed.value, start, parsed.end
            at = max(parsed.end, found.end())


def may_hold(text: str) -> bool:
    """Whether a text can hold an event at all."""
    return _MAY_HOLD.search(text) is not None


def _is_text(text: str) -> bool:
    """Whether a text is JSON of a text, such as an event that was written as JSON twice, or base64."""
    return text[:1] == '"' and text[-1:] == '"'


def _loads(text: str) -> Any:
    try:
        return None if is_deeper(text) else orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def _is_heavy(text: str) -> bool:
    data = text.encode("utf-8", "surrogatepass")
    return weight(data, 0, len(data)) > HEAVIEST // 2
