"""Experiments: as a file describes them, and as a collector runs them."""

from __future__ import annotations

import msgspec


class Variant(msgspec.Struct, frozen=True):
    """One variant. `config` is its variables as the text of a JSON object, or None without any."""

    name: str
    config: str | None = None


class Seeds(msgspec.Struct, frozen=True):
    """The seeds of an experiment's two choices, in two halves each: which variant, and whether one takes part at all."""

    hi: int
    lo: int
    traffic_hi: int
    traffic_lo: int


class Experiment(msgspec.Struct, frozen=True, kw_only=True):
    """An experiment as a file describes it. None is what the file leaves out; `shares` and `traffic` are parts of 1.

    `audience` is the text that the SDKs evaluate, or "" for everybody. `full_on` is the variant that everybody gets; 0 is
    none. Without `applications` it runs in all of them.
    """

    name: str
    unit_type: str | None = None
    variants: tuple[Variant, ...] | None = None
    shares: tuple[float, ...] | None = None
    traffic: float = 1.0
    audience: str = ""
    audience_enforced: bool = False
    applications: tuple[str, ...] = ()
    full_on: int = 0
    id: int | None = None
    seeds: Seeds | None = None


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """An experiment with all that a collector needs to run it. `described` is what the file says."""

    described: Experiment
    id: int
    unit_type: str
    variants: tuple[Variant, ...]
    shares: tuple[float, ...]
    seeds: Seeds

    @property
    def traffic_shares(self) -> tuple[float, float]:
        """The shares of those who stay out and of those who take part."""
        return (1 - self.described.traffic, self.described.traffic)
