"""The names that exist in the web console, as a section of a config and as a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from abtui.core.config.keys import Quoter
from abtui.core.config.model import Archived, Catalog
from abtui.core.config.names import CATALOG_FILE, CATALOG_PARTS
from abtui.core.config.walk import Entry, Path, Walk
from abtui.core.findings import Finding
from abtui.core.text.yaml_nodes import CONFIG_FORM, at
from abtui.core.text.yaml_tree import parse_yaml

_ENTRIES_HINT: Final = "Write `goals:` with a list of names below it; `abtui catalog pull` writes such a file."
CATALOG_FORM: Final = msgspec.structs.replace(
    CONFIG_FORM,
    noun="catalog",
    max_bytes=4 << 20,
    empty=_ENTRIES_HINT,
    large="Is this the catalog? `abtui catalog pull` writes one.",
    deep="A catalog needs three. Is a bracket or an indentation too many?",
)


class CatalogFile(msgspec.Struct, frozen=True):
    """What came of reading a catalog file. `broken` are the parts that cannot be relied on; they are None in `catalog`.

    The findings have places in the file, not in the config.
    """

    catalog: Catalog
    broken: frozenset[str]
    findings: tuple[Finding, ...]


def read_catalog_file(
    text: str, name: str, env: Mapping[str, str] | None = None, keys: tuple[str, ...] = ()
) -> CatalogFile:
    """Read the catalog in `text`. `name` is the file's, for the messages; `keys` are API keys that no message may quote.

    `${NAME}` is read from `env` as in a config. The last few files are remembered: a config under edit is read at each key.
    """
    used = frozenset((env or {}).items()) if "${" in text else frozenset()
    return _read(text, name, used, keys)


@lru_cache(maxsize=4)
def _read(text: str, name: str, env: frozenset[tuple[str, str]], keys: tuple[str, ...]) -> CatalogFile:
    tree = parse_yaml(text, name, CATALOG_FORM)
    if tree.root is None:
        return CatalogFile(Catalog(), frozenset(CATALOG_PARTS), tree.findings)
    root = tree.root
    if root.kind != "map":
        message = "A catalog is a map of lists of names."
        found = at(root.line, root.column, "CONFIG-TYPE", message, _ENTRIES_HINT)
        return CatalogFile(Catalog(), frozenset(CATALOG_PARTS), (*tree.findings, found))
    if not any(key.value in CATALOG_FILE for key in root.children[::2]):
        # Any file may be named, by mistake or with intent: of one that is no catalog nothing is quoted.
        parts = ", ".join(f"`{part}`" for part in CATALOG_PARTS)
        found = at(root.line, root.column, "CONFIG-TYPE", f"This is no catalog: it has none of {parts}.", _ENTRIES_HINT)
        return CatalogFile(Catalog(), frozenset(CATALOG_PARTS), (*tree.findings, found))
    walk = Walk(dict(env), Quoter(keys), "the catalog")
    catalog, broken = read_parts(walk, walk.known(root, (), CATALOG_FILE), ())
    return CatalogFile(catalog, broken, (*tree.findings, *dict.fromkeys(walk.findings)))


def read_parts(walk: Walk, found: Mapping[str, Entry], path: Path) -> tuple[Catalog, frozenset[str]]:
    """The catalog in the entries of the map at `path`, and its broken parts: those with an error, which are None."""
    sets: dict[str, frozenset[str] | None] = {}
    broken = set()
    for part in CATALOG_PARTS:
        if part in found:
            before = len(walk.findings)
            sets[part] = walk.text_set(found[part].value, (*path, part))
            if any(item.severity == "error" for item in walk.findings[before:]):
                sets[part] = None
                broken.add(part)
    archived = Archived()
    if "archived" in found:
        at_archived = (*path, "archived")
        lists = walk.known(found["archived"].value, at_archived, CATALOG_PARTS)
        names = {part: walk.text_set(entry.value, (*at_archived, part)) for part, entry in lists.items()}
        archived = Archived(**{part: texts for part, texts in names.items() if texts is not None})
    catalog = Catalog(
        goals=sets.get("goals"),
        units=sets.get("units"),
        environments=sets.get("environments"),
        applications=sets.get("applications"),
        archived=archived,
    )
    return catalog, frozenset(broken)
