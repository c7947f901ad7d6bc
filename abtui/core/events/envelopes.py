"""The events of a document that is none itself: what `found` finds in it, named by the way to each, and completed where it was posted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from abtui.core.events.completion import complete, complete_body
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.found import Found, Posted, Search
from abtui.core.events.lines import SHOWN
from abtui.core.events.model import Event, Item, Unreadable
from abtui.core.events.reading import Reading, found_in, left_out, too_large, with_findings
from abtui.core.events.rows import NOTE, table_of
from abtui.core.findings import Finding
from abtui.core.text.json_text import Issue, Parsed, parse


def read_inside(reading: Reading, chunk: Chunk, parsed: Parsed, cursor: Cursor) -> Iterator[Item] | None:
    """The events inside the value of a chunk that is no event itself; None without any. A request that posts no event is left out."""
    search = Search(table_of(reading.names.source))
    items = _found(reading, chunk, search, search.events(parsed.value), parsed.issues, cursor)
    if items is None and search.left_out:
        reading.left_out += search.left_out
        return iter(())
    return items


def read_posted(
    reading: Reading, chunk: Chunk, bodies: Sequence[object], posted: Posted, cursor: Cursor
) -> Iterator[Item]:
    """The events in the bodies of a request that a chunk is; none if it posts none, like any other request of a recording."""
    search = Search()
    events = chain.from_iterable(search.events(body, posted) for body in bodies)
    reading.has_text = True
    items = _found(reading, chunk, search, events, (), cursor)
    if items is None:
        reading.left_out += 1
        return iter(())
    return items


def read_scalar(reading: Reading, chunk: Chunk, cursor: Cursor) -> Iterator[Item]:
    """The events in a JSON text, or else a chunk that is no object or list as unreadable."""
    items = None
    if not chunk.skipped and chunk.text.startswith('"'):
        parsed = parse(chunk.text)
        if not parsed.damaged and parsed.end == len(chunk.text):
            items = read_inside(reading, chunk, parsed, cursor)
    yield from [reading.junk(chunk, cursor)] if items is None else items


def _found(
    reading: Reading, chunk: Chunk, search: Search, events: Iterator[Found], issues: Sequence[Issue], cursor: Cursor
) -> Iterator[Item] | None:
    """What a search finds in a chunk: events, or a text that is too large; None for nothing."""
    first = next(events, None)
    if first is None and not search.skipped:
        return None
    findings = reading.findings(chunk, issues, cursor)
    if first is None:
        return iter([_too_large(reading, chunk, search.skipped, findings)])
    return _named(reading, chunk, search, chain([first], events), findings)


def _named(
    reading: Reading, chunk: Chunk, search: Search, events: Iterator[Found], findings: Sequence[Finding]
) -> Iterator[Item]:
    """The events that were found. The first gets what is told of the whole document, the last what is known at its end."""
    name, line, column = reading.names.next(chunk.line), chunk.line, chunk.column
    last: Item | None = None
    for value, way, posted, is_row in events:
        if last is not None:
            yield last
        if is_row:
            findings = [*findings, found_in(chunk, Issue(*NOTE, 0))]
        event = Event(name if way == "$" else f"{name} {way}", value, None, tuple(findings), line, column)
        findings = ()
        if posted is not None:
            last = complete(event, posted.arrival or reading.sdk.now, batch=posted.batch, path=posted.path)
        else:
            last = complete_body(event, reading.sdk.now)
    if last is not None:
        yield with_findings(last, [left_out(search.left_out, line, column)] if search.left_out else ())
    if search.skipped:
        yield _too_large(reading, chunk, search.skipped, ())


def _too_large(reading: Reading, chunk: Chunk, size: int, findings: Sequence[Finding]) -> Unreadable:
    """What stands for a text in the chunk that is not unpacked for its size."""
    shown = msgspec.structs.replace(chunk, text=chunk.text[:SHOWN], skipped=size)
    return reading.unreadable(shown, [*findings, found_in(shown, too_large(shown))])
