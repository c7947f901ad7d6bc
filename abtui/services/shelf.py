"""A shelf on disk: a database of SQLite in a temporary file, which sorts what does not fit into memory.

The file has no name, only this process can read it, and it ends with the process, however that ends.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from abtui.core.experiments.shelf import Kind, Row, Shelf
from abtui.core.text.plain import plural
from abtui.services.errors import FileError, error_reason

if TYPE_CHECKING:
    import sqlite3

_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -16384;
"""
_TABLES: Final = """
CREATE TABLE unit(hash BLOB, data BLOB);
CREATE TABLE goal(hash BLOB, data BLOB);
CREATE TABLE category(id INTEGER PRIMARY KEY, name BLOB UNIQUE);
CREATE TABLE number(category INTEGER, value INTEGER);
"""
_COUNTS: Final = "SELECT category, count(*) FROM (SELECT DISTINCT category, value FROM number) GROUP BY category"
_PAIRS: Final = "SELECT DISTINCT value, category FROM number ORDER BY value"
_ROWS: Final[dict[Kind, str]] = {
    "unit": "SELECT hash, data FROM unit ORDER BY hash",
    "goal": "SELECT hash, data FROM goal ORDER BY hash",
}
_PUT: Final[dict[Kind, str]] = {
    "unit": "INSERT INTO unit VALUES (?, ?)",
    "goal": "INSERT INTO goal VALUES (?, ?)",
}


class DiskShelf(Shelf):
    """What is put here goes to the temporary folder. Everything raises FileError, for example if the disk is full."""

    def __init__(self) -> None:
        self.goals = 0
        self._is_indexed = False
        self._categories: dict[bytes, int] = {}
        with _told():
            self._database = _connect("")
            self._database.executescript(_TABLES)

    def put(self, kind: Kind, rows: Iterable[Row]) -> None:
        """Add rows."""
        with _told(), self._database:
            if kind == "unit" and self._is_indexed:
                self._database.execute("DROP INDEX unit_of")
                self._is_indexed = False
            put = self._database.executemany(_PUT[kind], rows)
            self.goals += put.rowcount if kind == "goal" and put.rowcount > 0 else 0

    def rows(self, kind: Kind) -> Iterator[Row]:
        """All rows of a kind, sorted by hash."""
        self._index()
        return self._read(_ROWS[kind])

    def find(self, hashes: Iterable[bytes]) -> Iterator[Row]:
        """The rows of units with these hashes."""
        self._index()
        for hashed in hashes:
            yield from self._read("SELECT hash, data FROM unit WHERE hash = ?", hashed)

    def _index(self) -> None:
        """Sort the units. The index has all of them, so that the table is not needed to read them."""
        if not self._is_indexed:
            with _told():
                self._database.execute("CREATE INDEX unit_of ON unit(hash, data)")
            self._is_indexed = True

    def _read(self, query: str, *values: Any) -> Iterator[Any]:
        with _told():
            yield from self._database.execute(query, values)

    def note(self, category: bytes, numbers: Iterable[int]) -> None:
        """Add numbers of 64 bits with a sign to those of a category."""
        with _told(), self._database:
            number = self._number(category)
            self._database.executemany("INSERT INTO number VALUES (?, ?)", ((number, value) for value in numbers))

    def _number(self, category: bytes) -> int:
        number = self._categories.setdefault(category, len(self._categories))
        self._database.execute("INSERT OR IGNORE INTO category VALUES (?, ?)", (number, category))
        return number

    def distinct(self) -> dict[bytes, int]:
        """How many different numbers each category has."""
        names = {number: name for name, number in self._categories.items()}
        found = self._read(_COUNTS)
        return {names[category]: count for category, count in found}

    def pairs(self, categories: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        """The different numbers of these categories, sorted, with the category."""
        names = {self._categories[name]: name for name in categories if name in self._categories}
        for value, category in self._read(_PAIRS):
            if category in names:
                yield value, names[category]

    def take(self, other: Shelf) -> None:
        """Add all that another shelf has, and close that one."""
        assert isinstance(other, DiskShelf)  # noqa: S101
        self.put("goal", other.rows("goal"))
        self.put("unit", other.rows("unit"))
        with _told(), self._database:
            numbers = {number: self._number(name) for name, number in other._categories.items()}
            rows = ((numbers[category], value) for category, value in other._read("SELECT category, value FROM number"))
            self._database.executemany("INSERT INTO number VALUES (?, ?)", rows)
        other.close()

    def close(self) -> None:
        """Remove the file."""
        self._database.close()

    @property
    def sentence(self) -> str:
        """What was put here, for a person."""
        pages, size = (next(self._read(f"PRAGMA {name}"))[0] for name in ("page_count", "page_size"))
        goals = plural(self.goals, "goal and what belongs to it was", "goals and what belongs to them were")
        return f"{goals} sorted on disk ({_size(pages * size)} in {_folder()}), because they do not fit into memory."

    def __getstate__(self) -> tuple[int, dict[bytes, int], bytes]:
        with _told():
            return self.goals, self._categories, self._database.serialize()

    def __setstate__(self, state: tuple[int, dict[bytes, int], bytes]) -> None:
        self.goals, self._categories, data = state
        with _told():
            self._database = _connect(":memory:")
            self._database.deserialize(data)
            self._is_indexed = bool(self._database.execute("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'unit_of'").fetchall())  # fmt: skip


def _connect(name: str) -> sqlite3.Connection:
    """A new database; "" is one in a file without a name, that only its owner can read."""
    import sqlite3

    database = sqlite3.connect(name, check_same_thread=False)
    database.executescript(_SCHEMA)
    return database


def _folder() -> str:
    return tempfile.gettempdir()


def _size(size: int) -> str:
    return f"{size / 1_000_000_000:,.1f} GB" if size >= 1_000_000_000 else f"{max(1, round(size / 1_000_000)):,} MB"


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the database in words."""
    try:
        # SQLite would take another folder than Python, and looks for it when it is loaded.
        os.environ.setdefault("SQLITE_TMPDIR", _folder())
        import sqlite3  # few need it
    except OSError as error:
        raise _failed(error) from error
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _failed(error) from error


def _failed(error: Exception) -> FileError:
    return FileError(
        f"The temporary file for what does not fit into memory cannot be used: {error_reason(error)}.",
        "Make room in the temporary folder, or name another one with TMPDIR.",
    )
