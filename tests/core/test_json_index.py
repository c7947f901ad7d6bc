"""The index of places: hand-formatted text, duplicate keys, damage, and what it must never do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.text.json_index import JSONIndex, index_json, open_list
from abtui.core.text.json_text import parse
from abtui.core.text.paths import Path, path_text
from tests.core.test_jsontext import TRAPS, VALUES

HAND = """\ufeff// an event
{
  "type" : "track",   /* "userId": "no" */
  "userId":
     "first",
  "properties": {"list": [1, {"x": "}"}, [],], "k\\u0065y": null,},
  "userId": "u1", // the one that counts
  "properties": { "list" : [ true ,
      {"x" : NaN} ] }
}
"""


def text_of(text: str, index: JSONIndex, path: Path) -> tuple[str | None, str] | None:
    place = index.of(path)
    return place and (place.key and text[slice(*place.key)], text[slice(*place.value)])


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("type",), ('"type"', '"track"')),
        (("userId",), ('"userId"', '"u1"')),
        (("properties", "list", 0), (None, "true")),
        (("properties", "list", 1, "x"), ('"x"', "NaN")),
        (("properties", "list", 2), None),
        (("properties", "key"), None),
        (("userId", "x"), None),
        ((), (None, HAND[HAND.index("{") : HAND.rindex("}") + 1])),
    ],
)
def test_places_of_hand_formatted_text(path: Path, found: tuple[str | None, str] | None) -> None:
    assert text_of(HAND, index_json(HAND), path) == found


@pytest.mark.parametrize(
    ("mark", "path", "counts"),
    [
        ('"track"', "$.type", True), ('type"', "$.type", True), (': "track"', "$.type", True), ('/* "userId', "$", True), ('"no"', "$", True),
        ('"first"', "$.userId", False), ('"u1"', "$.userId", True), ("}\"}", "$.properties.list[1].x", False), ("],]", "$.properties.list[2]", False),
        ("null", "$.properties.key", False), ("true ,", "$.properties.list[0]", True), ("NaN", "$.properties.list[1].x", True), ("the one", "$", True),
    ],
)  # fmt: skip
def test_the_path_at_an_offset(mark: str, path: str, counts: bool) -> None:
    place = index_json(HAND).at(HAND.index(mark))
    assert place is not None
    assert (path_text(place.path), place.counts) == (path, counts)


def test_outside_of_the_document_is_nothing() -> None:
    index = index_json(HAND)
    assert index.at(0) is None
    assert index.at(HAND.index("// an")) is None
    assert index.at(len(HAND)) is None
    assert index.at(-5) is None
    assert index_json("").of(()) is None
    assert index_json("").nearest(("a",)) is None


def test_what_a_later_key_drops() -> None:
    assert [HAND[slice(*place.whole)][:12] for place in index_json(HAND).dropped()] == ['"userId":\n  ', '"properties"']


def test_the_nearest_there_is() -> None:
    place = index_json(HAND).nearest(("properties", "list", 9, "z"))
    assert place is not None
    assert place.path == ("properties", "list")


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ('{"a": {"b": 1, ', ["$", "$.a", "$.a.b"]), ('{"a": 1, "b": }}', ["$", "$.a"]), ('{"a": [1, "x": 2]}', ["$", "$.a", "$.a[0]"]),
        ('{"a": 1 "b" 2}', ["$", "$.a"]), ("[1}", ["$", "$[0]"]), ('{"a":1} {"b":2}', ["$", "$.a"]), ('analytics.track("A", {"b": 1})', ["$"]),
        (", 1", []), ("}", []), ("1, 2", ["$"]),
    ],
)  # fmt: skip
def test_damage_ends_the_index(text: str, known: list[str]) -> None:
    index = index_json(text)
    assert [path_text(index._place(node).path) for node in range(len(index))] == known


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_what_is_deeper_is_skipped(levels: int) -> None:
    text = '{"a": [1, {"b": ["}"]}, "]"], /* } */ "c": {"d": 1}, "e": [{"f": 2}, '
    index, whole = index_json(text, levels), index_json(text)
    places = [index._place(node) for node in range(len(index))]
    assert [place.path for place in places] == [
        place.path for node in range(len(whole)) if len((place := whole._place(node)).path) <= levels
    ]
    # What is never closed ends where the text does, or with the last bracket in it.
    assert [place for place in places if place.path[:1] != ("e",)][1:] == [
        place for path in [place.path for place in places][1:] if (place := whole.of(path)) and path[:1] != ("e",)
    ]
    if levels >= 2:
        assert [text[slice(*span)] for span in index.items(("a",))] == ["1", '{"b": ["}"]}', '"]"']
    assert index.items(("a", 7)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": {"batch": [1]}, "batch": [2', "[2"), ('{"x": "batch", "b\\u0061tch":\n[{"a":', '[{"a":'), ('{"batch": [', None), ('{"batch": {}}', None),
        ('{"batch": [1], "batch": [2]}', '[1], "batch": [2]}'), ('[{"batch": [1]}]', None), ('"batch": [1]', None), ("", None), ('{"a": [[{"batch": [1], ', None),
    ],
)  # fmt: skip
def test_the_open_list_of_a_broken_object(text: str, found: str | None) -> None:
    at = open_list(text, "batch")
    assert (None if at is None else text[at:]) == found


@given(VALUES, st.booleans())
def test_every_value_has_its_place_and_every_place_its_value(value: Any, indented: bool) -> None:
    text = json.dumps(value, indent=2 if indented else None)
    index = index_json(text)
    todo: list[tuple[Path, Any]] = [((), value)]
    seen = 0
    while todo:
        path, part = todo.pop()
        place = index.of(path)
        assert place is not None
        assert place.counts
        assert json.loads(text[slice(*place.value)]) == part
        assert index.at(place.whole[0]) == place
        found = index.at(place.value[1] - 1)
        assert found is not None
        assert found.path[: len(path)] == path
        seen += 1
        steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        todo += [((*path, step), inner) for step, inner in steps]
    assert seen == len(index)


@given(st.text(alphabet='{}[]",:/*\\ \n1at\ufeffué', max_size=80))
def test_any_text_has_spans_within_it(text: str) -> None:
    index = index_json(text)
    for offset in range(-1, len(text) + 2):
        place = index.at(offset)
        if place is not None:
            assert 0 <= place.whole[0] <= offset < place.whole[1] <= len(text)
            assert place.value[0] <= place.value[1]
    parsed = parse(text)
    if not parsed.damaged:
        place = index.of(())
        assert place is not None
        assert place.value[0] == parsed.start
        # What stands right behind a scalar, such as the `*` of `1*`, is not told from it.
        assert place.value[1] >= parsed.end


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_indexed_in_one_go(name: str) -> None:
    index_json(TRAPS[name]).at(5)
    index_json(TRAPS[name], 1).at(5)
    assert open_list(TRAPS[name], "a") in (None, TRAPS[name].find("["))
