"""What the recorded cases do not show of the mapping kit, the schema and the bodies: read in Segment's source, or said to be run."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.destination import Decision
from abtui.core.destinations.actions.decide import Actions
from abtui.core.destinations.actions.uri import is_uri

SETTINGS = {"collectorEndpoint": "https://x.absmartly.io/v1", "apiKey": "key", "environment": "staging"}
EVENT: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u-1",
    "timestamp": 1_795_425_300_100,
    "properties": {"a": {"b": [1, {"c": None}]}, "list": [1, 2], "text": "Ann", "zero": 0, "": "empty"},
}
MISSING = "AggregateAjvError: The root value is missing the required field 'name'."


def decided(
    fields: dict[str, Any], event: dict[str, Any] = EVENT, action: str = "trackGoal", **settings: Any
) -> Decision:
    """The decision of a mapping that is for the event."""
    mapping = {"name": "m", "subscribe": 'type = "track"', "partnerAction": action, "mapping": fields}
    [result] = Actions(SETTINGS | settings, [mapping], lambda *_path: None).results(event)
    return result.decision


def goal(name: Any, **fields: Any) -> Decision:
    """The decision of a mapping with a goal's name."""
    return decided({"units": {"u": "1"}, "name": name, "properties": {}} | fields)


def prop(value: Any) -> Any:
    """What the property `x` of a goal is, "absent" where it is not there."""
    decision = decided({"units": {"u": "1"}, "name": "n", "properties": {"x": value}})
    return decision.body["goals"][0]["properties"].get("x", "absent") if decision.body else decision.detail


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"@path": "$.properties.list.length"}, 2),
        ({"@path": "$.properties.text.length"}, 3),
        ({"@path": "$.properties.text.1"}, "n"),
        ({"@path": "$.properties.zero.x"}, 0),
        ({"@path": "$.properties.constructor"}, "absent"),
        ({"@path": "$.properties.constructor.name"}, "Object"),
        ({"@path": "$.properties.list.map"}, "absent"),
        ({"@path": "properties.$.text"}, "Ann"),
        ({"@path": "$.properties.a.b[1].c"}, None),
        ({"@path": "$.properties['list'][1]"}, 2),
        ({"@template": "{{ properties.constructor }}"}, "function Object() { [native code] }"),
        ({"@template": "{{{ properties.list }}}|{{ }}"}, "1,2|[object Object]"),
        ({"@if": {"blank": {"@path": "$.properties.zero"}, "then": "t", "else": "e"}}, "e"),
        ({"@if": {"blank": {"@path": "$.properties.list"}, "then": "t"}}, "t"),
        ({"@if": {"exists": {"@path": "$.properties.zero"}, "then": None}}, None),
        ({"@if": {"exists": {"@path": "$.nope"}, "then": 1, "else": 0}}, "absent"),
        ({"@case": {"operator": "upper", "value": {"@path": "$.properties.zero"}}}, 0),
        ({"@replace": {"pattern": "k", "replacement": "[$&$$]", "ignorecase": True, "value": "Kk\u212a"}}, "[K$][k$]\u212a"),
        ({"@replace": {"pattern": "n", "replacement": "m", "global": False, "value": {"@path": "$.properties.text"}}}, "Amn"),
        ({"@replace": {"pattern": "1", "replacement": "$`$'", "value": "212"}}, "2222"),
        ({"@replace": {"pattern": "a", "value": {"@path": "$.properties.list"}}}, ""),
        ({"@arrayPath": [{"@path": "$.properties.a"}, {"n": {"@path": "$.b.length"}}]}, [{"n": 2}]),
        ({"@arrayPath": ["$.properties.list", {"n": {"@path": "$.x"}, "self": {"@path": ""}}]}, [{"self": 1}, {"self": 2}]),
        ({"@flatten": {"separator": "/", "value": {"@path": "$.properties.a"}}}, {"b/0": 1, "b/1/c": None}),
        ({"@flatten": {"separator": "/", "value": {"@path": "$.properties.a"}, "omitArrays": True}}, {"b": [1, {"c": None}]}),
        ({"@flatten": {"separator": "/", "value": {"@path": "$.nope"}}}, {}),
        ({"@flatten": {"separator": "/", "value": {"@path": "$.properties.text"}}}, {"": "Ann"}),
        ({"@merge": {"direction": "right", "objects": [{"a": 1, "b": 2}, {"a": {"@path": "$.nope"}}]}}, {"b": 2}),
        ({"@merge": {"direction": "left", "objects": [{"@literal": "ab"}, {"0": 1}]}}, {"0": "a", "1": "b"}),
        ({"@json": {"mode": "encode", "value": {"a": {"@path": "$.nope"}, "b": [{"@path": "$.nope"}]}}}, '{"b":[null]}'),
        ({"@json": {"mode": "decode", "value": '{"a":1e400,"b":NaN}'}}, '{"a":1e400,"b":NaN}'),
        ({"@json": {"mode": "decode", "value": " [1] "}}, [1]),
        ({"@json": {"mode": "ENCODE", "value": "x"}}, "absent"),
        ({"@excludeWhenNull": {"a": None, "b": {"c": None}, "d": [None]}}, {"b": {}, "d": [None]}),
        ({"@literal": {"a": {"@path": "$.properties.zero"}, "t": "{{ x }}"}}, {"a": 0, "t": "{{ x }}"}),
        ({"@transform": {"apply": {"e": {"@path": "$.event"}}, "mapping": {"x": {"@path": "$.e"}}}}, {"x": "Order Completed"}),
        ([{"@path": "$.nope"}, {"@bad_": 1, "x": 2}], [None, {"@bad_": 1, "x": 2}]),
        ({"@json": {"mode": "encode", "value": 0}}, 'Error: @json requires a "value" key'),
        ([{"@case": {"operator": "lower"}}], [None]),
        ([{"@merge": {"direction": "up", "objects": {}}}], "Error: @merge: expected opts.array, got object"),
        ([{"@arrayPath": "x"}], "Error: @arrayPath expected array, got string"),
        ([{"@constructor": 1}], "Error: @constructor is not a valid directive, got undefined"),
        ({"@arrayPath": ["$.properties.list", {"x": {"@transform": {"apply": {"y": 1}, "mapping": {"z": 1}}}}]}, "Error: data must be an object, got number"),
        ({"@replace": {"pattern": "n", "pattern2": "x" * 11, "value": "a"}}, 'Error: @replace requires a "pattern" less than 10 characters'),
    ],
)  # fmt: skip
def test_a_directive_gives(node: Any, value: Any) -> None:
    assert prop(node) == value


