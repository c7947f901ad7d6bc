"""The filter's language: what each term admits, what a slip of the hand is told, and how a term is put into a text."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.corpus.comparison.model import CLASSES
from abtui.core.corpus.query import CHANGES, FIELDS, Query, completed, hint, may_hold, terms, value_of, with_term
from abtui.tui.kit.event_row import EventRow

ROW = EventRow(
    type="track",
    name="Order Completed",
    verdict="drop",
    fate="never-leaves",
    source="orders.jsonl:17",
    reason="NO-UNIT",
    goal="purchase",
    other_goals=("order NOK",),
    codes=("UNIT-NONE", "CATALOG-GOAL"),
    users=("u-979", "4f1c"),
)


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("", True),
        ("   ", True),
        ("order", True),
        ("ORDER complet", True),
        ("order page", False),
        ('"order completed"', True),
        ('"completed order"', False),
        ("orders.jsonl", True),
        ("type:track", True),
        ("type:tra", False),
        ("type:page,track", True),
        ("-type:page", True),
        ("-type:track", False),
        ("type:", True),
        ("verdict:drop", True),
        ("verdict:DROP reason:no-unit", True),
        ("fate:never-leaves", True),
        ("fate:NEVER-Leaves", True),
        ("fate:never", False),
        ("fate:never-*", True),
        ("fate:ignored,refused", False),
        ("fate:ignored,never-leaves", True),
        ("-fate:arrives", True),
        ("-fate:never-leaves", False),
        ("finding:UNIT-*", True),
        ("finding:UNIT", False),
        ("finding:error", True),
        ("finding:info", False),
        ("-finding:GOAL-*", True),
        ("goal:purch", True),
        ("goal:pur*e", True),
        ('goal:"order nok"', True),
        ("goal:order*x", False),
        ("-goal:nok", False),
        ("nok", True),
        ("goal:pur*x", False),
        ("user:979", True),
        ("user:?f1c", True),
        ("user:980", False),
        ('name:"order completed"', True),
        ("source::17", True),
        ("https://x", False),
        ("text:order", False),
        ("-text:order", True),
        ("[a-z]*", False),
    ],
)
def test_what_is_admitted(text: str, admitted: bool) -> None:
    assert Query(text).admits(ROW) is admitted
    assert bool(Query(text)) is any(term.values for term in terms(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("verdit:drop", "`verdict:`"),
        ("event:Order", "`name:`"),
        ("has:x", "`finding:`"),
        ("-userId:u-1", "`user:`"),
        ("foo:bar", "no field `foo:`"),
        ('"foo:bar"', ""),
        ("finding:UNIT-NOEN", "`UNIT-NONE`"),
        ("finding:UNIT-NON", ""),
        ("reason:no-unti", "`NO-UNIT`"),
        ("type:tracks", "`track`"),
        ("fate:ignore", ""),
        ("fate:ignroed", "`ignored`"),
        ("fate:never_leaves", "`never-leaves`"),
        ("outcome:fails", "`fate:`"),
        ("verdict:drop order", ""),
        ("https://acme.example", ""),
        ("goal:anything", ""),
        ("finding:UNIT-*", ""),
    ],
)
def test_a_slip_of_the_hand_is_told(text: str, told: str) -> None:
    problem = Query(text).problem
    assert told in problem
    assert bool(problem) is bool(told)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("ver", "verdict:"),
        ("order -ty", "order -type:"),
        ("verdict:s", "verdict:send"),
        ("fa", "fate:"),
        ("fate:a", "fate:arrives"),
        ("fate:arrives,ig", "fate:arrives,ignored"),
        ("-fate:n", "-fate:never-leaves"),
        ("type:page,s", "type:page,screen"),
        ("finding:unit-n", "finding:UNIT-NONE"),
        ("finding:", None),
        ("order", None),
        ("verdict:send", None),
        ("", None),
    ],
)
def test_the_last_word_is_completed(text: str, whole: str | None) -> None:
    assert completed(text) == whole


@example('order "', "type", "send")
@given(st.text(max_size=30), st.sampled_from(list(FIELDS)), st.none() | st.sampled_from(["send", "UNIT-*"]))
def test_a_term_is_put_in_and_taken_out(text: str, field: str, value: str | None) -> None:
    result = with_term(text, field, value)
    assert value_of(result, field) == value
    others = [(term.field, term.values, term.negated) for term in terms(text) if term.field != field]
    assert [(term.field, term.values, term.negated) for term in terms(result) if term.field != field] == others
    assert with_term(result, field, value) == result


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_a_query(text: str, name: str, code: str) -> None:
    row = EventRow(type="track", name=name, verdict="send", codes=(code,))
    query = Query(text)
    assert query.admits(row) is Query(text).admits(row)
    completed(text)


_ROWS = st.builds(
    EventRow,
    type=st.sampled_from(["track", "page", "?", ""]),
    name=st.sampled_from(["Order Completed", "Cart", "", "ß"]),
    verdict=st.sampled_from(["send", "drop"]),
    fate=st.sampled_from(["arrives", "never-leaves"]),
    source=st.sampled_from(["orders.jsonl:1", "b.json"]),
    reason=st.sampled_from(["", "NO-UNIT"]),
    goal=st.sampled_from(["", "purchase"]),
    codes=st.sampled_from([(), ("UNIT-NONE",), ("CATALOG-GOAL", "UNIT-NONE"), ("NOT-A-CODE",)]),
    users=st.sampled_from([(), ("u-979",), ("u-979", "4f1c")]),
)
_TERMS = st.sampled_from(
    [
        "order",
        "type:track,page",
        "verdict:drop",
        "finding:unit-*",
        "finding:warning",
        "user:979",
        "goal:pur*",
        "source:b",
        "cart",
    ]
)


@given(st.lists(st.tuples(st.sampled_from(["", "-"]), _TERMS), min_size=1, max_size=3), st.lists(_ROWS, max_size=12))
def test_what_was_asked_before_changes_no_answer(written: list[tuple[str, str]], rows: list[EventRow]) -> None:
    text = " ".join(sign + term for sign, term in written)
    query = Query(text)
    assert [query.admits(row) for row in rows] == [Query(text).admits(row) for row in rows]


@pytest.mark.parametrize(
    ("text", "changes", "receipt", "flags", "admitted"),
    [
        ("change:goal", ("goal", "units"), "", (), True),
        ("change:goal", ("units",), "", (), False),
        ("change:*", (), "", (), False),
        ("is:changed", ("body",), "", (), True),
        ("-is:changed", ("body",), "", (), False),
        ("receipt:none", (), "", (), True),
        ("receipt:none", (), "refused", (), False),
        ("receipt:refused,unknown", (), "refused", (), True),
        ("is:sent", (), "waiting", (), False),
        ("is:sent", (), "unknown", (), True),
        ("is:marked", (), "", ("marked",), True),
        ("is:marked,edited", (), "", ("edited",), True),
        ("is:marked is:edited", (), "", ("edited",), False),
    ],
)
def test_what_was_done_to_an_event(
    text: str, changes: tuple[str, ...], receipt: str, flags: tuple[str, ...], admitted: bool
) -> None:
    row = msgspec.structs.replace(ROW, changes=changes, receipt=receipt, flags=flags)
    assert Query(text).admits(row) is admitted


def test_changes_are_those_of_a_comparison() -> None:
    assert CHANGES == CLASSES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "",
            "type: verdict: fate: finding: reason: goal: mapping: result: user: name: text: source: change: receipt: is:",
        ),
        (
            "order ",
            "type: verdict: fate: finding: reason: goal: mapping: result: user: name: text: source: change: receipt: is:",
        ),
        ("re", "reason: result: receipt:"),
        ("-ver", "verdict:"),
        ("order", ""),
        ("verdict:", "verdict: send drop fail unsupported unreadable"),
        ("goal:", ""),
        ("type:", "type (TRACK too): track page screen identify group alias"),
        ("x is:m", "is: marked edited changed sent moved"),
    ],
)
def test_what_can_be_written_next(text: str, told: str) -> None:
    assert hint(text) == told


TERMS = (
    "order -order jsonl 17 orders.jsonl:1 *ord* type:track -type:page user:979 -user:9 is:marked change:goal -is:changed"
    " receipt:none source:a source:2* goal:purch finding:error text:u- -text:17 user u- -979 order,9 text:*17*"
)
QUERIES = st.lists(st.sampled_from(TERMS.split()), max_size=4).map(" ".join)
ROWS = st.builds(
    EventRow,
    type=st.sampled_from(["track", "page"]),
    name=st.sampled_from(["Order Completed", "Home 17"]),
    verdict=st.sampled_from(["send", "drop"]),
    fate=st.sampled_from(["arrives", "never-leaves"]),
    source=st.sampled_from(["orders.jsonl:17", "a:2", "17:1#2"]),
    goal=st.sampled_from(["", "purchase"]),
    codes=st.sampled_from([(), ("UNIT-NONE",)]),
    users=st.sampled_from([(), ("u-979",), ("9", "17")]),
    changes=st.sampled_from([(), ("goal",)]),
    receipt=st.sampled_from(["", "accepted"]),
    flags=st.sampled_from([(), ("marked",)]),
)


@given(QUERIES, ROWS)
def test_what_is_told_outright_holds(text: str, row: EventRow) -> None:
    """An answer for all events of a shape and file is the answer for each of them."""
    query = Query(text)
    name = row.source.partition(":")[0]
    shape = msgspec.structs.replace(row, source=f"{name}:", users=(), changes=(), receipt="", flags=())
    answer = query.outright(shape)
    event = json.dumps({"userId": row.users[0] if row.users else None, "anonymousId": (*row.users, None, None)[1]})
    assert answer in (None, query.admits(row, event))
    if not (query.by_user or query.by_state or query.by_line or query.by_text):
        assert answer is not None
    assert may_hold(event.encode(), query.needed(shape)) or not query.admits(row, event)


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("gold", True),
        ("GOLD", True),
        ("text:gold", True),
        ("text:drop", False),
        ("-gold", False),
        ("order gold", True),
        ("order silver", False),
        ("text:silver,gold", True),
        ("caf\u00e9", True),
        ('"a/b"', True),
        ("text:*gold*", True),
        ("text:gold*", False),
        ("u-20 o-1", True),
    ],
)
@pytest.mark.parametrize("as_bytes", [True, False], ids=["bytes", "text"])
def test_the_text_of_an_event_is_looked_in(text: str, admitted: bool, as_bytes: bool) -> None:
    event = r'{"userId":"u-2001","properties":{"tier":"Gold","order":"O-1","shop":"Caf\u00c9","path":"a\/b"}}'
    assert Query(text).admits(ROW, event.encode() if as_bytes else event) is admitted
