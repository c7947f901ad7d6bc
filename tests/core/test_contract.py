"""The collector's contract: reference facts as tables, and that no body makes it crash."""

from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.contract import is_valid, schema, violations
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import parse_path

DATA = Path(__file__).parents[1] / "data"
CASES = [json.loads(line) for line in (DATA / "classic.jsonl").read_text("utf-8").rstrip("\n").split("\n")]
INT64_MAX = 2**63 - 1
DELETED = object()

FULL: dict[str, Any] = {
    "publishedAt": 1751328000000,
    "hashed": False,
    "historic": None,
    "units": [{"type": "user_id", "uid": "97980"}, {"type": "device"}],
    "goals": [{"name": "purchase", "achievedAt": 1751328000000, "properties": {"total": 9.5}}],
    "exposures": [
        {
            "id": 1,
            "name": "button",
            "unit": None,
            "variant": 0,
            "exposedAt": 1751328000000,
            "assigned": True,
            "eligible": True,
            "overridden": False,
            "fullOn": False,
            "custom": False,
            "audienceMismatch": False,
        }
    ],
    "attributes": [{"name": "country", "value": {"any": ["thing"]}, "setAt": 1751328000000}],
    "unknown": "is allowed",
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """FULL with one value replaced or deleted."""
    body = copy.deepcopy(FULL)
    *parents, last = parse_path(path)
    node: Any = body
    for step in parents:
        node = node[step]
    if value is DELETED:
        del node[last]
    else:
        node[last] = value
    return body


def test_a_full_body_is_valid() -> None:
    assert is_valid(FULL)
    assert violations(FULL) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.units", []),
        ("$.units[0].uid", DELETED),
        ("$.units[0].uid", "x"),
        ("$.units[0].uid", "x" * 640),
        ("$.units[0].uid", "\U0001f600" * 640),
        ("$.units[0].uid", " "),
        ("$.publishedAt", 0),
        ("$.publishedAt", 1.0),
        ("$.hashed", None),
        ("$.hashed", True),
        ("$.historic", True),
        ("$.goals", []),
        ("$.goals", DELETED),
        ("$.goals[0].name", ""),
        ("$.goals[0].properties", None),
        ("$.goals[0].properties", DELETED),
        ("$.goals[0].properties", {"\ud800": "\ud800", "n": 10**400, "inf": float("inf")}),
        ("$.exposures[0].id", 0),
        ("$.exposures[0].id", 2**31 - 1),
        ("$.exposures[0].variant", 128),
        ("$.exposures[0].unit", "user_id"),
        ("$.exposures[0].custom", DELETED),
        ("$.attributes[0].value", None),
        ("$.attributes[0].value", DELETED),
        ("$.attributes[0].value", float("nan")),
    ],
)
def test_a_body_within_the_contract_has_no_violation(path: str, value: Any) -> None:
    body = changed(path, value)
    assert is_valid(body)
    assert violations(body) == ()


