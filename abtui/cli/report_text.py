"""A report as text for people: as wide as the terminal, and coloured only on one. Importing this module loads Rich."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product, repeat, zip_longest
from typing import NamedTuple, TextIO

from rich.cells import cell_len, chop_cells
from rich.console import Console
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
from abtui.core.report.shape import bar_blocks, code_text, compared, headline, pieces, shortened
from abtui.core.text.plain import printable, single_line

MIN_WIDTH = 40
_STYLES: dict[Tone, str] = {"plain": "", "good": "green", "bad": "bold red", "warning": "yellow", "dim": "dim"}
_ANY_HEIGHT = 25
"""No output depends on the height, but Rich ignores a width that is given without one."""
_PROSE = 100
"""Sentences are wrapped at this width on wider terminals, because longer lines are hard to read."""
_CELL = 300
_VALUE = 360
_INDENT = 2
_GAP = 2
_NARROWEST = 10
"""If a column of text would be narrower than this, the table becomes a list."""
_PIECE = 24
"""A column is as wide as the longest piece of its words, up to this width, if there is room."""
_BARS = (10, 5, 0)
"""Widths of bars. The first that fits is used."""
_WORD = re.compile(r"( *)([^ ]+)")
_NUMBER = re.compile(r"(?<=\D)(?=\d)")


def report_text(report: Report, width: int, stream: TextIO | None = None) -> str:
    """The report in lines of at most `width` characters; a width below 40 counts as 40.

    The text is coloured if `stream` is a terminal, or as the environment says (NO_COLOR, FORCE_COLOR, TERM). Nothing is written
    to the stream. Without a stream there is no colour.
    """
    text = io.StringIO()
    console = Console(
        file=text,
        # None lets the environment decide.
        force_terminal=True if stream is not None and stream.isatty() else None,
        color_system="auto" if stream else None,
        width=max(MIN_WIDTH, width),
        height=_ANY_HEIGHT,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    console.print(Text("\n").join(_report(report, console.width)), soft_wrap=True)
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n"))


def _report(report: Report, width: int) -> Iterator[Text]:
    """The lines of the report."""
    sign, style = ("✓", "bold green") if report.ok else ("✗", "bold red")
    yield from wrapped(Text.assemble((f"{sign} ", style), (_line(headline(report)), style)), min(width, _PROSE))
    for sentence in report.summary:
        yield from _sentence(sentence, width)
    for section in report.sections:
        yield from _section(section, width)


def _section(section: Section, width: int) -> Iterator[Text]:
    title = Text(_line(section.title), "bold")
    yield Text("")
    yield from wrapped(title, width)
    yield Text("─" * min(width, cell_len(title.plain)), "dim")
    above: Block = Heading("")
    for block in section.blocks:
        if not isinstance(block, Sentence) and not isinstance(above, Heading):
            yield Text("")
        yield from _indented(_block(block, width - _INDENT))
        above = block


def _block(block: Block, width: int) -> Iterator[Text]:
    if isinstance(block, Heading):
        yield from wrapped(Text(_line(block.text), f"bold {_STYLES[block.tone]}".rstrip()), width)
    elif isinstance(block, Sentence):
        yield from _sentence(block, width)
    elif isinstance(block, Table):
        yield from _table(block, width) if block.columns and block.rows else [Text("None.", "dim")]
        if block.note:
            yield from _sentence(Sentence(block.note, "dim"), width)
    else:
        yield from _differences(block, width)


def _sentence(sentence: Sentence, width: int) -> Iterable[Text]:
    return wrapped(Text(_line(sentence.text), _STYLES[sentence.tone]), min(width, _PROSE))


def _indented(lines: Iterable[Text]) -> Iterator[Text]:
    for line in lines:
        yield Text(" " * _INDENT) + line


def _line(text: str) -> str:
    return single_line(text).replace("\t", " ")


def _table(table: Table, width: int) -> Iterator[Text]:
    """A table with the widest bars that fit without breaking a piece of a word, else one with broken words, else a list."""
    cells = list(zip(*table.rows, strict=True))
    forms = [list(map(_column, table.columns, cells, repeat(size))) for size in _BARS]
    for whole, columns in product((True, False), forms):
        widths = _widths(columns, width, whole)
        if widths is not None:
            return _grid(columns, widths)
    titles = [_line(column.title) for column in table.columns]
    return _list(titles, [[_cell(cell) for cell in row] for row in table.rows], width)


class _Column(NamedTuple):
    """A column with its cells as they are written. A `rigid` column, of numbers or bars, is never narrower than its cells."""

    title: str
    cells: list[Text]
    rigid: bool
    right: bool

    @property
    def natural(self) -> int:
        """The width at which no cell is wrapped."""
        title = self._longest_word if self.rigid else cell_len(self.title)
        return max(1, title, *(cell_len(cell.plain) for cell in self.cells))

    def least(self, whole: bool) -> int:
        """The smallest useful width. With `whole` no piece of a word is broken, except very long ones."""
        if self.rigid:
            return self.natural
        words = (word for cell in self.cells for word in cell.plain.split()) if whole else ()
        longest = max((cell_len(piece) for word in words for piece in pieces(word, _PIECE)), default=1)
        return min(self.natural, max(_NARROWEST, self._longest_word, min(_PIECE, longest)))

    @property
    def _longest_word(self) -> int:
        return max(map(cell_len, self.title.split()), default=1)


def _column(column: Column, cells: Sequence[Cell], bar_size: int) -> _Column:
    """A column, with bars of `bar_size` beside the texts of cells that have a bar."""
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
    # Numbers with bars are aligned already.
    return _Column(title, texts, rigid=True, right=False if bar_size else column.right)


def _cell(cell: Cell) -> Text:
    text = single_line(shortened(code_text(cell), _CELL))
    return Text(text.replace("\t", "\\t" if cell.code else " "), _STYLES[cell.tone])


def _widths(columns: list[_Column], room: int, whole: bool) -> list[int] | None:
    """The width of each column in `room`, or None if the room is too small: the widest gives way first, down to its least width."""
    widths = [column.natural for column in columns]
    least = [column.least(whole) for column in columns]
    room -= _GAP * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        _, widest = max((width, at) for at, width in enumerate(widths) if width > least[at])
        widths[widest] -= 1
    return widths


def _grid(columns: list[_Column], widths: list[int]) -> Iterator[Text]:
    titles = [wrapped(Text(column.title, "dim"), width) for column, width in zip(columns, widths, strict=True)]
    height = max(map(len, titles))
    right = [column.right for column in columns]
    # Short titles stand at the line below them.
    yield from _beside([[Text("")] * (height - len(lines)) + lines for lines in titles], widths, right)
    yield Text("─" * (sum(widths) + _GAP * (len(widths) - 1)))
    for cells in zip(*(column.cells for column in columns), strict=True):
        yield from _beside(list(map(wrapped, cells, widths)), widths, right)


def _beside(
    cells: Sequence[Sequence[Text]], widths: Iterable[int], right: Iterable[bool] = repeat(False), gap: int = _GAP
) -> Iterator[Text]:
    """The lines of several cells, beside each other."""
    for parts in zip_longest(*cells, fillvalue=Text("")):
        yield Text(" " * gap).join(map(_padded, parts, widths, right))


def _padded(text: Text, width: int, right: bool) -> Text:
    blank = Text(" " * (width - cell_len(text.plain)))
    return blank + text if right else text + blank


def wrapped(text: Text, width: int) -> list[Text]:
    """`text` in lines of at most `width` characters. They end between words where possible, else between pieces of a word."""
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
    return list(lines)


def _short_pieces(word: str, width: int) -> list[str]:
    """The pieces of a word. Those longer than `width` are broken before a number, or anywhere if that does not help."""
    parts: list[str] = []
    for piece in pieces(word, width):
        for part in [piece] if cell_len(piece) <= width else _NUMBER.split(piece):
            parts += chop_cells(part, width)
    return parts


def _list(titles: list[str], rows: list[list[Text]], width: int) -> Iterator[Text]:
    """A table as a list, if it has no room as a table: a line for each column, and an empty line between rows."""
    label = min(max(map(cell_len, titles), default=0), width // 3)
    room = width - label - _GAP
    for at, row in enumerate(rows):
        if at:
            yield Text("")
        for title, cell in zip(titles, row, strict=True):
            if cell.plain:
                yield from _beside([wrapped(Text(title, "dim"), label), wrapped(cell, room)], (label, room))


def _differences(differences: Differences, width: int) -> Iterator[Text]:
    title = Text(_line(differences.title), "bold")
    title.append(f"  - {_line(differences.old)}, + {_line(differences.new)}", "not bold dim")
    yield from wrapped(title, width)
    for change in differences.changes:
        path = Text(_line(shortened(change.path, _CELL)))
        yield from _indented(wrapped(path, width - _INDENT))
        yield from _indented(_indented(_change(change, width - 2 * _INDENT)))


def _change(change: FieldChange, width: int) -> Iterator[Text]:
    for sign, value, style in zip("-+", compared(change, _VALUE), ("red", "green"), strict=True):
        if value is not None:
            for line in printable(value.text).replace("\t", "\\t").split("\n"):
                cells = [Text(sign, style)], wrapped(Text(line, style), width - 2)
                yield from _beside(cells, (1, width - 2), gap=1)
