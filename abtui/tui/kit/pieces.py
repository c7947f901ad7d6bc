"""Rows of pieces: texts with a role of the theme, laid out in cells. This loads nothing that draws them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from abtui.tui.kit.marks import Signs


class Piece(NamedTuple):
    """A text of one line in a role of the theme, on the widget's own surface or on `on`. `target` is what a click on it means."""

    text: str
    role: str = "text"
    bold: bool = False
    on: str = ""
    strike: bool = False
    target: object = None


def width_of(pieces: Iterable[Piece]) -> int:
    """The number of cells that the pieces take."""
    return sum(cell_len(piece.text) for piece in pieces)


def cut(text: str, room: int, sign: str) -> str:
    """`text` in at most `room` cells, cut with `sign`."""
    # A text of this many characters is too long whatever their widths are, and measuring a huge one takes long.
    if len(text) <= room * 2 and cell_len(text) <= room:
        return text
    return set_cell_size(text[:room], room - 1).rstrip() + sign if room > 0 else ""


def lay(places: Sequence[tuple[int, Piece]], width: int, sign: str, *, gap: int = 1) -> list[Piece]:
    """The pieces at their columns in `width` cells. Each is cut so that `gap` cells are free before the next one."""
    row: list[Piece] = []
    at = 0
    ends = [start - gap for start, _ in places[1:]] + [width] * bool(places)
    for (start, piece), end in zip(places, ends, strict=True):
        text = cut(piece.text, end - start, sign)
        row += [Piece(" " * (start - at)), piece._replace(text=text)]
        at = max(at, start) + cell_len(text)
    return row


def target_at(pieces: Iterable[Piece], x: int) -> object:
    """What a click in column `x` of a row means; None for nothing."""
    for piece in pieces:
        x -= cell_len(piece.text)
        if x < 0:
            return piece.target
    return None


def targets(pieces: Iterable[Piece]) -> Iterator[tuple[int, object]]:
    """Where each target of a row begins, for the labels to jump to."""
    x, last = 0, None
    for piece in pieces:
        if piece.target is not None and piece.target != last:
            yield x, piece.target
        x, last = x + cell_len(piece.text), piece.target


def fit(pieces: Iterable[Piece], width: int, signs: Signs) -> list[Piece]:
    """The pieces one after the other in `width` cells: those that have no room are cut. What they say is made printable."""
    row: list[Piece] = []
    for piece in pieces:
        text = cut(signs.text(piece.text), width, signs.cut)
        row.append(piece._replace(text=text))
        width -= cell_len(text)
    return row


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text that is broken between words."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
