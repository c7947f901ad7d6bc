"""Reads the input piece by piece, in this process or in several, and gives what came of it in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from abtui.core.corpus.unread import Unread
from abtui.core.events import Between, Stretch
from abtui.services.errands import unpacked, with_keys
from abtui.services.files import Source
from abtui.services.pieces import Errand, Piece, PieceResult, Problem, fold_piece, pieces_of
from abtui.services.spool import Spool
from abtui.services.workers import Do, Message, Send, Workers

Tell = Callable[[str, str], None]
"""Takes a warning and a hint."""
Progress = Callable[[int], None]
_CHUNK_BYTES: Final = 1 << 18
"""Bytes of output, or bytes read, that a worker tells at a time."""
_AHEAD: Final = 8
"""The number of pieces for each worker that are begun or done before an earlier one is done."""
_IN_MEMORY: Final = 64 << 20
"""Bytes of output that wait in memory for that of earlier pieces; more of it waits in temporary files."""
_ON_DISK: Final = 4 << 30
"""Bytes of output that wait there. Then the workers wait."""
_DEATHS: Final = 2
_MEMORY: Final = "Was there enough memory? Fewer --jobs need less."


class Output(NamedTuple):
    """Some output: the number of times that it was written, and the lines without the end of the last."""

    times: int
    data: bytes


class _Waiting:
    """Output that waits for its turn: the first in memory, the rest in a file."""

    def __init__(self) -> None:
        self._chunks: list[Output | tuple[int, int, int]] = []
        self._spool = Spool()
        self.in_memory = 0

    @property
    def on_disk(self) -> int:
        return self._spool.size

    def add(self, output: Output, *, to_disk: bool) -> None:
        if to_disk:
            self._chunks.append((output.times, self._spool.write(output.data), len(output.data)))
        else:
            self._chunks.append(output)
            self.in_memory += len(output.data)

    def take(self) -> Iterator[Output]:
        for chunk in self._chunks:
            yield chunk if isinstance(chunk, Output) else Output(chunk[0], self._spool.read(*chunk[1:]))


class _Task:
    """A piece that is to be read or was read, and what came of it so far."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.result: PieceResult | None = None
        self.waiting = _Waiting()
        self.passed = 0
        """The number of chunks of its output that were passed on."""
        self.again = 0
        """Of these, those that come once more, as the piece is read again."""
        self.deaths = self.read = 0
        self.is_dropped = False

    @property
    def is_sure(self) -> bool:
        """Whether its output is right whatever comes at its end."""
        return self.piece.last and self.piece.before is not None

    def anew(self, piece: Piece) -> None:
        """Forget what came of it: it is to be read again, or another piece in its place."""
        self.piece, self.result, self.waiting = piece, None, _Waiting()
        self.again, self.read = self.passed, 0


class Engine(Protocol):
    """Does tasks somewhere else, several at the same time. What was counted is merged as it can be there."""

    count: int

    @property
    def is_idle(self) -> bool:
        """Whether another task can be given."""

    def give(self, task: Any, value: Any) -> None:
        """Give a task, as the `value` that is sent."""

    def messages(self, held: Container[Any] = ()) -> Iterator[Message]:
        """Wait for something to be said of tasks; those of `held` need not be heard. Raises ServiceError."""

    def merge(self, fold: Any, counted: Any) -> None:
        """Add what was counted of a piece, to `fold` or to what waits for `finish`."""

    def finish(self, fold: Any) -> None:
        """Add what waits to `fold`."""


