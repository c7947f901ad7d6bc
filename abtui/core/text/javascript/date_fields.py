"""The day, time and zone of a date string, gathered number by number as V8's composers do (src/date/dateparser.cc, Write)."""

from __future__ import annotations

from typing import Final

MS_PER_DAY: Final = 86_400_000
_MAX_TIME: Final = 8_640_000_000_000_000
_MAX_INT: Final = 2**31 - 1


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a day of the proleptic Gregorian calendar. A day beyond its month's end counts on into the next."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def clip(milliseconds: int) -> int | None:
    """ECMA-262's TimeClip: None for an instant further than 100,000,000 days from 1970."""
    return milliseconds if -_MAX_TIME <= milliseconds <= _MAX_TIME else None


def is_month(number: int) -> bool:
    """1 to 12."""
    return 1 <= number <= 12


def is_day(number: int) -> bool:
    """1 to 31, whatever the month."""
    return 1 <= number <= 31


def is_minute(number: int) -> bool:
    """0 to 59: a minute or a second."""
    return 0 <= number <= 59


def is_hour(number: int) -> bool:
    """0 to 23."""
    return 0 <= number <= 23


class Day:
    """Up to three numbers and perhaps a named month. `iso`: they are year, month and day for certain."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.named_month: int | None = None
        self.iso = False

    def add(self, number: int) -> bool:
        """Tells whether there was room for the number."""
        if len(self.numbers) == 3:
            return False
        self.numbers.append(number)
        return True

    def days(self) -> int | None:
        """Days from 1970-01-01, or None for what is no day. A missing month, day or year counts as 1, so `12` is December 1st 2001."""
        if not self.numbers:
            return None
        first, second, third = (*self.numbers, 1, 1)[:3]
        if self.named_month is not None:
            month = self.named_month
            day, year = (first, second) if is_day(first) else (second, first)
        elif self.iso or not is_day(first):
            year, month, day = first, second, third
        else:
            month, day, year = first, second, third
        if not self.iso and 0 <= year <= 99:
            year += 2000 if year <= 49 else 1900
        if not is_month(month) or not is_day(day):
            return None
        return days_from_civil(year, month, day)


class Time:
    """Hour, minute, second and millisecond, as many as were read. `half`: 0 for AM, 12 for PM."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.half: int | None = None

    def is_expecting(self, number: int) -> bool:
        """Whether the number would do for the part after those read so far."""
        count = len(self.numbers)
        return (count in (1, 2) and is_minute(number)) or (count == 3 and 0 <= number <= 999)

    def add(self, number: int) -> bool:
        """Tells whether there was room for the number."""
        if len(self.numbers) == 4:
            return False
        self.numbers.append(number)
        return True

    def add_final(self, number: int) -> None:
        """Add the number, if there is room, and zeros for what is left."""
        if self.add(number):
            self.numbers += [0] * (4 - len(self.numbers))

    def milliseconds(self) -> int | None:
        """Milliseconds from midnight, or None for what is no time. 24:00 is one, the midnight that follows."""
        hour, minute, second, millisecond = (*self.numbers, 0, 0, 0, 0)[:4]
        if self.half is not None:
            if not 0 <= hour <= 12:
                return None
            hour = hour % 12 + self.half
        in_day = is_hour(hour) and is_minute(minute) and is_minute(second) and 0 <= millisecond <= 999
        if not in_day and (hour, minute, second, millisecond) != (24, 0, 0, 0):
            return None
        return ((hour * 60 + minute) * 60 + second) * 1000 + millisecond


class Zone:
    """The offset from UTC: a sign, hours and minutes. None for a part not read."""

    def __init__(self) -> None:
        self.sign: int | None = None
        self.hour: int | None = None
        self.minute: int | None = None

    def set(self, hours: int) -> None:
        """A named zone, by its whole hours from UTC."""
        self.sign = -1 if hours < 0 else 1
        self.hour = abs(hours)
        self.minute = 0

    def is_expecting(self, number: int) -> bool:
        """Whether the number would do for the offset's minutes."""
        return self.hour is not None and self.minute is None and is_minute(number)

    @property
    def is_utc(self) -> bool:
        """The offset read so far is zero."""
        return self.hour == 0 and self.minute == 0

    def milliseconds(self) -> int | None:
        """The offset; 0 where there is none, as the destination runs in UTC. None for hours that make no 31-bit number of seconds."""
        # V8 multiplies as unsigned 32-bit, so absurd hours wrap around.
        seconds = ((self.hour or 0) * 3600 + (self.minute or 0) * 60) & 0xFFFFFFFF
        return None if seconds > _MAX_INT else (self.sign or 1) * seconds * 1000
