"""Two configs over a corpus: the counts, held against a count of its own, and what must hold for any configs and events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import CLASSES, Comparison, ComparisonResult, comparison_report
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.segment import is_event
from tests.core.test_engine import CONFIGS, config, events
from tests.generate import config_text, event_lines
from tests.kit import CONFIG, ENV, event
from tests.test_samples import KEYS, SAMPLES, all_events
from tests.thorough import MANY

SDK = SdkDefaults()


def compared(old: Config, new: Config, corpus: Iterable[Event], **options: Any) -> ComparisonResult:
    comparison = Comparison(old, new, **options)
    for item in corpus:
        comparison.add(item)
    return comparison.result()


def compared_lightly(old: Config, new: Config, pieces: Iterable[bytes]) -> ComparisonResult:
    """The way of `abtui diff`."""
    comparison = Comparison(old, new)
    for part in FieldReader(old, new).parts(pieces, "f", SDK):
        if isinstance(part, Unreadable):
            comparison.add_unreadable()
        else:
            comparison.add_part(part)
    return comparison.result()


def one(old: str, new: str, *lines: str) -> ComparisonResult:
    """The comparison of two config texts over events given as JSON."""
    return compared(config(old), config(new), [Event(f"f:{n}", json.loads(line)) for n, line in enumerate(lines, 1)])


def changed_classes(result: ComparisonResult) -> dict[str, int]:
    return {item.name: item.events for item in result.classes if item.events}


def check_sums(result: ComparisonResult) -> None:
    assert result.changed + result.unchanged == result.events
    assert sum(sum(row.values()) for row in result.verdicts.values()) == result.events
    off_diagonal = sum(count for old, row in result.verdicts.items() for new, count in row.items() if old != new)
    assert off_diagonal == result.count("verdict")
    assert result.count("verdict") + result.count("reason") == sum(item.events for item in result.reasons)
    assert sum(item.events for item in result.goals.changes) + result.goals.uncounted == result.count("goal")
    assert max(item.events for item in result.classes) <= result.changed <= sum(item.events for item in result.classes)


# The change of the issue, counted from the events' JSON alone: no mapper, no destination.

THREE_PARTS = (
    ("Order Completed: purchase", "Order Completed: order"),
    ("    userId: user_id", "    user_id: userId"),
    ("enablePageViewTracking: true", "enablePageViewTracking: false"),
)
SIDES = ({"userId": "user_id", "anonymousId": "anonymous_id"}, {"user_id": "userId", "anonymousId": "anonymous_id"})


def with_three_parts(text: str) -> str:
    for old, new in THREE_PARTS:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def units_of(value: dict[str, Any], mapping: dict[str, str]) -> list[tuple[str, str]] | None:
    """Types and ids, or None where the event brings its own."""
    inner = value.get("properties", {}).get("absmartly", {})
    if "units" in inner:
        return None
    return [
        (unit, str(value[key]))
        for key, unit in mapping.items()
        if isinstance(value.get(key), str | int | float) and not isinstance(value[key], bool)
    ]


def fate(value: dict[str, Any], mapping: dict[str, str], purchase: str, page: bool, names: dict[str, str]) -> Any:
    """Verdict and goal of one event, as the destination's page and its published function have it."""
    kind, off = value.get("type"), value.get("integrations", {})
    if off.get("AB Smartly", off.get("All")) is False:
        return "drop", None
    if kind == "group" or (kind == "track" and value.get("event") == "Experiment Viewed"):
        holder = value.get("traits" if kind == "group" else "properties", {})
        return ("fail" if not isinstance(holder, dict) else "send" if "absmartly" in holder else "drop"), None
    if kind == "page" and not page:
        return "drop", None
    if kind in ("page", "screen"):
        if not isinstance(value.get("name"), str):
            return "fail", None
        goal = f"{kind.capitalize()}: {value['name']}"
    elif kind == "track":
        goal = purchase if value["event"] == "Order Completed" else names.get(value["event"], value["event"])
    elif kind == "identify":
        if not value.get("traits"):
            return "drop", None
        goal = None
    else:
        return "unsupported", None
    if not isinstance(value.get("properties", {}), dict) or not isinstance(
        value.get("properties", {}).get("absmartly", {}), dict
    ):
        return "fail", None
    return ("drop", None) if units_of(value, mapping) == [] else ("send", goal)