def test_an_own_prototype_of_the_event_is_not_copied() -> None:
    event = EVENT | {"properties": {"__proto__": {"a": 1}, "b": [{"__proto__": 1, "c": 2}]}}
    decision = decided({"units": {"u": "1"}, "name": "n", "properties": {"@path": "$.properties"}}, event)
    assert decision.body["goals"][0]["properties"] == {"b": [{"c": 2}]}


@pytest.mark.parametrize(
    ("name", "result"),
    [
        (5, "5"),
        (1e21, "1e+21"),
        (True, "true"),
        ([5], "5"),
        (" ", " "),
        ([[5]], "AggregateAjvError: Goal Name must be a string but it was an array."),
        ([{}], "AggregateAjvError: Goal Name must be a string but it was an object."),
        ([1, 2], "AggregateAjvError: Goal Name must be a string but it was an array."),
        ([None], "PayloadValidationError: Goal `name` is required to be a non-empty string"),
        ([{"@path": "$.nope"}], "AggregateAjvError: Goal Name must be a string but it was undefined."),
        ({"@path": "$.constructor"}, "AggregateAjvError: Goal Name must be a string but it was a function."),
        ("", MISSING),
        (None, MISSING),
        ({"@template": "{{ missing }}"}, MISSING),
    ],
)
def test_a_name_is_coerced_or_refused(name: Any, result: str) -> None:
    decision = goal(name)
    assert (decision.goal if decision.verdict == "send" else decision.detail) == result


def test_errors_come_in_the_schemas_order() -> None:
    decision = decided({"agent": {}, "application": [1, 2], "name": {"@path": "$.properties"}, "units": 5})
    assert decision.detail == (
        "AggregateAjvError: The root value is missing the required field 'properties'. Units must be an object but it was a number."
        " Goal Name must be a string but it was an object. Agent must be a string but it was an object."
        " Application must be a string but it was an array."
    )


def test_units_that_count() -> None:
    units = {"b": " x ", "2": 5.0, "1": "a", "c": " \u00a0", "d": True, "e": None, "f": ["x"], "g": 1e21}
    decision = decided({"units": units, "name": "n", "properties": {}})
    assert [(unit["type"], unit["uid"]) for unit in decision.body["units"]] == [
        ("1", "a"),
        ("2", "5"),
        ("b", " x "),
        ("g", "1e+21"),
    ]


