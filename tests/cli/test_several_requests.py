"""Every command with a destination whose events make several requests: no other file was written for this one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from tests.cli.sending import KEY, Command, command
from tests.kit import outcome_schema
from tests.toy import registered
from tests.toy_forks import FORKS

call = pytest.fixture(command)
CONFIG = """destination: forks
settings: {{ collectorEndpoint: "{}", environment: staging, apiKey: "${{KEY}}" }}
routes:
- {{ name: First, when: track, goal: one }}
- {{ name: Second, when: track, goal: two }}
- {{ name: Pages, when: page, goal: page }}
"""
EVENTS = [
    {"type": "track", "event": "Order", "userId": "u1", "messageId": "m1", "properties": {"n": 1}},
    {"type": "page", "name": "Home", "userId": "u2", "messageId": "m2", "properties": {"n": 2}},
    {"type": "alias", "userId": "u3", "messageId": "m3"},
    {"type": "track", "event": "Order", "userId": "u4", "messageId": "m4"},
]


class Trouble:
    """The faults of a collector, in turn; none when they are over."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []

    def __call__(self) -> Fault:
        return self.coming.pop(0) if self.coming else Fault("none")


@pytest.fixture(autouse=True)
def _forks() -> Iterator[None]:
    with registered(FORKS):
        yield


def files(path: Path, base: str = "https://forks.example/v1", text: str = CONFIG) -> tuple[str, str]:
    (path / "config.yaml").write_text(text.format(base), encoding="utf-8")
    (path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in EVENTS), encoding="utf-8")
    return str(path / "config.yaml"), str(path / "events.jsonl")


def goals(collector: LocalCollector) -> list[str]:
    return [entry["body"]["goals"][0]["name"] for entry in collector.state.received()["accepted"]]


def test_map_writes_a_result_for_each_mapping(tmp_path: Path, call: Command) -> None:
    done = call("map", *files(tmp_path), "--explain")
    outcomes = [json.loads(line) for line in done.out.splitlines()]
    for outcome in outcomes:
        outcome_schema().validate(outcome)
    assert [[result["verdict"] for result in outcome["results"]] for outcome in outcomes] == [
        ["send", "send", "not-subscribed"],
        ["not-subscribed", "not-subscribed", "send"],
        ["not-subscribed"] * 3,
        ["fail", "fail", "not-subscribed"],
    ]
    assert [outcome["verdict"] for outcome in outcomes] == ["send", "send", "drop", "fail"]
    assert [result["request"]["body"]["goals"][0]["name"] for result in outcomes[0]["results"][:2]] == ["one", "two"]
    assert outcomes[3]["results"][0]["reason"]["message"] == "AggregateError: two\n    no {properties}"
    assert done.code == 1


def test_map_writes_a_line_or_a_command_for_each_request(tmp_path: Path, call: Command) -> None:
    given = files(tmp_path)
    bodies = call("map", *given, "--format", "body").out.splitlines()
    assert [json.loads(body)["goals"][0]["name"] for body in bodies] == ["one", "two", "page"]
    commands = call("map", *given, "--format", "curl").out
    assert [line.rpartition("/")[2] for line in commands.splitlines() if line.startswith("#")] == [
        "events.jsonl:1 First",
        "events.jsonl:1 Second",
        "events.jsonl:2 Pages",
    ]
    assert commands.count("X-Agent: fork") == 3
    table = call("map", *given, "--format", "table").out
    assert "  Second" in table
    assert "not-subscribed: not for a track" in table


def test_send_sends_every_request_by_itself(tmp_path: Path, call: Command) -> None:
    with LocalCollector() as collector:
        given = files(tmp_path, collector.base_url)
        dry = call("send", *given, "--dry-run", "--batch")
        assert "3 requests for 2 of 4 events, one by one" in dry.words
        done = call("send", *given, "--batch")
        assert (done.code, sorted(goals(collector))) == (0, ["one", "page", "two"])
    assert "3 requests: 3 accepted." in done.out
    sent = json.loads(call("history", "1", "--format", "json").out)
    assert {(event["source"][-1], event["mapping"]) for event in sent} == {
        ("1", "First"),
        ("1", "Second"),
        ("2", "Pages"),
    }
    assert KEY not in done.out + done.err


