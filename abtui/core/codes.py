"""Codes of findings as people give them: one code, or a pattern such as `UNIT-*`."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from typing import Final

from abtui.core.rules import RULES

_WIDTH: Final = 60


def fits(code: str, pattern: str) -> bool:
    """Whether a code is, or matches, `pattern`. Case matters."""
    return fnmatchcase(code, pattern)


def code_hint(pattern: str) -> str | None:
    """What to write in place of a code or pattern that fits no finding; None for one that fits."""
    if any(fits(code, pattern) for code in RULES):
        return None
    upper = pattern.strip().upper()[:_WIDTH]
    if any(fits(code, upper) for code in RULES):
        return f"Write `{upper}`; codes are upper case."
    near = difflib.get_close_matches(upper, RULES, n=1, cutoff=0.5)
    return f"Did you mean `{near[0]}`?" if near else "`abtui explain` lists them all; `UNIT-*` means all that begin so."
