"""The journal: what was sent, when, where to, and with what result. One SQLite file that all abtui processes of the machine share.

A request is written before it is sent and closed with its receipt afterwards, each in a transaction of its own. A process that
ends at any moment leaves the journal whole: a request that is still open was sent, and its answer was never read. The key is
masked in everything that is written.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.batches import Batch, Entry
from abtui.core.delivery.options import RunOptions, pack_options
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.policy import STATES, EventResult
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.runs import journal_name, payload_digest
from abtui.core.text.plain import file_name, one_line
from abtui.core.text.secret import Secret, hide, holds
from abtui.services import clock
from abtui.services.errors import FileError
from abtui.services.journal_file import (
    JournalError,
    JournalGoneError,
    connect,
    file_identity,
    is_running,
    journal_error,
    journal_path,
    mark_ended,
    mark_running,
    transaction,
)
from abtui.services.processes import identity

EXCERPT: Final = 4_000
"""Characters of a body that are kept."""
SEEN: Final = "ended, ending, process, identity, accepted, refused, unknown, waiting, open"
"""The columns of a run that change as soon as another process resumes it, and after each of its requests."""
_EXCERPTS_ALWAYS, _EXCERPTS_MOST = 1_000, 10_000
"""Bodies are kept of the first events of a run, and of events that were not accepted, up to this number in all."""
_MOST_NOTICES: Final = 50


class RecordedRequest(NamedTuple):
    """A request in the journal: its id, and the numbers of its events in the run."""

    id: int
    numbers: Sequence[int]


class Journal:
    """The journal, open to write one run at a time; created if it is missing. Belongs to one thread. Every call may raise JournalError.

    `secret` is masked in everything that is written.
    """

    def __init__(self, path: Path | None = None, secret: Secret | None = None) -> None:
        self.path = path or journal_path()
        self._secret = secret
        self._run = self._next_number = self._excerpts = 0
        with self._errors_as_journal_errors():
            self._connection = connect(self.path)
        self._file = file_identity(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        mark_ended(self.path, self._run)
        self._connection.close()

    # A run

    def begin(self, plan: Plan, what: str, options: RunOptions | None = None) -> int:
        """Record that a run begins, before anything is sent, and return its number. `what` says which events are sent.

        With `options` the run can be resumed, unless the key is part of them.
        """
        columns = {
            "started": clock.now(),
            "process": os.getpid(),
            "identity": identity(os.getpid()),
            "recipe": None if options is None else pack_options(options, self._secret),
            "target": journal_name(plan.target, self._secret),
            "address": plan.address,
            "environment": journal_name(plan.environment, self._secret),
            "application": journal_name(plan.application, self._secret),
            "key": plan.key,
            "mode": plan.mode,
            "batch": plan.batch,
            "what": one_line(hide(what, self._secret), 300),
            "planned": plan.sendable,
        }
        places = ", ".join("?" * len(columns))
        with self._writing() as sql:
            row = sql.execute(f"INSERT INTO runs ({', '.join(columns)}) VALUES ({places})", tuple(columns.values()))  # noqa: S608
            self._run = row.lastrowid or 0
        self._next_number = self._excerpts = 0
        mark_running(self.path, self._run)
        return self._run

    def reopen(self, run: int, seen: tuple[object, ...] | None = None, planned: int = 0) -> None:
        """Resume a run that has ended. Requests that were on their way when its process ended become unknown.

        `seen` is the state of the run (`ResumeState.seen`) for which the rest was planned: it must not have changed since.
        `planned` is the number of events that the run has in all, if it is more than before.
        """
        with self._writing() as sql:
            row = sql.execute(f"SELECT {SEEN} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608
            if row is None:
                raise JournalError(
                    f"There is no run {run} in the journal {file_name(str(self.path))}.", "See `abtui history`."
                )
            if row[0] is None and is_running(self.path, run, row[2], row[3]):
                raise JournalError(
                    f"Another process is sending run {run}.", "Wait until that process ends, or end it first."
                )
            if seen is not None and seen != row:
                raise JournalError(
                    f"Another process resumed run {run} while this one was planning.", "Run the command again."
                )
            _close_open(sql, run)
            sql.execute(
                "UPDATE runs SET ended = NULL, ending = NULL, process = ?, identity = ?,"
                " planned = CASE WHEN planned = 0 THEN 0 ELSE max(planned, ?) END WHERE id = ?",
                (os.getpid(), identity(os.getpid()), planned, run),
            )
            numbers = sql.execute("SELECT max(number) + 1, count(body) FROM events WHERE run = ?", (run,)).fetchone()
        self._run, self._next_number, self._excerpts = run, numbers[0] or 0, numbers[1]
        mark_running(self.path, run)

    def end(self, ending: str) -> None:
        """Record how the run ended: `done`, `cancelled`, or a sentence. It has ended even if that cannot be written."""
        mark_ended(self.path, self._run)
        with self._writing() as sql:
            _close_open(sql, self._run)
            # The clock may have been put back in the meantime.
            sql.execute(
                "UPDATE runs SET ended = max(started, ?), ending = ? WHERE id = ?",
                (clock.now(), one_line(ending, 300), self._run),
            )

    # A request

    def write(self, batch: Batch, numbers: Sequence[int | None] | None = None) -> RecordedRequest:
        """Record a request that is about to be sent, with its events. It is open until `settle`.

        `numbers` are the numbers that its events have from an earlier request, None for a new event.
        """
        with self._writing() as sql:
            row = sql.execute(
                "INSERT INTO requests (run, events, state, written) VALUES (?, ?, 'open', ?)",
                (self._run, len(batch.entries), clock.now()),
            )
            request = row.lastrowid or 0
            recorded: list[int] = []
            new: list[tuple[int, Entry]] = []
            before: Counter[str] = Counter()
            for number, entry in zip(numbers or [None] * len(batch.entries), batch.entries, strict=True):
                if number is None:
                    number = self._next_number + len(new)
                    new.append((number, entry))
                else:
                    before[_take_over(sql, request, self._run, number)] -= 1
                recorded.append(number)
            self._insert(sql, request, new)
            _add_counts(sql, self._run, before, len(recorded))
        self._next_number += len(new)
        return RecordedRequest(request, recorded)

    def _insert(self, sql: sqlite3.Connection, request: int, new: list[tuple[int, Entry]]) -> None:
        secret = self._secret
        # Where the key is in none of the texts together, it is in none of them: they need not be searched one by one.
        texts = "\n".join(text for _, entry in new for text in (entry.source, entry.name, entry.mapping))
        hidden = secret if secret is not None and holds(texts, (secret,)) else None
        sql.executemany(
            "INSERT INTO events (run, number, item, request, source, name, digest, body, mapping)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    self._run,
                    number,
                    entry.index,
                    request,
                    one_line(hide(entry.source, hidden), 200),
                    one_line(hide(entry.name, hidden), 120),
                    payload_digest(entry.request.body_bytes),
                    _excerpt(entry.request.body_bytes, secret) if number < _EXCERPTS_ALWAYS else None,
                    hide(entry.mapping, hidden),
                )
                for number, entry in new
            ],
        )

    def hold_back(self, request: RecordedRequest) -> None:
        """Record that the request was not accepted, and is not on its way until `send_again`."""
        with self._writing() as sql:
            sql.execute("UPDATE requests SET state = 'waiting' WHERE id = ?", (request.id,))

    def send_again(self, request: RecordedRequest) -> None:
        """Record that the request is about to be sent once more."""
        with self._writing() as sql:
            sql.execute("UPDATE requests SET state = 'open', tries = tries + 1 WHERE id = ?", (request.id,))

    def settle(self, request: RecordedRequest, batch: Batch, results: Sequence[EventResult], receipt: Receipt) -> None:
        """Close a request with its receipt, and with the result of each event that differs from it."""
        states: Counter[str] = Counter(result.state for result in results)
        common = states.most_common(1)[0][0]
        own = [
            (
                result.state,
                _pack_notices(result.errors, self._secret) if result.errors else None,
                self._body(entry.request.body_bytes),
                self._run,
                number,
            )
            for number, entry, result in zip(request.numbers, batch.entries, results, strict=True)
            if result.state != "accepted" or common != "accepted"
        ]
        with self._writing() as sql:
            sql.execute(
                "UPDATE requests SET state = ?, closed = max(written, ?), receipt = ? WHERE id = ?",
                (common, clock.now(), _pack_receipt(receipt, self._secret), request.id),
            )
            sql.executemany(
                "UPDATE events SET state = ?, notices = ?, body = coalesce(body, ?) WHERE run = ? AND number = ?", own
            )
            _add_counts(sql, self._run, states, -len(results))

    def _body(self, body: bytes) -> str | None:
        """The beginning of a body that was not accepted, unless many are kept already."""
        if self._excerpts >= _EXCERPTS_MOST:
            return None
        self._excerpts += 1
        return _excerpt(body, self._secret)

    @contextmanager
    def _errors_as_journal_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise journal_error(self.path, error) from error
        except FileError as error:
            raise JournalError(f"The journal cannot be created: {error.message}", error.hint) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the file that was opened."""
        with self._errors_as_journal_errors():
            # SQLite would go on writing to a file without a name, which disappears with this process.
            if file_identity(self.path) != self._file:
                sentence = f"The journal {file_name(str(self.path))} was removed or replaced during the run."
                raise JournalGoneError(sentence, "Nothing more is sent, and this run cannot be resumed.")
            with transaction(self._connection):
                yield self._connection


