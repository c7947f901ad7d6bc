"""The items of a JSON list, one by one: a mistake in one of them costs no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from abtui.core.events.chunks import Chunk, take, take_line
from abtui.core.events.inside import OF_A_BATCH, OF_A_LIST, lines_of_text
from abtui.core.events.lines import Cursor
from abtui.core.events.pieces import Item, place, with_findings
from abtui.core.events.scan import opens_text, opens_value
from abtui.core.findings import Finding, finding
from abtui.core.text.json_text import MOST_ISSUES

if TYPE_CHECKING:
    from abtui.core.events.documents import Documents

_SCALAR = re.compile(r'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|".*+|/(?![/*])|[^"/,\]]++)*+')


def read_list(documents: Documents, cursor: Cursor, *, in_batch: bool = False) -> Iterator[Item]:
    """The items of the list at the cursor, each as soon as it is known whether a trailing comma follows it.

    What is wrong with the list itself is told at its end, in an unreadable piece that consists of its bracket.
    """
    documents.pieces.open_lists.append(cursor.line)
    reader = _List(documents, cursor, in_batch=in_batch)
    yield from reader.items()
    yield from reader.end()
    documents.pieces.open_lists.pop()


class _List:
    def __init__(self, documents: Documents, cursor: Cursor, *, in_batch: bool) -> None:
        self.documents, self.pieces, self.cursor, self.in_batch = documents, documents.pieces, cursor, in_batch
        self.line, self.column = cursor.line, cursor.column(cursor.at)
        self.before, self.pieces.pending = self.pieces.pending, []
        """Findings of what stood before the list; its first item gets them."""
        self.held: list[Item] = []
        """The items read last: a trailing comma or a comment may still follow."""
        self.count = 0
        self.comma: Finding | None = None
        self.problems: list[Finding] = []
        self.last: Chunk | None = None
        cursor.at += 1

    def items(self) -> Iterator[Item]:
        """All items but those held. The cursor ends at the closing bracket, or at the end of the text."""
        cursor, pieces = self.cursor, self.pieces
        while (mark := self._next()) not in ("", "]"):
            if mark == ",":
                self._comma()
                continue
            if self.count and self.comma is None and mark in "{[":
                self._problem("A comma is missing before this item.", "Put a comma between the items of a list.")
            yield from self.held
            if self.count == 0:
                pieces.pending = [*self.before, *pieces.pending][:MOST_ISSUES]
            if mark in "{[":
                self.last = take(cursor, ends=OF_A_BATCH if self.in_batch else OF_A_LIST)
                self.held = list(self.documents.items_of(self.last, cursor, in_batch=self.in_batch))
            else:
                self.last = self._scalar()
                self.held = [self.documents.junk(self.last, cursor)]
            self.count, self.comma = self.count + 1, None

    def end(self) -> Iterator[Item]:
        """The items held, and what is wrong with the list."""
        cursor, pieces = self.cursor, self.pieces
        closed = cursor.at < len(cursor.text)
        if closed:
            cursor.at += 1
        elif self.last is None or self.last.closed:
            self._problem("The list is never closed.", "Close it with ].")
        if self.count:
            trailing = [self.comma] if self.comma is not None and closed else []
            inside, pieces.pending = [*trailing, *pieces.pending], []
            yield from self.held[:-1]
            yield with_findings(self.held[-1], inside)
        elif closed and not self.problems:
            self.problems.append(
                finding(
                    "EVENT-NOT-OBJECT",
                    "An empty list: there is no event in it.",
                    "Write events between the brackets.",
                    line=self.line,
                    column=self.column,
                )
            )
        if self.problems:
            if not self.count:
                self.problems = [*self.before, *pieces.pending, *self.problems]
                pieces.pending = []
            yield pieces.unreadable(
                Chunk("[]" if closed and not self.count else "[", self.line, self.column), self.problems
            )

    def _problem(self, message: str, hint: str) -> None:
        if len(self.problems) < MOST_ISSUES:
            self.problems.append(place(self.cursor, "JSON-SYNTAX", message, hint))

    def _comma(self) -> None:
        if self.count == 0 or self.comma is not None:
            self._problem("A comma without an item before it.", "Remove the comma.")
        else:
            self.comma = place(
                self.cursor, "JSON-TRAILING-COMMA", "A comma before the closing ] was skipped.", "Remove the comma."
            )
        self.cursor.at += 1

    def _next(self) -> str:
        """Go to the next mark of the list, over lines. It is the character, or "" at the end of the text."""
        while not self.documents.skip_space(self.cursor):
            if not self.cursor.next_line():
                return ""
        return self.cursor.text[self.cursor.at]

    def _scalar(self) -> Chunk:
        """An item that is no object or list: up to the next comma or bracket of the line, or to the end of what it opens."""
        match = _SCALAR.match(self.cursor.text, self.cursor.at)
        end = match.end() if match else 0
        if opens_value(self.cursor.text[self.cursor.at : end]):
            return take(self.cursor, code=True, ends=OF_A_LIST)
        quote = opens_text(self.cursor.text[self.cursor.at : end])
        if quote and (more := lines_of_text(self.cursor, quote)):
            return take_line(self.cursor, more=more)
        return take_line(self.cursor, max(end, self.cursor.at + 1))
