"""The findings agree with what the destination does: over all recorded cases, and over random mappings without a crash."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config.reader import ConfigReading, read_config
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.outcomes import Outcome
from tests.core.destinations.actions.test_conformance import CASES
from tests.core.destinations.actions.test_random_mappings import ACTION, EVENTS, FIELDS, SETTINGS, VALUES

STOPS_ALL = {"CONFIG-SETTINGS-REFUSED", "CONFIG-MAPPING-INVALID", "CONFIG-MAPPING-REQUIRED", "CONFIG-FQL-INVALID", "CONFIG-FQL-NEVER"}  # fmt: skip


@cache
def mapper_of(text: str) -> tuple[ConfigReading, Mapper]:
    """What a config is read as, and its mapper, made once: many of the recorded cases have the same config."""
    reading = read_config(text, {})
    assert reading.config is not None
    return reading, Mapper(reading.config)


def told(given: dict[str, Any], event: dict[str, Any]) -> tuple[ConfigReading, Outcome]:
    """All that is found in a config and an event. The config is YAML, as JSON is."""
    reading, mapper = mapper_of(json.dumps({"destination": "actions", **given}))
    outcome = mapper.outcome(Event("e:1", event))
    usage = Usage(mapper.config)
    usage.add(event, outcome)
    for _source, item in coverage_findings(usage):
        assert item.message
    return reading, outcome


def test_each_recorded_failure_has_an_error_and_what_is_sent_has_none_that_stops_it() -> None:
    for case in CASES:
        reading, outcome = told({key: case[key] for key in ("settings", "mappings") if key in case}, case["event"])
        assert outcome.results is not None
        errors = [item for item in (*reading.findings, *outcome.findings) if item.severity == "error"]
        if any(result.verdict in ("fail", "drop") for result in outcome.results):
            assert errors, case["id"]
        if len(outcome.results) == 1 and outcome.results[0].verdict == "send":
            assert not STOPS_ALL & {item.code for item in reading.findings}, case["id"]


FQL = st.sampled_from(
    [
        "",
        'type = "track"',
        'event!="x"',
        "(",
        "()",
        'event = "a" or not name',
        "type = 'track'",
        "n >=5",
        "properties.a = .5",
    ]
)
MAPPINGS = st.lists(
    st.fixed_dictionaries(
        {"mapping": FIELDS | VALUES},
        optional={"name": VALUES, "enabled": VALUES, "subscribe": FQL | VALUES, "partnerAction": ACTION | VALUES},
    ),
    max_size=3,
)


@given(MAPPINGS, EVENTS)
def test_no_mapping_is_too_odd_for_the_findings(mappings: list[dict[str, Any]], event: dict[str, Any]) -> None:
    reading, outcome = told({"settings": SETTINGS, "mappings": mappings}, event)
    assert all(item.line is not None for item in reading.findings if item.code.startswith("CONFIG-MAPPING"))
    for result in outcome.results or ():
        if result.verdict == "fail":
            config_errors = [item for item in reading.findings if item.severity == "error"]
            assert config_errors or any(item.severity == "error" for item in result.findings)
