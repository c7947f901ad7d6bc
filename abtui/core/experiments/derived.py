"""What an experiment's file may leave out, derived from the experiment's name: the same wherever it stands, and on every machine.

Derived seeds are for a local collector only: how the web console makes its own is not published.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from abtui.core.experiments.model import Experiment, Running, Seeds, Variant

DEFAULT_UNIT: Final = "user_id"
ITERATION: Final = 1
_NAMES: Final = ("control", "treatment")
_31_BITS: Final = 0x7FFFFFFF
"""SDKs in Java read seeds as signed integers of 32 bits."""


def running(experiment: Experiment) -> Running:
    """The experiment as a local collector runs it."""
    count = len(experiment.variants or experiment.shares or _NAMES)
    return Running(
        described=experiment,
        id=derived_id(experiment.name) if experiment.id is None else experiment.id,
        unit_type=experiment.unit_type or DEFAULT_UNIT,
        variants=experiment.variants or tuple(Variant(_variant_name(index)) for index in range(count)),
        shares=experiment.shares or (1 / count,) * count,
        seeds=experiment.seeds or derived_seeds(experiment.name),
    )


def derived_id(name: str) -> int:
    """The id of an experiment of this name."""
    return 1 + int.from_bytes(_digest(name, "id")[:3], "big")


def derived_seeds(name: str) -> Seeds:
    """The seeds of an experiment of this name."""
    halves = (_digest(name, part)[at : at + 4] for part in ("split", "traffic") for at in (0, 4))
    return Seeds(*(int.from_bytes(half, "big") & _31_BITS for half in halves))


def _digest(name: str, part: str) -> bytes:
    return sha256(f"abtui:{name}:{part}".encode("utf-8", "surrogatepass")).digest()


def _variant_name(index: int) -> str:
    return _NAMES[index] if index < len(_NAMES) else f"{_NAMES[1]} {index}"
