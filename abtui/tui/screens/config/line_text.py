"""An editable line of text as an immutable value; each key returns a new one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

_WORD = re.compile(r"\w+\W*\Z|\W+\Z")


class LineText(msgspec.Struct, frozen=True):
    """A text and the column of its cursor."""

    text: str = ""
    at: int = 0

    def insert(self, piece: str) -> LineText:
        """The line with `piece` inserted at the cursor."""
        return LineText(self.text[: self.at] + piece + self.text[self.at :], self.at + len(piece))

    def key(self, name: str) -> LineText | None:
        """The line after a key (by name), or None if the key does not edit a line."""
        move = _KEYS.get(name)
        return None if move is None else move(self)


def _left(line: LineText) -> LineText:
    return LineText(line.text, max(0, line.at - 1))


def _right(line: LineText) -> LineText:
    return LineText(line.text, min(len(line.text), line.at + 1))


def _cut(line: LineText, start: int, end: int) -> LineText:
    return LineText(line.text[:start] + line.text[end:], start)


def _word_start(line: LineText) -> int:
    match = _WORD.search(line.text[: line.at])
    return match.start() if match else 0


def _home(line: LineText) -> LineText:
    return LineText(line.text, 0)


def _end(line: LineText) -> LineText:
    return LineText(line.text, len(line.text))


_KEYS: Final[dict[str, Callable[[LineText], LineText]]] = {
    "left": _left,
    "right": _right,
    "home": _home,
    "ctrl+a": _home,
    "end": _end,
    "ctrl+e": _end,
    "backspace": lambda line: _cut(line, max(0, line.at - 1), line.at),
    "delete": lambda line: _cut(line, line.at, line.at + 1),
    "ctrl+w": lambda line: _cut(line, _word_start(line), line.at),
    "ctrl+u": lambda line: _cut(line, 0, line.at),
    "ctrl+k": lambda line: _cut(line, line.at, len(line.text)),
}
