"""What the workbench keeps on the disk between runs: its session, and drafts of unsaved work.

A session says which files were open and how the screen was; it never has a key or an event. A draft has the config's text and the
events that were edited or added, without keys, until they are saved or discarded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.text.kept_json import decode, encode
from abtui.core.text.mask_keys import keys_in, without_keys
from abtui.core.text.plain import plural
from abtui.core.text.secret import Secret, hide_all

VERSION: Final = 1
"""The version of both forms."""
MOST_CHARACTERS: Final = 4 << 20
"""The most characters of events in a draft. Someone who edits more than that has a file of their own."""
_MOST_VISITS: Final = 12
_LONGEST_FILTER: Final = 1_000


class Visit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of the workbench when certain files were last open. Paths are absolute; `config` is None without one, or for the demo's.

    `index` and `source` are the selected event: its index in the corpus and the name of its source.
    """

    config: str | None = None
    events: tuple[str, ...] = ()
    index: int = 0
    source: str = ""
    filter: str = ""
    screen: str = "events"
    target: str = ""

    @property
    def files(self) -> tuple[str | None, tuple[str, ...]]:
        """The files that identify the visit."""
        return self.config, self.events


class SavedSession(msgspec.Struct, frozen=True, kw_only=True):
    """Themes, whatever is open, and the last visits, the newest first.

    `themes` has the theme chosen in place of each one that a terminal starts with, since each may suit another.
    """

    version: int = VERSION
    themes: dict[str, str] = {}
    visits: tuple[Visit, ...] = ()


class _LooseSession(msgspec.Struct, frozen=True):
    version: Any = None
    themes: Any = None
    visits: Any = None


def read_session(data: bytes) -> tuple[SavedSession, str]:
    """The session in a file, and a note about parts that cannot be used, or "". The file may be of another version or program."""
    try:
        loose = decode(data, _LooseSession)
    except msgspec.DecodeError:
        return SavedSession(), "The session of earlier runs cannot be read; a new one is started."
    if loose.version != VERSION:
        return SavedSession(), "The session of earlier runs is from another version of abtui; a new one is started."
    found = loose.visits if isinstance(loose.visits, list) else []
    visits = [visit for item in found if (visit := _converted(item, Visit)) is not None]
    return SavedSession(
        themes=_converted(loose.themes, dict[str, str]) or {},
        visits=tuple(visits[:_MOST_VISITS]),
    ), "" if len(visits) == len(found) else "A part of the session of earlier runs cannot be read."


def _converted(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def session_text(session: SavedSession) -> str:
    """The text of the session's file."""
    return encode(session, indent=1).decode() + "\n"


def with_visit(session: SavedSession, visit: Visit) -> SavedSession:
    """The session with `visit` as the newest, in place of an earlier one to the same files."""
    if len(visit.filter) > _LONGEST_FILTER:
        visit = msgspec.structs.replace(visit, filter="")
    others = [other for other in session.visits if other.files != visit.files]
    return msgspec.structs.replace(session, visits=(visit, *others)[:_MOST_VISITS])


def visit_to(session: SavedSession, config: str | None, events: Sequence[str]) -> Visit | None:
    """The last visit to these files."""
    return next((visit for visit in session.visits if visit.files == (config, tuple(events))), None)


def last_visit(session: SavedSession) -> Visit | None:
    """The last visit to the user's own files, not the demo's."""
    return next((visit for visit in session.visits if visit.config is not None or visit.events), None)


class DraftEvent(msgspec.Struct, frozen=True, array_like=True):
    """An edited or added event: its index in the corpus, the name of its source, and its text."""

    index: int
    source: str
    text: str


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The unsaved work of one run on certain files. `at` is the time of the last change: local, ISO 8601.

    `config_text` is None if the config was not changed. `masked` says that the config had a key, which is not in the draft.
    `kept` are the events, `left_out` is the number of those that were too many.
    """

    version: int
    at: str
    config: str | None = None
    events: tuple[str, ...] = ()
    config_text: str | None = None
    masked: bool = False
    kept: tuple[DraftEvent, ...] = ()
    left_out: int = 0

    @property
    def files(self) -> tuple[str | None, tuple[str, ...]]:
        """The files that the draft is for."""
        return self.config, self.events


def draft_text(draft: Draft) -> str:
    """The text of a draft's file."""
    return encode(draft).decode()


def read_draft(data: bytes) -> Draft | None:
    """The draft in a file; None if the file has no usable one."""
    try:
        draft = decode(data, Draft)
    except msgspec.DecodeError:
        return None
    return draft if draft.version == VERSION else None


def within_bounds(events: Sequence[DraftEvent]) -> tuple[DraftEvent, ...]:
    """The first events, up to `MOST_CHARACTERS` in all."""
    room, count = MOST_CHARACTERS, 0
    for event in events:
        room -= len(event.text)
        if room < 0:
            break
        count += 1
    return tuple(events[:count])


def masked_draft(draft: Draft, env: Mapping[str, str], known: Iterable[Secret]) -> Draft:
    """The draft as it may be written: with the keys in the config's text masked, and `known` keys everywhere."""
    known = list(known)
    text, masked = draft.config_text, False
    keys = known
    if text is not None:
        keys = [*known, *(Secret(key) for key in keys_in(text, env))]
        clean = without_keys(text, env, [secret.reveal() for secret in known])
        text, masked = clean, clean != text
    kept = tuple(DraftEvent(event.index, event.source, hide_all(event.text, keys)) for event in draft.kept)
    return msgspec.structs.replace(draft, config_text=text, masked=masked, kept=kept)


def draft_contents(draft: Draft) -> list[str]:
    """The contents of a draft, one per line, for the question whether to restore it."""
    lines = []
    if draft.config_text is not None:
        # The folder is left out: the question is about the files that are open.
        name = (draft.config or "").replace("\\", "/").rpartition("/")[2]
        lines.append(f"the config{f' ({name})' if name else ''}")
    if draft.kept:
        lines.append(plural(len(draft.kept), "edited or added event"))
    if draft.left_out:
        lines.append(f"not kept, because there were too many: {plural(draft.left_out, 'event')}")
    if draft.masked:
        lines.append("not kept: the API key in the config; it is read from the file again, if it is still there")
    return lines
