"""A check's counts: against counts made in another way, whatever the events, and the same twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.cli.report_text import report_text
from abtui.core.config import Config, Policy
from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage import CheckResult, Survey, counts
from abtui.core.corpus.coverage.report import check_report
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.fate import FATES
from abtui.core.findings import code_hint, finding
from abtui.core.report import Report, Table
from abtui.core.report.github import github
from abtui.core.report.html import html
from abtui.core.report.junit import junit
from abtui.core.report.markdown import markdown
from abtui.core.segment import is_event
from tests.core.test_engine import CONFIGS, events, values
from tests.kit import CONFIG, ENV, event
from tests.thorough import MANY

SAMPLES = Path(__file__).parents[2] / "sample_events"


def config_of(text: str) -> Config:
    reading = read_config(text, ENV)
    assert reading.config is not None, reading.findings
    return reading.config


def survey(config: Config, *lines: str, policy: Policy | None = None) -> CheckResult:
    result = Survey(config, (), "config.yaml", policy or Policy())
    mapper = Mapper(config)
    for item in read_events(["\n".join(lines)], "e.jsonl"):
        if isinstance(item, Event):
            result.add(item, mapper.outcome(item))
        else:
            result.add_unreadable(item)
    return result.result()


def places(result: CheckResult, code: str) -> list[str]:
    return [
        f"{place.message} {place.hint}" for group in result.findings if group.code == code for place in group.places
    ]


def test_sample_counts_are_those_of_map() -> None:
    """Every number again, from the JSON lines of `map` and the events' own JSON."""
    from tests.cli.kit import abtui

    config_path = str(SAMPLES / "config.yaml")
    outcomes = [json.loads(line) for line in abtui("map", config_path, str(SAMPLES)).stdout.splitlines()]
    done = abtui("check", config_path, str(SAMPLES), "--format", "json", "--places", "1000")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    coverage = result["coverage"]
    assert result["events"] == len(outcomes)
    assert result["unreadable"] == 1
    codes = Counter(item["code"] for outcome in outcomes for item in outcome["findings"])
    told = {
        group["code"]: group["count"]
        for group in result["findings"]
        if not group["code"].startswith(("CONFIG-", "COVERAGE-"))
    }
    # What two events have in common is told of all together, and not of one.
    assert told == codes | {"JSON-SYNTAX": 1, "EVENT-REPEATED": 1}
    assert all(len(group["places"]) == group["count"] for group in result["findings"])
    assert {
        (item["type"], verdict): count
        for item in coverage["types"]
        for verdict, count in item["verdicts"].items()
        if count
    } == Counter((outcome["type"], outcome["verdict"]) for outcome in outcomes)
    assert {(item["verdict"], item["code"]): item["count"] for item in coverage["reasons"]} == Counter(
        (outcome["verdict"], outcome["reason"]["code"]) for outcome in outcomes
    )
    bodies = [outcome["request"]["body"] for outcome in outcomes if outcome["request"]]
    sent = [outcome for outcome in outcomes if outcome["request"]]
    inside = [outcome["reason"]["code"].startswith("EXPOSURE") for outcome in sent]
    goals: Counter[str] = Counter()
    exposure_goals = 0
    for body, exposure in zip(bodies, inside, strict=True):
        names = [goal["name"] for goal in body.get("goals", [])]
        exposure_goals += len(names) * exposure
        goals.update([] if exposure else names)
    assert {item["name"]: item["count"] for item in coverage["goals"]} == goals
    assert coverage["exposureGoals"] == exposure_goals == 1
    units = Counter(kind for body in bodies for kind in {unit["type"] for unit in body.get("units", [])})
    assert {item["type"]: item["count"] for item in coverage["units"]} == units
    green = [outcome for outcome in outcomes if outcome["segmentShows"] == "Success"]
    assert coverage["segment"]["success"] == len(green)
    assert coverage["segment"]["nothingSent"] == Counter(
        outcome["reason"]["code"] for outcome in green if outcome["verdict"] == "drop"
    )
    fates = Counter(outcome["fate"] for outcome in outcomes)
    assert Counter(coverage["fates"]) == fates
    assert list(coverage["fates"]) == list(FATES)
    assert (coverage["segment"]["refused"], coverage["segment"]["ignored"]) == (fates["refused"], fates["ignored"])
    assert {
        (item["type"], fate): count for item in coverage["types"] for fate, count in item["fates"].items() if count
    } == Counter((outcome["type"], outcome["fate"]) for outcome in outcomes)


