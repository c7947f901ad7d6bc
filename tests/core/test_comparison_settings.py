"""Settings that differ: where, how, what they do, and never a key."""

from __future__ import annotations

import pytest

from abtui.core.corpus.comparison import comparison_report
from abtui.core.corpus.comparison.fields import ABSENT, field_changes
from abtui.core.corpus.comparison.masking import LONGEST_VALUE, KeyMask
from tests.core.test_comparison import PAGE, TWO_UNITS, one
from tests.core.test_engine import config
from tests.kit import CONFIG, ENV, event

CATALOG = "catalog: {goals: [a, b], units: [user_id], environments: [staging], applications: [website]}\n"
TARGETS = "targets: {live: {collectorEndpoint: 'https://live.absmartly.io/v1', environment: production}}\n"
OTHER_KEY = "fedcba9876543210cdef"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (CONFIG, CONFIG, []),
        (CONFIG, CONFIG.replace("staging", "live"), [("settings.environment", "changed", "staging", "live", 5)]),
        (
            CONFIG,
            CONFIG.replace("  application: website\n", ""),
            [("settings.application", "removed", "website", None, 2)],
        ),
        (
            CONFIG,
            CONFIG.replace("acme", "b"),
            [
                (
                    "settings.collectorEndpoint",
                    "changed",
                    "https://acme.absmartly.io/v1",
                    "https://b.absmartly.io/v1",
                    4,
                )
            ],
        ),
        (
            CONFIG.replace("acme", "u:p1@acme"),
            CONFIG.replace("acme", "u:p2@acme"),
            [
                (
                    "settings.collectorEndpoint",
                    "changed",
                    "https://****@acme.absmartly.io/v1",
                    "https://****@acme.absmartly.io/v1 (another value)",
                    4,
                )
            ],
        ),
        (CONFIG, CONFIG.replace("${KEY}", OTHER_KEY), [("settings.apiKey", "changed", "****cdef", "****cdef (another key)", 3)]),
        (CONFIG, CONFIG.replace("  apiKey: ${KEY}\n", ""), [("settings.apiKey", "removed", "****cdef", None, 2)]),
        (
            CONFIG,
            CONFIG.replace("Order Completed: purchase", "Order Completed: purchase, A B: c"),
            [('settings.goalMapping["A B"]', "added", None, "c", 10)],
        ),
        (
            TWO_UNITS,
            CONFIG.replace("{ userId: user_id }", "{ anonymousId: anonymous_id, userId: user_id }"),
            [("settings.unitMapping", "order", "userId, anonymousId", "anonymousId, userId", 11)],
        ),
        (
            CONFIG.replace("{ Order Completed: purchase }", "{ a: x, b: y }"),
            CONFIG.replace("{ Order Completed: purchase }", "{ b: y, a: x }"),
            [],
        ),
        (CONFIG, CONFIG + "behavior: {identify: reject}\n", [("behavior.identify", "changed", "attributes", "reject", 12)]),
        (CONFIG, CONFIG + "behavior: {identify: attributes}\n", []),
        (
            CONFIG + CATALOG,
            CONFIG + CATALOG.replace("a, b", "b, c, d"),
            [("catalog.goals", "changed", "2 known", "3 known: added c, d; removed a", 12)],
        ),
        (
            CONFIG,
            CONFIG + "catalog: {units: [user_id]}\n",
            [("catalog.units", "added", None, "1 known", 12)],
        ),
        (CONFIG, CONFIG + "check: {failOn: never}\n", [("check.failOn", "changed", "error", "never", 12)]),
        (
            CONFIG,
            CONFIG + TARGETS,
            [("targets.live", "added", None, "https://live.absmartly.io/v1, production", 12)],
        ),
        (
            CONFIG + TARGETS,
            CONFIG.replace("website", "app").replace("${KEY}", OTHER_KEY) + TARGETS.replace("production", "prod"),
            [
                ("settings.apiKey", "changed", "****cdef", "****cdef (another key)", 3),
                ("settings.application", "changed", "website", "app", 6),
                ("targets.live.environment", "changed", "production", "prod", 12),
            ],
        ),
    ],
)  # fmt: skip
def test_each_setting_that_differs_is_listed_without_a_key(
    old: str, new: str, told: list[tuple[str, str, str | None, str | None, int]]
) -> None:
    result = one(old, new, event())
    assert [(item.path, item.kind, item.old, item.new, item.line) for item in result.settings] == told
    report = comparison_report(result, file="new.yaml")
    assert [(item.file, item.line) for item in report.annotations] == [("new.yaml", item[4]) for item in told]
    assert not any(key in repr((result, report)) for key in (ENV["KEY"], OTHER_KEY, "p1", "p2"))


