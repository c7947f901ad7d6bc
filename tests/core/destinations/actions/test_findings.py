"""The findings of ABsmartly (Actions): each is raised at its place, its fix takes it away, and what is right raises none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.funnel import Funnel
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations.actions.fields import MOST_MAPPINGS
from abtui.core.events import Event, SdkDefaults, read_events
from abtui.core.findings import RULES, Finding, Fix
from abtui.core.outcomes import Outcome
from abtui.core.proven_fix import Fixer
from abtui.core.text.yaml_edit import edit_yaml
from tests.core.destinations.actions.finding_cases import (
    CONFIG_CASES,
    EVENT_CASES,
    EXPOSURE,
    EXPOSURES,
    GOOD,
    SETTINGS,
    good,
    order,
    subscribed,
    viewed,
)

ENV = {"KEY": "secret-key-1234"}


def config_of(text: str) -> Config:
    config = read_config(text, ENV).config
    assert config is not None
    return config


def outcome_of(config: str, event: str) -> Outcome:
    return Mapper(config_of(config)).outcome(Event("e:1", json.loads(event)))


def of_config(text: str, code: str) -> list[Finding]:
    return [item for item in read_config(text, ENV).findings if item.code == code]


def of_event(config: str, event: str, code: str) -> list[Finding]:
    return [item for item in outcome_of(config, event).findings if item.code == code]


def fix_of(text: str, finding: Finding, event: str = "{}") -> Fix | None:
    return Fixer(text, config_of(text), None).fix(finding, json.loads(event))


def fixed(text: str, fix: Fix) -> str:
    edited = edit_yaml(text, fix.edits).text
    assert edited is not None
    return edited


@pytest.mark.parametrize("code", CONFIG_CASES)
def test_a_config_raises_its_finding_and_is_mapped_all_the_same(code: str) -> None:
    case = CONFIG_CASES[code]
    [finding, *_] = of_config(case.text, code)
    assert (finding.line, finding.column, finding.config_line) == (case.line, case.column, case.line)
    assert finding.severity == RULES[code].severity
    reading = read_config(case.text, ENV)
    assert reading.config is not None
    assert reading.mistakes == ()
    assert not of_config(SETTINGS + GOOD, code)


@pytest.mark.parametrize("code", CONFIG_CASES)
def test_the_fix_of_a_config_takes_its_finding_away(code: str) -> None:
    case = CONFIG_CASES[code]
    [finding, *_] = of_config(case.text, code)
    fix = fix_of(case.text, finding)
    if fix is None:
        assert not case.fixed
        return
    after = fixed(case.text, fix)
    assert case.fixed
    assert f"\n{case.fixed}\n" in after
    assert not of_config(after, code)
    assert not {item.code for item in read_config(after, ENV).findings if item.severity == "error"}


@pytest.mark.parametrize("code", EVENT_CASES)
def test_an_event_raises_its_finding_and_a_fix_takes_it_away(code: str) -> None:
    case = EVENT_CASES[code]
    [finding, *_] = of_event(case.config, case.event, code)
    assert (finding.event_path, finding.payload_path) == (case.event_path, case.payload_path)
    assert finding.severity == RULES[code].severity
    if "mappings" in case.config:
        assert finding.config_line is not None or code == "DATE-TIMESTAMP"
    fix = fix_of(case.config, finding, case.event)
    if fix is None:
        assert not case.fixed
        return
    after = fixed(case.config, fix)
    assert case.fixed
    assert f"\n{case.fixed}\n" in after
    assert not of_event(after, case.event, code)
    assert outcome_of(after, case.event).verdict == "send"


@pytest.mark.parametrize(
    ("config", "event"),
    [
        (SETTINGS, order()),
        (SETTINGS, order(userId=...)),
        (SETTINGS, order(type="page", event=..., name="Home")),
        (SETTINGS, viewed(exposure=EXPOSURE)),
        (SETTINGS, order(event="42")),
        (SETTINGS, order(event=" ", properties={})),
        (SETTINGS, json.dumps({"type": "identify", "userId": "u", "messageId": "m"})),
        (SETTINGS + GOOD, order()),
        (SETTINGS + EXPOSURES, viewed(exposure=EXPOSURE | {"hashed": True})),
    ],
)
def test_what_is_right_has_no_finding(config: str, event: str) -> None:
    assert read_config(config, ENV).findings == ()
    assert outcome_of(config, event).findings == ()


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (good(("units: {", "units: { 'x': { '@case': { value: {} } },")), ["ValidationError: /units/x/@case/value should be a string or a mapping directive but it is an object."]),
        (good(("name: purchase", "name: { a: 1 }")), ["Goal Name must be a string but it was an object."]),
        (good(('{ "@path": $.properties }', "[{ '@bad': 1 }]")), ["Error: @bad is not a valid directive, got undefined", "Goal Properties must be an object but it was an array."]),
        (good(("      name: purchase\n", "      name: purchase\n      __segment_internal_directive: 5\n")), ["Error: The root directive must be an object"]),
    ],
)  # fmt: skip
def test_a_mapping_that_is_refused_is_told_in_segments_words(text: str, messages: list[str]) -> None:
    found = of_config(text, "CONFIG-MAPPING-INVALID")
    assert sorted(item.message for item in found) == [f"`Orders`: {message}" for message in messages]
    [failed, *_] = outcome_of(text, order()).results or ()
    assert failed.verdict == "fail"
    assert messages[0].removeprefix("Error: ") in failed.reason.message
    assert failed.findings == (), "it is told once, of the config"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{ collectorEndpoint: no, apiKey: k, environment: e }", "AggregateAjvError: Collector Endpoint must be a valid URI string but it was not."),
        ("{ collectorEndpoint: https://a.io/v1, environment: [1, 2] }", "AggregateAjvError: The root value is missing the required field 'apiKey'. Environment must be a string but it was an array."),
    ],
)  # fmt: skip
def test_settings_that_are_refused_are_told_in_segments_words(settings: str, message: str) -> None:
    text = f"destination: actions\nsettings: {settings}\n"
    assert [item.message for item in of_config(text, "CONFIG-SETTINGS-REFUSED")] == [message]
    outcome = outcome_of(text, order())
    assert outcome.reason.message == message
    assert "MAPPING-FAILS" not in [item.code for item in outcome.findings]


@pytest.mark.parametrize(
    ("fql", "codes"),
    [
        ("''", ["CONFIG-FQL-INVALID"]),
        ("5", ["CONFIG-FQL-INVALID"]),
        ('event = "A" and not event = "B"', ["CONFIG-FQL-IGNORED", "CONFIG-FQL-NEVER"]),
        ('type = "track" and messageId = "x"', ["CONFIG-FQL-IGNORED"]),
        ("event =", ["CONFIG-FQL-VALUE"]),
        ("type", ["CONFIG-FQL-INVALID"]),
        ('type = "track" and (event = "A"', ["CONFIG-FQL-INVALID"]),
        ('type = "track" and ()', ["CONFIG-FQL-PARENTHESIS"]),
        ('properties.n >=5 and type = "track"', ["CONFIG-FQL-BLANK", "CONFIG-FQL-NEVER"]),
        ('event == "A"', ["CONFIG-FQL-BLANK"]),
    ],
)
def test_a_subscription_tells_what_segment_makes_of_it(fql: str, codes: list[str]) -> None:
    found = [item for item in read_config(subscribed(fql), ENV).findings if item.code.startswith("CONFIG-FQL")]
    assert sorted({item.code for item in found}) == codes


@pytest.mark.parametrize("fql", ['event == "A"', "properties.n >=5", "event = 'A' and name = 'A'", "event = a-b"])
def test_a_fix_of_a_subscription_leaves_nothing_odd(fql: str) -> None:
    text = subscribed(fql)
    finding = next(item for item in read_config(text, ENV).findings if RULES[item.code].fix is not None)
    fix = fix_of(text, finding)
    assert fix is not None
    assert not [item for item in read_config(fixed(text, fix), ENV).findings if item.code.startswith("CONFIG-FQL")]


def test_a_subscription_with_a_variable_is_left_alone() -> None:
    text = subscribed("event = '${NAME:-A}'")
    [finding] = of_config(text, "CONFIG-FQL-QUOTES")
    assert fix_of(text, finding) is None


@pytest.mark.parametrize(
    ("second", "count"),
    [
        (("Orders", "Again"), 1),
        (('event = "Order Completed"', 'event = "Signed In"'), 0),
        (("name: purchase", "name: order"), 0),
        (("name: purchase", 'name: { "@path": $.event }'), 1),
        (("enabled: true", "enabled: false"), 0),
        (("partnerAction: trackGoal", "partnerAction: trackExposure"), 0),
    ],
)
def test_two_mappings_overlap_where_they_may_send_the_same(second: tuple[str, str], count: int) -> None:
    text = good() + GOOD.removeprefix("mappings:\n").replace(*second)
    assert len(of_config(text, "CONFIG-MAPPING-OVERLAP")) == count


def test_subscriptions_that_take_too_long_to_compare_are_not_told() -> None:
    names = " or ".join(f'event = "{at}"' for at in range(500))
    one = GOOD.removeprefix("mappings:\n").replace('type = "track" and event = "Order Completed"', names)
    text = SETTINGS + "mappings:\n" + one * MOST_MAPPINGS
    assert of_config(text, "CONFIG-MAPPING-OVERLAP") == []


def coverage(text: str, *events: str) -> tuple[Usage, list[Finding]]:
    config = config_of(text)
    mapper, usage = Mapper(config), Usage(config)
    for event in events:
        item = Event("e:1", json.loads(event))
        usage.add(item.value, mapper.outcome(item))
    return usage, [item for _source, item in coverage_findings(usage) if item.code == "COVERAGE-PATH"]


def test_a_path_that_gives_nothing_for_any_event_is_told_and_mended() -> None:
    text = good(("$.userId", "$.userid"))
    usage, found = coverage(text, order(), order(event="Other"))
    assert [(item.line, item.column, item.message) for item in found] == [
        (9, 27, "`Orders`: no event has a value at `userid` (1 event in all).")
    ]
    fix = Fixer(text, config_of(text), usage).fix(found[0], None)
    assert fix is not None
    assert fixed(text, fix) == good(("$.userId", '"$.userId"'))
    assert coverage(good(), order())[1] == []
    assert coverage(text, order(event="Other"))[1] == [], "the mapping is for none of the events"


def test_a_path_that_another_mapping_reads_with_success_is_right() -> None:
    second = GOOD.removeprefix("mappings:\n").replace("Orders", "Logins").replace("Order Completed", "Signed In")
    assert coverage(good() + second, order(), order(event="Signed In", userId=...))[1] == []


def test_a_path_in_a_branch_or_a_shape_is_none_of_the_event() -> None:
    value = '{ "@arrayPath": [$.properties.list, { id: { "@path": $.x } }] }'
    branch = '{ "@if": { exists: { "@path": $.nick }, then: { "@path": $.nick }, else: none } }'
    text = good(('"@path": $.properties }', f"list: {value}, nick: {branch} }}"))
    assert coverage(text, order(properties={"list": [{"x": 1}]}))[1] == []
    [finding] = coverage(text, order())[1]
    assert "`properties.list`" in finding.message


@pytest.mark.parametrize(
    ("config", "event", "goal"),
    [
        (good(), order(properties=...), "purchase"),
        (SETTINGS, order(properties=...), "Order Completed"),
        (SETTINGS, order(event=..., properties=...), None),
        (good(("units: {", "units: { x: { '@bad': 1 },")), order(), "purchase"),
        (good((", environment: staging", "")), order(), "purchase"),
        (good((", environment: staging", "")), order(event="Other"), None),
        (subscribed('event!="x"'), order(), None),
        (subscribed('event!="x"').replace("name: purchase", 'name: { "@path": $.event }'), order(), "Order Completed"),
        (SETTINGS, viewed(), None),
    ],
)
def test_a_mapping_that_stops_tells_the_goal_that_it_was_to_send(config: str, event: str, goal: Any) -> None:
    [*results] = outcome_of(config, event).results or ()
    stopped = next(result for result in results if result.verdict in ("fail", "drop"))
    assert stopped.goal == goal


SAMPLES = Path(__file__).parents[4] / "sample_events"
# What is true of the samples under the presets, code by code; all other events have none of these findings.
TRUE = {
    "EXPOSURE-PLACE": ["05-experiment-viewed.json:1", "10-shopping-session.jsonl:7", "22-exposure-mistakes.json:38", "22-exposure-mistakes.json:106"],
    "GOAL-GAP": ["13-lines-of-code.js:6", "21-fails.jsonl:1", "21-fails.jsonl:4"],
    "MAPPING-FAILS": ["22-exposure-mistakes.json:2"],
    "PROPERTIES-MISSING": ["21-fails.jsonl:2", "25-actions.jsonl:1"],
    "UNIT-BROUGHT": ["12-product-units.json:2", "12-product-units.json:46"],
    "UNIT-EMAIL": ["18-odd-ids.jsonl:3"],
    "UNIT-LEFT-NONE": ["16-no-ids.json:1", "18-odd-ids.jsonl:2", "18-odd-ids.jsonl:5"],
    "UNIT-PRECISION": ["17-big-number-ids.json:52", "17-big-number-ids.json:77"],
    "UNIT-SKIPPED": ["18-odd-ids.jsonl:1", "18-odd-ids.jsonl:2", "18-odd-ids.jsonl:4", "18-odd-ids.jsonl:5"],
}  # fmt: skip


def test_the_presets_raise_no_false_alarm_over_the_samples() -> None:
    mapper = Mapper(config_of(SETTINGS))
    found: dict[str, list[str]] = {}
    for path in sorted(SAMPLES.glob("[0-2]*")):
        for item in read_events([path.read_bytes()], path.name, SdkDefaults()):
            outcome = mapper.outcome(item) if isinstance(item, Event) else None
            for code in dict.fromkeys(finding.code for finding in (() if outcome is None else outcome.findings)):
                if code in EVENT_CASES:
                    found.setdefault(code, []).append(item.source)
    assert found == TRUE


def lost(text: str, *events: str) -> tuple[int, int, list[str]]:
    """Of the events that were meant for `purchase`: how many there are, how many come through, and why the others do not."""
    config = config_of(text)
    mapper, funnel = Mapper(config), Funnel("purchase", config)
    for index, event in enumerate(events):
        item = Event(f"e:{index}", json.loads(event))
        funnel.add(index, item, mapper.outcome(item, explain=True))
    result = funnel.result()
    return result.seen, result.through, [loss.why for station in result.stations for loss in station.losses]


def test_the_funnel_counts_what_a_mapping_fails_to_send() -> None:
    seen, through, why = lost(good(), order(), order(properties=...), order(event="Other"))
    assert (seen, through) == (2, 1)
    assert why == ["Orders: payload refused"]


def test_what_another_mapping_sends_is_not_lost() -> None:
    first = GOOD.replace('properties: { "@path": $.properties }', 'properties: { "@path": $.event }')
    text = SETTINGS + first + GOOD.removeprefix("mappings:\n").replace("Orders", "Again")
    assert lost(text, order())[:2] == (1, 1)


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("type = track", 23),
        ("'type = track'", 24),
        ('"type = track"', 24),
        ('"type = tr\\u0061ck"', 5),
        (">-\n      type = track", 5),
        ("\n      type = track", 5),
        ("&anchor type = track", 5),
        ("${TYPE}", 5),
    ],
)
def test_a_finding_points_into_a_subscription_that_is_written_as_it_is(written: str, column: int) -> None:
    text = subscribed(written)
    [finding] = [
        item for item in read_config(text, ENV | {"TYPE": "type = track"}).findings if item.code == "CONFIG-FQL-VALUE"
    ]
    assert (finding.line, finding.column) == (6, column)


def test_of_many_mappings_that_overlap_each_is_told_once() -> None:
    text = SETTINGS + "mappings:\n" + GOOD.removeprefix("mappings:\n") * 200
    found = of_config(text, "CONFIG-MAPPING-OVERLAP")
    assert len(found) == 199
    told = "An event can be for both `Orders` (or one of 198 more) and `Orders #200`: it is then sent twice."
    assert found[-1].message == told


def test_a_message_stays_short_whatever_the_mapping_has() -> None:
    never = " and ".join(f'event = "{at}"' for at in range(5_000))
    config = read_config(good(("Orders", "O" * 100_000), ('type = "track" and event = "Order Completed"', never)), ENV)
    assert "CONFIG-FQL-NEVER" in [item.code for item in config.findings]
    assert max(len(item.message) for item in config.findings) < 500


def test_a_mapping_with_the_key_in_its_name_is_counted_under_the_name_that_is_shown() -> None:
    text = good(("name: Orders", f"name: to {ENV['KEY']}"), ("$.properties }", "$.nope }"))
    _usage, [finding] = coverage(text, order())
    assert finding.message.startswith("`to ****`: no event has a value at `nope`")
    assert ENV["KEY"] not in str(read_config(text, ENV).config)
