"""Entries of an event's `integrations` that look like an opt-out of this destination, or an opt-in, and have no effect."""

from __future__ import annotations

import re
from typing import Any, Final

from abtui.core.findings import Finding, finding
from abtui.core.segment import READ_FIRST, is_all
from abtui.core.text.javascript import json_kind
from abtui.core.text.paths import Path, path_text

_OTHERS: Final = frozenset({"ABsmartly (Actions)"})
"""Names of AB Smartly's other destinations: an entry of theirs is not about this one."""
_LETTERS: Final = re.compile(r"[\W_]+")
_NEAR: Final = frozenset({"absmartly", "absmartlyclassic", "absmartlyactions"})


def integrations_findings(event: dict[str, Any], title: str, found: list[Finding]) -> None:
    """Append what of the event's `integrations` Segment does not heed."""
    integrations = event.get(READ_FIRST)
    if isinstance(integrations, dict):
        for key, value in integrations.items():
            _entry(key, value, title, found)
    elif integrations is not None:
        message = f"`{READ_FIRST}` is {json_kind(integrations)}, not an object, and switches nothing on or off."
        _add(message, f'Write {{"{title}": false}} or {{"All": false}}.', (READ_FIRST,), found)
    context = event.get("context")
    inside = context.get(READ_FIRST) if isinstance(context, dict) else None
    if inside:
        message = f"`{READ_FIRST}` inside `context` has no effect: only the event's own `{READ_FIRST}` is read."
        _add(message, "Move it to the top of the event.", ("context", READ_FIRST), found)


def _entry(key: str, value: Any, title: str, found: list[Finding]) -> None:
    """One entry. Only the exact name, `All` in any case, and true or false (or settings under the name) mean anything."""
    path: Path = (READ_FIRST, key)
    if key == title:
        if not isinstance(value, bool | dict):
            message = f'"{key}" is {_shown(value)}: it does not switch the destination off, only false does.'
            _add(message, "Write true or false.", path, found)
    elif is_all(key):
        if not isinstance(value, bool):
            message = f'"{key}" is {_shown(value)}, which has no effect: only true and false count.'
            _add(message, "Write true or false.", path, found)
    elif key not in _OTHERS and len(key) <= len(title) * 4:
        letters = _LETTERS.sub("", key).lower()
        if letters in _NEAR or letters == "all":
            meant = "All" if letters == "all" else title
            message = f'"{key}" has no effect: the name is "{meant}".'
            _add(message, f'Write it as "{meant}".', path, found)


def _shown(value: Any) -> str:
    return f"the text {value!r}" if isinstance(value, str) and len(value) <= len("disabled") else json_kind(value)


def _add(message: str, hint: str, path: Path, found: list[Finding]) -> None:
    found.append(finding("EVENT-INTEGRATIONS", message, hint, event_path=path_text(path)))
