"""The body of a batch call: `{"batch": [...], "context": {}, "integrations": {}, "sentAt": "..."}` (Segment's HTTP API)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from abtui.core.events.chunks import IN_BATCH, take, take_line
from abtui.core.events.completion import FROM_BATCH, complete
from abtui.core.events.cursor import Chunk, Cursor, Held
from abtui.core.events.envelopes import read_inside
from abtui.core.events.lines import SHOWN, Lines
from abtui.core.events.lists import read_event, read_list
from abtui.core.events.model import Event, Item, JSONObject
from abtui.core.events.reading import Reading, found_in, no_object, too_large, with_findings
from abtui.core.findings import Finding
from abtui.core.segment import is_event
from abtui.core.text.javascript import stringify
from abtui.core.text.json_index import index_json
from abtui.core.text.json_text import Issue, Parsed, parse

LIMIT_BYTES: Final = 500 * 1024
LIMIT_EVENTS: Final = 2500
MOST_WAITING: Final = 64 << 20
"""About how many bytes of memory the events may take that wait for what the body says after its list."""
_EACH, _TIMES = 1_000, 4
"""The memory of one such event: so many bytes, and so many times its text."""


def is_batch(value: JSONObject) -> bool:
    """Whether an object is the body of a batch call. An event that happens to have a `batch` has a `type` as well."""
    return "type" not in value and isinstance(value.get("batch"), list)


def as_json(chunk: Chunk, parsed: Parsed) -> tuple[Chunk, Parsed]:
    """The same document as JSON, if its text is none. Its items then have the place of the document."""
    if not any(issue.code in ("CODE-LITERAL", "JSON-QUOTES", "JSON-SPACES") for issue in parsed.issues):
        return chunk, parsed
    issues = tuple(msgspec.structs.replace(issue, at=0) for issue in parsed.issues)
    return msgspec.structs.replace(chunk, text=stringify(parsed.value).decode()), msgspec.structs.replace(
        parsed, issues=issues
    )


def read_batch(reading: Reading, chunk: Chunk, parsed: Parsed, cursor: Cursor) -> Iterator[Item]:
    """The events of a batch that was parsed. A finding inside an item belongs to that item, any other to the first item."""
    body, text = parsed.value, chunk.text
    items = body["batch"]
    first = [*reading.findings(chunk, (), cursor), *_limit(body, len(text), chunk)]
    if not items:
        message, hint = "The batch is empty: there is no event in it.", "Write events into its list."
        empty = Issue("EVENT-NOT-OBJECT", message, hint, 0)
        yield reading.unreadable(chunk, (*first, *(found_in(chunk, issue) for issue in (*parsed.issues, empty))))
        return
    index = index_json(text, levels=2)
    places = index.items(("batch",))
    place = index.of(("batch",))
    issues = _by_item(parsed.issues, [start for start, _ in places], place.value[1] if place else 0)
    line, begin, seen = chunk.line, 1 - chunk.column, 0
    for number, (item, (start, end)) in enumerate(zip(items, places, strict=True)):
        # Lines are counted from item to item, so that a long batch is counted once.
        line += text.count("\n", seen, start)
        newline = text.rfind("\n", seen, start)
        begin, seen = newline + 1 if newline >= 0 else begin, start
        part = Chunk(text[start:end], line, start - begin + 1)
        own = [found_in(chunk, issue) for issue in issues.get(number, ())]
        findings = (*first, *own) if number == 0 else tuple(own)
        inside = (
            None
            if isinstance(item, dict) and is_event(item)
            else read_inside(reading, part, Parsed(item, 0, end - start), cursor)
        )
        if inside is not None:
            for nth, found in enumerate(inside):
                yield with_findings(found, findings if nth == 0 else ())
        elif isinstance(item, dict):
            yield complete(reading.event(part, item, findings), reading.sdk.now, batch=body)
        else:
            yield reading.unreadable(part, (*findings, found_in(part, no_object(item))))


def read_broken_batch(reading: Reading, chunk: Chunk, list_at: int, cursor: Cursor) -> Iterator[Item]:
    """The events of a batch with a syntax error. `list_at` is the index of its list in the chunk's text."""
    inner = Cursor(Lines([chunk.text]), cursor.forms, line=chunk.line, shift=chunk.column - 1)
    inner.next_line()
    Held(inner).go_back(list_at)
    reading.pending = list(reading.findings(chunk, (), cursor))
    yield from _read_around(reading, Chunk(chunk.text[:list_at], chunk.line, chunk.column), inner, streamed=False)


def read_long_batch(reading: Reading, start: Chunk, cursor: Cursor) -> Iterator[Item]:
    """The events of a batch that is too long to be held, from the list at the cursor; `start` is the text before it."""
    reading.pending = list(reading.findings(start, (), cursor))
    yield from _read_around(reading, start, cursor, streamed=True)


