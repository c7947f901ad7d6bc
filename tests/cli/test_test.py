"""`abtui test`, as a shell sees it: running, recording and updating golden cases, and what is said of bad input."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from abtui.services.case_runs import WORTH_BYTES, jobs_for
from tests.cli.kit import KEY, ROOT, SAMPLES, abtui, lines, written
from tests.kit import CONFIG, event, eventually

CASES = """\
# Cases of ours
cases:
  - name: an order is a purchase # by goalMapping
    event: {type: track, event: Order Completed, userId: u1, messageId: m1}
    expect: {verdict: send, goal: purchase}
  - name: nobody is nobody
    event: {type: track, event: Order Completed}
    expect:
      sent: false   # no unit
"""


def folder(tmp_path: Path, cases: str = CASES, name: str = "orders.abtui.yaml") -> str:
    """A config file and a case file; gives the config's path."""
    config, _events = written(tmp_path, CONFIG, event(), event(userId=...), "{", event(type="page", name="Home"))
    (tmp_path / name).write_text(cases, encoding="utf-8")
    return config


def test_cases_that_pass_exit_with_0(tmp_path: Path) -> None:
    config = folder(tmp_path)
    done = abtui("test", config, "orders.abtui.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"2 cases: 2 passed." in done.stdout


def test_a_failure_says_where_and_what(tmp_path: Path) -> None:
    config = folder(tmp_path, CASES.replace("goal: purchase", "goal: bought"))
    done = abtui("test", config, ".", cwd=tmp_path)
    assert done.returncode == 1
    for part in (b"2 cases: 1 passed, 1 failed.", b"(orders.abtui.yaml:3)", b'- "bought"', b'+ "purchase"'):
        assert part in done.stdout, done.stdout
    data = json.loads(abtui("test", config, ".", "--format", "json", cwd=tmp_path).stdout)
    assert [(row["file"], row["line"], row["status"]) for row in data] == [
        ("orders.abtui.yaml", 3, "failed"),
        ("orders.abtui.yaml", 6, "passed"),
    ]
    assert data[0]["changes"] == [{"path": "goal", "expected": '"bought"', "actual": '"purchase"'}]
    github = abtui("test", config, ".", "--format", "github", cwd=tmp_path).stdout
    assert github.startswith(b"::error file=orders.abtui.yaml,line=3,")


def test_files_folders_and_globs(tmp_path: Path) -> None:
    config = folder(tmp_path)
    deep = tmp_path / "deep" / "er"
    deep.mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for place in (deep, tmp_path / ".hidden"):
        (place / "more.abtui.yaml").write_text(CASES)
    for places, files in (
        (["."], 2),
        (["deep", "orders.abtui.yaml", "./deep/er"], 2),
        (["**/*.abtui.yaml"], 2),
        (["d*"], 1),
        (["*.yaml", "deep"], None),
    ):
        done = abtui("test", config, *places, "--format", "json", cwd=tmp_path)
        if files is None:  # the config is no case file
            assert done.returncode == 2
        else:
            assert len({row["file"] for row in json.loads(done.stdout)}) == files, places


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "There are no CASES"),
        (["nowhere.abtui.yaml"], "nowhere.abtui.yaml does not exist"),
        (["*.nope"], "The pattern *.nope matches no file"),
        (["empty"], "empty holds no case file"),
        (["orders.abtui.yaml", "nowhere"], "none was run"),
        (["orders.abtui.yaml", "-k", "a and"], "-k: The expression ends"),
        (["orders.abtui.yaml", "-k", "nothing"], "No case is selected by -k 'nothing'"),
        (["orders.abtui.yaml", "--now", "soon"], "is not a time"),
        (["orders.abtui.yaml", "-o", "x"], "go with --record"),
        (["orders.abtui.yaml", "--all"], "go with --record"),
        (["orders.abtui.yaml", "--engine", "dask"], "go with --record"),
        (["--record", "events.jsonl", "--engine", "dask", "--jobs", "2"], "--jobs is for processes of this machine"),
        (["orders.abtui.yaml", "--record", "events.jsonl"], "--record writes cases"),
        (["--record", "events.jsonl", "--update"], "--record writes cases"),
        (["--record", "empty"], "There is no event"),
        (["--record", "events.jsonl", "-o", "orders.abtui.yaml"], "already exists"),
        (["--record", "events.jsonl", "-o", "no/where.abtui.yaml"], "was not written"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(arguments: list[str], said: str, tmp_path: Path) -> None:
    config = folder(tmp_path)
    (tmp_path / "empty").mkdir()
    done = abtui("test", config, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "orders.abtui.yaml").read_text() == CASES


def test_a_file_with_mistakes_is_not_run_and_the_others_are(tmp_path: Path) -> None:
    config = folder(tmp_path)
    (tmp_path / "bad.abtui.yaml").write_text(CASES.replace("expect:", "expected:"))
    done = abtui("test", config, ".", cwd=tmp_path)
    assert done.returncode == 2
    assert b"bad.abtui.yaml:5:5: CASE-UNKNOWN-KEY" in done.stdout
    assert b"Did you mean `expect`?" in done.stdout
    assert b"2 cases: 2 passed." in done.stdout
    assert b"1 case file with mistakes" in done.stderr


def test_an_unreadable_file_among_many_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    config = folder(tmp_path)
    (tmp_path / "other.abtui.yaml").write_bytes(b"cases: \xff")
    done = abtui("test", config, ".", cwd=tmp_path)
    assert done.returncode == 1
    assert b"is not UTF-8 text" in done.stdout
    assert b"2 cases: 2 passed." in done.stdout


def test_only_selected_cases_are_run(tmp_path: Path) -> None:
    config = folder(tmp_path)
    done = abtui("test", config, ".", "-k", "orders and not NOBODY", "--format", "json", cwd=tmp_path)
    assert [row["name"] for row in json.loads(done.stdout)] == ["an order is a purchase"]


def test_events_of_other_files(tmp_path: Path) -> None:
    cases = "cases:\n" + "".join(
        f"  - {{file: {file}, index: {index}, expect: {{reason: {reason}}}}}\n"
        for file, index, reason in (
            ("events.jsonl", 4, "PAGE"),
            ("events.jsonl", 1, "GOAL-MAPPED"),
            ("deep/events.jsonl.gz", 2, "NO-UNIT"),
            ("events.jsonl", 3, "GOAL-MAPPED"),
            ("events.jsonl", 5, "GOAL-MAPPED"),
            ("nowhere.jsonl", 1, "GOAL-MAPPED"),
            ("-", 1, "GOAL-MAPPED"),
            (".", 1, "GOAL-MAPPED"),
        )
    ).replace("PAGE", "GOAL-PAGE")
    config = folder(tmp_path, cases)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "events.jsonl.gz").write_bytes(gzip.compress((tmp_path / "events.jsonl").read_bytes()))
    done = abtui("test", config, ".", "--format", "json", cwd=tmp_path, stdin=event().encode())
    assert done.returncode == 1
    rows = [(row["status"], row["message"]) for row in json.loads(done.stdout)]
    assert [status for status, _message in rows] == ["passed"] * 3 + ["error"] * 5
    for (_status, message), said in zip(
        rows[3:],
        ("is not an event", "has 4 events; there is no event 5", "does not exist", "does not exist", "is not a file"),
        strict=True,
    ):
        assert said in message


