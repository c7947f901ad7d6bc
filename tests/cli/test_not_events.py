"""No command takes a JSON object that is no event for one, or says that all is well where it read none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.cli.kit import abtui, written
from tests.core.test_not_events import FORMS
from tests.kit import CONFIG, event

GOOD: Final = CONFIG.replace("${KEY}", "${ABSMARTLY_API_KEY}")
INSIDE: Final = json.dumps({"payload": {**json.loads(event()), "type": "Track"}})
TELLS: Final = b"1 object is no event."


@pytest.mark.parametrize("form", ["jsonl", "json", "table", "curl", "body"])
@pytest.mark.parametrize("beside", [(), (event(),)])
def test_map_reports_an_object_that_is_not_an_event(form: str, beside: tuple[str, ...], tmp_path: Path) -> None:
    done = abtui("map", *written(tmp_path, GOOD, INSIDE, *beside), "--format", form)
    assert done.returncode == 1
    assert TELLS in done.stderr + done.stdout
    assert b"EVENT-TYPE" in done.stderr
    assert b"it has no `type`" in done.stderr
    if form == "jsonl":
        first = json.loads(done.stdout.splitlines()[0])
        assert (first["verdict"], first["findings"][0]["code"]) == ("unsupported", "EVENT-TYPE")
        assert len(done.stdout.splitlines()) == 1 + len(beside)
    if form == "body":
        assert len(done.stdout.splitlines()) == len(beside)
    assert (b"1 event:" in done.stdout + done.stderr) == bool(beside)


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown", "html"])
@pytest.mark.parametrize("options", [(), ("--fail-on", "never"), ("--ignore", "EVENT-TYPE")])
def test_check_fails_on_an_object_that_is_not_an_event(form: str, options: tuple[str, ...], tmp_path: Path) -> None:
    done = abtui("check", *written(tmp_path, GOOD, INSIDE), "--format", form, *options)
    assert done.returncode == 1
    assert b"Passed" not in done.stdout
    assert b"\xe2\x9c\x93" not in done.stdout
    if form == "json":
        result = json.loads(done.stdout)
        assert (result["events"], result["notEvents"], result["failed"]) == (0, 1, True)
    if form == "junit":
        assert b"There is no event in the input." in done.stdout


def test_check_beside_events(tmp_path: Path) -> None:
    done = abtui("check", *written(tmp_path, GOOD, INSIDE, event()))
    assert done.returncode == 1
    assert b"1 event: 1 is accepted." in done.stdout
    assert b"1 object is no event." in done.stdout


@pytest.mark.parametrize("options", [(), ("--findings",)])
def test_diff_reports_an_object_that_is_not_an_event(options: tuple[str, ...], tmp_path: Path) -> None:
    config, events = written(tmp_path, GOOD, INSIDE)
    done = abtui("diff", config, config, events, *options)
    assert done.returncode == 2
    assert TELLS in done.stderr
    config, events = written(tmp_path, GOOD, INSIDE, event())
    done = abtui("diff", config, config, events, *options)
    assert done.returncode == 1
    assert b"None of 1 event changes." in done.stdout
    assert b"No difference" not in done.stdout


def test_an_object_that_is_not_an_event_is_not_recorded(tmp_path: Path) -> None:
    config, events = written(tmp_path, GOOD, INSIDE)
    done = abtui("test", config, "--record", events)
    assert done.returncode == 2
    assert TELLS in done.stderr
    config, events = written(tmp_path, GOOD, INSIDE, event())
    done = abtui("test", config, "--record", events)
    assert done.returncode == 1
    assert done.stdout.count(b"- name:") == 1
    assert b"it has no `type`" in done.stderr


def test_an_object_that_is_not_an_event_is_not_sent(tmp_path: Path) -> None:
    config, events = written(tmp_path, GOOD, INSIDE, event())
    done = abtui("send", config, events, "--dry-run")
    assert b"it has no `type`" in done.stderr
    assert TELLS in done.stdout
    assert b"1 request for 1 of 1 event" in done.stdout
    assert done.returncode == 1
    alone = abtui("send", *written(tmp_path, GOOD, INSIDE), "--dry-run")
    assert b"There is no event in the input. 1 object is no event." in alone.stdout
    assert b"\xe2\x9c\x93" not in alone.stdout
    assert alone.returncode == 1


def test_settings_in_place_of_events_are_told_to_be_the_config(tmp_path: Path) -> None:
    for data in ({"destination": {"settings": {}}}, {"subscriptions": []}):
        done = abtui("map", *written(tmp_path, GOOD, json.dumps({"data": data})))
        assert b"it looks like a destination's settings from Segment's API. Pass it first, as the config" in done.stderr
    done = abtui("map", *written(tmp_path, GOOD, '{"event": "Trip Booked", "destination": "Paris"}'))
    assert b"it has no `type`" in done.stderr


def test_a_folder_of_forms(tmp_path: Path) -> None:
    config, _ = written(tmp_path, GOOD, name="none.jsonl")
    files = sorted(str(path) for path in (FORMS / "not-events").glob("*.json"))
    done = abtui("map", config, *files)
    assert done.returncode == 1
    assert b"2 objects are no events." in done.stderr
    assert b"it looks like the package.json of a program" in done.stderr
    assert b"it looks like an event of mParticle" in done.stderr
    done = abtui("map", config, *files, str(FORMS / "sqs-record.json"), str(FORMS / "devtools.har"))
    assert b"2 events: 2 are accepted. 2 objects are no events." in done.stderr
    assert b"sqs-record.json:1 $.Records[0].body" in done.stdout


def test_an_object_without_a_type_is_told_once_for_its_file(tmp_path: Path) -> None:
    done = abtui("map", *written(tmp_path, GOOD, INSIDE, INSIDE, '{"type": "Track"}', '{"type": "Track"}'))
    assert done.stderr.count(b"it has no `type`") == 1
    assert done.stderr.count(b"Write it as `track`") == 2
    assert b"4 objects are no events." in done.stderr