@pytest.mark.parametrize(
    ("old", "new", "says", "events"),
    [
        (CONFIG, CONFIG.replace("purchase", "order"), "Renames the goal of 1 event.", 1),
        (CONFIG, CONFIG.replace("Order Completed: purchase", "Order Completed: purchase, '5': x"), "Renames the goal of 1 event.", 1),
        (CONFIG, CONFIG.replace("Order Completed: purchase", "Order Completed: purchase, B: x"), "Changes none of these events.", 0),
        (CONFIG, CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"), "Stops 1 event.", 1),
        (CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"), CONFIG, "Lets 1 event through.", 1),
        (CONFIG.replace("userId: user_id", "id: user_id"), CONFIG, "The changes of unitMapping together: a unit in 4 events that had none.", None),
        (CONFIG, CONFIG.replace("ScreenViewTracking: true", "ScreenViewTracking: false"), "Changes none of these events.", 0),
        (CONFIG, CONFIG + "behavior: {viewGoalNames: slug}", "Renames the goal of 1 page and screen call.", 1),
        (CONFIG, CONFIG + "behavior: {identify: reject}", "Changes what becomes of 1 identify call.", 1),
        (CONFIG, CONFIG.replace("staging", "live"), "Changes the request of 4 events.", 4),
        (CONFIG, CONFIG.replace("userId: user_id", "id: user_id"), "The changes of unitMapping together: no unit left in 4 events.", None),
        (CONFIG, CONFIG.replace("userId: user_id", "userId: u"), "The changes of unitMapping together: other units in 4 events.", None),
        (TWO_UNITS, CONFIG, "Changes none of these events.", 0),
        (CONFIG, CONFIG + "catalog: {units: [user_id]}", "Changes the fate of none of these events.", 0),
        (CONFIG, CONFIG + "catalog: {goals: [x]}", "Changes the fate of 2 events, and no request.", 2),
        (CONFIG, CONFIG + "catalog: {environments: [x]}", "Changes the fate of 3 events, and no request.", 3),
        (CONFIG, CONFIG + "catalog: {units: [x], goals: [x]}", "Together with what else fates rest on: another fate for 3 events.", None),
    ],
)  # fmt: skip
def test_what_a_setting_does(old: str, new: str, says: str, events: int | None) -> None:
    result = one(old, new, event(), event(event=5), PAGE, event(type="identify", traits={"a": 1}))
    assert {(item.effect, item.events) for item in result.settings} == {(says, events)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("purchase", "x"), "Changes no fate of the events whose request stays the same."),
        (("staging", "b"), "Together with what else fates rest on: another fate for 1 event."),
        (
            ("application: website", "application: b"),
            "Together with what else fates rest on: another fate for 1 event.",
        ),
        (("acme", "b"), "Changes the fate of 1 event, and no request."),
    ],
)
def test_what_a_catalog_does_beside_another_setting(change: tuple[str, str], says: str) -> None:
    goals = "[x]" if change[0] != "purchase" else "[purchase]"
    result = one(CONFIG, CONFIG.replace(*change) + f"catalog: {{goals: {goals}}}", event())
    assert [item.effect for item in result.settings if item.path == "catalog.goals"] == [says]


def test_what_differs_around_the_body() -> None:
    new = CONFIG.replace("  application: website\n", "").replace("${KEY}", OTHER_KEY).replace("acme", "b")
    result = one(CONFIG, new, event(), event(userId=...))
    assert [(item.name, item.old, item.new) for item in result.frame] == [
        ("URL", "https://acme.absmartly.io/v1/context", "https://b.absmartly.io/v1/context"),
        ("X-API-Key", "****cdef", "****cdef (another key)"),
        ("X-Application", "website", None),
        ("X-Application-Version", "0", None),
    ]
    assert (result.count("request"), result.changed) == (1, 1)
    assert [item.path for item in result.examples[0].changes] == [
        "URL",
        *(f"header {item.name}" for item in result.frame[1:]),
    ]


