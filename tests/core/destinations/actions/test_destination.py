"""ABsmartly (Actions) as the rest of abtui sees it: a config read, its results with their steps, and what Segment shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decision
from abtui.core.destinations import DESTINATIONS
from abtui.core.destinations.actions import DESTINATION
from abtui.core.destinations.actions.decide import Actions
from abtui.core.destinations.actions.mapping import mistakes_of
from abtui.core.events import Event
from abtui.core.outcomes import Step
from abtui.core.report.outcome import outcome_json
from tests.core.destinations.actions.test_conformance import CASES, flat

KEY = "secret-key-1234"
CONFIG = """\
destination: actions
settings: { collectorEndpoint: "https://acme.absmartly.io/v1", apiKey: "${KEY}", environment: staging }
mappings:
  - name: Purchases
    subscribe: type = "track" and event = "Order Completed"
    partnerAction: trackGoal
    mapping:
      units: { user_id: { "@path": $.userId }, nick: { "@path": $.traits.nick } }
      name: purchase
      properties:
        total: { "@path": $.properties.total }
        label: { "@template": "{{ properties.currency }}!" }
        ids: { "@arrayPath": [$.properties.products, { id: { "@path": $.product_id } }] }
        more: { "@liquid": "{{ properties.total | plus: 1 }}" }
      agent: { "@if": { exists: { "@path": $.context.library.name }, then: { "@path": $.context.library.name }, else: none } }
  - name: Purchases
    enabled: false
    subscribe: type = "track"
    partnerAction: trackGoal
    mapping: {}
  - name: Broken
    subscribe: type = "track"
    partnerAction: trackGoal
    mapping: { name: { "@bad": 1 } }
