"""Where the events of a text stand, so that a text of any size need not be held: see `read_places`."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from abtui.core.events.lines import UTF16_MARKS
from abtui.core.events.long_lines import LONG_LINE
from abtui.core.events.model import Event, SdkDefaults, Unreadable
from abtui.core.events.reader import read_events

_BRACE: Final = ord("{")
_DEFAULTS = SdkDefaults()


class Places(msgspec.Struct, frozen=True):
    """Some events that are one line each, in order: the line's number, and the bytes of the text it begins at and has, its end not counted."""

    lines: array[int]
    starts: array[int]
    sizes: array[int]


class _Plain(msgspec.Struct, gc=False):
    """An object that is no batch; whatever it holds is skipped."""

    batch: msgspec.UnsetType = msgspec.UNSET


_decode = msgspec.json.Decoder(_Plain).decode


def read_places(
    pieces: Iterable[bytes], source: str, sdk: SdkDefaults = _DEFAULTS
) -> Iterator[Places | Event | Unreadable]:
    """What `read_events` gives, in the same order, but lines that are one event each only as places.

    What is told of the text of such a line, `read_one` tells of it as well; its source is `{source}:{line}`. As long as a
    text is JSON Lines it is looked through a window of lines at a time; `read_events` has the rest, and decides what it is.
    """
    return _Placing(source, sdk).read(pieces)


class _Placing:
    """One reading. `_window` holds whole lines, the last one maybe without an end; `_at` is how far it is used up."""

    def __init__(self, source: str, sdk: SdkDefaults) -> None:
        self._source, self._sdk = source, sdk
        self._windows: Iterator[bytes] = iter(())
        self._window, self._at, self._base = b"", 0, 0
        # The number of the last line taken, and of the last that `read_events` knows of.
        self._line = self._told = 0
        self._fed: dict[int, tuple[int, int]] = {}
        """Places of the lines given to `read_events` that an event may still begin on."""
        self._goes_on = False
        """More of the last line given to `read_events` may follow."""
        self._reader: Iterator[Event | Unreadable] | None = None
        self._other_lines = False
        """The lines of `read_events` are others than those here: the text is UTF-16, or a bare carriage return ended one."""

    def read(self, pieces: Iterable[bytes]) -> Iterator[Places | Event | Unreadable]:
        self._windows = _windows(pieces)
        first = True
        while self._more():
            if first:
                first, self._other_lines = False, self._window.startswith(UTF16_MARKS)
            if not self._other_lines:
                places = self._plain_lines()
                if places.lines:
                    yield places
            if self._at < len(self._window):
                yield from self._others()

    def _more(self) -> bool:
        """Go to the next window if this one is used up. False at the end of the text."""
        if self._at < len(self._window):
            return True
        self._base += len(self._window)
        self._window, self._at = next(self._windows, b""), 0
        return bool(self._window)

    def _plain_lines(self) -> Places:
        """The lines from here on, as far as they are one event each, or blank."""
        window, at, base, line = self._window, self._at, self._base, self._line
        places = Places(array("I"), array("Q"), array("I"))
        lines, starts, sizes = places.lines.append, places.starts.append, places.sizes.append
        view, find, size = memoryview(window), window.find, len(window)
        returns, characters = b"\r" in window, not window.isascii()
        while at < size:
            end = after = find(b"\n", at)
            if after < 0:
                # A part of a long line, or the last one.
                break
            if returns and window[end - 1 : end] == b"\r" and end > at:
                end -= 1
            if end > at:
                if window[at] != _BRACE or (returns and window.find(b"\r", at, end) >= 0):
                    break
                try:
                    if characters:
                        window[at:end].decode()
                    _decode(view[at:end])
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    break
                lines(line + 1)
                starts(base + at)
                sizes(end - at)
            line += 1
            at = after + 1
        self._at, self._line = at, line
        return places

    def _others(self) -> Iterator[Places | Event | Unreadable]:
        """What `read_events` finds from here on, until it has nothing in hand and the last line was one event."""
        if self._reader is None:
            self._reader = read_events(self._feed(), self._source, self._sdk)
        for item in self._reader:
            while self._fed and (oldest := next(iter(self._fed))) < item.line:
                del self._fed[oldest]
            place = self._fed.get(item.line)
            if isinstance(item, Event) and isinstance(item.text, bytes) and place is not None:
                yield Places(array("I", [item.line]), array("Q", [place[0]]), array("I", [len(item.text)]))
                if item.line == self._line:
                    return
            else:
                yield item

    def _feed(self) -> Iterator[bytes]:
        """The text by lines for `read_events`, each when it asks for it. What it did not see are blank lines to it."""
        while self._more():
            if self._line > self._told:
                yield b"\n" * (self._line - self._told)
            after = self._window.find(b"\n", self._at) + 1 or len(self._window)
            line, start = self._window[self._at : after], self._base + self._at
            self._at = after
            continued, self._goes_on = self._goes_on, not line.endswith(b"\n")
            self._line += not continued
            self._told = self._line
            if not self._other_lines and b"\r" in line.removesuffix(b"\r\n"):
                self._other_lines = True
                self._fed.clear()
            if continued:
                self._fed.pop(self._line, None)
            elif not self._other_lines:
                self._fed[self._line] = (start, len(line))
            yield line


def _windows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, about as much as a piece at a time; but a long line in parts, and the last line may have no end."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if not end and size + len(piece) <= LONG_LINE:
            parts.append(piece)
            size += len(piece)
            continue
        parts.append(piece[:end] if end else piece)
        yield b"".join(parts)
        parts = [piece[end:]] if 0 < end < len(piece) else []
        size = len(parts[0]) if parts else 0
    if rest := b"".join(parts):
        yield rest
