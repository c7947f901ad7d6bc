"""What a word before a colon was perhaps meant to be, where the filter has no field of that name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_MEANT: Final = {
    "anonymousid": "user",
    "code": "finding",
    "error": "finding",
    "event": "name",
    "file": "source",
    "has": "finding",
    "id": "user",
    "line": "source",
    "outcome": "fate",
    "result": "fate",
    "rule": "finding",
    "severity": "finding",
    "state": "verdict",
    "status": "verdict",
    "unit": "user",
    "userid": "user",
    "warning": "finding",
    "why": "reason",
}
"""Fields that are no fields, but likely to be tried, and what they mean."""


def no_field(name: str, fields: Iterable[str]) -> str:
    """That there is no field `name`, and which of `fields` are near."""
    near = [_MEANT[name]] if name in _MEANT else difflib.get_close_matches(name, fields, n=2, cutoff=0.6)
    meant = " or ".join(f"`{field}:`" for field in near)
    return f"There is no field `{name}:`; it is looked for as text." + (f" Did you mean {meant}?" if near else "")
