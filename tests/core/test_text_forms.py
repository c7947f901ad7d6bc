"""Text in which people have events: copied requests, logs, streams, mail and pages of documentation; and what is something else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import Event, SdkDefaults, Unreadable, read_events, read_stored, read_text, stored

NOW = "2026-01-31T09:15:02.000Z"
EVENT: dict[str, Any] = {"type": "track", "event": "A", "userId": "u", "originalTimestamp": None}
E = json.dumps(EVENT)
PRETTY = json.dumps(EVENT, indent=2)
POSTED: dict[str, Any] = {
    "type": "track",
    "event": 'it\'s 5 > 3 & \\ "ok" %PATH% é',
    "userId": "u",
    "timestamp": "2026-01-31T09:15:00.000Z",
}
P = json.dumps(POSTED, ensure_ascii=False)
BATCH = json.dumps(
    {"batch": [POSTED, POSTED], "writeKey": "k", "sentAt": "2026-01-31T09:15:01.000Z"}, ensure_ascii=False
)


def read(text: str) -> list[Event | Unreadable]:
    return list(read_events([text], "f", SdkDefaults(now=NOW)))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def ansi(text: str) -> str:
    return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("!", "\\u0021").replace("é", "\\u00e9") + "'"


def double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def caret(text: str) -> str:
    """As browsers write it for Windows."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '^"' + "".join(f"^{c}" if c in '\\"%&<>|^' else c for c in escaped) + '^"'


URL = "https://api.segment.io/v1/t"
# A request -> the names of what it posts.
REQUESTS: dict[str, str] = {
    "bash": f"curl '{URL}' \\\n  -H 'accept: */*' \\\n  --data-raw {quoted(P)} \\\n  --compressed",
    "bash, one line": f"curl -X POST {URL} -u KEY: -H 'Content-Type: application/json' -d {quoted(P)}",
    "bash, over lines": f"curl {URL} -d '\n{json.dumps({**POSTED, 'event': 'A'}, indent=2)}\n'",
    "bash, double quotes": f"curl {URL} --data {double(P)}",
    "bash, ANSI-C": f"curl {URL} --data-binary {ansi(P)}",
    "bash, --json and =": f"curl --json={quoted(P)} --url {URL}",
    "bash, -d together": f"$ curl {URL} -d{quoted(P)} | jq .",
    "bash, a proxy's path": f"curl https://shop.example/api/v1/track -d {quoted(P)}",
    "bash, from below": f"curl {URL} \\\n -d @- <<'EOF'\n{P}\nEOF",
    "over the wire": f"POST /v1/t HTTP/1.1\nHost: api.segment.io\nContent-Type: application/json\n\n{P}",
    "a file of requests": f"POST {URL}\nContent-Type: application/json\n\n{json.dumps({**POSTED, 'event': 'A'}, indent=2)}\n\n###\n",
    "cmd": f'curl ^"{URL}^" ^\n  -H ^"accept: */*^" ^\n  --data-raw {caret(P)} ^\n  --compressed',
    "cmd, doubled": f'curl.exe {URL} -d "{P.replace(chr(34), chr(34) * 2)}"',
    "PowerShell": f'Invoke-WebRequest -UseBasicParsing -Uri "{URL}" `\n-Method "POST" `\n-Headers @{{\n"accept"="*/*"\n}} `\n-ContentType "text/plain" `\n-Body "{P.replace("`", "``").replace(chr(34), "`" + chr(34))}"',
    "fetch": f'fetch("{URL}", {{\n  "headers": {{"content-type": "text/plain"}},\n  "body": {json.dumps(P)},\n  "method": "POST"\n}});',
    "fetch, awaited": f'await fetch("{URL}", {{ method: "POST", body: JSON.stringify({P}) }});',
    "fetch, two arguments": f"window.fetch('{URL}', {{method: 'POST', credentials: 'omit', body: {json.dumps(P)}}})",
    "fetch, with a result": f'const res = await fetch("{URL}", {{\n  method: "POST",\n  body: JSON.stringify({P}),\n}});',
    "axios": f'const res = await axios.post("{URL}", {P}, {{auth: {{username: "k", password: ""}}}});',
    "requests": f'r = requests.post("{URL}", auth=("k", ""), json={POSTED!r})',
    "wget": f"wget --quiet \\\n  --method POST \\\n  --header 'Content-Type: application/json' \\\n  --body-data {quoted(P)} \\\n  '{URL}'",
    "a beacon": f'navigator.sendBeacon("{URL}", {json.dumps(P)});',
}  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_a_copied_request(name: str) -> None:
    text = REQUESTS[name]
    for around in ("{}", "#!/bin/sh\nset -e\n{}\necho done\n", "{}\n" + E):
        first, *others = read(around.replace("{}", text, 1))
        assert isinstance(first, Event)
        assert first.value["originalTimestamp"] == POSTED["timestamp"]
        assert first.value["receivedAt"] == NOW
        assert first.value["event"] in ("A", POSTED["event"])
        assert first.source == f"f:{1 + around.partition('{}')[0].count(chr(10))}"
        assert [item.source for item in others] == ([f"f:{text.count(chr(10)) + 2}"] if around.endswith(E) else [])
        again = read_stored(stored(first))
        assert isinstance(again, Event)
        assert (again.value, again.findings) == (first.value, first.findings)


