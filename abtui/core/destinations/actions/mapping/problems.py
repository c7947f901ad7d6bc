"""The errors that Segment's mapping kit throws, each with the text that Segment shows."""

from __future__ import annotations


class MappingProblem(Exception):
    """The mapping kit throws. Its text is the error's name and message."""


def problem(message: str) -> MappingProblem:
    """A plain error of the mapping kit."""
    return MappingProblem(f"Error: {message}")
