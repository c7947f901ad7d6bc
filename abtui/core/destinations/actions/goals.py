"""The goal of a mapping that stops: the name that it was to send, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abtui.core.destinations.actions.fields import GOAL
from abtui.core.destinations.actions.mapping import ROOT, compile_field
from abtui.core.destinations.actions.mapping.validation import is_directive
from abtui.core.destinations.actions.schema import coerced
from abtui.core.text.javascript import ABSENT
from abtui.core.text.paths import Path


class GoalName:
    """The field `name` of a mapping alone, which may be right where the rest of it is not.

    `is_read`: the events tell the name. `config` is the mapping's key path in the config.
    """

    def __init__(self, given: Mapping[str, Any], config: Path) -> None:
        fields = given.get("mapping")
        has_goal = isinstance(fields, dict) and given.get("partnerAction") == GOAL and ROOT not in fields
        name = fields.get("name") if isinstance(fields, dict) and has_goal else None
        self._value = None if name is None else compile_field("name", name, config)
        # No event has a name where the field always throws.
        self.is_read = is_directive(name) and self._value is not None

    def of(self, event: dict[str, Any]) -> str | None:
        """The name for an event; None if there is none."""
        text, fits = coerced(ABSENT if self._value is None else self._value(event))
        return text if fits and text else None
