"""Reads the values of an experiment from YAML. Each reader gives None after a mistake, which it reports at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
import orjson

from abtui.core.experiments.model import Seeds, Variant
from abtui.core.findings import error, warning
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_walk import Walk

Item = TypeVar("Item")
SEEDS: Final = ("hi", "lo", "trafficHi", "trafficLo")
_MOST_VARIANTS: Final = 128
_LARGEST_SHARE: Final = 1e9
_INT32: Final = range(2**31)
_SEED: Final = range(-(2**31), 2**32)

VALUE: Final = error(
    "EXPERIMENT-VALUE",
    "An experiment has a value that cannot be",
    "No experiment can run with this value: for example a split for three variants where there are two, traffic over 100 percent, or a second experiment of the same name. The message says which value is meant, and the hint what can stand there.",
)
NOT_FULL_ON: Final = warning(
    "EXPERIMENT-NOT-FULL-ON",
    "`fullOn: 0` switches nothing on",
    "For AB Smartly's SDKs 0 means that no variant is full on, so the split decides as usual. The control cannot be full on; stop the experiment instead.",
)


def key(walk: Walk, path: Path) -> str:
    """The path of a key, for messages."""
    return walk.quoter.key_path(path)


def tell(walk: Walk, node: Node, message: str, hint: str) -> None:
    """Report a value that cannot be."""
    walk.tell(VALUE.code, node, message, hint)


def _word(walk: Walk, node: Node, path: Path) -> str | None:
    text = walk.text(node, path)
    if text is not None and not text.value.strip():
        tell(walk, node, f"`{key(walk, path)}` is empty.", "Write a name.")
        return None
    return None if text is None else text.value


def _words(walk: Walk, node: Node, path: Path) -> tuple[str, ...] | None:
    if node.kind != "list":
        walk.wrong(node, path, "a list of names", f"Write `{path[-1]}: [website]`.")
        return None
    words = [_word(walk, item, (*path, index)) for index, item in enumerate(node.children)]
    return tuple(word for word in words if word is not None)


def _number(
    walk: Walk, node: Node, path: Path, wanted: str, fits: Callable[[float], bool], hint: str
) -> int | float | None:
    value = walk.json(node) if node.kind in ("number", "text") else None
    if isinstance(value, (int, float)) and fits(value):
        return value
    if node.kind == "number" or isinstance(value, (int, float)):
        tell(walk, node, f"`{key(walk, path)}` must be {wanted}; it is `{walk.quoter.shown(node.value)}`.", hint)
    else:
        walk.wrong(node, path, wanted, hint)
    return None


def _whole(walk: Walk, node: Node, path: Path, range_: range, hint: str) -> int | None:
    wanted = f"a whole number from {range_[0]:,} to {range_[-1]:,}"
    number = _number(walk, node, path, wanted, lambda value: type(value) is int and value in range_, hint)
    return None if number is None else int(number)


def _traffic(walk: Walk, node: Node, path: Path) -> float | None:
    hint = "It is in percent: `traffic: 40`."
    number = _number(walk, node, path, "a number from 0 to 100", lambda value: 0 <= value <= 100, hint)
    return None if number is None else number / 100


def _shares(walk: Walk, node: Node, path: Path) -> tuple[float, ...] | None:
    wanted, hint = "a number that is not negative", "Any numbers will do: they are taken as parts of their sum."

    def share(walk: Walk, node: Node, path: Path) -> float | None:
        return _number(walk, node, path, wanted, lambda value: 0 <= value <= _LARGEST_SHARE, hint)

    numbers = _each(walk, node, path, share, "Write one number for each variant: `split: [50, 50]`.")
    if numbers is not None and not sum(numbers):
        tell(walk, node, f"`{key(walk, path)}` gives nobody a variant.", "Write a number above 0.")
        return None
    return None if numbers is None else tuple(number / sum(numbers) for number in numbers)


def _variants(walk: Walk, node: Node, path: Path) -> tuple[Variant, ...] | None:
    return _each(walk, node, path, _variant, "Write `variants: [control, one_page]`.")


def _each(
    walk: Walk, node: Node, path: Path, read: Callable[[Walk, Node, Path], Item | None], hint: str
) -> tuple[Item, ...] | None:
    """The items of a list that has one for each variant."""
    if node.kind != "list":
        walk.wrong(node, path, "a list", hint)
        return None
    if not 1 <= len(node.children) <= _MOST_VARIANTS:
        message = f"`{key(walk, path)}` has {len(node.children):,} items; from 1 to {_MOST_VARIANTS} are possible."
        tell(walk, node, message, hint)
        return None
    items = [read(walk, item, (*path, index)) for index, item in enumerate(node.children)]
    whole = tuple(item for item in items if item is not None)
    return whole if len(whole) == len(items) else None


def _variant(walk: Walk, node: Node, path: Path) -> Variant | None:
    if node.kind != "map":
        name = _word(walk, node, path)
        return None if name is None else Variant(name)
    found = walk.known(node, path, ("name", "config"))
    if "name" not in found:
        hint = "Write `{name: one_page, config: {button: red}}`."
        walk.mistake("MISSING", node, f"`{key(walk, (*path, 'name'))}` is missing.", hint)
        return None
    name = _word(walk, found["name"].value, (*path, "name"))
    config = _object(walk, found["config"].value, (*path, "config")) if "config" in found else None
    return None if name is None else Variant(name, None if config is None else config.text or None)


class _Object(msgspec.Struct, frozen=True):
    """A JSON object and its text; neither for an empty text."""

    value: dict[str, Any] | None = None
    text: str = ""


def _object(walk: Walk, node: Node, path: Path) -> _Object | None:
    """An object: a map, or a text that holds one as JSON."""
    hint = "Write a map of keys, or a JSON object in quotes."
    if node.kind == "text":
        try:
            value = orjson.loads(node.value) if node.value.strip() else None
        except orjson.JSONDecodeError:
            tell(walk, node, f"The text of `{key(walk, path)}` is not JSON.", hint)
            return None
        if value is None:
            return _Object()
        if isinstance(value, dict):
            return _Object(value, node.value)
        tell(walk, node, f"The text of `{key(walk, path)}` is no JSON object.", hint)
        return None
    value = walk.json(node) if node.kind in ("map", "other") else None
    if not isinstance(value, dict):
        walk.wrong(node, path, "a map", hint)
        return None
    return _Object(value, stringify(value).decode())


def _audience(walk: Walk, node: Node, path: Path) -> str | None:
    audience = _object(walk, node, path)
    if audience is None or audience.value is None:
        return None
    filtered = audience.value.get("filter")
    if not isinstance(filtered, (list, dict)):
        # The SDKs ignore such an audience without a word, and everybody would be in it.
        hint = "Write `audience: {filter: [{gte: [{var: age}, {value: 18}]}]}`."
        tell(walk, node, f"`{key(walk, path)}` has no list or map under `filter`.", hint)
        return None
    # An empty list holds for everybody, an empty map for nobody.
    return None if filtered == [] else audience.text


def _seeds(walk: Walk, node: Node, path: Path) -> Seeds | None:
    found = walk.known(node, path, SEEDS)
    if node.kind != "map":
        return None
    hint = "Copy all four from the answer of `GET /context`, or leave `seeds` out."
    for name in SEEDS:
        if name not in found:
            walk.mistake("MISSING", node, f"`{key(walk, (*path, name))}` is missing.", hint)
    numbers = {name: _whole(walk, entry.value, (*path, name), _SEED, hint) for name, entry in found.items()}
    whole = {name: number for name, number in numbers.items() if number is not None}
    return Seeds(*(whole[name] for name in SEEDS)) if len(whole) == len(SEEDS) else None


def _id(walk: Walk, node: Node, path: Path) -> int | None:
    return _whole(walk, node, path, _INT32, "Copy it from the web console, or leave it out.")


def _full_on(walk: Walk, node: Node, path: Path) -> int | None:
    return _whole(walk, node, path, range(_MOST_VARIANTS), "It is the number of a variant, counted from 0.")


READERS: Final[dict[str, tuple[str, Callable[[Walk, Node, Path], Any]]]] = {
    "name": ("name", _word),
    "unitType": ("unit_type", _word),
    "variants": ("variants", _variants),
    "split": ("shares", _shares),
    "traffic": ("traffic", _traffic),
    "audience": ("audience", _audience),
    "audienceEnforced": ("audience_enforced", Walk.toggle),
    "applications": ("applications", _words),
    "fullOn": ("full_on", _full_on),
    "id": ("id", _id),
    "seeds": ("seeds", _seeds),
}
"""The keys of an experiment: the field of each, and what reads it."""
