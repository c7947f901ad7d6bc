"""The sections of a config, each read into values of the right type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from abtui.core.config.checks import check_destination_texts, check_setting_presence
from abtui.core.config.model import Behavior
from abtui.core.config.names import BEHAVIOR, LABELS, SETTINGS, TARGET
from abtui.core.config.walk import Entry, Path, Text, Walk
from abtui.core.text.yaml_nodes import Node

_TEXTS: Final = ("collectorEndpoint", "apiKey", "environment", "application")
_REQUIRED: Final[Mapping[str, str]] = {
    "collectorEndpoint": "Write your collector's address, like `https://acme.absmartly.io/v1`.",
    "environment": "Write the environment's name as the web console has it.",
    "unitMapping": "Write which identity is which unit type, like `userId: user_id`.",
}


class SettingsRead(msgspec.Struct, frozen=True):
    """What of the section `settings` could be read: all of it, unless a finding is an error."""

    texts: Mapping[str, Text]
    units: Mapping[str, Text]
    goals: Mapping[str, Text]
    toggles: Mapping[str, bool]


def read_behavior(walk: Walk, entry: Entry) -> Behavior:
    """`behavior`; what is absent or wrong has its default."""
    path = ("behavior",)
    found = walk.known(entry.value, path, BEHAVIOR)
    identify = (
        walk.choice(found["identify"].value, (*path, "identify"), ("attributes", "reject"))
        if "identify" in found
        else None
    )
    names = (
        walk.choice(found["viewGoalNames"].value, (*path, "viewGoalNames"), ("title", "slug"))
        if "viewGoalNames" in found
        else None
    )
    return Behavior(
        identify="reject" if identify == "reject" else "attributes",
        view_goal_names="slug" if names == "slug" else "title",
    )


def _texts(walk: Walk, found: Mapping[str, Entry], path: Path) -> dict[str, Text]:
    texts = {
        name: walk.text(found[name].value, (*path, name), secret=name == "apiKey") for name in _TEXTS if name in found
    }
    return {name: text for name, text in texts.items() if text is not None}


def read_settings(walk: Walk, entry: Entry) -> SettingsRead:
    """`settings`, with its own checks."""
    path = ("settings",)
    node = entry.value
    found = walk.known(node, path, SETTINGS, labels=LABELS)
    texts = _texts(walk, found, path)
    maps = {
        name: walk.text_map(found[name].value, (*path, name))
        for name in ("unitMapping", "goalMapping")
        if name in found
    }
    toggles = {name: walk.toggle(found[name].value, (*path, name)) for name in found if name.startswith("enable")}
    if node.kind == "map":
        for name, hint in _REQUIRED.items():
            if name not in found:
                walk.tell(
                    "CONFIG-MISSING",
                    walk.keys.get((*path, name), entry.key),
                    f"`{walk.quoter.key_path((*path, name))}` is missing.",
                    hint,
                )
        check_setting_presence(walk, texts, found, entry.key)
    check_destination_texts(walk, texts, path)
    units = maps.get("unitMapping", {})
    if "unitMapping" in found:
        _check_unit_mapping(walk, found["unitMapping"].value, (*path, "unitMapping"))
    return SettingsRead(texts, units, maps.get("goalMapping", {}), toggles)


def _check_unit_mapping(walk: Walk, value: Node, path: Path) -> None:
    if value.kind == "map" and not any(key[: len(path)] == path and len(key) > len(path) for key in walk.keys):
        message = f"`{walk.quoter.key_path(path)}` is empty, so events that bring no units are not sent."
        walk.tell("CONFIG-EMPTY-MAPPING", value, message, _REQUIRED["unitMapping"])


class TargetRead(msgspec.Struct, frozen=True):
    """What of a target could be read: its own texts, and whether it may be sent to."""

    texts: Mapping[str, Text]
    allow: bool = True


def read_targets(walk: Walk, entry: Entry) -> dict[str, TargetRead]:
    """`targets`: what each has of its own, by name in the file's order."""
    targets = {}
    for target in walk.named(entry.value, ("targets",), "a map of targets"):
        path = ("targets", target.name)
        # A target without a word of its own is `settings` under another name.
        found = walk.known(target.value, path, TARGET, labels=LABELS) if target.value.kind != "null" else {}
        texts = _texts(walk, found, path)
        check_destination_texts(walk, texts, path)
        allow = "allow" not in found or walk.toggle(found["allow"].value, (*path, "allow"))
        targets[target.name] = TargetRead(texts, allow)
    return targets
