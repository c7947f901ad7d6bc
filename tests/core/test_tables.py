"""Tables of events and rows of a warehouse: each row is its event, and what is no row of one costs no other."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import Event, Unreadable, read_events, read_one, stored

T: dict[str, Any] = {"type": "track", "event": "Order Completed", "userId": "u-1"}
DATES = {"originalTimestamp": "2026-01-31T09:15:00.000Z", "sentAt": "2026-01-31T09:15:01.000Z"}
HEAD = "type,event,userId,properties\n"
TABLES: list[tuple[str, list[dict[str, Any]]]] = [
    ('type,event,userId,anonymousId,originalTimestamp,sentAt,properties\ntrack,Order Completed,u-1,,2026-01-31T09:15:00.000Z,2026-01-31T09:15:01.000Z,"{""total"":12.5}"\n', [{**T, **DATES, "properties": {"total": 12.5}}]),
    ("type,userId,event,originalTimestamp,sentAt,properties.total\ntrack,u-1,Order Completed,2026-01-31T09:15:00.000Z,2026-01-31T09:15:01.000Z,12.5", [{**T, **DATES, "properties": {"total": 12.5}}]),
    ("Type;Event;User ID;Properties.Total\ntrack;Order Completed;u-1;12.5", [{**T, "properties": {"Total": 12.5}}]),
    ("type\tevent\tuser_id\tproperties.a\ntrack\tOrder Completed\tu-1\tx, y", [{**T, "properties": {"a": "x, y"}}]),
    ("\ufefftype,event,userId\r\ntrack,Order Completed,u-1\r\n\r\ntrack,Order Completed,u-1\r\n", [T, T]),
    ('"type","event","userId","properties.note"\n"track","Order Completed","u-1","two\nlines, and ""quotes"""\ntrack,Order Completed,u-1,\n', [{**T, "properties": {"note": 'two\nlines, and "quotes"'}}, T]),
    ("type, event, userId\ntrack, Order Completed, u-1\ntrack, \"Order Completed\", u-1", [T, T]),
    ("type,event,userId\ntrack,Order Completed,u-1\ntype,event,userId\ntrack,Order Completed,u-1\n", [T, T]),
    ("sep=;\ntype;event;userId\ntrack;Order Completed;u-1\n;;\n", [T]),
    ("type|event|userId\ntrack|Order Completed|u-1", [T]),
    (" type  |      event      | user_id \n-------+-----------------+---------\n track | Order Completed | u-1\n(1 row)\n", [T]),
    ("| type | event | userId |\n|------|:-----:|--------|\n| track | Order Completed | u-1 |\n", [T]),
    ("+-------+-------+--------+\n| type | event | userId |\n+-------+-------+--------+\n| track | Order Completed | u-1 |\n+-------+-------+--------+\n", [T]),
    ('type,event,userId,properties\ntrack,Order Completed,u-1,"{\\"a\\":1,\\"b\\":2}"\ntrack,Order Completed,u-1,{"a":1,"b":2}', [{**T, "properties": {"a": 1, "b": 2}}] * 2),
    (",type,event,userId\n0,track,Order Completed,u-1\n1,track,Order Completed,u-1", [T, T]),
    ("type,event,userId,properties.a,properties.b,properties.c,properties.d,properties.e,properties.f,properties.g\ntrack,Order Completed,007,007,1.50,TRUE,1e5,+1,12345678901234567890,-3", [{**T, "userId": "007", "properties": {"a": "007", "b": 1.5, "c": True, "d": "1e5", "e": "+1", "f": "12345678901234567890", "g": -3}}]),
    ("type,event,userId,context.library.name,context.ip,integrations.All\ntrack,Order Completed,u-1,analytics.js,192.0.2.1,false", [{**T, "context": {"library": {"name": "analytics.js"}, "ip": "192.0.2.1"}, "integrations": {"All": False}}]),
    ("type,event,userId,properties.products.0.sku,properties.products.1.sku,properties.x[0]\ntrack,Order Completed,u-1,a,b,1", [{**T, "properties": {"products": [{"sku": "a"}, {"sku": "b"}], "x": [1]}}]),
    ("type,event,userId,revenue,plan\ntrack,Order Completed,u-1,9,pro\nidentify,,u-1,,free", [{**T, "properties": {"revenue": 9, "plan": "pro"}}, {"type": "identify", "userId": "u-1", "traits": {"plan": "free"}}]),
    ("type,userId,traits,properties\nidentify,u-1,\"{'plan': 'pro', 'paid': True, 'n': None}\",", [{"type": "identify", "userId": "u-1", "traits": {"plan": "pro", "paid": True, "n": None}}]),
    ('type,userId,name,properties.tags\npage,u-1,Home,"[""a"",1]"', [{"type": "page", "userId": "u-1", "name": "Home", "properties": {"tags": ["a", 1]}}]),
    ("anonymous_id,event,event_text,id,original_timestamp,received_at,sent_at,timestamp,user_id,total,context_ip,context_library_name\na-1,order_completed,Order Completed,m-1,2026-01-31 09:15:00.000 UTC,2026-01-31 09:15:01+00,2026-01-31T10:15:00.5+01:00,2026-01-31 09:15:00.123456,0012,12.50,192.0.2.1,analytics.js",
     [{"type": "track", "event": "Order Completed", "userId": "0012", "anonymousId": "a-1", "messageId": "m-1", "originalTimestamp": "2026-01-31T09:15:00.000Z", "receivedAt": "2026-01-31T09:15:01.000Z", "sentAt": "2026-01-31T09:15:00.500Z",
       "timestamp": "2026-01-31T09:15:00.123Z", "context": {"ip": "192.0.2.1", "library": {"name": "analytics.js"}}, "properties": {"total": 12.5}}]),
]  # fmt: skip
STAMPS = {
    "id": "m-1",
    "received_at": "2026-01-31 09:15:01.000 UTC",
    "original_timestamp": "2026-01-31 09:15:00 UTC",
    "sent_at": None,
}
OWN = {"messageId": "m-1", "receivedAt": "2026-01-31T09:15:01.000Z", "originalTimestamp": "2026-01-31T09:15:00.000Z"}
ROWS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("row.json", {**STAMPS, "user_id": "u", "event": "e_e", "event_text": "E E", "order_id": 5, "uuid_ts": "x", "products": '[{"sku":"a"}]'}, {"type": "track", "userId": "u", "event": "E E", "properties": {"order_id": 5, "products": [{"sku": "a"}]}}),
    ("row.json", {"USER_ID": "u", "EVENT_TEXT": "E", "TOTAL": 5}, {"type": "track", "userId": "u", "event": "E", "properties": {"total": 5}}),
    ("row.json", {"user_id": "u", "event_text": "E"}, {"type": "track", "userId": "u", "event": "E", "properties": {}}),
    ("row.json", {"ID": "m", "USER_ID": "u", "EVENT": "e_e", "EVENT_TEXT": "E E", "TOTAL": 5}, {"type": "track", "messageId": "m", "userId": "u", "event": "E E", "properties": {"total": 5}}),
    ("export.json", {**STAMPS, "anonymous_id": "a", "name": "Home", "path": "/", "url": "https://x", "title": "T"}, {"type": "page", "anonymousId": "a", "name": "Home", "properties": {"path": "/", "url": "https://x", "title": "T"}}),
    ("data/screens.json", {**STAMPS, "user_id": "u", "name": "Feed", "items": 3}, {"type": "screen", "userId": "u", "name": "Feed", "properties": {"items": 3}}),
    ("exports\\shop_identifies-2026.jsonl", {**STAMPS, "user_id": "u", "name": "Ann"}, {"type": "identify", "userId": "u", "traits": {"name": "Ann"}}),
    ("export.json", {**STAMPS, "user_id": "u", "email": "a@b.c", "context_user_agent": "x", "context_device_advertising_id": "d", "context_traits_plan": "pro"},
     {"type": "identify", "userId": "u", "traits": {"email": "a@b.c"}, "context": {"userAgent": "x", "device": {"advertisingId": "d"}, "traits": {"plan": "pro"}}}),
    ("export.json", {**STAMPS, "user_id": "u", "group_id": "g", "employees": 5}, {"type": "group", "userId": "u", "groupId": "g", "traits": {"employees": 5}}),
    ("export.json", {**STAMPS, "user_id": "u", "previous_id": "p"}, {"type": "alias", "userId": "u", "previousId": "p"}),
]  # fmt: skip


