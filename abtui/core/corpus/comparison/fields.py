"""Two JSON values, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Final

from abtui.core.report import FieldChange
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path, path_text

ABSENT: Final = object()
"""In place of a value where there is none; None is JSON's null."""
_MOST: Final = 100
"""Fields of one value that are told; the rest is one more entry."""
_DEEPEST: Final = 50
_LONGEST_LIST: Final = 200
"""Lists up to this length are aligned, so that an item taken out does not make all after it differ."""

_Side = tuple[Path, Any]


def field_changes(old: Any, new: Any) -> list[FieldChange]:
    """The fields that differ, by path, in the order of OLD and then NEW; at most 100. Values are JSON, whole and unmasked.

    A path is NEW's, or OLD's for what NEW does not have. Either side may be ABSENT as a whole.
    """
    found: list[FieldChange] = []
    for change in _changes((), old, new):
        if len(found) == _MOST:
            found.append(FieldChange("…", "(more fields differ)", "(more fields differ)"))
            break
        found.append(change)
    return found


def value_text(value: Any) -> str | None:
    """A value as JSON, whole: who shows it masks keys first, and then cuts it (`Shown.pair`). None for ABSENT."""
    return None if value is ABSENT else stringify(value).decode()


def _changes(path: Path, old: Any, new: Any) -> Iterator[FieldChange]:
    if old is new:
        return
    if type(old) is dict and type(new) is dict and len(path) < _DEEPEST:
        for key in old | new:
            yield from _changes((*path, key), old.get(key, ABSENT), new.get(key, ABSENT))
    elif type(old) is list and type(new) is list and len(path) < _DEEPEST:
        for place, left, right, alike in aligned(old, new):
            if not alike:
                yield from _changes((*path, place), left, right)
    elif old is ABSENT or new is ABSENT or stringify(old) != stringify(new):
        yield FieldChange(path_text(path), value_text(old), value_text(new))


def aligned(old: list[Any], new: list[Any]) -> Iterator[tuple[int, Any, Any, bool]]:
    """The items that stand for one another, or for nothing (ABSENT), each with its index in NEW, else in OLD.

    True with those that are known to be equal.
    """
    if max(len(old), len(new)) > _LONGEST_LIST:
        yield from _by_index(old, new, 0, 0)
        return
    matcher = SequenceMatcher(
        None, [stringify(item) for item in old], [stringify(item) for item in new], autojunk=False
    )
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        yield from _by_index(old[start:end], new[new_start:new_end], start, new_start, kind == "equal")


def _by_index(
    old: list[Any], new: list[Any], old_start: int, new_start: int, alike: bool = False
) -> Iterator[tuple[int, Any, Any, bool]]:
    for index in range(max(len(old), len(new))):
        place = index + (new_start if index < len(new) else old_start)
        yield place, old[index] if index < len(old) else ABSENT, new[index] if index < len(new) else ABSENT, alike
