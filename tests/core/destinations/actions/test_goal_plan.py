"""Mapping an event to a goal with mappings: what is offered, what is written, and what becomes of the event then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.form_edit import edit_settings
from abtui.core.config.reader import read_config
from abtui.core.corpus.funnel import Funnel, FunnelResult, almost, goal_of
from abtui.core.corpus.funnel.causes import Cause
from abtui.core.corpus.funnel.counts import Count
from abtui.core.corpus.funnel.remedies import Remedies as FunnelRemedies
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_one
from abtui.core.goal_plan import GoalPlan
from abtui.core.outcomes import UNSUBSCRIBED
from abtui.core.remedy import Remedies

SETTINGS = """destination: actions
settings: { collectorEndpoint: "https://acme.absmartly.io/v1", apiKey: secret-key-1234, environment: staging }
"""
MAPPINGS = """mappings:
  - name: Purchases
    subscribe: type = "track" and event = "Order Completed"
    partnerAction: trackGoal
    mapping:
      units: { user_id: { "@path": $.userId } }
      name: purchase
      properties: { "@path": $.properties }
      application: shop
  - name: Refunds
    subscribe: event = "Order Refunded" or event = "Order Returned"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: { "@path": $.event }, properties: {} }
  - name: Searches
    enabled: false
    subscribe: type = "track" and event = "Products Searched"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: search, properties: {} }
  - name: Exposures
    subscribe: type = "track" and event = "Experiment Viewed"
    partnerAction: trackExposure
    mapping: { exposure: { "@path": $.properties.exposure } }
"""
OTHERS = """  - name: Others
    subscribe: type = "track" and event != "Order Completed" and event != "Order Refunded"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: { "@path": $.event }, properties: {} }
