"""What the parts of a benchmark share: a folder for generated files, the command under test, and its environment."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.figures import BenchError
from tests.generate import actions_config_text, config_text, event_of_size, write_events

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_ENVIRONMENT_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class Workspace(NamedTuple):
    """`folder` holds everything generated, `abtui` is the command under test, `quick` asks for fewer rounds.

    `toolong` is the command of another viewer, and `node` that of the published function, if they are there to be measured as well. `brief` asks for the least that shows
    that a part still measures something: one round, few events, and little patience.
    """

    folder: Path
    abtui: tuple[str, ...]
    quick: bool = False
    toolong: tuple[str, ...] = ()
    node: tuple[str, ...] = ()
    brief: bool = False

    def config(self) -> Path:
        """The config of the generated events."""
        path = self.folder / "config.yaml"
        if not path.exists():
            path.write_text(config_text(), encoding="utf-8")
        return path

    def actions_config(self, mappings: int = 0) -> Path:
        """A config of Actions for the same events, with the presets or so many mappings."""
        path = self.folder / f"actions-{mappings}.yaml"
        if not path.exists():
            path.write_text(actions_config_text(mappings), encoding="utf-8")
        return path

    def changed_config(self) -> Path:
        """The same config with a goal renamed, a unit mapping turned round, and page tracking off."""
        path = self.folder / "changed.yaml"
        text = config_text().replace("Order Completed: purchase", "Order Completed: order")
        text = text.replace("userId: user_id", "user_id: userId")
        path.write_text(text.replace("enablePageViewTracking: true", "enablePageViewTracking: false"), encoding="utf-8")
        return path

    def corpus(self, count: int) -> Path:
        """A file of generated events as JSON Lines, made once."""
        path = self.folder / f"events-{count}.jsonl"
        if not path.exists():
            write_events(path, count)
        return path

    def event(self, size: int) -> Path:
        """A file of one pretty-printed event of `size` bytes."""
        path = self.folder / f"event-{size}.json"
        path.write_bytes(event_of_size(size))
        return path

    def rounds(self, many: int) -> int:
        """`many`, or a third of it where it should be quick."""
        if self.brief:
            return 1
        return max(3, many // 3) if self.quick else many

    def environment(self) -> dict[str, str]:
        """The environment of a measured program: a true-colour terminal, and nothing of the person measuring or of another run.

        What one run leaves behind, such as a draft, the next would ask about.
        """
        kept = {name: os.environ[name] for name in _ENVIRONMENT_KEPT if name in os.environ}
        home = tempfile.mkdtemp(prefix="home-", dir=self.folder)
        state = {f"XDG_{kind}_HOME": f"{home}/{kind.lower()}" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
        return (
            kept
            | state
            | {
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "ABTUI_HOME": f"{home}/abtui",
                "PYTHONPATH": str(REPOSITORY),
                "ABSMARTLY_API_KEY": "bench-key-not-real",
            }
        )


def python(*arguments: str) -> tuple[str, ...]:
    """A command run by the interpreter that runs the benchmark."""
    return (sys.executable, *arguments)


def seconds(space: Workspace, command: Sequence[str]) -> float:
    """Wall-clock seconds of a whole process. Raises BenchError where it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=space.environment(),
        cwd=space.folder,
        check=False,
    )
    taken = time.perf_counter() - started
    check(command, done.returncode, done.stderr)
    return taken


def check(command: Sequence[str], status: int, stderr: bytes) -> None:
    """Raise BenchError with the last line a process wrote to its standard error, if it failed."""
    if status != 0:
        lines = stderr.decode("utf-8", "replace").strip().splitlines()
        raise BenchError(f"`{' '.join(command[-4:])}` exited with {status}: {lines[-1] if lines else 'no message'}")


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and so every process it starts, on one core, where the system can."""
    if sys.platform != "linux":
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