def count_by_hand(corpus: Iterable[dict[str, Any]], names: dict[str, str]) -> dict[str, Any]:
    verdicts, goals, units = Counter[Any](), Counter[Any](), Counter[Any]()
    same = changed = 0
    for value in corpus:
        (old, old_goal), (new, new_goal) = (
            fate(value, SIDES[0], "purchase", True, names),
            fate(value, SIDES[1], "order", False, names),
        )
        verdicts[old, new] += 1
        same += old_goal is not None and old_goal == new_goal
        goals[old_goal, new_goal] += old_goal != new_goal
        differ = False
        if old == new == "send" and value["type"] != "group" and value.get("event") != "Experiment Viewed":
            left, right = (units_of(value, side) for side in SIDES)
            differ = left != right
            units["lost", "user_id"] += differ
        changed += old != new or old_goal != new_goal or differ
    return {"verdicts": verdicts, "goals": +goals, "units": +units, "same": same, "changed": changed}


def check_against_the_count(result: ComparisonResult, corpus: Iterable[dict[str, Any]], names: dict[str, str]) -> None:
    counted = count_by_hand(corpus, names)
    check_sums(result)
    assert {(old, new): count for old, row in result.verdicts.items() for new, count in row.items() if count} == dict(
        counted["verdicts"]
    )
    assert {(item.old, item.new): item.events for item in result.goals.changes} == dict(counted["goals"])
    assert (result.goals.same, result.changed) == (counted["same"], counted["changed"])
    assert {(item.kind, item.old): item.events for item in result.units} == dict(counted["units"])
    assert result.count("units") == counted["units"]["lost", "user_id"] > 0
    assert counted["goals"]["purchase", "order"] > 0
    assert result.frame == ()
    assert [(item.path, item.kind, item.old, item.new) for item in result.settings] == [
        ("settings.enablePageViewTracking", "changed", "true", "false"),
        ('settings.goalMapping["Order Completed"]', "changed", "purchase", "order"),
        ("settings.unitMapping.userId", "removed", "user_id", None),
        ("settings.unitMapping.user_id", "added", None, "userId"),
    ]


def test_the_issues_change_over_the_samples() -> None:
    text = (SAMPLES / "config.yaml").read_text(encoding="utf-8")
    old, new = (read_config(side, KEYS).config for side in (text, with_three_parts(text)))
    assert old is not None
    assert new is not None
    corpus = list(all_events())
    names = {name: goal for name, goal in old.settings["goalMapping"].items() if name != "Order Completed"}
    result = compared(old, new, corpus)
    check_against_the_count(result, (item.value for item in corpus), names)


def test_the_issues_change_over_generated_events() -> None:
    lines = list(islice(event_lines(), 20_000))
    old, new = config(config_text()), config(with_three_parts(config_text()))
    names = {"Product Added": "add_to_cart", "Checkout Started": "checkout", "Signed In": "login"}
    result = compared_lightly(old, new, [b"".join(lines)])
    assert result.events == 20_000
    check_against_the_count(result, map(orjson.loads, lines), names)
    effects = {item.path: item.events for item in result.settings}
    assert effects['settings.goalMapping["Order Completed"]'] == next(
        item.events for item in result.goals.changes if item.kind == "renamed"
    )
    assert effects["settings.enablePageViewTracking"] == result.count("verdict")


# Each class of change

EXPOSURE = event(event="Experiment Viewed", properties={"absmartly": {"units": [], "goals": [{"name": "g"}]}})
PAGE = event(type="page", name="Home")
IDENTIFY = event(type="identify", traits={"plan": "pro"})
LISTED = "catalog: {goals: [purchase], units: [user_id], environments: [staging], applications: [website]}"
TWO_UNITS = CONFIG.replace("{ userId: user_id }", "{ userId: user_id, anonymousId: anonymous_id }")


