"""A catalog written as the file that `abtui catalog pull` makes, and what changed since the file before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from abtui.core.config.model import Archived, Catalog
from abtui.core.config.names import CATALOG_PARTS
from abtui.core.text.plain import plural, single_line
from abtui.core.text.yaml_text import value

_HEAD: Final = "# Written by `abtui catalog pull`"
_NOUNS: Final[Mapping[str, str]] = {
    "goals": "goal",
    "units": "unit type",
    "environments": "environment",
    "applications": "application",
}


def catalog_text(catalog: Catalog, host: str) -> str:
    """The file for a catalog read from the web console at `host`. Equal catalogs give equal bytes: there is no time in it."""
    lines = [
        f"{_HEAD} from {single_line(host)}; the next pull overwrites what is changed here.",
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
    return [f"{indent}{part}:", *(f"{indent}  - {value(name)}" for name in sorted(names))]


def is_pulled(text: str) -> bool:
    """Whether a file begins as those of `catalog_text` do."""
    return text.startswith(_HEAD)


def catalog_counts(catalog: Catalog) -> str:
    """`412 goals (9 archived), 3 unit types, 2 environments, 1 application`. The archived ones are not among the first."""
    parts = []
    for part, noun in _NOUNS.items():
        count, archived = len(getattr(catalog, part) or ()), len(getattr(catalog.archived, part))
        parts.append(plural(count, noun) + (f" ({archived:,} archived)" if archived else ""))
    return ", ".join(parts)


def catalog_changes(old: Catalog, new: Catalog) -> str:
    """`goals +3 -1, archived goals +1`, or "" where nothing changed."""
    changes = []
    for words, before, after in (("", old, new), ("archived ", old.archived, new.archived)):
        for part, noun in _NOUNS.items():
            had, has = getattr(before, part) or frozenset(), getattr(after, part) or frozenset()
            if had != has:
                counts = [f"+{len(has - had):,}" if has - had else "", f"-{len(had - has):,}" if had - has else ""]
                changes.append(f"{words}{noun}s {' '.join(filter(None, counts))}")
    return ", ".join(changes)
