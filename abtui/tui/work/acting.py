"""The action: the one change that is offered for the selected event, tried in memory and measured before it is promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec
from textual import on, work
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from abtui.core.config import ConfigReading
from abtui.core.events import Event
from abtui.core.findings import RULES, Finding
from abtui.tui.bindings import ACTION
from abtui.tui.comparing import Baseline, Compared
from abtui.tui.corpus import read_stored
from abtui.tui.debounce import Debounce
from abtui.tui.finding_rows import FindingPlace
from abtui.tui.state import Offer, State
from abtui.tui.work.comparing import Comparer

if TYPE_CHECKING:
    # Loaded when the first change is looked for: the workbench opens without it.
    from abtui.core.remedy import Remedies, Remedy

Version = tuple[int, str, FindingPlace | None]
"""What a change is for: a state of the selected event and of the config's text, and the finding that is looked at."""

_SECONDS: Final = 0.08
"""The pause of cursor and text after which a change is looked for: proving one takes some milliseconds."""
_PLACES: Final = 200
"""The events of each finding that are looked at for certain changes: those with one cause have one change."""


class RemedyFound(Message):
    """The change to offer for one version of the selected event and the config, or None."""

    def __init__(self, version: Version, remedy: Remedy | None, config: ConfigReading | None) -> None:
        super().__init__()
        self.version = version
        self.remedy = remedy
        self.config = config


class ChangesFound(Message):
    """All certain changes together, or None; `advice` says what else can be done about the selected event's findings."""

    def __init__(self, remedy: Remedy | None, advice: str) -> None:
        super().__init__()
        self.remedy = remedy
        self.advice = advice


