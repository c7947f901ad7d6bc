"""Two JSON values as one text: indented lines, each with a sign. Runs of equal lines are folded.

The comparison follows the structure and not the text: a field is compared with the field of the same name, whatever is between
them. Its time grows with the size of the values and not with the square of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any, Final, Literal

import msgspec

from abtui.core.corpus.comparison.fields import ABSENT, aligned
from abtui.core.text.javascript import ordered_items, stringify

Sign = Literal[" ", "+", "-", "~", "…"]

_INDENT: Final = "  "
_CONTEXT: Final = 2
"""How many lines of a folded run are kept at its start and at its end."""
_MOST: Final = 2_000
_DEEPEST: Final = 50
_LONGEST_PAIR: Final = 72
"""Two values of up to this number of characters together are written on one line."""


class DiffLine(msgspec.Struct, frozen=True):
    """A line of the text.

    Only the new value has a line with `+`, and only the old one a line with `-`. A line with `~` is in both with different
    values, which follow its `text`. `…` stands for `hidden` lines that are equal or, if its `text` says that, too many to show.
    """

    sign: Sign
    text: str
    old: str = ""
    new: str = ""
    hidden: int = 0


def body_lines(old: Any, new: Any) -> list[DiffLine]:
    """The lines of both values, of which one may be ABSENT. After 2,000 lines, a last line says how many are missing."""
    lines = list(_folded(_lines("", 0, old, new)))
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], DiffLine("…", "more lines, too many to show", hidden=len(lines) - _MOST)]


def _lines(name: str, depth: int, old: Any, new: Any, comma: str = "") -> Iterator[DiffLine | list[str]]:
    """The lines of one field. Lines that are equal on both sides come as a list of texts."""
    if old is ABSENT or new is ABSENT:
        sign: Sign = "+" if old is ABSENT else "-"
        yield from (DiffLine(sign, line) for line in _pretty(name, depth, new if old is ABSENT else old, comma))
    elif old is new or stringify(old) == stringify(new):
        yield _pretty(name, depth, new, comma)
    elif _have_parts(old, new, depth):
        brackets = "{}" if type(old) is dict else "[]"
        yield DiffLine(" ", f"{_INDENT * depth}{name}{brackets[0]}")
        parts = list(_fields(old, new) if type(old) is dict else _items(old, new))
        for at, (inner, left, right) in enumerate(parts, 1):
            yield from _lines(inner, depth + 1, left, right, "," if at < len(parts) else "")
        yield DiffLine(" ", f"{_INDENT * depth}{brackets[1]}{comma}")
    else:
        yield from _changed(name, depth, old, new, comma)


def _have_parts(old: Any, new: Any, depth: int) -> bool:
    """Whether two different values are shown part by part."""
    return bool(old and new) and type(old) is type(new) and type(old) in (dict, list) and depth < _DEEPEST


def _fields(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The fields of both objects in the order of the new one. A field that only the old one has keeps its place."""
    gone = iter([key for key, _value in ordered_items(old)])
    for key, value in ordered_items(new):
        if key in old:
            for other in takewhile(key.__ne__, gone):
                if other not in new:
                    yield f"{stringify(other).decode()}: ", old[other], ABSENT
        yield f"{stringify(key).decode()}: ", old.get(key, ABSENT), value
    for other in gone:
        if other not in new:
            yield f"{stringify(other).decode()}: ", old[other], ABSENT


def _items(old: list[Any], new: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    for _place, left, right, _alike in aligned(old, new):
        yield "", left, right


def _changed(name: str, depth: int, old: Any, new: Any, comma: str) -> Iterator[DiffLine]:
    before, after = (_pretty("", 0, value, "") for value in (old, new))
    if len(before) == len(after) == 1 and len(before[0]) + len(after[0]) <= _LONGEST_PAIR:
        yield DiffLine("~", f"{_INDENT * depth}{name}", before[0], after[0])
        return
    yield from (DiffLine("-", line) for line in _pretty(name, depth, old, comma))
    yield from (DiffLine("+", line) for line in _pretty(name, depth, new, comma))


def _pretty(name: str, depth: int, value: Any, comma: str) -> list[str]:
    first, *rest = f"{stringify(value, len(_INDENT)).decode()}{comma}".split("\n")
    indent = _INDENT * depth
    return [f"{indent}{name}{first}", *(f"{indent}{line}" for line in rest)]


def _folded(parts: Iterable[DiffLine | list[str]]) -> Iterator[DiffLine]:
    """The lines, with the middle of each long run of equal lines replaced by one line that counts them."""
    same: list[str] = []
    for part in parts:
        if isinstance(part, list):
            same += part
        else:
            yield from _folded_run(same)
            same = []
            yield part
    yield from _folded_run(same)


def _folded_run(lines: list[str]) -> Iterator[DiffLine]:
    if len(lines) <= 2 * _CONTEXT + 1:
        yield from (DiffLine(" ", line) for line in lines)
        return
    yield from (DiffLine(" ", line) for line in lines[:_CONTEXT])
    yield DiffLine("…", "", hidden=len(lines) - 2 * _CONTEXT)
    yield from (DiffLine(" ", line) for line in lines[-_CONTEXT:])