def _add_counts(sql: sqlite3.Connection, run: int, states: Mapping[str, int], open_events: int) -> None:
    """Add to a run's numbers of events by state, and of events whose requests are open."""
    sql.execute(
        "UPDATE runs SET accepted = accepted + ?, refused = refused + ?, unknown = unknown + ?, waiting = waiting + ?,"
        " open = open + ? WHERE id = ?",
        (*(states.get(state, 0) for state in STATES), open_events, run),
    )


def _close_open(sql: sqlite3.Connection, run: int) -> None:
    """Close what is open when a run ends: a request on its way becomes unknown, one between two tries was not accepted."""
    for state, becomes in (("open", "unknown"), ("waiting", "waiting")):
        condition = "WHERE run = ? AND state = ? AND closed IS NULL"
        count = sql.execute(f"SELECT coalesce(sum(events), 0) FROM requests {condition}", (run, state)).fetchone()[0]  # noqa: S608
        if count:
            sql.execute(f"UPDATE requests SET state = ?, closed = '' {condition}", (becomes, run, state))  # noqa: S608
            _add_counts(sql, run, {becomes: count}, -count)


def _take_over(sql: sqlite3.Connection, request: int, run: int, number: int) -> str:
    """Move an event to another request, and return the state it had."""
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
    """The beginning of a body. The key is masked before the body is cut, so that no part of it stays."""
    text = hide(body.decode("utf-8", "replace"), secret)
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def _pack_receipt(receipt: Receipt, secret: Secret | None) -> bytes:
    """A receipt as JSON. It is masked already; masking it once more costs little."""
    short = msgspec.structs.replace(
        receipt, errors=receipt.errors[:_MOST_NOTICES], warnings=receipt.warnings[:_MOST_NOTICES]
    )
    return hide(msgspec.json.encode(short).decode(), secret).encode()


def _pack_notices(notices: tuple[Notice, ...], secret: Secret | None) -> bytes:
    return hide(msgspec.json.encode(notices[:_MOST_NOTICES]).decode(), secret).encode()