class Acting(Container):
    """Looks for the change in a thread, measures it over all events, and makes it when asked to."""

    BINDINGS: ClassVar[list[BindingType]] = list(ACTION)

    def __init__(self, state: State, inside: Widget) -> None:
        super().__init__(inside)
        self._state = state
        self._debounce = Debounce(self, _SECONDS, self._look)
        self._measure = Comparer(self, state, "measuring", self._measured)
        self._remedy: Remedy | None = None
        self._of: tuple[int | None, object] = None, None
        """The event and the finding that the change was looked for."""
        self._known: dict[tuple[str, str, int], str | None] = {}
        """The results of changes that were measured, by the config before and after and the state of the events; None for one that does harm."""

    def on_mount(self) -> None:
        """Follow what the change depends on."""
        for topic in ("selection", "outcome", "finding", "config", "mapper"):
            self._state.listen(topic, self, self._look_soon)
        self._state.listen("findings", self, self._look_again)

    # Looking for the change

    @property
    def _version(self) -> Version:
        return self._state.event.version, self._state.session.text, self._state.finding

    def _look_soon(self) -> None:
        remedy = self._remedy
        if remedy is not None and not self._fits(remedy):
            self._offer(None)
        self._debounce.restart()

    def _look_again(self) -> None:
        """Some changes are certain only once all events are mapped, and more events make another result."""
        known = self._remedy is not None and self._key(self._remedy) in self._known
        if not known and self._state.review.usage is not None:
            self._debounce.restart()

    def _fits(self, remedy: Remedy) -> bool:
        """Whether a change is still one of what is selected, as it is there now."""
        if self._of != (self._state.selection.index, self._state.finding):
            return False
        now = self._state.session.text if remedy.changes == "config" else self._state.selection.text
        return remedy.before == now

    def _look(self) -> None:
        selection, place = self._state.selection, self._state.finding
        if place is not None:
            event = None if place.index is None else read_stored(self._state.corpus.item(place.index))
            of = event if isinstance(event, Event) else None
            self._find(self._version, partial(self._state.config.remedies().of_finding, place.finding, of))
        elif selection.event is None or selection.stale or self._state.session.missing:
            self._offer(None)
        else:
            remedies = self._state.config.remedies()
            self._find(self._version, partial(remedies.of_event, selection.event, text=selection.text))

    @work(thread=True, exclusive=True, group="remedy")
    def _find(self, version: Version, find: Callable[[], Remedy | None]) -> None:
        remedy = find()
        changed = None if remedy is None or remedy.changes == "event" else self._state.session.read(remedy.after)
        if not get_current_worker().is_cancelled:
            self.post_message(RemedyFound(version, remedy, changed))

    @on(RemedyFound)
    def _found(self, message: RemedyFound) -> None:
        message.stop()
        if message.version != self._version:
            return
        self._offer(message.remedy)
        if message.remedy is None:
            return
        if message.remedy.changes == "event":
            self._measure_event(message.remedy)
        else:
            self._measure_config(message.remedy, message.config)

    # Measuring it

    def _key(self, remedy: Remedy) -> tuple[str, str, int]:
        return remedy.before, remedy.after, self._state.review.state

    def _measure_config(self, remedy: Remedy, changed: ConfigReading | None) -> None:
        state, mapper = self._state, self._state.session.mapper
        if self._key(remedy) in self._known:
            self._offer_known(remedy)
        elif mapper is not None and changed is not None and changed.config is not None:
            now = Baseline("now", "now", mapper.config, len(state.corpus), config_only=True)
            self._measure.start(now, changed.config)
            self._measure.go_on()

    def _measure_event(self, remedy: Remedy) -> None:
        selection, mapper = self._state.selection, self._state.session.mapper
        if selection.outcome is None or mapper is None or self._state.corpus.mapped < len(self._state.corpus):
            return
        changed = self._state.config.remedies().outcome(Event(selection.source, msgspec.json.decode(remedy.after)))
        counts = {fate: count for fate, count in self._state.corpus.counts.items() if fate != "unreadable"}
        if changed is not None:
            from abtui.core.remedy import effect_on_event

            self._offer(remedy, effect_on_event(counts, selection.outcome.fate, changed.fate).sentence)

    @on(Compared)
    def _compared(self, message: Compared) -> None:
        message.stop()
        message.handled.set()
        self._measure.compared(message)

    def _measured(self) -> None:
        remedy, result = self._remedy, self._measure.result
        if remedy is None or result is None or self._measure.due:
            return
        from abtui.core.remedy import effect_of

        effect = effect_of(result[0])
        key = self._key(remedy)
        # Results of an earlier state are never asked for again, and each holds two whole texts.
        self._known = {other: said for other, said in self._known.items() if other[2] == key[2]}
        self._known[key] = None if effect.harms else effect.sentence
        self._measure.start(None, None)
        self._offer_known(remedy)

    def _offer_known(self, remedy: Remedy) -> None:
        """Offer a change that was measured, unless fewer events would be taken."""
        said = self._known[self._key(remedy)]
        self._offer(None if said is None else remedy, said or "")

    def _offer(self, remedy: Remedy | None, result: str = "") -> None:
        self._remedy, self._of = remedy, (self._state.selection.index, self._state.finding)
        if remedy is None:
            self._measure.start(None, None)
        short = result.replace(" of ", "/")
        offer = (
            None
            if remedy is None
            else Offer(remedy.title, result, short, self._make, "Enter" if self._state.finding is None else ".")
        )
        if offer != self._state.remedy:
            self._state.remedy = offer
            self._state.tell("remedy")

    # Making it

    def _make(self) -> None:
        if self._remedy is not None:
            self._state.config.apply_remedy(self._remedy)

    # All certain changes

    def action_fix_all(self) -> None:
        """Find all certain changes, and show them before they are made."""
        state = self._state
        if state.session.missing:
            state.say("There is no config to change yet.", severity="warning")
        elif state.review.usage is None and state.session.reading.config is not None and len(state.corpus):
            state.say("A change is certain only once all events are mapped; try again in a moment.", severity="warning")
        else:
            self._find_all(self._state.config.remedies(), list(self._fixable()), list(self._lost()), self._advice())

    def _fixable(self) -> Iterator[tuple[Finding, Event | None]]:
        """The findings that may have a certain change: those of the config, and of the first events with each of them."""
        review = self._state.review
        for group in review.groups():
            if RULES[group.code].fix is None:
                continue
            for number in range(min(group.count, _PLACES)):
                place = review.place(group.code, number)
                event = None if place.index is None else read_stored(self._state.corpus.item(place.index))
                yield place.finding, event if isinstance(event, Event) else None

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
        from abtui.core.proven_fix import Fixer

        fixer = Fixer(state.session.text, state.session.reading.config, state.review.usage)
        return f"{grave.message.rstrip('.')}. {fixer.advice(grave, selection.event.value)}"

    def _instead(self) -> str:
        """The change that is offered for the selected event, which is of no finding."""
        offer = self._state.remedy
        return "" if offer is None else f"{offer.title}: {offer.key} does it for this event"

    @work(thread=True, exclusive=True, group="all changes")
    def _find_all(
        self, remedies: Remedies, found: list[tuple[Finding, Event | None]], lost: list[Event], advice: str
    ) -> None:
        from abtui.core.remedy import certain_changes

        remedy = certain_changes(remedies, found, lambda: get_current_worker().is_cancelled, lost)
        if not get_current_worker().is_cancelled:
            self.post_message(ChangesFound(remedy, advice))

    @on(ChangesFound)
    def _show_all(self, message: ChangesFound) -> None:
        message.stop()
        remedy = message.remedy
        if remedy is None:
            self._state.say(
                self._instead() or message.advice or "There is no finding that one certain change would mend."
            )
            return
        from abtui.tui.dialogs.all_changes import AllChanges

        def answered(yes: bool | None) -> None:
            if yes and not self._state.config.apply_remedy(remedy):
                self._state.say(
                    "The config has changed in the meantime, so nothing was changed. Look at the changes again.",
                    severity="warning",
                )

        self.app.push_screen(AllChanges(remedy, self._state.session.known_keys), answered)
