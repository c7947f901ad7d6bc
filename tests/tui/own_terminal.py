"""The program in a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from abtui.services.own_files import HOME_VARIABLE
from tests.kit import PATIENCE

ROOT = Path(__file__).parents[2]
LEFT = b"\x1b[?1049l"
"""What gives the terminal back."""


class OwnTerminal:
    """A process, its terminal's name, and our end of the terminal."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, ours: int) -> None:
        self.process, self.name, self.ours = process, name, ours
        self.written = bytearray()

    def until(self, *wanted: bytes) -> bytes:
        """Read until the program wrote one of these, or with b"" until it ended; all it wrote."""
        while not any(each and each in self.written for each in wanted):
            if not select.select([self.ours], [], [], PATIENCE)[0]:
                pytest.fail(f"not written: {wanted!r}")
            try:
                data = os.read(self.ours, 65536)
            except OSError:
                break
            if not data:
                break
            self.written.extend(data)
        return bytes(self.written)

    def type(self, data: bytes) -> None:
        """Send bytes as a keyboard would."""
        os.write(self.ours, data)


@contextmanager
def in_terminal(
    *words: str, stdin: int | None = None, size: tuple[int, int] = (80, 24), **env: str
) -> Iterator[OwnTerminal]:
    """Run the program with these words. `stdin` is what standard input is, if not that terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    kept = {name: os.environ[name] for name in ("PATH", HOME_VARIABLE)}
    own = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "abtui", *words],
        stdin=theirs if stdin is None else stdin,
        stdout=theirs,
        stderr=theirs,
        env=kept | own | env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),
    )
    name = os.ttyname(theirs)
    os.close(theirs)
    try:
        yield OwnTerminal(process, name, ours)
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):
            os.close(ours)
