"""Where a goal's events end: the demo's purchase, each cause of a loss, and that every way of counting gives the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.checks import RecentIds
from abtui.core.config import Config
from abtui.core.config.corpus_names import CorpusNames, CorpusNameTally
from abtui.core.config.reader import read_config
from abtui.core.corpus.funnel import EXAMPLES, Funnel, FunnelResult, Loss, almost, goal_of, sentence, suggest
from abtui.core.corpus.funnel.counts import DETAILS
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.outcomes import Outcome
from abtui.core.text.yaml_edit import edit_yaml
from abtui.tui.corpus.rows import summary
from tests.kit import CONFIG, ENV, EVENT, config_with
from tests.toy import registered

SAMPLES = Path(__file__).parents[2] / "sample_events"
CATALOG = "catalog:\n  goals: [purchase, purchase_b2b, Known, 'Page: Home']\n  units: [user_id, anonymous_id]\n  environments: [staging]\n  applications: [website]\n"
WITH_CATALOG = CONFIG + CATALOG


@cache
def config_of(text: str) -> Config:
    reading = read_config(text, ENV)
    assert reading.config is not None, reading.findings
    return reading.config


def made(*events: dict[str, Any]) -> list[Event]:
    values = [{"messageId": f"m{at}"} | EVENT | fields for at, fields in enumerate(events)]
    without = [{key: value for key, value in item.items() if value is not ...} for item in values]
    return [Event(f"e.jsonl:{at}", value) for at, value in enumerate(without, 1)]


def mapped(events: list[Event], config: Config) -> list[tuple[int, Event, Outcome]]:
    mapper, recent = Mapper(config), RecentIds()
    return [(at, event, mapper.outcome(event, recent=recent)) for at, event in enumerate(events)]


def counted(goal: str, config: Config, items: list[tuple[int, Event, Outcome]]) -> Funnel:
    funnel = Funnel(goal, config)
    for item in items:
        funnel.add(*item)
    return funnel


def by_rows(goal: str, config: Config, items: list[tuple[int, Event, Outcome]]) -> Funnel:
    """Counted as a screen does it: rows that are alike at once, and only the events read that their rows do not tell enough of."""
    funnel = Funnel(goal, config)
    alike: dict[Any, list[int]] = {}
    for index, event, outcome in items:
        row = msgspec.structs.replace(summary(event, outcome, config.secrets), source="")
        match funnel.look(row):
            case "row":
                alike.setdefault(row, []).append(index)
            case "event":
                funnel.add(index, event, Mapper(config).outcome(event), repeated="EVENT-REPEATED" in row.codes)
    for row, indexes in alike.items():
        funnel.add_rows(row, indexes[:EXAMPLES], len(indexes))
    return funnel


def result_of(goal: str, text: str, *events: dict[str, Any]) -> FunnelResult:
    config = config_of(text)
    items = mapped(made(*events), config)
    result = counted(goal, config, items).result()
    assert by_rows(goal, config, items).result() == result
    adds_up(result)
    return result


def adds_up(result: FunnelResult) -> None:
    assert result.stations[0].count == result.seen
    for before, after in pairwise(result.stations):
        if after.count is not None:
            assert before.count is not None
            assert after.count == before.count - sum(loss.count for loss in after.losses)
        assert [loss.count for loss in after.losses] == sorted((loss.count for loss in after.losses), reverse=True)
    assert result.through == result.seen - sum(loss.count for loss in result.losses)
    assert all(loss.fate is not None for loss in result.losses)


def said(result: FunnelResult) -> str:
    return "".join(part.text for part in sentence(result))


def table(result: FunnelResult) -> list[tuple[str, int | None, list[str]]]:
    return [
        (station.name, station.count, [f"{loss.count} {loss.who}: {loss.why}" for loss in station.losses])
        for station in result.stations
    ]


@cache
def demo() -> tuple[Config, list[tuple[int, Event, Outcome]]]:
    config = config_of((SAMPLES / "config.yaml").read_text())
    files = sorted(path for path in SAMPLES.iterdir() if path.name[0].isdigit())
    pieces = (item for path in files for item in read_events([path.read_text()], path.name))
    return config, mapped([item for item in pieces if isinstance(item, Event)], config)


def test_the_way_of_the_demos_purchase() -> None:
    config, items = demo()
    result = counted("purchase", config, items).result()
    assert by_rows("purchase", config, items).result() == result
    assert said(result) == "16 events were meant for it: 12 arrive, 4 are lost."
    assert table(result) == [
        ("Seen", 16, []),
        ("Reach the destination", 15, ["1 opted out: integrations says AB Smartly: false"]),
        ("Sent", 15, []),
        ("Accepted", 15, []),
        ("Known goal", 12, ['3 have another name: Order completed 1, order_completed 1, "Order Completed " 1']),
    ]
    assert [(note.count, note.who, note.why, note.back, note.fate) for note in result.stations[2].notes] == [
        (1, "was sent twice", "its messageId repeats", "none: one of them counts", None)
    ]
    assert result.largest is result.losses[1]
    assert result.largest.fix is not None
    assert result.largest.fix.title == "Map 3 names to purchase"
    names = [items[index][1].value["event"] for index in result.largest.examples]
    assert names == ["Order completed", "order_completed", "Order Completed "]


def test_the_change_of_the_demos_largest_loss_brings_its_events_back() -> None:
    config, items = demo()
    fix = counted("purchase", config, items).result().losses[1].fix
    assert fix is not None
    changed = edit_yaml((SAMPLES / "config.yaml").read_text(), fix.edits).text
    assert changed is not None
    after = config_of(changed)
    assert said(counted("purchase", after, mapped([event for _, event, _ in items], after)).result()) == (
        "16 events were meant for it: 15 arrive, 1 is lost."
    )


NO_DATE = {"originalTimestamp": ...}
PAGE = {"type": "page", "event": ..., "name": "Home"}
# Goal, config, event -> station that is not reached, fate, who, why, way back, edits.
MAP, UNIT = ("settings", "goalMapping"), ("settings", "unitMapping")
CHANGE = "a change of the config brings them back"
LOSSES: dict[str, tuple[str, str, dict[str, Any], tuple[str, str, str, str, str], dict[Any, Any] | None]] = {
    "opted out of all": ("purchase", WITH_CATALOG, {"integrations": {"All": False}}, ("Reach the destination", "never-leaves", "opted out", "integrations says All: false", "none: a customer said no"), None),
    "opted out, under a near name": ("purchase", WITH_CATALOG, {"event": "ORDER-COMPLETED", "integrations": {"AB Smartly": False}}, ("Reach the destination", "never-leaves", "opted out", "integrations says AB Smartly: false", "none: a customer said no"), None),
    "no id": ("purchase", WITH_CATALOG, {"userId": ...}, ("Sent", "never-leaves", "has no id", "no userId", "identify before you track"), None),
    "no id of two": ("purchase", config_with(unitMapping="{ userId: user_id, anonymousId: anonymous_id }") + CATALOG, {"userId": ...}, ("Sent", "never-leaves", "has no id", "neither userId nor anonymousId", "identify before you track"), None),
    "an id that the config does not take": ("purchase", WITH_CATALOG, {"userId": ..., "anonymousId": "a"}, ("Sent", "never-leaves", "has another id", "anonymousId", CHANGE), {(*UNIT, "anonymousId"): "anonymous_id"}),
    "the config takes no id": ("purchase", config_with(unitMapping="{}") + CATALOG, {}, ("Sent", "never-leaves", "has another id", "userId", CHANGE), {(*UNIT, "userId"): "user_id"}),
    "switched off": ("Page: Home", config_with(enablePageViewTracking="false") + CATALOG, PAGE, ("Sent", "never-leaves", "is switched off", "page tracking off", CHANGE), {("settings", "enablePageViewTracking"): True}),
    "a page without an id": ("Page: Home", WITH_CATALOG, PAGE | {"userId": ...}, ("Sent", "never-leaves", "has no id", "no userId", "identify before you track"), None),
    "the function throws": ("purchase", WITH_CATALOG, {"properties": None}, ("Sent", "fails", "fails", "the function throws", "mend the event where it is made"), None),
    "no date": ("purchase", WITH_CATALOG, NO_DATE, ("Accepted", "refused", "has no date", "achievedAt is null", "send originalTimestamp"), None),
    "no dates": ("purchase", WITH_CATALOG, NO_DATE | {"sentAt": None}, ("Accepted", "refused", "has no date", "publishedAt is null, achievedAt is null", "send originalTimestamp and sentAt"), None),
    "no date under a near name": ("purchase", WITH_CATALOG, NO_DATE | {"event": "order completed"}, ("Accepted", "refused", "has no date", "achievedAt is null", "send originalTimestamp"), None),
    "a date that is none": ("purchase", WITH_CATALOG, {"sentAt": "yesterday"}, ("Accepted", "refused", "has a wrong date", "publishedAt is null", "send sentAt as a date"), None),
    "an empty id": ("purchase", WITH_CATALOG, {"userId": ""}, ("Accepted", "refused", "has a wrong id", "uid is empty", "send another id"), None),
    "another name": ("purchase", WITH_CATALOG, {"event": "order_completed"}, ("Known goal", "ignored", "has another name", "order_completed", CHANGE), {(*MAP, "order_completed"): "purchase"}),
    "a name like the goal's": ("purchase", WITH_CATALOG, {"event": "Purchase"}, ("Known goal", "ignored", "has another name", "Purchase", CHANGE), {(*MAP, "Purchase"): "purchase"}),
    "a name that is mapped to a goal like it": ("purchase", config_with(goalMapping="{ Sold: PURCHASE }") + CATALOG, {"event": "Sold"}, ("Known goal", "ignored", "has another name", "Sold", CHANGE), {(*MAP, "Sold"): "purchase"}),
    "a page of another name": ("Page: Home", WITH_CATALOG, PAGE | {"name": "home"}, ("Known goal", "ignored", "has another name", "home", "send it under the goal's name"), None),
    "another goal of the console": ("known", WITH_CATALOG, {"event": "Known"}, ("Known goal", "arrives", "goes to another goal", "Known", "none: the console has that goal, too"), None),
    "the console has it in another spelling": ("Purchase", config_with(goalMapping="{ Order Completed: Purchase }") + CATALOG, {}, ("Known goal", "ignored", "is not known", "the console has no goal Purchase", CHANGE), {(*MAP, "Order Completed"): "purchase"}),
    "the console does not have it": ("New", WITH_CATALOG, {"event": "New"}, ("Known goal", "ignored", "is not known", "the console has no goal New", "create the goal in the console"), None),
    "archived": ("Old", WITH_CATALOG + "  archived: {goals: [Old]}\n", {"event": "Old"}, ("Known goal", "ignored", "is archived", "Old is archived in the console", "restore the goal in the console"), None),
    "another unit": ("purchase", config_with(unitMapping="{ userId: person }") + CATALOG, {}, ("Known goal", "ignored", "has an unknown unit", 'the console has no unit type "person"', "create or restore it in the console"), None),
    "a unit that the console writes otherwise": ("purchase", config_with(unitMapping="{ userId: userId }") + CATALOG, {}, ("Known goal", "ignored", "has an unknown unit", 'the console has no unit type "userId"', CHANGE), {(*UNIT, "userId"): "user_id"}),
    "units without an id": ("purchase", WITH_CATALOG, {"properties": {"absmartly": {"units": [{"type": "user_id"}]}}}, ("Known goal", "ignored", "has no id", "no unit has an id", "send an id in each unit"), None),
    "another environment": ("purchase", config_with(environment="Staging") + CATALOG, {}, ("Known goal", "ignored", "is ignored", "the console has no environment Staging", CHANGE), {("settings", "environment"): "staging"}),
    "an archived application": ("purchase", CONFIG + "catalog: {goals: [purchase], archived: {applications: [website]}}\n", {}, ("Known goal", "ignored", "is ignored", "website is archived in the console", "create or restore it in the console"), None),
    "an id that is too long": ("purchase", WITH_CATALOG, {"userId": "u" * 5_000}, ("Accepted", "refused", "has a wrong id", "uid has 5,000 characters", "send another id"), None),
    "an environment that nothing is like": ("purchase", config_with(environment="x") + CATALOG, {}, ("Known goal", "ignored", "is ignored", "the console has no environment x", "create or restore it in the console"), None),
    "a name that is no goal": ("constructor", WITH_CATALOG, {"event": "constructor"}, ("Accepted", "refused", "has no name", "name is missing", "name the event"), None),
    "an address that nothing can be sent to": ("purchase", config_with(collectorEndpoint="'ftp://a'") + CATALOG, {}, ("Sent", "fails", "fails", "fetch throws", "correct the settings"), None),
}  # fmt: skip


@pytest.mark.parametrize("case", LOSSES)
def test_each_cause_of_a_loss(case: str) -> None:
    goal, text, fields, expected, edits = LOSSES[case]
    result = result_of(goal, text, fields)
    assert (result.seen, result.through) == (1, 0), table(result)
    (loss,) = result.losses
    (station,) = (station.name for station in result.stations if station.losses)
    assert (station, loss.fate, loss.who, loss.why, loss.back) == expected
    assert (None if loss.fix is None else dict(loss.fix.edits)) == edits
    assert said(result) == "1 event was meant for it: 1 is lost."
    if loss.fix is not None:
        changed = edit_yaml(text, loss.fix.edits).text
        assert changed is not None
        config = config_of(changed)
        assert [outcome.fate for _, _, outcome in mapped(made(fields), config)] == ["arrives"]


NOT_MEANT: dict[str, dict[str, Any]] = {
    "another event": {"event": "Signed Up"},
    "a letter off": {"event": "Order Complete"},
    "more words": {"event": "Order Completed Again"},
    "a page of this name": {"type": "page", "event": ..., "name": "purchase"},
    "an exposure": {"event": "Experiment Viewed", "properties": {"absmartly": {"goals": [{"name": "purchase"}]}}},
    "an identify call": {"type": "identify", "traits": {"purchase": 1}},
    "no event": {"type": "purchase"},
    "no name": {"event": ...},
    "a number": {"event": 7},
}


@pytest.mark.parametrize("case", NOT_MEANT)
def test_what_is_not_meant_for_the_goal(case: str) -> None:
    result = result_of("purchase", WITH_CATALOG, NOT_MEANT[case])
    assert (result.seen, said(result)) == (0, "No event was meant for it.")
    assert result.largest is None


def test_a_name_that_is_mapped_to_something_else_is_not_meant_for_it() -> None:
    text = config_with(goalMapping="{ Order Completed: purchase, order_completed: Known }") + CATALOG
    result = result_of("purchase", text, {}, {"event": "order_completed"}, {"event": "ORDER_COMPLETED"})
    assert table(result)[-1] == ("Known goal", 1, ["1 has another name: ORDER_COMPLETED"])


def test_without_a_catalog_nothing_is_claimed_of_the_console() -> None:
    result = result_of("purchase", CONFIG, {}, {}, {"event": "order_completed"}, NO_DATE)
    last = result.stations[-1]
    assert (last.name, last.count, last.about) == ("Known goal", None, "no catalog")
    assert [(loss.who, loss.fate) for loss in last.losses] == [("has another name", "accepted")]
    assert said(result) == "4 events were meant for it: 2 are accepted, 2 are lost."
    assert result.fate == "accepted"
    assert result.largest is not None
    assert result.largest.fix is not None
    assert dict(result.largest.fix.edits) == {(*MAP, "order_completed"): "purchase"}


def test_a_catalog_that_does_not_say_all_makes_nothing_green() -> None:
    result = result_of("purchase", CONFIG + "catalog: {goals: [purchase]}\n", {}, {})
    assert (result.stations[-1].count, result.fate) == (2, "accepted")
    assert [part.fate for part in sentence(result)] == [None, "accepted", None]


def test_losses_are_ordered_by_station_and_then_by_count() -> None:
    other: list[dict[str, Any]] = [{"event": "order completed"}] * 2 + [{"event": "ORDER COMPLETED"}]
    gone: list[dict[str, Any]] = [{"properties": None}, {"userId": ...}, {"userId": ..., "event": "order completed"}]
    result = result_of("purchase", WITH_CATALOG, *other, *gone, {"integrations": {"all": False}}, {})
    assert [(loss.count, loss.who) for loss in result.losses] == [
        (1, "opted out"),
        (2, "have no id"),
        (1, "fails"),
        (3, "have another name"),
    ]
    assert [loss.why for loss in result.losses][-1] == "order completed 2, ORDER COMPLETED 1"
    assert result.console == ("purchase_b2b",)


def test_a_repeated_id_is_a_note_and_no_loss() -> None:
    twice = [{"messageId": "same"}] * 3
    result = result_of("purchase", WITH_CATALOG, *twice, {"messageId": "same", "userId": ...})
    (note,) = result.stations[2].notes
    assert (note.count, note.who, note.why, note.examples) == (2, "were sent twice", "their messageIds repeat", (1, 2))
    assert result.through == 3


HOSTILE = [
    "order\ncompleted",
    "Order\x1b[31m Completed",
    "order completed" + " " * 5_000,
    "Order Completed\ud800",
    "ORDER COMPLETED " + "_" * 500,
    "__proto__",
    "order_completed_0123456789abcdef",
]


def test_hostile_names_stay_on_one_line_and_bring_no_key_to_light() -> None:
    text = (
        config_with(goalMapping="{ Order Completed 0123456789abcdef: purchase, Order Completed: purchase }") + CATALOG
    )
    result = result_of("purchase", text, *({"event": name} for name in HOSTILE))
    (loss,) = result.losses
    assert (loss.count, loss.examples) == (3, (0, 4, 6))
    assert loss.fix is not None
    for shown in (loss.why, loss.fix.title, loss.back, result.shown):
        assert shown.isprintable()
        assert "0123456789abcdef" not in shown
        assert len(shown) < 200
    assert [path[-1] for path in loss.fix.edits] == ["order\ncompleted", "order_completed_0123456789abcdef"]
    changed = edit_yaml(text, loss.fix.edits).text
    assert changed is not None
    assert result_of("purchase", changed, {"event": HOSTILE[0]}, {"event": HOSTILE[-1]}).through == 2


def test_more_names_than_are_kept_are_counted_all_the_same() -> None:
    names = [f"Order{'_' * (at // 30)} {' ' * (at % 30)}completed" for at in range(300)]
    config = config_of(WITH_CATALOG)
    items = mapped(made(*({"event": name} for name in names)), config)
    result = counted("purchase", config, items).result()
    assert counted("purchase", config, items[::-1]).result() == result
    (loss,) = result.losses
    assert (loss.count, loss.examples) == (300, tuple(range(EXAMPLES)))
    assert loss.why.endswith("others 297")
    assert loss.fix is not None
    assert len(loss.fix.edits) == DETAILS


FIELDS: dict[str, list[Any]] = {
    "type": ["track", "track", "track", "page", "screen", "identify", "alias"],
    "event": ["Order Completed", "order_completed", "Purchase", "purchase", "Other", 7, None, ["Order Completed"], ""],
    "name": ["Home", "home", "purchase", ...],
    "userId": ["u1", "purchase", "order completed", "", 5, None, {}, ...],
    "anonymousId": ["a", ...],
    "messageId": ["m1", "m2", "m3", ...],
    "integrations": [{"All": False}, {"AB Smartly": False, "All": True}, {}, ..., ...],
    "originalTimestamp": [EVENT["originalTimestamp"], "no", None, ...],
    "sentAt": [EVENT["sentAt"], EVENT["sentAt"], ...],
    "properties": [{}, {}, None, {"absmartly": {"units": [{"type": "x", "uid": "1"}]}}, {"absmartly": {"units": [{"type": "user_id"}]}}, ...],
}  # fmt: skip
EVENTS = st.lists(st.fixed_dictionaries({key: st.sampled_from(values) for key, values in FIELDS.items()}), max_size=12)
CONFIGS = (
    WITH_CATALOG,
    CONFIG,
    CONFIG + "catalog: {units: [user_id]}\n",
    CONFIG + "catalog: {archived: {goals: [purchase]}}\n",
    config_with(environment="Staging") + CATALOG,
    config_with(enablePageViewTracking="false", unitMapping="{}", goalMapping="{ '7': purchase, Sold: Purchase }") + CATALOG,
)  # fmt: skip
GOALS = st.sampled_from(["purchase", "Purchase", "Page: Home", "Screen: home", "7", "Order Completed", "order completed", "undefined", "-"])  # fmt: skip


@given(EVENTS, GOALS, st.sampled_from(CONFIGS), st.data())
def test_any_split_and_any_way_of_counting_give_the_same(
    events: list[dict[str, Any]], goal: str, text: str, data: st.DataObject
) -> None:
    result = result_of(goal, text, *events)
    config = config_of(text)
    items = mapped(made(*events), config)
    parts = [Funnel(goal, config) for _ in range(3)]
    for item in data.draw(st.permutations(items)):
        data.draw(st.sampled_from(parts)).add(*item)
    first, second, third = data.draw(st.permutations(parts))
    second.merge(third)
    first.merge(second)
    assert msgspec.json.encode(_plain(first.result())) == msgspec.json.encode(_plain(result))
    assert Funnel(goal, config).result().seen == 0


def _plain(result: FunnelResult) -> list[Any]:
    """All of a result, with the edits in a form that JSON has."""
    edits = [None if loss.fix is None else [[*loss.fix.edits.items()], loss.fix.title] for loss in result.losses]
    bare = [msgspec.structs.replace(loss, fix=None) for station in result.stations for loss in (*station.losses, *station.notes)]  # fmt: skip
    return [said(result), table(result), bare, edits, result.fate, result.console]


@given(EVENTS, GOALS)
def test_the_losses_have_the_fates_of_their_events(events: list[dict[str, Any]], goal: str) -> None:
    config = config_of(WITH_CATALOG)
    items = mapped(made(*events), config)
    result = counted(goal, config, items).result()
    for loss in result.losses:
        assert len(loss.examples) == loss.count
        assert {items[index][2].fate for index in loss.examples} == {loss.fate}
    taken = [index for loss in result.losses for index in loss.examples]
    assert len(set(taken)) == len(taken)


@pytest.fixture
def pings() -> Iterator[Config]:
    with registered():
        yield config_of(
            "destination: pings\nsettings:\n  collectorEndpoint: https://pings.example/v1\n  channel: main\n"
        )


def test_a_destination_without_goals_sends_none(pings: Config) -> None:
    events = made(
        {"event": "purchase"}, {"event": "Purchase"}, {"event": "other"}, {"type": "page", "name": "purchase"}
    )
    items = mapped(events, pings)
    result = counted("purchase", pings, items).result()
    assert by_rows("purchase", pings, items).result() == result
    adds_up(result)
    assert [(loss.count, loss.who, loss.why, loss.fix) for loss in result.losses] == [
        (2, "send no goal", "Pings sends no goal for it", None)
    ]


def names_of(*events: dict[str, Any]) -> CorpusNames:
    tally = CorpusNameTally()
    for event in made(*events):
        tally.add(event.value)
    return tally.seen()


def test_what_may_be_typed() -> None:
    seen = names_of({}, {}, {"event": "Purged"}, {"event": "Experiment Viewed"})
    assert suggest("pur", config_of(WITH_CATALOG), seen) == [
        ("purchase", "in the console, 2 events"),
        ("purchase_b2b", "in the console"),
        ("Purged", "1 event"),
    ]
    assert suggest("pur", config_of(CONFIG), seen)[0] == ("purchase", "in the config, 2 events")
    assert suggest("exp", config_of(CONFIG), seen) == []


def test_names_that_are_a_letter_off_are_told_and_not_counted() -> None:
    seen = names_of({"event": "Order Complete"}, {"event": "Order Complete"}, {"event": "order_completed"}, {})
    assert almost("purchase", config_of(WITH_CATALOG), seen) == (("Order Complete", 2),)
    assert almost("purchase", config_of(WITH_CATALOG), CorpusNames()) == ()


def test_events_with_such_a_name_are_a_note_with_the_change_that_maps_it() -> None:
    near = almost(
        "purchase", config_of(WITH_CATALOG), names_of({"event": "Order Complete"}, {"event": "Order Complete"})
    )
    result = counted("purchase", config_of(WITH_CATALOG), []).result(near, [3, 5])
    (note,) = result.stations[0].notes
    assert (result.seen, note.fate, note.count, note.examples) == (0, None, 2, (3, 5))
    assert (note.who, note.why) == ("are a letter off", "Order Complete")
    assert note.fix is not None
    assert (note.fix.title, dict(note.fix.edits)) == ("Map 1 name to purchase", {(*MAP, "Order Complete"): "purchase"})


GOALS_OF: dict[str, tuple[str, dict[str, Any], str]] = {
    "mapped": (WITH_CATALOG, {}, "purchase"),
    "sent under its own name": (WITH_CATALOG, {"event": "Known"}, "Known"),
    "never sent": (WITH_CATALOG, {"userId": ...}, "purchase"),
    "opted out": (WITH_CATALOG, {"integrations": {"All": False}}, "purchase"),
    "a name like one that is mapped": (WITH_CATALOG, {"event": "order_completed"}, "purchase"),
    "a name like a goal": (WITH_CATALOG, {"event": "Purchase"}, "purchase"),
    "without a catalog": (CONFIG, {"event": "order_completed"}, "purchase"),
    "nothing is like it": (WITH_CATALOG, {"event": "Signed Up"}, "Signed Up"),
    "an identify call": (WITH_CATALOG, {"type": "identify", "event": ..., "traits": {}}, ""),
    "no event": (WITH_CATALOG, {"type": "purchase"}, ""),
}


@pytest.mark.parametrize("case", GOALS_OF)
def test_the_goal_that_an_event_is_meant_for(case: str) -> None:
    text, fields, goal = GOALS_OF[case]
    config = config_of(text)
    ((_, event, outcome),) = mapped(made(fields), config)
    assert goal_of(event.value, outcome, config) == goal


def test_the_result_is_a_value() -> None:
    result = result_of("purchase", WITH_CATALOG, {}, {"event": "order_completed"})
    assert isinstance(result.losses[0], Loss)
    with pytest.raises(AttributeError):
        result.seen = 3  # type: ignore[misc]
    assert json.loads(msgspec.json.encode(result.stations[0]))["count"] == 2
