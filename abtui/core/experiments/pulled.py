"""A file of experiments from what the web console lists: names, unit types, splits and variants, where it gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from abtui.core.text.plain import single_line
from abtui.core.text.yaml_text import entry_lines, is_writable

_AT_REST: Final = ("created", "ready", "scheduled", "stopped", "archived")
"""States in which an experiment takes no exposures."""
_PART: Final = re.compile(r"\d+(?:\.\d+)?")


def experiments_text(items: Iterable[Any], head: str) -> tuple[str, int]:
    """The text of the file, and the number of its experiments. Those that do not run are left out, and so is an older one of a name.

    `head` is the first line. Equal lists give equal bytes.
    """
    newest: dict[str, Mapping[str, Any]] = {}
    for item in items:
        name = item.get("name") if isinstance(item, dict) else None
        if isinstance(name, str) and name.strip() and is_writable(name) and item.get("state") not in _AT_REST:
            before = newest.get(name)
            if before is None or _number(before.get("id")) <= _number(item.get("id")):
                newest[name] = item
    lines = [head, "# In a config:  experiments: !file experiments.yaml", "# The list has no seeds: copy them from `GET /context`.", ""]  # fmt: skip
    lines.append("experiments:" if newest else "experiments: []")
    for name, item in sorted(newest.items()):
        written = [line for key, value in _keys(name, item) for line in entry_lines(key, value, 4)]
        lines += [f"  - {line.lstrip()}" if at == 0 else line for at, line in enumerate(written)]
    return "\n".join((*lines, "")), len(newest)


def _keys(name: str, item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys of one experiment, as far as the console gives them in a form that the reader takes."""
    yield "name", name
    number = item.get("id")
    if type(number) is int and 0 <= number < 2**31:
        yield "id", number
    unit = item.get("unit_type")
    if _is_name(kind := unit.get("name") if isinstance(unit, dict) else unit):
        yield "unitType", kind
    variants = _variants(item.get("variants"))
    if variants:
        yield "variants", variants
    split = _split(item.get("percentages"))
    if split and len(split) in (len(variants), 0 if variants else len(split)):
        yield "split", split
    traffic = item.get("percentage_of_traffic")
    if isinstance(traffic, (int, float)) and not isinstance(traffic, bool) and 0 <= traffic < 100:
        yield "traffic", traffic
    audience = _audience(item.get("audience"))
    if audience is not None:
        yield "audience", audience
        if item.get("audience_strict") is True:
            yield "audienceEnforced", True
    applications = sorted(_applications(item.get("applications")))
    if applications:
        yield "applications", applications
    full_on = item.get("full_on_variant")
    if item.get("state") == "full_on" and type(full_on) is int and 0 < full_on < max(len(variants), 2):
        yield "fullOn", full_on


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and is_writable(value)


def _number(value: object) -> int:
    return value if type(value) is int else 0


def _variants(listed: Any) -> list[str]:
    """The names of the variants in order; none if one has no name."""
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    items.sort(key=lambda item: _number(item.get("variant")))
    names = [item.get("name") for item in items]
    return [str(name) for name in names] if names and all(map(_is_name, names)) else []


def _split(given: Any) -> list[int | float]:
    """The shares: of a text such as `50/50`, or of a list."""
    parts = given.split("/") if isinstance(given, str) else given if isinstance(given, list) else []
    texts = [str(part).strip() for part in parts]
    if not all(map(_PART.fullmatch, texts)):
        return []
    shares = [float(text) for text in texts]
    return [int(share) if share.is_integer() else share for share in shares] if sum(shares) > 0 else []


def _audience(text: Any) -> dict[str, Any] | None:
    try:
        value = orjson.loads(text) if isinstance(text, str) else text
    except orjson.JSONDecodeError:
        return None
    filtered = value.get("filter") if isinstance(value, dict) else None
    return {"filter": filtered} if isinstance(filtered, (list, dict)) and filtered else None


def _applications(listed: Any) -> Iterator[str]:
    for item in listed if isinstance(listed, list) else ():
        of = item.get("application", item) if isinstance(item, dict) else None
        name = of.get("name") if isinstance(of, dict) else None
        if isinstance(name, str) and _is_name(name):
            yield single_line(name)
