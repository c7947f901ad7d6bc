"""Marks: places in a text that are underlined, with a sign beside the line."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from abtui.core.findings import Severity
from abtui.tui.kit.severities import GRAVEST

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\w+')


class Mark(msgspec.Struct, frozen=True):
    """A place in a text, counted as in a Finding: `line` and `column` from 1, `end_column` exclusive.

    Without `column` the mark is only a sign beside the line. Without `end_column` it ends with the word or the quoted
    string that starts at `column`. It is at least one character wide.
    """

    line: int
    column: int | None
    end_column: int | None
    severity: Severity
    message: str


MarksByLine = dict[int, list[Mark]]
"""The marks of each line, counted from 0."""


def by_line(marks: Iterable[Mark]) -> MarksByLine:
    """Group marks by line, counted from 0."""
    lines: MarksByLine = {}
    for mark in marks:
        lines.setdefault(mark.line - 1, []).append(mark)
    return lines


def changed_lines(old: MarksByLine, new: MarksByLine) -> list[int]:
    """The lines (from 0) whose marks differ."""
    return [line for line in old.keys() | new.keys() if old.get(line) != new.get(line)]


def gravest(marks: Iterable[Mark]) -> Severity | None:
    """The gravest severity among the marks, or None."""
    severities = {mark.severity for mark in marks}
    return next((severity for severity in GRAVEST if severity in severities), None)


def reach(mark: Mark, line: str) -> tuple[int, int] | None:
    """The columns of `line` (from 0, end exclusive) that the mark underlines, or None if it is only a sign."""
    if mark.column is None:
        return None
    start = min(max(0, mark.column - 1), len(line))
    if mark.end_column is not None:
        return start, max(start + 1, min(mark.end_column - 1, len(line)))
    word = _WORD.match(line, start)
    return start, word.end() if word else start + 1
