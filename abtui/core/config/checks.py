"""Checks of a config's values that are of the right type: endpoint, key, headers, catalog."""

from __future__ import annotations

from abtui.core.config.endpoint import endpoint_problems, is_header_text
from abtui.core.config.model import Catalog
from abtui.core.config.walk import Path, Text, Walk
from abtui.core.destination import CatalogPart, Setting
from abtui.core.text.yaml_nodes import Node

_NOUNS = {"goals": "goal", "units": "unit type"}


def check_setting(walk: Walk, setting: Setting, value: object, node: Node, path: Path, catalog: Catalog) -> None:
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
    """Tell of a name that the `part` of the catalog does not have. `named`: it is the value of a map's entry."""
    known: frozenset[str] | None = getattr(catalog, part)
    if known is not None and text.value in known:
        return
    if not text.value and named and known is not None:
        message = f"`{walk.quoter.key_path(path)}` has no {_NOUNS.get(part, 'name')} yet."
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