@pytest.mark.parametrize(
    ("mapping", "name", "hint"),
    [
        ("{ Order Complted: purchase }", "Order Completed", 'Did you mean "Order Completed"? 1 event had that name'),
        ("{ Home: home }", "Other", "There are page or screen calls of this name"),
        ("{ Experiment Viewed: seen }", "Other", "never become goals"),
        ("{ Signed Up: signup }", "Other", "check whether the corpus"),
    ],
)
def test_an_unused_goal_says_what_is_near(mapping: str, name: str, hint: str) -> None:
    config = config_of(CONFIG.replace("{ Order Completed: purchase }", mapping))
    result = survey(config, event(event=name), event(type="page", name="Home", event=...))
    [told] = places(result, "COVERAGE-GOAL")
    assert hint in told
    assert "No event used" in told


@pytest.mark.parametrize(
    ("mapping", "hint"),
    [
        ("{ user_id: userId }", "wrong way round"),
        ("{ userid: user_id }", "Did you mean `userId`? 1 event had"),
        ("{ email: email }", "No event has a top-level field `email`"),
    ],
)
def test_an_unfilled_unit_says_what_is_near(mapping: str, hint: str) -> None:
    result = survey(config_of(CONFIG.replace("{ userId: user_id }", mapping)), event())
    [told] = places(result, "COVERAGE-UNIT")
    assert hint in told


def test_findings_are_counted_and_the_events_that_have_them() -> None:
    # Two entries of unitMapping that the first event fills neither of, and the second one of them.
    two = CONFIG.replace("{ userId: user_id }", "{ userId: user_id, cartId: cart_id, orderId: order_id }")
    result = survey(config_of(two), event(), event(messageId="m2", cartId="c"), "{", "[")
    counts = {group.code: (group.count, group.events) for group in result.findings}
    assert counts["UNIT-MISSING"] == (3, 2)
    assert counts["JSON-SYNTAX"] == (2, 2)
    assert counts["COVERAGE-UNIT"] == (1, 0)


def test_what_is_used_is_not_told() -> None:
    result = survey(config_of(CONFIG), event())
    assert result.findings == ()
    assert not result.failed


def test_names_in_the_catalog_need_no_entry() -> None:
    lines = (event(event="Signed Up"), event(event="Signed Up", messageId="2"), event())
    [told] = places(survey(config_of(CONFIG), *lines), "COVERAGE-NAME")
    assert '"Signed Up"' in told
    assert "2 times" in told
    known = config_of(CONFIG + "catalog: { goals: [Signed Up, purchase] }\n")
    assert places(survey(known, *lines), "COVERAGE-NAME") == []


LISTED = "catalog: { goals: [purchase], units: [user_id], environments: [staging], applications: [website] }\n"
GAPS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "all arrive": (LISTED, (event(),), "1 event: 1 arrives.", "1 event is green in Segment: 1 arrives."),
    "all are accepted": ("", (event(),), "1 event: 1 is accepted.", "1 event is green in Segment: 1 is accepted."),
    "another environment than the catalog has": (
        LISTED.replace("staging", "production"),
        (event(),),
        "1 event: 1 is ignored.",
        "1 event is green in Segment, 1 would be ignored in the web console.",
    ),
    "each fate": (
        LISTED,
        (event(), event(event="X"), event(userId=""), event(userId=...), event(type="alias"), event(properties=None)),
        "6 events: 1 arrives, 2 never leave, 1 is ignored, 1 is refused, 1 fails.",
        "4 events are green in Segment, 1 of them sends nothing: 1 no unit; 1 would be refused by the collector; "
        "1 would be ignored in the web console.",
    ),
    "opted out": (
        LISTED,
        (event(integrations={"All": False}),),
        "1 event: 1 never leaves.",
        "0 events are green in Segment.",
    ),
}


