"""Objects, lists and assignments as programs have them: each is the JSON that it stands for, with what is inside an event left in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import Event, Unreadable, read_one, read_text, stored

T: dict[str, Any] = {"type": "track", "event": "E", "userId": "u"}
LITERALS: list[tuple[str, list[Any]]] = [
    # JavaScript
    ('{type: "track", event: "E", userId: "u"}', [T]),
    ("{type: 'track', event: 'E', userId: 'u',}", [T]),
    ("{\n  // the event\n  type: 'track', /* of orders */\n  event: `E`,\n  userId: 'u'\n}", [T]),
    ("{type:'track',event:'E',userId:'u',properties:{a:1_000,b:0xff,c:.5,d:undefined,e:[undefined,null,],f:-1e3,'g-h':'it\\'s',$i:+2,3:4}}",
     [{**T, "properties": {"a": 1000, "b": 255, "c": 0.5, "e": [None, None], "f": -1000.0, "g-h": "it's", "$i": 2, "3": 4}}]),
    ("{type: 'track', event: 'a \"b\" {c', userId: 'u}'}", [{**T, "event": 'a "b" {c', "userId": "u}"}]),
    ("{type: 'track', event: 'E', userId: 'u', timestamp: new Date('2026-01-31T09:15:00Z')}", [{**T, "timestamp": "2026-01-31T09:15:00.000Z"}]),
    ("[{type: 'track', event: 'E', userId: 'u'}, {\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\"}]", [T, T]),
    ("[\n  {\n    type: 'track',\n    event: 'E',\n    userId: 'u',\n  },\n  {\n    type: 'page',\n    name: 'Home',\n    userId: 'u',\n  },\n]", [T, {"type": "page", "name": "Home", "userId": "u"}]),
    ("({type: 'track', event: 'E', userId: 'u'})", [T]),
    ("{payload: {type: 'track', event: 'E', userId: 'u'}, settings: {}}", [T]),
    ("{batch: [{type: 'track', event: 'E', userId: 'u', receivedAt: null}], sentAt: '2026-01-31'}", [{**T, "receivedAt": None, "sentAt": "2026-01-31"}]),
    ("{\n  type: 'track',\n  event: 'E',\n  userId: 'u',\n  timestamp: 2026-01-31T09:15:00.000Z,\n  properties: { a: [ 1, 2 ] }\n}", [{**T, "timestamp": "2026-01-31T09:15:00.000Z", "properties": {"a": [1, 2]}}]),
    # Python
    ("{'type': 'track', 'event': 'E', 'userId': 'u', 'anonymousId': None, 'properties': {'first': True, 'no': False, 't': (1, 2), 'one': (1,), 'n': {'a': []}}}",
     [{**T, "anonymousId": None, "properties": {"first": True, "no": False, "t": [1, 2], "one": [1], "n": {"a": []}}}]),
    ("{u'type': u'track', u'event': u'E', u'userId': u'u'}", [T]),
    ("{'type': 'track',\n 'event': \"E\",\n 'userId': 'u',\n 'properties': {'name': \"it's\", 'quote': 'say \"x\"'}}", [{**T, "properties": {"name": "it's", "quote": 'say "x"'}}]),
    ("{'type': 'track', 'event': 'E', 'userId': 'u', 'timestamp': datetime.datetime(2026, 1, 31, 9, 15, 0, 123000, tzinfo=datetime.timezone.utc), 'properties': {'price': Decimal('12.50'), 'id': UUID('6a7e'), 'day': datetime.date(2026, 1, 31)}}",
     [{**T, "timestamp": "2026-01-31T09:15:00.123000+00:00", "properties": {"price": 12.5, "id": "6a7e", "day": "2026-01-31"}}]),
    ("OrderedDict([('type', 'track'), ('event', 'E'), ('userId', 'u')])", [T]),
    ("dict(type='track', event='E', userId='u')", [T]),
    ("{'event': 'E',\n 'properties': {'a': 'one '\n                     'two', 'b': 1},\n 'type': 'track', 'userId': 'u'}", [{**T, "properties": {"a": "one two", "b": 1}}]),
    ("{'type': 'track', 'event': 'E', 'userId': 'u', 'timestamp': datetime.datetime(2026, 1, 31, tzinfo=zoneinfo.ZoneInfo(key='UTC')), 'sentAt': datetime.datetime(2026, 1, 31, tzinfo=dateutil.tz.tzutc())}",
     [{**T, "timestamp": "2026-01-31T00:00:00+00:00", "sentAt": "2026-01-31T00:00:00+00:00"}]),
    ('{"type": "track", "event": "E", "userId": "u", "properties": {"a": None}}', [{**T, "properties": {"a": None}}]),
    ("[{'type': 'track', 'event': 'E', 'userId': 'u'},\n {'type': 'track', 'event': 'E', 'userId': 'u'}]", [T, T]),
    # PHP and Ruby
    ('["type" => "track", "event" => "E", "userId" => "u", "properties" => ["a" => [1, 2], "b" => NULL, \'c\' => \'\\n\']]', [{**T, "properties": {"a": [1, 2], "b": None, "c": "\\n"}}]),
    ('array("type" => "track", "event" => "E", "userId" => "u")', [T]),
    ("array(\n  'type' => 'track',\n  'event' => 'E',\n  'userId' => 'u',\n);", [T]),
    ('[["type" => "track", "event" => "E", "userId" => "u"], ["type" => "track", "event" => "E", "userId" => "u"]]', [T, T]),
    ("{:type => 'track', :event => 'E', :userId => 'u', :properties => {:a => :b, \"c\" => nil}}", [{**T, "properties": {"a": "b", "c": None}}]),
    ('{"type"=>"track", "event"=>"E", "userId"=>"u", "properties"=>{"total"=>12.5}}', [{**T, "properties": {"total": 12.5}}]),
    ("{type: 'track', event: 'E', userId: 'u', properties: {ok: true, none: nil}}", [{**T, "properties": {"ok": True, "none": None}}]),
    ('{"type"=>"track", "event"=>"E", "userId"=>"u", "timestamp"=>2026-01-31 10:15:00.5 +0100, "sentAt"=>2026-01-31 09:15:01 UTC}', [{**T, "timestamp": "2026-01-31T09:15:00.500Z", "sentAt": "2026-01-31T09:15:01.000Z"}]),
    # Swift, Kotlin, Java, Go, C#
    ('["type": "track", "event": "E", "userId": "u", "properties": ["a": nil, "b": [:]]]', [{**T, "properties": {"a": None, "b": {}}}]),
    ('mapOf("type" to "track", "event" to "E", "userId" to "u")', [T]),
    ('Map.of("type", "track", "event", "E", "userId", "u")', [T]),
    ('map[string]interface{}{"type": "track", "event": "E", "userId": "u", "properties": map[string]any{"a": []int{1}}}', [{**T, "properties": {"a": [1]}}]),
    ('new Dictionary<string, object> { ["type"] = "track", ["event"] = "E", { "userId", "u" } }', [T]),
]  # fmt: skip
ASSIGNED: list[str] = [
    "payload = @;", "const x = @", "let x: Event = @ as Event;", "var x: Record<string, any> = @", "window.events = [@];", "export default @", "export default [@]", "module.exports = @",
    "exports.event = @;", "export const e = @", "return @;", "  return @", "const e =\n  @;", "const e = (@);", "event=@", "$event = @;", "@event = @@", "val e = @", "Map<String, Object> e = @;",
    "self.events = [@]", "body = JSON.stringify(@)", "body = json.dumps(@)", "export const E = Object.freeze(@);", "const events = [\n  @,\n  @\n];\n", "event := @", "data['event'] = @",
]  # fmt: skip


def values(text: str) -> list[Any]:
    """The events of a text, none of which may be unreadable."""
    items = read_text(text)
    assert not [item for item in items if isinstance(item, Unreadable)], items
    return [item.value for item in items if isinstance(item, Event)]


@pytest.mark.parametrize(("text", "expected"), LITERALS, ids=[text[:40] for text, _ in LITERALS])
def test_a_literal_is_the_json_it_stands_for(text: str, expected: list[Any]) -> None:
    assert values(text) == expected
    assert values(f"{text}\n{text}") == expected * 2
    assert values(f"\n  {text}\nreturn {text.rstrip(chr(59))};") == expected * 2
    assert "CODE-LITERAL" in [note.code for note in read_text(text)[0].findings]


@pytest.mark.parametrize(("text", "expected"), LITERALS, ids=[text[:40] for text, _ in LITERALS])
def test_a_literal_is_kept_as_it_is(text: str, expected: list[Any]) -> None:
    for item, value in zip(read_text(text), expected, strict=True):
        kept = stored(item)
        again = read_one(kept.text, kept.source)
        assert isinstance(again, Event)
        assert again.value == value


@pytest.mark.parametrize("line", ASSIGNED)
@pytest.mark.parametrize("value", ['{"type":"track","event":"E","userId":"u"}', "{type: 'track', event: 'E', userId: 'u'}", "{'type': 'track', 'event': 'E', 'userId': 'u'}"])  # fmt: skip
def test_the_value_of_an_assignment_is_read(line: str, value: str) -> None:
    text = line.replace("@@", "\0").replace("@event", "\1").replace("@", value).replace("\0", value).replace("\1", "@event")  # fmt: skip
    assert values(text) == [T] * text.count("'u'" if "'u'" in value else '"u"')
    assert values(f"{text}\n{text}") == values(text) * 2


def test_an_event_inside_an_event_is_none() -> None:
    text = "export default [{type: 'identify', userId: 'u', traits: {history: [{type: 'track', event: 'Inner', userId: 'i'}]}}]"
    assert [value["type"] for value in values(text)] == ["identify"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"])
def test_a_number_that_json_does_not_have_is_told(number: str) -> None:
    [item] = read_text(f"{{type: 'track', event: 'NaN', properties: {{a: {number}}}}}")
    assert isinstance(item, Event)
    assert item.value["properties"] == {"a": None}
    [note] = [note for note in item.findings if note.code == "JSON-NUMBER"]
    assert note.message.startswith(f"{number} is")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{type: 'track', event: name}", 24), ("{type: 'track', event: 'a' + b}", 28), ("{type: 'track', event: `a ${b}`}", 27), ("{type: 'track', ...rest}", 17), ("{type: 'track', event}", 17), ("{'type': 'track' 'event': 'E'}", 18),
        ("{'type': 'track', 'event': f'{x}'}", 28), ("{'type': 'track', 'when': datetime.datetime(2026, 1, 31)}", 27), ("{'type': 'track', 'o': <object at 0x7f>}", 24),
        ('["type" => $type]', 12), ("{type: 'track', event: fn()}", 24), ("{'type': 'track'", 17), ("{a: " + "[" * 300, 204),
    ],
)  # fmt: skip
def test_what_has_no_value_is_told_with_its_place(text: str, column: int) -> None:
    [item] = read_text(text)
    assert isinstance(item, Unreadable)
    assert (item.findings[-1].code, item.findings[-1].column) == ("CODE-UNREADABLE", column), item


@pytest.mark.parametrize(
    "text",
    [
        "{name: 'shop', version: '1.0.0', type: 'module'}", "const config = {type: 'bar', data: [1, 2]}", "export default {plugins: []}", "array('a' => 1)", "let x = [1, 2, 3];",
        "{'event': 'E', 'properties': {'distinct_id': 'u'}}", "x = dict(a=1)", "body { color: red; }", "if (x == {}) {", "x == {type: 'track'}",
        "const f = () => ({type: 'track', event: 'E'})", "for (const a = {type: 'track'}; ;) {}",
    ],
)  # fmt: skip
def test_what_is_no_event_stays_none(text: str) -> None:
    events = [item.value for item in read_text(text) if isinstance(item, Event)]
    assert not [value for value in events if value.get("type") == "track"], events


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32) | st.text(st.characters(codec="utf-8"), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=4, alphabet="abπ'\"\\ \n"), JSON, min_size=1, max_size=4))
def test_what_python_prints_is_read_back(value: dict[str, Any]) -> None:
    event = {**T, "properties": value}
    assert values(repr(event)) == [event]


@pytest.mark.parametrize("before", ["INFO:root:", "2026-01-31 09:15:00,123 INFO sending ", "[web-1] payload="])
def test_a_printed_dictionary_in_a_log_is_read(before: str) -> None:
    assert values(f"{before}{{'type': 'track', 'event': 'E', 'userId': 'u', 'properties': {{'a': None}}}}")[-1] == {
        **T,
        "properties": {"a": None},
    }


def test_a_mark_of_quoted_mail_behind_a_value_is_none() -> None:
    text = "{:type => 'track', :event => 'E', :properties => {:a => :b, 'c' => nil}}> {'x' => 1, 'y' => 2, 'z' => 3}"
    assert [item.value for item in read_text(text) if isinstance(item, Event)][:1] == [
        {"type": "track", "event": "E", "properties": {"a": "b", "c": None}}
    ]
