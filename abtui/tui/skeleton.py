"""The frame of the screen in raw escape codes, painted while the libraries that draw the real one are loading.

This module imports only what the interpreter loads anyway. The frame looks like that of `screens.starting`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
"""The codes that enter and leave the alternate screen."""
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"

NARROW = 110
"""The number of columns below which only one pane is shown at a time."""
WIDE = 180
"""The number of columns from which the list shows each event's source, and the config pane is beside the event pane."""
_EVENTS_MOST = 100
_RESULT_TO_EVENT = 1.25


class Skeleton:
    """The frame painted on one terminal. `painted` is true until it is cleared, or taken over by the app."""

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self.painted = False

    def paint(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Paint the frame if the arguments `words` open the workbench on a terminal that understands the codes."""
        if not opens_workbench(words) or not self._understands(env):
            return
        try:
            columns, rows = os.get_terminal_size(self._descriptor)
        except OSError:
            return
        self.painted = True
        # Each row is positioned by itself: terminals treat a line break after the last column differently.
        lines = "".join(f"\x1b[{row};1H{line}" for row, line in enumerate(frame(columns, rows), 1))
        self._write(f"{ENTER}{_HIDE_CURSOR}{_DIM}{lines}{_PLAIN}\x1b[H")

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


def frame(columns: int, rows: int) -> list[str]:
    """The rows of the screen, each at most `columns` wide."""
    lines = [" abtui  starting…"[:columns], ""][:rows]
    height = rows - len(lines)
    if height < 2:
        return lines
    panes = [_pane(name, width, height) for name, width in _panes(columns)]
    return lines + ["".join(parts) for parts in zip(*panes, strict=True)]


def _panes(columns: int) -> list[tuple[str, int]]:
    if columns < NARROW:
        return [("Events", columns)]
    share, least = (0.38, 76) if columns >= WIDE else (0.24, 38)
    events = min(max(int(columns * share), least), _EVENTS_MOST)
    event = int((columns - events) / (1 + _RESULT_TO_EVENT))
    return [("Events", events), ("Event", event), ("Result", columns - events - event)]


def _pane(name: str, width: int, height: int) -> list[str]:
    title = f" {name} "
    top = f"╭─{title}{'─' * (width - 3 - len(title))}╮"
    return [top, *[f"│{' ' * (width - 2)}│"] * (height - 2), f"╰{'─' * (width - 2)}╯"]
