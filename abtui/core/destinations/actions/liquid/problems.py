"""The errors of LiquidJS, with their names and the place in the template."""

from __future__ import annotations

from typing import Final

from abtui.core.destinations.actions.problems import MappingProblem
from abtui.core.text.javascript import stringify

_MOST_SHOWN: Final = 32
_MOST_MADE: Final = 10_000_000
"""The most characters that a template makes. LiquidJS stops at its memory limit; so does this, earlier."""


class FilterProblem(Exception):
    """A filter throws. Its text is the error's message."""


def check_size(count: int) -> None:
    """Raises FilterProblem for more characters than a template may make, before they are made."""
    if count > _MOST_MADE:
        raise FilterProblem("memory alloc limit exceeded")


def problem_at(name: str, message: str, source: str, index: int) -> MappingProblem:
    """An error of LiquidJS at a place of the template."""
    before = source[: max(index, 0)]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return MappingProblem(f"{name}: {message}, line:{line}, col:{column}")


def snapshot(text: str) -> str:
    """The beginning of a text in quotes."""
    return stringify(text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}...").decode()
