"""The moves of events from fate to fate: how many, which, because of which line, and taking it back."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.comparison.causes import Cause
from abtui.core.corpus.comparison.move_ticket import move_ticket
from abtui.core.corpus.comparison.move_words import (
    because,
    line_words,
    sentence,
    short_sentence,
    take_back_words,
    title,
    which,
)
from abtui.core.corpus.comparison.moves import Move, MoveKey, Moves
from abtui.core.corpus.comparison.take_back import take_back
from abtui.core.events import Event
from abtui.core.segment import is_event
from tests.core.test_engine import CONFIGS, config, events
from tests.kit import event
from tests.thorough import MANY
from tests.toy import registered

OLD = """\
destination: classic
settings:
  apiKey: ${KEY}
  collectorEndpoint: https://acme.absmartly.io/v1
  environment: staging
  application: website
  enablePageViewTracking: true
  enableAppScreenViewTracking: true
  enableExposureTracking: true
  # what counts
  goalMapping:
    Order Completed: purchase
    Signed Up: signup   # the newsletter, too
    Signed In: login
  unitMapping:
    userId: user_id
    anonymousId: anonymous_id
catalog:
  goals: [purchase, signup, login, "Screen: Home", "Screen: Cart", "Page: Home"]
  units: [user_id, anonymous_id]
  environments: [staging, production]
  applications: [website]
