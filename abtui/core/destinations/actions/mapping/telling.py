"""What a mapping tells while it is resolved, and where a value of it stands. Without a listener nothing is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from abtui.core.destinations.actions.problems import kit_problem
from abtui.core.text.javascript.members import is_truthy
from abtui.core.text.paths import Path


class Where(msgspec.Struct, frozen=True):
    """Where a value of a mapping stands.

    `config` is its key path in the config, `place` the place in the action's payload that it fills. `exact`: what it gives fills the
    place unchanged. `plain`: no directive stands around it, so a member that is undefined can be left out at once.
    """

    config: Path
    place: Path
    exact: bool = True
    plain: bool = True

    def member(self, key: str | int) -> Where:
        """The place of a member of an object or list."""
        return Where((*self.config, key), (*self.place, key), self.exact, self.plain)

    def option(self, *keys: str | int, exact: bool = False) -> Where:
        """The place of a value inside a directive."""
        return Where((*self.config, *keys), self.place, exact and self.exact, False)


class Listener(Protocol):
    """Hears what is decided while a mapping is resolved.

    `base` is the path in the event of the value that paths start from, None where it is not the event's.
    """

    base: Path | None

    def read(self, where: Where, payload: Any, keys: tuple[str, ...], value: Any) -> None:
        """A path was read, and gave a value."""

    def chose(self, where: Where, test: str, holds: bool, value: Any) -> None:
        """An `@if` tested a value."""

    def resolved(self, where: Where, value: Any) -> None:
        """A field, or a member of one, has its value."""


def checked_options(name: str, options: Any, of_object: str, *required: str) -> dict[str, Any]:
    """The options of a directive. Raises MappingProblem unless they are an object and have what is required."""
    if not isinstance(options, dict):
        raise kit_problem(f"{name} requires an object with {of_object}")
    for key in required:
        if not is_truthy(options.get(key)):
            raise kit_problem(f'{name} requires a "{key}" key')
    return options


Resolve = Callable[[Any, Listener | None], Any]
"""Gives a value of the mapping for one payload: the event, or what a directive around it made."""
Compile = Callable[[Any, Where], Resolve]
