"""What is odd about a subscription, with its place; which events it can hold for, and whether two of them meet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.destinations.actions.fql import Subscription, parse
from abtui.core.destinations.actions.fql.matching import can_both_match
from abtui.core.destinations.actions.fql.oddities import oddities
from abtui.core.text.javascript import JavaScriptTypeError

DATA = Path(__file__).parents[3] / "data"
TABLE = json.loads((DATA / "fql.json").read_text("utf-8"))
TEXTS: list[str] = [text for text, _ in TABLE["rows"]]


def subscribed(text: str) -> Subscription:
    subscription = parse(text)
    assert isinstance(subscription, Subscription)
    return subscription


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('type = "track" and event != "Experiment Viewed"', []),
        ('(type = "page" or type = "screen") and name != null', []),
        (r'type = "track" and properties.list.\[0\] = 5 and contains(userId, "x") and !match(event, "Order*")', []),
        ("properties.a = true and traits.b >= 1.5", []),
        ("event = 'x'", [("single-quotes", "'x'")]),
        ("contains(event, 'x')", [("single-quotes", "'x'")]),
        ('event = "A" or name = "B" and userId != null', [("overruled-connective", "or")]),
        ('event = "A" or event = "B" or', []),
        ('event = "A" and event != "B" or', [("overruled-connective", "and")]),
        ('not event = "A"', [("ignored", "not")]),
        ('!(event = "A")', [("ignored", "!")]),
        ('type = "track" AND event = "A"', [("ignored", "AND")]),
        ('type = "track" and(event = "A")', [("ignored", "and")]),
        ('type = "track", event = "A"', [("ignored", ",")]),
        ('type = "track")', [("ignored", ")")]),
        ('messageId = "x" and type = "track"', [("ignored", 'messageId = "x"')]),
        ('constructor = "x" and type = "track"', [("ignored", 'constructor = "x"')]),
        ('contains(messageId, "x") and type = "track"', [("ignored", 'contains(messageId, "x")')]),
        ('event = "A"or type = "track"', [("ignored", '"or type = "track"')]),
        ('name = "A"" and type = "track"', [("ignored", '""')]),
        ('name = "A"b"', [("ignored", '"b"')]),
        ("event = Order", [("unquoted-value", "Order")]),
        ("event = no", [("unquoted-value", "no")]),
        ("properties.a > 1e2", [("misread-number", "1e2")]),
        ("properties.a > 1,000 and userId != null", [("misread-number", "1,000")]),
        ("properties.a = .5", [("misread-number", ".5")]),
        ('name == "x"', [("operator-without-blank", '== "x"')]),
        ("properties.a <=5", [("never-matches", "properties.a <="), ("operator-without-blank", "<=5")]),
        ('event!="x"', [("operator-without-blank", "!=")]),
        ('event = "x', [("unreadable", '"x')]),
        ("properties.a>5", [("unreadable", "a>")]),
        ('type = "track" && event = "A"', [("unreadable", "&")]),
        ("properties.a = 1.", [("unreadable", "1.")]),
        ("event = \\", [("unreadable", "\\")]),
        ("event = null", [("compared-as-text", "null")]),
        ("userId = 5", [("compared-as-text", "5")]),
        ("properties.a != true", [("compared-as-text", "true")]),
        ("name = true", [("compared-as-text", "true")]),
        ('match(event, "A")', [("pattern", '"A"')]),
        ('match(event, "*A*")', [("pattern", '"*A*"')]),
        ('event match "A*"', [("never-matches", 'event match "A*"'), ("unknown-operator", "match")]),
        ("properties.a is null", [("never-matches", "properties.a is null"), ("unknown-operator", "is")]),
        ("event = and", [("no-value", "= and")]),
        ('type = "page" and (messageId = "x")', [("empty-parenthesis", '(messageId = "x")'), ("ignored", 'messageId = "x"')]),
        ('type = "track" and (event = "A" or (name = "B"))', [("nested-parenthesis", "(")]),
        ('type = "track" and (event = "A"', [("unclosed-parenthesis", "(")]),
        ('(contains(event, "A"))', [("nested-parenthesis", "("), ("ignored", ")")]),
        ('version = "2"', [("ignored", 'version = "2"'), ("no-condition", 'version = "2"')]),
        ("event", [("no-value", "event")]),
        ('type = "Track"', [("never-matches", 'type = "Track"')]),
        ('type = "track" and type = "page"', [("never-matches", 'type = "track" and type = "page"')]),
        ("userId = null and userId = true", [("never-matches", "userId = null and userId = true")]),
        ("properties.a > 5 and properties.a <= 5", [("never-matches", "properties.a > 5 and properties.a <= 5")]),
        ('match(event, "A*") and !contains(event, "A")', [("never-matches", 'match(event, "A*") and !contains(event, "A")')]),
    ],
)  # fmt: skip
def test_each_oddity_is_told_with_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.code, text[one.start : one.end]) for one in oddities(text)] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("event = 'x'", "Only double quotes count as quotes: the value is compared as `'x'`, quotes included."),
        ("event = no", '`no` is a text without quotes, read as "n": write "no".'),
        ("userId = 5", '`5` stands for the text "5" here, which the number 5 does not equal.'),
        ("event != null", '`null` stands for the text "null" here, which a missing value does not equal.'),
        ('match(event, "A")', '`match` knows one `*`, at the end or at the start: "A" asks for a text that ends with "".'),
        ('event match "A*"', "`match` is taken as the operator, but no such operator exists, so this never holds. Write `match(event, ...)`."),
        (
            'event not contains "A"',
            "`not` is taken as the operator, but no such operator exists, so this never holds. Write `!contains(event, ...)`.",
        ),
        (
            "properties.list.0 = 1",
            r"`.` is taken as the operator, but no such operator exists, so this never holds. Write `properties.list.\[0\]` for an item of a list.",
        ),
        (
            'type = "Track"',
            'No event can match: `type = "Track"` never holds. The types are track, page, screen, identify, group, alias.',
        ),
        ('type = "track" and type = "page"', 'No event can match: `type` would have to be "track" and "page".'),
        ('name = "A"b"', '`"b"` is ignored: a blank must follow the closing quote before it.'),
    ],
)  # fmt: skip
def test_a_message_says_what_segment_reads(text: str, message: str) -> None:
    assert message in [one.message for one in oddities(text)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ('type = "track" and event = "A"', 'type = "track"', True),
        ('type = "track" and event = "A"', 'type = "track" and event != "A"', False),
        ('type = "track"', 'type = "page" or type = "screen"', False),
        ('type = "track"', "properties.a = 1", True),
        ("userId = null", "userId != null", False),
        ("properties.a < 5", "properties.a >= 5", False),
        ("properties.a < 5", "properties.a > 4", True),
        ("properties.a > 4", 'properties.a = "5"', False),
        ('match(event, "Order*")', 'match(event, "*Completed")', True),
        ('match(event, "Order*")', 'event = "Signed Up"', False),
        ('contains(event, "Order")', '!contains(event, "Order")', False),
        ("event exists x", 'event != "A"', True),
        ('event = "A" or event = "B"', '(event = "B" or event = "C") and userId != null', True),
        ('event = "A" or event = "B"', 'event = "C" or event = "D"', False),
        (r"properties.a\[0\] = 1", "properties.a = null", True),
        (r"properties.a.\[0\] = 1", r"properties.a\[0\] = 2", False),
    ],
)
def test_two_subscriptions_can_hold_for_one_event(first: str, second: str, expected: bool) -> None:
    one, other = subscribed(first).condition, subscribed(second).condition
    assert can_both_match(one, other) is expected
    assert can_both_match(other, one) is expected


def test_too_many_alternatives_are_not_looked_at() -> None:
    groups = " and ".join(f'(properties.p{n} = "a" or properties.p{n} = "b")' for n in range(20))
    condition = subscribed(f'{groups} and type = "track" and type = "page"').condition
    assert not can_both_match(condition, condition)
    many = subscribed(" or ".join(f'event = "{n}"' for n in range(1000))).condition
    assert not can_both_match(many, many)


@given(st.sampled_from(TEXTS) | st.text(max_size=40) | st.lists(st.sampled_from(TEXTS), max_size=3).map(" or ".join))
def test_oddities_of_any_text_have_a_place_in_it(text: str) -> None:
    found = oddities(text)
    assert found == oddities(text)
    assert all(0 <= one.start <= one.end <= len(text) and one.message for one in found)
    if isinstance(parse(text), Subscription):
        assert not {one.code for one in found} & {
            "unreadable",
            "no-condition",
            "no-value-at-end",
            "unclosed-parenthesis",
        }
    elif text:
        assert found, "an invalid subscription has something odd"


@pytest.mark.parametrize("event", TABLE["events"], ids=["track", "page", "identify"])
def test_what_holds_for_an_event_can_match(event: dict[str, Any]) -> None:
    held = []
    for text in TEXTS:
        subscription = parse(text)
        if isinstance(subscription, Subscription):
            try:
                if subscription.holds(event):
                    held.append(subscription)
            except JavaScriptTypeError:
                continue
    assert len(held) > 30
    assert [one.text for one in held if not can_both_match(one.condition, one.condition)] == []
    first = held[0]
    assert [one.text for one in held if not can_both_match(one.condition, first.condition)] == []
