"""A stand-in for a body: the same where the contract looks, and safe to hand to the validator."""

from __future__ import annotations

import math
import re
from typing import Any, Final

# One beyond each end of int64: too large or too small for every rule, as the number it stands for.
_TOO_LARGE: Final = 2**63
_TOO_SMALL: Final = -(2**63) - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def stand_in(value: Any, part: dict[str, Any]) -> Any:
    """A copy of `value` with the members that `part`, from `schema.definition`, names, all else emptied.

    Lists keep their length, so paths stay the same. Free-form values keep their JSON type only. Numbers beyond 64 bits
    stay out of range, NaN and the infinities are null (as JSON.stringify writes them), a surrogate becomes U+FFFD.
    """
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        members = part.get("properties", {})
        return {key: stand_in(value[key], member) for key, member in members.items() if key in value}
    if isinstance(value, list):
        return [stand_in(item, part["items"]) for item in value] if "items" in part else []
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return max(_TOO_SMALL, min(value, _TOO_LARGE))
    return value
