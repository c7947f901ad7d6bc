"""Whatever is not one plain event on a line: documents over several lines, lists, batches, code, comments and junk."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import orjson

from abtui.core.events.batches import is_batch, open_batch
from abtui.core.events.bodies import read_batch, read_broken_batch
from abtui.core.events.chunks import CODE_START, Chunk, skip_comment, take, take_line
from abtui.core.events.inside import lines_of_text
from abtui.core.events.lines import Cursor
from abtui.core.events.lists import read_list
from abtui.core.events.long_batches import read_long_batch
from abtui.core.events.model import Event, SdkDefaults, Unreadable
from abtui.core.events.pieces import Item, Pieces, found_in, not_an_event, place, too_large, with_findings
from abtui.core.events.prose import prose_issue
from abtui.core.events.scan import opens_text, opens_value
from abtui.core.events.sdkcalls import Problem, read_call
from abtui.core.findings import Finding
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import Issue, Parsed, has_duplicate_keys, parse, skip_space
from abtui.core.text.secret import Secret, excerpt

_BLANK = re.compile(r"\s*+")
_LINE_COMMENT = re.compile(r"//.*+")
_COMMA = re.compile(r"[ \t]*+,")
_BOM = "\ufeff"
_SHOWN = 30
_LOOKED_AT = 200
"""Characters of a line in which the word `analytics` makes it a line of code."""


def read_json(text: str, secrets: Collection[Secret] = ()) -> Parsed:
    """The one document of `text`: strictly by orjson, and with places and leniency where that does not do.

    No copy of the text is made where it is ASCII, as it may be tens of megabytes.
    """
    if not is_deeper(text):
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
        else:
            if not has_duplicate_keys(text, value):
                return Parsed(value, 0, len(text))
    return parse(text, secrets=secrets)


class Documents:
    """Reads the documents of one source from a cursor."""

    def __init__(self, pieces: Pieces, sdk: SdkDefaults) -> None:
        self.pieces = pieces
        self._sdk = sdk
        self.secrets = sdk.secrets

    def rest_of_line(self, cursor: Cursor) -> Iterator[Item]:
        """The documents that start on the cursor's line. It ends at the end of a line, between two documents."""
        while self.skip_space(cursor) or (cursor.goes_on and cursor.next_line()):
            if cursor.at == len(cursor.text):
                continue
            text, at = cursor.text, cursor.at
            if text[at] == "{":
                yield from self._object(cursor)
            elif CODE_START.match(text, at):
                yield self._code(take(cursor, code=True), cursor)
            elif text[at] == "[":
                yield from read_list(self, cursor)
            else:
                # What stands inside a value is no event, though the value is none either.
                if opens_value(text[at:]) and not cursor.goes_on:
                    yield self.junk(take(cursor, code=True), cursor)
                    continue
                quote = opens_text(text[at:])
                yield self.junk(take_line(cursor, more=lines_of_text(cursor, quote) if quote else 0), cursor)

    def skip_space(self, cursor: Cursor) -> bool:
        """Skip spaces and comments up to the next document on the line. False at the end of a line."""
        while True:
            match = _BLANK.match(cursor.text, cursor.at)
            cursor.at = match.end() if match else cursor.at
            if cursor.at >= len(cursor.text):
                return False
            mark = cursor.text[cursor.at]
            if mark == _BOM:
                found = place(
                    cursor, "JSON-BOM", "A byte-order mark was skipped.", "Save the text as UTF-8 without one."
                )
                cursor.at += 1
            elif mark == "/":
                found = place(
                    cursor,
                    "JSON-COMMENT",
                    "JSON has no comments; this one was skipped.",
                    "Remove it before sending the event anywhere.",
                )
                if not _skip_comment(cursor):
                    return True
            else:
                return True
            self.pieces.wait(found)

    def _object(self, cursor: Cursor) -> Iterator[Item]:
        """A document at top level. A comma may follow it on its line, as in a part of a list."""
        chunk = take(cursor, batches=True)
        if chunk.batch_at is not None:
            last: Item | None = None
            for item in read_long_batch(self, chunk, cursor):
                if last is not None:
                    yield last
                last = item
            comma = _COMMA.match(cursor.text, cursor.at)
            if last is not None:
                yield with_findings(last, () if comma is None else [_trailing(cursor, comma)])
            return
        comma = _COMMA.match(cursor.text, cursor.at) if chunk.closed else None
        items_of = self.items_of(chunk, cursor)
        # Not held while its items are used: it may be 64 MiB.
        del chunk
        if comma is None:
            yield from items_of
            return
        trailing = _trailing(cursor, comma)
        items = list(items_of)
        yield from items[:-1]
        yield with_findings(items[-1], [trailing])

    def items_of(self, chunk: Chunk, cursor: Cursor, *, in_batch: bool = False) -> Iterator[Item]:
        """The items, at least one, of an object or list. A batch inside a batch is an event like any other."""
        pieces = self.pieces
        if chunk.skipped:
            yield self._skipped(chunk, cursor)
            return
        parsed = read_json(chunk.text, self.secrets)
        if parsed.damaged:
            list_at = None if in_batch else open_batch(chunk.text)
            if list_at is not None:
                yield from read_broken_batch(self, chunk, list_at, cursor)
            else:
                yield pieces.unreadable(chunk, pieces.findings(chunk, parsed.issues, cursor))
        elif not isinstance(parsed.value, dict):
            yield pieces.unreadable(chunk, pieces.findings(chunk, not_an_event(parsed), cursor))
        elif is_batch(parsed.value) and not in_batch:
            yield from read_batch(pieces, chunk, parsed, pieces.findings(chunk, (), cursor))
        else:
            event = pieces.event(chunk, parsed.value, pieces.findings(chunk, parsed.issues, cursor))
            del chunk, parsed
            yield event

    def _skipped(self, chunk: Chunk, cursor: Cursor) -> Unreadable:
        """The start of a value that was too large to be held."""
        return self.pieces.unreadable(chunk, self.pieces.findings(chunk, (too_large(chunk),), cursor))

    def _code(self, chunk: Chunk, cursor: Cursor) -> Item:
        if chunk.skipped:
            return self._skipped(chunk, cursor)
        # Comments are at home in a program.
        before = tuple(item for item in self.pieces.pending if item.code != "JSON-COMMENT")
        self.pieces.pending = []
        name = self.pieces.name(chunk.line)
        call = read_call(chunk.text, self._sdk, name)
        if isinstance(call, Problem):
            issue = Issue("CODE-UNREADABLE", call.message, call.hint, call.at)
            return Unreadable(name, chunk.text, (*before, found_in(chunk, issue)), chunk.line, chunk.column)
        note = Issue(
            "CODE-COMPLETED",
            "The event was made from a line of code.",
            "Of its ids, dates and messageId, those that the line does not give are placeholders.",
            0,
        )
        return Event(name, call, None, (*before, found_in(chunk, note)), chunk.line, chunk.column)

    def junk(self, chunk: Chunk, cursor: Cursor) -> Unreadable:
        """Text that is no object, list or call: another JSON value, or nothing at all."""
        if chunk.skipped:
            return self._skipped(chunk, cursor)
        parsed = parse(chunk.text, secrets=self.secrets)
        end = skip_space(chunk.text, parsed.end)
        issues: tuple[Issue, ...]
        if not parsed.damaged and end >= len(chunk.text):
            issues = not_an_event(parsed)
        elif "analytics" in chunk.text[:_LOOKED_AT].lower():
            issues = (
                Issue(
                    "CODE-UNREADABLE",
                    "This is no call that could be read.",
                    'Paste whole calls: analytics.track("Name", {key: "value"}).',
                    0,
                ),
            )
        elif parsed.damaged:
            issue = prose_issue(chunk.text, parsed.issues[-1].at)
            issues = parsed.issues[-1:] if issue is None else (issue,)
        else:
            shown = excerpt(chunk.text, _SHOWN, self.secrets, end, end + _SHOWN)
            issues = (
                Issue(
                    "JSON-SYNTAX", f'Text follows the value: "{shown}".', "Put each event on a line of its own.", end
                ),
            )
        return self.pieces.unreadable(chunk, self.pieces.findings(chunk, issues, cursor))


def _skip_comment(cursor: Cursor) -> bool:
    if match := _LINE_COMMENT.match(cursor.text, cursor.at):
        cursor.at = match.end()
        return True
    return cursor.text.startswith("/*", cursor.at) and skip_comment(cursor)


def _trailing(cursor: Cursor, comma: re.Match[str]) -> Finding:
    """Go behind the comma that follows a document."""
    cursor.at = comma.end() - 1
    found = place(cursor, "JSON-TRAILING-COMMA", "A comma after the event was skipped.", "Remove the comma.")
    cursor.at += 1
    return found
