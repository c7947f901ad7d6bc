"""`abtui check` as a process: what it prints, what it fails on, and what it says of bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.kit import KEY, SAMPLES, abtui, written
from tests.kit import CONFIG, event

GOOD = CONFIG.replace("${KEY}", "${ABSMARTLY_API_KEY}")


def test_a_config_alone(tmp_path: Path) -> None:
    config, _ = written(tmp_path, GOOD)
    done = abtui("check", config)
    assert done.returncode == 0, done.stderr
    assert b"No finding." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 1),
        (("--ignore", "UNIT-*"), 0),
        (("--ignore", "unit-none,EVENT-*"), 0),
        (("--ignore", "UNIT-*", "--fail-on", "warning"), 1),
        (("--select", "GOAL-*"), 0),
        (("--fail-on", "never"), 0),
    ],
)
def test_the_exit_code_follows_the_policy(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    files = written(tmp_path, GOOD, event(userId=..., anonymousId="a"))
    done = abtui("check", *files, *arguments)
    assert done.returncode == code, done.stderr


def test_the_config_has_a_policy_of_its_own(tmp_path: Path) -> None:
    files = written(
        tmp_path, GOOD + "check: { failOn: never, ignore: [COVERAGE-*] }\n", event(userId=..., anonymousId="a")
    )
    done = abtui("check", *files, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert {group["code"] for group in json.loads(done.stdout)["findings"]} == {"UNIT-NONE", "UNIT-MISSING"}
    assert abtui("check", *files, "--fail-on", "error").returncode == 1


def test_a_code_that_does_not_exist_is_told(tmp_path: Path) -> None:
    config, _ = written(tmp_path, GOOD)
    for value, near in (("UNIT-NON", b"UNIT-NONE"), ("XY-*", b"abtui explain")):
        done = abtui("check", config, "--ignore", value)
        assert done.returncode == 2
        assert value.encode() in done.stderr
        assert near in done.stderr


def test_a_broken_config_is_a_report_too(tmp_path: Path) -> None:
    files = written(tmp_path, GOOD.replace("environment: staging", "enviroment: staging"), event())
    done = abtui("check", *files, "--format", "github")
    assert done.returncode == 2
    assert b"::error file=" in done.stdout
    assert b"CONFIG-MISSING" in done.stdout
    assert b"CONFIG-UNKNOWN-KEY" in done.stdout


def test_events_in_the_place_of_the_config_are_told(tmp_path: Path) -> None:
    _, events = written(tmp_path, GOOD, event(), event())
    done = abtui("check", events)
    assert done.returncode == 2
    assert b"looks like events. CONFIG comes first, then EVENTS." in done.stderr


def test_a_key_in_the_file_is_told_by_check_alone(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG.replace("${KEY}", "0123456789abcdef"), event())
    assert b"CONFIG-KEY-IN-FILE" in abtui("check", files[0]).stdout
    assert b"CONFIG-KEY-IN-FILE" not in abtui("map", *files).stderr


def test_an_unreadable_file_among_many_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    files = written(tmp_path, GOOD, event())
    done = abtui("check", *files, str(tmp_path / "absent.jsonl"), "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["events"] == 1
    assert b"absent.jsonl does not exist" in done.stderr


def test_no_event_is_not_good(tmp_path: Path) -> None:
    files = written(tmp_path, GOOD)
    done = abtui("check", *files)
    assert done.returncode == 1
    assert b"There is no event" in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown", "html"])
def test_each_form_on_the_samples(form: str) -> None:
    done = abtui("check", str(SAMPLES / "config.yaml"), str(SAMPLES), "--format", form)
    assert done.returncode == 1
    assert b"UNIT-NONE" in done.stdout
    assert KEY.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown", "html"])
def test_a_key_in_an_event_is_masked(form: str, tmp_path: Path) -> None:
    files = written(tmp_path, GOOD, event(event=f"Leaked {KEY}", userId=KEY), event(userId=..., event=KEY))
    done = abtui("check", *files, "--format", form, "--fail-on", "warning")
    assert KEY.encode() not in done.stdout + done.stderr
    assert b"Leaked ****0123" in done.stdout or form == "junit"


def test_standard_input_is_one_thing(tmp_path: Path) -> None:
    done = abtui("check", "-", "-", stdin=GOOD.encode())
    assert done.returncode == 2
    assert b"both the config and events" in done.stderr


def test_a_report_does_not_take_the_place_of_what_is_read(tmp_path: Path) -> None:
    files = written(tmp_path, GOOD, event())
    for path in files:
        done = abtui("check", *files, "--format", f"html={path}")
        assert done.returncode == 2
        assert b"would overwrite" in done.stderr
    assert (tmp_path / "config.yaml").read_text() == GOOD


def test_half_a_character_is_written_as_json(tmp_path: Path) -> None:
    files = written(tmp_path, GOOD, event(event="hi \ud83d"))
    done = abtui("check", *files, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["coverage"]["goals"][0]["name"] == "hi \ud83d"
