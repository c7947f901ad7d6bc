"""How severities look: a glyph, a word and a colour. Colour is never the only sign."""

from __future__ import annotations

from typing import NamedTuple

from abtui.core.findings import Severity


class SeverityLook(NamedTuple):
    """A one-cell glyph, a word of at most five letters, and the component class that colours both."""

    glyph: str
    word: str
    style: str


SEVERITY_LOOKS: dict[Severity, SeverityLook] = {
    "error": SeverityLook("✗", "error", "severity--error"),
    "warning": SeverityLook("!", "warn", "severity--warning"),
    "info": SeverityLook("i", "info", "severity--info"),
}

GRAVEST: tuple[Severity, ...] = ("error", "warning", "info")
"""The severities, gravest first."""

SEVERITY_CLASSES = frozenset(look.style for look in SEVERITY_LOOKS.values())

SEVERITY_CSS = """
    & .severity--error { color: $text-error; text-style: bold; }
    & .severity--warning { color: $text-warning; text-style: bold; }
    & .severity--info { color: $text-primary; text-style: bold; }
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""
