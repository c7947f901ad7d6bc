"""`value[key]` and truthiness, against what Node 20 answered."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.text.javascript import ABSENT
from abtui.core.text.javascript.members import Function, is_truthy, member, split_pairs


@pytest.mark.parametrize(
    ("value", "key", "expected"),
    [
        ({"a": 1}, "a", 1),
        ({"a": None}, "a", None),
        ({}, "a", ABSENT),
        ({}, "constructor", Function("Object")),
        ({"toString": 1}, "toString", 1),
        ({}, "__proto__", {}),
        ({}, "length", ABSENT),
        (["x", "y"], "1", "y"),
        (["x"], "1", ABSENT),
        (["x"], "01", ABSENT),
        (["x"], "-1", ABSENT),
        (["x", "y"], "length", 2),
        (["x"], "map", Function("map")),
        (["x"], "trim", ABSENT),
        ("abc", "0", "a"),
        ("abc", "length", 3),
        ("😀", "length", 2),
        ("😀", "0", "\ud83d"),
        ("abc", "trim", Function("trim")),
        ("abc", "map", ABSENT),
        (5, "toFixed", Function("toFixed")),
        (5, "0", ABSENT),
        (5.5, "length", ABSENT),
        (True, "toFixed", ABSENT),
        (True, "valueOf", Function("valueOf")),
        (Function("trim"), "constructor", Function("Function")),
        (Function("trim"), "name", "trim"),
        (Function("trim"), "a", ABSENT),
    ],
)
def test_a_member_is_own_inherited_or_absent(value: Any, key: str, expected: Any) -> None:
    assert member(value, key) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, False), (ABSENT, False), ("", False), (0, False), (-0.0, False), (float("nan"), False), (False, False)]
    + [(value, True) for value in ([], {}, "0", 1, -1, True, Function("trim"), " ")],
)  # fmt: skip
def test_truthiness(value: Any, expected: bool) -> None:
    assert is_truthy(value) is expected


def test_pairs_are_split() -> None:
    assert split_pairs("a😀b") == "a\ud83d\ude00b"
    assert split_pairs("é") == "é"
