"""The field Units of a mapping, for a map from fields of the event to unit types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from abtui.core.destinations.actions.mapping.paths import keys_of, without_root
from abtui.core.migration import Difference
from abtui.core.text.javascript import PROTO_NAME, ordered_items

_SUBSCRIBED: Final = "userId"
"""The one identity that a subscription can ask for."""


class Units(msgspec.Struct, frozen=True):
    """The field, the conditions that an event with a unit meets, and what is not the same. `usable`: there is a unit at all."""

    field: Mapping[str, Any]
    conditions: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def usable(self) -> bool:
        """Whether any unit can be sent."""
        return bool(self.field)


def units_of(units: Mapping[str, str]) -> Units:
    """The units for a map from fields to unit types, in this order."""
    fields: dict[str, list[str]] = {}
    found: list[Difference] = []
    for field, kind in units.items():
        if keys_of(without_root(f"$.{field}")) != (field,) or kind.startswith("@") or kind == PROTO_NAME:
            message = f"`{field}` as `{kind}` is left out. A mapping can neither read every field name nor have every unit type."
            found.append(Difference("identities", message))
        else:
            fields.setdefault(kind, []).append(field)
    needs_user = [*fields.values()] == [[_SUBSCRIBED]]
    if not fields:
        message = "no identity is mapped, so the mappings are switched off: they would send every event without units."
        found.insert(0, Difference("no units", message))
    elif not needs_user:
        message = "an event without any of the identities is sent with `units: []`, where classic sends nothing. A subscription can ask only for `userId`, and the destination sends without units."
        found.insert(0, Difference("no units", message))
    found.append(
        Difference(
            "odd ids",
            "an id that is blank is left out, and counts as no unit; the same holds for one that is neither text nor number.",
        )
    )
    for kind, several in fields.items():
        if len(several) > 1:
            listed = ", ".join(f"`{field}`" for field in several)
            message = f"of {listed} only the first that an event has is the unit `{kind}`. The field Units has one value for each type."
            found.append(Difference("several ids", message))
    if [kind for kind, _ in ordered_items(dict.fromkeys(fields))] != list(fields):
        found.append(Difference("order of units", "unit types that are numbers come first."))
    return Units(
        {kind: _first_of(several) for kind, several in fields.items()},
        (f"{_SUBSCRIBED} != null",) if needs_user else (),
        tuple(found),
    )


def _first_of(fields: list[str]) -> dict[str, Any]:
    first, *rest = fields
    read = {"@path": f"$.{first}".replace("${", "$${")}
    return {"@if": {"exists": read, "then": read, "else": _first_of(rest)}} if rest else read
