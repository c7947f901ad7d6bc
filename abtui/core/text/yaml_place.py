"""Describes a place in a YAML text, even a broken one: the keys above it, whether it is in a key or a value, and its quotes.

A parser returns nothing for a text with an error, and a text that is being typed has one after every second key. This module
reads the lines before the place one by one, and looks only at indentation and brackets.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from abtui.core.text.paths import Path

Role = Literal["key", "value", "item"]

MOST_CHARACTERS: Final = 256 * 1024
"""A section with more text before the place is not read: typing would feel slow."""

_SECTION = re.compile(r"^(?=[^\s#\-}\],])", re.MULTILINE)
_QUOTED: Final = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\''
_REST: Final = r"[^:\n]*(?::(?![ \t]|$)[^:\n]*)*"
_KEY = re.compile(
    rf"(?P<key>(?:{_QUOTED})[ \t]*|(?:[^\s#\"'{{\[\-&*!|>%@`,?:]|:(?![ \t]|$)|-[^\s]){_REST}):(?=[ \t]|$)"
)
"""A key, with the spaces before its colon."""
_DASH = re.compile(r"-[ \t]+|-$")
_ITEM = re.compile(r"^( *)-(?=\s)", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r"[|>][+\-0-9]*[ \t]*(?:#.*)?$")
_PROPERTIES = re.compile(r"\A(?:[&!][^\s]*[ \t]+)*")
_FLOW = re.compile(
    rf"""(?P<space>\s+)|(?P<comment>(?<=\s)\#[^\n]*)|(?P<quoted>{_QUOTED})|(?P<open>[{{\[])|(?P<close>[}}\]])|(?P<comma>,)"""
    r"""|(?P<colon>:(?=[\s,\[\]{}]|$)|(?<=["']):)|(?P<plain>(?:\$\{[^{}\n]*\}|[^\s,:\[\]{}]|:(?![\s,\[\]{}]|$)|[ \t](?!\#))+)|(?P<half>["'][^\n]*|.)"""
)
_WORDS: Final = frozenset({"plain", "quoted", "half"})
_COMPLETE = re.compile(rf"(?:{_QUOTED})\Z")
_COLON = re.compile(r"[ \t]*:")
_PLAIN_END = re.compile(r"[ \t]*(?:[ \t]#.*)?$")


class Place(msgspec.Struct, frozen=True):
    """A place. `path` leads to the map or list around it, or for a value to its key.

    The word at the place reaches from `start` to `end`, quotes included; `typed` is its part before the place, without the
    quote. `others` are the other keys of the map. `flow`: the place is in brackets. `colon`: a colon already follows the key.
    `indent` is the indentation of the key.
    """

    path: Path
    role: Role
    start: int
    end: int
    typed: str
    quote: str
    others: frozenset[str]
    flow: bool
    colon: bool
    indent: int


class _Level(msgspec.Struct):
    """A key of a block map, or the dash of a list (0), and its column."""

    indent: int
    step: str | int


class _Flow(msgspec.Struct):
    """An open bracket: its keys so far, the key whose value is being read, and the last word."""

    is_map: bool
    keys: list[str]
    key: str | None = None
    word: str | None = None


