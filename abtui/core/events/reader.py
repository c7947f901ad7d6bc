"""Text to events: one object, lists, JSON Lines, batches, pretty-printed objects, and the documentation's lines of code.

A line that is one plain event is read here, fast and without a copy of it; anything else is read by its form (`forms.FORMS`).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import msgspec
import orjson

from abtui.core.events.completion import is_body
from abtui.core.events.forms import FORMS
from abtui.core.events.lines import LONG_LINE
from abtui.core.events.model import Event, Item, JSONObject, SdkDefaults
from abtui.core.events.names import Names
from abtui.core.events.reading import Reading
from abtui.core.events.stretch import Stretch
from abtui.core.segment import EVENT_TYPES, is_event
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import DEEPEST, has_duplicate_keys, line_column, openings

_DEFAULTS = SdkDefaults()
_BRACE: Final = ord("{")
_TYPES: Final = frozenset(EVENT_TYPES)
_LISTS: Final = 254 - DEEPEST
_OPEN, _CLOSE = b"[" * _LISTS, b"]" * _LISTS
"""What stands around values that orjson writes in so many lists. It writes no more than 254 levels."""
_BLANK_LINES = re.compile(rb"(?:[ \t\v\f\r]*+\n)++")


class Places(msgspec.Struct, frozen=True):
    """Events that are one line each, in order: of each the line's number, its offset in the text, and its size without its end, in bytes."""

    lines: array[int]
    starts: array[int]
    sizes: array[int]


class _Plain(msgspec.Struct, gc=False):
    """An event that is no body of a request. All that it holds is skipped."""

    type: Literal["track", "page", "screen", "identify", "group", "alias"]
    writeKey: msgspec.UnsetType = msgspec.UNSET
    _metadata: msgspec.UnsetType = msgspec.UNSET


class _Delivered(msgspec.Struct, gc=False):
    """An event of an archive, which may have the fields of a body beside the date of its arrival."""

    type: Literal["track", "page", "screen", "identify", "group", "alias"]
    receivedAt: msgspec.Raw


_decode_plain = msgspec.json.Decoder(_Plain).decode
_decode_delivered = msgspec.json.Decoder(_Delivered).decode


def open_reading(
    pieces: Iterable[bytes | str],
    source: str,
    sdk: SdkDefaults,
    *,
    numbered: bool = False,
    first_line: int = 1,
    stretch: Stretch | None = None,
) -> Reading:
    """A reading of a text in all forms."""
    return Reading(pieces, Names(source, numbered=numbered), sdk, FORMS, first_line=first_line, stretch=stretch)


def read_events(
    pieces: Iterable[bytes | str],
    source: str,
    sdk: SdkDefaults = _DEFAULTS,
    *,
    numbered: bool = False,
    first_line: int = 1,
    stretch: Stretch | None = None,
) -> Iterator[Item]:
    """The events of a text in order, each with its source: `{source}:{line}`, or `{source} #{n}` with `numbered`.

    `pieces` are those of a file of any size, cut anywhere. Lists are read item by item; only a document over several lines is
    held, up to 64 MiB. Everything in the text belongs to an event, to an `Unreadable`, or to a comment; nothing raises.
    The text begins on line number `first_line` of its source, or is a `stretch` of it.
    """
    if isinstance(pieces, list) and len(pieces) == 1 and (event := _only_event(pieces[0], source, numbered=numbered)):
        yield event
        return
    reading = open_reading(pieces, source, sdk, numbered=numbered, first_line=first_line, stretch=stretch)
    yield from _events(reading)


def read_together(
    pieces: Iterable[bytes], source: str, sdk: SdkDefaults = _DEFAULTS, *, stretch: Stretch | None = None
) -> Iterator[list[Event] | Item]:
    """The same as `read_events` and in the same order, but events that are one line each come together, as many as are read at once."""
    return _together(open_reading(pieces, source, sdk, stretch=stretch))


def read_text(text: str, source: str = "pasted", sdk: SdkDefaults = _DEFAULTS) -> list[Item]:
    """The events of one text, numbered, each with its text as `str`. A blank text has none."""
    return [_with_text(item) for item in read_events([text], source, sdk, numbered=True)]


def read_places(pieces: Iterable[bytes], source: str, sdk: SdkDefaults = _DEFAULTS) -> Iterator[Places | Item]:
    """The same as `read_events` and in the same order, but of lines that are one event each only their places.

    The source of such an event is `{source}:{line}`, and its findings are those that `read_one` has for its text.
    """
    reading = open_reading(pieces, source, sdk)
    lines, cursor = reading.cursor.lines, reading.cursor
    while (window := reading.window()) is not None:
        base = lines.place(cursor.following, cursor.line + 1)
        if base is None:
            yield from _events(reading)
            return
        places, size, count = _plain_lines(window, base, cursor.line, lines.extra_end)
        cursor.skip(size, count)
        if places.lines:
            yield places
        if size < len(window) or not window:
            yield from reading.other_lines()
    yield from reading.end()


def _events(reading: Reading) -> Iterator[Item]:
    for read in _together(reading):
        if isinstance(read, list):
            yield from read
        else:
            yield read


