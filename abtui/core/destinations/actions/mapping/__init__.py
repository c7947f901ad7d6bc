"""Segment's mapping kit: what a mapping, made of raw values and directives, makes of an event."""

from abtui.core.destinations.actions.mapping.compiled import Resolve, compile_mapping
from abtui.core.destinations.actions.mapping.problems import MappingProblem

__all__ = ["MappingProblem", "Resolve", "compile_mapping"]
