"""The depth of a JSON text, and that every reader of what comes from elsewhere refuses more than it bears."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.delivery.answers import read_answer
from abtui.core.delivery.options import unpack_options
from abtui.core.saved_state import read_draft, read_session
from abtui.core.text.json_depth import MOST_LEVELS, is_deeper
from abtui.services.console import parse_json
from tests.kit import read_segment


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        (b"", 0),
        (b"1", 0),
        (b"[]", 1),
        (b'{"a": [{}]}', 3),
        (b"[1], [[2]]", 2),
        (b'"[[[["', 0),
        (b'["\\"[[[["]', 1),
        (b'["\\\\", [1]]', 2),
        (b'{"[": "{", "]": ["}"]}', 2),
        (b"[" * 201, 201),
        (b'{"a":' * 1_000, 1_000),
        (b'"[[[', 0),
        (b"]]]]", 0),
        (b"\xff[\xff]", 1),
    ],
)
def test_the_depth_of_json_is_counted_exactly(text: bytes, levels: int) -> None:
    assert not is_deeper(text, levels)
    assert levels == 0 or is_deeper(text, levels - 1)


def depth(value: Any) -> int:
    if isinstance(value, dict | list):
        return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)
    return 0


anything = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\a\u00e9', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\', max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(anything, st.booleans(), st.none() | st.integers(0, 2))
def test_the_depth_of_the_text_is_that_of_the_value(value: Any, ascii_only: bool, indent: int | None) -> None:
    text, levels = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode(), depth(value)
    assert not is_deeper(text, levels)
    assert levels == 0 or is_deeper(text, levels - 1)


def answered(data: bytes) -> str:
    return read_answer(data, {}, str, cut=False, undecoded="").kind


def from_console(data: bytes) -> object:
    try:
        return parse_json(data)
    except ValueError:
        return None


# A reader, the text around what is nested in it, and what it gives for one that is too deep.
READERS: dict[str, tuple[Callable[[bytes], object], bytes, object]] = {
    "an answer": (answered, b"%b", "unknown"),
    "an answer's notice": (answered, b'{"ok": false, "errors": [{"message": %b}]}', "unknown"),
    "an answer's other member": (answered, b'{"ok": true, "x": %b}', "unknown"),
    "an Error": (answered, b'{"message": "no", "details": %b}', "unknown"),
    "the web console": (from_console, b'{"goals": %b}', None),
    "the session": (
        lambda data: read_session(data)[1][-20:],
        b'{"version": 1, "visits": [%b]}',
        " new one is started.",
    ),
    "a draft": (read_draft, b'{"version": 1, "x": %b}', None),
    "a recipe": (unpack_options, b'{"x": %b}', None),
    "Segment's settings": (
        lambda data: read_segment(data.decode()).problem[:9],
        b'{"settings": {"unitMapping": %b}}',
        "It is JSON"[:9],
    ),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 253, 500, 940, 948, 960, 975, 990, 1_000, 1_100, 5_000, 100_000])
def test_what_is_too_deep_is_refused(reader: str, levels: int) -> None:
    read, around, refusal = READERS[reader]
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        nested = opening * levels + b"1" + closing * levels
        assert read(around % nested) == refusal
        read(around % (opening * levels))


@pytest.mark.parametrize("reader", READERS)
def test_what_is_as_deep_as_may_be_is_read(reader: str) -> None:
    """Whatever comes of it: nothing is raised, and it is not refused for its depth."""
    read, around, refusal = READERS[reader]
    levels = MOST_LEVELS - around.count(b"[") - around.count(b"{")
    found = read(around % (b"[" * levels + b"]" * levels))
    assert found != refusal or reader in ("a draft", "a recipe")


def test_a_page_of_brackets_is_text() -> None:
    assert answered(b"no" + b"[" * 500) == "text"
    assert answered(b"<html>" + b"[" * 500) == "html"