"""
CATALOG = "catalog: { goals: [purchase, search, signed_up], units: [user_id], environments: [staging], applications: [shop] }\n"


def config_of(text: str) -> Config:
    found = read_config(text, {}).config
    assert found is not None
    return found


def item_of(**fields: Any) -> Event:
    whole = {"type": "track", "event": "Signed Up", "userId": "u", "messageId": "m", "timestamp": "2026-03-17T09:00:00.000Z", "properties": {}}  # fmt: skip
    found = read_one(json.dumps(whole | fields), "test")
    assert isinstance(found, Event)
    return found


def plan_of(text: str, item: Event) -> GoalPlan:
    config = config_of(text)
    mapper = Mapper(config)
    return mapper.destination.plan_goal(item.value, mapper.outcome(item), config, CorpusNames())


def sent(text: str, item: Event) -> list[tuple[str, Any]]:
    """The mappings that are for an event, with the goals that they send."""
    results = Mapper(config_of(text)).outcome(item).results or ()
    return [(result.mapping, result.goal) for result in results if result.verdict not in UNSUBSCRIBED]


def changed(text: str, item: Event, goal: str = "signed_up") -> str:
    edited = edit_settings(text, plan_of(text, item).edits(goal))
    assert edited.text is not None
    return edited.text


def test_a_mapping_with_a_goal_of_its_own_gets_another() -> None:
    item, text = item_of(event="Order Completed"), SETTINGS + MAPPINGS
    plan = plan_of(text, item)
    assert (plan.goal, plan.written("bought", config_of(text))) == ("purchase", "mappings[0].mapping.name: bought")
    assert changed(text, item, "bought") == text.replace("name: purchase", "name: bought")


@pytest.mark.parametrize("name", ["Signed Up", 'Say "hi"', "It's", "50% (off)"])
def test_an_event_that_is_for_no_mapping_gets_one_of_its_own(name: str) -> None:
    item, text = item_of(event=name), SETTINGS + MAPPINGS
    after = changed(text, item)
    assert after.startswith(text)
    assert sent(after, item) == [(name, "signed_up")]
    assert sent(after, item_of(event=f"{name}!")) == []
    added = config_of(after).lists["mappings"][4]["mapping"]
    assert list(added) == ["units", "name", "properties", "application"]


def test_a_mapping_for_several_names_leaves_out_the_one_that_gets_its_own() -> None:
    item, text = item_of(event="Order Returned"), SETTINGS + MAPPINGS
    after = changed(text, item)
    assert "`Refunds` then leaves it out" in plan_of(text, item).about[-1]
    assert sent(after, item) == [("Order Returned", "signed_up")]
    assert sent(after, item_of(event="Order Refunded")) == [("Refunds", "Order Refunded")]


def test_the_mappings_of_a_new_destination_are_written_where_the_config_has_none() -> None:
    item = item_of(type="page", event=None, name="Home")
    after = changed(SETTINGS, item, "home")
    assert sent(after, item) == [("Home", "home")]
    for other in (item_of(type="page", name="Cart"), item_of(type="screen", name="Home"), item_of()):
        assert sent(after, other) == sent(SETTINGS, other)


def test_mappings_that_could_be_for_the_event_are_offered() -> None:
    text, item = SETTINGS + MAPPINGS, item_of(event="Products Searched")
    on, wider = plan_of(text, item).offers
    assert (on.label, on.certain, wider.label, wider.certain) == ("Switch on Searches", True, "Let Purchases be for it, too", False)  # fmt: skip
    for offer, mapping, goal in ((on, "Searches", "search"), (wider, "Purchases", "purchase")):
        edited = edit_settings(text, offer.edits).text
        assert edited is not None
        assert sent(edited, item) == [(mapping, goal)]
        assert sent(edited, item_of(event="Order Completed")) == [("Purchases", "purchase")]
        assert sent(edited, item_of(event="Another")) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"type": "identify", "event": None}, "Only track, page and screen calls"),
        ({"type": "page", "event": None}, "with a name"),
        ({"event": "Experiment Viewed"}, "Only track, page"),
    ],
)
def test_what_cannot_be_mapped_says_why(fields: dict[str, Any], why: str) -> None:
    plan = plan_of(SETTINGS + MAPPINGS, item_of(**fields))
    assert plan.name is None
    assert why in " ".join(plan.about)


def test_the_goal_that_a_name_means_is_offered() -> None:
    text = SETTINGS + MAPPINGS + CATALOG
    remedies = Remedies(text, lambda changed: read_config(changed, {}))
    found = remedies.of_event(item_of())
    assert found is not None
    assert (found.title, sent(found.after, item_of())) == ("Map it to signed_up", [("Signed Up", "signed_up")])
    switched = remedies.of_event(item_of(event="Products Searched"))
    assert switched is not None
    assert switched.title == "Switch on Searches"
    assert remedies.of_event(item_of(event="Order Completed")) is None


@pytest.mark.parametrize("name", ["order_completed", "Order Complete"])
@pytest.mark.parametrize("others", ["", OTHERS])
def test_a_name_that_is_nearly_asked_for_is_found_and_let_in(name: str, others: str) -> None:
    text, item = SETTINGS + MAPPINGS + others, item_of(event=name)
    (near,) = [one for one in Mapper(config_of(text)).outcome(item).findings if one.code == "SUBSCRIPTION-NEAR"]
    assert near.message.startswith(f'"{name}" is close to "Order Completed", which `Purchases` asks for')
    remedies = Remedies(text, lambda changed: read_config(changed, {}))
    remedy = remedies.of_finding(near, item)
    assert remedy is not None
    assert remedy.title == "Let Purchases be for it, too"
    assert sent(remedy.after, item) == [("Purchases", "purchase")]
    for other in ("Order Completed", "Another"):
        assert sent(remedy.after, item_of(event=other)) == sent(text, item_of(event=other))


@pytest.mark.parametrize("name", ["Order Completed", "products searched", "Products Searched", "Another"])
def test_other_names_are_not_nearly_asked_for(name: str) -> None:
    config = config_of(SETTINGS + MAPPINGS)
    assert all(one.code != "SUBSCRIPTION-NEAR" for one in Mapper(config).outcome(item_of(event=name)).findings)


@pytest.mark.parametrize("others", ["", OTHERS])
def test_events_that_are_nearly_asked_for_are_lost_for_the_goal_until_they_are_let_in(others: str) -> None:
    text = SETTINGS + MAPPINGS + others + CATALOG
    items = [item_of(event=name) for name in ("Order Completed", "Order completed", "order_completed", "Another")]

    def counted(text: str) -> FunnelResult:
        funnel, mapper = Funnel("purchase", config_of(text)), Mapper(config_of(text))
        for at, item in enumerate(items):
            funnel.add(at, item, mapper.outcome(item))
        return funnel.result()

    before = counted(text)
    assert (before.seen, before.through) == (3, 1)
    (loss,) = before.losses
    assert (loss.count, loss.who) == (2, "have another name")
    assert loss.fix is not None
    assert loss.fix.title == "Map 2 names to purchase"
    after = edit_settings(text, loss.fix.edits).text
    assert after is not None
    assert (counted(after).seen, counted(after).through) == (3, 3)
    seen = CorpusNames(names=(("Order Complete", 2), ("order_completed", 1)))
    assert almost("purchase", config_of(text), seen) == (("Order Complete", 2),)
    lost = Mapper(config_of(text)).outcome(items[2])
    assert goal_of(items[2].value, lost, config_of(text)) == "purchase"


def test_two_names_meant_for_one_goal_are_mapped_one_after_the_other() -> None:
    config = config_of(SETTINGS + MAPPINGS + CATALOG)
    lost = Count()
    for at, name in enumerate(("Signed up", "signed-up")):
        lost.add(1, (at,), ("track", name))
    fix = FunnelRemedies("signed_up", config).fix(Cause(4, "another name", "", "ignored"), lost)
    assert fix is not None
    assert fix.title == "Map 1 name to signed_up"
    assert list(fix.edits) == [("mappings", 4)]
