"""What `diff` says a setting does, and what it says of units, held against a count from the events' JSON and plain dicts."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.comparison import ComparisonResult, comparison_report
from abtui.core.corpus.comparison.fields import unit_differences
from abtui.core.events import Event
from tests.core.test_comparison import compared, one
from tests.core.test_engine import config
from tests.kit import CONFIG, event
from tests.thorough import MANY

BASE = config(CONFIG)
MAPPING = "{ userId: user_id }"
PAGES_OFF = CONFIG.replace("PageViewTracking: true", "PageViewTracking: false")

# Units


def left_over(these: list[dict[str, str]], those: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Type and id of what is in these more often than in those, as often as it is more."""
    left, right = (Counter((unit["type"], unit["uid"]) for unit in units) for units in (these, those))
    return list((left - right).elements())


few_units = st.lists(st.fixed_dictionaries({"type": st.sampled_from("tux"), "uid": st.sampled_from("12")}), max_size=5)


@settings(max_examples=MANY)
@given(few_units, few_units)
def test_units_differ_as_often_as_they_stand_there(old: list[dict[str, str]], new: list[dict[str, str]]) -> None:
    gone, came = left_over(old, new), left_over(new, old)
    found = unit_differences(old, new)
    assert len(found) == len(set(found))
    if not gone and not came:
        assert found == [("order", None, None)]
        return
    assert {kind for kind, _old, _new in found} <= {"renamed", "uid", "lost", "gained"}
    assert {left for _kind, left, _right in found} - {None} == {unit for unit, _uid in gone}
    assert {right for _kind, _left, right in found} - {None} == {unit for unit, _uid in came}
    assert all(left == right for kind, left, right in found if kind == "uid")
    assert ("lost" in {kind for kind, *_ in found}) >= (len(gone) > len(came))
    assert ("gained" in {kind for kind, *_ in found}) >= (len(came) > len(gone))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("{ userId: t, anonymousId: t }", "{ userId: t }", [("lost", "t", None)]),
        ("{ userId: t }", "{ userId: t, anonymousId: t }", [("gained", None, "t")]),
        ("{ userId: t, anonymousId: t }", "{ userId: t, anonymousId: x }", [("renamed", "t", "x")]),
        ("{ userId: t, anonymousId: t }", "{ userId: x, anonymousId: x }", [("renamed", "t", "x")]),
        ("{ userId: t, anonymousId: t }", "{ anonymousId: t, userId: t }", []),
    ],
)
def test_a_unit_that_stands_there_twice(old: str, new: str, found: list[tuple[str, str | None, str | None]]) -> None:
    result = one(CONFIG.replace(MAPPING, old), CONFIG.replace(MAPPING, new), event(userId="u", anonymousId="u"))
    assert [(item.kind, item.old, item.new) for item in result.units] == found
    assert (result.count("units"), result.changed) == (len(found), len(found))


# Effects, each counted from the events alone


class Side(msgspec.Struct, frozen=True):
    """A config as plain values."""

    page: bool
    exposure: bool
    identify: str
    view: str
    environment: str
    goals: dict[str, str]
    units: dict[str, str]

    def config(self) -> Config:
        settings = {
            **BASE.settings,
            "enablePageViewTracking": self.page,
            "enableExposureTracking": self.exposure,
            "environment": self.environment,
            "goalMapping": self.goals,
            "unitMapping": self.units,
        }
        behavior = {"identify": self.identify, "viewGoalNames": self.view}
        target = msgspec.structs.replace(BASE.default_target, environment=self.environment)
        return msgspec.structs.replace(BASE, settings=settings, sections={"behavior": behavior}, default_target=target)

    def fate(self, value: dict[str, Any]) -> tuple[str, str]:
        """What stops the event and "", or "send" and what tells its goal from another (the entry's or its own)."""
        kind = value["type"]
        if kind == "identify" and self.identify == "reject":
            return "no handler for the type", ""
        if kind == "identify" and not value["traits"]:
            return "no traits", ""
        if value.get("event") == "Experiment Viewed":
            return (
                "send" if value["properties"] else "exposure missing"
            ) if self.exposure else "exposure tracking off", ""
        if kind == "page" and not self.page:
            return "page tracking off", ""
        if kind == "page" and not isinstance(value["name"], str):
            return "view without a name", ""
        if not self.units_of(value):
            return "no unit", ""
        if kind == "identify":
            return "send", "attributes"
        if kind == "page":
            return "send", self.view
        key = str(value["event"])
        return "send", f"mapped {self.goals[key]}" if key in self.goals else "own"

    def units_of(self, value: dict[str, Any]) -> list[tuple[str, str]]:
        return [(unit, value[key]) for key, unit in self.units.items() if key in value]


