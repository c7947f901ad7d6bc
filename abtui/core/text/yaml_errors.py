"""Errors of the YAML parser as findings. A finding quotes nothing of the file: the line with the error may contain the API key."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from abtui.core.findings import Finding
from abtui.core.text.yaml_nodes import at

_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# PyYAML's parser in Python quotes text of the file. Punctuation alone gives nothing away.
_QUOTED = re.compile(r"'[^']*\w[^']*'")

# A part of the message of either of PyYAML's parsers, our message, and a hint. The first part that is contained counts.
_MEANINGS: Final = (
    ("mapping values are not allowed", "There is a `: ` where no key can be.", "Quote a text that has `: ` in it; check the indentation, and the space after the colon of the key before."),
    ("could not find expected ':'", "A key is not followed by a colon and a space.", "Write `key: value`, with a space after the colon."),
    ("while scanning a quoted scalar", "A quote is opened and never closed.", "Close it, or quote the whole text."),
    ("while parsing a flow sequence", "A `[` is opened and not closed, or a comma is missing.", "Close it with `]`."),
    ("while parsing a flow mapping", "A `{` is opened and not closed, or a comma is missing.", "Close it with `}`, and quote a text that has braces in it."),
    ("while parsing a flow node", "A `[` or `{` is opened and not closed, or a value is missing.", "Close it, or quote the text."),
    ("while parsing a block mapping", "The indentation does not fit, or a text is not quoted whole.", "Keys of one map begin in the same column."),
    ("while parsing a block collection", "The indentation does not fit the list.", "Items of one list begin in the same column."),
    ("document start>", "The document ends before this; what follows does not belong to it.", "Check the indentation. Or is this a file of events?"),
    ("duplicate tag handle", "A line starting with `%` is a YAML directive, and this one is repeated.", "Quote the text."),
    ("duplicate %TAG", "A line starting with `%` is a YAML directive, and this one is repeated.", "Quote the text."),
    ("undefined tag handle", "A value starts with a `!` that YAML takes for a type.", "Quote the text."),
    ("while scanning an alias", "A `*` is followed by something that is no name.", "Quote the text."),
    ("while scanning an anchor", "A `&` is followed by something that is no name.", "Quote the text."),
    ("invalid Unicode character escape", "An escape in a quoted text is no character.", "Use single quotes where `\\` is no escape."),
    ("escape", "A `\\` in a double-quoted text is followed by no known escape.", "Use single quotes where `\\` is no escape."),
    ("directive", "A line starting with `%` is a YAML directive, and this one is unknown.", "Quote the text."),
)  # fmt: skip


def parser_finding(error: yaml.YAMLError, text: str, code: str) -> Finding:
    """The finding for an error, at the place where the parser gave up. It also names the place where the unfinished part began."""
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
            return "There is a tab where YAML requires spaces.", "Indent with spaces."
        return "A text starts with a character that YAML reserves.", "Quote the text."
    for part, message, hint in _MEANINGS:
        if part in said:
            return message, hint
    return f"The YAML parser says: {_QUOTED.sub('…', said).strip('; ')}.", ""


def _place(mark: Any, text: str) -> tuple[int, int, bool]:
    """The line and column of `mark`, from 1, and whether it is at the end of the text. The parser in C may point one line too far."""
    lines = _LINES.split(text)
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    if mark is None or mark.line >= last:
        return last, len(lines[last - 1]) + 1, True
    return mark.line + 1, mark.column + 1, False


def _line(text: str, number: int) -> str:
    return _LINES.split(text)[number - 1]
