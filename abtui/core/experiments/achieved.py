"""The goals that were achieved, kept until it is known who was exposed; and what their properties are."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.corpus.least_tally import LeastTally
from abtui.core.experiments.distinct import Distinct
from abtui.core.experiments.relation_keys import Relation, relation, relation_values

LARGEST_PROPERTIES: Final = 2_048
"""Bytes. AB Smartly announced a limit of 2 KB for the payload of a goal; what exactly is measured is not published."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_KINDS: Final = {
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}
_DIGEST: Final = 8
_MOST_CURRENCIES: Final = 200


class Goal(NamedTuple):
    """One achievement: the goal's number, when it was achieved (ms), and the number of the set of its units' keys."""

    name: int
    at: int
    keys: int


class Census:
    """What is known of all achievements of one goal."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """`total`, `rejected`, `withoutProperties`, `over2048Bytes` and `rows`, the events that are stored: one for each unit."""
        self.kinds: Counter[tuple[str, str]] = Counter()
        """The number of achievements by property and JSON type. A text that reads as a number is a `numericText`."""
        self.currencies = LeastTally(_any, _MOST_CURRENCIES)
        """The values of `currency`; of many, some."""
        self.ids: set[str] = set()
        """The properties that identify something."""

    def add(self, properties: object) -> None:
        """Count the properties of one achievement."""
        self.counts["total"] += 1
        if not isinstance(properties, dict):
            self.counts["withoutProperties"] += 1
            return
        if len(_compact(properties)) > LARGEST_PROPERTIES:
            self.counts["over2048Bytes"] += 1
        for name, value in properties.items():
            self.kinds[name, kind_of(value)] += 1
        currency = properties.get("currency")
        if isinstance(currency, str):
            self.currencies.add(currency)

    def merge(self, other: Census) -> None:
        """Add what another part counted."""
        self.counts.update(other.counts)
        self.kinds.update(other.kinds)
        self.currencies.merge(other.currencies)
        self.ids |= other.ids

    def properties(self) -> dict[str, dict[str, int]]:
        """The number of achievements by property and JSON type, with those that lack the property as `missing`."""
        found: dict[str, Counter[str]] = {}
        for (name, kind), number in self.kinds.items():
            found.setdefault(name, Counter())[kind] += number
        total = self.counts["total"]
        for kinds in found.values():
            if missing := total - kinds.total():
                kinds["missing"] = missing
        return {name: dict(sorted(kinds.items())) for name, kinds in sorted(found.items())}


class Achieved:
    """All achievements: 28 bytes each, beside the sets of keys that they have. Parts merge to the same in any order."""

    def __init__(self) -> None:
        self.census: dict[str, Census] = {}
        self.numbers = Distinct()
        """Of each goal the digests of all that makes an achievement another one, and the values of the properties in its `ids`."""
        self.forget()

    def forget(self) -> None:
        """Keep the counts, and no single achievement."""
        self.names: list[str] = []
        self.keys: list[tuple[int, ...]] = []
        """The sets of keys that achievements have, by number."""
        self._numbers: dict[str, int] = {}
        self._key_sets: dict[tuple[int, ...], int] = {}
        self._name, self._at, self._set = array("I"), array("q"), array("I")

    def __len__(self) -> int:
        return len(self._at)

    def add(self, goal: Mapping[str, Any], keys: tuple[int, ...], parts: Sequence[tuple[str, str]]) -> None:
        """Keep one achievement; `parts` are the types and hashes of its `keys`."""
        name, at, properties = goal["name"], int(goal["achievedAt"]), goal.get("properties")
        census = self.of(name)
        census.add(properties)
        census.counts["rows"] += len(keys)
        if isinstance(properties, dict):
            for property, value in relation_values(properties):
                census.ids.add(property)
                self.numbers.of(("id", name, property)).append(value)
        written = b"" if properties is None else _compact(properties)
        text = repr((name, at, sorted(parts))).encode("utf-8", "surrogatepass")
        digest = blake2b(text + written, digest_size=_DIGEST).digest()
        self.numbers.of(("goal", name)).append(int.from_bytes(digest, "big", signed=True))
        self.keep(name, at, keys)

    def keep(self, name: str, at: int, keys: tuple[int, ...]) -> None:
        """Keep an achievement that was counted."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.names)
            self.names.append(name)
        key_set = self._key_sets.get(keys)
        if key_set is None:
            key_set = self._key_sets[keys] = len(self.keys)
            self.keys.append(keys)
        self._name.append(number)
        self._at.append(at)
        self._set.append(key_set)

    def of(self, name: str) -> Census:
        """The census of a goal."""
        census = self.census.get(name)
        if census is None:
            census = self.census[name] = Census()
        return census

    def __iter__(self) -> Iterator[Goal]:
        return map(Goal, self._name, self._at, self._set)

    def duplicates(self) -> Counter[str]:
        """By goal, the achievements less the distinct ones."""
        distinct = self.numbers.counts()
        return Counter({name: of.counts["total"] - distinct["goal", name] for name, of in self.census.items()})

    def relation(self, name: str, others: Iterable[str], property: str) -> Relation:
        """How the values of a property in one goal relate to those in others."""
        own = ("id", name, property)
        pairs = self.numbers.pairs({own, *(("id", other, property) for other in others)})
        return relation((value, category == own) for value, category in pairs)

    def merge(self, other: Achieved, numbers: Sequence[int]) -> None:
        """Add what another part kept; `numbers` are the keys of its units here."""
        for name, census in other.census.items():
            self.of(name).merge(census)
        self.numbers.merge(other.numbers)
        sets = [tuple(sorted(numbers[key] for key in keys)) for keys in other.keys]
        for goal in other:
            self.keep(other.names[goal.name], goal.at, sets[goal.keys])


def _any(_currency: str) -> str:
    return ""


def kind_of(value: object) -> str:
    """The JSON type of a property, in AB Smartly's words; a text that reads as a number, trimmed, is a `numericText`."""
    if isinstance(value, str):
        return "numericText" if _NUMBER.fullmatch(value.strip()) else "text"
    return _KINDS[type(value)]


def _compact(value: object) -> bytes:
    """Compact JSON in UTF-8, the same for equal values whatever the order of their keys."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError):
        # An integer of more than 64 bits, or a lone surrogate.
        return repr(value).encode("utf-8", "surrogatepass")
