"""The tolerant parser: what it reads, what it tells and where, and that no text is too much for it."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import (
    DEEPEST,
    MOST_ISSUES,
    has_duplicate_keys,
    issue_finding,
    line_column,
    parse,
    skip_space,
)
from abtui.core.text.paths import Path

INTEGERS = st.integers(-(2**63), 2**64 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)
SCRAPS = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"',
            '"a"',
            '"a":',
            '"\\u00',
            "\\",
            "1",
            "-",
            "1e9",
            "true",
            "nul",
            "NaN",
            "//",
            "/*",
            "*/",
            "\n",
            "\r",
            " ",
            "\t",
            "\ufeff",
            "\ud800",
            "\0",
            "é",
            "'",
        ]
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            '{"a": [1, -0.5, 1e3, true, false, null, "x\\n\\u00e9"]}',
            {"a": [1, -0.5, 1000.0, True, False, None, "x\né"]},
        ),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\ud83d\\ude00"', "😀"),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("18446744073709551616", 18446744073709551616.0),
        ("123456789012345678901234567890", 1.2345678901234568e29),
        ("1e400", math.inf),
        ("-1e400", -math.inf),
        ("1" * 400, math.inf),
        ("-0", 0),
        ('  {"":{}} ', {"": {}}),
        ("[]", []),
    ],
)
def test_values_are_those_of_json_parse(text: str, value: object) -> None:
    parsed = parse(text)
    assert (parsed.value, parsed.issues) == (value, ())
    assert type(parsed.value) is type(value)


@pytest.mark.parametrize(
    ("text", "value", "codes"),
    [
        ('{"a":1,}', {"a": 1}, [("JSON-TRAILING-COMMA", 6, None)]),
        ('{"a":[1,2 , ]}', {"a": [1, 2]}, [("JSON-TRAILING-COMMA", 10, None)]),
        ('{"a":{},}', {"a": {}}, [("JSON-TRAILING-COMMA", 7, None)]),
        ('{"a":1} // x', {"a": 1}, []),
        ('{// x\n"a":/* y */1}', {"a": 1}, [("JSON-COMMENT", 1, None), ("JSON-COMMENT", 10, None)]),
        ('\ufeff{"a":1}', {"a": 1}, [("JSON-BOM", 0, None)]),
        (
            '{"a":[NaN,-Infinity,Infinity]}',
            {"a": [None] * 3},
            [("JSON-NUMBER", 6, ("a", 0)), ("JSON-NUMBER", 10, ("a", 1)), ("JSON-NUMBER", 20, ("a", 2))],
        ),
        (
            '{"a":1,"b":{"c":1,"c":2},"a":3}',
            {"a": 3, "b": {"c": 2}},
            [("JSON-DUPLICATE-KEY", 18, ("b", "c")), ("JSON-DUPLICATE-KEY", 25, ("a",))],
        ),
        ('{"a":["x\\ud800"]}', {"a": ["x\ud800"]}, [("JSON-SURROGATE", 6, ("a", 0))]),
        ('{"\ud800":1}', {"\ud800": 1}, [("JSON-SURROGATE", 1, ("\ud800",))]),
    ],
)
def test_what_is_harmless_is_read_and_told(text: str, value: object, codes: list[tuple[str, int, Path | None]]) -> None:
    parsed = parse(text)
    assert parsed.value == value
    assert [(issue.code, issue.at, issue.path) for issue in parsed.issues] == codes


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0), ("  ", 2), ("undefined", 0), ("True", 0), ("'a'", 0), ("\xa0", 0), ("\0", 0), ("}", 0), (",", 0), (":", 0),
        ("01", 0), ("1.", 0), (".5", 0), ("+1", 0), ("1e", 0), ("-", 0), ("0x1F", 0), ("1a", 0),
        ('"abc', 0), ('"a\nb"', 0), ('"a\tb"', 2), ('"\\x41"', 1), ('"\\u12g4"', 2),
        ("[1 2]", 3), ("[1,,2]", 3), ("[,1]", 1), ("[1", 2), ("[1}", 2), ("[1,", 3),
        ('{"a"}', 4), ('{"a" 1}', 5), ('{"a":}', 5), ('{"a":1 "b":2}', 7), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1), ("{,}", 1),
        ('{"a":1', 6), ('{"a":1]', 6), ('{"a":1,,}', 7), ("/*", 0), ("[1 /* x", 3),
    ],
)  # fmt: skip
def test_the_place_of_a_mistake(text: str, at: int) -> None:
    parsed = parse(text)
    assert parsed.damaged
    assert parsed.value is None
    assert (parsed.issues[-1].code, parsed.issues[-1].at) == ("JSON-SYNTAX", at)


@pytest.mark.parametrize(("opener", "closer"), [("[", "]"), ('{"a":', "}")])
def test_json_that_is_too_deep_is_damaged(opener: str, closer: str) -> None:
    inside = opener * (DEEPEST - 1) + "{}" + closer * (DEEPEST - 1)
    assert not parse(inside).damaged
    assert not is_deeper(inside.encode())
    for levels in (DEEPEST, 800, 10_000):
        text = opener * levels + "{}" + closer * levels
        issue = parse(text).issues[-1]
        assert (issue.code, issue.at) == ("JSON-DEPTH", len(opener) * DEEPEST)
    assert is_deeper((opener * DEEPEST + "{}" + closer * DEEPEST).encode())
    assert is_deeper((opener * 800 + "{}" + closer * 800).encode())


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert not is_deeper(("[" + "[]," * 1000 + "[]]").encode())


def test_issues_are_no_flood() -> None:
    parsed = parse("[" + "NaN," * 1000 + "]")
    assert len(parsed.issues) == MOST_ISSUES
    assert parsed.value == [None] * 1000


def test_documents_one_after_another() -> None:
    text = '{"a":1}[2] // x\n3'
    ends, at = [], 0
    while (at := skip_space(text, at)) < len(text):
        parsed = parse(text, at)
        at = parsed.end
        ends.append((parsed.value, parsed.start, parsed.end))
    assert ends == [({"a": 1}, 0, 7), ([2], 7, 10), (3, 16, 17)]


@given(VALUES)
def test_valid_json_is_read_exactly(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=2, ensure_ascii=False), orjson.dumps(value).decode()):
        parsed = parse(text)
        assert parsed.value == json.loads(text)
        assert {issue.code for issue in parsed.issues} <= {"JSON-SURROGATE"}
        assert parsed.end == len(text)


@given(SCRAPS | st.text())
def test_no_text_is_too_much(text: str) -> None:
    parsed = parse(text)
    assert parsed == parse(text)
    assert parsed.damaged == (parsed.value is None and bool(parsed.issues) and parsed.issues[-1].damages)
    for issue in parsed.issues:
        assert 0 <= issue.at <= len(text)
        assert (issue_finding(issue, text).line or 0) <= text.count("\n") + text.count("\r") + 1


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("ab\ncd", 0, (1, 1)), ("ab\ncd", 2, (1, 3)), ("ab\ncd", 3, (2, 1)), ("ab\ncd", 5, (2, 3)), ("a\r\nb", 3, (2, 1)), ("a\r\nb", 2, (1, 3)),
        ("a\rb", 2, (2, 1)), ("a\r\r\nb", 4, (3, 1)), ("😀x", 1, (1, 2)), ("", 0, (1, 1)), ("ab", 99, (1, 3)),
    ],
)  # fmt: skip
def test_line_and_column(text: str, offset: int, place: tuple[int, int]) -> None:
    assert line_column(text, offset) == place


@pytest.mark.parametrize(
    ("data", "possible"),
    [
        (b'{"a":1,"b":2}', False), (b'{"a" : 1 , "b" : "x:y"}', False), (b'{"a":1,"a":2}', True), (b'{"a" :1,"a": 2}', True),
        (b'{"a\\u003a":1,"b":2}', False), (b'{"a\\u003A":1,"a:":2}', True), (b'{"x":":","a":1,"a":"\\u003a"}', True), (b'{"a\\\\u003a": 1}', True),
        (b'{"a":"\\u0026"}', False), (b'[1.0, 1e5, {"a":{"b":1, "b":1}}]', True),
    ],
)  # fmt: skip
def test_duplicate_keys_are_suspected(data: bytes, possible: bool) -> None:
    """Never missed; the backslash before `u003a` is a false alarm, which the parser settles."""
    assert has_duplicate_keys(data, orjson.loads(data)) is possible


TRAPS = {
    "lists": "[" * 100_000, "objects": '{"a":' * 100_000, "quotes": '"' * 200_001, "open comments": "/*" * 200_000,
    "comments": "[" + "/**/" * 100_000, "backslashes": '["' + "\\" * 200_001, "number": "[1" + "0" * 200_000 + "x",
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_read_in_one_go(name: str) -> None:
    assert parse(TRAPS[name]).end <= len(TRAPS[name])