def test_recorded_samples_pass(tmp_path: Path) -> None:
    config, cases = str(SAMPLES / "config.yaml"), str(tmp_path / "golden.abtui.yaml")
    done = abtui("test", config, "--record", str(SAMPLES), "-o", cases)
    # One sample is broken on purpose.
    assert done.returncode == 1
    assert b"24-broken.jsonl:3" in done.stderr
    assert b"84 cases in" in done.stderr
    text = Path(cases).read_text(encoding="utf-8")
    assert KEY not in text
    assert str(SAMPLES) not in text.partition("config:")[0]
    assert abtui("test", config, cases).returncode == 0
    assert abtui("test", config, "--record", str(SAMPLES)).stdout.decode().partition("\nrequest:")[2] == text.partition("\nrequest:")[2]  # fmt: skip
    assert abtui("test", config, "--record", str(SAMPLES), "-o", cases).returncode == 2
    assert abtui("test", config, "--record", str(SAMPLES), "-o", cases, "--force").returncode == 1


def test_recording_everything_from_standard_input(tmp_path: Path) -> None:
    config = folder(tmp_path)
    events = "\n".join([event(), event(), "analytics.page('Home')"])
    done = abtui("test", config, "--record", "-", "--all", cwd=tmp_path, stdin=events.encode())
    assert done.returncode == 0
    text = done.stdout.decode()
    assert text.count("    expect:\n") == 3
    assert "standard input" in text
    # A line of code is filled with a time that does not depend on the day.
    assert "2026-01-01T00:00:00.000Z" in text
    (tmp_path / "orders.abtui.yaml").write_text(text)
    assert abtui("test", config, ".", cwd=tmp_path).returncode == 0


