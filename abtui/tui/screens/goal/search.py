"""Keeps the way of a goal's events up to date while it is in view, in slices between keys and frames."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from textual.widget import Widget

from abtui.core.corpus.funnel import FunnelResult, Loss, almost, with_attributed
from abtui.core.corpus.mapper import Mapper
from abtui.core.experiments.attributed import Attributed
from abtui.core.remedy import preview, with_settings
from abtui.tui.screens.goal.counting import Counting, Trial
from abtui.tui.state import State
from abtui.tui.trying import Trying

_SLICE_SECONDS: Final = 0.006
_PAUSE_SECONDS: Final = 0.002
_TELL_SECONDS: Final = 0.2
"""How often a result that grows is shown."""
_KEPT_SECONDS: Final = 0.5
"""How long the result of before stays while all is counted again: a small corpus is counted sooner, and nothing flickers."""


class Search:
    """The result for `goal`, and the trial of the change that the loss in hand has. `told` is called when either changes.

    `result` is None until something is known. `complete`: it is about all events as they are now.
    """

    def __init__(self, host: Widget, state: State, told: Callable[[], None]) -> None:
        self.goal = ""
        self._result: FunnelResult | None = None
        self.complete = False
        self.trial: Trial | None = None
        self._host, self._state, self._told = host, state, told
        self.trying = Trying(host, state, self._measured, rest=None)
        self._counting: Counting | None = None
        self._after: Counting | None = None
        """Counts what the trial's change does."""
        self._counted_rows = 0
        self._begun = self._shown = 0.0
        self._waits = False

    @property
    def result(self) -> FunnelResult | None:
        """The result so far; with the station of what counts, if the config or the events have experiments."""
        result, found, mapper = self._result, self._state.experiments, self._state.session.mapper
        if result is None or found is None or not found.sizes or mapper is None:
            return result
        counted = found.attributed.get(self.goal, Attributed()) if found.complete else None
        return with_attributed(result, counted, found.helps, mapper.config)

    @property
    def share(self) -> float:
        """The share of the events that the result is about."""
        total = len(self._state.corpus)
        counted = 0 if self._counting is None else self._counting.counted
        return counted / total if total else 1.0

    def look_for(self, goal: str) -> None:
        """Look for another goal."""
        self.goal, self._result = goal, None
        self.restart()

    def restart(self) -> None:
        """Count again, because the events or the config changed; if the screen is not in view, as soon as it is."""
        self._counting, self.complete, self.trial = None, False, None
        self._begun = time.monotonic()
        self.go_on()

    def grown(self) -> None:
        """Go on with events that were added, or count again if some were removed."""
        if self.complete and len(self._state.corpus) != self._counted_rows:
            self.complete, self.trial, self._begun = False, None, time.monotonic()
        self.go_on()

    def rows_changed(self) -> None:
        """Go on with rows that were added; count again if rows that were there already changed."""
        mapped = self._state.corpus.mapped
        if self.complete and mapped == self._counted_rows:
            self.restart()
        else:
            self.go_on()

    def try_change(self, loss: Loss | None) -> None:
        """Try the change that brings a loss back."""
        fix, text = None if loss is None else loss.fix, self._state.session.text
        of, begin = None, None
        if loss is not None and fix is not None:
            of, begin = (self.goal, loss.cause), lambda: partial(with_settings, text, fix.title, fix.edits)
        self.trying.want(of, begin, more=fix)
        remedy = self.trying.remedy if self.trying.config is not None else None
        if remedy is None:
            self.trial = None
        elif self.trial is None or self.trial.remedy != remedy:
            lines = preview(remedy.before, remedy.after, self._state.session.secrets())
            self.trial, self._after = Trial(remedy, lines), None
        self.go_on()

    def _measured(self) -> None:
        self._after = None
        self.go_on()

    def _go_on_trying(self, trial: Trial, over: Callable[[], bool]) -> bool:
        """Count with the change in hand: of events that it makes no others of, the rows tell enough. True once all are counted."""
        measured, config, before = self.trying.measured, self.trying.config, self.result
        if measured is None or config is None or before is None:
            # The comparison tells when it is done.
            return True
        if self._after is None:
            self._after = Counting(
                self.goal, self._state.corpus, Mapper(config), measured.events_of_all(measured.all_moves)
            )
        if not self._after.more(over):
            return False
        self.trial = trial.with_result(self._after.funnel.result(), before, measured)
        self._told()
        return True

    def go_on(self) -> None:
        """Count for a moment, and again after the next keys and frame, until all is known."""
        state = self._state
        if state.screen != "goal" or state.session.mapper is None or not self.goal:
            return
        if self._counting is None:
            self._counting = Counting(self.goal, state.corpus, state.session.mapper)
        end = time.monotonic() + _SLICE_SECONDS
        done = self._counting.more(lambda: time.monotonic() >= end)
        if not self.complete:
            self._publish(self._counting, all_counted=done and self._is_all)
        elif self.trial is not None and self.trial.is_under_way:
            done = self._go_on_trying(self.trial, lambda: time.monotonic() >= end)
        if not done:
            self._wait()

    @property
    def _is_all(self) -> bool:
        corpus = self._state.corpus
        return corpus.mapped == len(corpus) and not self._state.reading

    def _publish(self, counting: Counting, *, all_counted: bool) -> None:
        now = time.monotonic()
        kept = self.result is not None and now - self._begun < _KEPT_SECONDS
        if not all_counted and (kept or now - self._shown < _TELL_SECONDS):
            return
        near = () if self.result is None else self.result.near
        if all_counted:
            # Comparing thousands of names takes a while: not before there are all of them.
            near = almost(self.goal, counting.funnel.config, self._state.names())
        result = counting.funnel.result(near, counting.named({name for name, _ in near}))
        self._result, self.complete, self._shown = result, all_counted, now
        self._counted_rows = self._state.corpus.mapped
        self._told()

    def _wait(self) -> None:
        if not self._waits:
            self._waits = True
            self._host.set_timer(_PAUSE_SECONDS, self._again)

    def _again(self) -> None:
        self._waits = False
        self.go_on()