def _read_around(reading: Reading, start: Chunk, cursor: Cursor, *, streamed: bool) -> Iterator[Item]:
    """Read the items of the list at the cursor, and the text around the list as an object of its own.

    The items wait for what the body says after its list. If they are too many to be held, they get what was said before the
    list, and if more comes after it, an error follows: then they are not what Segment would make of them.
    """
    reading.names.open_lists.append(start.line)
    arrival, waiting = reading.sdk.now, list[Item]()
    known: JSONObject | None = None
    weight = 0
    for item in read_list(reading, cursor, read_event, IN_BATCH):
        if known is not None:
            yield complete(item, arrival, batch=known)
            continue
        waiting.append(item)
        weight += _EACH + _TIMES * len(item.text or "")
        if weight > MOST_WAITING:
            known = parse(start.text + "[]}").value or {}
            yield from _all_completed(waiting, known, arrival, _over_limit(start, waiting))
            waiting = []
    reading.names.open_lists.pop()
    # That the list of a long batch is never closed was told already.
    is_told = streamed and cursor.at >= len(cursor.text) and not cursor.goes_on
    rest = take(cursor, inside="{") if streamed else take_line(cursor, more=sys.maxsize)
    around = f"{start.text}[]{rest.text}"
    shell = parse(around, secrets=reading.sdk.secrets)
    findings = [_found_around(start, rest, issue) for issue in shell.issues]
    if rest.skipped or not isinstance(shell.value, dict):
        yield from waiting
        if rest.text or not is_told:
            findings = [found_in(rest, too_large(rest))] if rest.skipped else findings
            yield reading.unreadable(Chunk(around, start.line, start.column), findings)
        return
    body = shell.value
    if known is not None:
        if late := [key for key in (*FROM_BATCH, "type") if body.get(key) != known.get(key)]:
            shown = msgspec.structs.replace(rest, text=rest.text[:SHOWN])
            yield reading.unreadable(shown, [*findings, _late(rest, late)])
        return
    values = [item.value for item in waiting if isinstance(item, Event)]
    if streamed and "type" in body and len(values) == len(waiting):
        # An event that happens to have a list by that name.
        yield reading.event(start, {**body, "batch": values}, tuple(findings), text=False)
        return
    if streamed:
        findings += _limit({**body, "batch": values}, LIMIT_BYTES, start)
    yield from _all_completed(waiting, body, arrival, findings)


def _all_completed(items: list[Item], body: JSONObject, arrival: str, findings: list[Finding]) -> Iterator[Item]:
    """The items as Segment completes them. The first item gets the findings about the body."""
    for index, item in enumerate(items):
        yield with_findings(complete(item, arrival, batch=body), findings if index == 0 else ())


def _by_item(issues: tuple[Issue, ...], starts: list[int], list_end: int) -> dict[int, list[Issue]]:
    """The issues by the number of the item they are in or follow. Those outside the list belong to the first item."""
    found: dict[int, list[Issue]] = {}
    index = 0
    for issue in issues:
        while index + 1 < len(starts) and starts[index + 1] <= issue.at:
            index += 1
        found.setdefault(index if issue.at < list_end else 0, []).append(issue)
    return found


def _found_around(start: Chunk, rest: Chunk, issue: Issue) -> Finding:
    """The finding about an issue in the text before the list, or in the text after it."""
    after = issue.at - len(start.text) - len("[]")
    return found_in(start, issue) if after < 0 else found_in(rest, msgspec.structs.replace(issue, at=after))


def _limit(body: JSONObject, read: int, chunk: Chunk) -> list[Finding]:
    """A finding if the batch, read from `read` characters, is over one of Segment's limits."""
    items: list[Any] = body["batch"]
    if len(items) > LIMIT_EVENTS:
        return [
            _over(f"The batch has {len(items):,} events; Segment rejects one of more than {LIMIT_EVENTS:,}.", chunk)
        ]
    if read * 3 > LIMIT_BYTES and (size := len(stringify(body))) > LIMIT_BYTES:
        return [_over(f"The batch has {size:,} bytes; Segment answers 400 to one over {LIMIT_BYTES:,}.", chunk)]
    return []


def _over_limit(chunk: Chunk, items: list[Item]) -> list[Finding]:
    """The finding about a batch that cannot be held: it is over Segment's limits, whatever else is in it."""
    most = f"{LIMIT_EVENTS:,} events" if len(items) > LIMIT_EVENTS else f"{LIMIT_BYTES:,} bytes"
    return [_over(f"The batch has more than {most}; Segment rejects it.", chunk)]


def _over(message: str, chunk: Chunk) -> Finding:
    return found_in(chunk, Issue("BATCH-LIMIT", message, "Send it in several batches, as the SDKs do.", 0))


def _late(rest: Chunk, keys: list[str]) -> Finding:
    names = " and ".join(f"`{key}`" for key in keys)
    message = f"{names} after the list of this long batch was not used: its events were read before."
    hint = "Write it before the list, or send smaller batches: Segment takes up to 500 KB."
    return found_in(rest, Issue("BATCH-NOT-MERGED", message, hint, 0))
