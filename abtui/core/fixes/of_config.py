"""Fixes of what the config's text alone tells: endpoints, keys, toggles, and names that the catalog writes differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from abtui.core.checks.nearest import one_edit
from abtui.core.config import Config
from abtui.core.config.endpoint import endpoint_problems, split_endpoint
from abtui.core.config.keys import Quoter
from abtui.core.config.names import destination_in, known_names
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.destination import Destination
from abtui.core.findings import Finding
from abtui.core.fixes.model import Fix, is_turned, of_catalog, turned
from abtui.core.text.plain import letters
from abtui.core.text.yaml_edit import Rename
from abtui.core.text.yaml_nodes import Node

_TOGGLES: Final[Mapping[str, bool]] = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
}
_SHORTEST_FOR_ONE_EDIT: Final = 4
_IOP: Final = ".absmartly.iop"


class _Place(msgspec.Struct, frozen=True):
    """An entry of the config's text, and what is known around it. `siblings` are the other keys of its map."""

    path: tuple[str, ...]
    key: Node
    value: Node
    siblings: frozenset[str]
    quoter: Quoter
    config: Config | None
    usage: Usage | None
    destination: Destination

    @property
    def name(self) -> str:
        """Its key."""
        return self.path[-1]

    @property
    def shown(self) -> str:
        """Its path, for a sentence."""
        return f"`{self.quoter.key_path(self.path)}`"


def fix_of(finding: Finding, root: Node, quoter: Quoter, config: Config | None, usage: Usage | None) -> Fix | None:
    """The fix of a finding at its line and column in the tree `root` of the config."""
    make = _MAKERS.get(finding.code)
    if make is None:
        return None
    for path, key, value, siblings in _entries(root):
        if (finding.line, finding.column) in ((key.line, key.column), (value.line, value.column)):
            fix = make(_Place(path, key, value, siblings, quoter, config, usage, destination_in(root)))
            if fix is not None:
                return fix
    return None


def _entries(root: Node) -> Iterator[tuple[tuple[str, ...], Node, Node, frozenset[str]]]:
    """The entries of the maps: path, key, value, and the other keys of the map."""
    stack: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if node.kind != "map" or node.alias:
            continue
        keys = [key.value for key in node.children[::2]]
        for at, (key, value) in enumerate(node.pairs):
            if key.merge or key.kind in ("map", "list", "other"):
                continue
            yield (*path, key.value), key, value, frozenset((*keys[:at], *keys[at + 1 :]))
            stack.append(((*path, key.value), value))


def _slash(place: _Place) -> Fix | None:
    raw = place.value.value
    if not raw.endswith("/") or place.name != "collectorEndpoint":
        return None
    return Fix(f"Remove the slash at the end of {place.shown}", {place.path: raw.rstrip("/")})


def _iop(place: _Place) -> Fix | None:
    raw = place.value.value
    if raw.count(_IOP) != 1:
        return None
    return Fix(f"Write `.io` in place of `.iop` in {place.shown}", {place.path: raw.replace(_IOP, _IOP[:-1])})


def _v1(place: _Place) -> Fix | None:
    """Certain where nothing but the host stands there, or `/context`, which the destination adds itself."""
    raw = place.value.value
    parts = None if "${" in raw else split_endpoint(raw)
    if parts is None or parts.path.rstrip("/") not in ("", "/context", "/v1/context"):
        return None
    endpoint = f"{raw.rstrip('/').removesuffix('/context').rstrip('/').removesuffix('/v1')}/v1"
    was, now = ({problem.code for problem in endpoint_problems(text)} for text in (raw, endpoint))
    return Fix(f"End {place.shown} with `/v1`", {place.path: endpoint}) if now < was else None


def _label(place: _Place) -> Fix | None:
    name = place.destination.labels.get(place.name)
    if name is None or name in place.siblings:
        return None
    return Fix(f"Rename the key `{place.name}` to `{name}`", {place.path: Rename(name)})


def _unknown(place: _Place) -> Fix | None:
    """Certain where one known name is written alike, or one slip of the hand away, and does not stand there already."""
    plain, names = letters(place.name), known_names(place.destination, place.path[:-1])
    near = [known for known in names if letters(known) == plain]
    if not near and len(plain) >= _SHORTEST_FOR_ONE_EDIT:
        near = [known for known in names if one_edit(letters(known), plain)]
    if len(near) != 1 or near[0] in place.siblings:
        return None
    return Fix(f"Rename the key `{place.quoter.shown(place.name)}` to `{near[0]}`", {place.path: Rename(near[0])})


def _key_as_text(place: _Place) -> Fix | None:
    if place.key.kind == "text":
        return None
    return Fix(f"Quote the key `{place.quoter.shown(place.name)}`", {place.path: Rename(place.name)})


def _toggle(place: _Place) -> Fix | None:
    wanted = _TOGGLES.get(place.value.value.strip().lower())
    setting = place.destination.setting(place.name)
    if setting is None or setting.kind != "toggle" or place.value.kind != "text" or wanted is None:
        return None
    return Fix(f"Write `{str(wanted).lower()}` without quotes for {place.shown}", {place.path: wanted})


def _name_of_the_catalog(place: _Place) -> Fix | None:
    config, usage, value = place.config, place.usage, place.value.value
    if config is None or place.value.kind != "text" or "${" in value:
        return None
    match place.path:
        case ("settings", "unitMapping", key):
            if is_turned(key, value, config) and usage is not None and not usage.identities[key]:
                return turned(place.path, value, config)
            known = config.catalog.units
        case ("settings", "goalMapping", _):
            known = config.catalog.goals
        case (*_, "environment"):
            known = config.catalog.environments
        case (*_, "application"):
            known = config.catalog.applications
        case _:
            return None
    return of_catalog(place.path, value, known, config)


_MAKERS: Final[Mapping[str, Callable[[_Place], Fix | None]]] = {
    "CONFIG-ENDPOINT-SLASH": _slash,
    "CONFIG-ENDPOINT-IOP": _iop,
    "CONFIG-ENDPOINT-PATH": _v1,
    "CONFIG-LABEL": _label,
    "CONFIG-UNKNOWN-KEY": _unknown,
    "CONFIG-KEY-NOT-TEXT": _key_as_text,
    "CONFIG-TYPE": _toggle,
    "CONFIG-CATALOG": _name_of_the_catalog,
}
CODES: Final = frozenset(_MAKERS)
