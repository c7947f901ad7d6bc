"""What the forms of a report have in common: the verdict in words, bars of block characters, what long values are cut to, and where
long names may be broken."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from abtui.core.report.model import Cell, FieldChange, Report, Table

_BLOCKS = "▏▎▍▌▋▊▉█"
_EIGHTHS = len(_BLOCKS)
_EMPTY = Cell("")
_UNSEEN = re.compile(r"\A\Z|\A | \Z|  ")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_NO_BREAK = (
    r"(?![\s.\[/:\-_\],>)}]|\Z)"  # a break is after the last of several marks, and never before what closes
    r"(?![\"'`](?:\W|\Z))"
    r"(?!(?<=\d[.,])\d)"  # nor within a number
)
# Not after the sign of a number, either.
_BREAK = re.compile(r"(?<=\S[.\[/:\],])" + _NO_BREAK)
_WEAK_BREAK = re.compile(r"(?<=\S[\-_])" + _NO_BREAK)


def verdict(report: Report) -> str:
    """The answer in words."""
    return report.verdict or ("Passed" if report.ok else "Failed")


def headline(report: Report) -> str:
    """The answer, and what it is about."""
    return f"{verdict(report)}: {report.title}" if report.title else verdict(report)


def summary_text(report: Report) -> str:
    """The sentences of the summary, a line each."""
    return "\n".join(sentence.text for sentence in report.summary)


def share_of(bar: float) -> float:
    """The share a bar draws: from 0 to 1, whatever was given."""
    return 0.0 if math.isnan(bar) else min(1.0, max(0.0, bar))


def bar_blocks(bar: float, width: int) -> str:
    """A share as block characters, in eighths of a character: full at `width`, and at least an eighth if it is not 0."""
    share = share_of(bar)
    eighths = max(1, round(share * width * _EIGHTHS)) if share else 0
    whole, rest = divmod(eighths, _EIGHTHS)
    return _BLOCKS[-1] * whole + (_BLOCKS[rest - 1] if rest else "")


def shortened(text: str, limit: int) -> str:
    """`text`, or its start and end with the number of characters left out between, where it is longer than `limit`."""
    if len(text) <= limit:
        return text
    left_out = len(text) - limit
    # The words about it take room as well: what they take is left out, too.
    left_out += len(_left_out(left_out)) + 2
    if left_out >= len(text):
        return text[:limit]
    kept = len(text) - left_out
    head = (kept + 1) // 2
    return text[:head] + _left_out(left_out) + text[len(text) - (kept - head) :]


def _left_out(count: int) -> str:
    return f" … {count:,} characters left out … "


def code_text(cell: Cell) -> str:
    """The text of a cell; of a `code` cell that is empty, or has spaces nobody would see, as a JSON string in its quotes."""
    return json.dumps(cell.text, ensure_ascii=False) if cell.code and _UNSEEN.search(cell.text) else cell.text


def code_spans(text: str) -> Iterator[tuple[str, bool]]:
    """`text` in turn as what is plain and what stood between a pair of backticks (True). Backticks without a pair are plain."""
    for at, part in enumerate(_CODE.split(text)):
        if part:
            yield part, bool(at % 2)


def pieces(text: str, most: int) -> list[str]:
    """`text` taken apart where a line may end within a word: after `.`, `[`, `/`, `:`, `]` and `,`.

    What is longer than `most` is taken apart after `-` and `_`, too; that may leave pieces that are longer.
    """
    return [
        part for piece in _BREAK.split(text) for part in (_WEAK_BREAK.split(piece) if len(piece) > most else [piece])
    ]


def rows_of(table: Table) -> list[tuple[Cell, ...]]:
    """The rows of a table, each with as many cells as there are columns."""
    count = len(table.columns)
    return [(*row[:count], *(_EMPTY for _ in range(count - len(row)))) for row in table.rows]


class Parts(NamedTuple):
    """A value taken apart: what it shares with the other side at the start and the end, and what differs between."""

    start: str
    middle: str
    end: str

    @property
    def text(self) -> str:
        """The value as a whole."""
        return self.start + self.middle + self.end


def compared(change: FieldChange, limit: int) -> tuple[Parts | None, Parts | None]:
    """Both sides of a change, None where there is no value on that side.

    A value longer than `limit` characters is shortened within each of its parts, so that what differs can be seen.
    """
    old, new = change.old, change.new
    if old is None or new is None:
        return _alone(old, limit), _alone(new, limit)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return _parts(old, start, end, limit), _parts(new, start, end, limit)


def _alone(text: str | None, limit: int) -> Parts | None:
    return None if text is None else Parts("", shortened(text, limit), "")


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    shortest = min(len(one), len(other))
    return next((at for at in range(shortest) if one[at] != other[at]), shortest)


def _parts(text: str, start: int, end: int, limit: int) -> Parts:
    stop = len(text) - end
    parts = Parts(text[:start], text[start:stop], text[stop:])
    return parts if len(text) <= limit else Parts(*(shortened(part, limit // len(parts)) for part in parts))
