"""Objects in a store as sources of events: listed page by page, read in stretches, and written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from io import BufferedReader, RawIOBase
from typing import Any, Final

from abtui.core.text.plain import file_name
from abtui.services.compression import BLOCK
from abtui.services.errors import FileError
from abtui.services.event_names import READ_IN_FOLDER, LeftOut, is_events
from abtui.services.object_store import Address, ShortAnswer, address, changed, store, tried
from abtui.services.spool import Spool

_STRETCH: Final = 8 << 20
"""Bytes that are asked for at a time. They are used once all of them are there, so a request that is tried again counts nothing twice."""
_PART: Final = 8 << 20
"""Bytes of one part of an upload."""
_VERSIONS: Final = ("etag", "ETag", "generation", "last_modified", "created")
"""Where the stores' libraries have what changes with an object's content."""
_WILDCARD: Final = re.compile(r"[*?\[]")


class Listed:
    """The objects that an address stands for, in the order of the store, with their sizes. They are listed as they are taken.

    It is one object; or all that match its wildcards (`*`, `?`, `[a-z]` within a name, `**` over several); or those below it, by
    the rules of names of a folder. `base` is what all their keys begin with.
    """

    def __init__(self, url: str, left_out: LeftOut) -> None:
        self._at = address(url)
        self._url, self._left_out = file_name(url), left_out
        self.base = ""
        self._wanted: Callable[[str], bool] = self._is_below

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """The address and the size of each. Raises FileError if there is none, or when they cannot be listed further."""
        at = self._at
        size = _size(at) if at.key and not at.key.endswith("/") else None
        if size is not None:
            self.base, self._wanted = at.key[: at.key.rfind("/") + 1], at.key.__eq__
            yield at.url(at.key), size
            return
        wild = _WILDCARD.search(at.key)
        begin = at.key[: wild.start()] if wild is not None else at.key
        if wild is not None:
            self._wanted = _matching(at.key)
        elif begin and not begin.endswith("/"):
            begin += "/"
        self.base = begin[: begin.rfind("/") + 1]
        some = found = False
        for key, size in _keys(at, begin):
            some = True
            if key.endswith("/"):
                # A store's console marks a folder with an empty object.
                continue
            if self._wanted(key):
                found = True
                yield at.url(key), size
            elif wild is None and not _is_hidden(self.place(at.url(key))):
                self._left_out.add(self.place(at.url(key)))
        if not found:
            raise self._nothing(some and wild is None, at)

    def place(self, url: str) -> str:
        """The place of one of the objects below what was asked for."""
        return url[len(self._at.url(self.base)) :]

    def reads(self, url: str) -> bool:
        """Whether an object would be among them. It is known once they have been listed."""
        start = self._at.url("")
        return url.startswith(start) and self._wanted(url[len(start) :])

    def _is_below(self, key: str) -> bool:
        place = key[len(self.base) :]
        return key.startswith(self.base) and not _is_hidden(place) and is_events(place.rpartition("/")[2])

    def _nothing(self, others: bool, at: Address) -> FileError:
        if others or not at.key:
            return FileError(f"{self._url} holds no object of events.", f"{READ_IN_FOLDER}.")
        return FileError(f"There is no object {self._url}.", "Check the address; a folder ends in `/`.")


def _is_hidden(place: str) -> bool:
    return any(part.startswith(".") for part in place.split("/"))


def _matching(pattern: str) -> Callable[[str], bool]:
    """Whether a key matches a pattern. As in a shell, a wildcard matches no hidden name unless the pattern has such names."""
    from fsspec.utils import glob_translate

    hidden = "/." if "/." not in f"/{pattern}" else None
    matches = re.compile(glob_translate(pattern)).fullmatch
    return lambda key: matches(key) is not None and not (hidden and hidden in f"/{key}")


def _size(at: Address) -> int | None:
    """The size of an object; None if there is no object of exactly that name."""
    file_system = store(at)

    def size() -> int | None:
        try:
            info = file_system.info(at.path)
        except FileNotFoundError:
            return None
        return int(info["size"]) if info["type"] == "file" else None

    return tried(at, file_name(at.url(at.key)), size)


def _keys(at: Address, prefix: str) -> Iterator[tuple[str, int]]:
    """The keys that begin with `prefix`, and their sizes, in the order of the keys."""
    return _pages(at, prefix) if at.scheme == "s3" else _folders(at, prefix)


def _pages(at: Address, prefix: str) -> Iterator[tuple[str, int]]:
    """The keys of an S3 bucket, a thousand by a thousand: S3 lists them in order."""
    list_page = partial(store(at).call_s3, "list_objects_v2", Bucket=at.bucket, Prefix=prefix)
    more: dict[str, str] = {}
    while True:
        page: dict[str, Any] = tried(at, file_name(at.url(prefix)), partial(list_page, **more))
        for item in page.get("Contents", ()):
            yield item["Key"], item["Size"]
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _folders(at: Address, prefix: str) -> Iterator[tuple[str, int]]:
    """The keys of another store, folder by folder."""
    file_system = store(at)
    start = len(at.bucket) + 1

    def inside(folder: str) -> Iterator[tuple[str, int]]:
        def entries() -> list[dict[str, Any]]:
            try:
                return list(file_system.ls(f"{at.bucket}/{folder}".rstrip("/"), detail=True))
            except FileNotFoundError:
                # A folder is there only while an object is; the bucket is asked for by itself.
                if folder:
                    return []
                raise

        found = []
        for entry in tried(at, file_name(at.url(folder)), entries):
            key = entry["name"].strip("/")[start:]
            found.append((f"{key}/" if entry["type"] == "directory" else key, entry["size"] or 0))
        for key, size in sorted(found):
            if not (key.startswith(prefix) or prefix.startswith(key)) or key == folder:
                continue
            if key.endswith("/"):
                yield from inside(key)
            elif key.startswith(prefix):
                yield key, size

    yield from inside(prefix[: prefix.rfind("/") + 1])


class _Stretches(RawIOBase):
    """The bytes of an object. A request that fails is tried again from where it was; an object that was changed meanwhile is an error."""

    def __init__(self, url: str) -> None:
        self._at = address(url)
        self._name = file_name(url)
        self._store = store(self._at)
        # Before the object is opened: a change between the two is then seen, too.
        self._version = tried(self._at, self._name, self._present_version)
        self._file: Any = tried(
            self._at,
            self._name,
            lambda: self._store.open(self._at.path, "rb", block_size=_STRETCH, cache_type="none"),
        )
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._held:
            self._held = memoryview(tried(self._at, self._name, self._next))
        piece = self._held[: len(buffer)]
        buffer[: len(piece)] = piece
        self._held = self._held[len(piece) :]
        return len(piece)

    def _next(self) -> bytes:
        # A failed request leaves the position where it was.
        at = self._file.tell()
        size = min(_STRETCH, self._file.size - at)
        data: bytes = self._file.read(size) if size else b""
        if len(data) != size:
            self._file.seek(at)
            raise ShortAnswer
        if size and self._present_version() != self._version:
            raise changed(self._name)
        return data

    def _present_version(self) -> object:
        """What tells the object's content from what it had before. S3 is asked for the version that was opened, with each request."""
        if self._at.scheme == "s3":
            return None
        info = self._store.info(self._at.path)
        return next((info[name] for name in _VERSIONS if info.get(name)), info["size"])


def open_object(url: str) -> BufferedReader:
    """An object, to be read from its start. Nothing but a stretch of it is held. Raises FileError."""
    return BufferedReader(_Stretches(url), BLOCK)


def write_object(url: str, content: Spool) -> None:
    """Write an object whole: it is there when all of it has arrived, and if that fails, nothing is. Raises FileError."""
    at, name = address(url), file_name(url)
    file_system = store(at)

    def write() -> None:
        if content.size <= _PART:
            file_system.pipe_file(at.path, content.read(0, content.size))
            return
        file = file_system.open(at.path, "wb", block_size=_PART, autocommit=False)
        try:
            for start in range(0, content.size, _PART):
                file.write(content.read(start, _PART))
            file.close()
            file.commit()
        except BaseException:
            # Closing it would complete the upload. If it cannot be taken back, that hides no reason: an upload without an end is never seen.
            file.closed = True
            with suppress(Exception):
                file.discard()
            raise

    tried(at, name, write)


def existing(url: str, names: Iterable[str]) -> list[str]:
    """Which of the objects with these names below an address are there already, in order."""
    at = address(url)
    wanted = {at.key + name for name in names}
    return [key[len(at.key) :] for key, _size in _keys(at, at.key) if key in wanted]
