"""Random mappings over random events: never a crash, the same answer twice, the event unchanged, and steps change nothing."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.destination import summary
from abtui.core.destinations.actions.decide import Actions
from abtui.core.text.javascript import stringify

SETTINGS = {"collectorEndpoint": "https://x.absmartly.io/v1", "apiKey": "key", "environment": "staging"}
KEYS = st.sampled_from(
    ["a", "b", "name", "length", "constructor", "__proto__", "0", "1", "toString", "products", "", "@path"]
)
TEXTS = st.sampled_from(
    ["", " ", "a", "Ann Lee", "😀", "5", "$.a", "{{ a }}", "2026-11-23T09:15:00Z", '{"a":[1]}', "\n", "ſK"]
)
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([1.5, 1e21, 2**60]) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
PATHS = st.sampled_from(
    [
        "$.a",
        "$.a.b",
        "$.properties",
        "$.properties.products[0]",
        "",
        ".",
        "$",
        "$.name.length",
        "$.constructor.name",
        "$.properties['a.b']",
        "$.properties.list.map",
        "$.__proto__",
    ]
)
TEMPLATES = st.sampled_from(["{{ a }}", "Page: {{name}}", "{{{ properties }}}-{{ $.a }}", "{{", "{{}}", "{{ a.b.0 }}"])
LIQUIDS = st.sampled_from(
    [
        "{{ a | upcase }}",
        "{% if a > 1 %}x{% else %}y{% endif %}",
        "{{ a | plus: b }}",
        "{{ properties.products.first.name }}",
        "{{ a",
        "{% for x in a %}{% endfor %}",
        "{{ a | map: 'x' }}",
        "{{ a | date: '%Y' }}",
        "{{ a | split: '' | join: b }}",
        "{% assign x = a | size %}{{ x }}",
        "{{ a | slice: b, 2 | round: 1 }}",
        "{{ a | json }}",
    ]
)


def _nested(holder: dict[str, Any], levels: int) -> Any:
    [(key, value)] = holder.items()
    for _ in range(levels):
        value = {key: value}
    return value


def _directives(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Directives of every kind, most of them well formed."""

    def options(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries({}, optional=fields)

    kinds: dict[str, st.SearchStrategy[Any]] = {
        "@path": PATHS | inner,
        "@template": TEMPLATES | inner,
        "@liquid": LIQUIDS | inner,
        "@if": options(exists=inner, blank=inner, then=inner, **{"else": inner}),
        "@case": options(operator=st.sampled_from(["lower", "upper", "title"]), value=inner),
        "@replace": options(
            pattern=TEXTS, replacement=TEXTS, value=inner, ignorecase=st.booleans(), pattern2=TEXTS, replacement2=TEXTS
        ),
        "@arrayPath": st.lists(PATHS | inner, max_size=3),
        "@literal": inner,
        "@json": options(mode=st.sampled_from(["encode", "decode", "ENCODE"]), value=inner),
        "@flatten": options(separator=TEXTS, value=inner, omitArrays=st.booleans()),
        "@merge": options(direction=st.sampled_from(["left", "right"]), objects=st.lists(inner, max_size=3)),
        "@transform": options(apply=inner, mapping=inner),
        "@excludeWhenNull": inner,
        "@unknown": inner,
    }
    return st.one_of(*[value.map(lambda options, name=name: {name: options}) for name, value in kinds.items()])


NODES = st.recursive(
    SCALARS | PATHS.map(lambda path: {"@path": path}),
    lambda inner: _directives(inner) | st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=10,
)
FIELDS = st.fixed_dictionaries(
    {"units": NODES, "name": NODES, "properties": NODES},
    optional={"agent": NODES, "application": NODES, "exposure": NODES, "__segment_internal_directive": NODES},
)
EVENTS = st.fixed_dictionaries(
    {"type": st.just("track")},
    optional={"a": VALUES, "b": VALUES, "name": VALUES, "properties": VALUES, "timestamp": VALUES, "event": VALUES},
)
ACTION = st.sampled_from(["trackGoal", "trackExposure"])


@given(fields=FIELDS, event=EVENTS, action=ACTION)
def test_any_mapping_gives_one_answer_about_any_event(
    fields: dict[str, Any], event: dict[str, Any], action: str
) -> None:
    mapping = {"name": "m", "subscribe": 'type = "track"', "partnerAction": action, "mapping": fields}
    before = copy.deepcopy((fields, event))
    actions = Actions(SETTINGS, [mapping], lambda *_path: None)
    [result] = actions.results(event)
    [explained] = actions.results(event, explain=True)
    [again] = Actions(SETTINGS, [mapping], lambda *_path: None).results(event)
    assert result.decision.verdict in ("send", "fail")
    assert repr(result) == repr(again)
    assert repr(explained.decision) == repr(result.decision)
    assert explained.steps
    assert (fields, event) == before
    if result.decision.verdict == "send":
        json.loads(stringify(result.decision.body))
    else:
        assert ": " in result.decision.detail


SUBSCRIPTIONS = st.lists(
    st.sampled_from(["type", "event", "name", "properties.a", "context.b", "=", "!=", '"track"', "null", "true", "5", "and", "or", "(", ")", "not", "contains", ",", "'x'"]),
    max_size=9,
).map(" ".join) | st.text(max_size=12)  # fmt: skip


@given(subscriptions=st.lists(SUBSCRIPTIONS, max_size=3), fields=FIELDS, event=EVENTS, action=ACTION)
def test_any_subscriptions_and_mappings_together_give_one_answer(
    subscriptions: list[str], fields: dict[str, Any], event: dict[str, Any], action: str
) -> None:
    mappings = [
        {"name": "m", "subscribe": subscription, "partnerAction": action, "mapping": fields}
        for subscription in subscriptions
    ]
    before = copy.deepcopy((mappings, event))
    actions = Actions(SETTINGS, mappings, lambda *_path: None)
    results = actions.results(event)
    explained = actions.results(event, explain=True)
    assert repr(actions.results(event)) == repr(results)
    assert [repr(result.decision) for result in explained] == [repr(result.decision) for result in results]
    assert all(result.steps for result in explained)
    assert repr(summary(explained).code) == repr(summary(results).code)
    assert repr((mappings, event)) == repr(before)


@given(
    settings=st.dictionaries(st.sampled_from([*SETTINGS, "other"]), VALUES, max_size=4), mapping=VALUES, enabled=VALUES
)
def test_whatever_stands_in_a_config_is_answered(settings: Any, mapping: Any, enabled: Any) -> None:
    given_ = {
        "name": mapping,
        "enabled": enabled,
        "subscribe": 'type = "track"',
        "partnerAction": mapping,
        "mapping": mapping,
    }
    known = given_ | {"partnerAction": "trackGoal"}
    results = Actions(settings, [given_, known], lambda *_path: None).results({"type": "track"}, explain=True)
    assert {result.decision.verdict for result in results} <= {"fail", "drop", "disabled"}
    assert all(result.steps for result in results)


def test_a_deeply_nested_event_is_no_danger() -> None:
    deep: Any = "end"
    for _ in range(5_000):
        deep = {"a": [deep]}
    nodes: list[Any] = [
        {"@path": "$.deep"},
        {"@flatten": {"separator": ".", "value": {"@path": "$.deep"}}},
        {"@excludeWhenNull": {"@path": "$.deep"}},
        {"@json": {"mode": "encode", "value": {"@path": "$.deep"}}},
        {"@template": "{{ deep }}"},
        {"x": {"@literal": {"y": {"@path": "$.deep"}}}},
    ]
    for node in nodes:
        fields = {"units": {"u": "1"}, "name": "n", "properties": {"x": node}}
        mapping = {"name": "m", "subscribe": 'type = "track"', "partnerAction": "trackGoal", "mapping": fields}
        [result] = Actions(SETTINGS, [mapping], lambda *_path: None).results({"type": "track", "deep": deep})
        assert result.decision.verdict == "send"
        assert stringify(result.decision.body)


@pytest.mark.parametrize(
    "node",
    [
        {"@liquid": "{{ " + "a[" * 480 + " }}"},
        {"@liquid": "{{ " + "(" * 900 + " }}"},
        {"@liquid": "{{ deep }}"},
        {"@liquid": "{{ deep | json }}"},
        _nested({"a": "x"}, 600),
        _nested({"@literal": "x"}, 400),
    ],
)
def test_what_is_nested_too_deeply_is_an_error_or_sent(node: Any) -> None:
    deep: Any = ["end"]
    for _ in range(5_000):
        deep = [deep]
    fields = {"units": {"u": "1"}, "name": "n", "properties": {"x": node}}
    mapping = {"name": "m", "subscribe": 'type = "track"', "partnerAction": "trackGoal", "mapping": fields}
    [result] = Actions(SETTINGS, [mapping], lambda *_path: None).results({"type": "track", "deep": deep})
    assert result.decision.verdict == "send" or "Error: " in result.decision.detail
