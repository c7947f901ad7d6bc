"""Mapping an event to a goal: what is offered, and what is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config.corpus_names import CorpusNameTally
from abtui.core.config.form_edit import edit_settings
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations.classic.goal_plan import plan_goal
from abtui.core.events import Event, read_one
from abtui.core.goal_plan import GoalPlan, goal_note
from tests.kit import config_with, event, map_text

CATALOG = "catalog: {goals: [purchase, signup], units: [user_id, anonymous_id], archived: {goals: [old]}}\n"


def plan(text: str, source: str = config_with()) -> tuple[GoalPlan, str]:
    read = read_config(source + CATALOG, {}).config
    item = read_one(text, "x")
    assert read is not None
    assert isinstance(item, Event)
    tally = CorpusNameTally()
    for _ in range(12):
        tally.add(item.value)
    return plan_goal(item.value, Mapper(read).outcome(item), read, tally.seen()), source + CATALOG


# Event, goalMapping's key, goal now, parts of what is said, what is offered.
PLANS: dict[str, tuple[str, str, str | None, str, list[str], list[str]]] = {
    "unmapped": (event(event="Signed Up"), config_with(), "Signed Up", "", ["12 events have this name"], []),
    "mapped": (event(), config_with(), "Order Completed", "purchase", ["12 events"], []),
    "a number for a name": (event(event=7), config_with(), "7", "", ["own name"], []),
    "no name": (event(event=...), config_with(), None, "", ["no name"], []),
    "page": (event(type="page", name="Home"), config_with(), None, "", ["track calls only", "`Page: Home`"], []),
    "page, tracking off": (event(type="page", name="Home"), config_with(enablePageViewTracking="false"), None, "", ["track calls only"], ["settings.enablePageViewTracking: true"]),
    "screen, tracking off": (event(type="screen", name="Home"), config_with(enableAppScreenViewTracking="false"), None, "", ["`Screen: Home`"], ["settings.enableAppScreenViewTracking: true"]),
    "identify": (event(type="identify", traits={"a": 1}), config_with(), None, "", ["attributes"], []),
    "group": (event(type="group", traits={}), config_with(), None, "", ["exposure"], []),
    "exposure, off": (event(event="Experiment Viewed"), config_with(enableExposureTracking="false"), None, "", ["exposure"], ["settings.enableExposureTracking: true"]),
    "alias": (event(type="alias"), config_with(), None, "", ["nothing"], []),
    "no unit": (event(event="A", userId=..., anonymousId="a", memberId=7), config_with(), "A", "", ["needs a unit"], ["settings.unitMapping.anonymousId: anonymous_id", "settings.unitMapping.memberId: member_id"]),
    "no unit at all": (event(userId=...), config_with(), "Order Completed", "purchase", ["needs a unit", "no identity"], []),
}  # fmt: skip


@pytest.mark.parametrize("case", PLANS)
def test_the_plan_offers_what_can_be_done_about_a_goal(case: str) -> None:
    text, source, name, goal, said, offered = PLANS[case]
    found, source = plan(text, source)
    assert (found.name, found.goal) == (name, goal)
    for part in said:
        assert part in " ".join(found.about)
    assert [offer.written for offer in found.offers] == offered
    for offer in found.offers:
        changed = edit_settings(source, offer.edits).text
        assert changed is not None
        read = read_config(changed, {}).config
        assert read is not None
        outcome = map_text(text, read)[0]
        assert getattr(outcome, "verdict", "") == "send" or case == "exposure, off"


def test_an_offer_tells_how_many_events_it_is_of() -> None:
    found, _ = plan(PLANS["no unit"][0])
    assert [offer.said for offer in found.offers] == [
        "Use `anonymousId` as a unit (12 events have it)",
        "Use `memberId` as a unit (12 events have it, the catalog has no such unit)",
    ]


@pytest.mark.parametrize(
    ("goal", "written", "said"),
    [
        ("signup", 'settings.goalMapping["Signed Up"]: signup', ""),
        ("other", 'settings.goalMapping["Signed Up"]: other', "no goal `other`"),
        ("old", 'settings.goalMapping["Signed Up"]: old', "archived"),
        ("", "", ""),
    ],
)
def test_what_is_written(goal: str, written: str, said: str) -> None:
    found, source = plan(event(event="Signed Up"))
    read = read_config(source, {}).config
    assert read is not None
    line, warning = goal_note(found, goal, read)
    assert line == written
    assert said in warning
    if goal:
        changed = edit_settings(source, found.edits(goal)).text
        assert changed is not None
        assert _goal(changed, event(event="Signed Up")) == goal


def test_mapping_again_replaces_the_goal() -> None:
    found, source = plan(event())
    changed = edit_settings(source, found.edits("signup")).text
    assert changed == source.replace("{ Order Completed: purchase }", "{ Order Completed: signup }")
    read = read_config(source, {}).config
    assert read is not None
    assert goal_note(found, "purchase", read) == ("", "It is already mapped to this goal.")


def _goal(source: str, text: str) -> Any:
    read = read_config(source, {}).config
    assert read is not None
    outcome = map_text(text, read)[0]
    request = getattr(outcome, "request", None)
    assert request is not None
    return json.loads(request.body_bytes)["goals"][0]["name"]
