"""`abtui map` and its neighbours, as a shell sees them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jsonschema_rs
import pytest

from abtui import __version__
from abtui.core.destinations import REASONS
from abtui.core.events import Event, read_events
from abtui.core.fate import DOES_NOT_COUNT, FATES
from abtui.core.findings import RULES
from abtui.services.files import expand, read_pieces
from tests.cli.kit import KEY, ROOT, SAMPLES, abtui, lines, written
from tests.core.test_engine import SCHEMA
from tests.kit import CONFIG, event


def test_samples_one_valid_line_for_each_event() -> None:
    done = abtui("map", str(SAMPLES / "config.yaml"), str(SAMPLES))
    items = [
        item for source in expand([str(SAMPLES)]).sources for item in read_events(read_pieces(source), source.name)
    ]
    events = [item for item in items if isinstance(item, Event)]
    outcomes = lines(done)
    assert [outcome["source"] for outcome in outcomes] == [event.source for event in events]
    for outcome in outcomes:
        SCHEMA.validate(outcome)
    # One sample is broken on purpose, and some make the destination fail.
    assert done.returncode == 1
    assert len(items) > len(events)
    assert b"JSON-SYNTAX" in done.stderr
    assert KEY.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("form", "explain"),
    [
        *((form, False) for form in ("jsonl", "json", "curl", "table", "body")),
        *((form, True) for form in ("jsonl", "json", "table")),
    ],
)
def test_each_format_has_the_outcomes(form: str, explain: bool, tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG, event(), event(userId=..., messageId="m2"))
    done = abtui("map", *files, "--format", form, *(["--explain"] if explain else []))
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    if form in ("jsonl", "json"):
        outcomes = lines(done) if form == "jsonl" else json.loads(text)
        assert [outcome["verdict"] for outcome in outcomes] == ["send", "drop"]
        assert all(("steps" in outcome) is explain for outcome in outcomes)
        for outcome in outcomes:
            SCHEMA.validate(outcome)
    elif form == "curl":
        assert text.startswith("# ")
        assert text.count("curl -X PUT") == 1
        assert '"X-API-Key: $ABSMARTLY_API_KEY"' in text
        assert json.loads(shlex.split(text.replace("\\\n", " "), comments=True)[-1])["goals"][0]["name"] == "purchase"
    elif form == "body":
        assert [json.loads(line)["goals"][0]["name"] for line in text.splitlines()] == ["purchase"]
    else:
        assert "◐ accepted" in text
        assert "■ never-leaves" in text
        assert ("unit `user_id` <- `$.userId`" in text) is explain
        assert all(len(line) <= 120 for line in text.splitlines())
    assert KEY not in text
    said = "2 events: 1 is sent, 1 never leaves." if form == "body" else "2 events: 1 is accepted, 1 never leaves."
    # Of a table it is the first line, of all else the only one beside the data.
    assert text.startswith(f"{said}\n") is (form == "table")
    assert done.stderr.decode().endswith(f"{said}\n") is (form != "table")


def test_a_table_tells_refused_events_from_those_that_arrive(tmp_path: Path) -> None:
    listed = "catalog:\n  goals: [purchase]\n  units: [user_id]\n  environments: [staging]\n  applications: [website]\n"
    files = written(
        tmp_path, CONFIG + listed, event(), event(userId="", messageId="m2"), event(event="X", messageId="m3")
    )
    table = abtui("map", *files, "--format", "table").stdout.decode().splitlines()
    assert table[0] == "3 events: 1 arrives, 1 is ignored, 1 is refused."
    assert [line[28:42].strip() for line in table[1:]] == ["fate", "● arrives", "✗ refused", "○ ignored"]


@pytest.mark.parametrize("many", [999, 1000, 1001])
def test_a_table_of_many_rows_tells_at_the_end(many: int, tmp_path: Path) -> None:
    done = abtui("map", *written(tmp_path, CONFIG, *[event()] * many), "--format", "table")
    head, said = done.stdout.decode().splitlines()[0], f"{many:,} events: {many:,} are accepted."
    assert (head if many < 1000 else done.stderr.decode().rstrip()) == said
    assert done.stdout.count(b"\n") == many + (2 if many < 1000 else 1)


def test_a_table_of_a_pipe_does_not_wait_for_its_end() -> None:
    done = abtui("map", str(SAMPLES / "config.yaml"), "-", "--format", "table", stdin=event().encode())
    assert done.stdout.startswith(b"source")
    assert done.stderr == b"1 event: 1 arrives.\n"


NONE = "error: There is no event in the input."


@pytest.mark.parametrize("text", ["", "\n \n", "// only a comment\n", "[]", '{"batch": []}'])
@pytest.mark.parametrize("form", ["jsonl", "json", "curl", "table", "body"])
def test_what_holds_no_event_fails(text: str, form: str, tmp_path: Path) -> None:
    """As for the other commands: events were expected, and nobody looks at what is said where the exit code is 0."""
    done = abtui("map", *written(tmp_path, CONFIG, text), "--format", form)
    assert done.returncode == 1
    said = "0 events. 1 piece could not be read." if text[:1] in "[{" and text else NONE
    assert done.stderr.decode().endswith(f"{said}\n")
    if form == "json":
        assert json.loads(done.stdout) == []


def test_events_of_standard_input_are_mapped() -> None:
    done = abtui("map", str(SAMPLES / "config.yaml"), "-", stdin=event().encode())
    assert [outcome["source"] for outcome in lines(done)] == ["stdin:1"]


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    config, good = written(tmp_path, CONFIG, event(), '{"type": "tra', event(messageId="m3"))
    done = abtui("map", config, str(tmp_path / "nowhere.json"), good)
    assert done.returncode == 1
    assert [outcome["source"] for outcome in lines(done)] == ["events.jsonl:1", "events.jsonl:3"] or [
        str(outcome["source"]).endswith((":1", ":3")) for outcome in lines(done)
    ] == [True, True]
    assert b"nowhere.json does not exist" in done.stderr
    assert re.search(rb"events\.jsonl:2:\d+: error JSON-SYNTAX", done.stderr)


def test_a_failing_event_is_exit_code_1(tmp_path: Path) -> None:
    assert abtui("map", *written(tmp_path, CONFIG, event(properties=None))).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["map"], b"Missing argument"),
        (["map", "nowhere.yaml", "-"], b"nowhere.yaml does not exist"),
        (["map", "bad.yaml", "-"], b"bad.yaml:1:1: error CONFIG-TYPE"),
        (["map", "bad.yaml"], b"Missing argument"),
        (["map", "good.yaml", "-", "--format", "xml"], b"Invalid value for '--format'"),
        (["map", "good.yaml", "-", "--format", "body", "--explain"], b"--explain works with"),
        (["map", "good.yaml", "-", "--now", "yesterday"], b"is not a time"),
        (["mapp", "good.yaml", "-"], b"'mapp' is neither a command nor a file"),
        (["explain", "NO-SUCH"], b"There is no finding, reason or fate 'NO-SUCH'"),
        (["explain", "unit-nun"], b"Did you mean UNIT-NONE"),
        (["nowhere.yaml"], b"nowhere.yaml"),
        (["collector", "--fault", "418"], b"There is no fault"),
        (["--frobnicate"], b"No such option"),
        (["nowhere.yaml"], b"Usage: abtui [OPTIONS] [CONFIG] [EVENTS]..."),
        (["good.yaml"], b"needs a terminal"),
        (["open", "good.yaml"], b"needs a terminal"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(arguments: list[str], said: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- 1")
    (tmp_path / "good.yaml").write_text(CONFIG)
    done = abtui(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG, *(event(messageId=str(n)) for n in range(3000)))
    command = f"{shlex.quote(sys.executable)} -m abtui map {shlex.join(files)} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stdout.count(b"\n") == 1
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_a_file_name_cannot_become_a_line_of_its_own(tmp_path: Path) -> None:
    config, events = written(tmp_path, CONFIG, event(event="a\nb"), '{"type": ', name="x\ntouch PWNED;.jsonl")
    curl = abtui("map", config, events, "--format", "curl")
    assert [line[:7] for line in curl.stdout.decode().splitlines() if not line.startswith("  ")] == [
        "# " + events[:5],
        "curl -X",
    ]
    assert all(b"error" in line or b"warning" in line or b"1 event: " in line for line in curl.stderr.splitlines())
    table = abtui("map", config, events, "--format", "table", "--explain").stdout.decode().splitlines()
    assert all(line.startswith(("1 event", "source", "…", "    ")) for line in table)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG, event())
    command = f"{shlex.quote(sys.executable)} -m abtui map {shlex.join(files)} > /dev/full"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=env)
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_same_input_gives_the_same_output(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG, 'analytics.track("Order Completed")', name="code.js")
    outputs: Sequence[bytes] = [abtui("map", *files, "--now", "2026-01-01T00:00:00.000Z").stdout for _ in range(2)]
    assert outputs[0] == outputs[1] != b""


def test_version_and_help() -> None:
    assert abtui("--version").stdout.decode() == f"abtui {__version__}\n"
    assert b"map" in abtui("--help").stdout
    assert b"--explain" in abtui("map", "--help").stdout


def test_explain_reads_the_table() -> None:
    done = abtui("explain", "unit-none")
    assert done.returncode == 0
    assert RULES["UNIT-NONE"].title in done.stdout.decode()
    listed = abtui("explain").stdout.decode().splitlines()
    assert [line.split()[0] for line in listed] == list(RULES)


@pytest.mark.parametrize("asked", ["fates", "Fates", *FATES])
def test_explain_has_the_legend_of_the_fates(asked: str) -> None:
    said = abtui("explain", asked).stdout.decode().splitlines()
    told = [asked]
    if asked.lower() == "fates":
        assert said.pop().endswith(DOES_NOT_COUNT.meaning)
        told = list(FATES)
    assert [line.split(maxsplit=3) for line in said] == [
        [FATES[fate].mark, FATES[fate].ascii, fate, FATES[fate].meaning] for fate in FATES if fate in told
    ]


def test_schema_is_a_schema() -> None:
    assert jsonschema_rs.meta.is_valid(
        json.loads((Path(__file__).parents[2] / "abtui/core/report/outcome.schema.json").read_text())
    )


def test_a_table_has_a_line_for_each_event_and_more_only_for_several_mappings_that_ran(tmp_path: Path) -> None:
    goal = {
        "units": {"user_id": {"@path": "$.userId"}},
        "name": {"@path": "$.event"},
        "properties": {"@path": "$.properties"},
    }
    names = {"a": "Bought", "b": "Bought", "c": "Seen"}
    config = {
        "destination": "actions",
        "settings": {"apiKey": "k", "collectorEndpoint": "https://acme.absmartly.io/v1", "environment": "s"},
        "mappings": [{"name": name, "subscribe": f'event = "{event}"', "partnerAction": "trackGoal", "mapping": goal} for name, event in names.items()],
    }  # fmt: skip
    (tmp_path / "c.yaml").write_text(json.dumps(config))
    events = [{"type": "track", "event": name, "userId": "u", "properties": {}} for name in ("Bought", "Seen", "Other")]
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, events)))
    rows = abtui("map", "c.yaml", "e.jsonl", "--format", "table", cwd=tmp_path).stdout.decode().splitlines()[2:]
    assert [row.split()[0] for row in rows] == ["e.jsonl:1", "a", "b", "e.jsonl:2", "e.jsonl:3"]


@pytest.mark.parametrize("code", sorted(REASONS))
def test_each_reason_of_a_verdict_is_explained_in_words(code: str) -> None:
    told = REASONS[code].explained("...")
    assert len(told.replace("...", "").split()) > 3, told
