"""Text to events: one object, lists, JSON Lines, batches, pretty-printed objects, and the documentation's lines of code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import orjson

from abtui.core.events.batches import is_batch
from abtui.core.events.documents import Documents
from abtui.core.events.lines import Cursor, Lines
from abtui.core.events.long_lines import LONG_LINE
from abtui.core.events.model import Event, JSONObject, SdkDefaults, Unreadable
from abtui.core.events.pieces import Pieces
from abtui.core.findings import Finding, finding
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import DEEPEST, has_duplicate_keys, line_column, openings

_DEFAULTS = SdkDefaults()

LineReader = Callable[[bytes], JSONObject | None]


def read_events(
    pieces: Iterable[bytes | str],
    source: str,
    sdk: SdkDefaults = _DEFAULTS,
    *,
    numbered: bool = False,
    light: LineReader | None = None,
    first_line: int = 1,
) -> Iterator[Event | Unreadable]:
    """The events of a text in order, each with its source: `{source}:{line}`, or `{source} #{n}` with `numbered`.

    `pieces` are chunks of a file of any size, cut anywhere. A line that is one plain event costs little more than its
    JSON, and nothing of it is kept; a list is read item by item; only a document over several lines is held, up to 64 MiB.
    Everything in the text belongs to an event, to an `Unreadable`, or to a comment; nothing raises.

    `light` reads a line that is one event in its own way, such as only the fields a destination looks at; where it gives
    None the line is read in full. Nothing is told of a line that it takes, and its source is `source` alone, as putting the
    line's number to it would take longer than all else that is done here. The text starts at line `first_line` of its source.
    """
    if isinstance(pieces, list) and len(pieces) == 1 and (event := _only_event(pieces[0], source, numbered=numbered)):
        yield event
        return
    lines = Lines(pieces)
    cursor = Cursor(lines)
    made = Pieces(source, numbered=numbered)
    documents = Documents(made, sdk)
    raw_lines, back = cursor.lines, cursor.back
    loads, dumps, brace, deepest, prefix = orjson.loads, orjson.dumps, ord("{"), DEEPEST, f"{source}:"
    number = first_line - 1
    first, waiting = True, False
    while (line := cursor.next_raw() if back else next(raw_lines, None)) is not None:
        number += 1
        if not line:
            continue
        if first:
            first = False
            made.pending += _start_findings(lines)
            waiting = bool(made.pending)
        if line[0] == brace and not waiting:
            if light is not None and not numbered and (part := light(line)) is not None:
                yield Event(source, part, line, (), number)
                continue
            try:
                value = loads(line)
            except orjson.JSONDecodeError:
                pass
            else:
                if not (
                    "batch" in value
                    or openings(line) > deepest
                    or (dumps(value) != line and has_duplicate_keys(line, value))
                ):
                    name = made.name(number) if numbered else f"{prefix}{number}"
                    yield Event(name, value, line, (), number)
                    continue
        cursor.line = number
        cursor.open(line)
        line = b""
        yield from documents.rest_of_line(cursor)
        number = cursor.line
        waiting = bool(made.pending)


def _only_event(text: bytes | str, source: str, *, numbered: bool) -> Event | None:
    """The event when the whole text is one of several lines and nothing is to be told of it, as in an editor.

    The event is what reading it line by line gives, only sooner.
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
    if is_batch(value) or is_deeper(shown) or has_duplicate_keys(shown, value):
        return None
    line, column = line_column(text, text.index("{"))
    return Event(f"{source} #1" if numbered else f"{source}:{line}", value, shown, (), line, column)


def _start_findings(lines: Lines) -> list[Finding]:
    """What is to be told of the text as a whole, once its start was read."""
    if lines.utf16:
        return [
            finding("TEXT-ENCODING", "The text is UTF-16; it was read as such.", "Save it as UTF-8.", line=1, column=1)
        ]
    if lines.mark:
        return [
            finding(
                "JSON-BOM", "A byte-order mark was skipped.", "Save the text as UTF-8 without one.", line=1, column=1
            )
        ]
    return []


def read_text(text: str, source: str = "pasted", sdk: SdkDefaults = _DEFAULTS) -> list[Event | Unreadable]:
    """The events of one text, numbered, each with its text as `str`. A blank text has none."""
    return [_with_text(item) for item in read_events([text], source, sdk, numbered=True)]


def _with_text(item: Event | Unreadable) -> Event | Unreadable:
    if isinstance(item, Event) and isinstance(item.text, bytes):
        return Event(item.source, item.value, item.text.decode(), item.findings, item.line, item.column)
    return item
