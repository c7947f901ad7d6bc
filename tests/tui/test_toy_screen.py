"""A screen is one folder (here one file) and one line: it has a tab, a key, its part of the help, and follows the state. So is a capability."""

from __future__ import annotations

import pytest
from textual import on
from textual.binding import Binding
from textual.screen import Screen

from abtui.core.events import SdkDefaults
from abtui.tui import workbench as workbench_module
from abtui.tui.app import WorkbenchApp
from abtui.tui.help_rows import help_rows
from abtui.tui.messages import Wanted
from abtui.tui.work import CAPABILITIES
from abtui.tui.work.capability import Capability
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
        assert "8 Toy" in line(screen, "#header")
        await pilot.press("8")
        assert isinstance(screen.focused, Toy)
        assert "80 of 103 arrive." in screen_text(screen.app)
        assert "Esc back" in line(screen, "#keys")
        assert any("How many arrive?" in row for row in help_rows(screen))
        screen.state.config.apply(screen.state.session.text.replace("purchase", "nothing"))
        await until(pilot, lambda: "80 of" not in screen_text(screen.app))
        await pilot.press("escape")
        assert screen.state.screen == "events"
        # From an editor, too, and by its tab.
        await pilot.press("e", "alt+8")
        assert isinstance(screen.focused, Toy)
        await pilot.press("1")
        await pilot.click("#header", offset=(line(screen, "#header").index("8 Toy") + 3, 0))
        await until(pilot, lambda: isinstance(screen.focused, Toy))


class Greeted(Wanted):
    """A screen asks for a greeting."""


class Greeting(Capability):
    """Greets when asked to, by a key or a message."""

    BINDINGS = [Binding("f20", "greet('key')", "Greet", id="toy.greet", show=False)]  # noqa: RUF012 - as Textual has it

    def action_greet(self, why: str) -> None:
        """Greet."""
        self._state.say(f"Hello by {why}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Greet only on Events."""
        return self._state.screen == "events"

    @on(Greeted)
    def _greeted(self) -> None:
        self.action_greet("message")


async def test_a_capability_is_one_file_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench_module, "CAPABILITIES", (*CAPABILITIES, Greeting))
    async with WorkbenchApp(None, [], env={}, now=NOW).run_test(size=(120, 35)) as pilot:
        screen = await ready(pilot)
        screen.query_one("#event-list").post_message(Greeted())
        await until(pilot, lambda: "Hello by message" in screen_text(screen.app))
        await pilot.press("3", "f20")
        assert "Hello by key" not in screen.state.notice.text
        await pilot.press("escape", "f20")
        assert screen.state.notice.text == "Hello by key."
        assert any("Greet" in row for row in help_rows(screen))


async def test_what_is_out_of_view_is_drawn_once_it_is_in_view() -> None:
    async with WorkbenchApp(None, [], env={}, now=NOW).run_test(size=(120, 35)) as pilot:
        screen = await ready(pilot)
        state, drawn = screen.state, list[str]()
        state.listen("goal", screen, lambda: drawn.append(f"events {state.goal}"), on="events")
        state.listen("goal", screen, lambda: drawn.append(f"any {state.goal}"))
        state.look_for("a")
        state.show("config")
        state.look_for("b")
        state.look_for("c")
        assert drawn == ["events a", "any a", "any b", "any c"]
        state.show("events")
        state.show("events")
        assert drawn[4:] == ["events c"]