def test_the_path_gives_the_type_and_a_batch_gives_its_events() -> None:
    untyped = json.dumps({"userId": "u", "event": "A"})
    [event] = read(f"curl https://api.segment.io/v1/track -d '{untyped}'")
    assert isinstance(event, Event)
    assert event.value["type"] == "track"
    items = read(f"curl https://api.segment.io/v1/batch --data-raw {quoted(BATCH)}")
    assert [item.source for item in items] == ["f:1 $.batch[0]", "f:1 $.batch[1]"]
    assert all(isinstance(item, Event) and item.value["sentAt"] == "2026-01-31T09:15:01.000Z" for item in items)


BRUNO = """meta {
  name: track
}

post {
  url: https://api.segment.io/v1/track
  body: json
}

auth:basic {
  username: k
}

body:json {
  {
    "userId": "u",
    "event": "A"
  }
}
"""
INSOMNIA = """type: collection.insomnia.rest/5.0
name: Segment
collection:
  - url: https://api.segment.io/v1/track
    name: track
    method: POST
    body:
      mimeType: application/json
      text: |-
        {
          "userId": "u",
          "event": "A"
        }
  - url: https://shop.example/other
    method: GET
"""
OPEN_COLLECTION = """opencollection: 1.0.0
items:
  - http:
      method: POST
      url: https://api.segment.io/v1/track
      body:
        type: json
        data: '{"userId": "u", "event": "A"}'
"""


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (BRUNO, ["f:1"]), (BRUNO + BRUNO, ["f:1", "f:20"]), (BRUNO.replace("\n", "\r\n"), ["f:1"]), (INSOMNIA, ["f:1 $.collection[0].body.text"]), (OPEN_COLLECTION, ["f:1 $.items[0].http.body.data"]),
    ],
)  # fmt: skip
def test_the_files_of_http_clients(text: str, sources: list[str]) -> None:
    items = read(text)
    assert [item.source for item in items] == sources
    for item in items:
        assert isinstance(item, Event)
        assert (item.value["type"], item.value["event"], item.value["receivedAt"]) == ("track", "A", NOW)
    data = text.encode("utf-16")
    assert (
        list(read_events((data[at : at + 5] for at in range(0, len(data), 5)), "f", SdkDefaults(now=NOW)))[-1].source
        == sources[-1]
    )


@pytest.mark.parametrize(
    "text",
    [
        "meta {\n" * 5_000,
        "meta {\n  a: 1\n}\n",
        INSOMNIA[:60] + "[" * 5_000,
        "opencollection: 1\n" * 5_000,
        "opencollection: *a\n",
    ],
)
def test_a_broken_file_of_a_client_is_told(text: str) -> None:
    assert any(isinstance(item, Unreadable) for item in read(text))


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("curl https://example.com/x", "EVENT-NOT-OBJECT", "posts no event"),
        ("curl https://api.segment.io/v1/t -d @event.json", "CODE-UNREADABLE", "in a file"),
        ("curl https://example.com/x -d 'a=1", "EVENT-NOT-OBJECT", "posts no event"),
        ('fetch("/x").then(r => r.json())', "EVENT-NOT-OBJECT", "posts no event"),
    ],
)
def test_a_request_without_an_event(text: str, code: str, says: str) -> None:
    [item] = read(text)
    assert isinstance(item, Unreadable)
    assert item.findings[-1].code == code
    assert says in item.findings[-1].message


