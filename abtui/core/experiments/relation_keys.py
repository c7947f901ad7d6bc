"""The properties by which one goal refers to another, as a refund to its purchase: whether their values ever meet."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final

_ID: Final = re.compile(r"(?:\A|[_\W])(?:id|number|no|ref|reference)\Z|[a-z](?:Id|ID|Number|Ref|Reference)\Z")
"""How the name of a property ends that identifies something."""
_OF_SOMETHING_ELSE: Final = re.compile(
    r"\A(?:product|sku|item|variant|category|user|customer|anonymous|session|device|visitor|store|shop|page|brand|phone)",
    re.I,
)
_TEXT: Final = 1


class Ids:
    """The values of the properties of one goal that identify something: 8 bytes for each of an achievement."""

    def __init__(self) -> None:
        self._digests: dict[str, array[int]] = {}

    def add(self, properties: Mapping[str, Any]) -> None:
        """Keep the values of one achievement."""
        for name, value in properties.items():
            if is_relation_key(name) and isinstance(value, (str, int, float)) and not isinstance(value, bool):
                self._digests.setdefault(name, array("Q")).append(_digest(value))

    def merge(self, other: Ids) -> None:
        """Add what another part kept."""
        for name, digests in other._digests.items():
            self._digests.setdefault(name, array("Q")).extend(digests)

    @property
    def names(self) -> Iterable[str]:
        """The properties that were seen."""
        return self._digests.keys()

    def values(self, name: str) -> frozenset[int]:
        """The different values of a property; a text and a number are different."""
        return frozenset(self._digests.get(name, ()))


def is_relation_key(name: str) -> bool:
    """Whether a property may refer to another goal: it identifies something, and no product or person."""
    return _ID.search(name) is not None and _OF_SOMETHING_ELSE.match(name) is None


def without_type(values: Iterable[int]) -> frozenset[int]:
    """The values in which a number equals the text that it is written as."""
    return frozenset(value & ~_TEXT for value in values)


def _digest(value: str | int | float) -> int:
    """A digest of the value as text; its last bit says whether it is one."""
    whole = isinstance(value, float) and value.is_integer()
    text = value if isinstance(value, str) else str(int(value) if whole else value)
    digest = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") & ~_TEXT
    return digest | isinstance(value, str)
