"""Worth a look: the findings of all events and of the config, grouped by cause."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from abtui.core.events import Event
from abtui.core.text.plain import one_line, plural
from abtui.core.ticket import finding_ticket
from abtui.tui.corpus import read_stored
from abtui.tui.finding_rows import LEAST_SEVERITIES, FindingGroup, FindingPlace
from abtui.tui.kit.panel import Panel
from abtui.tui.screens.events.finding_list import Beside, FindingList
from abtui.tui.state import State

_NAMED: Final = 3
"""The events of a group whose names stand below it."""
_NAME_WIDTH: Final = 60


class FindingsPanel(Panel):
    """Lists the findings. Enter on a cause shows its events, on one of its places goes there."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    FindingsPanel { & FindingList { height: 1fr; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "full_stop", "mend", "Fix", tooltip="Make the change that is offered for the finding", id="findings.fix"
        ),
        Binding("e", "explain", "Explain", tooltip="Explain what the finding means", id="findings.explain"),
        Binding("y", "copy_note", "Copy note", tooltip="Copy a note for a ticket about it", id="findings.note"),
        Binding(
            "V",
            "next_least",
            "Severity",
            tooltip="Show all findings, warnings and errors, or errors only",
            id="findings.least",
        ),
    ]
    bar_keys = (
        ("finding-list.choose", "its events"),
        ("finding-list.open", "each of them"),
        ("findings.fix", "fix"),
        ("findings.explain", "explain"),
        ("findings.note", "copy a note"),
        ("screen.back", "back"),
    )

    class Explained(Message):
        """The meaning of the finding under the cursor is to be shown, or is another one now."""

        def __init__(self, place: FindingPlace, *, asked: bool) -> None:
            super().__init__()
            self.place = place
            self.asked = asked

    def __init__(self, state: State) -> None:
        super().__init__(title="Worth a look", id="worth")
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the list."""
        yield FindingList(self._state.review.place, self._beside, id="finding-list")

    def on_mount(self) -> None:
        """Follow the findings."""
        self._state.listen("findings", self, self.show_findings)
        self.show_findings()

    @property
    def finding_list(self) -> FindingList:
        """The list of findings."""
        return self.query_one(FindingList)

    def show_findings(self) -> None:
        """Show the present groups."""
        corpus, outline = self._state.corpus, self.finding_list.outline
        self.finding_list.set_groups(self._state.review.groups())
        whole = corpus.mapped >= len(corpus) and not self._state.reading
        events = plural(len(corpus), "event") if whole else f"{corpus.mapped:,} of {len(corpus):,} events so far"
        words = f"{plural(len(outline.groups), 'cause')} in {events}" if outline.groups else f"nothing in {events}"
        self.name_it(words=words, right=LEAST_SEVERITIES[outline.least] if outline.hidden else "")

    def _beside(self, group: FindingGroup) -> Beside:
        corpus, mapper = self._state.corpus, self._state.session.mapper
        rows = [corpus.row(index, mapper) for index in self._state.review.events(group.code)[:_NAMED]]
        if not rows:
            place = self._state.review.place(group.code, 0)
            return Beside(None, ", ".join(part for part in (place.source, place.finding.message) if part))
        names = dict.fromkeys(one_line(row.name or row.type or row.source, _NAME_WIDTH) for row in rows)
        return Beside(rows[0].fate, ", ".join(names) + (", …" if group.count > _NAMED else ""))

    def show_event(self) -> None:
        """Put the cursor on the gravest cause that the selected event has a part in."""
        outcome = self._state.selection.outcome
        codes = set() if outcome is None else {item.code for item in outcome.findings}
        outline = self.finding_list.outline
        code = next((group.code for group in outline.groups if group.code in codes), None)
        position = None if code is None else outline.position(code, None)
        if position is not None:
            self.finding_list.cursor = position

    @on(FindingList.Highlighted, "#finding-list")
    def _highlighted(self, message: FindingList.Highlighted) -> None:
        message.stop()
        self._look_at()
        self._explain(asked=False)

    def _look_at(self) -> None:
        """Offer the change for the finding under the cursor; on one of its places, select that event."""
        place, row = self.finding_list.current_place, self.finding_list.current
        if not self.has_focus_within or place is None or row is None:
            self._state.look_at(None)
            return
        if row.place is not None:
            self._state.event.choose(place.index)
        self._state.look_at(place)

    def on_descendant_focus(self) -> None:
        """Offer the change for the finding under the cursor."""
        super().on_descendant_focus()
        self._look_at()

    def on_descendant_blur(self) -> None:
        """Offer the change for the selected event again."""
        super().on_descendant_blur()
        self._state.look_at(None)

    def action_mend(self) -> None:
        """Make the change that is offered for the finding under the cursor."""
        self._state.event.act()

    def _explain(self, *, asked: bool) -> None:
        place = self.finding_list.current_place if asked or self.has_focus_within else None
        if place is not None:
            self.post_message(self.Explained(place, asked=asked))

    def action_explain(self) -> None:
        """Explain the finding under the cursor."""
        self._explain(asked=True)

    def action_next_least(self) -> None:
        """Switch to the next choice of the least severity."""
        self.finding_list.next_least()
        self.show_findings()

    def action_copy_note(self) -> None:
        """Copy a note for a ticket about the finding under the cursor."""
        place, mapper = self.finding_list.current_place, self._state.session.mapper
        if place is None or mapper is None:
            self._state.say("There is nothing to copy.", severity="warning")
            return
        event = None if place.index is None else read_stored(self._state.corpus.item(place.index))
        value = event.value if isinstance(event, Event) else None
        self.app.copy_to_clipboard(finding_ticket(place.finding, mapper.config, source=place.source, event=value))
        self._state.say("The note is copied.")
