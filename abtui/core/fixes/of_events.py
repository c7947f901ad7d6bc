"""Fixes of what only the events tell of a config: names and fields that nearly fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.corpus.coverage.unused import unused_entries
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.findings import Finding
from abtui.core.fixes.model import Fix, is_turned, of_catalog, renamed, same_name, turned
from abtui.core.text.paths import path_text

_OF_AN_EVENT: Final = frozenset({"GOAL-NEAR", "UNIT-MISSING", "UNIT-NONE", "CATALOG-GOAL"})
_OF_ALL: Final = frozenset({"COVERAGE-GOAL", "COVERAGE-UNIT"})
CODES: Final = _OF_AN_EVENT | _OF_ALL


def fix_of(finding: Finding, config: Config, usage: Usage | None, event: Mapping[str, Any] | None) -> Fix | None:
    """The fix of a finding about an event, or about all of them."""
    if finding.code in _OF_ALL and usage is not None:
        path = next((path for path, item in unused_entries(usage) if item == finding), None)
        if path is not None and path in config.lines:
            in_goals = path[1] == "goalMapping"
            return _goal_key(path[-1], config, usage) if in_goals else _unit_key([path[-1]], config, usage)
    if finding.code in _OF_AN_EVENT and event is not None:
        return _of_an_event(finding, config, usage, event)
    return None


def _of_an_event(finding: Finding, config: Config, usage: Usage | None, event: Mapping[str, Any]) -> Fix | None:
    name, goals = event.get("event"), config.settings["goalMapping"]
    if finding.code == "CATALOG-GOAL" and isinstance(name, str) and name in goals:
        return of_catalog(("settings", "goalMapping", name), goals[name], config.catalog.goals, config)
    if usage is None:
        return None
    if finding.code == "GOAL-NEAR" and isinstance(name, str):
        keys = [key for key in goals if same_name(key, name)]
        return _goal_key(keys[0], config, usage) if len(keys) == 1 else None
    if finding.code in ("UNIT-MISSING", "UNIT-NONE"):
        keys = [key for key in config.settings["unitMapping"] if finding.event_path in (None, path_text((key,)))]
        return _unit_key(keys, config, usage)
    return None


def _goal_key(key: str, config: Config, usage: Usage) -> Fix | None:
    """Certain where no event has the key's own name, and all that nearly have it agree."""
    path = ("settings", "goalMapping", key)
    if usage.entries[key] or usage.unmapped.others or path not in config.lines:
        return None
    names = [name for name in (*usage.unmapped.counts, *usage.entries) if same_name(name, key)]
    return renamed(path, names[0], config) if len(names) == 1 and names[0] in usage.unmapped.counts else None


def _unit_key(keys: Iterable[str], config: Config, usage: Usage) -> Fix | None:
    """Certain for one entry that no event fills: it is the wrong way round, or its key has the wrong case."""
    mapping, fields = config.settings["unitMapping"], usage.fields.counts
    if usage.fields.others:
        return None
    unused = [key for key in keys if not usage.identities[key] and ("settings", "unitMapping", key) in config.lines]
    round_ = [key for key in unused if is_turned(key, mapping[key], config) and mapping[key] in fields]
    if len(round_) == 1:
        return turned(("settings", "unitMapping", round_[0]), mapping[round_[0]], config)
    near = {key: [name for name in fields if same_name(name, key) and name not in mapping] for key in unused}
    found = [
        renamed(("settings", "unitMapping", key), names[0], config) for key, names in near.items() if len(names) == 1
    ]
    return found[0] if len(found) == 1 else None
