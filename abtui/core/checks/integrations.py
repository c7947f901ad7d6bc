"""Findings about an event's `integrations`: whether they switch this destination off, and entries that look so and have no effect."""

from __future__ import annotations

import re
from typing import Any, Final

from abtui.core.destination import Decision
from abtui.core.findings import Finding, warning
from abtui.core.segment import READ_FIRST, filtered_by, is_all
from abtui.core.text.javascript import json_kind
from abtui.core.text.paths import Path, path_text

_OLD: Final = "AB Smartly"
_FAMILY: Final = frozenset({_OLD, "ABsmartly (Actions)"})
"""Names of AB Smartly's destinations in Segment: an entry for another one of them is not about this one."""
_LETTERS: Final = re.compile(r"[\W_]+")
_NEAR: Final = frozenset({"absmartly", "absmartlyclassic", "absmartlyactions"})
FILTERED: Final = warning(
    "EVENT-FILTERED",
    "The event opts out of this destination",
    "Its `integrations` switch the destination off, by name or with `All: false` (`All` in any case), so Segment filters the event before the destination runs.",
)
INTEGRATIONS: Final = warning(
    "EVENT-INTEGRATIONS",
    "An entry of `integrations` without effect",
    "Segment reads the event's own `integrations`: the destination's exact name, `All` in any case, and only true and false. Other spellings, other values, and `integrations` inside `context` switch nothing on or off. `AB Smartly: false` does not keep an event from ABsmartly (Actions).",
)


def filtered_finding(decision: Decision, title: str) -> Finding:
    """The finding about an event that Segment filters."""
    return FILTERED.at(
        f'"{decision.detail}": false keeps the event from this destination.',
        f'Set "{title}": true in `integrations` to let it through.',
        event_path=path_text((READ_FIRST, decision.detail)),
    )


def _kept_for_another(integrations: dict[str, Any], title: str, found: list[Finding]) -> None:
    """Check whether the event opts out of the older destination alone, where it was surely meant to keep it from this one, too."""
    if title == _OLD or title in integrations or integrations.get(_OLD) is not False:
        return
    if title in _FAMILY and filtered_by({READ_FIRST: integrations}, title) is None:
        message = f'"{_OLD}": false does not keep the event from this destination, whose name is "{title}": the event reaches it.'
        _add(message, f'Write "{title}": false as well where an event opts out.', (READ_FIRST, _OLD), found)


def integrations_findings(event: dict[str, Any], title: str, found: list[Finding]) -> None:
    """Append the findings about entries that Segment does not read."""
    integrations = event.get(READ_FIRST)
    if isinstance(integrations, dict):
        for key, value in integrations.items():
            _entry(key, value, title, found)
        _kept_for_another(integrations, title, found)
    elif integrations is not None:
        message = f"`{READ_FIRST}` is {json_kind(integrations)}, not an object, so it has no effect."
        _add(message, f'Write {{"{title}": false}} or {{"All": false}}.', (READ_FIRST,), found)
    context = event.get("context")
    inside = context.get(READ_FIRST) if isinstance(context, dict) else None
    if inside:
        message = f"`{READ_FIRST}` inside `context` has no effect: Segment reads only the event's own `{READ_FIRST}`."
        _add(message, "Move it to the top of the event.", ("context", READ_FIRST), found)


def _entry(key: str, value: Any, title: str, found: list[Finding]) -> None:
    """Check one entry. Segment reads only the exact name, `All` in any case, and true or false (or settings under the name)."""
    path: Path = (READ_FIRST, key)
    if key == title:
        if not isinstance(value, bool | dict):
            message = f'"{key}" is {_shown(value)}: only false switches the destination off.'
            _add(message, "Write true or false.", path, found)
    elif is_all(key):
        if not isinstance(value, bool):
            message = f'"{key}" is {_shown(value)}, which has no effect: only true and false count.'
            _add(message, "Write true or false.", path, found)
    elif key not in _FAMILY and len(key) <= len(title) * 4:
        letters = _letters(key)
        if letters == "all" or letters == _letters(title) or (title in _FAMILY and letters in _NEAR):
            meant = "All" if letters == "all" else title
            message = f'"{key}" has no effect: the name is "{meant}".'
            _add(message, f'Write it as "{meant}".', path, found)


def _letters(name: str) -> str:
    return _LETTERS.sub("", name).lower()


def _shown(value: Any) -> str:
    return f"the text {value!r}" if isinstance(value, str) and len(value) <= len("disabled") else json_kind(value)


def _add(message: str, hint: str, path: Path, found: list[Finding]) -> None:
    found.append(INTEGRATIONS.at(message, hint, event_path=path_text(path)))
