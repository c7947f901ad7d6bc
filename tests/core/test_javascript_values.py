"""Numbers, texts, key order and JSON.stringify, against what Node 20 answered.

Each recorded row: `text` is JSON; of `v = JSON.parse(text)` it has `compact` JSON.stringify(v), `indent2` and `indent4` JSON.stringify(v, null, n), `string` String(v)
(null where that throws), `lengthIsPositive` v.length > 0 ("throws"; null for null).
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.text.javascript import (
    PROTO_NAME,
    PROTOTYPE_NAMES,
    JavaScriptTypeError,
    length_is_positive,
    number_to_string,
    ordered,
    ordered_items,
    string_to_number,
    stringify,
    stringify_lines,
    to_double,
    to_string,
)
from abtui.core.text.javascript.stringify import _parts

DATA = Path(__file__).parents[1] / "data"
RECORDED: list[dict[str, Any]] = json.loads((DATA / "javascript_values.json").read_text("utf-8"))
CASES = [json.loads(line) for line in (DATA / "classic.jsonl").read_text("utf-8").rstrip("\n").split("\n")]
BODIES = [(case["id"], case["request"]["body"]) for case in CASES if "request" in case]

recorded = pytest.mark.parametrize("row", RECORDED, ids=[row["text"][:40] for row in RECORDED])
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-1000, 1000).map(float)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | st.integers(0, 2**33).map(str), inner, max_size=4)
    ),
    max_leaves=12,
)


def as_doubles(value: Any) -> Any:
    """The value as JavaScript holds it: numbers as doubles, two surrogates side by side as one character."""
    if isinstance(value, dict):
        return {as_doubles(key): as_doubles(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_doubles(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return value if value is None or isinstance(value, bool) else to_double(value)


@recorded
def test_recorded_values_are_stringified_as_v8_does(row: dict[str, Any]) -> None:
    value = json.loads(row["text"])
    assert stringify(value).decode() == row["compact"]
    assert stringify(value, 2).decode() == row["indent2"]
    assert stringify(value, 4).decode() == row["indent4"]


@recorded
def test_to_string_recorded(row: dict[str, Any]) -> None:
    value = json.loads(row["text"])
    if row["string"] is None:
        with pytest.raises(JavaScriptTypeError):
            to_string(value)
    else:
        assert as_doubles(to_string(value)) == row["string"]


@pytest.mark.parametrize(
    "row",
    [row for row in RECORDED if row["lengthIsPositive"] is not None],
    ids=lambda row: row["text"][:40],
)
def test_lengths_of_recorded_values_are_as_in_v8(row: dict[str, Any]) -> None:
    value = json.loads(row["text"])
    if row["lengthIsPositive"] == "throws":
        with pytest.raises(JavaScriptTypeError):
            length_is_positive(value)
    else:
        assert length_is_positive(value) is row["lengthIsPositive"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0, "0"),
        (12345678901234567890, "12345678901234567000"),
        (123456789012345680000, "123456789012345680000"),
        (1e21, "1e+21"),
        (-1.5e21, "-1.5e+21"),
        (1e20, "100000000000000000000"),
        (2**53, "9007199254740992"),
        (2**53 + 1, "9007199254740992"),
        (1e-6, "0.000001"),
        (-1.25e-6, "-0.00000125"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (0.00001, "0.00001"),
        (0.1, "0.1"),
        (5e-324, "5e-324"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_number_to_string(value: float, expected: str) -> None:
    assert number_to_string(value) == expected


@given(st.floats(allow_nan=False) | st.integers() | st.integers(-(10**320), 10**320))
def test_numbers_read_back_as_the_same_double(value: float) -> None:
    assert string_to_number(number_to_string(value)) == to_double(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        (" \n\u00a0\ufeff", 0),
        ("12", 12),
        (" +1.5e1 ", 15),
        ("5.", 5),
        (".5", 0.5),
        ("0x1F", 31),
        ("0b11", 3),
        ("0O17", 15),
        ("-Infinity", -math.inf),
        ("1e999", math.inf),
    ],
)
def test_string_to_number(text: str, expected: float) -> None:
    assert string_to_number(text) == expected


@pytest.mark.parametrize(
    "text", ["x", ".", "1_0", "-0x1", "infinity", "nan", "0x", "1e", "5n", "\u0665", "\x1c1", "\x851"]
)
def test_string_that_is_no_number(text: str) -> None:
    assert math.isnan(string_to_number(text))


def test_order_of_keys() -> None:
    mapping = {"b": 1, "10": 2, "4294967295": 3, "2": 4, "01": 5, "4294967294": 6, "": 7}
    expected = [("2", 4), ("10", 2), ("4294967294", 6), ("b", 1), ("4294967295", 3), ("01", 5), ("", 7)]
    assert ordered_items(mapping) == expected
    assert list(ordered(mapping).items()) == expected
    plain = {"b": 1, "-1": 2}
    assert ordered(plain) is plain


def test_the_names_that_objects_inherit_are_known() -> None:
    assert len(PROTOTYPE_NAMES) == 11
    assert {"toString", "constructor", "hasOwnProperty"} < PROTOTYPE_NAMES
    assert PROTO_NAME not in PROTOTYPE_NAMES


@pytest.mark.parametrize(("case_id", "body"), BODIES, ids=[case_id for case_id, _ in BODIES])
def test_recorded_bodies_are_stringified_as_recorded(case_id: str, body: Any) -> None:
    # The recording was written by Python from JSON.stringify's text: the same but for spaces, as no number in it changed form.
    assert stringify(body).decode() == json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@given(json_values)
@example({"a": [1.0, 2.5], "1": {}})
@example(["5e1,", ".0,", ',"0', "\ud83d", "\udc00"])
def test_stringify_keeps_the_value(value: Any) -> None:
    text = stringify(value)
    assert as_doubles(json.loads(text)) == as_doubles(value)
    assert stringify(json.loads(text)) == text
    assert json.loads(stringify(value, 2)) == json.loads(text)


@given(json_values)
def test_both_ways_of_writing_agree(value: Any) -> None:
    assert stringify(value).decode() == "".join(_parts(value, ""))
    assert stringify(value, 2).decode() == "".join(_parts(value, "  "))


@given(st.lists(json_values, max_size=5))
@example(["a", 1.0, {"b": 2.5}])
@example([{"a": 1}, ["0", {"1": 1, "0": 2}], {"b": 1e21}])
def test_lines_are_written_as_one_by_one(values: list[Any]) -> None:
    assert stringify_lines(values) == b"\n".join(map(stringify, values))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), 10**400])
def test_what_is_no_json_number_is_null(number: float) -> None:
    assert stringify([number, number]) == b"[null,null]"


@pytest.mark.parametrize("depth", [250, 254, 255, 5000])
def test_values_of_any_depth_are_stringified(depth: int) -> None:
    value: Any = 1.0
    for _ in range(depth):
        value = [value]
    assert stringify(value) == b"[" * depth + b"1" + b"]" * depth
    assert to_string(value) == "1"
    assert stringify({"a": value}, 2).count(b"\n") == 2 * depth + 2


@pytest.mark.parametrize(("indent", "spaces"), [(0, None), (1, 1), (10, 10), (11, 10)])
def test_the_indent_is_cut_as_javascript_cuts_it(indent: int, spaces: int | None) -> None:
    gap = "" if spaces is None else "\n" + " " * spaces
    end = "" if spaces is None else "\n"
    assert stringify([1], indent).decode() == f"[{gap}1{end}]"
