"""Who gets which variant: against 400 variants of the JavaScript SDK's own code, and worked figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.experiments.answers import assignments, context_data, selected
from abtui.core.experiments.assignment import Assignment, assign, choose, position, uid_hash
from abtui.core.experiments.derived import derived_id, derived_seeds, running
from abtui.core.experiments.model import Experiment, Running, Seeds, Variant

VECTORS = json.loads((Path(__file__).parent.parent / "data" / "assignment_vectors.json").read_text(encoding="utf-8"))
SEEDS = Seeds(hi=3603515, lo=233373850, traffic_hi=449867249, traffic_lo=455443629)
USER = uid_hash("u-20991")


def plan(**given: Any) -> Running:
    return running(Experiment(name="checkout_one_page", **{"seeds": SEEDS, **given}))


def flags(found: Assignment) -> int:
    """The bits of a stored exposure."""
    bits = (found.eligible, found.assigned, False, found.full_on, False, found.audience_mismatch)
    return sum(bit << index for index, bit in enumerate(bits))


def test_every_variant_is_that_of_the_sdk() -> None:
    assert len(VECTORS) == 400
    wrong = [of for of in VECTORS if choose(of["split"], position(uid_hash(of["u"]), of["hi"], of["lo"])) != of["v"]]
    assert not wrong


@pytest.mark.parametrize(
    ("uid", "hashed", "traffic", "split"),
    [
        ("u-20991", "Q-zXLhInfvpM3-fpW7FJLA", 0.5314082402110585, 0.6668783311422165),
        ("u-20992", "ooLIQz3JGqmDNsXjtHSa9A", 0.7075421669770828, 0.4281645301795016),
        ("u-20993", "I6cgeHZR2vcCkiItabwfXw", 0.3625119231554009, 0.5145352057913634),
        ("979", "wy2b8no9p-yBY5VwgMhijg", 0.480190098397478, 0.6330499364140094),
        ("bleh@absmarty.com", "DRgslOje35bZMmpaohQjkA", None, None),
        ("😀", "KgLqw51xanDs83V5GFkntg", None, None),
    ],
)
def test_worked_figures(uid: str, hashed: str, traffic: float | None, split: float | None) -> None:
    assert uid_hash(uid) == hashed
    if traffic is not None:
        assert position(hashed, SEEDS.traffic_hi, SEEDS.traffic_lo) == traffic
        assert position(hashed, SEEDS.hi, SEEDS.lo) == split


THIRDS = (0.2, 0.3, 0.5)


@pytest.mark.parametrize(
    ("given", "uid", "mismatch", "variant", "bits"),
    [
        ({}, "u-20991", False, 1, 3),
        ({"traffic": 0.4}, "u-20992", False, 0, 3),
        ({"traffic": 0.4}, "u-20993", False, 0, 2),
        ({}, "u-20993", False, 1, 3),
        ({"shares": THIRDS}, "979", False, 2, 3),
        ({}, "u-20991", True, 1, 35),
        ({"audience_enforced": True}, "u-20991", True, 0, 33),
        ({"full_on": 1}, "u-20991", False, 1, 11),
        ({"full_on": 1, "unit_type": "other"}, "u-20991", False, 1, 11),
        ({"unit_type": "other"}, "u-20991", False, 0, 1),
        ({"traffic": 0.0}, "u-20991", False, 0, 2),
    ],
)
def test_worked_assignments(given: dict[str, Any], uid: str, mismatch: bool, variant: int, bits: int) -> None:
    found = assign(plan(**given), {"user_id": uid_hash(uid)}, mismatch=mismatch)
    assert (found.variant, flags(found)) == (variant, bits)


def test_what_is_left_out_follows_from_the_name() -> None:
    item = running(Experiment(name="checkout_one_page"))
    assert item.seeds == Seeds(917257039, 983945477, 1482719501, 415361413) == derived_seeds("checkout_one_page")
    assert item.id == 10776127 == derived_id("checkout_one_page")
    assert position(USER, item.seeds.hi, item.seeds.lo) == 0.18052358766564253
    assert (item.shares, item.traffic_shares, item.unit_type) == ((0.5, 0.5), (0.0, 1.0), "user_id")
    assert [variant.name for variant in item.variants] == ["control", "treatment"]
    assert running(Experiment(name="a", shares=THIRDS)).variants[2] == Variant("treatment 2")
    assert running(Experiment(name="a", variants=(Variant("x"),) * 4)).shares == (0.25,) * 4


@given(st.text())
def test_any_name_and_uid_have_seeds_and_a_variant(text: str) -> None:
    item = running(Experiment(name=text))
    seeds = item.seeds
    assert all(0 <= seed < 2**31 for seed in (seeds.hi, seeds.lo, seeds.traffic_hi, seeds.traffic_lo))
    assert 1 <= item.id <= 2**24
    hashed = uid_hash(text)
    assert len(hashed) == 22
    assert 0 <= position(hashed, seeds.hi, seeds.lo) <= 1
    assert assign(item, {"user_id": hashed}).variant in (0, 1)


def test_the_end_of_the_line_belongs_to_the_last_share() -> None:
    assert choose((0.5, 0.5), 1.0) == 1
    assert choose((0.1,) * 10, 1.0) == 9
    assert choose((0.5, 0.5), 0.5) == 1
    assert choose((0.0, 1.0), 0.0) == 1


FULL = Experiment(
    name="checkout_one_page",
    unit_type="user_id",
    variants=(Variant("control"), Variant("one_page", '{"button":"red"}')),
    shares=(0.5, 0.5),
    traffic=0.4,
    audience='{"filter":[{"gte":[{"var":"age"},{"value":18}]}]}',
    audience_enforced=True,
    applications=("website",),
    full_on=1,
    id=214,
    seeds=SEEDS,
)


def test_the_sdks_are_given_every_field_that_they_read() -> None:
    [answer] = context_data([running(FULL)], "staging")
    assert answer == {
        "id": 214,
        "name": "checkout_one_page",
        "iteration": 1,
        "unitType": "user_id",
        "environment": "staging",
        "seed": 3603515 << 32 | 233373850,
        "seedHi": 3603515,
        "seedLo": 233373850,
        "split": [0.5, 0.5],
        "trafficSeed": 449867249 << 32 | 455443629,
        "trafficSeedHi": 449867249,
        "trafficSeedLo": 455443629,
        "trafficSplit": [0.6, 0.4],
        "fullOnVariant": 1,
        "applications": [{"name": "website"}],
        "variants": [{"name": "control", "config": None}, {"name": "one_page", "config": '{"button":"red"}'}],
        "audience": FULL.audience,
        "audienceStrict": True,
        "customFieldValues": None,
    }
    [least] = context_data([running(Experiment(name="a"))], "")
    assert set(least) == set(answer)
    assert (least["fullOnVariant"], least["audience"], least["applications"]) == (0, "", [])
    assert all(least[f"{seed}{half}"] for seed in ("seed", "trafficSeed") for half in ("Hi", "Lo"))


@pytest.mark.parametrize(
    "seeds", [Seeds(0, 0, 0, 0), Seeds(2**32 - 1, 2**32 - 1, 2**31, 0), Seeds(-1, -1, -(2**31), 0)]
)
def test_a_whole_seed_is_a_signed_number_of_its_halves(seeds: Seeds) -> None:
    [answer] = context_data([plan(seeds=seeds)], "")
    for name, hi, lo in (("seed", seeds.hi, seeds.lo), ("trafficSeed", seeds.traffic_hi, seeds.traffic_lo)):
        whole = answer[name]
        assert -(2**63) <= whole < 2**63
        assert ((whole >> 32) & 0xFFFFFFFF, whole & 0xFFFFFFFF) == (hi & 0xFFFFFFFF, lo & 0xFFFFFFFF)


def test_experiments_are_selected_by_application() -> None:
    items = [
        running(Experiment(name=name, applications=of))
        for name, of in (("a", ()), ("b", ("web",)), ("c", ("app", "web")))
    ]

    def names(application: str) -> list[str]:
        return [item.described.name for item in selected(items, application)]

    assert [names(of) for of in ("web", "app", "Web", "")] == [["a", "b", "c"], ["a", "c"], ["a"], ["a", "b", "c"]]


def test_a_created_context_has_its_variants() -> None:
    units = [{"type": "user_id", "uid": "u-20991"}, {"type": "anonymous_id"}]
    assert assignments([plan(variants=(Variant("control"), Variant("b", '{"x":1}')))], units) == [
        {
            "id": derived_id("checkout_one_page"),
            "iteration": 1,
            "name": "checkout_one_page",
            "variant": 1,
            "eligible": True,
            "audienceMismatch": False,
            "config": '{"x":1}',
        }
    ]
    [without] = assignments([plan(unit_type="anonymous_id")], units)
    assert (without["variant"], without["config"]) == (0, None)
    [outside] = assignments([plan(audience=FULL.audience, audience_enforced=True)], units)
    assert (outside["variant"], outside["audienceMismatch"]) == (0, True)
