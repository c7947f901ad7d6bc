"""The journal: what was sent, when, to where, and what came of it. One SQLite file, shared by every abtui on the machine.

A request is written before it is sent and closed with its receipt after, each in a transaction of its own, so that a process
that ends at any moment leaves it whole: what is still open then was sent and its answer never read. The key is masked in
everything that is written, and never written itself.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.batches import Batch, Entry
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.policy import STATES, Share
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.run_options import Recipe, keepable
from abtui.core.delivery.runs import as_kept, payload_digest
from abtui.core.text.plain import file_name, one_line
from abtui.core.text.secret import Secret, hide
from abtui.services.errors import FileError
from abtui.services.journal_file import (
    JournalError,
    JournalGoneError,
    connect,
    file_identity,
    journal_error,
    journal_path,
)
from abtui.services.processes import identity
from abtui.services.running_runs import enter, is_under_way, leave

EXCERPT: Final = 4_000
"""Characters of a body or an answer that are kept."""
SEEN: Final = "ended, ending, process, identity, accepted, refused, unknown, waiting, open"
"""The columns of a run that differ as soon as somebody has taken it up, and after each of its requests."""
_EXCERPTS_ALWAYS, _EXCERPTS_MOST = 1_000, 10_000
"""Bodies kept of a run: of its first events, and of those not accepted, up to so many in all."""


class Filed(NamedTuple):
    """A request in the journal: its id, and its events' numbers in the run."""

    request: int
    numbers: Sequence[int]


