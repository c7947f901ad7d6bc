"""Deliveries over real HTTP, and the journal they leave: against the local collector and its faults."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from abtui.core.config.model import Target
from abtui.core.delivery.batches import Entry
from abtui.core.delivery.options import Mode, Options, Timeouts
from abtui.core.delivery.plan import Plan, PlanCounts, make_plan
from abtui.core.delivery.policy import Retries
from abtui.core.delivery.probe import checks
from abtui.core.delivery.progress import Control, Progress, RequestSettled
from abtui.core.delivery.receipts import SentRequest, receipt_of_answer
from abtui.core.delivery.shipment import Shipment
from abtui.core.destinations import DESTINATIONS
from abtui.core.outcomes import Request
from abtui.services import clock
from abtui.services.collector import guards
from abtui.services.collector.faults import Fault, FaultKind, NextFault
from abtui.services.collector.server import LocalCollector
from abtui.services.delivery import Delivery
from abtui.services.history import History
from abtui.services.journal import Journal
from abtui.services.journal_file import VERSION, JournalError, journal_error
from abtui.services.sender import probe
from tests.kit import PATIENCE, eventually

from .conftest import KEY, TargetAt
from .raw_server import LimitOnceRead, RawServer, http

QUICK = Retries(tries=4, first=0.01, most=0.02, total=5)


def entries(count: int, *, users: int = 7, bad: tuple[int, ...] = (), made: list[int] | None = None) -> Iterator[Entry]:
    """Events that can be told apart in what the collector received."""
    for index in range(count):
        if made is not None:
            made.append(index)
        body: dict[str, Any] = {
            "publishedAt": 1_700_000_000_000,
            "units": [{"type": "user_id", "uid": f"u{index % users}"}],
            "goals": [
                {
                    "name": "n",
                    "achievedAt": "x" if index in bad else 1_700_000_000_000,
                    "properties": {"n": index, "key": KEY},
                }
            ],
        }
        headers = {"X-API-Key": "****", "X-Agent": "segment", "Content-Type": "application/json"}
        request = Request("PUT", "https://x/v1/context", headers, body, orjson.dumps(body))
        yield Entry(index, f"events:{index} {KEY}", "Order", request)


def plan(target: Target, mode: Mode, count: int, batch: int = 500) -> Plan:
    counts = PlanCounts()
    counts.add("send", "GOAL-MAPPED", count)
    return make_plan(counts, target, mode, batch=batch)


def received(collector: LocalCollector) -> list[int]:
    """The numbers of the events the collector took, in the order it took them."""
    bodies = [entry["body"] for entry in collector.state.received()["accepted"]]
    requests = [one for body in bodies for one in body.get("requests", [body])]
    return [request["goals"][0]["properties"]["n"] for request in requests]


def states(path: Path, run: int = 1) -> dict[int, str]:
    return {one.item: one.state for one in History(path).sent(run, 0, 100_000)}


def unbroken(path: Path) -> None:
    with sqlite3.connect(path) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"events:0" in kept
    assert KEY.encode() not in kept


async def sent(
    tmp_path: Path,
    target: Target,
    mode: Mode,
    count: int,
    *,
    batch: int = 500,
    options: Options | None = None,
    **more: Any,
) -> tuple[Progress, Path]:
    path = tmp_path / "state" / "journal.sqlite3"
    bad = more.pop("bad", ())
    events = more.pop("events", None) or entries(count, bad=bad)
    delivery = Delivery(
        Shipment(plan(target, mode, count, batch), target, events, "test", options or Options(retries=QUICK)),
        journal=path,
        chance=random.Random(1).random,
        **more,
    )
    return await delivery.run(), path


@pytest.mark.parametrize(("mode", "batch"), [("single", 1), ("batch", 10)])
async def test_each_event_is_taken_once_in_its_users_order(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt, mode: Mode, batch: int
) -> None:
    progress, path = await sent(tmp_path, target_at(base), mode, 60, batch=batch)
    took = received(collector)
    assert sorted(took) == list(range(60))
    for user in range(7):
        own = [number for number in took if number % 7 == user]
        assert own == sorted(own)
    assert (progress.accepted, progress.ending, progress.requests) == (60, "done", 60 // batch)
    assert set(states(path).values()) == {"accepted"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    unbroken(path)


@pytest.mark.parametrize(("mode", "batch"), [("single", 1), ("batch", 10)])
async def test_an_event_that_comes_while_others_are_sent_does_not_wait_for_the_next_one(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt, mode: Mode, batch: int
) -> None:
    def coming() -> Iterator[Entry | None]:
        for number, entry in enumerate(entries(4)):
            yield entry
            while len(received(collector)) <= number:
                yield None

    progress, path = await sent(tmp_path, target_at(base), mode, 0, batch=batch, events=coming())
    assert received(collector) == [0, 1, 2, 3]
    assert (progress.accepted, progress.ending, progress.requests) == (4, "done", 4)
    run = History(path).run(1)
    assert run is not None
    assert run.all_accepted


async def test_a_batch_that_is_refused_for_some_goes_again_without_them(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt
) -> None:
    told: list[Any] = []
    progress, path = await sent(tmp_path, target_at(base), "batch", 30, batch=10, bad=(3, 4, 25), observe=told.append)
    assert sorted(received(collector)) == [number for number in range(30) if number not in (3, 4, 25)]
    assert (progress.accepted, progress.refused, progress.unknown, progress.waiting) == (27, 3, 0, 0)
    assert [item for item, state in states(path).items() if state == "refused"] == [3, 4, 25]
    run = History(path).runs(0, 10)[0]
    assert (run.accepted, run.refused, run.waiting, run.ending) == (27, 3, 0, "done")
    refused = History(path).sent(1, 0, 10, "refused")
    assert "achievedAt" in refused[0].said
    kept = History(path).detail(1, refused[0].number)
    assert kept is not None
    assert kept.receipt is not None
    assert [notice.payload_path for notice in kept.receipt.errors] == ["$.goals[0].achievedAt"] or kept.receipt.errors
    assert '"achievedAt":"x"' in kept.body
    assert sum(len(value.entries) for value in told if isinstance(value, RequestSettled)) == 30 + 8 + 9


def bad_moments(seed: int) -> NextFault:
    """A collector of 1% 429, 8% 500, 4% HTML, 4% dropped before and 4% after it took the request."""
    chance = random.Random(seed)
    kinds: list[FaultKind] = ["429"] + ["500"] * 8 + ["html"] * 4 + ["drop"] * 4 + ["lost"] * 4 + ["none"] * 79
    return lambda: Fault(chance.choice(kinds))


@pytest.mark.parametrize("mode", ["single", "batch"])
async def test_on_a_bad_day_nothing_is_lost_or_taken_twice_unknowingly(
    tmp_path: Path, target_at: TargetAt, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which request meets which fault is left to chance, by what comes in first: none may meet so many, or take so long over
    # them, that it is given up, as its user's others would wait then. Waiting for a second each time is tested elsewhere.
    monkeypatch.setitem(guards._FAULT_ANSWERS, "429", guards.error_answer(429, "Too many requests."))
    patient = Retries(tries=1_000, first=0.001, most=0.002, total=PATIENCE, in_a_row=1_000)
    with LocalCollector(fault=bad_moments(5)) as collector:
        options = Options(timeouts=Timeouts(PATIENCE, PATIENCE), concurrency=4, retries=patient)
        progress, path = await sent(tmp_path, target_at(collector.base_url), mode, 90, batch=2, options=options)
    took = Counter(received(collector))
    found = states(path)
    assert len(found) == 90
    assert max(took.values()) == 1
    accepted = {item for item, state in found.items() if state == "accepted"}
    unknown = {item for item, state in found.items() if state == "unknown"}
    assert accepted <= took.keys() <= accepted | unknown
    assert took.keys() - accepted, "an answer was lost of what was taken"
    assert (progress.accepted, progress.unknown) == (len(accepted), len(unknown))
    assert progress.accepted + progress.refused + progress.unknown == 90
    unbroken(path)


@pytest.mark.parametrize("levels", [201, 948, 990, 5_000])
@pytest.mark.parametrize(("status", "state"), [("200 OK", "unknown"), ("400 Bad Request", "refused")])
async def test_an_answer_that_is_too_deep_ends_nothing(
    tmp_path: Path, target_at: TargetAt, levels: int, status: str, state: str
) -> None:
    answer = b'{"ok": false, "errors": [%b]}' % (b"[" * levels + b"]" * levels)
    async with RawServer(http(status, answer, "Connection: close")) as server:
        progress, path = await sent(tmp_path, target_at(server.base), "single", 3)
    assert (progress.ending, getattr(progress, state)) == ("done", 3)
    assert set(states(path).values()) == {state}
    kept = History(path).detail(1, 0)
    assert kept is not None


async def test_401_ends_the_run_and_leaves_the_rest(tmp_path: Path, target_at: TargetAt) -> None:
    with LocalCollector(key="another-key-0123") as collector:
        progress, path = await sent(
            tmp_path, target_at(collector.base_url), "single", 50, options=Options(concurrency=1)
        )
    assert (progress.refused, progress.ending) == (1, "halted")
    assert "API key" in progress.note
    assert len(states(path)) == 1


async def test_nobody_listens_nothing_was_sent(tmp_path: Path, target_at: TargetAt) -> None:
    progress, path = await sent(
        tmp_path, target_at("http://127.0.0.1:9/v1"), "single", 50, options=Options(concurrency=1, retries=QUICK)
    )
    assert (progress.waiting, progress.tries, progress.ending) == (1, 4, "halted")
    assert states(path) == {0: "waiting"}


async def test_an_answer_that_does_not_come_is_unknown_in_bounded_time(
    tmp_path: Path, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Fault] = []

    def slow() -> Fault:
        asked.append(Fault("slow", PATIENCE))
        return asked[-1]

    monkeypatch.setattr("abtui.services.transport.asyncio", LimitOnceRead(lambda count: len(asked) >= count))
    options = Options(retries=QUICK, concurrency=4)
    with LocalCollector(fault=slow) as collector:
        progress, path = await sent(tmp_path, target_at(collector.base_url), "batch", 8, batch=4, options=options)
    assert (progress.unknown, progress.tries) == (8, 2)
    assert set(states(path).values()) == {"unknown"}


async def test_a_collector_that_is_down_ends_the_run(tmp_path: Path, target_at: TargetAt) -> None:
    retries = Retries(tries=1, in_a_row=3)
    with LocalCollector(fault=Fault("500")) as collector:
        progress, _ = await sent(
            tmp_path,
            target_at(collector.base_url),
            "single",
            50,
            options=Options(concurrency=1, retries=retries),
        )
    assert (progress.refused, progress.ending) == (3, "halted")
    assert "3 requests in a row failed" in progress.note


async def test_pause_holds_and_cancel_leaves_the_rest_unsent(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt
) -> None:
    control, made = Control(), list[int]()
    paused = asyncio.Event()

    def observe(value: Progress | RequestSettled) -> None:
        if isinstance(value, Progress) and value.state == "sending" and value.settled >= 3:
            control.paused = True
        if isinstance(value, Progress) and value.state == "paused" and value.note:
            paused.set()

    task = asyncio.create_task(
        sent(
            tmp_path, target_at(base), "single", 5_000, events=entries(5_000, made=made), control=control, observe=observe,
            options=Options(concurrency=1),
        )
    )  # fmt: skip
    await paused.wait()
    before = len(received(collector))
    assert 3 <= before <= 5
    # From another thread, as the screen does.
    thread = threading.Thread(target=control.cancel)
    thread.start()
    progress, path = await task
    thread.join()
    assert progress.ending == "cancelled"
    assert len(received(collector)) == before == progress.accepted
    assert len(made) < 200, "events are made as they are needed"
    assert History(path).runs(0, 1)[0].ending == "cancelled"


async def test_a_second_cancel_does_not_wait_for_what_is_on_its_way(tmp_path: Path, target_at: TargetAt) -> None:
    control, told = Control(), list[Any]()
    with LocalCollector(fault=Fault("slow", PATIENCE)) as collector:
        path = tmp_path / "state" / "journal.sqlite3"
        task = asyncio.create_task(
            sent(tmp_path, target_at(collector.base_url), "single", 10, control=control, observe=told.append)
        )
        await eventually(lambda: path.exists() and states(path))
        control.cancel()
        control.cancel()
        progress, _ = await task
    assert progress.unknown >= 1
    ended = [value for value in told if isinstance(value, RequestSettled)]
    assert {share.state for value in ended for share in value.results} == {"unknown"}
    assert sum(len(value.entries) for value in ended) == progress.unknown
    assert "unknown" in states(path).values()


async def test_what_was_settled_is_not_told_again_when_all_is_left(tmp_path: Path, target_at: TargetAt) -> None:
    control, told, faults = Control(), list[Any](), iter([Fault("none")])
    asked: list[Fault] = []

    def fault() -> Fault:
        found = next(faults, Fault("slow", PATIENCE))
        asked.append(found)
        if len(asked) == 2:
            # The batch was refused for some of its events; without them it goes again, and no answer comes.
            control.cancel()
            control.cancel()
        return found

    def observe(value: Progress | RequestSettled) -> None:
        if isinstance(value, RequestSettled):
            told.append(value)

    with LocalCollector(fault=fault) as collector:
        progress, path = await sent(
            tmp_path, target_at(collector.base_url), "batch", 5, bad=(1, 3), control=control, observe=observe
        )
    assert [entry.index for entry in told[-1].entries] == [0, 2, 4]
    assert {share.state for share in told[-1].results} == {"unknown"}
    assert (progress.refused, progress.unknown, progress.waiting) == (2, 3, 0)
    assert Counter(states(path).values()) == {"refused": 2, "unknown": 3}


async def test_the_first_failure_of_the_journal_is_told(
    tmp_path: Path, base: str, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0

    def fails(*_arguments: Any) -> None:
        nonlocal count
        count += 1
        raise JournalError(f"Failure {count}.")

    monkeypatch.setattr(Journal, "settle", fails)
    progress, _ = await sent(tmp_path, target_at(base), "single", 20, options=Options(concurrency=4))
    assert (progress.ending, progress.note, count > 1) == ("journal", "Failure 1.", True)


async def test_a_rate_spreads_requests(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt
) -> None:
    progress, _ = await sent(tmp_path, target_at(base), "single", 6, options=Options(rate=50))
    assert progress.seconds >= 5 / 50


@pytest.mark.parametrize("mode", ["single", "batch"])
async def test_a_rate_counts_what_goes_again(tmp_path: Path, target_at: TargetAt, mode: Mode) -> None:
    # Alone one after the other, so that nothing but the rate keeps them apart.
    retries = Retries(tries=4, first=0.0001, most=0.0001)
    options = Options(rate=50, retries=retries, concurrency=1)
    with LocalCollector(fault=Fault("500" if mode == "single" else "none")) as collector:
        bad = () if mode == "single" else (0, 3)
        progress, _ = await sent(tmp_path, target_at(collector.base_url), mode, 4, batch=2, options=options, bad=bad)
    assert progress.tries == (16 if mode == "single" else 4)
    assert progress.seconds >= (progress.tries - 1) / 50


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_a_retry_after_binds_what_goes_again_too(tmp_path: Path, target_at: TargetAt, status: str) -> None:
    when: list[float] = []
    told = asyncio.Event()

    async def script(writer: asyncio.StreamWriter) -> None:
        when.append(asyncio.get_running_loop().time())
        at = len(when)
        if at == 1:
            # It asks for nothing itself, and has to heed what the other was told.
            await told.wait()
            writer.write(http("500 Internal Server Error", b"{}"))
        elif at == 2:
            writer.write(http(status, b"{}", "Retry-After: 0.4"))
            await writer.drain()
            told.set()
        else:
            writer.write(http("200 OK", b'{"ok":true,"warnings":[],"errors":[]}'))

    async with RawServer(script) as server:
        options = Options(concurrency=2, retries=QUICK)
        progress, _ = await sent(tmp_path, target_at(server.base), "single", 2, options=options)
    assert (progress.accepted, progress.tries) == (2, 4)
    assert when[2] - when[1] >= 0.39


async def test_pause_is_heeded_while_the_pace_waits(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt
) -> None:
    control, paused = Control(), asyncio.Event()

    def observe(value: Progress | RequestSettled) -> None:
        if isinstance(value, Progress) and value.settled == 1:
            control.paused = True
        if isinstance(value, Progress) and value.note == "paused by you":
            paused.set()

    options = Options(rate=1 / 600, concurrency=4)
    task = asyncio.create_task(
        sent(tmp_path, target_at(base), "single", 5, control=control, observe=observe, options=options)
    )
    await paused.wait()
    control.cancel()
    progress, _ = await task
    assert (progress.accepted, len(received(collector))) == (1, 1)


async def test_nothing_is_written_down_before_it_could_leave(
    tmp_path: Path, base: str, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    from abtui.services import sender as module

    new_transport, found = module.new_transport, list[int]()

    def slow(*arguments: Any, **more: Any) -> Any:
        with sqlite3.connect(tmp_path / "state" / "journal.sqlite3") as sql:
            found.append(sql.execute("SELECT count(*) FROM requests").fetchone()[0])
        return new_transport(*arguments, **more)

    monkeypatch.setattr(module, "new_transport", slow)
    progress, _ = await sent(tmp_path, target_at(base), "single", 5)
    assert (progress.accepted, found) == (5, [0])


KILLED = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.services.test_delivery import plan, entries, Delivery, RequestSettled, Shipment
from abtui.core.config.model import Target
from abtui.core.text.secret import Secret
from tests.services.conftest import KEY
target = Target(name="t", collector_endpoint={base!r}, environment="staging", api_key=Secret(KEY))
seen = 0
def observe(value):
    global seen
    seen += isinstance(value, RequestSettled)
    if seen == 20:
        os.kill(os.getpid(), 9)
shipment = Shipment(plan(target, "single", 500), target, entries(500), "x")
asyncio.run(Delivery(shipment, journal=Path({path!r}), observe=observe).run())
"""


