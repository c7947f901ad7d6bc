"""Reads the journal, also while others write it: runs, their events in pages, and the receipt of one event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.options import RunOptions, unpack_options
from abtui.core.delivery.progress import Example, Examples, own_words
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.resume import ResumeState
from abtui.core.delivery.runs import EventReceipt, Run, SentEvent, said_words
from abtui.core.text.kept_json import decode
from abtui.core.text.plain import file_name
from abtui.services.journal import SEEN
from abtui.services.journal_file import (
    SCHEMA,
    VERSION,
    JournalError,
    check_file,
    connect_to_read,
    is_running,
    journal_error,
    journal_path,
)

_T = TypeVar("_T")
# The parameter tells whether the run is still being sent: an open request is then waiting, and unknown otherwise.
_STATE = (
    "coalesce(e.state, CASE WHEN r.state = 'open' THEN CASE WHEN ? THEN 'waiting' ELSE 'unknown' END ELSE r.state END)"
)
_ANSWER = (
    f"{_STATE} AS state, json_extract(r.receipt, '$.status') AS status,"
    " json_extract(r.receipt, '$.collectorSaid') AS said, json_extract(r.receipt, '$.segmentShows') AS segment_shows"
)
_PAGE = (
    f"SELECT e.run, e.number, e.item, e.source, e.name, e.notices, {_ANSWER}"  # noqa: S608
    " FROM events e JOIN requests r ON r.id = e.request WHERE e.run = ?"
)
# The receipt of a request is read once for all of its events with the same result.
_KINDS = (
    f"SELECT e.count, e.first, e.notices, {_ANSWER}"  # noqa: S608
    " FROM (SELECT request, state, notices, count(*) AS count, min(number) AS first FROM events WHERE run = ?"
    " GROUP BY request, state, notices) e JOIN requests r ON r.id = e.request ORDER BY e.first"
)
# Also counts the refusals that may be repeated (429, 5xx). Too slow for lists of runs.
_RUNS = (
    "SELECT runs.*, CASE WHEN refused = 0 THEN 0 ELSE (SELECT count(*) FROM requests r JOIN events e ON e.request = r.id"
    " WHERE r.run = runs.id AND r.state = 'refused' AND coalesce(e.state, r.state) = 'refused'"
    " AND (json_extract(r.receipt, '$.status') = 429 OR json_extract(r.receipt, '$.status') >= 500)) END AS not_taken"
    " FROM runs"
)
_HAVING = {
    "": "",
    "accepted": "WHERE accepted > 0",
    "refused": "WHERE refused > 0",
    "unknown": "WHERE unknown + open > 0",
    "waiting": "WHERE waiting > 0",
}
"""The conditions for runs that have an event of a state."""


class History:
    """Reads the journal. Each call opens the file by itself, so any thread may call. Every call may raise JournalError."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or journal_path()

    def runs(self, first: int, count: int, having: str = "") -> list[Run]:
        """The runs, the newest first; with `having` those that have an event of that state."""
        with self._reading() as sql:
            select = f"SELECT * FROM runs {_HAVING[having]} ORDER BY id DESC LIMIT ? OFFSET ?"  # noqa: S608
            rows = sql.execute(select, (count, first))
            return [self._run(row) for row in rows]

    def run_count(self, having: str = "") -> int:
        """The number of runs; with `having` of those that have an event of that state."""
        with self._reading() as sql:
            return int(sql.execute(f"SELECT count(*) FROM runs {_HAVING[having]}").fetchone()[0])  # noqa: S608

    def run(self, run: int) -> Run | None:
        """One run."""
        with self._reading() as sql:
            row = sql.execute(f"{_RUNS} WHERE id = ?", (run,)).fetchone()
            return None if row is None else self._run(row)

    def unfinished(self) -> Run | None:
        """The newest run that did not come to its end and can be resumed."""
        with self._reading() as sql:
            for row in sql.execute(f"{_RUNS} ORDER BY id DESC"):
                run = self._run(row)
                if run.resumable and not run.running and (run.ending != "done" or run.not_taken):
                    return run
        return None

    def run_options(self, run: int) -> RunOptions | None:
        """The options of a run; None if the run cannot be resumed."""
        with self._reading() as sql:
            row = sql.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
            return None if row is None else _run_options(dict(row))

    def resume_state(self, run: int, *, retry_unknown: bool = False) -> ResumeState:
        """The state of a run that no process is sending any more."""
        state = _STATE.replace("?", "0")
        with self._reading() as sql:
            # One transaction for both: a process that resumes the run later changes the columns in `seen`.
            sql.execute("BEGIN")
            seen = sql.execute(f"SELECT {SEEN} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608
            found = ResumeState(run, retry_unknown=retry_unknown, seen=() if seen is None else tuple(seen))
            rows = sql.execute(
                f"SELECT e.item, e.number, {state} AS state, CASE WHEN {state} = 'refused'"  # noqa: S608
                " THEN json_extract(r.receipt, '$.status') END, e.digest"
                " FROM events e JOIN requests r ON r.id = e.request WHERE e.run = ?",
                (run,),
            )
            for row in rows:
                found.add(*row)
        return found

    def all_sent(self, run: int, state: str = "") -> Iterator[SentEvent]:
        """All events of a run, read as they are asked for; with `state` only the events in that state."""
        with self._reading() as sql:
            running = self._is_running(sql, run)
            condition, values = (f" AND {_STATE} = ?", (running, state)) if state else ("", ())
            rows = sql.execute(f"{_PAGE}{condition} ORDER BY e.number", (running, run, *values))
            yield from map(_sent_event, rows)

    def sent(self, run: int, first: int, count: int, state: str = "") -> list[SentEvent]:
        """A page of the events of a run in the order they were sent; with `state` only the events in that state."""
        with self._reading() as sql:
            running = self._is_running(sql, run)
            if state:
                select = f"{_PAGE} AND {_STATE} = ? ORDER BY e.number LIMIT ? OFFSET ?"
                rows = sql.execute(select, (running, run, running, state, count, first))
            else:
                # Numbers have no gaps, so the last page of a million costs no more than the first.
                rows = sql.execute(f"{_PAGE} AND e.number >= ? ORDER BY e.number LIMIT ?", (running, run, first, count))
            return [_sent_event(row) for row in rows]

    def sent_count(self, run: int, state: str = "") -> int:
        """The number of events of a run; with `state` only of those in that state."""
        with self._reading() as sql:
            if not state:
                row = sql.execute("SELECT coalesce(max(number) + 1, 0) FROM events WHERE run = ?", (run,))
                return int(row.fetchone()[0])
            found = sql.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
            return 0 if found is None else int(getattr(self._run(found), state))

    def kinds(self, run: int) -> tuple[Example, ...]:
        """The kinds of answers of a run, each with its number of events and the first of them."""
        examples = Examples(limit=None)
        firsts: dict[tuple[Any, ...], tuple[str, str]] = {}
        with self._reading() as sql:
            for row in sql.execute(_KINDS, (self._is_running(sql, run), run)):
                state, status, notices = row["state"], row["status"], _notices(row["notices"])
                said = own_words(notices[0].message) if notices else row["said"] or ""
                accepted = status is not None and state == "accepted"
                said = "Accepted" if accepted else said_words(state, status, said)
                if (state, status, said) not in firsts:
                    values = (run, row["first"])
                    first = sql.execute("SELECT source, name FROM events WHERE run = ? AND number = ?", values)
                    firsts[state, status, said] = tuple(first.fetchone())
                source, name = firsts[state, status, said]
                examples.add(Example(state, status, said, row["segment_shows"] or "", row["count"], source, name))
        return examples.listed()

    def detail(self, run: int, number: int) -> EventReceipt | None:
        """The receipt of one event of a run."""
        return self._detail("e.run = ? AND e.number = ?", (run, number))

    def of_item(self, runs: Sequence[int], item: int) -> EventReceipt | None:
        """The receipt of an item of the corpus in the latest of `runs` that sent it."""
        newest = sorted(runs, reverse=True)[:50]
        found = (self._detail("e.run = ? AND e.item = ?", (run, item)) for run in newest)
        return next((receipt for receipt in found if receipt is not None), None)

    def _detail(self, where: str, values: tuple[int, int]) -> EventReceipt | None:
        with self._reading() as sql:
            row = sql.execute(
                f"SELECT runs.target, {_STATE} AS state, e.digest, r.events, r.tries, r.written, e.source,"  # noqa: S608
                " coalesce(e.body, '') AS body, r.receipt, e.notices"
                " FROM events e JOIN requests r ON r.id = e.request JOIN runs ON runs.id = e.run"
                f" WHERE {where} ORDER BY e.number DESC LIMIT 1",
                (self._is_running(sql, values[0]), *values),
            ).fetchone()
        if row is None:
            return None
        fields = dict(row)
        notices, packed = fields.pop("notices"), fields.pop("receipt")
        receipt = None if packed is None else _decoded(packed, Receipt)
        if receipt is not None and (notices is not None or row["events"] > 1):
            receipt = msgspec.structs.replace(receipt, errors=_notices(notices))
        return EventReceipt(**fields, receipt=receipt)

    def _run(self, row: sqlite3.Row) -> Run:
        columns = dict(row)
        running = row["ended"] is None and is_running(self.path, row["id"], row["process"], columns.get("identity", ""))
        fields = {name: columns[name] for name in Run.__struct_fields__ if name in columns}
        fields |= {
            "ending": row["ending"] or "",
            "running": running,
            # Open requests of a process that ended were sent, and their answers never read.
            "unknown": row["unknown"] + (0 if running else row["open"]),
            "waiting": row["waiting"] + (row["open"] if running else 0),
            "not_taken": row["waiting"] + columns.get("not_taken", 0),
            "resumable": _run_options(columns) is not None,
        }
        return Run(**fields)

    def _is_running(self, sql: sqlite3.Connection, run: int) -> bool:
        row = sql.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
        return row is not None and self._run(row).running

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self.path.exists():
            # Nothing was ever sent.
            with closing(_empty()) as sql:
                yield sql
            return
        check_file(self.path)
        try:
            with connect_to_read(self.path) as sql:
                sql.row_factory = sqlite3.Row
                # One transaction, so that both describe the same state of the file.
                sql.execute("BEGIN")
                version = sql.execute("PRAGMA user_version").fetchone()[0]
                tables = sql.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
                sql.execute("COMMIT")
                if version == 0 and not tables:
                    # Another process is about to create it.
                    with closing(_empty()) as empty:
                        yield empty
                    return
                if not 1 <= version <= VERSION:
                    raise JournalError(
                        f"Another version of abtui wrote the journal {file_name(str(self.path))}.",
                        "Update abtui, or move the file away.",
                    )
                yield sql
        except (sqlite3.Error, OSError) as error:
            raise journal_error(self.path, error) from error


def _empty() -> sqlite3.Connection:
    sql = sqlite3.connect(":memory:")
    sql.row_factory = sqlite3.Row
    sql.executescript(SCHEMA)
    return sql


def _run_options(columns: dict[str, Any]) -> RunOptions | None:
    """The options of a run; the journals of early versions have no such column."""
    packed = columns.get("recipe")
    return None if packed is None else unpack_options(packed)


def _sent_event(row: sqlite3.Row) -> SentEvent:
    fields = dict(row)
    notices = _notices(fields.pop("notices"))
    said = notices[0].message if notices else row["said"] or ""
    fields |= {
        "said": said_words(row["state"], row["status"], said),
        "segment_shows": row["segment_shows"] or "",
    }
    return SentEvent(**fields)


def _notices(packed: bytes | None) -> tuple[Notice, ...]:
    return () if packed is None else _decoded(packed, tuple[Notice, ...])


def _decoded(packed: bytes, kind: type[_T]) -> _T:
    """A value of the journal. Raises JournalError for a value that no abtui wrote."""
    try:
        return decode(packed, kind)
    except msgspec.DecodeError as error:
        sentence = "A receipt in the journal cannot be read."
        raise JournalError(sentence, "Move the journal away; a new one is created.") from error
