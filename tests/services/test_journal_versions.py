"""A journal of an earlier version, and whose run a run is."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from abtui.core.delivery.batches import make_batch
from abtui.core.delivery.options import RunOptions
from abtui.services.history import History
from abtui.services.journal import Journal
from abtui.services.journal_file import APPLICATION, SCHEMA, VERSION, JournalError, journal_error, journal_path
from abtui.services.processes import identity, is_alive

from .conftest import KEY, TargetAt
from .test_delivery import entries, plan

OF_3 = SCHEMA.replace("\n    mapping TEXT NOT NULL DEFAULT '',", "")
OF_2 = OF_3.replace(",\n    planned INTEGER NOT NULL DEFAULT 0", "")
OF_1 = OF_2.replace(",\n    identity TEXT NOT NULL DEFAULT '', recipe BLOB", "")
OPTIONS = RunOptions(config="/c.yaml", events=("/e",), target="t", mode="single", batch=500, concurrency=4, now="n")


@pytest.mark.parametrize(("version", "schema"), [(1, OF_1), (2, OF_2), (3, OF_3)])
def test_a_journal_of_an_earlier_version_is_read_and_brought_up(
    tmp_path: Path, target_at: TargetAt, version: int, schema: str
) -> None:
    path = tmp_path / "journal"
    with sqlite3.connect(path) as sql:
        assert "recipe" not in OF_1
        assert "planned" not in OF_2
        assert "mapping" not in OF_3
        sql.executescript(f"{schema} PRAGMA user_version = {version}")
        sql.execute(
            "INSERT INTO runs (started, process, target, address, environment, application, key, mode, batch, what, open)"
            " VALUES ('then', 999999999, 't', 'a', 'e', '', '****', 'single', 1, 'w', 3)"
        )
    old = History(path).run(1)
    assert old is not None
    assert (old.running, old.resumable, old.unknown) == (False, False, 3)
    with Journal(path, target_at("x").api_key) as journal:
        run = journal.begin(plan(target_at("http://127.0.0.1:9/v1"), "single", 1), "w", OPTIONS)
    assert path.stat().st_mode & 0o777 == 0o600, "also one that others could read"
    with sqlite3.connect(path) as sql:
        assert sql.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert sql.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert History(path).run(1) == old
    assert History(path).run_options(run) == OPTIONS
    assert (History(path).run_options(1), History(path).run_options(9)) == (None, None)


@pytest.mark.parametrize("pragma", ["user_version = 0", "user_version = 2", "application_id = 7"])
def test_another_programs_database_is_left_as_it_is(tmp_path: Path, pragma: str) -> None:
    path = tmp_path / "bookmarks.sqlite3"
    with sqlite3.connect(path) as sql:
        sql.executescript(f"CREATE TABLE runs (name TEXT); PRAGMA {pragma}")
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(JournalError, match="another program's") as caught:
        Journal(path)
    assert caught.value.hint == "To send, name another file with --journal."
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_hint_names_what_set_the_place(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("attempt to write a readonly database")
    assert "name another file with --journal" in journal_error(tmp_path / "j", error).hint
    assert "ABTUI_HOME" in journal_error(journal_path(), error).hint


def test_run_options_that_cannot_be_read_hide_no_run_that_can_be_resumed(tmp_path: Path, target_at: TargetAt) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        for _ in range(2):
            journal.begin(plan(target_at("http://127.0.0.1:9/v1"), "single", 1), "w", OPTIONS)
            journal.end("cancelled")
    with sqlite3.connect(path) as sql:
        sql.execute("UPDATE runs SET recipe = json_set(recipe, '$.timeout', NULL) WHERE id = 2")
    history = History(path)
    assert [run.resumable for run in history.runs(0, 9)] == [False, True]
    assert [run.id for run in [history.unfinished()] if run] == [1]
    assert history.run_options(2) is None


@pytest.mark.parametrize("levels", [500, 960, 100_000])
def test_what_is_too_deep_in_a_journal_is_told(tmp_path: Path, target_at: TargetAt, levels: int) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        run = journal.begin(plan(target_at("http://127.0.0.1:9/v1"), "single", 1), "w", OPTIONS)
        journal.write(make_batch(0, tuple(entries(1)), "single"))
        journal.end("cancelled")
    deep = "[" * levels + "]" * levels
    with sqlite3.connect(path) as sql:
        sql.execute("UPDATE runs SET recipe = ?", (deep,))
        sql.execute("UPDATE events SET notices = ?", (deep.encode(),))
    history = History(path)
    assert [one.resumable for one in history.runs(0, 9)] == [False]
    with pytest.raises(JournalError, match="A receipt in the journal cannot be read"):
        history.sent(run, 0, 9)


def test_run_options_with_the_key_in_them_are_not_kept(tmp_path: Path, target_at: TargetAt) -> None:
    path = tmp_path / "journal"
    options = msgspec.structs.replace(OPTIONS, config=f"/c-{KEY}.yaml")
    target = target_at("http://127.0.0.1:9/v1")
    with Journal(path, target.api_key) as journal:
        run = journal.begin(plan(target, "single", 1), "w", options)
    assert (History(path).run_options(run), History(path).unfinished()) == (None, None)
    assert KEY.encode() not in path.read_bytes()


def test_a_run_that_is_under_way_is_not_taken_up(tmp_path: Path, target_at: TargetAt) -> None:
    path = tmp_path / "journal"
    with Journal(path) as journal:
        run = journal.begin(plan(target_at("http://127.0.0.1:9/v1"), "single", 1), "w", OPTIONS)
        assert History(path).unfinished() is None
        with pytest.raises(JournalError, match="Another process is sending run 1"):
            journal.reopen(run)
        with pytest.raises(JournalError, match="no run 9"):
            journal.reopen(9)
        with sqlite3.connect(path) as sql:
            # Another process has the number by now.
            sql.execute("UPDATE runs SET identity = 'another one'")
        assert [found.id for found in [History(path).unfinished()] if found] == [run]
        journal.reopen(run)
        journal.end("done")
        assert History(path).unfinished() is None


def test_a_run_that_another_process_took_up_since_is_not_sent_by_an_older_plan(
    tmp_path: Path, target_at: TargetAt
) -> None:
    path = tmp_path / "journal"
    target = target_at("http://127.0.0.1:9/v1")
    with Journal(path) as journal:
        run = journal.begin(plan(target, "single", 2), "w", OPTIONS)
        journal.end("cancelled")
        planned = History(path).resume_state(run)
        with Journal(path) as other:
            other.reopen(run, History(path).resume_state(run).seen)
            entry = next(entries(1))
            other.write(make_batch(1, (entry,), "single"))
            other.end("cancelled")
        with pytest.raises(JournalError, match="Another process resumed run 1"):
            journal.reopen(run, planned.seen)
        journal.reopen(run, History(path).resume_state(run).seen)


def test_a_process_is_known_by_more_than_its_number() -> None:
    own = identity(os.getpid())
    assert is_alive(os.getpid(), own)
    assert is_alive(os.getpid(), "")
    assert not is_alive(os.getpid(), "another one")
    assert not is_alive(999_999_999, "")
    assert identity(999_999_999) == ""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not tell the state of a process")
def test_a_killed_process_that_nobody_waited_for_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        known = identity(process.pid)
        assert is_alive(process.pid, known)
        process.kill()
        # Its end is waited for, and its number is left taken.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert (is_alive(process.pid, known), is_alive(process.pid, "")) == (False, False)