@pytest.mark.parametrize(
    ("path", "value", "rule", "message"),
    [
        ("$.units", DELETED, "required", "`units` is missing; the collector requires it in every request"),
        ("$.publishedAt", DELETED, "required", "`publishedAt` is missing; the collector requires it in every request"),
        ("$.publishedAt", None, "type", "`publishedAt` is null; the collector wants an integer"),
        ("$.publishedAt", "1751328000000", "type", "`publishedAt` is text; the collector wants an integer"),
        ("$.publishedAt", 1.5, "type", "`publishedAt` is the number 1.5; the collector wants an integer"),
        ("$.publishedAt", True, "type", "`publishedAt` is true; the collector wants an integer"),
        ("$.publishedAt", float("inf"), "type", "`publishedAt` is the number Infinity; the collector wants an integer"),
        ("$.publishedAt", 10**30, "maximum", "`publishedAt` is 1e+30; the collector wants a 64-bit integer"),
        ("$.publishedAt", -(10**30), "minimum", "`publishedAt` is -1e+30; the collector wants a 64-bit integer"),
        ("$.publishedAt", 1e30, "maximum", "`publishedAt` is 1e+30; the collector wants a 64-bit integer"),
        ("$.units", None, "type", "`units` is null; the collector wants a list"),
        ("$.units", {}, "type", "`units` is an object; the collector wants a list"),
        ("$.units[1]", 5, "type", "`units[1]` is the number 5; the collector wants an object"),
        ("$.units[0].type", DELETED, "required", "`type` is missing; the collector requires it in every unit"),
        ("$.units[0].type", False, "type", "`type` is false; the collector wants text"),
        ("$.units[0].uid", "", "minLength", "`uid` is empty; the collector wants 1 to 640 characters"),
        (
            "$.units[0].uid",
            "x" * 1641,
            "maxLength",
            "`uid` has 1,641 characters; the collector wants 1 to 640 characters",
        ),
        (
            "$.units[0].uid",
            "\ud83d\ude00" * 400,
            "maxLength",
            "`uid` has 800 characters; the collector wants 1 to 640 characters",
        ),
        ("$.units[0].uid", 97980, "type", "`uid` is the number 97980; the collector wants text"),
        ("$.hashed", "yes", "type", "`hashed` is text; the collector wants true, false or null"),
        ("$.goals", None, "type", "`goals` is null; the collector wants a list"),
        ("$.goals[0].name", DELETED, "required", "`name` is missing; the collector requires it in every goal"),
        (
            "$.goals[0].achievedAt",
            DELETED,
            "required",
            "`achievedAt` is missing; the collector requires it in every goal",
        ),
        ("$.goals[0].properties", [], "type", "`properties` is a list; the collector wants an object or null"),
        ("$.exposures[0].id", -1, "minimum", "`id` is -1; the collector wants 0 to 2147483647"),
        ("$.exposures[0].id", 2**31, "maximum", "`id` is 2147483648; the collector wants 0 to 2147483647"),
        ("$.exposures[0].variant", 129, "maximum", "`variant` is 129; the collector wants 0 to 128"),
        ("$.exposures[0].variant", 0.5, "type", "`variant` is the number 0.5; the collector wants an integer"),
        ("$.exposures[0].unit", 1, "type", "`unit` is the number 1; the collector wants text or null"),
        ("$.exposures[0].fullOn", None, "type", "`fullOn` is null; the collector wants true or false"),
        (
            "$.exposures[0].assigned",
            DELETED,
            "required",
            "`assigned` is missing; the collector requires it in every exposure",
        ),
        (
            "$.attributes[0].setAt",
            DELETED,
            "required",
            "`setAt` is missing; the collector requires it in every attribute",
        ),
        ("$.attributes[0].name", [], "type", "`name` is a list; the collector wants text"),
    ],
)
def test_a_body_that_breaks_the_contract_has_one_violation(path: str, value: Any, rule: str, message: str) -> None:
    body = changed(path, value)
    assert not is_valid(body)
    (violation,) = violations(body)
    assert (violation.path_text, violation.rule, violation.message) == (path, rule, message)
    assert violation.path == parse_path(path)


INT64 = ("$.publishedAt", "$.goals[0].achievedAt", "$.exposures[0].exposedAt", "$.attributes[0].setAt")


@pytest.mark.parametrize("path", INT64)
@pytest.mark.parametrize(
    ("value", "written", "received"),
    [
        (2**63 - 513, True, True),
        (2**63 - 512, False, True),  # a double halfway: written as 9223372036854776000
        (INT64_MAX, False, True),
        (2**63, False, False),
        (2**64, False, False),
        (10**30, False, False),
        (float(2**63), False, False),
        (math.nextafter(2.0**63, 0), True, True),
        (-(2**63) + 513, True, True),
        (-(2**63) + 512, False, True),
        (-(2**63), False, True),
        (-(2**63) - 1, False, False),
        (-(10**30), False, False),
        (float(-(2**63)), False, True),
        (math.nextafter(-(2.0**63), 0), True, True),
    ],
)
def test_the_ends_of_int64(path: str, value: int | float, written: bool, received: bool) -> None:
    body = changed(path, value)
    assert is_valid(body) is written
    assert [not violations(body), not violations(body, wire=True)] == [written, received]
    # What is to be sent keeps the contract where its text does.
    text = json.loads(stringify(body))
    assert (not violations(text, wire=True)) is written


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        (f"$.exposures[0].{name}", value, kept)
        for name, most in (("id", 2**31 - 1), ("variant", 128))
        for value, kept in (
            (0, True),
            (-0.0, True),
            (most, True),
            (float(most), True),
            (-1, False),
            (most + 1, False),
            (2**63, False),
            (-(2**63), False),
        )
    ],
)
def test_the_ends_of_an_exposures_numbers(path: str, value: int | float, kept: bool) -> None:
    body = changed(path, value)
    assert [is_valid(body), not violations(body), not violations(body, wire=True)] == [kept] * 3


def test_an_integer_of_many_digits() -> None:
    (violation,) = violations(changed("$.publishedAt", 10**4000))
    assert violation.message == "`publishedAt` is Infinity; the collector wants a 64-bit integer"


@pytest.mark.parametrize("required", ["id", "name", "variant", "exposedAt", "assigned", "eligible"])
def test_required_of_an_exposure(required: str) -> None:
    (violation,) = violations(changed(f"$.exposures[0].{required}", DELETED))
    assert violation.path_text == f"$.exposures[0].{required}"


@pytest.mark.parametrize("body", [None, 5, "text", True, [], 1.5])
def test_the_body_is_no_object(body: Any) -> None:
    (violation,) = violations(body)
    assert (violation.path, violation.path_text, violation.rule) == ((), "$", "type")
    assert violation.message.startswith("the body is ")


