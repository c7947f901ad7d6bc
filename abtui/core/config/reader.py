"""The config reader: text in, a frozen config out, and with it every mistake at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from abtui.core.config.catalog import read_catalog
from abtui.core.config.checks import check_catalog, check_catalog_names
from abtui.core.config.keys import Quoter, key_texts
from abtui.core.config.model import (
    DESTINATIONS,
    Behavior,
    Catalog,
    Config,
    ConfigReading,
    FileReader,
    FileText,
    Policy,
    Settings,
    Target,
)
from abtui.core.config.names import SECTIONS, unknown_key_hint
from abtui.core.config.policy import read_check
from abtui.core.config.sections import SettingsRead, TargetRead, read_behavior, read_settings, read_targets
from abtui.core.config.walk import Entry, Text, Walk
from abtui.core.findings import Finding, worst
from abtui.core.text.secret import Secret
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_tree import parse_yaml

_Part = TypeVar("_Part")


def no_files(name: str) -> FileText:
    """For a config that is not read from a place where files could be."""
    return FileText(None, f"{name} cannot be looked for: the config is in no file.")


def read_config(
    text: str, env: Mapping[str, str], *, name: str = "config.yaml", files: FileReader = no_files
) -> ConfigReading:
    """Read the config in `text`. `env` is the environment that `${NAME}` reads; `name` is the file's, for the messages.

    `files` gives the text of the catalog file that it may name. The findings come in the file's order. `config` is None exactly where one of them is an error.
    """
    tree = parse_yaml(text, name)
    if tree.root is None:
        return ConfigReading(None, tree.findings)
    walk = Walk(env, Quoter(key_texts(tree.root, env)))
    config = _config(walk, tree.root, files)
    findings = _ordered((*tree.findings, *walk.findings))
    return ConfigReading(None if worst(findings) == "error" else config, findings)


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    # A mistake in a part that aliases repeat is one mistake.
    return tuple(sorted(dict.fromkeys(findings), key=lambda item: (item.line or 0, item.column or 0)))


def _config(walk: Walk, root: Node, files: FileReader) -> Config | None:
    """The whole config; None, or a part of it, where a finding is an error."""
    sections = walk.known(root, (), SECTIONS)
    if root.kind != "map":
        return None
    _destination(walk, sections.get("destination"), root)
    behavior = _section(walk, sections, "behavior", read_behavior) or Behavior()
    catalog = read_catalog(walk, sections["catalog"], files) if "catalog" in sections else Catalog()
    check = _section(walk, sections, "check", read_check) or Policy()
    settings = _section(walk, sections, "settings", read_settings)
    targets = _section(walk, sections, "targets", read_targets) or {}
    for target, own in targets.items():
        check_catalog(walk, own.texts, ("targets", target), catalog)
    if settings is None:
        if "settings" not in sections:
            hint = "Write `settings:` with `collectorEndpoint`, `environment` and `unitMapping` below it."
            walk.tell("CONFIG-MISSING", walk.keys.get(("settings",), root), "`settings` is missing.", hint)
        return None
    check_catalog(walk, settings.texts, ("settings",), catalog)
    check_catalog_names(walk, settings.units, ("settings", "unitMapping"), "units", catalog)
    check_catalog_names(walk, settings.goals, ("settings", "goalMapping"), "goals", catalog)
    return Config(
        destination="classic",
        settings=_built_settings(settings),
        targets=_built_targets(settings, targets),
        behavior=behavior,
        catalog=catalog,
        check=check,
        lines={path: key.line for path, key in walk.keys.items()},
    )


def _section(
    walk: Walk, sections: Mapping[str, Entry], name: str, read: Callable[[Walk, Entry], _Part]
) -> _Part | None:
    return read(walk, sections[name]) if name in sections else None


def _destination(walk: Walk, entry: Entry | None, root: Node) -> None:
    if entry is None:
        walk.tell(
            "CONFIG-NO-DESTINATION",
            root,
            "`destination` is missing; `classic` is taken.",
            "Write `destination: classic`.",
        )
        return

    def unknown(value: str) -> None:
        walk.tell(
            "CONFIG-DESTINATION",
            entry.value,
            f"`destination` is `{walk.quoter.shown(value)}`, which abtui does not have.",
            unknown_key_hint(value, DESTINATIONS),
        )

    walk.choice(entry.value, ("destination",), DESTINATIONS, unknown)


def _value(texts: Mapping[str, Text], name: str) -> str:
    return texts[name].value if name in texts else ""


def _secret(texts: Mapping[str, Text]) -> Secret | None:
    value = _value(texts, "apiKey")
    return Secret(value) if value else None


def _built_settings(read: SettingsRead) -> Settings:
    return Settings(
        collector_endpoint=_value(read.texts, "collectorEndpoint"),
        environment=_value(read.texts, "environment"),
        unit_mapping={name: text.value for name, text in read.units.items()},
        api_key=_secret(read.texts),
        application=_value(read.texts, "application") or None,
        goal_mapping={name: text.value for name, text in read.goals.items()},
        enable_page_view_tracking=read.toggles.get("enablePageViewTracking", False),
        enable_app_screen_view_tracking=read.toggles.get("enableAppScreenViewTracking", False),
        enable_exposure_tracking=read.toggles.get("enableExposureTracking", False),
    )


def _built_targets(read: SettingsRead, targets: Mapping[str, TargetRead]) -> tuple[Target, ...]:
    """The target `settings` first, then the file's, which take from `settings` what they leave out."""
    whole = {"settings": read.texts} | {name: {**read.texts, **own.texts} for name, own in targets.items()}
    return tuple(
        Target(
            name=name,
            collector_endpoint=_value(texts, "collectorEndpoint"),
            environment=_value(texts, "environment"),
            api_key=_secret(texts),
            application=_value(texts, "application") or None,
            allow=name not in targets or targets[name].allow,
            key_variable=texts["apiKey"].variable if "apiKey" in texts else "",
        )
        for name, texts in whole.items()
    )
