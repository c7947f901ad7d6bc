"""Every form people have events in: what is read, its source, its place, its own text, and what is told of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from abtui.core.events import Event, SdkDefaults, Unreadable, read_events, read_text
from abtui.core.events.batches import LIMIT_BYTES, LIMIT_EVENTS
from abtui.core.events.chunks import take_line
from abtui.core.events.cursor import Cursor
from abtui.core.events.forms import FORMS
from abtui.core.events.model import Form
from abtui.core.events.reading import Reading

Told = list[tuple[str, int | None, int | None]]


def read(text: str | bytes) -> list[Event | Unreadable]:
    return list(read_events([text], "f"))


def told(item: Event | Unreadable) -> Told:
    return [(found.code, found.line, found.column) for found in item.findings]


def row(item: Event | Unreadable) -> tuple[str, Any, int, Told]:
    """The source after the file's name, the event's value (or the text that is none), the column, and the findings."""
    return item.source.removeprefix("f:"), item.value if isinstance(item, Event) else item.text, item.column, told(item)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []), (" \n\t\r\n", []), ("\ufeff", []), ("// nothing\n/* at\nall */", []),
        ('{"a":1}', [("1", {"a": 1}, 1, [])]),
        ('\n\n  {"a":1}  \n', [("3", {"a": 1}, 3, [])]),
        ('{"a":1}\n\n{"b":2}\r\n{"c":3}\r{"d":4}', [("1", {"a": 1}, 1, []), ("3", {"b": 2}, 1, []), ("4", {"c": 3}, 1, []), ("5", {"d": 4}, 1, [])]),
        ('{"a":1}{"b":2} {"c":3}', [("1", {"a": 1}, 1, []), ("1#2", {"b": 2}, 8, []), ("1#3", {"c": 3}, 16, [])]),
        ('{\n "a":1\n}\n{\r\n "b":2\r\n} {"c":3}\n', [("1", {"a": 1}, 1, []), ("4", {"b": 2}, 1, []), ("6", {"c": 3}, 3, [])]),
        ('[{"a":1}, {"b":2},\n{"c":3}]', [("1", {"a": 1}, 2, []), ("1#2", {"b": 2}, 11, []), ("2", {"c": 3}, 1, [])]),
        ('[{"a":1}]{"b":2}\n[{"c":3}]', [("1", {"a": 1}, 2, []), ("1#2", {"b": 2}, 10, []), ("2", {"c": 3}, 2, [])]),
        ('\ufeff{"a":1}\n{"b":2}', [("1", {"a": 1}, 1, [("JSON-BOM", 1, 1)]), ("2", {"b": 2}, 1, [])]),
        ('{"a":1}\n\ufeff{"b":2}', [("1", {"a": 1}, 1, []), ("2", {"b": 2}, 2, [("JSON-BOM", 2, 1)])]),
        ('{"a":1},\n{"b":2} ,', [("1", {"a": 1}, 1, [("JSON-TRAILING-COMMA", 1, 8)]), ("2", {"b": 2}, 1, [("JSON-TRAILING-COMMA", 2, 9)])]),
        ('{\n "a":[1,],\n}', [("1", {"a": [1]}, 1, [("JSON-TRAILING-COMMA", 2, 8), ("JSON-TRAILING-COMMA", 2, 10)])]),
        ('[{"a":1},\n{"b":2}, // last\n]', [("1", {"a": 1}, 2, []), ("2", {"b": 2}, 1, [("JSON-TRAILING-COMMA", 2, 8), ("JSON-COMMENT", 2, 10)])]),
        ('// one\n{"a":1} // two\n{"b":/* x */2}', [("2", {"a": 1}, 1, [("JSON-COMMENT", 1, 1)]), ("3", {"b": 2}, 1, [("JSON-COMMENT", 2, 9), ("JSON-COMMENT", 3, 6)])]),
        ('/* a\n b */ {"a":"// no"}', [("2", {"a": "// no"}, 7, [("JSON-COMMENT", 1, 1)])]),
        ('{"a":1, /* {\n */ "b":2}', [("1", {"a": 1, "b": 2}, 1, [("JSON-COMMENT", 1, 9)])]),
        ('{"a":NaN,\n"b":-Infinity}', [("1", {"a": None, "b": None}, 1, [("JSON-NUMBER", 1, 6), ("JSON-NUMBER", 2, 5)])]),
        ('{"a":"\\ud83d"}', [("1", {"a": "\ud83d"}, 1, [("JSON-SURROGATE", 1, 6)])]),
        ('{"a":1,"a":2}', [("1", {"a": 2}, 1, [("JSON-DUPLICATE-KEY", 1, 8)])]),
        ('{"a": {"b" : 1, "b": 2}}', [("1", {"a": {"b": 2}}, 1, [("JSON-DUPLICATE-KEY", 1, 17)])]),
        ('{"events":[{"type":"track"}]}', [("1", {"events": [{"type": "track"}]}, 1, [])]),
        ('{"type":"track","batch":[1]}', [("1", {"type": "track", "batch": [1]}, 1, [])]),
        ('{"batch":{}}', [("1", {"batch": {}}, 1, [])]),
    ],
)  # fmt: skip
def test_each_form_of_events_is_read(text: str, rows: list[Any]) -> None:
    assert [row(item) for item in read(text)] == rows


def test_numbers_beyond_64_bits_and_beyond_doubles() -> None:
    (event,) = read('{"a":18446744073709551616,"b":1e400,"c":9007199254740993,"d":-0}')
    assert isinstance(event, Event)
    assert event.value == {"a": 2.0**64, "b": float("inf"), "c": 9007199254740993, "d": 0}
    assert event.findings == ()


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ('{"type":"page"} \n', [b'{"type":"page"} ']),
        ('  {"a":1}', ['{"a":1}']),
        ('{\n "a" : 1\n}\n', ['{\n "a" : 1\n}']),
        ('{\r\n "a" : 1\r\n}\r\n', ['{\n "a" : 1\n}']),
        ('[ {"a" : 1}, {"b":\n2} ]', ['{"a" : 1}', '{"b":\n2}']),
        ('{"batch":[{"a" : 1},{"b":2,"sentAt":3}],"sentAt":4}', [None, '{"b":2,"sentAt":3}']),
        ("analytics.page()", [None]),
    ],
)
def test_the_text_of_an_event_is_what_it_was_read_from(text: str, texts: list[str | bytes | None]) -> None:
    assert [item.text for item in read(text)] == texts


def test_a_paste_is_numbered_and_its_texts_are_str() -> None:
    items = read_text('{"a":1}\nRaw\n[{"b":2},\n{"c":3}]', "pasted")
    assert [(item.source, item.line, item.text) for item in items] == [
        ("pasted #1", 1, '{"a":1}'),
        ("pasted #2", 2, "Raw"),
        ("pasted #3", 3, '{"b":2}'),
        ("pasted #4", 4, '{"c":3}'),
    ]
    assert read_text(" \n ") == []
    assert read_text('{\n"a":1}')[0].source == "pasted #1"


BATCH = {
    "batch": [
        {
            "type": "track",
            "context": {"ip": "1", "own": True},
            "integrations": {"All": True},
            "originalTimestamp": None,
        },
        {"type": "page", "sentAt": "own", "receivedAt": "r"},
    ],
    "context": {"ip": "2", "app": {}},
    "integrations": {"All": False, "X": True},
    "sentAt": "s",
    "writeKey": "k",
}
MERGED = [
    {
        "type": "track",
        "context": {"ip": "1", "own": True, "app": {}},
        "integrations": {"All": True, "X": True},
        "sentAt": "s",
        "originalTimestamp": None,
    },
    {
        "type": "page",
        "sentAt": "own",
        "receivedAt": "r",
        "context": {"ip": "2", "app": {}},
        "integrations": {"All": False, "X": True},
    },
]


@pytest.mark.parametrize(
    ("form", "source"), [("{}", ["1", "1#2"]), ("[{}]", ["1", "1#2"]), ('{{"a":1}}\n{}', ["2", "2#2"])]
)
def test_a_batch_is_merged_into_its_items(form: str, source: list[str]) -> None:
    items = read(form.format(json.dumps(BATCH)))[-2:]
    assert [row(item)[:2] for item in items] == list(zip(source, MERGED, strict=True))
    assert all(item.findings == () for item in items)


def test_a_pretty_batch_has_the_places_of_its_items() -> None:
    items = read("  " + json.dumps(BATCH, indent=1))
    assert [(item.line, item.column) for item in items] == [(3, 3), (14, 3)]
    items = read('  {"batch":[{"a":1},\n {"b":2}]}')
    assert [(item.source, item.line, item.column) for item in items] == [("f:1", 1, 13), ("f:2", 2, 2)]


@pytest.mark.parametrize(
    ("context", "merged"),
    [(None, None), ("own", "own"), ({"a": 1}, {"a": 1, "b": 2})],
)
def test_only_objects_are_merged_by_key(context: object, merged: object) -> None:
    (event,) = read(json.dumps({"batch": [{"context": context}], "context": {"b": 2}}))
    assert isinstance(event, Event)
    assert event.value["context"] == merged


def test_what_is_told_of_a_batch_goes_to_the_item_it_stands_in() -> None:
    items = read('{"context":{"a":1,}, "batch":[{"x":1},{"y":1,"y":2,},\n], "sentAt":NaN}')
    assert [told(item) for item in items] == [
        [("JSON-TRAILING-COMMA", 1, 18), ("JSON-NUMBER", 2, 13)],
        [("JSON-DUPLICATE-KEY", 1, 46), ("JSON-TRAILING-COMMA", 1, 51), ("JSON-TRAILING-COMMA", 1, 53)],
    ]


def test_of_two_batch_keys_the_last_counts() -> None:
    items = read('{"batch":[1,2,3],"batch":[{"a":1}]}')
    assert [(item.source, item.text, told(item)) for item in items] == [
        ("f:1", '{"a":1}', [("JSON-DUPLICATE-KEY", 1, 18)])
    ]


@pytest.mark.parametrize(
    ("body", "over"),
    [
        ({"batch": [{"a": 1}] * LIMIT_EVENTS}, False),
        ({"batch": [{"a": 1}] * (LIMIT_EVENTS + 1)}, True),
        ({"batch": [{"a": "x" * (LIMIT_BYTES - len('{"batch":[{"a":""},{}]}'))}, {}]}, False),
        ({"batch": [{"a": "x" * (LIMIT_BYTES - len('{"batch":[{"a":""},{}]}') + 1)}, {}]}, True),
    ],
)
def test_segments_limits_of_a_batch(body: dict[str, Any], over: bool) -> None:
    first, *others = read(json.dumps(body, indent=1))
    assert [found.code for found in first.findings] == (["BATCH-LIMIT"] if over else [])
    assert len(others) == len(body["batch"]) - 1
    assert not any(item.findings for item in others)


NOW = "2026-02-03T04:05:06.000Z"
SDK = SdkDefaults(now=NOW, anonymous_id="anon", message_id_prefix="m")


def test_lines_of_code_among_json() -> None:
    text = '{"type":"page"}\n// a comment\nanalytics.track("A", {\n  plan: "pro", // why\n}); analytics.page()\n[[SEGAnalytics sharedAnalytics] screen:@"Home"];\n[{"type":"page"}]'
    items = list(read_events([text], "f", SDK))
    assert [(item.source, item.column, item.value["type"] if isinstance(item, Event) else None) for item in items] == [
        ("f:1", 1, "page"), ("f:3", 1, "track"), ("f:5", 5, "page"), ("f:6", 1, "screen"), ("f:7", 2, "page"),
    ]  # fmt: skip
    assert [told(item) for item in items] == [
        [],
        [("CODE-COMPLETED", 3, 1)],
        [("CODE-COMPLETED", 5, 5)],
        [("CODE-COMPLETED", 6, 1)],
        [],
    ]
    ids = [item.value.get("messageId") for item in items if isinstance(item, Event)]
    assert [found and found.partition("-")[0] for found in ids] == [None, "m", "m", "m", None]
    assert len({*ids}) == 4


@pytest.mark.parametrize(
    ("data", "values", "codes"),
    [
        (b'{"a":"\xff x"}\n{"b":1}', [{"a": "\ufffd x"}, {"b": 1}], [[("TEXT-ENCODING", 1, 7)], []]),
        (b'{\n"a":"\xc3"\n}', [{"a": "\ufffd"}], [[("TEXT-ENCODING", 2, 6)]]),
        ('{"a":"é"}\n{"b":1}'.encode("utf-16"), [{"a": "é"}, {"b": 1}], [[("TEXT-ENCODING", 1, 1)], []]),
        (b"\xfe\xff" + '{"a":"é"}'.encode("utf-16-be"), [{"a": "é"}], [[("TEXT-ENCODING", 1, 1)]]),
        (b'\xef\xbb\xbf{"a":1}', [{"a": 1}], [[("JSON-BOM", 1, 1)]]),
        ('{"a":"\ufffd"}'.encode(), [{"a": "\ufffd"}], [[]]),
        (b"\xff\xfe", [], []),
    ],
)
def test_text_in_each_encoding_is_read_or_reported(data: bytes, values: list[Any], codes: list[Told]) -> None:
    items = read(data)
    assert [item.value for item in items if isinstance(item, Event)] == values
    assert [told(item) for item in items] == codes


def test_a_lone_surrogate_in_a_str_is_kept() -> None:
    first, second = read('{"a":"\ud800"}\n{"b":"é"}')
    assert isinstance(first, Event)
    assert (first.value, told(first)) == ({"a": "\ud800"}, [("JSON-SURROGATE", 1, 6)])
    assert row(second)[1] == {"b": "é"}


def test_duplicate_keys_are_told_on_one_line_and_over_several() -> None:
    assert [told(item) for item in read('{"a": 1, "a": 2}\n{"a":1,\n"a":2}')] == [
        [("JSON-DUPLICATE-KEY", 1, 10)],
        [("JSON-DUPLICATE-KEY", 3, 1)],
    ]


def read_pairs(reading: Reading, cursor: Cursor) -> Iterator[Event]:
    """The event of a line like `event type=track name=A`."""
    chunk = take_line(cursor)
    value = dict(pair.split("=", 1) for pair in chunk.text.split()[1:])
    yield reading.event(chunk, value, reading.findings(chunk, (), cursor))


def test_a_new_form_is_a_line_of_the_table_and_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    form = Form(re.compile("event "), read_pairs, lambda _line: True)
    monkeypatch.setattr("abtui.core.events.reader.FORMS", (*FORMS, form))
    items = read('event type=track name=A\n{"a":1}\n[\n{"b":2}] event type=page\n{"x":\nevent type=page\n')
    assert [(item.source, item.value if isinstance(item, Event) else item.text) for item in items] == [
        ("f:1", {"type": "track", "name": "A"}),
        ("f:2", {"a": 1}),
        ("f:4", {"b": 2}),
        ("f:4#2", {"type": "page"}),
        # An unclosed document before a line of the new form ends there.
        ("f:5", '{"x":'),
        ("f:6", {"type": "page"}),
    ]
