"""The Textual app: a thin shell around the workbench screen, with its themes and its command palette."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import cached_property, partial
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
from abtui.tui.kit.motion import can_move
from abtui.tui.kit.pictures import with_spaces
from abtui.tui.kit.private import keep_parsed
from abtui.tui.remapping import Remapping
from abtui.tui.skeleton import SKELETON
from abtui.tui.starting import Starting
from abtui.tui.terminal import GONE, end_by_force, watched_driver

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.notifications import SeverityLevel

    from abtui.core.text.secret import Secret
    from abtui.tui.opening import Beginning
    from abtui.tui.workbench import Workbench

_SETTLED_SECONDS: Final = 1.0
"""The time after which the start is over; objects loaded until then are kept out of garbage collection."""
_SWITCH_SECONDS: Final = 0.001
"""How long a worker thread may keep the interpreter after a key press; Python's default of 5 ms adds up within a frame."""
_SERVER_GONE: Final = 128 + 1
"""The exit code after SIGHUP."""
_LEAVING_SECONDS: Final = 3.0
"""How long the workbench may take to write unsaved work before the process ends."""
_OURS: Final = frozenset({"Keys", "Quit", "Screenshot"})


class WorkbenchApp(Remapping, EarlyInput, Escaping, CrashGuard):
    """The workbench on a config file and event files, or on the demo without either.

    `env` supplies the values of the config's `${VAR}`. `now` (ISO 8601) is the time given to events that are written as lines
    of code. `tour` starts the tour of the demo. With `outside` the config may name files outside its folder. With `ascii` marks and
    lines are drawn in ASCII, as they are on a terminal that needs it. With a `port` SDKs are listened to from the start.
    """

    TITLE = "abtui"
    CSS_PATH = os.path.join(os.path.dirname(__file__), "abtui.tcss")
    BINDINGS: ClassVar[list[BindingType]] = list(APP)
    COMMAND_PALETTE_BINDING = "ctrl+p"
    first_theme = ""
    """The theme used unless the person chooses another one."""
    framed = False
    """Whether the frame of the screen was already painted on the terminal before the app started."""
    begun: Beginning | None = None
    """What was already read before the app started."""

    def __init__(
        self,
        config: str | None,
        events: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        now: str | None = None,
        tour: bool = False,
        outside: bool = False,
        ascii: bool = False,
        port: int | None = None,
    ) -> None:
        super().__init__()
        keep_parsed(self)
        self._ascii = ascii
        self._tour = tour
        self._outside = outside
        self._port = port
        self._config = config
        self._events = events
        self._env = dict(os.environ) if env is None else env
        self._now = now or clock.now()
        for theme in themes.THEMES:
            self.register_theme(theme)
        first = themes.first_theme(self._env, self.console.legacy_windows)
        self.theme = first if first in self.available_themes else themes.DARK
        if not can_move(self._env):
            self.animation_level = "none"

    @cached_property
    def ascii(self) -> bool:
        """Whether everything is drawn in ASCII, which is told apart when the first mark is drawn."""
        from abtui.core.text.ascii import needs_ascii

        return self._ascii or needs_ascii(self._env)

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables. A theme that is not the workbench's gets the roles of a palette that goes with it."""
        variables = super().get_css_variables()
        if self.theme not in themes.PALETTES:
            variables.update(themes.roles(dark=self.current_theme.dark))
        return variables

    def get_default_screen(self) -> Screen[None]:
        """The empty frame, which is painted at once; the workbench itself if the frame is on the terminal already."""
        return self._make_workbench() if self.framed else Starting()

    def on_load(self) -> None:
        """Restore the theme of the last session before anything is painted. The demo always starts with the default theme."""
        self.first_theme = self.theme
        if self._config is None and not self._events:
            return
        theme = saved_theme(self.first_theme)
        if theme in self.available_themes and "TEXTUAL_THEME" not in self._env:
            self.theme = theme

    def on_mount(self) -> None:
        """Load the workbench after the first paint, unless it is the first screen already."""
        if self.framed:
            self.follow_keymap()
        else:
            self.call_after_refresh(self._open)

    async def _open(self) -> None:
        # The workbench shows what is wrong in the keymap file.
        await self.push_screen(self._make_workbench())
        self.follow_keymap()

    def _make_workbench(self) -> Screen[None]:
        # Loading the engine takes as long as painting the frame, so the frame is painted first.
        from abtui.tui.opening import begin
        from abtui.tui.workbench import Workbench

        begun = self.begun or begin(
            self._config, self._events, self._env, self._now, tour=self._tour, outside=self._outside, port=self._port
        )
        return Workbench(*begun)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action available now, the commands without a key, and Textual's own commands."""
        from abtui.tui.palette import commands

        yield from commands(screen)
        # The workbench has its own commands for these.
        yield from (command for command in super().get_system_commands(screen) if command.title not in _OURS)

    def action_help(self) -> None:
        """Show the active keys: first those of the focused widget, then the others by group."""
        from abtui.tui.dialogs.help import Help
        from abtui.tui.help_rows import help_notes, help_rows

        self.push_screen(Help(help_rows(self.screen), [*help_notes(self.screen), *self.keymap_notes]))

    async def action_quit(self) -> None:
        """Quit; ask first if there is unsaved work."""
        workbench = self._workbench()
        if workbench is None:
            self.exit(0)
        else:
            workbench.ask_to_quit()

    def _workbench(self) -> Workbench | None:
        """The workbench's screen, once it is open."""
        module = sys.modules.get("abtui.tui.workbench")
        stack = [] if module is None or self._exit else self._screen_stack
        return next((screen for screen in stack if isinstance(screen, module.Workbench)), None) if module else None

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message in the workbench's message line, where nothing is covered; before it is open, as a notification."""
        workbench = self._workbench()
        if workbench is None:
            super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
        else:
            workbench.state.say(message, title=title, severity=severity)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End the app and keep unsaved work as a draft on disk, unless the person was asked about it (then the result is 0)."""
        workbench = self._workbench()
        if workbench is not None:
            workbench.leave(settled=result == 0)
        super().exit(result, return_code, message)

    def keep_work(self) -> bool:
        """Write unsaved work to a draft on disk immediately. True if there was any."""
        workbench = self._workbench()
        return workbench is not None and workbench.leave(settled=False)

    def known_secrets(self) -> list[Secret]:
        """The keys of the config and its targets."""
        workbench = self._workbench()
        return [] if workbench is None else workbench.state.session.secrets()

    def end_on_signals(self) -> None:
        """Make SIGTERM and SIGHUP end the app cleanly and restore the terminal; if that hangs, the process is killed."""
        loop = asyncio.get_running_loop()

        def end(number: int, _frame: object) -> None:
            loop.call_soon_threadsafe(self.exit, 128 + number)
            end_by_force(128 + number)

        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                # Not `loop.add_signal_handler`: the loop cannot run its handler while it is blocked by a stuck terminal.
                signal.signal(getattr(signal, name), end)

    def lose_terminal(self) -> None:
        """End the app because the terminal is gone. This may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.exit, GONE)
            end_by_force(GONE)

    def end_with_server(self) -> None:
        """If the app is served to a browser, end with the server, even a killed one, and keep unsaved work."""
        if SERVED in self._env:
            loop = asyncio.get_running_loop()
            leave = partial(loop.call_soon_threadsafe, self.exit, _SERVER_GONE)
            processes.end_with_server(leave, seconds=_LEAVING_SECONDS)

    def action_picture(self) -> None:
        """Save the screen as an SVG file in the working folder. Text that is masked on screen is masked in the file."""
        from abtui.services.errors import FileError
        from abtui.services.own_files import write_picture

        try:
            path = write_picture(self.export_screenshot(), Path.cwd(), datetime.now())
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return
        self.notify(file_name(str(path)), title="Picture saved", timeout=4, markup=False)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without an API key that is visible while it is being typed."""
        workbench = self._workbench()
        with nullcontext() if workbench is None else workbench.keys_hidden():
            return with_spaces(super().export_screenshot(title=title, simplify=simplify))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable suspending where there is no shell to return to, or in a field of a form, so that ctrl+z can undo there."""
        if action == "suspend_process":
            undoes = bool(getattr(self.focused, "undoes", False))
            return not undoes and self._driver is not None and self._driver.can_suspend and SERVED not in self._env
        return super().check_action(action, parameters)

    @on(Driver.SignalResume)
    def _resumed(self) -> None:
        """Repaint everything: the terminal shows other content after a suspension."""
        self.refresh(layout=True)

    def action_toggle_theme(self) -> None:
        """Switch between a dark theme and its light counterpart."""
        self.theme = themes.other_side(self.theme, self.current_theme.dark)

    def action_next_theme(self) -> None:
        """Switch to the next of the workbench's themes and show its name."""
        self.theme = themes.next_theme(self.theme)
        self.notify(self.theme, title="Theme", timeout=2)


def run(
    config: str | None,
    events: Sequence[str],
    *,
    begun: Beginning | None = None,
    tour: bool = False,
    outside: bool = False,
    ascii: bool = False,
    port: int | None = None,
) -> int:
    """Open the workbench, on what has `begun` to be read, and return its exit code."""
    app = WorkbenchApp(config, events, tour=tour, outside=outside, ascii=ascii, port=port)
    app.begun = begun
    app.framed = SKELETON.painted
    read_alt()
    app.driver_class = watched_driver(
        app.driver_class, app.lose_terminal, app.end_on_signals, framed=app.framed, plain=app.ascii
    )
    sys.setswitchinterval(_SWITCH_SECONDS)
    app.call_later(app.end_with_server)
    app.call_later(app.set_timer, _SETTLED_SECONDS, garbage.settle)
    with app.threads_guarded():
        code = app.run()
    return code if isinstance(code, int) else app.return_code or 0
