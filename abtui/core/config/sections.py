"""The sections of a config that the destination's settings describe, each read into values of the right type and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from abtui.core.config.endpoint import endpoint_problems, is_header_text
from abtui.core.config.model import CATALOG_NOUNS, Catalog, CatalogPart, Target
from abtui.core.config.names import ALLOW, setting_names, target_names
from abtui.core.config.walk import Entry, Path, Text, Walk
from abtui.core.destination import Destination, Setting
from abtui.core.text.secret import Secret
from abtui.core.text.yaml_nodes import Node

Value = Text | dict[str, Text] | bool | str


class SettingsRead(msgspec.Struct, frozen=True):
    """The settings that could be read from a map, by name; all of them unless a finding is an error."""

    values: Mapping[str, Value]

    def setting(self, setting: Setting) -> object:
        """The value of a setting, or its default."""
        value = self.values.get(setting.name, setting.default)
        if setting.kind == "secret":
            return Secret(value.value) if isinstance(value, Text) and value.value else None
        if isinstance(value, dict):
            return {key: text.value if isinstance(text, Text) else text for key, text in value.items()}
        return value.value if isinstance(value, Text) else value


def _read(
    walk: Walk, found: Mapping[str, Entry], path: Path, settings: Iterable[Setting], catalog: Catalog
) -> SettingsRead:
    values: dict[str, Value] = {}
    for setting in settings:
        if setting.name not in found:
            continue
        node, where = found[setting.name].value, (*path, setting.name)
        value: Value | None
        match setting.kind:
            case "map":
                value = walk.text_map(node, where)
            case "toggle":
                value = walk.toggle(node, where)
            case "choice":
                value = walk.choice(node, where, tuple(choice for choice, _note in setting.choices))
            case kind:
                value = walk.text(node, where, secret=kind == "secret")
        if value is not None:
            values[setting.name] = value
            _check_setting(walk, setting, value, node, where, catalog)
    return SettingsRead(values)


def read_settings(walk: Walk, entry: Entry, destination: Destination, catalog: Catalog) -> SettingsRead:
    """Read and check the section `settings`."""
    path, node = ("settings",), entry.value
    found = walk.known(node, path, setting_names(destination), labels=destination.labels)
    read = _read(walk, found, path, destination.settings, catalog)
    if node.kind == "map":
        for setting in destination.settings:
            _check_presence(walk, setting, entry, read.values.get(setting.name), present=setting.name in found)
    return read


def _check_presence(walk: Walk, setting: Setting, section: Entry, value: Value | None, *, present: bool) -> None:
    """Report a setting that the config lacks."""
    path = ("settings", setting.name)
    where, name = walk.keys.get(path, section.key), f"`{walk.quoter.key_path(path)}`"
    if setting.advice is not None:
        empty = isinstance(value, Text) and not value.value and not value.unset
        if empty or not present:
            at = value.node if isinstance(value, Text) else where
            walk.tell(setting.advice.code, at, f"{name} is not set, {setting.advice.effect}.", setting.hint)
    if present or not setting.required:
        return
    if setting.kind == "secret":
        walk.tell("CONFIG-NO-KEY", where, f"{name} is missing, so nothing can be sent.", setting.hint)
    else:
        walk.tell("CONFIG-MISSING", where, f"{name} is missing.", setting.hint)


def read_own_sections(
    walk: Walk, sections: Mapping[str, Entry], destination: Destination
) -> dict[str, dict[str, object]]:
    """The sections that only this destination has, by name; absent or wrong settings have their defaults."""
    result: dict[str, dict[str, object]] = {}
    for section in destination.sections:
        read = SettingsRead({})
        if section.name in sections:
            path, names = (section.name,), tuple(setting.name for setting in section.settings)
            found = walk.known(sections[section.name].value, path, names)
            read = _read(walk, found, path, section.settings, Catalog())
        result[section.name] = {setting.name: read.setting(setting) for setting in section.settings}
    return result


class TargetRead(msgspec.Struct, frozen=True):
    """The own values of a target that could be read, and whether sending to it is allowed."""

    values: Mapping[str, Value]
    allow: bool = True


def read_targets(walk: Walk, entry: Entry, destination: Destination, catalog: Catalog) -> dict[str, TargetRead]:
    """The section `targets`: each target's own values, by name in the file's order."""
    targets = {}
    own = [setting for setting in destination.settings if setting.of_target]
    for target in walk.named(entry.value, ("targets",), "a map of targets"):
        path = ("targets", target.name)
        # An empty target is `settings` under another name.
        found = (
            walk.known(target.value, path, target_names(destination), labels=destination.labels)
            if target.value.kind != "null"
            else {}
        )
        values = _read(walk, found, path, own, catalog).values
        allow = ALLOW not in found or walk.toggle(found[ALLOW].value, (*path, ALLOW))
        targets[target.name] = TargetRead(values, allow)
    return targets


def built_target(name: str, values: Mapping[str, Value], *, allow: bool) -> Target:
    """A target made of its own values and those inherited from `settings`."""

    def text(of: str) -> str:
        value = values.get(of)
        return value.value if isinstance(value, Text) else ""

    key = values.get("apiKey")
    return Target(
        name=name,
        collector_endpoint=text("collectorEndpoint"),
        environment=text("environment"),
        api_key=Secret(text("apiKey")) if text("apiKey") else None,
        application=text("application") or None,
        allow=allow,
        key_variable=key.variable if isinstance(key, Text) else "",
    )


def _check_setting(walk: Walk, setting: Setting, value: object, node: Node, path: Path, catalog: Catalog) -> None:
    """Check the value of one setting at `path`, in `settings` or in a target."""
    if isinstance(value, Text):
        if setting.kind == "address" and not value.unset:
            for problem in endpoint_problems(value.value, walk.quoter.shown):
                walk.tell(problem.code, node, f"`{walk.quoter.key_path(path)}` {problem.message}", problem.hint)
        if setting.kind == "secret":
            _check_key(walk, value, path)
        if setting.header:
            _check_header(walk, setting, value, path)
        if setting.catalog is not None and value.value:
            _check_known(walk, value, path, setting.catalog, catalog, named=False)
    elif isinstance(value, dict):
        own = [key for key in walk.keys if key[: len(path)] == path and len(key) > len(path)]
        if setting.empty and node.kind == "map" and not own:
            message = f"`{walk.quoter.key_path(path)}` is empty, {setting.empty}."
            walk.tell("CONFIG-EMPTY-MAPPING", node, message, setting.hint)
        for key, text in value.items():
            if setting.catalog is not None and not text.unset:
                _check_known(walk, text, (*path, key), setting.catalog, catalog, named=True)


def _check_header(walk: Walk, setting: Setting, text: Text, path: Path) -> None:
    name = f"`{walk.quoter.key_path(path)}`"
    if not is_header_text(text.value):
        hint = "Remove line breaks, control characters and all outside Latin-1."
        walk.tell("CONFIG-HEADER", text.node, f"{name} has a character that no HTTP header may hold.", hint)
    if setting.required and setting.kind != "secret" and not text.unset and not text.value.strip():
        message = f"{name} is empty, and so would be the header `{setting.header}`."
        walk.tell("CONFIG-HEADER", text.node, message, setting.hint)


def _check_key(walk: Walk, key: Text, path: Path) -> None:
    if key.written:
        walk.tell(
            "CONFIG-KEY-IN-FILE",
            key.node,
            f"`{walk.quoter.key_path(path)}` holds the key itself, or a part of it.",
            "Write `${ABSMARTLY_API_KEY}` and set that variable. If the file has been shared, renew the key.",
        )
    if not key.value.strip() and not key.unset:
        walk.tell(
            "CONFIG-NO-KEY",
            key.node,
            f"`{walk.quoter.key_path(path)}` is empty, so nothing can be sent.",
            "Write `${ABSMARTLY_API_KEY}` and set that variable.",
        )


def _check_known(walk: Walk, text: Text, path: Path, part: CatalogPart, catalog: Catalog, *, named: bool) -> None:
    """Report a name that is missing in a `part` of the catalog. `named`: it is the value of a map's entry."""
    known: frozenset[str] | None = getattr(catalog, part)
    if known is not None and text.value in known:
        return
    if not text.value and named and known is not None:
        message = f"`{walk.quoter.key_path(path)}` has no {CATALOG_NOUNS[part]} yet."
        walk.tell("CONFIG-CATALOG", text.node, message, f"Write one that `catalog.{part}` has, or remove the entry.")
        return
    name = f"`{walk.quoter.key_path(path)}` is `{walk.quoter.shown(text.value)}`"
    if text.value in getattr(catalog.archived, part):
        hint = "Restore it there, or name one that is in use."
        walk.tell("CONFIG-CATALOG", text.node, f"{name}, which is archived in the web console.", hint)
    elif known is not None:
        message = f"{name}, which `catalog.{part}` does not have."
        turned = named and path[-1] in known
        hint = (
            f"Is it the wrong way round? `{walk.quoter.shown(path[-1])}` is in the catalog; it belongs behind the colon."
            if turned
            else _known_hint(walk, text.value, part, known)
        )
        walk.tell("CONFIG-CATALOG", text.node, message, hint)


def _known_hint(walk: Walk, name: str, part: str, known: frozenset[str]) -> str:
    fold = name.casefold().strip()
    near = next((other for other in sorted(known) if other.casefold().strip() == fold), None)
    if near is not None:
        return f"The catalog has `{walk.quoter.shown(near)}`; names are case-sensitive."
    return f"Add it to `catalog.{part}` if the web console has it."
