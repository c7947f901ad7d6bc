"""Who counts in an experiment: equal to counts made elsewhere, and to a second count by SQL, in any order and any split."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events
from abtui.core.experiments.achieved import kind_of
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.chi_square import chi_square, upper_tail
from abtui.core.experiments.counted import counted
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.experiments.summary import ExperimentSummary, is_ignored
from tests.core.experiment_sql import count_by_sql
from tests.thorough import SLOW

CORPORA = Path(__file__).parents[1] / "data" / "experiments"
Body = dict[str, Any]
HEADERS = {"X-Environment": "production", "X-Application": "website"}


def summary_of(bodies: list[Body], described: tuple[Experiment, ...] = ()) -> ExperimentSummary:
    summary = ExperimentSummary(described)
    for body in bodies:
        summary.add(body, HEADERS)
    return summary


def subset(expected: Any, found: Any) -> Any:
    """`found` with those keys only that `expected` has."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: subset(value, found.get(key)) for key, value in expected.items()}
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in CORPORA.iterdir()))
def test_a_corpus_that_was_counted_elsewhere(name: str) -> None:
    folder = CORPORA / name
    file = read_experiments_file((folder / "experiments.yaml").read_text(), "experiments.yaml")
    config = read_config((folder / "config.yaml").read_text(), {}).config
    assert config is not None
    mapper, requests = Mapper(config), []
    for item in read_events([gzip.decompress((folder / "events.jsonl.gz").read_bytes())], "events"):
        assert isinstance(item, Event)
        requests += mapper.outcome(item).requests
    expected = json.loads((folder / "expected.json").read_text())
    for number in (1, 3):
        random.Random(number).shuffle(requests)
        parts = [ExperimentSummary(file.experiments) for _ in range(number)]
        for at, request in enumerate(requests):
            parts[at % number].add(request.body, request.headers)
        whole = parts.pop()
        while parts:
            whole.merge(parts.pop())
        assert subset(expected, counted(whole)) == expected


# A second count

