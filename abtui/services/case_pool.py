"""Case files spread over processes, for many or large ones."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.resource_tracker import ensure_running

from abtui.core.corpus.cases import FileRun
from abtui.services.case_runs import FileRunner
from abtui.services.errors import ServiceError

MakeRunner = Callable[[], FileRunner]
"""Makes what runs a file. It is called once in each process, so it must be a function of a module, or a partial of one."""

WORTH_BYTES = 1_000_000
"""Case files of fewer bytes in all are run sooner here than processes are started."""

_runner: FileRunner | None = None


def jobs_for(paths: Sequence[str], jobs: int | None) -> int:
    """How many processes it pays to use; 1 is this one alone. `jobs` is what the user asked for."""
    most = min(len(paths), jobs if jobs is not None else _processors())
    if most < 2 or (jobs is None and sum(map(_size, paths)) < WORTH_BYTES):
        return 1
    return most


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0


def run_files(paths: Sequence[str], make: MakeRunner, jobs: int) -> Iterator[FileRun]:
    """The run of each file, in order, with `jobs` processes. Raises ServiceError where one of them dies."""
    if jobs == 1:
        runner = make()
        for path in paths:
            yield runner.run(path)
        return
    executor: ProcessPoolExecutor | None = None
    try:
        with _held_interrupt():
            # Fresh processes: a copy of this one would copy what its threads were in the middle of.
            executor = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start, (make,))
            futures = [executor.submit(_run, path) for path in paths]
        for future in futures:
            yield future.result()
    except BrokenProcessPool as error:
        message = "A process that ran cases ended before it was done."
        raise ServiceError(message, "Was there enough memory? Try --jobs 1.") from error
    finally:
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()


@contextmanager
def _held_interrupt() -> Iterator[None]:
    """Ctrl-C is heard at the end of it, here and in the processes started within, which it reaches, too: until they
    have started they could not end quietly."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Where it starts later, within, it lets go of a signal that is held.
    ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(make: MakeRunner) -> None:
    global _runner
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _runner = make()


def _run(path: str) -> FileRun:
    if _runner is None:
        raise RuntimeError("the process was not started with a runner")
    return _runner.run(path)
