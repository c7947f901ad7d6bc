"""The filter's language: what each term admits, what a slip of the hand is told, and how a term is put into a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.query import FIELDS, Query, completed, terms, value_of, with_term
from abtui.tui.widgets.event_list import EventRow

ROW = EventRow(
    type="track",
    name="Order Completed",
    verdict="drop",
    source="orders.jsonl:17",
    reason="NO-UNIT",
    goal="purchase",
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
        ("finding:UNIT-*", True),
        ("finding:UNIT", False),
        ("finding:error", True),
        ("finding:info", False),
        ("-finding:GOAL-*", True),
        ("goal:purch", True),
        ("goal:pur*e", True),
        ("goal:pur*x", False),
        ("user:979", True),
        ("user:?f1c", True),
        ("user:980", False),
        ('name:"order completed"', True),
        ("source::17", True),
        ("https://x", False),
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
        ("finding:UNIT-NON", "`unit-none`"),
        ("type:tracks", "`track`"),
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
        ("type:page,s", "type:page,screen"),
        ("finding:unit-n", "finding:UNIT-NONE"),
        ("finding:", None),
        ("order", None),
        ("verdict:send", None),
        ("", None),
    ],
)
def test_completion(text: str, whole: str | None) -> None:
    assert completed(text) == whole


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
