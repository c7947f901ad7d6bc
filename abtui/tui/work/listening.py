"""Listening to Segment's SDKs: what they post becomes events of the corpus, and is counted as it is mapped."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final, cast

import msgspec
from textual import on
from textual.app import App
from textual.message import Message

from abtui.core.live.sdks import snippets
from abtui.core.text.secret import hide_all
from abtui.services.errors import FileError, ListenerError
from abtui.services.event_files import SpooledText
from abtui.services.event_store import Batch, EventSource
from abtui.services.loopback import ports
from abtui.services.spool import Spool
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.live import Arrivals, LiveView
from abtui.tui.messages import ListeningWanted, LiveKept, WorkerResults
from abtui.tui.state import State
from abtui.tui.work import saving
from abtui.tui.work.capability import Capability

if TYPE_CHECKING:
    from abtui.services.listener.backlog import Arrival
    from abtui.services.listener.listener import Listener
    from abtui.services.listener.tally import Counts

_TAKE_SECONDS: Final = 0.2
_TRY_SECONDS: Final = 1.0
"""How long what could not be kept waits for room."""
_MOST_TAKEN: Final = 2_000
_WRITE_KEY: Final = "any-key"
"""The write key in the lines to paste: the listener takes any."""


class Arrived(WorkerResults):
    """What came from SDKs since the last such message: events, what the listener counted, and why further ones wait.

    `at` is the second since 1970 in which they were taken.
    """

    def __init__(self, batch: Batch, counts: Counts, problem: str = "") -> None:
        super().__init__()
        self.batch, self.counts, self.problem = batch, counts, problem
        self.at = time.time()


class Started(WorkerResults):
    """A listener that was started in a thread."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self.listener = listener


class NotStarted(Message):
    """Why a listener could not be started."""

    def __init__(self, error: ListenerError) -> None:
        super().__init__()
        self.error = error


