"""Units of requests: a unit's key is its type and the hash of its id. Each key is a small number here, as corpora have many of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from abtui.core.experiments.assignment import uid_hash


class Units:
    """The keys of all units that were seen, numbered from 0."""

    def __init__(self) -> None:
        self.types: list[str] = []
        self.hashes: list[str] = []
        self.plain: list[str | None] = []
        """The id of each unit as text, if it was ever sent unhashed."""
        self._numbers: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self.hashes)

    def number(self, type: str, hashed: str, plain: str | None) -> int:
        """The number of a key, which is a new one if it was not seen before."""
        of_type = self._numbers.setdefault(type, {})
        number = of_type.get(hashed)
        if number is None:
            number = of_type[hashed] = len(self.hashes)
            # Of each type one text is kept, whichever request it came with.
            self.types.append(sys.intern(type))
            self.hashes.append(hashed)
            self.plain.append(plain)
        elif plain is not None and self.plain[number] is None:
            self.plain[number] = plain
        return number

    def find(self, type: str, hashed: str) -> int | None:
        """The number of a key, or None if it was not seen."""
        return self._numbers.get(type, {}).get(hashed)

    def of_hash(self, hashed: str) -> Iterator[int]:
        """The keys of a hash, of whatever type."""
        return (number for of_type in self._numbers.values() if (number := of_type.get(hashed)) is not None)

    def of_request(self, body: Mapping[str, Any]) -> tuple[int, ...]:
        """The keys of a request's units, in order, each once. A unit without a uid is no key."""
        return tuple(sorted({self.number(*unit) for unit in units_of(body)}))

    def mapped_to(self, other: Units) -> list[int]:
        """The number that each key has in `other`, to which those that it lacks are added."""
        return [other.number(*key) for key in zip(self.types, self.hashes, self.plain, strict=True)]


def units_of(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """The units of a request that have a uid: the type, the hash, and the uid if it is not hashed."""
    is_hashed = body.get("hashed") is True
    for unit in body.get("units") or ():
        uid = unit.get("uid")
        if isinstance(uid, str):
            yield (unit["type"], uid, None) if is_hashed else (unit["type"], uid_hash(uid), uid)


def near(uid: str) -> Iterator[str]:
    """The hashes that a uid would have if it were trimmed, or written in lower or upper case."""
    for other in {uid.strip(), uid.lower(), uid.upper()} - {uid}:
        yield uid_hash(other)
