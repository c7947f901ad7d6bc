"""The terminal under the workbench: if it disappears or blocks, the workbench ends instead of hanging; odd input does not end it."""

from __future__ import annotations

import os
import select
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, Final

from textual.driver import Driver

from abtui.tui.kit.private import decode_leniently, wrap_output
from abtui.tui.skeleton import ENTER, SKELETON

_ONE_CELL: Final = {
    "+": "╭╮╰╯┌┐└┘●",
    "-": "─━╌◇—–",
    "|": "│▌",
    " ": "▁▂▃▄▅▆▇█▉▊▋▍▎▏▔",
    "x": "✗✕",
    "o": "○",
    "#": "■",
    "!": "▲",
    "=": "◐",
    "v": "✓",
    "*": "•",
    ">": "›→▶▸",
    "<": "←",
    "~": "…⋯",
    ".": "·",
    "^": "Δ",
    '"': "“”",
    "'": "‘’",
}
_PLAIN: Final = str.maketrans({sign: plain for plain, signs in _ONE_CELL.items() for sign in signs})
"""What Textual's widgets and texts of several lines draw, as one cell of ASCII; the kit's own widgets have their `Signs`."""
GONE: Final = 129
"""The exit code after the terminal disappeared, the same as after SIGHUP in a shell."""
_ENDING_SECONDS: Final = 5.0


class _Output:
    """A terminal's file. After the first failed write it calls `gone` once and drops all further output.

    Textual writes in a thread. That thread would end with the error, and code that adds to its queue would wait forever.
    """

    def __init__(self, file: IO[str], gone: Callable[[], None]) -> None:
        self._file = file
        self._gone: Callable[[], None] | None = gone

    def write(self, text: str) -> None:
        """Write a text, unless the terminal is gone."""
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        """Flush the file, unless the terminal is gone."""
        self._attempt(self._file.flush)

    def fileno(self) -> int:
        """The file's descriptor."""
        return self._file.fileno()

    def _attempt(self, write: Callable[[], object]) -> None:
        gone = self._gone
        if gone is not None:
            try:
                write()
            except OSError:
                self._gone = None
                self._drop_rest()
                gone()

    def _drop_rest(self) -> None:
        """Let what is still in the file's buffer go nowhere: to fail with it at the end would make Python exit with 120."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._file.fileno())
            os.close(nowhere)


def watched_driver(
    driver: type[Driver], gone: Callable[[], None], starting: Callable[[], None], *, framed: bool, plain: bool = False
) -> type[Driver]:
    """A driver class that calls `gone`, in any thread, when its terminal disappears, and `starting` before it changes the terminal.

    `framed` says that the frame is already painted; the driver then does not clear it by entering the alternate screen again.
    With `plain` no sign is written that the terminal may draw wrong.
    """
    decode_leniently(driver)

    class WatchedDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            wrap_output(self, partial(_Output, gone=gone))

        def write(self, data: str) -> None:
            if framed and data == ENTER and SKELETON.painted:
                SKELETON.painted = False
            else:
                super().write(data.translate(_PLAIN) if plain else data)

        def start_application_mode(self) -> None:
            starting()
            super().start_application_mode()

        def run_input_thread(self) -> None:
            threading.Thread(
                target=wait_for_hangup, args=(self.fileno, gone), name="abtui-terminal", daemon=True
            ).start()
            try:
                super().run_input_thread()
            except OSError:
                gone()

    return WatchedDriver


def wait_for_hangup(descriptor: int, gone: Callable[[], None]) -> None:
    """Wait until a terminal hangs up, and call `gone`. Without a signal, reading it gives nothing, at once, for ever."""
    # Other systems than Linux do not tell this of a terminal, or have no `poll`. One that has hung up is no `isatty` any more.
    if sys.platform == "linux" and stat.S_ISCHR(os.fstat(descriptor).st_mode):
        poll = select.poll()
        poll.register(descriptor, 0)
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
            gone()


def end_by_force(code: int) -> None:
    """Kill the process after a few seconds if it still runs: a screen blocked by a stuck terminal cannot end by itself."""
    timer = threading.Timer(_ENDING_SECONDS, os._exit, (code,))
    timer.daemon = True
    timer.start()
