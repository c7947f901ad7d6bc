"""The app: a thin shell that opens the workbench screen, its theme and its palette."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen

from abtui import garbage
from abtui.core.text.plain import file_name
from abtui.services import clock, processes
from abtui.services.own_files import saved_theme
from abtui.services.processes import SERVED
from abtui.tui import themes
from abtui.tui.bindings import APP
from abtui.tui.crash_guard import CrashGuard
from abtui.tui.early_input import EarlyInput
from abtui.tui.escapes import Escaping, read_alt
from abtui.tui.remapping import Remapping
from abtui.tui.screens.starting import Starting
from abtui.tui.skeleton import NARROW, SKELETON
from abtui.tui.terminal import GONE, end_by_force, lasting

if TYPE_CHECKING:
    from rich.console import RenderableType

    from abtui.core.text.secret import Secret
    from abtui.tui.screens.layout import Layout

_SETTLED_SECONDS: Final = 1.0
"""After so long the screen stands, and what was loaded for it stays."""
_SWITCH_SECONDS: Final = 0.001
"""So long a thread that maps or reads keeps the interpreter when a key comes in; Python's own 5 ms add up within a frame."""
_SERVER_GONE: Final = 128 + 1
"""As after SIGHUP."""
_LEAVING_SECONDS: Final = 3.0
"""So long the workbench has to keep what is unsaved."""
_OURS: Final = frozenset({"Keys", "Quit", "Screenshot"})


