"""One thread: a field of the event, what the config says of it, and the field of the payload that it becomes."""

from __future__ import annotations

import msgspec

from abtui.core.text.paths import Path


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the event, and the field of the payload that it becomes.

    `letter` ties the places together (`a`, `b`, ... in the event's order). `event` and `payload` are short names of the
    fields, `event_value` and `payload_value` their values in one line, `through` what the config says in one or two words
    (`line 32`, `unmapped`, `copied`). Any of them is "" where there is none. `culprit`: this is where the journey ends.
    `event_path` and `payload_path` are the places of the fields (of a culprit, the places at fault), `lines` the lines of
    the config (from 1). `event_paths` and `payload_paths` are all places that the thread ties, each with everything in it.
    """

    letter: str = ""
    event: str = ""
    event_value: str = ""
    through: str = ""
    payload: str = ""
    payload_value: str = ""
    culprit: bool = False
    event_path: Path | None = None
    payload_path: Path | None = None
    lines: tuple[int, ...] = ()
    event_paths: tuple[Path, ...] = ()
    payload_paths: tuple[Path, ...] = ()