"""
EVENT: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u-1",
    "messageId": "m",
    "timestamp": "2026-11-23T09:15:00.100Z",
    "context": {"library": {"name": "analytics.js"}},
    "properties": {"total": 99.5, "currency": "EUR", "products": [{"product_id": "p1"}, {"product_id": "p2"}]},
}


def config_of(text: str) -> Config:
    """The config of a text, which may have mistakes that the destination lives with."""
    config = read_config(text, {"KEY": KEY}).config
    assert config is not None
    return config


def steps_of(text: str, mapping: str, event: dict[str, Any] = EVENT) -> list[Step]:
    """The steps of one mapping."""
    results = Mapper(config_of(text)).outcome(Event("e:1", event), explain=True).results or ()
    return list(next(result.steps for result in results if result.mapping == mapping))


def test_a_config_with_several_mappings_is_mapped() -> None:
    outcome = Mapper(config_of(CONFIG)).outcome(Event("e:1", EVENT))
    assert outcome.results is not None
    assert [(result.mapping, result.verdict) for result in outcome.results] == [
        ("Purchases", "send"),
        ("Purchases #2", "disabled"),
        ("Broken", "fail"),
    ]
    assert [result["mapping"] for result in json.loads(outcome_json(outcome))["results"]] == [
        "Purchases",
        "Purchases",
        "Broken",
    ], "programs see the names that the config has"
    assert outcome.verdict == "fail"
    assert outcome.reason.message == "AggregateError: \n    ValidationError: /name has an invalid directive: @bad."
    request = outcome.request
    assert request is not None
    assert request.headers["X-Agent"] == "analytics.js"
    assert request.body["goals"][0]["properties"] == {
        "total": 99.5,
        "label": "EUR!",
        "ids": [{"id": "p1"}, {"id": "p2"}],
        "more": "100.5",
    }
    assert KEY not in repr(outcome)


def test_each_step_names_what_it_read_and_wrote() -> None:
    told = [
        (step.message, step.config_path, step.event_path, step.payload_path) for step in steps_of(CONFIG, "Purchases")
    ]
    assert told == [
        ('subscribe is true: `type` = "track" and `event` = "Order Completed" (config line 5)', "mappings.0.subscribe", "$.type", None),
        ("`@if`: `$.context.library.name` exists (config line 15)", "mappings.0.mapping.agent.@if", "$.context.library.name", None),
        ("units.user_id <- `$.userId` (config line 8)", "mappings.0.mapping.units.user_id", "$.userId", "$.units[0]"),
        ("units.nick: `$.traits.nick` gives nothing, so it is left out (config line 8)", "mappings.0.mapping.units.nick", "$.traits.nick", None),
        ("name <- the mapping's own value (config line 9)", "mappings.0.mapping.name", None, "$.goals[0].name"),
        ("`achievedAt` = 1795425300100 <- `$.timestamp` (config line 4)", "mappings.0", "$.timestamp", "$.goals[0].achievedAt"),
        ("properties.total <- `$.properties.total` (config line 11)", "mappings.0.mapping.properties.total", "$.properties.total", "$.goals[0].properties.total"),
        ("properties.label <- `$.properties.currency` through `@template` (config line 12)", "mappings.0.mapping.properties.label", "$.properties.currency", "$.goals[0].properties.label"),
        ("properties.ids <- `$.properties.products`, `$.properties.products[0].product_id`, `$.properties.products[1].product_id` through `@arrayPath` (config line 13)", "mappings.0.mapping.properties.ids", "$.properties.products", "$.goals[0].properties.ids"),
        ("properties.more <- `$.properties.total` through `@liquid` (config line 14)", "mappings.0.mapping.properties.more", "$.properties.total", "$.goals[0].properties.more"),
        ("`X-Agent` = analytics.js <- `$.context.library.name` (config line 15)", "mappings.0.mapping.agent", "$.context.library.name", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "last"),
    [
        ({"event": "Signed In"}, 'subscribe is false: `event` = "Signed In", wanted "Order Completed" (config line 5)'),
        ({"properties": {"products": [None]}}, "`X-Agent` = analytics.js"),
        (
            {"context": {"library": {"name": "a\nb"}}},
            "TypeError: a\nb is not a legal HTTP header value (config line 7)",
        ),
    ],
)
def test_the_last_step_says_how_it_ended(change: dict[str, Any], last: str) -> None:
    assert steps_of(CONFIG, "Purchases", EVENT | change)[-1].message.startswith(last)


def test_a_mapping_that_is_invalid_is_told_at_its_first_mistake() -> None:
    [_, last] = steps_of(CONFIG, "Broken")
    assert (last.result, last.config_path, last.config_line) == ("stopped", "mappings.2.mapping.name", 24)
    fields = {"name": {"@bad": 1}, "units": {"u": {"@case": {"operator": 5, "value": {}}}}, "x": [{"@bad": 1}]}
    assert mistakes_of(fields) == [
        (("name",), "ValidationError: /name has an invalid directive: @bad."),
        (("units", "u", "@case", "operator"), "ValidationError: /units/u/@case/operator should be a string but it is a number."),
        (("units", "u", "@case", "value"), "ValidationError: /units/u/@case/value should be a string or a mapping directive but it is an object."),
    ]  # fmt: skip


def test_verbatim_values_are_linked_inside() -> None:
    config = CONFIG.split("mappings:", maxsplit=1)[0]
    steps = steps_of(config, "Track Calls", EVENT | {"userId": None, "anonymousId": "a"})
    links = {link for step in steps for link in step.links if link.verbatim}
    assert {(link.event, link.payload) for link in links} == {
        (("event",), ("goals", 0, "name")),
        (("properties",), ("goals", 0, "properties")),
    }
    unit = next(step for step in steps if step.config_path == "mappings.0.mapping.units.userId")
    assert (unit.result, unit.payload_path) == ("skipped", None)


def test_a_long_list_is_told_in_few_words_and_no_time() -> None:
    products = [{"product_id": f"p{at}"} for at in range(20_000)]
    steps = steps_of(CONFIG, "Purchases", EVENT | {"properties": {"products": products}})
    ids = next(step for step in steps if step.config_path == "mappings.0.mapping.properties.ids")
    assert "`$.properties.products[1].product_id` and 19,998 more through `@arrayPath`" in ids.message


def test_no_unit_is_told_and_sent() -> None:
    config = CONFIG.split("mappings:", maxsplit=1)[0]
    steps = steps_of(config, "Track Calls", EVENT | {"userId": " "})
    assert "no unit, and it is sent all the same" in [step.message for step in steps]


def test_settings_that_are_refused_fail_every_event_but_for_what_is_off() -> None:
    text = CONFIG.replace("environment: staging", "environment: { name: staging }")
    outcome = Mapper(config_of(text)).outcome(Event("e:1", EVENT))
    assert outcome.results is not None
    assert [result.verdict for result in outcome.results] == ["fail", "disabled", "fail"]
    assert outcome.reason.message == "AggregateAjvError: Environment must be a string but it was an object."


def test_a_setting_that_is_missing_or_coerced() -> None:
    text = CONFIG.replace(", environment: staging", "").replace('"${KEY}"', "5")
    outcome = Mapper(config_of(text)).outcome(Event("e:1", EVENT))
    assert outcome.reason.message == "AggregateAjvError: The root value is missing the required field 'environment'."


def test_a_header_of_the_text_undefined_is_gone() -> None:
    text = CONFIG.replace("environment: staging", "environment: undefined")
    request = Mapper(config_of(text)).outcome(Event("e:1", EVENT)).request
    assert request is not None
    assert list(request.headers) == ["X-API-Key", "X-Agent", "Content-Type"]


def test_a_config_without_mappings_at_all_sends_nothing() -> None:
    config = CONFIG.split("mappings:", maxsplit=1)[0] + "mappings: []\n"
    outcome = Mapper(config_of(config)).outcome(Event("e:1", EVENT))
    assert (outcome.verdict, outcome.results) == ("drop", ())


@pytest.mark.parametrize(("status", "word"), [(204, "Success"), (401, "Bad Request"), (429, "Retry"), (503, "Retry")])
def test_what_segment_shows_for_an_answer(status: int, word: str) -> None:
    assert DESTINATION.shows_answer is not None
    assert DESTINATION.shows_answer(status, "json")[0] == word


def test_what_segment_shows_for_a_request_that_breaks_the_contract() -> None:
    assert DESTINATION.shows(Decision("send", "ACTION-GOAL"), "refused") == "Bad Request"
    assert DESTINATION.shows(Decision("send", "ACTION-GOAL"), "accepted") == "Success"


def test_the_fast_way_reads_what_a_mapping_may_read() -> None:
    config = config_of(CONFIG)
    event = EVENT | {"traits": {"nick": "ann"}}
    fast = FieldReader(config).value(json.dumps(event).encode())
    assert fast == event
    assert list(DESTINATION.mapped_fields(config)) == ["userId"]


def test_it_is_registered() -> None:
    assert DESTINATIONS["actions"] is DESTINATION
    assert json.dumps(DESTINATION.lists[0].keys)


def test_all_recorded_cases_agree_on_the_whole_way() -> None:
    """From the text of a config to the bytes of the bodies and the words of the reasons."""
    for case in CASES:
        given = {name: case[name] for name in ("settings", "mappings") if name in case}
        config = read_config(json.dumps({"destination": "actions", **given}), {}).config
        assert config is not None
        results = Mapper(config).outcome(Event("e:1", case["event"]), explain=True).results
        assert results is not None
        for result, recorded in zip(results, case["results"], strict=True):
            assert result.verdict == recorded["outcome"]
            if recorded["outcome"] == "send":
                request = result.request
                assert request is not None
                assert (request.method, request.url) == (recorded["request"]["method"], recorded["request"]["url"])
                assert request.body_bytes == flat(recorded)["body"]
                sent = {name.lower(): value for name, value in request.headers.items()}
                assert sent | {"x-api-key": case["settings"]["apiKey"]} == recorded["request"]["headers"]
            elif "error" in recorded:
                assert result.reason.message == recorded["error"]


def test_braces_that_are_never_closed_are_looked_for_once() -> None:
    braces = "{{{" * 100_000
    mapping = {"name": {"@template": braces + "} {{event}} {{{event}}} {{ {{event}"}}
    given = {"subscribe": 'type = "track"', "partnerAction": "trackGoal", "mapping": mapping}
    settings = {"collectorEndpoint": "https://acme.absmartly.io/v1", "apiKey": KEY, "environment": "staging"}
    [result] = Actions(settings, [given], lambda _path: None).results(EVENT)
    assert result.decision.goal == braces + "} Order Completed Order Completed {{ {{event}"
