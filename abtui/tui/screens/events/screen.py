"""The Events screen: the list of events, and what becomes of the selected one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from abtui.tui.bindings import EVENT
from abtui.tui.kit.event_list import EventList
from abtui.tui.kit.panel import Gap
from abtui.tui.kit.sentence import FateClicked, Sentence
from abtui.tui.kit.tally import Bar, Tally
from abtui.tui.screens.events.answer import Answer
from abtui.tui.screens.events.details import Details
from abtui.tui.screens.events.list_panel import FATE_TERMS, ListPanel
from abtui.tui.state import State


class EventsScreen(Vertical):
    """What becomes of each?"""

    BINDINGS: ClassVar[list[BindingType]] = list(EVENT)
    SCOPED_CSS = False
    DEFAULT_CSS = """
    EventsScreen {
        padding: 1 2 0 2;
        & #tally { margin-bottom: 1; }
        & ListPanel { width: 48; }
        & #right { width: 1fr; }
    }
    .-large EventsScreen ListPanel { width: 62; }
    .-small EventsScreen, .-tiny EventsScreen { padding: 0 1; }
    .-small EventsScreen { & #tally { margin-bottom: 0; } & ListPanel { width: 34; } }
    .-small EventsScreen > #body > Gap { width: 1; }
    .-tiny EventsScreen {
        padding: 0;
        & #sentence, & #tally { padding: 0 1; margin: 0; }
        & #body { layout: vertical; }
        & #body > Gap { display: none; }
        & ListPanel { width: 1fr; height: 4; & PanelTitle { display: none; } }
        & #right { margin-top: 1; }
        & #right Gap, & Details { display: none; }
    }
    .-tiny EventsScreen.-json { & #body > ListPanel, & Answer { display: none; } & Details { display: block; } }
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the sentence, the list, and the panels of the selected event."""
        yield Sentence(id="sentence")
        yield Tally(id="tally")
        with Horizontal(id="body"):
            yield ListPanel(self._state)
            yield Gap()
            with Vertical(id="right"):
                yield Answer(self._state)
                yield Gap(classes="-row")
                yield Details(self._state)

    def on_mount(self) -> None:
        """Follow the state."""
        state = self._state
        for topic in ("events", "rows", "row", "mapper"):
            state.listen(topic, self, self._count)  # type: ignore[arg-type]
        state.listen("outcome", self, self._show_details)
        state.listen("target", self, self._show_details)

    @property
    def event_list(self) -> EventList:
        """The list of events."""
        return self.query_one(EventList)

    def _count(self) -> None:
        corpus = self._state.corpus
        counts = dict(corpus.counts)
        counts["unknown"] = counts.get("unknown", 0) + len(corpus) - sum(counts.values())
        if not len(corpus):
            self.query_one("#sentence", Sentence).show()
        else:
            self.query_one("#sentence", Sentence).show_counts(counts)
        self.query_one(Tally).show(Bar(counts))

    def _show_details(self) -> None:
        self.query_one(Details).show(self.query_one(Answer).threads)

    @on(FateClicked)
    def _fate_clicked(self, message: FateClicked) -> None:
        message.stop()
        self._state.filter_term(*FATE_TERMS[message.fate])

    @on(EventList.Selected)
    def _act(self, message: EventList.Selected) -> None:
        message.stop()
        self._state.act()

    # Keys

    def action_edit_event(self) -> None:
        """Edit the selected event."""
        self.set_class(True, "-json")
        details = self.query_one(Details)
        details.set_class(True, "-event")
        self.screen.set_focus(details.editor)

    def action_toggle_payload(self) -> None:
        """Show the payload or the event, where there is room for one."""
        self.query_one(Details).toggle_class("-event")

    def focus_first(self) -> None:
        """Focus the list."""
        self.screen.set_focus(self.event_list)

    def leave(self) -> bool:
        """Go back to the list; in the list, clear the filter."""
        self.set_class(False, "-json")
        self.query_one(Details).set_class(False, "-event")
        if self.screen.focused is not self.event_list:
            self.focus_first()
        else:
            self._state.filter_by("")
        return True