@pytest.mark.parametrize("case", GAPS)
def test_segments_view_comes_from_the_fates(case: str) -> None:
    catalog, lines, becomes, green = GAPS[case]
    report = check_report(survey(config_of(CONFIG + catalog), *lines), Policy(), {})
    assert report.summary[0].text == becomes
    assert green in [sentence.text for sentence in report.summary]
    [table] = [section.blocks[0] for section in report.sections if section.title.startswith("Segment's view")]
    assert isinstance(table, Table)
    assert sum(int(row[1].text) for row in table.rows) == len(lines)


@pytest.mark.parametrize("form", [partial(report_text, width=200), junit, github, markdown, html])
def test_every_form_says_what_becomes_of_the_events(form: Callable[[Report], str | bytes]) -> None:
    result = survey(config_of(CONFIG + LISTED), event(), event(event="X"), "{")
    said = form(check_report(result, Policy(), {}))
    text = said.decode() if isinstance(said, bytes) else said
    assert "2 events: 1 arrives, 1 is ignored. 1 piece could not be read." in " ".join(text.split())


def test_green_in_segment() -> None:
    """The sentence that the tool is for."""
    config = config_of(CONFIG.replace("enablePageViewTracking: true", "enablePageViewTracking: false"))
    result = survey(
        config,
        event(),
        event(type="page", name="Home", event=..., messageId="2"),
        event(userId=..., messageId="3"),
        event(sentAt=..., messageId="4"),
        event(type="alias", messageId="5"),
    )
    report = check_report(result, Policy(), {})
    told = " ".join(sentence.text for sentence in report.summary)
    assert "4 events are green in Segment" in told
    assert "2 of them send nothing" in told
    assert "1 page tracking off" in told
    assert "1 no unit" in told
    assert "1 would be refused by the collector" in told


@pytest.mark.parametrize(
    ("policy", "failed", "codes"),
    [
        (Policy(), True, {"UNIT-NONE", "COVERAGE-UNIT", "UNIT-MISSING"}),
        (Policy(ignore=("UNIT-NONE",)), False, {"COVERAGE-UNIT", "UNIT-MISSING"}),
        (Policy(ignore=("UNIT-NONE",), fail_on="warning"), True, {"COVERAGE-UNIT", "UNIT-MISSING"}),
        (Policy(select=("UNIT-*",), ignore=("UNIT-NONE",)), False, {"UNIT-MISSING"}),
        (Policy(select=("UNIT-NONE",), fail_on="never"), False, {"UNIT-NONE"}),
        (Policy(select=("GOAL-*",)), False, set()),
    ],
)
def test_the_policy_decides_what_fails(policy: Policy, failed: bool, codes: set[str]) -> None:
    result = survey(config_of(CONFIG), event(userId=..., anonymousId="a"), policy=policy)
    assert result.failed is failed
    assert {group.code for group in result.findings} == codes


def test_patterns_select_codes_whole() -> None:
    assert counts("UNIT-NONE", Policy(select=("UNIT-*",)))
    assert not counts("UNIT-NONE", Policy(select=("UNIT",)))
    assert code_hint("*") is None
    assert code_hint("UNIT-NONE") is None
    assert "UNIT-*" in str(code_hint("unit-*"))
    assert "UNIT-NONE" in str(code_hint("UNIT-NON"))


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["type", "event", "name", "userId", "properties", "traits", "integrations", "messageId"]),
            values | st.sampled_from(["track", "page", "Order Completed"]),
        ),
        max_size=6,
    )
)
def test_any_events_give_an_answer_that_adds_up(events: list[dict[str, Any]]) -> None:
    config = config_of(CONFIG + "catalog: { goals: [purchase], units: [user_id] }\n")
    collected = Survey(config, (), "config.yaml", Policy())
    mapper = Mapper(config)
    for number, value in enumerate(events):
        item = Event(f"e:{number}", value)
        collected.add(item, mapper.outcome(item))
    result = collected.result()
    assert result == collected.result()
    report = check_report(result, Policy(), {})
    assert report == check_report(result, Policy(), {})
    read = sum(map(is_event, events))
    assert (result.events, result.not_events) == (read, len(events) - read)
    if result.coverage is not None:
        coverage = result.coverage
        view = coverage.segment
        assert sum(item.events for item in coverage.types) == sum(coverage.fates.values()) == read
        assert sum(item.count for item in coverage.reasons) == read
        assert sum(view.nothing_sent.values()) + view.refused + view.ignored <= view.success <= read
        assert all(item.count <= coverage.unit_events for item in coverage.units)


