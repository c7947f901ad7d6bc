"""Counting the exposures and goals of the events, in a thread, once somebody looks at them; and what a change would do to them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from textual import on
from textual.worker import get_current_worker

from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import REASONS
from abtui.core.events import Event, Stored
from abtui.core.experiments.moments import Moments
from abtui.core.experiments.overview import Attributed, attributed, overview, sizes_of
from abtui.core.experiments.results import results_of
from abtui.core.experiments.unit_findings import unit_type_finding
from abtui.core.fate import SENT_FATES
from abtui.core.proven_fix import Fixer
from abtui.core.remedy import Remedy, with_settings
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

    def __init__(self, key: tuple[int, int], mapper: Mapper) -> None:
        self.key, self.mapper = key, mapper
        self.moments = Moments(mapper.config.experiments or ())
        self.counted = 0
        self.showing = 0.0
        """How long it took to find out what is shown, the last time (seconds)."""
        self.attributed: tuple[int, dict[str, Attributed]] = (0, {})
        """The goals that arrive, with the number of events that they are of."""


class _Asked(NamedTuple):
    """What was asked for: the experiment, the goal, and how many events there are."""

    experiment: str
    goal: str
    events: int


class ExperimentsCounted(WorkerResults):
    """What is known after some events were counted."""

    def __init__(self, key: tuple[int, int], asked: _Asked, found: Experiments, remedy: Remedy | None) -> None:
        super().__init__()
        self.key, self.asked, self.found, self.remedy = key, asked, found, remedy


class _Change(NamedTuple):
    """A change of the config, and the experiment and the goal that it is for."""

    remedy: Remedy
    experiment: str
    goal: str


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
        self._shown: tuple[tuple[int, int], _Asked] | None = None
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
        return state.screen == "experiment" or bool(mapper.config.experiments) or self._are_exposed

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
            found = state.experiments._replace(share=0.0, offer=None)
            state.experiments = None if state.session.mapper is None else found
            state.tell("experiments")
        self._soon()

    def _edited(self) -> None:
        self._edits += 1
        self._debounce.restart(_REST_SECONDS)

    def _go_on(self) -> None:
        """Count what is not counted yet, or find out about what else is looked at; one thread at a time."""
        state, corpus, mapper = self._state, self._state.corpus, self._state.session.mapper
        if not self._is_wanted or self._busy or mapper is None or state.reading or corpus.mapped < len(corpus):
            return
        key = (corpus.generation, self._edits)
        if self._counting is None or self._counting.key != key or self._counting.counted > len(corpus):
            self._counting, self._results = _Counting(key, mapper), {}
            self.workers.cancel_group(self, "experiment-change")
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
        for item in items:
            _add(counting.moments, counting.counted, item, counting.mapper)
            counting.counted += 1
            pause()
            if time.monotonic() > until:
                break
        began = time.monotonic()
        done = counting.counted >= asked.events
        found, remedy = self._found(counting, asked, text, pause, done=done)
        counting.showing = time.monotonic() - began
        self.post_message(ExperimentsCounted(counting.key, asked, found, remedy))

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
    ) -> tuple[Experiments, Remedy | None]:
        moments = counting.moments
        sizes = sizes_of(moments)
        share = counting.counted / asked.events if asked.events else 1.0
        if not sizes:
            return Experiments(share), None
        name = asked.experiment if asked.experiment in sizes else next(iter(sizes))
        view = overview(moments, name, asked.goal, pause)
        if counting.attributed[0] != counting.counted:
            counting.attributed = (counting.counted, attributed(moments, pause))
        found = Experiments(share, sizes, view, counting.attributed[1])
        is_named_otherwise = view.goal is not None and bool(view.goal.other_types)
        return found, _remedy(moments, name, counting.mapper, text) if done and is_named_otherwise else None

    # What came of it

    @on(ExperimentsCounted)
    def _counted(self, message: ExperimentsCounted) -> None:
        message.stop()
        message.handled.set()
        self._busy = False
        state, counting = self._state, self._counting
        if counting is not None and message.key == counting.key == (state.corpus.generation, self._edits):
            self._shown = (message.key, message.asked)
            self._show(message.found, message.remedy)
        self._go_on()

    def _show(self, found: Experiments, remedy: Remedy | None) -> None:
        view = found.view
        if remedy is not None and view is not None and view.goal is not None:
            change = _Change(remedy, view.name, view.goal.name)
            found = found._replace(offer=self._offer_of(change, view.goal.counts))
            if change not in self._results:
                self._measure(change)
        self._state.experiments = found
        self._state.tell("experiments")

    def _offer_of(self, change: _Change, now: int) -> Offer | None:
        """The offer of a change with its result, as soon as that is known; none if no more goals count than `now`."""
        if change not in self._results:
            return Offer(change.remedy.title, "", "", lambda: self._state.config.apply_remedy(change.remedy))
        counts, total = self._results[change]
        if counts <= now:
            return None
        verb = "counts" if counts == 1 else "count"
        result, short = f"then {counts:,} of {total:,} {verb}", f"then {counts:,} {verb}"
        return Offer(change.remedy.title, result, short, lambda: self._state.config.apply_remedy(change.remedy))

    def _measure(self, change: _Change) -> None:
        """Count all events again with a change."""
        corpus = self._state.corpus
        items = corpus.items(0, len(corpus))
        self.run_worker(
            lambda: self._count_change(change, items), group="experiment-change", exclusive=True, thread=True
        )

    def _count_change(self, change: _Change, items: Iterator[Stored]) -> None:
        config = self._state.session.read(change.remedy.after).config
        if config is None:
            return
        mapper, moments, pause = Mapper(config), Moments(config.experiments or ()), self._pause()
        with suppress(_Ended):
            for index, item in enumerate(items):
                _add(moments, index, item, mapper)
                pause()
            goal = overview(moments, change.experiment, change.goal, pause).goal
            if goal is not None and goal.name == change.goal:
                self.post_message(ChangeCounted(change, goal.counts, goal.total))

    @on(ChangeCounted)
    def _change_counted(self, message: ChangeCounted) -> None:
        message.stop()
        message.handled.set()
        state, found, change = self._state, self._state.experiments, message.change
        self._results[change] = (message.counts, message.total)
        view = None if found is None else found.view
        if found is None or found.offer is None or view is None or view.goal is None:
            return
        if (view.name, view.goal.name) == change[1:]:
            state.experiments = found._replace(offer=self._offer_of(change, view.goal.counts))
            state.tell("experiments")


class _Ended(Exception):
    """Nobody waits for the result."""


def _add(moments: Moments, index: int, item: Stored, mapper: Mapper) -> None:
    event = read_stored(item, mapper.config.secrets)
    if isinstance(event, Event):
        moments.add(index, mapper.outcome(event))


def _remedy(moments: Moments, name: str, mapper: Mapper, text: str) -> Remedy | None:
    """The change of the config that names the unit as the exposures do, if it is certain."""
    usage = Usage(mapper.config)
    usage.experiments = results_of(moments.summary)
    finding = unit_type_finding(usage.experiments[name], mapper.config, usage.experiments)
    fix = None if finding is None else Fixer(text, mapper.config, usage).fix(finding, None)
    return None if fix is None else with_settings(text, fix.title, fix.edits)
