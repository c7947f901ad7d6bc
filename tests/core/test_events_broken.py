"""Broken input: what can be read is read, each bad piece is told with its place, and nothing takes the rest with it."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.events import Event, Unreadable, read_events, without_prose

SYNTAX = "JSON-SYNTAX"
NOT = "EVENT-NOT-OBJECT"
CODE = "CODE-UNREADABLE"


def row(item: Event | Unreadable) -> Any:
    """An event's value; of an unreadable piece its source, text, and where which error is."""
    if isinstance(item, Event):
        return item.value
    errors = [(found.code, found.line, found.column) for found in item.findings if found.severity == "error"]
    assert errors
    return item.source, item.text, errors[-1]


def rows(text: str | bytes) -> list[Any]:
    return [row(item) for item in read_events([text], "f")]


A, B, C = {"a": 1}, {"b": 2}, {"c": 3}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a":1}, {"x":1, "event": }, {"b":2}]', [A, ("f:1#2", '{"x":1, "event": }', (SYNTAX, 1, 28)), B]),
        ('{"a":1}\n{"x":"tru\n{"b":2}', [A, ("f:2", '{"x":"tru', (SYNTAX, 2, 6)), B]),
        ('{"a":1}\n{"x":{"y":\n{"b":2}\n{"c":3}', [A, ("f:2", '{"x":{"y":', (SYNTAX, 2, 11)), B, C]),
        ('{"x":[\n{"b":2}\n{"c":3}', [("f:1", '{"x":[\n{"b":2}\n{"c":3}', (SYNTAX, 3, 1))]),
        ('{"x":1,\n{"b":2}\n{"c":3}', [("f:1", '{"x":1,', (SYNTAX, 1, 8)), B, C]),
        ('{"x":{"y":1}\n{"b":2}', [("f:1", '{"x":{"y":1}', (SYNTAX, 1, 13)), B]),
        ('{"x":[\n{"b":2}', [("f:1", '{"x":[\n{"b":2}', (SYNTAX, 2, 8))]),
        ('{"x":"y"z"}\n{"b":2}', [("f:1", '{"x":"y"z"}', (SYNTAX, 1, 9)), B]),
        ('{"a":1}}\n{"b":2}', [A, ("f:1#2", "}", (SYNTAX, 1, 8)), B]),
        ('{"a":1} x {"b":2}', [A, ("f:1#2", 'x {"b":2}', (SYNTAX, 1, 9))]),
        ('Raw\n{\n "a":1\n}\nCopy', [("f:1", "Raw", (SYNTAX, 1, 1)), A, ("f:5", "Copy", (SYNTAX, 5, 1))]),
        ('{\n "x": 1\n\n{\n "b": 2\n}\n{\n "c": 3\n}', [("f:1", '{\n "x": 1', (SYNTAX, 2, 8)), B, C]),
        (
            '{\n "x": ,\n "y": [\n  {"z":1}\n ]\n}\n{"b":2}',
            [("f:1", '{\n "x": ,\n "y": [\n  {"z":1}\n ]\n}', (SYNTAX, 2, 7)), B],
        ),
        ('{\n "x": "y\n}\n{"b":2}', [("f:1", '{\n "x": "y\n}', (SYNTAX, 2, 7)), B]),
        ('{"x": "y\n "z": [\n{\n "b": 2\n}', [("f:1", '{"x": "y\n "z": [\n{\n "b": 2\n}', (SYNTAX, 1, 7))]),
        (
            '{"x":1\nanalytics.oops(y)\n{"b":2}',
            [("f:1", '{"x":1', (SYNTAX, 1, 7)), ("f:2", "analytics.oops(y)", (CODE, 2, 11)), B],
        ),
        ("truncated", [("f:1", "truncated", (SYNTAX, 1, 1))]),
        ('"x":{"y":1}}\n{"b":2}', [("f:1", '"x":{"y":1}}', (SYNTAX, 1, 4)), B]),
        ('/* open\n{"b":2}', [("f:1", "/* open", (SYNTAX, 1, 1)), B]),
        ("\0\0", [("f:1", "\0\0", (SYNTAX, 1, 1))]),
    ],
)
def test_a_broken_piece_costs_only_itself(text: str, expected: list[Any]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"x": [1, 2}, {"b":2}]', [("f:1", '{"x": [1, 2}', (SYNTAX, 1, 13)), B]),
        ('[{"x":1, {"y":2}]\n{"b":2}', [("f:1", '{"x":1, {"y":2}', (SYNTAX, 1, 10)), B]),
        (
            '[\n{"a":1},\n{"x":1,\n{"b":2},\n{"c":3}\n]',
            [A, ("f:3", '{"x":1,', (SYNTAX, 3, 8)), B, C, ("f:1", "[", (SYNTAX, 4, 1))],
        ),
        ('[{"a":1} {"b":2}]', [A, B, ("f:1#3", "[", (SYNTAX, 1, 10))]),
        ('[{"a":1},,{"b":2}]', [A, B, ("f:1#3", "[", (SYNTAX, 1, 10))]),
        ('[{"a":1}', [A, ("f:1#2", "[", (SYNTAX, 1, 9))]),
        ('[\n{"a":1}\n{"b":2}\n', [A, B, ("f:1", "[", (SYNTAX, 3, 8))]),
        ('[{"a":1}, foo, {"b":2}]', [A, ("f:1#2", "foo", (SYNTAX, 1, 11)), B]),
        (
            '[{"a":1}, "unclosed, {"b":2}]\n{"c":3}',
            [A, ("f:1#2", '"unclosed, {"b":2}]', (SYNTAX, 1, 24)), C, ("f:1#3", "[", (SYNTAX, 2, 8))],
        ),
        ("[,]", [("f:1", "[]", (SYNTAX, 1, 2))]),
        ("[", [("f:1", "[", (SYNTAX, 1, 2))]),
        ("]", [("f:1", "]", (SYNTAX, 1, 1))]),
        ("[]", [("f:1", "[]", (NOT, 1, 1))]),
        ("[ // none\n]", [("f:1", "[]", (NOT, 1, 1))]),
    ],
)
def test_a_broken_list_keeps_its_items(text: str, expected: list[Any]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"batch":[{"a":1},{"x": },{"b":2}],"sentAt":4}',
            [{"a": 1, "sentAt": 4}, ("f:1#2", '{"x": }', (SYNTAX, 1, 25)), {"b": 2, "sentAt": 4}],
        ),
        (
            '{"context":{"k":1},\n"batch":[\n{"a":1},\n{"x": }\n]}',
            [{"a": 1, "context": {"k": 1}}, ("f:4", '{"x": }', (SYNTAX, 4, 7))],
        ),
        ('{"batch":[{"a":1}],"sentAt": }', [A, ("f:1#2", '{"batch":[],"sentAt": }', (SYNTAX, 1, 30))]),
        ('{"batch":[{"a":1}\n],\n"sentAt": }', [A, ("f:1#2", '{"batch":[],\n"sentAt": }', (SYNTAX, 3, 11))]),
        ('{"sentAt" 1, "batch":[{"a":1}]}', [("f:1", '{"sentAt" 1, "batch":[{"a":1}]}', (SYNTAX, 1, 11))]),
        (
            '{"batch":[{"a":1},{"x":',
            [A, ("f:1#2", '{"x":', (SYNTAX, 1, 24)), ("f:1#3", '{"batch":[]', (SYNTAX, 1, 24))],
        ),
        ('{"batch":[\n{"b":2}', [B, ("f:1", "[", (SYNTAX, 2, 8)), ("f:1#2", '{"batch":[]', (SYNTAX, 2, 8))]),
        ('{"batch":[1,{"a":1}]}', [("f:1", "1", (NOT, 1, 11)), A]),
        ('{"batch":[]}', [("f:1", '{"batch":[]}', (NOT, 1, 1))]),
    ],
)
def test_a_broken_batch_keeps_its_items(text: str, expected: list[Any]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize("text", ["5", "-1.5", '"x"', "null", "true", "NaN", " 1e9 "])
def test_other_json_values_are_no_events(text: str) -> None:
    shown = text.strip()
    assert rows(text) == [("f:1", shown, (NOT, 1, text.index(shown) + 1))]
    first, second = rows(f'[{text}, {{"b":2}}]')
    assert (first[1], first[2][0], second) == (shown, NOT, B)


def test_lists_in_lists_are_no_events() -> None:
    assert rows("[[1]]") == [("f:1", "[1]", (NOT, 1, 2))]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("analytics.track(name)", (1, 17)), ("analytics.track('a' + b)", (1, 21)), ("analytics.page({\n  path: location.path,\n})", (2, 9)),
        ('analytics.load("KEY")', (1, 11)), ("foo.bar()", (1, 5)), ("analytics", (1, 1)), ('  analytics.track("x", {', (1, 25)), ("var analytics = window.analytics;", (1, 1)),
    ],
)  # fmt: skip
def test_code_that_cannot_be_read(text: str, place: tuple[int, int]) -> None:
    assert rows(text + '\n{"b":2}') == [("f:1", text.strip(), (CODE, *place)), B]