KEYS = ["A", "B", "5", "Experiment Viewed"]
sides = st.builds(
    Side,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["attributes", "reject"]),
    st.sampled_from(["title", "slug"]),
    st.sampled_from(["staging", "live"]),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["A", "B", "5", "x"]), max_size=3),
    st.dictionaries(st.sampled_from(["userId", "anonymousId"]), st.sampled_from(["t", "u"]), max_size=2),
)
ids = st.fixed_dictionaries({}, optional={"userId": st.sampled_from("12"), "anonymousId": st.sampled_from("12")})
kinds = st.one_of(
    st.builds(lambda name: {"type": "track", "event": name}, st.sampled_from(["A", "B", "C", 5, "5"])),
    st.builds(
        lambda inner: {"type": "track", "event": "Experiment Viewed", "properties": inner},
        st.sampled_from([{}, {"absmartly": {"units": []}}]),
    ),
    st.builds(lambda name: {"type": "page", "name": name}, st.sampled_from(["Home", None])),
    st.builds(lambda traits: {"type": "identify", "traits": traits}, st.sampled_from([{}, {"a": 1}])),
)
values = st.lists(st.builds(lambda kind, own: kind | own, kinds, ids), max_size=12)


def times(count: int, noun: str = "event") -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def toggle_by_hand(fates: list[tuple[str, str]], word: str) -> tuple[str, int]:
    """`fates` are old and new verdict words of each event."""
    if any(old == word != new for old, new in fates):
        others, simple, first, verbs = (
            [new for old, new in fates if old == word],
            "Lets {} through.",
            "Does not stop",
            ("is", "are"),
        )
    else:
        others, simple, first, verbs = (
            [old for old, new in fates if new == word != old],
            "Stops {}.",
            "Stops",
            ("was", "were"),
        )
    total, sent = len(others), others.count("send")
    if not total:
        return "Changes none of these events.", 0
    if sent == total:
        return simple.format(times(total)), total
    why = ", ".join(
        f"{count} {name}" for name, count in Counter(name for name in others if name != "send").most_common()
    )
    sides_of = (f"{count} {verbs[count != 1]}" for count in (sent, total - sent))
    return f"{first} {times(total)}: {' sent, '.join(sides_of)} not ({why}).", total


@settings(max_examples=MANY)
@given(values, sides, sides)
def test_effects_are_what_the_events_say(corpus: list[dict[str, Any]], old: Side, new: Side) -> None:
    result = compared(old.config(), new.config(), (Event(f"f:{n}", value) for n, value in enumerate(corpus, 1)))
    told = {item.path: (item.effect, item.events) for item in result.settings}
    fates = [(old.fate(value), new.fate(value)) for value in corpus]
    words = [(left[0], right[0]) for left, right in fates]
    both = [(value, *pair) for value, pair in zip(corpus, fates, strict=True) if pair[0][0] == pair[1][0] == "send"]
    for path, word in (
        ("enablePageViewTracking", "page tracking off"),
        ("enableExposureTracking", "exposure tracking off"),
    ):
        if f"settings.{path}" in told:
            effect, events = told[f"settings.{path}"]
            by_hand, total = toggle_by_hand(words, word)
            assert (sorted(effect), events) == (sorted(by_hand), total)  # equal counts may come in another order
    if "settings.environment" in told:
        assert told["settings.environment"][1] == (
            len(both) or (None if "send" in {w for pair in words for w in pair} else 0)
        )
    if "behavior.identify" in told:
        assert told["behavior.identify"][1] == sum(value["type"] == "identify" for value in corpus)
    if "behavior.viewGoalNames" in told:
        assert (told["behavior.viewGoalNames"][1] or 0) == sum(value["type"] == "page" for value, *_ in both)
    check_goals(told, corpus, both, old, new)
    check_units(result, both, words, old, new)


def check_goals(told: dict[str, Any], corpus: list[dict[str, Any]], both: list[Any], old: Side, new: Side) -> None:
    for key in KEYS:
        path = f"settings.goalMapping.{key}" if key.isalpha() else f'settings.goalMapping["{key}"]'
        assert (path in told) == (old.goals.get(key) != new.goals.get(key))
        if path not in told or key == "Experiment Viewed":
            continue
        mine = [value for value, *_ in both if value["type"] == "track" and str(value["event"]) == key]
        renamed = len(mine) if old.goals.get(key, key) != new.goals.get(key, key) else 0
        effect, events = told[path]
        if mine:
            assert events == len(mine)
            words = (
                f"Renames the goal of {times(renamed)}."
                if renamed
                else f"Changes {times(len(mine))} without renaming the goal."
            )
            assert effect == words
        else:
            once = any(
                "send" in (old.fate(value)[0], new.fate(value)[0]) for value in corpus if str(value.get("event")) == key
            )
            assert events == (None if once else 0)


