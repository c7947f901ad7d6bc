"""Starting and stopping the local collector, its state on disk, and the faults' spelling."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from abtui.services.collector.faults import Fault, parse_fault
from abtui.services.collector.server import LocalCollector, run_forever
from abtui.services.collector.state import FILE_NAME, CollectorState
from abtui.services.errors import CollectorError

from .conftest import BODY, KEY

HEADERS = {"X-API-Key": KEY, "X-Agent": "segment", "X-Environment": "staging"}


def test_start_and_stop_again() -> None:
    collector = LocalCollector()
    assert not collector.running
    collector.stop()
    for _ in range(2):
        base = collector.start()
        assert collector.running
        assert base == collector.base_url
        assert httpx.get(f"{base}/healthy", trust_env=False).json() == {"ok": True}
        with pytest.raises(RuntimeError):
            collector.start()
        collector.stop()
        assert not collector.running
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base}/healthy", trust_env=False)
    assert collector.base_url == ""


def test_it_listens_on_loopback_only(base: str) -> None:
    port = int(base.rsplit(":", 1)[1].removesuffix("/v1"))
    with socket.socket() as other:
        other.settimeout(1)
        # Another of this machine's addresses, which a socket bound to all of them would answer at.
        assert other.connect_ex(("127.0.0.2", port)) != 0


def test_a_port_in_use_is_told(base: str) -> None:
    port = int(base.rsplit(":", 1)[1].removesuffix("/v1"))
    with pytest.raises(CollectorError, match=f"Port {port} is in use"):
        LocalCollector(port=port).start()
    with pytest.raises(CollectorError, match="cannot listen on port 70000"):
        LocalCollector(port=70_000).start()


def test_what_was_received_survives_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "state"
    for expected in (1, 2):
        state = CollectorState(str(folder))
        with LocalCollector(state) as collector:
            assert (
                httpx.put(f"{collector.base_url}/context", json=BODY, headers=HEADERS, trust_env=False).status_code
                == 200
            )
            httpx.put(f"{collector.base_url}/context", json={}, headers=HEADERS, trust_env=False)
        state.close()
        assert state.counts == {"accepted": expected, "rejected": expected, "forgotten": 0}
    text = (folder / FILE_NAME).read_text()
    assert len(text.splitlines()) == 4
    assert "SECRET" not in text
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    state = CollectorState(str(folder))
    assert [entry["body"] for entry in state.received()["accepted"]] == [BODY, BODY]
    assert state.clear() == 4
    state.close()
    assert (folder / FILE_NAME).read_text() == ""


def test_a_damaged_file_loses_only_its_damaged_lines(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(
        b'{"accepted":{"body":1}}\nnonsense\n{"accepted":{"bo}}\n{"rejected":{"body":2}}\n{"accepted":{"bo'
    )
    os.chmod(tmp_path / FILE_NAME, 0o644)
    state = CollectorState(str(tmp_path))
    state.accept({"body": 3})
    state.close()
    again = CollectorState(str(tmp_path))
    again.close()
    received = again.received()
    assert ([entry["body"] for entry in received["accepted"]], [entry["body"] for entry in received["rejected"]]) == (
        [1, 3],
        [2],
    )
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_memory_and_file_are_bounded(tmp_path: Path) -> None:
    state = CollectorState(str(tmp_path), most_entries=3, most_bytes=10_000)
    for number in range(10):
        state.accept({"body": number})
    assert [entry["body"] for entry in state.received()["accepted"]] == [7, 8, 9]
    assert state.counts == {"accepted": 10, "rejected": 0, "forgotten": 7}
    for _ in range(50):
        state.reject({"body": "x" * 6_000})
    assert len(state.received()["rejected"]) == 1
    assert (tmp_path / FILE_NAME).stat().st_size < 40_000
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    state.close()
    again = CollectorState(str(tmp_path), most_entries=3, most_bytes=10_000)
    assert again.received()["rejected"] == state.received()["rejected"]
    again.close()


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CollectorError, match="cannot keep what it receives"):
        CollectorState(str(tmp_path / "file"))
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "file")
    with pytest.raises(CollectorError):
        CollectorState(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "fault"),
    [("401", Fault("401")), (" DROP ", Fault("drop")), ("slow:2.5", Fault("slow", 2.5)), ("html", Fault("html")), ("none", Fault("none"))],
)  # fmt: skip
def test_the_spelling_of_faults_is_read(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    "text", ["", "404", "slow", "slow:", "slow:x", "slow:nan", "slow:inf", "slow:-1", "slow:601", "drop:1"]
)
def test_faults_that_are_none(text: str) -> None:
    with pytest.raises(CollectorError) as caught:
        parse_fault(text)
    assert caught.value.hint


def test_run_forever_ends_when_told() -> None:
    said: list[str] = []
    stop = threading.Event()

    def announce(line: str) -> None:
        said.append(line)
        if "Ctrl-C" in line:
            stop.set()

    run_forever(LocalCollector(fault=Fault("slow", 2)), announce=announce, stop=stop)
    assert said[0].startswith("The local collector listens at http://127.0.0.1:")
    assert said[1] == "Fault for every request: slow 2 s"
    assert said[-1] == "Ended: 0 accepted, 0 rejected."


_PROGRAM = """
from abtui.services.collector.server import LocalCollector, run_forever
run_forever(LocalCollector(), announce=lambda line: print(line, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_forever_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", _PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base = process.stdout.readline().split("listens at ")[1].split()[0]
        assert process.stdout.readline() == "Ctrl-C ends it.\n"
        httpx.put(f"{base}/context", json=BODY, headers=HEADERS, trust_env=False)
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (0, "Ended: 1 accepted, 0 rejected.\n", "")
