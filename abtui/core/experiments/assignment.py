"""Who gets which variant, as AB Smartly's SDKs compute it: from the hash of a unit's id, the seeds and the split."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import md5
from itertools import accumulate
from typing import Final

import mmh3
import msgspec

from abtui.core.experiments.model import Running

_MOST: Final = 0xFFFFFFFF
_ONE_PART: Final = 1 / _MOST
"""The SDKs multiply by it, which does not always round as a division does."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What an experiment is to a context: the flags are those of an exposure."""

    variant: int
    assigned: bool = False
    eligible: bool = True
    full_on: bool = False
    audience_mismatch: bool = False


def uid_hash(uid: str) -> str:
    """The hash of a unit's id: 22 characters. It stands for the uid in a publish that says `hashed`."""
    digest = md5(uid.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def position(hashed: str, seed_hi: int, seed_lo: int) -> float:
    """Where a hashed unit stands between 0 and 1 for a seed."""
    unit = mmh3.hash(hashed.encode(), signed=False)
    number = mmh3.hash(struct.pack("<3I", seed_lo & _MOST, seed_hi & _MOST, unit), signed=False)
    return number * _ONE_PART


def choose(shares: Sequence[float], at: float) -> int:
    """The index of the share in which the position `at` lies."""
    # Added one after the other, as the SDKs do it: another order rounds to another sum.
    return next((index for index, end in enumerate(accumulate(shares)) if at < end), len(shares) - 1)


def assign(experiment: Running, units: Mapping[str, str], *, mismatch: bool = False) -> Assignment:
    """The variant for `units`, the hashes by unit type. `mismatch`: the context is not in the experiment's audience.

    What an application sets by itself, such as an override, is not known here.
    """
    described, seeds = experiment.described, experiment.seeds
    if mismatch and described.audience_enforced:
        return Assignment(variant=0, audience_mismatch=True)
    if described.full_on:
        return Assignment(variant=described.full_on, assigned=True, full_on=True, audience_mismatch=mismatch)
    hashed = units.get(experiment.unit_type)
    if hashed is None:
        return Assignment(variant=0, audience_mismatch=mismatch)
    eligible = choose(experiment.traffic_shares, position(hashed, seeds.traffic_hi, seeds.traffic_lo)) == 1
    variant = choose(experiment.shares, position(hashed, seeds.hi, seeds.lo)) if eligible else 0
    return Assignment(variant=variant, assigned=True, eligible=eligible, audience_mismatch=mismatch)