def check_units(result: ComparisonResult, both: list[Any], words: list[tuple[str, str]], old: Side, new: Side) -> None:
    mine = [item for item in result.settings if item.path.startswith("settings.unitMapping")]
    assert bool(mine) == (list(old.units.items()) != list(new.units.items()))
    other = sum(
        old.units_of(value) != new.units_of(value) for value, left, _right in both if left[1]
    )  # an exposure has no goal and no units of its own
    assert result.count("units") == other
    parts = [
        (other, f"other units in {times(other)}"),
        (lost := words.count(("send", "no unit")), f"no unit left in {times(lost)}"),
        (found := words.count(("no unit", "send")), f"a unit in {times(found)} that had none"),
    ]
    if any(count for count, _text in parts):
        together = ", ".join(text for count, text in parts if count)
        assert {(item.effect, item.events) for item in mine} == {
            (f"The changes of unitMapping together: {together}.", None)
        }
    elif mine:
        hidden = any(
            (pair[at] in ("page tracking off", "no handler for the type")) and pair[1 - at] in ("send", "no unit")
            for pair in words
            for at in (0, 1)
        )
        assert {item.events for item in mine} == {None if hidden else 0}


@pytest.mark.parametrize(
    ("old", "new", "lines", "told"),
    [
        ("{}", "{ A: A }", [event(event="A"), event(event="A")], ("Changes 2 events without renaming the goal.", 2)),
        ("{ A: A }", "{}", [event(event="A"), event(event="B")], ("Changes 1 event without renaming the goal.", 1)),
        ("{}", "{ '5': '5' }", [event(event=5)], ("Changes 1 event without renaming the goal.", 1)),
        (
            "{}",
            "{ '5': '5' }",
            [event(event=5), event(event="5"), event(event=["5"])],
            ("Renames the goal of 1 event, and changes 2 events without renaming the goal.", 3),
        ),
        ("{}", "{ Experiment Viewed: x }", [event(event="Experiment Viewed", properties={"absmartly": {}})], ("Changes none of these events.", 0)),
        ("{}", "{ undefined: x }", [event(event=...)], ("Renames the goal of 1 event.", 1)),
        ("{}", "{ toString: x }", [event(event="toString")], ("Renames the goal of 1 event.", 1)),
    ],
)  # fmt: skip
def test_what_an_entry_of_goal_mapping_does(old: str, new: str, lines: list[str], told: tuple[str, int]) -> None:
    texts = (CONFIG.replace("{ Order Completed: purchase }", text) for text in (old, new))
    result = one(*texts, *lines)
    assert [(item.effect, item.events) for item in result.settings] == [told]
    assert result.changed == told[1]


def test_a_toggle_and_units_that_change_at_once() -> None:
    on = CONFIG.replace(MAPPING, "{ userId: customer }")
    pages = [
        event(type="page", name="Home"),
        *(event(type="page", name="Home", userId=...) for _ in range(2)),
        event(type="page"),
    ]
    why = "(2 no unit, 1 view without a name)"
    for old, new, toggle in (
        (PAGES_OFF, on, f"Does not stop 4 events: 1 is sent, 3 are not {why}."),
        (on, PAGES_OFF, f"Stops 4 events: 1 was sent, 3 were not {why}."),
    ):
        result = one(old, new, *pages)
        assert {(item.effect, item.events) for item in result.settings} == {
            (toggle, 4),
            ("Changes none of the events that both configs look for units in.", None),
        }
        assert result.changed == 4


def test_an_entry_of_an_event_that_one_config_sends() -> None:
    new = CONFIG.replace("purchase", "order").replace(MAPPING, "{ anonymousId: a }")
    effects = {item.path: (item.effect, item.events) for item in one(CONFIG, new, event()).settings}
    assert effects['settings.goalMapping["Order Completed"]'] == (
        "Changes none of the events that both configs send.",
        None,
    )
    assert effects["settings.unitMapping.userId"] == (
        "The changes of unitMapping together: no unit left in 1 event.",
        None,
    )


def test_findings_are_not_told_of_one_setting() -> None:
    new = config(CONFIG + "catalog: {goals: [x]}\ncheck: {failOn: never}\n")
    result = compared(BASE, new, [Event("f:1", {"type": "track", "event": "A", "userId": "u"})], findings=True)
    assert result.count("findings") == 1
    assert [(item.path, item.effect, item.events) for item in result.settings] == [
        ("catalog.goals", "Changes nothing that is sent. Findings are not counted by setting.", None),
        ("check.failOn", "Changes nothing that is sent.", 0),
    ]