class Folding:
    """Has workers read pieces. Iterating gives the results, and in front of each its output.

    They come in the order of the pieces. A process that dies is told, and its piece is read once more. `progress` gets numbers
    of bytes read. Large files are read in stretches of about `stretch` bytes.
    """

    def __init__(
        self, sources: Iterable[Source], workers: Engine, tell: Tell, progress: Progress | None, stretch: int
    ) -> None:
        self._whole: set[int] = set()
        """The sources whose rest is read as one piece."""
        self._pieces = pieces_of(sources, stretch, self._whole)
        self._workers, self._tell, self._progress = workers, tell, progress
        self._open: list[_Task] = []
        """The tasks whose results were not given yet, in the order of the pieces."""
        self._again: deque[_Task] = deque()
        self._known: dict[int, Between] = {}
        """What is known of a source behind its last piece that was given."""
        self._paid = 0
        """Bytes read that were told already, as they were read before."""

    def __iter__(self) -> Iterator[Output | PieceResult]:
        while True:
            while self._workers.is_idle and (task := self._next()) is not None:
                self._workers.give(task, task.piece)
            if not self._open:
                return
            for message in self._workers.messages(self._held()):
                if not message.task.is_dropped:
                    self._take(message)
            yield from self._given()

    def _next(self) -> _Task | None:
        while self._again:
            task = self._again.popleft()
            if not task.is_dropped:
                return task
        if len(self._open) >= _AHEAD * self._workers.count or (piece := next(self._pieces, None)) is None:
            return None
        task = _Task(piece)
        self._open.append(task)
        return task

    def _take(self, message: Message) -> None:
        task, value = message.task, message.value
        if message.kind == "done":
            task.result = value
        elif message.kind == "died":
            self._died(task, value)
        elif isinstance(value, int):
            task.read += value
            before = min(self._paid, value)
            self._paid -= before
            if self._progress is not None:
                self._progress(value - before)
        elif task.again:
            task.again -= 1
        else:
            in_memory = sum(other.waiting.in_memory for other in self._open)
            task.waiting.add(value, to_disk=task is not self._open[0] and in_memory > _IN_MEMORY)

    def _died(self, task: _Task, how: str) -> None:
        task.deaths += 1
        name = task.piece.name
        if task.deaths < _DEATHS:
            self._tell(f"The process that read {name} {how}; it is read again.", _MEMORY)
            self._redo(task, task.piece)
        else:
            message = f"{name} was not read: the process that read it {how}, and so did another one."
            problem = Problem((task.piece.index, task.piece.start), message, _MEMORY)
            task.result = PieceResult(None, Unread(), (problem,), Stretch())

    def _redo(self, task: _Task, piece: Piece) -> None:
        self._paid += task.read
        task.anew(piece)
        self._again.append(task)

    def _held(self) -> Sequence[_Task]:
        """The tasks that may not go on, as too much output waits: all but the first, unless that waits for one of their workers."""
        too_much = sum(task.waiting.on_disk for task in self._open) > _ON_DISK
        return self._open[1:] if too_much and not self._again else ()

    def _given(self) -> Iterator[Output | PieceResult]:
        """The results and the output whose turn it is."""
        while self._open:
            task = self._open[0]
            if task.is_sure:
                yield from self._output(task)
            if task.result is None or not self._is_right(task, task.result):
                return
            yield from self._output(task)
            del self._open[0]
            yield task.result

    def _output(self, task: _Task) -> Iterator[Output]:
        waiting, task.waiting = task.waiting, _Waiting()
        for output in waiting.take():
            task.passed += 1
            yield output

    def _is_right(self, task: _Task, result: PieceResult) -> bool:
        """Whether a piece was read as it would have been together with what is before it. If not, it is read again."""
        piece, stretch = task.piece, result.stretch
        if result.fold is None:
            return True
        known = self._known.get(piece.index, Between())
        if piece.before is None and not stretch.holds(known):
            self._redo(task, msgspec.structs.replace(piece, before=known))
            return False
        if stretch.after is None and not piece.last:
            # What follows depends on this one, so that they are read together.
            self._whole.add(piece.index)
            for other in self._open[1:]:
                if other.piece.index == piece.index:
                    self._paid += other.read
                    other.is_dropped = True
            self._open = [other for other in self._open if not other.is_dropped]
            self._redo(task, msgspec.structs.replace(piece, stop=None, before=known, last=True))
            return False
        if stretch.after is not None:
            self._known[piece.index] = stretch.after.behind(known)
        return True


def started(errand: Errand, count: int) -> Workers:
    """Workers for an errand. They run as long as the context that they are."""
    return Workers(count, partial(_doer, with_keys(errand)))


def _doer(errand: bytes) -> Do:
    """What does the pieces of an errand in a worker process."""
    given: Errand = unpacked(errand)
    work = given.begin()

    def do(piece: Piece, send: Send) -> PieceResult:
        chunks = _Chunks(send)
        result = fold_piece(work, piece, chunks.write, chunks.read)
        chunks.flush()
        return result

    return do


class _Chunks:
    """Sends output, and how much was read, in larger parts."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._lines: list[bytes] = []
        self._size = self._read = 0

    def write(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line)
        if self._size >= _CHUNK_BYTES:
            self._send_lines()

    def read(self, size: int) -> None:
        self._read += size
        if self._read >= _CHUNK_BYTES:
            self._send(self._read)
            self._read = 0

    def flush(self) -> None:
        self._send_lines()
        self._send(self._read)

    def _send_lines(self) -> None:
        lines, self._lines, self._size = self._lines, [], 0
        if lines:
            self._send(Output(len(lines), b"\n".join(lines)))
