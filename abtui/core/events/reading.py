"""One reading of a text: the form of each document, and the findings that its items get."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from abtui.core.events.chunks import lines_of_text, skip_comment, take, take_line
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.lines import LARGEST_VALUE, Lines
from abtui.core.events.model import Event, Form, Item, JSONObject, SdkDefaults, Unreadable
from abtui.core.events.names import Names
from abtui.core.events.quotes import ZERO_WIDTH
from abtui.core.events.scan import opens_text, opens_value
from abtui.core.events.stretch import Between, Stretch
from abtui.core.findings import Finding, finding
from abtui.core.text.json_text import MOST_ISSUES, Issue, Parsed, issue_finding, parse, skip_space
from abtui.core.text.plain import plural
from abtui.core.text.secret import excerpt

_LONGEST_TEXT: Final = 16 << 20
"""Characters of an event whose text is kept beside its value: both of a larger one would take too much memory."""
_KINDS = {bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list", type(None): "null"}
_BLANK = re.compile(r"\s*+")
_LINE_COMMENT = re.compile(r"//.*+")
_BOM: Final = "\ufeff"
_BRACE: Final = ord("{")
_SHOWN: Final = 30
_MOST_HELD: Final = 1_000
_LOOKED_AT: Final = 200
"""Characters of a text in which the word `analytics` makes it a line of code."""
_MARKUP: Final = "<>#*|`"
"""What markup begins with; a bracket or a quote too many is a mistake in JSON."""
_LIST_ITEM = re.compile(r"(?:\d+[.)]|[-+•–—])[ \t]+[^\W\d]")
IN_BRACKETS: Final = re.compile(r"\[[^\[\]{}\"\n]*\][ \t]+[A-Za-z]")
"""How a line of a log begins that has its time or level in square brackets."""
_TEXTS: Final = (
    (re.compile(r"(?:---\n)?(?:(?:[\w.-]+:(?: .*)?|(?:[ #]|- ).*)\n){2}"), "YAML", "A config comes first: abtui CONFIG EVENTS."),
    (re.compile(r"(?is)\s*(?:select|with|insert|create)\b.+\b(?:from|as|into|table)\b"), "SQL", "Pass what the query gives, as JSON or CSV."),
    (re.compile(r"#!|(?:import|from|package|using|const|require|def|class|function)\b"), "a program", "Of a program, abtui reads the calls of Segment's SDKs, such as analytics.track(...)."),
    (re.compile(r".*\n.*\n"), "text", "Events are JSON (one, one on each line, a list, or the body of a batch), in a log or a recording, or calls such as analytics.track(...)."),
)  # fmt: skip
"""What a text is that has no events at all, by how it begins, and what to do."""
_AFTER: Final = "There is text after the value"
_NEITHER: Final = "neither JSON nor a line of code."
_PROSE: Final = f"This is not an event: it is {_NEITHER}"
_RECORD: Final = "This record of a log holds no event."
_NO_RECORD: Final = "Let the program log the events that it sends, as JSON."
_NO_POST: Final = "Record the page while it sends events, or copy a request to Segment, such as one to /v1/t."
_NO_UTF8: Final = ("Save the text as UTF-8.", "Save the text as UTF-8 without one.")


class Reading:
    """Reads one text. `pending` are findings about the text between two documents; the next item gets them."""

    def __init__(
        self,
        pieces: Iterable[bytes | str],
        names: Names,
        sdk: SdkDefaults,
        forms: Sequence[Form],
        *,
        first_line: int = 1,
        stretch: Stretch | None = None,
    ) -> None:
        self.names, self.sdk = names, sdk
        self._stretch = stretch
        lines = Lines(pieces) if stretch is None else Lines(pieces, stretch.beyond)
        self.cursor = Cursor(lines, forms, line=first_line if stretch is None else stretch.first_line)
        self.pending: list[Finding] = []
        self.left_out = 0
        """Recorded requests without an event, of which the next item tells."""
        self.has_text = False
        """Whether text around the events is usual: in a log, a mail, a page of documentation."""
        self.declined: dict[str, int] = {}
        """By the name of a form with several lines, the line up to which it was looked for in vain."""
        self._held: list[Unreadable] = []
        """Text that is no event: lines that follow each other are told together. Of many, the first are kept."""
        self._held_count = 0
        self._has_told_text = False
        self._has_given = False
        """Whether anything else than such text was there."""
        self._is_begun = False
        if stretch is not None:
            self._has_given, self.cursor.has_skipped = stretch.before.has_given, stretch.before.has_items
            self.cursor.eager_until, self.cursor.judged_until = stretch.before.eager_until, stretch.before.judged_until

    def window(self) -> bytes | None:
        """Whole lines that follow: b"" if `documents` has to read the next one in any case, None at the end of the text."""
        cursor = self.cursor
        window = cursor.lines.window(cursor.following)
        if not self._is_begun:
            self._is_begun = True
            self._note_encoding(cursor.lines)
        return b"" if window and (self.pending or self.left_out or self._held) else window

    def documents(self) -> Iterator[Item]:
        """The documents that start on the next line. Afterwards the cursor is at the end of a line, between two documents."""
        cursor = self.cursor
        if not cursor.next_line():
            return
        while self.skip_space(cursor) or (cursor.goes_on and cursor.next_line()):
            if cursor.at < len(cursor.text):
                for item in self.document(cursor):
                    yield from self._after_text(item)

    def other_lines(self) -> Iterator[Item]:
        """The documents of the next line, which is not one plain event, and of the lines up to one that may be.

        Taking a window costs as much as reading a line, so it is not taken for each of many calls.
        """
        cursor = self.cursor
        yield from self.documents()
        while (line := cursor.lines.line(cursor.following)) and line[0] != _BRACE:
            yield from self.documents()

    def end(self) -> Iterator[Item]:
        """What is known only at the end of the text: that it is nothing but requests without an event, or other text."""
        if self._stretch is not None:
            self._stretch.end(self._between(), self.cursor)
        yield from self._told_text(is_end=True)
        if self.left_out and not (self.names.count or self.cursor.has_skipped):
            chunk = Chunk("", self.cursor.first_line, 1)
            many = f"None of these {self.left_out} requests posts an event."
            message = "This request posts no event." if self.left_out == 1 else many
            self.left_out = 0
            yield self.no_event(chunk, [Issue("EVENT-NOT-OBJECT", message, _NO_POST, 0)], self.cursor)

    def _between(self) -> Between | None:
        """What is known between two documents; None inside one, or if something was read that what follows may depend on."""
        cursor = self.cursor
        waits = self.has_text or self.left_out or self.pending or self._held or self.names.open_lists
        declined = max(self.declined.values(), default=0)
        if waits or declined > cursor.line or cursor.lines.is_beyond(cursor.following):
            return None
        has_items = bool(self.names.count or cursor.has_skipped)
        return Between(self._has_given, has_items, cursor.eager_until, cursor.judged_until)

    def part(self, text: str, first_line: int) -> Iterator[Item]:
        """The items of some lines of the text, read by themselves. What waits for the next item does so from part to part."""
        part = self._of_part(text, first_line, self.names)
        part.pending, part.left_out = self.pending, self.left_out
        self.pending, self.left_out = [], 0
        yield from part._all_items()
        self.pending, self.left_out = part.pending, part.left_out

    def has_event(self, text: str, first_line: int) -> bool:
        """Whether some lines of the text have an event, read by themselves. This is an attempt: it names none."""
        names = Names(self.names.source, numbered=self.names.numbered)
        return any(isinstance(item, Event) for item in self._of_part(text, first_line, names)._all_items())

    def _of_part(self, text: str, first_line: int, names: Names) -> Reading:
        part = Reading([text], names, self.sdk, self.cursor.forms, first_line=first_line)
        part.has_text = self.has_text
        return part

    def _all_items(self) -> Iterator[Item]:
        """All items of a part, which is short."""
        while self.window() is not None:
            yield from self.documents()
        yield from self._told_text(is_end=True)

    def document(self, cursor: Cursor) -> Iterator[Item]:
        """The items of the document at the cursor, in whichever form it is."""
        for form in cursor.forms:
            if form.start.match(cursor.text, cursor.at) and (items := form.read(self, cursor)) is not None:
                yield from items
                return
        yield self.junk(self.other(cursor), cursor)

    def _after_text(self, item: Item) -> Iterator[Item]:
        """The item, after the text before it; or nothing, if it is such text itself."""
        if isinstance(item, Unreadable) and (is_prose(item) or _may_be_prose(item)):
            self._held_count += 1
            if not self._held or not (self.has_text or self._held_count > _MOST_HELD):
                self._held.append(item)
            return
        if self._held:
            first = self._held[0]
            yield from self._told_text(is_end=False)
            if self.has_text and not self._has_told_text and isinstance(item, Event):
                self._has_told_text = True
                message = f"Text around the events was left out, such as that on line {first.line}."
                item = with_findings(item, [finding("TEXT-LEFT-OUT", message, line=first.line, column=first.column)])
        self._has_given = True
        yield item

    def _told_text(self, *, is_end: bool) -> Iterator[Item]:
        """The text that is held as one item; none if text is usual here."""
        held, count = self._held, self._held_count
        self._held, self._held_count = [], 0
        if not held or (self.has_text and (self._has_given or not is_end)):
            return
        first = held[0]
        on_line = len(held) > 1 and held[-1].line == first.line
        text = (", " if on_line else "\n").join(item.text for item in held)
        found = first.findings[-1]
        whole = is_end and first.line == self.cursor.first_line and not (self._stretch and self._stretch.first_line > 1)
        kind = next((kind for kind in _TEXTS if kind[0].match(text)), None) if whole else None
        if kind is not None:
            found = msgspec.structs.replace(found, message=f"This is {kind[1]}, and no events.", hint=kind[2])
        elif count > 1:
            of_records = f"None of these {count:,} records of a log holds an event."
            of_lines = f"These {count:,} lines are no events: they are {_NEITHER}"
            of_values = f"These {count:,} values are no events: an event is an object."
            message = of_records if found.message == _RECORD else of_values if on_line else of_lines
            found = msgspec.structs.replace(found, message=message)
        yield msgspec.structs.replace(first, text=text, findings=(*first.findings[:-1], found))

    def other(self, cursor: Cursor, end: int | None = None, ends: tuple[str, ...] = ()) -> Chunk:
        """Take text of no form: the rest of the line, or up to the index `end`, and the further lines of a value that it opens."""
        text = cursor.text[cursor.at : end]
        # What stands inside a value is no event, even though the value is none either.
        if opens_value(text) and (ends or not cursor.goes_on):
            return take(cursor, code=True, ends=ends)
        quote = opens_text(text)
        more = lines_of_text(cursor, quote) if quote else 0
        return take_line(cursor, None if more else end, more)

    def skip_space(self, cursor: Cursor) -> bool:
        """Skip spaces and comments up to the next document on the line. False at the end of the line."""
        while True:
            match = _BLANK.match(cursor.text, cursor.at)
            cursor.at = match.end() if match else cursor.at
            if cursor.at >= len(cursor.text):
                return False
            mark = cursor.text[cursor.at]
            if mark == _BOM:
                self._wait(place(cursor, "JSON-BOM", "A byte-order mark was skipped.", _NO_UTF8[1]))
                cursor.at += 1
            elif mark in ZERO_WIDTH:
                message = f"A zero-width space before the event, U+{ord(mark):04X}, was skipped."
                self._wait(place(cursor, "JSON-SPACES", message, "Remove it: web pages and chats put it in."))
                cursor.at += 1
            elif mark == "/":
                hint = "Remove it before sending the event anywhere."
                found = place(cursor, "JSON-COMMENT", "JSON has no comments; this one was skipped.", hint)
                if not _skip_comment(cursor):
                    return True
                self._wait(found)
            else:
                return True

    def findings(self, chunk: Chunk, issues: Iterable[Issue], cursor: Cursor) -> tuple[Finding, ...]:
        """The findings of an item: what stood before its chunk, bytes that were replaced in it, and its own issues."""
        found, self.pending = self.pending, []
        if self.left_out:
            found.append(left_out(self.left_out, chunk.line, chunk.column))
            self.left_out = 0
        if cursor.replaced:
            lines = range(chunk.line, chunk.last_line + 1)
            if "\ufffd" in chunk.text and any(line in cursor.replaced for line in lines):
                message = "Bytes that are not UTF-8 were replaced by U+FFFD."
                at = chunk.text.index("\ufffd")
                found.append(found_in(chunk, Issue("TEXT-ENCODING", message, _NO_UTF8[0], at)))
            cursor.replaced = {line for line in cursor.replaced if line >= chunk.last_line}
        return (*found, *(found_in(chunk, issue) for issue in issues))

    def event(self, chunk: Chunk, value: JSONObject, findings: tuple[Finding, ...], *, text: bool = True) -> Event:
        """An event read from `chunk`; without `text` it has none of its own, nor has a very large one."""
        own = chunk.text if text and len(chunk.text) <= _LONGEST_TEXT else None
        return Event(self.names.next(chunk.line), value, own, findings, chunk.line, chunk.column)

    def unreadable(self, chunk: Chunk, findings: Iterable[Finding]) -> Unreadable:
        """A chunk that is not an event."""
        return Unreadable(self.names.next(chunk.line), chunk.text, tuple(findings), chunk.line, chunk.column)

    def no_event(self, chunk: Chunk, issues: Iterable[Issue], cursor: Cursor) -> Unreadable:
        """A chunk that is not an event for the reasons in `issues`."""
        return self.unreadable(chunk, self.findings(chunk, issues, cursor))

    def log_record(self, chunk: Chunk, cursor: Cursor) -> Unreadable:
        """A record of a log as JSON that holds no event: what a program says beside its events is text around them."""
        self.has_text = True
        return self.no_event(chunk, [Issue("EVENT-NOT-OBJECT", _RECORD, _NO_RECORD, 0)], cursor)

    def junk(self, chunk: Chunk, cursor: Cursor) -> Unreadable:
        """Text that is no object, list or call: another JSON value, prose, or code that is no call."""
        if chunk.skipped:
            return self.no_event(chunk, (too_large(chunk),), cursor)
        text = chunk.text
        parsed = parse(text, secrets=self.sdk.secrets)
        end = skip_space(text, parsed.end)
        if not parsed.damaged and end >= len(text):
            return self.no_event(chunk, not_an_event(parsed), cursor)
        if "analytics" in text[:_LOOKED_AT].lower():
            hint = 'Paste whole calls: analytics.track("Name", {key: "value"}).'
            issue = Issue("CODE-UNREADABLE", "This is not a call that can be read.", hint, 0)
        elif not parsed.damaged and not IN_BRACKETS.match(text):
            shown = excerpt(text, _SHOWN, self.sdk.secrets, end, end + _SHOWN)
            message = f'{_AFTER}: "{shown}".'
            issue = Issue("JSON-SYNTAX", message, "Put each event on a line of its own.", end)
        elif text[:1].isalpha() or text[:1] in _MARKUP or _LIST_ITEM.match(text) or IN_BRACKETS.match(text):
            return self.text(chunk, cursor, parsed.issues[-1].at if parsed.damaged else 0)
        else:
            issue = parsed.issues[-1]
        return self.no_event(chunk, (issue,), cursor)

    def text(self, chunk: Chunk, cursor: Cursor, at: int = 0) -> Unreadable:
        """Text that is neither JSON nor code; it differs from both at an offset."""
        hint = (
            "Events are JSON (one, one on each line, a list, or the body of a batch), or calls such as"
            ' analytics.track("Order Completed", {total: 12.5}).'
        )
        return self.no_event(chunk, (Issue("JSON-SYNTAX", _PROSE, hint, at),), cursor)

    def _wait(self, found: Finding) -> None:
        """Keep a finding for the next item, unless there are too many already."""
        if len(self.pending) < MOST_ISSUES:
            self.pending.append(found)

    def _note_encoding(self, lines: Lines) -> None:
        """Tell the first item about the encoding of the text."""
        if lines.is_utf16:
            message, hint = "The text is UTF-16, and was read as UTF-16.", "Save it as UTF-8."
            self._wait(finding("TEXT-ENCODING", message, hint, line=1, column=1))
        elif lines.has_mark:
            self._wait(finding("JSON-BOM", "A byte-order mark was skipped.", _NO_UTF8[1], line=1, column=1))


def without_prose(items: Iterable[Item]) -> list[Item]:
    """The items without the prose that people copy along with their events; all items if no event is among them."""
    every = list(items)
    if not any(isinstance(item, Event) for item in every):
        return every
    return [item for item in every if isinstance(item, Event) or not is_prose(item)]


def is_prose(item: Unreadable) -> bool:
    """Whether a piece is text that people copy along with their events, and no event with a mistake."""
    return any(found.message.endswith(_NEITHER) or found.message == _RECORD for found in item.findings)


def _may_be_prose(item: Unreadable) -> bool:
    """Whether a piece belongs to the text around it: it is no JSON with a mistake, and no call. A number or a text before other text is neither."""
    found = item.findings[-1]
    if item.text[:1] == '"':
        return found.message.startswith(_AFTER) or found.code == "EVENT-NOT-OBJECT"
    return found.code in ("JSON-SYNTAX", "EVENT-NOT-OBJECT") and item.text[:1] not in ("", "{", "[", "}", "]")


def found_in(chunk: Chunk, issue: Issue) -> Finding:
    """The finding about an issue in the text of a chunk."""
    return issue_finding(issue, chunk.text, chunk.line, chunk.column)


def place(cursor: Cursor, code: str, message: str, hint: str) -> Finding:
    """A finding about the character at the cursor."""
    return finding(code, message, hint, line=cursor.line, column=cursor.column(cursor.at))


def too_large(chunk: Chunk) -> Issue:
    """The issue of a value that is not read for its size."""
    over = f"over {LARGEST_VALUE:,}" if chunk.skipped > LARGEST_VALUE else "and would take far more in memory"
    message = f"This value has {chunk.skipped:,} bytes, {over}; it was skipped."
    return Issue("VALUE-TOO-LARGE", message, "No event is that large: is this the right file?", 0)


def left_out(count: int, line: int, column: int) -> Finding:
    """The finding about recorded requests that post no event."""
    message = f"{plural(count, 'other request')} of the recording posted no event, and {'was' if count == 1 else 'were'} left out."
    return finding("REQUESTS-LEFT-OUT", message, line=line, column=column)


def no_object(value: object, at: int = 0) -> Issue:
    """The issue of a JSON value that is not an event."""
    message = f"This is {_KINDS[type(value)]}, and an event is an object."
    return Issue("EVENT-NOT-OBJECT", message, 'Write {"type": "track", ...}.', at)


def not_an_event(parsed: Parsed) -> tuple[Issue, ...]:
    """The issues of a document that is not an object."""
    return (*parsed.issues, no_object(parsed.value, parsed.start))


def with_findings(item: Item, findings: Iterable[Finding]) -> Item:
    """`item` with more findings."""
    more = tuple(findings)
    return msgspec.structs.replace(item, findings=(*item.findings, *more)) if more else item


def _skip_comment(cursor: Cursor) -> bool:
    if match := _LINE_COMMENT.match(cursor.text, cursor.at):
        cursor.at = match.end()
        return True
    return cursor.text.startswith("/*", cursor.at) and skip_comment(cursor)