@pytest.mark.parametrize(
    ("root", "error"),
    [
        ({"@transform": {"apply": {"@bad": 1}}}, "AggregateError: \n    ValidationError: /@transform/apply has an invalid directive: @bad."),
        ({"@bad": {}}, "ValidationError: / has an invalid directive: @bad."),
        (None, "TypeError: Cannot convert undefined or null to object"),
        ("ab", "Error: The root mapping must only have a single directive object"),
        (5, "Error: The root directive must be an object"),
        ({"@literal": {"x": 1}}, MISSING.replace("'name'.", "'units'. The root value is missing the required field 'name'. The root value is missing the required field 'properties'.")),
        ([{"x": 1}], "AggregateAjvError: The root value must be an object but it was an array."),
        ({"@path": ["$.type"]}, "ValidationError: /@path should be a string or a mapping directive but it is an array."),
    ],
)  # fmt: skip
def test_a_root_directive_that_cannot_be(root: Any, error: str) -> None:
    assert goal("n", __segment_internal_directive=root).detail == error


def test_segments_hidden_fields_are_not_looked_at() -> None:
    assert goal("n", __segment_internal_sync_mode={"@bad": 1}, __segment_internal_matching_key=5).verdict == "send"


PUBLISHED = 1_700_000_000_000


def exposed(timestamp: Any = PUBLISHED + 500, **members: Any) -> Decision:
    """The decision about an exposure."""
    exposure = {
        "publishedAt": PUBLISHED,
        "units": [1],
        "exposures": [{"name": "e", "exposedAt": PUBLISHED - 10}],
    } | members
    event = {"type": "track", "properties": {"exposure": exposure}} | (
        {} if timestamp is None else {"timestamp": timestamp}
    )
    return decided({"exposure": {"@path": "$.properties.exposure"}}, event, "trackExposure")


def test_an_exposure_is_moved_to_the_time_of_the_event() -> None:
    items = [
        {"name": "a", "setAt": PUBLISHED},
        {"setAt": "t"},
        {"setAt": None},
        {"setAt": True},
        {"name": "b"},
        "xy",
        5,
        [7],
    ]
    body = exposed(historic=False, attributes=items, hashed=True).body
    assert list(body) == ["publishedAt", "units", "exposures", "historic", "attributes", "hashed"]
    assert body["exposures"] == [{"name": "e", "exposedAt": PUBLISHED + 490}]
    assert (body["historic"], body["publishedAt"]) == (True, PUBLISHED + 500)
    assert body["attributes"] == [
        {"name": "a", "setAt": PUBLISHED + 500},
        {"setAt": "t500"},
        {"setAt": 500},
        {"setAt": 501},
        {"name": "b", "setAt": None},
        {"0": "x", "1": "y", "setAt": None},
        {"setAt": None},
        {"0": 7, "setAt": None},
    ]


def test_an_exposure_without_a_time_has_none() -> None:
    body = exposed(timestamp=None, attributes=[{"setAt": "t"}], publishedAt="2026-11-23T09:15:00Z").body
    assert (body["publishedAt"], body["exposures"][0]["exposedAt"], body["attributes"]) == (
        None,
        None,
        [{"setAt": "tNaN"}],
    )


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"exposures": [None]}, "TypeError: Cannot read properties of null (reading 'exposedAt')"),
        ({"attributes": [None]}, "TypeError: Cannot read properties of null (reading 'setAt')"),
        ({"exposures": [{"exposedAt": "2026-11-23T09:15:00Z"}]}, "PayloadValidationError: "),
        ({"exposures": [{"exposedAt": 5}]}, "PayloadValidationError: "),
        ({"goals": [1]}, "PayloadValidationError: "),
        ({"goals": {}}, "PayloadValidationError: "),
        ({"attributes": {}}, "PayloadValidationError: "),
        ({"units": []}, "PayloadValidationError: "),
        ({"publishedAt": 2_524_608_000_001}, "PayloadValidationError: "),
        ({"publishedAt": True}, "PayloadValidationError: "),
    ],
)
def test_an_exposure_that_is_refused(members: dict[str, Any], error: str) -> None:
    assert exposed(**members).detail.startswith(error)


