"""Syntax highlighting of single lines, so that the cost depends on the visible lines and not on the size of the text.

A line is highlighted without its neighbours. That is exact for JSON, but a line in a YAML block scalar may look
like YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal, NamedTuple

Syntax = Literal["json", "yaml", "text"]
Kind = Literal["key", "string", "number", "constant", "punctuation", "comment", "name"]

KINDS: tuple[Kind, ...] = ("key", "string", "number", "constant", "punctuation", "comment", "name")
CODE_CLASSES = frozenset(f"code--{kind}" for kind in KINDS)

CODE_CSS = """
    & .code--key { color: $text-primary; }
    & .code--string { color: $text-success; }
    & .code--number { color: $text-warning; }
    & .code--constant { color: $text-accent; text-style: italic; }
    & .code--punctuation { color: $foreground-muted; }
    & .code--comment { color: $foreground-muted; text-style: italic; }
    & .code--name { color: $text-accent; text-style: bold; }
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""

LONGEST = 2_000
"""A longer line is not highlighted: it is minified text, and lexing it on each key would be noticeably slow."""

_REMEMBERED = 4_096

_YAML_NUMBER = re.compile(r"[-+]?(\d[\d_]*(\.\d*)?([eE][-+]?\d+)?|\.\d+|0x[0-9a-fA-F]+)\Z")
_YAML_CONSTANT = re.compile(r"(true|false|null|yes|no|on|off|~)\Z", re.IGNORECASE)
_YAML_QUOTED_KEY = re.compile(
    r"""(?:^|[{,]|\s-|^-)\s*(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=[ \t]*:(?:[ \t]|$))"""
)


class Span(NamedTuple):
    """The columns of a line, from `start` to before `end`, that are of one kind."""

    start: int
    end: int
    kind: Kind


Spans = tuple[Span, ...]
Tokens = Callable[[str], Iterable[tuple[int, object, str]]]


@cache
def _lexer(syntax: Literal["json", "yaml"]) -> Tokens:
    # Imported on first use: the import takes about 25 ms, and the first paint should not wait for it.
    from pygments.lexers.data import JsonLexer, YamlLexer

    lexer = JsonLexer() if syntax == "json" else YamlLexer()
    tokens: Tokens = lexer.get_tokens_unprocessed
    return tokens


def prepare() -> None:
    """Load the lexers. Call it in a thread, so that drawing the first line does not wait for them."""
    _lexed("a: 1", "json")
    _lexed("a: 1", "yaml")


@cache
def _kind_of(token: object) -> Kind | None:
    from pygments import token as names

    table: tuple[tuple[object, Kind], ...] = (
        (names.Name.Tag, "key"),
        (names.Literal.String, "string"),
        (names.Literal.Number, "number"),
        (names.Keyword.Constant, "constant"),
        (names.Literal.Scalar, "string"),
        (names.Name.Variable, "string"),
        (names.Name, "name"),
        (names.Keyword, "name"),
        (names.Comment, "comment"),
        (names.Punctuation, "punctuation"),
    )
    return next((kind for parent, kind in table if token in parent), None)  # type: ignore[operator]


def _lexed(line: str, syntax: Literal["json", "yaml"]) -> Spans:
    spans: list[Span] = []
    for start, token, value in _lexer(syntax)(line):
        kind = _kind_of(token)
        if kind is None:
            continue
        if kind == "string" and syntax == "yaml":
            kind = "number" if _YAML_NUMBER.match(value) else "constant" if _YAML_CONSTANT.match(value) else "string"
        spans.append(Span(start, start + len(value), kind))
    return tuple(spans) if syntax == "json" else _with_quoted_keys(line, spans)


def _with_quoted_keys(line: str, spans: list[Span]) -> Spans:
    """The spans of a YAML line with quoted keys marked as keys; the lexer marks them as strings."""
    for match in _YAML_QUOTED_KEY.finditer(line) if ":" in line else ():
        start, end = match.span("key")
        # The quote must open a string: a quote inside a string is one of its characters.
        if any(span.start == start and span.kind == "string" for span in spans):
            spans = [span for span in spans if span.end <= start or span.start >= end]
            spans.append(Span(start, end, "key"))
    return tuple(sorted(spans))


class Highlighter:
    """Highlights single lines. It caches the spans of up to 4,096 lines by their text."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self._known: dict[str, Spans] = {}

    def spans(self, line: str) -> Spans:
        """The spans of a line."""
        if self.syntax == "text" or not line or len(line) > LONGEST:
            return ()
        known = self._known.get(line)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[line] = _lexed(line, self.syntax)
        return known
