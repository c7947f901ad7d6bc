"""JavaScript's numbers: every one an IEEE double, written the shortest way that reads back the same (ECMA-262, Number::toString)."""

from __future__ import annotations

import re
from typing import Final

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""Number.MAX_SAFE_INTEGER: the largest integer below which every integer is a double."""

# WhiteSpace and LineTerminator of ECMA-262, which is what StringToNumber trims; str.strip() would take U+001C to U+001F and U+0085, too.
_TRIMMED: Final = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_INFINITY = re.compile(r"([+-]?)Infinity\Z")
_RADIX = re.compile(r"0(?:[xX](?P<x>[0-9a-fA-F]+)|[oO](?P<o>[0-7]+)|[bB](?P<b>[01]+))\Z")
_BASES: Final = {"x": 16, "o": 8, "b": 2}


def to_double(value: int | float) -> float:
    """The IEEE double JavaScript has for a number of a JSON text: an integer of any size is rounded, half to even, or is infinite."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def number_to_string(value: int | float) -> str:
    """JavaScript's `String(value)`: `1.0` -> `1`, `1e21` -> `1e+21`, `12345678901234567890` -> `12345678901234567000`, `-0.0` -> `0`."""
    if isinstance(value, int) and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return str(int(value))
    double = to_double(value)
    # repr gives the shortest digits that read back as the same double, as JavaScript does; only the layout differs.
    text = repr(double)
    if "e" in text:
        return _lay_out(text)
    if text.endswith(".0"):
        return "0" if double == 0 else text[:-2]
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text)


def _lay_out(text: str) -> str:
    """A repr with an exponent, in JavaScript's layout: positional from 1e-6 up to below 1e21."""
    mantissa, _, exponent_text = text.partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    digits = mantissa.lstrip("-").replace(".", "")
    exponent = int(exponent_text)
    if 0 <= exponent < 21:
        return sign + digits.ljust(exponent + 1, "0")
    if -7 < exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{exponent:+d}"


def string_to_number(text: str) -> float:
    """JavaScript's `Number(text)`: the empty or blank text is 0, what is no number is NaN."""
    text = text.strip(_TRIMMED)
    if not text:
        return 0.0
    if _DECIMAL.match(text):
        return float(text)
    if match := _INFINITY.match(text):
        return float(match[1] + "inf")
    if match := _RADIX.match(text):
        kind = str(match.lastgroup)
        return to_double(int(match[kind], _BASES[kind]))
    return float("nan")