class Journal:
    """The journal, open for writing; made where it is missing. Belongs to one thread. Raises JournalError throughout."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or journal_path()
        self._excerpts: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        with self._telling():
            self._connection = connect(self.path)
        self._file = file_identity(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What is in it stays."""
        for run in self._numbers:
            leave(self.path, run)
        self._connection.close()

    # A run

    def begin(self, plan: Plan, what: str, secret: Secret | None, now: str, recipe: Recipe | None = None) -> int:
        """Write down that a run begins, before anything is sent; gives its number. `what` says which events they are.

        With a `recipe` the run can be taken up again, unless the key stands in it.
        """
        with self._writing() as sql:
            row = sql.execute(
                "INSERT INTO runs (started, process, identity, recipe, target, address, environment, application, key,"
                " mode, batch, what, planned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    now,
                    os.getpid(),
                    identity(os.getpid()),
                    None if recipe is None else keepable(recipe, secret),
                    as_kept(plan.target, secret),
                    plan.address,
                    as_kept(plan.environment, secret),
                    as_kept(plan.application, secret),
                    plan.key,
                    plan.mode,
                    plan.batch,
                    one_line(hide(what, secret), 300),
                    plan.sendable,
                ),
            )
            run = row.lastrowid or 0
        self._numbers[run] = self._excerpts[run] = 0
        enter(self.path, run)
        return run

    def reopen(self, run: int, seen: tuple[object, ...] | None = None, planned: int = 0) -> None:
        """Take up a run that has ended. What was on its way when its process ended is unknown from here on.

        `seen` is how it stood when what is left of it was planned (`ResumeState.seen`): it must not have been taken up since.
        `planned` are the events it has in all, where these are more than before.
        """
        with self._writing() as sql:
            row = sql.execute(f"SELECT {SEEN} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608
            if row is None:
                raise JournalError(
                    f"There is no run {run} in the journal {file_name(str(self.path))}.", "See `abtui history`."
                )
            if row[0] is None and is_under_way(self.path, run, row[2], row[3]):
                raise JournalError(f"Run {run} is under way in another process.", "Wait for its end, or end it first.")
            if seen is not None and seen != row:
                raise JournalError(
                    f"Run {run} was taken up by another process while this one planned it.", "Plan what is left anew."
                )
            _close_open(sql, run)
            sql.execute(
                "UPDATE runs SET ended = NULL, ending = NULL, process = ?, identity = ?,"
                " planned = CASE WHEN planned = 0 THEN 0 ELSE max(planned, ?) END WHERE id = ?",
                (os.getpid(), identity(os.getpid()), planned, run),
            )
            numbers = sql.execute("SELECT max(number) + 1, count(body) FROM events WHERE run = ?", (run,)).fetchone()
        self._numbers[run], self._excerpts[run] = numbers[0] or 0, numbers[1]
        enter(self.path, run)

    def end(self, run: int, ending: str, now: str) -> None:
        """Write down how a run ended: `done`, `cancelled`, or a sentence. It has ended even where that cannot be written."""
        leave(self.path, run)
        with self._writing() as sql:
            _close_open(sql, run)
            # A clock may have been put back meanwhile.
            sql.execute(
                "UPDATE runs SET ended = max(started, ?), ending = ? WHERE id = ?", (now, one_line(ending, 300), run)
            )

    # A request

    def write(
        self, run: int, parcel: Batch, secret: Secret | None, now: str, numbers: Sequence[int | None] | None = None
    ) -> Filed:
        """Write a request that is about to be sent, with its events. Open until `settle`.

        `numbers` are those the events have from an earlier request, whose place this one takes; None for a new event.
        """
        following = self._numbers[run]
        with self._writing() as sql:
            request = sql.execute(
                "INSERT INTO requests (run, events, state, written) VALUES (?, ?, 'open', ?)",
                (run, len(parcel.entries), now),
            ).lastrowid
            filed: list[int] = []
            new: list[tuple[int, Entry]] = []
            before: Counter[str] = Counter()
            for number, entry in zip(numbers or [None] * len(parcel.entries), parcel.entries, strict=True):
                if number is None:
                    number = following + len(new)
                    new.append((number, entry))
                else:
                    before[_take_over(sql, request or 0, run, number)] += 1
                filed.append(number)
            self._insert(sql, run, request or 0, new, secret)
            sql.execute(
                "UPDATE runs SET open = open + ?, accepted = accepted - ?, refused = refused - ?, unknown = unknown - ?,"
                " waiting = waiting - ? WHERE id = ?",
                (len(filed), *(before[state] for state in STATES), run),
            )
        self._numbers[run] += len(new)
        return Filed(request or 0, filed)

    def _insert(
        self, sql: sqlite3.Connection, run: int, request: int, new: list[tuple[int, Entry]], secret: Secret | None
    ) -> None:
        sql.executemany(
            "INSERT INTO events (run, number, item, request, source, name, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    run,
                    number,
                    entry.index,
                    request,
                    one_line(hide(entry.source, secret), 200),
                    one_line(hide(entry.name, secret), 120),
                    payload_digest(entry.request.body_bytes),
                    _excerpt(entry.request.body_bytes, secret) if number < _EXCERPTS_ALWAYS else None,
                )
                for number, entry in new
            ],
        )

    def held_back(self, filed: Filed) -> None:
        """The request was not taken, and is not on its way until `sending`."""
        with self._writing() as sql:
            sql.execute("UPDATE requests SET state = 'waiting' WHERE id = ?", (filed.request,))

    def sending(self, filed: Filed) -> None:
        """The request is about to be sent once more."""
        with self._writing() as sql:
            sql.execute("UPDATE requests SET state = 'open', tries = tries + 1 WHERE id = ?", (filed.request,))

    def settle(
        self,
        run: int,
        filed: Filed,
        parcel: Batch,
        shares: Sequence[Share],
        receipt: Receipt,
        secret: Secret | None,
        now: str,
    ) -> None:
        """Close a request with its receipt, and with what is its own for each event."""
        states = Counter(share.state for share in shares)
        common = states.most_common(1)[0][0]
        own = [
            (
                share.state,
                _notices(share.errors, secret) if share.errors else None,
                self._body(run, entry.request.body_bytes, secret),
                run,
                number,
            )
            for number, entry, share in zip(filed.numbers, parcel.entries, shares, strict=True)
            if share.state != "accepted" or common != "accepted"
        ]
        with self._writing() as sql:
            sql.execute(
                "UPDATE requests SET state = ?, closed = max(written, ?), receipt = ? WHERE id = ?",
                (common, now, _packed(receipt, secret), filed.request),
            )
            sql.executemany(
                "UPDATE events SET state = ?, notices = ?, body = coalesce(body, ?) WHERE run = ? AND number = ?", own
            )
            sql.execute(
                "UPDATE runs SET accepted = accepted + ?, refused = refused + ?, unknown = unknown + ?,"
                " waiting = waiting + ?, open = open - ? WHERE id = ?",
                (*(states[state] for state in STATES), len(shares), run),
            )

    def _body(self, run: int, body: bytes, secret: Secret | None) -> str | None:
        """The beginning of a body that was not accepted, unless many are kept already."""
        if self._excerpts[run] >= _EXCERPTS_MOST:
            return None
        self._excerpts[run] += 1
        return _excerpt(body, secret)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise journal_error(self.path, error) from error
        except FileError as error:
            raise JournalError(f"The journal cannot be made: {error.message}", error.hint) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which takes its lock at once: two processes wait for each other, and never fail half way."""
        with self._telling():
            # SQLite would go on writing to a file without a name, which ends with this process.
            if file_identity(self.path) != self._file:
                sentence = f"The journal {file_name(str(self.path))} was removed or replaced during the run."
                raise JournalGoneError(sentence, "Nothing more is sent, and this run cannot be taken up again.")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


def _close_open(sql: sqlite3.Connection, run: int) -> None:
    """What is still open when a run ends was sent and its answer not read; what was held back between two tries was not taken."""
    for state, becomes in (("open", "unknown"), ("waiting", "waiting")):
        condition = "WHERE run = ? AND state = ? AND closed IS NULL"
        count = sql.execute(f"SELECT coalesce(sum(events), 0) FROM requests {condition}", (run, state)).fetchone()[0]  # noqa: S608
        if count:
            sql.execute(f"UPDATE requests SET state = ?, closed = '' {condition}", (becomes, run, state))  # noqa: S608
            column = f"{becomes} = {becomes} + ?"
            sql.execute(f"UPDATE runs SET {column}, open = open - ? WHERE id = ?", (count, count, run))  # noqa: S608


def _take_over(sql: sqlite3.Connection, request: int, run: int, number: int) -> str:
    """Give an event to another request; gives the state it had."""
    row = sql.execute(
        "SELECT coalesce(e.state, r.state) FROM events e JOIN requests r ON r.id = e.request"
        " WHERE e.run = ? AND e.number = ?",
        (run, number),
    ).fetchone()
    sql.execute(
        "UPDATE events SET request = ?, state = NULL, notices = NULL WHERE run = ? AND number = ?",
        (request, run, number),
    )
    return str(row[0])


def _excerpt(body: bytes, secret: Secret | None) -> str:
    """The beginning of a body, the key masked before it is cut, so that no part of it stays."""
    text = hide(body.decode("utf-8", "replace"), secret)
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def _packed(receipt: Receipt, secret: Secret | None) -> bytes:
    """A receipt as JSON. It is masked already; once more costs little."""
    few = msgspec.structs.replace(receipt, errors=_few(receipt.errors), warnings=_few(receipt.warnings))
    return hide(msgspec.json.encode(few).decode(), secret).encode()


def _notices(notices: tuple[Notice, ...], secret: Secret | None) -> bytes:
    return hide(msgspec.json.encode(_few(notices)).decode(), secret).encode()


def _few(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return notices[:50]
