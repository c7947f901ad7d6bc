"""Ten thousand events on a bad day, and processes killed at any moment: what the collector took, held against the journal.

`ABTUI_SLOW=1` sends the ten thousand one by one as well, and kills twenty times instead of twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from abtui.core.delivery.options import Options
from abtui.services.collector import guards
from abtui.services.collector.faults import Fault, FaultKind, NextFault
from abtui.services.collector.server import LocalCollector
from abtui.services.collector.state import CollectorState
from abtui.services.history import History
from tests.cli.sending import KEY, folder, many
from tests.cli.sending import received as numbers_received
from tests.kit import eventually
from tests.thorough import SLOW

from .conftest import TargetAt
from .test_delivery import QUICK, received, sent, states, unbroken

EVENTS = 10_000
ROOT = Path(__file__).parents[2]


def bad_day(seed: int) -> NextFault:
    """5% 429, 5% 500, 2% dropped, half of them after the request was taken, and 1% HTML."""
    chance = random.Random(seed)
    kinds: list[FaultKind] = ["429"] * 10 + ["500"] * 10 + ["drop"] * 2 + ["lost"] * 2 + ["html"] * 2 + ["none"] * 174
    return lambda: Fault(chance.choice(kinds))


@pytest.mark.parametrize(("mode", "batch"), [("batch", 50), *([("single", 1)] if SLOW else [])])
async def test_of_ten_thousand_events_none_is_missing_and_none_taken_twice(
    tmp_path: Path, target_at: TargetAt, mode: Any, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Waiting for a second each time is tested elsewhere.
    monkeypatch.setitem(guards._FAULT_ANSWERS, "429", guards.error_answer(429, "Too many requests."))
    state = CollectorState(most_entries=EVENTS, most_bytes=1 << 30)
    with LocalCollector(state, fault=bad_day(7)) as collector:
        options = Options(concurrency=4, retries=QUICK)
        progress, path = await sent(tmp_path, target_at(collector.base_url), mode, EVENTS, batch=batch, options=options)
        took = Counter(received(collector))
    found = states(path)
    by_state = {kind: {item for item, state in found.items() if state == kind} for kind in set(found.values())}
    accepted, unknown = by_state["accepted"], by_state["unknown"]
    assert progress.ending == "done", progress
    assert found.keys() == set(range(EVENTS)), "each event is in the journal"
    assert max(took.values()) == 1, "nothing is taken twice"
    assert accepted <= took.keys() <= accepted | unknown, (
        "what was accepted arrived, what arrived is accepted or unknown"
    )
    assert progress.tries > EVENTS / batch
    assert (progress.accepted, progress.unknown) == (len(accepted), len(unknown))
    run = History(path).runs(0, 1)[0]
    assert (run.accepted, run.refused, run.unknown, run.waiting) == (
        len(accepted), len(by_state.get("refused", ())), len(unknown), 0,
    )  # fmt: skip
    assert sum(kind.count for kind in History(path).kinds(1)) == EVENTS
    unbroken(path)


# Killed


def abtui(*arguments: str, home: Path) -> subprocess.Popen[bytes]:
    """The command as a process of its own."""
    env = os.environ | {"KEY": KEY, "PYTHONPATH": str(ROOT), "ABTUI_HOME": str(home)}
    command = [sys.executable, "-W", "error", "-m", "abtui", *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)


async def written_down(home: Path, count: int) -> None:
    """Wait until so many events are in the journal of `home`."""
    journal = home / "state" / "journal.sqlite3"
    await eventually(lambda: journal.exists() and History(journal).sent_count(1) >= count)


async def test_killed_at_any_moment_nothing_is_lost_or_sent_again(tmp_path: Path) -> None:
    kills = 20 if SLOW else 2
    count = 60 * kills
    chance = random.Random(os.urandom(8) if SLOW else 3)
    state = CollectorState(most_entries=10 * count)
    with LocalCollector(state) as collector:
        config, events = folder(tmp_path, collector.base_url, *many(count, users=11))
        for number in range(kills):
            first = ("send", config, events, "--yes", "--concurrency", "3")
            process = abtui(*(first if number == 0 else ("send", "--resume", "--yes")), home=tmp_path)
            # From anywhere within what this process sends, and a moment more.
            await written_down(tmp_path, number * 50 + chance.randrange(1, 45))
            await asyncio.sleep(chance.random() * 0.01)
            process.kill()
            out, err = await asyncio.to_thread(process.communicate)
            assert process.returncode == -signal.SIGKILL, (out, err)
            run = History(tmp_path / "state" / "journal.sqlite3").runs(0, 1)[0]
            assert (run.running, run.ended) == (False, None)
        last = abtui("send", "--resume", "--yes", home=tmp_path)
        out, err = await asyncio.to_thread(last.communicate)
        took = Counter(numbers_received(collector))
    path = tmp_path / "state" / "journal.sqlite3"
    found = states(path)
    assert found.keys() == set(range(count)), "nothing is lost"
    accepted = {item for item, state in found.items() if state == "accepted"}
    unknown = {item for item, state in found.items() if state == "unknown"}
    assert accepted | unknown == found.keys()
    assert accepted <= took.keys()
    assert max(took.values()) == 1, "nothing acknowledged is sent again, nor what is unknown"
    assert len(unknown) <= 4 * kills
    assert last.returncode == (1 if unknown else 0), (out, err)
    run = History(path).runs(0, 2)
    assert [(one.ending, one.accepted, one.unknown, one.waiting) for one in run] == [
        ("done", len(accepted), len(unknown), 0)
    ]
    with sqlite3.connect(path) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    print(f"{kills} kills: {len(accepted)} accepted once, {len(unknown)} unknown, {len(took)} taken")
