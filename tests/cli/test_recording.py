"""`abtui test --record` where a part of a file is not read: what is behind it is told, and no case refers to another event."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from abtui.cli import inputs
from abtui.services import folding
from abtui.services.pieces import Errand, fold_piece
from abtui.services.workers import Message
from tests.cli.kit import abtui, written
from tests.kit import CONFIG, event

EVENTS = 400
STRETCH = 20_000


class Here:
    """Workers that are none: each task is done when it is given, except those of stretches that begin in a range of bytes, which die."""

    count = 1

    def __init__(self, errand: Errand, dying: range) -> None:
        self._work, self._dying = errand.begin(), dying
        self._said: list[Message] = []

    @property
    def is_idle(self) -> bool:
        return not self._said

    def give(self, task: Any, value: Any) -> None:
        if value.start in self._dying:
            self._said.append(Message(task, "died", "was ended"))
        else:
            self._said.append(Message(task, "done", fold_piece(self._work, value, lambda _line: None)))

    def messages(self, _held: Container[Any] = ()) -> Iterator[Message]:
        yield self._said.pop()

    def merge(self, fold: Any, counted: Any) -> None:
        fold.merge(counted)

    def finish(self, _fold: Any) -> None:
        """Everything is merged already."""


def stretches(monkeypatch: pytest.MonkeyPatch, dying: range) -> None:
    """Read files in stretches of which those that begin in a range of bytes cannot be read; more than one event is referred to."""

    @contextmanager
    def started(errand: Errand, _count: int) -> Iterator[Here]:
        yield Here(errand, dying)

    monkeypatch.setattr(folding, "started", started)
    monkeypatch.setattr(inputs, "stretch_for", lambda _sources, _workers: STRETCH)
    monkeypatch.setattr(inputs, "workers_for", lambda _sources, _jobs: 2)
    for module in ("kept", "writing"):
        monkeypatch.setattr(f"abtui.core.corpus.cases.{module}.MOST_WHOLE", 1)


def test_behind_a_part_that_is_not_read_no_event_is_referred_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, events = written(tmp_path, CONFIG, *(event(event=f"E{at}") for at in range(EVENTS)))
    cases = str(tmp_path / "golden.abtui.yaml")
    stretches(monkeypatch, range(1, 2 * STRETCH))
    done = abtui("test", config, "--record", events, "--all", "-o", cases)
    told = done.stderr.decode()
    assert done.returncode == 1
    assert re.search(r"from line \d+ on was not read: the process that read it was ended, and so did another one", told)
    [(written_, read, lost)] = re.findall(r"(\d+) cases in .*, from (\d+) events\.\nerror: (\d+) events left out", told)
    assert 0 < int(written_) < int(read) == int(written_) + int(lost) < EVENTS
    assert abtui("test", config, cases).returncode == 0


def test_nothing_can_be_referred_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, events = written(tmp_path, CONFIG, *(event() for _ in range(EVENTS)))
    stretches(monkeypatch, range(1))
    done = abtui("test", config, "--record", events, "--all")
    assert done.returncode == 2
    assert re.search(r"\d+ events left out: .* was not read\.", done.stderr.decode())
    assert b"No case was recorded." in done.stderr
    assert not done.stdout
