"""What Segment's code throws over one event: each error with its name and message as Segment shows them."""

from __future__ import annotations

from typing import ClassVar


class Thrown(Exception):
    """Segment's code throws. Its text is the error's name and message; `code` is the reason.

    `place` is the key of the mapping in the config, `keys` lead on from there to what is wrong.
    """

    code: ClassVar[str] = "ACTION-THROWS"
    place: ClassVar[str] = "mapping"

    def __init__(self, text: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.keys = keys


class MappingProblem(Thrown):
    """The mapping kit throws."""

    code = "MAPPING-REFUSED"


class SchemaProblem(Thrown):
    """The settings or the payload do not fit their schema."""

    code = "PAYLOAD-REFUSED"


class PayloadProblem(Thrown):
    """The action refuses its payload."""

    code = "PAYLOAD-REFUSED"
    place = "partnerAction"


def too_deep() -> MappingProblem:
    """The error for what is nested too deeply. JavaScript's limit is higher, but no mapping that is meant comes near."""
    return MappingProblem("RangeError: Maximum call stack size exceeded")


def kit_problem(message: str) -> MappingProblem:
    """A plain error of the mapping kit."""
    return MappingProblem(f"Error: {message}")