def read(data: str | bytes, name: str = "events.csv") -> list[Event | Unreadable]:
    return list(read_events([data], name))


def values(items: list[Event | Unreadable]) -> list[Any]:
    assert not [item for item in items if isinstance(item, Unreadable)], items
    return [item.value for item in items if isinstance(item, Event)]


@pytest.mark.parametrize(("text", "expected"), TABLES, ids=[text[:40] for text, _ in TABLES])
def test_a_row_is_its_event(text: str, expected: list[dict[str, Any]]) -> None:
    items = read(text)
    assert values(items) == expected
    notes = [[note.code for note in item.findings if note.code != "JSON-BOM"] for item in items]
    assert notes[0] == ["TABLE-READ"] + ["ROW-REBUILT"] * ("event_text" in text)
    assert not any(notes[1:])
    for encoding in ("utf-8", "utf-16"):
        data = text.encode(encoding)
        assert values(list(read_events((data[at : at + 7] for at in range(0, len(data), 7)), "f.csv"))) == expected


CELL = '"{""type"":""track"",""event"":""Order Completed"",""userId"":""u-1""}"'


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (f"id,created_at,raw event\n1,2026,{CELL}\n2,2026,\n3,2026,{CELL}", '$["raw event"]'), (f"@timestamp,@message\n2026,START\n2026,{CELL[0]}2026 abc INFO {CELL[1:]}\n\n2026,{CELL}", '$["@message"]'),
        (f'"_raw","_time"\n{CELL},"2026"\n{CELL},"2026"', "$._raw"), (f"payload\n{CELL}\n{CELL}\n", "$.payload"), (f"id;body\n1;{CELL}\n2;{CELL}", "$.body"),
        ('id,body\n1,"{\n  ""type"": ""track"",\n  ""event"": ""Order Completed"", ""userId"": ""u-1""\n}"\n2,' + CELL, "$.body"),
    ],
)  # fmt: skip
def test_events_as_json_in_cells_of_another_table_are_read(text: str, way: str) -> None:
    items = read(text)
    assert values(items) == [T, T]
    assert [item.source.partition(" ")[2] for item in items] == [way, way]
    data = text.encode("utf-16")
    assert list(read_events((data[at : at + 7] for at in range(0, len(data), 7)), "events.csv"))[1] == items[1]


