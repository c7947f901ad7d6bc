"""What is expected against what is: each kind of expectation, met and not met."""

from __future__ import annotations

import pytest

from abtui.core.corpus.cases import CaseRun
from abtui.core.corpus.cases.report import cases_data, cases_report
from abtui.core.corpus.cases.running import FileRun
from abtui.core.report import Differences
from abtui.core.report.github import github
from abtui.core.report.html import html
from abtui.core.report.junit import junit
from abtui.core.report.markdown import markdown
from tests.core.cases import EVENT, URL, case, config, run
from tests.kit import CONFIG, ENV

BODY = """\
publishedAt: 1767225601000
units: [{type: user_id, uid: u1}]
goals: [{name: purchase, achievedAt: 1.7672256e12, properties: {total: 10, items: [{sku: a}, {sku: b}]}}]
"""
NO_UNIT = EVENT.replace("userId: u1\n", "")
EXPOSURE = """\
type: track
event: Experiment Viewed
messageId: m1
userId: u1
sentAt: 2026-01-01T00:00:01.000Z
properties: {absmartly: {units: [{type: a, uid: 1}, {type: b, uid: true}, {type: b, uid: x}], publishedAt: 1}}
"""


def with_indent(head: str, text: str) -> str:
    return head + "\n" + "".join(f"  {line}\n" for line in text.splitlines())


