"""The fields of an event and its payload in words, and what the config says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.destination import MapKeys
from abtui.core.destinations import destination_of
from abtui.core.events.model import JSONObject
from abtui.core.outcomes import Part, Step
from abtui.core.text.paths import Path
from abtui.core.threads.bundles import ITEM_DEPTH
from abtui.core.values import ABSENT, amount, brief, place_text, value_at, value_text

AS_MS: Final = "as ms"
_NAME_WIDTH: Final = 60
_ITEMS: Final[dict[Path, tuple[str, str]]] = {("units",): ("type", "uid"), ("attributes",): ("name", "value")}
"""The lists of a payload whose items have a name of their own, and a value."""
_WHOLE_ITEM: Final[tuple[Path, ...]] = ((), ("type",), ("uid",), ("name",), ("value",))

Shown = tuple[str, str]
"""A field's short name and its value in one line."""


class Fields:
    """What one outcome that has its steps did with the fields of its event."""

    def __init__(self, outcome: Part, config: Config, event: JSONObject) -> None:
        self.outcome, self.config = outcome, config
        self.destination = destination_of(config.destination)
        self._event, self._secrets = event, config.secrets
        self._body = None if outcome.request is None else outcome.request.body
        self._maps = self.paths_of("names")

    def paths_of(self, keys: MapKeys) -> set[str]:
        """The paths in the config of the maps with keys of one kind, as steps write them."""
        return {f"settings.{name}" for name in self.destination.maps(keys)}

    def of_event(self, path: Path | None) -> Shown:
        """A field of the event; of an object or a list, how much is in it."""
        return ("", "") if path is None else self._shown(place_text(path), value_at(self._event, path))

    def of_payload(self, path: Path, *, alone: bool = True) -> Shown:
        """A field of the payload. A unit that is `alone` in its thread is named by its type, an attribute by its name."""
        label, member = _ITEMS.get(path[:1], ("", ""))
        item = value_at(self._body, path[:ITEM_DEPTH]) if label and alone and len(path) > 1 else None
        if isinstance(item, dict) and isinstance(item.get(label), str) and path[ITEM_DEPTH:] in _WHOLE_ITEM:
            return self._shown(item[label], item.get(member))
        name = path[-1] if path and isinstance(path[-1], str) else place_text(path) or "payload"
        return self._shown(name, value_at(self._body, path))

    def through(self, steps: Sequence[Step], source: Path | None) -> str:
        """What the config says of a field of the event that these steps read, in one or two words."""
        steps = [step for step in steps if not self._is_of_whole_item(step)] or [
            msgspec.structs.replace(step, config_path=None, config_line=None) for step in steps
        ]
        lines = [step.config_line for step in steps if step.config_line is not None]
        if lines:
            return f"line {lines[0]}"
        if self._unmapped(source):
            return "unmapped"
        if any(step.config_path for step in steps):
            return "default"
        if any(link.verbatim for step in steps for link in step.links):
            return "copied"
        return AS_MS if any(type(step.value) is int for step in steps) else ""

    def _is_of_whole_item(self, step: Step) -> bool:
        """Whether a step names an item of a list as a whole, so that no entry of the config says what it did."""
        section, _, at = (step.config_path or "").partition(".")
        return at.isdecimal() and any(item.name == section for item in self.destination.lists)

    def lines(self, steps: Sequence[Step], source: Path | None) -> tuple[int, ...]:
        """The lines of the config that these steps read, and those of the maps that have no entry for the field."""
        read = (*steps, *self._unmapped(source))
        return tuple(dict.fromkeys(step.config_line for step in read if step.config_line is not None))

    def _unmapped(self, source: Path | None) -> list[Step]:
        """The steps that found no entry for a field of the event in a map of names."""
        return [
            step
            for step in self.outcome.steps
            if step.result == "skipped"
            and step.config_path in self._maps
            and any(link.event == source for link in step.links if source is not None)
        ]

    def _shown(self, name: str, value: Any) -> Shown:
        name = self.name(name)
        if value is ABSENT:
            return f"no {name}", ""
        if inside := amount(value):
            return f"{name}, {inside}", ""
        return name, self.value(value)

    def name(self, name: str) -> str:
        """A field's name in one line."""
        return brief(name, _NAME_WIDTH, self._secrets)

    def value(self, value: Any) -> str:
        """A value in one line."""
        return value_text(value, self._secrets)
