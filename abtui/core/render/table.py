"""An outcome as a row of a table for people."""

from __future__ import annotations

from abtui.core.fate import FATES
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import one_line

COLUMNS = (("source", 26), ("fate", 14), ("type", 8), ("name", 28), ("segment shows", 22))


def table_header(width: int = 160) -> str:
    """The head of the table, of at most `width` characters."""
    return one_line("  ".join(title.ljust(size) for title, size in COLUMNS) + "  why", width)


def table_row(outcome: Outcome, width: int = 160, *, ascii_marks: bool = False) -> str:
    """One outcome as one line of at most `width` characters; the fate has its mark, findings come before the reason, as `[CODE CODE]`."""
    source, room = outcome.source, COLUMNS[0][1]
    # The end of a source tells more than its start: the line.
    source = source if len(source) <= room else "…" + source[1 - room :]
    words = FATES[outcome.fate]
    fate = f"{words.ascii if ascii_marks else words.mark} {outcome.fate}"
    values = (source, fate, outcome.type or "-", outcome.name or "-", outcome.segment_shows)
    cells = [one_line(value, size).ljust(size) for value, (_, size) in zip(values, COLUMNS, strict=True)]
    codes = sorted({item.code for item in outcome.findings if item.severity != "info"})
    why = (f"[{' '.join(codes)}] " if codes else "") + outcome.reason.message
    return one_line("  ".join(cells) + "  " + why, width)
