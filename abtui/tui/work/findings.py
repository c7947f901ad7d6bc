"""The findings of all events and of the config: counted while the corpus is mapped, and again after edits."""

from __future__ import annotations

from typing import Final

from textual import on, work
from textual.worker import get_current_worker

from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.events import Event
from abtui.core.outcomes import Outcome
from abtui.tui import workers
from abtui.tui.debounce import Debounce
from abtui.tui.messages import CoverageCounted, RepeatsFound
from abtui.tui.state import Observe, State
from abtui.tui.work.capability import Capability

_TELL_SECONDS: Final = 0.15
"""The delay between a change and what follows from it, so that mapping a corpus does not count it a thousand times."""
_REST_SECONDS: Final = 0.4
"""The pause in typing after which findings are counted: mapping the edited event again would delay the next key."""


class Findings(Capability):
    """Counts how the events use the config, and which of them repeat a messageId, once all events are mapped."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._debounce = Debounce(self, _TELL_SECONDS, self._count)
        self._repeats_of = -1

    def on_mount(self) -> None:
        """Follow the events and the config."""
        state = self._state
        state.observers.append(self._observer)
        for topic in ("rows", "config", "mapper", "events"):
            state.listen(topic, self, self._soon)
        state.listen("row", self, self._after_rest)

    def _soon(self) -> None:
        self._debounce.within(_TELL_SECONDS)

    def _after_rest(self) -> None:
        self._debounce.restart(_REST_SECONDS)

    def _observer(self) -> Observe | None:
        """The function that counts how an event uses the config, in the thread that maps it."""
        live, edited_events = self._state.review.live(), self._state.review.edited_events
        if live is None:
            return None

        def observe(index: int, event: Event, outcome: Outcome) -> None:
            if edited_events.claim(index):
                live.add(event, outcome)

        return observe

    def _count(self) -> None:
        """Count what is due, and tell that the findings changed."""
        review = self._state.review
        if review.usage is None and not self._state.reading and (usage := review.counted()) is not None:
            self._find_unused(review.state, usage)
        self._find_repeats_again()
        self._state.tell("findings")

    @work(thread=True, exclusive=True, group="coverage")
    def _find_unused(self, state: int, usage: Usage) -> None:
        # Searching ten thousand names for the nearest one takes a while.
        self.post_message(CoverageCounted(state, usage, tuple(coverage_findings(usage))))

    @on(CoverageCounted)
    def _coverage_counted(self, message: CoverageCounted) -> None:
        message.stop()
        if message.state == self._state.review.state:
            self._state.review.set_coverage(message.usage, message.findings)
            self._state.tell("findings")

    def _find_repeats_again(self) -> None:
        """Search for repeated messageIds again after an edit changed one."""
        state, corpus = self._state.review.state, self._state.corpus
        due = corpus.mapped < len(corpus) or self._state.reading
        if corpus.repeats_known or self._repeats_of == state or due:
            return
        self._repeats_of = state
        self.run_worker(
            lambda: workers.find_repeats(
                state, corpus.items, len(corpus), self.post_message, lambda: get_current_worker().is_cancelled
            ),
            group="repeats",
            exclusive=True,
            thread=True,
        )

    @on(RepeatsFound)
    def _repeats_found(self, message: RepeatsFound) -> None:
        message.stop()
        state = self._state
        if message.state != state.review.state:
            # They are searched for again when the next change is counted.
            return
        state.recent = message.recent
        changed = state.review.set_repeats(message.found)
        if changed:
            state.filter_again()
            state.tell("rows")
        if state.selection.index in changed:
            state.event.select_again()
        self._soon()
