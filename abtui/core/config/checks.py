"""Findings about the values of settings that are of the right type: endpoint, key, headers, names of the catalog."""

from __future__ import annotations

from typing import Final

from abtui.core.config.endpoint import endpoint_problems, is_header_text
from abtui.core.config.model import CATALOG_NOUNS, Catalog, CatalogPart
from abtui.core.config.walk import Path, Text, Walk
from abtui.core.destination import Setting
from abtui.core.findings import Fix, warning
from abtui.core.fixes import Entry, Problem, for_entry, is_swapped, name_in_catalog, swap_entry
from abtui.core.text.secret import KEY_VARIABLE, is_stand_in
from abtui.core.text.yaml_nodes import Node


def _name_in_catalog(problem: Problem, entry: Entry) -> Fix | None:
    """The catalog's spelling of a setting's value, or the entry of a map the other way round."""
    config, usage, value = problem.config, problem.usage, entry.value.value
    if config is None or entry.value.kind != "text" or "${" in value:
        return None
    in_map = len(entry.path) == 3 and entry.path[0] == "settings"
    setting = problem.destination.setting(entry.path[1] if in_map else entry.name)
    if setting is None or setting.catalog is None:
        return None
    known: frozenset[str] | None = getattr(config.catalog, setting.catalog)
    is_unused = in_map and setting.keys == "fields" and usage is not None and not usage.identities[entry.name]
    if is_unused and is_swapped(entry.name, value, config.settings[setting.name], known):
        return swap_entry(entry.path, value, config)
    return name_in_catalog(entry.path, value, known, config)


def _key_from_variable(problem: Problem, entry: Entry) -> Fix | None:
    setting = problem.destination.setting(problem.destination.labels.get(entry.name, entry.name))
    if setting is None or setting.kind != "secret" or not is_stand_in(entry.value.value):
        return None
    reference = f"${{{KEY_VARIABLE}}}"
    return Fix(f"Write `{reference}` in place of the mask", {entry.path: reference})


EMPTY_MAPPING: Final = warning(
    "CONFIG-EMPTY-MAPPING",
    "A mapping is empty",
    "The destination requires this mapping, and it has no entries. For an event that brings no unit of its own, the destination then sends nothing and raises no error, and Segment shows Success.",
)
NO_KEY: Final = warning(
    "CONFIG-NO-KEY",
    "There is no API key",
    "You can map events without a key, but not send them. Write `apiKey: ${ABSMARTLY_API_KEY}` and set the variable.",
)
KEY_IN_FILE: Final = warning(
    "CONFIG-KEY-IN-FILE",
    "The API key is in the file",
    "A key in a file ends up in version control and in screenshots. Write `${ABSMARTLY_API_KEY}` and set the variable instead.",
)
KEY_MASKED: Final = warning(
    "CONFIG-KEY-MASKED",
    "The API key is only the mask of one",
    "Segment shows a saved key as `••••8839`, and its API and Terraform give no more than that. All else in the config works, and nothing can be sent. Write `${ABSMARTLY_API_KEY}` in its place, and set the variable to the key from the web console of AB Smartly.",
    fix=for_entry(_key_from_variable),
)
HEADER: Final = warning(
    "CONFIG-HEADER",
    "A setting cannot be an HTTP header",
    "The API key, the environment and the application are sent as HTTP headers. If one has a line break, a control character or a character outside Latin-1, every request fails before it is sent.",
)
CATALOG: Final = warning(
    "CONFIG-CATALOG",
    "A setting is not in the catalog",
    "The environment, the application or the unit type is not in the config's `catalog`. The web console ignores names that it does not know or has archived, and Segment shows Success.",
    fix=for_entry(_name_in_catalog),
)


def check_setting(walk: Walk, setting: Setting, value: object, node: Node, path: Path, catalog: Catalog) -> None:
    """Check the value of one setting at `path`, in `settings` or in a target."""
    if isinstance(value, Text):
        if setting.kind == "address" and not value.unset:
            for rule, message, hint in endpoint_problems(value.value, walk.quoter.shown):
                walk.tell(rule.code, node, f"`{walk.quoter.key_path(path)}` {message}", hint)
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
            walk.tell(EMPTY_MAPPING.code, node, message, setting.hint)
        for key, text in value.items():
            if setting.catalog is not None and not text.unset:
                _check_known(walk, text, (*path, key), setting.catalog, catalog, named=True)


def _check_header(walk: Walk, setting: Setting, text: Text, path: Path) -> None:
    name = f"`{walk.quoter.key_path(path)}`"
    if not is_header_text(text.value):
        hint = "Remove line breaks, control characters and characters outside Latin-1."
        walk.tell(HEADER.code, text.node, f"{name} has a character that is not allowed in an HTTP header.", hint)
    if setting.required and setting.kind != "secret" and not text.unset and not text.value.strip():
        message = f"{name} is empty, so the header `{setting.header}` would be empty too."
        walk.tell(HEADER.code, text.node, message, setting.hint)


def _check_key(walk: Walk, key: Text, path: Path) -> None:
    if key.written:
        walk.tell(
            KEY_IN_FILE.code,
            key.node,
            f"`{walk.quoter.key_path(path)}` contains the key itself, or a part of it.",
            "Write `${ABSMARTLY_API_KEY}` and set that variable. If the file has been shared, renew the key.",
        )
    if not key.value.strip() and not key.unset:
        walk.tell(
            NO_KEY.code,
            key.node,
            f"`{walk.quoter.key_path(path)}` is empty, so nothing can be sent.",
            "Write `${ABSMARTLY_API_KEY}` and set that variable.",
        )


def _check_known(walk: Walk, text: Text, path: Path, part: CatalogPart, catalog: Catalog, *, named: bool) -> None:
    """Tell of a name that the `part` of the catalog does not have. `named`: it is the value of a map's entry."""
    known: frozenset[str] | None = getattr(catalog, part)
    if known is not None and text.value in known:
        return
    if not text.value and named and known is not None:
        message = f"`{walk.quoter.key_path(path)}` has no {CATALOG_NOUNS[part]} yet."
        walk.tell(CATALOG.code, text.node, message, f"Write a name from `catalog.{part}`, or remove the entry.")
        return
    name = f"`{walk.quoter.key_path(path)}` is `{walk.quoter.shown(text.value)}`"
    if text.value in getattr(catalog.archived, part):
        hint = "Restore it there, or use another name."
        walk.tell(CATALOG.code, text.node, f"{name}, which is archived in the web console.", hint)
    elif known is not None:
        message = f"{name}, which is not in `catalog.{part}`."
        turned = named and path[-1] in known
        hint = (
            f"Is it the wrong way round? `{walk.quoter.shown(str(path[-1]))}` is in the catalog and belongs after the colon."
            if turned
            else _known_hint(walk, text.value, part, known)
        )
        walk.tell(CATALOG.code, text.node, message, hint)


def _known_hint(walk: Walk, name: str, part: str, known: frozenset[str]) -> str:
    fold = name.casefold().strip()
    near = next((other for other in sorted(known) if other.casefold().strip() == fold), None)
    if near is not None:
        return f"The catalog has `{walk.quoter.shown(near)}`; names are case-sensitive."
    return f"Add it to `catalog.{part}` if the web console has it."
