"""The config reader: from text to a frozen config, with all mistakes reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from abtui.core.config.catalog import read_catalog
from abtui.core.config.experiments import SECTION, read_section
from abtui.core.config.exports.tree import config_tree
from abtui.core.config.keys import Quoter, key_texts
from abtui.core.config.lists import read_lists
from abtui.core.config.model import Catalog, Config, ConfigReading, FileReader, FileText, Policy, Settings
from abtui.core.config.names import destination_in, homes, section_names
from abtui.core.config.policy import read_check
from abtui.core.config.sections import built_target, read_own_sections, read_settings, read_targets
from abtui.core.config.syntax import told
from abtui.core.config.walk import Entry, Path, Text, Walk
from abtui.core.destinations import DEFAULT, DESTINATIONS, destination_of
from abtui.core.findings import Finding
from abtui.core.text import yaml_walk
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_walk import unknown_key_hint


def no_files(name: str) -> FileText:
    """A file reader for a config that is not in a file, so no other file can be found from it."""
    return FileText(None, f"{name} cannot be looked for: the config is in no file.")


def read_config(
    text: str, env: Mapping[str, str], *, name: str = "config.yaml", files: FileReader = no_files
) -> ConfigReading:
    """Read the config in `text`. `env` is the environment that `${NAME}` reads; `name` is the file's, for the messages.

    `files` gives the text of the files that the config may name. Findings are in the file's order. `config` is None if
    one of them is an error, except those that the destination lives with.
    """
    tree = config_tree(text, name, env)
    if tree.root is None:
        return ConfigReading(None, told(text, tree.findings), export=tree.export)
    walk = Walk(env, Quoter(key_texts(tree.root, env)))
    config = _config(walk, tree.root, files)
    borne = frozenset(walk.borne.union(() if config is None else _told_by_destination(walk, config)))
    reading = ConfigReading(config, _ordered((*tree.findings, *walk.findings, *borne)), borne, tree.export)
    return msgspec.structs.replace(reading, config=None) if reading.mistakes else reading


class _AsWritten(Walk):
    """Reads texts as the file has them, with their references."""

    def text(self, value: Node, path: Path, *, secret: bool = False) -> Text | None:
        return yaml_walk.Walk.text(self, value, path)


def settings_as_written(text: str) -> Settings:
    """The settings of a config that can be used, each text with its references as the file has it."""
    root = config_tree(text, "config").root
    config = None if root is None else _config(_AsWritten({}, Quoter(key_texts(root, {}))), root, no_files)
    return {} if config is None else config.settings


def _told_by_destination(walk: Walk, config: Config) -> Iterator[Finding]:
    """What the destination finds in a config, without keys."""
    for item in destination_of(config.destination).check_config(config):
        message, hint = walk.quoter.mask(item.message), walk.quoter.mask(item.hint)
        yield msgspec.structs.replace(item, message=message, hint=hint)


def _ordered(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    # An alias repeats the findings of its part.
    return tuple(sorted(dict.fromkeys(findings), key=lambda item: (item.line or 0, item.column or 0)))


def _config(walk: Walk, root: Node, files: FileReader) -> Config | None:
    """The config. If a finding is an error, the result is None or incomplete."""
    if root.kind != "map":
        walk.known(root, (), section_names(DEFAULT))
        return None
    destination = destination_in(root, walk.env)
    walk.homes = homes(destination)
    sections = walk.known(root, (), section_names(destination))
    _check_destination(walk, sections.get("destination"), root)
    own = read_own_sections(walk, sections, destination)
    lists = read_lists(walk, sections, destination)
    experiments = read_section(walk, sections[SECTION], files) if SECTION in sections else None
    catalog = read_catalog(walk, sections["catalog"], files) if "catalog" in sections else Catalog()
    check = read_check(walk, sections["check"]) if "check" in sections else Policy()
    targets = read_targets(walk, sections["targets"], destination, catalog) if "targets" in sections else {}
    if "settings" not in sections and destination.coerce is not None:
        # The destination lives with it, as with each missing setting.
        sections["settings"] = Entry("settings", root, Node("map", root.line, root.column))
    if "settings" not in sections:
        needed = [f"`{item.name}`" for item in destination.settings if item.required and item.kind != "secret"]
        listed = " and ".join(filter(None, (", ".join(needed[:-1]), *needed[-1:])))
        hint = f"Write `settings:` with {listed} below it." if listed else "Write `settings:`."
        walk.tell("CONFIG-MISSING", walk.keys.get(("settings",), root), "`settings` is missing.", hint)
        return None
    settings = read_settings(walk, sections["settings"], destination, catalog)
    whole = {"settings": settings.values} | {
        name: {**settings.values, **target.values} for name, target in targets.items()
    }
    return Config(
        destination=destination.name,
        settings={item.name: settings.setting(item) for item in destination.settings},
        sections=own,
        lists=lists,
        wrong=settings.wrong,
        missing=settings.missing,
        default_target=built_target("settings", settings.values, allow=True),
        targets=tuple(
            built_target(name, values, allow=name not in targets or targets[name].allow)
            for name, values in whole.items()
        ),
        experiments=experiments,
        catalog=catalog,
        check=check,
        lines={path: key.line for path, key in walk.keys.items()},
        columns={path: key.column for path, key in walk.keys.items()} if destination.lists else {},
        texts=walk.texts,
    )


def _check_destination(walk: Walk, entry: Entry | None, root: Node) -> None:
    if entry is None:
        walk.tell(
            "CONFIG-NO-DESTINATION",
            root,
            f"`destination` is missing, so `{DEFAULT.name}` is assumed.",
            f"Write `destination: {DEFAULT.name}`.",
        )
        return

    def unknown(value: str) -> None:
        walk.tell(
            "CONFIG-DESTINATION",
            entry.value,
            f"`destination` is `{walk.quoter.shown(value)}`, which abtui does not have.",
            unknown_key_hint(value, DESTINATIONS),
        )

    walk.choice(entry.value, ("destination",), tuple(DESTINATIONS), unknown)
