"""A report as text for people: as wide as the terminal, coloured only on one. Rich is loaded with this module."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple, TextIO

from rich import box
from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleRenderable, Group
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from abtui.core.report import (
    Block,
    Cell,
    Column,
    Differences,
    FieldChange,
    Heading,
    Report,
    Section,
    Sentence,
    Table,
    Tone,
)
from abtui.core.report.shape import bar_blocks, code_text, compared, headline, pieces, rows_of, shortened
from abtui.core.text.plain import printable, single_line

MIN_WIDTH = 40
_STYLES: dict[Tone, str] = {"plain": "", "good": "green", "bad": "bold red", "warning": "yellow", "dim": "dim"}
_ANY_HEIGHT = 25
"""Nothing depends on it, but Rich takes a width for itself that comes alone."""
_PROSE = 100
"""Sentences are wrapped there on wider terminals: longer lines are hard to read."""
_CELL = 300
_VALUE = 360
_INDENT = 2
_GAP = 2
_NARROWEST = 10
"""A column of text that would be narrower makes the table a list."""
_PIECE = 24
"""A column is as wide as the longest piece of its words, up to so many characters, if there is room."""
_BARS = (10, 5, 0)
"""Widths of bars, the first that fits."""
_WORD = re.compile(r"( *)([^ ]+)")
_NUMBER = re.compile(r"(?<=\D)(?=\d)")


def report_text(report: Report, width: int, stream: TextIO | None = None) -> str:
    """The report in lines of at most `width` characters, 40 at least.

    It is coloured if `stream` is a terminal and as the environment (NO_COLOR, FORCE_COLOR, TERM) says; nothing is written to it. Without a stream there is no colour.
    """
    text = io.StringIO()
    console = Console(
        file=text,
        # None leaves it to the environment.
        force_terminal=True if stream is not None and stream.isatty() else None,
        color_system="auto" if stream else None,
        width=max(MIN_WIDTH, width),
        height=_ANY_HEIGHT,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    console.print(Group(*_report(report, console.width)))
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n"))


def _report(report: Report, width: int) -> Iterator[ConsoleRenderable]:
    sign, style = ("✓", "bold green") if report.ok else ("✗", "bold red")
    yield _prose(Text.assemble((f"{sign} ", style), (_line(headline(report)), style)), width)
    for sentence in report.summary:
        yield _sentence(sentence, width)
    for section in report.sections:
        yield from _section(section, width)


def _section(section: Section, width: int) -> Iterator[ConsoleRenderable]:
    title = Text(_line(section.title), "bold")
    yield Text("")
    yield title
    yield Text("─" * min(width, cell_len(title.plain)), "dim")
    for before, block in zip((None, *section.blocks), section.blocks, strict=False):
        if before is not None and not isinstance(block, Sentence) and not isinstance(before, Heading):
            yield Text("")
        for part in _block(block, width - _INDENT):
            yield Padding(part, (0, 0, 0, _INDENT))


def _block(block: Block, width: int) -> Iterator[ConsoleRenderable]:
    if isinstance(block, Heading):
        yield Text(_line(block.text), f"bold {_STYLES[block.tone]}".rstrip())
    elif isinstance(block, Sentence):
        yield _sentence(block, width)
    elif isinstance(block, Table):
        yield _table(block, width) if block.columns and block.rows else Text("None.", "dim")
        if block.note:
            yield _sentence(Sentence(block.note, "dim"), width)
    else:
        yield from _differences(block, width)


def _sentence(sentence: Sentence, width: int) -> ConsoleRenderable:
    return _prose(Text(_line(sentence.text), _STYLES[sentence.tone]), width)


def _prose(text: Text, width: int) -> ConsoleRenderable:
    return Padding(text, (0, max(0, width - _PROSE), 0, 0))


def _line(text: str) -> str:
    return single_line(text).replace("\t", " ")


def _table(table: Table, width: int) -> ConsoleRenderable:
    """A table with the widest bars it has room for, if it can with no piece of a word broken; else a list."""
    rows = rows_of(table)
    titles = [_line(column.title) for column in table.columns]
    forms = [
        [_column(column, [row[at] for row in rows], size) for at, column in enumerate(table.columns)] for size in _BARS
    ]
    for whole, columns in product((True, False), forms):
        widths = _widths(columns, width, whole)
        if widths is not None:
            return _grid(columns, widths)
    return _list(titles, [[_cell(cell) for cell in row] for row in rows], width)


class _Column(NamedTuple):
    """A column as it is written. A `rigid` one, of numbers or bars, is never narrower than it needs."""

    title: str
    cells: list[Text]
    rigid: bool
    right: bool

    @property
    def longest_word(self) -> int:
        return max(map(cell_len, self.title.split()), default=1)

    @property
    def natural(self) -> int:
        """The width at which no cell is wrapped."""
        title = self.longest_word if self.rigid else cell_len(self.title)
        return max(1, title, *(cell_len(cell.plain) for cell in self.cells))

    @property
    def longest_piece(self) -> int:
        """The width at which no piece of a word is broken, but for very long ones."""
        words = (word for cell in self.cells for word in cell.plain.split())
        longest = max((cell_len(piece) for word in words for piece in pieces(word, _PIECE)), default=1)
        return max(self.longest_word, min(_PIECE, longest))


def _column(column: Column, cells: list[Cell], bar_size: int) -> _Column:
    """A column with bars of `bar_size` beside its texts, where its cells have any."""
    texts = [_cell(cell) for cell in cells]
    title = _line(column.title)
    if all(cell.bar is None for cell in cells):
        return _Column(title, texts, column.right, column.right)
    if bar_size:
        width = max(cell_len(text.plain) for text in texts)
        for cell, text in zip(cells, texts, strict=True):
            blank = width - cell_len(text.plain)
            text.pad_left(blank) if column.right else text.pad_right(blank)
            bar = "" if cell.bar is None else bar_blocks(cell.bar, bar_size)
            text.append(f" {bar.ljust(bar_size)}", "not bold not dim cyan")
    # The cells are aligned as they are; Rich takes away blanks at the end of what stands to the right.
    return _Column(title, texts, rigid=True, right=False if bar_size else column.right)


def _cell(cell: Cell) -> Text:
    text = single_line(shortened(code_text(cell), _CELL))
    return Text(text.replace("\t", "\\t" if cell.code else " "), _STYLES[cell.tone])


def _widths(columns: list[_Column], room: int, whole: bool) -> list[int] | None:
    """The width of each column in `room`: numbers get what they need, texts share the rest. None where it is too little.

    `whole`: each text gets enough for the longest piece of its words.
    """
    natural = [column.natural for column in columns]
    enough = [column.longest_piece if whole else 0 for column in columns]
    room -= _GAP * (len(columns) - 1)
    # The widest texts give way first, all of them to the same width.
    for most in range(max(natural), 0, -1):
        widths = [
            size if column.rigid else min(size, max(most, piece))
            for size, column, piece in zip(natural, columns, enough, strict=True)
        ]
        if sum(widths) <= room:
            break
    else:
        return None
    # What rounding leaves goes to the texts that were cut, from the left.
    for at in [at for at, size in enumerate(natural) if widths[at] < size][: room - sum(widths)]:
        widths[at] += 1
    least = (min(size, max(_NARROWEST, column.longest_word)) for size, column in zip(natural, columns, strict=True))
    return widths if all(width >= size for width, size in zip(widths, least, strict=True)) else None


def _grid(columns: list[_Column], widths: list[int]) -> ConsoleRenderable:
    # The box has a space between columns, the padding is the rest of the gap.
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0), header_style="dim")
    for column, width in zip(columns, widths, strict=True):
        grid.add_column(Text(column.title), width=width, overflow="fold", justify="right" if column.right else "left")
    for row in zip(*(column.cells for column in columns), strict=True):
        grid.add_row(*map(wrapped, row, widths))
    return grid


def wrapped(text: Text, width: int) -> Text:
    """`text` in lines of at most `width` characters, ended between words where that will do, else between pieces of a word."""
    ends: list[int] = []
    room = width
    for word in _WORD.finditer(text.plain):
        blank, letters = cell_len(word[1]), cell_len(word[2])
        if blank + letters <= room:
            room -= blank + letters
            continue
        at = word.start(2)
        parts = [word[2]] if letters <= width else _short_pieces(word[2], width)
        room = 0
        for part in parts:
            if cell_len(part) > room:
                ends.append(at)
                room = width
            room -= cell_len(part)
            at += len(part)
    lines = text.divide([end for end in ends if end])
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)


def _short_pieces(word: str, width: int) -> list[str]:
    """The pieces of a word. Those longer than `width` are broken before a number, or anywhere if that does not help."""
    parts: list[str] = []
    for piece in pieces(word, width):
        for part in [piece] if cell_len(piece) <= width else _NUMBER.split(piece):
            parts += chop_cells(part, width)
    return parts


def _list(titles: list[str], rows: list[list[Text]], width: int) -> ConsoleRenderable:
    """A table as a list: a line for each column, an empty one between rows. For what is too narrow for a table."""
    label = min(max(map(cell_len, titles), default=0), width // 3)
    grid = Grid.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=label, overflow="fold", style="dim")
    grid.add_column(overflow="fold")
    room = width - label - _GAP
    for at, row in enumerate(rows):
        if at:
            grid.add_row("", "")
        for title, cell in zip(titles, row, strict=True):
            if cell.plain:
                grid.add_row(Text(title), wrapped(cell, room))
    return grid


def _differences(differences: Differences, width: int) -> Iterator[ConsoleRenderable]:
    title = Text(_line(differences.title), "bold")
    title.append(f"  - {_line(differences.old)}, + {_line(differences.new)}", "not bold dim")
    yield title
    for change in differences.changes:
        path = Text(_line(shortened(change.path, _CELL)))
        yield Padding(wrapped(path, width - _INDENT), (0, 0, 0, _INDENT))
        yield Padding(_change(change, width - 2 * _INDENT), (0, 0, 0, 2 * _INDENT))


def _change(change: FieldChange, width: int) -> ConsoleRenderable:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for sign, value, style in zip("-+", compared(change, _VALUE), ("red", "green"), strict=True):
        if value is not None:
            for line in printable(value.text).replace("\t", "\\t").split("\n"):
                grid.add_row(Text(sign, style), wrapped(Text(line, style), width - len(sign) - 1))
    return grid
