"""The work of `abtui listen`: takes what arrives, and writes, saves and sends it, until it is told to end."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from abtui.cli.narrate import narrate, narrate_finding, tell
from abtui.cli.output import Closed, Output, discard, standard_output
from abtui.core.checks import not_event_finding
from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.runs import counts_words
from abtui.core.events import Event, Unreadable
from abtui.core.fate import corpus_sentence
from abtui.core.live.sdks import snippets
from abtui.core.outcomes import Fate
from abtui.core.report.outcome import outcome_json, table_header, table_row
from abtui.core.segment import is_event
from abtui.core.text.ascii import needs_ascii
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import plural
from abtui.services.errors import FileError

if TYPE_CHECKING:
    from abtui.services.listener.backlog import Arrival
    from abtui.services.listener.event_log import EventLog
    from abtui.services.listener.listener import Listener
    from abtui.services.listener.sending import LiveSending

MOST_TOLD: Final = 100
"""The number of refused requests, of pieces that are no events, and of unsuccessful receipts that are told one by one."""
_TURN_SECONDS: Final = 0.2
_LAST_SECONDS: Final = 5
"""How long the last lines have to be read."""
_TABLE_WIDTH: Final = 200
_SOME_KEY: Final = "WRITE_KEY"


class ListenCommand:
    """One call of `listen`: takes what arrives, and writes, saves and sends it, until it is told to end."""

    def __init__(
        self,
        config: Config,
        listener: Listener,
        form: str,
        *,
        explain: bool,
        log: EventLog | None,
        sending: LiveSending | None,
    ) -> None:
        self._mapper = Mapper(config)
        self._listener, self._log, self._sending = listener, log, sending
        self._form, self._explain = form, explain
        self._stop = threading.Event()
        self._fates: Counter[Fate] = Counter()
        self._unreadable = self._not_events = self._told = self._failed = self._not_forwarded = 0
        self._sending_over = False
        self._refused: Counter[str] = Counter()
        self._clients: set[str] = set()
        self._width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
        self._ascii = needs_ascii(os.environ)

    def run(self) -> int:
        """Listen until Ctrl-C, a signal to end or the end of standard output; the exit code is 0 unless an event was not saved or not accepted."""
        from abtui.services.loopback.server import ending_on, ending_signals

        patience = (signal.SIGALRM,) if hasattr(signal, "SIGALRM") else ()
        with ending_on(self._end, signal.SIGINT, *ending_signals()), ending_on(_give_up, *patience):
            self._listener.start()
            if self._sending is not None:
                self._sending.start()
            self._announce()
            try:
                with Output(standard_output()) as output:
                    self._write(output)
            except Closed:
                pass
            finally:
                if patience:
                    signal.alarm(0)
                self._listener.stop()
                # Where nobody reads any more, what was answered is saved and sent all the same.
                while arrivals := self._listener.take():
                    self._keep(arrivals)
                if self._sending is not None:
                    self._sending.end()
        self._summary()
        return 0 if not self._failed and (self._sending is None or self._sending.all_accepted) else 1

    def _end(self) -> None:
        self._stop.set()
        self._listener.wake()
        if hasattr(signal, "alarm"):
            signal.alarm(_LAST_SECONDS)

    def _announce(self) -> None:
        tell(f"Listening at {self._listener.address}  (Ctrl-C ends it)")
        tell("Point an SDK at it; any write key will do, unless --forward needs yours:")
        for snippet in snippets(self._listener.port, _SOME_KEY):
            tell(f"  {snippet.sdk}:")
            for line in snippet.text.splitlines():
                tell(f"      {line}")

    def _write(self, output: Output) -> None:
        """Write the outcome of each event as it comes."""
        if self._form == "table":
            output.line(table_header(self._width).encode())
            output.flush()
        while self._listener.running and not self._stop.is_set():
            arrivals = self._listener.take(_TURN_SECONDS)
            self._turn(output, arrivals)
            if not arrivals and _reader_is_gone():
                raise Closed
        # What was answered already is not lost.
        self._listener.stop()
        while arrivals := self._listener.take():
            self._turn(output, arrivals)

    def _turn(self, output: Output, arrivals: list[Arrival]) -> None:
        self._keep(arrivals)
        output.lines(self._lines(arrivals))
        output.flush()
        self._tell_news(arrivals)

    def _keep(self, arrivals: list[Arrival]) -> None:
        """Save and send: where one of them fails, the other goes on."""
        with self._telling():
            if self._log is not None:
                events = (arrival.item for arrival in arrivals)
                self._log.append(stringify(item.value) for item in events if isinstance(item, Event))
        with self._telling():
            if self._sending is not None:
                self._sending.add(arrivals)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except FileError as error:
            self._failed += 1
            if self._failed <= MOST_TOLD:
                narrate(error.message, error.hint, severity="error")

    def _lines(self, arrivals: list[Arrival]) -> Iterator[bytes]:
        for arrival in arrivals:
            item = arrival.item
            if isinstance(item, Unreadable):
                self._unreadable += 1
                continue
            outcome = self._mapper.outcome(item, explain=self._explain)
            if is_event(item.value):
                self._fates[outcome.fate] += 1
            else:
                self._not_events += 1
            if self._form == "table":
                yield table_row(outcome, self._width, ascii_marks=self._ascii).encode()
            else:
                yield outcome_json(outcome, explain=self._explain)

    def _tell_news(self, arrivals: list[Arrival]) -> None:
        """Report who connected for the first time, what was refused or not passed on and why, and that sending has ended."""
        for arrival in arrivals:
            # What could not be read comes with a refusal, which says why.
            if not isinstance(arrival.item, Event):
                continue
            if arrival.sdk not in self._clients and len(self._clients) < MOST_TOLD:
                self._clients.add(arrival.sdk)
                narrate(f"{arrival.sdk} is posting.")
            wrong = not_event_finding(arrival.item.value)
            if wrong is not None and self._told < MOST_TOLD:
                self._told += 1
                narrate_finding(arrival.item.source, wrong)
        counts = self._listener.counts
        for refused in counts.refused:
            new = refused.requests - self._refused[refused.code]
            self._refused[refused.code] = refused.requests
            by = f" from {refused.sdk}" if refused.sdk else ""
            self._warn(new, f"{plural(new, 'request')}{by} refused ({refused.code}): {refused.said}")
        new = counts.not_forwarded - self._not_forwarded
        self._not_forwarded = counts.not_forwarded
        self._warn(new, f"{plural(new, 'request')}: {counts.forward_said} The SDK is told to try again.")
        if self._sending is not None and self._sending.problem and not self._sending_over:
            self._sending_over = True
            self._failed += 1
            narrate(f"Nothing more is sent. {self._sending.problem}", severity="error")

    def _warn(self, number: int, words: str) -> None:
        if number and self._told < MOST_TOLD:
            self._told += 1
            narrate(words, severity="warning")

    def _summary(self) -> None:
        counts = self._listener.counts
        words = [corpus_sentence(self._fates, self._unreadable, self._not_events)]
        if counts.retries:
            words.append(f"{plural(counts.retries, 'event')} came again and {_was(counts.retries)} not counted twice.")
        if counts.refusals:
            words.append(f"{plural(counts.refusals, 'request')} {_was(counts.refusals)} refused.")
        if counts.forwarded or counts.not_forwarded:
            words.append(f"{plural(counts.forwarded, 'request')} passed on, {counts.not_forwarded:,} not.")
        sending, progress = self._sending, None if self._sending is None else self._sending.progress
        if sending is not None and progress is not None:
            sent = counts_words(
                progress.accepted, progress.refused, progress.unknown, progress.waiting, sending.not_sent
            )
            words.append(f"Sent: {sent} (run {progress.run}, see `abtui history`).")
        tell(f"Ended: {' '.join(words)}")


def _give_up() -> None:
    """End although standard output takes nothing more: nobody reads it, and still it is open."""
    discard(sys.stdout)
    raise Closed


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _reader_is_gone() -> bool:
    """Whether whoever read standard output has closed it, so that the next line could not be written."""
    if sys.stdout is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _fd, event in poll.poll(0))