def test_each_of_many_entries_has_its_own_count() -> None:
    long = ["n" * 250 + end for end in "ab"]
    names = [*(f"e{n}" for n in range(12_000)), *long]

    def side(goals: dict[str, str]) -> Config:
        return msgspec.structs.replace(BASE, settings={**BASE.settings, "goalMapping": goals})

    old, new = (side({name: goal + name for name in names}) for goal in ("old ", "new "))
    corpus = (Event("f", {"type": "track", "event": name, "userId": "u"}) for name in [*names, long[0], "other"])
    result = compared(old, new, corpus)
    assert len(result.settings) == len(names)
    counts = Counter(item.events for item in result.settings)
    assert counts == {1: len(names) - 1, 2: 1}
    assert [item.events for item in result.settings if "nnn" in item.path] == [2, 1]
    assert result.goals.uncounted + sum(item.events for item in result.goals.changes) == len(names) + 1


# The summary


def said(result: ComparisonResult) -> list[str]:
    return [sentence.text for sentence in comparison_report(result).summary]


def test_the_summary_in_plain_words() -> None:
    old = CONFIG.replace(MAPPING, "{ userId: user_id, anonymousId: a }").replace("purchase", "purchase, A: one")
    new = PAGES_OFF.replace("purchase", "order, A: two").replace("ExposureTracking: true", "ExposureTracking: false")
    lines = [
        *(event(type="page", name="Home") for _ in range(3)),
        event(event="A", userId=..., anonymousId="x"),
        event(event="B", userId=..., anonymousId="x"),
        event(event="Experiment Viewed", properties={"absmartly": {}}),
        *(event(anonymousId="x") for _ in range(2)),
        event(event="A"),
    ]
    there = said(one(old, new, *lines))
    assert there[2:] == [
        "6 events are no longer sent: 3 page tracking off, 2 no unit, 1 exposure tracking off.",
        "Goals renamed: 2 purchase -> order, 1 one -> two.",
        "Units of events sent with both configs: 2 lose a.",
    ]
    assert said(one(new, old, *lines))[2:] == [
        "6 events are sent that were not sent before.",
        "Goals renamed: 2 order -> purchase, 1 two -> one.",
        "Units of events sent with both configs: 2 gain a.",
    ]
    assert said(one(CONFIG, PAGES_OFF, lines[0]))[2:] == ["1 event is no longer sent: 1 page tracking off."]
    assert said(one(PAGES_OFF, CONFIG, lines[0]))[2:] == ["1 event is sent that was not sent before."]


@pytest.mark.parametrize(
    ("mappings", "says"),
    [
        (("{ userId: t }", "{ userId: x }"), "1 has x in place of t"),
        (("{ userId: t }", "{ anonymousId: t }"), "1 has another id for t"),
        (("{ userId: t, anonymousId: x }", "{ anonymousId: x, userId: t }"), "1 has them in another order"),
        (("{ userId: t, anonymousId: x }", "{ userId: t }"), "1 loses x"),
        (("{ userId: t }", "{ userId: t, anonymousId: x }"), "1 gains x"),
        (
            ("{ userId: t }", "{ userId: t, a: a, b: b, c: c, d: d, e: e }"),
            "1 gains a, 1 gains b, 1 gains c, 1 gains d and 1 more",
        ),
    ],
)
def test_the_summary_of_units(mappings: tuple[str, str], says: str) -> None:
    old, new = (CONFIG.replace(MAPPING, text) for text in mappings)
    line = event(userId="u", anonymousId="a", a="1", b="2", c="3", d="4", e="5")
    assert said(one(old, new, line))[-1] == f"Units of events sent with both configs: {says}."


def test_the_summary_of_many_goals(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (
        CONFIG.replace("Order Completed: purchase", ", ".join(f"{name}: {to}{name}" for name in "abcdef"))
        for to in ("x", "y")
    )
    lines = [event(event=name) for name in "abcdef"]
    named = "Goals renamed: 1 xa -> ya, 1 xb -> yb, 1 xc -> yc, 1 xd -> yd and"
    assert said(one(old, new, *lines))[-1] == f"{named} 2 more."
    monkeypatch.setattr("abtui.core.corpus.tally.MOST", 5)
    # Which one is left out rests on the names, and not on their order.
    told = said(one(old, new, *lines))[-1]
    assert told == said(one(old, new, *reversed(lines)))[-1]
    assert re.fullmatch(r"Goals renamed: (1 x([a-f]) -> y\2(, | and )){4}more\.", told), told
