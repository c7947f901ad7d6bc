"""Sends many events: journal first, several at a time, each user's in order, tried again by the rule of `core.sending.policy`.

One delivery is one run in the journal. It belongs to one event loop, which may be in a thread of its own; `Control` may be used
from any thread. What it does is told by `Progress` and `Settled` values.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from abtui.core.config.model import Target
from abtui.core.delivery.batches import Batch, Entry, Order, pack, parcel, users_of, without
from abtui.core.delivery.pace import Pace, Speed
from abtui.core.delivery.plan import Mode, Plan
from abtui.core.delivery.policy import Judgement, Share, judge, take_apart
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.run_options import Recipe
from abtui.core.delivery.runs import wait_words
from abtui.services import clock
from abtui.services.delivery_values import Ending, Options, Progress, Resumed, Settled
from abtui.services.journal import Filed, Journal
from abtui.services.journal_file import JournalError, JournalGoneError
from abtui.services.pause_control import Control
from abtui.services.sender import Sender

_AHEAD = {"single": 64, "batch": 4}
"""Requests held ready, of which the first that its users' order admits is taken."""
_MOST_ROUNDS = 20
"""How often a refused batch goes again without the entries that were blamed."""

_TURN_SECONDS = 0.1
"""How long a request that is held back sleeps before it looks whether all is to end."""


