"""The lines that a change adds, removes or replaces; the effect of it; and all certain changes as one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config.model import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.outcomes import Fate
from abtui.core.remedy import Effect, Line, Remedies, certain_changes, effect_of, preview
from abtui.core.remedy.certain import Found
from abtui.core.remedy.model import is_worse
from abtui.core.text.secret import Secret
from tests.core.test_remedy import CATALOG, USED, WITH_CATALOG, config_of, events_of, read, remedies
from tests.kit import CONFIG, ENV, config_with, event

GOALS = "settings:\n  goalMapping:\n    Order Completed: purchase\n  unitMapping:\n    userId: user_id\n"
ADDED = GOALS.replace("  unitMapping", "    Order completed: purchase\n  unitMapping")


def shown(old: str, new: str) -> list[str]:
    return [f"{line.number} {line.mark} {line.text}" for line in preview(old, new)]


def test_a_line_that_is_added_comes_after_the_line_before_it() -> None:
    assert shown(GOALS, ADDED) == ["3       Order Completed: purchase", "4 +     Order completed: purchase"]


def test_a_line_that_is_removed_or_replaced() -> None:
    assert shown(ADDED, GOALS) == ["3       Order Completed: purchase", "4 -     Order completed: purchase"]
    assert shown("a: 1\nb: 2\n", "a: 1\nb: 3\n") == ["1   a: 1", "2 - b: 2", "2 + b: 3"]
    assert shown("a: 1\n", "b: 1\n") == ["1 - a: 1", "1 + b: 1"]
    assert shown("", "a: 1") == ["1 - ", "1 + a: 1"]
    assert shown(GOALS, GOALS) == []


def test_changes_in_two_places_are_two_blocks() -> None:
    text = "".join(f"k{number}: {number}\n" for number in range(9))
    assert shown(text, text.replace("k2: 2", "k2: x").replace("k7: 7\n", "")) == [
        "2   k1: 1",
        "3 - k2: 2",
        "3 + k2: x",
        "7   k6: 6",
        "8 - k7: 7",
    ]


def test_the_keys_are_masked_wherever_they_stand() -> None:
    secret = Secret("env-key-0123456789")
    old = f"apiKey: file-key-0123456789\na: {secret.reveal()}\nc: file-key-0123456789\n"
    said = (
        str(preview(old, old + "b: 1\n", [secret])) + str(preview(old, "", [secret])) + str(preview("", old, [secret]))
    )
    assert "0123456789" not in said.replace("****6789", "")


def test_a_long_line_is_cut_where_it_differs() -> None:
    old = json.dumps({f"k{number}": number for number in range(2_000)})
    lines = preview(old, f'{old[:-1]}, "sentAt": "now"}}')
    assert [line.mark for line in lines] == ["-", "+"]
    assert lines[1].text.startswith("…")
    assert lines[1].text.endswith('"sentAt": "now"}')
    assert all(len(line.text) <= 201 for line in lines)


@settings(max_examples=100)
@given(st.lists(st.sampled_from("abc\x1b\r"), max_size=8), st.lists(st.sampled_from("abc\x1b\r"), max_size=8))
def test_the_marked_lines_are_the_whole_difference(old: list[str], new: list[str]) -> None:
    lines = preview("\n".join(old), "\n".join(new))
    kept = [line for at, line in enumerate("\n".join(old).split("\n"), 1) if Line(at, "-", _text(line)) not in lines]
    stays = [line for at, line in enumerate("\n".join(new).split("\n"), 1) if Line(at, "+", _text(line)) not in lines]
    assert kept == stays
    assert all(line.text.isprintable() for line in lines)


def _text(line: str) -> str:
    return line.rstrip("\r").replace("\x1b", "\\u001b")


def test_twenty_thousand_lines_that_are_alike() -> None:
    old = "a\n" * 20_000
    assert len(preview(f"x\n{old}y", f"z\n{old}w")) == 5


# Effects


EFFECTS: dict[str, tuple[dict[Fate, int], dict[Fate, int], str]] = {
    "one more arrives": ({"arrives": 4, "ignored": 6}, {"arrives": 5, "ignored": 5}, "then 5 of 10 arrive"),
    "the first one": ({"ignored": 2}, {"arrives": 1, "ignored": 1}, "then 1 of 2 arrives"),
    "accepted": ({"never-leaves": 3}, {"accepted": 2, "never-leaves": 1}, "then 2 of 3 are accepted"),
    "known at last": ({"accepted": 3}, {"arrives": 2, "ignored": 1}, ""),
    "no longer refused": ({"refused": 2, "arrives": 1}, {"ignored": 2, "arrives": 1}, "then 2 fewer are refused"),
    "many": ({"ignored": 2_000_000}, {"arrives": 1_500_000, "ignored": 500_000}, "then 1,500,000 of 2,000,000 arrive"),
    "nothing": ({"arrives": 1}, {"arrives": 1}, ""),
    "worse": ({"arrives": 2}, {"arrives": 1, "ignored": 1}, ""),
    "moved among the lost": ({"never-leaves": 2}, {"ignored": 2}, ""),
    "more fail": ({"never-leaves": 2}, {"fails": 2}, ""),
    "no events": ({}, {}, ""),
}


@pytest.mark.parametrize("case", EFFECTS)
def test_the_sentence_promises_only_what_was_counted(case: str) -> None:
    before, after, sentence = EFFECTS[case]
    assert Effect(before, after).sentence == sentence


def measured(old: Config, new: Config, events: list[Event]) -> Effect:
    comparison = Comparison(old, new, examples=0)
    for item in events:
        comparison.add(item)
    return effect_of(comparison.result())


def test_an_effect_is_counted_by_the_comparison() -> None:
    of = (event(), event(event="Order completed"), event(event="order_completed"), event(event="x"), event(sentAt=...))
    events = events_of(*of)
    names = "goalMapping: { Order completed: purchase, order_completed: purchase,"
    old, new = config_of(USED), config_of(USED.replace("goalMapping: {", names))
    effect = measured(old, new, events)
    assert effect.sentence == "then 3 of 5 arrive"
    assert effect.before == dict.fromkeys(effect.before, 0) | {"arrives": 1, "ignored": 3, "refused": 1}


def test_without_a_catalog_they_are_accepted() -> None:
    of = (event(), event(type="page", event=..., name="Home"), event(event="x"))
    text = config_with(enablePageViewTracking="false")
    remedy = remedies(text, *of).of_event(events_of(*of)[1])
    assert remedy is not None
    assert measured(config_of(text), config_of(remedy.after), events_of(*of)).sentence == "then 3 of 3 are accepted"


# All certain changes


def everything(found: Remedies, *texts: str) -> list[Found]:
    items: list[Found] = [(item, None) for item in found.reading.findings]
    if found.config is not None:
        usage = Usage(found.config)
        for of in events_of(*texts):
            outcome = Mapper(found.config).outcome(of)
            usage.add(of.value, outcome)
            items += [(item, of) for item in outcome.findings]
        items += [(item, None) for _source, item in coverage_findings(usage)]
    return items


MANY = (
    config_with(
        collectorEndpoint="https://acme.absmartly.iop/v1/ # here",
        environment="Staging",
        goalMapping="{ ORDER completed: Purchase, LOGIN: login }",
        unitMapping="{ user_id: userId, anonymousid: anonymous_id }",
    )
    + CATALOG
)
SENT = (event(anonymousId="a"), event(event="Login"), event(event="Login", anonymousId="b"))


def test_all_certain_changes_compose() -> None:
    found = remedies(MANY, *SENT)
    remedy = certain_changes(found, everything(found, *SENT))
    assert remedy is not None
    assert remedy.title == f"Make {len(remedy.parts)} certain changes"
    assert len(remedy.parts) == 8
    lines = remedy.after.splitlines()
    assert "  collectorEndpoint: https://acme.absmartly.io/v1 # here" in lines
    assert "  environment: staging" in lines
    assert "  unitMapping: { userId: user_id, anonymousId: anonymous_id }" in lines
    assert "  goalMapping: { Order Completed: purchase, Login: login }" in lines
    assert remedy.before == MANY
    assert {line.mark for line in preview(remedy.before, remedy.after)} == {" ", "-", "+"}
    assert not read(remedy.after).findings
    assert {Mapper(config_of(remedy.after)).outcome(item).fate for item in events_of(*SENT)} == {"arrives"}
    again = remedies(remedy.after, *SENT)
    assert certain_changes(again, everything(again, *SENT)) is None


def test_a_single_certain_change_is_itself() -> None:
    text = config_with(environment="Staging") + CATALOG
    found = remedies(text, event())
    remedy = certain_changes(found, everything(found, event()) * 3)
    assert remedy is not None
    assert remedy == found.of_line(5)
    assert remedy.parts == ()


def test_a_mistake_in_the_yaml_comes_first() -> None:
    found = Remedies(CONFIG.replace("environment: ", "environment:"), read)
    assert certain_changes(found, everything(found)) == found.of_mistake() != None  # noqa: E711


def test_there_may_be_none_and_a_stop() -> None:
    found = remedies(WITH_CATALOG, event())
    assert certain_changes(found, everything(found, event())) is None
    many = remedies(MANY, *SENT)
    stopped = certain_changes(many, everything(many, *SENT), lambda: True)
    assert stopped is None or not stopped.parts


NAMES = st.sampled_from(["Order Completed", "order completed", "OrderCompleted", "Login", "login"])
FIELDS = st.sampled_from(["userId", "userid", "user_id", "anonymousId", "anonymous_id"])


@settings(max_examples=25)
@given(
    goals=st.dictionaries(NAMES, st.sampled_from(["purchase", "Purchase", "other"]), max_size=3),
    units=st.dictionaries(FIELDS, FIELDS, max_size=3),
    names=st.lists(NAMES, max_size=3),
    environment=st.sampled_from(["staging", "Staging"]),
    ending=st.sampled_from(["", "/", "/v1", "/v1/"]),
)
def test_certain_changes_bring_no_error_and_no_worse_fate(
    goals: dict[str, str], units: dict[str, str], names: list[str], environment: str, ending: str
) -> None:
    text = (
        config_with(
            goalMapping=json.dumps(goals),
            unitMapping=json.dumps(units),
            environment=environment,
            collectorEndpoint=f"https://acme.absmartly.io{ending}",
        )
        + CATALOG
    )
    of = [event(event=name) for name in names]
    found = remedies(text, *of)
    items = everything(found, *of)
    remedy = certain_changes(found, items)
    if remedy is None:
        assert all(found.fix(item, of) is None for item, of in items)
        return
    after = read_config(remedy.after, ENV)
    assert after.config is not None
    assert not [item for item in after.findings if item.severity == "error"]
    for one in events_of(*of):
        fates = [Mapper(config).outcome(one).fate for config in (config_of(text), after.config)]
        assert not is_worse(*fates)
