"""The Events screen: the list of events, what is worth a look in all of them, and what becomes of the selected one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from abtui.tui.bindings import EVENT, LIST
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.event_list import EventList
from abtui.tui.kit.forks import RestClicked
from abtui.tui.kit.panel import Gap
from abtui.tui.kit.sentence import FATE_TERMS, FateClicked, Sentence
from abtui.tui.kit.tally import Bar, Tally
from abtui.tui.kit.writing import takes_text
from abtui.tui.screens.events.answer import Answer
from abtui.tui.screens.events.details import Details
from abtui.tui.screens.events.empty import Empty
from abtui.tui.screens.events.finding_list import FindingList
from abtui.tui.screens.events.findings_panel import FindingsPanel
from abtui.tui.screens.events.list_panel import ListPanel
from abtui.tui.screens.events.offers import offer_of
from abtui.tui.screens.events.result_panel import Mode
from abtui.tui.screens.events.tracing import hint_of
from abtui.tui.state import State


class EventsScreen(Vertical):
    """What becomes of each?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        *EVENT,
        *(binding for binding in LIST if binding.id == "list.filter"),
        Binding("tab", "show_texts", "Texts", show=False, id="event.texts", tooltip="Show the texts on a tiny screen"),
    ]
    SCOPED_CSS = False
    DEFAULT_CSS = """
    EventsScreen {
        padding: 1 2 0 2;
        & #tally { margin-bottom: 1; }
        & #left { width: 48; }
        & #left Gap, & FindingsPanel { display: none; }
        & #right { width: 1fr; }
        & Empty { display: none; }
        &.-worth FindingsPanel { display: block; }
        &.-worth ListPanel { display: none; }
        &.-empty #body { display: none; }
        &.-empty Empty { display: block; }
    }
    .-large EventsScreen {
        & #left { width: 62; }
        & #left Gap, & ListPanel, & FindingsPanel { display: block; }
        & FindingsPanel { height: 40%; }
    }
    .-small EventsScreen, .-tiny EventsScreen { padding: 0 1; }
    .-small EventsScreen { & #tally { margin-bottom: 0; } & #left { width: 34; } }
    .-small EventsScreen > #body > Gap { width: 1; }
    .-tiny EventsScreen {
        padding: 0;
        & #sentence, & #tally { padding: 0 1; margin: 0; }
        & #body { layout: vertical; }
        & #body > Gap { display: none; }
        & #left { width: 1fr; height: 4; & PanelTitle { display: none; } & #own { display: none; } }
        & #right { margin-top: 1; }
        & #right Gap, & Details { display: none; }
    }
    .-tiny EventsScreen.-worth { & #left { height: 1fr; } & #right { display: none; } }
    .-tiny EventsScreen.-json { & #left, & Answer { display: none; } & #right { display: block; } & Details { display: block; } }
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._begun = not state.opening.event_paths

    def compose(self) -> ComposeResult:
        """Yield the sentence, the lists, the panels of the selected event, and what is shown without one."""
        yield Sentence(id="sentence")
        yield Tally(id="tally")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield ListPanel(self._state)
                yield Gap(classes="-row")
                yield FindingsPanel(self._state)
            yield Gap()
            with Vertical(id="right"):
                yield Answer(self._state)
                yield Gap(classes="-row")
                yield Details(self._state)
        yield Empty(self._state)

    def on_mount(self) -> None:
        """Follow the state."""
        state = self._state
        for topic in ("events", "rows", "row", "mapper"):
            state.listen(topic, self, self._count, on="events")
        state.listen("events", self, self._show_empty)
        state.listen("outcome", self, self._show_details, on="events")
        state.listen("target", self, self._show_details, on="events")
        state.listen("screen", self, self._show_hint)
        self.call_after_refresh(self._show_empty)
        self._count()

    @property
    def event_list(self) -> EventList:
        """The list of events."""
        return self.query_one(EventList)

    @property
    def details(self) -> Details:
        """The texts of the selected event."""
        return self.query_one(Details)

    # What is shown

    def _count(self) -> None:
        corpus = self._state.corpus
        counts = dict(corpus.counts)
        counts["unknown"] = counts.get("unknown", 0) + len(corpus) - sum(counts.values())
        sentence = self.query_one("#sentence", Sentence)
        if len(corpus):
            sentence.show_counts(counts)
        elif self._state.reading:
            sentence.show(Piece(self._state.empty_text, "soft"))
        else:
            sentence.show(Piece("No events yet:", bold=True), Piece(" bring one, and see where it ends", "soft"))
        self.query_one(Tally).show(Bar(counts))

    def _show_empty(self) -> None:
        """Show how to get events while there are none; while files are read, the panels stay."""
        state = self._state
        self._begun = self._begun or bool(state.reading)
        empty = self._begun and not len(state.corpus) and not state.reading
        panel = self.query_one(Empty)
        if empty:
            panel.show()
        if empty == self.has_class("-empty"):
            return
        self.set_class(empty, "-empty")
        if state.screen == "events" and (empty or panel.has_focus):
            self.call_after_refresh(self.focus_first)

    def _show_details(self) -> None:
        self.details.show(self.query_one(Answer).threads)

    def _show_hint(self) -> None:
        here = self._state.screen == "events" and bool(self.details.threads)
        self._state.show_hint(hint_of(self._state) if here else "")

    # Clicks

    @on(FateClicked)
    def _fate_clicked(self, message: FateClicked) -> None:
        message.stop()
        self._state.filter_term(*FATE_TERMS[message.fate])

    @on(RestClicked)
    def _rest_clicked(self, message: RestClicked) -> None:
        message.stop()
        if self.details.result.mode != "steps":
            self.action_show_mode("steps")

    @on(EventList.Selected)
    @on(ActionClicked)
    async def _act(self, message: EventList.Selected | ActionClicked) -> None:
        message.stop()
        offer = offer_of(self._state, self.app)
        if offer is None and self._state.touring:
            # Enter goes on where there is nothing to do.
            await self.screen.run_action("tour_next")
        elif offer is None or offer is self._state.remedy:
            self._state.event.act()
        else:
            offer.make()

    def action_filter(self) -> None:
        """Put the cursor into the filter, from any panel."""
        self.leave()
        self.query_one(ListPanel).action_filter()

    # The event's texts

    def action_edit_event(self) -> None:
        """Edit the selected event."""
        self.set_class(True, "-json")
        self.details.edit()

    def action_toggle_payload(self) -> None:
        """Show the payload or the event, where there is room for one; else go from one to the other."""
        details = self.details
        inside, shows_event = details.has_focus_within, details.editor.has_focus
        if self._is_small and not shows_event:
            shows_event = details.has_class("-event")
        to_event = details.result.mode == "payload" and not shows_event and (inside or self._is_small)
        if details.result.mode != "payload":
            details.show_mode("payload")
        details.set_class(to_event, "-event")
        if inside or not self._is_small or self.screen.has_class("-tiny"):
            self.add_class("-json")
            self.screen.set_focus(details.editor if to_event else details.result.payload)

    @property
    def _is_small(self) -> bool:
        return self.screen.has_class("-small") or self.screen.has_class("-tiny")

    def action_show_texts(self) -> None:
        """Show the texts in place of all else, where there is no room beside."""
        self.set_class(True, "-json")
        self.details.set_class(False, "-event")
        self.screen.set_focus(self.details.result.view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab goes to the next pane, except where the texts have no room beside the list; where text is typed, a slash is text."""
        if action == "filter":
            return not takes_text(self.screen.focused)
        return action != "show_texts" or (self.screen.has_class("-tiny") and not self.has_class("-json"))

    def action_show_mode(self, mode: Mode) -> None:
        """Show every step of the mapping, the request with its answer, or the difference in place of the payload, or the payload again."""
        details = self.details
        details.show_mode("payload" if details.result.mode == mode else mode)
        if self.screen.has_class("-tiny"):
            self.action_show_texts()

    def action_next_mapping(self, by: int) -> None:
        """Look at what another of several mappings does with the event."""
        self._state.event.look_at_next(by)

    def action_follow(self) -> None:
        """Go from a field to what it is tied to."""
        self.details.tracing.follow()

    # Worth a look

    def action_show_findings(self) -> None:
        """Show what is worth a look in this event and in all, or the list of events again."""
        panel = self.query_one(FindingsPanel)
        if panel.has_focus_within:
            self.leave()
            return
        self.remove_class("-json")
        self.add_class("-worth")
        self.details.show_mode("findings")
        panel.show_event()
        self.screen.set_focus(panel.finding_list)

    @on(FindingsPanel.Explained)
    def _explain(self, message: FindingsPanel.Explained) -> None:
        message.stop()
        details = self.details
        if message.asked and details.result.mode == "rule":
            details.show_mode("findings")
        elif message.asked or details.result.mode == "rule":
            details.show_mode("rule", message.place)
            if self.screen.has_class("-tiny") and message.asked:
                self.action_show_texts()

    @on(FindingList.Chosen)
    def _go_to_finding(self, message: FindingList.Chosen) -> None:
        message.stop()
        state, place = self._state, message.place
        if place is None and state.review.has_events(message.group.code):
            state.filter_term("finding", message.group.code)
            self.leave()
            return
        place = place or state.review.place(message.group.code, 0)
        if place.index is not None:
            state.event.reveal(place.index)
            self.action_edit_event()
            self.details.go_to(place.finding)
        elif place.finding.config_line is None and place.finding.event_path is not None:
            # The finding is about a name that many events share; its place names only the first event's source.
            source = place.source.replace('"', "?")
            state.filter_term("source", f'"*{source}"')
            self.leave()
        else:
            state.config.go_to_line(place.finding.line or place.finding.config_line or 1)

    # Focus

    def focus_first(self) -> None:
        """Focus the list, or what is shown in its place."""
        empty = self.has_class("-empty")
        self.screen.set_focus(self.query_one(Empty) if empty else self.event_list)

    def leave(self) -> bool:
        """Go back to the list and the payload; in the list, clear the filter."""
        details = self.details
        away = (
            self.screen.focused is not self.event_list or details.result.mode != "payload" or self.has_class("-worth")
        )
        self.remove_class("-json", "-worth")
        details.set_class(False, "-event")
        if details.result.mode != "payload":
            details.show_mode("payload")
        if away:
            self.focus_first()
        else:
            self._state.filter_by("")
        return True
