"""A Dask cluster of this machine: the same reports, whoever dies meanwhile, and no key on the way."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from abtui.core.text.secret import Secret
from abtui.services.cluster import Cluster, check_versions, versions
from abtui.services.errands import unpacked, with_keys, without_keys
from abtui.services.errors import ServiceError
from tests.kit import CONFIG, ENV, event, run_abtui

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed")
KEY = "a-key-of-this-test-0123"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    """A cluster of two processes. It takes seconds to start, so it is shared."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as cluster:
        yield cluster


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A config, and files of events of which one has a broken line and one does not exist."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    for number in range(6):
        lines = [event(event=f"Goal {at % 7}", userId=f"u{at}", messageId=f"m{at}") for at in range(10 * number, 60)]
        (tmp_path / f"e{number}.jsonl").write_text(
            "\n".join([*lines, *(['{"type": "track", '] if number == 3 else [])])
        )
    return [str(tmp_path / "config.yaml"), *(str(tmp_path / f"e{number}.jsonl") for number in range(7))]


@pytest.mark.parametrize("command", [("check",), ("diff",), ("experiments",)], ids=" ".join)
def test_the_report_is_that_of_one_process(command: tuple[str, ...], scheduler: Any, files: list[str]) -> None:
    config, *events = files
    given = [*command, *([config] if command == ("diff",) else []), config, *events, "--format", "json"]
    alone = run_abtui(*given, "--jobs", "1")
    on_cluster = run_abtui(*given, "--engine", f"dask={scheduler.scheduler_address}")
    assert json.loads(on_cluster.stdout)
    assert (on_cluster.stdout, on_cluster.returncode) == (alone.stdout, alone.returncode)
    assert on_cluster.stderr.count(b"does not exist") == alone.stderr.count(b"does not exist") == 1


@pytest.mark.parametrize("more", [(), ("--all",)], ids=["behaviours", "everything"])
def test_the_cases_are_those_of_one_process(more: tuple[str, ...], scheduler: Any, files: list[str]) -> None:
    config, *events = files
    given = ["test", config, *more, *(word for path in events for word in ("--record", path))]
    alone = run_abtui(*given, "--jobs", "1")
    on_cluster = run_abtui(*given, "--engine", f"dask={scheduler.scheduler_address}")
    assert b"expect:" in on_cluster.stdout
    assert (on_cluster.stdout, on_cluster.returncode) == (alone.stdout, alone.returncode)


def test_outputs_are_written_by_workers(scheduler: Any, files: list[str], tmp_path: Path) -> None:
    config, *events = files
    given = ["map", config, *events[:6], "--format", "json", "-o"]
    run_abtui(*given, str(tmp_path / "alone"), "--jobs", "1")
    done = run_abtui(*given, str(tmp_path / "cluster"), "--engine", f"dask={scheduler.scheduler_address}")
    assert b"6 of 6 outputs" in done.stderr
    written = [
        sorted((path.name, path.read_bytes()) for path in (tmp_path / name).iterdir()) for name in ("alone", "cluster")
    ]
    assert written[0] == written[1]
    assert all(json.loads(data) for _name, data in written[1])


def test_a_worker_that_is_lost_costs_its_tasks_only(
    scheduler: Any, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, *events = files
    given = ["check", config, *events[:6], "--format", "json"]
    alone = run_abtui(*given, "--jobs", "1")
    with distributed.Client(scheduler.scheduler_address, set_as_default=False) as client:
        worker = next(iter(client.run(os.getpid).values()))
    give, tasks = Cluster.give, list[Any]()

    def give_and_kill(self: Cluster, task: Any, value: Any) -> None:
        give(self, task, value)
        tasks.append(task)
        if len(tasks) == 3:
            os.kill(worker, signal.SIGKILL)

    monkeypatch.setattr(Cluster, "give", give_and_kill)
    on_cluster = run_abtui(*given, "--engine", f"dask={scheduler.scheduler_address}")
    assert on_cluster.stdout == alone.stdout


def test_no_key_travels_and_a_worker_without_it_says_so(scheduler: Any, files: list[str]) -> None:
    config, *events = files
    done = run_abtui("check", config, *events[:1], "--engine", f"dask={scheduler.scheduler_address}", env=ENV)
    assert b"Workers do not have the config's API key" in done.stderr
    assert ENV["KEY"].encode() not in done.stdout + done.stderr


def test_no_part_of_a_key_is_recorded_that_workers_do_not_have(scheduler: Any, files: list[str]) -> None:
    config, path, *_ = files
    key = ENV["KEY"]
    # Too large to be written out, dropped, and with a name that is cut within the key.
    large = event(userId=..., event="n" * 75 + key, properties={"a": "x" * 40_000})
    Path(path).write_text("\n".join([event(event=key), event(), large]))
    done = run_abtui("test", config, "--record", path, "--engine", f"dask={scheduler.scheduler_address}", env=ENV)
    assert b"2 cases, from 3 events." in done.stderr
    assert b"1 event left out: the API key would be in the case." in done.stderr
    assert b"    index: 3\n" in done.stdout
    assert key[:4].encode() not in done.stdout


@pytest.mark.parametrize("pack", [with_keys, without_keys])
def test_a_key_is_found_where_it_is(pack: Callable[[object], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack({"key": Secret(KEY), "other": Secret(KEY)})
    assert (KEY.encode() in data) is (pack is with_keys)
    found = unpacked(data)["key"]
    assert found.masked == Secret(KEY).masked
    assert found.is_sealed is (pack is without_keys)
    assert found == unpacked(data)["other"], "two of the same key stay the same"
    monkeypatch.setenv("SOME_VARIABLE", KEY)
    assert unpacked(data)["key"] == Secret(KEY)
    assert KEY not in repr(unpacked(data))


@pytest.mark.parametrize(
    ("engine", "says"),
    [
        ("spark", "no engine"),
        ("dask=", "no engine"),
        ("dask=tcp://127.0.0.1:9", "cannot be used"),
    ],
)
def test_what_cannot_be_used_is_said(engine: str, says: str, files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.services.cluster._CONNECT_SECONDS", 0.2)
    done = run_abtui("check", *files[:2], "--engine", engine)
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_other_versions_are_an_error() -> None:
    ours = versions()
    check_versions(ours, {"tcp://one": ours})
    with pytest.raises(ServiceError, match=r"tcp://two has abtui 0\.0\.other, and this process has"):
        check_versions(ours, {"tcp://one": ours, "tcp://two": ours | {"abtui": "0.0.other"}})
