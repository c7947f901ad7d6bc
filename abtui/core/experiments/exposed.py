"""The exposures of one experiment, counted: who takes part since when and in which variant, and how many rows have which flag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Final, NamedTuple

from abtui.core.experiments.assignment import choose, position
from abtui.core.experiments.audience import matches, variables
from abtui.core.experiments.model import Experiment, Running
from abtui.core.experiments.units import Units

FLAGS: Final = {
    "eligible": 1,
    "assigned": 2,
    "overridden": 4,
    "fullOn": 8,
    "custom": 16,
    "audienceMismatch": 32,
    "ruleOverride": 256,
}
"""The bits of a stored row, by the field of the payload that sets each. Crawlers (64) are known to the platform only."""
IGNORED: Final = 128
_DECIDING: Final = 207
"""The bits that decide whether a row takes part: it does if of these it has eligible and assigned, and no other one."""
TAKES_PART: Final = 3
"""The bits of a row that has no other: eligible and assigned."""

ROW_COUNTS: Final[dict[str, tuple[int, int]]] = {
    "notEligible": (1, 0),
    "notAssigned": (2, 0),
    "overridden": (4, 4),
    "fullOn": (8, 8),
    "ignored": (IGNORED, IGNORED),
    "ruleOverride": (256, 256),
    "audienceMismatch": (32, 32),
}
"""The counts of rows by flag: the bit that is looked at, and its value in the rows that are counted."""


class First(NamedTuple):
    """When a unit was exposed first (ms), in which variant, and whether it was ever in another one."""

    at: int
    variant: int
    crossed: bool


_MOST_IDS: Final = 8
_VARIANT_BITS: Final = 8
"""The contract has variants up to 128."""
_VARIANTS: Final = (1 << _VARIANT_BITS) - 1


class Participants(NamedTuple):
    """The units that take part, by variant; how many of them were in several; and the least hash of such a one."""

    sizes: Counter[int]
    crossovers: int
    crossed: str


class FirstExposures(Mapping[int, First]):
    """The first exposures of units, each in one number: the time, the variant, and whether it crossed.

    The least is the first, of equal times that of the lowest variant. Tuples would take three times the memory.
    """

    def __init__(self) -> None:
        self._packed: dict[int, int] = {}

    def __getitem__(self, key: int) -> First:
        packed = self._packed[key]
        return First(packed >> _VARIANT_BITS + 1, packed >> 1 & _VARIANTS, bool(packed & 1))

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[int]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def add(self, key: int, first: First) -> None:
        """Take note of an exposure, or of the first one of another part."""
        packed = (first.at << _VARIANT_BITS | first.variant) << 1 | first.crossed
        old = self._packed.get(key)
        if old is not None:
            crossed = (old | packed) & 1 or (old ^ packed) >> 1 & _VARIANTS
            packed = min(old, packed) | bool(crossed)
        self._packed[key] = packed


class Exposed:
    """What one experiment's exposures come to. The order in which they are added makes no difference, and parts merge to the same."""

    def __init__(self, described: Experiment | None, running: Running | None) -> None:
        self.described, self._running = described, running
        self.first = FirstExposures()
        """The units that take part."""
        self.outside: set[int] = set()
        """The units with rows, none of which takes part."""
        self.rows: Counter[tuple[str, str]] = Counter()
        """The number of rows by unit type and count: those of `ROW_COUNTS`, `rows`, `participating`, and those of the assignment."""
        self.audience: Counter[str] = Counter()
        """The exposures whose audience can be decided again (`checked`), and those that say something else (`wrong`)."""
        audience = "" if described is None else described.audience
        self._attributes_needed = variables(audience) if audience else frozenset()
        self.units_named: Counter[str] = Counter()
        self.exposures: Counter[frozenset[str]] = Counter()
        """The number of exposures by the unit types of their request."""
        self.assigned: Counter[frozenset[str]] = Counter()
        """Those of them that say that the unit was assigned."""
        self.variants: set[int] = set()
        self.ids: set[int] = set()
        """Some of the ids that exposures give the experiment."""
        self.wrong = ""
        """Of the uids whose assignment is not that of the seeds the least hash."""

    def add(
        self,
        exposure: Mapping[str, Any],
        units: Units,
        keys: Sequence[int],
        attributes: Sequence[Mapping[str, Any]] = (),
        *,
        ignored: bool,
    ) -> None:
        """Count one exposure, which is a row for each unit of its request. `attributes` are those of the request."""
        flags = flags_of(exposure, ignored=ignored)
        variant, at = int(exposure["variant"]), int(exposure["exposedAt"])
        types = frozenset(units.types[key] for key in keys)
        self.exposures[types] += 1
        self.assigned[types] += exposure.get("assigned") is True
        self._note_id(exposure.get("id"))
        if attributes and self._attributes_needed:
            self._check_audience(exposure, at, attributes)
        for key in keys:
            self.add_row(key, units, flags, variant, at)

    def _note_id(self, id: object) -> None:
        if type(id) is int and id not in self.ids:
            self.ids = _least({*self.ids, id})

    def add_row(self, key: int, units: Units, flags: int, variant: int, at: int) -> None:
        """Count one row: an exposure of one unit."""
        self.variants.add(variant)
        self._count_row(units.types[key], units.hashes[key], flags, variant)
        self.see(key, First(at, variant, False) if takes_part(flags) else None)

    def see(self, key: int, first: First | None) -> None:
        """Take note of an exposure of a unit, or of the first one of another part; None is one by which it takes no part."""
        if first is not None:
            self.outside.discard(key)
            self.first.add(key, first)
        elif key not in self.first:
            self.outside.add(key)

    def name_unit(self, name: str) -> None:
        """Take note of the unit that a request with exposures of this experiment names."""
        self.units_named[name] += 1

    def _count_row(self, type: str, hashed: str, flags: int, variant: int) -> None:
        rows = self.rows
        rows[type, "rows"] += 1
        if takes_part(flags):
            rows[type, "participating"] += 1
        for name, (bit, value) in ROW_COUNTS.items():
            if flags & bit == value:
                rows[type, name] += 1
        self._check_assignment(type, hashed, flags, variant)

    def _check_assignment(self, type: str, hashed: str, flags: int, variant: int) -> None:
        """Compute what the SDK would have assigned, if the seeds are known and nothing else decided."""
        running = self._running
        if running is None or not flags & 2 or flags & (4 | 8 | 256):
            return
        seeds, rows = running.seeds, self.rows
        rows[type, "checked"] += 1
        eligible = choose(running.traffic_shares, position(hashed, seeds.traffic_hi, seeds.traffic_lo)) == 1
        if eligible is not bool(flags & 1):
            rows[type, "wrongEligibility"] += 1
        elif eligible and not flags & 16 and choose(running.shares, position(hashed, seeds.hi, seeds.lo)) != variant:
            rows[type, "wrongVariant"] += 1
        else:
            return
        self.wrong = min(filter(None, (self.wrong, hashed)))

    def _check_audience(self, exposure: Mapping[str, Any], at: int, attributes: Sequence[Mapping[str, Any]]) -> None:
        """Decide the audience again, if the request has every attribute that it names. The last value until then is used."""
        given = sorted((item for item in attributes if item["setAt"] <= at), key=lambda item: int(item["setAt"]))
        values = {item["name"]: item.get("value") for item in given}
        if self.described is None or not self._attributes_needed <= values.keys():
            return
        self.audience["checked"] += 1
        mismatch = matches(self.described.audience, values) is False
        self.audience["wrong"] += mismatch is not (exposure.get("audienceMismatch") is True)

    def merge(self, other: Exposed, numbers: Sequence[int]) -> None:
        """Add what another part counted; `numbers` are the keys of its units here."""
        for key, first in other.first.items():
            self.see(numbers[key], first)
        for key in other.outside:
            self.see(numbers[key], None)
        self.rows.update(other.rows)
        self.audience.update(other.audience)
        self.units_named.update(other.units_named)
        self.exposures.update(other.exposures)
        self.assigned.update(other.assigned)
        self.variants |= other.variants
        self.ids = _least(self.ids | other.ids)
        self.wrong = min(filter(None, (self.wrong, other.wrong)), default="")

    def without_units(self) -> Exposed:
        """The same experiment with the same counts, and no unit yet."""
        part = copy(self)
        part.first, part.outside = FirstExposures(), set()
        return part

    @property
    def has_seeds(self) -> bool:
        """Whether assignments can be computed again."""
        return self._running is not None

    @property
    def unit_type(self) -> str | None:
        """The tracked unit type: the file's, else the one that most requests name, else that of most rows. None if there is no row."""
        if self.described is not None and self.described.unit_type:
            return self.described.unit_type
        counts = self._type_counts
        return _most(counts) if counts else None

    @property
    def _type_counts(self) -> Counter[str]:
        """How often exposures name each unit type, else how many rows are of it."""
        rows = ((type, number) for (type, name), number in self.rows.items() if name == "rows")
        return self.units_named or Counter(dict(rows))

    @property
    def split(self) -> list[float]:
        """The split of the file; else an equal one over its variants, or over those that were seen, at least two."""
        described = self.described
        if described is not None and described.shares:
            return list(described.shares)
        if described is not None and described.variants:
            return [1.0] * len(described.variants)
        return [1.0] * (1 + max((1, *self.variants)))

    @property
    def equally_named(self) -> str:
        """Another unit type that is named as often as the tracked one, which the alphabet decided; "" if there is none."""
        counts = Counter() if self.described is not None and self.described.unit_type else self._type_counts
        others = [name for name, number in counts.items() if number == max(counts.values()) and name != _most(counts)]
        return min(others, default="")

    def participants(self, units: Units) -> Participants:
        """The units of the tracked type that take part."""
        tracked, types = self.unit_type, units.types
        sizes: Counter[int] = Counter()
        crossed: list[str] = []
        for key, first in self.first.items():
            if types[key] == tracked:
                sizes[first.variant] += 1
                if first.crossed:
                    crossed.append(units.hashes[key])
        return Participants(sizes, len(crossed), min(crossed, default=""))


def _least(ids: set[int]) -> set[int]:
    return ids if len(ids) <= _MOST_IDS else set(sorted(ids)[:_MOST_IDS])


def flags_of(exposure: Mapping[str, Any], *, ignored: bool) -> int:
    """The bits of the rows that are stored of an exposure, as far as it tells them."""
    flags = IGNORED if ignored else 0
    for field, bit in FLAGS.items():
        if exposure.get(field) is True:
            flags |= bit
    return flags


def takes_part(flags: int) -> bool:
    """Whether the unit of a row with these bits takes part in the experiment."""
    return flags & _DECIDING == TAKES_PART


def _most(counts: Counter[str]) -> str:
    """The name that is counted most; of equal ones the first by the alphabet."""
    return min(counts, key=lambda name: (-counts[name], name))
