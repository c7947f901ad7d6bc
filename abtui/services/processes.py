"""Other processes: whether one that was written down is still there, as its number alone is given to others after it, and
the end of the one that serves this one.
"""

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
"""The variable that has the number of the server's process in a workbench that `abtui serve` started."""
_STARTED_AT: Final = 19
"""Where /proc/PID/stat has the start, counted behind the name (proc(5), field 22)."""


def identity(process: int) -> str:
    """What tells a process from every other that ever had its number, where the system says so; else ""."""
    try:
        fields = _fields(process)
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text('ascii').strip()} {fields[_STARTED_AT]}"
    except (OSError, IndexError):
        return ""


def _fields(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()


def _is_dead(process: int) -> bool:
    """Whether a process that still has its number has ended: only its parent has not asked how (Z), or it is going (X)."""
    try:
        return _fields(process)[0] in ("Z", "X", "x")
    except (OSError, IndexError):
        return False


def is_alive(process: int, known: str) -> bool:
    """Whether the process runs. `known` is its identity as it was written down, "" where there was none."""
    if _is_dead(process):
        return False
    if known:
        return identity(process) == known
    if os.name != "posix" or process == os.getpid():
        # Elsewhere this would not ask for a process but end it.
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def end_with_server(leave: Callable[[], object], *, seconds: float) -> None:
    """End this process when the server that reads its output and writes its input is gone, however it went.

    `leave` is called in a thread then, and is to make the process end; after `seconds` it is ended by force.
    """
    descriptors = [sys.__stdin__, sys.__stdout__, sys.__stderr__]
    source, *outputs = (None if stream is None else stream.fileno() for stream in descriptors)
    if source is None or not hasattr(select, "poll"):
        return

    def watch() -> None:
        poll = select.poll()
        # Asked for nothing, it tells only that no process holds the other end any more. What is read here is not taken away.
        poll.register(source, 0)
        poll.poll()
        # What is written on the way out, nobody reads; it must not fail.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in outputs:
            if descriptor is not None:
                os.dup2(nowhere, descriptor)
        with suppress(RuntimeError):
            leave()
        time.sleep(seconds)
        os._exit(1)

    Thread(target=watch, name="abtui-server-watch", daemon=True).start()