@pytest.mark.parametrize(
    "place",
    [("purchase", OTHER_KEY), ("user_id", OTHER_KEY), ("staging", OTHER_KEY), ("website", OTHER_KEY), ("acme", f"{OTHER_KEY}@acme"), ("Order Completed:", f"{OTHER_KEY}:")],
)  # fmt: skip
def test_a_key_of_one_config_in_the_other(place: tuple[str, str]) -> None:
    sides = CONFIG.replace(*place), CONFIG.replace("${KEY}", OTHER_KEY)
    for old, new in (sides, sides[::-1]):
        result = one(old, new, event(), event(event=OTHER_KEY, properties={"a": OTHER_KEY}), PAGE)
        assert OTHER_KEY not in repr((result, comparison_report(result)))


LONG_KEY = "".join(f"k{n:03}" for n in range(100))


def no_part_of_the_key(text: str) -> bool:
    """Whether no ten characters of it are there."""
    return not any(LONG_KEY[at : at + 10] in text for at in range(len(LONG_KEY) - 9))


@pytest.mark.parametrize("before", ["", "x" * 150, "x" * 290])
def test_a_long_key_is_masked_before_it_is_cut(before: str) -> None:
    old = CONFIG.replace("${KEY}", LONG_KEY).replace("purchase", f"purchase, {LONG_KEY}b: {before}{LONG_KEY}a")
    new = old.replace(f"{LONG_KEY}a", f"{LONG_KEY}c").replace("purchase", "order")
    new = new.replace("user_id }", f"user_id, anonymousId: {before}{LONG_KEY} }}").replace("website", LONG_KEY)
    name = f"{before}{LONG_KEY}{before}"
    lines = [
        event(event=f"{LONG_KEY}b"),
        event(event=name, userId=..., anonymousId=name, properties={LONG_KEY: name}),
        event(type="page", name=name, userId=..., anonymousId=name, traits={"a": name}),
        event(event=[name], messageId=name, anonymousId=name),
    ]
    for sides in ((old, new), (new, old)):
        result = one(*sides, *lines)
        assert result.changed == 4
        assert no_part_of_the_key(repr((result, comparison_report(result))))


def test_two_values_differ_also_where_what_is_shown_does_not() -> None:
    shown = KeyMask(config(CONFIG.replace("${KEY}", LONG_KEY)))
    long = "a" * (LONGEST_VALUE + 100)
    assert shown.pair(long, long + "b")[1] == "a" * (LONGEST_VALUE - 1) + "… (another value)"
    assert shown.pair(long, long) == ("a" * (LONGEST_VALUE - 1) + "…",) * 2
    assert shown.pair("x" + LONG_KEY, f"x{shown.text(LONG_KEY)}") == ("x****k099", "x****k099 (another value)")
    assert shown.pair(None, "a" * LONGEST_VALUE) == (None, "a" * LONGEST_VALUE)
    goals = one(*(CONFIG.replace("purchase", "n" * 250 + end) for end in "ab"), event()).goals.changes
    assert [(item.old, item.new) for item in goals] == [("n" * 250 + "a", "n" * 250 + "b")]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({}, {}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, [("$.a", "1", "true")]),
        ({"a": None}, {}, [("$.a", "null", None)]),
        (ABSENT, {"a": 1}, [("$", None, '{"a":1}')]),
        ([1, 2, 3], [2, 3], [("$[0]", "1", None)]),
        ([1, 2], [0, 1, 2, 3], [("$[0]", None, "0"), ("$[3]", None, "3")]),
        ([{"a": 1}, 5], [{"a": 2}, 5], [("$[0].a", "1", "2")]),
        ({"odd key": {"b": "x"}}, {"odd key": {"b": [1]}}, [('$["odd key"].b', '"x"', "[1]")]),
        ("x" * 400, "y", [("$", '"' + "x" * 400 + '"', '"y"')]),
        ([[0] * 300], [[0] * 301], [("$[0][300]", None, "0")]),
    ],
)
def test_field_by_field(old: object, new: object, changes: list[tuple[str, str | None, str | None]]) -> None:
    assert [(item.path, item.old, item.new) for item in field_changes(old, new)] == changes


def test_field_by_field_is_bounded() -> None:
    many = field_changes({str(n): 0 for n in range(1000)}, {str(n): 1 for n in range(1000)})
    assert (len(many), many[-1].path) == (101, "…")
    old: object = 0
    new: object = 1
    for _ in range(200):
        old, new = [old], [new]
    assert len(field_changes(old, new)) == 1