# A text, and the sources of the events in it; nothing else is told.
TEXTS: list[tuple[str, list[str]]] = [
    (f"2026-01-31T09:15:00.123456789Z {E}", ["f:1"]),
    (f"2026-01-31T09:15:00.123456789Z stdout F {E}\n2026-01-31T09:15:01Z stdout F GET /health 200\n", ["f:1"]),
    (f"[2026-01-31 09:15:00,123] INFO in app: {E}", ["f:1"]),
    (f"I, [2026-01-31T09:15:00.000000 #1]  INFO -- : {E}", ["f:1"]),
    (f"Jan 31 09:15:00 web-1 app[123]: {E}", ["f:1"]),
    (f"<34>1 2026-01-31T09:15:00Z web app - ID47 - {E}", ["f:1"]),
    (f"web-1  | {E}\ndb-1   | ready for connections\nweb-2  | {E}", ["f:1", "f:3"]),
    (f"[pod/web-5d8/app] {E}", ["f:1"]),
    (f"[web worker] {E}", ["f:1"]),
    (f"I0131 09:15:00.000000   123 main.go:12] {E}", ["f:1"]),
    (f"level=info ts=2026-01-31T09:15:00Z msg=sent event={E} took=3ms", ["f:1"]),
    (f"time=x level=info msg={json.dumps(E)} n=1", ["f:1"]),
    (f"10:15:00.123 [main] DEBUG c.e.Shop - sent {E}, {E}", ["f:1", "f:1#2"]),
    (f"Received: {json.dumps({'detail': EVENT})}", ["f:1 $.detail"]),
    (f"got 2 events: {json.dumps([EVENT, EVENT])}", ["f:1 $[0]", "f:1 $[1]"]),
    (f"2026-01-31T09:15:00Z INFO sent {PRETTY}\n2026-01-31T09:15:00Z INFO done", ["f:1"]),
    (f"[10:15:00] DEBUG {{\n  a: 1\n}}\n[10:15:00] DEBUG [\n{PRETTY}\n]", ["f:4 $[0]"]),
    (f"1) {json.dumps(E)}\n2) {json.dumps(E)}", ["f:1", "f:2"]),
    (f"key-1\t{E}", ["f:1"]),
    (f"\x1b[32mINFO\x1b[0m \x1b[90m[web]\x1b[0m {E}", ["f:1"]),
    (f"web-1  | {PRETTY.replace(chr(10), chr(10) + 'web-1  | ')}\nweb-1  | ok", ["f:1"]),
    (f"[0] kube.log: [[1769850900.1, {{}}], {{\"log\"=>{json.dumps(E)}}}]\n[1] kube.log: [1769850900.1, {{\"log\"=>\"hi\"}}]", ["f:1 $[1].log"]),
    (f"We lost `{E}`, and this: `{E}`.", ["f:1", "f:1#2"]),
    (f"body := `{E}`", ["f:1"]),
    (f"{{code:json}}\n{PRETTY}\n{{code}}\nand {{noformat}}\n{{noformat}}\n{E}\n{{noformat}}", ["f:2", "f:11"]),
    (json.dumps(E), ["f:1"]),
    (f"{json.dumps(E)}\n{json.dumps(E)}", ["f:1", "f:2"]),
    (f"[{json.dumps(E)}, {json.dumps(E)}]", ["f:1", "f:1#2"]),
    (f"data: {E}\n\ndata: {E}\n\n", ["f:1", "f:3"]),
    (f"id: 1\nevent: track\nretry: 3000\ndata: {E}\n\n: ping\n\nevent: end\ndata: [DONE]\n", ["f:4"]),
    ("event: x\n" + "\n".join(f"data: {line}" for line in PRETTY.split("\n")) + "\n\n", ["f:2"]),
    ("\n".join(f"data:{line}" for line in PRETTY.split("\n")), ["f:1"]),
    (f"> {E}", ["f:1"]),
    (f">> {E}\n> {E}\n\nOn Jan 31, Ann wrote:\n", ["f:1", "f:2"]),
    ("Hi,\n\n" + "\n".join(f"> {line}" for line in PRETTY.split("\n")) + "\n\nBye", ["f:3"]),
    ('> {"type": "track", "event": "Order\n> Completed", "userId": "u", "originalTimestamp": null}', ["f:1"]),
    ('> On Monday Ann wrote:\n> {"type": "track", "event": "A", "user\n> Id": "u", "originalTimestamp": null}', ["f:1"]),
    (f"# Title\n\nThis is what we send:\n\n```json\n{PRETTY}\n```\n\nand then\n\n~~~\n{E}\n~~~\n", ["f:6", "f:17"]),
    (f"1. first\n\n   ```js\n   {E}\n   ```\n", ["f:4"]),
    (f"Anna  10:32\n```{E}```\nBen  10:33\n```{PRETTY}```\n", ["f:2", "f:4"]),
    (f"```json {E}\n```\nwith options:\n```js {{1,3}}\n{E}\n```\n`{E}`\n", ["f:1", "f:5", "f:7"]),
]  # fmt: skip


