"""`-k`: which names an expression chooses, and what is said of one that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.corpus.cases.select import ExpressionError, selector

NAMES = ("orders.abtui.yaml::Order Completed", "orders.abtui.yaml::Order Refunded", "pages.abtui.yaml::page Home")

CHOSEN: dict[str, str] = {
    "order": "110",
    "ORDERS": "110",
    "completed": "100",
    "not completed": "011",
    "not not completed": "100",
    "order and completed": "100",
    "completed or home": "101",
    "order and not (completed or refunded)": "000",
    "home or order and completed": "101",
    "(home or order) and completed": "100",
    "'order completed' or \"page home\"": "101",
    "'and'": "000",
    "NOT home AND order": "110",
    "yaml::page": "001",
}


@pytest.mark.parametrize("expression", CHOSEN)
def test_an_expression_chooses_names(expression: str) -> None:
    select = selector(expression)
    assert "".join("1" if select(name) else "0" for name in NAMES) == CHOSEN[expression]


WRONG: dict[str, str] = {
    "": "ends where a word",
    "  ": "ends where a word",
    "a and": "ends where a word",
    "and a": "`and` at character 1",
    "a b": "`b` at character 3 does not belong there. Put several words into quotes.",
    "a or (b": "not closed",
    "a)": "`)` at character 2",
    "a 'b": "never closed",
    "()": "`)` at character 2",
    "a not b": "`not` at character 3",
    "(" * 60 + "a" + ")" * 60: "more than 50 parentheses",
}


@pytest.mark.parametrize("expression", WRONG)
def test_an_expression_that_cannot_be_read_is_explained(expression: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        selector(expression)
    assert WRONG[expression] in str(caught.value)


@given(st.lists(st.sampled_from(["a", "b", "(", ")", "and", "or", "not", "'", " "]), max_size=12).map(" ".join))
def test_it_agrees_with_python(expression: str) -> None:
    try:
        chosen = selector(expression)("a")
    except ExpressionError:
        return
    if "'" not in expression:
        assert chosen == bool(eval(expression, {"a": True, "b": False}))
