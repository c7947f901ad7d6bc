"""What was put on a shelf, in parts that fit into memory: the units, and the goals with all that their judgement needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Final, NamedTuple

from abtui.core.experiments.achieved import Achieved
from abtui.core.experiments.exposed import Exposed, First
from abtui.core.experiments.shelf import (
    GoalRow,
    Row,
    Seen,
    Shelf,
    UnitRow,
    decode_goal,
    decode_unit,
    encode,
    in_bytes,
    in_text,
)
from abtui.core.experiments.units import Units

_TOGETHER: Final = 20_000
"""The units or goals of a part."""


class Part(NamedTuple):
    """Some units, what the experiments know of them, and some goals."""

    units: Units
    experiments: Mapping[str, Exposed]
    achieved: Achieved


def unit_rows(part: Part) -> Iterator[Row]:
    """A row for each unit."""
    units = part.units
    experiments = [(in_bytes(name), exposed.first, exposed.outside) for name, exposed in part.experiments.items()]
    for key, hashed in enumerate(units.hashes):
        seen = []
        for name, first, outside in experiments:
            if (found := first.get(key)) is not None:
                seen.append(Seen(name, *found))
            elif key in outside:
                seen.append(Seen(name, None, 0, False))
        plain = units.plain[key]
        row = UnitRow(in_bytes(units.types[key]), None if plain is None else in_bytes(plain), seen)
        yield in_bytes(hashed), encode(row)


def goal_rows(part: Part) -> Iterator[Row]:
    """A row for each goal, sorted by one of its units, so that those of a unit come together."""
    units, achieved = part.units, part.achieved
    for goal in achieved:
        keys = [(in_bytes(units.types[key]), in_bytes(units.hashes[key])) for key in achieved.keys[goal.keys]]
        row = GoalRow(in_bytes(achieved.names[goal.name]), goal.at, keys)
        yield min((hashed for _type, hashed in keys), default=b""), encode(row)


class Shelved:
    """Reads a shelf. `experiments` are those that units were seen in, with all but their units."""

    def __init__(self, shelf: Shelf, experiments: Mapping[str, Exposed]) -> None:
        self._shelf, self._experiments = shelf, experiments

    def units(self) -> Iterator[Part]:
        """All units, each in one part with all that is known of it."""
        by_hash = groupby(self._shelf.rows("unit"), key=lambda row: row[0])
        while True:
            loading, end = self._loading(), True
            for _hash, rows in islice(by_hash, _TOGETHER):
                end = False
                loading.take(rows)
            if end:
                return
            yield loading.part

    def goals(self) -> Iterator[Part]:
        """All goals. Of each part there are the units that it has, and others are loaded when they are asked for."""
        rows = self._shelf.rows("goal")
        while together := [decode_goal(data) for _hash, data in islice(rows, _TOGETHER)]:
            part = self.part((type, hashed) for goal in together for type, hashed in goal.keys)
            for goal in together:
                found = (part.units.find(in_text(type), in_text(hashed)) for type, hashed in goal.keys)
                keys = tuple(sorted(key for key in found if key is not None))
                part.achieved.keep(in_text(goal.name), goal.at, keys)
            yield part

    def part(self, keys: Iterable[tuple[bytes, bytes]]) -> Part:
        """What is known of the units with these types and hashes."""
        loading = self._loading()
        loading.load(sorted({hashed for _type, hashed in keys}))
        return loading.part

    def _loading(self) -> _Loading:
        return _Loading(self._shelf, self._experiments)


class _Loading(Units):
    """Units that are loaded from a shelf when they are asked for by hash."""

    def __init__(self, shelf: Shelf, experiments: Mapping[str, Exposed]) -> None:
        super().__init__()
        self._shelf, self._loaded = shelf, set[bytes]()
        self.part = Part(self, {name: exposed.without_units() for name, exposed in experiments.items()}, Achieved())

    def of_hash(self, hashed: str) -> Iterator[int]:
        written = in_bytes(hashed)
        if written not in self._loaded:
            self.load([written])
        return super().of_hash(hashed)

    def load(self, hashes: Iterable[bytes]) -> None:
        """Load units by their hashes."""
        wanted = list(hashes)
        self._loaded.update(wanted)
        self.take(self._shelf.find(wanted))

    def take(self, rows: Iterable[Row]) -> None:
        """Add what rows say."""
        for hashed, data in rows:
            row = decode_unit(data)
            key = self.number(in_text(row.type), in_text(hashed), None if row.plain is None else in_text(row.plain))
            for name, at, variant, crossed in row.seen:
                first = None if at is None else First(at, variant, crossed)
                self.part.experiments[in_text(name)].see(key, first)
