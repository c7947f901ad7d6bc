"""One case for each finding there is: a config and a text that raise it, and where it points."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.cases import read_cases
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.findings import RULES, Finding
from abtui.core.outcomes import Outcome
from tests.core.destinations.actions import finding_cases as actions
from tests.core.experiment_cases import CASES as EXPERIMENT_CASES
from tests.kit import CONFIG, ENV, config_with, event, map_text


def exposure(**body: Any) -> str:
    return event(event="Experiment Viewed", properties={"absmartly": body})


UNKNOWN = "catalog: {goals: [other], units: [other]}"

_TERRAFORM = """\
resource "segment_destination" "a" {
settings = jsonencode({
  apiKey = KEY
  collectorEndpoint = "https://acme.absmartly.io/v1"
  environment = "staging"
  application = "website"
  unitMapping = { userId = "user_id" }
})
}"""

CONFIG_CASES: dict[str, tuple[str, int | None]] = {
    "CONFIG-NOT-YAML": ("settings: [", 1),
    "CONFIG-EMPTY": ("", None),
    "CONFIG-TOO-LARGE": ("#" * (10 << 20), None),
    "CONFIG-ALIASES": (
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(6)),
        None,
    ),
    "CONFIG-TYPE": (config_with(enablePageViewTracking='"true"'), 7),
    "CONFIG-MISSING": (config_with(environment=""), None),
    "CONFIG-DESTINATION": (CONFIG.replace("classic", "clasic"), 1),
    "CONFIG-UNKNOWN-KEY": (config_with(environment="staging\n  enviroment: x"), 6),
    "CONFIG-LABEL": (CONFIG.replace("goalMapping", "Goal Mapping"), 10),
    "CONFIG-DUPLICATE-KEY": (config_with(environment="a\n  environment: b"), 6),
    "CONFIG-KEY-NOT-TEXT": (config_with(goalMapping="{ 123: number }"), 10),
    "CONFIG-EMPTY-MAPPING": (config_with(unitMapping="{}"), 11),
    "CONFIG-ENV-UNSET": (config_with(environment="${NOWHERE}"), 5),
    "CONFIG-KEY-UNSET": (config_with(apiKey="${NOWHERE}"), 3),
    "CONFIG-ENV-FORM": (config_with(environment="${not a name}"), 5),
    "CONFIG-NO-KEY": (config_with(apiKey=""), None),
    "CONFIG-NOT-TERRAFORM": ('resource "a" "b" {\n  x = = 1\n}\n', 2),
    "CONFIG-NOT-OURS": ('[{"name": "Slack", "settings": {}}]', 1),
    "CONFIG-UNKNOWN-VALUE": (_TERRAFORM.replace("KEY", "var.key"), 3),
    "CONFIG-DISABLED": (_TERRAFORM.replace("KEY", '"${ABSMARTLY_API_KEY}"')[:-1] + "enabled = false\n}\n", 9),
    "CONFIG-KEY-MASKED": (config_with(apiKey='"••••8839"'), 3),
    "CONFIG-KEY-IN-FILE": (config_with(apiKey="0123456789abcdef"), 3),
    "CONFIG-NO-DESTINATION": (CONFIG.replace("destination: classic\n", ""), None),
    "CONFIG-BOM": ("\ufeff" + CONFIG, None),
    "CONFIG-ENDPOINT-SCHEME": (config_with(collectorEndpoint="acme.absmartly.io/v1"), 4),
    "CONFIG-ENDPOINT-PARTS": (config_with(collectorEndpoint="https://acme.absmartly.io/v1?a=1"), 4),
    "CONFIG-ENDPOINT-INSECURE": (config_with(collectorEndpoint="http://acme.absmartly.io/v1"), 4),
    "CONFIG-ENDPOINT-SLASH": (config_with(collectorEndpoint="https://acme.absmartly.io/v1/"), 4),
    "CONFIG-ENDPOINT-PATH": (config_with(collectorEndpoint="https://acme.absmartly.io"), 4),
    "CONFIG-ENDPOINT-IOP": (config_with(collectorEndpoint="https://acme.absmartly.iop/v1"), 4),
    "CONFIG-HEADER": (config_with(environment='"a\\nb"'), 5),
    "CONFIG-APPLICATION": (config_with(application=""), None),
    "CONFIG-CATALOG": (CONFIG + "catalog: {environments: [production]}", 5),
    "CONFIG-CATALOG-FILE": (CONFIG + "catalog: !file catalog.yaml", 12),
    "CONFIG-EXPERIMENTS-FILE": (CONFIG + "experiments: !file experiments.yaml", 12),
    "CONFIG-UNKNOWN-CODE": (CONFIG + "check: {ignore: [UNIT-NOBODY]}", 12),
}

# Code: config, text, event path, payload path.
EVENT_CASES: dict[str, tuple[str, str, str | None, str | None]] = {
    "TEXT-ENCODING": (CONFIG, "", None, None),
    "JSON-SYNTAX": (CONFIG, '{"type": }', None, None),
    "JSON-DEPTH": (CONFIG, event(properties=0).replace("0}", "[" * 300 + "]" * 300 + "}"), None, None),
    "JSON-COMMENT": (CONFIG, "// one\n" + event(), None, None),
    "JSON-TRAILING-COMMA": (CONFIG, event()[:-1] + ",}", None, None),
    "JSON-BOM": (CONFIG, "\ufeff" + event(), None, None),
    "JSON-NUMBER": (CONFIG, event(properties={"a": 1}).replace('"a": 1', '"a": NaN'), "$.properties.a", None),
    "JSON-DUPLICATE-KEY": (CONFIG, event()[:-1] + ', "userId": "u2"}', "$.userId", None),
    "JSON-SURROGATE": (CONFIG, event(properties={"a": "\ud800"}), "$.properties.a", None),
    "EVENT-NOT-OBJECT": (CONFIG, "[5]", None, None),
    "CODE-UNREADABLE": (CONFIG, "analytics.track(name)", None, None),
    "CODE-LITERAL": (CONFIG, "{type: 'track', event: 'Order Completed'}", None, None),
    "JSON-QUOTES": (CONFIG, "{“type”: “track”}", None, None),
    "JSON-SPACES": (CONFIG, '{"type":\u00a0"track"}', None, None),
    "TABLE-READ": (CONFIG, "type,userId\ntrack,u", None, None),
    "TABLE-TYPE": (CONFIG, "event,userId,timestamp\nA,u,2026", None, None),
    "TABLE-ROW": (CONFIG, "type,userId\ntrack", None, None),
    "ROW-REBUILT": (CONFIG, '{"event_text": "A", "user_id": "u"}', None, None),
    "CODE-COMPLETED": (CONFIG, 'analytics.track("Order Completed")', None, None),
    "EVENT-COMPLETED": (CONFIG, '{"batch": [{"type": "track", "event": "A", "userId": "u"}]}', None, None),
    "REQUESTS-LEFT-OUT": (
        CONFIG,
        '[{"method": "GET", "url": "/"}, {"method": "POST", "url": "/v1/t", "body": {"type": "track", "event": "A"}}]',
        None,
        None,
    ),
    "TEXT-LEFT-OUT": (CONFIG, 'starting\nweb | {"type": "track", "event": "A", "userId": "u"}', None, None),
    "BATCH-LIMIT": (CONFIG, json.dumps({"batch": [{"type": "track"}] * 2501}), None, None),
    "EVENT-SIZE": (CONFIG, event(properties={"a": "x" * 40_000}), "$", None),
    "EVENT-TYPE": (CONFIG, event(type="Track"), "$.type", None),
    "EVENT-IDENTITY": (CONFIG, event(userId=...), "$.userId", None),
    "EVENT-MESSAGE-ID": (CONFIG, event(messageId="m" * 101), "$.messageId", None),
    "EVENT-REPEATED": (CONFIG, event() + "\n" + event(), "$.messageId", None),
    "EVENT-KEY": (CONFIG, event(properties={"note": "Bearer 0123456789abcdef"}), "$.properties.note", None),
    "EVENT-FILTERED": (CONFIG, event(integrations={"AB Smartly": False}), '$.integrations["AB Smartly"]', None),
    "EVENT-INTEGRATIONS": (CONFIG, event(integrations={"A/B Smartly": False}), '$.integrations["A/B Smartly"]', None),
    "UNIT-NONE": (CONFIG, event(userId=..., anonymousId="a1"), None, None),
    "UNIT-MISSING": (config_with(unitMapping="{ userId: user_id, email: email }"), event(), "$.email", None),
    "UNIT-NESTED": (config_with(unitMapping="{ traits.email: email }"), event(), '$["traits.email"]', None),
    "UNIT-TYPE": (CONFIG, event(userId=True), "$.userId", None),
    "UNIT-EMPTY": (CONFIG, event(userId=""), "$.userId", "$.units[0].uid"),
    "UNIT-NO-UID": (
        CONFIG,
        event(properties={"absmartly": {"units": [{"type": "productId"}]}}),
        "$.properties.absmartly.units[0].uid",
        "$.units[0].uid",
    ),
    "UNIT-LONG": (CONFIG, event(userId="u" * 641), "$.userId", "$.units[0].uid"),
    "UNIT-PRECISION": (CONFIG, event(userId=9007199254740993), "$.userId", "$.units[0].uid"),
    "UNIT-EMAIL": (CONFIG, event(userId="ada@example.com"), "$.userId", "$.units[0].uid"),
    "UNIT-OVERRIDE": (
        CONFIG,
        event(properties={"absmartly": {"units": [{"type": "t", "uid": "u"}]}}),
        "$.properties.absmartly.units",
        "$.units",
    ),
    "GOAL-NEAR": (CONFIG, event(event="order completed"), "$.event", "$.goals[0].name"),
    "GOAL-NO-NAME": (CONFIG, event(event=...), "$.event", "$.goals[0].name"),
    "CATALOG-GOAL": (CONFIG + UNKNOWN, event(), "$.event", "$.goals[0].name"),
    "CATALOG-UNIT": (CONFIG + UNKNOWN, event(), None, "$.units[0].type"),
    "VIEW-NAME": (CONFIG, event(type="page"), "$.name", None),
    "DATE-MISSING": (CONFIG, event(sentAt=...), "$.sentAt", "$.publishedAt"),
    "DATE-INVALID": (CONFIG, event(originalTimestamp="soon"), "$.originalTimestamp", "$.goals[0].achievedAt"),
    "DATE-RANGE": (
        CONFIG,
        event(originalTimestamp="1970-01-20T00:00:00Z"),
        "$.originalTimestamp",
        "$.goals[0].achievedAt",
    ),
    "DATE-FUTURE": (CONFIG, event(receivedAt="2025-12-31T23:00:00Z"), "$.sentAt", "$.publishedAt"),
    "EXPOSURE-MISSING": (CONFIG, event(event="Experiment Viewed", properties={}), "$.properties.absmartly", None),
    "EXPOSURE-ELSEWHERE": (
        CONFIG,
        event(event="Experiment Viewed", properties={"exposure": {"exposures": []}}),
        "$.properties.exposure",
        None,
    ),
    "EXPOSURE-NO-PAYLOAD": (
        CONFIG,
        event(event="Experiment Viewed", properties={"experiment_name": "checkout"}),
        "$.properties.absmartly",
        None,
    ),
    "EXPOSURE-REPLACED": (CONFIG, exposure(units=[]), "$.properties.absmartly", None),
    "EXPOSURE-GOALS": (
        CONFIG,
        exposure(units=[], publishedAt=1, goals=[{"name": "g", "achievedAt": 1}]),
        "$.properties.absmartly.goals",
        "$.goals",
    ),
    "IDENTIFY-NO-HANDLER": (CONFIG, event(type="identify", traits={"vip": True}), "$.type", None),
    "IDENTIFY-NO-TRAITS": (CONFIG, event(type="identify"), "$.traits", None),
    "EVENT-THROWS": (CONFIG, event(properties=None), "$.properties", None),
    "FETCH-THROWS": (config_with(environment='"日本"'), event(), None, None),
    "CONTRACT": (CONFIG, exposure(publishedAt=1), "$.properties.absmartly.units", "$.units"),
}

# Code: a case file, and the line of the finding.
EXPERIMENT_FILES: dict[str, str] = {
    "EXPERIMENT-VALUE": "experiments:\n- {name: a, traffic: 101}",
    "EXPERIMENT-NOT-FULL-ON": "experiments:\n- {name: a, fullOn: 0}",
}

CASE_FILES: dict[str, tuple[str, int]] = {
    "CASE-NOT-YAML": ("cases: [", 1),
    "CASE-BOM": ("\ufeffcases: [{event: {}, expect: {sent: false}}]", 1),
    "CASE-EMPTY": ("cases: []", 1),
    "CASE-TOO-LARGE": ("#" * (65 << 20), 1),
    "CASE-ALIASES": ("a: &a [*a]", 1),
    "CASE-UNKNOWN-KEY": ("cases:\n- event: {}\n  expect: {verdict: drop, reson: NO-UNIT}", 3),
    "CASE-DUPLICATE-KEY": ("cases:\n- event: {}\n  expect:\n    sent: false\n    sent: true", 5),
    "CASE-TYPE": ("cases:\n- event: 5\n  expect: {sent: false}", 2),
    "CASE-MISSING": ("cases:\n- event: {}", 2),
    "CASE-VALUE": ("cases:\n- event: {}\n  expect: {verdict: dropped}", 3),
    "CASE-CONFLICT": ("cases:\n- event: {}\n  file: a.json\n  expect: {sent: false}", 3),
    "CASE-EVENT": ("cases:\n- event: analytics.track(\n  expect: {sent: false}", 2),
}

# Told of a whole input rather than of one text; see the tests of reading, of coverage and of the command line.
ELSEWHERE = {
    "FILE-CHANGED",
    "VALUE-TOO-LARGE",
    "BATCH-NOT-MERGED",
    "CONFIG-COERCED",  # of a destination that refuses its settings itself: test_several_requests.py
    "COVERAGE-GOAL",
    "COVERAGE-MAPPING",  # of a destination with several mappings: tests/cli/test_several_requests.py
    "COVERAGE-PATH",  # of mappings: destinations/actions/test_findings.py
    "COVERAGE-UNIT",
    "COVERAGE-NAME",
    "EXPERIMENT-EXPOSURES-OFF",  # of events beside requests: test_experiment_advice.py
}


def found(code: str, config_text: str, text: str) -> list[Finding]:
    reading = read_config(config_text, ENV)
    assert reading.config is not None, reading.findings
    items = map_text(text, reading.config)
    return [finding for item in items for finding in item.findings if finding.code == code]


@pytest.mark.parametrize("code", CONFIG_CASES)
def test_a_config_raises_its_finding_at_its_line(code: str) -> None:
    text, line = CONFIG_CASES[code]
    reading = read_config(text, ENV)
    findings = [finding for finding in reading.findings if finding.code == code]
    assert findings, [finding.code for finding in reading.findings]
    if line is not None:
        assert findings[0].line == line
    assert (reading.config is None) == any(finding.severity == "error" for finding in reading.findings)
    assert not any(finding.code == code for finding in read_config(CONFIG, ENV).findings)


@pytest.mark.parametrize("code", CASE_FILES)
def test_a_case_file_raises_its_finding_at_its_line(code: str) -> None:
    text, line = CASE_FILES[code]
    reading = read_cases(text, "orders.abtui.yaml")
    assert [(item.line, item.config_line) for item in reading.findings if item.code == code] == [(line, None)]
    assert (reading.file is None) == (RULES[code].severity == "error")


@pytest.mark.parametrize("code", EXPERIMENT_FILES)
def test_a_file_of_experiments_raises_its_finding_at_its_line(code: str) -> None:
    file = read_experiments_file(EXPERIMENT_FILES[code], "experiments.yaml")
    assert [item.line for item in file.findings if item.code == code] == [2]
    assert file.broken == (RULES[code].severity == "error")


@pytest.mark.parametrize("code", [code for code in EVENT_CASES if code != "TEXT-ENCODING"])
def test_an_event_raises_its_finding_at_its_paths(code: str) -> None:
    config_text, text, event_path, payload_path = EVENT_CASES[code]
    findings = found(code, config_text, text)
    assert findings
    assert (findings[0].event_path, findings[0].payload_path) == (event_path, payload_path)
    assert findings[0].severity == RULES[code].severity
    if code.startswith(("JSON-", "CODE-")) and code != "CODE-COMPLETED":
        assert findings[0].line is not None
        assert findings[0].column is not None


def test_a_good_event_has_no_finding() -> None:
    reading = read_config(CONFIG, ENV)
    assert reading.findings == ()
    assert reading.config is not None
    [outcome] = map_text(event(), reading.config)
    assert isinstance(outcome, Outcome)
    assert outcome.verdict == "send"
    assert outcome.findings == ()


def test_every_finding_has_a_case() -> None:
    of_actions = {*actions.CONFIG_CASES, *actions.EVENT_CASES}
    of_experiments = {*EXPERIMENT_FILES, *EXPERIMENT_CASES}
    assert {*CONFIG_CASES, *EVENT_CASES, *CASE_FILES, *of_experiments, *ELSEWHERE, *of_actions} == set(RULES)