class WorkbenchApp(Remapping, EarlyInput, Escaping, CrashGuard):
    """The workbench on a config file and event files, or on the demo without either.

    `env` is where the config's `${VAR}` are read from, `now` (ISO 8601) what lines of code are completed with. `tour` begins
    the tour of the demo. With `outside` the config may name files outside its folder.
    """

    TITLE = "abtui"
    CSS_PATH = os.path.join(os.path.dirname(__file__), "abtui.tcss")
    BINDINGS: ClassVar[list[BindingType]] = list(APP)
    COMMAND_PALETTE_BINDING = "ctrl+p"
    first_theme = ""
    """The theme without a choice of the person's."""
    framed = False
    """Whether the frame of the screen stands on the terminal already."""
    # What every screen is told of a small terminal, or of a huge font: see `-tight` and `-short` in the stylesheet.
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (70, "-columns")]  # noqa: RUF012 - Textual declares it as it is here
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-rows")]  # noqa: RUF012

    def __init__(
        self,
        config: str | None,
        events: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        now: str | None = None,
        tour: bool = False,
        outside: bool = False,
    ) -> None:
        super().__init__()
        self._tour = tour
        self._outside = outside
        self._config = config
        self._events = events
        self._env = dict(os.environ) if env is None else env
        self._now = now or clock.now()
        for theme in themes.THEMES:
            self.register_theme(theme)
        first = themes.first_theme(self._env, self.console.legacy_windows)
        self.theme = first if first in self.available_themes else themes.DARK

    def get_default_screen(self) -> Screen[None]:
        """The frame, which is painted at once; where it stands already, the workbench."""
        return self._make_workbench() if self.framed else Starting(narrow_below=NARROW)

    def on_load(self) -> None:
        """The colours of the last time, before anything is painted in others. The demo has its own each time."""
        self.first_theme = self.theme
        if self._config is None and not self._events:
            return
        theme = saved_theme(self.first_theme)
        if theme in self.available_themes and "TEXTUAL_THEME" not in self._env:
            self.theme = theme

    def on_mount(self) -> None:
        """Without a frame before, the workbench is loaded once that is painted."""
        if self.framed:
            self.follow_keymap()
        else:
            self.call_after_refresh(self._open)

    async def _open(self) -> None:
        screen = self._make_workbench()
        self.follow_keymap()
        await self.push_screen(screen)

    def _make_workbench(self) -> Screen[None]:
        # The engine takes as long to load as the frame to be painted, so it comes after it.
        from abtui.core.events import SdkDefaults
        from abtui.tui.opening import opening
        from abtui.tui.screens.workbench import WorkbenchScreen
        from abtui.tui.session import Session

        start = opening(self._config, self._events, tour=self._tour)
        session = Session(
            start.config_text,
            start.config_path,
            self._env,
            prefer_local=start.config_path is None,
            outside=self._outside,
        )
        return WorkbenchScreen(start, session, SdkDefaults(now=self._now), narrow_below=NARROW)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action that can be done now, what has no key, and Textual's own commands."""
        from abtui.tui.palette import commands

        yield from commands(screen)
        # Our own say these in our words.
        yield from (command for command in super().get_system_commands(screen) if command.title not in _OURS)

    def action_help(self) -> None:
        """Show the keys in force: those of what has the focus first, then the rest by group."""
        from abtui.tui.help_rows import help_notes, help_rows
        from abtui.tui.screens.help import Help

        self.push_screen(Help(help_rows(self.screen), [*help_notes(self.screen), *self.keymap_notes]))

    async def action_quit(self) -> None:
        """Quit, unless something unsaved is to be kept."""
        from abtui.tui.screens.workbench import WorkbenchScreen

        workbench = self._workbench()
        if isinstance(workbench, WorkbenchScreen):
            workbench.ask_to_quit()
        else:
            self.exit(0)

    def _workbench(self) -> Layout | None:
        """The workbench's screen, once it is open."""
        layout = sys.modules.get("abtui.tui.screens.layout")
        stack = [] if layout is None or self._exit else self._screen_stack
        return next((screen for screen in stack if isinstance(screen, layout.Layout)), None) if layout else None

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End the app. What is unsaved stays on the disk, unless the person was asked (then the result is 0)."""
        workbench = self._workbench()
        if workbench is not None:
            workbench.leave(settled=result == 0)
        super().exit(result, return_code, message)

    def keep_work(self) -> bool:
        """Put what is unsaved on the disk, now. True if there was something."""
        workbench = self._workbench()
        return workbench is not None and workbench.leave(settled=False)

    def known_secrets(self) -> list[Secret]:
        """The keys of the config and its targets."""
        workbench = self._workbench()
        return [] if workbench is None else workbench.session.secrets()

    def end_on_signals(self) -> None:
        """Let SIGTERM and SIGHUP end the app in its own way, which gives the terminal back as it was; by force where it cannot."""
        loop = asyncio.get_running_loop()

        def end(number: int, _frame: object) -> None:
            loop.call_soon_threadsafe(self.exit, 128 + number)
            end_by_force(128 + number)

        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                # Not the loop's own way of it: the loop does not get to it while it waits for a terminal that takes nothing.
                signal.signal(getattr(signal, name), end)

    def lose_terminal(self) -> None:
        """End, as the terminal went away. May be called in any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.exit, GONE)
            end_by_force(GONE)

    def end_with_server(self) -> None:
        """Served to a browser, end with the server, even if that was killed; what is unsaved is kept."""
        if SERVED in self._env:
            loop = asyncio.get_running_loop()
            leave = partial(loop.call_soon_threadsafe, self.exit, _SERVER_GONE)
            processes.end_with_server(leave, seconds=_LEAVING_SECONDS)

    def action_picture(self) -> None:
        """Save the screen as SVG into the working folder. What is masked on screen is masked in it."""
        from abtui.services.errors import FileError
        from abtui.services.own_files import write_picture

        try:
            path = write_picture(self.export_screenshot(), Path.cwd(), datetime.now())
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return
        self.notify(file_name(str(path)), title="Picture saved", timeout=4, markup=False)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without the key that may be in sight while it is typed."""
        workbench = self._workbench()
        with nullcontext() if workbench is None else workbench.keys_hidden():
            return super().export_screenshot(title=title, simplify=simplify)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is no shell to go back to, ctrl+z is whatever else it is."""
        if action == "suspend_process":
            return self._driver is not None and self._driver.can_suspend and SERVED not in self._env
        return super().check_action(action, parameters)

    @on(Driver.SignalResume)
    def _resumed(self) -> None:
        """The terminal shows something else by now."""
        self.refresh(layout=True)

    def action_toggle_theme(self) -> None:
        """From a dark theme to the light one, and back."""
        self.theme = themes.other_side(self.theme, self.current_theme.dark)

    def action_next_theme(self) -> None:
        """The next of the workbench's themes; its name is told."""
        self.theme = themes.next_theme(self.theme)
        self.notify(self.theme, title="Theme", timeout=2)


def run(config: str | None, events: Sequence[str], *, tour: bool = False, outside: bool = False) -> int:
    """Open the workbench and give its exit code."""
    app = WorkbenchApp(config, events, tour=tour, outside=outside)
    app.framed = SKELETON.painted
    read_alt()
    app.driver_class = lasting(app.driver_class, app.lose_terminal, framed=app.framed)
    app.call_later(app.end_on_signals)
    sys.setswitchinterval(_SWITCH_SECONDS)
    app.call_later(app.end_with_server)
    app.call_later(app.set_timer, _SETTLED_SECONDS, garbage.settle)
    with app.threads_guarded():
        code = app.run()
    return code if isinstance(code, int) else app.return_code or 0
