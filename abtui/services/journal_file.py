"""The journal's file: where it is, its tables, opening it, and what its failures are called."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from abtui.core.text.plain import file_name
from abtui.services.errors import ServiceError
from abtui.services.own_files import make_private_folder, state_folder

FILE_NAME: Final = "journal.sqlite3"
VERSION: Final = 3
APPLICATION: Final = 0x61627475
"""What tells a journal from other programs' files (`abtu`). Journals of the first versions have 0."""
_TABLES: Final = frozenset({"runs", "requests", "events"})
BUSY_SECONDS: Final = 5.0
"""How long a write waits for another process's."""

_LEAST_ROOM: Final = 1 << 17
"""Bytes. With less SQLite cannot begin its log and what it keeps beside it."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT, ending TEXT, process INTEGER NOT NULL,
    target TEXT NOT NULL, address TEXT NOT NULL, environment TEXT NOT NULL, application TEXT NOT NULL, key TEXT NOT NULL,
    mode TEXT NOT NULL, batch INTEGER NOT NULL, what TEXT NOT NULL,
    accepted INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0, unknown INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
    identity TEXT NOT NULL DEFAULT '', recipe BLOB,
    planned INTEGER NOT NULL DEFAULT 0
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
_FROM_1: Final = """
ALTER TABLE runs ADD COLUMN identity TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN recipe BLOB;
"""
_FROM_2: Final = """
ALTER TABLE runs ADD COLUMN planned INTEGER NOT NULL DEFAULT 0;
"""
_STEPS: Final = {0: SCHEMA, 1: _FROM_1 + _FROM_2, 2: _FROM_2}
"""What brings a journal of an earlier version up to this one."""


class JournalError(ServiceError):
    """The journal cannot be opened, read or written. Nothing is sent without it."""


class JournalGoneError(JournalError):
    """The journal's file was removed or replaced while it was open. What is written goes nowhere."""


def journal_path() -> Path:
    """Where the journal is, unless one is named."""
    return state_folder() / FILE_NAME


def connect(path: Path) -> sqlite3.Connection:
    make_private_folder(path.parent)
    check_file(path)
    # Made here, as SQLite would let others read it; what it puts beside the file takes over the file's mode.
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        found = os.fstat(handle)
        if stat.S_ISREG(found.st_mode):
            if found.st_size:
                _check_own(path)
            if hasattr(os, "fchmod"):
                os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _set_wal(connection)
        # A process that is killed loses nothing so; a machine that loses its power may lose the last moments.
        connection.execute("PRAGMA synchronous = NORMAL")
        version = _number(connection, "user_version")
        if version > VERSION:
            raise JournalError(
                f"The journal {file_name(str(path))} is of a newer abtui.",
                f"Update abtui, or {_elsewhere(path)}.",
            )
        if version < VERSION or _number(connection, "application_id") != APPLICATION:
            _upgrade(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def check_file(path: Path) -> None:
    """Raises JournalError for what is there and no file: SQLite takes a device for an empty journal, and would wait for a pipe."""
    if path.exists() and not path.is_file():
        raise JournalError(
            f"The journal {file_name(str(path))} cannot be used: it is no file.", f"To go on, {_elsewhere(path)}."
        )


def file_identity(path: Path) -> tuple[int, int] | None:
    """What tells the file at a path from every other that was or will be there; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


@contextmanager
def connect_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal for reading alone, beside whoever writes; also where nothing can be written, as on a read-only mount."""
    with ExitStack() as stack:
        try:
            sql = stack.enter_context(closing(_open_to_read(path)))
            sql.execute("PRAGMA schema_version")
        except sqlite3.OperationalError as error:
            # To read a log SQLite writes down who does, beside the file. Nobody writes where that cannot be done.
            if not _is_sealed(path, error):
                raise
            stack.pop_all().close()
            sql = stack.enter_context(closing(_open_sealed(path, stack)))
        yield sql


def _open_to_read(path: Path, more: str = "mode=ro") -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{more}", uri=True, timeout=BUSY_SECONDS)


def _is_sealed(path: Path, error: sqlite3.OperationalError) -> bool:
    """Whether the file cannot be opened as nothing can be written beside it, though it may be read."""
    name = error.sqlite_errorname
    return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) and os.access(path, os.R_OK)


def _open_sealed(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """A journal nobody can write to as it is; one whose log was not taken in yet as a copy, as only that can be read with its log."""
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return _open_to_read(path, "immutable=1")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="abtui-")))
    for file in (path, log):
        shutil.copyfile(file, folder / file.name)
    return _open_to_read(folder / path.name)


def _check_own(path: Path) -> None:
    """Raises JournalError for another program's database, of which nothing may be changed, not even its mode."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as sql:
        # One state of the file, as another process may be about to make it.
        sql.execute("BEGIN")
        application, version = _number(sql, "application_id"), _number(sql, "user_version")
        names = {row[0] for row in sql.execute("SELECT name FROM sqlite_schema")}
    own = (names >= _TABLES if version else not names) if application == 0 else application == APPLICATION
    if not own:
        raise JournalError(
            f"{file_name(str(path))} is another program's database, not a journal.",
            f"To send, {_elsewhere(path)}.",
        )


def _elsewhere(path: Path) -> str:
    """How the journal gets to another place: as it got to this one."""
    return "set ABTUI_HOME to another folder" if path == journal_path() else "name another file with --journal"


def _upgrade(connection: sqlite3.Connection) -> None:
    """Bring a journal up to this version, in one transaction. Another process may have done it meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for statement in _STEPS.get(version, "").split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


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


def _is_full(path: Path) -> bool:
    """Whether the disk has no room: what SQLite cannot make larger is an "I/O error" to it."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


def journal_error(path: Path, error: sqlite3.Error | OSError) -> JournalError:
    """What SQLite or the system said, in words, and what to do about it."""
    place = file_name(str(path))
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    lower = words.lower()
    if "locked" in lower or "busy" in lower:
        hint = "Another program holds it. Wait for its run to end, then try again."
    elif any(word in lower for word in ("full", "no space", "quota")) or _is_full(path):
        hint = "Make room on the disk. Nothing is sent without the journal."
    elif "not a database" in lower or "malformed" in lower:
        hint = "Move the file away; a new one is made."
    else:
        hint = f"Check who may write there, or {_elsewhere(path)}. Nothing is sent without the journal."
    return JournalError(f"The journal {place} cannot be used: {lower}.", hint)