def _together(reading: Reading) -> Iterator[list[Event] | Item]:
    cursor, numbered, prefix = reading.cursor, reading.names.numbered, f"{reading.names.source}:"
    while (window := reading.window()) is not None:
        at, number, size = 0, cursor.line, len(window)
        events = [] if numbered else _window_events(window, number, prefix)
        if events:
            cursor.skip(size, len(events))
            yield events
            continue
        while at < size:
            end = window.find(b"\n", at)
            line = window[at : end if end >= 0 else size]
            if line and not line.isspace():
                if (value := _plain_value(line)) is None:
                    break
                number += 1
                name = reading.names.next(number) if numbered else f"{prefix}{number}"
                events.append(Event(name, value, line, (), number))
                at += len(line) + 1
            else:
                blank, at = _blank_lines(window, at)
                number += blank
        cursor.skip(min(at, size), number - cursor.line)
        if events:
            yield events
        if at < size or not window:
            yield from reading.other_lines()
    yield from reading.end()


def _window_events(window: bytes, line: int, prefix: str) -> list[Event]:
    """The events of a window if it is nothing but plain events, one on each line, as most are; else none."""
    lines = window.split(b"\n")
    if not lines[-1]:
        lines.pop()
    try:
        values = list(map(orjson.loads, lines))
        if not all(map(_is_plain, values)):
            return []
        # Text that is written again as it was has no key twice, and orjson writes nothing that is too deep in so many lists.
        written = orjson.dumps(_in_lists(values)) == b"%b%b%b" % (_OPEN, b",".join(lines), _CLOSE)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []
    if not written and not all(map(_is_whole, lines, values)):
        return []
    numbered = enumerate(zip(values, lines, strict=True), line + 1)
    return [Event(f"{prefix}{number}", value, text, (), number) for number, (value, text) in numbered]


def _in_lists(value: list[Any]) -> list[Any]:
    """A list in as many lists that orjson takes no value in it with more levels than an event may have."""
    for _ in range(_LISTS - 1):
        value = [value]
    return value


def _plain_value(line: bytes) -> JSONObject | None:
    """The event that a line is, if it is plain; else None."""
    try:
        value: JSONObject = orjson.loads(line)
        return value if _is_plain(value) and _is_whole(line, value) else None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _is_plain(value: JSONObject) -> bool:
    """Whether a value is an event and no body of a request. Raises KeyError or TypeError for some that are not."""
    return value["type"] in _TYPES and not (("writeKey" in value or "_metadata" in value) and is_body(value))


def _is_whole(line: bytes, value: JSONObject) -> bool:
    """Whether the value of a line has all that is in its text: it is not too deep, and no key is there twice."""
    return (
        line[0] == _BRACE
        and not (openings(line) > DEEPEST and is_deeper(line, DEEPEST))
        and (orjson.dumps(value) == line or not has_duplicate_keys(line, value))
    )


def _plain_lines(window: bytes, base: int, line: int, extra: int) -> tuple[Places, int, int]:
    """The first lines of a window that are one event each, or blank; and their size and number. `extra`: bytes that each line end lost."""
    places = Places(array("I"), array("Q"), array("I"))
    lines, starts, sizes = places.lines.append, places.starts.append, places.sizes.append
    view, find, size, decode, brace = memoryview(window), window.find, len(window), _decode_plain, _BRACE
    has_characters = not window.isascii()
    at, first = 0, line
    while at < size:
        end = find(b"\n", at)
        if end < 0:
            end = size
        if window[at] == brace:
            try:
                if has_characters:
                    window[at:end].decode()
                decode(view[at:end])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if not _is_delivered(window[at:end]):
                    break
            lines(line + 1)
            starts(base + at)
            sizes(end - at)
            blank, at = 1, end + 1
        elif end > at and not window[at:end].isspace():
            break
        else:
            blank, at = _blank_lines(window, at)
        line += blank
        base += extra * blank
    return places, min(at, size), line - first


def is_plain(line: bytes) -> bool:
    """Whether a line without its end is surely one event, whatever stands before and behind it."""
    try:
        _decode_plain(line.decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _is_delivered(line: bytes) -> bool:
    try:
        _decode_delivered(line.decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _blank_lines(window: bytes, at: int) -> tuple[int, int]:
    """The number of blank lines at an offset, and the offset after them: a file may have millions, which are skipped at once."""
    found = _BLANK_LINES.match(window, at)
    return (found[0].count(b"\n"), found.end()) if found else (1, len(window) + 1)


def _only_event(text: bytes | str, source: str, *, numbered: bool) -> Event | None:
    """The event if the whole text is one event over several lines without findings, as in an editor.

    The event is the same as when it is read line by line, only sooner.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        shown = text.strip()
        if not shown.startswith("{") or "\n" not in shown or "\r" in text or len(shown) > LONG_LINE:
            return None
        value = orjson.loads(shown)
    except (UnicodeError, orjson.JSONDecodeError):
        return None
    if not is_event(value) or is_body(value) or is_deeper(shown) or has_duplicate_keys(shown, value):
        return None
    line, column = line_column(text, text.index("{"))
    return Event(f"{source} #1" if numbered else f"{source}:{line}", value, shown, (), line, column)


def _with_text(item: Item) -> Item:
    if isinstance(item, Event) and isinstance(item.text, bytes):
        return Event(item.source, item.value, item.text.decode(), item.findings, item.line, item.column)
    return item