@pytest.mark.parametrize("levels", [201, 500, 1024, 1025, 10_000])
@pytest.mark.parametrize("form", ["{}", '{{"b":2}}\n{}\n', "[{}]", '{{"batch":[{}]}}', "{{\n}}{}", "\n {}"])
def test_a_deep_event_is_refused(levels: int, form: str) -> None:
    deep = '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)
    items = [item for item in read_events([form.format(deep)], "f") if isinstance(item, Unreadable)]
    assert [found.code for item in items for found in item.findings] == ["JSON-DEPTH"]
    assert items[0].text == deep


def test_an_event_of_200_levels_is_read() -> None:
    deep = '{"a":' * 199 + "{}" + "}" * 199
    assert [type(item) for item in read_events([f"{deep}\n[{deep}]\n"], "f")] == [Event, Event]


NO_END = {
    "brackets": "[" * 100_000, "braces": '{"a":' * 100_000, "bracket lines": "[\n" * 30_000, "brace lines": '{"a":\n' * 30_000,
    "quotes": '"' * 200_000, "quote lines": '"\n' * 5_000, "broken lines": '{"\n' * 5_000, "braces in braces": '{ {"a":\n' * 5_000,
    "chain": '{"a":[\n' + '{"x":1},\n{"b":[\n' * 5_000, "late mistake": '{"a":\n' * 20_000 + "{ {\n", "comment lines": "/*\n" * 10_000,
    "mismatched": "{]" * 50_000, "documents": "{}" * 10_000, "commas": "[" + "," * 100_000, "code": 'analytics.track("x", {\n' * 3_000,
    "calls": "a.b(" + "f(" * 50_000, "spaces": "a" + " " * 200_000, "escapes": '["' + '\\"' * 100_000, "template": "analytics.track(`\n" + "x\n" * 20_000,
    "batches": '{"batch":[' * 5_000, "closed batches": '{"batch":[' * 2_000 + "}" + "]}" * 2_000, "marks": "\ufeff" * 50_000, "junk": "foo\n" * 5_000,
    "values due": '{"a":\n{"b":1}\n' * 3_000, "texts": "x = ':\n{\"a\":\n" * 3_000, "long texts": 'x = """\n' * 5_000, "assignments": "x =\n" * 5_000,
    "items due": '{"a":[\n{"b":1}\n' * 3_000, "texts of documents": "x = '\n{}\n" * 3_000, "spaces due": "x" + " " * 200_000 + "=" + " " * 200_000 + "x",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_END)