async def test_a_run_that_is_killed_leaves_what_was_on_its_way_as_unknown(
    tmp_path: Path, collector: LocalCollector, base: str
) -> None:
    path = tmp_path / "state" / "journal.sqlite3"
    root = str(Path(__file__).parents[2])
    code = KILLED.format(root=root, base=base, path=str(path))
    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=False)
    assert ended.returncode == -9
    found, took = states(path), set(received(collector))
    assert len(took) >= 20
    assert took <= found.keys()
    accepted = {item for item, state in found.items() if state == "accepted"}
    assert accepted <= took
    assert {state for item, state in found.items() if item in took - accepted} <= {"unknown"}
    run = History(path).runs(0, 1)[0]
    said = {one.said for one in History(path).sent(1, 0, 100_000, "unknown")}
    assert said <= {"Sent, no answer was read"}
    assert (run.running, run.ended, run.unknown) == (False, None, len(found) - len(accepted))
    unbroken(path)


# The journal alone


def test_two_processes_on_one_journal(tmp_path: Path, target_at: TargetAt) -> None:
    path = tmp_path / "journal.sqlite3"
    target = target_at("http://127.0.0.1:9/v1")
    code = (
        "import sys; from pathlib import Path; from abtui.services.journal import Journal;"
        " from tests.services.test_delivery import *; from abtui.core.text.secret import Secret;"
        " t = Target(name='t', collector_endpoint='http://127.0.0.1:9/v1', environment='s', api_key=Secret(KEY));"
        f" j = Journal(Path({str(path)!r})); [(j.begin(plan(t, 'single', 1), 'x'), j.end('done')) for _ in range(100)]"
    )
    root = str(Path(__file__).parents[2])
    other = [subprocess.Popen([sys.executable, "-c", code], cwd=root) for _ in range(1)]
    with Journal(path) as journal:
        for _ in range(100):
            journal.begin(plan(target, "single", 1), "y")
            journal.end("done")
    assert [one.wait() for one in other] == [0]
    assert History(path).run_count() == 200
    with sqlite3.connect(path) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_journal_that_cannot_be_used_is_told_before_anything_is_sent(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    path = folder / "journal.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(JournalError, match="not a database") as caught:
        await sent(tmp_path, target_at(base), "single", 3)
    assert "Move the file away" in caught.value.hint
    # What SQLite cannot make larger is an I/O error to it.
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda _path: shutil._ntuple_diskusage(1 << 30, 1 << 30, 0))
        assert "Make room" in journal_error(path, sqlite3.OperationalError("disk I/O error")).hint
    assert "Check who may write" in journal_error(path, sqlite3.OperationalError("disk I/O error")).hint
    path.unlink()
    path.mkdir()
    with pytest.raises(JournalError):
        await sent(tmp_path, target_at(base), "single", 3)
    path.rmdir()
    with Journal(path):
        pass
    with sqlite3.connect(path) as sql:
        sql.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match="newer"):
        await sent(tmp_path, target_at(base), "single", 3)
    with sqlite3.connect(path, isolation_level=None) as sql:
        sql.execute(f"PRAGMA user_version = {VERSION}")
        sql.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("abtui.services.journal_file.BUSY_SECONDS", 0.05)
        with pytest.raises(JournalError, match="locked") as caught:
            await sent(tmp_path, target_at(base), "single", 3)
        assert "Another program" in caught.value.hint
    assert received(collector) == []


