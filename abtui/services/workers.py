"""Worker processes: each does one task after the other, and whoever gives them out sees when one of them dies.

Nothing outlives this process: workers end with it, even if it is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Final, Literal, NamedTuple, Self

from abtui.services.errors import ServiceError

Send = Callable[[Any], None]
Do = Callable[[Any, Send], Any]
"""Does a task, may send something on the way, and returns the result."""
Make = Callable[[], Do]
"""Makes what does the tasks of a process. It is sent to each process, so it must be picklable."""

_NO_START: Final = "A worker process ended as it started"


class Message(NamedTuple):
    """What a worker says about its task: something on the way, the result, or that it died and how."""

    task: Any
    kind: Literal["sent", "done", "died"]
    value: Any


class _Worker:
    """One process, our end of its pipe, and its task."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process, self.pipe = process, pipe
        self.task: Any = None
        self.is_ready = False


class Workers:
    """As many worker processes as were asked for, each of which has at most one task. As a context manager it ends them."""

    def __init__(self, count: int, make: Make) -> None:
        self.count, self._make = count, make
        self._workers: list[_Worker] = []
        # Fresh processes: a fork would copy what other threads of this process were in the middle of.
        self._context = multiprocessing.get_context("spawn")

    def __enter__(self) -> Self:
        try:
            while len(self._workers) < self.count:
                self._start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """End all processes at once."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    @property
    def is_idle(self) -> bool:
        """Whether a worker has no task."""
        return any(worker.task is None for worker in self._workers)

    def give(self, task: Any, value: Any) -> None:
        """Give a task to an idle worker, as the `value` that is sent to it."""
        worker = next(worker for worker in self._workers if worker.task is None)
        worker.task = task
        # Its death is told where it is waited for.
        with suppress(OSError):
            worker.pipe.send(value)

    def messages(self, held: Container[Any] = ()) -> Iterator[Message]:
        """Wait for workers to say something. Those with a task of `held` are not heard: sooner or later they wait.

        Raises ServiceError if workers cannot be started, and what a task raised.
        """
        pipes = {worker.pipe: worker for worker in self._workers if worker.task is not None and worker.task not in held}
        for pipe in wait(list(pipes)):
            worker = pipes[pipe]  # type: ignore[index]
            try:
                kind, value = worker.pipe.recv()
            except (EOFError, OSError):
                yield self._replaced(worker)
                continue
            if kind == "failed":
                error, trace = value
                if isinstance(error, ServiceError):
                    raise error
                error.__cause__ = _Traceback(trace)
                raise error
            if kind == "ready":
                worker.is_ready = True
                continue
            task = worker.task
            if kind == "done":
                worker.task = None
            yield Message(task, kind, value)

    def merge(self, fold: Any, counted: Any) -> None:
        """Add what was counted of a piece."""
        fold.merge(counted)

    def finish(self, fold: Any) -> None:
        """Nothing waits to be added."""

    def _replaced(self, worker: _Worker) -> Message:
        worker.process.join()
        worker.pipe.close()
        how = _how(worker.process.exitcode)
        if not worker.is_ready:
            raise ServiceError(f"{_NO_START}: it {how}.", "Is there enough memory? Try --jobs 1.")
        self._workers.remove(worker)
        self._start()
        return Message(worker.task, "died", how)

    def _start(self) -> None:
        """Start one more process."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._make), daemon=True)
        try:
            # An interrupt comes when the process is among those that are ended.
            with interrupts_held():
                process.start()
                self._workers.append(_Worker(process, ours))
        except OSError as error:
            ours.close()
            raise ServiceError(f"A worker process cannot be started: {error.strerror}.", "Try --jobs 1.") from error
        finally:
            # Without our copy of its end, the pipe is closed when the process ends.
            theirs.close()


class _Traceback(Exception):
    """The traceback of an exception in another process, shown as its cause."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return f"\n{self.text}"


def _how(exit_code: int | None) -> str:
    """The words for how a process ended."""
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Delays Ctrl-C until the end of the block, and holds it back for good in the processes that are started in it.

    A terminal sends it to all of them, but they are ended by this one.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Imported here, as the only part that Windows has not. Started within the block, the tracker would release a held signal.
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, make: Make) -> None:
    """What a worker process does until its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        do = make()
        pipe.send(("ready", None))
        while True:
            value = pipe.recv()
            pipe.send(("done", do(value, lambda sent: pipe.send(("sent", sent)))))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # Nobody is there any more.
        sys.exit()
    except Exception as error:
        with suppress(OSError):
            pipe.send(("failed", (error, traceback.format_exc())))


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, whatever it is doing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
