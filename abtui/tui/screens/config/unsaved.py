"""Which lines of a text are not in the text that was saved."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final, NamedTuple

from abtui.tui.kit.code_document import alike

_MOST: Final = 1500
"""Lines that are compared one by one; of more, all count as new, because comparing them takes the square of their number."""


class Unsaved(NamedTuple):
    """The lines (from 1) that are new, and how many lines were added, changed or removed (`lines`)."""

    new: frozenset[int] = frozenset()
    lines: int = 0


def unsaved(saved: str, text: str) -> Unsaved:
    """How `text` differs from the saved text. Only what is between their equal beginnings and ends is compared."""
    if saved == text:
        return Unsaved()
    old, lines = saved.split("\n"), text.split("\n")
    head = alike(old, lines)
    tail = alike(old[head:][::-1], lines[head:][::-1])
    old, lines = old[head : len(old) - tail], lines[head : len(lines) - tail]
    new: set[int] = set()
    count = 0
    for _, start, end, first, last in _blocks(old, lines):
        new.update(range(head + first + 1, head + last + 1))
        count += max(end - start, last - first)
    return Unsaved(frozenset(new), count)


def _blocks(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    if len(old) + len(new) > _MOST:
        return [("replace", 0, len(old), 0, len(new))]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [block for block in blocks if block[0] != "equal"]
