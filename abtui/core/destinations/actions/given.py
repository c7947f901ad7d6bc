"""What a config gives the destination: its settings and mappings as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from abtui.core.config.model import Config
from abtui.core.destinations.actions.fields import PRESETS
from abtui.core.destinations.actions.mapping.paths import keys_at
from abtui.core.destinations.actions.settings import SETTINGS
from abtui.core.mapping_names import names_of
from abtui.core.text.secret import Secret


def mappings_of(config: Config) -> list[dict[str, Any]]:
    """The mappings of a config, each with a name of its own."""
    mappings: Sequence[Mapping[str, Any]] = config.lists.get("mappings", PRESETS)
    return [{**mapping, "name": name} for mapping, name in zip(mappings, names_of(mappings), strict=True)]


def settings_of(config: Config) -> dict[str, Any]:
    """The settings of a config as the destination gets them: JSON values, without those that the config does not have."""
    given: dict[str, Any] = {}
    for setting in SETTINGS:
        if setting.name not in config.missing:
            value = config.wrong.get(setting.name, config.settings.get(setting.name))
            given[setting.name] = value.reveal() if isinstance(value, Secret) else value
    return given


def unit_fields(config: Config) -> Iterator[str]:
    """The top-level fields of an event that the mappings take units from as they are."""
    for mapping in mappings_of(config):
        fields = mapping.get("mapping")
        units = fields.get("units") if isinstance(fields, dict) else None
        for unit in units.values() if isinstance(units, dict) else ():
            keys = keys_at(unit)
            if keys is not None and len(keys) == 1:
                yield keys[0]