def test_traps_are_read_in_linear_time(name: str) -> None:
    """A loop that looks twice at what it has seen would take minutes here."""
    items = list(read_events([NO_END[name]], "f"))
    assert len(items) <= 10_001
    assert all(len(item.findings) <= 41 for item in items)


def test_a_very_long_line() -> None:
    good = b'{"a":"' + b"x" * 5_000_000 + b'"}'
    items = list(read_events([good[index : index + 65_536] for index in range(0, len(good), 65_536)], "f"))
    assert [type(item) for item in items] == [Event]
    assert rows(good[:-2] + b'\n{"b":2}')[1:] == [B]


def test_a_document_that_never_ends_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.events.cursor.LARGEST_VALUE", 1000)
    first, last = rows('{"x":\n' + '"y",\n' * 500 + '{"b":2}\n')
    assert first[2] == ("VALUE-TOO-LARGE", 1, 1)
    assert last == B


@pytest.mark.parametrize(
    ("text", "prose"), [("Here it is:", 1), ("<pre>", 1), ("}", 0), ('"a"', 0), ("analytics.x(", 0)]
)
def test_prose_around_events_is_told_from_what_should_be_one(text: str, prose: int) -> None:
    items = list(read_events([f'{text}\n{{"type":"track"}}'], "f"))
    assert len(without_prose(items)) == len(items) - prose
    alone = list(read_events([text], "f"))
    assert without_prose(alone) == alone
    assert ("neither JSON nor" in alone[0].findings[-1].message) is bool(prose)
