"""The directives that a mapping consists of, each with its place in the config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from abtui.core.text.paths import Path

_OTHER_BASE: Final = {"@arrayPath": 1, "@transform": "mapping"}
"""The option of a directive whose paths do not start at the event."""


class Directive(NamedTuple):
    """One directive. `options` is what stands behind its name, `path` leads there in the mapping.

    `of_event`: its paths start at the event. `always`: no `@if` decides whether it counts.
    """

    name: str
    options: Any
    path: Path
    of_event: bool
    always: bool


def directives_in(value: Any, path: Path = (), *, of_event: bool = True, always: bool = True) -> Iterator[Directive]:
    """All directives in a value of a mapping, those inside others too."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from directives_in(item, (*path, at), of_event=of_event, always=always)
    elif isinstance(value, dict):
        for key, member in value.items():
            where = (*path, key)
            if key.startswith("@"):
                yield Directive(key, member, where, of_event, always)
            still = always and key != "@if"
            other = _OTHER_BASE.get(key)
            members = (
                enumerate(member) if isinstance(member, list) else member.items() if isinstance(member, dict) else ()
            )
            if other is None:
                yield from directives_in(member, where, of_event=of_event, always=still)
                continue
            for name, option in members:
                yield from directives_in(option, (*where, name), of_event=of_event and name != other, always=still)
