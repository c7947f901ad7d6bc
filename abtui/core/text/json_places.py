"""Where in a JSON text the value at a path stands. Use it through `jsontext`."""

from __future__ import annotations

import re

from abtui.core.text.json_parser import parse
from abtui.core.text.paths import Path

_SPACE = re.compile(r"(?:[ \t\n\r\ufeff]++|//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+")
_SKIPPED = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]|//[^\n\r]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|"', re.DOTALL)
_WHOLE_STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,:{}\[\]\"/]++")


def skip_space(text: str, at: int = 0) -> int:
    """The offset of the first character at or after `at` that is no space, comment or byte-order mark."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def value_end(text: str, at: int) -> int | None:
    """The offset after the value that starts at `at`, or None where it is not closed. Its inside is not checked."""
    if text[at : at + 1] not in ("{", "["):
        match = _WHOLE_STRING.match(text, at) or _SCALAR.match(text, at)
        return match.end() if match else None
    depth = 0
    for match in _SKIPPED.finditer(text, at):
        token = match[0]
        if token in ("{", "["):
            depth += 1
        elif token in ("}", "]"):
            depth -= 1
            if depth == 0:
                return match.end()
        elif token == '"':
            return None
    return None


def _next(text: str, at: int) -> int:
    """After the comma that may stand at `at`, the offset of what comes next."""
    at = skip_space(text, at)
    return skip_space(text, at + 1) if text[at : at + 1] == "," else at


def item_spans(text: str, at: int) -> list[tuple[int, int]]:
    """The (start, end) offsets of the items of the list that starts at `at`, as far as they can be told apart."""
    spans = []
    at = skip_space(text, at + 1)
    while (end := value_end(text, at)) is not None:
        spans.append((at, end))
        at = _next(text, end)
    return spans


def _child(text: str, at: int, step: str | int) -> tuple[int, int] | None:
    """The offsets at which the key (or item) and the value at `step` of the container at `at` start."""
    if text[at : at + 1] != ("{" if isinstance(step, str) else "["):
        return None
    at = skip_space(text, at + 1)
    index = 0
    while True:
        key_at = at
        if isinstance(step, str):
            key = _WHOLE_STRING.match(text, at)
            if key is None:
                return None
            at = skip_space(text, key.end())
            if text[at : at + 1] != ":":
                return None
            at = skip_space(text, at + 1)
            found = key[1] == step if "\\" not in key[1] else parse(key[0]).value == step
        else:
            found = index == step and text[at : at + 1] not in ("", "]")
        if found:
            return key_at, at
        end = value_end(text, at)
        if end is None:
            return None
        index += 1
        at = _next(text, end)


def start_of(text: str, path: Path) -> int | None:
    """The offset at which the value at `path` starts in the first document of `text`, which may be broken after it."""
    at = skip_space(text)
    for step in path:
        child = _child(text, at, step)
        if child is None:
            return None
        at = child[1]
    return at


def locate(text: str, path: Path, *, key: bool = False) -> tuple[int, int] | None:
    """The (start, end) offsets of the value at `path` in the first document of `text`, or of its key; None if it is not there.

    It stops as soon as it has found the path, so of a duplicate key it gives the first. Comments and trailing commas are
    skipped, and text that is broken after the place does not matter.
    """
    at = start_of(text, path)
    if at is None:
        return None
    if key and path and isinstance(path[-1], str):
        parent = start_of(text, path[:-1])
        child = None if parent is None else _child(text, parent, path[-1])
        if child is not None:
            end = value_end(text, child[0])
            return None if end is None else (child[0], end)
    end = value_end(text, at)
    return None if end is None else (at, end)
