"""A mapping as Segment's page for it shows it: its name, its switch, the events it is for, its action, and the action's fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from abtui.core.destination import Setting
from abtui.core.destinations.actions.fields import ACTIONS, GOAL, fields_of
from abtui.core.mapping_names import unique_names
from abtui.core.text.paths import Path

_OWN: Final = (
    Setting(name="name", label="Name", kind="text", about="Its name, as the page of the destination lists it."),
    Setting(name="enabled", label="Enabled", kind="toggle", about="Whether Segment runs it.", first=True),
    Setting(name="subscribe", label="Events", kind="text", about='The events it is for, in FQL: `type = "track"`.'),
    Setting(name="partnerAction", label="Action", kind="text", about=f"What it sends: {' or '.join(ACTIONS)}."),
)
_ABOUT: Final = "A path like `$.userId`, a text, or a directive in braces."
_ROOT: Final = "$."
_WORDS: Final = ("true", "false", "null")


_NEW: Final = "New mapping"


def new_item(names: Iterable[str]) -> dict[str, Any]:
    """A mapping as Segment's page begins one: switched off, with the defaults of all fields of a goal. No other has its name."""
    fields = {field.name: field.default for field in fields_of(GOAL) if field.default is not None}
    name = unique_names([*names, _NEW])[-1]
    return {"name": name, "enabled": False, "subscribe": 'type = "track"', "partnerAction": GOAL, "mapping": fields}


def item_fields(_section: str, mapping: Mapping[str, Any]) -> Iterator[tuple[Path, Setting]]:
    """The fields of a mapping, each with its path in it."""
    for setting in _OWN:
        yield (setting.name,), setting
    action = mapping.get("partnerAction")
    values = mapping.get("mapping")
    for field in fields_of(action if action in ACTIONS else GOAL):
        value = values.get(field.name) if isinstance(values, dict) else None
        # An object that is written out has a row for each member; one that a directive gives is a single value.
        is_map = field.kind == "object" and isinstance(value, dict) and not any(key.startswith("@") for key in value)
        kind: Any = "map" if is_map else "text"
        yield (
            ("mapping", field.name),
            Setting(name=field.name, label=field.label, kind=kind, about=_ABOUT, required=field.required, spoken=True),
        )


def shown_value(value: Any) -> str:
    """A value of a field in one line: a path as it is, a text as it is, anything else as JSON."""
    if isinstance(value, dict) and list(value) == ["@path"] and str(value["@path"]).startswith(_ROOT):
        return str(value["@path"])
    if isinstance(value, str) and value_of(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def value_of(text: str) -> Any:
    """The value that a line means; a line that is no JSON yet is a text."""
    if text.startswith(_ROOT):
        return {"@path": text}
    if text[:1] in ("{", "[", '"') or text in _WORDS:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
