"""An item of a list of a config as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from abtui.core.text.plain import single_line
from abtui.core.text.yaml_text import entry_lines, is_writable, quoted_like, short_key


def item_lines(item: Mapping[str, Any], note: str = "") -> Iterator[str]:
    """The lines of an item, below a comment. Its texts are as a file has them: `$${` for `${`."""
    if note:
        yield f"  # {single_line(note)}"
    for at, (key, value) in enumerate(item.items()):
        start = "  - " if at == 0 else "    "
        if isinstance(value, str) and is_writable(value):
            # Subscriptions have double quotes in them.
            yield f"{start}{short_key(key)}: {quoted_like(value, chr(39) if chr(34) in value else '')}"
            continue
        first, *rest = entry_lines(key, value, 4)
        yield start + first[4:]
        yield from rest


def escaped(value: Any) -> Any:
    """A JSON value with `${` in its texts escaped, so that it begins no reference. Keys have none."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {key: escaped(member) for key, member in value.items()}
    return list(map(escaped, value)) if isinstance(value, list) else value
