"""`abtui send` when everything goes wrong: interrupted, no journal, no answer, hostile answers; and where the key is then."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from abtui.services import delivery as delivery_module
from abtui.services import journal as journal_module
from abtui.services.collector import guards
from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from abtui.services.journal import Journal
from abtui.services.journal_file import journal_path
from tests.cli.sending import KEY, Command, command, folder, many, received
from tests.kit import event
from tests.services.raw_server import LimitOnceRead, RawServer, Script, http
from tests.services.test_bad_days import abtui, written_down

call = pytest.fixture(command)
TESTS = Path(__file__).parents[1]
ESCAPES = "\x1b]0;pwned\x07\x1b[2J\x9b31m[red]\u202e[/][link=x]"


def whole(path: Path) -> None:
    with sqlite3.connect(path) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Interrupted


@pytest.mark.parametrize("times", [1, 2])
async def test_ctrl_c_once_ends_cleanly_and_twice_at_once(tmp_path: Path, times: int) -> None:
    with LocalCollector(fault=Fault("slow", 0.4 if times == 1 else 600.0)) as collector:
        config, events = folder(tmp_path, collector.base_url, *many(400, users=400))
        process = abtui("send", config, events, "--yes", "--concurrency", "2", home=tmp_path)
        assert process.stderr is not None
        await written_down(tmp_path, 2)
        said = b""
        for words in (b"Ending when the requests on their way are answered", b"Ending at once")[:times]:
            # Two signals at the same moment are one.
            process.send_signal(signal.SIGINT)
            while words not in said:
                line = await asyncio.to_thread(process.stderr.readline)
                assert line, said
                said += line
        out, err = await asyncio.to_thread(process.communicate)
        err = said + err
        assert (process.returncode, b"Traceback" in err) == (130, False), err
        took = len(received(collector))
    run = History(tmp_path / "state" / "journal.sqlite3").runs(0, 1)[0]
    assert (run.ending, run.waiting) == ("cancelled", 0)
    assert (run.accepted, run.unknown) == ((took, 0) if times == 1 else (0, 2))
    assert b"abtui send --resume 1" in out
    whole(tmp_path / "state" / "journal.sqlite3")


# The journal


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))


def test_no_room_for_the_journal(tmp_path: Path, call: Command) -> None:
    with LocalCollector() as collector:
        config, events = folder(tmp_path, collector.base_url)
        env = os.environ | {"KEY": KEY, "PYTHONPATH": str(Path(__file__).parents[2])}
        words = [sys.executable, "-m", "abtui", "send", config, events]
        done = subprocess.run(words, capture_output=True, env=env, preexec_fn=_small_files, check=False)
        assert done.returncode == 2
        assert b"cannot be used: " in done.stderr
        assert b"Nothing is sent without the journal." in done.stderr
        assert b"Traceback" not in done.stderr
        # Not a place for a file at all.
        done_here = call("send", config, events, "--journal", str(tmp_path))
        assert (done_here.code, "The journal" in done_here.err) == (2, True)
        assert received(collector) == []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may read and enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def test_a_read_only_journal(open_folder: Path, call: Command) -> None:
    with LocalCollector() as collector:
        config, events = folder(open_folder, collector.base_url)
        journal = open_folder / "journal"
        assert call("send", config, events, "--journal", str(journal), "--dry-run").code == 0
        assert not journal.exists(), "a plan writes nothing"
        journal.touch()
        journal.chmod(0o444)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65_534)
        try:
            done = call("send", config, events, "--journal", str(journal))
        finally:
            if root:
                os.seteuid(0)
        assert done.code == 2
        assert "cannot be used: permission denied. Check who may write there" in done.err
        assert received(collector) == []


@pytest.mark.parametrize("log", ["taken in", "left", "shared"])
def test_a_history_where_nothing_can_be_written(open_folder: Path, call: Command, log: str) -> None:
    """As on a read-only mount: SQLite cannot put its files beside the journal, or write to those that are there."""
    with LocalCollector() as collector:
        config, events = folder(open_folder, collector.base_url)
        journal = open_folder / "home" / "journal"
        assert call("send", config, events, "--journal", str(journal)).code == 0
    if log != "taken in":
        # Whoever has it open keeps the log; a copy of that is what a killed process leaves.
        with closing(sqlite3.connect(journal)) as sql:
            sql.execute("UPDATE runs SET what = 'kept in the log'")
            sql.commit()
            left = {file.name: file.read_bytes() for file in journal.parent.iterdir()}
        for name, data in left.items():
            if log == "shared" or not name.endswith("-shm"):
                (journal.parent / name).write_bytes(data)
    before = {file.name: file.read_bytes() for file in journal.parent.iterdir()}
    for file in journal.parent.iterdir():
        file.chmod(0o444)
    journal.parent.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        done = call("history", "--journal", str(journal), "--format", "json")
        receipts = call("history", "1", "--journal", str(journal))
        again = call("send", "--resume", "1", "--retry-unknown", "--journal", str(journal))
    finally:
        if root:
            os.seteuid(0)
        journal.parent.chmod(0o755)
    (run,) = json.loads(done.out)
    assert (run["accepted"], run["what"] == "kept in the log") == (6, log != "taken in")
    assert receipts.code == 0
    assert "There is nothing to send" in again.err
    assert {file.name: file.read_bytes() for file in journal.parent.iterdir()} == before


def test_a_disk_that_fills_up_in_a_run(tmp_path: Path, call: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = journal_module.connect

    def full(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 6}")
        return connection

    monkeypatch.setattr(journal_module, "connect", full)
    with LocalCollector() as collector:
        config, events = folder(tmp_path, collector.base_url, *many(400))
        done = call("send", config, events, "--yes")
        took = len(received(collector))
    run = History().runs(0, 1)[0]
    assert (done.code, run.running, run.waiting) == (1, False, 0)
    assert 0 < run.accepted <= took <= run.accepted + run.unknown
    assert "error: The journal" in done.err
    assert "Make room on the disk." in done.err
    assert "It ended early: The journal" in done.words


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("at", [1, 3, 12])
def test_a_journal_that_is_removed_in_a_run(tmp_path: Path, call: Command, at: int, replaced: bool) -> None:
    """Before the next request the run stops; it is told what was sent, though another journal may stand in its place."""
    journal, count = tmp_path / "journal", 0

    def removing() -> Fault:
        nonlocal count
        count += 1
        if count == at:
            for file in tmp_path.glob("journal*"):
                file.unlink()
            if replaced:
                Journal(journal).close()
        return Fault("none")

    with LocalCollector(fault=removing) as collector:
        config, events = folder(tmp_path, collector.base_url, *many(12))
        done = call("send", config, events, "--concurrency", "1", "--journal", str(journal), "--format", "json")
        assert len(received(collector)) == at, "nothing is sent after it"
    told = json.loads(done.out)
    assert (done.code, told["accepted"], told["notSent"]) == (1, at, 12 - at)
    assert (told["unknown"], told["waiting"], told["resumable"], told["receipts"]) == (0, 0, False, [])
    assert sum(kind["events"] for kind in told["answers"]) == at
    assert "was removed or replaced during the run" in told["ending"]
    assert "was removed or replaced during the run" in done.err
    assert "Traceback" not in done.err
    assert journal.exists() is replaced
    assert not replaced or History(journal).run_count() == 0


def test_a_journal_that_is_removed_under_requests_on_their_way(tmp_path: Path, call: Command) -> None:
    journal = tmp_path / "journal"

    def removing() -> Fault:
        journal.unlink(missing_ok=True)
        return Fault("none")

    with LocalCollector(fault=removing) as collector:
        config, events = folder(tmp_path, collector.base_url, *many(30, users=30))
        done = call("send", config, events, "--concurrency", "4", "--journal", str(journal))
        took = len(received(collector))
    assert done.code == 1
    assert 1 <= took <= 4
    assert f"30 events: {took} accepted, {30 - took} not sent." in done.words


def test_a_clock_that_is_put_back(tmp_path: Path, call: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(59, 0, -1))
    monkeypatch.setattr("abtui.services.clock.now", lambda: f"2026-01-01T00:00:{next(times):02}.000Z")
    with LocalCollector() as collector:
        config, events = folder(tmp_path, collector.base_url)
        assert call("send", config, events, "--concurrency", "1").code == 0
    run = History().runs(0, 1)[0]
    assert run.ended == run.started
    with sqlite3.connect(journal_path()) as sql:
        assert all(written <= closed for written, closed in sql.execute("SELECT written, closed FROM requests"))


def test_a_storm_of_429_is_one_line(tmp_path: Path, call: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = guards.error_answer(429, "Too many requests.", {"Retry-After": "0.05"})
    monkeypatch.setitem(guards._FAULT_ANSWERS, "429", answer)
    coming = [Fault("429"), Fault("429"), Fault("none")] * 6
    with LocalCollector(fault=lambda: coming.pop(0)) as collector:
        config, events = folder(tmp_path, collector.base_url)
        done = call("send", config, events, "--concurrency", "1")
        assert len(received(collector)) == 6
    assert done.code == 0
    lines = [line for line in done.err.splitlines() if "asked to wait" in line]
    assert len(lines) == 1
    assert "The collector asked to wait: 12 times, 1 s in all." in done.words


# No answer


async def _never(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_a_collector_that_accepts_and_never_answers(
    tmp_path: Path, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(_never) as server:
        monkeypatch.setattr("abtui.services.transport.asyncio", LimitOnceRead(lambda n: len(server.requests) >= n))
        config, events = folder(tmp_path, server.base, *many(40, users=40))
        arguments = ("send", config, events, "--concurrency", "4")
        done = await asyncio.to_thread(_in_thread, call, arguments)
        assert len(server.requests) <= 14
    assert done.code == 1
    run = History().runs(0, 1)[0]
    assert run.unknown == run.events >= 10, "none is repeated, and too many in a row end the run"
    assert "10 requests in a row failed" in done.words
    assert "unknown: sent, but no answer was read" in done.words


def _in_thread(call: Command, arguments: tuple[str, ...]) -> object:
    """Signals can be handled in the main thread only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("abtui.cli.send.signal.signal", lambda _number, _handler: None)
        return call(*arguments)


