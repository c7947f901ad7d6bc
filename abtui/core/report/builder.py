"""Builders for reports and their JSON values.

One description of a column gives its title, its alignment and its cells. One list of attributes gives the JSON of a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from abtui.core.report import Cell, Column, Section, Sentence, Table, Tone
from abtui.core.text.plain import plural

Row = TypeVar("Row", contravariant=True)
_NOTHING = Cell("nothing", "dim")
SEVERITY_TONES: Final[dict[str, Tone]] = {"error": "bad", "warning": "warning", "info": "dim"}
_SEVERITY_NOUNS: Final = {"error": "error", "warning": "warning", "info": "note"}


@dataclass(frozen=True)
class RowColumn(Generic[Row]):
    """A column of a table, and the cell that it shows for a row. Without `shown` the table leaves it out."""

    column: Column
    cell: Callable[[Row], Cell]
    shown: bool = True


def text_column(
    title: str, value: Callable[[Row], str | Cell], *, right: bool = False, shown: bool = True
) -> RowColumn[Row]:
    """A column of words. Its value is a Cell where it needs a tone."""
    return RowColumn(Column(title, right), lambda row: _cell(value(row)), shown)


def severity_cell(severity: str) -> Cell:
    """The severity of a finding, in its tone."""
    return Cell(severity, SEVERITY_TONES[severity])


def severity_counts(counts: Mapping[str, int]) -> str:
    """`2 errors, 1 note`: how many findings there are of each severity, or `No finding`."""
    found = [plural(number, noun) for name, noun in _SEVERITY_NOUNS.items() if (number := counts.get(name, 0))]
    return ", ".join(found) or "No finding"


def code_column(title: str, value: Callable[[Row], str | None]) -> RowColumn[Row]:
    """A column of names, paths or values as they are written. None reads as `nothing`."""

    def cell(row: Row) -> Cell:
        text = value(row)
        return _NOTHING if text is None else Cell(text, code=True)

    return RowColumn(Column(title), cell)


def number_column(title: str, value: Callable[[Row], int | Cell], *, shown: bool = True) -> RowColumn[Row]:
    """A column of numbers. Its value is a Cell where it needs a tone or a bar."""
    return RowColumn(Column(title, right=True), lambda row: _cell(value(row)), shown)


def _cell(value: str | int | Cell) -> Cell:
    if isinstance(value, Cell):
        return value
    return number_cell(value) if isinstance(value, int) else Cell(value)


def number_cell(number: int, tone: Tone = "plain", *, bar: float | None = None) -> Cell:
    """A number with a comma after each thousand."""
    return Cell(f"{number:,}", tone, bar=bar)


def share_cell(number: int, whole: int) -> Cell:
    """The share of `number` in `whole`, in percent and as a bar."""
    share = number / whole if whole else 0.0
    return Cell(f"{share:.1%}", bar=share)


def table(rows: Sequence[Row], *columns: RowColumn[Row], most: int | None = None, note: str = "") -> Table:
    """A table of the first `most` of the rows. Its note says how many rows are missing, then `note`."""
    columns = tuple(column for column in columns if column.shown)
    shown = rows[:most]
    more = f"{plural(len(rows) - len(shown), 'more row')} in the JSON form." if len(shown) < len(rows) else ""
    return Table(
        tuple(column.column for column in columns),
        tuple(tuple(column.cell(row) for column in columns) for row in shown),
        f"{more} {note}".strip(),
    )


def table_section(
    title: str,
    rows: Sequence[Row],
    *columns: RowColumn[Row],
    most: int | None = None,
    note: str = "",
    empty: Sentence | None = None,
) -> Section:
    """A section of one table. Without a row it is `empty`, if that is given."""
    if empty is not None and not rows:
        return Section(title, (empty,))
    return Section(title, (table(rows, *columns, most=most, note=note),))


def json_values(*names: str) -> Callable[[object], dict[str, Any]]:
    """A function that gives these attributes of an object as JSON values, under their names in camelCase. It takes two names or more."""
    keys = [_camel_case(name) for name in names]
    read = attrgetter(*names)
    return lambda item: dict(zip(keys, read(item), strict=True))


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
