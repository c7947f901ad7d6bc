"""Counting the exposures and goals of the events, in a thread, once somebody looks at them; and what a change would do to them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import replace
from textual import on
from textual.worker import get_current_worker

from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.experiments.count import LostExposures, all_findings, counted_of
from abtui.core.corpus.funnel import Help, Helps
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import REASONS
from abtui.core.events import Event, Stored
from abtui.core.experiments.advice import advice
from abtui.core.experiments.attributed import Attributed, attributed
from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.moments import Moments
from abtui.core.experiments.overview import overview, sizes_of
from abtui.core.experiments.reason_words import REASON_WORDS
from abtui.core.fate import SENT_FATES
from abtui.core.findings import Finding
from abtui.core.proven_fix import Fixer
from abtui.core.remedy import Remedy, with_settings
from abtui.core.text.secret import Secret, hide_all
from abtui.tui.corpus import read_stored
from abtui.tui.debounce import Debounce
from abtui.tui.experiments import Experiments
from abtui.tui.messages import WorkerResults
from abtui.tui.offer import Offer
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_SOON_SECONDS: Final = 0.1
_REST_SECONDS: Final = 0.4
"""The pause in typing after which events are counted again."""
_SPELL_SECONDS: Final = 0.01
"""The length of a spell of work, during which the thread competes with the screen for the interpreter."""
_BREATH_SECONDS: Final = 0.002
_SHOWN_SECONDS: Final = 0.5
"""How long is counted at least before what is known is shown."""
_COUNTED_TO_SHOWN: Final = 4
"""How much longer is counted than it takes to show what was counted."""


class _Counting:
    """The count for one state of the config and the events. Only one thread uses it at a time."""

    def __init__(self, key: _Key, mapper: Mapper, elsewhere: Sequence[Sent | Row]) -> None:
        self.key, self.mapper = key, mapper
        self.moments = Moments(mapper.config.experiments or ())
        self.lost = LostExposures()
        self.elsewhere = tuple(elsewhere)
        """What came past Segment and is not counted yet."""
        self.has_others = bool(elsewhere)
        self.counted = 0
        self.showing = 0.0
        """How long it took to find out what is shown, the last time (seconds)."""
        self.attributed: tuple[int, dict[str, Attributed]] = (0, {})
        """The goals that arrive, with the number of events that they are of."""

    def add_elsewhere(self, pause: Callable[[], None]) -> None:
        """Count what came past Segment, unless it is counted."""
        for sent in self.elsewhere:
            self.moments.add_elsewhere(sent)
            pause()
        self.elsewhere = ()

    def add(self, item: Stored) -> None:
        """Count the next event."""
        event = read_stored(item, self.mapper.config.secrets)
        if isinstance(event, Event):
            outcome = self.mapper.outcome(event)
            if self.lost.sees(event.value, self.moments.add(self.counted, outcome)):
                self.lost.add(event.value, outcome)
        self.counted += 1

    def all_counted(self, pause: Callable[[], None]) -> Counted:
        """The results, once all is counted."""
        return counted_of(self.moments.summary, self.mapper.config, self.lost, has_others=self.has_others, pause=pause)


_Key = tuple[int, int, int]
"""The states of the config and the events, of edits, and of what came past Segment."""


class _Asked(NamedTuple):
    """What was asked for: the experiment, the goal, and how many events there are."""

    experiment: str
    goal: str
    events: int


class ExperimentsCounted(WorkerResults):
    """What is known after some events were counted."""

    def __init__(self, key: _Key, asked: _Asked, found: Experiments, changes: tuple[_Change, ...]) -> None:
        super().__init__()
        self.key, self.asked, self.found, self.changes = key, asked, found, changes


class _Change(NamedTuple):
    """A change of the config, the experiment and the goal that it is for, and the reasons that it does away with."""

    remedy: Remedy
    experiment: str
    goal: str
    causes: tuple[str, ...]


class ChangeCounted(WorkerResults):
    """How many of the goal count with the change, and how many there are."""

    def __init__(self, change: _Change, counts: int, total: int) -> None:
        super().__init__()
        self.change, self.counts, self.total = change, counts, total


class Experimenting(Capability):
    """Counts while a screen that shows it is in view, and again after the config or an event changed.

    Nothing is counted before that: it takes as much memory as all else that is known of the events.
    """

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._counting: _Counting | None = None
        self._busy = False
        self._edits = 0
        self._shown: tuple[_Key, _Asked] | None = None
        self._changes: tuple[_Change, ...] = ()
        """The certain changes for what is shown."""
        self._measured: _Change | None = None
        """The change with which all is being counted."""
        self._results: dict[_Change, tuple[int, int]] = {}
        """How many of a goal count with a change, and how many there are, as far as it was counted."""
        self._debounce = Debounce(self, _SOON_SECONDS, self._go_on)

    def on_mount(self) -> None:
        """Follow what is counted, and what is looked at."""
        state = self._state
        for topic in ("rows", "events", "screen"):
            state.listen(topic, self, self._soon)
        state.listen("mapper", self, self._changed)
        state.listen("row", self, self._edited)
        state.listen("experiment", self, self._go_on)

    @property
    def _is_wanted(self) -> bool:
        """Whether what is in view shows experiments: the Goal screen does if the config or the events have any."""
        state, mapper = self._state, self._state.session.mapper
        if mapper is None or state.screen not in ("experiment", "goal"):
            return False
        known = bool(mapper.config.experiments) or bool(state.elsewhere) or self._are_exposed
        return state.screen == "experiment" or known

    @property
    def _are_exposed(self) -> bool:
        """Whether a row may be one of an exposure."""
        shapes = self._state.corpus.shapes
        rows = map(shapes.shape, range(1, shapes.known))
        return any(
            (kind := REASONS.get(row.reason)) is not None and row.fate in SENT_FATES and (kind.body_at is not None or not kind.goal)
            for row in rows
        )  # fmt: skip

    def _soon(self) -> None:
        if self._is_wanted:
            self._debounce.within(_SOON_SECONDS)

    def _changed(self) -> None:
        state = self._state
        if state.experiments is not None:
            # What was known is of another config, and stays until something else is known.
            found = state.experiments._replace(share=0.0, offer=None, offer_for=())
            state.experiments = None if state.session.mapper is None else found
            state.tell("experiments")
            self._review(())
        self._soon()

    def _edited(self) -> None:
        self._edits += 1
        self._debounce.restart(_REST_SECONDS)

    @property
    def _key(self) -> _Key:
        return self._state.corpus.generation, self._edits, len(self._state.elsewhere)

    def _go_on(self) -> None:
        """Count what is not counted yet, or find out about what else is looked at; one thread at a time."""
        state, corpus, mapper = self._state, self._state.corpus, self._state.session.mapper
        if not self._is_wanted or self._busy or mapper is None or state.reading or corpus.mapped < len(corpus):
            return
        key = self._key
        if self._counting is None or self._counting.key != key or self._counting.counted > len(corpus):
            self._counting, self._results = _Counting(key, mapper, state.elsewhere), {}
            self.workers.cancel_group(self, "experiment-change")
            self._measured = None
        asked = _Asked(state.experiment, state.experiment_goal, len(corpus))
        if self._shown == (key, asked) and self._counting.counted == len(corpus):
            return
        self._busy = True
        counting, items, text = self._counting, corpus.items(self._counting.counted, len(corpus)), state.session.text
        self.run_worker(lambda: self._count(counting, items, asked, text), group="experiments", thread=True)

    # In the thread

    def _count(self, counting: _Counting, items: Iterator[Stored], asked: _Asked, text: str) -> None:
        """Count for a while, and find out what is to be shown."""
        with suppress(_Ended):
            self._count_on(counting, items, asked, text, self._pause())

    def _count_on(
        self, counting: _Counting, items: Iterator[Stored], asked: _Asked, text: str, pause: Callable[[], None]
    ) -> None:
        until = time.monotonic() + max(_SHOWN_SECONDS, _COUNTED_TO_SHOWN * counting.showing)
        counting.add_elsewhere(pause)
        for item in items:
            counting.add(item)
            pause()
            if time.monotonic() > until:
                break
        began = time.monotonic()
        done = counting.counted >= asked.events
        found, changes = self._found(counting, asked, text, pause, done=done)
        counting.showing = time.monotonic() - began
        self.post_message(ExperimentsCounted(counting.key, asked, found, changes))

    def _pause(self) -> Callable[[], None]:
        """A function to call often: it rests between spells of work, and raises `_Ended` if nobody waits for the result."""
        worker, until = get_current_worker(), time.monotonic() + _SPELL_SECONDS

        def pause() -> None:
            nonlocal until
            if time.monotonic() >= until:
                if worker.is_cancelled:
                    raise _Ended
                time.sleep(_BREATH_SECONDS)
                until = time.monotonic() + _SPELL_SECONDS

        return pause

    def _found(
        self, counting: _Counting, asked: _Asked, text: str, pause: Callable[[], None], *, done: bool
    ) -> tuple[Experiments, tuple[_Change, ...]]:
        moments = counting.moments
        sizes = sizes_of(moments)
        share = counting.counted / asked.events if asked.events else 1.0
        if not sizes:
            counted = counting.all_counted(pause) if done else None
            told = () if counted is None else all_findings(counted)
            return Experiments(
                share, findings=tuple(_without_keys(item, counting.mapper.config.secrets) for item in told)
            ), ()
        name = asked.experiment if asked.experiment in sizes else next(iter(sizes))
        view = overview(moments, name, asked.goal, pause)
        if counting.attributed[0] != counting.counted:
            counting.attributed = (counting.counted, attributed(moments, pause))
        found = Experiments(share, sizes, view, counting.attributed[1])
        if not done:
            return found, ()
        counted, secrets = counting.all_counted(pause), counting.mapper.config.secrets
        findings = all_findings(counted)
        goal = "" if view.goal is None else view.goal.name
        changes = tuple(_changes(counted, findings, name, goal, text, counting.mapper))
        shown = tuple(_without_keys(item, secrets) for item in findings)
        return found._replace(findings=shown, helps=_helps(counted, secrets)), changes

    # What came of it

    @on(ExperimentsCounted)
    def _counted(self, message: ExperimentsCounted) -> None:
        message.stop()
        message.handled.set()
        self._busy = False
        counting = self._counting
        if counting is not None and message.key == counting.key == self._key:
            self._shown = (message.key, message.asked)
            self._show(message.found, message.changes)
        self._go_on()

    def _show(self, found: Experiments, changes: tuple[_Change, ...]) -> None:
        view = found.view
        if view is not None and view.goal is not None:
            self._changes = changes
            found = self._with_offer(found, view.goal.counts)
        self._state.experiments = found
        self._state.tell("experiments")
        self._review(item.finding for item in found.findings)

    def _review(self, findings: Iterable[Finding]) -> None:
        """List what is told of experiments among the findings of the config and the events."""
        self._state.review.set_experiments(findings)
        self._state.tell("findings")

    def _with_offer(self, found: Experiments, now: int) -> Experiments:
        """With the offer of the first change after which more goals count than `now`; of one that is not measured yet as well."""
        for change in self._changes:
            if change not in self._results:
                self._measure(change)
            elif self._results[change][0] <= now:
                continue
            return found._replace(offer=self._offer_of(change), offer_for=change.causes)
        return found._replace(offer=None, offer_for=())

    def _offer_of(self, change: _Change) -> Offer:
        """The offer of a change, with its result as soon as that is known."""
        make, result, short = partial(self._state.config.apply_remedy, change.remedy), "", ""
        if change in self._results:
            counts, total = self._results[change]
            verb = "counts" if counts == 1 else "count"
            result, short = f"then {counts:,} of {total:,} {verb}", f"then {counts:,} {verb}"
        return Offer(change.remedy.title, result, short, make)

    def _measure(self, change: _Change) -> None:
        """Count all events again with a change."""
        if change == self._measured:
            return
        self._measured = change
        corpus, elsewhere = self._state.corpus, tuple(self._state.elsewhere)
        items = corpus.items(0, len(corpus))
        self.run_worker(
            lambda: self._count_change(change, items, elsewhere), group="experiment-change", exclusive=True, thread=True
        )

    def _count_change(self, change: _Change, items: Iterator[Stored], elsewhere: Sequence[Sent | Row]) -> None:
        config = self._state.session.read(change.remedy.after).config
        if config is None:
            return
        counting, pause = _Counting((0, 0, 0), Mapper(config), elsewhere), self._pause()
        with suppress(_Ended):
            counting.add_elsewhere(pause)
            for item in items:
                counting.add(item)
                pause()
            goal = overview(counting.moments, change.experiment, change.goal, pause).goal
            if goal is not None and goal.name == change.goal:
                self.post_message(ChangeCounted(change, goal.counts, goal.total))

    @on(ChangeCounted)
    def _change_counted(self, message: ChangeCounted) -> None:
        message.stop()
        message.handled.set()
        state, found, change = self._state, self._state.experiments, message.change
        self._results[change] = (message.counts, message.total)
        view = None if found is None else found.view
        self._measured = None
        if found is None or found.offer is None or view is None or view.goal is None:
            return
        if (view.name, view.goal.name) == (change.experiment, change.goal):
            state.experiments = self._with_offer(found, view.goal.counts)
            state.tell("experiments")


class _Ended(Exception):
    """Nobody waits for the result."""


def _helps(counted: Counted, secrets: Iterable[Secret]) -> Helps:
    """What helps against each reason that goals are lost for, in each experiment."""
    helps = {}
    for name, result in counted.results.items():
        told = {*result.losses, *(detail for goal in result.goals.values() for detail in goal.details)}
        for cause in told & REASON_WORDS.keys():
            made = advice(cause, result, counted)
            hidden = made._replace(short=hide_all(made.short, secrets), sentence=hide_all(made.sentence, secrets))
            helps[name, cause] = Help(result.unit_type or "unit", hidden)
    return helps


def _without_keys(item: Found, secrets: Iterable[Secret]) -> Found:
    finding = item.finding
    message, hint = hide_all(finding.message, secrets), hide_all(finding.hint, secrets)
    return replace(item, finding=replace(finding, message=message, hint=hint))


def _changes(
    counted: Counted, findings: Sequence[Found], experiment: str, goal: str, text: str, mapper: Mapper
) -> Iterator[_Change]:
    """The certain changes of the config for what is told of an experiment, or of all events."""
    usage = Usage(mapper.config)
    usage.experiments = counted
    fixer = Fixer(text, mapper.config, usage)
    for item in findings:
        if item.experiment in ("", experiment) and item.causes:
            fix = fixer.fix(item.finding, None)
            remedy = None if fix is None else with_settings(text, fix.title, fix.edits)
            if remedy is not None:
                yield _Change(remedy, experiment, goal, item.causes)
