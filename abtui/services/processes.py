"""Other processes: whether a recorded one is still running (its number alone may have been reused), and the end of this one's server."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final

SERVED: Final = "ABTUI_SERVED"
"""The environment variable that holds the number of the server's process in a workbench started by `abtui serve`."""
_STARTED_AT: Final = 19
"""The index of the start time in /proc/PID/stat, counted from the field after the name (proc(5), field 22)."""


def identity(process: int) -> str:
    """A text that distinguishes a process from all others that ever had its number; "" if the system does not provide one."""
    try:
        fields = _fields(process)
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text('ascii').strip()} {fields[_STARTED_AT]}"
    except (OSError, IndexError):
        return ""


def _fields(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()


def _is_dead(process: int) -> bool:
    """Whether a process has ended although its number is still in use: its parent has not collected it (Z), or it is exiting (X)."""
    try:
        return _fields(process)[0] in ("Z", "X", "x")
    except (OSError, IndexError):
        return False


def is_alive(process: int, known: str) -> bool:
    """Whether the process is running. `known` is its recorded identity, or ""."""
    if _is_dead(process):
        return False
    if known:
        return identity(process) == known
    if process == os.getpid():
        return True
    if sys.platform == "win32":
        # On Windows `os.kill` would end the process.
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def end_with_server(leave: Callable[[], object], *, seconds: float) -> None:
    """End this process when the server at the other end of its input and output is gone, however it ended.

    `leave` is then called in a thread, and should make the process end; after `seconds` it is ended by force.
    """
    descriptors = [sys.__stdin__, sys.__stdout__, sys.__stderr__]
    source, *outputs = (None if stream is None else stream.fileno() for stream in descriptors)
    if source is None or not hasattr(select, "poll"):
        return

    def watch() -> None:
        poll = select.poll()
        # With no events requested, poll only reports that no process holds the other end any more. It reads nothing.
        poll.register(source, 0)
        poll.poll()
        # Nobody reads what is written from here on, but writing it must not fail.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in outputs:
            if descriptor is not None:
                os.dup2(nowhere, descriptor)
        with suppress(RuntimeError):
            leave()
        time.sleep(seconds)
        os._exit(1)

    Thread(target=watch, name="abtui-server-watch", daemon=True).start()
