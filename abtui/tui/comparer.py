"""One comparison of the corpus under two configs, kept up to date beside the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from textual.widget import Widget
from textual.worker import get_current_worker

from abtui.core.config import Config
from abtui.tui.comparing import Baseline, Classes, Compared, Counted, Pass, compare
from abtui.tui.state import Progress, State

_AT_ONCE_SECONDS: Final = 0.004
"""How long events are compared during the key press that changed the config; a thread compares the rest."""


class Comparer:
    """One comparison of the corpus under two configs. It goes on in a thread of `host`, and calls `told` when it knows more.

    With `place`, it is given how each event changes, from an index on.
    """

    def __init__(
        self,
        host: Widget,
        state: State,
        group: str,
        told: Callable[[], None],
        place: Callable[[int, list[Classes]], None] | None = None,
    ) -> None:
        self.baseline: Baseline | None = None
        self.result: Counted | None = None
        self._host, self._state, self._group, self._told, self._place = host, state, group, told, place
        self._pass: Pass | None = None

    @property
    def due(self) -> bool:
        """Whether events are left to compare."""
        return self._pass is not None and self._pass.compared < len(self._state.corpus)

    @property
    def progress(self) -> Progress:
        """The result so far."""
        total = len(self._state.corpus)
        share = 0.0 if self._pass is None else self._pass.compared / total if total else 1.0
        if self.result is None or self._pass is None:
            return Progress(share, baseline=self.baseline)
        return Progress(share, *self.result, self._pass.members.of, self.baseline)

    def start(self, baseline: Baseline | None, config: Config | None, name: str = "") -> None:
        """Compare with another baseline, or under another config; without either, stop."""
        self._host.workers.cancel_group(self._host, self._group)
        self.baseline, self.result, self._pass = baseline, None, None
        if baseline is not None and config is not None:
            self._pass = Pass(baseline, config, self._state.corpus, name)

    def go_on(self) -> None:
        """Compare the events that are left: a few hundred at once, the others in a thread."""
        work, corpus = self._pass, self._state.corpus
        waits = work is None or work.busy or (bool(self._state.reading) and work.compared > 0)
        if work is None or waits or work.compared >= len(corpus):
            self._told()
            return
        start, end, until = work.compared, len(corpus), time.monotonic() + _AT_ONCE_SECONDS
        self._put(start, work.compare_until(end, lambda: time.monotonic() >= until))
        if work.compared >= end:
            self._ended(work)
            return
        if not self._state.reading:
            self._in_thread(work, end)
        self._told()

    def _in_thread(self, work: Pass, end: int) -> None:
        work.busy = True
        self._host.run_worker(
            lambda: compare(
                work,
                end,
                lambda message: self._host.call_later(self._compared, message),
                lambda: get_current_worker().is_cancelled,
            ),
            group=self._group,
            exclusive=True,
            thread=True,
        )

    def _compared(self, message: Compared) -> None:
        """Take the results of the thread, unless the config has changed since."""
        message.handled.set()
        work = message.work
        if work is not self._pass:
            return
        self._put(message.start, message.found)
        self._put_again(message.again)
        self.result = message.result or self.result
        if not message.last:
            self._told()
            return
        work.busy = False
        self._put_again(work.catch_up())
        if self.due:
            self.go_on()
        else:
            self._ended(work)

    def edited(self, index: int) -> None:
        """Compare an event again that got another text."""
        work = self._pass
        if work is None:
            return
        work.edited(index)
        if not work.busy:
            self._put_again(work.catch_up())
            if not self.due:
                self.result = work.result()
            self.go_on()

    def _ended(self, work: Pass) -> None:
        self.result = work.result()
        self._told()

    def _put(self, start: int, found: list[Classes]) -> None:
        if self._place is not None and found:
            self._place(start, found)

    def _put_again(self, found: dict[int, Classes]) -> None:
        for index, classes in found.items():
            self._put(index, [classes])
