"""A destination whose events have a result for each mapping: the contract, the config's list of mappings, and the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.funnel import Funnel
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import Query
from abtui.core.destination import Decision, Result, leading, summary
from abtui.core.events import Event
from abtui.core.fate import fate_reason
from abtui.core.journey import journey
from abtui.core.mapping_names import unique_names
from abtui.core.outcomes import Outcome
from abtui.core.provenance import Provenance
from abtui.core.threads import threads
from abtui.tui.corpus.rows import summary as summary_row
from tests.toy import registered
from tests.toy_forks import FORKS

SETTINGS = "destination: forks\nsettings:\n  collectorEndpoint: https://forks.example/v1\n  environment: staging\n  apiKey: secret-key-1\n"
ROUTES = """routes:
- name: First
  when: track
  goal: one
- {name: Idle, when: track, goal: two, enabled: false}
- {name: First, when: track, goal: "${GOAL:-three}"}
- {name: Pages, when: page, goal: four}
- {name: Aimless, when: track}
"""
ORDER = {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "m1", "properties": {"total": 1}}


@pytest.fixture(autouse=True)
def _forks() -> Iterator[None]:
    with registered(FORKS):
        yield


def config_of(text: str) -> Config:
    config = read_config(text, {}).config
    assert config is not None
    return config


def outcome_of(event: dict[str, Any], text: str = SETTINGS + ROUTES, *, explain: bool = False) -> Outcome:
    return Mapper(config_of(text)).outcome(Event("events.jsonl:1", event), explain=explain)


def decided(*verdicts: Any) -> Decision:
    return summary([Result(str(at), Decision(verdict, f"CODE-{at}", body=at)) for at, verdict in enumerate(verdicts)])


@pytest.mark.parametrize(
    ("verdicts", "verdict", "code", "body"),
    [
        (("drop", "send", "send"), "send", "CODE-1", 1),
        (("not-subscribed", "send", "fail"), "fail", "CODE-2", 1),
        (("disabled", "drop"), "drop", "CODE-1", None),
        (("disabled", "not-subscribed"), "drop", "NOT-SUBSCRIBED", None),
        ((), "drop", "NOT-SUBSCRIBED", None),
    ],
)
def test_the_summary_has_the_worst_verdict_and_the_first_request(
    verdicts: tuple[str, ...], verdict: str, code: str, body: Any
) -> None:
    decision = decided(*verdicts)
    assert (decision.verdict, decision.code, decision.body) == (verdict, code, body)
    first = leading(decision.results)
    assert (None if first is None else first.decision.body) == (
        body if body is not None else 1 if "drop" in verdicts else None
    )


def test_names_of_mappings_are_made_unique() -> None:
    assert unique_names(["a", "b", "a", "a #2", "a"]) == ["a", "b", "a #2", "a #2 #2", "a #3"]


def test_a_list_of_mappings_is_read_with_the_place_of_each_part() -> None:
    config = config_of(SETTINGS + ROUTES)
    assert [route["name"] for route in config.lists["routes"]] == ["First", "Idle", "First", "Pages", "Aimless"]
    assert config.lists["routes"][2]["goal"] == "three"
    assert (config.line("routes", 0, "when"), config.line("routes", 1)) == (8, 10)
    assert config.at("routes", 1, "goal") == {"config_line": 10, "line": 10, "column": 29}
    assert config.at("routes", 0, "nothing") == {"config_line": 7, "line": 7, "column": 3}


def test_a_list_that_is_left_out_is_not_an_empty_one() -> None:
    assert "routes" not in config_of(SETTINGS).lists
    assert config_of(f"{SETTINGS}routes: []\n").lists["routes"] == ()


def test_what_the_destination_finds_in_a_config_stops_nothing() -> None:
    reading = read_config(SETTINGS + ROUTES, {})
    found = [(item.code, item.severity, item.line, item.column) for item in reading.findings if item.code[:4] == "FORK"]
    assert found == [("FORK-NO-GOAL", "error", 13, 19)]
    assert reading.config is not None
    assert reading.mistakes == ()
    stopped = read_config(f"{SETTINGS}{ROUTES}check: {{failOn: sometimes}}\n", {})
    assert (stopped.config, [item.code for item in stopped.mistakes]) == (None, ["CONFIG-TYPE"])


@pytest.mark.parametrize("routes", ["routes: 5\n", "routes: {a: b}\n", "routes: [1]\n", "routes:\n- name: [\n"])
def test_a_list_of_another_shape_makes_the_config_unusable(routes: str) -> None:
    assert read_config(SETTINGS + routes, {}).config is None


def test_an_unknown_key_of_a_mapping_gets_a_hint() -> None:
    found = read_config(f"{SETTINGS}routes:\n- {{name: a, goall: b}}\n", {}).findings
    assert ("CONFIG-UNKNOWN-KEY", "Did you mean `goal`?") in [(item.code, item.hint) for item in found]


def test_settings_that_the_destination_refuses_itself_stop_nothing() -> None:
    reading = read_config("destination: forks\nsettings:\n  environment: 5\n  apiKey: [a]\n", {})
    assert reading.config is not None
    assert reading.config.settings["environment"] == "5"
    assert (dict(reading.config.wrong), reading.config.missing) == ({"apiKey": ["a"]}, ("collectorEndpoint",))
    assert {"CONFIG-COERCED", "CONFIG-TYPE", "CONFIG-MISSING"} <= {item.code for item in reading.findings}
    nothing = read_config("destination: forks\n", {}).config
    assert nothing is not None
    assert nothing.missing == ("apiKey", "collectorEndpoint", "environment")


def test_an_outcome_has_one_result_for_each_mapping() -> None:
    outcome = outcome_of(ORDER)
    assert outcome.results is not None
    assert [(of.mapping, of.verdict, of.fate) for of in outcome.results] == [
        ("First", "send", "accepted"),
        ("Idle", "disabled", "never-leaves"),
        ("First #2", "send", "accepted"),
        ("Pages", "not-subscribed", "never-leaves"),
        ("Aimless", "drop", "never-leaves"),
    ]
    assert (outcome.verdict, outcome.fate, outcome.segment_shows) == ("send", "never-leaves", "Success")
    assert [request.body["goals"][0]["name"] for request in outcome.requests] == ["one", "three"]
    assert outcome.request == outcome.results[0].request
    assert outcome.decisive == outcome.results[4]


def test_a_failure_beside_a_request_keeps_both_and_its_whole_text() -> None:
    event = {key: value for key, value in ORDER.items() if key != "properties"}
    outcome = outcome_of(event)
    assert (outcome.verdict, outcome.fate, outcome.request) == ("fail", "fails", None)
    assert outcome.reason.message == "AggregateError: two\n    no {properties}"


def test_an_event_that_no_mapping_is_for_never_leaves() -> None:
    outcome = outcome_of({"type": "identify", "userId": "u", "messageId": "m"})
    assert (outcome.verdict, outcome.fate, outcome.reason.code) == ("drop", "never-leaves", "NOT-SUBSCRIBED")
    assert outcome.segment_shows == "Filtered"
    assert outcome.decisive is outcome


def test_an_event_that_segment_filters_has_no_results() -> None:
    outcome = outcome_of({**ORDER, "integrations": {"Forks": False}})
    assert (outcome.reason.code, outcome.results, outcome.fate) == ("FILTERED", (), "never-leaves")


def test_headers_of_a_decision_are_added_to_the_frame_and_judged_by_the_catalog() -> None:
    request = outcome_of(ORDER).request
    assert request is not None
    assert (request.headers["X-Agent"], request.headers["X-Application"], request.headers["X-Environment"]) == (
        "fork",
        "own",
        "staging",
    )
    assert outcome_of(ORDER, f"{SETTINGS}catalog: {{applications: [other]}}\n").fate == "ignored"
    known = "catalog: {applications: [own], goals: [track], units: [user_id], environments: [staging]}\n"
    assert outcome_of(ORDER, SETTINGS + known).fate == "arrives"


def test_steps_are_those_of_each_mapping_and_of_the_first_request() -> None:
    outcome = outcome_of(ORDER, explain=True)
    assert outcome.results is not None
    assert outcome.steps == outcome.results[0].steps != ()
    assert [of.steps[0].config_line for of in outcome.results] == [8, 10, 11, 12, 13]
    assert len(outcome_of({"type": "alias"}, explain=True).steps) == 5


def test_findings_of_a_mapping_are_also_those_of_the_event() -> None:
    outcome = outcome_of({**ORDER, "event": ""})
    assert outcome.results is not None
    assert [item.code for item in outcome.results[0].findings] == ["FORK-UNNAMED"]
    assert [item.message for item in outcome.findings if item.code == "FORK-UNNAMED"] == [
        "What First sends has no name.",
        "What First #2 sends has no name.",
    ]


def test_a_request_that_settings_make_impossible_fails_each_mapping_that_sends() -> None:
    outcome = outcome_of(ORDER, SETTINGS.replace("https:", "ftp:") + ROUTES)
    assert outcome.results is not None
    assert [of.reason.code for of in outcome.results if of.verdict == "fail"] == ["FETCH-THROWS"] * 2
    assert (outcome.verdict, outcome.requests) == ("fail", ())
    assert "FETCH-THROWS" in [item.code for item in outcome.findings]


def test_a_body_that_the_collector_refuses_is_an_error_in_segment() -> None:
    outcome = outcome_of({**ORDER, "userId": 5})
    assert (outcome.verdict, outcome.fate, outcome.segment_shows) == ("send", "refused", "Bad Request")


def test_a_key_in_a_mapping_is_masked_in_every_message_and_header() -> None:
    outcome = outcome_of(ORDER, f"{SETTINGS}routes:\n- {{name: secret-key-1, when: track, goal: secret-key-1}}\n")
    assert outcome.results is not None
    assert "secret-key-1" not in outcome.results[0].mapping + outcome.results[0].reason.message + outcome.reason.message
    assert outcome.results[0].request is not None
    assert outcome.results[0].request.body["goals"][0]["name"] == "secret-key-1"


# What the screens say of it


def test_the_journey_has_a_fork_for_each_mapping_and_tells_the_worst() -> None:
    config = config_of(f"{SETTINGS}{ROUTES}catalog: {{goals: [one]}}\n")
    found = journey(Mapper(config).outcome(Event("events.jsonl:1", ORDER)), config)
    assert (found.fate, found.why) == ("ignored", "it has no goal “three”")
    assert [(fork.mapping, fork.fate, fork.ends, fork.why) for fork in found.forks] == [
        ("First", "accepted", "console", "the catalog names no units"),
        ("Idle", "never-leaves", "destination", "off"),
        ("First #2", "ignored", "console", "it has no goal “three”"),
        ("Pages", "never-leaves", "destination", "not for it"),
        ("Aimless", "never-leaves", "destination", "no goal"),
    ]


def test_the_reason_of_a_fate_names_the_mapping() -> None:
    config = config_of(f"{SETTINGS}catalog: {{applications: [other]}}\n")
    outcome = Mapper(config).outcome(Event("events.jsonl:1", ORDER))
    assert fate_reason(outcome, config) == 'track: the console has no application "own"'


def test_threads_and_origins_are_those_of_a_mapping() -> None:
    config = config_of(SETTINGS + ROUTES)
    outcome = Mapper(config).outcome(Event("events.jsonl:1", ORDER), explain=True)
    assert outcome.results is not None
    second = outcome.results[2]
    assert threads(outcome, config, ORDER) == threads(outcome.results[0], config, ORDER)
    assert {line for thread in threads(second, config, ORDER) for line in thread.lines} == {11}
    assert [origin.event for origin in Provenance(second).origins(("units", 0, "uid"))] == [("userId",)]


def test_the_funnel_counts_the_mapping_that_is_about_the_goal() -> None:
    config = config_of(f"{SETTINGS}{ROUTES}catalog: {{goals: [one]}}\n")
    mapper = Mapper(config)
    events = [ORDER, {**ORDER, "userId": 5}, {"type": "page", "name": "three", "messageId": "m"}]
    results = {}
    for goal in ("one", "three"):
        funnel = Funnel(goal, config)
        for index, event in enumerate(events):
            funnel.add(index, Event(f"e:{index}", event), mapper.outcome(Event(f"e:{index}", event)))
        results[goal] = funnel.result()
    assert (results["one"].seen, results["one"].through) == (2, 1)
    assert [(loss.mapping, loss.count, loss.fate) for loss in results["one"].losses] == [("First", 1, "refused")]
    assert {(loss.mapping, loss.count, loss.fate) for loss in results["three"].losses} == {
        ("First #2", 1, "refused"),
        ("First #2", 1, "ignored"),
        ("Pages", 1, "fails"),
    }


def test_the_filter_finds_events_by_a_mapping_and_by_a_verdict_of_one() -> None:
    config = config_of(SETTINGS + ROUTES)
    mapper = Mapper(config)
    events = [Event("e:1", ORDER), Event("e:2", {"type": "page", "messageId": "m", "properties": {}})]
    rows = [summary_row(event, mapper.outcome(event), (), config) for event in events]
    found = {
        text: [query.admits(row) for row in rows]
        for text in ("mapping:pages", "mapping:idle", "result:disabled", "result:drop", "-mapping:first")
        if not (query := Query(text)).problem
    }
    assert found == {
        "mapping:pages": [False, True],
        "mapping:idle": [False, False],
        "result:disabled": [True, True],
        "result:drop": [True, False],
        "-mapping:first": [False, True],
    }