@pytest.mark.parametrize(
    ("old", "new", "line", "kinds"),
    [
        (CONFIG, CONFIG.replace("purchase", "order"), event(), ("goal renamed",)),
        (CONFIG, CONFIG.replace("Order Completed: purchase", "A: b"), event(), ("reason", "goal renamed")),
        (CONFIG, CONFIG.replace("purchase", "Order Completed"), event(), ("goal renamed",)),
        (
            CONFIG.replace("purchase", "Order Completed"),
            CONFIG.replace("Order Completed: purchase", "A: b"),
            event(),
            ("reason",),
        ),
        (
            CONFIG,
            CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"),
            PAGE,
            ("verdict send -> drop", "goal lost", "fate accepted -> never-leaves"),
        ),
        (
            CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"),
            CONFIG,
            PAGE,
            ("verdict drop -> send", "goal gained", "fate never-leaves -> accepted"),
        ),
        (
            CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"),
            CONFIG,
            event(type="page"),
            ("verdict drop -> fail", "fate never-leaves -> fails"),
        ),
        (
            CONFIG,
            CONFIG.replace("ExposureTracking: true", "ExposureTracking: false"),
            EXPOSURE,
            ("verdict send -> drop", "fate refused -> never-leaves"),
        ),
        (CONFIG, CONFIG + "behavior: {viewGoalNames: slug}", PAGE, ("goal renamed",)),
        (CONFIG, CONFIG + "behavior: {identify: reject}", IDENTIFY, ("verdict send -> unsupported", "fate accepted -> never-leaves")),
        (CONFIG, CONFIG.replace("userId: user_id", "userId: customer"), event(), ("units renamed",)),
        (CONFIG, CONFIG.replace("userId: user_id", "anonymousId: user_id"), event(anonymousId="a"), ("units with another id",)),
        (CONFIG, TWO_UNITS, event(anonymousId="a"), ("units gained",)),
        (TWO_UNITS, CONFIG, event(anonymousId="a"), ("units lost",)),
        (TWO_UNITS, CONFIG, event(anonymousId="a", userId=...), ("verdict send -> drop", "goal lost", "fate accepted -> never-leaves")),
        (
            TWO_UNITS,
            CONFIG.replace("{ userId: user_id }", "{ anonymousId: anonymous_id, userId: user_id }"),
            event(anonymousId="a"),
            ("units in another order",),
        ),
        (
            CONFIG,
            CONFIG.replace("userId: user_id", "id: customer"),
            event(id="x"),
            ("units lost", "units gained"),
        ),
        (CONFIG, CONFIG.replace("Order Completed: purchase", "'5': '5'"), event(event=5), ("reason", "body", "fate refused -> accepted")),
        (CONFIG, CONFIG.replace("application: website", "application: app"), event(), ("request",)),
        (CONFIG, CONFIG.replace("application: website", "application: app"), EXPOSURE, ("request",)),
        (CONFIG, CONFIG.replace("application: website", "application: app"), event(userId=...), ()),
        (CONFIG, CONFIG.replace("purchase", "order").replace("staging", "production"), event(), ("goal renamed",)),
        (CONFIG, CONFIG.replace("purchase", "order"), event(event="Other"), ()),
        (CONFIG, CONFIG + "catalog: {goals: [x]}", event(), ("fate accepted -> ignored",)),
        (CONFIG, CONFIG + "catalog: {goals: [x]}", event(userId=...), ()),
        (CONFIG, CONFIG + "catalog: {goals: [purchase]}", event(), ()),
        (CONFIG, CONFIG + LISTED, event(), ("fate accepted -> arrives",)),
        (CONFIG + LISTED, CONFIG + LISTED.replace("user_id", "x"), event(), ("fate arrives -> ignored",)),
        (CONFIG + LISTED, CONFIG + LISTED.replace("[purchase]", "[x]"), IDENTIFY, ()),
        (CONFIG + LISTED, CONFIG + LISTED, event(), ()),
        (CONFIG + LISTED, CONFIG.replace("staging", "b") + LISTED, event(), ("fate arrives -> ignored", "request")),
        (CONFIG + LISTED, CONFIG.replace("purchase", "x") + LISTED, event(), ("goal renamed", "fate arrives -> ignored")),
        (CONFIG, TWO_UNITS, event(anonymousId=""), ("units gained", "fate accepted -> refused")),
        (CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"), CONFIG + "behavior: {identify: reject}", IDENTIFY, ("verdict send -> unsupported", "fate accepted -> never-leaves")),
    ],
)  # fmt: skip
def test_what_a_change_is(old: str, new: str, line: str, kinds: tuple[str, ...]) -> None:
    comparison = Comparison(config(old), config(new))
    change = comparison.add(Event("f:1", json.loads(line)))
    assert (() if change is None else change.kinds) == kinds
    result = comparison.result()
    check_sums(result)
    assert (result.events, result.changed) == (1, len(kinds[:1]))
    assert [item.kinds for item in result.examples] == ([kinds] if kinds else [])
    assert all(item.changes for item in result.examples)
    assert {item.name for item in result.classes if item.events} == {kind.split()[0] for kind in kinds}


def test_an_example_tells_each_field() -> None:
    new = (
        CONFIG.replace("purchase", "order").replace("userId: user_id", "anonymousId: anonymous_id").replace("acme", "b")
    )
    result = one(CONFIG, new, event(anonymousId="a", properties={"x": 1}))
    (example,) = result.examples
    assert (example.source, example.type, example.name, example.message_id) == ("f:1", "track", "Order Completed", "m1")
    assert [(item.path, item.old, item.new) for item in example.changes] == [
        (
            "reason",
            'GOAL-MAPPED: goal "purchase", mapped from "Order Completed"',
            'GOAL-MAPPED: goal "order", mapped from "Order Completed"',
        ),
        ("URL", "https://acme.absmartly.io/v1/context", "https://b.absmartly.io/v1/context"),
        ("$.units[0].type", '"user_id"', '"anonymous_id"'),
        ("$.units[0].uid", '"u1"', '"a"'),
        ("$.goals[0].name", '"purchase"', '"order"'),
    ]


def test_the_first_examples_of_each_kind_are_kept() -> None:
    new = CONFIG.replace("purchase", "order").replace("PageViewTracking: true", "PageViewTracking: false")
    corpus = [Event(f"f:{n}", json.loads(line)) for n, line in enumerate([event(), PAGE] * 5, 1)]
    sources = [item.source for item in compared(config(), config(new), corpus, examples=2).examples]
    assert sources == ["f:1", "f:2", "f:3", "f:4"]
    assert compared(config(), config(new), corpus, examples=0).examples == ()


def test_goals_are_told_apart_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.corpus.tally.MOST", 2)
    off = CONFIG.replace("PageViewTracking: true", "PageViewTracking: false")
    result = one(CONFIG, off, *(event(type="page", name=name * 300) for name in "abca"))
    assert [len(item.old or "") for item in result.goals.changes] == [306, 306]
    assert (result.goals.uncounted, result.count("goal")) == (1, 4)
    check_sums(result)
    assert "further goals" in str(comparison_report(result))


def test_findings_that_come_and_go_are_counted() -> None:
    new = CONFIG + "catalog: {goals: [other], units: [user_id], environments: [staging], applications: [website]}"
    corpus = [Event(f"f:{n}", json.loads(line)) for n, line in enumerate([event(), event(userId=...), event()], 1)]
    result = compared(config(), config(new), corpus, findings=True)
    assert result.findings is not None
    assert [(item.code, item.gained, item.lost) for item in result.findings] == [("CATALOG-GOAL", 2, 0)]
    assert changed_classes(result) == {"fate": 2, "findings": 2}
    # That two events have the same id is no change that a config makes.
    assert [item.changes[-1].new for item in result.examples] == ["CATALOG-GOAL", "CATALOG-GOAL"]
    assert compared(config(), config(new), corpus).findings is None
    backwards = compared(config(new), config(), corpus, findings=True)
    assert backwards.findings is not None
    assert [(item.gained, item.lost) for item in backwards.findings] == [(0, 2)]


@pytest.mark.parametrize(
    ("new", "unread", "unreadable", "verdict"),
    [
        (CONFIG, 0, 0, "No difference"),
        (CONFIG, 1, 0, "Incomplete"),
        (CONFIG, 0, 2, "Incomplete"),
        (CONFIG.replace("purchase", "order"), 1, 1, "Differs"),
    ],
)
def test_what_could_not_be_read_is_no_agreement(new: str, unread: int, unreadable: int, verdict: str) -> None:
    comparison = Comparison(config(), config(new))
    comparison.add(Event("f:1", json.loads(event())))
    for _ in range(unreadable):
        comparison.add_unreadable()
    result = comparison.result(unread=unread)
    assert (result.unread, result.unreadable) == (unread, unreadable)
    report = comparison_report(result)
    assert (report.ok, report.verdict) == (verdict == "No difference", verdict)
    assert (report.cases[0].name, report.cases[0].status == "failed") == ("everything could be read", not result.whole)
    assert ("could not be read" in str(report.summary)) == bool(unread)


# What holds for all configs and events

VARIANTS = [
    *CONFIGS,
    config(CONFIG.replace("staging", "production").replace("website", "'${KEY}'")),
    config(CONFIG.replace("{ userId: user_id }", "{ anonymousId: user_id, userId: customer, '1': one }")),
    config(CONFIG.replace("Order Completed: purchase", "A: Order Completed, '5': '5', order completed: x")),
]
pairs = st.sampled_from(list(product(VARIANTS, VARIANTS)))


def numbered(values: list[dict[str, Any]]) -> Iterator[Event]:
    return (Event(f"f:{n}", value) for n, value in enumerate(values, 1))


@settings(max_examples=100)
@given(st.lists(events, max_size=5), st.sampled_from(VARIANTS), st.booleans())
def test_a_config_does_not_differ_from_itself(values: list[dict[str, Any]], used: Config, findings: bool) -> None:
    again = msgspec.structs.replace(used, settings={**used.settings, "goalMapping": dict(used.settings["goalMapping"])})
    result = compared(used, again, numbered(values), findings=findings)
    read = sum(map(is_event, values))
    assert (result.events, result.changed, result.settings, result.examples) == (read, 0, (), ())
    assert result.unreadable == len(values) - read
    assert changed_classes(result) == {}
    assert comparison_report(result).ok == (read == len(values))


@settings(max_examples=MANY)
@given(st.lists(events, max_size=5), pairs, st.booleans())
def test_any_configs_have_a_comparison(
    values: list[dict[str, Any]], sides: tuple[Config, Config], findings: bool
) -> None:
    comparison = Comparison(*sides, findings=findings)
    changes = []
    for item in numbered(values):
        changes.append(comparison.add(item))
        check = comparison.result()
        assert check == comparison.result()
    result = comparison.result()
    assert result == compared(*sides, numbered(values), findings=findings), "not the same answer twice"
    check_sums(result)
    assert result.changed == sum(change is not None for change in changes)
    assert [item.name for item in result.classes] == [name for name in CLASSES if findings or name != "findings"]
    if result.events:
        report = comparison_report(result)
        assert report.ok == (result.changed == 0 and result.whole)
        failed = len(changed_classes(result)) + (not result.whole)
        assert len([case for case in report.cases if case.status == "failed"]) == failed
    written = orjson.dumps(msgspec.to_builtins(result)).decode() + (repr(report) if result.events else "")
    assert ENV["KEY"] not in written


@settings(max_examples=MANY)
@given(st.lists(events, max_size=5), pairs)
def test_the_other_way_round_is_the_mirror_image(values: list[dict[str, Any]], sides: tuple[Config, Config]) -> None:
    there, back = compared(*sides, numbered(values)), compared(*sides[::-1], numbered(values))
    assert {(old, new): n for old, row in there.verdicts.items() for new, n in row.items()} == {
        (new, old): n for old, row in back.verdicts.items() for new, n in row.items()
    }
    swapped = {"gained": "lost", "lost": "gained", "added": "removed", "removed": "added"}
    for name in ("settings", "units", "frame"):
        left = {
            (getattr(item, "kind", ""), getattr(item, "path", ""), item.old, item.new) for item in getattr(there, name)
        }
        right = {
            (swapped.get(kind := getattr(item, "kind", ""), kind), getattr(item, "path", ""), item.new, item.old)
            for item in getattr(back, name)
        }
        assert left == right
    assert {(item.kind, item.old, item.new, item.events) for item in there.goals.changes} == {
        (swapped.get(item.kind, item.kind), item.new, item.old, item.events) for item in back.goals.changes
    }
    assert (there.goals.same, there.changed, there.classes) == (back.goals.same, back.changed, back.classes)


@settings(max_examples=MANY)
@given(
    st.lists(events, max_size=6),
    pairs,
    st.integers(1, 400),
    st.sampled_from(["\n", "\r\n", "\n\n", "\n{\n", "\n[1]\n", '\n{"type": "track", "type": "page"}\n', '\n{"batch": []}\n']),
)  # fmt: skip
def test_the_fast_lane_tells_the_same(
    values: list[dict[str, Any]], sides: tuple[Config, Config], size: int, between: str
) -> None:
    data = between.join(json.dumps(value) for value in values).encode()
    whole = Comparison(*sides)
    for item in read_events(iter([data]), "f", SDK):
        if isinstance(item, Event):
            whole.add(item)
        else:
            whole.add_unreadable()
    assert compared_lightly(*sides, [data[at : at + size] for at in range(0, len(data), size)]) == whole.result()


def test_an_event_that_only_the_fast_lane_takes_is_an_example_as_it_was_read() -> None:
    deep = event(context=0).replace('"context": 0', '"context": ' + "[" * 600 + "]" * 600)
    result = compared_lightly(config(), config(CONFIG.replace("purchase", "order")), [f"{event()}\n{deep}".encode()])
    assert (result.events + result.unreadable, [item.source for item in result.examples][:1]) == (2, ["f:1"])