def test_broken_json_in_a_cell_is_told_and_rows_without_json_are_left_out() -> None:
    event, broken = read(f'id,body\n0,started\n1,{CELL}\n2,"{{""type"": ""track"", oops}}"\n3,done\n')
    assert isinstance(event, Event)
    assert isinstance(broken, Unreadable)
    assert (broken.findings[-1].code, broken.findings[-1].line) == ("TABLE-ROW", 4)
    assert "`body`" in broken.findings[-1].message
    assert [item.source for item in read(f"Report of January\n\nid,body\n1,{CELL}\n")] == [
        "events.csv:4 $.body",
    ]


def test_a_row_has_its_line_and_is_kept() -> None:
    items = read(TABLES[5][0])
    assert [(item.source, item.line) for item in items] == [("events.csv:2", 2), ("events.csv:4", 4)]
    again = read_one(stored(items[0]).text, "f")
    assert isinstance(again, Event)
    assert again.value == TABLES[5][1][0]


@pytest.mark.parametrize(("source", "row", "expected"), ROWS, ids=[source for source, _, _ in ROWS])
def test_a_row_of_a_warehouse_is_its_event(source: str, row: dict[str, Any], expected: dict[str, Any]) -> None:
    expected = {**expected, **(OWN if "id" in row else {})}
    for data in (json.dumps(row), json.dumps([row]), json.dumps(row, indent=1), repr(row)):
        [item] = read(data, source)
        assert isinstance(item, Event)
        assert item.value == expected
        assert "ROW-REBUILT" in [note.code for note in item.findings]
    [inside] = read(json.dumps({"rows": [row]}), source)
    assert inside.source == f"{source}:1 $.rows[0]"
    written = io.StringIO()
    csv.writer(written).writerows([row.keys(), ["" if cell is None else cell for cell in row.values()]])
    assert values(read(written.getvalue(), source)) == [expected]