# Hostile answers, events and names


async def test_no_control_sequence_reaches_the_terminal(tmp_path: Path, call: Command) -> None:
    answer = json.dumps({"ok": False, "warnings": [], "errors": [{"batchIndex": 0, "eventIndex": 0, "subject": ESCAPES, "message": ESCAPES}]}, ensure_ascii=False)  # fmt: skip
    async with RawServer(http("400 Bad Request", answer.encode(), "Content-Type: application/json")) as server:
        config, _ = folder(tmp_path, server.base)
        events = tmp_path / f"{ESCAPES.replace('/', '')}.jsonl"
        events.write_text(event(event=ESCAPES, userId=ESCAPES) + "\n{ " + ESCAPES, encoding="utf-8")
        outputs = []
        for arguments in (
            ("send", config, str(events)),
            ("send", config, str(events), "--dry-run"),
            ("send", config, str(events), "--format", "github"),
            ("send", config, str(events) + "x"),
            ("send", ESCAPES, str(events)),
            ("send", config, str(events), "--target", ESCAPES),
            ("send", config, str(events), "--yes-production", ESCAPES),
            ("send", config, str(events), "--journal", f"{tmp_path}/{ESCAPES}"),
            ("send", config, str(events), "--ca-bundle", ESCAPES),
            ("send", "--resume", ESCAPES),
            ("send", f"--{ESCAPES}"),
            ("history",),
            ("history", "1"),
            ("history", "1", "--format", "csv"),
            ("history", "--journal", ESCAPES),
        ):
            done = await asyncio.to_thread(_in_thread, call, arguments)
            outputs.append(f"{done.out}{done.err}")  # type: ignore[attr-defined]
    for text in outputs:
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}, text
    assert "[red]" in outputs[0], "markup is shown as it is"
    assert "1 refused" in outputs[0]


