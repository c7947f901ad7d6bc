"""Exposures that came past Segment: every form, cut anywhere, and joined by the hash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.experiments import elsewhere
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.counted import counted
from abtui.core.experiments.elsewhere import Row, Sent, Unread, begins_elsewhere, read_elsewhere
from abtui.core.experiments.summary import ExperimentSummary
from tests.core.experiment_cases import HOUR, T, bought, exposed

BODY = exposed("u1")
ENTRY = {"receivedAt": "2026-04-11T04:30:05.548Z", "path": "/v1/context", "environment": "staging", "application": "website", "body": BODY}  # fmt: skip
HAR = {
    "log": {
        "entries": [
            {"request": {"method": "GET", "url": "https://shop.example/", "headers": []}},
            {"request": {"method": "POST", "postData": {"text": "a=b"}}},
            {
                "request": {
                    "method": "PUT",
                    "url": "https://acme.absmartly.io/v1/context",
                    "headers": [{"name": "x-environment", "value": "staging"}, {"name": "X-Application", "value": "website"}],
                    "postData": {"mimeType": "application/json", "text": json.dumps(BODY)},
                }
            },
        ]
    }
}  # fmt: skip
ROW = {
    "event_type": "exposure",
    "unit_uid": uid_hash("u1"),
    "unit_type": "user_id",
    "event_at": T,
    "experiment_name": "checkout",
    "variant": 1,
    "flags": 3,
    "properties": None,
}
HEADERS = {"X-Environment": "staging", "X-Application": "website"}
AS_ROW = Row("user_id", uid_hash("u1"), None, "checkout", 1, T, 3)
HEXED = {**ROW, "unit_uid": "?", "unit_uid_hex": "e4774cdda0793f86414e8b9140bb6db4"}


def line(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


FORMS: dict[str, tuple[str, list[Sent | Row]]] = {
    "nothing": ("\n \n", []),
    "JSON Lines of bodies": (f"{line(BODY)}\n\n{line(BODY)}\n", [Sent(BODY, {}), Sent(BODY, {})]),
    "a body over several lines": (json.dumps(BODY, indent=2), [Sent(BODY, {})]),
    "objects with a request": (
        line({"request": {"url": "x", "headers": HEADERS, "body": BODY}}) + "\n" + line({"request": None}),
        [Sent(BODY, HEADERS)],
    ),
    "a body as text": (line({"request": {"body": line(BODY)}}), [Sent(BODY, {})]),
    "the state of a collector": (
        line({"accepted": ENTRY}) + "\n" + line({"rejected": {**ENTRY, "errors": []}}),
        [Sent(BODY, HEADERS), Sent(BODY, HEADERS, refused=True)],
    ),
    "what a collector received": (line({"accepted": [ENTRY], "rejected": [], "counts": {}}), [Sent(BODY, HEADERS)]),
    "a batch": (line({"request": {"headers": HEADERS, "body": {"requests": [BODY, BODY]}}}), [Sent(BODY, HEADERS)] * 2),
    "a batch that is refused as a whole": (
        line({"requests": [BODY, {"units": []}]}),
        [Sent(BODY, {}, refused=True), Sent({"units": []}, {}, refused=True)],
    ),
    "a batch in the state of a collector": (line({"accepted": {**ENTRY, "body": {"requests": [BODY]}}}), [Sent(BODY, HEADERS)]),
    "nothing received": (line({"accepted": [], "rejected": [], "counts": {}}), []),
    "a HAR file": ("\ufeff" + json.dumps(HAR, indent=1), [Sent(BODY, HEADERS)]),
    "rows of the console": (line(ROW) + "\n" + line({**ROW, "event_type": "goal"}), [AS_ROW]),
    "a list of rows": (json.dumps([ROW, ROW], indent=2), [AS_ROW, AS_ROW]),
    "a hash in hexadecimal": (line(HEXED), [AS_ROW._replace(hashed=uid_hash("u1"))]),
    "a plain uid": (line({**ROW, "unit_uid": "u1"}), [AS_ROW._replace(plain="u1")]),
    "CSV": (
        "unit_uid,unit_type,event_type,event_at,experiment_id,experiment_name,variant,goal_name,properties\r\n"
        f'{uid_hash("u1")},user_id,exposure,{T},1,checkout,1,,\r\n'
        f'{uid_hash("u1")},user_id,goal,{T},,,,purchase,"{{""a"": ""x,\ny""}}"\r\n'
        f'u1,user_id,exposure,2026-04-11T04:30:05.548Z,1,checkout,1,,\r\n',
        [AS_ROW, AS_ROW._replace(plain="u1")],
    ),
    "CSV with semicolons": (
        "event_type;unit_type;unit_uid;event_at;experiment_name;variant\n"
        f"exposure;user_id;{uid_hash('u1')};{T};checkout;1\n",
        [AS_ROW],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_a_form_is_read_however_it_is_cut(form: str, size: int) -> None:
    text, expected = FORMS[form]
    data = text.encode()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(read_elsewhere(pieces)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{line(BODY)}\n{{\n{line(BODY)}", [Sent(BODY, {}), Unread(2, "is not JSON"), Sent(BODY, {})]),
        ('{"type": "track"}', [Unread(1, "has no request and no row of an export")]),
        ("5\n", [Unread(1, "has no request and no row of an export")]),
        ("<html>", [Unread(1, "is not JSON")]),
        (
            "event_type,unit_uid\nexposure,u1\n",
            [Unread(2, "is no whole row of an exposure; its time must be a date, or in milliseconds")],
        ),
    ],
)
def test_what_is_neither_is_told_with_its_line(text: str, expected: list[object]) -> None:
    assert list(read_elsewhere([text.encode()])) == expected


def test_a_value_that_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "LARGEST", 1_000)
    found = list(
        read_elsewhere([f"{line(BODY)}\n".encode(), b'{"a": "', *[b"x" * 100] * 20, f'"}}\n{line(BODY)}'.encode()])
    )
    assert found == [Sent(BODY, {}), Unread(2, "is not JSON"), Sent(BODY, {})]


@given(st.binary(max_size=200) | st.text().map(lambda text: f"event_type,unit_uid\n{text}".encode("utf-8", "replace")))
def test_any_bytes_are_read_to_their_end(data: bytes) -> None:
    assert all(isinstance(item, Unread) for item in read_elsewhere([data]))


def test_rows_and_requests_join_the_goals_of_plain_uids() -> None:
    for item in (AS_ROW, Sent(exposed("u1", 1), HEADERS)):
        summary = ExperimentSummary()
        summary.add(bought("u1", T + HOUR), {})
        summary.add_elsewhere(item)
        found = counted(summary)["experiments"]["checkout"]
        assert found["participants"]["1"] == 1
        assert found["goals"]["purchase"]["attributed"] == 1


def test_the_flags_of_a_row_are_heeded() -> None:
    summary = ExperimentSummary()
    for flags in (3, 7, 3 | 64, 3 | 128, 1, 3 | 32):
        summary.add_elsewhere(AS_ROW._replace(hashed=str(flags), flags=flags))
    found = counted(summary)["experiments"]["checkout"]
    assert (found["exposures"]["rows"], found["participantsTotal"]) == (6, 2)
    assert summary.requests["exposures"] == 6


def test_what_a_collector_refused_counts_for_nothing() -> None:
    summary = ExperimentSummary()
    summary.add_elsewhere(Sent(BODY, HEADERS, refused=True))
    assert counted(summary)["requests"]["rejected"] == 1
    assert not summary.experiments


ROW = "exposure,user_id,u{0},2026-04-11T04:30:05Z,checkout,1,3"
TABLE = ["event_type,unit_type,unit_uid,event_at,experiment_name,variant,flags", *(ROW.format(n) for n in range(5))]
BROKEN: dict[str, tuple[str, int, list[int]]] = {
    "a first line that is cut off": ('{"publishedAt": 1, "un\n' + "\n".join(json.dumps(exposed(f"u{n}")) for n in range(3)), 3, [1]),
    "a comment above": ("# exposures\n" + "\n".join(json.dumps(exposed(f"u{n}")) for n in range(3)), 3, [1]),
    "a quote that is not closed": ("\n".join([*TABLE[:2], TABLE[2] + '"', *TABLE[3:]]), 4, [3]),
    "two quotes that are not closed": ("\n".join([*TABLE[:2], TABLE[2] + '"', TABLE[3], TABLE[4] + '"', TABLE[5]]), 3, [3, 5]),
    "a time in seconds": ("\n".join([*TABLE[:3], TABLE[3].replace("2026-04-11T04:30:05Z", "1775881805")]), 2, [4]),
    "what a spreadsheet adds": ("sep=;\n" + "\n".join(TABLE).replace(",", ";").replace("event_type", "EVENT_TYPE"), 5, []),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_costs_its_own_line(name: str) -> None:
    text, good, lines = BROKEN[name]
    found = list(read_elsewhere([text.encode()]))
    assert [item.line for item in found if isinstance(item, Unread)] == lines
    assert len(found) == good + len(lines)
    assert begins_elsewhere(text.encode())
