"""Segment's mapping kit: what a mapping, made of raw values and directives, makes of an event."""

from abtui.core.destinations.actions.mapping.compiled import (
    DIRECTIVES,
    HIDDEN,
    ROOT,
    compile_field,
    compile_mapping,
    thrower,
)
from abtui.core.destinations.actions.mapping.telling import Resolve
from abtui.core.destinations.actions.mapping.validation import Mistake, mistakes_of

__all__ = [
    "DIRECTIVES",
    "HIDDEN",
    "ROOT",
    "Mistake",
    "Resolve",
    "compile_field",
    "compile_mapping",
    "mistakes_of",
    "thrower",
]
