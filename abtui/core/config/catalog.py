"""The names that exist in the web console, read from the section `catalog` of a config and from a catalog file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from abtui.core.config.keys import Quoter
from abtui.core.config.model import CATALOG_NOUNS, Archived, Catalog, FileReader
from abtui.core.config.named_file import file_name_in, read_named, tell_of_file
from abtui.core.config.names import CATALOG, CATALOG_FILE, CATALOG_PARTS
from abtui.core.config.walk import Entry, Path, Walk
from abtui.core.findings import Finding, warning
from abtui.core.text.plain import plural, single_line
from abtui.core.text.yaml_nodes import CONFIG_FORM, Node, at
from abtui.core.text.yaml_text import value as yaml_value
from abtui.core.text.yaml_tree import parse_yaml

_EXAMPLE: Final = "catalog: !file catalog.yaml"
_ENTRIES_HINT: Final = "Write `goals:` with a list of names below it; `abtui catalog pull` writes such a file."
CATALOG_FORM: Final = msgspec.structs.replace(
    CONFIG_FORM,
    noun="catalog",
    max_bytes=4 << 20,
    empty=_ENTRIES_HINT,
    large="Is this the catalog? `abtui catalog pull` writes one.",
    deep="A catalog needs three. Is a bracket or an indentation too many?",
)
_HEAD: Final = "# Written by `abtui catalog pull`"
UNUSABLE_FILE: Final = warning(
    "CONFIG-CATALOG-FILE",
    "The catalog file, or part of it, cannot be used",
    "The config's `catalog` names a file that abtui cannot read, that is not YAML, or that has a part that is not a list of texts. abtui does not check names against the missing parts, and maps events as usual. `abtui catalog pull` writes such a file.",
)


def read_catalog(walk: Walk, entry: Entry, files: FileReader) -> Catalog:
    """Read the section `catalog`. Parts that are missing or wrong are None. `catalog: !file NAME` is short for `catalog: {file: NAME}`."""
    path, value = ("catalog",), entry.value
    if (name := file_name_in(value)) is not None:
        return _with_file(walk, name, path, Catalog(), files)
    if value.kind == "text":
        walk.wrong(value, path, "a map of keys, or `!file` and a name", f"Write `{_EXAMPLE}`.")
        return Catalog()
    found = walk.known(value, path, CATALOG)
    own, _broken = read_parts(walk, found, path)
    return _with_file(walk, found["file"].value, (*path, "file"), own, files) if "file" in found else own


def _with_file(walk: Walk, value: Node, path: Path, own: Catalog, files: FileReader) -> Catalog:
    """The names of the file together with the section's own. If the file cannot be read, nothing is known."""
    hint = "abtui checks nothing against the catalog. `abtui catalog pull` writes such a file."
    named = read_named(walk, value, path, files, code=UNUSABLE_FILE.code, example=_EXAMPLE, hint=hint)
    if named is None:
        return Catalog()
    file = read_catalog_file(named.text, named.name, walk.env, walk.quoter.texts)
    tell_of_file(walk, value, named.name, file.findings, UNUSABLE_FILE.code)
    return _joined(own, file)


def _joined(own: Catalog, file: CatalogFile) -> Catalog:
    def part(name: str) -> frozenset[str] | None:
        here: frozenset[str] | None = getattr(own, name)
        there: frozenset[str] | None = getattr(file.catalog, name)
        if name in file.broken or here is None:
            return there
        return here if there is None else there | here

    archived = {name: getattr(own.archived, name) | getattr(file.catalog.archived, name) for name in CATALOG_PARTS}
    parts: dict[str, Any] = {name: part(name) for name in CATALOG_PARTS} | {"archived": Archived(**archived)}
    return Catalog(**parts)


class CatalogFile(msgspec.Struct, frozen=True):
    """The result of reading a catalog file. `broken` are the parts with errors; they are None in `catalog`.

    Findings have positions in the file, not in the config.
    """

    catalog: Catalog
    broken: frozenset[str]
    findings: tuple[Finding, ...]


