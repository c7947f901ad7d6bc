"""The workbench holds the outcomes against a baseline: what was pinned, another file, a commit."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from textual import work
from textual.widget import Widget
from textual.worker import get_current_worker

from abtui.core.events import Event, SdkDefaults, Unreadable
from abtui.core.query import value_of, with_term
from abtui.core.text import one_line, printable
from abtui.services.errors import FileError
from abtui.services.git import git_place
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import Session
from abtui.tui.widgets.drawer import Drawer, PanelKind
from abtui.tui.widgets.event_list import EventRow
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.top_bar import TargetBar

if TYPE_CHECKING:
    from abtui.core.comparison import ComparisonResult
    from abtui.core.config import Config
    from abtui.tui.comparing import Baseline, Compared, Pass
    from abtui.tui.widgets.impact_panel import ImpactPanel

_AT_ONCE_SECONDS: Final = 0.004
"""How long events are compared within the key press that changed the config; the rest follows in a thread."""
_SHORT: Final = 16
_CHANGED: Final = ("is", "changed")


class Comparing(Configuring):
    """Keeps a baseline, and the comparison with it up to date. What compares is loaded when it is first asked for."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self.baseline: Baseline | None = None
        self.comparison: ComparisonResult | None = None
        self._pass: Pass | None = None

    # The baseline

    def action_pin(self) -> None:
        """Make what happens now the baseline; where there is one, give it up."""
        if self.baseline is not None:
            name = self.baseline.name
            self._unpin()
            self.notify(f"Nothing is held against {name} any more.", title="Unpinned", markup=False, timeout=3)
        elif self.session.mapper is None:
            self.notify("The config has errors, so there are no outcomes to pin.", severity="warning")
        else:
            self._pin("the pinned outcomes", "pinned", self.session.mapper.config)
            self.notify(
                "Change the config or an event: the Impact panel (6) and the Diff tab (d) show what it does; x lists what changed.",
                title="The present outcomes are pinned",
            )

    @work(exclusive=True, group="asking")
    async def action_compare_with(self) -> None:
        """Ask for another config, and make it the baseline."""
        from abtui.tui.screens.comparing_dialog import CompareWith

        place: str | None = ""
        problem = ""
        while True:
            place = await self.app.push_screen_wait(CompareWith(place or "", problem, own=self.session.path))
            if place is None:
                return
            try:
                opened = await asyncio.to_thread(self.session.open_beside, place)
            except FileError as error:
                problem = f"{error.message} {error.hint}"
                continue
            config = opened.reading.config
            if config is not None:
                break
            found = next(item for item in opened.reading.findings if item.severity == "error")
            at = "" if found.line is None else f"line {found.line}: "
            problem = f"That config has errors, so nothing can be compared with it: {at}{found.message}"
        short = place if git_place(place) else place.replace("\\", "/").rpartition("/")[2]
        self._pin(printable(opened.place), one_line(short, _SHORT), config)
        self.action_show_panel("impact")

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
        """Take out of the filter what nothing fits without a baseline."""
        pane = self.query_one(EventsPane)
        text = with_term(pane.filter_text, "change", None)
        field, value = _CHANGED
        pane.filter_text = with_term(text, field, None) if value_of(text, field) == value else text

    # The pass

    def map_anew(self) -> None:
        """The config changed: compare before everything is mapped again, as what the change does is asked first."""
        if self.baseline is not None:
            self._make_pass()
            # It would map the rest with the config of before, and halve the speed of the comparison.
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
            name = "the present config" if self.session.path is None else printable(self.session.path)
            self._pass = Pass(baseline, mapper.config, self.corpus, name)

    def _compare(self) -> None:
        """Go on with the comparison: for a moment at once, which does for a few hundred events, then beside the screen."""
        comparing, corpus = self._pass, self.corpus
        waits = comparing is None or comparing.busy or (self._reading_note and comparing.compared)
        if comparing is None or waits or comparing.compared >= len(corpus):
            self.show_impact()
            return
        start, end, until = comparing.compared, len(corpus), time.monotonic() + _AT_ONCE_SECONDS
        corpus.place_changes(start, comparing.spell(end, lambda: time.monotonic() >= until))
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
        """How the rows in view change is not to wait for all before them."""
        from abtui.tui.comparing import look

        top, mapper, baseline = self.event_list.scroll_offset.y, self.session.mapper, self.baseline
        positions = range(top, top + self.event_list.size.height)
        indexes = [index for at in positions if (index := self.corpus.index_at(at)) is not None]
        if mapper is not None and baseline is not None:
            for index, classes in look(baseline, mapper.config, self.corpus, indexes).items():
                self.corpus.place_changes(index, [classes])

    def on_compared(self, message: Compared) -> None:
        """Take in what the thread found, unless the config changed since."""
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

    def _take_edit(self, text: str, index: int, event: Event | Unreadable) -> None:
        if self.baseline is not None:
            self.baseline.keep(index, self.corpus.item(index))
        super()._take_edit(text, index, event)
        comparing = self._pass
        if self.baseline is None or comparing is None:
            return
        comparing.edited(index)
        if not comparing.busy:
            self._place(comparing.catch_up())
            if comparing.compared >= len(self.corpus):
                self.comparison = comparing.result()
            self._compare()

    def _show_event(self, event: Event | Unreadable, index: int) -> EventRow | None:
        row = super()._show_event(event, index)
        baseline, mapper = self.baseline, self.session.mapper
        if baseline is not None:
            if isinstance(event, Event) and mapper is not None:
                from abtui.core.comparison.event import compare_event

                comparison = compare_event(baseline.config, mapper.config, event, baseline.event(index))
                self.result.show_difference(comparison, baseline.name)
            elif self._outcome is None:
                self.result.show_difference(None, baseline.name)
        return row

    # What is shown of all

    def _panels(self) -> list[PanelKind]:
        return [*super()._panels(), PanelKind("impact", "6 Impact", _impact_panel)]

    def _panel_shown(self, name: str) -> None:
        super()._panel_shown(name)
        if name == "impact":
            self.show_impact()

    def _show_config(self) -> None:
        super()._show_config()
        self.show_impact()

    def show_impact(self) -> None:
        """Show the comparison as far as it is: in the top row, on the panel's tab, and in the panel."""
        baseline, result = self.baseline, self.comparison
        due = 0 if self._pass is None else len(self.corpus) - self._pass.compared
        share = 1.0 if not due else 1 - due / len(self.corpus)
        count = "" if baseline is None else "…" if result is None else f"{result.changed:,}"
        bar = self.query_one(TargetBar)
        if baseline is None:
            bar.impact = ""
        else:
            so_far = f" {share:.0%}" if due else ""
            events = len(self.corpus) if result is None else result.events
            bar.impact = f"Δ {count} of {events:,} vs {baseline.short}{so_far}"
        self.query_one(Drawer).set_label("impact", count)
        panel = self.panel("impact")
        if panel is not None and self.query_one(Drawer).active == "impact":
            self._fill_panel(panel, share)

    def _fill_panel(self, panel: Widget, share: float) -> None:
        from abtui.core.report import Sentence
        from abtui.tui.widgets.impact_panel import Impact, ImpactPanel

        if not isinstance(panel, ImpactPanel):
            return
        baseline, session = self.baseline, self.session
        notes: tuple[Sentence, ...] = ()
        if session.mapper is None:
            notes = (Sentence("The config has errors, so there is nothing to compare (4 shows them).", "bad"),)
        elif session.reading.config is None:
            notes = (Sentence("The config has errors: this is of its last good state (4 shows them).", "bad"),)
        panel.show(None if baseline is None else Impact(baseline.name, self.comparison, share, notes))

    def action_show_changed(self) -> None:
        """Show only events that change against the baseline; again: show all."""
        pane = self.query_one(EventsPane)
        field, value = _CHANGED
        if value_of(pane.filter_text, field) == value:
            pane.filter_text = with_term(pane.filter_text, field, None)
        elif self.baseline is None:
            self.notify(
                "There is no baseline: b pins what happens now, B compares with another config.", severity="warning"
            )
        else:
            pane.filter_text = with_term(pane.filter_text, field, value)

    def on_impact_panel_chosen(self, message: ImpactPanel.Chosen) -> None:
        """Show the events behind a number of the panel."""
        self.query_one(EventsPane).filter_text = message.filter.query
        if message.filter.note:
            self.notify(message.filter.note, markup=False, timeout=6)
        self.action_show_pane("events")


def _impact_panel() -> Widget:
    from abtui.tui.widgets.impact_panel import ImpactPanel

    return ImpactPanel(id="impact")
