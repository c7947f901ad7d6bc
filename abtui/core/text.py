"""Text that is safe to show: no terminal control sequences, no lone surrogates."""

from __future__ import annotations

import re

# C0 without tab and newline, DEL, C1, lone surrogates, and the bidirectional controls that can reorder a line.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# What a byte of a file's name that is no UTF-8 is to Python.
_BYTE = re.compile("[\udc80-\udcff]")


def printable(text: str) -> str:
    """`text` with every character that could steer a terminal, or cannot be encoded, written as a `\\u` escape."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def single_line(text: str) -> str:
    """`text` printable and on one line: line breaks are escapes as well, so that no text can pass for a line of its own."""
    return printable(text).replace("\n", "\\n")


def one_line(text: str, width: int) -> str:
    """`text` as one printable line of at most `width` characters, cut with an ellipsis."""
    line = printable(text.replace("\n", " ").replace("\t", " "))
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


def file_name(path: str) -> str:
    """A path as it is shown: a name may be any bytes, and one that is no character (half a one to Python) is written as `\\xff`."""
    return single_line(_BYTE.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", path))


def plural(count: int, noun: str) -> str:
    """`1 event`, `2 events`, `1,204 events`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
