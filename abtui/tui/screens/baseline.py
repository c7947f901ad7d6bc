"""The baseline of the workbench, and the comparison of every event with it, which is kept up to date."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from textual.worker import get_current_worker

from abtui.core.corpus.query import value_of, with_term
from abtui.core.events import Event, SdkDefaults, Unreadable
from abtui.core.text.plain import file_name
from abtui.tui.kit.event_row import EventRow
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import Session
from abtui.tui.widgets.events_pane import EventsPane

if TYPE_CHECKING:
    from abtui.core.config import Config
    from abtui.core.corpus.comparison import ComparisonResult
    from abtui.tui.comparing import Baseline, Compared, Pass

_AT_ONCE_SECONDS: Final = 0.004
"""How long events are compared during the key press that changed the config; a thread compares the rest."""
CHANGED: Final = ("is", "changed")
"""The field and value of the filter term that only changed events match."""


class KeepingBaseline(Configuring):
    """Repeats the comparison for each usable state of the config. The comparing code is loaded at its first use.

    The class that shows the comparison overrides `show_impact`.
    """

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self.baseline: Baseline | None = None
        self.comparison: ComparisonResult | None = None
        self._pass: Pass | None = None

    # The baseline

    def _pin(self, name: str, short: str, config: Config) -> None:
        from abtui.tui.comparing import Baseline

        self.baseline = Baseline(name, short, config, len(self.corpus))
        self._compare_anew()
        self._show_again()

    def _unpin(self) -> None:
        self.baseline = self.comparison = self._pass = None
        self.workers.cancel_group(self, "comparing")
        self.corpus.clear_changes()
        self._clear_changed()
        self.result.show_difference(None)
        self.event_list.refresh()
        self.show_impact()
        self._map_rows()

    def _clear_changed(self) -> None:
        """Remove the filter terms that no event can match without a baseline."""
        pane = self.query_one(EventsPane)
        text = with_term(pane.filter_text, "change", None)
        field, value = CHANGED
        pane.filter_text = with_term(text, field, None) if value_of(text, field) == value else text

    # The pass

    def map_anew(self) -> None:
        """After a change of the config, compare before mapping everything again: the effect of the change matters first."""
        if self.baseline is not None:
            self._make_pass()
            # The worker would go on mapping with the old config, and halve the speed of the comparison.
            self.workers.cancel_group(self, "mapping")
        super().map_anew()
        if self.baseline is not None:
            self._compare()

    def _may_map(self) -> bool:
        due = self._pass is not None and self._pass.compared < len(self.corpus)
        return super()._may_map() and not due

    def _after_growth(self) -> None:
        super()._after_growth()
        self._compare()

    def _compare_anew(self) -> None:
        self._make_pass()
        self._compare()

    def _make_pass(self) -> None:
        from abtui.tui.comparing import Pass

        self.workers.cancel_group(self, "comparing")
        self.corpus.clear_changes()
        baseline, mapper = self.baseline, self.session.mapper
        self._pass = self.comparison = None
        if baseline is not None and mapper is not None:
            name = "the present config" if self.session.path is None else file_name(self.session.path)
            self._pass = Pass(baseline, mapper.config, self.corpus, name)

    def _compare(self) -> None:
        """Continue the comparison: a few hundred events at once, the others in a thread."""
        comparing, corpus = self._pass, self.corpus
        waits = comparing is None or comparing.busy or (self._reading_note and comparing.compared)
        if comparing is None or waits or comparing.compared >= len(corpus):
            self.show_impact()
            return
        start, end, until = comparing.compared, len(corpus), time.monotonic() + _AT_ONCE_SECONDS
        corpus.place_changes(start, comparing.compare_until(end, lambda: time.monotonic() >= until))
        if comparing.compared >= end:
            self._compared_all(comparing)
            return
        self._compare_visible()
        self.event_list.refresh()
        if not self._reading_note:
            self._compare_beside(comparing, end)
        self.show_impact()

    def _compare_beside(self, comparing: Pass, end: int) -> None:
        from abtui.tui.comparing import compare

        comparing.busy = True
        self.comparison = None
        self.run_worker(
            lambda: compare(comparing, end, self.post_message, lambda: get_current_worker().is_cancelled),
            group="comparing",
            exclusive=True,
            thread=True,
        )

    def _compare_visible(self) -> None:
        """Compare the events in view first, without waiting for all events before them."""
        from abtui.tui.comparing import changes_of

        top, mapper, baseline = self.event_list.scroll_offset.y, self.session.mapper, self.baseline
        positions = range(top, top + self.event_list.size.height)
        indexes = [index for at in positions if (index := self.corpus.index_at(at)) is not None]
        if mapper is not None and baseline is not None:
            for index, classes in changes_of(baseline, mapper.config, self.corpus, indexes).items():
                self.corpus.place_changes(index, [classes])

    def on_compared(self, message: Compared) -> None:
        """Store the thread's results, unless the config has changed since."""
        message.handled.set()
        comparing = message.work
        if comparing is not self._pass:
            return
        self.corpus.place_changes(message.start, message.found)
        self._place(message.again)
        self.event_list.refresh_rows(message.start, message.start + len(message.found))
        if message.result is not None:
            self.comparison = message.result
        if not message.last:
            if message.result is not None:
                self.show_impact()
            return
        comparing.busy = False
        self._place(comparing.catch_up())
        if comparing.compared < len(self.corpus):
            self._compare()
        else:
            self._compared_all(comparing)

    def _place(self, found: dict[int, tuple[str, ...]]) -> None:
        for index, classes in found.items():
            self.corpus.place_changes(index, [classes])
            position = self.corpus.position_of(index)
            if position is not None:
                self.event_list.refresh_row(position)

    def _compared_all(self, comparing: Pass) -> None:
        self.comparison = comparing.result()
        self.event_list.refresh()
        # Rows that were tested before their change was known are tested again.
        if self.corpus.mapped and any(term.field in ("is", "change") for term in self.corpus.filter.terms):
            self.filter_again()
        self.show_impact()
        self._map_rows()

    # One event

    def _edited(self, text: str) -> None:
        if self.baseline is not None and self._current is not None:
            self.baseline.keep(self._current, self.corpus.item(self._current))
        super()._edited(text)

    def _apply_edit(self, text: str, index: int, event: Event | Unreadable) -> None:
        if self.baseline is not None:
            self.baseline.keep(index, self.corpus.item(index))
        super()._apply_edit(text, index, event)
        comparing = self._pass
        if self.baseline is None or comparing is None:
            return
        comparing.edited(index)
        if not comparing.busy:
            self._place(comparing.catch_up())
            if comparing.compared >= len(self.corpus):
                self.comparison = comparing.result()
            self._compare()

    def _removed(self, index: int) -> None:
        super()._removed(index)
        if self.baseline is not None:
            self.baseline.remove(index)

    def _show_event(self, event: Event | Unreadable, index: int) -> EventRow | None:
        row = super()._show_event(event, index)
        baseline, mapper = self.baseline, self.session.mapper
        if baseline is not None:
            if isinstance(event, Event) and mapper is not None:
                from abtui.core.corpus.comparison.event import compare_event

                comparison = compare_event(baseline.config, mapper.config, event, baseline.event(index))
                self.result.show_difference(comparison, baseline.name)
            elif self._outcome is None:
                self.result.show_difference(None, baseline.name)
        return row

    def show_impact(self) -> None:
        """Called when the comparison or its progress has changed."""
