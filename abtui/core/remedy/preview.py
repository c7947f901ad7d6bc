"""The lines that a change of a text adds, removes or replaces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final, Literal

import msgspec

from abtui.core.text.mask_keys import keys_in, without_keys
from abtui.core.text.secret import Secret, excerpt

_WIDTH: Final = 200
_LEAD: Final = 40
"""Characters before the first difference in a line that is longer than the width."""
_MANY: Final = 2000
"""Lines between the first and the last difference from which on they are compared one by one, or without those that come often."""


class Line(msgspec.Struct, frozen=True):
    """One line of a preview: its number (of a removed line, that of the old text), `+`, `-` or " " for one that stays, and its text."""

    number: int
    mark: Literal["+", "-", " "]
    text: str


def preview(text: str, new_text: str, secrets: Iterable[Secret] = ()) -> tuple[Line, ...]:
    """What changes from `text` to `new_text`, each place after the line before it. The keys are masked."""
    old, new = text.split("\n"), new_text.split("\n")
    show = _shower((*keys_in(text, {}), *keys_in(new_text, {})), tuple(secrets))
    return tuple(line for block in _blocks(old, new) for line in _block_lines(block, old, new, show))


def changed_lines(lines: tuple[Line, ...]) -> str:
    """`Lines 20 to 22 added` or `Line 12 changed`: what a change did to the text."""
    new = [line.number for line in lines if line.mark == "+"]
    old = [line.number for line in lines if line.mark == "-"]
    done = "changed" if new and old else "added" if new else "removed"
    numbers = sorted(set(new or old))
    if len(numbers) == 1:
        return f"Line {numbers[0]:,} {done}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"Lines {numbers[0]:,} to {numbers[-1]:,} {done}"
    return f"{len(numbers):,} lines {done}"


_Block = tuple[int, int, int, int]
_Show = Callable[[str, int], str]


def _shower(keys: tuple[str, ...], secrets: tuple[Secret, ...]) -> _Show:
    def show(line: str, start: int) -> str:
        masked = without_keys(line.rstrip("\r"), {}, keys)
        shown = excerpt(masked, _WIDTH, secrets, start=min(start, max(0, len(masked) - 1)))
        return f"…{shown}" if start else shown

    return show


def _blocks(old: list[str], new: list[str]) -> Iterator[_Block]:
    """The spans of lines that differ, in both texts. Only what is between their equal beginnings and ends is compared."""
    head = _equal(old, new)
    tail = _equal(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    many = len(left) + len(right) > _MANY
    if many and len(left) == len(right):
        for at, (one, other) in enumerate(zip(left, right, strict=True), head):
            if one != other:
                yield at, at + 1, at, at + 1
        return
    for kind, start, end, new_start, new_end in SequenceMatcher(None, left, right, autojunk=many).get_opcodes():
        if kind != "equal":
            yield head + start, head + end, head + new_start, head + new_end


def _equal(one: list[str], other: list[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _block_lines(block: _Block, old: list[str], new: list[str], show: _Show) -> Iterator[Line]:
    start, end, new_start, new_end = block
    if new_start:
        yield Line(new_start, " ", show(new[new_start - 1], 0))
    replaced = end - start == new_end - new_start
    for at in range(start, end):
        yield Line(at + 1, "-", show(old[at], _cut(old[at], new[new_start + at - start]) if replaced else 0))
    for at in range(new_start, new_end):
        yield Line(at + 1, "+", show(new[at], _cut(new[at], old[start + at - new_start]) if replaced else 0))


def _cut(line: str, other: str) -> int:
    """Where a long line is cut, so that its difference from the other is seen."""
    if len(line) <= _WIDTH:
        return 0
    same = next((at for at, pair in enumerate(zip(line, other, strict=False)) if pair[0] != pair[1]), len(other))
    return max(0, min(same, len(line)) - _LEAD)