async def test_a_full_disk_ends_the_run_before_the_next_request(
    tmp_path: Path, collector: LocalCollector, base: str, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    from abtui.services import journal as module

    connect = module.connect

    def full(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 6}")
        return connection

    monkeypatch.setattr(module, "connect", full)
    progress, path = await sent(tmp_path, target_at(base), "single", 500)
    assert progress.ending == "journal"
    assert "full" in progress.note
    took = set(received(collector))
    assert 0 < len(took) < 500
    assert took <= states(path).keys(), "what was sent was written down first"


async def test_an_error_in_abtui_ends_the_run_in_the_journal(
    tmp_path: Path, base: str, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abtui.services.delivery.event_results", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await sent(tmp_path, target_at(base), "single", 3)
    run = History(tmp_path / "state" / "journal.sqlite3").runs(0, 1)[0]
    assert (run.ending, run.running, run.ended is None) == ("An error in abtui ended it.", False, False)


def test_a_history_without_a_journal_is_empty(tmp_path: Path) -> None:
    history = History(tmp_path / "none.sqlite3")
    assert (history.runs(0, 9), history.run_count(), history.sent_count(1), history.detail(1, 0)) == ([], 0, 0, None)
    (tmp_path / "bad.sqlite3").write_bytes(b"x" * 5_000)
    with pytest.raises(JournalError):
        History(tmp_path / "bad.sqlite3").runs(0, 1)


@pytest.mark.parametrize(
    ("fault", "key", "lights"),
    [("none", None, "yes yes yes"), ("none", "other-key-01234", "yes no unknown"), ("500", None, "no unknown unknown"), ("drop", None, "yes yes unknown")],
)  # fmt: skip
async def test_a_connection_is_tested_by_reading_only(
    target_at: TargetAt, fault: FaultKind, key: str | None, lights: str
) -> None:
    with LocalCollector(fault=Fault(fault), key=key) as collector:
        found = await probe(target_at(collector.base_url, application="web"))
        assert collector.state.counts["accepted"] == collector.state.counts["rejected"] == 0
    assert " ".join(check.light for check in found) == lights
    assert "SECRET" not in repr(found)


@pytest.mark.parametrize(
    ("destination", "status", "said"),
    [
        ("actions", 401, "The key is refused (401). Segment's test of the settings says: Credentials are invalid: 401 Unauthorized."),
        ("actions", 404, "The collector has no call to test a key (404). Segment's test of the settings says: Credentials are invalid: 404 Not Found."),
        ("actions", 799, "Segment's test of the settings says: Credentials are invalid: 799."),
        ("actions", 200, "The key is accepted (200)."),
        ("classic", 401, "The key is refused (401)."),
    ],
)  # fmt: skip
def test_the_words_of_segments_own_test_stand_beside_the_keys_answer(destination: str, status: int, said: str) -> None:
    sent = SentRequest(url="https://acme.absmartly.io/v1/context/authed", headers={}, body=None, secret=None)
    healthy, authed = (
        receipt_of_answer(sent, code, {"content-type": "application/json"}, b"{}", 1.0, now=clock.now())
        for code in (200, status)
    )
    assert checks(healthy, authed, None, DESTINATIONS[destination].key_refused)[1].said.endswith(said)


async def test_segments_own_test_of_the_settings_is_told_for_the_answer_that_came(target_at: TargetAt) -> None:
    with LocalCollector(key="other-key-01234") as collector:
        found = await probe(target_at(collector.base_url), key_refused=DESTINATIONS["actions"].key_refused)
    assert "Credentials are invalid: 401 Unauthorized" in found[1].said
