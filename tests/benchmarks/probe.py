"""Runs abtui with a heartbeat in its event loop: `python -m tests.benchmarks.probe LOG ARGUMENTS...`.

The loop is asked to call back every two milliseconds. How late it does is how long whatever else runs in it (a key, a frame, a
message) kept everything waiting. Each delay goes to LOG, as the time it ended (`time.perf_counter`), its seconds, and the
seconds of CPU the process used in it: where those are far fewer, the machine was busy with something else.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TextIO

_BEAT = 0.002
_TOLD = 0.004


def beat(loop: asyncio.AbstractEventLoop, log: TextIO, due: float, used: float) -> None:
    """Write how late this comes, and come again."""
    now = time.perf_counter()
    if now - due > _TOLD:
        log.write(f"{now:.6f} {now - due:.6f} {time.process_time() - used:.6f}\n")
        log.flush()
    schedule(loop, log)


def schedule(loop: asyncio.AbstractEventLoop, log: TextIO) -> None:
    """Ask for the next beat."""
    loop.call_later(_BEAT, beat, loop, log, time.perf_counter() + _BEAT, time.process_time())


def main() -> None:
    """Run the command line of abtui, its event loop with a heartbeat."""
    log = open(sys.argv[1], "w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
    run_forever = asyncio.BaseEventLoop.run_forever

    def with_heartbeat(loop: asyncio.BaseEventLoop) -> None:
        schedule(loop, log)
        run_forever(loop)

    asyncio.BaseEventLoop.run_forever = with_heartbeat  # type: ignore[method-assign]
    from abtui.__main__ import main as abtui

    sys.argv = ["abtui", *sys.argv[2:]]
    abtui()


if __name__ == "__main__":
    main()