# Event, what is expected, and the changes: path, expected, actual; none where it passes.
CASES: dict[str, tuple[str, str, list[tuple[str, str | None, str | None]]]] = {
    "verdict": (EVENT, "verdict: send", []),
    "verdict, wrong": (EVENT, "verdict: drop", [("verdict", '"drop"', '"send"')]),
    "fate": (EVENT, "fate: accepted", []),
    "fate, wrong": (EVENT, "fate: ignored", [("fate", '"ignored"', '"accepted"')]),
    "fate, nothing sent": (NO_UNIT, "{fate: never-leaves, verdict: drop, sent: false, goal: null}", []),
    "fate, nothing sent, wrong": (NO_UNIT, "fate: arrives", [("fate", '"arrives"', '"never-leaves"')]),
    "fate, of an exposure": (EXPOSURE, "{fate: refused, verdict: send, sent: true}", []),
    "sent": (EVENT, "sent: true", []),
    "sent, wrong": (EVENT, "sent: false", [("sent", "false", "true")]),
    "nothing sent": (NO_UNIT, "sent: false", []),
    "nothing sent, wrong": (NO_UNIT, "sent: true", [("sent", "true", "false")]),
    "reason": (EVENT, "reason: GOAL-MAPPED", []),
    "reason, wrong": (EVENT, "reason: NO-UNIT", [("reason", '"NO-UNIT"', '"GOAL-MAPPED"')]),
    "goal": (EVENT, "goal: purchase", []),
    "goal, wrong": (EVENT, "goal: refund", [("goal", '"refund"', '"purchase"')]),
    "goal, none": (NO_UNIT, "goal: null", []),
    "goal, none, wrong": (EVENT, "goal: null", [("goal", "null", '"purchase"')]),
    "goal, nothing sent": (NO_UNIT, "goal: purchase", [("goal", '"purchase"', None)]),
    "goal, of an exposure": (EXPOSURE, "goal: null", []),
    "units": (EVENT, "units: {user_id: u1}", []),
    "units, other id": (EVENT, "units: {user_id: u2}", [("units.user_id", '"u2"', '"u1"')]),
    "units, one more": (EVENT, "units: {}", [("units.user_id", None, '"u1"')]),
    "units, one less": (EVENT, "units: {user_id: u1, a: b}", [("units.a", '"b"', None)]),
    "units, a number": (EVENT, "units: {user_id: 1}", [("units.user_id", "1", '"u1"')]),
    "units, not a map of ids": (
        EXPOSURE,
        "units: {a: 1}",
        [("units", '{"a":1}', '[{"type":"a","uid":1},{"type":"b","uid":true},{"type":"b","uid":"x"}]')],
    ),
    "body": (EVENT, "body: {units: [{uid: u1}], goals: [{properties: {items: [{}, {sku: b}]}}]}", []),
    "body, lists are equally long": (
        EVENT,
        "body: {goals: [{properties: {items: [{sku: a}]}}, {}]}",
        [("$.goals[0].properties.items[1]", None, '{"sku":"b"}'), ("$.goals[1]", "{}", None)],
    ),
    "body, other kinds": (
        EVENT,
        "body: {units: {}, goals: [5], publishedAt: true}",
        [
            ("$.units", "{}", '[{"type":"user_id","uid":"u1"}]'),
            ("$.goals[0]", "5", '{"name":"purchase","achievedAt":1767225600000,"properties":{"total":10,"items":[{"sku":"a"},{"sku":"b"}]}}'),
            ("$.publishedAt", "true", "1767225601000"),
        ],
    ),
    "body, nothing sent": (NO_UNIT, "body: {a: 1}", [("$", '{"a":1}', None)]),
    "exactBody, numbers are doubles": (EVENT, with_indent("exactBody:", BODY), []),
    "exactBody": (
        EVENT,
        with_indent("exactBody:", BODY.replace("total: 10, ", "").replace("sku: b", "sku: 5")),
        [("$.goals[0].properties.items[1].sku", "5", '"b"'), ("$.goals[0].properties.total", None, "10")],
    ),
    "exactBody, true is no number": (
        EXPOSURE,
        "exactBody: {units: [{type: a, uid: true}, {type: b, uid: 1}, {type: b, uid: x}], publishedAt: 1.0}",
        [("$.units[0].uid", "true", "1"), ("$.units[1].uid", "1", "true")],
    ),
    "url": (EVENT, f"url: {URL}", []),
    "url, wrong": (EVENT, "url: x", [("url", '"x"', f'"{URL}"')]),
    "headers": (EVENT, "headers: {x-environment: staging, X-Nope: null}", []),
    "headers, wrong": (
        EVENT,
        "headers: {X-Environment: production, X-Application: null, X-Nope: a}",
        [
            ("headers.X-Environment", '"production"', '"staging"'),
            ("headers.X-Application", None, '"website"'),
            ("headers.X-Nope", '"a"', None),
        ],
    ),
    "findings": (NO_UNIT, "findings: [UNIT-NONE, EVENT-*]", []),
    "findings, wrong": (EVENT, "findings: [UNIT-NONE, EVENT-*]", [("findings", '"UNIT-NONE"', None), ("findings", '"EVENT-*"', None)]),
    "noFindings": (EVENT, "noFindings: ['*']", []),
    "noFindings, wrong": (NO_UNIT, "noFindings: [UNIT-NONE, GOAL-*]", [("noFindings", None, '"UNIT-NONE"')]),
    "onlyFindings": (EVENT, "onlyFindings: []", []),
    "onlyFindings, wrong": (
        NO_UNIT,
        "onlyFindings: [UNIT-NONE, CONTRACT]",
        [
            ("onlyFindings", '"CONTRACT"', None),
            ("onlyFindings", None, '"EVENT-IDENTITY"'),
            ("onlyFindings", None, '"UNIT-MISSING"'),
        ],
    ),
    "a line of code": ("analytics.track('Order Completed')", "{verdict: drop, reason: NO-UNIT}", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_expectation_is_met_or_its_differences_are_found(name: str) -> None:
    event, expect, changes = CASES[name]
    text = f'cases: [{{event: "{event}", expect: {expect}}}]' if name == "a line of code" else case(expect, event)
    [one] = run(text)
    assert [(item.path, item.old, item.new) for item in one.changes] == changes
    assert one.status == ("failed" if changes else "passed")
    assert bool(one.message) == bool(changes)


def test_what_the_file_expects_of_a_request_is_about_requests_only() -> None:
    head = "request: {url: x, headers: {X-Environment: production, X-Agent: segment}}\n"
    sent, unsent = case("verdict: send"), case("verdict: drop", NO_UNIT)
    [one] = run(head + sent)
    assert [(item.path, item.old) for item in one.changes] == [
        ("url", '"x"'),
        ("headers.X-Environment", '"production"'),
    ]
    assert [item.status for item in run(head + unsent)] == ["passed"]
    own = case(f"url: {URL}\nheaders: {{x-environment: staging}}")
    assert [item.status for item in run(head + own)] == ["passed"]


def test_events_are_looked_at_alone() -> None:
    twice = case("onlyFindings: []") + case("onlyFindings: []").removeprefix("cases:\n")
    assert [item.status for item in run(twice)] == ["passed", "passed"]


def test_a_key_is_masked_wherever_it_is() -> None:
    key = ENV["KEY"]
    leaking = config(CONFIG.replace("purchase", key))
    [one] = run(case(f"goal: x\nbody: {{goals: [{{name: {key}x}}]}}"), leaking)
    assert key not in repr(one)
    assert "****" in repr(one)


def test_a_long_difference_is_cut() -> None:
    many = ", ".join(f"k{index}: 1" for index in range(300))
    [one] = run(case(f"body: {{{many}}}"))
    assert len(one.changes) == 101
    assert "200 more fields" in str(one.changes[-1].old)


RUNS = (
    FileRun(
        path="a.abtui.yaml",
        cases=(
            CaseRun(name="good", line=2, status="passed"),
            run(case("{reason: NO-UNIT, goal: x}"))[0],
            CaseRun(name="later", line=9, status="skipped", message="not yet"),
            CaseRun(name="lost", line=12, status="error", message="orders.jsonl does not exist."),
        ),
        deselected=2,
    ),
    FileRun(path="b.abtui.yaml", problem="b.abtui.yaml may not be read."),
)


def test_the_report_has_each_failure_with_its_place() -> None:
    report = cases_report(RUNS, "Golden cases")
    assert not report.ok
    assert [sentence.text for sentence in report.summary] == [
        "4 cases: 1 passed, 1 failed, 1 could not be run, 1 skipped.",
        "1 case file could not be read, run or written.",
        "2 cases not selected.",
    ]
    blocks = [block for section in report.sections for block in section.blocks]
    assert [block.title for block in blocks if isinstance(block, Differences)] == [
        "track Order Completed (a.abtui.yaml:2)"
    ]
    assert [(item.name, item.status, item.line) for item in report.cases] == [
        ("good", "passed", 2),
        ("track Order Completed", "failed", 2),
        ("later", "skipped", 9),
        ("lost", "failed", 12),
        ("b.abtui.yaml", "failed", None),
    ]
    assert [(item.file, item.line) for item in report.annotations] == [
        ("a.abtui.yaml", 2),
        ("a.abtui.yaml", 12),
        ("b.abtui.yaml", None),
    ]
    for form in (junit, github, markdown, html):
        assert "orders.jsonl does not exist" in str(form(report))


def test_the_json_has_one_object_for_each_case() -> None:
    rows = cases_data(RUNS)
    assert [(row["file"], row["status"], row["line"]) for row in rows] == [
        ("a.abtui.yaml", "passed", 2),
        ("a.abtui.yaml", "failed", 2),
        ("a.abtui.yaml", "skipped", 9),
        ("a.abtui.yaml", "error", 12),
        ("b.abtui.yaml", "error", None),
    ]
    assert rows[1]["changes"] == [
        {"path": "reason", "expected": '"NO-UNIT"', "actual": '"GOAL-MAPPED"'},
        {"path": "goal", "expected": '"x"', "actual": '"purchase"'},
    ]


def test_no_case_is_not_good() -> None:
    assert not cases_report([FileRun(path="a", deselected=3)], "Golden cases").ok


def test_a_number_beyond_a_double_is_null_as_it_is_sent() -> None:
    event = EVENT.replace("total: 10.0", "total: 1e400")
    [item] = run(case("body: {goals: [{properties: {total: null}}]}", event))
    assert item.status == "passed"
