"""Reading case files: what a case is, JSON values in YAML, and every mistake at once with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.corpus.cases import CASES_FORM, Reference, read_cases
from abtui.core.corpus.cases.model import CASE, EXPECT, FILE, REQUEST
from abtui.core.events import Event, SdkDefaults
from abtui.core.text.json_text import parse
from abtui.core.text.yaml_text import entry_lines, flow, json_text, tagged
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import json_value
from tests.core.cases import EVENT, case, read
from tests.core.test_config_edit import fail

# What a plain or quoted scalar of an event is, or None where it is told.
SCALARS: dict[str, Any] = {
    "1": 1,
    "-0": 0,
    "1.0": 1.0,
    "1e21": 1e21,
    "1E+2": 100.0,
    "9007199254740993": 9007199254740993,
    "123456789012345678901234567890": 123456789012345678901234567890.0,
    "1e999": float("inf"),
    "true": True,
    "True": True,
    "FALSE": False,
    "null": None,
    "~": None,
    "": None,
    "'1'": "1",
    '"true"': "true",
    "|-\n        1": "1",
    "0x10": "0x10",
    "010": "010",
    "1_000": "1_000",
    "+1": "+1",
    ".5": ".5",
    "1.": "1.",
    ".inf": ".inf",
    ".nan": ".nan",
    "12:30:00": "12:30:00",
    "2026-01-31": "2026-01-31",
    "2026-01-31T09:15:00.000Z": "2026-01-31T09:15:00.000Z",
    "y": "y",
    "<<": "<<",
    "=": "=",
    "${KEY}": "${KEY}",
    "!json '\"\\ud800\"'": "\ud800",
    "!json '{\"a\": [1e3]}'": {"a": [1000.0]},
    "!!str 1": "1",
}


@pytest.mark.parametrize("text", SCALARS)
def test_scalars_are_read_as_json_reads_them(text: str) -> None:
    [one] = read(case("verdict: send", f"type: track\nvalue: {text}\n")).cases
    assert isinstance(one.event, Event)
    value = one.event.value["value"]
    assert (type(value), value) == (type(SCALARS[text]), SCALARS[text])


@pytest.mark.parametrize(
    "text", ["yes", "No", "on", "OFF", "!!binary aGk=", "!json '{'", "!json '1 2'", "!env X", "!x [1]"]
)
def test_scalars_that_are_told(text: str) -> None:
    reading = read_cases(case("verdict: send", f"type: track\nvalue: {text}\n"), "a.abtui.yaml")
    assert [(item.code, item.line, item.column) for item in reading.findings] == [("CASE-TYPE", 4, 14)]
    assert reading.file is None


def test_a_whole_file() -> None:
    file = read(
        "config: conf/config.yaml\n"
        "now: 2026-01-31T09:15:00.000Z\n"
        "cases:\n"
        "  - name: one\n"
        "    event: {type: page, name: Home}\n"
        "    skip: not yet\n"
        "    expect:\n"
        "      verdict: send\n"
        "      reason: GOAL-PAGE\n"
        "      goal: null\n"
        "      units: {user_id: 5}\n"
        "      body: [1]\n"
        "      exactBody: null\n"
        "      url: https://x.example/context\n"
        '      headers: {X-Environment: staging, X-Application: null}\n'
        "      findings: [UNIT-*]\n"
        "      noFindings: [CONTRACT]\n"
        "      onlyFindings: []\n"
        "  - {file: ../orders.jsonl, index: 3, expect: {sent: false}}\n"
        "  - {event: 'analytics.page(\"Home\")', expect: {sent: true}}\n"
        "  - {event: '{\"type\": \"page\", \"name\": \"Home\"}', expect: {sent: true}}\n"
        "request: {url: https://y.example/context}\n"
    )  # fmt: skip
    one, two, three, four = file.cases
    assert (file.config, file.now, file.request["url"]) == (
        "conf/config.yaml",
        "2026-01-31T09:15:00.000Z",
        "https://y.example/context",
    )
    assert (one.name, one.line, one.skip, one.index) == ("one", 4, "not yet", 0)
    assert one.expect["goal"] is None
    assert one.expect["exactBody"] is None
    assert one.expect["onlyFindings"] == ()
    assert one.expect["headers"] == {"X-Environment": "staging", "X-Application": None}
    assert (two.event, two.name) == (Reference("../orders.jsonl", 3), "orders.jsonl #3")
    assert isinstance(three.event, Event)
    assert three.event.value["sentAt"] == "2026-01-31T09:15:00.000Z"
    # Names tell cases apart.
    assert [three.name, four.name] == ["page Home", "page Home #2"]


def test_aliases_and_merges_are_read() -> None:
    file = read(
        "cases:\n"
        "  - event: &a {type: track, event: A, properties: {x: 1}}\n"
        "    expect: &e {verdict: send}\n"
        "  - event: {<<: *a, event: B}\n"
        "    expect: *e\n"
    )
    second = file.cases[1]
    assert isinstance(second.event, Event)
    assert second.event.value == {"type": "track", "event": "B", "properties": {"x": 1}}
    assert second.expect == file.cases[0].expect


# Text, and the findings in order: code, line, column, a part of message or hint.
WRONG: dict[str, tuple[str, list[tuple[str, int, int, str]]]] = {
    "not a map": ("- 1", [("CASE-TYPE", 1, 1, "A case file must be a map")]),
    "no cases": ("now: 2026-01-01", [("CASE-MISSING", 1, 1, "`cases` is missing")]),
    "cases no list": ("cases: {a: 1}", [("CASE-TYPE", 1, 8, "Begin each case with a dash")]),
    "a case no map": ("cases: [5]", [("CASE-TYPE", 1, 9, "A case must be a map")]),
    "keys": (
        "confg: x\ncases:\n- evnt: {}\n  expect: {verdit: send}",
        [
            ("CASE-UNKNOWN-KEY", 1, 1, "Did you mean `config`?"),
            ("CASE-UNKNOWN-KEY", 3, 3, "Did you mean `event`?"),
            ("CASE-MISSING", 3, 3, "no event"),
            ("CASE-UNKNOWN-KEY", 4, 12, "Did you mean `verdict`?"),
        ],
    ),
    "values": (
        "cases:\n- event: {}\n  expect: {verdict: snd, reason: NO-UNITS, findings: [UNIT-NON], noFindings: [X-*], onlyFindings: [UNIT-*]}",
        [
            ("CASE-VALUE", 3, 21, "`send`"),
            ("CASE-VALUE", 3, 34, "`NO-UNIT`"),
            ("CASE-VALUE", 3, 55, "`UNIT-NONE`"),
            ("CASE-VALUE", 3, 79, "no finding"),
            ("CASE-VALUE", 3, 100, "is a pattern"),
        ],
    ),
    "fates": (
        "cases:\n"
        + "".join(f"- event: {{}}\n  expect: {{fate: {word}}}\n" for word in ("ignroed", "never leaves", "is accepted", "send", "unknown")),
        [
            ("CASE-VALUE", 3, 18, "`ignored`"),
            ("CASE-VALUE", 5, 18, "`never-leaves`"),
            ("CASE-VALUE", 7, 18, "`accepted`"),
            ("CASE-VALUE", 9, 18, "There is no fate"),
            ("CASE-VALUE", 11, 18, "There is no fate"),
        ],
    ),
    "fates that cannot be": (
        "cases:\n"
        + "".join(
            f"- event: {{}}\n  expect: {{fate: {words}}}\n"
            for words in (
                "arrives, sent: false",
                "fails, sent: true",
                "never-leaves, verdict: send",
                "never-leaves, verdict: fail",
                "fails, verdict: drop",
                "ignored, verdict: unsupported",
                "fails, goal: x",
                "never-leaves, exactBody: {}",
            )
        ),
        [
            ("CASE-CONFLICT", 3, 27, "`sent` is false and the `fate` is arrives"),
            ("CASE-CONFLICT", 5, 25, "`sent` is true"),
            ("CASE-CONFLICT", 7, 32, "`verdict` is send and the `fate` is never-leaves"),
            ("CASE-CONFLICT", 9, 32, "`verdict` is fail"),
            ("CASE-CONFLICT", 11, 25, "`verdict` is drop"),
            ("CASE-CONFLICT", 13, 27, "`verdict` is unsupported"),
            ("CASE-CONFLICT", 15, 25, "`goal` is about a request"),
            ("CASE-CONFLICT", 17, 32, "`exactBody` is about a request"),
        ],
    ),
    "types": (
        "cases:\n- event: [1]\n  name: 5\n  skip: true\n  expect: {sent: no, units: [], url: 1, headers: {a: 1}, findings: X, verdict: {}}",
        [
            ("CASE-TYPE", 2, 10, "an event"),
            ("CASE-TYPE", 3, 9, "Quote it"),
            ("CASE-TYPE", 4, 9, "Quote it"),
            ("CASE-TYPE", 5, 18, "or `false`"),
            ("CASE-TYPE", 5, 29, "units"),
            ("CASE-TYPE", 5, 38, "url"),
            ("CASE-TYPE", 5, 50, "header `a`"),
            ("CASE-TYPE", 5, 68, "a list of finding codes"),
            ("CASE-TYPE", 5, 80, "must be text"),
        ],
    ),
    "the key": ("cases:\n- event: {}\n  expect: {headers: {x-api-KEY: a}}", [("CASE-VALUE", 3, 21, "API key")]),
    "references": (
        "cases:\n- {file: a, expect: {sent: true}}\n- {event: {}, index: 1, expect: {sent: true}}\n- {file: a, index: 0, expect: {sent: true}}\n- {file: a, index: 1.5, expect: {sent: true}}",
        [
            ("CASE-MISSING", 2, 4, "`index`"),
            ("CASE-CONFLICT", 3, 15, "`index`"),
            ("CASE-VALUE", 4, 20, "1 is the first"),
            ("CASE-TYPE", 5, 20, "whole number"),
        ],
    ),
    "conflicts": (
        "cases:\n- event: {}\n  expect: {sent: false, body: {}, goal: null}\n- event: {}\n  expect: {verdict: drop, goal: x, sent: false}\n- event: {}\n  expect: {verdict: drop, sent: true}",
        [
            ("CASE-CONFLICT", 3, 25, "`body`"),
            ("CASE-CONFLICT", 5, 27, "`goal`"),
            ("CASE-CONFLICT", 7, 27, "`sent` is true"),
        ],
    ),
    "nothing expected": ("cases:\n- event: {}\n  expect: {}", [("CASE-MISSING", 3, 11, "expects nothing")]),
    "text of an event": (
        "now: soon\ncases:\n- event: '{} {}'\n  expect: {sent: true}\n- event: nothing\n  expect: {sent: true}\n- event: ' '\n  expect: {sent: true}",
        [
            ("CASE-VALUE", 1, 6, "not a time"),
            ("CASE-EVENT", 3, 10, "second event"),
            ("CASE-EVENT", 5, 10, "cannot be read"),
            ("CASE-EVENT", 7, 10, "no event"),
        ],
    ),
    "two documents": ("cases: []\n---\na: 1", [("CASE-NOT-YAML", 2, 1, "a case file is one")]),
    "nesting": ("[" * 300, [("CASE-NOT-YAML", 1, 217, "216 levels")]),
    "key twice in an event": (
        "cases:\n- event: {a: 1, a: 2}\n  expect: {sent: true}",
        [("CASE-DUPLICATE-KEY", 2, 17, "line 2")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_all_at_once_with_their_places(name: str) -> None:
    text, wanted = WRONG[name]
    reading = read_cases(text, "a.abtui.yaml")
    assert [(item.code, item.line, item.column) for item in reading.findings] == [item[:3] for item in wanted]
    for found, (_code, _line, _column, part) in zip(reading.findings, wanted, strict=True):
        assert part in f"{found.message} {found.hint}"
        assert "config" not in found.message
    assert reading.file is None


def test_every_key_is_read() -> None:
    for table in (FILE, REQUEST, CASE, EXPECT):
        assert all(key.text.endswith(".") for key in table.values())
    for name in EXPECT:
        reading = read_cases(f"cases: [{{event: {{}}, expect: {{{name}: !nope x}}}}]", "a.abtui.yaml")
        assert {item.code for item in reading.findings} == {"CASE-TYPE"}, name


odd = st.sampled_from(["<<", "yes", "~", "1e5", "- a", "a: b", "${A}", "$\uf8f0", "\ud800", "\udc00x", "a" * 1200, "'", '"', "\x00", "\x85", "\ufeff", "\U0010ffff", " a ", "#"])  # fmt: skip
texts = st.text(st.characters(), max_size=8) | odd
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=16)  # fmt: skip


@given(values)
def test_any_json_value_is_read_back(value: Any) -> None:
    for text in ("\n".join(entry_lines("value", value, 0)), f"value: {flow(value)}", f"value: {tagged(value)}"):
        tree = parse_yaml(text, "text", CASES_FORM)
        assert tree.root is not None, tree.findings
        again = json_value(tree.root, fail)["value"]
        assert json_text(again) == json_text(value)


@given(st.dictionaries(texts, values, max_size=4))
def test_an_event_is_what_json_parse_gives(value: dict[str, Any]) -> None:
    text = json_text(value).replace("'", "''")
    [one, two] = read(
        f"cases: [{{event: !json '{text}', expect: {{sent: true}}}}, {{event: {flow(value)}, expect: {{sent: true}}}}]"
    ).cases
    for item in (one, two):
        assert isinstance(item.event, Event)
        assert json_text(item.event.value) == json_text(parse(json_text(value)).value)


def test_deep_values_are_read_back() -> None:
    value: Any = "x"
    for level in range(200):
        value = {"a": value} if level % 2 else [value]
    text = case("verdict: send", "\n".join(["type: track", *entry_lines("value", value["a"], 0)]))
    [one] = read(text).cases
    assert isinstance(one.event, Event)
    assert one.event.value["value"] == value["a"]


@given(st.text(max_size=200) | st.builds(lambda text: case(text), st.text(max_size=40)))
def test_it_never_crashes_and_says_why(text: str) -> None:
    reading = read_cases(text, "a.abtui.yaml", SdkDefaults())
    assert reading == read_cases(text, "a.abtui.yaml", SdkDefaults())
    if reading.file is None:
        assert any(item.severity == "error" and item.line is not None for item in reading.findings)


def test_the_event_of_the_tests_is_read_as_json() -> None:
    [one] = read(case("verdict: send", EVENT)).cases
    assert isinstance(one.event, Event)
    assert one.event.value["properties"] == {"total": 10.0, "items": [{"sku": "a"}, {"sku": "b"}]}


def test_jsons_escapes_of_an_emoji_are_read() -> None:
    """What json.dumps writes; YAML knows no pairs."""
    value = {"type": "track", "event": "Hi \U0001f600", "note": "\\ud83d\\ude00", "two": "\U0001f600\U0001f601"}
    [case] = read(f"cases:\n  - event: {json.dumps(value)}\n    expect: {{sent: false}}\n").cases
    assert isinstance(case.event, Event)
    assert case.event.value == value
    [plain] = read(
        "cases:\n  - {event: {type: x, a: \\ud83d\\ude00, b: '\\ud83d\\ude00'}, expect: {sent: false}}\n"
    ).cases
    assert isinstance(plain.event, Event)
    assert plain.event.value == {"type": "x", "a": "\\ud83d\\ude00", "b": "\\ud83d\\ude00"}
