"""Finds, reads and writes files. Every failure is a FileError with a sentence, which the caller reports before it goes on."""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from abtui.core.text.plain import file_name
from abtui.services.compression import BLOCK, CompressionError, gunzip
from abtui.services.errors import FileError
from abtui.services.event_names import READ_IN_FOLDER, LeftOut, is_events
from abtui.services.object_store import address, is_url

STDIN = "-"
CONFIG_SUFFIXES = (".yaml", ".yml", ".tf")
"""The names of configs. Whether a file is one depends on its content (`file_kinds`)."""
_CONFIG_LIMIT = 16 << 20
"""The most bytes of a config that are read; the core refuses a far smaller one with its own message."""
_GIVE_A_FILE = "Give a file there: a device may never end."
_MAGIC_BYTES = 6
_GZIP_MAGIC = b"\x1f\x8b"
_TAR_MAGIC_AT = 257
_PACKED = {
    b"PK\x03\x04": "a zip archive",
    b"\x28\xb5\x2f\xfd": "zstd-compressed",
    b"BZh": "bzip2-compressed",
    b"\xfd7zX": "xz-compressed",
}


class Source(msgspec.Struct, frozen=True):
    """A source of events. `path` is a file's path, or `-` for standard input; `name` is the name that people see.

    `size` is the number of bytes on disk, compressed or not; None if it is not known in advance.
    """

    path: str
    name: str
    size: int | None

    @property
    def file(self) -> str | None:
        """The path, if it is that of a file, which can be read again and from any place on."""
        return None if self.size is None or is_url(self.path) else self.path


class NotAFileError(FileError):
    """The path is not a file, pipe or folder. It may be a device, which may never end."""


class Expansion(NamedTuple):
    """The sources that a list of paths stands for, in its order; the paths that could not be looked at, and the files that were left out.

    An address such as `s3://bucket/folder/` is among the sources as it is; `each` has its objects in its place.
    """

    sources: tuple[Source, ...]
    errors: tuple[FileError, ...]
    left_out: LeftOut

    @property
    def total(self) -> int | None:
        """The bytes to read from all sources, or None if the size of one is not known."""
        sizes = [source.size for source in self.sources if source.size is not None]
        return sum(sizes) if len(sizes) == len(self.sources) else None

    @property
    def ends(self) -> bool:
        """Whether all of it exists already. A pipe may go on forever."""
        return all(source.size is not None or is_url(source.path) for source in self.sources)

    def each(self, failed: Callable[[FileError], None]) -> Iterator[Source]:
        """The sources, with the objects that addresses stand for, which are listed as they are taken. `failed` gets what cannot be listed.

        The name of an object is its address.
        """
        for source in self.sources:
            if source.size is not None or not is_url(source.path):
                yield source
                continue
            from abtui.services.objects import Listed

            try:
                for url, size in Listed(source.path, self.left_out):
                    yield Source(url, file_name(url), size)
            except FileError as error:
                failed(error)


def expand(paths: Sequence[str]) -> Expansion:
    """The sources that `paths` stand for: files, pipes, folders (all files below them, sorted, without hidden ones), `-`.

    A file of a folder has its path relative to that folder as its name, or its whole path if two would have the same name.
    """
    found: list[tuple[str, str, int | None]] = []
    errors: list[FileError] = []
    left_out = LeftOut()
    for path in paths:
        if path == STDIN:
            found.append((STDIN, "stdin", None))
            continue
        if is_url(path):
            try:
                address(path)
            except FileError as error:
                errors.append(error)
            else:
                found.append((path, file_name(path), None))
            continue
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            errors.append(_unreadable(path, error))
            continue
        if stat.S_ISDIR(status.st_mode):
            inside = _folder(path, errors, left_out)
            found.extend(inside)
            if not inside:
                errors.append(
                    FileError(
                        f"{file_name(path)} holds no file of events.",
                        f"{READ_IN_FOLDER}.",
                    )
                )
        elif stat.S_ISREG(status.st_mode):
            found.append((path, file_name(path), status.st_size))
        elif _may_end(path, status.st_mode):
            found.append((path, file_name(path), None))
        else:
            errors.append(_no_file(path))
    names = Counter(name for _path, name, _size in found)
    return Expansion(
        tuple(Source(path, name if names[name] == 1 else file_name(path), size) for path, name, size in found),
        tuple(errors),
        left_out,
    )


