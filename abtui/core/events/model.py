"""One Segment event as it was read, or a piece of text that could not be read as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.secret import Secret

JSONObject = dict[str, Any]


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event.

    `source` says where it came from (`orders.jsonl:17`, `queue.json:1 $.Records[0].body`, `pasted #3`, `live`). `value` is the event as JSON.parse returns
    it; nothing changes it. `text` is the text it was read from: `str`, or the raw UTF-8 `bytes` of its line, or None if the
    event has no text of its own (an item of a batch, a line of code). `line` and `column` are those of its first character in
    the source, from 1.
    """

    source: str
    value: JSONObject
    text: str | bytes | None = None
    findings: tuple[Finding, ...] = ()
    line: int = 1
    column: int = 1


class Unreadable(msgspec.Struct, frozen=True):
    """A piece of the source that is not an event. Its findings, at least one of them an error, say why and where."""

    source: str
    text: str
    findings: tuple[Finding, ...]
    line: int = 1
    column: int = 1


Item = Event | Unreadable
_SOURCE = re.compile(r"(?s)(.+?):(\d{1,11})(?:#\d+)?( \$.*)?")


class Place(NamedTuple):
    """What a source says: the name of the file, the line in it, and the way to the event inside that (`$.Records[0].body`), or ""."""

    file: str
    line: int | None
    way: str


def place_of(source: str) -> Place:
    """The parts of a source; no file and no line if it is no place in a file (`pasted #3`)."""
    found = _SOURCE.fullmatch(source)
    return Place("", None, "") if found is None else Place(found[1], int(found[2]), (found[3] or "").strip())


class SdkDefaults(msgspec.Struct, frozen=True, kw_only=True):
    """What an SDK would add to a line of code like `analytics.page()`. It is an argument, so that the same input gives the same event.

    `now` is ISO 8601 in UTC with milliseconds. A `messageId` is the prefix and a digest of the line of code and its place:
    two equal lines are two events, and a line that is read again is the same event. No finding quotes one of the `secrets`.
    """

    now: str = "2026-01-01T00:00:00.000Z"
    anonymous_id: str = "anonymous-1"
    user_id: str | None = None
    message_id_prefix: str = "abtui"
    secrets: tuple[Secret, ...] = ()


class Form(NamedTuple):
    """A form in which people have events. All of them are in `forms.FORMS`.

    A document of this form begins where `start` matches, and `read(reading, cursor)` reads it from there, or gives None if it turns
    out to be of another form; then the cursor stays. `is_whole` says whether a
    line that begins so is a document by itself: then an unclosed document before it ends there.
    """

    start: re.Pattern[str]
    read: Callable[..., Iterator[Item] | None]
    is_whole: Callable[[str], bool]
