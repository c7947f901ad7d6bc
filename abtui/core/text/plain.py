"""Text that is safe to show: without terminal control sequences, invisible characters and lone surrogates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

Name = TypeVar("Name", bound="str | tuple[str, ...]")
_INVISIBLE: Final = (
    # DEL and C1; what Unicode lets be drawn as nothing (Default_Ignorable_Code_Point): zero-width characters, variation
    # selectors, tags; line and paragraph separators; and the bidirectional controls, which can reorder a line.
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
UNSAFE: Final = f"\x00-\x08\x0b-\x1f{_INVISIBLE}\ud800-\udfff"
"""What no text for people may hold, as the inside of a character class: without tabs and line breaks, which some may."""
_UNSAFE = re.compile(f"[{UNSAFE}]")
_NOT_IN_JSON = re.compile(f"[{_INVISIBLE}]")

_NOT_LETTERS = re.compile(r"[\W_]+")

# A byte of a file's name that is not UTF-8, as Python represents it.
_BYTE = re.compile("[\udc80-\udcff]")


def printable(text: str) -> str:
    """`text` with every character that could steer a terminal, cannot be seen, or cannot be encoded, written as a `\\u` escape."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_escape, text)


def printable_json(data: bytes) -> bytes:
    """JSON in UTF-8 that says the same, with such characters in its texts as `\\u` escapes. C0 never stands in JSON as it is."""
    if data.isascii() and b"\x7f" not in data:
        return data
    text = data.decode("utf-8", "surrogateescape")
    return _NOT_IN_JSON.sub(_escape, text).encode("utf-8", "surrogateescape")


def _escape(match: re.Match[str]) -> str:
    """As JSON escapes it: a character beyond 16 bits as its two halves."""
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def single_line(text: str) -> str:
    """`text` printable and on one line: line breaks are escapes as well, so that no text can pass for a line of its own."""
    return printable(text).replace("\n", "\\n")


def one_line(text: str, width: int) -> str:
    """`text` as one printable line of at most `width` characters, cut with an ellipsis."""
    if len(text) <= width and text.isascii() and text.isprintable():
        return text
    line = printable(text.replace("\n", " ").replace("\t", " "))
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


def shortened(text: str, width: int) -> str:
    """`text` printable, and cut in the middle if it is longer than `width`, so that a sentence around a long name keeps its ends."""
    half = width // 2
    return printable(text if len(text) <= width else f"{text[:half]}…{text[-half:]}")


def file_name(path: str) -> str:
    """A path for display. A name may contain any bytes; one that is not UTF-8 is written as `\\xff`."""
    return single_line(_BYTE.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", path))


def plural(count: int, one: str, several: str = "") -> str:
    """`1 event`, `2 events`, `1,204 events`. `several` is the plural if it is not `one` with an s: `2 events are`."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {several or f'{one}s'}"


def most_first(counts: Mapping[Name, int]) -> list[tuple[Name, int]]:
    """Names and numbers, the largest number first; equal ones by the alphabet, whatever came first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def listed(texts: Sequence[str], most: int, *, complete: bool = True) -> str:
    """`a, b and 3 more`: the first of some texts. How many there are more is not known if they are not `complete`."""
    more = len(texts) - most
    rest = "" if more <= 0 else f" and {more:,} more" if complete else " and more"
    return ", ".join(texts[:most]) + rest


def letters(name: str) -> str:
    """A name without its case, spaces and punctuation: `API key`, `api_key` and `apiKey` are equal."""
    return _NOT_LETTERS.sub("", name).casefold()
