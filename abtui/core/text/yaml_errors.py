"""The YAML parser's complaint as a finding that quotes nothing: the line it stumbled over may hold the API key."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from abtui.core.findings import Finding
from abtui.core.text.yaml_nodes import at

_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# PyYAML's own parser names what it met in quotes; that is text of the file. Punctuation alone is not.
_QUOTED = re.compile(r"'[^']*\w[^']*'")

# What the parser says (of both of PyYAML's parsers), what it means, what to do. The first that is contained counts.
_MEANINGS: Final = (
    ("mapping values are not allowed", "A `: ` stands where no key can be.", "Quote a text that has `: ` in it; check the indentation, and the space after the colon of the key before."),
    ("could not find expected ':'", "A key is not followed by a colon and a space.", "Write `key: value`, with a space after the colon."),
    ("while scanning a quoted scalar", "A quote is opened and never closed.", "Close it, or quote the whole text."),
    ("while parsing a flow sequence", "A `[` is opened and not closed, or a comma is missing.", "Close it with `]`."),
    ("while parsing a flow mapping", "A `{` is opened and not closed, or a comma is missing.", "Close it with `}`, and quote a text that has braces in it."),
    ("while parsing a flow node", "A `[` or `{` is opened and not closed, or a value is missing.", "Close it, or quote the text."),
    ("while parsing a block mapping", "The indentation does not fit, or a text is not quoted whole.", "Keys of one map begin in the same column."),
    ("while parsing a block collection", "The indentation does not fit the list.", "Items of one list begin in the same column."),
    ("document start>", "The document is complete before this; what follows does not belong to it.", "Check the indentation. Or is this a file of events?"),
    ("duplicate tag handle", "A line starting with `%` is a YAML directive, and this one stands twice.", "Quote the text."),
    ("duplicate %TAG", "A line starting with `%` is a YAML directive, and this one stands twice.", "Quote the text."),
    ("undefined tag handle", "A value starts with a `!` that YAML takes for a type.", "Quote the text."),
    ("while scanning an alias", "A `*` stands before something that is no name.", "Quote the text."),
    ("while scanning an anchor", "A `&` stands before something that is no name.", "Quote the text."),
    ("invalid Unicode character escape", "An escape in a quoted text is no character.", "Use single quotes where `\\` is no escape."),
    ("escape", "A `\\` in a double-quoted text is followed by no known escape.", "Use single quotes where `\\` is no escape."),
    ("directive", "A line starting with `%` is a YAML directive, and this one is unknown.", "Quote the text."),
)  # fmt: skip


def parser_finding(error: yaml.YAMLError, text: str, code: str) -> Finding:
    """A finding of `code` at the place where the parser gave up, or where what it misses was opened."""
    problem = getattr(error, "problem", None) or ""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    line, column, at_end = _place(mark, text)
    message, hint = _meaning(f"{context}; {problem}", _line(text, line)[column - 1 : column])
    opened = getattr(error, "context_mark", None)
    if opened is not None and (opened.line + 1, opened.column + 1) != (line, column):
        message += f" It began in line {opened.line + 1}, column {opened.column + 1}"
        message += ", and the file ends." if at_end else "."
    return at(line, column, code, message, hint)


def _meaning(said: str, character: str) -> tuple[str, str]:
    if "cannot start any token" in said:
        if character == "\t":
            return "A tab stands where YAML wants spaces.", "Indent with spaces."
        return "A text starts with a character that YAML reserves.", "Quote the text."
    for part, message, hint in _MEANINGS:
        if part in said:
            return message, hint
    return f"The YAML parser says: {_QUOTED.sub('…', said).strip('; ')}.", ""


def _place(mark: Any, text: str) -> tuple[int, int, bool]:
    """1-based line and column of `mark`, and whether it is the end of the text. The C parser may point a line behind it."""
    lines = _LINES.split(text)
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    if mark is None or mark.line >= last:
        return last, len(lines[last - 1]) + 1, True
    return mark.line + 1, mark.column + 1, False


def _line(text: str, number: int) -> str:
    return _LINES.split(text)[number - 1]
