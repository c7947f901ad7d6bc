"""One event under two configs, the lines of two bodies, and events that are counted no longer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.comparison.event import EventComparison, compare_event
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.corpus.comparison.lines import DiffLine, body_lines
from abtui.core.events import Event
from abtui.core.text.javascript import stringify
from tests.core.test_engine import CONFIGS, config, events
from tests.kit import CONFIG, event
from tests.thorough import MANY

Texts = tuple[str, str]


def changed(*replacements: Texts) -> str:
    text = CONFIG
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def one(line: str, *replacements: Texts, before: str | None = None) -> EventComparison:
    was = None if before is None else Event("f:1", json.loads(before))
    return compare_event(config(CONFIG), config(changed(*replacements)), Event("f:1", json.loads(line)), was)


GOAL = ("Order Completed: purchase", "Order Completed: order")
PAGES = ("enablePageViewTracking: true", "enablePageViewTracking: false")
UNITS = ("userId: user_id", "userId: customer")
PAGE = event(type="page", name="Home")
LISTED = "catalog: {goals: [purchase], units: [user_id], environments: [staging], applications: [website]}"


@pytest.mark.parametrize(
    ("line", "replacements", "says", "causes"),
    [
        (event(), (GOAL,), ['Its goal is "order", and was "purchase".'], ['settings.goalMapping["Order Completed"]']),
        (event(), (PAGES,), [], []),
        (
            PAGE,
            (GOAL, PAGES),
            ["It is no longer sent.", 'It loses the goal "Page: Home".'],
            ["settings.enablePageViewTracking"],
        ),
        (event(), (UNITS,), ["Units: it has customer in place of user_id."], 2 * ["settings.unitMapping.userId"]),
        (
            event(),
            (("environment: staging", "environment: production"),),
            ["Header X-Environment: staging → production."],
            ["settings.environment"],
        ),
        (
            event(),
            (("{ userId: user_id }", "{ userId: user_id }\ncatalog: {goals: [x]}"),),
            ["Fate: accepted → ignored."],
            ["catalog.goals"],
        ),
        (
            event(),
            (("{ userId: user_id }", f"{{ userId: user_id }}\n{LISTED}"),),
            ["Fate: accepted → arrives."],
            ["catalog.environments", "catalog.applications", "catalog.goals", "catalog.units"],
        ),
    ],
)
def test_what_changes_is_said_in_words(
    line: str, replacements: tuple[Texts, ...], says: list[str], causes: list[str]
) -> None:
    found = one(line, *replacements)
    assert [sentence.text for sentence in found.sentences] == says
    assert {item.path for item in found.causes} == set(causes)


def test_an_event_that_was_edited_is_compared_with_what_it_was() -> None:
    found = one(event(event="Signed Up"), before=event())
    assert 'Its goal is "Signed Up", and was "purchase".' in [sentence.text for sentence in found.sentences]
    assert found.sentences[-1].text == "Its own text was edited since."
    assert not one(event(), before=event()).kinds


def test_the_lines_of_a_goal_that_is_renamed() -> None:
    lines = one(event(), GOAL).lines()
    assert DiffLine("~", '      "name": ', '"purchase"', '"order"') in lines
    assert [line.sign for line in lines if line.sign != " "] == ["…", "~"]
    assert all(line.sign == "-" for line in one(PAGE, PAGES).lines())


def test_a_key_is_in_no_line() -> None:
    secret = "f00dfeedbeefcafe0123"
    text = CONFIG.replace("${KEY}", secret)
    assert text != CONFIG
    old, new = config(text), config(text.replace("purchase", secret))
    found = compare_event(old, new, Event("f:1", json.loads(event())))
    assert found.kinds
    assert secret not in repr((found.lines(), found.sentences, found.causes, found.old.reason, found.new.reason))


# Lines


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 2}, [" {", '~  "a": 1 → 2', " }"]),
        ({"a": 1}, {"a": 1, "b": [2]}, [" {", '   "a": 1,', '+  "b": [', "+    2", "+  ]", " }"]),
        (
            {"a": 1, "b": 2, "c": 3},
            {"c": 3, "d": 4},
            [" {", '-  "a": 1,', '-  "b": 2,', '   "c": 3,', '+  "d": 4', " }"],
        ),
        ([1, 2, 3], [1, 3], [" [", "   1,", "-  2,", "   3", " ]"]),
        ({"a": {}}, {"a": {"b": 1}}, [" {", '-  "a": {}', '+  "a": {', '+    "b": 1', "+  }", " }"]),
        ({"a": "x" * 80}, {"a": "y"}, [" {", f'-  "a": "{"x" * 80}"', '+  "a": "y"', " }"]),
        (ABSENT, [1], ["+[", "+  1", "+]"]),
        ({"a": True}, {"a": 1}, [" {", '~  "a": true → 1', " }"]),
        ({"a": 1.0}, {"a": 1}, [" {", '   "a": 1', " }"]),
        ([*range(20), 1], [*range(20), 2], [" [", "   0,", "   1,", "…16", "   18,", "   19,", "~  1 → 2", " ]"]),
    ],
)
def test_the_lines_of_two_values(old: Any, new: Any, expected: list[str]) -> None:
    def text(line: DiffLine) -> str:
        if line.sign == "…":
            return f"…{line.hidden}"
        both = f"{line.old} → {line.new}" if line.sign == "~" else ""
        return f"{line.sign}{line.text}{both}"

    assert [text(line) for line in body_lines(old, new)] == expected


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 1, 2, "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4).map(lambda found: dict(sorted(found.items())))
    ),
    max_leaves=20,
)


@settings(max_examples=MANY)
@given(VALUES, VALUES)
def test_each_side_can_be_read_off_the_lines(old: Any, new: Any) -> None:
    lines = body_lines({"v": old}, {"v": new})
    for value, own, side in ((old, "-", "old"), (new, "+", "new")):
        rest = iter([text.rstrip(",") for text in stringify({"v": value}, 2).decode().split("\n")])
        for line in lines:
            if line.sign == "…":
                for _ in range(line.hidden):
                    next(rest)
            elif line.sign in (" ", own, "~"):
                text = line.text + (getattr(line, side) if line.sign == "~" else "")
                assert text.rstrip(",") == next(rest)
        assert next(rest, None) is None


def test_a_large_body_is_shown_in_part() -> None:
    lines = body_lines(ABSENT, list(range(50_000)))
    assert len(lines) == 2_001
    assert lines[-1].hidden == 48_002


# Taken back


NAMELESS = {"type": "page"}
UNITLESS = {"type": "page", "name": "Home"}


@settings(max_examples=40)
@example(config(CONFIG), config(changed(PAGES)), [UNITLESS, NAMELESS], [NAMELESS])
@given(st.sampled_from(CONFIGS), st.sampled_from(CONFIGS), st.lists(events, max_size=6), st.lists(events, max_size=6))
def test_what_is_taken_back_was_never_counted(old: Config, new: Config, kept: list[Any], gone: list[Any]) -> None:
    comparison, expected = (Comparison(old, new, examples=0) for _ in range(2))
    for value in gone:
        comparison.add(Event("x", value), Event("x", gone[0]))
    for value in kept:
        comparison.add(Event("x", value))
        expected.add(Event("x", value))
    for value in gone:
        comparison.take_back(Event("x", value), Event("x", gone[0]))
    assert comparison.result() == expected.result()


@pytest.mark.parametrize("units", [..., "text", {}, [1], [{"uid": "1"}], [{"type": 1, "uid": "1"}], [{"type": "t"}]])
def test_an_exposure_that_was_edited_may_hold_anything_for_units(units: Any) -> None:
    """An exposure is sent as it is: its units need not be units."""
    lines = [
        event(event="Experiment Viewed", properties={"absmartly": body})
        for body in ({"units": [{"type": "t", "uid": "1"}]}, {} if units is ... else {"units": units})
    ]
    for now, before in (lines, reversed(lines)):
        comparison = one(now, before=before)
        assert comparison.kinds[0] == "body"
        assert any(sentence.text.startswith("The body differs at $.units") for sentence in comparison.sentences)