@pytest.mark.parametrize("name", ["123", "null", "true", "undefined"])
def test_a_name_that_is_no_text_uses_its_entry(name: str) -> None:
    """JavaScript asks goalMapping for the text of whatever the name is."""
    config = config_of(CONFIG.replace("{ Order Completed: purchase }", f'{{ "{name}": goal }}'))
    line = event(event=...) if name == "undefined" else event(event=json.loads(name))
    result = survey(config, line)
    assert result.coverage is not None
    assert [entry["count"] for entry in result.as_json()["coverage"]["goalMapping"]] == [1]
    assert places(result, "COVERAGE-GOAL") == []


def test_a_long_name_with_an_entry_has_one() -> None:
    name = "z" * 250
    result = survey(config_of(CONFIG.replace("Order Completed", name)), event(event=name))
    assert result.coverage is not None
    assert result.coverage.names_without_entry == ()
    assert [entry["count"] for entry in result.as_json()["coverage"]["goalMapping"]] == [1]


def test_what_is_no_event_is_in_no_count_of_events() -> None:
    lines = [event(type=kind, messageId=str(number)) for number, kind in enumerate(["Track", None, 5, "TRACK", "t"])]
    result = survey(config_of(CONFIG), *lines, event(messageId="x"))
    assert (result.events, result.not_events, result.failed) == (1, 5, True)
    assert result.coverage is not None
    assert [(item.type, item.events) for item in result.coverage.types] == [("track", 1)]
    summary = [sentence.text for sentence in check_report(result, Policy(), {}).summary]
    assert "1 event: 1 is accepted. 5 objects are no events." in summary


def test_a_long_key_is_masked_before_a_name_is_cut() -> None:
    key = "k" * 150 + "q" * 150
    reading = read_config(CONFIG, {"KEY": key})
    assert reading.config is not None
    result = survey(reading.config, event(event=f"leak {key}"))
    assert result.coverage is not None
    assert "k" * 20 not in str(result.coverage)


def test_what_was_not_read_fails_whatever_the_policy() -> None:
    collected = Survey(config_of(CONFIG), (), "config.yaml", Policy(fail_on="never"))
    assert not collected.result().failed
    for result in (
        collected.result(unread=1),
        collected.result(expected=True),
        Survey(None, (), "c", Policy(fail_on="never")).result(),
    ):
        assert result.failed
        report = check_report(result, Policy(fail_on="never"), {})
        assert not report.ok
        assert any(case.status == "failed" for case in report.cases)


@pytest.mark.parametrize("code", ["CONFIG-CATALOG-FILE", "CONFIG-UNKNOWN-CODE", "CONFIG-UNKNOWN-KEY"])
def test_a_guard_that_guards_nothing_fails(code: str) -> None:
    found = (finding(code, "It is so."),)
    assert Survey(config_of(CONFIG), found, "config.yaml", Policy()).result().failed
    assert not Survey(config_of(CONFIG), found, "config.yaml", Policy(fail_on="never")).result().failed
    assert not Survey(config_of(CONFIG), found, "config.yaml", Policy(ignore=(code,))).result().failed


def test_nothing_green_is_not_all_sent() -> None:
    result = survey(config_of(CONFIG), event(type="alias"))
    assert result.coverage is not None
    [becomes, _, told] = check_report(result, Policy(), {}).summary
    assert becomes.text == "1 event: 1 never leaves."
    assert told.text == "0 events are green in Segment."


@settings(max_examples=MANY)
@given(st.lists(events, max_size=8), st.sampled_from(CONFIGS))
def test_events_counted_together_are_counted_as_one_by_one(corpus: list[dict[str, Any]], config: Config) -> None:
    mapper = Mapper(config)
    together, one_by_one = (Survey(config, (), "config.yaml", Policy()) for _ in range(2))
    for number, value in enumerate([*corpus, *corpus]):
        item = Event(f"e.jsonl:{number}", value)
        together.add(item, mapper.outcome(item, wire=False))
        one_by_one.add(item, mapper.outcome(item))
        one_by_one.result()
    assert together.result() == one_by_one.result()
