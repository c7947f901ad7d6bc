"""`abtui experiments`: which goals count, in every form of the report, and what it fails on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from abtui.core.experiments.assignment import uid_hash
from tests.cli.kit import KEY, abtui, written
from tests.core.experiment_cases import FILE, T, exposed
from tests.kit import CONFIG, event

CORPORA = Path(__file__).parents[1] / "data" / "experiments"
CONFIG_TEXT = CONFIG.replace("${KEY}", "${ABSMARTLY_API_KEY}")


def corpus(folder: Path, name: str) -> tuple[str, str]:
    """A corpus that was counted elsewhere, with its file of experiments beside the config."""
    (folder / "experiments.yaml").write_text((CORPORA / name / "experiments.yaml").read_text())
    text = (CORPORA / name / "config.yaml").read_text() + "experiments: !file experiments.yaml\n"
    events = gzip.decompress((CORPORA / name / "events.jsonl.gz").read_bytes()).decode()
    return written(folder, text, events)


def subset(expected: Any, found: Any) -> Any:
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: subset(value, found.get(key)) for key, value in expected.items()}
    return found


EXPECTED = {
    "s1": {"EXPERIMENT-UNIT-TYPE"},
    "s2": {"EXPERIMENT-CROSSOVER", "EXPERIMENT-RATIO", "EXPERIMENT-ASSIGNMENT", "EXPERIMENT-GOAL-BEFORE", "EXPERIMENT-EXCLUDED"},
    "s3": {"EXPERIMENT-HASHED-TWICE", "EXPERIMENT-NEAR-UID", "METRIC-OVER-2KB", "METRIC-NUMBER-AS-TEXT", "METRIC-DUPLICATES"},
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_a_corpus_that_was_counted_elsewhere(name: str, tmp_path: Path) -> None:
    done = abtui("experiments", *corpus(tmp_path, name), "--format", "json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    expected = json.loads((CORPORA / name / "expected.json").read_text())
    assert subset(expected, found) == expected
    assert {item["code"] for item in found["findings"]} == EXPECTED[name]


def test_what_is_right_has_no_finding(tmp_path: Path) -> None:
    files = corpus(tmp_path, "s1")
    done = abtui("experiments", *files, "--experiment", "bulb_finder", "--fail-on", "warning")
    assert done.returncode == 0, done.stdout
    assert b"`bulb_finder`: 120 units take part; 125 of 154 goals count." in done.stdout
    assert b"seed_bundle" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), 1), (("--fail-on", "never"), 0), (("--goal", "purchase", "--fail-on", "warning"), 1)],
)
def test_the_exit_code_follows_the_policy(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    done = abtui("experiments", *corpus(tmp_path, "s1"), *arguments)
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown", "html"])
def test_every_form_tells_what_does_not_count(form: str, tmp_path: Path) -> None:
    done = abtui("experiments", *corpus(tmp_path, "s1"), "--format", form)
    assert b"EXPERIMENT-UNIT-TYPE" in done.stdout
    assert b"seed_bundle" in done.stdout


def test_a_goal_alone(tmp_path: Path) -> None:
    done = abtui("experiments", *corpus(tmp_path, "s1"), "--goal", "purchase", "--format", "json")
    found = json.loads(done.stdout)
    assert list(found["goals"]) == ["purchase"]
    assert all(list(item["goals"]) == ["purchase"] for item in found["experiments"].values())


@pytest.mark.parametrize("uid", ["g413", uid_hash("g413")])
def test_the_story_of_a_unit(uid: str, tmp_path: Path) -> None:
    done = abtui("experiments", *corpus(tmp_path, "s1"), "--unit", uid, "--format", "json")
    story = json.loads(done.stdout)["story"]
    assert [(item["kind"], item["name"], item["source"].rpartition(":")[2]) for item in story] == [
        ("exposure", "bulb_finder", "1"),
        ("exposure", "seed_bundle", "2"),
        ("goal", "purchase", "3"),
    ]
    reasons = {name: item["reason"] for name, item in story[2]["counts"].items()}
    assert reasons == {"bulb_finder": "attributed", "seed_bundle": "otherUnitType"}
    assert f"The story of {uid}".encode() in abtui("experiments", *corpus(tmp_path, "s1"), "--unit", uid).stdout


def test_check_counts_the_findings_of_a_config_with_experiments(tmp_path: Path) -> None:
    config, events = corpus(tmp_path, "s1")
    done = abtui("check", config, events, "--format", "json")
    assert done.returncode == 1
    assert "EXPERIMENT-UNIT-TYPE" in {group["code"] for group in json.loads(done.stdout)["findings"]}
    assert abtui("check", config, events, "--ignore", "EXPERIMENT-*").returncode == 0


def test_check_tells_what_replaced_an_exposure_and_not_that_there_is_none(tmp_path: Path) -> None:
    config, events = corpus(tmp_path, "s1")
    values = [json.loads(line) for line in Path(events).read_text().splitlines()]
    for value in values:
        if value["event"] == "Experiment Viewed":
            value["properties"]["absmartly"] = {"units": []}
    Path(events).write_text("".join(json.dumps(value) + "\n" for value in values))
    codes = {
        group["code"] for group in json.loads(abtui("check", config, events, "--format", "json").stdout)["findings"]
    }
    assert "EXPOSURE-REPLACED" in codes
    assert not any(code.startswith("EXPERIMENT-") for code in codes)


# Exposures from elsewhere

BOUGHT = event(userId="u1", timestamp="2026-04-11T05:30:05.548Z", originalTimestamp="2026-04-11T05:30:05.548Z")


def test_exposures_past_segment_make_goals_count(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG_TEXT, BOUGHT)
    (tmp_path / "experiments.yaml").write_text(FILE)
    (tmp_path / "received.jsonl").write_text(json.dumps({"accepted": {"body": exposed("u1", at=T)}}) + "\n")
    of_file = ("--experiments", str(tmp_path / "experiments.yaml"), "--format", "json")
    without = json.loads(abtui("experiments", *files, *of_file).stdout)
    assert [item["code"] for item in without["findings"]] == ["EXPERIMENT-NO-EXPOSURES"]
    done = abtui("experiments", *files, *of_file, "--exposures", str(tmp_path / "received.jsonl"))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["experiments"]["checkout"]["goals"]["purchase"]["attributed"] == 1
    assert found["findings"] == []


def test_what_cannot_be_read_fails(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG_TEXT, BOUGHT)
    (tmp_path / "odd.jsonl").write_text(json.dumps(exposed("u1")) + "\nnot JSON\n")
    done = abtui("experiments", *files, "--exposures", str(tmp_path / "odd.jsonl"))
    assert done.returncode == 1
    assert b"odd.jsonl:2 is not JSON" in done.stderr
    done = abtui("experiments", *files, "--exposures", str(tmp_path / "nowhere.jsonl"))
    assert done.returncode == 1
    assert b"nowhere.jsonl" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--goal", "purchas"), b"Did you mean 'purchase'?"),
        (("--unit", "nobody"), b"There is no unit 'nobody' in these events, neither plain nor hashed."),
        (("--experiment", "x"), b"There is no experiment 'x' in these events."),
        (("--exposures", "-", "--experiments", "-"), b"Standard input (-) can be only one of the inputs."),
    ],
)
def test_a_mistake_in_the_arguments(arguments: tuple[str, ...], says: bytes, tmp_path: Path) -> None:
    done = abtui("experiments", *written(tmp_path, CONFIG_TEXT, BOUGHT), *arguments)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_file_without_exposures_fails_and_says_what_is_read(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG_TEXT, BOUGHT)
    done = abtui("experiments", *files, "--exposures", files[1])
    assert done.returncode == 1
    told = b" ".join(done.stderr.split())
    assert b"has no request and no row of an export." in told
    assert b"event_type, unit_type, unit_uid" in told


def test_check_takes_exposures_for_a_config_with_experiments(tmp_path: Path) -> None:
    (tmp_path / "received.jsonl").write_text(json.dumps({"request": exposed("u1", at=T)}))
    arguments = ("--exposures", str(tmp_path / "received.jsonl"), "--format", "json")
    done = abtui("check", *written(tmp_path, CONFIG_TEXT, BOUGHT), *arguments)
    assert (done.returncode, b"The config names no experiments" in done.stderr) == (2, True)
    files = written(tmp_path, CONFIG_TEXT + FILE, BOUGHT)
    without = {group["code"] for group in json.loads(abtui("check", *files, "--format", "json").stdout)["findings"]}
    found = {group["code"] for group in json.loads(abtui("check", *files, *arguments).stdout)["findings"]}
    assert without - found == {"EXPERIMENT-NO-EXPOSURES"}
    assert abtui("check", files[0], *arguments).returncode == 2


def test_goals_that_the_console_ignores_are_not_told_as_counting(tmp_path: Path) -> None:
    viewed = event(event="Experiment Viewed", userId="u1", properties={"absmartly": PAYLOAD})
    files = written(tmp_path, CONFIG_TEXT + "catalog: {goals: [order]}\n" + FILE, viewed, BOUGHT)
    done = abtui("experiments", *files)
    assert b"1 of 1 goal counts, but the web console ignores 1 of them." in done.stdout
    assert b"EXPERIMENT-GOAL-IGNORED" in done.stdout


def test_events_that_send_nothing_are_told(tmp_path: Path) -> None:
    viewed = event(event="Experiment Viewed", userId="u1", properties={"absmartly": PAYLOAD})
    guest = event(userId=None, messageId="m3")
    done = abtui("experiments", *written(tmp_path, CONFIG_TEXT + FILE, viewed, guest))
    assert b"1 event sends nothing and is not in these numbers: `abtui check` says why." in done.stdout
    assert b"EXPERIMENT-NO-GOALS" in done.stdout


@pytest.mark.parametrize(
    ("uid", "catalog", "says"),
    [
        ("u2", "", "In checkout, purchase was never exposed."),
        ("U1", "", "In checkout, purchase has another spelling of the uid."),
        ("u1", "catalog: {goals: [order]}\n", "The web console has no goal purchase."),
    ],
)
def test_a_golden_case_says_why_its_goal_does_not_count(uid: str, catalog: str, says: str, tmp_path: Path) -> None:
    viewed = json.loads(event(event="Experiment Viewed", userId="u1", properties={"absmartly": PAYLOAD}))
    config, _events = written(tmp_path, CONFIG_TEXT + catalog + FILE, BOUGHT)
    case = {"events": [viewed, {**json.loads(BOUGHT), "userId": uid}], "expect": {"attributed": True}}
    (tmp_path / "a.abtui.yaml").write_text(json.dumps({"cases": [case]}))
    done = abtui("test", config, str(tmp_path / "a.abtui.yaml"))
    assert done.returncode == 1, done.stderr
    assert says.encode() in b" ".join(done.stdout.split())


def test_a_story_tells_other_spellings_and_why_an_exposure_counts_for_nothing(tmp_path: Path) -> None:
    overridden = {**exposed("u1", 1, overridden=True, assigned=False), "publishedAt": T}
    viewed = event(event="Experiment Viewed", userId="u1", properties={"absmartly": overridden})
    near = event(userId="U1", messageId="m2", timestamp="2026-04-11T05:31:05.548Z")
    done = abtui("experiments", *written(tmp_path, CONFIG_TEXT + FILE, viewed, BOUGHT, near), "--unit", "u1")
    told = done.stdout.decode()
    assert "variant 1 one_page" in " ".join(told.split())
    assert "takes no part" in told
    assert told.count("goal purchase") == 2


def test_a_broken_file_of_experiments_is_refused(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG_TEXT, BOUGHT)
    (tmp_path / "e.yaml").write_text("experiments:\n- {name: a, traffic: 101}\n")
    done = abtui("experiments", *files, "--experiments", str(tmp_path / "e.yaml"))
    assert done.returncode == 2
    assert b"EXPERIMENT-VALUE" in done.stderr


def test_no_key_is_told(tmp_path: Path) -> None:
    files = written(tmp_path, CONFIG_TEXT, event(userId="u1", event=f"Order {KEY}"))
    for form in ("text", "json", "markdown"):
        done = abtui("experiments", *files, "--format", form, "--unit", "u1")
        assert KEY.encode() not in done.stdout + done.stderr


PAYLOAD = {**exposed("u1"), "publishedAt": T}
LOST = {
    "EXPOSURE-ELSEWHERE": {"exposure": PAYLOAD},
    "EXPOSURE-NO-PAYLOAD": {"experiment_id": 1, "experiment_name": "checkout"},
    "EXPOSURE-REPLACED": {"absmartly": {"units": PAYLOAD["units"]}},
}


@pytest.mark.parametrize("code", LOST)
def test_exposures_that_get_lost_on_the_way_are_told(code: str, tmp_path: Path) -> None:
    viewed = event(event="Experiment Viewed", userId="u1", properties=LOST[code])
    files = written(tmp_path, CONFIG_TEXT, viewed, viewed, BOUGHT)
    (tmp_path / "e.yaml").write_text(FILE)
    done = abtui("experiments", *files, "--experiments", str(tmp_path / "e.yaml"), "--format", "json")
    found = json.loads(done.stdout)["findings"]
    assert [item["code"] for item in found] == [code]
    assert found[0]["message"].startswith("2 exposure events: ")
