"""A program in a terminal of its own: keys go in, and a model of its screen tells when something has been drawn.

Only changed cells are redrawn, so looking for a text in the stream of bytes would miss most changes; a model of the cells does not.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import math
import os
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.benchmarks.figures import BenchError

UP, DOWN, RIGHT, LEFT, END, BACKSPACE = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[F", "\x7f"

_TOKEN = re.compile(
    r"\x1b\[(?P<arguments>[<=>?]?[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"  # a control sequence
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"  # a string, such as a window title
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"  # a short escape
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
# Bytes are looked at only when the program has been silent this long, so that looking does not delay the time stamps.
_SILENCE = 0.004
_PATIENCE = 0.05
# No sequence a program draws with is this long: what follows such an escape is not one, and is passed over.
_LONGEST = 8192


class Screen:
    """The cells of a terminal, as far as full-screen programs need them: text, cursor moves, erasing. Colours are left out."""

    def __init__(self, rows: int, columns: int) -> None:
        self._rows, self._columns = rows, columns
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def text(self) -> str:
        """All rows, each ending in a newline."""
        return "".join("".join(row) + "\n" for row in self._cells)

    def feed(self, data: bytes) -> None:
        """Take in what the program wrote. A sequence cut at the end waits for its rest."""
        text = self._rest + self._decoder.decode(data)
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                if len(text) - at < _LONGEST:
                    break
                at += 1
                continue
            at = match.end()
            if match["text"]:
                self._write(match["text"])
            elif match["final"]:
                self._control(match["arguments"], match["between"], match["final"])
            elif match["control"]:
                self._move(match["control"])
        self._rest = text[at:]

    def _write(self, text: str) -> None:
        for character in text:
            width = (
                0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
            )
            if width and self._row < self._rows and self._column < self._columns:
                self._cells[self._row][self._column] = character
                if width == 2 and self._column + 1 < self._columns:
                    self._cells[self._row][self._column + 1] = ""
            self._column += width

    def _move(self, control: str) -> None:
        if control == "\r":
            self._column = 0
        elif control == "\n":
            self._row += 1
        elif control == "\b":
            self._column = max(0, self._column - 1)

    def _control(self, arguments: str, between: str, final: str) -> None:
        if between or arguments[:1] in {"<", "=", ">", "?"}:
            return
        values = [int(value) if value.isdecimal() else 0 for value in arguments.split(";")]
        first = max(1, values[0])
        if final in "Hf":
            self._row, self._column = first - 1, max(1, values[1] if len(values) > 1 else 1) - 1
        elif final in "AB":
            self._row = max(0, self._row + (first if final == "B" else -first))
        elif final in "CD":
            self._column = max(0, self._column + (first if final == "C" else -first))
        elif final == "G":
            self._column = first - 1
        elif final == "d":
            self._row = first - 1
        elif final == "J" and values[0] == 2:
            self._cells = [[" "] * self._columns for _ in range(self._rows)]
        elif final == "K" and self._row < self._rows:
            start, stop = {0: (self._column, self._columns), 1: (0, self._column + 1)}.get(
                values[0], (0, self._columns)
            )
            self._cells[self._row][start:stop] = [" "] * max(0, min(stop, self._columns) - start)


class Terminal:
    """A running program with its screen. Use it as a context manager: on leaving, the program is ended.

    `patience` is the longest that `first_seen` waits for anything, in seconds.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        rows: int,
        columns: int,
        environment: Mapping[str, str],
        cwd: Path,
        patience: float = math.inf,
    ) -> None:
        self._patience = patience
        self.screen = Screen(rows, columns)
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._pending: list[tuple[float, bytes]] = []
        self._ended = False
        self.mark = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), cwd=cwd, start_new_session=True
        )
        os.close(slave)

    @property
    def pid(self) -> int:
        """The process of the program."""
        return self._process.pid

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def press(self, key: str) -> None:
        """Send a key and set the mark from which `first_seen` counts."""
        self._take_in()
        self.mark = time.perf_counter()
        os.write(self._master, key.encode())

    def settle(self, quiet: float = 0.08, limit: float = 3.0) -> None:
        """Wait until the program has drawn nothing for `quiet` seconds, but no longer than `limit`."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end and self._read(quiet):
            self._take_in()

    def first_drawn(self, timeout: float = 5.0) -> float:
        """Seconds from the mark until the program drew anything. Raises BenchError where it does not."""
        if not self._pending and not self._read(timeout):
            raise BenchError(f"nothing was drawn within {timeout:g} s\n{self.screen.text}")
        return self._pending[0][0] - self.mark

    def last_drawn(self, quiet: float, limit: float = 120.0) -> float:
        """Seconds from the mark until the program drew for the last time before it was silent for `quiet` seconds."""
        last, end = time.perf_counter(), time.perf_counter() + limit
        while time.perf_counter() < end and self._read(quiet):
            last = self._pending[-1][0]
            self._take_in()
        return last - self.mark

    def first_seen(self, patterns: Mapping[str, re.Pattern[str]], timeout: float = 30.0) -> dict[str, float]:
        """Seconds from the mark until each pattern first stood on the screen, 0 if it stands there already. Raises BenchError where one never does."""
        standing = self.screen.text
        seen = {name: 0.0 for name, pattern in patterns.items() if pattern.search(standing)}
        timeout = min(timeout, self._patience)
        end = time.perf_counter() + timeout
        while len(seen) < len(patterns):
            now = time.perf_counter()
            if now > end or (self._ended and not self._pending):
                missing = ", ".join(name for name in patterns if name not in seen)
                raise BenchError(f"not on the screen after {timeout:g} s: {missing}\n{self.screen.text}")
            if self._read(_SILENCE) and now - self._pending[0][0] < _PATIENCE:
                continue
            for stamp, data in self._pending:
                self.screen.feed(data)
                text = self.screen.text
                for name, pattern in patterns.items():
                    if name not in seen and pattern.search(text):
                        seen[name] = stamp - self.mark
            self._pending.clear()
        return seen

    def _read(self, timeout: float) -> bool:
        """Read what there is within `timeout` seconds; False where there is nothing."""
        if self._ended or not select.select([self._master], [], [], timeout)[0]:
            if self._ended:
                time.sleep(timeout)
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # on Linux the end of the program is an input/output error
            data = b""
        if not data:
            self._ended = True
            return False
        self._pending.append((time.perf_counter(), data))
        return True

    def _take_in(self) -> None:
        for _, data in self._pending:
            self.screen.feed(data)
        self._pending.clear()
