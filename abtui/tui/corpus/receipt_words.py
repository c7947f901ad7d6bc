"""The sending state of each event in one byte: a dictionary for a million events would need as much memory as all else."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Final

_WORDS: Final = ("", "waiting", "accepted", "refused", "unknown")
_NUMBERS: Final = {word: number for number, word in enumerate(_WORDS)}
_FIRST_ROOM: Final = 1024


class ReceiptWords(MutableMapping[int, str]):
    """A mapping from an event's index to `waiting`, `accepted`, `refused` or `unknown`; unsent events are not in it."""

    def __init__(self) -> None:
        self._states = bytearray()
        self._count = 0

    def __getitem__(self, index: int) -> str:
        number = self._states[index] if 0 <= index < len(self._states) else 0
        if not number:
            raise KeyError(index)
        return _WORDS[number]

    def __setitem__(self, index: int, word: str) -> None:
        if index >= len(self._states):
            self._states.extend(bytes(max(_FIRST_ROOM, index + 1 - len(self._states), len(self._states) // 8)))
        self._count += not self._states[index]
        self._states[index] = _NUMBERS[word]

    def __delitem__(self, index: int) -> None:
        _ = self[index]
        self._states[index] = 0
        self._count -= 1

    def remove_place(self, index: int) -> None:
        """Remove an event; later events move up."""
        self.pop(index, None)
        del self._states[index : index + 1]

    def __contains__(self, index: object) -> bool:
        return isinstance(index, int) and 0 <= index < len(self._states) and self._states[index] != 0

    def __iter__(self) -> Iterator[int]:
        return (index for index, number in enumerate(self._states) if number)

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return self._count > 0
