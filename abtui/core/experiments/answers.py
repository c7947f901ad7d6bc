"""What a collector answers about its experiments, in the fields of its API description and those that the SDKs read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.experiments.assignment import assign, uid_hash
from abtui.core.experiments.derived import ITERATION
from abtui.core.experiments.model import Running

_LOW: Final = 0xFFFFFFFF


def selected(experiments: Iterable[Running], application: str) -> list[Running]:
    """The experiments that run in an application; all of them without one."""
    return [
        item
        for item in experiments
        if not application or not item.described.applications or application in item.described.applications
    ]


def context_data(experiments: Iterable[Running], environment: str) -> list[dict[str, Any]]:
    """The experiments of `GET /context` and `GET /experiment`, from which the SDKs compute the variants."""
    return [_context_experiment(item, environment) for item in experiments]


def _context_experiment(item: Running, environment: str) -> dict[str, Any]:
    described, seeds = item.described, item.seeds
    return {
        "id": item.id,
        "name": described.name,
        "iteration": ITERATION,
        "unitType": item.unit_type,
        "environment": environment,
        # The description has one number for each seed, the SDKs read its halves.
        "seed": _whole(seeds.hi, seeds.lo),
        "seedHi": seeds.hi,
        "seedLo": seeds.lo,
        "split": list(item.shares),
        "trafficSeed": _whole(seeds.traffic_hi, seeds.traffic_lo),
        "trafficSeedHi": seeds.traffic_hi,
        "trafficSeedLo": seeds.traffic_lo,
        "trafficSplit": list(item.traffic_shares),
        "fullOnVariant": described.full_on,
        "applications": [{"name": name} for name in described.applications],
        "variants": [{"name": variant.name, "config": variant.config} for variant in item.variants],
        "audience": described.audience,
        "audienceStrict": described.audience_enforced,
        "customFieldValues": None,
    }


def assignments(experiments: Iterable[Running], units: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The assignments of `POST /context`: the variant of each experiment for its `units`, whose uids are plain."""
    hashes = {unit["type"]: uid_hash(unit["uid"]) for unit in units if "uid" in unit}
    return [_assignment(item, hashes) for item in experiments]


def _assignment(item: Running, hashes: Mapping[str, str]) -> dict[str, Any]:
    # The request has no attributes, and without any a filter does not match.
    found = assign(item, hashes, mismatch=bool(item.described.audience))
    return {
        "id": item.id,
        "iteration": ITERATION,
        "name": item.described.name,
        "variant": found.variant,
        "eligible": found.eligible,
        "audienceMismatch": found.audience_mismatch,
        "config": item.variants[found.variant].config,
    }


def _whole(hi: int, lo: int) -> int:
    """The signed integer of 64 bits that has these halves."""
    whole = (hi & _LOW) << 32 | (lo & _LOW)
    return whole - (1 << 64) if whole >> 63 else whole
