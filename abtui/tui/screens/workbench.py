"""The workbench's screen, which combines all capabilities, with its actions on files, tabs and the clipboard."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from abtui.core.text.plain import plural
from abtui.services.errors import FileError
from abtui.services.file_kinds import is_config
from abtui.services.files import read_config_file
from abtui.tui import copying
from abtui.tui.bindings import WORKBENCH
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.early_input import EarlyInput
from abtui.tui.messages import PaletteCommand
from abtui.tui.screens import filing
from abtui.tui.screens.comparing import Comparing
from abtui.tui.screens.drafts import Drafts
from abtui.tui.screens.external_editor import ExternalEditor
from abtui.tui.screens.history import ShowingHistory
from abtui.tui.screens.jumping import Jumping
from abtui.tui.screens.mapping import Mapping
from abtui.tui.screens.removing import Removing
from abtui.tui.screens.reviewing import Reviewing
from abtui.tui.screens.sizing import Sizing
from abtui.tui.screens.touring import Touring
from abtui.tui.screens.tracing import Tracing
from abtui.tui.session import LOCAL
from abtui.tui.widgets.config_pane import ConfigPane
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.result_pane import TABS
from abtui.tui.widgets.tab_strip import TabStrip

_ADDRESS: Final = "collectorEndpoint:"
"""The line of a new config that the person has to change first."""


class WorkbenchScreen(
    ShowingHistory, Comparing, Reviewing, Mapping, Drafts, ExternalEditor, Tracing, Touring, Removing, Sizing, Jumping
):
    """The workbench's main screen, with every capability."""

    BINDINGS: ClassVar[list[BindingType]] = list(WORKBENCH)

    def on_mount(self) -> None:
        """Show the config. Reading the events, other threads and watchers start after the first paint."""
        for name, title in (("events", "Events"), ("result", "Result")):
            self.query_one(f"#{name}").border_title = title
        self.event_pane.show_title("Event")
        self.config_pane.load(self.session.text)
        self._show_config()
        self._show_empty_text()
        for problem in self._opening.problems:
            self.notify(problem, severity="error", markup=False)
        self.event_list.focus()
        self.call_after_refresh(self._start_services)

    def _start_services(self) -> None:
        if self._opening.event_paths:
            self._read(list(self._opening.event_paths))
        if self.session.target is not None and self.session.target.name == LOCAL:
            self._start_collector()
        self._watch()
        # Without a config the keys should open or create one, so its editor does not get the focus.
        if self.session.mapper is None and not self.session.missing:
            self.action_show_pane("config")

    @on(ConfigPane.Filled)
    def _filled(self) -> None:
        # The config pane is filled last; from now on every key of the table works.
        if isinstance(self.app, EarlyInput):
            self.app.call_later(self.app.release)

    # Files

    @dialog_worker
    async def action_open(self) -> None:
        """Open a file or folder of events, or another config."""
        title = (
            "Open a config, or more events" if self.session.missing else "Open events (a file or folder) or a config"
        )
        path = await filing.ask_path(self.app, "open", title)
        if path is not None:
            self.open_path(path)

    def open_path(self, path: str) -> None:
        """Open a file or folder of events, or another config."""
        if is_config(path):
            self._open_config(path)
        else:
            self._read([path])

    def _open_config(self, path: str) -> None:
        if self.session.modified:
            self.notify("Save the present config first (ctrl+s).", severity="warning")
            return
        try:
            text = read_config_file(path)
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return
        self.session.open(path, text)
        self.config_pane.load(text)
        self._show_config()
        self.map_anew()
        self._show_again()
        self._count()
        self._watch()
        if self.session.mapper is None:
            self.action_show_pane("config")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow a new config only if there is none."""
        return self.session.missing if action == "new_config" else super().check_action(action, parameters)

    def action_new_config(self) -> None:
        """Start a new config with the text that `abtui init` writes. It has no file until it is saved."""
        from abtui.core.config.starter import first_settings, starter_text

        text = starter_text(first_settings())
        self.config_pane.change(text)
        self.config_pane.editor.goto(next(at for at, line in enumerate(text.split("\n"), 1) if _ADDRESS in line))
        self._apply_config(text)
        self._target_chosen()
        self.action_show_pane("config")
        self.notify(
            "Enter your collector's address, environment and units. ctrl+s saves it.",
            title="A new config, not saved yet",
            markup=False,
        )

    @dialog_worker
    async def action_save(self) -> None:
        """Save the config if it was changed, else the events if any of them was."""
        unsaved = self.pane == "config" and self.session.path is None and not self.session.missing
        if self.session.modified or unsaved:
            if await filing.save_config(self.app, self.session):
                # Relative file names in the config mean other files if it was saved to another folder.
                self._apply_config(self.session.text)
            self._watch()
        elif self.corpus.edited:
            await filing.save_events(self.app, self.corpus)
        else:
            self.notify("Nothing to save: config and events are unchanged.")
        self._show_config()
        self._count()

    @work(exclusive=True, group="asking")
    async def ask_to_quit(self) -> None:
        """Quit, after asking about running deliveries and unsaved work."""
        if await self.may_leave_runs() and await filing.may_quit(self.app, self.session, self.corpus):
            self.app.exit(0)

    # List, tabs, clipboard

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self.action_show_pane("events")
        self.query_one(EventsPane).edit_filter()

    def action_next_fate(self) -> None:
        """Show only the events with the next fate."""
        self.query_one(EventsPane).next_fate(+self.corpus.counts)

    def action_next_type(self) -> None:
        """Show only the events with the next type."""
        self.query_one(EventsPane).next_type()

    def action_leave(self) -> None:
        """Go back to the list; in the list, clear the filter."""
        if self.focused is self.event_list:
            self.query_one(EventsPane).clear_filter()
        self.action_show_pane("events")

    def action_show_tab(self, tab: str) -> None:
        """Show a tab of the result."""
        self.result.tab = next(name for name, _ in TABS if name == tab)
        if self.narrow:
            self.action_show_pane("result")

    def action_step_tab(self, by: int) -> None:
        """Show the next tab of the result."""
        self.query_one("#result-tabs", TabStrip).step(by)

    def action_copy(self, what: copying.Copied) -> None:
        """Copy the payload, the request as curl, or the outcome, through the terminal (OSC 52)."""
        if self._outcome is None:
            self.notify("There is nothing to copy.", severity="warning")
            return
        text = copying.text_to_copy(what, self._outcome, self._request_shown())
        if text is None:
            self.notify(
                self._outcome.reason.message, title="There is no request to copy", severity="warning", markup=False
            )
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"{what}, {plural(len(text), 'character')}", title="Copied")

    def palette_commands(self) -> list[PaletteCommand]:
        """The copy commands that have no key."""
        findings = PaletteCommand(
            "Copy findings", "Copy the event's findings as plain text", partial(self.action_copy, "findings")
        )
        return [*super().palette_commands(), findings]
