"""What does not fit into memory is counted on disk: with the same result to the last digit, in any order and any split."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import abtui.core.experiments.summary as counting
from abtui.core.config.reader import read_config
from abtui.core.corpus.experiments.count import all_findings
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.experiments.counted import counted
from abtui.core.experiments.found import Counted
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.experiments.results import results_of
from abtui.core.experiments.summary import ExperimentSummary
from abtui.services import shelf as shelves
from abtui.services.errors import FileError
from abtui.services.shelf import DiskShelf
from tests.cli.kit import abtui
from tests.core.experiment_cases import CASES, FILE, bought, exposed
from tests.core.test_experiment_counts import BODIES, HEADERS, Body
from tests.thorough import SLOW

AT = "2026-01-01T00:00:00.000Z"
CORPORA = Path(__file__).parents[1] / "data" / "experiments"
FEW = 2_000
"""Bytes: units and goals of a few requests."""


def told(summary: ExperimentSummary) -> str:
    """All that is told of a summary."""
    results = results_of(summary)
    return json.dumps(counted(summary, results)) + repr(all_findings(Counted(summary, results)))


def parts_of(
    bodies: list[Body], described: tuple[Experiment, ...], number: int, most: Callable[[int], int]
) -> list[ExperimentSummary]:
    parts = [ExperimentSummary(described, DiskShelf, most(at)) for at in range(number)]
    for at, body in enumerate(bodies):
        parts[at % number].add(body, HEADERS)
    return parts


def in_memory(bodies: list[Body], described: tuple[Experiment, ...]) -> str:
    summary = ExperimentSummary(described)
    for body in bodies:
        summary.add(body, HEADERS)
    return told(summary)


@pytest.mark.parametrize("name", sorted(path.name for path in CORPORA.iterdir()))
def test_a_corpus_that_was_counted_elsewhere(name: str) -> None:
    folder = CORPORA / name
    described = read_experiments_file((folder / "experiments.yaml").read_text(), "").experiments
    config = read_config((folder / "config.yaml").read_text(), {}).config
    assert config is not None
    mapper, bodies = Mapper(config), []
    for item in read_events([gzip.decompress((folder / "events.jsonl.gz").read_bytes())], "events"):
        assert isinstance(item, Event)
        bodies += [request.body for request in mapper.outcome(item).requests]
    (whole,) = parts_of(bodies, described, 1, lambda _at: 20 * FEW)
    assert whole.shelf is not None
    assert told(whole) == in_memory(bodies, described)
    assert told(whole) == told(whole)


@pytest.mark.parametrize("code", sorted(CASES))
def test_each_finding(code: str) -> None:
    case = CASES[code]
    described = read_experiments_file(case.file, "").experiments
    (whole,) = parts_of(case.bodies, described, 1, lambda _at: 1)
    assert whole.shelf is not None or len(case.bodies) == 1
    assert told(whole) == in_memory(case.bodies, described)


@settings(max_examples=1_000 if SLOW else 60, deadline=None)
@given(BODIES, st.sampled_from((None, "user_id")), st.randoms(use_true_random=False))
def test_any_order_and_any_split_with_some_parts_on_disk(bodies: list[Body], tracked: str | None, dice: Any) -> None:
    described = (Experiment(name="one", unit_type=tracked),)
    expected = in_memory(bodies, described)
    dice.shuffle(bodies)
    parts = parts_of(bodies, described, dice.randint(1, 4), lambda _at: dice.choice((1, FEW, 1 << 30)))
    parts = [pickle.loads(pickle.dumps(part)) if dice.random() < 0.3 else part for part in parts]
    while len(parts) > 1:
        dice.shuffle(parts)
        one = parts.pop()
        parts[0].merge(one)
        if dice.random() < 0.3:
            parts[0] = pickle.loads(pickle.dumps(parts[0]))
    assert told(parts[0]) == expected


def test_more_currencies_than_are_kept_are_told_in_any_order() -> None:
    bodies = [bought(f"u{n}", revenue=1, currency=f"C{n}") for n in range(250)]
    texts = {in_memory(order, ()) for order in (bodies, bodies[::-1])}
    assert len(texts) == 1
    assert "more than 200 currencies" in texts.pop()


# The command


@pytest.fixture
def shop(tmp_path: Path) -> list[str]:
    (tmp_path / "config.yaml").write_text(
        "destination: classic\n"
        "settings: {apiKey: k, collectorEndpoint: https://a.example/v1, environment: e, application: a,"
        " enableExposureTracking: true, unitMapping: {userId: user_id}}\n"
    )
    events = [
        {"type": "track", "event": "Buy", "messageId": f"m{n}", "userId": f"u{n}", "originalTimestamp": AT, "sentAt": AT}
        for n in range(40)
    ]  # fmt: skip
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    (tmp_path / "file.yaml").write_text(FILE)
    (tmp_path / "sdk.jsonl").write_text("".join(json.dumps(exposed(f"u{n}", n % 2, 1)) + "\n" for n in range(0, 40, 2)))
    names = (
        "config.yaml",
        "events.jsonl",
        "--experiments",
        "file.yaml",
        "--exposures",
        "sdk.jsonl",
        "--unit",
        "u4",
        "--fail-on",
        "never",
    )
    return ["experiments", *(str(tmp_path / name) if "." in name else name for name in names)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of memory is small."""
    defaults = counting.ExperimentSummary.__init__.__defaults__ or ()
    monkeypatch.setattr(counting.ExperimentSummary.__init__, "__defaults__", (*defaults[:-1], 50))


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_report_is_the_same_and_the_disk_is_told(
    shop: list[str], form: str, request: pytest.FixtureRequest
) -> None:
    expected = abtui(*shop, "--format", form)
    request.getfixturevalue("small")
    found = abtui(*shop, "--format", form)
    assert (found.returncode, found.stdout) == (expected.returncode, expected.stdout)
    assert "40 goals and what belongs to them were sorted on disk (1 MB in" in found.stderr.decode()
    assert "disk" not in expected.stderr.decode()