def test_an_update_changes_what_fails_and_says_so(tmp_path: Path) -> None:
    config = folder(tmp_path, CASES.replace("purchase}", "bought}").replace("sent: false", "verdict: fail"))
    place = tmp_path / "orders.abtui.yaml"
    done = abtui("test", config, ".", "--update", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert place.read_text() == CASES.replace("sent: false", "verdict: drop")
    assert b"orders.abtui.yaml:3: an order is a purchase: updated goal" in done.stderr
    assert b"orders.abtui.yaml: 2 cases updated." in done.stderr
    before = place.stat().st_mtime_ns
    assert abtui("test", config, ".", "--update", cwd=tmp_path).returncode == 0
    assert place.stat().st_mtime_ns == before


def test_what_cannot_be_updated_stays_and_fails(tmp_path: Path) -> None:
    cases = CASES.replace("{verdict: send, goal: purchase}", "&e {verdict: send, goal: bought}")
    cases += "  - {event: {type: track, event: Order Completed, userId: u1}, expect: *e}\n"
    cases += "  - {event: {type: track, event: Order Completed, userId: u1}, expect: {goal: x}}\n"
    config = folder(tmp_path, cases)
    done = abtui("test", config, ".", "--update", cwd=tmp_path)
    assert done.returncode == 1
    assert b"not updated: " in done.stderr
    assert (tmp_path / "orders.abtui.yaml").read_text() == cases.replace("goal: x", "goal: purchase")


def test_update_writes_no_key(tmp_path: Path) -> None:
    config = folder(tmp_path)
    Path(config).write_text(CONFIG.replace("purchase", KEY))
    done = abtui("test", config, ".", "--update", cwd=tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "orders.abtui.yaml").read_text() == CASES
    assert KEY.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown", "html"])
def test_each_format_has_the_failure(form: str, tmp_path: Path) -> None:
    config = folder(tmp_path, CASES.replace("purchase}", "bought}"))
    done = abtui("test", config, ".", "--format", form, cwd=tmp_path)
    assert done.returncode == 1
    assert b"bought" in done.stdout


def test_processes_give_the_same_in_the_same_order(tmp_path: Path) -> None:
    config = folder(tmp_path)
    for number in range(5):
        goal = "bought" if number % 2 else "purchase"
        (tmp_path / f"{number}.abtui.yaml").write_text(CASES.replace("purchase}", f"{goal}}}"))
    one, three = (abtui("test", config, ".", "--jobs", jobs, "--format", "json", cwd=tmp_path) for jobs in ("1", "3"))
    assert one.returncode == three.returncode == 1
    assert one.stdout == three.stdout
    assert len(json.loads(three.stdout)) == 12
    done = abtui("test", config, ".", "--jobs", "2", "--update", "-k", "purchase", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_processes_only_where_they_pay(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    large.write_bytes(b"x" * WORTH_BYTES)
    assert jobs_for([str(small), str(small)], None) == 1
    assert jobs_for([str(large)], 8) == 1
    assert jobs_for([str(small), str(small), str(small)], 2) == 2
    assert jobs_for([str(large), str(tmp_path / "absent")], None) == min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)  # fmt: skip


AT_WORK = """
import pathlib
from abtui.__main__ import main
from abtui.services.case_runs import FileRunner

run = FileRunner.run

def told(self, path):
    pathlib.Path("at-work").touch()
    return run(self, path)

FileRunner.run = told
main()
"""
"""The command, which tells when it has begun to run a file."""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux shows the processes of a process")
@pytest.mark.parametrize("jobs", ["1", "2"])
async def test_an_interrupt_ends_all_processes_quietly(jobs: str, tmp_path: Path) -> None:
    config = folder(tmp_path)
    # More than can be done before the signal.
    many = "cases:\n" + CASES.partition("cases:\n")[2] * 3_000
    for number in range(6):
        (tmp_path / f"{number}.abtui.yaml").write_text(many)
    env = os.environ | {"KEY": KEY, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", AT_WORK, "test", config, ".", "--jobs", jobs]
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        await eventually(lambda: (tmp_path / "at-work").exists() or (jobs == "2" and children.read_text()))
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert (out, err.strip()) == (b"", b"interrupted")


def test_map_ignores_case_files(tmp_path: Path) -> None:
    config = folder(tmp_path)
    done = abtui("map", config, str(tmp_path))
    assert len(lines(done)) == 3


def test_a_file_by_two_spellings_is_run_once(tmp_path: Path) -> None:
    config = folder(tmp_path)
    name = next(path.name for path in tmp_path.iterdir() if path.name.endswith(".abtui.yaml"))
    done = abtui("test", config, name, f"./{name}", str(tmp_path / name), cwd=tmp_path)
    once = abtui("test", config, name, cwd=tmp_path)
    assert done.stdout.splitlines()[1] == once.stdout.splitlines()[1]


def test_a_key_in_a_name_is_masked_in_what_update_tells(tmp_path: Path) -> None:
    config = folder(tmp_path)
    case = f"cases:\n  - {{name: 'case {KEY}', event: {{type: track}}, expect: {{sent: true}}}}\n"
    (tmp_path / "key.abtui.yaml").write_text(case)
    done = abtui("test", config, "key.abtui.yaml", "--update", cwd=tmp_path)
    assert KEY.encode() not in done.stdout + done.stderr
    assert b"case ****" in done.stdout + done.stderr
