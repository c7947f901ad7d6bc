"""The app: a thin shell that opens the workbench screen, its theme and its palette."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from abtui.core.events import SdkDefaults
from abtui.services.errors import FileError
from abtui.services.samples import sample_folder
from abtui.tui.bindings import APP
from abtui.tui.screens.filing import read_config_file
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.session import Opening, Session


class WorkbenchApp(App[int]):
    """One session over one opening."""

    TITLE = "abtui"
    CSS_PATH = "abtui.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(APP)
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, opening: Opening, *, env: dict[str, str] | None = None, now: str | None = None) -> None:
        super().__init__()
        session = Session(
            opening.config_text,
            opening.config_path,
            dict(os.environ) if env is None else env,
            prefer_local=opening.demo,
        )
        sdk = SdkDefaults(now=now or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        self._workbench = WorkbenchScreen(opening, session, sdk)

    def get_default_screen(self) -> Screen[None]:
        """The workbench is the one screen there is."""
        return self._workbench

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the binding table, and Textual's own commands."""
        if screen is self._workbench:
            seen = set()
            for binding in self._bindings_shown(screen):
                if binding.action not in seen:
                    seen.add(binding.action)
                    action = binding.action
                    yield SystemCommand(
                        binding.description, binding.tooltip, lambda action=action: screen.run_action(action)
                    )
        yield from super().get_system_commands(screen)

    def action_help(self) -> None:
        """Show the keys in force, by group."""
        from abtui.tui.screens.dialogs import Help

        keys = [
            (
                (binding.id or "other").partition(".")[0],
                self.get_key_display(binding),
                binding.tooltip or binding.description,
            )
            for binding in self._bindings_shown(self.screen)
        ]
        self.push_screen(Help(sorted(keys, key=lambda row: row[0])))

    async def action_quit(self) -> None:
        """Quit, unless something unsaved is to be kept."""
        self._workbench.ask_to_quit()

    def action_toggle_theme(self) -> None:
        """From a dark theme to the light one, and back."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    @staticmethod
    def _bindings_shown(screen: Screen[Any]) -> list[Binding]:
        return [active.binding for active in screen.active_bindings.values() if active.binding.id is not None]


def run(config: str | None, events: Sequence[str]) -> int:
    """Open the workbench on a config file and event files, or on the demo without either; gives the exit code."""
    app = WorkbenchApp(opening(config, events))
    code = app.run()
    return code if isinstance(code, int) else app.return_code or 0


def opening(config: str | None, events: Sequence[str]) -> Opening:
    """What to start with. A config that cannot be read is told on screen; events without a config get the demo's."""
    folder = sample_folder()
    if config is None and not events:
        return Opening(read_config_file(str(folder / "config.yaml")), None, (str(folder),), demo=True)
    if config is None:
        return Opening(
            read_config_file(str(folder / "config.yaml")),
            None,
            tuple(events),
            problems=("No config was given: the demo's is in use.",),
        )
    try:
        return Opening(read_config_file(config), config, tuple(events))
    except FileError as error:
        return Opening("", config, tuple(events), problems=(error.message,))
