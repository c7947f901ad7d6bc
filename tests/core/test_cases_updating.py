"""Bringing expectations up to date: what fails changes, everything else stays, and then all pass."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.cases import CASES_FORM, Runner
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, SdkDefaults
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import COMMENT, edit_yaml
from abtui.services.case_runs import FileRunner
from tests.core.cases import EVENT, URL, case, config, read
from tests.core.test_cases_matching import CASES, EXPOSURE, NO_UNIT
from tests.core.test_cases_recording import MUTATIONS, read_sample_config
from tests.test_samples import SAMPLES


def updated(text: str, settings: Config | None = None) -> str:
    file, runner = read(text), Runner(Mapper(settings or config()))
    edits: dict[Path, Any] = {}
    for item in file.cases:
        assert isinstance(item.event, Event)
        edits.update(runner.run(item, file, item.event)[1])
    edited = edit_yaml(text, edits, CASES_FORM, tagged=True)
    assert edited.text is not None, edited.problem
    return edited.text


def passes(text: str, settings: Config | None = None) -> bool:
    file, runner = read(text), Runner(Mapper(settings or config()))
    return all(
        runner.run(item, file, item.event)[0].status == "passed" for item in file.cases if isinstance(item.event, Event)
    )


# What is expected of EVENT, and what is expected of it when up to date.
UPDATES: dict[str, tuple[str, str]] = {
    "one word": ("verdict: drop # why\nreason: GOAL-MAPPED", "verdict: send # why\nreason: GOAL-MAPPED"),
    "fate": ("fate: ignored # why", "fate: accepted # why"),
    "fate and verdict": ("verdict: drop\nfate: never-leaves", "verdict: send\nfate: accepted"),
    "fate, where the rest goes": ("body: {a: 1}\nfate: accepted", "fate: accepted"),
    "quotes stay": ("verdict: 'drop'", "verdict: 'send'"),
    "order stays": ("reason: 'NO-UNIT'\nsent:   false", "reason: 'GOAL-MAPPED'\nsent:   true"),
    "goal": ("goal: refund", "goal: purchase"),
    "goal, none": ("goal: null", "goal: purchase"),
    "units, flow": ("units: {user_id: x, b: c} # u", "units: {user_id: u1} # u"),
    "units, block": ("units:\n  # ids\n  a: b\n  user_id: x", "units:\n  # ids\n  user_id: u1"),
    "units, none": ("units: {}", "units: {user_id: u1}"),
    "body, only what it names": (
        "body:\n  goals: # the goal\n    - {name: x, properties: {total: 11}} # one\n    - name: y",
        "body:\n  goals: # the goal\n    - {name: purchase, properties: {total: 10.0}} # one",
    ),
    "body, one more item": (
        "body: {goals: [{properties: {items: [{sku: z}]}}]}",
        "body: {goals: [{properties: {items: [{sku: a}, {sku: b}]}}]}",
    ),
    "exactBody": (
        "exactBody:\n  units: [] # none\n  goals:\n    - name: purchase\n      properties: {total: 9, items: [{sku: a}, {sku: b}]}",
        "exactBody:\n  units: [{type: user_id, uid: u1}] # none\n  goals:\n    - name: purchase\n      properties: {total: 10.0, items: [{sku: a}, {sku: b}]}\n      achievedAt: 1767225600000\n  publishedAt: 1767225601000",
    ),
    "body, nothing left": ("body: {a: 1, b: 2}\ngoal: purchase", "goal: purchase"),
    "body, nothing left that can fail": ("body: {a: 1}\nnoFindings: [GOAL-NEAR]", "noFindings: [GOAL-NEAR]\nsent: true"),
    "body, a map left": ("body: {a: 1, goals: [{b: 1}]}", "body: {goals: [{}]}"),
    "url": ("url: x", f"url: {URL}"),
    "headers": ("headers: {X-Environment: x, X-Nope: y}", "headers: {X-Environment: staging, X-Nope: null}"),
    "findings": ("findings: [UNIT-NONE]\nverdict: send", "verdict: send"),
    "findings, nothing else": ("findings: [UNIT-NONE]", "{verdict: send}"),
    "onlyFindings": ("onlyFindings: [UNIT-NONE] # none", "onlyFindings: [] # none"),
}  # fmt: skip


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_changes_only_what_fails(name: str) -> None:
    before, after = UPDATES[name]
    text = case(before)
    result = updated(text)
    if after.startswith("{"):
        assert result == text[: text.index("    expect:\n")] + f"    expect: {after}\n"
    else:
        assert result == case(after)
    assert passes(result)


# What is expected of an event without a unit, and what is expected of it when up to date.
UNSENT: dict[str, tuple[str, str]] = {
    "what is about a request goes": (
        "verdict: send\ngoal: x\nunits: {a: b}\nbody: {a: 1}\nexactBody: 5\nurl: x\nheaders: {A: b}",
        "verdict: drop",
    ),
    "findings come": ("onlyFindings: []", "onlyFindings: [EVENT-IDENTITY, UNIT-MISSING, UNIT-NONE]"),
    "noFindings": (
        "noFindings:\n  # units\n  - UNIT-*\n  - GOAL-* # goals",
        "noFindings:\n  # units\n  - GOAL-* # goals",
    ),
    "headers that are not to be there": ("headers: {X-Foo: null, X-Agent: segment}\nverdict: send", "verdict: drop"),
    "headers that are none": ("headers: {}\nverdict: send", "headers: {}\nverdict: drop"),
    "what can fail stays": (
        "goal: purchase\nbody: {a: 1}\nnoFindings: [GOAL-NEAR]",
        "noFindings: [GOAL-NEAR]\nsent: false",
    ),
    "no goal stays": ("goal: null\nurl: x", "goal: null\nsent: false"),
    "only headers": (
        "headers: {X-Foo: null}\nonlyFindings: [EVENT-IDENTITY, UNIT-MISSING, UNIT-NONE]",
        "onlyFindings: [EVENT-IDENTITY, UNIT-MISSING, UNIT-NONE]\nsent: false",
    ),
    "only a request": ("goal: purchase", "{sent: false}"),
    "the reason is enough": ("reason: NO-UNIT\nunits: {a: b}", "reason: NO-UNIT"),
}


@pytest.mark.parametrize("name", UNSENT)
def test_an_update_to_nothing_sent(name: str) -> None:
    before, after = UNSENT[name]
    result = updated(case(before, NO_UNIT))
    assert result == case(after, NO_UNIT).replace("expect:\n      {", "expect: {")
    assert passes(result)


@pytest.mark.parametrize("name", [name for name, (_event, _expect, changes) in CASES.items() if changes])
def test_each_mismatch_can_be_updated(name: str) -> None:
    event, expect, _changes = CASES[name]
    text = f"# before\n{case(expect, event)}# after\n"
    result = updated(text)
    assert passes(result)
    assert result.startswith(text[: text.index("    expect:\n")])
    assert result.endswith("# after\n")
    assert updated(result) == result


def test_what_the_file_expects_of_requests() -> None:
    text = "request:\n  url: x # where\n  headers: {X-Environment: production}\n" + case("verdict: send")
    result = updated(text)
    assert result == f"request:\n  url: {URL} # where\n  headers: {{X-Environment: staging}}\n" + case("verdict: send")


def test_a_case_that_passes_is_not_touched() -> None:
    one, two = case("{  verdict:   send }"), case("{  verdict:   drop }").removeprefix("cases:\n")
    assert updated(one + two) == one + two.replace("drop", "send")


GOLDEN = (SAMPLES / "golden.abtui.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MUTATIONS)
def test_after_any_change_of_the_config_the_recorded_cases_can_be_updated(name: str) -> None:
    settings = read_sample_config(MUTATIONS[name])
    result = updated(GOLDEN, settings)
    assert passes(result, settings)
    before, after = GOLDEN.splitlines(), result.splitlines()
    assert before[:4] == after[:4]
    # The events stay as they are: what differs stands below `expect`, and in the file's `request`.
    events = [line for line in before if line.startswith(("    event:", "      type:", "      messageId:"))]
    assert events == [line for line in after if line.startswith(("    event:", "      type:", "      messageId:"))]


def test_a_goal_is_null_where_a_request_without_one_is_made() -> None:
    assert updated(case("goal: purchase # why", EXPOSURE)) == case("goal: null # why", EXPOSURE)


@pytest.mark.parametrize("expect", ["headers: {X-Foo: null}", "headers: {x-foo: a}", "url: x"])
def test_nothing_of_a_request_is_so_where_none_is_made(expect: str) -> None:
    assert not passes(case(expect, NO_UNIT))


# What is expected of an event without a unit, each with a comment in what would have to go.
COMMENTED = {
    "beside a key": "findings:   # ticket ABC-1\n  - GOAL-NEAR\nverdict: drop",
    "beside an item": "findings:\n  - GOAL-NEAR # because of X\n  - UNIT-*\n",
    "beside a block text": "verdict: send\ngoal: >- # c\n  purchase",
    "in a map": "verdict: send\nbody:\n  # why\n  a: 1",
    "in braces": "verdict: send\nbody: {a: 1, # why\n  b: 2}",
    "at the end of a line": "verdict: send\nurl: x#y # why",
}


@pytest.mark.parametrize("name", COMMENTED)
def test_a_comment_is_not_lost(name: str, tmp_path: FilePath) -> None:
    expect = COMMENTED[name]
    held, other = case(expect, NO_UNIT), case("verdict: send # stays", NO_UNIT).removeprefix("cases:\n")
    place = tmp_path / "orders.abtui.yaml"
    place.write_text(other.join([held, held.removeprefix("cases:\n")]))
    run = FileRunner(Mapper(config()), SdkDefaults(), update=True).run(str(place))
    changed = other.replace("send", "drop")
    assert place.read_text() == changed.join([held, held.removeprefix("cases:\n")])
    assert [item.problem for item in run.updated] == [COMMENT, "", COMMENT]
    assert run.updated[1].fields == ("verdict",)
    assert [item.status for item in run.cases] == ["failed", "passed", "failed"]


def test_what_was_set_and_what_was_taken_out_is_told(tmp_path: FilePath) -> None:
    place = tmp_path / "orders.abtui.yaml"
    place.write_text(case("goal: x\nbody: {a: 1}\nnoFindings: [UNIT-*, GOAL-*]", NO_UNIT))
    run = FileRunner(Mapper(config()), SdkDefaults(), update=True).run(str(place))
    assert run.updated[0].fields == ("sent",)
    assert run.updated[0].removed == ("goal", "body", "noFindings")
    assert place.read_text() == case("noFindings: [GOAL-*]\nsent: false", NO_UNIT)


MERGED = {
    "could not be read again: CASE-CONFLICT": "<<: {headers: {X-Foo: null}}\nverdict: send",
    "would fail all the same": "<<: {url: x}\nreason: GOAL-MAPPED",
}


@pytest.mark.parametrize("said", MERGED)
def test_a_file_that_would_not_pass_stays_as_it_is(said: str, tmp_path: FilePath) -> None:
    place = tmp_path / "orders.abtui.yaml"
    text = case(MERGED[said], NO_UNIT) + case("verdict: send", NO_UNIT).removeprefix("cases:\n")
    place.write_text(text)
    run = FileRunner(Mapper(config()), SdkDefaults(), update=True).run(str(place))
    assert said in run.problem
    assert not run.updated
    assert place.read_text() == text
    assert {item.status for item in run.cases} == {"failed"}


scalars = st.sampled_from(["u1", "purchase", "1", "true", "null", "[]", "{}", "{a: 1}", "[1, {b: c}]"])
keys = st.sampled_from(["goal", "exactBody", "body"])


@given(st.dictionaries(keys, scalars, min_size=1), st.booleans())
def test_whatever_was_expected_can_be_updated(expect: dict[str, str], unit: bool) -> None:
    text = case("".join(f"{key}: {value}\n" for key, value in expect.items()), EVENT if unit else NO_UNIT)
    result = updated(text)
    assert passes(result)
    assert result[: result.index("expect:")] == text[: text.index("expect:")]
