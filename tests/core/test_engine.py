"""The one entry point: text and config in, outcomes out. Always an answer, always the same, nothing changed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.contract import violations
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.outcomes import Outcome
from abtui.core.report.outcome import outcome_json
from abtui.core.report.outcome_lines import OutcomeLines
from abtui.core.text.javascript import stringify, stringify_lines
from tests.kit import CONFIG, ENV, event, map_pieces, map_text
from tests.thorough import MANY

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parents[2] / "abtui/core/report/outcome.schema.json").read_text())
)


def config(text: str = CONFIG) -> Config:
    reading = read_config(text, ENV)
    assert reading.config is not None, reading.findings
    return reading.config


CATALOG = "catalog: {goals: [purchase], units: [user_id], environments: [staging], applications: [website]}\n"
CONFIGS = [
    config(),
    config(CONFIG.replace("true", "false")),
    config(CONFIG + "behavior: {identify: reject, viewGoalNames: slug}\n" + CATALOG),
    config(CONFIG.replace("{ userId: user_id }", "{ userId: u, anonymousId: a, traits.email: e, version: v }")),
]

numbers = (
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**53 + 1, -0.0, 1e21, 1e-7, 10**30])
)
texts = st.text(max_size=12) | st.sampled_from(
    ["", " ", "a@b.co", "2026-01-01T00:00:00Z", "u" * 700, "toString", "__proto__"]
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            texts | st.sampled_from(["absmartly", "units", "goals", "length", "type", "uid", "1"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
names = st.sampled_from(["Order Completed", "order completed", "Experiment Viewed", "A"]) | values
dates = st.sampled_from(["2026-01-01T00:00:00.000Z", "2025", "x"]) | values
events = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "page", "screen", "identify", "group", "alias"]) | values},
    optional={
        "event": names,
        "name": names,
        "userId": values,
        "anonymousId": values,
        "messageId": values,
        "properties": values | st.dictionaries(st.just("absmartly"), values),
        "traits": values | st.dictionaries(st.just("absmartly"), values),
        "integrations": values | st.dictionaries(st.sampled_from(["All", "AB Smartly"]), st.booleans()),
        "sentAt": dates,
        "originalTimestamp": dates,
        "receivedAt": dates,
        "context": values,
        "version": values,
    },
)


actions = config(
    "destination: actions\nsettings:\n  collectorEndpoint: https://acme.absmartly.io/v1\n"
    "  apiKey: ${KEY}\n  environment: staging\n" + CATALOG
)


def outcome_of(value: dict[str, Any], used: Config) -> Outcome:
    return Mapper(used).outcome(Event("test", value), explain=True)


@settings(max_examples=MANY)
@given(st.lists(events, min_size=1, max_size=6), st.sampled_from([*CONFIGS, actions]))
def test_what_is_remembered_of_other_events_changes_no_outcome(values: list[dict[str, Any]], used: Config) -> None:
    mapper, lines = Mapper(used), OutcomeLines()
    for value in [*values, *values]:
        item = Event("test", value)
        outcome, fresh = mapper.outcome(item), Mapper(used).outcome(item)
        assert outcome == fresh
        assert lines.line(outcome) == outcome_json(fresh)
        counted = mapper.outcome(item, wire=False)
        assert [(one.url, one.headers, one.own) for one in counted.requests] == [
            (one.url, one.headers, one.own) for one in fresh.requests
        ]
        assert stringify([one.body for one in counted.requests]) == stringify([one.body for one in fresh.requests])
        assert (counted.fate, counted.reason, counted.findings) == (fresh.fate, fresh.reason, fresh.findings)


@pytest.mark.parametrize("name", ["\ud800", "\x7f\u200b", 'a"\\b\n', "é"])
def test_a_line_of_parts_has_the_same_escapes(name: str) -> None:
    outcome = Mapper(CONFIGS[0]).outcome(
        Event(name, {"type": "track", "event": name, "messageId": name, "userId": "1"})
    )
    assert OutcomeLines().line(outcome) == outcome_json(outcome)


@settings(max_examples=MANY)
@given(events, st.sampled_from(CONFIGS))
def test_any_event_has_an_outcome(value: dict[str, Any], used: Config) -> None:
    before = copy.deepcopy(value)
    outcome = outcome_of(value, used)
    assert value == before, "the event was changed"
    assert outcome == outcome_of(value, used), "not the same answer twice"
    plain = Mapper(used).outcome(Event("test", value))
    assert plain.steps == ()
    assert (plain.request, plain.reason, plain.findings) == (outcome.request, outcome.reason, outcome.findings)
    assert (outcome.request is not None) == (outcome.verdict == "send")
    told = {finding.payload_path for finding in outcome.findings}
    if outcome.request is not None:
        missing = [violation for violation in violations(outcome.request.body) if violation.path_text not in told]
        assert not missing
        assert (outcome.fate == "refused") == bool(violations(outcome.request.body))
        assert (outcome.fate == "refused") == any(finding.severity == "error" for finding in outcome.findings)
        decision = Mapper(used).decide(value)
        assert stringify_lines([decision.body]) == outcome.request.body_bytes == stringify(outcome.request.body)
    for explain in (False, True):
        line = outcome_json(outcome, explain=explain)
        assert b"\n" not in line
        told_as = json.loads(line)
        SCHEMA.validate(told_as)
        assert ("steps" in told_as) is explain
    if outcome.verdict != "send":
        assert outcome.steps[-1].result == "stopped"


@settings(max_examples=MANY)
@given(
    st.lists(
        st.text(max_size=30) | st.sampled_from([event(), '{"a":', "[1,", "//", "analytics.page()", "\n", "}", '"'])
    ).map("".join)
)
def test_any_text_has_an_answer(text: str) -> None:
    first = map_text(text, CONFIGS[0])
    assert first == map_text(text, CONFIGS[0])


def test_pieces_and_text_agree() -> None:
    text = "\n".join(event(messageId=str(n), event=f"E{n}") for n in range(20))
    whole = [item for item in map_text(text, CONFIGS[0]) if isinstance(item, Outcome)]
    data = text.encode()
    pieces = [data[at : at + 37] for at in range(0, len(data), 37)]
    streamed = [item for item in map_pieces(pieces, "f.jsonl", CONFIGS[0]) if isinstance(item, Outcome)]
    assert [item.request for item in whole] == [item.request for item in streamed]
    assert [item.source for item in streamed] == [f"f.jsonl:{n}" for n in range(1, 21)]
    assert [item.source for item in whole] == [f"pasted #{n}" for n in range(1, 21)]


def test_the_key_is_masked() -> None:
    outcome = outcome_of(json.loads(event()), CONFIGS[0])
    assert outcome.request is not None
    assert outcome.request.headers["X-API-Key"] == "****cdef"
    assert ENV["KEY"] not in repr(outcome) + repr(CONFIGS[0]) + outcome_json(outcome).decode()


@pytest.mark.parametrize(
    "change",
    [
        ("staging", "${KEY}"),
        ("website", "x ${KEY}"),
        ("https://acme", "https://${KEY}@acme"),
        ("/v1", "/v1?key=${KEY}"),
        ("https://acme", "https://user:secret@acme"),
    ],
)
def test_a_key_in_the_wrong_place_is_masked(change: tuple[str, str]) -> None:
    outcome = outcome_of(json.loads(event()), config(CONFIG.replace(*change)))
    line = outcome_json(outcome, explain=True).decode()
    assert ENV["KEY"] not in line
    assert "secret" not in line
    assert "****" in line


@pytest.mark.parametrize(
    ("fields", "shows"),
    [
        ({}, "Success"),
        ({"userId": ...}, "Success"),
        ({"type": "page"}, "Bad Request"),
        ({"type": "alias"}, "Unsupported Event Type"),
        ({"integrations": {"All": False}}, "Filtered"),
    ],
)
def test_what_segment_shows(fields: dict[str, Any], shows: str) -> None:
    assert outcome_of(json.loads(event(**fields)), CONFIGS[0]).segment_shows == shows


def test_a_repeated_message_id_names_the_earlier_event() -> None:
    items = list(map_pieces([event() + "\n" + event()], "f.jsonl", CONFIGS[0]))
    assert [[finding.code for finding in item.findings] for item in items] == [[], ["EVENT-REPEATED"]]
    assert "f.jsonl:1" in items[1].findings[0].message