def test_a_resumed_run_sends_no_request_twice(tmp_path: Path, call: Command) -> None:
    trouble = Trouble()
    with LocalCollector(fault=trouble) as collector:
        given = files(tmp_path, collector.base_url)
        trouble.coming = [Fault("none"), Fault("401")]
        done = call("send", *given, "--concurrency", "1")
        assert done.code == 1
        first = goals(collector)
        assert first == ["one"]
        done = call("send", "--resume", "1")
        assert sorted(goals(collector)) == ["one", "page"]
        assert "1 refused" in done.out
    config = Path(given[0])
    config.write_text(config.read_text().replace("name: First", "name: Renamed"), encoding="utf-8")
    assert "1 event of the run would have another payload now" in call("send", "--resume", "1").err


def test_what_segment_shows_is_what_the_destination_says(tmp_path: Path, call: Command) -> None:
    with LocalCollector(fault=lambda: Fault("401")) as collector:
        call("send", *files(tmp_path, collector.base_url))
    assert {kind.segment_shows for kind in History().kinds(1)} == {"Bad Request"}


def test_check_reports_what_the_destination_finds_and_goes_on(tmp_path: Path, call: Command) -> None:
    given = files(tmp_path, text=CONFIG + "- {{ name: Aimless, when: group }}\n")
    done = call("check", *given, "--format", "json")
    result = json.loads(done.out)
    assert (done.code, result["usable"], result["events"]) == (1, True, 4)
    found = {group["code"]: group for group in result["findings"]}
    assert "FORK-NO-GOAL" in found
    assert [(place["message"], place["configLine"]) for place in found["COVERAGE-MAPPING"]["places"]] == [
        ("No event is for the mapping `Aimless`.", 7)
    ]
    uses = {use["mapping"]: use["verdicts"] for use in result["coverage"]["mappings"]}
    assert (uses["First"]["send"], uses["First"]["fail"], uses["First"]["not-subscribed"]) == (1, 1, 2)
    assert [goal["name"] for goal in result["coverage"]["goals"]] == ["one", "two", "page"]
    assert "Mappings" in call("check", *given).out


def test_the_schema_of_a_config_has_the_list(call: Command) -> None:
    schema = json.loads(call("schema", "config").out)
    config = yaml.safe_load(CONFIG.format("https://forks.example/v1"))
    assert jsonschema_rs.is_valid(schema, config)
    config["routes"][0]["gaol"] = "x"
    assert not jsonschema_rs.is_valid(schema, config)


def test_cases_are_recorded_with_each_mapping_pass_fail_and_are_updated(tmp_path: Path, call: Command) -> None:
    config, events = files(tmp_path)
    cases = str(tmp_path / "forks.abtui.yaml")
    assert call("test", config, "--record", events, "-o", cases).code == 0
    expected = [case["expect"] for case in yaml.safe_load(Path(cases).read_text())["cases"]]
    assert [list(expect["results"]) for expect in expected] == [["First", "Second"], ["Pages"], [], ["First", "Second"]]
    assert expected[0]["results"]["First"]["headers"] == {"X-Agent": "fork", "X-Application": "own"}
    assert expected[3]["results"]["First"]["verdict"] == "fail"
    assert jsonschema_rs.is_valid(json.loads(call("schema", "cases").out), yaml.safe_load(Path(cases).read_text()))
    assert call("test", config, cases).code == 0
    text = Path(config).read_text()
    for change, told in (
        (("goal: two", "goal: other"), "Second: $.goals[0].name"),
        (("name: Second", "name: Renamed"), "results.Renamed"),
        (("name: Second, when: track", "name: Second, enabled: false, when: track"), "Second: verdict"),
        (("name: Pages, when: page", "name: Pages, when: alias"), "results.Pages"),
    ):
        Path(config).write_text(text.replace(*change))
        done = call("test", config, cases)
        assert (done.code, told in done.out) == (1, True), done.out
        assert call("test", config, cases, "--update").code == 0
        assert call("test", config, cases).code == 0, Path(cases).read_text()
        Path(config).write_text(text)
        assert call("test", config, cases, "--update").code == 0
