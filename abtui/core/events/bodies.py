"""The events of a batch body, with what the body says for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from abtui.core.events.batches import limit_finding, merge
from abtui.core.events.chunks import Chunk
from abtui.core.events.lines import Cursor, Lines
from abtui.core.events.lists import read_list
from abtui.core.events.model import Event, JSONObject
from abtui.core.events.pieces import Item, Pieces, found_in, no_object, with_findings
from abtui.core.findings import Finding, finding
from abtui.core.text.json_text import Issue, Parsed, issue_finding, item_spans, line_column, parse, start_of, value_end

if TYPE_CHECKING:
    from abtui.core.events.documents import Documents


def read_batch(pieces: Pieces, chunk: Chunk, parsed: Parsed, before: tuple[Finding, ...]) -> Iterator[Item]:
    """The events of a batch that could be parsed. What was told of a place inside an item belongs to it, the rest to the first."""
    body, text = parsed.value, chunk.text
    items = body["batch"]
    limit = limit_finding(body, len(text), chunk.line, chunk.column)
    findings = [*before, *([limit] if limit is not None else [])]
    if not items:
        findings += [found_in(chunk, issue) for issue in parsed.issues]
        empty = finding(
            "EVENT-NOT-OBJECT",
            "The batch is empty: there is no event in it.",
            "Write events into its list.",
            line=chunk.line,
            column=chunk.column,
        )
        yield pieces.unreadable(chunk, (*findings, empty))
        return
    list_at = start_of(text, ("batch",)) or 0
    spans = item_spans(text, list_at) if text[list_at] == "[" else []
    if len(spans) != len(items):
        # A second `batch` key: the items are those of the last one, and have no place of their own here.
        spans = [(0, 0)] * len(items)
    issues = _by_item(parsed.issues, spans, value_end(text, list_at) or 0)
    line, begin, seen = chunk.line, 1 - chunk.column, 0
    for index, (start, end) in enumerate(spans):
        # Lines are counted from item to item, so that a long batch is counted once.
        line += text.count("\n", seen, start)
        newline = text.rfind("\n", seen, start)
        begin, seen = newline + 1 if newline >= 0 else begin, start
        part = Chunk(text[start:end], line, start - begin + 1)
        own = [found_in(chunk, issue) for issue in issues.get(index, ())]
        yield _item(pieces, part, items[index], body, (*findings, *own) if index == 0 else tuple(own))


def _item(pieces: Pieces, part: Chunk, item: object, body: JSONObject, findings: tuple[Finding, ...]) -> Item:
    if not isinstance(item, dict):
        return pieces.unreadable(part, (*findings, found_in(part, no_object(item))))
    merged = merge(item, body)
    return pieces.event(part, merged, findings, text=merged is item and bool(part.text))


def _by_item(issues: tuple[Issue, ...], spans: list[tuple[int, int]], list_end: int) -> dict[int, list[Issue]]:
    """Issues by the number of their item: the one they stand in or behind; what is outside the list goes to the first."""
    found: dict[int, list[Issue]] = {}
    index = 0
    for issue in issues:
        while index + 1 < len(spans) and spans[index + 1][0] <= issue.at:
            index += 1
        found.setdefault(index if issue.at < list_end else 0, []).append(issue)
    return found


def read_broken_batch(documents: Documents, chunk: Chunk, list_at: int, cursor: Cursor) -> Iterator[Item]:
    """A batch with a mistake in it: its items are read as those of a list, what is around them as an object of its own."""
    text, pieces = chunk.text, documents.pieces
    down, right = line_column(text, list_at)
    sub = Cursor(Lines([text]), line=chunk.line, shift=chunk.column - 1)
    while sub.next_line() and sub.line < chunk.line + down - 1:
        pass
    sub.at = right - 1
    # What stood before the batch, and what was replaced in it, is told of its first item.
    pieces.pending = list(pieces.findings(chunk, (), cursor))
    pieces.open_lists.append(chunk.line)
    items = list(read_list(documents, sub, in_batch=True))
    pieces.open_lists.pop()
    end_line, end_column = sub.line, sub.column(sub.at)
    rest = [sub.text[sub.at :]]
    while sub.next_line():
        rest.append(sub.text)
    around = text[:list_at] + "[]" + "\n".join(rest)
    shell = parse(around, secrets=documents.secrets)
    findings = []
    for issue in shell.issues:
        found = issue_finding(issue, around, chunk.line, chunk.column)
        behind = issue.at - list_at - len("[]")
        if behind >= 0:
            down, right = line_column(around[list_at + len("[]") :], behind)
            column = right + end_column - 1 if down == 1 else right
            found = msgspec.structs.replace(found, line=end_line + down - 1, column=column)
        findings.append(found)
    if isinstance(shell.value, dict):
        for index, item in enumerate(items):
            yield with_findings(merged_item(item, shell.value), findings if index == 0 else ())
        return
    yield from items
    yield pieces.unreadable(Chunk(around, chunk.line, chunk.column), findings)


def merged_item(item: Item, body: JSONObject) -> Item:
    """An item with what the body says for all of its events."""
    if not isinstance(item, Event):
        return item
    value = merge(item.value, body)
    return item if value is item.value else msgspec.structs.replace(item, value=value, text=None)
