"""The text of a source as lines: decoded, buffered as long as somebody may go back to it, and in parts where a line is too long."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

LONG_LINE: Final = 1 << 20
"""Bytes of a line that is given in parts; a shorter line is given whole."""
LARGEST_VALUE: Final = 64 << 20
"""Bytes of an event, or of any other single value, that are held; a larger value is skipped."""
SHOWN: Final = 1_000
"""Bytes that are kept of a skipped value, so that people can see what it was."""
_WINDOW: Final = 64 * 1024
"""Bytes that are buffered at a time: few enough that the values read from them stay in the processor's cache."""
_SMALL_WINDOW: Final = 1024
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_WHOLE = rb'[^",{\[/]++|' + _STRING + rb"|/(?=[^*/])|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_TO_LAST_CUT = re.compile(rb"(?:(?:" + _WHOLE + rb")*+[,{\[])*+", re.DOTALL)
"""Whole tokens up to the last comma or opening bracket, where a long line may be cut."""
_TO_FIRST_CUT = re.compile(rb"(?:(?:" + _WHOLE + rb")*+[,{\[])?+", re.DOTALL)
_TO_TOKEN = re.compile(rb"(?:" + _WHOLE + rb")*+", re.DOTALL)
_TEXT = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_PLAIN = re.compile(rb'[^"\\]*+')
_JSON_STARTS: Final = tuple(b"%c" % mark for mark in b'{["}],')
_SPACE: Final = b" \t\xef\xbb\xbf"
_FOLLOWING_BYTES: Final = bytes(range(0x80, 0xC0))
"""The bytes that a character of UTF-8 has after its first one."""
_OUTSIDE, _IN_TEXT, _IN_COMMENT, _IN_LINE_COMMENT = range(4)


class Part(bytes):
    """A part of a long line. With `more` the line goes on after it; `skipped` characters, of `lost` bytes, were left out at its end."""

    more = True
    skipped = 0
    lost = 0


class Lines:
    r"""The lines of a text as UTF-8 without their ends, by the offset at which they begin.

    `\n`, `\r\n` and `\r` end a line, and a byte-order mark is left out: offsets are those of a text whose lines all end in `\n`.
    The buffer holds the text from the offset on that was last given to `release` or `window`. What is `beyond` the pieces, which
    end with a line, is given by `line` only, so that people can look ahead.
    """

    def __init__(self, pieces: Iterable[bytes | str], beyond: Iterable[bytes] | None = None) -> None:
        self.has_mark = self.is_utf16 = False
        self.buffer = bytearray()
        self.start = 0
        """The offset of the first byte in the buffer."""
        self._beyond = beyond
        self._stop: int | None = None
        """The offset where the pieces end, once something beyond was asked for."""
        self._ended = False
        self._line_end: int | None = None
        """The bytes of a line end in the source; None before the first one, 0 if they differ or the text is UTF-16."""
        self._lost = 0
        """The bytes of the source that were skipped."""
        self._stand_ins: dict[int, Part] = {}
        """The parts that stand for skipped bytes, by their offsets: they cannot be cut again."""
        self._window = b""
        """The window that was given last, as far as it is not in the buffer: it comes before it, and mostly is not needed again."""
        self._has_surrogates = False
        self._size, self._last = _WINDOW, 0
        """The bytes of the next window out of the buffer, and the offset of the last window."""
        self._blocks = self._line_feeds(self._utf8(self._encoded(pieces)))

    def release(self, offset: int) -> None:
        """Let go of the text before `offset`."""
        if self._window and offset - self.start >= len(self._window):
            self.start += len(self._window)
            self._window = b""
        self._take_back()
        del self.buffer[: offset - self.start]
        self.start = offset
        if self._stand_ins:
            self._stand_ins = {at: part for at, part in self._stand_ins.items() if at >= offset}

    def window(self, offset: int) -> bytes | None:
        """Some whole lines from `offset` on, with their ends: b"" if the next one is too long, None at the end of the text."""
        # Where most lines are read by themselves, the windows between them are small.
        self._size = min(self._size * 2, _WINDOW) if offset - self._last > self._size // 2 else _SMALL_WINDOW
        self._last = offset
        self.release(offset)
        buffer = self.buffer
        size = self._size
        if self._stop is not None:
            if offset >= self._stop:
                return None
            size = min(size, self._stop - offset)
        end = buffer.rfind(b"\n", 0, size) + 1 or buffer.find(b"\n") + 1
        while not end:
            if len(buffer) > LONG_LINE:
                return b""
            if (block := next(self._blocks, None)) is None:
                self._ended = self._beyond is None
                end = len(buffer)
                break
            if end := block.rfind(b"\n") + 1:
                # Most windows are used up as they are, so they are not copied to the buffer and out of it again.
                with memoryview(block) as view:
                    self._window = b"".join((buffer, view[:end]))
                    buffer[:] = view[end:]
                return self._window if len(self._window) <= LONG_LINE else b""
            buffer += block
        # It stays in the buffer, as what follows a line that had to be read by itself is often such a line again.
        return b"" if end > LONG_LINE + 1 else bytes(buffer[:end]) or None

    def line(self, offset: int, *, inside: bool = False) -> Part | bytearray | None:
        """The line at `offset`, or a part of a long one; None at the end of the text. With `inside`, the line begins before the offset."""
        if self._window:
            self._take_back()
        if self._stand_ins and offset in self._stand_ins:
            return self._stand_ins[offset]
        buffer, at = self.buffer, offset - self.start
        end = buffer.find(b"\n", at)
        while end < 0 and (size := len(buffer)) - at <= LONG_LINE:
            if not self._fill():
                if at >= size and not inside:
                    return None
                end = size
                break
            end = buffer.find(b"\n", size)
        if end < 0 or end - at > LONG_LINE:
            return self._part(at, inside=inside)
        return _part(buffer[at:end], more=False) if inside else buffer[at:end]

    def is_beyond(self, offset: int) -> bool:
        """Whether an offset is behind the end of the pieces."""
        return self._stop is not None and offset > self._stop

    def place(self, offset: int, line: int) -> int | None:
        """The offset in the source itself of the text at `offset`, on line number `line`; None if it is not known."""
        if self._line_end == 0:
            return None
        mark = len(codecs.BOM_UTF8) if self.has_mark else 0
        return offset + mark + self._lost + (line - 1) * self.extra_end

    @property
    def extra_end(self) -> int:
        r"""The bytes by which a line end is longer in the source: 1 if that is `\r\n`."""
        return 1 if self._line_end == 2 else 0

    def decode(self, line: bytes | bytearray) -> tuple[str, bool]:
        """The text of a line, and whether invalid UTF-8 in it was replaced by U+FFFD."""
        try:
            return line.decode(), False
        except UnicodeDecodeError:
            if self._has_surrogates:
                try:
                    return line.decode("utf-8", "surrogatepass"), False
                except UnicodeDecodeError:
                    pass
            return line.decode("utf-8", "replace"), True

    def text(self, start: int, end: int) -> str:
        """The text between two offsets."""
        with memoryview(self.buffer) as view:
            data = view[start - self.start : end - self.start]
            try:
                return str(data, "utf-8")
            except UnicodeDecodeError:
                return "\n".join(self.decode(line)[0] for line in bytes(data).split(b"\n"))

    def _part(self, begin: int, *, inside: bool) -> Part:
        """The part of a long line at index `begin` of the buffer.

        JSON is cut after a comma or an opening bracket, so that no token is; any other line is one part. What is over the
        bound before it can be cut is removed from the buffer, and something short takes its place.
        """
        buffer, at, state = self.buffer, begin, _OUTSIDE
        is_json = inside or buffer[begin : begin + LONG_LINE].lstrip(_SPACE)[:1] in _JSON_STARTS
        stand_in: bytes | None = None
        skipped = lost = 0
        while True:
            newline = buffer.find(b"\n", at)
            line_end = len(buffer) if newline < 0 else newline
            end = min(line_end, at + LONG_LINE)
            was_inside, cut, careful = state != _OUTSIDE, -1, end - begin > LARGEST_VALUE or stand_in is not None
            if is_json:
                at, cut, state = _advance(buffer, at, end, state, to_first_cut=careful)
            else:
                at = end
            more, string_ended = cut >= 0, careful and was_inside and state == _OUTSIDE
            if not more and not string_ended and end == line_end and (newline >= 0 or self._ended):
                at = cut = end
            if stand_in is None:
                if at - begin <= LARGEST_VALUE:
                    if cut >= 0:
                        return _part(buffer[begin:cut], more=more)
                    if end == len(buffer):
                        self._fill()
                    continue
                shown = bytes(buffer[begin : begin + SHOWN]).decode(errors="ignore").encode()
                stand_in = _stand_in(shown) if is_json else shown
            mark = bytes(buffer[at - 1 : at]) if more else b""
            for piece in range(begin, at, LONG_LINE):
                skipped += len(buffer[piece : min(piece + LONG_LINE, at)].translate(None, _FOLLOWING_BYTES))
            lost += at - begin
            needs_more = end == len(buffer)
            del buffer[begin:at]
            at = begin
            if cut < 0 and string_ended:
                # What follows the string is read as usual.
                more, cut = True, begin
            if cut >= 0:
                stand_in += mark
                buffer[begin:begin] = stand_in
                skipped, lost = skipped - len(stand_in.decode(errors="replace")), lost - len(stand_in)
                self._lost += lost
                part = _part(stand_in, more=more, skipped=skipped, lost=lost)
                self._stand_ins[self.start + begin] = part
                return part
            if needs_more:
                self._fill()

    def _take_back(self) -> None:
        """Put what was given as a window back into the buffer."""
        if self._window:
            self.buffer[:0] = self._window
            self._window = b""

    def _fill(self) -> bool:
        """Add the next bytes of the text to the buffer. False at its end."""
        block = next(self._blocks, None)
        if block is None and self._beyond is not None:
            self._stop = self.start + len(self.buffer)
            self._blocks, self._beyond = self._line_feeds(iter(self._beyond)), None
            block = next(self._blocks, None)
        if block is None:
            self._ended = True
            return False
        self.buffer += block
        return True

    def _encoded(self, pieces: Iterable[bytes | str]) -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            try:
                yield piece.encode()
            except UnicodeEncodeError:
                self._has_surrogates = True
                yield piece.encode("utf-8", "surrogatepass")

    def _utf8(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        start = b""
        for piece in pieces:
            start += piece
            if len(start) >= len(codecs.BOM_UTF8):
                break
        if start.startswith(_UTF16_MARKS):
            self.has_mark = self.is_utf16 = True
            self._line_end = 0
            decoder = codecs.getincrementaldecoder("utf-16")("replace")
            yield decoder.decode(start).encode()
            for piece in pieces:
                yield decoder.decode(piece).encode()
            yield decoder.decode(b"", True).encode()
        else:
            self.has_mark = start.startswith(codecs.BOM_UTF8)
            yield start.removeprefix(codecs.BOM_UTF8)
            yield from pieces

    def _line_feeds(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        r"""The blocks in windows, with `\n` as the only line end."""
        held = b""
        for block in blocks:
            for at in range(0, len(block), _WINDOW):
                window = held + block[at : at + _WINDOW]
                held = b""
                if b"\r" in window:
                    if window.endswith(b"\r"):
                        # A line feed may follow.
                        held, window = b"\r", window[:-1]
                    pairs, returns = window.count(b"\r\n"), window.count(b"\r")
                    self._ends_with(2 if pairs == returns == window.count(b"\n") else 0)
                    window = window.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                elif b"\n" in window:
                    self._ends_with(1)
                yield window
        if held:
            self._ends_with(0)
            yield b"\n"

    def _ends_with(self, size: int) -> None:
        """Take note of the size of the line ends in a part of the source."""
        self._line_end = size if self._line_end in (None, size) else 0


def _part(data: bytes | bytearray, *, more: bool, skipped: int = 0, lost: int = 0) -> Part:
    part = Part(data)
    part.more, part.skipped, part.lost = more, skipped, lost
    return part


def _advance(data: bytearray, at: int, end: int, state: int, *, to_first_cut: bool) -> tuple[int, int, int]:
    """How far whole tokens go, and the last index at which they can be cut, or -1; and the state behind them.

    With `to_first_cut` it stops at the first such index, and at the end of a string or comment that began before `at`.
    """
    cut = -1
    while at < end:
        if state == _OUTSIDE:
            found = _end(_TO_FIRST_CUT if to_first_cut else _TO_LAST_CUT, data, at, end)
            if found > at:
                at = cut = found
                if to_first_cut:
                    break
            at = _end(_TO_TOKEN, data, at, end)
        elif state == _IN_TEXT:
            at = _end(_TEXT, data, at, end)
        elif state == _IN_COMMENT:
            close = data.find(b"*/", at, end)
            at = close if close >= 0 else max(at, end - data.endswith(b"*", at, end))
        else:
            at = end
        pair = data[at : min(at + 2, end)]
        if state == _IN_TEXT and pair.startswith(b'"'):
            at, state = at + 1, _OUTSIDE
            if to_first_cut:
                break
        elif state == _OUTSIDE and pair.startswith(b'"'):
            at, state = at + 1, _IN_TEXT
        elif state == _IN_COMMENT and pair == b"*/":
            at, state = at + 2, _OUTSIDE
            if to_first_cut:
                break
        elif state == _OUTSIDE and len(pair) == 2:
            at, state = at + 2, _IN_COMMENT if pair == b"/*" else _IN_LINE_COMMENT
        else:
            # The end of the data, or the first byte of two.
            break
    return at, cut, state


def _end(pattern: re.Pattern[bytes], data: bytes | bytearray, at: int, end: int) -> int:
    """The end of a match at `at` of a pattern that may match nothing."""
    found = pattern.match(data, at, end)
    return found.end() if found else at


def _stand_in(shown: bytes) -> bytes:
    """Whole tokens of JSON that begin as `shown` does."""
    at = _end(_TO_TOKEN, shown, 0, len(shown))
    if shown[at : at + 1] == b'"':
        begin = _PLAIN.match(shown, at + 1)
        return shown[:at] + b'"' + (begin[0] if begin else b"") + b'..."'
    return shown[:at] + {b"/*": b"/**/", b"//": b"//"}.get(shown[at : at + 2], b"")
