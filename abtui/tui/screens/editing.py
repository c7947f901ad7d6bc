"""The event in the editor, whose outcome follows each key press, and events that are pasted."""

from __future__ import annotations

from itertools import count
from typing import Final, Literal

import msgspec
from textual import on, work
from textual.events import Paste

from abtui.core.delivery.request import retarget, shown
from abtui.core.events import Event, SdkDefaults, Unreadable, pretty, read_one, read_text, without_prose
from abtui.core.fate import fate_reason
from abtui.core.outcomes import Outcome, Request
from abtui.core.segment import is_event
from abtui.core.text.plain import plural
from abtui.tui.corpus import Stored, read_stored, stored, summary
from abtui.tui.kit.event_row import EventRow
from abtui.tui.opening import Opening
from abtui.tui.screens.reading import Reading
from abtui.tui.session import Session
from abtui.tui.widgets.event_list import EventList
from abtui.tui.widgets.events_pane import EventsPane

_AT_ONCE_CHARACTERS: Final = 128 * 1024
"""The largest text that is mapped during the key press; a longer text is mapped in a thread."""
TEMPLATE: Final = """{
  "type": "track",
  "event": "Order Completed",
  "userId": "user-1",
  "anonymousId": "anonymous-1",
  "properties": {},
  "originalTimestamp": "%(now)s",
  "sentAt": "%(now)s"
}"""


