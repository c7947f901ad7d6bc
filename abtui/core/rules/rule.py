"""The documentation of one finding code."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    """The documentation of one finding code."""

    severity: Literal["error", "warning", "info"]
    title: str
    text: str
