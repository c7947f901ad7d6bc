"""Near misses of names: equal except for case, spaces and the like, or one edit apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_SHORTEST_FOR_ONE_EDIT: Final = 4
_LONGEST_FOR_ONE_EDIT: Final = 100
"""Plain names outside these lengths must match as a whole: one edit of a shorter name may be another word, and nobody types a hundred letters."""


class Nearest:
    """Finds the one of `keys` that a name was probably meant to be, in a time that does not grow with their number."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        self._by_plain: dict[str, list[int]] = {}
        self._by_shortened: dict[str, list[int]] = {}
        self._plain = [plain(key) for key in self._keys]
        for at, text in enumerate(self._plain):
            self._by_plain.setdefault(text, []).append(at)

    def of(self, name: str) -> str | None:
        """The first key that differs from `name` only by case, spaces and the like, or else by one edit; None if no key does."""
        text = plain(name)
        same = (at for at in self._by_plain.get(text, ()) if self._keys[at] != name)
        first = next(same, None)
        if first is None and _SHORTEST_FOR_ONE_EDIT <= len(text) <= _LONGEST_FOR_ONE_EDIT:
            first = min((at for at in self._close(text) if self._keys[at] != name), default=None)
        return None if first is None else self._keys[first]

    def _close(self, text: str) -> Iterator[int]:
        # Two texts that are one edit apart become equal by removing a character from one of them, or one from each.
        if not self._by_shortened:
            for at, key in enumerate(self._plain):
                if len(key) <= _LONGEST_FOR_ONE_EDIT + 1:
                    for short in {key, *_shortened(key)}:
                        self._by_shortened.setdefault(short, []).append(at)
        candidates = {at for short in {text, *_shortened(text)} for at in self._by_shortened.get(short, ())}
        return (at for at in candidates if one_edit(text, self._plain[at]))


def one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement, or swap of neighbours makes `one` into `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[:2] == others[:2][::-1] and rest[2:] == others[2:])
    )


def plain(name: str) -> str:
    """A name without its case, spaces, hyphens and underscores."""
    return "".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _shortened(text: str) -> Iterator[str]:
    return (text[:at] + text[at + 1 :] for at in range(len(text)))
