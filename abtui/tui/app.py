"""The app: a thin shell that opens the workbench screen, its theme and its palette."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from abtui.services import clock
from abtui.tui import themes
from abtui.tui.bindings import APP
from abtui.tui.screens.starting import Starting
from abtui.tui.skeleton import ENTER, NARROW, SKELETON


class WorkbenchApp(App[int]):
    """The workbench on a config file and event files, or on the demo without either.

    `env` is where the config's `${VAR}` are read from, `now` (ISO 8601) what lines of code are completed with.
    """

    TITLE = "abtui"
    CSS_PATH = "abtui.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(APP)
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(
        self, config: str | None, events: Sequence[str], *, env: Mapping[str, str] | None = None, now: str | None = None
    ) -> None:
        super().__init__()
        self._config = config
        self._events = events
        self._env = dict(os.environ) if env is None else env
        self._now = now or clock.now()
        for theme in themes.THEMES:
            self.register_theme(theme)
        first = themes.first_theme(self._env, self.console.legacy_windows)
        self.theme = first if first in self.available_themes else themes.DARK

    def get_default_screen(self) -> Screen[None]:
        """The frame, which is painted at once."""
        return Starting(narrow_below=NARROW)

    def on_mount(self) -> None:
        """Load the rest once the frame is painted."""
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        # The engine takes as long to load as the frame to be painted, so it comes after it.
        from abtui.core.events import SdkDefaults
        from abtui.tui.opening import opening
        from abtui.tui.screens.workbench import WorkbenchScreen
        from abtui.tui.session import Session

        start = opening(self._config, self._events)
        session = Session(start.config_text, start.config_path, self._env, prefer_local=start.config_path is None)
        await self.push_screen(WorkbenchScreen(start, session, SdkDefaults(now=self._now), narrow_below=NARROW))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the binding table, and Textual's own commands."""
        actions = {binding.action: binding for binding in _described(screen)}
        for action, binding in actions.items():
            yield SystemCommand(binding.description, binding.tooltip, partial(screen.run_action, action))
        yield from super().get_system_commands(screen)

    def action_help(self) -> None:
        """Show the keys in force, by group."""
        from abtui.tui.screens.dialogs import Help

        keys: dict[str, tuple[str, str, str]] = {}
        for binding in _described(self.screen):
            group, key = (binding.id or "").partition(".")[0], self.get_key_display(binding)
            known = keys.get(binding.action)
            if known is None:
                keys[binding.action] = (group, key, binding.tooltip or binding.description)
            elif key not in known[1].split():
                keys[binding.action] = (group, f"{known[1]} {key}", known[2])
        self.push_screen(Help(sorted(keys.values(), key=lambda row: row[0])))

    async def action_quit(self) -> None:
        """Quit, unless something unsaved is to be kept."""
        from abtui.tui.screens.workbench import WorkbenchScreen

        workbench = next((screen for screen in self.screen_stack if isinstance(screen, WorkbenchScreen)), None)
        if workbench is None:
            self.exit(0)
        else:
            workbench.ask_to_quit()

    def _fatal_error(self) -> None:
        """A bug ends the app with its traceback, without the values of local variables: the API key may be among them."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        report = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(report, self.console.options)))
        self._close_messages_no_wait()

    def end_on_signals(self) -> None:
        """Let SIGTERM and SIGHUP end the app in its own way, which gives the terminal back as it was."""
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                with suppress(NotImplementedError):
                    asyncio.get_running_loop().add_signal_handler(number, self.exit, 128 + number)

    def action_toggle_theme(self) -> None:
        """From a dark theme to the light one, and back."""
        self.theme = themes.other_side(self.theme, self.current_theme.dark)

    def action_next_theme(self) -> None:
        """The next of the workbench's themes; its name is told."""
        self.theme = themes.next_theme(self.theme)
        self.notify(self.theme, title="Theme", timeout=2)


def _described(screen: Screen[Any]) -> list[Binding]:
    """The bindings in force that come from the table: only those have an id."""
    return [active.binding for active in screen.active_bindings.values() if active.binding.id is not None]


def _taking_over(driver: type[Driver]) -> type[Driver]:
    """The driver for a terminal on which the frame stands already: it does not clear it by going to the alternate screen again."""

    class TakingOver(driver):  # type: ignore[misc, valid-type]
        def write(self, data: str) -> None:
            if data == ENTER and SKELETON.painted:
                SKELETON.painted = False
            else:
                super().write(data)

    return TakingOver


def run(config: str | None, events: Sequence[str]) -> int:
    """Open the workbench and give its exit code."""
    app = WorkbenchApp(config, events)
    if SKELETON.painted:
        app.driver_class = _taking_over(app.driver_class)
    app.call_later(app.end_on_signals)
    code = app.run()
    return code if isinstance(code, int) else app.return_code or 0
