"""Making events and unreadable pieces out of chunks: their names, their places, and the findings they carry."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from abtui.core.events.chunks import Chunk
from abtui.core.events.lines import Cursor
from abtui.core.events.long_lines import LARGEST_VALUE
from abtui.core.events.model import Event, JSONObject, Unreadable
from abtui.core.findings import Finding, finding
from abtui.core.text.json_text import MOST_ISSUES, Issue, Parsed, issue_finding

Item = Event | Unreadable

_LONGEST_TEXT = 16 << 20
"""Characters of an event whose text is kept beside its value; text and value of a larger one would take too much memory."""

_KINDS = {bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list", type(None): "null"}


class Pieces:
    """The items of one source, in order. `pending` are findings of what stood between them: the next one gets those."""

    def __init__(self, source: str, *, numbered: bool) -> None:
        self.source = source
        self.numbered = numbered
        self.count = 0
        """Items named so far."""
        self.pending: list[Finding] = []
        self.open_lists: list[int] = []
        """The lines of lists and batches that are not closed yet: one more piece may get a name of them."""
        self._on_line: dict[int, int] = {}
        self._furthest = 0

    def name(self, line: int) -> str:
        """The source of an item that starts on `line`."""
        self.count += 1
        if self.numbered:
            return f"{self.source} #{self.count}"
        if line > self._furthest:
            self._furthest = line
            self._on_line = {known: self._on_line[known] for known in self.open_lists if known in self._on_line}
        self._on_line[line] = nth = self._on_line.get(line, 0) + 1
        return f"{self.source}:{line}" if nth == 1 else f"{self.source}:{line}#{nth}"

    def wait(self, found: Finding) -> None:
        """Keep a finding for the next item, unless there are too many already."""
        if len(self.pending) < MOST_ISSUES:
            self.pending.append(found)

    def findings(self, chunk: Chunk, issues: tuple[Issue, ...], cursor: Cursor) -> tuple[Finding, ...]:
        """What stood before the chunk, what was replaced in it, and its own issues."""
        before, self.pending = self.pending, []
        if cursor.replaced:
            if (
                any(line in cursor.replaced for line in range(chunk.line, chunk.last_line + 1))
                and "\ufffd" in chunk.text
            ):
                replaced = Issue(
                    "TEXT-ENCODING",
                    "Bytes that are no UTF-8 were replaced by U+FFFD.",
                    "Save the text as UTF-8.",
                    chunk.text.index("\ufffd"),
                )
                before.append(found_in(chunk, replaced))
            cursor.replaced = {line for line in cursor.replaced if line >= chunk.last_line}
        return (*before, *(found_in(chunk, issue) for issue in issues))

    def event(self, chunk: Chunk, value: JSONObject, findings: tuple[Finding, ...], *, text: bool = True) -> Event:
        """An event read from `chunk`; without `text` it has none of its own, and neither has a very large one."""
        own = chunk.text if text and len(chunk.text) <= _LONGEST_TEXT else None
        return Event(self.name(chunk.line), value, own, findings, chunk.line, chunk.column)

    def unreadable(self, chunk: Chunk, findings: Iterable[Finding]) -> Unreadable:
        """A chunk that gave no event."""
        return Unreadable(self.name(chunk.line), chunk.text, tuple(findings), chunk.line, chunk.column)


def found_in(chunk: Chunk, issue: Issue) -> Finding:
    """The finding of an issue in the text of a chunk."""
    return issue_finding(issue, chunk.text, chunk.line, chunk.column)


def place(cursor: Cursor, code: str, message: str, hint: str) -> Finding:
    """A finding about the character at the cursor."""
    return finding(code, message, hint, line=cursor.line, column=cursor.column(cursor.at))


def too_large(chunk: Chunk) -> Issue:
    """The issue of a value that is not read for its size."""
    over = f"over {LARGEST_VALUE:,}" if chunk.skipped > LARGEST_VALUE else "and would take far more in memory"
    return Issue(
        "VALUE-TOO-LARGE",
        f"This value has {chunk.skipped:,} bytes, {over}; it was skipped.",
        "No event is that large: is it the right file?",
        0,
    )


def no_object(value: object, at: int = 0) -> Issue:
    """The issue of a JSON value that is no event."""
    return Issue(
        "EVENT-NOT-OBJECT",
        f"This is {_KINDS[type(value)]}, and an event is an object.",
        'Write {"type": "track", ...}.',
        at,
    )


def not_an_event(parsed: Parsed) -> tuple[Issue, ...]:
    """What is to be told of a document that is no object."""
    return (*parsed.issues, no_object(parsed.value, parsed.start))


def with_findings(item: Item, findings: Iterable[Finding]) -> Item:
    """`item` with more findings."""
    more = tuple(findings)
    return msgspec.structs.replace(item, findings=(*item.findings, *more)) if more else item
