"""What a file from Segment or Terraform becomes: one JSON value, with the places of its parts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from abtui.core.text.json_depth import is_deeper
from abtui.core.text.paths import Path

JSON: Final = "JSON"
_STAND_IN: Final = re.compile("\ue000([0-9]+)\ue001")
_BARE: Final = re.compile("(?<=[:,\\[])\\s*+(\ue000[0-9]+\ue001)")

Spot = tuple[int, int]
"""A line and a column, from 1."""
Spots = tuple[Spot, Spot]
"""Where the key of a value is, and where the value is."""
NOWHERE: Final[Spots] = ((1, 1), (1, 1))
"""The spots of a value whose place is not known."""


class Unknown(msgspec.Struct, frozen=True):
    """A value that is not in the file: an expression that only Terraform can work out."""

    expression: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a file. `noun` says what the file is. `unknown` are the expressions for which texts in it have stand-ins.

    `places` gives the spots of the value at a path, or of the nearest value around it. `dropped` gives the paths of keys that
    come again in their object, so that their values do not count, with their spots.
    """

    noun: str
    value: Any
    places: Callable[[Path], Spots]
    unknown: tuple[str, ...] = ()
    dropped: Callable[[], Iterable[tuple[Path, Spot]]] = tuple

    def parsed(self, text: str) -> Any:
        """The value of a text that may be JSON; `Unknown` for an expression, None for anything else."""
        if _STAND_IN.fullmatch(text):
            return self.settled(text)
        if is_deeper(text):
            return None
        try:
            return json.loads(_BARE.sub(r'"\1"', text) if self.unknown else text, strict=False)
        except ValueError:
            return None

    def settled(self, value: Any) -> Any:
        """`value` with `Unknown` in place of each text that has an expression in it. It is no deeper than `is_deeper` allows."""
        if isinstance(value, str):
            found = _STAND_IN.search(value) if self.unknown else None
            if found is None or int(found[1]) >= len(self.unknown):
                # The file itself may have such characters.
                return value
            return Unknown(self.unknown[int(found[1])])
        if isinstance(value, dict):
            return {key: self.settled(member) for key, member in value.items()}
        return [self.settled(item) for item in value] if isinstance(value, list) else value


def stand_in(number: int) -> str:
    """What stands in a text for an expression, by its number in `Document.unknown`."""
    return f"\ue000{number}\ue001"