# The key


def _echo(writer: asyncio.StreamWriter) -> Awaitable[None]:
    """Says the key wherever an answer can say anything."""
    body = json.dumps({"ok": False, "warnings": [], "errors": [{"batchIndex": 0, "eventIndex": 0, "subject": KEY, "message": f"key {KEY}"}]})  # fmt: skip
    writer.write(http(f"400 {KEY}", body.encode(), f"X-Echo: {KEY}", f"Location: https://{KEY}@x/{KEY}", f"Retry-After: {KEY}"))  # fmt: skip
    return writer.drain()


def _page(writer: asyncio.StreamWriter) -> Awaitable[None]:
    writer.write(http("502 Bad Gateway", f"<html>{KEY}".encode(), "Content-Type: text/html"))
    return writer.drain()


def _broken(writer: asyncio.StreamWriter) -> Awaitable[None]:
    writer.write(f"HTP/1.1 {KEY}\r\n{KEY}\r\n\r\n".encode())
    return writer.drain()


def _cut(writer: asyncio.StreamWriter) -> Awaitable[None]:
    writer.write(http("200 OK", KEY.encode(), length=500))
    return writer.drain()


class Worst:
    """Answers in every bad way, in turn."""

    def __init__(self) -> None:
        self._ways: list[Callable[[asyncio.StreamWriter], Awaitable[None]]] = [_echo, _page, _broken, _cut, _never]
        self._count = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        await self._ways[self._count % len(self._ways)](writer)