class Editing(Reading):
    """Holds the index of the event in the editor, and its outcome."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._current: int | None = None
        self._outcome: Outcome | None = None
        self._version = 0
        self._added = 0
        self._pastes = count(1)
        self._untouched: tuple[str, Stored] | None = None

    def _after_growth(self) -> None:
        super()._after_growth()
        if self._current is None and len(self.corpus):
            self._select(0)

    def _show_empty_text(self) -> None:
        super()._show_empty_text()
        if self._current is None and not len(self.corpus):
            self.result.clear(self._no_event)

    @on(EventList.Highlighted)
    def _highlighted(self, message: EventList.Highlighted) -> None:
        # If the cursor has moved to another row since, a later message follows.
        index = self.corpus.index_at(message.index) if message.index == self.event_list.cursor else None
        if index is not None and index != self._current:
            self.remove_class("-config-open")
            self._select(index)

    @on(EventList.Selected)
    def _selected(self, message: EventList.Selected) -> None:
        self.action_show_pane("event")

    def _select(self, index: int) -> None:
        self._current = index
        self._version += 1
        item = self.corpus.item(index)
        text = pretty(item.text)
        self._untouched = None if index in self.corpus.edited else (text, item)
        self.event_pane.load(text, item.source)
        self.result.forget()
        self._outcome = None
        self._show_event(read_stored(item, self.session.known_keys), index)

    def _show_event(self, event: Event | Unreadable, index: int) -> EventRow | None:
        """Map the event and show its outcome. Returns its row, or None without a usable config."""
        mapper = self.session.mapper
        if isinstance(event, Unreadable):
            self.result.show_unreadable(event)
            self.event_pane.mark(event.findings)
            return summary(event, None)
        if mapper is None:
            self.result.clear(f"Not mapped. {self.session.why_unmapped}")
            return None
        outcome = mapper.outcome(event, explain=True)
        repeated = self.corpus.repeated.get(index)
        if repeated is not None:
            outcome = msgspec.structs.replace(outcome, findings=(*outcome.findings, repeated))
        self._show_outcome(outcome)
        return summary(event, outcome, self.session.known_keys, mapper.config)

    def _show_outcome(self, outcome: Outcome) -> None:
        self._outcome = outcome
        mapper = self.session.mapper
        because = "" if mapper is None else fate_reason(outcome, mapper.config)
        self.result.show(outcome, self._request_shown(), because)
        self.event_pane.mark(outcome.findings)

    def _request_shown(self) -> Request | None:
        """The request of the event in the editor, as it would go to the chosen target."""
        request = None if self._outcome is None else self._outcome.request
        target = self.session.target
        return (
            request if request is None or target is None else shown(retarget(request, target), self.session.secrets())
        )

    def _edited(self, text: str) -> None:
        if self._current is None:
            self._current = self.corpus.add([Stored(self._next_source("new"), "")])
            self._count()
        self._version += 1
        index = self._current
        if len(text) <= _AT_ONCE_CHARACTERS:
            self._apply_edit(text, index, read_one(text, self.corpus.item(index).source, self._sdk))
        else:
            # Store the text at once, so that it is available before its thread ends.
            item = self.corpus.item(index)
            self.corpus.keep(index, Stored(item.source, text, item.notes))
            self.corpus.edited.add(index)
            self._read_long(text, index, self._version)

    @work(thread=True, exclusive=True, group="edit")
    def _read_long(self, text: str, index: int, version: int) -> None:
        event = read_one(text, self.corpus.item(index).source, self._sdk)
        self.app.call_from_thread(self._apply_long_edit, text, index, version, event)

    def _apply_long_edit(self, text: str, index: int, version: int, event: Event | Unreadable) -> None:
        if version == self._version:
            self._apply_edit(text, index, event)

    def _apply_edit(self, text: str, index: int, event: Event | Unreadable) -> None:
        item = self.corpus.item(index)
        new = Stored(item.source, text, item.notes, isinstance(event, Unreadable))
        self.corpus.announce(index, new)
        self._replace(index, new, self._show_event(event, index))
        if self._untouched is not None and text == self._untouched[0]:
            # The edit was undone: the event is the one that was read.
            self.corpus.keep(index, self._untouched[1])
            self.corpus.edited.discard(index)
        self._replaced(index)

    def _replaced(self, index: int) -> None:
        """Update the list after an event got a new text and row."""
        self._count()
        position = self.corpus.position_of(index)
        if position is not None:
            self.event_list.refresh_row(position)

    def _replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        """Store an edited item and its row, which is None without a usable config."""
        self.corpus.replace(index, item, row)

    def _index_to_keep(self) -> int | None:
        return self._current

    def _next_source(self, origin: str) -> str:
        """The name of an event that belongs to no file: its origin, and a number that counts all such events."""
        self._added += 1
        return f"{origin} #{self._added}"

    def on_paste(self, event: Paste) -> None:
        """Add text pasted outside an editor as events."""
        event.stop()
        self._add_text(event.text)

    def _accept_paste(self, text: str) -> bool:
        """Add complete events pasted into the editor as new events. Returns False for other text, which the editor inserts."""
        if self.pane == "event" and not self.event_pane.editor.text.strip():
            return False
        if len(text) > _AT_ONCE_CHARACTERS:
            # Nobody pastes this much text into a field, so a thread reads it as events.
            self._read_paste(text)
            return True
        items = read_text(text, self._next_paste(), self._sdk)
        whole = any(isinstance(item, Event) and is_event(item.value) for item in items)
        if whole:
            self._add_items(items)
        return whole

    def _add_text(self, text: str) -> None:
        if len(text) > _AT_ONCE_CHARACTERS:
            self._read_paste(text)
        else:
            self._add_items(read_text(text, self._next_paste(), self._sdk))

    @work(thread=True, group="pasting")
    def _read_paste(self, text: str) -> None:
        self.app.call_from_thread(self.notify, "Reading the pasted text…", timeout=2)
        self.app.call_from_thread(self._add_items, read_text(text, self._next_paste(), self._sdk))

    def _next_paste(self) -> str:
        """The source name of the next pasted text. It is unique, so that the same line of code pasted twice gives two ids."""
        return f"pasted {next(self._pastes)}"

    def _add_items(self, items: list[Event | Unreadable]) -> None:
        if not items:
            self.notify("The pasted text is empty.", severity="warning")
            return
        read, items = len(items), without_prose(items)
        kept = [Stored(self._next_source("pasted"), item.text, item.notes, item.broken) for item in map(stored, items)]
        first = self.corpus.add(kept)
        self.corpus.edited.update(range(first, len(self.corpus)))
        self._after_growth()
        self._go_to(first)
        if self.pane == "config":
            # The config is shown in place of the event.
            self.action_show_pane("events")
        broken = sum(isinstance(item, Unreadable) for item in items)
        others = sum(isinstance(item, Event) and not is_event(item.value) for item in items)
        events = len(items) - broken - others
        parts = [plural(events, "event")] if events else []
        parts += (
            [f"{plural(others, 'object')} that {'is no event' if others == 1 else 'are no events'}"] if others else []
        )
        parts += [f"{plural(broken, 'piece')} that cannot be read"] if broken else []
        severity: Literal["warning", "information"] = "warning" if broken or others else "information"
        prose = read - len(items)
        around = f"; {plural(prose, 'line')} of other text left out" if prose else ""
        self.notify(f"{' and '.join(parts)} added{around}", timeout=3, severity=severity, markup=False)

    def _go_to(self, index: int) -> None:
        position = self.corpus.position_of(index)
        if position is None:
            # The filter hides the event; the cursor moves to it when the list shows everything again.
            self.query_one(EventsPane).clear_filter()
        else:
            self.event_list.cursor = position
        self.remove_class("-config-open")
        self._select(index)

    def _removed(self, index: int) -> None:
        """Called after an event was removed and later ones moved up. Classes that store indexes adjust them here."""

    def _clear_event(self) -> None:
        """Clear the editor and the result, because there is no event to show."""
        self._current = self._outcome = self._untouched = None
        self._version += 1
        self.event_pane.load("", "")
        self.result.forget()
        self.result.clear(self._no_event)

    def action_new_event(self) -> None:
        """Add a new event from a template and edit it."""
        index = self.corpus.add([Stored(self._next_source("new"), TEMPLATE % {"now": self._sdk.now})])
        self.corpus.edited.add(index)
        self._after_growth()
        self._go_to(index)
        self.action_show_pane("event")
