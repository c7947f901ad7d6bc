"""Reads the journal, also while others write it: runs, their events in pages, and the receipt of one event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.options import RunOptions, unpack_options
from abtui.core.delivery.policy import STATES
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
_VIEWS = """
PRAGMA temp_store = MEMORY;
CREATE TEMP VIEW shown_runs AS
    SELECT id, started, ended, coalesce(ending, '') AS ending, running, target, address, environment, application, key, mode,
        what, accepted, refused, waiting + CASE WHEN running THEN open ELSE 0 END AS waiting, {planned} AS planned,
        -- Open requests of a process that ended were sent, and their answers never read.
        unknown + CASE WHEN running THEN 0 ELSE open END AS unknown, {recipe} AS recipe,
        -- The refusals that may be repeated (429, 5xx) count too. Too slow for lists of runs.
        waiting + CASE WHEN refused = 0 THEN 0 ELSE (SELECT count(*) FROM requests r JOIN events e ON e.request = r.id
            WHERE r.run = runs.id AND r.state = 'refused' AND coalesce(e.state, r.state) = 'refused'
            AND (json_extract(r.receipt, '$.status') = 429 OR json_extract(r.receipt, '$.status') >= 500)) END AS not_taken,
        coalesce((SELECT {mapping} != '' FROM events e WHERE e.run = runs.id AND e.number = 0), 0) AS several
    FROM (SELECT *, CASE WHEN ended IS NULL THEN is_running(id, process, {identity}) ELSE 0 END AS running FROM runs) runs;
CREATE TEMP VIEW answers AS
    SELECT id, events, tries, written, receipt,
        CASE WHEN state != 'open' THEN state WHEN (SELECT running FROM shown_runs s WHERE s.id = run) THEN 'waiting'
            ELSE 'unknown' END AS state,
        json_extract(receipt, '$.status') AS status, coalesce(json_extract(receipt, '$.collectorSaid'), '') AS said,
        coalesce(json_extract(receipt, '$.segmentShows'), '') AS segment_shows
    FROM requests;
CREATE TEMP VIEW sent AS
    SELECT e.run, e.number, e.item, e.source, e.name, {mapping} AS mapping, e.digest, e.body, e.notices, a.events, a.tries, a.written, a.receipt,
        coalesce(e.state, a.state) AS state, a.status, a.said, a.segment_shows
    FROM events e JOIN answers a ON a.id = e.request;
