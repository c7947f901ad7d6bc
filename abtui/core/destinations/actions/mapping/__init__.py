"""Segment's mapping kit: what a mapping, made of raw values and directives, makes of an event."""

from abtui.core.destinations.actions.mapping.compiled import compile_mapping, thrower
from abtui.core.destinations.actions.mapping.telling import Resolve

__all__ = ["Resolve", "compile_mapping", "thrower"]
