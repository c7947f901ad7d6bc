"""The rows of "What it does": the moves of events with the lines that do it, what is worth a look, or the events as they were."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from abtui.core.corpus.comparison.move_words import because
from abtui.core.corpus.comparison.moves import Move, Moves
from abtui.core.findings import SEVERITIES, Finding, Severity
from abtui.core.text.plain import one_line, plural, printable
from abtui.tui.kit import cells
from abtui.tui.kit.drawing import Piece, width_of
from abtui.tui.kit.marks import LOOKS, RowFate, Signs
from abtui.tui.screens.config.words import Row

FIX_KEY: Final = "Alt+."
"""The key of the change that mends a mistake: in the editor Enter is a new line and `.` a letter."""
_MOST_ROWS: Final = 3
"""The most rows for the message of one finding, and for its hint."""
_LOOKS: Final[dict[Severity, tuple[str, RowFate | None]]] = {
    "error": ("refused", "refused"),
    "warning": ("ignored", "ignored"),
    "info": ("soft", None),
}
_SETTING: Final = 2
"""Steps of the path of a setting; that of an entry in a map has more."""
_MOST_NAMES: Final = 5
_NAME: Final = 40
_EVENT: Final = 24
"""Cells for the name of an event as it was."""
_MOST: Final = 100
"""Findings that are listed."""


class EffectRow(NamedTuple):
    """One row. With a `line` the cursor can be on it, and Enter goes to that line of the config; an `action` is done by Enter as well."""

    pieces: Row = ()
    line: int | None = None
    finding: Finding | None = None
    right: str = ""
    action: bool = False

    @property
    def stops(self) -> bool:
        """Whether the cursor can be on it."""
        return self.action or self.line is not None


def line_of(finding: Finding) -> int | None:
    """The line of the config that a finding is about."""
    return finding.line if finding.line is not None else finding.config_line


def action_rows(title: str, width: int) -> Iterator[EffectRow]:
    """The change that mends a mistake. It is not filled: the one filled action is that of the editor, below the mistake."""
    lead = (Piece(FIX_KEY, "accent", bold=True), Piece("  "))
    first, *rows = _wrapped(title, width - width_of(lead))
    yield EffectRow((*lead, Piece(first)), action=True)
    yield from (EffectRow((Piece(" " * width_of(lead)), Piece(row))) for row in rows)


def move_rows(moves: Moves, width: int, signs: Signs) -> Iterator[EffectRow]:
    """The moves, the worst first: how many events go from which fate to which, which ones, and the lines that do it."""
    for move in moves.moves:
        arrow = Piece(f" {signs.whole}{signs.whole}{signs.arrow} ", "soft")
        yield EffectRow((*_fate(move.was, signs), arrow, *_fate(move.now, signs)), right=f"{move.events:,}")
        yield from _of_move(move, width, signs)
    if changed := sum(move.events for move in moves.changed):
        text = f"{signs.changed} {plural(changed, 'event')} {'is' if changed == 1 else 'are'} sent otherwise"
        yield EffectRow((Piece(text, bold=True),))
        for move in moves.changed:
            yield from _because(move, width)


def _of_move(move: Move, width: int, signs: Signs) -> Iterator[EffectRow]:
    entries = {cause.path[-1]: cause for cause in move.causes if len(cause.path) > _SETTING}
    for named in move.names[:_MOST_NAMES]:
        cause = entries.get(named.name or "")
        kind = "" if named.type == "track" and named.name else f"{named.type} "
        name = Piece(f"  {kind}{one_line(named.name or 'without a name', _NAME)}")
        goal = (
            ()
            if cause is None or cause.new is None
            else (Piece(f" {signs.becomes} ", "soft"), Piece(one_line(cause.new, _NAME), bold=True))
        )
        count = () if named.events == 1 else (Piece(f"  {named.events:,}", "soft"),)
        line = None if cause is None else cause.line
        yield EffectRow((name, *goal, *count), line, right="" if line is None else f"line {line}")
    left = move.events - sum(named.events for named in move.names[:_MOST_NAMES])
    if left:
        yield EffectRow((Piece(f"  and {left:,} more", "soft"),))
    if not all(named.name in entries for named in move.names):
        yield from _because(move, width)


def _because(move: Move, width: int) -> Iterator[EffectRow]:
    """The settings and what their lines say, in two rows where one has no room."""
    lines = [cause.line for cause in move.causes if cause.line is not None]
    for setting, words in because(move):
        name, said = Piece(f"  {setting} ", "soft"), Piece(words)
        rows = [(name, said)] if width_of((name, said)) <= width else [(name,), (Piece("  "), said)]
        yield EffectRow(rows[0], lines[0] if lines else None)
        yield from (EffectRow(row) for row in rows[1:])


def _fate(fate: RowFate, signs: Signs) -> Row:
    look = LOOKS[fate]
    return (Piece(signs.mark(fate), look.role), Piece(f" {look.word}", look.role, bold=True))


def finding_rows(findings: Sequence[Finding], width: int, signs: Signs) -> Iterator[EffectRow]:
    """`Worth a look`, and each finding of the config with its line, the gravest first."""
    if not findings:
        yield EffectRow((Piece("Nothing else is worth a look.", "soft"),))
        return
    yield EffectRow((Piece("Worth a look", "soft", bold=True), Piece(f"  {len(findings):,}", "soft")))
    for finding in sorted(findings, key=lambda item: (SEVERITIES.index(item.severity), line_of(item) or 0))[:_MOST]:
        yield from _finding_rows(finding, width, signs)
    if len(findings) > _MOST:
        yield EffectRow((Piece(f"  and {len(findings) - _MOST:,} more", "soft"),))


def _finding_rows(finding: Finding, width: int, signs: Signs) -> Iterator[EffectRow]:
    line = line_of(finding)
    role, fate = _LOOKS[finding.severity]
    mark = " " if fate is None else signs.mark(fate)
    lead = (Piece(f"{mark} ", role), Piece(f"{line} " if line is not None else "", bold=True))
    indent = sum(len(piece.text) for piece in lead)
    rows = list(_wrapped(finding.message, width - indent))
    yield EffectRow((*lead, Piece(rows[0])), line, finding)
    yield from (EffectRow((Piece(" " * indent), Piece(row))) for row in rows[1:])
    if finding.hint:
        yield from (
            EffectRow((Piece(" " * indent), Piece(row, "soft"))) for row in _wrapped(finding.hint, width - indent)
        )


@lru_cache(maxsize=512)
def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text), max(10, width), max_lines=_MOST_ROWS, placeholder=" …") or [""]


def event_rows(events: Iterable[tuple[str, RowFate]], at: str, signs: Signs) -> Iterator[EffectRow]:
    """The events as they were before the mistake."""
    yield EffectRow((Piece("Events", "soft", bold=True), Piece(f"  as they were at {at}", "soft")))
    for name, fate in events:
        look = LOOKS[fate]
        yield EffectRow(
            (
                Piece(signs.mark(fate), look.role),
                Piece(f" {cells.cut(name, _EVENT)} ", "soft"),
                Piece(look.word, look.role),
            )
        )
