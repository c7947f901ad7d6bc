"""JSON values as YAML: each is written so that `yaml_values.json_value` reads the same value back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final

from abtui.core.text.yaml_text import LONGEST_KEY, is_writable, scalar

JSON_TAG: Final = "!json"
"""Marks a text that is JSON: for what YAML cannot hold, such as half a character (a lone surrogate)."""

_WIDTH: Final = 100
"""Characters of a line up to which a map or list of scalars stands on one line."""
_BLOCK_LEVELS: Final = 12
"""Deeper levels are written on one line: indentation would outgrow what it shows."""


def is_plain_yaml(value: Any) -> bool:
    """Whether YAML can hold `value` without `!json`."""
    if isinstance(value, str):
        return is_writable(value)
    if isinstance(value, dict):
        return all(key_text(key) is not None and is_plain_yaml(member) for key, member in value.items())
    return all(map(is_plain_yaml, value)) if isinstance(value, list) else True


def flow(value: Any) -> str:
    """`value` on one line: `{type: user_id, uid: u-1}`."""
    if isinstance(value, str):
        return scalar(value) if is_writable(value) else tagged(value)
    if isinstance(value, dict):
        keys = [key_text(key) for key in value]
        if None in keys:
            return tagged(value)
        return f"{{{', '.join(f'{key}: {flow(member)}' for key, member in zip(keys, value.values(), strict=True))}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return _word(value)


def entry_lines(key: str, value: Any, indent: int) -> Iterator[str]:
    """The lines, without their ends, of one entry of a block map whose keys stand behind `indent` spaces. The key must be short."""
    return _lines(f"{' ' * indent}{key_text(key)}:", value, indent, 0)


def item_lines(value: Any, indent: int) -> Iterator[str]:
    """The lines of one item of a block list whose dashes stand behind `indent` spaces."""
    return _lines(f"{' ' * indent}-", value, indent, 0)


def _lines(head: str, value: Any, indent: int, level: int) -> Iterator[str]:
    keys = [key_text(key) for key in value] if isinstance(value, dict) else []
    if not _is_block(head, value, level) or None in keys:
        yield f"{head} {flow(value)}"
        return
    inner = indent + 2
    if isinstance(value, dict):
        members = (_lines(f"{' ' * inner}{key}:", member, inner, level + 1) for key, member in zip(keys, value.values(), strict=True))  # fmt: skip
    else:
        members = (_lines(f"{' ' * inner}-", member, inner, level + 1) for member in value)
    lines = (line for member in members for line in member)
    if head.endswith("-"):
        # The first line of what a dash holds stands beside it.
        yield f"{head} {next(lines)[inner:]}"
    else:
        yield head
    yield from lines


def _is_block(head: str, value: Any, level: int) -> bool:
    if not isinstance(value, dict | list) or not value or level >= _BLOCK_LEVELS:
        return False
    members = value.values() if isinstance(value, dict) else value
    if any(isinstance(member, dict | list) and member for member in members):
        return True
    return len(head) + len(flow(value)) >= _WIDTH


def key_text(key: str) -> str | None:
    """A key as YAML, or None where YAML has no place for it."""
    text = scalar(key) if is_writable(key) else None
    return text if text is not None and len(text) <= LONGEST_KEY else None


def _word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isinf(value):
        # What JSON.parse reads as infinite.
        return "1e999" if value > 0 else "-1e999"
    return repr(value)


def tagged(value: Any) -> str:
    """`value` as a text marked `!json`."""
    text = json_text(value).replace("'", "''")
    return f"{JSON_TAG} '{text}'"


def json_text(value: Any) -> str:
    """`value` as JSON in ASCII that reads back as the same value, also where JavaScript would write null."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key)}: {json_text(member)}' for key, member in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(json_text, value))}]"
    return _word(value)
