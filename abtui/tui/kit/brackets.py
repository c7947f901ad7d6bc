"""Finds the matching bracket, searching no farther than the screen can show."""

from __future__ import annotations

import re
from collections.abc import Callable

_BRACKETS = re.compile(r"[\[\](){}]")
_PARTNER = {"{": "}", "[": "]", "(": ")", "}": "{", "]": "[", ")": "("}
# Limits of the search for the matching bracket: one farther away is not on the screen.
_PARTNER_LINES = 400
_PARTNER_CHARACTERS = 20_000


def partner_of(
    bracket: str, place: tuple[int, int], line_of: Callable[[int], str], lines: int
) -> tuple[int, int] | None:
    """The row and column (from 0) of the bracket that matches the one at `place`, or None if none is near enough.

    `line_of` returns the text of a row; `lines` is the number of rows.
    """
    if bracket not in _PARTNER:
        return None
    step = 1 if bracket in "([{" else -1
    row, column = place
    open_brackets: list[str] = []
    budget = _PARTNER_CHARACTERS
    for at in range(row, min(max(-1, row + step * _PARTNER_LINES), lines), step):
        line = line_of(at)
        low, high = 0, len(line)
        if at == row:
            low, high = (column, high) if step > 0 else (0, column + 1)
        low, high = (low, min(high, low + budget)) if step > 0 else (max(low, high - budget), high)
        budget -= high - low
        for match in list(_BRACKETS.finditer(line, low, high))[::step]:
            if (match[0] in "([{") == (step > 0):
                open_brackets.append(match[0])
            elif not open_brackets or open_brackets.pop() != _PARTNER[match[0]]:
                return None
            elif not open_brackets:
                return at, match.start()
        if budget <= 0:
            return None
    return None
