"""One mapping of a config with the places of its parts, and the way back from a finding to the part that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.destinations.actions.fields import ACTIONS, Field, fields_of
from abtui.core.destinations.actions.given import mappings_of
from abtui.core.destinations.actions.mapping import ROOT
from abtui.core.findings import Places
from abtui.core.fixes import Problem
from abtui.core.text.paths import Path
from abtui.core.text.plain import one_line
from abtui.core.text.yaml_nodes import Node

_NAME_WIDTH: Final = 80


class Part(msgspec.Struct, frozen=True, dict=True):
    """One mapping of a config, by its place in the list. `given` has its unique name."""

    config: Config
    index: int
    given: dict[str, Any]

    @property
    def name(self) -> str:
        """Its unique name."""
        name: str = self.given["name"]
        return name

    @property
    def shown(self) -> str:
        """Its name for a sentence."""
        return f"`{one_line(self.name, _NAME_WIDTH)}`" if self.name else f"number {self.index + 1}"

    @property
    def values(self) -> dict[str, Any]:
        """The values of its fields, as the config has them."""
        values = self.given.get("mapping")
        return values if isinstance(values, dict) else {}

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of its action; none if there is no such action, or if a directive stands around all fields."""
        action = self.given.get("partnerAction")
        return fields_of(action) if action in ACTIONS and ROOT not in self.values else ()

    @property
    def is_on(self) -> bool:
        """Whether Segment runs it."""
        return self.given.get("enabled") is not False

    def at(self, *keys: str | int) -> Places:
        """The place of a part of it in the config, or of the nearest one around it."""
        return self.config.at("mappings", self.index, *keys)

    def at_text(self, start: int, *keys: str | int) -> Places:
        """The place of the character `start` of a text of it, where the text is written as it is, else of its key."""
        places, inside = self.at(*keys), self.config.texts.get(("mappings", self.index, *keys))
        if inside is not None:
            places["column"] = inside[0] + start
        return places

    def line(self, *keys: str | int) -> int | None:
        """The line of a part of it, or of the nearest one around it; None for a preset."""
        return self.at(*keys).get("config_line") if "mappings" in self.config.lists else None


def parts_of(config: Config) -> list[Part]:
    """The mappings of a config."""
    return [Part(config, index, given) for index, given in enumerate(mappings_of(config))]


def paths_at(problem: Problem) -> Iterator[Path]:
    """The parts of mappings at the place of a finding, by their paths in the config."""
    config, place = problem.config, (problem.finding.line, problem.finding.column)
    if config is None:
        return
    for path, line in config.lines.items():
        if path[0] != "mappings" or line != place[0]:
            continue
        begin, end = config.texts.get(path, (0, -1))
        if config.columns.get(path) == place[1] or begin <= (place[1] or 0) <= end:
            yield path


def written_at(root: Node, path: Path) -> Node | None:
    """The value at a path of the config as it is written; None if it has a variable in it, or is not there."""
    node: Node | None = root
    for step in path:
        if node is None:
            return None
        if node.kind == "list" and isinstance(step, int):
            node = node.children[step]
        else:
            pairs = node.pairs if node.kind == "map" else ()
            node = next((value for key, value in pairs if key.value == step), None)
    return None if node is None or "${" in node.value else node


def part_on(problem: Problem, field: str) -> Part | None:
    """The mapping whose field a finding about an event points to."""
    config = problem.config
    for part in [] if config is None or "mappings" not in config.lists else parts_of(config):
        path = ("mappings", part.index, "mapping", field)
        if part.config.line(*path) == problem.finding.config_line and field in part.values:
            return part
    return None
