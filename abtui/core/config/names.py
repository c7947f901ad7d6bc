"""The names that a config may use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from abtui.core.config.interpolation import interpolate
from abtui.core.config.model import CATALOG_NOUNS
from abtui.core.destination import Destination
from abtui.core.destinations import DEFAULT, DESTINATIONS, destination_of
from abtui.core.text.plain import letters
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_values import entries

CATALOG_PARTS: Final = tuple(CATALOG_NOUNS)
CATALOG_FILE: Final = (*CATALOG_PARTS, "archived")
"""The keys of a catalog file, which cannot name another file."""
CATALOG: Final = (*CATALOG_FILE, "file")
SAMPLE_RATIO: Final = ("sampleRatioError", "sampleRatioWarning")
CHECK: Final = ("failOn", "ignore", "select", *SAMPLE_RATIO)
FAIL_ON: Final = ("error", "warning", "never")
ALLOW: Final = "allow"
_DESTINATION: Final = re.compile(r"^destination[ \t]*:[ \t]*['\"]?([\w-]+)", re.MULTILINE)


def destination_in(root: Node | None, env: Mapping[str, str] | None = None) -> Destination:
    """The destination that a config's tree names, or the default if it names none that is known."""
    if root is None or root.kind != "map":
        return DEFAULT
    # Mistakes are reported by the reader, which needs the destination first.
    found = [entry.value for entry in entries(root, lambda *_mistake: None) if entry.name == "destination"]
    text = found[0].value if found and found[0].kind == "text" else DEFAULT.name
    return destination_of(interpolate(text, env or {}).value)


def destination_in_text(text: str) -> Destination:
    """The destination that a config's text names. The text may be broken YAML."""
    found = _DESTINATION.search(text)
    return destination_of(found[1]) if found else DEFAULT


def section_names(destination: Destination) -> tuple[str, ...]:
    """The keys at the top level of a config, in the documented order."""
    own = (part.name for part in destination.sections)
    lists = (part.name for part in destination.lists)
    return ("destination", "settings", *own, *lists, "experiments", "catalog", "targets", "check")


def setting_names(destination: Destination) -> tuple[str, ...]:
    """The keys of `settings`."""
    return tuple(setting.name for setting in destination.settings)


def target_names(destination: Destination) -> tuple[str, ...]:
    """The keys of a target."""
    return (*(setting.name for setting in destination.settings if setting.of_target), ALLOW)


def known_names(destination: Destination, path: tuple[str, ...]) -> tuple[str, ...]:
    """The keys that the map at `path` of a config may have; empty if the user chooses them."""
    match path:
        case ():
            return section_names(destination)
        case ("settings",):
            return setting_names(destination)
        case ("targets", _):
            return target_names(destination)
        case ("catalog",):
            return CATALOG
        case ("catalog", "archived"):
            return CATALOG_PARTS
        case ("check",):
            return CHECK
        case (name,):
            return tuple(key.name for part in destination.sections if part.name == name for key in part.settings)
    return ()


def is_known_name(name: str) -> bool:
    """Whether a key of any destination's config has this name."""
    return any(
        name in known_names(destination, path)
        for destination in DESTINATIONS.values()
        for path in ((), *((section,) for section in section_names(destination)), ("targets", ""))
    )


def secret_names() -> frozenset[str]:
    """The names and labels of all settings that hold a secret, without case and punctuation."""
    secrets = (item for of in DESTINATIONS.values() for item in of.settings if item.kind == "secret")
    return frozenset(letters(name) for item in secrets for name in (item.name, item.label)) | {"apikey"}


def homes(destination: Destination) -> Mapping[str, str]:
    """A sentence for each name, and each label of Segment's form, that says where it belongs."""
    found: dict[str, str] = {}
    for section in section_names(destination):
        found[section] = f"`{section}` belongs to the top level."
    for section in reversed(section_names(destination)):
        for name in known_names(destination, (section,)):
            found.setdefault(name, f"`{name}` belongs under `{section}`.")
    return found | {label: found[name] for label, name in destination.labels.items()}
