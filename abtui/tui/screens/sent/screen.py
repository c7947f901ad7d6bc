"""The Sent screen: what is sent at present or was sent last, and below it all that this and earlier sessions sent."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from abtui.tui.kit.panel import Gap
from abtui.tui.screens.sent.delivery import DeliveryPanel
from abtui.tui.screens.sent.history import HistoryPanel
from abtui.tui.state import State


class SentScreen(Vertical):
    """Plan, progress, receipts and history."""

    SCOPED_CSS = False  # Its margins depend on the size of the workbench.
    DEFAULT_CSS = """
    SentScreen { padding: 1 2 0 2; }
    .-small SentScreen { padding: 0 1; }
    .-tiny SentScreen { padding: 0; }
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the delivery and the history."""
        yield DeliveryPanel(self._state)
        yield Gap(classes="-row")
        yield HistoryPanel()

    def on_mount(self) -> None:
        """Read the history anew when this screen comes into view, and when a run begins or ends."""
        self._state.listen("screen", self, self._shown)
        self._state.listen("deliveries", self, self._delivered)
        self._was = ""

    def _shown(self) -> None:
        if self._state.screen == "sent":
            self.query_one(HistoryPanel).read_again()

    def _delivered(self) -> None:
        delivery = self._state.delivery
        ended = "" if delivery is None else delivery.state
        if (ended == "ended") != (self._was == "ended"):
            self._shown()
        self._was = ended

    def on_descendant_focus(self) -> None:
        """Give the history the room while it has the focus, where there is little."""
        self.set_class(self.query_one(HistoryPanel).has_focus_within, "-history")

    def focus_first(self) -> None:
        """Focus what is being sent, else the history, if there is any."""
        under_way = self._state.delivery is not None and self._state.delivery.state != "ended"
        history = self.query_one(HistoryPanel)
        self.screen.set_focus(self.query_one(DeliveryPanel) if under_way or not history.display else history.rows)

    def leave(self) -> bool:
        """Go back from an event of the history to its run, and from a run to all of them."""
        return self.query_one(HistoryPanel).back()

    @on(HistoryPanel.Found)
    def _history_found(self, message: HistoryPanel.Found) -> None:
        message.stop()
        self.query_one(Gap).display = self.query_one(HistoryPanel).display = message.any
        self.set_class(not message.any, "-alone")
        if not message.any and self.has_focus_within:
            self.focus_first()