def test_a_call_between_two_fences_on_one_line_is_read() -> None:
    (item,) = read('```analytics.track("Order Completed", {total: 1})```\n')
    assert isinstance(item, Event)
    assert (item.value["event"], item.value["properties"]) == ("Order Completed", {"total": 1})


@pytest.mark.parametrize(("text", "sources"), TEXTS)
def test_events_in_a_text(text: str, sources: list[str]) -> None:
    items = read(text)
    assert [item.source for item in items] == sources
    for item in items:
        assert isinstance(item, Event)
        assert item.value["type"] == "track"
        assert {found.code for found in item.findings} <= {"TEXT-LEFT-OUT"}
        again = read_stored(stored(item))
        assert isinstance(again, Event)
        assert again.value == item.value
    assert [item.value for item in read_text(text) if isinstance(item, Event)] == [
        item.value for item in items if isinstance(item, Event)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-31 09:15:00,123 INFO started", "2026-01-31T09:15:00Z started", "[2026-01-31 09:15:00] started [x]", "[INFO] started", "127.0.0.1 - - [31/Jan/2026:09:15:00 +0000] \"GET / HTTP/1.1\" 200 2",
        "09:15:00.123 [main] INFO started", "1769850900.123 started", "1769850900 started", "=====", "(started) now", "@ann look", "$ ls", "50% of users", "🎉 done", "1,2,3", "17", '"id","total"', "-- Boot --",
        '[0] kube.log: [1769850900.1, {"log"=>"hi"}]',
    ],
)  # fmt: skip
def test_lines_of_another_file_are_told_once(line: str) -> None:
    [item] = read(f"{line}\n" * 5_000)
    assert isinstance(item, Unreadable)
    assert item.findings[-1].message == "This is text, and no events."
    assert [item.source for item in read(f"{E}\n{line}\n{line}\n{E}")] == ["f:1", "f:2", "f:4"]


@pytest.mark.parametrize("text", ["```\nsome\ntext\n```\n", 'id,body\n1,"{""track"":1}"\n2,"{""track"":2}"\n'])
def test_text_of_a_known_form_without_an_event_is_told(text: str) -> None:
    [item] = read(text)
    assert isinstance(item, Unreadable)


def test_text_around_is_told_once() -> None:
    first, second = read(f"starting\nready\nweb | {E}\nGET /\nGET /\nweb | {E}\nbye")
    assert [(found.code, found.line) for found in first.findings] == [("TEXT-LEFT-OUT", 1)]
    assert second.findings == ()


def test_an_event_with_a_mistake_in_a_log_is_told_where_it_is() -> None:
    event, broken, last = read(f'web | {E}\nweb | GET {{x}}\nweb | {{"type": "track", "event": }}\nweb | {E}')
    assert isinstance(event, Event)
    assert isinstance(last, Event)
    assert isinstance(broken, Unreadable)
    assert [(found.code, found.line, found.column) for found in broken.findings] == [("JSON-SYNTAX", 3, 34)]


