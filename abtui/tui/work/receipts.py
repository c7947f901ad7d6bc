"""The receipts of this session's events: those held in memory, those in the journal, and that of the selected event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec
from textual.widget import Widget

from abtui.core.delivery.runs import EventReceipt, is_older
from abtui.core.outcomes import MappingOutcome
from abtui.services.errors import ServiceError
from abtui.tui.delivery import SelectedReceipt
from abtui.tui.state import State
from abtui.tui.work.delivering import DeliveryReport

_FILTER_SECONDS: Final = 2.0
_JOURNAL_SECONDS: Final = 0.2
_KEPT: Final = 50_000
"""The number of receipts held in memory; the journal has the others."""


class Receipts:
    """Keeps `state.receipt` up to date. `owner` has the workers; `sending` says whether a delivery is under way."""

    def __init__(self, state: State, owner: Widget, sending: Callable[[], bool]) -> None:
        self._state, self._owner, self._sending = state, owner, sending
        self._held: dict[int, dict[str, EventReceipt]] = {}
        """By the event, and by the mapping that made the request, "" where the destination has none."""
        self._runs: dict[int, None] = {}
        """The numbers of this session's runs, whose events have the indexes of this corpus."""
        self._filtered_at = 0.0
        self._single: tuple[int, str] | None = None
        """The event that was last sent by itself: its index, and "sending", the problem, or ""."""

    def follow(self) -> None:
        """Follow the selection and the order of the events."""
        self._state.listen("selection", self._owner, self.show)
        self._state.listen("outcome", self._owner, self.show)
        self._state.removed.append(self._removed)

    def add(self, message: DeliveryReport) -> None:
        """Store the results of a report."""
        progress = message.progress
        if progress is not None:
            self._runs[progress.run] = None
        if message.states:
            self._state.corpus.receipts.update(message.states)
            self._hold(message)
            self._filter_again(ended=progress is not None and progress.state == "ended")
            self.show()
            self._state.tell("receipts")

    def _hold(self, message: DeliveryReport) -> None:
        for index, receipts in message.receipts.items():
            self._held.setdefault(index, {}).update(receipts)
        for index in message.states.keys() - message.receipts.keys():
            # The journal's receipt is newer than the one held here.
            self._held.pop(index, None)
        while len(self._held) > _KEPT:
            del self._held[next(iter(self._held))]

    def _filter_again(self, *, ended: bool) -> None:
        """If the list is filtered by receipts, filter it again, but not too often: a pass over a million events takes a while."""
        corpus, now = self._state.corpus, time.monotonic()
        looked_at = any(term.field in ("receipt", "is") for term in corpus.filter.terms)
        if looked_at and (ended or now - self._filtered_at >= _FILTER_SECONDS):
            self._filtered_at = now
            corpus.set_filter(corpus.filter)
            self._state.tell("filter")

    def of(self, index: int) -> EventReceipt | None:
        """The receipt of an event, if it is held in memory; of several requests of the one that the event's state is from."""
        held, word = self._held.get(index, {}), self._state.corpus.receipts.get(index)
        return next((kept for kept in held.values() if kept.state == word), None)

    def show_single(self, index: int, note: str) -> None:
        """Show of an event sent by itself that it is on its way (`sending`), what went wrong, or "" that it has arrived."""
        self._single = index, note
        self.show()

    def show(self) -> None:
        """Show the receipt of the selected event, and whether it is of an older payload than the one shown.

        Of several requests it is that of the mapping that is looked at.
        """
        state, index, part = self._state, self._state.selection.index, self._state.selection.part
        mapping = part.mapping if isinstance(part, MappingOutcome) else ""
        kept = None if index is None else self._held.get(index, {}).get(mapping)
        if kept is None and index is not None and index in state.corpus.receipts:
            self._owner.run_worker(self._read(index, mapping), group="receipt", exclusive=True)
        request = None if part is None else part.request
        older = kept is not None and is_older(kept, *(() if request is None else (request,)))
        note = self._single[1] if self._single is not None and self._single[0] == index else ""
        shown = SelectedReceipt(kept, older=older, sending=note == "sending", problem="" if note == "sending" else note)
        if shown != state.receipt:
            state.receipt = shown
            state.tell("receipts")

    async def _read(self, index: int, mapping: str) -> None:
        from abtui.services.history import History

        try:
            kept = await asyncio.to_thread(History().of_item, tuple(self._runs), index, mapping)
        except ServiceError as error:
            self._state.say(error.message, severity="error")
        else:
            self._place(index, mapping, kept)

    def _place(self, index: int, mapping: str, kept: EventReceipt | None) -> None:
        word = self._state.corpus.receipts.get(index)
        if kept is None or word is None or mapping in self._held.get(index, {}):
            # What a report brought meanwhile is newer.
            return
        # The event's state is the gravest of its mappings.
        if kept.state != word if not mapping else kept.state == "waiting" and self._sending():
            # An answer arrives here a moment before it is in the journal.
            if self._sending():
                self._owner.set_timer(_JOURNAL_SECONDS, self.show)
                return
            kept = msgspec.structs.replace(kept, state=word)
        self._held.setdefault(index, {})[mapping] = kept
        if index == self._state.selection.index:
            self.show()

    def _removed(self, index: int) -> None:
        self._held = {at - (at > index): kept for at, kept in self._held.items() if at != index}
        self._single = None
        # The journal has the indexes from before the removal.
        self._runs.clear()
