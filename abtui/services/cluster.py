"""The engine on a Dask cluster: each piece is a task, what was counted stays with the workers, and is merged there.

Dask does the task of a worker that is lost again, on another one. Its libraries are loaded when a cluster is asked for.
"""

from __future__ import annotations

import logging
import pickle
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache
from importlib import import_module, metadata
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from abtui import __version__
from abtui.services.errands import unpacked
from abtui.services.errors import ServiceError
from abtui.services.folding import Tell
from abtui.services.pieces import Errand, Piece, PieceResult, fold_piece, processors
from abtui.services.workers import Message, interrupts_held

Future = Any
"""Dask's promise of a value that is with its workers."""
_MERGED: Final = 8
"""How many counts are merged into one by a task."""
_BEGUN: Final = 3
"""Tasks for each thread of the cluster that are given at a time, so that none waits for the next."""
_CONNECT_SECONDS: Final = 20
_SAME: Final = ("dask", "distributed", "msgspec", "orjson")
"""The libraries of which client and workers must have the same version, as values travel in their form."""
Counted = tuple[Any, PieceResult | None]
"""What a task has counted, and what is told of its piece."""


class Cluster:
    """Workers of a Dask cluster, local ones without an address. It is used as `workers.Workers` are."""

    def __init__(self, errand: bytes, address: str | None, tell: Tell) -> None:
        self._errand, self._address, self._tell = errand, address, tell
        self._running: dict[Future, tuple[Any, Future]] = {}
        """By the future of what is told of a piece: its task, and the future of all that came of it."""
        self._ended: SimpleQueue[Future] = SimpleQueue()
        self._levels: list[list[Future]] = []
        """What is still to be merged: on each level fewer than `_MERGED` counts, each of which is made of that many of the level before."""
        self._local: Any = None
        self._client: Any = None
        self.count = 0

    @property
    def name(self) -> str:
        """The words for the cluster."""
        return "the local Dask cluster" if self._address is None else f"the Dask cluster at {self._address}"

    def __enter__(self) -> Self:
        try:
            dask: Any = import_module("distributed")
        except ImportError as error:
            raise ServiceError("Dask is not installed.", "Install it: pip install 'abtui[scale]'.") from error
        # What goes wrong is told below, in one sentence.
        for logger in ("distributed", "distributed.nanny", "distributed.scheduler", "distributed.worker", "tornado"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        try:
            if self._address is None:
                with interrupts_held():
                    self._local = dask.LocalCluster(
                        n_workers=processors(), threads_per_worker=1, dashboard_address=None, host="127.0.0.1", protocol="tls", security=dask.Security.temporary(), silence_logs=logging.CRITICAL,
                    )  # fmt: skip
            self._client = dask.Client(self._local or self._address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            self.end()
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise ServiceError(f"{self.name[:1].upper()}{self.name[1:]} cannot be used: {reason}.", "Check that its scheduler runs there.") from error  # fmt: skip
        try:
            self._check_versions()
            self._check_keys()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Leave the cluster, and end a local one."""
        if self._client is not None:
            self._client.close()
        if self._local is not None:
            self._local.close()

    def _check_versions(self) -> None:
        """Raises ServiceError if there is no worker, or if one has other versions than this process."""
        threads = self._client.nthreads()
        if not threads:
            raise ServiceError(f"There is no worker in {self.name}.", "Start workers, and try again.")
        self.count = _BEGUN * sum(threads.values())
        try:
            found = self._client.run(versions)
        except ImportError as error:
            raise ServiceError(f"A worker of {self.name} has no abtui, or lacks what it needs.", f"Install abtui {__version__} on all of them.") from error  # fmt: skip
        check_versions(versions(), found)

    def _check_keys(self) -> None:
        """Tell if events cannot be searched for the config's API key."""
        if any(self._client.run(has_sealed_key, self._errand).values()):
            self._tell(
                "Workers do not have the config's API key, so events that contain it are not found (EVENT-KEY).",
                "The key does not travel: set its variable in the environment of the workers.",
            )

    @property
    def is_idle(self) -> bool:
        """Whether another task can be given."""
        return len(self._running) < self.count

    def give(self, task: Any, value: Piece) -> None:
        """Give a task, which is to read a piece."""
        whole = self._client.submit(counted, self._errand, value, pure=False)
        told = self._client.submit(told_of, whole, pure=False)
        self._running[told] = task, whole
        told.add_done_callback(self._ended.put)

    def messages(self, _held: Container[Any] = ()) -> Iterator[Message]:
        """Wait for a task to end. Raises ServiceError if the cluster is lost, and what a task raised."""
        told = self._ended.get()
        task, whole = self._running.pop(told)
        if told.status == "finished":
            result: PieceResult = told.result()
            yield Message(task, "sent", task.piece.bytes_on_disk)
            yield Message(task, "done", msgspec.structs.replace(result, fold=whole))
            return
        error = told.exception() if told.status == "error" else None
        if error is not None and type(error).__name__ == "KilledWorker":
            yield Message(task, "died", "was lost with its worker, again and again")
        elif error is not None:
            raise error
        else:
            raise ServiceError(
                f"The connection to {self.name} was lost.", "Check that its scheduler runs, and try again."
            )

    def merge(self, _fold: Any, counted: Future) -> None:
        """Have the workers add what came of a piece to what came of others."""
        for level in self._levels:
            level.append(counted)
            if len(level) < _MERGED:
                return
            counted = self._client.submit(merged, *level, pure=False)
            level.clear()
        self._levels.append([counted])

    def finish(self, fold: Any) -> None:
        """Add all of it to `fold`."""
        rest = [counted for level in self._levels for counted in level]
        self._levels = []
        if rest:
            fold.merge(self._client.submit(merged, *rest, pure=False).result()[0])


def versions() -> dict[str, str]:
    """The versions that must be the same in all processes."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"abtui": __version__, "Python": python, **{name: metadata.version(name) for name in _SAME}}


def check_versions(ours: Mapping[str, str], found: Mapping[str, Mapping[str, str]]) -> None:
    """Raises ServiceError if a worker has another version than this process. `found` are those of the workers by their addresses."""
    for worker, theirs in sorted(found.items()):
        for name, version in ours.items():
            if theirs.get(name) != version:
                raise ServiceError(
                    f"The worker {worker} has {name} {theirs.get(name)}, and this process has {version}.",
                    "Install the same versions on both.",
                )


def has_sealed_key(errand: bytes) -> bool:
    """Whether this process lacks a key of the configs of an errand."""
    given: Errand = unpacked(errand)
    return any(key.is_sealed for config in given.configs for key in config.secrets)


@lru_cache(maxsize=1)
def _worker(errand: bytes) -> Callable[[Piece], PieceResult]:
    """What does the pieces of an errand. It is made once in each process."""
    given: Errand = unpacked(errand)
    work = given.begin()
    return lambda piece: fold_piece(work, piece, _nowhere)


def counted(errand: bytes, piece: Piece) -> Counted:
    """What came of a piece."""
    result = _worker(errand)(piece)
    return result.fold, msgspec.structs.replace(result, fold=None)


def told_of(whole: Counted) -> PieceResult | None:
    """What is told of a piece, without what was counted, which stays where it is."""
    return whole[1]


def merged(first: Counted, *others: Counted) -> Counted:
    """What several tasks counted, as one."""
    total = _copied(first[0])
    for other in others:
        total.merge(_copied(other[0]))
    return total, None


def _copied(fold: Any) -> Any:
    """A copy of what was counted: Dask may do a task again with the same values, which a merge may change."""
    return pickle.loads(pickle.dumps(fold, protocol=pickle.HIGHEST_PROTOCOL))  # noqa: S301 - made in the same line


def _nowhere(_line: bytes) -> None:
    """Where a task writes: what it counted is all that is wanted of it."""
