"""The findings of all events and of the config in the workbench, and the fixes for those with one certain answer."""

from __future__ import annotations

from typing import Final

from textual import on, work

from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.events import Event, SdkDefaults, Stored
from abtui.core.findings import Finding, Fix
from abtui.core.outcomes import Outcome
from abtui.tui import workers
from abtui.tui.corpus import read_stored
from abtui.tui.debounce import Debounce
from abtui.tui.kit.event_row import EventRow
from abtui.tui.messages import CoverageCounted, RepeatsFound, RowsMapped
from abtui.tui.opening import Opening
from abtui.tui.review import Review
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import Session
from abtui.tui.widgets.drawer import Drawer, PanelKind
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.finding_list import FindingList
from abtui.tui.widgets.findings_panel import FindingsPanel
from abtui.tui.widgets.prose import gravest_first

_SHOW_AGAIN_SECONDS: Final = 0.15
"""The delay between a change and the panel's update, so that mapping a corpus does not draw it a thousand times."""
_REST_SECONDS: Final = 0.4
"""The pause in typing after which the panel is updated: mapping the edited event again would delay the next key."""
_FIX_SECONDS: Final = 0.08
"""The pause of cursor and text after which a fix is searched for: proving one takes some milliseconds."""
_PANEL: Final = "findings"


