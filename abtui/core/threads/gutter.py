"""The letters beside lines of JSON and of the config: the same letter stands at all ends of a thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from abtui.core.text.paths import Path
from abtui.core.threads.thread import Thread


class Tie(NamedTuple):
    """The letter beside a line of JSON or of the config, and whether the line is at fault."""

    letter: str
    culprit: bool


class Letters(msgspec.Struct, frozen=True):
    """The letters of the gutters. Within a field that is tied, every line has the field's letter."""

    event: Mapping[Path, Tie]
    payload: Mapping[Path, Tie]
    lines: Mapping[int, Tie]

    def of_event(self, path: Path) -> Tie | None:
        """The letter beside the event's field at a path."""
        return _within(self.event, path)

    def of_payload(self, path: Path) -> Tie | None:
        """The letter beside the payload's field at a path."""
        return _within(self.payload, path)

    def of_line(self, line: int) -> Tie | None:
        """The letter beside a line of the config (from 1)."""
        return self.lines.get(line)


def _within(ties: Mapping[Path, Tie], path: Path) -> Tie | None:
    for depth in range(len(path), -1, -1):
        tie = ties.get(path[:depth])
        if tie is not None:
            return tie if depth == len(path) else Tie(tie.letter, culprit=False)
    return None


def letters(found: Iterable[Thread]) -> Letters:
    """The letters of all threads, by the places that they tie."""
    event: dict[Path, Tie] = {}
    payload: dict[Path, Tie] = {}
    lines: dict[int, Tie] = {}
    for thread in found:
        tie = Tie(thread.letter, culprit=False)
        for ties, paths, at_fault in (
            (event, thread.event_paths, thread.event_path),
            (payload, thread.payload_paths, thread.payload_path),
        ):
            for path in paths:
                ties.setdefault(path, tie)
            if thread.culprit and at_fault is not None:
                ties[at_fault] = Tie(thread.letter, culprit=True)
        for line in thread.lines:
            if thread.culprit or line not in lines:
                lines[line] = Tie(thread.letter, thread.culprit)
    return Letters(event, payload, lines)
