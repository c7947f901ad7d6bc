"""The journal: what was sent, when, to where, and what came of it. One SQLite file, shared by every abtui on the machine.

A request is written before it is sent and closed with its receipt after, each in a transaction of its own, so that a process
that ends at any moment leaves it whole: what is still open then was sent and its answer never read. The key is masked in
everything that is written, and never written itself.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec

from abtui.core.answers import Notice
from abtui.core.receipts import Receipt
from abtui.core.secret import Secret, hide
from abtui.core.sending.parcels import Parcel
from abtui.core.sending.plan import Plan
from abtui.core.sending.policy import STATES, Share
from abtui.core.sending.runs import payload_digest
from abtui.core.text import one_line
from abtui.services.errors import FileError, ServiceError
from abtui.services.places import make_private_folder, state_folder

FILE_NAME: Final = "journal.sqlite3"
VERSION: Final = 1
BUSY_SECONDS: Final = 5.0
"""How long a write waits for another process's."""
EXCERPT: Final = 4_000
"""Characters of a body or an answer that are kept."""
_EXCERPTS_ALWAYS, _EXCERPTS_MOST = 1_000, 10_000
"""Bodies kept of a run: of its first events, and of those not accepted, up to so many in all."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT, ending TEXT, process INTEGER NOT NULL,
    target TEXT NOT NULL, address TEXT NOT NULL, environment TEXT NOT NULL, application TEXT NOT NULL, key TEXT NOT NULL,
    mode TEXT NOT NULL, batch INTEGER NOT NULL, what TEXT NOT NULL,
    accepted INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, unknown INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id), events INTEGER NOT NULL, state TEXT NOT NULL,
    written TEXT NOT NULL, closed TEXT, tries INTEGER NOT NULL DEFAULT 1, receipt BLOB
);
CREATE INDEX IF NOT EXISTS requests_of_run ON requests (run);
CREATE TABLE IF NOT EXISTS events (
    run INTEGER NOT NULL, number INTEGER NOT NULL, item INTEGER NOT NULL, request INTEGER NOT NULL,
    source TEXT NOT NULL, name TEXT NOT NULL, digest BLOB NOT NULL, state TEXT, notices BLOB, body TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_of_request ON events (request);
"""


class JournalError(ServiceError):
    """The journal cannot be opened, read or written. Nothing is sent without it."""


class Filed(NamedTuple):
    """A request in the journal: its id, and its events' numbers in the run."""

    request: int
    numbers: Sequence[int]


def journal_path() -> Path:
    """Where the journal is, unless one is named."""
    return state_folder() / FILE_NAME


class Journal:
    """The journal, open for writing; made where it is missing. Belongs to one thread. Raises JournalError throughout."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or journal_path()
        self._excerpts: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        with self._telling():
            self._connection = _connect(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What is in it stays."""
        self._connection.close()

    # A run

    def begin(self, plan: Plan, what: str, secret: Secret | None, now: str) -> int:
        """Write down that a run begins, before anything is sent; gives its number. `what` says which events they are."""
        with self._writing() as sql:
            row = sql.execute(
                "INSERT INTO runs (started, process, target, address, environment, application, key, mode, batch, what)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    now,
                    os.getpid(),
                    one_line(hide(plan.target, secret), 200),
                    plan.address,
                    one_line(hide(plan.environment, secret), 200),
                    one_line(hide(plan.application, secret), 200),
                    plan.key,
                    plan.mode,
                    plan.batch,
                    one_line(hide(what, secret), 300),
                ),
            )
            run = row.lastrowid or 0
        self._numbers[run] = self._excerpts[run] = 0
        return run

    def end(self, run: int, ending: str, now: str) -> None:
        """Write down how a run ended: `done`, `cancelled`, or a sentence."""
        with self._writing() as sql:
            sql.execute("UPDATE runs SET ended = ?, ending = ? WHERE id = ?", (now, one_line(ending, 300), run))

    # A request

    def write(
        self, run: int, parcel: Parcel, secret: Secret | None, now: str, numbers: Sequence[int] | None = None
    ) -> Filed:
        """Write a request that is about to be sent, with its events. Open until `settle`.

        `numbers` are those the events have from an earlier request, whose place this one takes.
        """
        with self._writing() as sql:
            request = sql.execute(
                "INSERT INTO requests (run, events, state, written) VALUES (?, ?, 'open', ?)",
                (run, len(parcel.entries), now),
            ).lastrowid
            filed = Filed(request or 0, range(self._numbers[run], self._numbers[run] + len(parcel.entries)))
            if numbers is None:
                self._insert(sql, run, filed, parcel, secret)
            else:
                filed = Filed(filed.request, numbers)
                sql.executemany(
                    "UPDATE events SET request = ?, state = NULL WHERE run = ? AND number = ?",
                    [(filed.request, run, number) for number in numbers],
                )
            sql.execute(
                "UPDATE runs SET open = open + ?, waiting = waiting - ? WHERE id = ?",
                (len(parcel.entries), 0 if numbers is None else len(numbers), run),
            )
        if numbers is None:
            self._numbers[run] += len(parcel.entries)
        return filed

    def _insert(self, sql: sqlite3.Connection, run: int, filed: Filed, parcel: Parcel, secret: Secret | None) -> None:
        sql.executemany(
            "INSERT INTO events (run, number, item, request, source, name, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    run,
                    number,
                    entry.index,
                    filed.request,
                    one_line(hide(entry.source, secret), 200),
                    one_line(hide(entry.name, secret), 120),
                    payload_digest(entry.request.body_bytes),
                    _excerpt(entry.request.body_bytes, secret) if number < _EXCERPTS_ALWAYS else None,
                )
                for number, entry in zip(filed.numbers, parcel.entries, strict=True)
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
        parcel: Parcel,
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
                "UPDATE requests SET state = ?, closed = ?, receipt = ? WHERE id = ?",
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
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


def _connect(path: Path) -> sqlite3.Connection:
    make_private_folder(path.parent)
    # Made here, as SQLite would let others read it; what it puts beside the file takes over the file's mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _set_wal(connection)
        # A process that is killed loses nothing so; a machine that loses its power may lose the last moments.
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise JournalError(
                f"The journal {path} is of a newer abtui.", "Update abtui, or set ABTUI_HOME to another folder."
            )
        if version < VERSION:
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _set_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait for another process that does the same, so this does."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def journal_error(path: Path, error: sqlite3.Error | OSError) -> JournalError:
    """What SQLite or the system said, in words, and what to do about it."""
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    lower = words.lower()
    if "locked" in lower or "busy" in lower:
        hint = "Another program holds it. Wait for its run to end, then try again."
    elif "full" in lower or "no space" in lower:
        hint = "Make room on the disk. Nothing is sent without the journal."
    elif "not a database" in lower or "malformed" in lower:
        hint = "Move the file away; a new one is made."
    else:
        hint = "Check who may write there, or set ABTUI_HOME to another folder. Nothing is sent without the journal."
    return JournalError(f"The journal {path} cannot be used: {lower}.", hint)


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