def test_every_broken_rule_is_told_once() -> None:
    body = {"units": [{}, {"type": "a", "uid": ""}], "goals": [{"achievedAt": None}]}
    assert sorted(violation.path_text for violation in violations(body)) == [
        "$.goals[0].achievedAt",
        "$.goals[0].name",
        "$.publishedAt",
        "$.units[0].type",
        "$.units[1].uid",
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"requests": [FULL]}, []),
        ({"requests": [FULL] * 500}, []),
        ({"requests": [FULL] * 501}, [("$.requests", "`requests` has 501 items; the collector wants 1 to 500 items")]),
        ({"requests": []}, [("$.requests", "`requests` is empty; the collector wants 1 to 500 items")]),
        ({}, [("$.requests", "`requests` is missing; the collector requires it in every batch")]),
        (FULL, [("$.requests", "`requests` is missing; the collector requires it in every batch")]),
        (
            {"requests": [FULL, {"units": []}]},
            [("$.requests[1].publishedAt", "`publishedAt` is missing; the collector requires it in every request")],
        ),
    ],
)
def test_violations_of_a_batch_are_found(body: Any, found: list[tuple[str, str]]) -> None:
    assert [
        (violation.path_text, violation.message) for violation in violations(body, "BatchRequest", wire=True)
    ] == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"units": []}, []),
        ({"units": [{"type": "user_id", "uid": "1"}]}, []),
        ({}, ["$.units"]),
        ({"units": [{"uid": "1"}]}, ["$.units[0].type"]),
    ],
)
def test_violations_of_a_context_are_found(body: Any, found: list[str]) -> None:
    assert [violation.path_text for violation in violations(body, "ContextRequest", wire=True)] == found


def test_the_schema_is_one() -> None:
    assert jsonschema_rs.meta.is_valid(schema())
    assert set(schema()["$defs"]) >= {
        "Unit",
        "Goal",
        "Exposure",
        "Attribute",
        "PublishRequest",
        "BatchRequest",
        "ContextRequest",
        "PublishResponse",
    }


@pytest.mark.parametrize(
    ("answer", "valid"),
    [
        ({"ok": True}, True),
        (
            {"ok": False, "errors": [{"batchIndex": 0, "eventIndex": 0, "subject": "goals", "message": "no"}]},
            True,
        ),
        ({}, False),
        ({"ok": False, "warnings": [{"batchIndex": 0, "eventIndex": 0, "subject": "goals"}]}, False),
    ],
)
def test_answers_are_valid_publish_responses_or_not(answer: Any, valid: bool) -> None:
    whole = {**schema(), "$ref": "#/$defs/PublishResponse"}
    assert jsonschema_rs.is_valid(whole, answer) is valid


def test_importing_the_contract_does_not_load_the_validator() -> None:
    code = "import sys, abtui.core.contract; sys.exit('jsonschema_rs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_recorded_bodies_keep_the_contract_unless_their_event_broke_it() -> None:
    """The recorded bodies keep the contract, but for what their events got wrong."""
    sent = [case["request"]["body"] for case in CASES if case["outcome"] == "send"]
    broken = [body for body in sent if not is_valid(body)]
    assert (len(sent), len(broken)) == (387, 41)
    rules = Counter(violation.rule for body in broken for violation in violations(body))
    assert rules == {"type": 33, "required": 5, "minLength": 5}


def test_bodies_of_any_depth_are_checked() -> None:
    deep: Any = []
    for _ in range(2000):
        deep = [deep]
    body = {
        "units": deep,
        "publishedAt": deep,
        "goals": [{"name": "\ud800", "achievedAt": 1, "properties": {"deep": deep}, "\ud800": deep}],
        "attributes": [{"name": "a", "setAt": 1, "value": deep}],
        "\udfff": deep,
    }
    assert [violation.path_text for violation in violations(body)] == ["$.units[0]", "$.publishedAt"]


anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**64), 2**64)
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=5)
    | st.sampled_from(["x" * 641, "\ud83d\ude00" * 330, 10**400, 2**63, -(2**63) - 1, float(2**63)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=[]), max_size=3)
            | st.sampled_from(
                ["units", "publishedAt", "goals", "exposures", "attributes", "type", "uid", "name", "achievedAt"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=10,
)


@given(
    anything
    | st.fixed_dictionaries(
        {"units": st.lists(st.fixed_dictionaries({"type": anything, "uid": anything}), max_size=2)},
        optional={
            "publishedAt": anything,
            "goals": st.lists(anything, max_size=2),
            "exposures": anything,
            "attributes": anything,
            "\ud800": anything,
        },
    )
)
@example({"units": [{"type": "a", "uid": "\ud800" * 641}], "publishedAt": 1, "\ud800": 1})
def test_any_body_is_checked_without_a_crash(body: Any) -> None:
    found = violations(body)
    assert found == violations(body)
    assert is_valid(body) is (not found)
    for violation in found:
        node = body
        for step in violation.path[:-1] if violation.rule == "required" else violation.path:
            node = node[step]
        assert parse_path(violation.path_text) == violation.path
    violations(body, "BatchRequest", wire=True)
    violations(body, "ContextRequest", wire=True)
