"""The one list: a list says how many rows it has and what is in each; everything else is the same for all."""

from __future__ import annotations

import pytest
from textual import on

from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.marks import UNICODE, Signs
from tests.tui.kit_app import KitApp, colour, drawn_rows, painted, rows, styled

MANY = 1_000_000


class Numbers(DrawnList):
    """Numbers, each on two lines."""

    def __init__(self) -> None:
        super().__init__(id="numbers")
        self.asked: set[int] = set()

    @property
    def length(self) -> int:
        return MANY

    @property
    def row_height(self) -> int:
        return 2

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[list[Piece]]:
        self.asked.add(index)
        return [[Piece(f"number {index}", bold=current)], [Piece("x" * (width + 5))]]


class NumbersApp(KitApp):
    """Keeps what its list tells."""

    def __init__(self) -> None:
        super().__init__(Numbers())
        self.told: list[tuple[str, int]] = []

    @on(DrawnList.Highlighted, "#numbers")
    def _moved(self, message: DrawnList.Highlighted) -> None:
        self.told.append(("moved", message.index))

    @on(DrawnList.Selected, "#numbers")
    def _selected(self, message: DrawnList.Selected) -> None:
        self.told.append(("selected", message.index))


async def test_only_rows_in_view_are_asked_for_and_each_has_the_bar_of_the_cursor() -> None:
    app = NumbersApp()
    async with app.run_test(size=(20, 6)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.focus()
        await painted(pilot)
        assert numbers.asked == {0, 1, 2}
        assert rows(numbers)[0] == f"{UNICODE.row}number 0"
        assert rows(numbers)[1] == UNICODE.row + "x" * 18, (
            "a line that is too long is cut, and the scrollbar has its cell"
        )
        assert rows(numbers)[2] == " number 1"
        assert styled(numbers.render_line(0), "number 0")[0].bgcolor.name == colour("raised")  # type: ignore[union-attr]
        app.screen.set_focus(None)
        await painted(pilot)
        assert rows(numbers)[0] == " number 0"


async def test_a_move_is_told_and_redraws_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    app = NumbersApp()
    async with app.run_test(size=(20, 6)) as pilot:
        numbers = app.query_one(Numbers)
        numbers.focus()
        await painted(pilot)
        with drawn_rows(numbers, monkeypatch) as drawn_now:
            await pilot.press("down")
            await painted(pilot)
        assert sorted(set(drawn_now)) == [0, 1, 2, 3]
        await pilot.press("end", "home")
        await pilot.double_click(numbers, offset=(3, 5))
        assert app.told == [
            ("moved", 1),
            ("moved", MANY - 1),
            ("moved", 0),
            ("moved", 2),
            ("selected", 2),
        ]
        numbers.put_cursor(7)
        await painted(pilot)
        assert numbers.cursor == 7
        assert len(app.told) == 5, "who puts the cursor somewhere knows of it"
