"""The change of the config that brings the events of a loss back, if there is one. Nothing here names a destination's settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import Config
from abtui.core.corpus.funnel.causes import Cause
from abtui.core.corpus.funnel.counts import Count, Detail
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import destination_of, switch_of
from abtui.core.events import Event
from abtui.core.fate import console_has
from abtui.core.findings import Fix
from abtui.core.fixes import name_in_catalog, same_name, show_name
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural
from abtui.core.text.yaml_text import LONGEST_KEY, is_writable

_LONGEST: Final = LONGEST_KEY // 4
"""Characters of a name that certainly fit in one line as a key: each may need an escape of four."""


class Remedies:
    """Finds the changes of one config for the losses of a goal. Each has to be measured before anything is promised."""

    def __init__(self, goal: str, config: Config) -> None:
        self._goal, self._config = goal, config
        self._destination = destination_of(config.destination)
        self._mapper = Mapper(config)

    def fix(self, cause: Cause, count: Count) -> Fix | None:
        """The change that brings back the events with this cause, or None."""
        details = [detail for detail, _ in count.ranked()]
        match cause.kind:
            case "another name" | "unknown goal" | "near":
                return self._names(details)
            case "another id":
                return self._unit(details)
            case "off":
                return self._switch(cause.code)
            case "unit":
                return self._unit_names()
            case "place":
                return self._spelling(details)
        return None

    def _names(self, details: Collection[Detail]) -> Fix | None:
        """Map names to the goal, or to the one that the console has in another spelling."""
        goal = self._target()
        if goal is None or not is_writable(goal):
            return None
        names = 0
        tracks = [name for kind, name in details if kind == "track" and len(name) <= _LONGEST and is_writable(name)]
        if edits := self._destination.let_in(tracks, goal, self._config):
            return Fix(f"Map {plural(len(tracks), 'name')} to {show_name(goal, self._config)}", edits)
        for kind, name in details:
            more = self._mapping(kind, name, goal)
            # Two new items of a list have the same place: one is added now, and the other one after it.
            if more and not edits.keys() & more.keys():
                edits |= more
                names += 1
        return Fix(f"Map {plural(names, 'name')} to {show_name(goal, self._config)}", edits) if edits else None

    def _target(self) -> str | None:
        if console_has("goals", self._goal, self._config) is not False:
            return self._goal
        near = [name for name in self._config.catalog.goals or () if same_name(name, self._goal)]
        return near[0] if len(near) == 1 else None

    def _mapping(self, kind: str, name: str, goal: str) -> dict[Path, Any]:
        """The edits that map events of this type and name; none if the config cannot choose their goal."""
        if len(name) > _LONGEST or not is_writable(name):
            return {}
        event = {"type": kind, "event": name, "name": name}
        plan = self._destination.plan_goal(event, self._mapper.outcome(Event("", event)), self._config, CorpusNames())
        return {} if plan.name is None else plan.edits(goal)

    def _unit(self, details: Iterable[Detail]) -> Fix | None:
        """Take one more field as an id: the one that most of the events have."""
        for setting, field, unit in details:
            if len(field) <= _LONGEST and is_writable(field) and is_writable(unit):
                return Fix(f"Use {show_name(field, self._config)} as a unit", {("settings", setting, field): unit})
        return None

    def _switch(self, code: str) -> Fix | None:
        found = switch_of(code, self._destination)
        return None if found is None else Fix(f"Turn on {found[1]}", {found[0]: True})

    def _unit_names(self) -> Fix | None:
        """The catalog's spelling of the unit types that the config gives and the console does not have."""
        config, edits = self._config, dict[Path, Any]()
        for setting in self._destination.maps("fields"):
            for field, unit in config.settings[setting].items():
                near = [name for name in config.catalog.units or () if same_name(name, unit)]
                if console_has("units", unit, config) is False and len(near) == 1:
                    edits["settings", setting, field] = near[0]
        return Fix(f"Name {plural(len(edits), 'unit')} as the console does", edits) if edits else None

    def _spelling(self, details: Iterable[Detail]) -> Fix | None:
        """The catalog's spelling of a name that is in every request."""
        for part, name in details:
            for path in self._paths_of(part, name):
                return name_in_catalog(path, name, getattr(self._config.catalog, part), self._config)
        return None

    def _paths_of(self, part: str, name: str) -> Iterator[tuple[str, ...]]:
        for setting in self._destination.settings:
            if setting.catalog == part and self._config.settings.get(setting.name) == name:
                yield "settings", setting.name
