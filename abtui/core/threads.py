"""The threads of one event: each of its fields that becomes a field of the payload, with what the config says of it."""

from __future__ import annotations

import msgspec

from abtui.core.text.paths import Path


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the event, and the field of the payload that it becomes.

    `letter` ties the places together (`a`, `b`, ... in the event's order). `event` and `payload` are short names of the
    fields, `event_value` and `payload_value` their values in one line, `through` what the config says in one or two words
    (`line 32`, `unmapped`, `copied`). Any of them is "" where there is none. `culprit`: this is where the journey ends.
    `event_path` and `payload_path` are the places of the fields, `lines` the lines of the config (from 1).
    """

    letter: str
    event: str = ""
    event_value: str = ""
    through: str = ""
    payload: str = ""
    payload_value: str = ""
    culprit: bool = False
    event_path: Path | None = None
    payload_path: Path | None = None
    lines: tuple[int, ...] = ()
