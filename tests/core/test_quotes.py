"""Typographic quotes and odd spaces: what was meant is read, the character is named once, and texts that are right stay as they are."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.events import Event, Unreadable, read_one, read_text, stored

T: dict[str, Any] = {"type": "track", "event": "E", "userId": "u"}
TEXTS: list[tuple[str, list[Any], list[str]]] = [
    ("{“type”: “track”, “event”: “E”, “userId”: “u”}", [T], ["JSON-QUOTES"]),
    ("{„type“: „track“, „event“: „E“, „userId“: „u“}", [T], ["JSON-QUOTES"]),
    ("{”type”: ”track”, ”event”: ”E”, ”userId”: ”u”}", [T], ["JSON-QUOTES"]),
    ('{“type": “track”, "event": “E", “userId": "u"}', [T], ["JSON-QUOTES"]),
    ("{‘type’: ‘track’, ‘event’: ‘it’s’, ‘userId’: ‘u’}", [{**T, "event": "it’s"}], ["JSON-QUOTES", "CODE-LITERAL"]),
    ("{type: ‘track’, event: “E”, userId: 'u'}", [T], ["JSON-QUOTES", "CODE-LITERAL"]),
    ('{“type”: “track”, “event”: “a "b" c”, “userId”: “u”}', [{**T, "event": 'a "b" c'}], ["JSON-QUOTES"]),
    ('{"type": "track", "event": "say “hi” ‘you’", “userId”: “u”}', [{**T, "event": "say “hi” ‘you’"}], ["JSON-QUOTES"]),
    ('{"type": "track", "event": "say “hi”\u00a0you\u200b", "userId": "u"}', [{**T, "event": "say “hi”\u00a0you\u200b"}], []),
    ('{"type":\u00a0"track", "event":\u202f"E",\u3000"userId": "u"}', [T], ["JSON-SPACES"]),
    ('{\n\u00a0\u00a0"type": "track",\n\u00a0\u00a0"event": "a\u00a0b",\n\u00a0\u00a0"userId": "u"\n}', [{**T, "event": "a\u00a0b"}], ["JSON-SPACES"]),
    ('{"type":\u200b"track", "event": "E", "userId": "u"\u2060}', [T], ["JSON-SPACES"]),
    ('\u200b{"type": "track", "event": "E", "userId": "u"}', [T], ["JSON-SPACES"]),
    ("{“type”:\u00a0“track”, “event”: “E – F — G”, “userId”: “u”}", [{**T, "event": "E – F — G"}], ["JSON-QUOTES", "JSON-SPACES"]),
    ("[{“type”: “track”, “event”: “E”, “userId”: “u”}, {“type”: “track”, “event”: “E”, “userId”: “u”}]", [T, T], ["JSON-QUOTES"]),
    ("{“payload”: {“type”: “track”, “event”: “E”, “userId”: “u”}}", [T], ["JSON-QUOTES"]),
    ("{“batch”: [{“type”: “track”, “event”: “E”, “userId”: “u”, “receivedAt”: null}]}", [{**T, "receivedAt": None}], ["JSON-QUOTES"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "codes"), TEXTS, ids=[text[:30] for text, _, _ in TEXTS])
def test_what_was_meant_is_read(text: str, expected: list[Any], codes: list[str]) -> None:
    items = read_text(text)
    assert [item.value for item in items if isinstance(item, Event)] == expected, items
    assert not [item for item in items if isinstance(item, Unreadable)]
    assert [note.code for note in items[0].findings] == codes
    assert "E" not in codes or "“" in items[0].findings[0].message
    again = read_one(stored(items[0]).text, "f")
    assert isinstance(again, Event)
    assert again.value == expected[0]


def test_the_character_is_named_with_its_place() -> None:
    [item] = read_text('{"type": "track",\n"event":\u00a0„E“}')
    assert [(note.message, note.line, note.column) for note in item.findings] == [
        ("The quotes are typographic, such as „; they were read as straight ones.", 2, 10),
        ("Between the values is a no-break space, U+00A0; it was read as a plain space.", 2, 9),
    ]


def test_a_call_is_read_too() -> None:
    [item] = read_text("analytics.track(“Order Completed”, {‘total’: 12.5})")
    assert isinstance(item, Event)
    assert (item.value["event"], item.value["properties"]) == ("Order Completed", {"total": 12.5})
    assert [note.code for note in item.findings] == ["JSON-QUOTES", "CODE-COMPLETED"]


def test_what_is_broken_beside_the_quotes_is_told() -> None:
    [item] = read_text("{“type”: “track” “event”: “E”}")
    assert isinstance(item, Unreadable)
    assert [note.code for note in item.findings] == ["JSON-QUOTES", "JSON-SYNTAX"]
    assert item.findings[-1].column == 25


@pytest.mark.parametrize("scrap", ["“", "”", "“a", "{“", "‘", "“ ", "\u00a0", "“\\", '“"'])
def test_many_of_them_are_read_to_the_end(scrap: str) -> None:
    for text in (scrap * 30_000, "{" + scrap * 30_000, "analytics.track(" + scrap * 30_000):
        assert not [item for item in read_text(text) if isinstance(item, Event)]
