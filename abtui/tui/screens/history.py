"""The history panel of the workbench, whose pages are read from the journal in threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on, work

from abtui.services.errors import ServiceError
from abtui.tui.screens.sending import Sending
from abtui.tui.widgets.drawer import PanelKind
from abtui.tui.widgets.history_panel import HistoryPanel
from abtui.tui.widgets.paged_list import PAGE

if TYPE_CHECKING:
    from abtui.services.history import History


class ShowingHistory(Sending):
    """Shows the runs and events sent in this and earlier sessions."""

    def _panels(self) -> list[PanelKind]:
        return [*super()._panels(), PanelKind("history", "8 History", lambda: HistoryPanel(id="history"))]

    def _panel_shown(self, name: str) -> None:
        super()._panel_shown(name)
        panel = self.panel("history") if name == "history" else None
        if isinstance(panel, HistoryPanel) and panel.is_mounted and panel.level == "runs":
            # There may be a new run.
            panel.ask("runs")

    @on(HistoryPanel.Asked)
    def _history_asked(self, message: HistoryPanel.Asked) -> None:
        message.stop()

        def read(history: History) -> Callable[[HistoryPanel], None]:
            if message.level == "runs":
                count = history.run_count(message.state)
            else:
                count = history.sent_count(message.run, message.state)
            return lambda panel: panel.start_list(message.level, message.run, message.state, count)

        self._read_history(read)

    @on(HistoryPanel.PageAsked)
    def _history_page_asked(self, message: HistoryPanel.PageAsked) -> None:
        message.stop()

        def read(history: History) -> Callable[[HistoryPanel], None]:
            if message.level == "runs":
                runs = history.runs(message.first, PAGE, message.state)
                return lambda panel: panel.place_runs(message.state, message.first, runs)
            sent = history.sent(message.run, message.first, PAGE, message.state)
            return lambda panel: panel.place_events(message.run, message.state, message.first, sent)

        self._read_history(read)

    @on(HistoryPanel.EventAsked)
    def _history_event_asked(self, message: HistoryPanel.EventAsked) -> None:
        message.stop()

        def read(history: History) -> Callable[[HistoryPanel], None]:
            kept = history.detail(message.run, message.number)
            return lambda panel: panel.show_event(kept)

        self._read_history(read)

    @work(thread=True, group="history")
    def _read_history(self, read: Callable[[History], Callable[[HistoryPanel], None]]) -> None:
        """Call `read` in a thread, and then call its result with the panel. The panel also shows a journal that is unreadable."""
        from abtui.services.history import History

        try:
            then = read(History())
        except ServiceError as error:
            problem = f"{error.message} {error.hint}".strip()
            self.app.call_from_thread(self._to_history, lambda panel: panel.show_problem(problem))
            return
        self.app.call_from_thread(self._to_history, then)

    def _to_history(self, then: Callable[[HistoryPanel], None]) -> None:
        panel = self.panel("history")
        if isinstance(panel, HistoryPanel):
            then(panel)
