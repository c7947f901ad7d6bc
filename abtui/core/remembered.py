"""What the workbench remembers of earlier runs: which files were open, and how the screen was. Never a key, never an event.

It is read tolerantly: what does not fit is left out, as a file of another version or of another program may be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from abtui.core.text.kept_json import decode, encode

VERSION: Final = 1
_MOST_VISITS: Final = 12
_LONGEST_FILTER: Final = 1_000
_UNREADABLE: Final = "What was remembered of earlier runs cannot be read; it is begun anew."


class Visit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the workbench was left with certain files. Paths are absolute; `config` is None where there was none, or the demo's.

    `index` and `source` are the selected event: its place in the corpus and the name of that place.
    """

    config: str | None = None
    events: tuple[str, ...] = ()
    index: int = 0
    source: str = ""
    filter: str = ""
    pane: str = "events"
    tab: str = "payload"
    target: str = ""

    @property
    def files(self) -> tuple[str | None, tuple[str, ...]]:
        """What it is remembered by."""
        return self.config, self.events


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered: themes and sizes of the panes whatever is open, and the last visits, the newest first.

    `themes` is the theme chosen in place of the one that a terminal begins with: what suits one need not suit another.
    """

    version: int = VERSION
    themes: dict[str, str] = {}
    sizes: dict[str, float] = {}
    visits: tuple[Visit, ...] = ()


class _Loose(msgspec.Struct, frozen=True):
    version: Any = None
    themes: Any = None
    sizes: Any = None
    visits: Any = None


def read_remembered(data: bytes) -> tuple[Remembered, str]:
    """What is remembered, and a note about what could not be used, or ""."""
    try:
        loose = decode(data, _Loose)
    except msgspec.DecodeError:
        return Remembered(), _UNREADABLE
    if loose.version != VERSION:
        return Remembered(), "What was remembered of earlier runs is of another version of abtui; it is begun anew."
    found = loose.visits if isinstance(loose.visits, list) else []
    visits = [visit for item in found if (visit := _converted(item, Visit)) is not None]
    return Remembered(
        themes=_converted(loose.themes, dict[str, str]) or {},
        sizes=_converted(loose.sizes, dict[str, float]) or {},
        visits=tuple(visits[:_MOST_VISITS]),
    ), "" if len(visits) == len(found) else "A part of what was remembered of earlier runs cannot be read."


def _converted(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def remembered_text(remembered: Remembered) -> str:
    """The file's text."""
    return encode(remembered, indent=1).decode() + "\n"


def with_visit(remembered: Remembered, visit: Visit) -> Remembered:
    """`visit` as the newest, in place of an earlier one to the same files."""
    if len(visit.filter) > _LONGEST_FILTER:
        visit = msgspec.structs.replace(visit, filter="")
    others = [other for other in remembered.visits if other.files != visit.files]
    return msgspec.structs.replace(remembered, visits=(visit, *others)[:_MOST_VISITS])


def visit_to(remembered: Remembered, config: str | None, events: Sequence[str]) -> Visit | None:
    """The last visit to these files."""
    return next((visit for visit in remembered.visits if visit.files == (config, tuple(events))), None)


def last_visit(remembered: Remembered) -> Visit | None:
    """The last visit to a person's own files."""
    return next((visit for visit in remembered.visits if visit.config is not None or visit.events), None)