KEPT = """
import os
from abtui.services.shelf import DiskShelf
shelf = DiskShelf()
shelf.put("unit", ((os.urandom(16), bytes(1_000)) for _ in range(40_000)))
list(shelf.find([b"x"]))
found = [entry for entry in os.scandir("/proc/self/fd") if os.environ["TMPDIR"] in os.readlink(entry.path)]
print(len(found), {oct(entry.stat().st_mode & 0o777) for entry in found}, os.listdir(os.environ["TMPDIR"]))
raise KeyboardInterrupt
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed on Linux")
def test_the_file_is_private_and_has_no_name_so_that_nothing_is_left_after_an_interrupt(tmp_path: Path) -> None:
    # A shelf of this process may have said already where its file is.
    env = {name: value for name, value in os.environ.items() if name != "SQLITE_TMPDIR"} | {"TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", KEPT], env=env, capture_output=True, text=True)
    number, rest = done.stdout.split(maxsplit=1)
    assert (int(number) >= 1, rest) == (True, "{'0o600'} []\n")
    assert "KeyboardInterrupt" in done.stderr
    assert not list(tmp_path.iterdir())


class Full:
    """A database that cannot write."""

    def __init__(self, message: str) -> None:
        self._message = message

    def executescript(self, _text: str) -> None:
        raise sqlite3.OperationalError(self._message)


@pytest.mark.parametrize("message", ["database or disk is full", "unable to open database file"])
def test_a_disk_that_cannot_be_written_is_told(
    shop: list[str], small: None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_connect", lambda _name: Full(message))
    found = abtui(*shop)
    assert found.returncode == 2
    assert f"cannot be used: {message}. Make room in the temporary folder" in found.stderr.decode()


def test_a_disk_that_becomes_full_is_told() -> None:
    shelf = DiskShelf()
    shelf._database.execute("PRAGMA max_page_count = 10")
    with pytest.raises(FileError, match="full"):
        shelf.put("goal", ((b"x" * 100, b"y" * 1_000) for _ in range(1_000)))


def test_no_temporary_folder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none)
    with pytest.raises(FileError, match="no usable temporary directory found"):
        DiskShelf()
