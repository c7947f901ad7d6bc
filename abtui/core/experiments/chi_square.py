"""The chi-square test of a sample ratio: whether groups of these sizes come from a split by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec


class ChiSquare(msgspec.Struct, frozen=True):
    """The statistic, its degrees of freedom, its p (the chance of one at least as large), and the least expected size."""

    statistic: float
    degrees: int
    p: float
    least_expected: float


def chi_square(observed: Sequence[int], shares: Sequence[float]) -> ChiSquare | None:
    """Pearson's test of the sizes of groups against the shares above 0; None if there is nobody, or only one such share."""
    total, whole = sum(observed), sum(shares)
    if len(observed) < 2 or not total:
        return None
    expected = [total * share / whole for share in shares]
    statistic = sum((size - mean) ** 2 / mean for size, mean in zip(observed, expected, strict=True))
    degrees = len(observed) - 1
    return ChiSquare(statistic, degrees, upper_tail(statistic, degrees), min(expected))


def upper_tail(statistic: float, degrees: int) -> float:
    """The chance that a chi-square variable of `degrees` (a whole number) is at least `statistic`: a finite sum, without an approximation."""
    half = statistic / 2
    if degrees % 2:
        tail, term, start = math.erfc(math.sqrt(half)), math.exp(-half) * 2 * math.sqrt(half / math.pi), 1.5
    else:
        tail, term, start = math.exp(-half), math.exp(-half) * half, 2.0
    for step in range((degrees - 1) // 2):
        tail += term
        term *= half / (start + step)
    return min(1.0, tail)
