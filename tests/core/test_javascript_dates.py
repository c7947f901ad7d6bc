"""Date.parse, against what Node 20 answered (`TZ=UTC`; `Date.parse(text)`, NaN written as null)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.text.javascript import JavaScriptTypeError, dates, parse_date, parse_date_value
from abtui.core.text.javascript.date_parser import parse_any_form

DATA = Path(__file__).parents[1] / "data"
RECORDED: list[tuple[str, int | None]] = [
    tuple(row) for row in json.loads((DATA / "javascript_dates.json").read_text("utf-8"))
]
CASES = [json.loads(line) for line in (DATA / "classic.jsonl").read_text("utf-8").rstrip("\n").split("\n")]
ACTIONS = [json.loads(line) for line in (DATA / "actions.jsonl").read_text("utf-8").rstrip("\n").split("\n")]

DAY = 86_400_000
JULY_1 = 20_270 * DAY


@pytest.mark.parametrize("parse", [parse_date, parse_any_form])
def test_recorded_dates_are_parsed_as_v8_parses_them(parse: Callable[[str], int | None]) -> None:
    wrong = [(text, expected, parse(text)) for text, expected in RECORDED if parse(text) != expected]
    assert wrong == []
    assert len(RECORDED) > 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-07-01T10:00:00.000Z", JULY_1 + 36_000_000),
        ("2025-07-01", JULY_1),
        ("2025-07", JULY_1),
        ("2025", 1_735_689_600_000),
        ("2025-07-01T10:00", JULY_1 + 36_000_000),
        ("2025-07-01T12:00:00+02:00", JULY_1 + 36_000_000),
        ("2025-07-01T06:30:00.5-0330", JULY_1 + 36_000_500),
        ("2025-07-01T24:00:00Z", JULY_1 + DAY),
        ("2025-07-01T24:00:01Z", None),
        ("2025-02-30T00:00:00Z", 1_740_873_600_000),
        ("2025-13-01T00:00:00Z", None),
        ("2025-07-01T10:00:00 Z", None),
        ("2025-07-01 10:00:00Z", JULY_1 + 36_000_000),
        ("Jul 1, 2025 10:00:00 GMT", JULY_1 + 36_000_000),
        ("Tue, 01 Jul 2025 05:00:00 EST", JULY_1 + 36_000_000),
        ("2025-07-01t10:00:00z", JULY_1 + 36_000_000),
        ("2025-07-01T10:00:60Z", None),
        ("2025-07-01T10:00:00,5Z", None),
        (" 2025-07-01T10:00:00Z", None),
        ("2025-07-01T10:00:00Z ", None),
        (" 2025-07-01", JULY_1),
        ("Feb 30 2025", 1_740_873_600_000),
        ("2025/02/30", 1_740_873_600_000),
        ("02/30/2025 (half a day) 12:00 PM", 1_740_873_600_000 + DAY // 2),
        ("2025-07-01 10:00:00 GMT+0200 (CEST)", JULY_1 + 28_800_000),
        ("-000000-01-01T00:00:00Z", None),
        ("-000000-01-01", 978_307_200_000),  # no ISO date, but the legacy parser's January 1st of 0, which is 2001
        ("+275760-09-13T00:00:00.000Z", 8_640_000_000_000_000),
        ("+275760-09-13T00:00:00.001Z", None),
        ("", None),
        ("not a date", None),
    ],
)
def test_each_rule_of_date_parsing_holds(text: str, expected: int | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-07-01", JULY_1),
        (1617021042261, None),
        (2025, 1_735_689_600_000),
        (12.0, 1_007_164_800_000),
        (None, None),
        (True, None),
        ({}, None),
        (["2025-07-01"], JULY_1),
        ([], None),
    ],
)
def test_any_value_becomes_text_first(value: object, expected: int | None) -> None:
    assert parse_date_value(value) == expected


def test_an_object_that_cannot_become_text_throws() -> None:
    with pytest.raises(JavaScriptTypeError):
        parse_date_value({"toString": 1})


def _is_goal(case: dict[str, Any]) -> bool:
    event = case["event"]
    view_or_track = event["type"] in ("track", "page", "screen") and event.get("event") != "Experiment Viewed"
    return case["outcome"] == "send" and view_or_track


@pytest.mark.parametrize("case", [case for case in CASES if _is_goal(case)], ids=lambda case: case["id"])
def test_dates_of_recorded_cases_are_parsed_as_recorded(case: dict[str, Any]) -> None:
    event, body = case["event"], case["request"]["body"]
    # What is absent is `undefined`, and Date.parse reads that word.
    assert parse_date_value(event.get("sentAt", "undefined")) == body["publishedAt"]
    assert parse_date_value(event.get("originalTimestamp", "undefined")) == body["goals"][0]["achievedAt"]


def test_timestamps_of_recorded_mappings_are_parsed_as_recorded() -> None:
    wrong, forms = [], set()
    for case in ACTIONS:
        timestamp = case["event"].get("timestamp", "undefined")
        is_number = isinstance(timestamp, int | float) and not isinstance(timestamp, bool)
        expected = timestamp if is_number else parse_date_value(timestamp)
        for result in case["results"]:
            if result["outcome"] == "send":
                body = result["request"]["body"]
                times = [body["publishedAt"], *(goal["achievedAt"] for goal in body.get("goals") or [])]
                forms.add(json.dumps(timestamp))
                if any(time != expected for time in times):
                    wrong.append((case["id"], timestamp, times))
    assert wrong == []
    assert len(forms) > 25


def test_conformance_has_goals() -> None:
    assert sum(map(_is_goal, CASES)) == 357


@given(st.text())
def test_never_crashes_and_answers_the_same_twice(text: str) -> None:
    assert parse_date(text) == parse_date(text) == parse_any_form(text)


@given(
    st.tuples(
        st.sampled_from(["2025", "0000", "9999", "0099", "2024"]),
        st.sampled_from(["00", "01", "02", "12", "13"]),
        st.sampled_from(["00", "01", "29", "31", "32"]),
        st.sampled_from(["00", "23", "24", "25"]),
        st.sampled_from(["00", "59", "60"]),
        st.sampled_from(["00", "59", "60"]),
        st.from_regex(r"(\.[0-9]{0,12})?", fullmatch=True),
        st.sampled_from(["Z", "z", "", "+02:00", "-0330", "+24:00", "+02:60", "+02", " Z"]),
    )
)
def test_the_quick_ways_agree_with_the_parser(parts: tuple[str, ...]) -> None:
    year, month, day, hour, minute, second, fraction, zone = parts
    text = f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction}{zone}"
    assert parse_date(text) == parse_any_form(text)


@given(st.datetimes())
def test_iso_texts_are_what_the_calendar_says(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_date(text) == parse_date(text) == expected


def test_the_minute_table_is_bounded() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    for number in range(dates._MAX_MINUTES + 10):
        moment = start + timedelta(minutes=number)
        assert parse_date(f"{moment:%Y-%m-%dT%H:%M}:00.000Z") == number * 60_000
    assert len(dates._MINUTES) <= dates._MAX_MINUTES
