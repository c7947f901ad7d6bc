"""The sections of a config that the destination's settings describe, each read into values of the right type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from abtui.core.config.checks import NO_KEY, check_setting
from abtui.core.config.model import Catalog, Target
from abtui.core.config.names import ALLOW, setting_names, target_names
from abtui.core.config.walk import Entry, Path, Text, Walk
from abtui.core.destination import Destination, Setting
from abtui.core.text.secret import Secret
from abtui.core.text.yaml_values import KINDS

Value = Text | dict[str, Text] | bool | str


class SettingsRead(msgspec.Struct, frozen=True):
    """The settings that could be read from a map, by name; all of them unless a finding is an error.

    `wrong` and `missing` are as in a config; both are only of a destination that refuses its settings itself.
    """

    values: Mapping[str, Value]
    wrong: Mapping[str, Any] = {}
    missing: tuple[str, ...] = ()

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
            check_setting(walk, setting, value, node, where, catalog)
    return SettingsRead(values)


def read_settings(walk: Walk, entry: Entry, destination: Destination, catalog: Catalog) -> SettingsRead:
    """Read and check the section `settings`."""
    path, node = ("settings",), entry.value
    coerces = destination.coerce is not None
    found = walk.known(node, path, setting_names(destination), labels=destination.labels, empty=coerces)
    if coerces and node.kind == "map":
        return _borne_settings(walk, entry, found, destination, catalog)
    read = _read(walk, found, path, destination.settings, catalog)
    if node.kind == "map":
        for setting in destination.settings:
            _check_presence(walk, setting, entry, read.values.get(setting.name), present=setting.name in found)
    return read


def _borne_settings(
    walk: Walk, section: Entry, found: dict[str, Entry], destination: Destination, catalog: Catalog
) -> SettingsRead:
    """The settings of a destination that refuses them itself: no mistake in them stops the mapping."""
    before = len(walk.findings)
    wrong: dict[str, Any] = {}
    for setting in destination.settings:
        entry = found.get(setting.name)
        if entry is None or entry.value.kind in ("text", "unknown") or destination.coerce is None:
            continue
        value = walk.json(entry.value)
        text = destination.coerce(setting, value)
        if text is None:
            wrong[setting.name] = value
        elif setting.kind in ("text", "address", "secret"):
            _tell_coerced(walk, entry, setting, text)
            as_text = msgspec.structs.replace(entry.value, kind="text", value=text, children=[])
            found[setting.name] = Entry(setting.name, entry.key, as_text)
    read = _read(walk, found, ("settings",), destination.settings, catalog)
    missing = tuple(item.name for item in destination.settings if item.required and item.name not in found)
    for setting in destination.settings:
        _check_presence(walk, setting, section, read.values.get(setting.name), present=setting.name in found)
    walk.borne.update(walk.findings[before:])
    return msgspec.structs.replace(read, wrong=wrong, missing=missing)


def _tell_coerced(walk: Walk, entry: Entry, setting: Setting, text: str) -> None:
    name = f"`{walk.quoter.key_path(('settings', setting.name))}`"
    sent = "" if setting.kind == "secret" else f" `{walk.quoter.shown(text)}`"
    message = f"{name} is {KINDS[entry.value.kind]}, and the destination makes it the text{sent}."
    walk.tell("CONFIG-COERCED", entry.value, message, "Quote it.")


def _check_presence(walk: Walk, setting: Setting, section: Entry, value: Value | None, *, present: bool) -> None:
    """Report a setting that the config lacks."""
    empty = isinstance(value, Text) and not value.value and not value.unset
    advised = setting.advice is not None and (empty or not present)
    if not advised and (present or not setting.required):
        return
    path = ("settings", setting.name)
    where, name = walk.keys.get(path, section.key), f"`{walk.quoter.key_path(path)}`"
    if setting.advice is not None and advised:
        at = value.node if isinstance(value, Text) else where
        walk.tell(setting.advice.rule.code, at, f"{name} is not set, {setting.advice.effect}.", setting.hint)
    if present or not setting.required:
        return
    if setting.kind == "secret":
        walk.tell(NO_KEY.code, where, f"{name} is missing, so nothing can be sent.", setting.hint)
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
        key_masked=isinstance(key, Text) and key.stands_in,
    )
