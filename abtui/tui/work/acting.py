"""The action: the one change that is offered for the selected event, tried in memory and measured before it is promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec
from textual import work
from textual.binding import BindingType
from textual.worker import get_current_worker

from abtui.core.events import Event
from abtui.core.findings import RULES, Finding
from abtui.tui.bindings import ACTION
from abtui.tui.corpus import read_stored
from abtui.tui.finding_rows import FindingPlace
from abtui.tui.state import State
from abtui.tui.trying import Find, Trying
from abtui.tui.work.capability import Capability

if TYPE_CHECKING:
    # Loaded when the first change is looked for: the workbench opens without it.
    from abtui.core.remedy import Effect, Remedies, Remedy

_OF: Final = re.compile(r" of [\d,]+")
"""The part of a result that goes where there is little room: `then 5 of 10 arrive`."""
_PLACES: Final = 200
"""The events of each finding that are looked at for certain changes: those with one cause have one change."""


class Acting(Capability):
    """Offers the change for the selected event or finding, and shows all certain changes when asked to."""

    BINDINGS: ClassVar[list[BindingType]] = list(ACTION)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._trying = Trying(self, state, self._show)

    def on_mount(self) -> None:
        """Follow what the change depends on."""
        for topic in ("selection", "outcome", "finding", "config", "mapper"):
            self._state.listen(topic, self, self._look)
        self._state.listen("findings", self, self._look_again)

    # The change that is offered

    def _look_again(self) -> None:
        """Some changes are certain only once all events are mapped, and more events make another result."""
        if self._state.review.usage is not None:
            self._look()

    def _look(self) -> None:
        state, selection, place = self._state, self._state.selection, self._state.finding
        event = None if selection.stale or state.session.missing else selection.event
        begin = None if place is None and event is None else partial(self._begin, place, event, selection.text)
        more = state.event.version, state.review.usage is not None
        self._trying.want((selection.index, place), begin, more=more)
        self._show()

    def _begin(self, place: FindingPlace | None, event: Event | None, text: str) -> Find:
        remedies = self._state.config.remedies()
        if place is not None:
            return partial(remedies.of_finding, place.finding, self._event_of(place))
        return lambda: None if event is None else remedies.of_event(event, text=text)

    def _event_of(self, place: FindingPlace) -> Event | None:
        event = None if place.index is None else read_stored(self._state.corpus.item(place.index))
        return event if isinstance(event, Event) else None

    def _show(self) -> None:
        """Offer the change, unless fewer events would be taken with it."""
        effect = self._effect()
        result = "" if effect is None else effect.sentence
        key = "Enter" if self._state.finding is None else "."
        offer = None if effect is not None and effect.harms else self._trying.offer(result, _OF.sub("", result), key)
        if offer != self._state.remedy:
            self._state.remedy = offer
            self._state.tell("remedy")

    def _effect(self) -> Effect | None:
        """What the change does to the fates of all events, once it is known."""
        state, trying, remedy = self._state, self._trying, self._trying.remedy
        if remedy is None:
            return None
        from abtui.core.remedy import effect_of, effect_on_event

        if remedy.changes == "config":
            measured = None if trying.measured is None else trying.measured.result
            return None if measured is None else effect_of(measured)
        outcome, mapper = state.selection.outcome, state.session.mapper
        if outcome is None or mapper is None or state.corpus.mapped < len(state.corpus):
            return None
        counts = {fate: count for fate, count in state.corpus.counts.items() if fate != "unreadable"}
        return effect_on_event(counts, outcome.fate, mapper.fate(mapper.decide(msgspec.json.decode(remedy.after))))

    # All certain changes

    def action_fix_all(self) -> None:
        """Find all certain changes, and show them before they are made."""
        state = self._state
        if state.session.missing:
            state.say("There is no config to change yet.", severity="warning")
        elif state.review.usage is None and state.session.reading.config is not None and len(state.corpus):
            state.say("Nothing is certain until all events are mapped; try again.", severity="warning")
        else:
            self._find_all(self._state.config.remedies(), list(self._fixable()), list(self._lost()))

    def _fixable(self) -> Iterator[tuple[Finding, Event | None]]:
        """The findings that may have a certain change: those of the config, and of the first events with each of them."""
        review = self._state.review
        for group in review.groups():
            if RULES[group.code].fix is None:
                continue
            for number in range(min(group.count, _PLACES)):
                place = review.place(group.code, number)
                yield place.finding, self._event_of(place)

    def _lost(self) -> Iterator[Event]:
        """The first event of each name whose goal the console does not have."""
        review, names = self._state.review, set[str]()
        for code in (group.code for group in review.groups() if RULES[group.code].about_goal):
            for index in review.events(code)[:_PLACES]:
                event = read_stored(self._state.corpus.item(index))
                if isinstance(event, Event) and (name := str(event.value.get("event"))) not in names:
                    names.add(name)
                    yield event

    def _advice(self) -> str:
        """What else can be done about the gravest finding of the selected event; "" without one."""
        state, selection = self._state, self._state.selection
        found = () if selection.outcome is None else selection.outcome.findings
        grave = next((item for severity in ("error", "warning") for item in found if item.severity == severity), None)
        if grave is None or selection.event is None:
            return ""
        return f"{grave.message.rstrip('.')}. {state.config.remedies().advice(grave, selection.event)}"

    def _instead(self) -> str:
        """The change that is offered for the selected event, which is of no finding."""
        offer = self._state.remedy
        return "" if offer is None else f"{offer.title}: {offer.key} does it for this event"

    @work(thread=True, exclusive=True, group="all changes")
    def _find_all(self, remedies: Remedies, found: list[tuple[Finding, Event | None]], lost: list[Event]) -> None:
        from abtui.core.remedy import certain_changes

        remedy = certain_changes(remedies, found, lambda: get_current_worker().is_cancelled, lost)
        if not get_current_worker().is_cancelled:
            self.call_later(self._show_all, remedy)

    def _show_all(self, remedy: Remedy | None) -> None:
        if remedy is None:
            none = "There is no finding that one certain change would mend."
            self._state.say(self._instead() or self._advice() or none)
            return
        from abtui.tui.dialogs.all_changes import AllChanges

        def answered(yes: bool | None) -> None:
            if yes and not self._state.config.apply_remedy(remedy):
                self._state.say(
                    "The config has changed in the meantime, so nothing was changed. Look at the changes again.",
                    severity="warning",
                )

        self.app.push_screen(AllChanges(remedy, self._state.session.known_keys), answered)
