"""The commands that compare outcomes with a baseline: pinned outcomes, another file, or a commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from abtui.core.corpus.query import value_of, with_term
from abtui.core.text.plain import file_name, one_line
from abtui.services.errors import FileError
from abtui.services.git import git_place
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.screens.baseline import CHANGED, KeepingBaseline
from abtui.tui.widgets.drawer import Drawer, PanelKind
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.top_bar import TargetBar

if TYPE_CHECKING:
    from abtui.tui.widgets.impact_panel import ImpactPanel

_SHORT: Final = 16


class Comparing(KeepingBaseline):
    """Asks for a baseline, and shows the comparison in the top row, in the drawer's panel, and as a filter of the list."""

    def action_pin(self) -> None:
        """Make the current outcomes the baseline; if there is a baseline already, drop it."""
        if self.baseline is not None:
            name = self.baseline.name
            self._unpin()
            self.notify(f"Outcomes are no longer compared with {name}.", title="Unpinned", markup=False, timeout=3)
        elif self.session.mapper is None:
            why = self.session.why_unmapped
            self.notify(why, title="There are no outcomes to pin", severity="warning", markup=False)
        else:
            self._pin("the pinned outcomes", "pinned", self.session.mapper.config)
            self.notify(
                "Change the config or an event: the Impact panel (6) and the Diff tab (d) show what it does; x lists what changed.",
                title="The present outcomes are pinned",
            )

    @dialog_worker
    async def action_compare_with(self) -> None:
        """Ask for another config, and make it the baseline."""
        from abtui.tui.dialogs.comparing import CompareWith

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
        self._pin(file_name(opened.place), one_line(file_name(short), _SHORT), config)
        self.action_show_panel("impact")

    # The comparison of all events

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
        """Show the comparison so far in the top row, on the panel's tab, and in the panel."""
        baseline, result = self.baseline, self.comparison
        due = 0 if self._pass is None else len(self.corpus) - self._pass.compared
        share = 1.0 if not due else 1 - due / len(self.corpus)
        count = "" if baseline is None else "…" if result is None else f"{result.changed:,}"
        bar = self.query_one(TargetBar)
        if baseline is None:
            bar.impact = ""
        else:
            so_far = f" {share:.0%}" if due else ""
            # The total is in the counts, which include unreadable events; those are not compared.
            bar.impact = f"Δ {count} vs {baseline.short}{so_far}"
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
            notes = (Sentence(f"There is nothing to compare. {session.why_unmapped}", "bad"),)
        elif session.reading.config is None:
            notes = (Sentence("The config has errors: this compares its last good state (4 shows the errors).", "bad"),)
        panel.show(None if baseline is None else Impact(baseline.name, self.comparison, share, notes))

    def action_show_changed(self) -> None:
        """Show only events that change against the baseline; if they are shown already, show all."""
        pane = self.query_one(EventsPane)
        field, value = CHANGED
        if value_of(pane.filter_text, field) == value:
            pane.filter_text = with_term(pane.filter_text, field, None)
        elif self.baseline is None:
            self.notify(
                "There is no baseline: b pins the current outcomes, B compares with another config.", severity="warning"
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
