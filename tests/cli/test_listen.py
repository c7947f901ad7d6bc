"""`abtui listen`: a line for each event at once, saving and sending, and how it ends."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from abtui.services.collector.faults import Fault, FaultKind
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from tests.cli.kit import KEY, ROOT, abtui
from tests.kit import CONFIG

WRITE_KEY = "wk_0123456789_SECRET"


def config_at(folder: Path, base: str = "https://acme.absmartly.io/v1") -> str:
    path = folder / "config.yaml"
    path.write_text(CONFIG.replace("https://acme.absmartly.io/v1", base))
    return str(path)


def batch(*numbers: int) -> dict[str, Any]:
    """A batch as a server's SDK posts it."""
    events = [
        {
            "type": "track",
            "event": "Order Completed",
            "userId": f"u{number}",
            "messageId": f"m-{number}",
            "timestamp": "2026-11-30T02:52:10.000Z",
            "properties": {"n": number},
            "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
        }
        for number in numbers
    ]
    return {"batch": events, "writeKey": WRITE_KEY, "sentAt": "2026-11-30T02:52:11.000Z"}


class Listening:
    """A process that listens."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stderr is not None
        assert process.stdout is not None
        self.out = process.stdout
        self.told = b""
        while b"Listening at " not in self.told:
            line = process.stderr.readline()
            assert line, self.told
            self.told += line
        found = re.search(rb"Listening at (\S+)", self.told)
        assert found is not None
        self.address = found[1].decode()

    def post(self, body: object, path: str = "/v1/batch") -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.post(f"{self.address}{path}", content=content, auth=(WRITE_KEY, ""), trust_env=False).status_code

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, bytes, str]:
        """The exit code, the rest of standard output, and all of standard error."""
        self.process.send_signal(number)
        out, err = self.process.communicate()
        return self.process.returncode, out, (self.told + err).decode()


@contextmanager
def listening(config: str, *arguments: str) -> Iterator[Listening]:
    command = [sys.executable, "-W", "error", "-m", "abtui", "listen", config, "--port", "0", *arguments]
    environment = {**os.environ, "KEY": KEY, "COLUMNS": "120", "PYTHONPATH": str(ROOT)}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # A shell's background ignores interrupts, and so would the process.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, env=environment, bufsize=0, **pipes)  # type: ignore[call-overload]
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield Listening(process)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_event_is_a_line_at_once_and_a_signal_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    saved = tmp_path / "saved.jsonl"
    with listening(config_at(tmp_path), "--save", str(saved), "--explain") as one:
        assert one.post(batch(1, 2)) == 200
        # The process goes on, and still the lines are there.
        first = [json.loads(one.out.readline()) for _ in range(2)]
        assert one.post(batch(2, 3)) == 200
        assert one.post(b"{") == 400
        third = json.loads(one.out.readline())
        code, rest, told = one.end(number)
    assert (code, rest) == (0, b"")
    for outcome, n in zip((*first, third), (1, 2, 3), strict=True):
        assert (outcome["source"], outcome["messageId"], outcome["verdict"]) == (f"live #{n}", f"m-{n}", "send")
        assert outcome["request"]["body"]["goals"][0]["achievedAt"] is not None
        assert [found["code"] for found in outcome["findings"]] == ["EVENT-COMPLETED"]
        assert outcome["steps"]
    events = [json.loads(line) for line in saved.read_bytes().splitlines()]
    assert [event["messageId"] for event in events] == ["m-1", "m-2", "m-3"]
    assert all(event["originalTimestamp"] == "2026-11-30T02:52:10.000Z" for event in events)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    for words in (
        f'analytics.host = "{one.address}"',
        "analytics-python 2.4.0 is posting.",
        "refused (invalid-json)",
        "Ended: 3 events: 3 are accepted.",
        "1 event came again and was not counted twice.",
        "1 request was refused.",
    ):
        assert words in told
    assert told.count("is posting") == 1
    assert KEY not in told + str(first)
    assert WRITE_KEY not in told + str(first) + saved.read_text()


def test_the_table_is_for_reading(tmp_path: Path) -> None:
    with listening(config_at(tmp_path), "--format", "table") as one:
        assert one.out.readline().split()[:3] == [b"source", b"fate", b"type"]
        one.post({**batch(1)["batch"][0], "timestamp": None}, "/v1/t")
        one.post(batch(2))
        assert one.out.readline().decode().split()[:5] == ["live", "#1", "✗", "refused", "track"]
        assert one.out.readline().decode().split()[:5] == ["live", "#2", "◐", "accepted", "track"]
        assert one.end()[0] == 0


def test_it_ends_when_nobody_reads_any_more(tmp_path: Path) -> None:
    with listening(config_at(tmp_path)) as one:
        one.post(batch(1))
        one.out.readline()
        one.out.close()
        assert one.process.wait(60) == 0


def test_what_nobody_reads_is_saved_all_the_same(tmp_path: Path) -> None:
    saved = tmp_path / "saved.jsonl"
    with listening(config_at(tmp_path), "--save", str(saved)) as one:
        one.post(batch(*range(1_200)))
        one.out.close()
        assert one.process.wait(60) == 0
    assert len(saved.read_bytes().splitlines()) == 1_200


def test_what_arrives_is_sent(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with LocalCollector() as collector:
        config = config_at(tmp_path, collector.base_url)
        with listening(config, "--send", "settings", "--yes", "--journal", str(journal)) as one:
            one.post(batch(1, 2))
            one.post({"type": "alias", "userId": "u", "previousId": "p"}, "/v1/alias")
            one.post(batch(2, 3))
            lines = [json.loads(one.out.readline()) for _ in range(4)]
            code, _, told = one.end()
        bodies = [entry["body"] for entry in collector.state.received()["accepted"]]
    assert code == 0
    assert [line["verdict"] for line in lines].count("send") == 3
    assert sorted(body["goals"][0]["properties"]["n"] for body in bodies) == [1, 2, 3]
    assert f"PUT {lines[0]['request']['url']} (environment staging" in told
    assert "Sent: 3 accepted (run 1" in told
    run = History(journal).run(1)
    assert run is not None
    assert (run.accepted, run.all_accepted, run.what) == (3, True, "what arrived at the listener")
    assert KEY not in told


def test_an_end_of_sending_is_no_end_of_listening(tmp_path: Path) -> None:
    with LocalCollector(key="another-key-012345") as collector:
        arguments = ("--send", "settings", "--yes", "--journal", str(tmp_path / "journal"))
        with listening(config_at(tmp_path, collector.base_url), *arguments) as one:
            one.post(batch(1))
            assert json.loads(one.out.readline())["source"] == "live #1"
            assert one.process.stderr is not None
            while b"Nothing more is sent" not in one.told:
                one.told += one.process.stderr.readline()
            one.post(batch(2))
            assert json.loads(one.out.readline())["source"] == "live #2"
            code, _, told = one.end()
    assert code == 1
    assert "live #1: refused" in told
    assert "Sent: 1 refused" in told


def test_what_was_not_sent_is_counted(tmp_path: Path) -> None:
    with LocalCollector(key="another-key-012345") as collector:
        arguments = ("--send", "settings", "--yes", "--journal", str(tmp_path / "journal"))
        with listening(config_at(tmp_path, collector.base_url), *arguments) as one:
            one.post(batch(*range(200)))
            for _ in range(200):
                one.out.readline()
            code, _, told = one.end()
    found = re.search(r"Sent: (\d+) refused, (\d+) not sent", told)
    assert found is not None, told
    assert (code, int(found[1]) + int(found[2])) == (1, 200)


@pytest.mark.parametrize("fault", ["500", "lost"])
def test_what_is_not_accepted_is_a_failure(tmp_path: Path, fault: FaultKind) -> None:
    with LocalCollector(fault=Fault(fault)) as collector:
        arguments = ("--send", "settings", "--yes", "--journal", str(tmp_path / "journal"))
        with listening(config_at(tmp_path, collector.base_url), *arguments) as one:
            one.post(batch(1))
            one.out.readline()
            code, _, told = one.end()
    assert (code, "1 accepted" in told) == (1, False)


def test_what_cannot_be_saved_is_sent_all_the_same(tmp_path: Path) -> None:
    save = tmp_path / "live.jsonl"
    with save.open("wb") as file:
        file.truncate(5 << 20)
    with LocalCollector() as collector:
        arguments = ("--save", str(save), "--send", "settings", "--yes", "--journal", str(tmp_path / "journal"))
        with listening(config_at(tmp_path, collector.base_url), *arguments) as one:
            # A disk that is full for this file, and not for the journal.
            resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (4 << 20, resource.RLIM_INFINITY))
            one.post(batch(1))
            assert json.loads(one.out.readline())["source"] == "live #1"
            code, _, told = one.end()
    assert code == 1
    assert "live.jsonl: file too large" in told
    assert "Sent: 1 accepted" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--yes",), "go with --send"),
        (("--explain", "--format", "table"), "--explain works with jsonl"),
        (("--allow-origin", "*"), "not the origin of a web page"),
        (("--forward", "http://api.segment.io"), "plain http"),
        (("--sdk", "."), "npm install"),
        (("--sdk", "nowhere"), "does not exist"),
        (("--save", "config.yaml"), "would change what is read"),
        (("--save", "nowhere/x"), "no folder"),
        (("--save", "-"), "the name of a file"),
        (("--save", "x", "--send", "settings", "--journal", "./x"), "name the same file"),
        (("--send", "nowhere"), "There is no target"),
        (("--send", "settings"), "To send, pass: --yes"),
        (("--proxy", "x"), "The proxy is not"),
    ],
)
def test_what_cannot_be_is_told_before_it_listens(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    config_at(tmp_path)
    done = abtui("listen", "config.yaml", "--port", "0", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.decode().split())
    assert b"Listening" not in done.stderr


def test_what_cannot_be_passed_on_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{closed.getsockname()[1]}"
        with listening(config_at(tmp_path), "--forward", f"http://{where}") as one:
            assert one.post(batch(1)) == 502
            assert one.process.stderr is not None
            while b"be passed on" not in one.told:
                one.told += one.process.stderr.readline()
            code, _, told = one.end()
    assert code == 0
    assert f"could not be passed on to {where}: nothing is listening there." in told


def test_production_wants_the_name_of_its_environment(tmp_path: Path) -> None:
    config = config_at(tmp_path)
    text = Path(config).read_text().replace("environment: staging", "environment: production")
    Path(config).write_text(text)
    done = abtui("listen", config, "--port", "0", "--send", "settings", "--yes")
    assert done.returncode == 2
    assert b"--yes-production production" in done.stderr


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with LocalCollector() as other:
        done = abtui("listen", config_at(tmp_path), "--port", str(other.port))
        assert done.returncode == 2
        assert f"Port {other.port} is in use" in done.stderr.decode()
