"""Standard input as a file of events, while the keyboard is read from the terminal."""

from __future__ import annotations

import os
import sys
from typing import Final

from abtui.services.errors import FileError

_TERMINAL: Final = "/dev/tty"


def keep_for_events() -> None:
    """Let `sys.stdin` read what is piped in, and make the terminal the process's standard input, from which keys are read.

    Raises FileError if nothing is piped in, or if there is no terminal.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise FileError("Nothing is piped into standard input, so there is nothing to read at `-`.")
    try:
        piped = sys.stdin.fileno()
        terminal = os.open(_TERMINAL, os.O_RDWR)
    except OSError as error:
        raise FileError(
            "Events can come from standard input only where there is a terminal for the keyboard.",
            "Write them to a file first.",
        ) from error
    sys.stdin = os.fdopen(os.dup(piped), encoding="utf-8")
    os.dup2(terminal, piped)
    os.close(terminal)