async def test_the_key_is_nowhere_after_a_run_that_fails_in_every_way(
    tmp_path: Path, call: Command, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    rows = [event(messageId=KEY, event=f"e{n} {KEY}", userId=f"u{n}", properties={"key": KEY}) for n in range(8)]
    said = ""
    script: Script = Worst()
    async with RawServer(script) as server:
        config, events = folder(tmp_path, server.base, *rows)
        os.remove(events)
        events = f"{tmp_path}/events.jsonl"
        # The file of events holds the key by itself: it is the one place that may.
        Path(events).write_text("\n".join(rows))
        forms = [f"--format={form}=report.{form}" for form in ("json", "junit", "text", "html", "markdown", "github")]
        base = ("send", config, events, "--timeout", "0.1", "--tries", "2", *forms)
        for arguments in (
            base,
            (*base, "--batch", "3", "--concurrency", "1"),
            ("send", "--resume", "--retry-unknown"),
            ("history", "1"),
            ("history", "1", "--format", "jsonl", "-o", "export.jsonl"),
            ("send", config, events, "--proxy", f"http://user:{KEY}@127.0.0.1:9", "--dry-run"),
            ("send", config, events, "--proxy", f"{KEY}"),
        ):
            done = await asyncio.to_thread(_in_thread, call, arguments)
            said += f"{done.out}{done.err}"  # type: ignore[attr-defined]
        # And a bug, with all that a traceback can show.
        monkeypatch.setattr(delivery_module, "event_results", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError) as caught:
            await asyncio.to_thread(_in_thread, call, base)
    trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    shown = [line for line in trace.format() if str(TESTS) not in line and "_pytest" not in line]
    assert any("services/delivery.py" in line for line in shown)
    # The events' own text is in the frames that read them.
    shown = [line for line in shown if "services/sender.py" in line or "services/transport.py" in line or "services/journal" in line]  # fmt: skip
    assert KEY not in "".join(shown)
    assert KEY not in said
    assert KEY not in caplog.text
    assert History().run_count() == 3
    kept = [file for top in (tmp_path, journal_path().parent) for file in top.rglob("*") if file.is_file()]
    assert len(kept) >= 9
    for file in kept:
        assert file.name == "events.jsonl" or KEY.encode() not in file.read_bytes(), file
    for file in journal_path().parent.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
