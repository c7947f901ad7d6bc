"""Rules of the destination that no recorded case shows, and the steps it tells."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.destination import Decision
from abtui.core.destinations import reason
from abtui.core.destinations.classic.decide import Classic
from abtui.core.outcomes import Step
from tests.kit import classic_config, settings_of

TIMES = {"originalTimestamp": "2026-01-01T00:00:00.000Z", "sentAt": "2026-01-01T00:00:01.000Z"}
AT, SENT = 1767225600000, 1767225601000


def classic(
    behavior: dict[str, str] | None = None, lines: dict[tuple[str, ...], int] | None = None, **settings: Any
) -> Classic:
    given = {
        "collector_endpoint": "https://c.example/v1",
        "environment": "staging",
        "unit_mapping": {"userId": "user_id"},
        "enable_page_view_tracking": True,
        "enable_app_screen_view_tracking": True,
        "enable_exposure_tracking": True,
    } | settings
    return Classic(classic_config(settings_of(**given), sections={"behavior": behavior or {}}, lines=lines or {}))


def decide(event: dict[str, Any], **settings: Any) -> Decision:
    return classic(**settings).decide({"userId": "u1", **TIMES} | event)


def steps(event: dict[str, Any], **settings: Any) -> list[Step]:
    trace: list[Step] = []
    classic(**settings).decide({"userId": "u1", **TIMES} | event, trace)
    return trace


@pytest.mark.parametrize(
    ("event", "mapping", "goal"),
    [
        ({"event": 123}, {"123": "number"}, {"name": "number"}),
        ({"event": None}, {"null": "nothing"}, {"name": "nothing"}),
        ({"event": True}, {"true": "yes"}, {"name": "yes"}),
        ({"event": ["a", "b"]}, {"a,b": "list"}, {"name": "list"}),
        ({"event": {}}, {"[object Object]": "object"}, {"name": "object"}),
        ({}, {"undefined": "missing"}, {"name": "missing"}),
        ({}, {}, {}),
        ({"event": None}, {}, {"name": None}),
        ({"event": 5}, {}, {"name": 5}),
        # `in` finds what every object inherits; JSON.stringify leaves a function out.
        ({"event": "toString"}, {}, {}),
        ({"event": "constructor"}, {"constructor": "own"}, {"name": "own"}),
        ({"event": "__proto__"}, {}, {"name": {}}),
        ({"event": ""}, {"": "empty"}, {"name": "empty"}),
    ],
)
def test_goal_name_is_looked_up_as_javascript_does(
    event: dict[str, Any], mapping: dict[str, str], goal: dict[str, Any]
) -> None:
    decision = decide({"type": "track"} | event, goal_mapping=mapping)
    assert decision.verdict == "send"
    assert decision.body["goals"] == [goal | {"achievedAt": AT}]


@pytest.mark.parametrize("field", ["event", "originalTimestamp", "sentAt"])
def test_an_object_that_cannot_become_text_throws(field: str) -> None:
    decision = decide({"type": "track", "event": "A", field: {"toString": 1}})
    assert (decision.verdict, decision.code, decision.path) == ("fail", "THROWS", (field,))


def test_sent_at_is_not_read_where_nothing_is_sent() -> None:
    assert decide({"type": "track", "event": "A", "sentAt": {"toString": 1}}, unit_mapping={}).verdict == "drop"


@pytest.mark.parametrize(
    ("units", "verdict"),
    [
        (None, "drop"),
        ([], "drop"),
        ("", "drop"),
        (5, "drop"),
        (True, "drop"),
        ({}, "drop"),
        ({"length": 0}, "drop"),
        ({"length": 1}, "send"),
        ({"length": "2"}, "send"),
        ({"length": "x"}, "drop"),
        ("abc", "send"),
        ([None], "send"),
    ],
)
def test_units_of_the_event_are_used_as_they_are(units: Any, verdict: str) -> None:
    decision = decide({"type": "track", "event": "A", "properties": {"absmartly": {"units": units}, "b": 1}})
    assert decision.verdict == verdict
    if verdict == "send":
        assert decision.body["units"] == units
        assert decision.body["goals"][0]["properties"] == {"b": 1}


def test_units_come_in_the_order_of_a_javascript_object() -> None:
    mapping = {"userId": "u", "2": "two", "1": "one"}
    body = decide({"type": "track", "event": "A", "1": "x", "2": "y"}, unit_mapping=mapping).body
    assert [unit["type"] for unit in body["units"]] == ["one", "two", "u"]


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("Home", "home_pageview"),
        ("Pricing & Plans", "pricing_plans_pageview"),
        ("ÜBER uns", "_ber_uns_pageview"),
        ("", "_pageview"),
    ],
)
def test_a_view_goal_may_be_named_by_its_slug(name: str, goal: str) -> None:
    decision = classic({"viewGoalNames": "slug"}).decide({"type": "page", "name": name, "userId": "u1"} | TIMES)
    assert decision.goal == goal


def test_identify_sets_one_attribute_for_each_trait() -> None:
    event = {"type": "identify", "traits": {"vip": True, "plan": None, "name": "Ada"}}
    assert decide(event).body == {
        "publishedAt": SENT,
        "units": [{"type": "user_id", "uid": "u1"}],
        "attributes": [
            {"name": "vip", "value": True, "setAt": AT},
            {"name": "plan", "value": None, "setAt": AT},
            {"name": "name", "value": "Ada", "setAt": AT},
        ],
    }


@pytest.mark.parametrize("traits", [None, {}, [], "x"])
def test_identify_without_traits_sends_nothing(traits: Any) -> None:
    decision = decide({"type": "identify", "traits": traits})
    assert (decision.verdict, decision.code) == ("drop", "NO-TRAITS")


def test_identify_without_a_unit_sends_nothing() -> None:
    assert decide({"type": "identify", "traits": {"a": 1}, "userId": None}).code == "NO-UNIT"


def test_identify_can_be_rejected() -> None:
    decision = classic({"identify": "reject"}).decide({"type": "identify", "traits": {"a": 1}, "userId": "u"})
    assert (decision.verdict, decision.code) == ("unsupported", "NO-HANDLER")


def test_an_audience_is_told_in_the_steps() -> None:
    personas = {"computation_class": "audience", "computation_key": "big_spenders"}
    trace = steps({"type": "identify", "traits": {"big_spenders": True}, "context": {"personas": personas}})
    assert trace[0].rule == "audience"
    assert "big_spenders" in trace[0].message


def test_steps_tell_rule_places_and_value() -> None:
    lines = {
        ("settings", "unitMapping", "userId"): 12,
        ("settings", "unitMapping", "email"): 13,
        ("settings", "goalMapping", "A"): 9,
    }
    trace: list[Step] = []
    destination = classic(
        lines=lines, unit_mapping={"userId": "user_id", "email": "email", "ok": "ok"}, goal_mapping={"A": "a"}
    )
    destination.decide({"type": "track", "event": "A", "userId": 97980, "ok": False, "properties": {}} | TIMES, trace)
    told = [
        (step.rule, step.result, step.config_line, step.event_path, step.payload_path, step.value) for step in trace
    ]
    assert told == [
        ("goal-mapping", "used", 9, "$.event", "$.goals[0].name", "a"),
        ("date", "used", None, "$.originalTimestamp", "$.goals[0].achievedAt", AT),
        ("unit-mapping", "used", 12, "$.userId", "$.units[0]", "97980"),
        ("unit-mapping", "skipped", 13, "$.email", None, None),
        ("unit-mapping", "skipped", None, "$.ok", None, False),
        ("properties", "used", None, "$.properties", "$.goals[0].properties", None),
        ("date", "used", None, "$.sentAt", "$.publishedAt", SENT),
    ]
    assert trace[2].message == 'unit `user_id` <- `$.userId` = "97980" (config line 12)'
    assert trace[3].message == "unit mapping `email`: the event has no top-level field `email` (config line 13)"


@pytest.mark.parametrize(
    ("event", "settings", "message"),
    [
        (
            {"type": "page", "name": "Home"},
            {"enable_page_view_tracking": False},
            "page tracking is off, so nothing is sent",
        ),
        ({"type": "screen"}, {"enable_app_screen_view_tracking": False}, "screen tracking is off, so nothing is sent"),
        ({"type": "group"}, {"enable_exposure_tracking": False}, "exposure tracking is off, so nothing is sent"),
        ({"type": "group"}, {}, "the event has no `$.traits.absmartly`, so nothing is sent"),
        (
            {"type": "track", "event": "Experiment Viewed"},
            {},
            "the event has no `$.properties.absmartly`, so nothing is sent",
        ),
        ({"type": "track", "event": "A", "userId": None}, {}, "no unit, so nothing is sent, and no error is raised"),
        ({"type": "alias"}, {}, 'no handler for type "alias": the destination refuses the event'),
        (
            {"type": "page"},
            {},
            "the event's top-level `name` is not text: the function raises 'Page event requires page name.'",
        ),
        ({"type": "group", "traits": None}, {}, "the function throws a TypeError: `$.traits` is null, not an object"),
    ],
)
def test_the_last_step_says_why_nothing_is_sent(event: dict[str, Any], settings: dict[str, Any], message: str) -> None:
    trace = steps(event, **settings)
    assert (trace[-1].result, trace[-1].message) == ("stopped", message)


@pytest.mark.parametrize(("traits", "told"), [({"a": 1}, "from 1 trait of"), ({"a": 1, "b": 2}, "from 2 traits of")])
def test_the_traits_are_counted_in_the_singular_and_the_plural(traits: dict[str, int], told: str) -> None:
    value = {"type": "identify", "traits": traits, "userId": "u"}
    assert told in reason(decide(value), value).message
