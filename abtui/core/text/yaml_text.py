"""Texts and JSON values as YAML that every reader of YAML reads back as the same values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

JSON_TAG: Final = "!json"
"""The tag of a text that is JSON, for values that YAML cannot hold, such as half a character (a lone surrogate)."""
LONGEST_KEY: Final = 1000
"""Characters of a key that is on the line of its value. YAML 1.1 allows 1,024, quotes included."""

# Words of ASCII letters with single spaces between them: YAML cannot take anything in them for its own.
_WORD: Final = r"[A-Za-z0-9_./+()]+(?:-[A-Za-z0-9_./+()]+)*"
_PLAIN = re.compile(rf"(?=[A-Za-z]){_WORD}(?: {_WORD})*\Z")
# https://host/v1: a colon ends a key only before a space.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?\Z")
_OTHER_TYPES: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# Characters that YAML does not allow as they are, that could steer a terminal, or that an editor could lose.
_UNSAFE: Final = (
    "\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff0-\uffff\U000e0000-\U000e0fff"
)
_UNQUOTABLE = re.compile(f"[{_UNSAFE}]")
_IN_SINGLE = re.compile(r"['\\]")
_ESCAPED = re.compile(f'["\\\\{_UNSAFE}]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_IMPOSSIBLE = re.compile("[\ud800-\udfff]|\\$\uf8f0")
_WIDTH: Final = 100
"""The longest line on which a map or list of scalars is written."""
_BLOCK_LEVELS: Final = 12
"""Deeper levels are written on one line, because their indentation would be longer than their text."""


def is_writable(text: str) -> bool:
    """Whether a config can hold `text`. No YAML can hold half a character (a lone surrogate).

    `$` before U+F8F0 cannot be held either: the reader uses this private character itself (see `yaml_references`).
    """
    return _IMPOSSIBLE.search(text) is None


# Texts


def scalar(text: str) -> str:
    """`text` as a YAML scalar on one line, in quotes unless every reader takes it for text without them."""
    if _ADDRESS.match(text) or (_PLAIN.match(text) and text.lower() not in _OTHER_TYPES):
        return text
    # A text such as a condition, which quotes others, can be read and changed without escapes.
    return quoted_like(text, "'") if '"' in text and not _IN_SINGLE.search(text) else double_quoted(text)


def value(text: str) -> str:
    """`text` as a value of a config: a scalar in which `${` is escaped, so that it begins no reference."""
    return scalar(text.replace("${", "$${"))


def entry(key: str, text: str, indent: str) -> str:
    """The line, or for a very long key the lines, of an entry of a text map."""
    name = key_text(key)
    if len(name) > LONGEST_KEY:
        return f"{indent}? {name}\n{indent}: {value(text)}\n"
    return f"{indent}{name}: {value(text)}\n"


def key_text(key: str, quote: str = "") -> str:
    """A key on one line, in the quotes that `quoted_like` chooses."""
    # A key has no references. Its `{` is escaped, or a brace in the value could close a reference that begins in the key.
    return double_quoted(key).replace("${", "$\\x7b") if "${" in key else quoted_like(key, quote)


def short_key(key: str) -> str | None:
    """A key that fits on the line of its value, or None where YAML cannot hold it there."""
    text = scalar(key) if is_writable(key) else None
    return text if text is not None and len(text) <= LONGEST_KEY else None


def quoted_like(text: str, quote: str) -> str:
    """`text` as a scalar on one line, in the quotes `quote` (`"`, `'` or none) if they can hold it."""
    if quote == "'" and is_writable(text) and not _UNQUOTABLE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return double_quoted(text) if quote else scalar(text)


def double_quoted(text: str) -> str:
    """`text` in double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if match[0] in _SHORT:
        return _SHORT[match[0]]
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


# JSON values


def is_plain_yaml(value: Any) -> bool:
    """Whether YAML can hold a JSON value without `!json`."""
    if isinstance(value, str):
        return is_writable(value)
    if isinstance(value, dict):
        return all(short_key(key) is not None and is_plain_yaml(member) for key, member in value.items())
    return all(map(is_plain_yaml, value)) if isinstance(value, list) else True


def flow(value: Any) -> str:
    """A JSON value on one line: `{type: user_id, uid: u-1}`."""
    if isinstance(value, str):
        return scalar(value) if is_writable(value) else tagged(value)
    if isinstance(value, dict):
        keys = [short_key(key) for key in value]
        if None in keys:
            return tagged(value)
        return f"{{{', '.join(f'{key}: {flow(member)}' for key, member in zip(keys, value.values(), strict=True))}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return _word(value)


def entry_lines(key: str, value: Any, indent: int, *, block: bool = False) -> Iterator[str]:
    """The lines, without line breaks, of one entry of a block map that is indented by `indent`. The key must be a short one.

    With `block` every map in it has a line for each entry.
    """
    return _lines(f"{' ' * indent}{short_key(key)}:", value, indent, 0, block)


def item_lines(value: Any, indent: int) -> Iterator[str]:
    """The lines of one item of a block list whose dashes are indented by `indent`."""
    return _lines(f"{' ' * indent}-", value, indent, 0, False)


def _lines(head: str, value: Any, indent: int, level: int, block: bool) -> Iterator[str]:
    if not _is_block(head, value, level, block):
        yield f"{head} {flow(value)}"
        return
    inner = indent + 2
    if isinstance(value, dict):
        heads = [f"{' ' * inner}{short_key(key)}:" for key in value]
        members = list(value.values())
    else:
        heads = [f"{' ' * inner}-"] * len(value)
        members = value
    lines = (
        line
        for inner_head, member in zip(heads, members, strict=True)
        for line in _lines(inner_head, member, inner, level + 1, block)
    )
    if head.endswith("-"):
        # The first line of an item is on the line of its dash.
        yield f"{head} {next(lines)[inner:]}"
    else:
        yield head
    yield from lines


def _is_block(head: str, value: Any, level: int, block: bool) -> bool:
    if not isinstance(value, dict | list) or not value or level >= _BLOCK_LEVELS:
        return False
    if isinstance(value, dict) and None in map(short_key, value):
        return False
    if block and isinstance(value, dict):
        return True
    members = value.values() if isinstance(value, dict) else value
    if any(isinstance(member, dict | list) and member for member in members):
        return True
    return len(head) + len(flow(value)) >= _WIDTH


def _word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        # JSON.parse reads this as infinity.
        return "1e999" if value > 0 else "-1e999"
    return repr(value)


def tagged(value: Any) -> str:
    """A JSON value as a text with the tag `!json`."""
    text = json_text(value).replace("'", "''")
    return f"{JSON_TAG} '{text}'"


def json_text(value: Any) -> str:
    """`value` as ASCII JSON that reads back as the same value, even where JavaScript would write null."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key)}: {json_text(member)}' for key, member in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(json_text, value))}]"
    return _word(value)
