"""The frame of the screen in raw escape codes, painted while the libraries that draw the real one are loading.

This module imports only what the interpreter loads anyway, and what imports nothing. The frame looks like that of `starting`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from abtui.core.text.ascii import needs_ascii

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
"""The codes that enter and leave the alternate screen."""
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"

SIZES = (("-large", 160, 45), ("-medium", 110, 30), ("-small", 76, 22))
"""The classes of the workbench by its size in cells: the first whose columns and rows it has; `-tiny` has neither."""
LISTS = {"-large": 62, "-medium": 48, "-small": 34}
"""The width of the list by the class of the size; in the smallest it has all columns."""
TABS = "1 Events  2 Goal  3 Config  4 Impact  5 Experiment  6 Live  7 Sent"
"""The screens in the header."""
SLIM_TABS = "1 Events  2 Goal 3 Config 4 Impact 5 Experiment 6 Live 7 Sent"
"""The same where there is little room."""
_FULL = 94
"""The columns from which a target has room beside the name and the screens."""


class Skeleton:
    """The frame painted on one terminal. `painted` is true until it is cleared, or taken over by the app. `size` is in cells."""

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self.painted = False
        self.size = (0, 0)

    def paint(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Paint the frame if the arguments `words` open the workbench on a terminal that understands the codes."""
        if not opens_workbench(words) or not self._understands(env):
            return
        try:
            columns, rows = os.get_terminal_size(self._descriptor)
        except OSError:
            return
        self.painted, self.size = True, (columns, rows)
        # Each row is positioned by itself: terminals treat a line break after the last column differently.
        lines = "".join(
            f"\x1b[{row};1H{line}" for row, line in enumerate(frame(columns, rows, ascii=needs_ascii(env)), 1) if line
        )
        self._write(f"{ENTER}{_HIDE_CURSOR}{_DIM}{lines}{_PLAIN}\x1b[H")

    def add(self, lines: Iterable[tuple[int, int, Iterable[tuple[str, bool, bool]]]]) -> None:
        """Paint lines into the frame: each has its row, its column, and its texts, which may be bold and soft."""
        painted = "".join(
            f"\x1b[{row + 1};{column + 1}H"
            + "".join(f"{_BOLD * bold}{_DIM * soft}{text}{_PLAIN}" for text, bold, soft in texts)
            for row, column, texts in lines
        )
        self._write(f"{painted}\x1b[H")

    def clear(self) -> None:
        """Restore the terminal, unless the app took it over."""
        if self.painted:
            self.painted = False
            self._write(f"{LEAVE}{_SHOW_CURSOR}")

    def _understands(self, env: Mapping[str, str]) -> bool:
        # A Windows console understands escape codes only after Textual has enabled them.
        if os.name != "posix" or env.get("TERM", "dumb") == "dumb" or "TEXTUAL_DRIVER" in env:
            return False
        encoding = getattr(sys.__stderr__, "encoding", "") or ""
        return os.isatty(0) and os.isatty(self._descriptor) and encoding.lower().replace("-", "") == "utf8"

    def _write(self, text: str) -> None:
        data = text.encode()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            self.painted = False


SKELETON = Skeleton()
"""The frame of this process, on standard error, where Textual draws too."""


def opens_workbench(words: Sequence[str]) -> bool:
    """Whether the arguments certainly open the workbench: there are none, or all are files. A bare word may be a command."""
    if not words:
        return True
    return ("." in words[0] or "/" in words[0]) and all(word[:1] != "-" and os.path.exists(word) for word in words)


def size_class(columns: int, rows: int) -> str:
    """The class of a size in cells."""
    return next((name for name, width, height in SIZES if columns >= width and rows >= height), "-tiny")


def frame(columns: int, rows: int, *, ascii: bool = False) -> list[str]:
    """The rows of the screen that have text: the header, the sentence, and the title of the list.

    They stand where those of the workbench will. The surfaces have no colour yet, as the theme is not known before it is loaded.
    """
    name = size_class(columns, rows)
    sign = "+=o" if ascii else "●━○"
    header = f" {sign} abtui    {TABS}" if columns >= _FULL else f" {sign}   {SLIM_TABS}"
    if name == "-tiny":
        lines = [" Starting…", ""]
    elif name == "-small":
        lines = [header, " Starting…", "", "   Events"]
    else:
        lines = [header, "", "  Starting…", "", "", "    Events"]
    return [(line.replace("…", "...") if ascii else line)[:columns] for line in lines][:rows]
