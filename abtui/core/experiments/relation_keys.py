"""The properties by which one goal refers to another, as a refund to its purchase: whether their values ever meet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final, NamedTuple

_ID: Final = re.compile(r"(?:\A|[_\W])(?:id|number|no|ref|reference)\Z|[a-z](?:Id|ID|Number|Ref|Reference)\Z")
"""How the name of a property ends that identifies something."""
_OF_SOMETHING_ELSE: Final = re.compile(
    r"\A(?:product|sku|item|variant|category|user|customer|anonymous|session|device|visitor|store|shop|page|brand|phone)",
    re.I,
)
_TEXT: Final = 1


def relation_values(properties: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The properties that identify something, each with a digest of its value of 64 bits. A text and a number have different ones."""
    for name, value in properties.items():
        if is_relation_key(name) and isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield name, _digest(value)


def is_relation_key(name: str) -> bool:
    """Whether a property may refer to another goal: it identifies something, and no product or person."""
    return _ID.search(name) is not None and _OF_SOMETHING_ELSE.match(name) is None


class Relation(NamedTuple):
    """How the values of a property in one goal relate to those in the goals that it may refer to.

    `own` and `there` are the numbers of different values; `same` is how many are on both sides, and `as_text` how many would be if a
    number equalled the text that it is written as.
    """

    own: int
    there: int
    same: int
    as_text: int


def relation(pairs: Iterable[tuple[int, bool]]) -> Relation:
    """`pairs` are the values, each with whether it is of the goal itself; those that differ by their type only come together."""
    found: Counter[str] = Counter()
    for _text, group in groupby(pairs, key=lambda pair: pair[0] >> 1):
        sides: tuple[set[int], set[int]] = (set(), set())
        for value, is_own in group:
            sides[is_own].add(value)
        there, own = sides
        found.update(own=len(own), there=len(there), same=len(own & there), as_text=bool(own and there))
    return Relation(*(found[name] for name in Relation._fields))


def _digest(value: str | int | float) -> int:
    """A digest of the value as text; its last bit says whether it is one."""
    whole = isinstance(value, float) and value.is_integer()
    text = value if isinstance(value, str) else str(int(value) if whole else value)
    digest = (
        int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
        & ~_TEXT
    )
    return digest | isinstance(value, str)
