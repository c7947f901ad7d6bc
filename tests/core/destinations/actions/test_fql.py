"""Subscriptions: what Segment's own code said of each recorded case, and of a table of texts made to be odd.

`fql.json` has three events and rows of a text and, as answered by Segment's lexer, parser and evaluation on Node 20, either the
error of the subscription or one answer for each event: whether it is subscribed to, or what the function threw.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.destinations.actions.fql import Invalid, Subscription, parse
from abtui.core.text.javascript import ABSENT, JavaScriptTypeError

DATA = Path(__file__).parents[3] / "data"
CASES = [json.loads(line) for line in (DATA / "actions.jsonl").read_text("utf-8").rstrip("\n").split("\n")]
TABLE = json.loads((DATA / "fql.json").read_text("utf-8"))
EVENTS: list[dict[str, Any]] = TABLE["events"]
PRESETS = [
    'type = "track" and event != "Experiment Viewed"',
    'type = "page"',
    'type = "screen"',
    'type = "track" and event = "Experiment Viewed"',
]

ORDER: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "userId": 7,
    "properties": {"total": 540, "coupon": None, "paid": True, "tags": ["a", "b"], "long": "x" * 80, "": 1},
}


def answer(text: Any, event: dict[str, Any]) -> bool | str:
    """Whether the event is subscribed to, or the error."""
    subscription = parse(text)
    if isinstance(subscription, Invalid):
        return subscription.message
    try:
        return subscription.holds(event)
    except JavaScriptTypeError as error:
        return f"TypeError: {error}"


def subscribed(text: Any) -> Subscription:
    subscription = parse(text)
    assert isinstance(subscription, Subscription)
    return subscription


def recorded_results() -> list[tuple[str, Any, dict[str, Any], dict[str, Any]]]:
    """Case, subscription, event and result of each mapping. Where the settings are wrong, no subscription is looked at."""
    rows = []
    for case in CASES:
        texts = [mapping.get("subscribe") for mapping in case["mappings"]] if "mappings" in case else PRESETS
        assert len(texts) == len(case["results"])
        if "-settings" not in case["id"]:
            rows += [
                (case["id"], text, case["event"], result) for text, result in zip(texts, case["results"], strict=True)
            ]
    return rows


def test_every_recorded_mapping_is_subscribed_or_not_as_recorded() -> None:
    expected: dict[str, Any] = {"send": True, "fail": True, "not-subscribed": False}
    rows = recorded_results()
    wrong = [
        (case, text, answer(text, event), result)
        for case, text, event, result in rows
        if answer(text, event) != expected.get(result["outcome"], result.get("error"))
    ]
    assert wrong == []
    assert len(CASES) == 873
    assert len(rows) > 1000
    assert {result["outcome"] for *_, result in rows} == {"send", "fail", "not-subscribed", "drop"}


def test_odd_texts_are_answered_as_segment_answers_them() -> None:
    wrong = []
    for text, expected in TABLE["rows"]:
        wanted = expected if isinstance(expected, list) else [expected] * len(EVENTS)
        found = [answer(text, event) for event in EVENTS]
        if found != wanted:
            wrong.append((text, found, wanted))
    assert wrong == []
    assert len(TABLE["rows"]) > 700


NO_TYPE = "Invalid subscription : Cannot read properties of undefined (reading 'type')"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "Failed to validate subscription"),
        ("", "Failed to validate subscription"),
        (5, "Failed to validate subscription"),
        ({"type": "group"}, "Failed to validate subscription"),
        (" ", NO_TYPE),
        ('messageId = "x"', NO_TYPE),
        ('event!="x"', NO_TYPE),
        ('type = "track" and (event = "x"', NO_TYPE),
        ("event", "Invalid subscription : Value token is missing"),
        ("contains(event", "Invalid subscription : contains() is missing a 2nd argument"),
        ("contains", "Invalid subscription : contains() is missing a 1st argument"),
        ("match", "Invalid subscription : match() is missing a 1st argument"),
        ("match(", "Invalid subscription : match() is missing a 2nd argument"),
        # A parenthesis without a condition throws, but only where it is looked at.
        ('type = "track" and ()', "TypeError: Cannot read properties of undefined (reading 'type')"),
        ('type = "track" or ()', True),
        ('type = "page" and ()', False),
        (r'properties.\. = "x"', "TypeError: Cannot read properties of null (reading 'reduce')"),
        # The last connective of a level holds for all of it.
        ('type = "page" and event = "x" or userId != null', True),
        ('type = "track" or event = "x" and userId = null', False),
        # The lexer does not go back at the end of the text.
        ("properties.total != no", True),
        ("event = an", False),
        # `and(` is no connective, and what it stands between is joined by `and` all the same.
        ('type = "track" and(event = "x")', False),
        ('type = "page" or(event = "Order Completed")', False),
        ("properties.total = 540", True),
        ('properties.total = "540"', False),
        ("properties.total >= 54e1", True),
        ("properties.total > +539.5", True),
        ("userId = 7", False),
        ("properties.paid = true", True),
        ("properties.paid != true", True),
        ("properties.coupon = null", True),
        ("properties.tags.length = 2", True),
        ("properties.constructor != null", True),
        ("properties.tags.at != null", True),
        ("properties.total.toFixed != null", True),
        ("properties.paid.toFixed != null", False),
        ("properties != null", False),
        ("event exists x", True),
        ('event starts_with "Order"', True),
        ('event = "Order Completed" "rest" 5 ]', True),
        ('constructor = "x" or type = "page"', False),
    ],
)
def test_each_rule_holds(text: Any, expected: bool | str) -> None:
    assert answer(text, ORDER) == expected


@pytest.mark.parametrize(
    ("before", "repeated", "after", "limit"),
    [("event != \"", "x", "\"", 100_000), ("", "x", " type = \"track\"", 100_000), ("properties.total != ", "1", "", 100_001)],
    ids=["text", "word", "number"],
)  # fmt: skip
def test_a_token_of_unreasonable_length_is_an_error(before: str, repeated: str, after: str, limit: int) -> None:
    assert answer(f"{before}{repeated * limit}{after}", ORDER) == NO_TYPE
    assert answer(f"{before}{repeated * (limit - 1)}{after}", ORDER) is True


def test_many_conditions_are_no_deep_recursion() -> None:
    text = " or ".join(f'event = "{number}"' for number in range(3000))
    assert answer(f'{text} or event = "Order Completed"', ORDER) is True
    assert answer(text, ORDER) is False


def test_a_text_is_parsed_once() -> None:
    assert parse(PRESETS[0]) is parse(PRESETS[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'type = "track" and event = "Signed Up"',
            'subscribe is false: `event` = "Order Completed", wanted "Signed Up"',
        ),
        (
            'type = "track" and event = "Order Completed"',
            'subscribe is true: `type` = "track" and `event` = "Order Completed"',
        ),
        (
            'event = "A" or event = "B" or type = "page"',
            'subscribe is false: `event` = "Order Completed", wanted "A" or "B"; `type` = "track", wanted "page"',
        ),
        ('type = "page" or userId != null', "subscribe is true: `userId` = 7"),
        ('(event = "A" or event = "B") and type = "track"', 'subscribe is false: `event` = "Order Completed", wanted "A" or "B"'),
        ('name = "Home"', 'subscribe is false: `name` is absent, wanted "Home"'),
        ("properties.coupon != null", "subscribe is false: `properties.coupon` = null, wanted a value"),
        ("properties.total = null", "subscribe is false: `properties.total` = 540, wanted no value"),
        ("properties.total > 1000", "subscribe is false: `properties.total` = 540, wanted a number above 1000"),
        ('properties.tags contains "a"', 'subscribe is false: `properties.tags` = a list, wanted a text with "a"'),
        ("properties.paid = false", "subscribe is false: `properties.paid` = true, wanted false"),
        ("properties.toString = true", "subscribe is false: `properties.toString` = a function of JavaScript, wanted true"),
        ('match(event, "*Up")', 'subscribe is false: `event` = "Order Completed", wanted a text that ends with "Up"'),
        ('properties.long = "x"', f'subscribe is false: `properties.long` = "{"x" * 60}…", wanted "x"'),
        (
            'event match "A*"',
            'subscribe is false: `event` = "Order Completed", wanted something that `match` holds for, which is not an operator',
        ),
        ('event != "Order Completed"', 'subscribe is false: `event` = "Order Completed", wanted anything but "Order Completed"'),
    ],
)  # fmt: skip
def test_an_explanation_names_what_decided(text: str, message: str) -> None:
    assert subscribed(text).explain(ORDER).message == message


def test_an_explanation_has_the_places_it_read() -> None:
    text = r'type = "page" or properties.tags\[1\] = "x" or properties.tags.length = 3 or properties.tags\[9\] != null'
    assert [(one.path, one.actual, one.holds) for one in subscribed(text).explain(ORDER).seen] == [
        (("type",), "track", False),
        (("properties", "tags", 1), "b", False),
        (("properties", "tags", "length"), 2, False),
        (("properties", "tags", 9), ABSENT, False),
    ]


WORDS = st.sampled_from(
    [word for text, _ in TABLE["rows"] for word in text.split(" ")]
    + ["and", "or", "(", ")", "=", "!=", "type", "event", "properties.a", '"track"', "'x'", "contains(", "match(", ",", "!"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "0", "length"]), inner),
    max_leaves=5,
)
ANY_EVENT = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["type", "event", "name", "userId", "properties", "traits", "context"], VALUES)
)


@given(TEXTS, ANY_EVENT)
def test_any_text_is_answered_the_same_twice(text: str, event: dict[str, Any]) -> None:
    before = repr(event)
    first = answer(text, event)
    assert answer(text, copy.deepcopy(event)) == first
    assert repr(event) == before


@given(TEXTS, ANY_EVENT)
def test_explanation_and_answer_agree(text: str, event: dict[str, Any]) -> None:
    found = answer(text, event)
    subscription = parse(text)
    if isinstance(subscription, Subscription) and isinstance(found, bool):
        explanation = subscription.explain(event)
        assert explanation.holds is found
        assert explanation.message.startswith(f"subscribe is {'true' if found else 'false'}: `")
        assert {one.holds for one in explanation.seen} == {found}
