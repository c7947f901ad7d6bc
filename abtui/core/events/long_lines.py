"""A line that is too long to be held: it is given in parts, cut where no token of JSON is cut, and what is too long for a part is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LONG_LINE: Final = 1 << 20
"""Bytes of a line that is given in parts; a shorter one is given whole."""
LARGEST_VALUE: Final = 64 << 20
"""Bytes of one event, or any other single value, that are held; a larger one is skipped."""
SHOWN: Final = 1_000
"""Bytes that are left of what was skipped, so that people see what it was."""

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_WHOLE = rb'[^",{\[/]++|' + _STRING + rb"|/(?=[^*/])|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_TO_CUT = re.compile(rb"(?:(?:" + _WHOLE + rb")*+[,{\[])*+", re.DOTALL)
"""As far as whole tokens go, up to behind the last place that may be cut."""
_TO_FIRST_CUT = re.compile(rb"(?:" + _WHOLE + rb")*+[,{\[]", re.DOTALL)
_TO_TOKEN = re.compile(rb"(?:" + _WHOLE + rb")*+", re.DOTALL)
_TEXT = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_PLAIN = re.compile(rb'[^"\\]*+')
_JSON_STARTS: Final = b'{["}],'
_SPACE: Final = b" \t\xef\xbb\xbf"
_FOLLOWING_BYTES: Final = bytes(range(0x80, 0xC0))
"""What a character of UTF-8 has behind its first byte."""
_OUTSIDE, _IN_TEXT, _IN_COMMENT, _LINE_COMMENT = range(4)


class Part(bytes):
    """A part of a line. `more` parts of the line follow; behind this one `skipped` characters were left out, `lost` bytes of them."""

    more = True
    skipped = 0
    lost = 0


def part(data: bytes | bytearray, *, more: bool = True, skipped: int = 0, lost: int = 0) -> Part:
    """A part with what is to be known of it."""
    made = Part(data)
    made.more, made.skipped, made.lost = more, skipped, lost
    return made


class LongLine:
    """One line, given as it comes in. JSON is cut behind commas and opening brackets; of other text there is one part."""

    def __init__(self, start: bytes) -> None:
        self._json = start.lstrip(_SPACE)[:1] in [b"%c" % mark for mark in _JSON_STARTS]
        self._state = _OUTSIDE
        self._carried = b""
        # One growing text: as many small ones it would leave memory behind that is too scattered to be used again.
        self._held = bytearray()
        self._dropped: bytes | None = None
        """What stands for the stretch that is being left out."""
        self._skipped = self._lost = 0

    def more(self, data: bytes) -> Iterator[bytes]:
        """The parts that are whole now that `data` came."""
        data, self._carried = self._carried + data, b""
        at = 0
        while at < len(data):
            cut, end = self._look(data, at) if self._json else (at, len(data))
            if cut > at:
                self._keep(data[at:cut])
                left_out = self._dropped is not None
                if left_out:
                    self._stand_for(data[cut - 1 : cut])
                yield self._take()
                if left_out:
                    at = cut
                    continue
            self._keep(data[cut:end])
            if (at := end) == len(data):
                break
            width = self._enter(data, at)
            if not width:
                self._carried = data[at:]
                break
            self._keep(data[at : at + width])
            at += width
            if self._dropped is not None and self._state == _OUTSIDE:
                # What follows a text that was left out stands for itself.
                yield self._take()

    def end(self, data: bytes) -> Iterator[bytes]:
        """The last parts of the line."""
        yield from self.more(data)
        self._keep(self._carried)
        if self._json or self._dropped is not None:
            yield self._take(more=False)
        else:
            yield bytes(self._held)

    def _look(self, data: bytes, at: int) -> tuple[int, int]:
        """Where the data can be cut for the last time, and how far whole tokens, or the inside of one, go."""
        if self._state == _OUTSIDE:
            # Where a stretch is left out, it ends as soon as it can.
            cut = _end(_TO_CUT if self._dropped is None else _TO_FIRST_CUT, data, at)
            return cut, _end(_TO_TOKEN, data, cut)
        if self._state == _IN_TEXT:
            return at, _end(_TEXT, data, at)
        if self._state == _IN_COMMENT:
            end = data.find(b"*/", at)
            return at, len(data) - data.endswith(b"*") if end < 0 else end
        return at, len(data)

    def _enter(self, data: bytes, at: int) -> int:
        """Go on at a mark that begins or ends a text or a comment: its bytes, or 0 if what follows has to be known first."""
        pair = data[at : at + 2]
        if self._state == _IN_TEXT:
            if pair[:1] == b"\\":
                return 0
            self._state = _OUTSIDE
            return 1
        if self._state == _OUTSIDE and pair[:1] == b'"':
            self._state = _IN_TEXT
            return 1
        if len(pair) < 2:
            return 0
        if self._state == _IN_COMMENT:
            self._state = _OUTSIDE
        else:
            self._state = _IN_COMMENT if pair == b"/*" else _LINE_COMMENT
        return 2

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        if self._dropped is not None:
            self._leave_out(data)
            return
        self._held += data
        if len(self._held) > LARGEST_VALUE:
            held, self._held = self._held, bytearray()
            shown = held[:SHOWN].decode(errors="ignore").encode()
            self._dropped = _stand_in(shown, self._state) if self._json else shown
            self._skipped = -len(self._dropped.decode(errors="replace"))
            self._lost = -len(self._dropped)
            self._leave_out(held)

    def _stand_for(self, mark: bytes) -> None:
        """Keep the comma or bracket at the end of what is left out."""
        self._dropped = (self._dropped or b"") + mark
        self._skipped -= 1
        self._lost -= 1

    def _leave_out(self, data: bytes | bytearray) -> None:
        self._skipped += len(data.translate(None, _FOLLOWING_BYTES))
        self._lost += len(data)

    def _take(self, *, more: bool = True) -> Part:
        held, self._held = self._held, bytearray()
        if self._dropped is None:
            return part(held, more=more)
        made = part(self._dropped, more=more, skipped=self._skipped, lost=self._lost)
        self._dropped, self._skipped, self._lost = None, 0, 0
        return made


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    """How far a pattern that may match nothing goes from `at`."""
    found = pattern.match(data, at)
    return found.end() if found else at


def _stand_in(shown: bytes, state: int) -> bytes:
    """What stands for a stretch of JSON that is left out: it begins as the stretch does, and all its tokens are whole."""
    at = _end(_TO_TOKEN, shown, 0)
    if state == _IN_TEXT:
        begin = _PLAIN.match(shown, at + 1)
        return shown[:at] + b'"' + (begin[0] if begin else b"") + b'..."'
    return shown[:at] + {_IN_COMMENT: b"/**/", _LINE_COMMENT: b"//"}.get(state, b"")