# What is something else, and the words that say what.
OTHERS: list[tuple[str | bytes, str]] = [
    (b"PAR1\x15\x00\n\n\xff\x00", "a Parquet file"), (b"Obj\x01\x04\x14avro", "an Avro file"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "an image"), (b"\xff\xd8\xff\xe0\x00\x10JFIF", "an image"), (b"GIF89a\x01", "an image"), (b"%PDF-1.4\n%x", "a PDF"),
    (b"SQLite format 3\x00", "a database"), (b"\x7fELF\x02\x01", "a program"),
    ("<!DOCTYPE html>\n<html>\n<script>\nvar x = {\n</script>\n" + E, "a page of HTML"), ("<?xml version='1.0'?>\n<a>\n</a>\n", "XML"), ("<svg>\n</svg>", "an image"),
    ("name: x\non: push\njobs:\n  a:\n    - b\n", "YAML"), ("select *\nfrom events\nwhere 1", "SQL"), ("import os\n\ndef f():\n    return 1\n", "a program"),
    ("# Readme\n\nThis is a *project*.\n\n- one\n- two\n\n1. three\n", "text"), ("Dear Ann,\nhello.\nBye\n", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), OTHERS)
def test_something_else_is_told_once(data: str | bytes, kind: str) -> None:
    [item] = read_events([data], "f")
    assert isinstance(item, Unreadable)
    assert f"This is {kind}" in item.findings[-1].message
    assert item.findings[-1].hint
    assert item.source == "f:1"


def test_lines_of_text_among_events_are_told_together() -> None:
    items = read(f"{E}\nfoo\nbar\n\n- baz\n{E}\nlast")
    assert [(item.source, isinstance(item, Event)) for item in items] == [
        ("f:1", True),
        ("f:2", False),
        ("f:6", True),
        ("f:7", False),
    ]
    assert items[1].findings[-1].message.startswith("These 3 lines are no events")
    assert items[1].text == "foo\nbar\n- baz"


@pytest.mark.parametrize("text", [f"> [{E},\n> {E}\n", f"data: [{E},\ndata: {E}\n"], ids=["mail", "stream"])
def test_each_item_of_a_part_of_a_text_has_a_name_of_its_own(text: str) -> None:
    items = read(text)
    assert items[-1].findings[-1].message == "The list is never closed."
    assert [item.source for item in items] == ["f:1", "f:2", "f:1#2"]


def test_no_event_is_lost_where_a_long_line_below_a_command_is_read_in_parts() -> None:
    many = [{**POSTED, "event": str(at), "properties": {"text": "x" * 1_000}} for at in range(1_100)]
    items = read(f"curl {URL} -d @- <<EOF\n{json.dumps({'batch': many})}\nEOF\n{E}")
    assert [item.value["event"] for item in items if isinstance(item, Event)] == [*map(str, range(1_100)), "A"]


def test_a_posted_body_that_is_too_large_is_told_and_not_left_out() -> None:
    body = json.dumps({**POSTED, "properties": {"lists": [[]] * 900_000}}, separators=(",", ":"))
    items = read(f"{E}\ncurl {URL} -d @- <<EOF\n{body}\nEOF\n{E}")
    assert [[found.code for found in item.findings] for item in items] == [[], ["VALUE-TOO-LARGE"], []]


REQUEST = json.dumps({"method": "GET", "path": "/cart", "headers": {}})


@pytest.mark.parametrize(
    "text", [f"> {E}\n> {REQUEST}\n\n{E}\n", f"{E}\n> {REQUEST}\n\n{E}\n", f"{E}\n{REQUEST}\n> {E}\n"]
)
def test_a_request_without_an_event_is_left_out_and_told_across_the_parts_of_a_text(text: str) -> None:
    items = read(text)
    assert [isinstance(item, Event) for item in items] == [True, True]
    assert [[found.code for found in item.findings] for item in items] == [[], ["REQUESTS-LEFT-OUT"]]


def test_lines_of_text_in_a_text_with_requests_are_told_as_lines() -> None:
    items = read(f"hello\n> {REQUEST}\n> there\n{REQUEST}\n")
    assert [item.findings[-1].message.split(":")[0] for item in items] == ["These 2 lines are no events"]