class Delivery:
    """Sends the events of one plan. `observe` is called in the delivery's loop with each value that tells of it."""

    def __init__(
        self,
        plan: Plan,
        target: Target,
        entries: Iterable[Entry],
        *,
        what: str,
        options: Options | None = None,
        control: Control | None = None,
        journal: Path | None = None,
        recipe: Recipe | None = None,
        resumed: Resumed | None = None,
        observe: Callable[[Progress | Settled], None] = lambda _value: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._plan = plan
        self._target = target
        self._parcels = pack(entries, plan.mode, plan.batch)
        self._what = what
        self._options = options or Options()
        self._control = control or Control()
        self._path = journal
        self._recipe = recipe
        self._resumed = resumed
        self._observe = observe
        self._chance = chance
        self._pace = Pace(self._options.rate)
        self._speed = Speed()
        self._order = Order()
        self._counts: Counter[str] = Counter()
        self._requests = self._tries = self._run = 0
        self._halted = self._failed = ""
        self._gone = False
        self._waits, self._waited_seconds = 0, 0.0
        self._not_before = self._started = 0.0
        self._place = 0.0  # When the next new request may start by the pace, where it holds a place there.
        self._in_vain = 0
        self._written: dict[int, Batch] = {}
        # What is written down and not settled, by the number of its parcel; of a batch taken apart what is left of it.
        self._held_back: set[int] = set()
        self._held_users: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._bug: BaseException | None = None

    async def run(self) -> Progress:
        """Send it all. Raises JournalError where the journal cannot be used before anything was sent."""
        self._control.attach(asyncio.get_running_loop())
        self._started = time.monotonic()
        with Journal(self._path) as journal:
            async with Sender(self._options.timeouts, self._options.route) as sender:
                # What is written down counts as sent if this process is killed: nothing is before it could be.
                await sender.make_ready(self._target)
                if self._resumed is None:
                    self._run = journal.begin(self._plan, self._what, self._target.api_key, clock.now(), self._recipe)
                else:
                    self._run = self._resumed.run
                    journal.reopen(self._run, self._resumed.standing.seen, self._resumed.planned)
                try:
                    await self._send_all(journal, sender)
                finally:
                    await self._abort()
            if self._bug is not None:
                self._failed = self._failed or "An error in abtui ended it."
            last = self._end(journal)
            if self._bug is not None:
                raise self._bug
            return last

    async def _send_all(self, journal: Journal, sender: Sender) -> None:
        more: Iterator[Batch] | None = self._parcels
        while not self._stopping:
            while more is not None and len(self._order) < _AHEAD[self._plan.mode]:
                following = next(more, None)
                if following is None:
                    more = None
                else:
                    self._order.add(following)
                    # Making it takes a while; whatever came in meanwhile has its turn.
                    await asyncio.sleep(0)
            if more is None and not len(self._order) and not self._tasks:
                return
            await self._start_or_wait(journal, sender)
        while self._tasks and not self._control.aborted:
            self._tell()
            await self._settled_or_told(None)

    async def _start_or_wait(self, journal: Journal, sender: Sender) -> None:
        """Start a request if one may go now, else wait for what stands in its way."""
        if self._control.paused:
            self._tell("paused by you")
            await self._settled_or_told(None)
            return
        pause = self._not_before - time.monotonic()
        if pause > 0:
            self._tell(wait_words(self._waits, self._waited_seconds))
            await self._settled_or_told(min(pause, 1.0))
            return
        ready = self._order.take() if len(self._tasks) < self._options.concurrency else None
        if ready is None:
            await self._settled_or_told(None)
            return
        ready = self._admitted(ready)
        if ready is None:
            return
        now = time.monotonic()
        if self._place < now:
            self._place = now + self._pace.wait(now)
        while (wait := self._place - time.monotonic()) > 0 and not self._stopping and not self._control.paused:
            await self._control.wait(wait)
        if self._stopping or self._control.paused:
            # Its turn passed; it goes first when this goes on.
            self._order.put_back(ready)
            return
        self._place = 0.0
        task = asyncio.create_task(self._deliver(ready, journal, sender))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _admitted(self, of: Batch) -> Batch | None:
        """The request without the events whose user's earlier ones were not taken: these wait until the run is taken up again."""
        rest, held = without(of, self._held_users, self._plan.mode)
        if held:
            self._hold(held)
            self._counts["waiting"] += len(held)
            self._observe(Settled(self._run, held, (Share("waiting"),) * len(held), None))
            if rest is None:
                self._order.done(of)
            else:
                self._order.reduced(rest)
        return rest

    def _hold(self, entries: Iterable[Entry]) -> None:
        self._held_users.update(user for entry in entries for user in users_of(entry.request.body))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bug = error

    async def _settled_or_told(self, seconds: float | None) -> None:
        """Wait until a request has ended, the control says something, or the time is over."""
        told = asyncio.create_task(self._control.wait(seconds))
        try:
            await asyncio.wait([told, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            with suppress(asyncio.CancelledError):
                await told

    @property
    def _stopping(self) -> bool:
        return self._control.cancelled or bool(self._halted or self._failed or self._bug)

    # One request

    async def _deliver(self, of: Batch, journal: Journal, sender: Sender) -> None:
        """A request through all its tries, and again without the entries that were blamed, if it was refused for those."""
        try:
            known = None if self._resumed is None else self._resumed.numbers(of.entries)
            rest = await self._try(of, known, journal, sender)
            for _ in range(_MOST_ROUNDS):
                if rest is None or not await self._waited(0.0):
                    break
                rest = await self._try(*rest, journal, sender)
            if rest is not None:
                del self._written[of.number]
                self._counts["waiting"] += len(rest[1])
        except JournalError as error:
            # What follows from the first failure would hide it.
            self._failed = self._failed or f"{error.message} {error.hint}".strip()
            self._gone = self._gone or isinstance(error, JournalGoneError)
        finally:
            self._order.done(of)

    async def _try(
        self, of: Batch, numbers: Sequence[int | None] | None, journal: Journal, sender: Sender
    ) -> tuple[Batch, Sequence[int]] | None:
        """One request until it is settled. Gives the rest of a batch that may go again with its numbers, or None."""
        retries = self._options.retries
        filed = journal.write(self._run, of, self._target.api_key, clock.now(), numbers)
        self._written[of.number] = of
        self._held_back.discard(of.number)
        began, tries = time.monotonic(), 0
        while True:
            tries += 1
            self._tries += 1
            receipt = await sender.send(of.request, self._target)
            found = judge(receipt, retries)
            if receipt.status in (429, 503) and receipt.retry_after:
                self._wait_for(min(receipt.retry_after, retries.total))
            elapsed = time.monotonic() - began
            pause = retries.pause(tries, elapsed, receipt.retry_after, self._chance) if found.again else None
            if pause is None or self._stopping or not await self._held(pause, of, filed, journal):
                break
            journal.sending(filed)
            self._held_back.discard(of.number)
        return self._settle(of, filed, receipt, found, journal)

    def _wait_for(self, seconds: float) -> None:
        """The collector asks to wait. Of several that ask at once, the longest counts."""
        now = time.monotonic()
        self._waits += 1
        self._waited_seconds += max(0.0, now + seconds - max(now, self._not_before))
        self._not_before = max(self._not_before, now + seconds)

    async def _held(self, pause: float, of: Batch, filed: Filed, journal: Journal) -> bool:
        """Wait before the next try; False where there is none any more."""
        self._held_back.add(of.number)
        journal.held_back(filed)
        return await self._waited(pause)

    async def _waited(self, pause: float) -> bool:
        """Wait until a request that is on its way may be written once more, the pace's place included; False where all is to end."""
        until = time.monotonic() + pause
        while True:
            # What the collector asked for meanwhile, of any request, binds this one too.
            while (left := max(until, self._not_before) - time.monotonic()) > 0 or self._control.paused:
                if self._stopping:
                    return False
                await asyncio.sleep(min(_TURN_SECONDS, max(0.01, left)))
            # The limit counts what goes over the wire, whether it goes for the first time or not.
            now = time.monotonic()
            place = now + self._pace.wait(now)
            while (left := place - time.monotonic()) > 0 and not self._control.paused:
                if self._stopping:
                    return False
                await asyncio.sleep(min(_TURN_SECONDS, left))
            if not self._control.paused and self._not_before <= time.monotonic():
                return not self._stopping

    def _settle(
        self, of: Batch, filed: Filed, receipt: Receipt, found: Judgement, journal: Journal
    ) -> tuple[Batch, Sequence[int]] | None:
        shares = take_apart(receipt, found.state, len(of.entries), batch=of.batch)
        again = [at for at, share in enumerate(shares) if share.again]
        if len(again) == len(shares):
            again = []
        left = parcel(of.number, tuple(of.entries[at] for at in again), self._plan.mode) if again else None
        if left is None:
            del self._written[of.number]
        else:
            self._written[of.number] = left
            self._held_back.add(of.number)
        self._counts.update(share.state for at, share in enumerate(shares) if not (again and share.again))
        self._requests += 1
        self._speed.add(time.monotonic(), len(shares) - len(again))
        if found.again:
            # Tries are over, and it was not taken.
            self._hold(
                entry for entry, share in zip(of.entries, shares, strict=True) if share.state in ("refused", "waiting")
            )
        self._in_vain = self._in_vain + 1 if found.again or found.state == "unknown" else 0
        self._halted = self._halted or found.halts or self._down(receipt)
        self._observe(Settled(self._run, of.entries, tuple(shares), receipt))
        self._tell()
        # What the collector said is told even where it cannot be written down.
        journal.settle(self._run, filed, of, shares, receipt, self._target.api_key, clock.now())
        return None if left is None else (left, [filed.numbers[at] for at in again])

    def _down(self, receipt: Receipt) -> str:
        """Why nothing else is tried, if too many requests came to nothing one after the other."""
        if self._in_vain < self._options.retries.in_a_row:
            return ""
        return f"{self._in_vain} requests in a row came to nothing. The last: {receipt.collector_said}"

    # What is told

    async def _abort(self) -> None:
        """Leave what is still on its way: it is open in the journal, and unknown, or waiting if it was held back."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for number, one in self._written.items():
            share = Share("waiting" if number in self._held_back else "unknown")
            self._counts[share.state] += len(one.entries)
            self._observe(Settled(self._run, one.entries, (share,) * len(one.entries), None))

    def _end(self, journal: Journal) -> Progress:
        words = self._failed or self._halted or ("cancelled" if self._control.cancelled else "done")
        try:
            journal.end(self._run, words, clock.now())
        except JournalGoneError as error:
            self._gone = True
            words = self._failed = self._failed or f"{error.message} {error.hint}".strip()
        except JournalError:
            pass
        ending: Ending = (
            "gone"
            if self._gone
            else "journal"
            if self._failed
            else "halted"
            if self._halted
            else "cancelled"
            if self._control.cancelled
            else "done"
        )
        last = msgspec.structs.replace(
            self._progress("" if words in ("done", "cancelled") else words), state="ended", ending=ending
        )
        self._observe(last)
        return last

    def _tell(self, note: str = "") -> None:
        self._observe(self._progress(note))

    def _progress(self, note: str) -> Progress:
        now = time.monotonic()
        control = self._control
        return Progress(
            run=self._run,
            state="cancelling" if self._stopping else "paused" if control.paused else "sending",
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


def default_concurrency(mode: Mode) -> int:
    """Requests at a time: single calls wait for answers, batches for the processor."""
    return 4 if mode == "single" else 2
