"""Tables and JSON values that are built from descriptions."""

from __future__ import annotations

import msgspec

from abtui.core.report import Cell, Column, Section, Sentence, Table
from abtui.core.report.builder import (
    RowColumn,
    code_column,
    json_values,
    number_cell,
    number_column,
    share_cell,
    table,
    table_section,
    text_column,
)


class Item(msgspec.Struct):
    some_name: str | None
    count: int


ITEMS = [Item("purchase", 1_204), Item(None, 0), Item("signup", 3)]


def test_a_column_gives_its_title_and_its_cells() -> None:
    built = table(
        ITEMS,
        code_column("goal", lambda item: item.some_name),
        number_column("events", lambda item: item.count or number_cell(0, "warning")),
        text_column("line", lambda item: str(item.count), right=True),
        number_column("hidden", lambda item: item.count, shown=False),
    )
    assert built == Table(
        (Column("goal"), Column("events", right=True), Column("line", right=True)),
        (
            (Cell("purchase", code=True), Cell("1,204"), Cell("1204")),
            (Cell("nothing", "dim"), Cell("0", "warning"), Cell("0")),
            (Cell("signup", code=True), Cell("3"), Cell("3")),
        ),
    )


def test_a_table_that_is_cut_says_how_many_rows_are_missing() -> None:
    columns: list[RowColumn[Item]] = [number_column("events", lambda item: item.count)]
    assert [table(ITEMS, *columns, most=most, note="Sorted.").note for most in (1, 2, 3, None)] == [
        "2 more rows in the JSON form. Sorted.",
        "1 more row in the JSON form. Sorted.",
        "Sorted.",
        "Sorted.",
    ]
    assert len(table(ITEMS, *columns, most=2).rows) == 2


def test_a_section_without_rows_has_its_sentence() -> None:
    column: RowColumn[Item] = number_column("events", lambda item: item.count)
    none = Sentence("None.", "good")
    assert table_section("Goals", [], column, empty=none) == Section("Goals", (none,))
    assert table_section("Goals", ITEMS, column, empty=none) == Section("Goals", (table(ITEMS, column),))


def test_a_share_of_nothing_is_zero() -> None:
    assert share_cell(1, 4) == Cell("25.0%", bar=0.25)
    assert share_cell(0, 0) == Cell("0.0%", bar=0.0)


def test_json_values_have_names_in_camel_case() -> None:
    assert [list(json_values("count", "some_name")(item).items()) for item in ITEMS[:2]] == [
        [("count", 1_204), ("someName", "purchase")],
        [("count", 0), ("someName", None)],
    ]