@pytest.mark.parametrize(
    "members", [{"goals": None}, {"goals": []}, {"attributes": None}, {"publishedAt": 2_524_608_000_000}]
)
def test_an_exposure_that_is_sent(members: dict[str, Any]) -> None:
    decision = exposed(**members)
    assert decision.verdict == "send"
    assert "attributes" not in decision.body


@pytest.mark.parametrize(
    ("timestamp", "published"),
    [(5, 5), (-1.5, -1.5), ("2026-11-23", 1_795_392_000_000), (["2026-11-23"], 1_795_392_000_000), (None, None), (True, None), ({}, None), ("x", None)],
)  # fmt: skip
def test_the_time_of_a_goal(timestamp: Any, published: Any) -> None:
    body = decided({"units": {"u": "1"}, "name": "n", "properties": {}}, EVENT | {"timestamp": timestamp}).body
    assert (body["publishedAt"], body["goals"][0]["achievedAt"]) == (published, published)


def test_a_time_that_cannot_be_text_throws() -> None:
    decision = decided({"units": {"u": "1"}, "name": "n", "properties": {}}, EVENT | {"timestamp": {"toString": 1}})
    assert decision.detail == "TypeError: Cannot convert object to primitive value"


def test_headers_that_cannot_be_sent() -> None:
    assert goal("n", agent=" a ").headers == (("X-Agent", "a"),)
    assert goal("n", agent=" ", application=" b ").headers == (
        ("X-Agent", "segment"),
        ("X-Application", "b"),
        ("X-Application-Version", "0"),
    )
    assert goal("n", agent="a\nb").detail == "TypeError: a\nb is not a legal HTTP header value"
    assert goal("n", application="€").detail == "TypeError: € is not a legal HTTP header value"
    fields = {"units": {"u": "1"}, "name": [None], "properties": {}}
    assert decided(fields, apiKey="a\r").detail == "TypeError: a\r is not a legal HTTP header value"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"environment": ["x"]}, ""),
        ({"environment": None}, ""),
        ({"apiKey": 5}, ""),
        ({"environment": {}, "apiKey": []}, "AggregateAjvError: API Key must be a string but it was an array. Environment must be a string but it was an object."),
        ({"collectorEndpoint": None}, "AggregateAjvError: Collector Endpoint must be a valid URI string but it was not."),
        ({"collectorEndpoint": [{}]}, "AggregateAjvError: Collector Endpoint must be a string but it was an object."),
    ],
)  # fmt: skip
def test_settings_are_coerced_or_refused(given: dict[str, Any], error: str) -> None:
    assert decided({"units": {"u": "1"}, "name": "n", "properties": {}}, **given).detail == error


@pytest.mark.parametrize("text", ["https://x.io/v1", "ftp://x", "http://localhost:8200", "http://[::1]:80/", "http://[2001:db8::1]/", "mailto:a", "http://u:p@x/%20?a=/?#b", "x:/a", "http://999.1.1.1/", "HTTP://X"])  # fmt: skip
def test_an_address_that_counts(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize("text", ["", "x", "x:", "http://a b", "http://ä.io", "//x.io", "http://x/%2", "http://[::1", "http://x\n", "1a://x", "http://[1::2::3]"])  # fmt: skip
def test_an_address_that_does_not_count(text: str) -> None:
    assert not is_uri(text)


def test_an_unknown_action_sends_nothing() -> None:
    decision = decided({"name": "n"}, action="trackUser")
    assert (decision.verdict, decision.code, decision.detail) == ("drop", "ACTION-UNKNOWN", "trackUser")


def test_an_unknown_action_is_looked_for_behind_the_subscription_and_before_the_mapping() -> None:
    """As Segment's `executeAction` does: what it does not know gives no results and no error, whatever the mapping is."""
    broken = {"units": {"@nonsense": 1}}
    mapping = {"name": "m", "subscribe": 'type = "track"', "partnerAction": "trackUser", "mapping": broken}
    actions = Actions(
        SETTINGS, [mapping, mapping | {"partnerAction": None}, mapping | {"subscribe": "("}], lambda *_path: None
    )
    found = [[result.decision.code for result in actions.results({"type": kind})] for kind in ("track", "page")]
    assert found == [
        ["ACTION-UNKNOWN", "ACTION-UNKNOWN", "SUBSCRIPTION-INVALID"],
        ["SUBSCRIPTION-FALSE", "SUBSCRIPTION-FALSE", "SUBSCRIPTION-INVALID"],
    ]
