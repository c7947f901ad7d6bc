"""Whether a process that was written down is still there: its number alone is given to others after it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_STARTED_AT: Final = 19
"""Where /proc/PID/stat has the start, counted behind the name (proc(5), field 22)."""


def identity(process: int) -> str:
    """What tells a process from every other that ever had its number, where the system says so; else ""."""
    try:
        start = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[_STARTED_AT]
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text('ascii').strip()} {start}"
    except (OSError, IndexError):
        return ""


def is_alive(process: int, known: str) -> bool:
    """Whether the process runs. `known` is its identity as it was written down, "" where there was none."""
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