class Reviewing(Configuring):
    """Shows the findings panel, goes to the places of findings, and applies fixes."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self.review = Review(self.corpus, session)
        self._groups_debounce = Debounce(self, _SHOW_AGAIN_SECONDS, self._show_findings)
        self._fix_debounce = Debounce(self, _FIX_SECONDS, self._find_fixes)
        self._event_fix: Fix | None = None
        self._repeats_of = -1

    # Findings of all events

    def _observer(self) -> workers.Observe | None:
        others, live = super()._observer(), self.review.live()
        if live is None:
            return others
        edited_events = self.review.edited_events

        def both(index: int, event: Event, outcome: Outcome) -> None:
            if others is not None:
                others(index, event, outcome)
            if edited_events.claim(index):
                live.add(event, outcome)

        return both

    @on(RowsMapped)
    def _index_findings(self, message: RowsMapped) -> None:
        # This handler runs before the one that stores the rows, so it checks first whether they will be stored.
        if message.generation == self.corpus.generation and message.start == self.corpus.mapped:
            self.review.add(message.start, message.rows)
            self._show_findings_soon()

    def map_anew(self) -> None:
        """Forget the findings of the old config, and map all events again."""
        self.review.restart()
        super().map_anew()

    def _apply_config(self, text: str) -> bool:
        changed = super()._apply_config(text)
        self.review.forget()
        self._show_findings_soon()
        return changed

    def _replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        super()._replace(index, item, row)
        self.review.replace(index)
        self._groups_debounce.restart(_REST_SECONDS)

    # The panel

    def _panels(self) -> list[PanelKind]:
        return [
            *super()._panels(),
            PanelKind(_PANEL, "5 Findings", lambda: FindingsPanel(self.review.place, id=_PANEL)),
        ]

    def _panel_shown(self, name: str) -> None:
        super()._panel_shown(name)
        if name == _PANEL:
            self._show_findings()

    @property
    def _findings_panel(self) -> FindingsPanel | None:
        panel = self.panel(_PANEL)
        return panel if isinstance(panel, FindingsPanel) else None

    def _show_findings_soon(self) -> None:
        self._groups_debounce.within(_SHOW_AGAIN_SECONDS)

    def _show_findings(self) -> None:
        """Show the current groups in the panel, if it was ever opened, and their number on its tab."""
        self._groups_debounce.cancel()
        if self.review.usage is None and not self._reading_note and (usage := self.review.counted()) is not None:
            self._find_unused(self.review.state, usage)
        self._find_repeats_again()
        groups = self.review.groups()
        grave = [sum(group.severity == severity for group in groups) for severity in ("error", "warning")]
        note = " ".join(f"{count}{glyph}" for count, glyph in zip(grave, "✗!", strict=True) if count)
        # Without a usable config nothing was checked, so the tab does not say that all is well.
        self.query_one(Drawer).set_label(_PANEL, note or ("?" if self.session.unmapped else "✓"))
        if self._findings_panel is not None:
            mapped, total = self.corpus.mapped, len(self.corpus)
            whole = mapped >= total and not self._reading_note
            self._findings_panel.set_groups(groups, "" if whole else f"so far, {mapped:,} of {total:,} events")
        self._find_fixes_soon()

    @work(thread=True, exclusive=True, group="coverage")
    def _find_unused(self, state: int, usage: Usage) -> None:
        # Searching ten thousand names for the nearest one takes a while.
        self.post_message(CoverageCounted(state, usage, tuple(coverage_findings(usage))))

    def _find_repeats_again(self) -> None:
        """Search for repeated messageIds again after an edit changed one."""
        state, corpus = self.review.state, self.corpus
        if corpus.repeats_known or self._repeats_of == state or corpus.mapped < len(corpus) or self._reading_note:
            return
        self._repeats_of = state
        self.run_worker(
            lambda: workers.find_repeats(state, corpus.items, len(corpus), self.post_message, self._mapping_ended),
            group="repeats",
            exclusive=True,
            thread=True,
        )

    @on(RepeatsFound)
    def _repeats_found(self, message: RepeatsFound) -> None:
        if message.state != self.review.state:
            # They are searched for again when the next change is shown.
            return
        self._recent = message.recent
        changed = self.review.set_repeats(message.found)
        if changed:
            self.filter_again()
            self.event_list.refresh()
        if self._current is not None and self._current in changed:
            self._show_event(read_stored(self.corpus.item(self._current), self.session.known_keys), self._current)
        self._count()
        self._show_findings()

    @on(CoverageCounted)
    def _coverage_counted(self, message: CoverageCounted) -> None:
        if message.state == self.review.state:
            self.review.set_coverage(message.usage, message.findings)
            self._show_findings()

    @on(FindingsPanel.Filtered)
    def _filter_by_finding(self, message: FindingsPanel.Filtered) -> None:
        if not self.review.has_events(message.code):
            self.notify("This finding is about the config, not about single events.", severity="warning")
            return
        self.query_one(EventsPane).filter_by("finding", message.code)
        if self.narrow:
            self.action_show_pane("events")

    @on(FindingList.Chosen)
    def _go_to_finding(self, message: FindingList.Chosen) -> None:
        place = message.place
        if place.index is not None:
            self._go_to(place.index)
            self.action_show_pane("event")
            self.event_pane.go_to(place.finding)
        elif place.finding.config_line is None and place.finding.event_path is not None:
            # The finding is about a name that many events share; its place names only the first event's source.
            source = place.source.replace('"', "?")
            self.query_one(EventsPane).filter_by("source", f'"*{source}"')
            self.action_show_pane("events")
        else:
            # The line belongs to the text, not to the form.
            self.config_pane.view = "yaml"
            self.action_show_pane("config")
            self.config_pane.editor.goto(place.finding.line or 1, place.finding.column or 1)

    # Fixes

    @on(FindingsPanel.Pointed)
    def _pointed(self) -> None:
        self._find_fixes_soon()

    def _show_outcome(self, outcome: Outcome) -> None:
        super()._show_outcome(outcome)
        self._event_fix = None
        self.result.show_fix(None)
        self._find_fixes_soon()

    def _find_fixes_soon(self) -> None:
        """Search for fixes once cursor and text have been still for a moment."""
        self._fix_debounce.restart()

    def _find_fixes(self) -> None:
        panel = self._findings_panel
        if panel is not None and panel.display and (place := panel.current) is not None:
            fix = self.review.fix(place.finding, place.index)
            panel.set_fix("" if fix is None else fix.title)
        items = () if self._outcome is None else gravest_first(self._outcome.findings)
        fixes = ((item, fix) for item in items if (fix := self.review.fix(item, self._current)) is not None)
        found = next(fixes, None)
        self._event_fix = None if found is None else found[1]
        self.result.show_fix(None if found is None else (found[0], found[1].title))

    def action_fix(self) -> None:
        """Fix the finding under the panel's cursor, or one of the event's findings."""
        panel = self._findings_panel
        target: tuple[Finding, int | None] | None = None
        if panel is not None and panel.has_focus_within:
            place = panel.current
            target = None if place is None else (place.finding, place.index)
            fix = None if target is None else self.review.fix(*target)
        else:
            self._find_fixes()
            fix = self._event_fix
            items = () if self._outcome is None else gravest_first(self._outcome.findings)
            target = next(((item, self._current) for item in items), None)
        if fix is not None:
            self.change_config(fix.edits, fix.title)
        elif target is None:
            self.notify("There is no finding to fix.", title="No fix")
        elif self.review.usage is None:
            self.notify("A fix is certain only once all events are mapped.", title="No fix yet")
        else:
            self.notify(self.review.advice(*target), title="No fix", markup=False)