PIECES = [E, PRETTY, "curl", "curl '", " -d ", "'", '"', "$'", "^", "\\\n", "\n", "> ", ">> ", "data: ", "id: 1\n", "```", "~~~json\n", "web | ", "[pod] ", "fetch(", "fetch(\"/v1/t\", {body: ", ")", "{", "}", "[", "]", "x = ", "wrap(", "\x00", "PAR1", "`", "|"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12))
def test_any_text_is_read_and_twice_alike(pieces: list[str]) -> None:
    text = "".join(pieces)
    items = read(text)
    assert items == read(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert len({item.source for item in items}) == len(items)
    for item in items:
        assert 1 <= item.line <= lines
        assert all(found.line is None or 1 <= found.line <= lines for found in item.findings)
        if isinstance(item, Unreadable):
            assert any(found.severity == "error" for found in item.findings)


BRACES = '{"track": ' * 50
TRAPS = {
    "open quotes": "curl ' \n" * 20_000, "open ANSI quotes": "curl $'x\n" * 20_000, "continued": "curl x \\\n" * 50_000, "tables": "irm @{\n" * 20_000,
    "bodies": 'irm -Body "' * 20_000, "carets": "curl ^" * 50_000, "words": "curl " + "' " * 100_001, "streams": "data: x\n" * 20_000,
    "open streams": "data: {\n" * 5_000, "quoted": "> {\n" * 2_500, "quoted marks": ">" * 100_000, "fences": "```{\n" * 20_000,
    "output": "a | {\n" * 2_500, "logs": f"a {BRACES}\n" * 500, "a log": "a " + '{"track":1} ' * 10_000, "code in a log": "a " + "f(" * 50_000 + E,
    "brackets in a log": "a " + "[" * 100_000 + "track", "fetch": 'fetch("/v1/t", {body: "\n' * 3_000, "texts": '"track\n' * 5_000, "texts of texts": '"track\\"' * 20_000,
    "base64": json.dumps({"a": ["QUJD" * 100] * 5_000}), "no base64": json.dumps({"a": ["QUJD" * 100_000 + "%"] * 3}), "text in text": json.dumps({"a": ["{track" * 50_000] * 3}),
    "requests": "GET /x\n" * 10_000, "headers": "POST /x\na: b\n" * 10_000, "bodies of requests": "POST /x\n{\n" * 5_000, "here": "curl -d @- <<E\n" * 20_000,
    "over lines": "INFO {\n" * 5_000,
    "one bracket": "]" * 20_000 + "\n", "prose": "word word\n" * 10_000, "paths": f"{E[:-1]}, " * 3_000,
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_read_in_linear_time(name: str) -> None:
    """A loop that looks twice at what it has seen would take minutes here."""
    items = read(TRAPS[name])
    assert len(items) <= 20_001
    assert all(len(item.findings) <= 41 for item in items)


RECORDS = (
    '{"log":"GET /cart 200\\n","stream":"stdout","time":"2026-01-31T09:15:00Z"}',
    '{"level":"info","msg":"started","ts":1769850900}',
    '{"severity":"INFO","textPayload":"ready","insertId":"1"}',
    '{"@timestamp":"2026-01-31T09:15:00Z","message":"ready","host":{"name":"web"}}',
)


@pytest.mark.parametrize("record", RECORDS)
def test_other_records_of_a_log_are_left_out_wherever_they_stand(record: str) -> None:
    event = json.dumps({"level": "info", "time": 1, "message": E})
    [item] = read(f"{record}\n{record}\n{event}\n{record}\n")
    assert isinstance(item, Event)
    assert (item.source, item.value["event"]) == ("f:3 $.message", "A")
    assert [(found.code, found.line) for found in item.findings] == [("TEXT-LEFT-OUT", 1)]
    [none] = read(f"{record}\n" * 3)
    assert isinstance(none, Unreadable)
    assert none.findings[-1].message == "None of these 3 records of a log holds an event."


@pytest.mark.parametrize(
    "value",
    [
        '{"message":"hi"}',
        '{"level":"info","message":"hi","event":"A"}',
        '{"type":"x","message":"m","time":1}',
        '{"a":1}',
    ],
)
def test_other_objects_are_told_as_what_they_are(value: str) -> None:
    [item] = read(value)
    assert isinstance(item, Event)
