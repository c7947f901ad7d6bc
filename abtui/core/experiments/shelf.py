"""The place for what is counted and does not fit into memory: what a shelf can do, and how its rows are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

Kind = Literal["unit", "goal"]
Row = tuple[bytes, bytes]
"""The hash of a unit's id, by which rows are sorted, and what is kept of it."""


class Shelf(Protocol):
    """Rows and numbers outside memory. They are put there in any order and come back sorted."""

    goals: int
    """The number of goals that were put there."""

    def put(self, kind: Kind, rows: Iterable[Row]) -> None:
        """Add rows."""

    def rows(self, kind: Kind) -> Iterator[Row]:
        """All rows of a kind, sorted by hash."""

    def find(self, hashes: Iterable[bytes]) -> Iterator[Row]:
        """The rows of units with these hashes."""

    def note(self, category: bytes, numbers: Iterable[int]) -> None:
        """Add numbers of 64 bits with a sign to those of a category."""

    def distinct(self) -> dict[bytes, int]:
        """How many different numbers each category has."""

    def pairs(self, categories: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        """The different numbers of these categories, sorted, with the category."""

    def take(self, other: Shelf) -> None:
        """Add all that another shelf has, and close that one."""

    def close(self) -> None:
        """Remove all that is there."""


Open = Callable[[], Shelf]
"""Makes an empty shelf."""


class Seen(NamedTuple):
    """A unit in an experiment: its first exposure as in `First`; `at` is None if it takes no part."""

    experiment: bytes
    at: int | None
    variant: int
    crossed: bool


class UnitRow(NamedTuple):
    """The key of a unit beside its hash, its id if it was sent unhashed, and the experiments that it was exposed to."""

    type: bytes
    plain: bytes | None
    seen: list[Seen]


class GoalRow(NamedTuple):
    """An achievement: the goal's name, when it was achieved (ms), and the type and hash of each of its units."""

    name: bytes
    at: int
    keys: list[tuple[bytes, bytes]]


encode: Final = msgspec.msgpack.Encoder().encode
"""Writes a row, or the name of a category."""
decode_unit: Final = msgspec.msgpack.Decoder(UnitRow).decode
decode_goal: Final = msgspec.msgpack.Decoder(GoalRow).decode


def in_bytes(text: str) -> bytes:
    """A text as it is kept: an id may have any character, surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def in_text(data: bytes) -> str:
    """The text that was kept."""
    return data.decode("utf-8", "surrogatepass")
