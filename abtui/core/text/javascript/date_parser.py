"""V8's date parser: an ISO 8601 date as far as the text is one, then the legacy parser for the rest (src/date/dateparser-inl.h).

The legacy parser ignores unknown words before the first number and whatever is in parentheses; reads `10:` and what
follows as a time, any other number as a part of the day, `+0200` after a time or a zone as the offset.
"""

from __future__ import annotations

from abtui.core.text.javascript.date_fields import (
    MS_PER_DAY,
    Day,
    Time,
    Zone,
    clip,
    is_day,
    is_hour,
    is_minute,
    is_month,
)
from abtui.core.text.javascript.date_tokens import END, Scanner, Token


def parse_any_form(text: str) -> int | None:
    """Date.parse in the UTC time zone: milliseconds from 1970, None for NaN."""
    return _Parser(text).parse()


def _read_milliseconds(token: Token) -> int:
    """The first three digits of a fraction; fewer than three stand for tenths or hundredths.

    Beyond nine digits V8 takes leading zeros for no digits: `.0001234567890` is 123 milliseconds.
    """
    digits = min(token.length, 9)
    scale = int(10 ** abs(digits - 3))
    return token.value * scale if digits <= 3 else token.value // scale


class _Parser:
    def __init__(self, text: str) -> None:
        self.scanner = Scanner(text)
        self.day = Day()
        self.time = Time()
        self.zone = Zone()
        self.has_read_number = False

    def parse(self) -> int | None:
        token = self._iso()
        self.has_read_number = bool(self.day.numbers)
        while token is not None and token is not END:
            token = self.scanner.next() if self._legacy(token) else None
        if token is None:
            return None
        days, time, offset = self.day.days(), self.time.milliseconds(), self.zone.milliseconds()
        if days is None or time is None or offset is None:
            return None
        return clip(days * MS_PER_DAY + time - offset)

    def _iso(self) -> Token | None:
        """The first token the legacy parser has to deal with; END after a whole ISO date; None where no date can come of it."""
        unread = self._iso_day()
        if unread is not None:
            return unread
        scanner = self.scanner
        if scanner.peek.kind != "separator":
            if scanner.peek is not END:
                return scanner.next()
            self.zone.set(0)
        else:
            scanner.next()
            if not (self._iso_time() and self._iso_zone() and scanner.peek is END):
                return None
        self.day.iso = True
        return END

    def _iso_day(self) -> Token | None:
        """Read `[+-]yyyyyy` or `yyyy`, then `-MM` and `-DD` if there. Gives the token that broke the form, else None."""
        scanner = self.scanner
        if scanner.peek.is_sign:
            sign = scanner.next()
            if not scanner.peek.is_digits(6):
                return sign
            year = sign.sign * scanner.next().value
            if sign.sign < 0 and year == 0:
                return sign
            self.day.add(year)
        elif scanner.peek.is_digits(4):
            self.day.add(scanner.next().value)
        else:
            return scanner.next()
        for fits in (is_month, is_day):
            if not scanner.skip("-"):
                break
            if not (scanner.peek.is_digits(2) and fits(scanner.peek.value)):
                return scanner.next()
            self.day.add(scanner.next().value)
        return None

    def _iso_time(self) -> bool:
        """Read `HH:mm[:ss[.s...]]`. After a `T` there is no way back to the legacy parser, so False is final."""
        scanner = self.scanner
        hour = scanner.next()
        if not (hour.is_digits(2) and hour.value <= 24 and scanner.skip(":")):
            return False
        self.time.add(hour.value)
        is_24 = hour.value == 24
        minute = scanner.next()
        if not (minute.is_digits(2) and is_minute(minute.value)) or (is_24 and minute.value > 0):
            return False
        self.time.add(minute.value)
        if not scanner.skip(":"):
            return True
        second = scanner.next()
        if not (second.is_digits(2) and is_minute(second.value)) or (is_24 and second.value > 0):
            return False
        self.time.add(second.value)
        if not scanner.skip("."):
            return True
        fraction = scanner.next()
        if fraction.kind != "number" or (is_24 and fraction.value > 0):
            return False
        self.time.add(_read_milliseconds(fraction))
        return True

    def _iso_zone(self) -> bool:
        """Read `Z`, `+hh:mm` or `+hhmm`, if there."""
        scanner = self.scanner
        if scanner.peek.is_z:
            scanner.next()
            self.zone.set(0)
            return True
        if not scanner.peek.is_sign:
            return True
        self.zone.sign = scanner.next().sign
        first = scanner.next()
        if first.is_digits(4):
            hour, minute = divmod(first.value, 100)
        elif first.is_digits(2) and scanner.skip(":") and scanner.peek.is_digits(2):
            hour, minute = first.value, scanner.next().value
        else:
            return False
        self.zone.hour, self.zone.minute = hour, minute
        return is_hour(hour) and is_minute(minute)

    def _legacy(self, token: Token) -> bool:
        """Take in one token. False: the text is no date."""
        if token.kind == "number":
            self.has_read_number = True
            return self._legacy_number(token.value)
        if token.kind in ("month", "zone", "separator", "half", "word"):
            return self._legacy_word(token)
        if token.is_sign and (self.zone.is_utc or self.time.numbers):
            return self._legacy_offset(token)
        return not ((token.is_sign or token.symbol == ")") and self.has_read_number)

    def _legacy_number(self, number: int) -> bool:
        scanner, time = self.scanner, self.time
        if scanner.skip(":"):
            if scanner.skip(":"):
                if time.numbers:
                    return False
                time.numbers = [number, 0]
                return True
            if not time.add(number):
                return False
            scanner.skip(".")
            return True
        # The point is gone even where the time expects no such number; V8 does the same.
        if scanner.skip(".") and time.is_expecting(number):
            time.add(number)
            if scanner.peek.kind != "number":
                return False
            time.add_final(_read_milliseconds(scanner.next()))
        elif self.zone.is_expecting(number):
            self.zone.minute = number
        elif time.is_expecting(number):
            time.add_final(number)
            after = scanner.peek
            return after.kind in ("end", "space") or after.is_z or after.is_sign
        else:
            if not self.day.add(number):
                return False
            scanner.skip("-")
        return True

    def _legacy_word(self, token: Token) -> bool:
        if token.kind == "half" and self.time.numbers:
            self.time.half = token.value
        elif token.kind == "month":
            self.day.named_month = token.value
            self.scanner.skip("-")
        elif token.kind == "zone" and self.has_read_number:
            self.zone.set(token.value)
        else:
            # Garbage may stand before the first number only, and not right before it.
            return not self.has_read_number and self.scanner.peek.kind != "number"
        return True

    def _legacy_offset(self, sign: Token) -> bool:
        """Read the offset after its sign: `+2`, `+02`, `+200`, `+0200`, or `+2:` whose minutes come later, if at all."""
        self.zone.sign = sign.sign
        number, length = 0, 0
        if self.scanner.peek.kind == "number":
            _, number, length, _ = self.scanner.next()
        self.has_read_number = True
        if self.scanner.peek.symbol == ":":
            self.zone.hour, self.zone.minute = number, None
        elif length in (1, 2):
            self.zone.hour, self.zone.minute = number, 0
        elif length in (3, 4):
            self.zone.hour, self.zone.minute = divmod(number, 100)
        else:
            return False
        return True
