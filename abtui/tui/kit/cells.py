"""Text in terminal cells: its width, the cell of each character, and a safe way to display it.

A column is an index into the characters of a line; a cell is a position on the screen. Both count from 0. All functions
measure a line in the same way, so that the drawn text, the cursor and the target of a click always agree.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

from abtui.core.text.plain import UNSAFE, printable

TAB_SIZE = 4

# Long lines are measured in pieces because rich caches the width of texts below 512 characters.
_PIECE = 256

# The characters that `core.text.printable` replaces, and line breaks. Here each becomes exactly one character, so that
# columns do not shift.
_UNSAFE = re.compile(f"[\n{UNSAFE}]")


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def is_simple(line: str) -> bool:
    """Whether every character of `line` takes one cell, so that column and cell are the same number."""
    return line.isascii() and "\t" not in line


def displayed(text: str, cell: int = 0) -> str:
    """`text` as it is drawn from `cell` on: tabs are expanded, unsafe characters become visible one-cell stand-ins."""
    if "\t" not in text:
        return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_visible, text)
    parts: list[str] = []
    for part in re.split("(\t)", text):
        piece = " " * (TAB_SIZE - cell % TAB_SIZE) if part == "\t" else _UNSAFE.sub(_visible, part)
        parts.append(piece)
        cell += cell_len(piece)
    return "".join(parts)


def width(line: str) -> int:
    """The number of cells that `line` takes."""
    if is_simple(line):
        return len(line)
    cell = 0
    for at in range(0, len(line), _PIECE):
        cell += cell_len(displayed(line[at : at + _PIECE], cell))
    return cell


def cell_at(line: str, column: int) -> int:
    """The cell where the character at `column` starts."""
    return min(column, len(line)) if is_simple(line) else width(line[:column])


def column_at(line: str, cell: int) -> int:
    """The column of the character that covers `cell`, or the line's length if `cell` is after its end."""
    if is_simple(line):
        return min(max(0, cell), len(line))
    at, start = 0, 0
    while at < len(line):
        piece = line[at : at + _PIECE]
        end = start + cell_len(displayed(piece, start))
        if end > cell:
            break
        at, start = at + _PIECE, end
    piece = line[at : at + _PIECE]
    for offset in range(len(piece)):
        if start + cell_len(displayed(piece[: offset + 1], start)) > cell:
            return at + offset
    return len(line)


def widest(lines: list[str], all_simple: bool = False) -> int:
    """The width of the widest line, in cells. Pass `all_simple` if `is_simple` is known to hold for every line."""
    if all_simple:
        return max(map(len, lines), default=0)
    return max((len(line) if is_simple(line) else width(line) for line in lines), default=0)


def cut(text: str, room: int) -> str:
    """`text` as one safe line of exactly `room` cells, cut with an ellipsis or padded with spaces."""
    line = printable(text[: room + 1].replace("\n", " ").replace("\t", " "))
    if cell_len(line) <= room and len(text) <= room + 1:
        return set_cell_size(line, room)
    return set_cell_size(set_cell_size(line, max(0, room - 1)).rstrip(" ") + "…", room) if room > 0 else ""
