"""The fast lane for request bodies: of each event, read only the fields the destination looks at, many lines at a time.

The same destination decides, and what is no event is none here as well; what the destination never reads, such as
`context`, is only skipped. Findings and steps need the whole event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final, TypedDict

import msgspec

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.events.long_lines import LONG_LINE
from abtui.core.events.model import JSONObject
from abtui.core.text.json_text import DEEPEST, openings

_READ: Final = ("type", "event", "name", "integrations")
"""What is read of every event, whatever its destination."""
_IN_A_BATCH_BODY: Final = "batch"
_FEW_LINES: Final = 8 * 1024
"""Bytes of lines whose brackets are counted together: all of a few events are fewer than one may have."""
_WINDOW: Final = 32 * 1024
"""Bytes read at a time: few enough that the values made of them stay in the processor's cache."""


class FieldPart(msgspec.Struct, frozen=True):
    """Some events of a text, in order: of each what was read of it (`values`), and the text to read it again, in full."""

    values: list[JSONObject]
    _source: str
    _text: bytes = b""
    _line: int = 1
    _event: Event | None = None

    def event(self, index: int) -> Event:
        """The whole event of a value, with its source; with what was read of it alone where the rest makes it no event."""
        if self._event is not None:
            return self._event
        items = read_events(iter([self._text]), self._source, first_line=self._line)
        item = next(islice(items, index, None))
        return item if isinstance(item, Event) else Event(item.source, self.values[index])


class FieldReader:
    """Reads of events what the destinations of some configs look at."""

    def __init__(self, *configs: Config) -> None:
        destinations = [(destination_of(config.destination), config) for config in configs]
        read = (name for of, config in destinations for name in (*of.fields, *of.mapped_fields(config)))
        names = dict.fromkeys((*_READ, _IN_A_BATCH_BODY, *read), Any)
        # msgspec takes one key for another where the name of a field is empty or not ASCII: then all of them are read.
        plain = all(name and name.isascii() for name in names)
        kind: Any = TypedDict("Light", names, total=False) if plain else dict[str, Any]  # type: ignore[operator]
        decoder = msgspec.json.Decoder(kind)
        self._decode_line, self._decode_lines = decoder.decode, decoder.decode_lines

    def parts(self, pieces: Iterable[bytes], source: str, sdk: SdkDefaults) -> Iterator[FieldPart | Unreadable]:
        """The events of a text in order, several at a time, and what is no event.

        As long as the text is JSON Lines it is decoded in windows; from the first window on that is anything else, line by
        line, and what is not an event on one line as `read_events` does.
        """
        windows, line = _windows(pieces), 1
        for window in windows:
            values = self._lines(window)
            if values is None:
                for item in read_events(chain([window], windows), source, sdk, light=self.value, first_line=line):
                    yield item if isinstance(item, Unreadable) else _single(item, source)
                return
            yield FieldPart(values, source, window, line)
            line += window.count(b"\n")

    def _lines(self, window: bytes) -> list[JSONObject] | None:
        if not window.endswith(b"\n") or _may_be_deep(window):
            return None
        try:
            _check_characters(window)
            values: list[JSONObject] = self._decode_lines(window)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if len(values) != window.count(b"\n") and openings(window) > DEEPEST:
            # A value over several lines is taken as well, and its depth is in none of them.
            return None
        for value in values:
            if _IN_A_BATCH_BODY in value:
                return None
        return values

    def value(self, text: bytes) -> JSONObject | None:
        """The event that a line, or any other text, is; or None: then the text has to be read in full."""
        if openings(text) > DEEPEST:
            return None
        try:
            _check_characters(text)
            value: JSONObject = self._decode_line(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return None if _IN_A_BATCH_BODY in value else value


def _single(item: Event, source: str) -> FieldPart:
    """The part that is one event. A line that was read lightly has its source without the line."""
    if item.source == source and isinstance(item.text, bytes):
        return FieldPart([item.value], source, item.text, item.line)
    return FieldPart([item.value], source, _event=item)


def _may_be_deep(window: bytes, size: int = _FEW_LINES) -> bool:
    """Whether a line of it has so many brackets that it may be nested too deeply: counted over a few lines, and over one if need be."""
    at = 0
    while at < len(window):
        end = window.find(b"\n", at + size) + 1 or len(window)
        lines = window[at:end]
        if openings(lines) > DEEPEST and (size == 0 or _may_be_deep(lines, 0)):
            return True
        at = end
    return False


def _check_characters(text: bytes) -> None:
    """Raises UnicodeDecodeError for bytes that are no UTF-8: what is skipped is checked for its structure only."""
    if not text.isascii():
        text.decode()


def _windows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, with their ends, of about the size of a window; a long line in parts, and the last line may have no end."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        for at in range(0, len(piece), _WINDOW):
            part = piece[at : at + _WINDOW]
            end = part.rfind(b"\n") + 1
            if not end and size + len(part) <= LONG_LINE:
                parts.append(part)
                size += len(part)
                continue
            parts.append(part[:end] if end else part)
            yield b"".join(parts)
            parts = [part[end:]] if 0 < end < len(part) else []
            size = len(parts[0]) if parts else 0
    if rest := b"".join(parts):
        yield rest
