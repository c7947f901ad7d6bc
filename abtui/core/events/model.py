"""One Segment event as it was read, or a piece of text that could not be read as one."""

from __future__ import annotations

from typing import Any

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.secret import Secret

JSONObject = dict[str, Any]


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event.

    `source` says where it came from (`orders.jsonl:17`, `pasted #3`, `live`). `value` is the event as JSON.parse gives
    it; nobody changes it. `text` is what it was read from: `str`, or the raw UTF-8 `bytes` of its line, or None where the
    event has no text of its own (an item of a batch, a line of code). `line` and `column` are 1-based, of its first character in the source.
    """

    source: str
    value: JSONObject
    text: str | bytes | None = None
    findings: tuple[Finding, ...] = ()
    line: int = 1
    column: int = 1


class Unreadable(msgspec.Struct, frozen=True):
    """A piece of the source that is no event. Its findings, at least one an error, say why and where."""

    source: str
    text: str
    findings: tuple[Finding, ...]
    line: int = 1
    column: int = 1


class SdkDefaults(msgspec.Struct, frozen=True, kw_only=True):
    """What an SDK would add to a line of code like `analytics.page()`. Comes in as an argument: same input, same event.

    `now` is ISO 8601 in UTC with milliseconds. The `messageId` is the prefix and a digest of the line of code and where it
    stands, so that equal lines are two events, and a line that is read again is the same one. `secrets` are keys that may
    stand in the text, and that nothing said about it may quote.
    """

    now: str = "2026-01-01T00:00:00.000Z"
    anonymous_id: str = "anonymous-1"
    user_id: str | None = None
    message_id_prefix: str = "abtui"
    secrets: tuple[Secret, ...] = ()
