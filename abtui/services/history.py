"""What the journal tells: runs, their receipts in pages, and one receipt. Reads beside whoever writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.examples import Example, in_order, own_words
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.resume_state import ResumeState
from abtui.core.delivery.run_options import Recipe, unpacked
from abtui.core.delivery.runs import Kept, Run, SentEvent, said_words
from abtui.core.text.kept_json import decode
from abtui.core.text.plain import file_name
from abtui.services.journal import SEEN
from abtui.services.journal_file import (
    SCHEMA,
    VERSION,
    JournalError,
    check_file,
    connect_to_read,
    journal_error,
    journal_path,
)
from abtui.services.running_runs import is_under_way

_STATE = (
    "coalesce(e.state, CASE WHEN r.state = 'open' THEN CASE WHEN ? THEN 'waiting' ELSE 'unknown' END ELSE r.state END)"
)
_PAGE = (
    "SELECT e.run, e.number, e.item, e.source, e.name,"  # noqa: S608
    f" {_STATE} AS state, json_extract(r.receipt, '$.status') AS status,"
    " json_extract(r.receipt, '$.collectorSaid') AS said, json_extract(r.receipt, '$.segmentShows') AS shows, e.notices"
    " FROM events e JOIN requests r ON r.id = e.request WHERE e.run = ?"
)
# The receipt of a request is read once for all of its events that fared alike.
_KINDS = (
    "SELECT e.count, e.first, e.notices,"  # noqa: S608
    f" {_STATE} AS state, json_extract(r.receipt, '$.status') AS status,"
    " json_extract(r.receipt, '$.collectorSaid') AS said, json_extract(r.receipt, '$.segmentShows') AS shows"
    " FROM (SELECT request, state, notices, count(*) AS count, min(number) AS first FROM events WHERE run = ?"
    " GROUP BY request, state, notices) e JOIN requests r ON r.id = e.request ORDER BY e.first"
)
# With how many refusals say that nothing was taken (`ResumeState`): 429, and 5xx. Too much to count for each run of a list.
_RUNS = (
    "SELECT runs.*, CASE WHEN refused = 0 THEN 0 ELSE (SELECT count(*) FROM requests r JOIN events e ON e.request = r.id"
    " WHERE r.run = runs.id AND r.state = 'refused' AND coalesce(e.state, r.state) = 'refused'"
    " AND (json_extract(r.receipt, '$.status') = 429 OR json_extract(r.receipt, '$.status') >= 500)) END AS not_taken"
    " FROM runs"
)
_Kind = TypeVar("_Kind")
_FIRST = "SELECT source, name FROM events WHERE run = ? AND number = ?"


class History:
    """Reads the journal. Each call opens the file for itself, so it may be asked from any thread. Raises JournalError."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or journal_path()

    def runs(self, first: int, count: int, having: str = "") -> list[Run]:
        """The runs from the newest on; with `having` those with an event of that state."""
        where = _having(having)
        with self._reading() as sql:
            rows = sql.execute(f"SELECT * FROM runs {where} ORDER BY id DESC LIMIT ? OFFSET ?", (count, first))  # noqa: S608
            return [self._run(row) for row in rows]

    def run_count(self, having: str = "") -> int:
        """How many runs there are."""
        where = _having(having)
        with self._reading() as sql:
            return int(sql.execute(f"SELECT count(*) FROM runs {where}").fetchone()[0])  # noqa: S608

    def run(self, run: int) -> Run | None:
        """One run."""
        with self._reading() as sql:
            row = sql.execute(f"{_RUNS} WHERE id = ?", (run,)).fetchone()
            return None if row is None else self._run(row)

    def unfinished(self) -> Run | None:
        """The newest run that can be taken up again and did not come to its end."""
        with self._reading() as sql:
            for row in sql.execute(f"{_RUNS} ORDER BY id DESC"):
                run = self._run(row)
                if run.resumable and not run.running and (run.ending != "done" or run.not_taken):
                    return run
        return None

    def recipe(self, run: int) -> Recipe | None:
        """What a run was made of; None for one that cannot be taken up again."""
        with self._reading() as sql:
            row = sql.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
        return None if row is None or not self._run(row).resumable else unpacked(row["recipe"])

    def standing(self, run: int, *, retry_unknown: bool = False) -> ResumeState:
        """Where a run stands, which nobody is at."""
        state = _STATE.replace("?", "0")
        with self._reading() as sql:
            # One moment for both: who takes the run up after it is noticed by what was seen.
            sql.execute("BEGIN")
            seen = sql.execute(f"SELECT {SEEN} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608
            found = ResumeState(retry_unknown=retry_unknown, seen=() if seen is None else tuple(seen))
            rows = sql.execute(
                f"SELECT e.item, e.number, {state} AS state, CASE WHEN {state} = 'refused'"  # noqa: S608
                " THEN json_extract(r.receipt, '$.status') END, e.digest"
                " FROM events e JOIN requests r ON r.id = e.request WHERE e.run = ?",
                (run,),
            )
            for item, number, known, status, digest in rows:
                found.add(item, number, known, status, digest)
        return found

    def all_sent(self, run: int, state: str = "") -> Iterator[SentEvent]:
        """All events of a run, as they are asked for; with `state` only those."""
        with self._reading() as sql:
            running = self._is_running(sql, run)
            condition, values = (f" AND {_STATE} = ?", (running, state)) if state else ("", ())
            rows = sql.execute(f"{_PAGE}{condition} ORDER BY e.number", (running, run, *values))
            yield from map(_sent, rows)

    def kinds(self, run: int) -> tuple[Example, ...]:
        """The kinds of answers of a run, each with how many and its first event."""
        found: dict[tuple[str, int | None, str], Example] = {}
        with self._reading() as sql:
            running = self._is_running(sql, run)
            for row in sql.execute(_KINDS, (running, run)):
                notices = _notices(row["notices"])
                said = own_words(notices[0].message) if notices else row["said"] or ""
                said = said_words(row["state"], row["status"], said)
                if row["status"] is not None and row["state"] == "accepted":
                    said = "Accepted"
                key = (row["state"], row["status"], said)
                known = found.get(key)
                count = row["count"] + (0 if known is None else known.count)
                if known is None:
                    first = sql.execute(_FIRST, (run, row["first"])).fetchone()
                    known = Example(*key, row["shows"] or "", 0, first["source"], first["name"])
                found[key] = msgspec.structs.replace(known, count=count)
        return in_order(found.values())

    def sent_count(self, run: int, state: str = "") -> int:
        """How many events of a run there are; with `state` of those."""
        with self._reading() as sql:
            if not state:
                row = sql.execute("SELECT coalesce(max(number) + 1, 0) FROM events WHERE run = ?", (run,))
                return int(row.fetchone()[0])
            found = sql.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
            return 0 if found is None else int(getattr(self._run(found), state))

    def sent(self, run: int, first: int, count: int, state: str = "") -> list[SentEvent]:
        """The events of a run in the order they went out; with `state` only those."""
        with self._reading() as sql:
            running = self._is_running(sql, run)
            if state:
                rows = sql.execute(
                    f"{_PAGE} AND {_STATE} = ? ORDER BY e.number LIMIT ? OFFSET ?",
                    (running, run, running, state, count, first),
                )
            else:
                # Numbers have no gaps, so that the last page of a million costs what the first does.
                rows = sql.execute(f"{_PAGE} AND e.number >= ? ORDER BY e.number LIMIT ?", (running, run, first, count))
            return [_sent(row) for row in rows]

    def detail(self, run: int, number: int) -> Kept | None:
        """One event of a run."""
        return self._detail("e.run = ? AND e.number = ?", (run, number))

    def of_item(self, runs: Sequence[int], item: int) -> Kept | None:
        """What the latest of `runs` says of an item of the corpus they were sent from."""
        newest = sorted(runs, reverse=True)[:50]
        return next(
            (found for run in newest if (found := self._detail("e.run = ? AND e.item = ?", (run, item))) is not None),
            None,
        )

    def _detail(self, where: str, values: tuple[int, int]) -> Kept | None:
        with self._reading() as sql:
            running = self._is_running(sql, values[0])
            row = sql.execute(
                f"SELECT e.run, e.number, e.item, e.source, e.name, {_STATE} AS state, e.notices, e.body,"  # noqa: S608
                " e.digest, r.receipt, r.written, r.tries, r.events, runs.target"
                f" FROM events e JOIN requests r ON r.id = e.request JOIN runs ON runs.id = e.run WHERE {where} ORDER BY e.number DESC LIMIT 1",
                (running, *values),
            ).fetchone()
        if row is None:
            return None
        receipt = None if row["receipt"] is None else _decoded(row["receipt"], Receipt)
        if receipt is not None and (row["notices"] is not None or row["events"] > 1):
            receipt = msgspec.structs.replace(receipt, errors=_notices(row["notices"]))
        return Kept(
            target=row["target"],
            state=row["state"],
            digest=row["digest"],
            written=row["written"],
            tries=row["tries"],
            events=row["events"],
            receipt=receipt,
            body=row["body"] or "",
            source=row["source"],
        )

    def _run(self, row: sqlite3.Row) -> Run:
        told = dict(row)  # An older journal has fewer columns.
        running = row["ended"] is None and is_under_way(self.path, row["id"], row["process"], told.get("identity", ""))
        return Run(
            id=row["id"],
            started=row["started"],
            ended=row["ended"],
            ending=row["ending"] or "",
            running=running,
            target=row["target"],
            address=row["address"],
            environment=row["environment"],
            application=row["application"],
            key=row["key"],
            mode=row["mode"],
            what=row["what"],
            accepted=row["accepted"],
            refused=row["refused"],
            # What was on its way when its process ended: sent, and no answer read.
            unknown=row["unknown"] + (0 if running else row["open"]),
            waiting=row["waiting"] + (row["open"] if running else 0),
            planned=told.get("planned", 0),
            not_taken=row["waiting"] + told.get("not_taken", 0),
            resumable=told.get("recipe") is not None and unpacked(told["recipe"]) is not None,
        )

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
                # Both of one state of the file.
                sql.execute("BEGIN")
                version = sql.execute("PRAGMA user_version").fetchone()[0]
                tables = sql.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
                sql.execute("COMMIT")
                if version == 0 and not tables:
                    # Another process is about to make it.
                    with closing(_empty()) as empty:
                        yield empty
                    return
                if not 1 <= version <= VERSION:
                    raise JournalError(
                        f"The journal {file_name(str(self.path))} is of another version of abtui.",
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


def _having(state: str) -> str:
    """The condition for runs with events of a state; the state is one of a closed set."""
    columns = {"accepted": "accepted", "refused": "refused", "unknown": "unknown + open", "waiting": "waiting"}
    return f"WHERE {columns[state]} > 0" if state in columns else ""


def _sent(row: sqlite3.Row) -> SentEvent:
    notices = _notices(row["notices"])
    said = notices[0].message if notices else row["said"] or ""
    return SentEvent(
        run=row["run"],
        number=row["number"],
        item=row["item"],
        source=row["source"],
        name=row["name"],
        state=row["state"],
        status=row["status"],
        said=said_words(row["state"], row["status"], said),
        segment_shows=row["shows"] or "",
    )


def _notices(packed: bytes | None) -> tuple[Notice, ...]:
    return () if packed is None else _decoded(packed, tuple[Notice, ...])


def _decoded(packed: bytes, kind: type[_Kind]) -> _Kind:
    """A value of the journal. Raises JournalError for one that no abtui wrote."""
    try:
        return decode(packed, kind)
    except msgspec.DecodeError as error:
        sentence = "A receipt in the journal cannot be read."
        raise JournalError(sentence, "Move the journal away; a new one is made.") from error
