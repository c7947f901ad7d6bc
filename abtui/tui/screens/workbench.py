"""The workbench: the actions on top of what is read, edited and configured."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from abtui.core.events import SdkDefaults
from abtui.core.outcomes import Request
from abtui.core.text import one_line, plural
from abtui.services.errors import FileError
from abtui.services.files import CONFIG_SUFFIXES, read_config_file
from abtui.tui import copying, workers
from abtui.tui.bindings import WORKBENCH
from abtui.tui.messages import CollectorStarted, ReceiptArrived
from abtui.tui.opening import Opening
from abtui.tui.screens import filing, sending
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import LOCAL, Session
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.result_pane import TABS
from abtui.tui.widgets.tab_strip import TabStrip


class WorkbenchScreen(Configuring):
    """The one screen of the workbench."""

    BINDINGS: ClassVar[list[BindingType]] = list(WORKBENCH)

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._collector_wanted = False
        self._collector_ready = asyncio.Event()

    def on_mount(self) -> None:
        """Show the config, start reading the events; threads and watchers wait for the first paint."""
        for name, title in (("events", "Events"), ("event", "Event"), ("result", "Result")):
            self.query_one(f"#{name}").border_title = title
        self.config_pane.load(self.session.text)
        self._show_config()
        self.result.clear("No event yet: paste some, open a file (o), or write one (n).")
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
        if self.session.mapper is None:
            self.action_show_pane("config")

    # Sending

    def _start_collector(self) -> None:
        if not self._collector_wanted:
            self._collector_wanted = True
            self.run_worker(lambda: workers.start_collector(self.post_message), group="collector", thread=True)

    @on(CollectorStarted)
    def _collector_started(self, message: CollectorStarted) -> None:
        if message.problem:
            self._collector_wanted = False
            self._collector_ready.set()
            self.notify(message.problem, severity="error", markup=False)
            return
        self.session.local_endpoint = message.endpoint
        self._collector_ready.set()
        self._show_target()

    def _show_target(self) -> None:
        self._show_config()
        # A stale result stays stale: what is in the editor is not what it is of.
        if self._outcome is not None and not self.result.stale:
            self._show_outcome(self._outcome)

    def action_next_target(self) -> None:
        """Choose the next target; the local collector starts when it is first chosen."""
        target = self.session.next_target()
        if target is not None and target.name == LOCAL:
            self._start_collector()
        self._show_target()

    def action_send(self) -> None:
        """Send the event in the editor to the target."""
        outcome, index = self._outcome, self._current
        if outcome is None or index is None or self.result.stale:
            self.notify("There is no readable event to send.", severity="warning")
        elif outcome.request is None:
            self.notify(
                outcome.reason.message, title=f"Nothing to send: {outcome.verdict}", severity="warning", markup=False
            )
        else:
            self._send(index, outcome.request, one_line(outcome.name or outcome.type or outcome.source, 40))

    @work(exclusive=True, group="sending")
    async def _send(self, index: int, request: Request, name: str) -> None:
        target = self.session.target
        if target is not None and target.name == LOCAL and self.session.local_endpoint is None:
            self._start_collector()
            self._collector_ready.clear()
            await self._collector_ready.wait()
            if self.session.local_endpoint is None:
                return
            target = self.session.target
        if target is None or not await sending.confirmed(self.app, target, f'"{name}"'):
            return
        self.result.tab = "response"
        self.result.show_sending(True)
        if self.narrow:
            self.action_show_pane("result")
        try:
            receipt = await sending.deliver(request, target)
        finally:
            self.result.show_sending(False)
        self.post_message(ReceiptArrived(index, target, receipt))

    @on(ReceiptArrived)
    def _receipt_arrived(self, message: ReceiptArrived) -> None:
        self._receipts[message.index] = (message.receipt, message.target.name)
        if message.index == self._current:
            self.result.show_receipt(message.receipt, message.target.name)

    # Files

    @work(exclusive=True, group="asking")
    async def action_open(self) -> None:
        """Open a file or folder of events, or another config."""
        path = await filing.ask_path(self.app, "open", "Open events (a file or folder) or a config (.yaml)")
        if path is None:
            return
        if path.endswith(CONFIG_SUFFIXES):
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

    @work(exclusive=True, group="asking")
    async def action_save(self) -> None:
        """Save the config if it was changed, else the events if any was."""
        if self.session.modified or (self.pane == "config" and self.session.path is None):
            if await filing.save_config(self.app, self.session):
                # Saved to another folder, the files it names are others.
                self._take_config(self.session.text)
            self._watch()
        elif self.corpus.edited:
            await filing.save_events(self.app, self.corpus)
        else:
            self.notify("Nothing to save: config and events are unchanged.")
        self._show_config()
        self._count()

    @work(exclusive=True, group="asking")
    async def ask_to_quit(self) -> None:
        """Quit, unless something unsaved is to be kept."""
        if await filing.may_quit(self.app, self.session, self.corpus):
            self.app.exit(0)

    # List, tabs, clipboard

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self.action_show_pane("events")
        self.query_one(EventsPane).edit_filter()

    def action_next_verdict(self) -> None:
        """Show the next verdict only."""
        self.query_one(EventsPane).next_verdict()

    def action_next_type(self) -> None:
        """Show the next type only."""
        self.query_one(EventsPane).next_type()

    def action_leave(self) -> None:
        """Back to the list; from the list, show everything again."""
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
        text = copying.copied(what, self._outcome, self._request_shown())
        if text is None:
            self.notify(
                self._outcome.reason.message, title="There is no request to copy", severity="warning", markup=False
            )
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"{what}, {plural(len(text), 'character')}", title="Copied")
