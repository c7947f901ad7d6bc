"""Every command with a destination whose events make several requests: no other file was written for this one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.comparison.event import compare_event
from abtui.core.corpus.comparison.take_back import take_back
from abtui.core.events import Event
from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from tests.cli.sending import KEY, Command, command
from tests.kit import CONFIG as CLASSIC
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
    assert "not-subscribed: not for a track" not in table, "one line for each event, and those of mappings that ran"
    assert "not-subscribed: not for a track" in call("map", *given, "--format", "table", "--explain").out


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
    assert [goal["name"] for goal in result["coverage"]["goals"]] == ["one", "page", "two"]
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


def compared(call: Command, old: str, new: str, events: str) -> Any:
    return json.loads(call("diff", old, new, events, "--format", "json").out)


@pytest.mark.parametrize(
    ("change", "classes", "path", "count"),
    [
        (("goal: two", "goal: other"), {"goal": 1}, "routes.Second.goal", 1),
        (("name: Second, ", "name: Second, enabled: false, "), {"fate": 0, "goal": 1}, "routes.Second.enabled", 2),
        (("name: Second", "name: Renamed"), {}, "routes.Renamed.name", 0),
        (("when: page", "when: alias"), {"verdict": 2, "goal": 1}, "routes.Pages.when", 2),
    ],
)
def test_diff_pairs_results_by_the_name_of_their_mapping(
    tmp_path: Path, call: Command, change: tuple[str, str], classes: dict[str, int], path: str, count: int
) -> None:
    old, events = files(tmp_path)
    new = tmp_path / "new.yaml"
    new.write_text(Path(old).read_text().replace(*change), encoding="utf-8")
    result = compared(call, old, str(new), events)
    found = {item["name"]: item["events"] for item in result["classes"]}
    assert {name: found[name] for name in classes} == classes
    assert bool(result["changed"]) == bool(classes)
    setting = {item["path"]: item for item in result["settings"]}[path]
    assert setting["events"] == count
    assert setting["line"] is not None
    assert compared(call, old, old, events)["changed"] == 0


def test_diff_names_the_mapping_of_each_field_and_counts_goals_once(tmp_path: Path, call: Command) -> None:
    old, events = files(tmp_path)
    new = tmp_path / "new.yaml"
    new.write_text(Path(old).read_text().replace("goal: two", "goal: other"), encoding="utf-8")
    result = compared(call, old, str(new), events)
    assert [(item["path"], item["old"], item["new"]) for item in result["examples"][0]["changes"]] == [
        ("Second: $.goals[0].name", '"two"', '"other"')
    ]
    assert (result["goals"]["same"], result["goals"]["changes"]) == (
        2,
        [{"kind": "renamed", "old": "two", "new": "other", "events": 1}],
    )
    assert "Second" in call("diff", old, str(new), events).out


@pytest.mark.parametrize("turned", [False, True])
def test_configs_of_different_destinations_can_be_compared(tmp_path: Path, call: Command, turned: bool) -> None:
    forks, events = files(tmp_path)
    classic = tmp_path / "classic.yaml"
    classic.write_text(CLASSIC.replace("goalMapping: {", "goalMapping: { Order: two, "), encoding="utf-8")
    pair = (forks, str(classic)) if turned else (str(classic), forks)
    result = compared(call, *pair, events)
    assert result["events"] == 4
    assert sum(count for row in result["verdicts"].values() for count in row.values()) == 4
    goals = {(item["kind"], item["old"], item["new"]) for item in result["goals"]["changes"]}
    assert (("lost", "one", None) if turned else ("gained", None, "one")) in goals
    # One of the two events that classic sends as this goal fails in the other destination.
    assert [item["events"] for item in result["goals"]["changes"] if "two" in (item["old"], item["new"])] == [1]
    for form in ("text", "markdown", "html", "junit", "github"):
        assert call("diff", *pair, events, "--format", form).code in (0, 1)
    old, new = (read_config(Path(path).read_text(), {}).config for path in pair)
    assert old is not None
    assert new is not None
    first = compare_event(old, new, Event("e:1", EVENTS[0]))
    told = 'It loses the goal "one".' if turned else 'It gains the goal "one".'
    assert told in [sentence.text for sentence in first.sentences]
    assert first.lines()
    assert compare_event(old, new, Event("e:3", EVENTS[2])).old.verdict != "send"


def test_a_change_of_a_mapping_is_taken_back(tmp_path: Path) -> None:
    before = Path(files(tmp_path)[0]).read_text()
    now = before.replace("goal: two", "goal: other")
    old, new = (read_config(text, {}).config for text in (before, now))
    assert old is not None
    assert new is not None
    comparison = Comparison(old, new)
    comparison.add(Event("e:1", EVENTS[0]))
    moves = comparison.moves()
    [move] = (*moves.moves, *moves.changed)
    assert [cause.path for cause in move.causes] == [("routes", "Second", "goal")]
    assert (move.causes[0].old_line, move.causes[0].line) == (5, 5)
    assert take_back(before, now, move.causes).text == before
