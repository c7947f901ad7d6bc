"""JavaScript's `Date.parse` on Node 20 in the UTC time zone, where Segment's functions run."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from abtui.core.text.javascript.date_fields import MS_PER_DAY, days_from_civil
from abtui.core.text.javascript.values import to_string

_MINUTE: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# An ISO date-time of the kinds that SDKs write; what else V8 takes is left to its parser.
_ISO = re.compile(
    r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])"
    r"(?:\.([0-9]{1,9}))?(?:Z|([+-])([01][0-9]|2[0-3]):?([0-5][0-9]))"
).fullmatch

# Milliseconds by piece of `2025-07-01T10:00:00.000Z`, the form of almost every event: `2025-07-01T10:00:`, `00.`, `000Z`.
# They hold pieces of texts that `_ISO` took, so that three look-ups that all succeed are a date, whatever texts they came from.
_MINUTES: Final[dict[str, int]] = {}
_SECONDS: Final[dict[str, int]] = {}
_MILLISECONDS: Final[dict[str, int]] = {}
_MAX_MINUTES: Final = 8192  # the other two cannot grow past 60 and 1,000

_MAX_REMEMBERED: Final = 64


def _parse_any_form(text: str) -> int | None:
    # Imported here: few events have such a date, and compiling the patterns takes 3 ms.
    from abtui.core.text.javascript.date_parser import parse_any_form

    return parse_any_form(text)


_parse_rare_form = lru_cache(maxsize=1024)(_parse_any_form)


def parse_date(text: str) -> int | None:
    """`Date.parse(text)`: milliseconds from 1970-01-01T00:00:00Z, or None for NaN.

    A date alone and, as the time zone is UTC, a date-time without an offset are UTC. Never raises.
    """
    try:
        return _MINUTES[text[:17]] + _SECONDS[text[17:20]] + _MILLISECONDS[text[20:]]
    except KeyError:
        pass
    match = _ISO(text)
    if match is None:
        return _parse_rare_form(text) if len(text) <= _MAX_REMEMBERED else _parse_any_form(text)
    year, month, day, hour, minute, second, fraction, sign, offset_hour, offset_minute = match.groups()
    days = days_from_civil(int(year), int(month), int(day)) * MS_PER_DAY
    minutes = (int(hour) * 60 + int(minute)) * _MINUTE
    seconds = int(second) * 1000
    milliseconds = int(fraction[:3].ljust(3, "0")) if fraction else 0
    offset = 0
    if sign:
        offset = int(sign + "1") * (int(offset_hour) * 60 + int(offset_minute)) * _MINUTE
    elif fraction and len(fraction) == 3:
        if len(_MINUTES) >= _MAX_MINUTES:
            _MINUTES.clear()
        _MINUTES[text[:17]] = days + minutes
        _SECONDS[text[17:20]], _MILLISECONDS[text[20:]] = seconds, milliseconds
    return days + minutes + seconds + milliseconds - offset


def parse_date_value(value: Any) -> int | None:
    """`Date.parse(value)` for any value of a JSON text, which becomes text first: a number is not taken as milliseconds.

    Raises JavaScriptTypeError for an object that cannot become text.
    """
    return parse_date(value if isinstance(value, str) else to_string(value))


def date_text(milliseconds: int) -> str | None:
    """A time as `toISOString` writes it, `2026-01-31T09:15:00.000Z`; None outside the years 1 to 9999."""
    try:
        date = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