def _may_end(path: str, mode: int) -> bool:
    """Whether something other than a plain file may end: a pipe, or a terminal."""
    if stat.S_ISCHR(mode):
        with suppress(OSError), open(path, "rb", buffering=0) as file:
            return file.isatty()
    return stat.S_ISFIFO(mode)


def _no_file(path: str) -> NotAFileError:
    return NotAFileError(
        f"{file_name(path)} is no file, pipe or folder.", "Give a file of events, or - for standard input."
    )


def is_input(file: str, path: str) -> bool:
    """Whether writing `file` would change what is read from `path`: a file, a folder of events, or `-`.

    That includes a file that is not in the folder yet, if its events are read the next time.
    """
    try:
        if path == STDIN:
            return os.path.isfile(file) and sys.stdin is not None and os.path.samefile(file, sys.stdin.fileno())
        if os.path.isdir(path):
            below = os.path.relpath(os.path.realpath(file), os.path.realpath(path)).split(os.sep)
            return not any(name.startswith(".") for name in below) and is_events(below[-1])
        # A terminal may be both read and written.
        return os.path.isfile(file) and os.path.samefile(file, path)
    except (OSError, ValueError):
        return False


def _folder(folder: str, errors: list[FileError], left_out: LeftOut) -> list[tuple[str, str, int | None]]:
    """The path, name and size of each file in a folder and the folders below it."""
    found: list[tuple[tuple[str, ...], str]] = []
    for parent, folders, files in os.walk(
        folder, onerror=lambda error: errors.append(_unreadable(error.filename, error))
    ):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = os.path.join(parent, name)
            parts = Path(path).relative_to(folder).parts
            if is_events(name):
                found.append((parts, path))
            elif not name.startswith("."):
                left_out.add("/".join(parts))
    result: list[tuple[str, str, int | None]] = []
    for parts, path in sorted(found):
        try:
            status = os.stat(path)
        except OSError as error:
            errors.append(_unreadable(path, error))
            continue
        # Reading a pipe in a folder might wait forever.
        if stat.S_ISREG(status.st_mode):
            result.append((path, file_name("/".join(parts)), status.st_size))
        else:
            left_out.add("/".join(parts))
    return result


def read_pieces(
    source: Source,
    progress: Callable[[int], None] | None = None,
    opened: Callable[[BufferedReader, bool], None] | None = None,
) -> Iterator[bytes]:
    """The bytes of a source in pieces of at most 64 KiB, unpacked if they are gzip, whatever the name of the file.

    `progress` gets the number of bytes read from disk since its last call. `opened` gets the file before the first piece, and
    whether the pieces are its bytes unchanged. Raises FileError if the source cannot be read, or not to its end, after the
    pieces that can be read.
    """
    try:
        with _opened(source.path) as file:
            first = _first_block(file)
            if opened is not None:
                opened(file, not first.startswith(_GZIP_MAGIC))
            kind = next((words for magic, words in _PACKED.items() if first.startswith(magic)), None)
            if kind is not None:
                raise FileError(f"{source.name} is {kind}, not events.", "Unpack it first; gzip is read as it is.")
            blocks = _blocks(file, first, progress)
            yield from _no_tar(gunzip(blocks) if first.startswith(_GZIP_MAGIC) else blocks, source.name)
    except CompressionError as error:
        raise FileError(f"{source.name} cannot be read to its end: {error}.", "Copy or download it again.") from error
    except (OSError, ValueError) as error:
        raise _unreadable(source.name, error) from error


def _opened(path: str) -> AbstractContextManager[BufferedReader]:
    """A source: a file, a pipe, standard input, or an object."""
    if not is_url(path):
        return _open(path)
    from abtui.services.objects import open_object

    return open_object(path)


