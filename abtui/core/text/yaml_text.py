"""Writing texts as YAML that the config reader, and any other reader of YAML, reads back as the same texts."""

from __future__ import annotations

import re
from typing import Final

# Words of ASCII letters with single spaces between them: nothing in them can be taken for YAML's own.
_WORD: Final = r"[A-Za-z0-9_./+()]+(?:-[A-Za-z0-9_./+()]+)*"
_PLAIN = re.compile(rf"(?=[A-Za-z]){_WORD}(?: {_WORD})*\Z")
# https://host/v1: a colon is a mapping's only before a space.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?\Z")
_OTHER_TYPES: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# What YAML may not hold as it is, and what would steer a terminal or be lost in an editor.
_ESCAPED = re.compile(
    '["\\\\\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff0-\uffff]'
    "|[\U000e0000-\U000e0fff]"
)
# What double quotes escape, but for quotes and backslashes.
_UNQUOTABLE = re.compile(_ESCAPED.pattern.replace('"\\\\', "", 1))
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_IMPOSSIBLE = re.compile("[\ud800-\udfff]|\\$\uf8f0")
_OPEN: Final = "$\\x7b"
LONGEST_KEY: Final = 1000
"""Characters of a key on the line of its value; YAML 1.1 allows 1,024 with the quotes."""


def is_writable(text: str) -> bool:
    """Whether a config can hold `text`. Half a character (a lone surrogate) is in no YAML.

    Neither is `$` before U+F8F0, a private character that the reader uses itself (see `shield`).
    """
    return _IMPOSSIBLE.search(text) is None


def scalar(text: str) -> str:
    """`text` as a YAML scalar on one line, quoted unless it is plainly a text."""
    if _ADDRESS.match(text) or (_PLAIN.match(text) and text.lower() not in _OTHER_TYPES):
        return text
    return double_quoted(text)


def value(text: str) -> str:
    """`text` as a value of a config: as `scalar`, and a `${` in it stays one and is no reference."""
    return scalar(text.replace("${", "$${"))


def entry(key: str, text: str, indent: str) -> str:
    """The line, or for a very long key the lines, of an entry of a text map."""
    name = key_text(key)
    if len(name) > LONGEST_KEY:
        return f"{indent}? {name}\n{indent}: {value(text)}\n"
    return f"{indent}{name}: {value(text)}\n"


def key_text(key: str, quote: str = "") -> str:
    """A key on one line, in the quotes it was begun with if they can hold it."""
    # Keys have no references; the brace is escaped so that it cannot find its end in the value.
    return double_quoted(key).replace("${", _OPEN) if "${" in key else quoted_like(key, quote)


def quoted_like(text: str, quote: str) -> str:
    """`text` as a scalar on one line, in the quotes it was begun with (`"`, `'` or none) if they can hold it."""
    if quote == "'" and (single := single_quoted(text)) is not None:
        return single
    return double_quoted(text) if quote else scalar(text)


def single_quoted(text: str) -> str | None:
    """`text` in single quotes, or None where they cannot hold it on one line as it is."""
    if not is_writable(text) or _UNQUOTABLE.search(text):
        return None
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def double_quoted(text: str) -> str:
    """`text` in double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if match[0] in _SHORT:
        return _SHORT[match[0]]
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
