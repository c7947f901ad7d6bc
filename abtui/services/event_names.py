"""Which files of a folder are events, by their names, and what is said of the others."""

from __future__ import annotations

import re
from bisect import insort

from abtui.core.text.plain import file_name

SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv", ".har", ".txt", ".log", ".js", ".gz")
"""The files of a folder that are read: events, lines of code, recordings, and Segment's archives. A file given by itself may have any name."""
_ROTATED = re.compile(r"[.-]\d[\d_-]*\Z")
"""What a rotated file has behind its name: `orders.jsonl.1`, `app.log-20260131`."""
_PART = re.compile(r"part-[^.]*\Z")
"""A part of the output of a cluster, which has no suffix."""
READ_IN_FOLDER = f"In a folder, files ending in {', '.join(SUFFIXES)}, rotated ones (.jsonl.1) and part-* are read"
_NOT_GZ = (".tar.gz",)
_NAMED = 3
"""How many files that were left out are named."""


def is_events(name: str) -> bool:
    """Whether a file of a folder, or an object below a prefix, is read, judged by its name."""
    lower = name.lower()
    if lower.startswith(".") or lower.endswith(_NOT_GZ):
        return False
    return lower.endswith(SUFFIXES) or _ROTATED.sub("", lower).endswith(SUFFIXES) or _PART.match(lower) is not None


class LeftOut:
    """The files of folders that are not read because of their names. Hidden files are not counted."""

    def __init__(self) -> None:
        self.count = 0
        self.names: list[str] = []
        """The first names, in order."""

    def add(self, name: str) -> None:
        """Count one more file."""
        self.count += 1
        insort(self.names, name)
        del self.names[_NAMED:]

    @property
    def message(self) -> str:
        """How many there are, and the first names; "" if there are none."""
        if not self.count:
            return ""
        more = f" and {self.count - len(self.names):,} more" if self.count > len(self.names) else ""
        files = "1 file of a folder was" if self.count == 1 else f"{self.count:,} files of folders were"
        return f"{files} left out: {', '.join(map(file_name, self.names))}{more}."

    @property
    def hint(self) -> str:
        """How to have them read."""
        return f"{READ_IN_FOLDER}; name any other file itself."
