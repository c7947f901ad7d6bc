"""What the tests of `abtui send` share: the command in this process, configs for a collector, and what it received."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from abtui.cli.commands import run
from abtui.services.collector.server import LocalCollector
from tests.kit import CONFIG, event

KEY = "f00dfeedbeefcafe0123-SECRET"


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was written to standard output, without its layout."""
        return " ".join(self.out.split())


Command = Callable[..., Done]


def command(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Runs the command line in this process, with a key in its environment."""
    monkeypatch.setenv("KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["abtui", *arguments])
        code = run(lambda *_paths, **_more: 0)
        out, err = capsysbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return call


def folder(path: Path, base: str, *events: str, more: str = "", **settings: str) -> tuple[str, str]:
    """A config for a collector and a file of events; six events of three users without any given."""
    text = CONFIG.replace("https://acme.absmartly.io/v1", base)
    for name, value in settings.items():
        text = text.replace({"environment": "staging"}[name], value)
    (path / "config.yaml").write_text(text + more, encoding="utf-8")
    (path / "events.jsonl").write_text("\n".join(events or many(6)), encoding="utf-8")
    return str(path / "config.yaml"), str(path / "events.jsonl")


def many(count: int, users: int = 3) -> list[str]:
    """Events that can be told apart in what was received."""
    return [event(messageId=f"m{n}", userId=f"u{n % users}", properties={"n": n}) for n in range(count)]


def received(collector: LocalCollector) -> list[int]:
    """The numbers of the events the collector took, in order."""
    bodies = [entry["body"] for entry in collector.state.received()["accepted"]]
    requests = [one for body in bodies for one in body.get("requests", [body])]
    return [request["goals"][0]["properties"]["n"] for request in requests]


def taken_twice(collector: LocalCollector) -> list[int]:
    """Those it took more than once."""
    return [number for number, count in Counter(received(collector)).items() if count > 1]
