"""The text of a config that does with another destination what an existing config does, as far as it can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from abtui.core.config.exports.tree import config_tree
from abtui.core.config.item_text import item_lines
from abtui.core.config.model import Config
from abtui.core.config.names import target_names
from abtui.core.config.reader import settings_as_written
from abtui.core.destination import Destination
from abtui.core.destinations import DESTINATIONS, destination_of
from abtui.core.migration import Difference
from abtui.core.text.plain import single_line
from abtui.core.text.secret import Secret, is_stand_in
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_text import entry_lines, scalar
from abtui.core.text.yaml_values import Entry, entries, json_value

_CARRIED: Final = ("experiments", "catalog", "targets", "check")


class MigratedConfig(msgspec.Struct, frozen=True):
    """The text of the new config, and what cannot be the same."""

    text: str
    differences: tuple[Difference, ...]


def destination_for(config: Config) -> Destination | None:
    """The destination that a config can be migrated to, or None if there is none."""
    if destination_of(config.destination).meaning is None:
        return None
    return next((item for item in DESTINATIONS.values() if item.migrated is not None), None)


def migrated_config(text: str, config: Config, name: str) -> MigratedConfig:
    """The config for the destination of `destination_for`. `text` is what `config` was read from, `name` the name of its file."""
    old, new, root = destination_of(config.destination), destination_for(config), config_tree(text, "config").root
    if new is None or new.migrated is None or old.meaning is None or root is None:
        raise ValueError("this config cannot be migrated")
    settings = settings_as_written(text)
    migrated = new.migrated(old.meaning(config, settings))
    sections = {item.name: item for item in entries(root, _tell_nothing)}
    left_out = tuple(_left_out(sections, old, new))
    differences = (*migrated.differences, *left_out)
    lines = [f"# {single_line(name)} (Segment's {old.title}) for {new.title}: what does the same, as far as it can."]
    lines += ["#", "# Not the same:"]
    lines += [f"# - {single_line(item.sentence)}" for item in differences]
    lines += ["", f"destination: {new.name}", "", "# As they were; all other settings became mappings.", "settings:"]
    for setting in new.settings:
        # Without a key classic maps, and only does not send; a destination that reads its own settings may refuse every event.
        value = settings.get(setting.name)
        if setting.kind == "secret" and (not isinstance(value, Secret) or is_stand_in(value.reveal())):
            value = setting.first
        if value:
            lines.append(f"  {setting.name}: {scalar(value.reveal() if isinstance(value, Secret) else value)}")
    for section, items in migrated.lists.items():
        lines += ["", f"# No event is for two of them: disconnect {old.title} before this is connected.", f"{section}:"]
        lines += [line for item in items for line in item_lines(item.value, item.note)]
    for section in _CARRIED:
        if section in sections:
            lines += ["", *_carried(text, root, sections[section], new)]
    return MigratedConfig("\n".join((*lines, "")), differences)


def _tell_nothing(*_mistake: object) -> None:
    """The reader has told every mistake already."""


def _left_out(sections: Mapping[str, Entry], old: Destination, new: Destination) -> Iterator[Difference]:
    """What the targets of the old config have and those of the new one cannot have."""
    gone = set(target_names(old)) - set(target_names(new))
    for target in _members(sections.get("targets")):
        for entry in _members(target):
            name = old.labels.get(entry.name, entry.name)
            if name in gone:
                message = f"the target `{target.name}` has no `{name}` of its own. It is a field of the mappings."
                yield Difference("targets", message)


def _members(entry: Entry | None) -> list[Entry]:
    return entries(entry.value, _tell_nothing) if entry is not None and entry.value.kind == "map" else []


def _carried(text: str, root: Node, section: Entry, new: Destination) -> list[str]:
    """The lines of a section that both configs have: those of the file, or its values where it has more, or references to other parts."""
    known = {*target_names(new), *new.labels}
    whole = section.name != "targets" or all(
        item.name in known for target in _members(section) for item in _members(target)
    )
    if whole and root.style == "block" and section.key in root.children and not _has_alias(section.value):
        return _own_lines(text, root, section)
    if section.value.kind == "other":
        return [f"{section.name}: {section.value.tag} {scalar(section.value.value)}"]
    value = json_value(section.value, _tell_nothing)
    if not whole:
        value = {name: _known(target, known) for name, target in value.items()}
    return list(entry_lines(section.name, value, 0))


def _known(target: Any, known: set[str]) -> Any:
    if not isinstance(target, dict):
        return target
    return {name: value for name, value in target.items() if name in known} or None


def _has_alias(node: Node) -> bool:
    return node.alias or node.merge or any(map(_has_alias, node.children))


def _own_lines(text: str, root: Node, section: Entry) -> list[str]:
    """The section as the file has it, with the comment above it, and without the one above the next."""
    lines = text.removeprefix("\ufeff").splitlines()
    start = section.key.line - 1
    after = [key.line - 1 for key, _value in root.pairs if key.line > section.key.line]
    end = min(after, default=len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith(("#", "..."))):
        end -= 1
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return lines[start:end]
