"""A batch body that is too long to be held: its events are read one by one, as those of a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from abtui.core.events.batches import LIMIT_BYTES, LIMIT_EVENTS, MERGED, limit_finding
from abtui.core.events.bodies import merged_item
from abtui.core.events.chunks import Chunk, take
from abtui.core.events.lines import Cursor
from abtui.core.events.lists import read_list
from abtui.core.events.long_lines import SHOWN
from abtui.core.events.model import Event, JSONObject
from abtui.core.events.pieces import Item, found_in, too_large, with_findings
from abtui.core.findings import Finding, finding
from abtui.core.text.json_text import Issue, parse

if TYPE_CHECKING:
    from abtui.core.events.documents import Documents

MOST_WAITING: Final = 64 << 20
"""Bytes of memory, about, that events may take while they wait for what the body says behind its list."""
_EACH, _TIMES = 1_000, 4
"""What an event takes of it: so much, and so many times its text."""
_FOR_ALL: Final = (*MERGED, "sentAt")


def read_long_batch(documents: Documents, chunk: Chunk, cursor: Cursor) -> Iterator[Item]:
    """The items of a batch, from the list at the cursor; `chunk` is what stands before it.

    They wait for what the body says behind its list. Where that is too many to be held they get what was said before the
    list, and an error follows them if more comes after it: they are not what Segment would make of them then.
    """
    pieces, before = documents.pieces, chunk.text
    pieces.pending = list(pieces.findings(chunk, (), cursor))
    pieces.open_lists.append(chunk.line)
    waiting: list[Item] = []
    known: JSONObject | None = None
    weight = 0
    for item in read_list(documents, cursor, in_batch=True):
        if known is not None:
            yield merged_item(item, known)
            continue
        waiting.append(item)
        weight += _EACH + _TIMES * len(item.text or "")
        if weight > MOST_WAITING:
            known = parse(before + "[]}").value or {}
            yield from _with_body(waiting, known, _over(chunk, waiting))
            waiting = []
    pieces.open_lists.pop()
    ended = cursor.at >= len(cursor.text) and not cursor.goes_on
    rest = take(cursor, inside="{")
    around = f"{before}[]{rest.text}"
    shell = parse(around, secrets=documents.secrets)
    told = [_found(chunk, rest, issue) for issue in shell.issues]
    if rest.skipped or not isinstance(shell.value, dict):
        yield from waiting
        # That the list is never closed was told already.
        if rest.text or not ended:
            told = [found_in(rest, too_large(rest))] if rest.skipped else told
            yield pieces.unreadable(Chunk(around, chunk.line, chunk.column), told)
    elif known is not None:
        if late := [key for key in (*_FOR_ALL, "type") if shell.value.get(key) != known.get(key)]:
            shown = msgspec.structs.replace(rest, text=rest.text[:SHOWN])
            yield pieces.unreadable(shown, [*told, _late(rest, late)])
    elif "type" in shell.value and all(isinstance(item, Event) for item in waiting):
        # An event that happens to have a list by that name.
        values = [item.value for item in waiting if isinstance(item, Event)]
        yield pieces.event(chunk, {**shell.value, "batch": values}, tuple(told), text=False)
    else:
        body = {**shell.value, "batch": [item.value for item in waiting if isinstance(item, Event)]}
        limit = limit_finding(body, LIMIT_BYTES, chunk.line, chunk.column)
        yield from _with_body(waiting, shell.value, [*told, *([limit] if limit is not None else [])])


def _with_body(items: list[Item], body: JSONObject, findings: list[Finding]) -> Iterator[Item]:
    for index, item in enumerate(items):
        yield with_findings(merged_item(item, body), findings if index == 0 else ())


def _found(chunk: Chunk, rest: Chunk, issue: Issue) -> Finding:
    """The finding of an issue in what stands before the list, or behind it."""
    behind = issue.at - len(chunk.text) - len("[]")
    return found_in(chunk, issue) if behind < 0 else found_in(rest, msgspec.structs.replace(issue, at=behind))


def _over(chunk: Chunk, items: list[Item]) -> list[Finding]:
    """A batch that cannot be held is over Segment's limit, whatever else is in it."""
    most = f"{LIMIT_EVENTS:,} events" if len(items) > LIMIT_EVENTS else f"{LIMIT_BYTES:,} bytes"
    return [
        finding(
            "BATCH-LIMIT",
            f"The batch has more than {most}; Segment rejects it.",
            "Send it in several batches, as the SDKs do.",
            line=chunk.line,
            column=chunk.column,
        )
    ]


def _late(rest: Chunk, keys: list[str]) -> Finding:
    names = " and ".join(f"`{key}`" for key in keys)
    return finding(
        "BATCH-NOT-MERGED",
        f"{names} after the list of this long batch was not used: its events were read before.",
        "Write it before the list, or send smaller batches: Segment takes up to 500 KB.",
        line=rest.line,
        column=rest.column,
    )