"""
HOME = {"type": "screen", "event": ..., "name": "Home"}


def changed(*replacements: tuple[str, str], text: str = OLD) -> str:
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def compared(new: str, *lines: str, old: str = OLD) -> Comparison:
    comparison = Comparison(config(old), config(new))
    for number, line in enumerate(lines, 1):
        comparison.add(Event(f"f:{number}", json.loads(line)))
    return comparison


def moves(new: str, *lines: str, old: str = OLD) -> Moves:
    return compared(new, *lines, old=old).moves()


def told(move: Move) -> tuple[str, str, int, str, tuple[tuple[str, str], ...]]:
    return move.was, move.now, move.events, which(move), because(move)


SCREENS_OFF = ("enableAppScreenViewTracking: true", "enableAppScreenViewTracking: false")
SIGN_UP = ("Signed Up: signup ", "Signed Up: sign_up ")
ADDED = (
    "    Signed In: login\n",
    "    Order completed: purchase\n    order_completed: purchase\n    Signed In: login\n",
)
THE_PICTURE = [
    *(event(**HOME) for _ in range(3)),
    *(event(**HOME | {"name": "Cart"}) for _ in range(2)),
    event(**HOME | {"name": None}),
    event(event="Signed Up"),
    *(event(event="Order completed") for _ in range(3)),
    event(event="order_completed"),
    event(),
]


def test_the_table_of_the_picture() -> None:
    found = moves(changed(SCREENS_OFF, SIGN_UP, ADDED), *THE_PICTURE)
    assert [told(move) for move in found.moves] == [
        ("arrives", "never-leaves", 5, "screen Home 3, Cart 2", (("enableAppScreenViewTracking", "line 8: true, now false"),)),
        ("arrives", "ignored", 1, "Signed Up: signup, now sign_up", (("goalMapping", "line 13"),)),
        ("ignored", "arrives", 4, "Order completed 3, order_completed 1", (("goalMapping", "lines 14 and 15 added"),)),
        ("fails", "never-leaves", 1, "screen without a name", (("enableAppScreenViewTracking", "line 8: true, now false"),)),
    ]  # fmt: skip
    assert (found.events, found.stay, found.changed) == (12, 1, ())
    assert [(part.text, part.fate) for part in sentence(found)] == [
        ("of 12 events:", None),
        ("4 now arrive", "arrives"),
        ("6 now never leave", "never-leaves"),
        ("1 is now ignored", "ignored"),
        ("1 stays as it is", None),
    ]
    assert [part.text for part in short_sentence(found)] == ["4 more events arrive", "6 are lost"]
    assert {fate: n for fate, n in found.before.items() if n} == {"arrives": 7, "ignored": 4, "fails": 1}
    assert {fate: n for fate, n in found.after.items() if n} == {"arrives": 5, "never-leaves": 6, "ignored": 1}


def test_a_pure_gain() -> None:
    found = moves(changed(ADDED), *THE_PICTURE)
    assert [(part.text, part.fate) for part in short_sentence(found)] == [
        ("4 more events arrive", "arrives"),
        ("None is lost", None),
    ]
    assert take_back_words(found.moves[0]) == ("Take back lines 14 and 15", "the 4 are ignored again")


def test_events_that_keep_their_fate() -> None:
    found = moves(changed(("Signed In: login", "Signed In: signup")), event(event="Signed In"), event())
    assert [told(move) for move in found.changed] == [
        ("arrives", "arrives", 1, "Signed In: login, now signup", (("goalMapping", "line 14"),))
    ]
    assert [part.text for part in sentence(found)] == ["of 2 events:", "1 changes otherwise", "1 stays as it is"]
    assert [part.text for part in short_sentence(found)] == ["1 event changes", "None is lost"]
    assert take_back_words(found.changed[0]) == ("Take back line 14", "it is as it was")


def test_nothing_changes() -> None:
    found = moves(changed(("Signed In: login", "Signed Out: login")), event())
    assert (found.moves, found.changed, found.stay) == ((), (), 1)
    assert [part.text for part in short_sentence(found)] == ["No event changes"]


@pytest.mark.parametrize(
    ("replacements", "line", "paths"),
    [
        # The entry that the event's field fills, and no other.
        ((("userId: user_id", "userId: u"), ("anonymousId: anonymous_id", "anonymousId: a")), event(), [("settings", "unitMapping", "userId")]),
        ((("    userId: user_id\n", ""),), event(), [("settings", "unitMapping", "userId")]),
        # The environment decides about every event; a goal that the catalog has does not.
        ((("environment: staging", "environment: nowhere"), ("Signed In: login", "Signed In: signup")), event(event="Signed In"), [("settings", "environment")]),
        ((("environment: staging", "environment: production"), ("Signed In: login", "Signed In: nothing")), event(event="Signed In"), [("settings", "goalMapping", "Signed In")]),
        # Both names are unknown to the catalog: either could do it alone.
        ((("Signed In: login", "Signed In: nothing"), ("userId: user_id", "userId: u")), event(event="Signed In"), [("settings", "goalMapping", "Signed In"), ("settings", "unitMapping", "userId")]),
        ((("Signed In: login", "Signed In: signup"), ("userId: user_id", "userId: u")), event(event="Signed In"), [("settings", "unitMapping", "userId")]),
        # What stops an event is why, whatever else differs.
        ((SCREENS_OFF, ("userId: user_id", "userId: u"), SIGN_UP), event(**HOME), [("settings", "enableAppScreenViewTracking")]),
        ((("goals: [purchase", "goals: [other"),), event(), [("catalog", "goals")]),
        ((("https://acme.absmartly.io/v1", "ftp://acme"),), event(), [("settings", "collectorEndpoint")]),
        ((("  unitMapping:\n", "  unitMapping:\n    anonymousId: user_id\n"), ("    anonymousId: anonymous_id\n", "")), event(), []),
    ],
)  # fmt: skip
def test_the_line_that_does_it(
    replacements: tuple[tuple[str, str], ...], line: str, paths: list[tuple[str, ...]]
) -> None:
    found = moves(changed(*replacements), line)
    assert [cause.path for move in (*found.moves, *found.changed) for cause in move.causes] == paths


def test_another_order_of_the_units() -> None:
    swapped = changed(
        ("    userId: user_id\n    anonymousId: anonymous_id\n", "    anonymousId: anonymous_id\n    userId: user_id\n")
    )
    (move,) = moves(swapped, event(anonymousId="a")).changed
    assert because(move) == (("unitMapping", "line 15: another order"),)
    assert take_back(OLD, swapped, move.causes).text == OLD


def test_a_section_of_the_destination() -> None:
    new = OLD + "behavior:\n  identify: reject\n"
    line = event(type="identify", event=..., traits={"plan": "gold"})
    (move,) = moves(new, line).moves
    assert told(move)[:4] == ("arrives", "never-leaves", 1, "identify")
    assert because(move) == (("behavior.identify", "line 24: attributes, now reject"),)
    assert take_back_words(move) == ("Take back line 24", "it arrives again")


def test_an_edited_event_is_its_own_cause() -> None:
    comparison = compared(OLD)
    was, now = (Event("f:1", json.loads(line)) for line in (event(), event(event="Nothing")))
    comparison.add(now, was)
    (move,) = comparison.moves().moves
    assert (move.causes, move.edited, because(move)) == ((), True, (("the events", "their own text was edited"),))
    assert take_back_words(move) == ("", "")
    comparison.take_back(now, was)
    comparison.add(was, was)
    assert comparison.moves().moves == ()


def test_a_request_that_goes_elsewhere() -> None:
    found = moves(changed(("environment: staging", "environment: production")), event(), event(**HOME))
    (move,) = found.changed
    assert (move.events, which(move), because(move)) == (2, "", (("environment", "line 5: staging, now production"),))


@pytest.mark.parametrize(
    ("replacements", "line"),
    [
        ((SCREENS_OFF,), event(**HOME)),
        ((SIGN_UP,), event(event="Signed Up")),
        ((ADDED,), event(event="order_completed")),
        ((("    Signed In: login\n", ""),), event(event="Signed In")),
        ((("    userId: user_id\n", ""),), event()),
        ((("  application: website\n", ""),), event()),
        ((("environment: staging", "environment: nowhere"),), event()),
        ((("goals: [purchase, ", "goals: ["),), event()),
    ],
)
def test_taking_a_line_back(replacements: tuple[tuple[str, str], ...], line: str) -> None:
    """Beside another change, which stays."""
    other = ("# what counts", "# what counts\n  # and what does not")
    new = changed(*replacements, other)
    found = moves(new, line)
    edited = take_back(OLD, new, [cause for move in (*found.moves, *found.changed) for cause in move.causes])
    assert edited.text is not None, edited.problem
    assert "and what does not" in edited.text
    assert moves(edited.text, line).stay == 1


def test_a_line_that_cannot_be_taken_back_says_why() -> None:
    cause = Cause(path=("settings", "environment"), kind="changed", old="a", new="b", old_line=1, line=1)
    assert take_back(OLD, "settings: [", [cause]).problem
    assert take_back(OLD, OLD, []).problem
    anchored = OLD.replace("environment: staging", "environment: &e nowhere") + "check: {failOn: *e}\n"
    assert take_back(OLD, anchored, [cause]).text is None


def test_the_title_of_a_move() -> None:
    found = moves(changed(SCREENS_OFF, SIGN_UP, ADDED), *THE_PICTURE)
    assert [title(move) for move in found.moves] == [
        "The 5 that are lost",
        "The one that is lost",
        "The 4 that now arrive",
        "The one that now never leaves",
    ]


def test_a_note_about_a_move() -> None:
    key = "0123456789abcdef"
    found = moves(changed(SIGN_UP, ("goals: [purchase", f"goals: [{key}")), event(event="Signed Up"))
    (move,) = found.moves
    note = move_ticket(move, f"old {key}.yaml", config(OLD).secrets)
    assert note.startswith("## 1 event: arrives, now is ignored\n")
    assert "`signup`, now `sign_up`" in note
    assert "goalMapping, line 13" in note
    assert "**Fix:** Take back lines 13 and 19: it arrives again." in note
    assert "0123456789" not in note


def test_lines() -> None:
    assert [line_words(lines) for lines in ([3], [3, 4], [3, 4, 5], [3, 4, 5, 6])] == [
        "line 3",
        "lines 3 and 4",
        "lines 3, 4 and 5",
        "lines 3, 4 and 2 more",
    ]


def test_names_of_any_length_and_no_key() -> None:
    key = "0123456789abcdef"
    names = [f"{'x' * 498}{key}{'y' * 100_000}", f"{'x' * 498}{key}{'z' * 100_000}", f"a\n{key}\x1b[0m"]
    found = moves(changed(("userId: user_id", "userId: u")), *(event(event=name) for name in names))
    (move,) = found.changed or found.moves
    assert len(move.names) == 3
    assert max(len(item.name or "") for item in move.names) < 600
    assert "0123456789" not in repr(found)
    assert "\n" not in which(move, 9)


def test_more_names_than_are_listed() -> None:
    lines = [event(event=f"Event {number}") for number in range(5_000)]
    (move,) = moves(changed(("userId: user_id", "userId: u")), *lines).changed
    assert (move.events, move.unlisted) == (5_000, 5_000 - len(move.names))
    assert which(move).endswith("4,998 more")


@given(st.lists(events, max_size=12), st.sampled_from(CONFIGS), st.sampled_from(CONFIGS), st.randoms())
@settings(max_examples=MANY)
def test_moves_add_up_in_any_order(values: list[dict[str, Any]], old: Any, new: Any, order: random.Random) -> None:
    left, right, none = (Comparison(old, new) for _ in range(3))
    items = [Event(f"f:{number}", value) for number, value in enumerate(values, 1)]
    shuffled = list(items)
    order.shuffle(shuffled)
    for item in items:
        left.add(item)
        none.add(item)
    for item in shuffled:
        right.add(item)
        none.take_back(item)
    found, result = left.moves(), left.result()
    assert found == right.moves()
    assert sum(move.events for move in (*found.moves, *found.changed)) == result.changed
    assert found.stay == result.unchanged
    assert found.events == sum(map(is_event, values))
    for fate, row in result.fates.items():
        for now, events_ in row.items():
            assert fate == now or events_ == sum(
                move.events for move in found.moves if (move.was, move.now) == (fate, now)
            )
    assert all(move.causes for move in (*found.moves, *found.changed))
    assert none.moves().moves == none.moves().changed == ()


@given(st.lists(events, max_size=8), st.sampled_from(CONFIGS), st.sampled_from(CONFIGS))
@settings(max_examples=MANY // 2)
def test_each_event_knows_its_move(values: list[dict[str, Any]], old: Any, new: Any) -> None:
    comparison = Comparison(old, new)
    keys: Counter[MoveKey] = Counter()
    for number, value in enumerate(values):
        item = Event(f"f:{number}", value)
        if comparison.add(item) is not None:
            keys[comparison.move_key(comparison.last_shape)] += 1
    found = comparison.moves()
    assert keys == {move.key: move.events for move in (*found.moves, *found.changed)}


@given(st.lists(events, max_size=12), st.integers(0, 12), st.sampled_from(CONFIGS), st.sampled_from(CONFIGS))
@settings(max_examples=MANY // 2)
def test_parts_of_a_corpus_merge(values: list[dict[str, Any]], at: int, old: Any, new: Any) -> None:
    first, second, whole = (Comparison(old, new) for _ in range(3))
    for number, value in enumerate(values):
        for comparison in (first if number < at else second, whole):
            comparison.add(Event(f"f:{number}", value))
    first._moves.merge(second._moves)
    assert list(first._moves.moves(first._causes.of)) == list(whole._moves.moves(whole._causes.of))


@pytest.fixture
def _pings() -> Iterator[None]:
    with registered():
        yield


@pytest.mark.usefixtures("_pings")
def test_another_destination() -> None:
    text = "destination: pings\nsettings:\n  collectorEndpoint: https://pings.example/v1\n  channel: main\n"
    new = text.replace("main", "other")
    found = moves(new, event(), event(type="page", event=..., name="Home"), old=text)
    (move,) = (*found.moves, *found.changed)
    assert (move.events, which(move), because(move)) == (
        1,
        "Order Completed",
        (("channel", "line 4: main, now other"),),
    )
    assert take_back(text, new, move.causes).text == text


def test_an_item_of_a_list_is_named() -> None:
    path = ("mappings", "Goal login")
    cause = Cause(path=path, kind="changed", old='{"name":"a"}', new='{"name":"b"}', old_line=9, line=95)
    move = Move(was="arrives", now="ignored", events=1, causes=(cause,), names=(), goals=())
    assert because(move) == (("mappings.Goal login", "mapping Goal login, line 95"),)
