"""The section `catalog` of a config: names in place, in a file beside it, or both."""

from __future__ import annotations

from typing import Final

import msgspec

from abtui.core.config.catalog_file import CatalogFile, read_catalog_file, read_parts
from abtui.core.config.model import Archived, Catalog, FileReader
from abtui.core.config.names import CATALOG, CATALOG_PARTS
from abtui.core.config.walk import Entry, Path, Walk
from abtui.core.findings import Finding, finding, warning
from abtui.core.text.plain import plural
from abtui.core.text.yaml_nodes import Node

_FILE_TAG: Final = "!file"
_TOLD: Final = 20
"""Mistakes of a catalog file that are told one by one: they all stand at one line of the config."""
CATALOG_FILE: Final = warning(
    "CONFIG-CATALOG-FILE",
    "The catalog file, or part of it, cannot be used",
    "The config's `catalog` names a file that abtui cannot read, that is not YAML, or that has a part that is not a list of texts. abtui does not check names against the missing parts, and maps events as usual. `abtui catalog pull` writes such a file.",
)


def read_catalog(walk: Walk, entry: Entry, files: FileReader) -> Catalog:
    """`catalog`; what is absent or wrong is None. `catalog: !file NAME` is short for `catalog: {file: NAME}`."""
    path, value = ("catalog",), entry.value
    if value.kind == "other" and value.tag == _FILE_TAG:
        named = msgspec.structs.replace(value, kind="text", tag="")
        return _with_file(walk, named, path, Catalog(), files)
    if value.kind == "text":
        walk.wrong(value, path, "a map of keys, or `!file` and a name", "Write `catalog: !file catalog.yaml`.")
        return Catalog()
    found = walk.known(value, path, CATALOG)
    own, _broken = read_parts(walk, found, path)
    return _with_file(walk, found["file"].value, (*path, "file"), own, files) if "file" in found else own


def _with_file(walk: Walk, value: Node, path: Path, own: Catalog, files: FileReader) -> Catalog:
    """The names of the file together with the section's own. Where the file cannot be read nothing is known."""
    text = walk.text(value, path)
    if text is None or text.unset:
        return Catalog()
    name, hint = text.value, "abtui checks nothing against the catalog. `abtui catalog pull` writes such a file."
    if not name.strip():
        message = f"`{walk.quoter.key_path(path)}` names no file."
        walk.tell(CATALOG_FILE.code, value, message, "Write `catalog: !file catalog.yaml`.")
        return Catalog()
    read = files(name)
    if read.text is None:
        walk.tell(CATALOG_FILE.code, value, walk.quoter.sentence(read.problem), hint)
        return Catalog()
    file = read_catalog_file(read.text, name, walk.env, walk.quoter.texts)
    _tell(walk, value, name, file)
    return _joined(own, file)


def _tell(walk: Walk, value: Node, name: str, file: CatalogFile) -> None:
    shown = walk.quoter.shown(name)
    for item in file.findings[:_TOLD]:
        walk.findings.append(_placed(item, shown, value))
    if (more := len(file.findings) - _TOLD) > 0:
        walk.tell(CATALOG_FILE.code, value, f"`{shown}` has {plural(more, 'more mistake')}.", "Correct the first ones.")


def _placed(item: Finding, name: str, value: Node) -> Finding:
    """A finding of the file at the place that names the file. None is an error: events can be mapped without a catalog."""
    code = CATALOG_FILE.code if item.severity == "error" else item.code
    message = f"`{name}`, line {item.line}: {item.message}"
    return finding(code, message, item.hint, line=value.line, column=value.column, config_line=value.line)


def _joined(own: Catalog, file: CatalogFile) -> Catalog:
    def part(name: str) -> frozenset[str] | None:
        here: frozenset[str] | None = getattr(own, name)
        there: frozenset[str] | None = getattr(file.catalog, name)
        if name in file.broken or here is None:
            return there
        return here if there is None else there | here

    return Catalog(
        goals=part("goals"),
        units=part("units"),
        environments=part("environments"),
        applications=part("applications"),
        archived=Archived(
            **{name: getattr(own.archived, name) | getattr(file.catalog.archived, name) for name in CATALOG_PARTS}
        ),
    )
