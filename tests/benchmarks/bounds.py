"""Peak memory and time of every command over inputs without an end to speak of: a gzip of zeros, one long line, a list that never ends."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import BenchError, Figure
from tests.benchmarks.workspace import Workspace, python

MOST_MB: Final = 300
MOST_SECONDS: Final = 30
_MB: Final = 1_000_000
_ITEM: Final = (
    b'{"type":"track","event":"Order Completed","userId":"u1","messageId":"m1","sentAt":"2025-01-01T00:00:00.000Z",'
    b'"originalTimestamp":"2025-01-01T00:00:00.000Z","properties":{"total":12.5,"note":"' + b"x" * 200 + b'"}}'
)
# A process starts with the peak of the one that started it; this launcher has next to nothing.
_LAUNCHER: Final = """
import os, sys
quiet = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (1, 2)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def zeros(path: Path, share: int) -> None:
    """1 GB of zeros in gzip."""
    with gzip.open(path, "wb", 1) as file:
        for _ in range(1024 // share):
            file.write(bytes(1 << 20))


def long_line(path: Path, share: int) -> None:
    """An event of 200 MB on one line, and one behind it."""
    with path.open("wb") as file:
        file.write(b'{"type":"track","event":"A","properties":{"x":"')
        for _ in range(200 // share):
            file.write(b"x" * _MB)
        file.write(b'"}}\n' + _ITEM + b"\n")


def long_value(path: Path, share: int) -> None:
    """An event of 65 MB, which is just not skipped."""
    with path.open("wb") as file:
        file.write(_ITEM[:-3])
        for _ in range(65 // share):
            file.write(b"x" * _MB)
        file.write(_ITEM[-3:] + b"\n")


def endless_list(path: Path, share: int) -> None:
    """100 MB of a list on one line that is never closed."""
    with path.open("wb") as file:
        file.write(b"[")
        for _ in range(100 * _MB // share // (len(_ITEM) + 1)):
            file.write(_ITEM + b",")
        file.write(_ITEM)


INPUTS: Final[dict[str, tuple[str, Callable[[Path, int], None]]]] = {
    "1 GB of zeros in gzip": ("zeros.gz", zeros),
    "a 200 MB line": ("line.json", long_line),
    "an event of 65 MB": ("value.json", long_value),
    "a 100 MB list never closed": ("list.json", endless_list),
}


def bounds(space: Workspace) -> list[Figure]:
    """Each command over each input; in a quick run the inputs are an eighth as large."""
    figures = []
    for words, (name, make) in INPUTS.items():
        path = space.folder / name
        make(path, 8 if space.quick else 1)
        for command, arguments in _commands(space, path).items():
            peak, taken = _run(space, arguments)
            figures += [
                _figure(f"peak of {command}, {words}", peak, "MB", MOST_MB),
                _figure(f"time of {command}, {words}", taken, "s", MOST_SECONDS),
            ]
        path.unlink()
    return figures


def _figure(name: str, value: float, unit: str, most: int) -> Figure:
    return Figure("bounds", name, value, unit, floor=f"at most {most} {unit}", holds=value <= most)


def _commands(space: Workspace, path: Path) -> dict[str, tuple[str, ...]]:
    config, events = str(space.config()), str(path)
    return {
        "map": (*space.abtui, "map", config, events),
        "check": (*space.abtui, "check", config, events),
        "diff": (*space.abtui, "diff", config, str(space.changed_config()), events),
        "send --dry-run": (*space.abtui, "send", "--dry-run", config, events),
    }


def _run(space: Workspace, command: tuple[str, ...]) -> tuple[float, float]:
    """Peak memory in MB and seconds of a command. Raises BenchError where a signal ended it or its launcher failed."""
    started = time.perf_counter()
    done = subprocess.run(
        python("-I", "-S", "-c", _LAUNCHER, *command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=space.environment(),
        cwd=space.folder,
        check=False,
    )
    taken = time.perf_counter() - started
    peak, code = map(int, done.stdout.split() or (0, -1))
    # 1: something could not be read; 2: there was no event at all.
    if code not in (0, 1, 2):
        raise BenchError(f"{' '.join(command)} ended with {code}: {done.stderr.decode(errors='replace').strip()}")
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024), taken
