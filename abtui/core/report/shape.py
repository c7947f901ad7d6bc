"""What the forms of a report have in common: the verdict in words, bars, cuts in long values, and line breaks in long names."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from abtui.core.report import Cell, FieldChange, Report

_BLOCKS = "▏▎▍▌▋▊▉█"
_EIGHTHS = len(_BLOCKS)
_UNSEEN = re.compile(r"\A\Z|\A | \Z|  ")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_NO_BREAK = (
    r"(?![\s.\[/:\-_\],>)}]|\Z)"  # a break is after the last of several marks, and never before a closing one
    r"(?![\"'`](?:\W|\Z))"
    r"(?!(?<=\d[.,])\d)"  # nor within a number
)
# A character has to precede the mark, so that a number keeps its sign.
_BREAK = re.compile(r"(?<=\S[.\[/:\],])" + _NO_BREAK)
_WEAK_BREAK = re.compile(r"(?<=\S[\-_])" + _NO_BREAK)


def verdict(report: Report) -> str:
    """The answer in words."""
    return report.verdict or ("Passed" if report.ok else "Failed")


def headline(report: Report) -> str:
    """The answer and its subject."""
    return f"{verdict(report)}: {report.title}" if report.title else verdict(report)


def summary_text(report: Report) -> str:
    """The sentences of the summary, each on its own line."""
    return "\n".join(sentence.text for sentence in report.summary)


def share_of(bar: float) -> float:
    """The share that a bar shows, limited to the range from 0 to 1."""
    return 0.0 if math.isnan(bar) else min(1.0, max(0.0, bar))


def bar_blocks(bar: float, width: int) -> str:
    """A share as block characters: `width` characters for 1, and at least an eighth of a character for more than 0."""
    share = share_of(bar)
    eighths = max(1, round(share * width * _EIGHTHS)) if share else 0
    whole, rest = divmod(eighths, _EIGHTHS)
    return _BLOCKS[-1] * whole + (_BLOCKS[rest - 1] if rest else "")


def shortened(text: str, limit: int) -> str:
    """`text`, or its start and end if it is longer than `limit`. Between them stands the number of characters left out."""
    if len(text) <= limit:
        return text
    left_out = len(text) - limit
    # The words about it take room as well, so more characters have to be left out.
    left_out += len(_left_out(left_out)) + 2
    if left_out >= len(text):
        return text[:limit]
    kept = len(text) - left_out
    head = (kept + 1) // 2
    return text[:head] + _left_out(left_out) + text[len(text) - (kept - head) :]


def _left_out(count: int) -> str:
    return f" … {count:,} characters left out … "


def code_text(cell: Cell) -> str:
    """The text of a cell. A `code` cell that is empty or has invisible spaces is written as a JSON string in quotes."""
    return json.dumps(cell.text, ensure_ascii=False) if cell.code and _UNSEEN.search(cell.text) else cell.text


def code_spans(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of `text`: plain text, and text between a pair of backticks (True). A single backtick is plain text."""
    for at, part in enumerate(_CODE.split(text)):
        if part:
            yield part, bool(at % 2)


def pieces(text: str, most: int) -> list[str]:
    """`text` split where a line may end within a word: after `.`, `[`, `/`, `:`, `]` and `,`.

    Pieces longer than `most` are split after `-` and `_`, too. Some pieces may still be longer.
    """
    return [
        part for piece in _BREAK.split(text) for part in (_WEAK_BREAK.split(piece) if len(piece) > most else [piece])
    ]


class Parts(NamedTuple):
    """One of two values: what they share at the start and at the end, and what differs between."""

    start: str
    middle: str
    end: str

    @property
    def text(self) -> str:
        """The whole value."""
        return self.start + self.middle + self.end


def compared(change: FieldChange, limit: int) -> tuple[Parts | None, Parts | None]:
    """Both sides of a change. A side without a value is None.

    Each part of a value longer than `limit` characters is shortened by itself, so that the difference stays visible.
    """
    old, new = change.old, change.new
    if old is None or new is None:
        return _alone(old, limit), _alone(new, limit)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return _parts(old, start, end, limit), _parts(new, start, end, limit)


def _alone(text: str | None, limit: int) -> Parts | None:
    return None if text is None else Parts("", shortened(text, limit), "")


def _common(first: str, second: str) -> int:
    """The number of characters that two texts share at their start."""
    shortest = min(len(first), len(second))
    return next((at for at in range(shortest) if first[at] != second[at]), shortest)


def _parts(text: str, start: int, end: int, limit: int) -> Parts:
    stop = len(text) - end
    parts = Parts(text[:start], text[start:stop], text[stop:])
    return parts if len(text) <= limit else Parts(*(shortened(part, limit // len(parts)) for part in parts))