class _Scan:
    """Reads a section from `start` line by line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.levels: list[_Level] = []
        self.flow: list[_Flow] = []
        self.keys: dict[Path, list[tuple[int, str]]] = {}
        self.block_scalar: int | None = None

    @property
    def path(self) -> Path:
        """The steps of the open levels."""
        return tuple([level.step for level in self.levels])

    def line(self, at: int, stop: int) -> None:
        """Read one line."""
        line = self.text[at:stop].rstrip("\r")
        if self.flow:
            self.flow_part(at, stop)
            return
        bare = line.lstrip(" \t")
        indent = len(line) - len(bare)
        if self.block_scalar is not None:
            if not bare or indent > self.block_scalar:
                return
            self.block_scalar = None
        if not bare or bare.startswith("#"):
            return
        column = self.enter(line, indent)
        key = _KEY.match(line, column)
        if key is not None:
            self.open_key(column, at + column, key["key"])
        rest = line[key.end() if key else column :].lstrip(" \t")
        if rest[:1] in ("&", "!"):
            rest = _PROPERTIES.sub("", rest, count=1)
        if rest[:1] in ("|", ">") and _BLOCK_SCALAR.match(rest):
            self.block_scalar = indent
        elif rest[:1] in ("{", "["):
            self.flow_part(at + len(line) - len(rest), stop)

    def enter(self, line: str, indent: int) -> int:
        """Close the levels that end before a line, and open those of its dashes. Returns the column behind the dashes."""
        column = indent
        dash = _DASH.match(line, column) if line.startswith("-", column) else None
        while self.levels and (
            self.levels[-1].indent > column
            # `- item` may be in the column of its list's key.
            or (self.levels[-1].indent == column and not (dash and isinstance(self.levels[-1].step, str)))
        ):
            self.levels.pop()
        while dash:
            self.levels.append(_Level(column, 0))
            self.forget_item()
            column = dash.end()
            dash = _DASH.match(line, column)
        return column

    def forget_item(self) -> None:
        """Forget the keys of the item before: every item of a list has the same path."""
        path = self.path
        self.keys = {known: keys for known, keys in self.keys.items() if known[: len(path)] != path}

    def open_key(self, column: int, at: int, written: str) -> None:
        """Open the level of a key at the offset `at`."""
        name = unquoted(written)
        self.keys.setdefault(self.path, []).append((at, name))
        self.levels.append(_Level(column, name))

    def flow_part(self, at: int, stop: int) -> None:
        """Read the part of a line that is in brackets."""
        for match in _FLOW.finditer(self.text, at, stop):
            if not self.take(match.lastgroup or "", match):
                return

    def take(self, kind: str, match: re.Match[str]) -> bool:
        """Read one token in brackets. Returns whether the text behind it is still in brackets."""
        if kind == "open":
            self.flow.append(_Flow(match[0] == "{", []))
            return True
        if not self.flow:
            return False
        around = self.flow[-1]
        if kind == "close":
            self.flow.pop()
        elif kind == "comma":
            if around.word is not None and around.key is None:
                around.keys.append(around.word)
            around.key = around.word = None
        elif kind == "colon":
            if around.key is None and around.word is not None:
                around.key = around.word
                around.keys.append(around.word)
            around.word = None
        elif kind in _WORDS:
            around.word = unquoted(match[0].rstrip())
        return bool(self.flow)


def unquoted(written: str) -> str:
    """A word without its quotes. Of the escapes only those of quotes and backslashes are resolved."""
    written = written.strip()
    quote = written[:1]
    if quote not in ("'", '"'):
        return written
    inner = written[1:-1] if len(written) > 1 and written.endswith(quote) else written[1:]
    return inner.replace("''", "'") if quote == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")


def place_at(text: str, offset: int) -> Place | None:
    """The place at `offset` of `text`; None in a comment, in a block scalar, and behind a value that has ended."""
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line_end = len(text) if line_end < 0 else line_end
    start = _section_start(text, line_start)
    if offset - start > MOST_CHARACTERS:
        return None
    scan = _Scan(text)
    while start < line_start:
        stop = text.find("\n", start)
        scan.line(start, stop)
        start = stop + 1
    if scan.flow:
        return _in_flow(scan, line_start, offset, line_end)
    return _in_block(scan, line_start, offset, line_end)


def item_around(text: str, offset: int) -> str:
    """The text of the outermost list item around `offset`, with its dash; "" where there is none."""
    line_start = text.rfind("\n", 0, offset) + 1
    start = _section_start(text, line_start)
    line_end = text.find("\n", offset)
    dashes = _ITEM.finditer(text, start, len(text) if line_end < 0 else line_end)
    first = next(dashes, None)
    if first is None:
        return ""
    own = [match for match in (first, *dashes) if match[1] == first[1]][-1]
    ends = (match.start() for match in _ITEM.finditer(text, own.end()) if match[1] == own[1])
    section = _SECTION.search(text, own.end())
    return text[own.start() : min(next(ends, len(text)), section.start() if section else len(text))]


def _section_start(text: str, line_start: int) -> int:
    """The start of the top-level key that a line belongs to, or of the text."""
    floor = max(0, line_start - MOST_CHARACTERS - 1)
    last = 0
    for match in _SECTION.finditer(text, floor, line_start):
        last = match.start()
    return last if last or not floor else 0


def _in_block(scan: _Scan, line_start: int, offset: int, line_end: int) -> Place | None:
    """The place in a line that does not begin in brackets."""
    line, column = scan.text[line_start:line_end].rstrip("\r"), offset - line_start
    bare = line[:column].lstrip(" \t")
    indent = len(line[:column]) - len(bare)
    if bare.startswith("#") or (scan.block_scalar is not None and indent > scan.block_scalar):
        return None
    inner = scan.enter(line[:column], indent)
    key = _KEY.match(line, inner)
    key_end = key.start() + len(key["key"].rstrip()) if key else -1
    if key and column > key_end:
        if column < key.end():
            return None
        scan.open_key(inner, line_start + inner, key["key"])
        word = _PROPERTIES.sub("", line[key.end() : column].lstrip(" \t"), count=1)
        role: Role = "value"
    else:
        word = line[inner:column]
        role = "item" if not key and scan.levels and isinstance(scan.levels[-1].step, int) else "key"
    at = column - len(word) if role == "value" else inner
    if word[:1] in ("{", "["):
        return _in_flow(scan, line_start + at, offset, line_start + len(line))
    typed, quote = _typed(word)
    if " #" in word and not quote:
        return None
    if role == "value" and (word[:1] in ("|", ">", "#", "&", "*") or _COMPLETE.match(word)):
        return None
    tail = _PLAIN_END.search(line, column)
    end = key_end if key and role == "key" else tail.start() if tail else len(line)
    path, others = scan.path, frozenset[str]()
    if role != "value":
        above = [name for at_key, name in scan.keys.get(path, ()) if at_key != line_start + inner]
        in_list = bool(scan.levels) and isinstance(scan.levels[-1].step, int)
        others = frozenset(above + _keys_below(scan.text, line_end, inner if in_list else indent))
    if role == "item":
        path = tuple(step for step in path if isinstance(step, str))
    end = line_start + max(end, column)
    return Place(
        path, role, line_start + at, end, typed, quote, others, False, role == "key" and key is not None, inner
    )


def _in_flow(scan: _Scan, at: int, offset: int, line_end: int) -> Place | None:
    """The place in brackets. The text before `at` has been read."""
    text = scan.text
    begun = end = offset
    for match in _FLOW.finditer(text, at, line_end):
        kind = match.lastgroup or ""
        if match.end() < offset or (match.end() == offset and kind not in _WORDS):
            if not scan.take(kind, match):
                return None
            continue
        if kind == "comment" and match.start() < offset:
            return None
        if kind in _WORDS and match.start() <= offset:
            if kind == "quoted" and match.end() == offset:
                return None
            begun = match.start()
            end = offset if kind == "half" else max(offset, begun + len(match[0].rstrip()))
        break
    around = scan.flow[-1]
    path = (*scan.path, *(level.key for level in scan.flow if level.key is not None))
    typed, quote = _typed(text[begun:offset])
    role: Role = "value" if around.key is not None else "key" if around.is_map else "item"
    colon = role == "key" and _COLON.match(text, end, line_end) is not None
    others = frozenset([*around.keys, *_keys_behind(text, end, line_end)]) if role == "key" else frozenset()
    return Place(path, role, begun, end, typed, quote, others, True, colon, 0)


def _keys_behind(text: str, at: int, line_end: int) -> list[str]:
    """The keys that follow in the same braces and on the same line."""
    scan = _Scan(text)
    scan.flow.append(_Flow(True, []))
    around = scan.flow[0]
    around.key = ""
    for match in _FLOW.finditer(text, at, line_end):
        if not scan.take(match.lastgroup or "", match):
            break
    return around.keys


def _typed(word: str) -> tuple[str, str]:
    quote = word[0] if word[:1] in ("'", '"') else ""
    return (unquoted(word) if quote else word), quote


def _keys_below(text: str, line_end: int, indent: int) -> list[str]:
    """The keys of the same map in the lines below."""
    found: list[str] = []
    at = line_end + 1
    floor = at + MOST_CHARACTERS
    while 0 < at < min(len(text), floor):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop]
        bare = line.lstrip(" ")
        depth = len(line) - len(bare)
        if bare.strip() and not bare.startswith("#"):
            if depth < indent:
                break
            if depth == indent and (key := _KEY.match(line, indent)):
                found.append(unquoted(key["key"]))
        at = stop + 1
    return found
