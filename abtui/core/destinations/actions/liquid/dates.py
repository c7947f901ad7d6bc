"""The date filters of LiquidJS: its `strftime`, in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from abtui.core.destinations.actions.javascript import text_of
from abtui.core.destinations.actions.liquid.problems import check_size
from abtui.core.destinations.actions.liquid.values import as_number, as_text, is_nil, plain
from abtui.core.text.javascript import number_to_string, parse_date_value, to_double

_DEFAULT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_CODE: Final = re.compile(r"%([-_0^#:]+)?([0-9]+)?([EO])?(.)")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_WIDTHS: Final = {"j": 3, "L": 3} | dict.fromkeys("deHIklmMSUW", 2)
_FARTHEST: Final = 62_135_596_800_000
_MOST_DIGITS: Final = 12


class Moment:
    """A time, as it is shown at an offset: minutes behind UTC."""

    def __init__(self, milliseconds: float, offset: float) -> None:
        self.milliseconds = milliseconds
        self.offset = offset
        self.shown = _EPOCH + timedelta(milliseconds=milliseconds - offset * 60_000)

    @property
    def weekday(self) -> int:
        """The day of the week, 0 for Sunday."""
        return self.shown.isoweekday() % 7

    @property
    def day_of_year(self) -> int:
        """The day of the year, 1 for the first."""
        return self.shown.timetuple().tm_yday

    def week(self, first: int) -> int:
        """The week of the year, whose weeks start on a day."""
        january = (datetime(self.shown.year, 1, 1, tzinfo=UTC).isoweekday()) % 7
        return (self.day_of_year + first - self.weekday - (7 - january + first)) // 7 + 1

    def zone(self, colon: bool) -> str:
        """The offset as `+0000`."""
        minutes = int(abs(self.offset))
        return f"{'-' if self.offset > 0 else '+'}{minutes // 60:02d}{':' if colon else ''}{minutes % 60:02d}"


def _suffix(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _date(at: Moment) -> str:
    return f"{at.shown.month}/{at.shown.day}/{at.shown.year}"


def _time(at: Moment) -> str:
    half = "AM" if at.shown.hour < 12 else "PM"
    return f"{at.shown.hour % 12 or 12}:{at.shown.minute:02d}:{at.shown.second:02d}\u202f{half}"


_CODES: Final[dict[str, Callable[[Moment], Any]]] = {
    "a": lambda at: _DAYS[at.weekday][:3],
    "A": lambda at: _DAYS[at.weekday],
    "b": lambda at: _MONTHS[at.shown.month - 1][:3],
    "h": lambda at: _MONTHS[at.shown.month - 1][:3],
    "B": lambda at: _MONTHS[at.shown.month - 1],
    "c": lambda at: f"{_date(at)}, {_time(at)}",
    "C": lambda at: int(str(at.shown.year)[:2]),
    "d": lambda at: at.shown.day,
    "e": lambda at: at.shown.day,
    "H": lambda at: at.shown.hour,
    "I": lambda at: at.shown.hour % 12 or 12,
    "j": lambda at: at.day_of_year,
    "k": lambda at: at.shown.hour,
    "l": lambda at: at.shown.hour % 12 or 12,
    "L": lambda at: at.shown.microsecond // 1000,
    "m": lambda at: at.shown.month,
    "M": lambda at: at.shown.minute,
    "p": lambda at: "AM" if at.shown.hour < 12 else "PM",
    "P": lambda at: "am" if at.shown.hour < 12 else "pm",
    "q": lambda at: _suffix(at.shown.day),
    "s": lambda at: number_to_string((at.milliseconds + 500) // 1000),
    "S": lambda at: at.shown.second,
    "u": lambda at: at.weekday or 7,
    "U": lambda at: at.week(0),
    "w": lambda at: at.weekday,
    "W": lambda at: at.week(1),
    "x": _date,
    "X": _time,
    "y": lambda at: str(at.shown.year)[2:4],
    "Y": lambda at: at.shown.year,
    "t": lambda at: "\t",
    "n": lambda at: "\n",
    "%": lambda at: "%",
}


def _formatted(at: Moment, text: str) -> str:
    return _CODE.sub(lambda match: _code(at, match), text)


def _code(at: Moment, match: re.Match[str]) -> str:
    flags, width, _modifier, code = match.groups()
    flags = flags or ""
    if code == "N":
        digits = _width(width, 9)
        result = str(at.shown.microsecond // 1000)[:digits].ljust(digits, "0")
    elif code == "z":
        result = at.zone(":" in flags)
    elif code in _CODES:
        result = str(_CODES[code](at))
    else:
        return match[0]
    if "^" in flags:
        result = result.upper()
    elif "#" in flags:
        result = result.upper() if any("a" <= character <= "z" for character in result) else result.lower()
    filler = " " if code in "aAbBceklpP" else "0"
    filler = " " if "_" in flags else "0" if "0" in flags else filler
    return result.rjust(0 if "-" in flags else _width(width, _WIDTHS.get(code, 0)), filler)


def _width(text: str | None, usual: int) -> int:
    if not text:
        return usual
    width = int(text[-_MOST_DIGITS:]) if not text[:-_MOST_DIGITS].strip("0") else 10**_MOST_DIGITS
    check_size(width)
    return width


def _moment(value: Any, offset: Any = None) -> Moment | None:
    """The time that a value is; None if it is none. There is no clock here, so `now` is none."""
    value = plain(value)
    if is_nil(value):
        return None
    if isinstance(value, str) and re.fullmatch("[0-9]+", value):
        milliseconds: float | None = float(value) * 1000
    elif isinstance(value, int | float):
        milliseconds = to_double(value) if isinstance(value, bool) else to_double(value) * 1000
    else:
        milliseconds = parse_date_value(text_of(value))
    # Python's dates reach from the year 1 to 9999 only.
    if milliseconds is None or not -_FARTHEST < milliseconds < 4 * _FARTHEST:
        return None
    minutes = as_number(offset) if isinstance(offset, int | float) else 0.0
    if not -_FARTHEST < milliseconds - minutes * 60_000 < 4 * _FARTHEST:
        return None
    return Moment(milliseconds, minutes)


def date(value: Any, text: Any = None, offset: Any = None, *_: Any) -> Any:
    """`date`: a time in a format; what is no time stays as it is."""
    at = _moment(value, offset)
    return value if at is None else _formatted(at, _DEFAULT if is_nil(plain(text)) else as_text(text))


def fixed(text: str) -> Callable[[Any], Any]:
    """A filter with a format of its own."""
    return lambda value, *_: date(value, text)


def with_month(month: str) -> Callable[..., Any]:
    """A filter that writes a day with the name of its month."""

    def as_day(value: Any, kind: Any = None, style: Any = None, *_: Any) -> Any:
        at = _moment(value)
        if kind == "ordinal" and at is not None:
            return date(value, f"{month} {at.shown.day}%q, %Y" if style == "US" else f"{at.shown.day}%q {month} %Y")
        return date(value, f"%d {month} %Y")

    return as_day
