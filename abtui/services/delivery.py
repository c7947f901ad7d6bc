"""Sends a shipment: journal first, several requests at a time, each user's events in order, with the retries of `core.delivery.policy`.

A delivery is one run in the journal. It belongs to one event loop, which may run in a thread of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from pathlib import Path

import msgspec

from abtui.core.delivery.batches import Batch, Entry, UserQueue, make_batch, pack, users_of, without_users
from abtui.core.delivery.policy import EventResult, Judgement, Pace, State, event_results, judge
from abtui.core.delivery.progress import Control, Ending, Examples, Progress, RequestSettled, Speed
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.runs import wait_words
from abtui.core.delivery.shipment import Shipment
from abtui.services.journal import Journal, RecordedRequest
from abtui.services.journal_file import JournalError, JournalGoneError
from abtui.services.sender import Sender

_AHEAD = {"single": 64, "batch": 4}
"""The requests that are held ready, so that one whose users are free is found among them."""
_MOST_ROUNDS = 20
"""How often a refused batch goes again without the events that the errors name."""
_POLL_SECONDS = 0.1
"""How often a wait is interrupted to look at the control, and for events that come while they are sent."""
_END = object()
"""Follows the last request."""


class Delivery:
    """Sends one shipment. `observe` is called in the delivery's loop with its progress and each request that ends."""

    _journal: Journal
    _sender: Sender

    def __init__(
        self,
        shipment: Shipment,
        *,
        control: Control | None = None,
        journal: Path | None = None,
        observe: Callable[[Progress | RequestSettled], None] = lambda _value: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.examples = Examples()
        self._shipment = shipment
        self._mode = shipment.plan.mode
        self._options = shipment.options
        self._control = control or Control()
        self._path = journal
        self._observe = observe
        self._chance = chance
        self._pace = Pace(self._options.rate)
        self._turn = asyncio.Lock()
        self._speed = Speed()
        self._queue = UserQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsettled: dict[int, tuple[Batch, State]] = {}
        """What is in the journal without a result, by batch number, and the state of its events if the run ended now."""
        self._blocked_users: set[tuple[str, str]] = set()
        """Users with an event that was not accepted: their later events must not overtake it."""
        self._counts: Counter[str] = Counter()
        self._requests = self._tries = self._run = self._waits = self._failed_in_a_row = 0
        self._waited_seconds = self._not_before = self._started = 0.0
        self._halted = self._failed = ""
        self._journal_gone = False
        self._bug: BaseException | None = None

    async def run(self) -> Progress:
        """Send all events. Raises JournalError if the journal cannot be used before anything was sent."""
        shipment = self._shipment
        self._started = time.monotonic()
        with Journal(self._path, shipment.target.api_key) as self._journal:
            options, shows = self._options, shipment.shows_answer
            async with Sender(options.timeouts, options.route, shows) as self._sender:
                # A recorded request counts as sent if this process is killed, so nothing is recorded before it could be sent.
                await self._sender.make_ready(shipment.target)
                if shipment.resume is None:
                    self._run = self._journal.begin(shipment.plan, shipment.what, shipment.run_options)
                else:
                    self._run = shipment.resume.run
                    self._journal.reopen(self._run, shipment.resume.seen, shipment.planned)
                try:
                    await self._send_all()
                finally:
                    await self._abort()
            if self._bug is not None:
                self._failed = self._failed or "An error in abtui ended it."
            last = self._end()
            if self._bug is not None:
                raise self._bug
            return last

    async def _send_all(self) -> None:
        batches = pack(self._shipment.entries, self._mode, self._shipment.plan.batch)
        more: Iterator[Batch | None] | None = batches
        while not self._stopping:
            idle = False
            while more is not None and len(self._queue) < _AHEAD[self._mode] and not idle:
                following = next(more, _END)
                if following is None:
                    idle = True
                elif isinstance(following, Batch):
                    self._queue.add(following)
                    # Mapping takes a while; answers that came in the meantime have their turn.
                    await asyncio.sleep(0)
                else:
                    more = None
            if more is None and not len(self._queue) and not self._tasks:
                return
            await self._start_or_wait(_POLL_SECONDS if idle else inf)
        while self._tasks and not self._control.aborted:
            self._report()
            await self._wait_for_change()

    async def _start_or_wait(self, seconds: float) -> None:
        """Start a request if one may start now, else wait for a change, at most so long."""
        pause = self._not_before - time.monotonic()
        if self._control.paused:
            self._report("paused by you")
            await self._wait_for_change()
        elif pause > 0:
            self._report(wait_words(self._waits, self._waited_seconds))
            await self._wait_for_change(min(pause, 1.0))
        elif len(self._tasks) < self._options.concurrency and (batch := self._queue.start()) is not None:
            allowed = self._without_blocked_users(batch)
            if allowed is not None:
                task = asyncio.create_task(self._deliver(allowed))
                self._tasks.add(task)
                task.add_done_callback(self._task_ended)
        else:
            await self._wait_for_change(seconds)

    def _without_blocked_users(self, batch: Batch) -> Batch | None:
        """The request without events of users that have an earlier event still unsent; those stay `waiting` for --resume."""
        allowed, held_back = without_users(batch, self._blocked_users, self._mode)
        if held_back:
            self._block_users(held_back)
            self._settle_unanswered(held_back, "waiting")
        if allowed is None:
            self._queue.finish(batch)
        return allowed

    def _block_users(self, entries: Iterable[Entry]) -> None:
        self._blocked_users.update(user for entry in entries for user in users_of(entry.request.body))

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bug = error

    async def _wait_for_change(self, seconds: float = inf) -> None:
        """Wait until a request has ended, the control has changed, or the time is over."""
        until, before = time.monotonic() + seconds, self._control.state
        while self._control.state == before and time.monotonic() < until:
            if not self._tasks:
                await asyncio.sleep(_POLL_SECONDS)
                continue
            ended, _ = await asyncio.wait(self._tasks, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if ended:
                return

    @property
    def _stopping(self) -> bool:
        return self._control.cancelled or bool(self._halted or self._failed or self._bug)

    # One request

    async def _deliver(self, batch: Batch) -> None:
        """Send a request through all its tries, and again without the events that its errors name."""
        resume = self._shipment.resume
        numbers = None if resume is None else [resume.number(entry.index) for entry in batch.entries]
        rest: tuple[Batch, Sequence[int | None] | None] | None = batch, numbers
        try:
            for _ in range(1 + _MOST_ROUNDS):
                if rest is None or not await self._wait_for_turn(0.0):
                    break
                rest = await self._send_until_settled(*rest)
            if batch.number in self._unsettled:
                left, state = self._unsettled.pop(batch.number)
                self._counts[state] += len(left.entries)
        except JournalError as error:
            # Later failures follow from the first one.
            self._failed = self._failed or f"{error.message} {error.hint}".strip()
            self._journal_gone = self._journal_gone or isinstance(error, JournalGoneError)
        finally:
            self._queue.finish(batch)

    async def _send_until_settled(
        self, batch: Batch, numbers: Sequence[int | None] | None
    ) -> tuple[Batch, Sequence[int]] | None:
        """Send one request until it is settled. Returns the rest of a batch that may go again with its numbers, or None."""
        retries = self._options.retries
        recorded = self._journal.write(batch, numbers)
        began, tries = time.monotonic(), 0
        while True:
            self._unsettled[batch.number] = batch, "unknown"
            tries += 1
            self._tries += 1
            receipt = await self._sender.send(batch.request, self._shipment.target)
            judgement = judge(receipt, retries)
            if receipt.status in (429, 503) and receipt.retry_after:
                self._collector_asks_to_wait(min(receipt.retry_after, retries.total))
            elapsed = time.monotonic() - began
            pause = retries.pause(tries, elapsed, receipt.retry_after, self._chance) if judgement.again else None
            if pause is None or self._stopping:
                break
            self._unsettled[batch.number] = batch, "waiting"
            self._journal.hold_back(recorded)
            if not await self._wait_for_turn(pause):
                break
            self._journal.send_again(recorded)
        return self._settle(batch, recorded, receipt, judgement)

    def _collector_asks_to_wait(self, seconds: float) -> None:
        """Start no request for some time. If several answers ask to wait, the longest wait counts."""
        now = time.monotonic()
        self._waits += 1
        self._waited_seconds += max(0.0, now + seconds - max(now, self._not_before))
        self._not_before = max(self._not_before, now + seconds)

    async def _wait_for_turn(self, pause: float) -> bool:
        """Wait until a request may be sent: after its own pause, and when its turn comes by the rate. False if the run is to end."""
        earliest = time.monotonic() + pause
        if not await self._wait_until(earliest):
            return False
        # The rate counts every request on the wire, whether it is sent for the first time or again.
        async with self._turn:
            now = time.monotonic()
            return await self._wait_until(now + self._pace.wait(now))

    async def _wait_until(self, moment: float) -> bool:
        """Wait until a moment, the end of a pause, and the time the collector asked for. False if the run is to end."""
        while not self._stopping:
            left = max(moment, self._not_before) - time.monotonic()
            if left <= 0 and not self._control.paused:
                return True
            await asyncio.sleep(min(_POLL_SECONDS, max(0.01, left)))
        return False

    def _settle(
        self, batch: Batch, recorded: RecordedRequest, receipt: Receipt, judgement: Judgement
    ) -> tuple[Batch, Sequence[int]] | None:
        """Count and record the result of a request. Returns the rest of a batch that may go again with its numbers, or None."""
        results = event_results(receipt, judgement.state, len(batch.entries), batch=batch.batch)
        again = [at for at, result in enumerate(results) if result.again]
        if len(again) == len(results):
            again = []
        rest = make_batch(batch.number, [batch.entries[at] for at in again], self._mode) if again else None
        if rest is None:
            del self._unsettled[batch.number]
        else:
            self._unsettled[batch.number] = rest, "waiting"
        self._counts.update(result.state for result in results if not (again and result.again))
        self._requests += 1
        self._speed.add(time.monotonic(), len(results) - len(again))
        if judgement.again:
            # All tries are over, and the request was not accepted.
            ended = zip(batch.entries, results, strict=True)
            self._block_users(entry for entry, result in ended if result.state in ("refused", "waiting"))
        self._failed_in_a_row = self._failed_in_a_row + 1 if judgement.again or judgement.state == "unknown" else 0
        self._halted = self._halted or judgement.halts or self._collector_is_down(receipt)
        self._report_settled(RequestSettled(self._run, batch.entries, tuple(results), receipt))
        self._report()
        # What the collector said is reported even if it cannot be recorded.
        self._journal.settle(recorded, batch, results, receipt)
        return None if rest is None else (rest, [recorded.numbers[at] for at in again])

    def _collector_is_down(self, receipt: Receipt) -> str:
        """Why nothing else is tried, if too many requests failed one after another; else ""."""
        if self._failed_in_a_row < self._options.retries.in_a_row:
            return ""
        return f"{self._failed_in_a_row} requests in a row failed. The last one: {receipt.collector_said}"

    # The end, and reports

    async def _abort(self) -> None:
        """Leave the requests that are on their way: open in the journal, and unknown, or waiting between two tries."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for batch, state in self._unsettled.values():
            self._settle_unanswered(batch.entries, state)

    def _settle_unanswered(self, entries: tuple[Entry, ...], state: State) -> None:
        self._counts[state] += len(entries)
        self._report_settled(RequestSettled(self._run, entries, (EventResult(state),) * len(entries), None))

    def _end(self) -> Progress:
        words = self._failed or self._halted or ("cancelled" if self._control.cancelled else "done")
        try:
            self._journal.end(words)
        except JournalGoneError as error:
            self._journal_gone = True
            words = self._failed = self._failed or f"{error.message} {error.hint}".strip()
        except JournalError:
            pass
        endings: dict[Ending, bool] = {
            "gone": self._journal_gone,
            "journal": bool(self._failed),
            "halted": bool(self._halted),
            "cancelled": self._control.cancelled,
            "done": True,
        }
        ending = next(ending for ending, applies in endings.items() if applies)
        note = "" if words in ("done", "cancelled") else words
        last = msgspec.structs.replace(self._progress(note), state="ended", ending=ending)
        self._observe(last)
        return last

    def _report_settled(self, settled: RequestSettled) -> None:
        self.examples.add_settled(settled)
        self._observe(settled)

    def _report(self, note: str = "") -> None:
        self._observe(self._progress(note))

    def _progress(self, note: str) -> Progress:
        now = time.monotonic()
        return Progress(
            run=self._run,
            state="cancelling" if self._stopping else "paused" if self._control.paused else "sending",
            accepted=self._counts["accepted"],
            refused=self._counts["refused"],
            unknown=self._counts["unknown"],
            waiting=self._counts["waiting"],
            requests=self._requests,
            tries=self._tries,
            speed=self._speed.at(now),
            seconds=now - self._started,
            note=note,
            waits=self._waits,
            waited=self._waited_seconds,
        )
