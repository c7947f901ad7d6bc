"""The journal's file: its place, its tables, opening it, which runs are being sent, and errors in words."""

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
from abtui.services.processes import identity, is_alive

FILE_NAME: Final = "journal.sqlite3"
VERSION: Final = 4
APPLICATION: Final = 0x61627475
"""The application id of a journal (`abtu`), which other programs' databases do not have. The first versions wrote 0."""
_TABLES: Final = frozenset({"runs", "requests", "events"})
BUSY_SECONDS: Final = 5.0
"""How long a write waits for the write of another process."""

_LEAST_ROOM: Final = 1 << 17
"""Bytes of free space. With less, SQLite cannot begin its log and its other files."""

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
    mapping TEXT NOT NULL DEFAULT '',
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
_FROM_3: Final = """
ALTER TABLE events ADD COLUMN mapping TEXT NOT NULL DEFAULT '';
"""
_UPGRADES: Final = {0: SCHEMA, 1: _FROM_1 + _FROM_2 + _FROM_3, 2: _FROM_2 + _FROM_3, 3: _FROM_3}
"""The statements that upgrade a journal of an earlier version to this one."""


class JournalError(ServiceError):
    """The journal cannot be opened, read or written. Nothing is sent without it."""


class JournalGoneError(JournalError):
    """The journal's file was removed or replaced while it was open, so that nothing written to it is kept."""


def journal_path() -> Path:
    """The place of the journal, unless another file is named."""
    return state_folder() / FILE_NAME


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal for writing. Creates it, or upgrades it, if need be."""
    make_private_folder(path.parent)
    check_file(path)
    # Created here, because SQLite would let others read it. The files that SQLite puts beside it get the same mode.
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
        # A killed process loses nothing this way; a machine that loses its power may lose the last moments.
        connection.execute("PRAGMA synchronous = NORMAL")
        version = _number(connection, "user_version")
        if version > VERSION:
            raise JournalError(
                f"A newer abtui wrote the journal {file_name(str(path))}.",
                f"Update abtui, or {_elsewhere(path)}.",
            )
        if version < VERSION or _number(connection, "application_id") != APPLICATION:
            _upgrade(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that takes its lock at once, so that two processes wait for each other and neither fails half way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def check_file(path: Path) -> None:
    """Raises JournalError if the path is not a file: SQLite takes a device for an empty journal, and would wait for a pipe."""
    if path.exists() and not path.is_file():
        raise JournalError(
            f"The journal {file_name(str(path))} cannot be used: it is not a file.", f"To go on, {_elsewhere(path)}."
        )


def file_identity(path: Path) -> tuple[int, int] | None:
    """Identifies the file at a path, as opposed to any other file that was or will be there; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


@contextmanager
def connect_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal for reading while others may write it; also where nothing can be written, as on a read-only mount."""
    with ExitStack() as stack:
        try:
            sql = stack.enter_context(closing(_open_to_read(path)))
            sql.execute("PRAGMA schema_version")
        except sqlite3.OperationalError as error:
            # To read a log, SQLite writes to a file beside it. If that is impossible, no other process writes either.
            if not _is_sealed(path, error):
                raise
            stack.pop_all().close()
            sql = stack.enter_context(closing(_open_sealed(path, stack)))
        yield sql


def _open_to_read(path: Path, more: str = "mode=ro") -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{more}", uri=True, timeout=BUSY_SECONDS)


def _is_sealed(path: Path, error: sqlite3.OperationalError) -> bool:
    """Whether the file cannot be opened only because nothing can be written beside it."""
    name = error.sqlite_errorname
    return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) and os.access(path, os.R_OK)


def _open_sealed(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """Opens a journal that cannot be written. If its log holds changes, a copy is opened: only that can be read with the log."""
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return _open_to_read(path, "immutable=1")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="abtui-")))
    for file in (path, log):
        shutil.copyfile(file, folder / file.name)
    return _open_to_read(folder / path.name)


def _check_own(path: Path) -> None:
    """Raises JournalError for the database of another program, which must not be changed, not even its mode."""
    with closing(_open_to_read(path)) as sql:
        # One transaction, because another process may be creating the file right now.
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
    """How to use another place for the journal: in the same way as this place was chosen."""
    return "set ABTUI_HOME to another folder" if path == journal_path() else "name another file with --journal"


def _upgrade(connection: sqlite3.Connection) -> None:
    """Upgrade a journal to this version. Another process may have done so in the meantime."""
    with transaction(connection):
        for statement in _UPGRADES.get(_number(connection, "user_version"), "").split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")


def _set_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait for another process that does the same, so this function does."""
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
    """Whether the disk is full: SQLite calls it an "I/O error" if a file cannot grow."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


def journal_error(path: Path, error: sqlite3.Error | OSError) -> JournalError:
    """The error of SQLite or of the system in words, and what to do about it."""
    place = file_name(str(path))
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    lower = words.lower()
    if "locked" in lower or "busy" in lower:
        hint = "Another program is using it. Wait for its run to end, then try again."
    elif any(word in lower for word in ("full", "no space", "quota")) or _is_full(path):
        hint = "Make room on the disk. Nothing is sent without the journal."
    elif "not a database" in lower or "malformed" in lower:
        hint = "Move the file away; a new one is created."
    else:
        hint = f"Check who may write there, or {_elsewhere(path)}. Nothing is sent without the journal."
    return JournalError(f"The journal {place} cannot be used: {lower}.", hint)


_OWN_RUNS: Final[set[tuple[str, int]]] = set()
"""The runs that this process is sending. Memory is asked before the journal, because a full disk can keep the end of a run from it."""


def mark_running(journal: Path, run: int) -> None:
    """This process is sending the run from now on."""
    _OWN_RUNS.add((os.path.realpath(journal), run))


def mark_ended(journal: Path, run: int) -> None:
    """This process has stopped sending the run, whatever the journal says."""
    _OWN_RUNS.discard((os.path.realpath(journal), run))


def is_running(journal: Path, run: int, process: int, known: str) -> bool:
    """Whether the process that began a run, by its number and identity, is still sending it."""
    if process == os.getpid() and known in ("", identity(process)):
        return (os.path.realpath(journal), run) in _OWN_RUNS
    return is_alive(process, known)