def test_columns_that_differ_only_in_case_make_no_row() -> None:
    [item] = read(json.dumps({"USER_ID": "u", "EVENT_TEXT": "E", "TOTAL": 5, "total": 6}), "row.json")
    assert isinstance(item, Event)
    assert "type" not in item.value


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("track,E", "has 2 cells, and the header 4"), ("track,E,u,,x", "has 5 cells, and the header 4"), ('track,"E,u,', "quote that is never closed"), ("track,E,u,{", "`properties` is no JSON object"), ("track,E,u,5", "`properties` is no JSON object"),
        ('track,"E"x,u,', "quote that is never closed"),
    ],
)  # fmt: skip
def test_a_broken_row_costs_no_other(row: str, message: str) -> None:
    good = 'track,Order Completed,u-1,"{""a"":1}"'
    items = read(f"{HEAD}{good}\n{row}\n{good}\n{good}\n")
    assert [item.source for item in items] == [f"events.csv:{line}" for line in (2, 3, 4, 5)]
    assert [isinstance(item, Event) for item in items] == [True, False, True, True]
    assert (items[1].findings[-1].code, items[1].findings[-1].line) == ("TABLE-ROW", 3)
    assert message in items[1].findings[-1].message


def test_what_follows_a_table_is_read() -> None:
    items = read(f'{HEAD}track,A,u,\n{{"type":"track","event":"B","userId":"u"}}\n{HEAD}track,C,u,\n')
    assert [item.value["event"] for item in items if isinstance(item, Event)] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "text",
    [
        "event,userId,timestamp\nA,u,2026\nB,u,2026\n",
        "anonymous_id,user_id,name,id,received_at,sent_at\na,u,Ann,1,2026,2026\n",
    ],
)
def test_a_table_without_a_type_is_told_once(text: str) -> None:
    [item] = read(text)
    assert isinstance(item, Unreadable)
    assert "`type`" in item.findings[-1].hint
    assert item.findings[-1].severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        "id,received_at,email\nu,2026-01-31,a@b.c\n", "order,total\n1,2\n", "type,name\nmodule,shop\n", "event,distinct_id,time\nA,u,1\n", "a,b,c\n1,2,3\n", "Dear all, the type, event and userId are missing.\n",
        json.dumps({"id": 1, "user_id": 5, "received_at": "2026", "total": 3}), json.dumps({"id": "u", "received_at": "2026", "email": "a@b.c"}), json.dumps({**STAMPS, "user_id": "u", "name": "Ann"}),
    ],
)  # fmt: skip
def test_what_is_no_event_stays_none(text: str) -> None:
    assert not [item for item in read(text, "export.csv") if isinstance(item, Event) and "type" in item.value]


def many(rows: int) -> Iterator[bytes]:
    yield HEAD.encode()
    for number in range(rows):
        yield b'track,E%d,u,"{""n"":%d}"\n' % (number, number)


def test_a_table_is_read_row_by_row() -> None:
    events = read_events(many(10**9), "events.csv")
    for number in range(1000):
        item = next(events)
        assert isinstance(item, Event)
        assert item.value["event"] == f"E{number}"


@pytest.mark.parametrize(
    "scrap", ['"', '"\n', "a,b\n", "track,E,u,\n", 'x"\n', ",", '""', '"a,\n', "track,E,u,{\n", '"""']
)
def test_a_hostile_table_is_read_to_its_end(scrap: str) -> None:
    for start in (HEAD, "type,userId," + "properties.a." * 3_000 + "\n"):
        for item in read(start + scrap * (50_000 // len(scrap))):
            assert isinstance(item, Event | Unreadable)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=12).filter(
    lambda cell: cell != "\\N"
)


@given(st.lists(st.tuples(CELLS, CELLS, st.dictionaries(CELLS, CELLS | st.integers(-(2**53), 2**53) | st.booleans(), max_size=3)), min_size=1, max_size=4), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_what_a_table_is_written_of_is_read_back(
    rows: list[tuple[str, str, dict[str, Any]]], separator: str, end: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator=end)
    writer.writerow(["type", "event", "userId", "properties"])
    # A line end inside a cell is one of the table's own.
    for event, user, data in rows:
        writer.writerow(["track", event, user, json.dumps(data)])
    assert values(read(written.getvalue())) == [
        {"type": "track", "event": event, "userId": user, "properties": data} for event, user, data in rows
    ]