def read_catalog_file(
    text: str, name: str, env: Mapping[str, str] | None = None, keys: tuple[str, ...] = ()
) -> CatalogFile:
    """Read the catalog in `text`. `name` is the file's, for the messages; `keys` are API keys that no message may quote.

    `${NAME}` is read from `env` as in a config. The last few files are cached, because the workbench reads a config at each key.
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
        # The config may name any file, so nothing is quoted from one that is no catalog.
        parts = ", ".join(f"`{part}`" for part in CATALOG_PARTS)
        found = at(root.line, root.column, "CONFIG-TYPE", f"This is no catalog: it has none of {parts}.", _ENTRIES_HINT)
        return CatalogFile(Catalog(), frozenset(CATALOG_PARTS), (*tree.findings, found))
    walk = Walk(dict(env), Quoter(keys), "the catalog")
    catalog, broken = read_parts(walk, walk.known(root, (), CATALOG_FILE), ())
    return CatalogFile(catalog, broken, (*tree.findings, *dict.fromkeys(walk.findings)))


def read_parts(walk: Walk, found: Mapping[str, Entry], path: Path) -> tuple[Catalog, frozenset[str]]:
    """The catalog in the entries of the map at `path`, and its broken parts, which are None."""
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
    parts: dict[str, Any] = {**sets, "archived": archived}
    catalog = Catalog(**parts)
    return catalog, frozenset(broken)


def catalog_text(catalog: Catalog, host: str) -> str:
    """The text of the file for a catalog from the web console at `host`. Equal catalogs give equal bytes: it has no date."""
    lines = [
        pulled_head(host),
        f"# {catalog_counts(catalog)}",
        "# In a config:  catalog: !file catalog.yaml",
        "",
    ]
    for part in CATALOG_PARTS:
        lines += _list(part, getattr(catalog, part) or frozenset(), "")
    if catalog.archived != Archived():
        lines.append("archived:")
        for part in CATALOG_PARTS:
            if names := getattr(catalog.archived, part):
                lines += _list(part, names, "  ")
    return "\n".join(lines) + "\n"


def _list(part: str, names: frozenset[str], indent: str) -> list[str]:
    if not names:
        return [f"{indent}{part}: []"]
    return [f"{indent}{part}:", *(f"{indent}  - {yaml_value(name)}" for name in sorted(names))]


def pulled_head(host: str) -> str:
    """The first line of each file with what the web console at `host` has."""
    return f"{_HEAD} from {single_line(host)}; the next pull overwrites changes made here."


def is_pulled(text: str) -> bool:
    """Whether a file begins like those that `catalog_text` writes."""
    return text.startswith(_HEAD)


def catalog_counts(catalog: Catalog) -> str:
    """`412 goals (9 archived), 3 unit types, 2 environments, 1 application`. Archived entries are counted separately."""
    parts = []
    for part, noun in CATALOG_NOUNS.items():
        count, archived = len(getattr(catalog, part) or ()), len(getattr(catalog.archived, part))
        parts.append(plural(count, noun) + (f" ({archived:,} archived)" if archived else ""))
    return ", ".join(parts)


def catalog_changes(old: Catalog, new: Catalog) -> str:
    """`goals +3 -1, archived goals +1`, or "" if nothing changed."""
    changes = []
    for words, before, after in (("", old, new), ("archived ", old.archived, new.archived)):
        for part, noun in CATALOG_NOUNS.items():
            had, has = getattr(before, part) or frozenset(), getattr(after, part) or frozenset()
            if had != has:
                counts = [f"+{len(has - had):,}" if has - had else "", f"-{len(had - has):,}" if had - has else ""]
                changes.append(f"{words}{noun}s {' '.join(filter(None, counts))}")
    return ", ".join(changes)
