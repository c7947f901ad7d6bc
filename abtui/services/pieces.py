"""The pieces of the input, each of which is read by itself, in any process: whole sources, and stretches of large files."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.job import Job, Text, Work, Write
from abtui.core.corpus.unread import Unread
from abtui.core.events import Between, SdkDefaults, Stretch, is_plain
from abtui.services.compression import BLOCK
from abtui.services.errors import FileError, ServiceError, error_reason
from abtui.services.files import NotAFileError, Source, read_pieces
from abtui.services.object_store import is_url

WORTH_BYTES: Final = 64 << 20
"""Fewer bytes are read in this process in less time than others need to start."""
LEAST_STRETCH: Final = 2 << 20
MOST_STRETCH: Final = 16 << 20
_SHARES: Final = 8
"""The number of stretches for each worker, unless they would be too large."""
_UNPACKED: Final = 8
"""About how many bytes of events a byte of gzip is."""
_LOOKED_AT: Final = 1 << 20
"""Bytes in which a line is looked for where a file can be cut; a longer line cannot be read by itself."""
_TAR_MAGIC_AT: Final = 257
_SUPPOSED: Final = Between(has_items=True)
"""What is supposed to be known where a stretch begins inside a file: that there were events, one on each line."""


class Piece(msgspec.Struct, frozen=True):
    """A part of the input: a source, whose `index` is that in the order given, or lines of it.

    A stretch begins at the byte `start`, with the line `first_line`, and ends before the byte `stop`, or with the file if
    that is None. `before` is what is known of the text before it; None if something is supposed. The `last` piece of a source
    ends with it. `inode` is that of the file that was cut: another file of its name is no part of it.
    """

    index: int
    source: Source
    start: int = 0
    stop: int | None = None
    first_line: int = 1
    before: Between | None = Between()
    last: bool = True
    inode: int = 0

    @property
    def name(self) -> str:
        """The words for it in messages."""
        name = self.source.name
        if not self.start:
            return name if self.last else f"the beginning of {name}"
        return f"{name} from line {self.first_line:,} on"

    @property
    def bytes_on_disk(self) -> int:
        """Its bytes, as far as they are known."""
        return (self.source.size or 0 if self.stop is None else self.stop) - self.start


class Problem(NamedTuple):
    """Why a source, or a part of it, could not be read, and what to do. `place` is the index of the source and the offset."""

    place: tuple[int, int]
    message: str
    hint: str


class PieceResult(msgspec.Struct):
    """What came of a piece: what was counted, what could not be read, and the failures of its file.

    `stretch` tells what is known at the end of the piece.
    """

    fold: Any
    unread: Unread
    problems: tuple[Problem, ...]
    stretch: Stretch


class Errand(msgspec.Struct, frozen=True):
    """A job with its configs, to be sent to another process (`errands`)."""

    job: Job
    configs: tuple[Config, ...]
    sdk: SdkDefaults

    def begin(self) -> Work:
        """Work out what is to be known once."""
        return begin(self.job, self.configs, self.sdk)


def begin(job: Job, configs: Sequence[Config], sdk: SdkDefaults) -> Work:
    """Begin a job in this process. No finding about a text quotes a key of the configs."""
    secrets = dict.fromkeys(secret for config in configs for secret in config.secrets)
    return job.begin(configs, msgspec.structs.replace(sdk, secrets=tuple(secrets)))


def fold_piece(
    work: Work,
    piece: Piece,
    write: Write,
    progress: Callable[[int], None] | None = None,
    fold: Any = None,
    unread: Unread | None = None,
) -> PieceResult:
    """Do the work on one piece. What can be read is counted, in `fold` and `unread` if they are given.

    `progress` gets the number of bytes read from disk since its last call. A path that is no file raises NotAFileError.
    """
    fold = work.empty() if fold is None else fold
    unread = Unread() if unread is None else unread
    place = piece.index, piece.start
    stretch = Stretch(piece.first_line, _SUPPOSED if piece.before is None else piece.before, _beyond(piece))
    unread.begin(place)
    problems: tuple[Problem, ...] = ()
    try:
        source = piece.source
        work.add(fold, Text(read_piece(piece, progress), source.name, place, stretch, source.file), unread, write)
    except NotAFileError:
        raise
    except ServiceError as error:
        problems = (Problem(place, error.message, error.hint),)
    stretch.beyond = ()
    return PieceResult(fold, unread, problems, stretch)


def read_piece(piece: Piece, progress: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """The bytes of a piece. Raises FileError as `read_pieces` does, and if the file has become shorter meanwhile."""
    at = piece.start

    def read(size: int) -> None:
        nonlocal at
        at += size
        if progress is not None:
            progress(size)

    if not piece.start and piece.stop is None:
        yield from read_pieces(piece.source, read)
    else:
        for block in _read(piece, at, piece.stop):
            read(len(block))
            yield block
    end = piece.source.size if piece.stop is None else piece.stop
    if piece.source.file is not None and end is not None and at < end:
        raise FileError(f"{piece.source.name} became shorter while it was read.", "Read it when it is complete.")


def _beyond(piece: Piece) -> Iterable[bytes]:
    return () if piece.stop is None or piece.last else _read(piece, piece.stop, None)


def _read(piece: Piece, start: int, stop: int | None) -> Iterator[bytes]:
    source = piece.source
    try:
        with open(source.path, "rb", buffering=0) as file:
            if piece.inode and os.fstat(file.fileno()).st_ino != piece.inode:
                raise FileError(f"{source.name} was replaced while it was read.", "Read it when it is complete.")
            file.seek(start)
            while (size := BLOCK if stop is None else min(BLOCK, stop - start)) and (block := file.read(size)):
                start += len(block)
                yield block
    except OSError as error:
        raise FileError(f"{source.name} cannot be read: {error_reason(error)}.") from error


def whole_pieces(sources: Iterable[Source]) -> Iterator[Piece]:
    """The sources as pieces that are not cut."""
    return (Piece(index, source) for index, source in enumerate(sources))


def pieces_of(sources: Iterable[Source], stretch: int, whole: Container[int] = ()) -> Iterator[Piece]:
    """The pieces of sources, in order, as they are asked for: the sources may be a long listing. Stretches have about `stretch` bytes.

    The rest of a source whose index comes to be in `whole` is left out.
    """
    for index, source in enumerate(sources):
        for piece in cut(index, source, stretch):
            if index in whole:
                break
            yield piece


def cut(index: int, source: Source, size: int) -> Iterator[Piece]:
    """The pieces of one source. A large file of JSON Lines is cut, about every `size` bytes, behind a line that is one event.

    What is not certain is told by the reading of each stretch: whether the next one could begin there.
    """
    start, line, inode = 0, 1, 0
    if source.file is not None and _size(source) >= 2 * size:
        try:
            with open(source.file, "rb", buffering=0) as file:
                inode = os.fstat(file.fileno()).st_ino
                while (stop := _stop(file, start, size)) is not None:
                    yield Piece(index, source, start, stop, line, None if start else Between(), last=False, inode=inode)
                    start, line = stop, line + _line_ends(file, start, stop)
        except OSError:
            # Whoever reads the rest says what is wrong.
            pass
    yield Piece(index, source, start, None, line, None if start else Between(), inode=inode)


def _stop(file: BinaryIO, start: int, size: int) -> int | None:
    """Where a stretch from `start` on may end, after about `size` bytes; None if it goes on to the end of the file."""
    if not start and not _begins_as_lines(file.read(BLOCK)):
        return None
    for at in count(start + size, size):
        file.seek(at)
        data = file.read(_LOOKED_AT)
        found = data.find(b'\n{"')
        while found >= 0:
            end = data.find(b"\n", found + 1)
            if end < 0:
                break
            if data.startswith(b'{"', end + 1) and is_plain(data[found + 1 : end].removesuffix(b"\r")):
                return at + end + 1
            found = data.find(b'\n{"', end)
        if len(data) < _LOOKED_AT:
            return None
    return None


def _begins_as_lines(first: bytes) -> bool:
    """Whether the first bytes of a file may be those of JSON Lines: they are not compressed, nor an archive, nor another form."""
    return first.removeprefix(BOM_UTF8).lstrip().startswith(b"{") and not first.startswith(b"ustar", _TAR_MAGIC_AT)


def _line_ends(file: BinaryIO, start: int, stop: int) -> int:
    r"""The number of line ends in a part of a file: `\n`, `\r\n` and `\r`, as the reader of events has them."""
    file.seek(start)
    lines, held = 0, False
    while start < stop and (block := file.read(min(_LOOKED_AT, stop - start))):
        start += len(block)
        lines += block.count(b"\n") - (held and block.startswith(b"\n"))
        held = block.endswith(b"\r")
        if b"\r" in block:
            lines += block.count(b"\r") - block.count(b"\r\n")
    return lines


def first_of(sources: Iterator[Source], jobs: int | None) -> list[Source]:
    """As many of the sources, which may be a long listing, as tell how many processes are worthwhile."""
    most = processors() if jobs is None else jobs
    taken: list[Source] = []
    unpacked = pieces = 0
    for source in sources:
        taken.append(source)
        unpacked, pieces = unpacked + _unpacked(source), pieces + _pieces(source)
        if unpacked >= WORTH_BYTES and pieces >= most:
            break
    return taken


def workers_for(sources: Sequence[Source], jobs: int | None) -> int:
    """The number of processes that is worthwhile; 1 is this one alone. `jobs` is the number the user asked for.

    A pipe is read by this process alone.
    """
    if any(source.size is None for source in sources):
        return 1
    if jobs is None and sum(map(_unpacked, sources)) < WORTH_BYTES:
        return 1
    return max(1, min(processors() if jobs is None else jobs, sum(map(_pieces, sources))))


def stretch_for(sources: Sequence[Source], workers: int) -> int:
    """About the bytes of a stretch: large enough that handing it over costs nothing, and so small that all end at about the same time."""
    share = sum(map(_size, sources)) // (_SHARES * workers)
    return min(max(share, LEAST_STRETCH), MOST_STRETCH)


def _unpacked(source: Source) -> int:
    return _size(source) * (_UNPACKED if source.path.endswith(".gz") else 1)


def _pieces(source: Source) -> int:
    return 1 if source.path.endswith(".gz") or is_url(source.path) else 1 + _size(source) // LEAST_STRETCH


def _size(source: Source) -> int:
    return source.size or 0


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
