"""What a subscription asks of an event: a tree of tests, joined by `and` or `or`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final, Literal

import msgspec

Root = Literal["type", "event", "name", "userId", "properties", "traits", "context"]
Connective = Literal["and", "or"]
Wanted = str | float | bool | None

PARTS_OF_PATH = re.compile(r"[^\[.\]]+").findall
WITH_PATH: Final = ("properties", "traits", "context")


class Comparison(msgspec.Struct, frozen=True, dict=True):
    """One comparison. `path` is what follows the root, "" for a field of the event itself; `wanted` is None where nothing is compared.

    An operator that Segment does not know never holds. `start` and `end` are its place in the subscription.
    """

    root: Root
    path: str
    operator: str
    wanted: Wanted
    start: int
    end: int

    @property
    def label(self) -> str:
        """The field as a reader knows it: `properties.total`."""
        return f"{self.root}.{self.path}" if self.path else self.root

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys that lead to the value, the root first."""
        return (self.root, *PARTS_OF_PATH(self.path))


class Nothing(msgspec.Struct, frozen=True):
    """A parenthesis without a condition. The function throws when it comes to evaluate it."""

    start: int
    end: int


class Group(msgspec.Struct, frozen=True):
    """Conditions of one level, which all have the same connective."""

    connective: Connective
    children: tuple[Condition, ...]


Condition = Comparison | Nothing | Group
