"""What is looked at of an experiment: the counts of the corpora that were counted elsewhere, and whose goals do not count."""

from __future__ import annotations

import gzip
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.attributed import attributed
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.moments import Moments
from abtui.core.experiments.overview import GoalView, Unit, overview, sizes_of
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.experiments.reason_words import REASON_WORDS, reason_name, way_back, who, why
from abtui.core.outcomes import Outcome, Reason, Request

CORPORA = Path(__file__).parents[1] / "data" / "experiments"
NAMES = sorted(path.name for path in CORPORA.iterdir())


@cache
def corpus(name: str) -> tuple[tuple[tuple[int, Outcome], ...], Any, Any]:
    """The outcomes of a corpus with their places, its experiments, and what was counted elsewhere."""
    folder = CORPORA / name
    config = read_config((folder / "config.yaml").read_text(), {}).config
    assert config is not None
    mapper, items = Mapper(config), read_events([gzip.decompress((folder / "events.jsonl.gz").read_bytes())], "events")
    outcomes = tuple((at, mapper.outcome(item)) for at, item in enumerate(items) if isinstance(item, Event))
    described = read_experiments_file((folder / "experiments.yaml").read_text(), "experiments.yaml").experiments
    return outcomes, described, json.loads((folder / "expected.json").read_text())


def moments_of(name: str, parts: int = 1, seed: int = 0) -> Moments:
    outcomes, described, _ = corpus(name)
    shuffled = list(outcomes)
    random.Random(seed).shuffle(shuffled)
    found = [Moments(described) for _ in range(parts)]
    for at, (index, outcome) in enumerate(shuffled):
        found[at % parts].add(index, outcome)
    whole = found.pop()
    while found:
        whole.merge(found.pop())
    return whole


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_are_those_counted_elsewhere(name: str) -> None:
    moments, expected = moments_of(name), corpus(name)[2]
    for experiment, counts in expected["experiments"].items():
        for goal, numbers in counts["goals"].items():
            view = overview(moments, experiment, goal)
            assert view.goal is not None
            assert {str(variant): size for variant, size in view.sizes.items()} == counts["participants"]
            assert (view.unit_type, view.crossovers) == (counts["unitType"], counts["crossovers"])
            assert (view.goal.total, view.goal.counts) == (numbers["total"], numbers["attributed"])
            reasons = {reason: number for reason, number in numbers["detail"].items() if number}
            reasons |= {reason: numbers[reason] for reason in ("beforeExposure", "excluded") if numbers[reason]}
            assert dict(view.goal.reasons) == reasons
            per_variant = {str(key): {"events": number, "converters": view.goal.converters[key]} for key, number in view.goal.events.items()}  # fmt: skip
            assert per_variant == numbers["perVariant"]


