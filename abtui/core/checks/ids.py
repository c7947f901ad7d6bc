"""Findings about single ids of units, for the checks of destinations."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from abtui.core.findings import Rule, error, warning
from abtui.core.text.javascript import to_double

UID_LIMIT: Final = 640
SAFE_INTEGER: Final = 2**53
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
EMPTY: Final = warning(
    "UNIT-EMPTY",
    "A unit with an empty or blank id",
    "The destination accepts an empty text as an id and sends it, but the collector requires 1 to 640 characters. A blank id makes all such users one user.",
)
LONG: Final = error(
    "UNIT-LONG",
    "A unit id over 640 characters",
    "The collector accepts 1 to 640 characters.",
)
PRECISION: Final = warning(
    "UNIT-PRECISION",
    "A number that loses digits",
    "JavaScript's numbers are IEEE doubles. It rounds integers beyond 2^53, so that different users can become the same unit. Send ids as text.",
)
EMAIL: Final = warning(
    "UNIT-EMAIL",
    "A unit id that looks like an e-mail address",
    "The collector stores unit ids. An e-mail address is personal data, so use an opaque id.",
)


class UidProblem(NamedTuple):
    """A mistake in one id: the rule, the message and the hint."""

    rule: Rule
    message: str
    hint: str


def uid_problem(value: str | int | float) -> UidProblem | None:
    """The mistake in one id, or None. The usual id, short text without an @, needs four tests."""
    if isinstance(value, str):
        if value and len(value) <= UID_LIMIT and "@" not in value and not value.isspace():
            return None
        if not value.strip():
            message = "The id is blank." if value else "The id is empty."
            return UidProblem(EMPTY, message, "Omit the field if there is no id.")
        if len(value) > UID_LIMIT:
            message = f"The id has {len(value):,} characters; the collector accepts up to {UID_LIMIT}."
            return UidProblem(LONG, message, "Send a shorter, opaque id.")
        if _EMAIL.match(value):
            message = "The id looks like an e-mail address, which is personal data."
            return UidProblem(EMAIL, message, "Send an opaque id, such as the one in your database.")
        return None
    if abs(value) <= SAFE_INTEGER or (isinstance(value, int) and to_double(value) == value):
        return None
    message = f"{_short(value)} is rounded: JavaScript's integers are exact only up to 2^53."
    return UidProblem(PRECISION, message, "Send the id as text.")


def _short(value: float) -> str:
    # Python refuses to write integers of more than 4,300 digits.
    return str(value) if abs(value) < 10**40 else "The number"
