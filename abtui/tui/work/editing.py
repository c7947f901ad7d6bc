"""Adding, pasting and removing events, and reading long texts of the selected one in a thread."""

from __future__ import annotations

from itertools import count
from typing import ClassVar, Final

import msgspec
from textual import on, work
from textual.binding import BindingType

from abtui.core.events import Event, Stored, Unreadable, read_one, read_text, stored, without_prose
from abtui.core.segment import is_event
from abtui.core.text.plain import one_line, plural
from abtui.tui.bindings import EVENTS
from abtui.tui.event_state import AT_ONCE_CHARACTERS
from abtui.tui.messages import PaletteCommand, TextPasted
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_READERS: Final = frozenset({"mapping", "repeats", "comparing", "edit", "pasting", "asking"})
"""The groups of workers that, like deliveries, refer to events by index; a removal changes indexes."""
_TEMPLATE: Final = """{
  "type": "track",
  "event": "Order Completed",
  "userId": "user-1",
  "anonymousId": "anonymous-1",
  "properties": {},
  "originalTimestamp": "%(now)s",
  "sentAt": "%(now)s"
}"""


class Editing(Capability):
    """Adds and removes events of the person, which belong to no file."""

    BINDINGS: ClassVar[list[BindingType]] = list(EVENTS)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._pastes = count(1)
        self._gone: list[Stored] = []

    def on_mount(self) -> None:
        """Follow long edits, and offer to bring back what was removed."""
        self._state.commands.append(self.palette_commands)
        self._state.listen("long-edit", self, self._read_long)

    # Long texts

    def _read_long(self) -> None:
        selection = self._state.selection
        if selection.index is not None:
            self._read_beside(selection.text, selection.index, self._state.event.version)

    @work(thread=True, exclusive=True, group="edit")
    def _read_beside(self, text: str, index: int, version: int) -> None:
        event = read_one(text, self._state.corpus.item(index).source, self._state.sdk)
        self.app.call_from_thread(self._apply, text, index, version, event)

    def _apply(self, text: str, index: int, version: int, event: Event | Unreadable) -> None:
        if version == self._state.event.version:
            self._state.event.apply_edit(text, index, event)

    # Pasting

    @on(TextPasted)
    def _pasted(self, message: TextPasted) -> None:
        message.stop()
        self._add_text(message.text)

    def _add_text(self, text: str) -> None:
        if len(text) > AT_ONCE_CHARACTERS:
            self._state.say("Reading the pasted text…")
            self._read_paste(text)
        else:
            self._add(read_text(text, self._next_paste(), self._state.sdk))

    @work(thread=True, group="pasting")
    def _read_paste(self, text: str) -> None:
        self.app.call_from_thread(self._add, read_text(text, self._next_paste(), self._state.sdk))

    def _next_paste(self) -> str:
        """The source name of the next pasted text. It is unique, so that the same line of code pasted twice gives two ids."""
        return f"pasted {next(self._pastes)}"

    def _add(self, items: list[Event | Unreadable]) -> None:
        state = self._state
        if not items:
            state.say("The pasted text is empty.", severity="warning")
            return
        read, items = len(items), without_prose(items)
        kept = [
            msgspec.structs.replace(item, source=f"{state.next_source('pasted')}{_way(item.source)}")
            for item in map(stored, items)
        ]
        self._state.event.reveal(state.add(kept))
        state.show("events")
        others = sum(isinstance(item, Event) and not is_event(item.value) for item in items)
        broken = sum(isinstance(item, Unreadable) for item in items)
        prose = read - len(items)
        around = f"; {plural(prose, 'line')} of other text left out" if prose else ""
        said = _added(len(items) - broken - others, others, broken)
        state.say(f"{said} added{around}.", severity="warning" if broken or others else "information")

    def action_new_event(self) -> None:
        """Add a new event from a template and edit it."""
        state = self._state
        self._state.event.reveal(state.add([Stored(state.next_source("new"), _TEMPLATE % {"now": state.sdk.now})]))
        state.show("events")
        self.call_later(self.app.run_action, "edit_event", self.screen.query_one("#events"))

    # Removing

    def action_remove_event(self) -> None:
        """Remove the selected event from the list, if it was added here."""
        state = self._state
        index = state.selection.index
        if index is None:
            return
        if state.corpus.stretch(index)[0]:
            state.say(
                "This event was read or came from an SDK; only those that were written or pasted here can be removed.",
                title="Not removed",
                severity="warning",
            )
        elif self._is_read_beside():
            state.say("Events are being read, mapped or sent: try again in a moment.", severity="warning")
        else:
            self._remove(index)

    def _is_read_beside(self) -> bool:
        running = (worker.group for worker in self.app.workers if worker.is_running)
        return bool(self._state.reading) or any(group in _READERS or group.startswith("delivery-") for group in running)

    def _remove(self, index: int) -> None:
        state, corpus = self._state, self._state.corpus
        item, position = corpus.item(index), corpus.position_of(index) or 0
        self._gone.append(item)
        corpus.remove(index)
        state.event.forget_change()
        for adjust in state.removed:
            adjust(index)
        state.selection = type(state.selection)()
        following = corpus.index_at(min(position, corpus.shown - 1)) if corpus.shown else None
        state.event.select(following)
        state.map_anew()
        state.tell("events", "shown")
        state.say(f"{one_line(item.source, 60)} removed. The palette (Ctrl+P) brings it back.")

    def palette_commands(self) -> list[PaletteCommand]:
        """The command that restores the event removed last, if there is one."""
        back = PaletteCommand(
            "Event: Bring back the removed event", "The event that was removed last", self._bring_back
        )
        return [back] if self._gone else []

    def _bring_back(self) -> None:
        self._state.event.reveal(self._state.add([self._gone.pop()]))


def _added(events: int, others: int, broken: int) -> str:
    """`2 events and 1 piece that cannot be read`."""
    parts = [plural(events, "event")] if events else []
    parts += [f"{plural(others, 'object')} that {'is no event' if others == 1 else 'are no events'}"] if others else []
    parts += [f"{plural(broken, 'piece')} that cannot be read"] if broken else []
    return " and ".join(parts)


def _way(source: str) -> str:
    """The way to an event inside the text that was pasted, behind a space; "" if it is no part of an envelope."""
    _, mark, way = source.partition(" $")
    return mark + way
