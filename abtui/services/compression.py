"""Unpacks gzip and deflate in bounded steps, because a small file or body may unpack to gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BLOCK = 1 << 16
"""Bytes read or unpacked at a time. The system hands out new memory for each larger block, which costs more than it saves."""
_GZIP, _ZLIB, _RAW = 31, 15, -15
_MOST_CODINGS = 3


class CompressionError(Exception):
    """Compressed data that is damaged, ends too early, or is of a kind that is not supported."""


def gunzip(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip data, of one or several members, in pieces of at most `BLOCK` bytes.

    Raises CompressionError after the pieces that can be read if the data is damaged or ends too early (RFC 1952).
    """
    return _unpack(blocks, _GZIP)


def _unpack(blocks: Iterable[bytes], wbits: int) -> Iterator[bytes]:
    stream: zlib._Decompress | None = None
    ended = 0
    for block in blocks:
        data = block
        while data:
            if stream is None:
                # Archivers pad with zeros after a member.
                data = data.lstrip(b"\0") if ended else data
                if not data:
                    break
                stream = zlib.decompressobj(wbits)
            try:
                piece = stream.decompress(data, BLOCK)
            except zlib.error as error:
                raise CompressionError("the compressed data is damaged") from error
            if piece:
                yield piece
            if stream.eof:
                data, stream, ended = stream.unused_data, None, ended + 1
            else:
                data = stream.unconsumed_tail
    if stream is not None:
        raise CompressionError("the compressed data ends too early")


class Decoded(NamedTuple):
    """A decoded HTTP body. With `cut` there is more of it than `data`."""

    data: bytes
    cut: bool


def decode_body(data: bytes, content_encoding: str, limit: int) -> Decoded:
    """Undo a Content-Encoding (gzip, deflate, identity or a few of them), up to `limit` bytes.

    Raises CompressionError for damaged data and for a coding that is not supported.
    """
    codings = [name for part in content_encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if len(codings) > _MOST_CODINGS:
        raise CompressionError("too many content codings")
    cut = len(data) > limit
    data = data[:limit]
    for coding in reversed(codings):
        data, cut = _decode(data, coding, limit, cut)
    return Decoded(data, cut)


def _decode(data: bytes, coding: str, limit: int, cut: bool) -> Decoded:
    if coding in ("gzip", "x-gzip"):
        wbits = _GZIP
    elif coding == "deflate":
        # "deflate" means zlib's wrapping (RFC 9110, 8.4.1.2); some send it bare.
        wbits = _ZLIB if _has_zlib_header(data) else _RAW
    else:
        raise CompressionError(f"its content coding {coding!r} is not supported")
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _unpack([data], wbits):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                return Decoded(b"".join(pieces)[:limit], True)
    except CompressionError:
        if not cut:
            raise
    return Decoded(b"".join(pieces), cut)


def _has_zlib_header(data: bytes) -> bool:
    return len(data) >= 2 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