class Listening(Capability):
    """Starts and ends the listener, takes what it has in a thread, and counts what is mapped."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._listener: Listener | None = None
        self._before = 0
        """The events that came while an earlier listener was there: each has a number of its own."""
        self._began = 0.0
        self._starting = False
        self._taking: threading.Thread | None = None
        self._problem = ""
        spool = Spool()
        self._source = EventSource("live", SpooledText(spool), spool, numbered=True)
        self._ended = threading.Event()

    def on_mount(self) -> None:
        """Follow what is mapped, and begin at once if the person asked for that."""
        state = self._state
        state.listen("rows", self, self._count)
        state.listen("mapper", self, self._count_again)
        state.removed.append(self._removed)
        if state.opening.port is not None:
            state.listen("painted", self, lambda: self._begin(cast(int, state.opening.port)))

    def on_unmount(self) -> None:
        """Stop the listener with the workbench."""
        self._ended.set()
        if self._listener is not None:
            self._listener.stop()

    # Beginning and ending

    @on(ListeningWanted)
    def _wanted(self, message: ListeningWanted) -> None:
        message.stop()
        if message.on:
            self._begin(ports.LISTENER if self._state.opening.port is None else self._state.opening.port)
        else:
            self._end()

    def _begin(self, port: int) -> None:
        if self._listener is None and not self._starting:
            self._starting = True
            self.run_worker(lambda: self._start(port), group="listener", thread=True)

    def _start(self, port: int) -> None:
        """Start the listener; the web server takes a while to load, and the one before may not have ended yet."""
        from abtui.services.listener.listener import Listener

        if self._taking is not None:
            self._taking.join()
        listener = Listener(port, secrets=self._state.session.known_keys)
        try:
            listener.start()
        except ListenerError as error:
            self.post_message(NotStarted(error))
            return
        message = Started(listener)
        if self.post_message(message):
            message.wait(self._ended.is_set)
        if not message.handled.is_set():
            # The workbench has ended meanwhile.
            listener.stop()

    @on(NotStarted)
    def _not_started(self, message: NotStarted) -> None:
        message.stop()
        self._starting = False
        self._state.say(message.error.hint, title=message.error.message, severity="error")

    @on(Started)
    def _started(self, message: Started) -> None:
        message.stop()
        message.handled.set()
        state, listener = self._state, message.listener
        self._listener, self._began, self._starting = listener, time.time(), False
        state.arrivals = state.arrivals or Arrivals()
        self._tell(listener.counts)
        taking = threading.Thread(target=self._take, args=(listener, self._before), name="abtui-live", daemon=True)
        self._taking = taking
        taking.start()
        if state.screen != "live" and (state.opening.port is not None or not len(state.corpus)):
            state.show("live")
        state.say("Nothing is sent on. SDKs are answered 200, as by Segment.")

    def _end(self) -> None:
        listener, view = self._listener, self._state.live
        if listener is None or view is None:
            return
        self._listener = None
        self.run_worker(listener.stop, group="listener", thread=True)
        self._state.live = view._replace(ended="Stopped listening")
        self._state.tell("live")
        self._state.say("What came stays; Ctrl+S keeps it as a file, and x listens again.")

    # What arrives

    def _take(self, listener: Listener, before: int) -> None:
        """Take what comes, in a thread, until the listener has ended and all of it is taken. What cannot be kept yet waits."""
        told, told_problem = listener.counts, ""
        waiting: deque[Arrival] = deque()
        while not self._ended.is_set():
            running, batch, problem = listener.running, Batch(self._source), ""
            try:
                waiting.extend(() if waiting else listener.take(_TAKE_SECONDS, _MOST_TAKEN))
                while waiting:
                    item = msgspec.structs.replace(waiting[0].item, source=f"live #{before + waiting[0].number}")
                    batch.take(item, self._source.texts)
                    waiting.popleft()
            except FileError as error:
                problem = f"{error.message} {error.hint}"
            counts = listener.counts
            if len(batch) or problem != told_problem or counts != told:
                told, told_problem = counts, problem
                message = Arrived(batch, counts, problem)
                self.post_message(message)
                message.wait(self._ended.is_set)
            elif not running and not waiting:
                return
            if problem:
                self._ended.wait(_TRY_SECONDS)

    @on(Arrived)
    def _arrived(self, message: Arrived) -> None:
        message.stop()
        message.handled.set()
        state, number = self._state, len(message.batch)
        if message.problem:
            state.say(message.problem, title="Events that came wait", severity="error", stays=True)
        elif self._problem:
            state.say("Nothing waits any more: all events that came are here.")
        self._problem = message.problem
        if state.arrivals is None:
            return
        if number:
            self._before += number
            state.arrivals.add(state.corpus.add(message.batch), [message.at] * number)
            state.tell("events")
        self._tell(message.counts)

    def _tell(self, counts: Counts) -> None:
        """Tell what the listener has counted, if that is anything new."""
        listener = self._listener
        if listener is None:
            return
        lines = "\n".join(f"{part.sdk}\n{part.text}\n" for part in snippets(listener.port, _WRITE_KEY))
        view = LiveView(
            listener.address,
            self._began,
            {client.sdk: client.events for client in counts.clients},
            {hide_all(part.said, self._state.session.known_keys): part.requests for part in counts.refused},
            counts.retries,
            lines.rstrip(),
        )
        if view != self._state.live:
            self._state.live = view
            self._state.tell("live")

    # Counting

    def _count(self) -> None:
        arrivals = self._state.arrivals
        if arrivals is not None and arrivals.unknown:
            if arrivals.count(self._state.corpus):
                self.call_after_refresh(self._count)
            self._state.tell("live")

    def _count_again(self) -> None:
        if self._state.arrivals is not None:
            self._state.arrivals.count_again()
            self._count()

    def _removed(self, index: int) -> None:
        if self._state.arrivals is not None:
            self._state.arrivals.removed(index)

    @on(LiveKept)
    def _kept(self, message: LiveKept) -> None:
        message.stop()
        self._keep()

    @dialog_worker
    async def _keep(self) -> None:
        await saving.keep_arrivals(cast("App[int]", self.app), self._state)