"""
_RUN = (
    "SELECT id, started, ended, ending, running, target, address, environment, application, key, mode, what, accepted,"
    " refused, unknown, waiting, planned, recipe, several"
)
_SENT = "SELECT run, number, item, source, name, mapping, notices, state, status, said, segment_shows FROM sent WHERE run = ?"
# The receipt of a request is read once for all of its events with the same result.
_KINDS = (
    "SELECT e.count, e.first, e.notices, coalesce(e.state, a.state) AS state, a.status, a.said, a.segment_shows"
    " FROM (SELECT request, state, notices, count(*) AS count, min(number) AS first FROM events WHERE run = ?"
    " GROUP BY request, state, notices) e JOIN answers a ON a.id = e.request ORDER BY e.first"
)


class History:
    """Reads the journal. Each call opens the file by itself, so any thread may call. Every call may raise JournalError."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or journal_path()

    def runs(self, first: int, count: int, having: str = "") -> list[Run]:
        """The runs, the newest first; with `having` those that have an event in that state."""
        select = f"{_RUN} FROM shown_runs {_having(having)} ORDER BY id DESC LIMIT ? OFFSET ?"
        with self._reading() as sql:
            return [_run(row) for row in sql.execute(select, (count, first))]

    def run_count(self, having: str = "") -> int:
        """The number of runs; with `having` of those that have an event in that state."""
        with self._reading() as sql:
            return int(sql.execute(f"SELECT count(*) FROM shown_runs {_having(having)}").fetchone()[0])  # noqa: S608

    def run(self, run: int) -> Run | None:
        """One run."""
        with self._reading() as sql:
            row = sql.execute(f"{_RUN}, not_taken FROM shown_runs WHERE id = ?", (run,)).fetchone()
            return None if row is None else _run(row)

    def unfinished(self) -> Run | None:
        """The newest run that did not come to its end and can be resumed."""
        with self._reading() as sql:
            for row in sql.execute(f"{_RUN}, not_taken FROM shown_runs ORDER BY id DESC"):
                run = _run(row)
                if run.resumable and not run.running and (run.ending != "done" or run.not_taken):
                    return run
        return None

    def run_options(self, run: int) -> RunOptions | None:
        """The options of a run; None if the run cannot be resumed."""
        with self._reading() as sql:
            row = sql.execute("SELECT recipe FROM shown_runs WHERE id = ?", (run,)).fetchone()
            return None if row is None else _options(row["recipe"])

    def resume_state(self, run: int, *, retry_unknown: bool = False) -> ResumeState:
        """The state of a run that no process is sending any more."""
        with self._reading() as sql:
            # One transaction for both: a process that resumes the run later changes the columns in `seen`.
            sql.execute("BEGIN")
            seen = sql.execute(f"SELECT {SEEN} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608
            found = ResumeState(run, retry_unknown=retry_unknown, seen=() if seen is None else tuple(seen))
            columns = "item, number, state, CASE WHEN state = 'refused' THEN status END, digest, mapping"
            for row in sql.execute(f"SELECT {columns} FROM sent WHERE run = ?", (run,)):  # noqa: S608
                found.add(*row)
        return found

    def all_sent(self, run: int, state: str = "", *, first: int = 0, count: int = -1) -> Iterator[SentEvent]:
        """The events of a run in the order they were sent, read as they are asked for; with `state` only those in that state."""
        # Numbers have no gaps, so the last page of all events costs no more than the first, even of a million.
        where = "state = ? ORDER BY number LIMIT ? OFFSET ?" if state else "number >= ? ORDER BY number LIMIT ?"
        values = (state, count, first) if state else (first, count)
        with self._reading() as sql:
            yield from map(_sent_event, sql.execute(f"{_SENT} AND {where}", (run, *values)))

    def sent(self, run: int, first: int, count: int, state: str = "") -> list[SentEvent]:
        """A page of the events of a run; with `state` of those in that state."""
        return list(self.all_sent(run, state, first=first, count=count))

    def sent_count(self, run: int, state: str = "") -> int:
        """The number of events of a run; with `state` only of those in that state."""
        with self._reading() as sql:
            if not state:
                row = sql.execute("SELECT coalesce(max(number) + 1, 0) FROM events WHERE run = ?", (run,))
                return int(row.fetchone()[0])
            found = sql.execute("SELECT * FROM shown_runs WHERE id = ?", (run,)).fetchone()
            return 0 if found is None else int(found[state])

    def kinds(self, run: int) -> tuple[Example, ...]:
        """The kinds of answers of a run, each with its number of events and the first of them."""
        examples = Examples(limit=None)
        firsts: dict[tuple[Any, ...], tuple[str, str]] = {}
        with self._reading() as sql:
            for row in sql.execute(_KINDS, (run,)):
                state, status, notices = row["state"], row["status"], _notices(row["notices"])
                said = own_words(notices[0].message) if notices else row["said"]
                accepted = status is not None and state == "accepted"
                said = "Accepted" if accepted else said_words(state, status, said)
                if (state, status, said) not in firsts:
                    values = (run, row["first"])
                    first = sql.execute("SELECT source, name FROM events WHERE run = ? AND number = ?", values)
                    firsts[state, status, said] = tuple(first.fetchone())
                source, name = firsts[state, status, said]
                examples.add(Example(state, status, said, row["segment_shows"], row["count"], source, name))
        return examples.listed()

    def detail(self, run: int, number: int) -> EventReceipt | None:
        """The receipt of one event of a run."""
        return self._detail("run = ? AND number = ?", (run, number))

    def of_item(self, runs: Sequence[int], item: int, mapping: str = "") -> EventReceipt | None:
        """The receipt of an item of the corpus in the latest of `runs` that sent it; with `mapping` that of its request."""
        where, values = "run = ? AND item = ?", (item,) if not mapping else (item, mapping)
        if mapping:
            where += " AND mapping = ?"
        newest = sorted(runs, reverse=True)[:50]
        found = (self._detail(where, (run, *values)) for run in newest)
        return next((receipt for receipt in found if receipt is not None), None)

    def _detail(self, where: str, values: tuple[int | str, ...]) -> EventReceipt | None:
        with self._reading() as sql:
            row = sql.execute(
                "SELECT (SELECT target FROM runs WHERE id = run) AS target, state, digest, events, tries, written, source,"  # noqa: S608
                f" coalesce(body, '') AS body, receipt, notices, mapping FROM sent WHERE {where}"
                # Of the several requests of an event, the one that a person should know of first.
                " ORDER BY state = 'accepted', number DESC LIMIT 1",
                values,
            ).fetchone()
        if row is None:
            return None
        fields = dict(row)
        notices, packed = fields.pop("notices"), fields.pop("receipt")
        receipt = None if packed is None else _decoded(packed, Receipt)
        if receipt is not None and (notices is not None or row["events"] > 1):
            receipt = msgspec.structs.replace(receipt, errors=_notices(notices))
        return EventReceipt(**fields, receipt=receipt)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with ExitStack() as stack:
                sql = stack.enter_context(connect_to_read(self.path)) if self._is_there() else None
                if sql is None or _is_new(sql, self.path):
                    sql = stack.enter_context(closing(sqlite3.connect(":memory:")))
                    sql.executescript(SCHEMA)
                self._prepare(sql)
                yield sql
        except (sqlite3.Error, OSError) as error:
            raise journal_error(self.path, error) from error

    def _is_there(self) -> bool:
        """Whether there is a journal. There is none before anything was sent."""
        check_file(self.path)
        return self.path.exists()

    def _prepare(self, sql: sqlite3.Connection) -> None:
        """Create the views. Journals of early versions have fewer columns."""
        columns = {row[1] for row in sql.execute("PRAGMA table_info(runs)")}
        of_events = {row[1] for row in sql.execute("PRAGMA table_info(events)")}
        missing = {"identity": "''", "recipe": "NULL", "planned": "0", "mapping": "''"}
        sql.create_function("is_running", 3, partial(is_running, self.path))
        sql.executescript(
            _VIEWS.format_map({name: name if name in columns | of_events else value for name, value in missing.items()})
        )
        sql.row_factory = sqlite3.Row


def _is_new(sql: sqlite3.Connection, path: Path) -> bool:
    """Whether another process is about to create the journal. Raises JournalError for a journal of another version."""
    # One transaction, so that both describe the same state of the file.
    sql.execute("BEGIN")
    version = sql.execute("PRAGMA user_version").fetchone()[0]
    tables = sql.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    sql.execute("COMMIT")
    if version == 0 and not tables:
        return True
    if not 1 <= version <= VERSION:
        raise JournalError(
            f"Another version of abtui wrote the journal {file_name(str(path))}.",
            "Update abtui, or move the file away.",
        )
    return False


def _having(state: str) -> str:
    """The condition for runs with an event in a state, which is one of a closed set."""
    return f"WHERE {state} > 0" if state in STATES else ""


def _run(row: sqlite3.Row) -> Run:
    fields = {"not_taken": row["waiting"]} | dict(row)
    options = _options(fields.pop("recipe"))
    flags = {name: bool(row[name]) for name in ("running", "several")}
    return Run(**fields | flags | {"resumable": options is not None})


def _options(packed: bytes | None) -> RunOptions | None:
    return None if packed is None else unpack_options(packed)


def _sent_event(row: sqlite3.Row) -> SentEvent:
    fields = dict(row)
    notices = _notices(fields.pop("notices"))
    said = notices[0].message if notices else row["said"]
    return SentEvent(**fields | {"said": said_words(row["state"], row["status"], said)})


def _notices(packed: bytes | None) -> tuple[Notice, ...]:
    return () if packed is None else _decoded(packed, tuple[Notice, ...])


def _decoded(packed: bytes, kind: type[_T]) -> _T:
    """A value of the journal. Raises JournalError for a value that no abtui wrote."""
    try:
        return decode(packed, kind)
    except msgspec.DecodeError as error:
        sentence = "A receipt in the journal cannot be read."
        raise JournalError(sentence, "Move the journal away; a new one is created.") from error
