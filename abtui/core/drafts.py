"""Unsaved work as it is kept on the disk until it is saved or given up: the config's text, and events edited or added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from abtui.core.text.kept_json import decode, encode
from abtui.core.text.mask_keys import keys_in, without_keys
from abtui.core.text.plain import plural
from abtui.core.text.secret import Secret, hide_all

VERSION: Final = 1
MOST_CHARACTERS: Final = 4 << 20
"""Characters of events that are kept. Whoever edits more than that has a file of his own."""


class KeptEvent(msgspec.Struct, frozen=True, array_like=True):
    """An edited or added event: its place in the corpus, the name of that place, and its text."""

    index: int
    source: str
    text: str


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run's unsaved work on certain files. `at` is local time, ISO 8601, of the last change.

    `config_text` is None where the config was not changed. `masked`: a key stood in it and was not kept. `left_out`: events
    that were too many to be kept.
    """

    version: int
    at: str
    config: str | None = None
    events: tuple[str, ...] = ()
    config_text: str | None = None
    masked: bool = False
    kept: tuple[KeptEvent, ...] = ()
    left_out: int = 0

    @property
    def files(self) -> tuple[str | None, tuple[str, ...]]:
        """The files it is of."""
        return self.config, self.events


def draft_text(draft: Draft) -> str:
    """The file's text."""
    return encode(draft).decode()


def read_draft(data: bytes) -> Draft | None:
    """The draft in a file, or None where there is none that can be used."""
    try:
        draft = decode(data, Draft)
    except msgspec.DecodeError:
        return None
    return draft if draft.version == VERSION else None


def within_bounds(events: Sequence[KeptEvent]) -> tuple[KeptEvent, ...]:
    """The events from the first on that fit in what is kept."""
    room, count = MOST_CHARACTERS, 0
    for event in events:
        room -= len(event.text)
        if room < 0:
            break
        count += 1
    return tuple(events[:count])


def keyless(draft: Draft, env: Mapping[str, str], known: Iterable[Secret]) -> Draft:
    """The draft as it may be written: without the keys that stand in the config's text, and without `known` ones anywhere."""
    known = list(known)
    text, masked = draft.config_text, False
    keys = known
    if text is not None:
        keys = [*known, *(Secret(key) for key in keys_in(text, env))]
        clean = without_keys(text, env, [secret.reveal() for secret in known])
        text, masked = clean, clean != text
    kept = tuple(KeptEvent(event.index, event.source, hide_all(event.text, keys)) for event in draft.kept)
    return msgspec.structs.replace(draft, config_text=text, masked=masked, kept=kept)


def told(draft: Draft) -> list[str]:
    """What is in a draft, a line for each thing, for the question whether it is to be restored."""
    lines = []
    if draft.config_text is not None:
        # The name suffices: it is asked about the files that are open.
        name = (draft.config or "").replace("\\", "/").rpartition("/")[2]
        lines.append(f"the config{f' ({name})' if name else ''}")
    if draft.kept:
        lines.append(plural(len(draft.kept), "edited or added event"))
    if draft.left_out:
        lines.append(f"not kept, as it was too much: {plural(draft.left_out, 'event')}")
    if draft.masked:
        lines.append("not kept: the API key that stood in the config; it comes from the file, if that still has it")
    return lines