@pytest.mark.parametrize("name", NAMES)
def test_any_split_in_any_order_gives_the_same(name: str) -> None:
    whole, parts = moments_of(name), moments_of(name, parts=4, seed=7)
    assert sizes_of(whole) == sizes_of(parts)
    for experiment in sizes_of(whole):
        for goal in whole.summary.achieved.census:
            assert overview(whole, experiment, goal) == overview(parts, experiment, goal)
    assert {name: (item.counts, item.lost) for name, item in attributed(whole).items()} == {
        name: (item.counts, item.lost) for name, item in attributed(parts).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_each_loss_is_in_the_story_of_its_unit(name: str) -> None:
    moments = moments_of(name)
    for experiment in sizes_of(moments):
        view = overview(moments, experiment, "purchase")
        assert view.goal is not None
        assert sum(unit.lost for unit in view.goal.units) == view.goal.lost
        assert [unit.at for unit in view.goal.units] == sorted((unit.at for unit in view.goal.units), reverse=True)
        for unit in view.goal.units:
            told = [moment for moment in unit.moments if moment.event == unit.event and moment.name == "purchase"]
            assert [moment.reason for moment in told] == [unit.reason]
            assert [moment.at for moment in unit.moments] == sorted(moment.at for moment in unit.moments)


# Single units


def exposed(units: dict[str, str], at: int, variant: int = 1, **flags: bool) -> dict[str, Any]:
    item = {"id": 1, "name": "checkout", "unit": "user_id", "exposedAt": at, "variant": variant, "assigned": True, "eligible": True, "overridden": False, "fullOn": False, "custom": False, "audienceMismatch": False}  # fmt: skip
    return {"publishedAt": at, "units": units_of(units), "exposures": [{**item, **flags}]}


def achieved(units: dict[str, str], at: int, name: str = "purchase") -> dict[str, Any]:
    return {"publishedAt": at, "units": units_of(units), "goals": [{"name": name, "achievedAt": at, "properties": {}}]}


def units_of(units: dict[str, str]) -> list[dict[str, str]]:
    return [{"type": kind, "uid": uid} for kind, uid in units.items()]


def told(*bodies: dict[str, Any], fate: str = "arrives") -> Moments:
    """The moments of requests, each of an event of its own."""
    moments = Moments()
    for index, body in enumerate(bodies):
        request = Request("PUT", "", {}, body, b"")
        moments.add(
            index,
            Outcome(source="", type="track", name="", message_id=None, verdict="send", fate=fate, reason=Reason("", ""), segment_shows="", request=request),  # type: ignore[arg-type]
        )  # fmt: skip
    return moments


def goal_in(moments: Moments) -> GoalView:
    goal = overview(moments, "checkout", "purchase").goal
    assert goal is not None
    return goal


def story(unit: Unit) -> list[str]:
    return [
        f"{moment.what} {moment.name}{moment.variant if moment.what == 'exposed' else ''}" for moment in unit.moments
    ]


def test_a_guest_is_told_as_the_unit_that_was_exposed() -> None:
    both, guest = {"user_id": "u-1", "anonymous_id": "a-1"}, {"anonymous_id": "a-1"}
    goal = goal_in(told(exposed(both, 10), achieved(both, 20), achieved(guest, 30), achieved(guest, 5, "page")))
    [unit] = goal.units
    assert (unit.uid, unit.type, unit.variant, unit.reason) == ("u-1", "user_id", 1, "sameTypeNotTracked")
    assert story(unit) == ["does-not-count page", "exposed 1", "counts purchase", "does-not-count purchase"]


def test_a_goal_of_the_millisecond_of_its_exposure_stands_after_it() -> None:
    one = {"user_id": "u-1"}
    goal = goal_in(told(achieved(one, 10), exposed(one, 10), exposed(one, 10)))
    assert goal.counts == 1
    assert story(goal.units[0]) == ["exposed 1", "counts purchase"]
    assert goal.units[0].more == 1


def test_without_a_loss_the_units_that_count_are_told() -> None:
    goal = goal_in(told(exposed({"user_id": "u-1"}, 10), achieved({"user_id": "u-1"}, 20)))
    assert [(unit.uid, unit.reason) for unit in goal.units] == [("u-1", "")]


def test_the_same_uid_under_another_type_is_told_with_its_exposure() -> None:
    moments = told(exposed({"user_id": "u-1"}, 10), achieved({"userId": "u-1"}, 20), achieved({"userId": "u-2"}, 25))
    goal = goal_in(moments)
    assert goal.other_types == (("userId", "user_id"),)
    assert [(unit.uid, unit.reason, unit.variant) for unit in goal.units] == [("u-2", "unitNamedOtherwise", None), ("u-1", "sameUidOtherType", 1)]  # fmt: skip
    assert story(goal.units[1]) == ["exposed 1", "does-not-count purchase"]


def test_a_story_tells_a_loss_by_the_same_cause_as_its_unit() -> None:
    exposure = exposed({"user_id": "u-1", "anonymous_id": "a-1"}, 10)
    [unit] = goal_in(told(exposure, achieved({"user_id": "u-9", "anonymous_id": "a-1"}, 20))).units
    assert unit.reason == "otherUid"
    assert [moment.reason for moment in unit.moments] == ["", "otherUid"]


def test_a_long_story_keeps_the_exposure_and_what_is_around_the_loss() -> None:
    one = {"user_id": "u-1"}
    bodies = [exposed(one, 10), *(achieved(one, 20 + at, "page") for at in range(200))]
    moments = told(*bodies, achieved({"user_id": "u-1 "}, 500), achieved(one, 5))
    before = next(unit for unit in goal_in(moments).units if unit.reason == "beforeExposure")
    assert len(before.moments) == 60
    assert story(before)[:2] == ["does-not-count purchase", "exposed 1"]
    assert before.more == 202 - 60


def test_many_units_are_counted_and_the_newest_are_told() -> None:
    goal = goal_in(told(exposed({"user_id": "u"}, 1), *(achieved({"user_id": f"u-{at}"}, at) for at in range(600))))
    assert (len(goal.units), goal.more, goal.units[0].uid, goal.lost) == (500, 100, "u-599", 600)


def test_a_split_without_names_says_how_many_variants_there_are() -> None:
    moments = Moments([Experiment(name="checkout", shares=(0.5, 0.25, 0.25))])
    assert overview(moments, "checkout", "").sizes == {0: 0, 1: 0, 2: 0}


def test_what_counts_in_at_least_one_experiment() -> None:
    one, other = {"user_id": "u-1"}, {"user_id": "u-2"}
    second = exposed(other, 10)
    second["exposures"][0]["name"] = "banner"
    moments = told(exposed(one, 10), second, achieved(one, 20), achieved(other, 20), achieved(other, 5), achieved({"user_id": "u-3"}, 5), achieved({"userId": "u-1"}, 7))  # fmt: skip
    found = attributed(moments)["purchase"]
    assert (found.counts, dict(found.lost)) == (2, {"beforeExposure": 1, "unitNotExposed": 1, "sameUidOtherType": 1})
    assert (found.events["unitNotExposed"], found.uids["unitNotExposed"]) == ([5], {"u-3"})
    assert attributed(told(exposed(one, 10), achieved(one, 20), fate="ignored")) == {}


def test_hashed_uids_are_told_by_their_hash() -> None:
    body = {**exposed({"user_id": uid_hash("u-1")}, 10), "hashed": True}
    assert goal_in(told(body, achieved({"user_id": "u-1"}, 5))).units[0].uid == "u-1"
    goal = {**achieved({"user_id": uid_hash("u-1")}, 5), "hashed": True}
    assert goal_in(told(body, goal)).units[0].uid == uid_hash("u-1")


@pytest.mark.parametrize("reason", REASON_WORDS)
def test_each_reason_has_words(reason: str) -> None:
    both = [who(reason, 1, "user_id"), who(reason, 2, "user_id")]
    said = [reason_name(reason), *both, way_back(reason, "user_id"), why(reason, "user_id")]
    assert all(said)
    assert not any("{" in text for text in said)
