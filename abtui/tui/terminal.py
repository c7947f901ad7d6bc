"""The terminal the workbench is drawn on: one that goes away, or takes no more, ends the workbench instead of holding it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import IO, Final

from textual.driver import Driver

from abtui.tui.skeleton import ENTER, SKELETON

GONE: Final = 129
"""The exit code where the terminal went away, as a shell tells of SIGHUP."""
_ENDING_SECONDS: Final = 5.0


class _Output:
    """A terminal's file. Once it cannot be written any more, that is told once and everything further is dropped.

    Textual writes in a thread. That would end with the error, and whoever puts more into its queue would wait for ever.
    """

    def __init__(self, file: IO[str], gone: Callable[[], None]) -> None:
        self._file = file
        self._gone: Callable[[], None] | None = gone

    def write(self, text: str) -> None:
        """Write, if there is still something to write to."""
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        """Flush, if there is still something to flush to."""
        self._attempt(self._file.flush)

    def fileno(self) -> int:
        """The file's number."""
        return self._file.fileno()

    def _attempt(self, write: Callable[[], object]) -> None:
        gone = self._gone
        if gone is not None:
            try:
                write()
            except OSError:
                self._gone = None
                gone()


def lasting(driver: type[Driver], gone: Callable[[], None], *, framed: bool) -> type[Driver]:
    """The driver that calls `gone`, in some thread, when its terminal went away.

    `framed`: the frame stands on the terminal already, so that it is not cleared by going to the alternate screen again.
    """

    class Lasting(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            file = getattr(self, "_file", None)
            if file is not None:
                self._file = _Output(file, gone)

        def write(self, data: str) -> None:
            if framed and data == ENTER and SKELETON.painted:
                SKELETON.painted = False
            else:
                super().write(data)

        def run_input_thread(self) -> None:
            try:
                super().run_input_thread()
            except OSError:
                gone()

    return Lasting


def end_by_force(code: int) -> None:
    """End the process in a moment, if it is still there: a screen that waits for a terminal which takes nothing cannot end itself."""
    timer = threading.Timer(_ENDING_SECONDS, os._exit, (code,))
    timer.daemon = True
    timer.start()
