"""A screen is one folder (here one file) and one line: it has a tab, a key, its part of the help, and follows the state."""

from __future__ import annotations

from textual.screen import Screen

from abtui.core.events import SdkDefaults
from abtui.tui.app import WorkbenchApp
from abtui.tui.help_rows import help_rows
from abtui.tui.workbench import SCREENS, Workbench
from tests.kit import until
from tests.tui.events_kit import line
from tests.tui.kit import NOW, ready
from tests.tui.screen_text import screen_text
from tests.tui.toy_screen import TOY, Toy


class ToyApp(WorkbenchApp):
    """The app whose workbench has one screen more."""

    def _make_workbench(self) -> Screen[None]:
        made = super()._make_workbench()
        assert isinstance(made, Workbench)
        return Workbench(made.state.opening, made.state.session, SdkDefaults(now=NOW), screens=(*SCREENS, TOY))


async def test_a_screen_is_one_file_and_one_line() -> None:
    async with ToyApp(None, [], env={}, now=NOW).run_test(size=(120, 35)) as pilot:
        screen = await ready(pilot)
        assert "6 Toy" in line(screen, "#header")
        await pilot.press("6")
        assert isinstance(screen.focused, Toy)
        assert "80 of 103 arrive." in screen_text(screen.app)
        assert "Esc back" in line(screen, "#keys")
        assert any("How many arrive?" in row for row in help_rows(screen))
        screen.state.config.apply(screen.state.session.text.replace("purchase", "nothing"))
        await until(pilot, lambda: "80 of" not in screen_text(screen.app))
        await pilot.press("escape")
        assert screen.state.screen == "events"
        # From an editor, too, and by its tab.
        await pilot.press("e", "alt+6")
        assert isinstance(screen.focused, Toy)
        await pilot.press("1")
        await pilot.click("#header", offset=(line(screen, "#header").index("6 Toy") + 3, 0))
        await until(pilot, lambda: isinstance(screen.focused, Toy))