UIDS = ("u1", "u2", " u1", "U2", uid_hash("u1"))
UNITS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(("user_id", "anonymous_id"))}, optional={"uid": st.sampled_from(UIDS)}),
    min_size=1,
    max_size=3,
)  # fmt: skip
TIMES = st.integers(1_000, 1_004)
EXPOSURES = st.fixed_dictionaries(
    {
        "id": st.just(1),
        "name": st.sampled_from(("one", "two")),
        "exposedAt": TIMES,
        "variant": st.integers(0, 2),
        "assigned": st.sampled_from((True, True, False)),
        "eligible": st.sampled_from((True, True, False)),
        "overridden": st.sampled_from((False, False, True)),
        "fullOn": st.sampled_from((False, False, True)),
        "custom": st.booleans(),
        "audienceMismatch": st.booleans(),
    },
    optional={"unit": st.sampled_from(("user_id", "anonymous_id"))},
)
GOALS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(("purchase", "refund")),
        "achievedAt": TIMES,
        "properties": st.sampled_from((None, {"a": 1}, {"a": "1"}, {"a": 1, "b": None})),
    }
)
ATTRIBUTES = st.fixed_dictionaries(
    {"name": st.sampled_from(("__ignore", "plan")), "value": st.sampled_from(("true", "false", "", 1, 0, None, True)), "setAt": TIMES}
)  # fmt: skip
BODIES = st.lists(
    st.fixed_dictionaries(
        {"publishedAt": TIMES, "units": UNITS, "hashed": st.sampled_from((False, False, True)), "historic": st.just(False)},
        optional={
            "exposures": st.lists(EXPOSURES, max_size=2),
            "goals": st.lists(GOALS, max_size=2),
            "attributes": st.lists(ATTRIBUTES, max_size=1),
        },
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=2_000 if SLOW else 200)
@given(BODIES, st.sampled_from((None, "user_id")), st.randoms(use_true_random=False))
def test_sql_counts_the_same_in_any_order_and_any_split(bodies: list[Body], tracked: str | None, dice: Any) -> None:
    described = (Experiment(name="one", unit_type=tracked),)
    whole = counted(summary_of(bodies, described))
    assert whole["requests"]["rejected"] == 0
    expected = count_by_sql(bodies, {"one": tracked})
    for name, found in expected["experiments"].items():
        here = whole["experiments"][name]
        assert (here["unitType"], here["crossovers"]) == (found["unitType"], found["crossovers"])
        assert {key: number for key, number in here["participants"].items() if number} == found["participants"]
        for goal, reasons in found["goals"].items():
            own = here["goals"][goal]
            assert {reason: own[reason] for reason in reasons} == reasons
            assert sum(reasons.values()) == own["total"]
    assert {name: goal["duplicates"] for name, goal in whole["goals"].items()} == expected["duplicates"]

    dice.shuffle(bodies)
    cut = dice.randint(0, len(bodies))
    first, second = summary_of(bodies[:cut], described), summary_of(bodies[cut:], described)
    first.merge(second)
    assert counted(first) == whole


# Details


def publish(uid: str, *, kind: str = "user_id", hashed: bool = False, **lists: Any) -> Body:
    return {"publishedAt": 1, "historic": False, "hashed": hashed, "units": [{"type": kind, "uid": uid}], **lists}


def exposure(at: int = 10, variant: int = 0, **flags: Any) -> Body:
    fixed = {"id": 1, "name": "one", "unit": "user_id", "exposedAt": at, "variant": variant}
    plain = dict.fromkeys(("overridden", "fullOn", "custom", "audienceMismatch"), False)
    return {**fixed, "assigned": True, "eligible": True, **plain, **flags}


def goal(at: int = 20, **more: Any) -> Body:
    return {"name": "purchase", "achievedAt": at, "properties": None, **more}


@pytest.mark.parametrize(
    ("exposed", "achieved", "reason", "detail"),
    [
        (publish("u1"), publish("u1"), "attributed", {}),
        (publish("u1"), publish("u2"), "neverExposed", {"unitNotExposed": 1}),
        (publish("u1"), publish("u1", kind="userId"), "otherUnitType", {"sameUidOtherType": 1}),
        (publish("a1", kind="anonymous_id"), publish("a1", kind="anonymous_id"), "otherUnitType", {"sameTypeNotTracked": 1}),
        (publish(uid_hash("u1"), hashed=True), publish("u1"), "attributed", {}),
        (publish("u1"), publish(uid_hash("u1")), "neverExposed", {"alreadyHashed": 1}),
        (publish("u1"), publish(" u1"), "neverExposed", {"nearUid": 1}),
        (publish("u1"), publish("U1"), "neverExposed", {"nearUid": 1}),
        (publish("U1"), publish("u1"), "neverExposed", {"nearUid": 1}),
        (publish("u1"), publish("a1", kind="anonymous_id"), "neverExposed", {"noTrackedUnit": 1}),
    ],
)  # fmt: skip
def test_why_a_goal_does_not_count(exposed: Body, achieved: Body, reason: str, detail: dict[str, int]) -> None:
    described = (Experiment(name="one", unit_type="user_id"),)
    found = counted(summary_of([{**exposed, "exposures": [exposure()]}, {**achieved, "goals": [goal()]}], described))
    own = found["experiments"]["one"]["goals"]["purchase"]
    assert (own[reason], own["total"], own["detail"]) == (1, 1, detail)


def test_times_decide_and_the_first_exposure_is_the_one_that_takes_part() -> None:
    bodies = [
        publish("u1", exposures=[exposure(10, 1), exposure(10, 0), exposure(5, 2, eligible=False)]),
        publish("u1", goals=[goal(9), goal(10), goal(11)]),
        publish("u2", exposures=[exposure(eligible=False)], goals=[goal(30)]),
    ]
    own = counted(summary_of(bodies))["experiments"]["one"]
    assert own["participants"] == {"0": 1, "1": 0, "2": 0}
    assert (own["crossovers"], own["exposures"]["notEligible"]) == (1, 2)
    found = own["goals"]["purchase"]
    assert (found["beforeExposure"], found["attributed"], found["excluded"]) == (1, 2, 1)
    assert found["perVariant"] == {"0": {"events": 2, "converters": 1}}


def test_a_request_that_breaks_the_contract_counts_for_nothing() -> None:
    bad = {"publishedAt": "now", "units": [{"type": "user_id", "uid": "u1"}], "goals": [goal(), {"name": 5}, 7]}
    found = counted(summary_of([bad, {"goals": {}}, publish("u1", goals=[goal()])]))  # type: ignore[dict-item]
    assert found["requests"]["requests"] == 3
    assert found["requests"]["rejected"] == 2
    assert found["goals"]["purchase"]["rejected"] == 1
    assert found["goals"]["purchase"]["total"] == 1


@pytest.mark.parametrize("value", [False, None, 0, "", "0", "false"])
def test_what_does_not_ignore(value: object) -> None:
    assert not is_ignored(value)


@pytest.mark.parametrize("value", [True, 1, "true", "yes", {}, []])
def test_what_ignores(value: object) -> None:
    assert is_ignored(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *((text, "numericText") for text in ("12", "12.50", " 1e3 ", "-.5", "+7", "1.", "1E-7")),
        *((text, "text") for text in ("12,50", "€ 5", "", "1 000", "0x10", "NaN", "Infinity", "١٢", "1e", ".")),
        *((value, kind) for value, kind in ((None, "null"), (True, "boolean"), (1, "number"), (1.5, "number"))),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_the_type_of_a_property(value: object, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("statistic", "degrees", "p"),
    [
        # From the tables of any book of statistics: the value that is passed with a chance of 5, 1 and 0.1 percent.
        *zip((3.841, 5.991, 7.815, 9.488, 11.070, 12.592, 18.307, 31.410), (1, 2, 3, 4, 5, 6, 10, 20), [0.05] * 8, strict=True),
        *zip((6.635, 9.210, 11.345, 23.209), (1, 2, 3, 10), [0.01] * 4, strict=True),
        *zip((10.828, 13.816, 16.266, 29.588), (1, 2, 3, 10), [0.001] * 4, strict=True),
        (0.0, 1, 1.0),
        (0.0, 4, 1.0),
    ],
)  # fmt: skip
def test_chi_square_by_the_tables(statistic: float, degrees: int, p: float) -> None:
    assert upper_tail(statistic, degrees) == pytest.approx(p, rel=5e-3)


def test_a_fair_split_is_seldom_suspected() -> None:
    dice, trials, alarms = random.Random(7), 2_000, 0
    for _ in range(trials):
        share = dice.choice((0.5, 0.3, 0.1))
        size = dice.randint(60, 2_000)
        first = sum(dice.random() < share for _ in range(size))
        found = chi_square([first, size - first], [share, 1 - share])
        assert found is not None
        alarms += found.p < 0.01
    assert alarms / trials < 0.02