def _no_tar(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The pieces. Raises FileError for a tar archive: the text between its headers would look like broken events."""
    for at, piece in enumerate(pieces):
        if at == 0 and piece[_TAR_MAGIC_AT:].startswith(b"ustar"):
            raise FileError(f"{name} is a tar archive, not events.", "Unpack it first; gzip is read as it is.")
        yield piece


def _open(path: str) -> AbstractContextManager[BufferedReader]:
    if path != STDIN:
        mode = os.stat(path).st_mode
        # For a folder, the system's own message is shown.
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or _may_end(path, mode)):
            raise NotAFileError(f"{file_name(path)} is no file or pipe.", _GIVE_A_FILE)
        return open(path, "rb")
    if sys.stdin is None:
        raise FileError("There is no standard input.")
    file = cast(BufferedReader, sys.stdin.buffer)
    with suppress(OSError, ValueError):
        # A program that is started without input has the null device, which ends at once.
        status = os.fstat(file.fileno())
        endless = stat.S_ISBLK(status.st_mode) or (stat.S_ISCHR(status.st_mode) and not file.isatty())
        if endless and not os.path.samestat(status, os.stat(os.devnull)):
            raise NotAFileError("Standard input is no file or pipe.", _GIVE_A_FILE)
    # It is not closed after reading: standard input belongs to the process.
    return nullcontext(file)


def _first_block(file: BufferedReader) -> bytes:
    """Enough bytes to see the kind of the file: a pipe may deliver one byte at a time."""
    first = b""
    while len(first) < _MAGIC_BYTES and (block := file.read1(BLOCK)):
        first += block
    return first


def _blocks(file: BufferedReader, first: bytes, progress: Callable[[int], None] | None) -> Iterator[bytes]:
    """The result of one read at a time, so that bytes from a pipe are not held back."""
    block = first
    while block:
        if progress is not None:
            progress(len(block))
        yield block
        block = file.read1(BLOCK)


def read_text_file(path: str, limit: int) -> str:
    """The text of a UTF-8 file or, for `-`, of standard input, with its line ends unchanged.

    Raises FileError, also for more than `limit` bytes and for text that is not UTF-8.
    """
    name = "Standard input" if path == STDIN else path
    try:
        with _open(path) as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    if len(data) > limit:
        raise FileError(f"{file_name(name)} is larger than {limit:,} bytes.", "Is it the right file?")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{file_name(name)} is not UTF-8 text: line {line} has bytes that are no character.", "Save it as UTF-8."
        ) from error


def read_config_file(path: str) -> str:
    """The text of a config file, or of standard input for `-`. Raises FileError."""
    return read_text_file(path, _CONFIG_LIMIT)


def write_atomic(path: str, text: str) -> None:
    """Write a file as a whole or not at all: a new file is made next to it, flushed to disk and renamed to it.

    Permission bits are kept, a symbolic link is followed, and line ends are unchanged. A device or a pipe is written
    to, not replaced. Raises FileError.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FileError(
            f"{file_name(path)} was not written: character {error.start + 1} is half a character.", "Remove it."
        ) from error
    write_pieces(path, [data])


def write_pieces(path: str, pieces: Iterable[bytes]) -> None:
    """Like `write_atomic`, with the content in pieces, which are written as they come. Exceptions raised by them pass through."""
    stream = is_stream(path)
    try:
        if stream:
            with open(path, "wb") as file:
                file.writelines(pieces)
        else:
            _replace(_real_place(path), pieces)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise FileError(
            f"{file_name(path)} was not written: {(reason or str(error)).lower()}.",
            "" if stream else "The file is as it was.",
        ) from error


def is_stream(path: str) -> bool:
    """Whether a path is a device or a pipe, such as /dev/stdout, which is neither read before it is written nor replaced by a file."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _real_place(path: str) -> Path:
    """The path of the file itself, so that a link stays a link. The file need not exist. Raises OSError for circular links."""
    with suppress(FileNotFoundError):
        os.stat(path)
    return Path(os.path.realpath(path))


def _replace(place: Path, pieces: Iterable[bytes]) -> None:
    mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else None
    if mode is not None and not os.access(place, os.W_OK):
        # Renaming over it would work, but the file was made read-only for a reason.
        raise PermissionError(13, "the file is read-only")
    # Imported here: it loads hashing libraries, which only a command that writes needs.
    import secrets

    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
    # A new file gets the permissions of the user's umask; the replacement of an old file is private until it has that file's bits.
    handle = os.open(
        beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666 if mode is None else 0o600
    )
    try:
        with open(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _unreadable(path: str, error: OSError | ValueError) -> FileError:
    """The error for a path that cannot be read. A ValueError means that there is a NUL in it."""
    name = file_name(path)
    if isinstance(error, FileNotFoundError):
        return FileError(f"{name} does not exist.", "Check the path.")
    if isinstance(error, PermissionError):
        return FileError(f"{name} may not be read.", "Check its permissions.")
    if isinstance(error, IsADirectoryError):
        return FileError(f"{name} is a folder, not a file.")
    reason = error.strerror if isinstance(error, OSError) else None
    return FileError(f"{name} cannot be read: {(reason or str(error)).lower()}.")
