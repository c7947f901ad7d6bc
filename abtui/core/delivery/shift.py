"""Moving events in time: all dates by one offset, so that a console that shows the last hour shows the events."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.events.model import JSONObject
from abtui.core.text.javascript import date_text, parse_date

DATES: Final = ("originalTimestamp", "sentAt", "timestamp", "receivedAt")
_FROM: Final = 1_262_304_000_000
_UNTIL: Final = 2_556_144_000_000
"""2010 to the end of 2050, in milliseconds. A date outside is a mistake (DATE-RANGE), and never the newest."""
_EXPOSURE_FIELDS: Final = ("properties", "traits")
SHIFT_FIELDS: Final = (*DATES, *_EXPOSURE_FIELDS)
"""The fields of an event in which a date may be moved."""
_OWN_DATES: Final = {"exposures": "exposedAt", "goals": "achievedAt", "attributes": "setAt"}


class NewestDate:
    """Finds the newest date of many events."""

    def __init__(self) -> None:
        self.milliseconds: int | None = None
        self.source = ""

    def add(self, source: str, event: JSONObject) -> None:
        """Compare the dates of an event with the newest so far."""
        for name in DATES:
            date = _date(event.get(name))
            if date is not None and (self.milliseconds is None or date > self.milliseconds) and _FROM <= date < _UNTIL:
                self.milliseconds, self.source = date, source

    def offset(self, now: int) -> int:
        """The milliseconds that make the newest date `now`; 0 without any date."""
        return 0 if self.milliseconds is None else now - self.milliseconds


def shifted(event: JSONObject, offset: int) -> JSONObject:
    """The event with its dates moved by `offset` milliseconds. Values that are not dates stay as they are.

    The dates of an exposure's own payload (`properties.absmartly`, `traits.absmartly`), which are milliseconds, move too.
    """
    moved = dict(event)
    for name in DATES:
        date = _date(event.get(name))
        if date is not None:
            moved[name] = date_text(date + offset) or event[name]
    for name in _EXPOSURE_FIELDS:
        holder = event.get(name)
        if isinstance(holder, dict) and isinstance(holder.get("absmartly"), dict):
            moved[name] = {**holder, "absmartly": _shifted_payload(holder["absmartly"], offset)}
    return moved


def offset_words(offset: int) -> str:
    """An offset in words: `12 d 3 h 5 min forwards`."""
    rest = abs(offset) // 1000
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,} {unit}")
    return f"{' '.join(parts[:3]) or '0 s'} {'back' if offset < 0 else 'forwards'}"


def _date(value: Any) -> int | None:
    return parse_date(value) if isinstance(value, str) else None


def _shifted_payload(payload: JSONObject, offset: int) -> JSONObject:
    moved = _shifted_field(payload, "publishedAt", offset)
    for name, field in _OWN_DATES.items():
        items = payload.get(name)
        if isinstance(items, list):
            moved[name] = [_shifted_field(item, field, offset) if isinstance(item, dict) else item for item in items]
    return moved


def _shifted_field(holder: JSONObject, field: str, offset: int) -> JSONObject:
    value = holder.get(field)
    return {**holder, field: value + offset} if type(value) is int else dict(holder)
