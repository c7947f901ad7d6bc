"""All bindings with an id, from the binding table and from the widgets, with their current keys."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from textual.binding import Binding
from textual.widget import Widget

from abtui import tui
from abtui.core.keymap import WORKBENCH as EVERYWHERE
from abtui.core.keymap import Bound
from abtui.core.text.key_names import key_name
from abtui.tui.bindings import APP, WORKBENCH

_TEMPORARY: Final = frozenset({"tour.next", "tour.back", "tour.end", "config.fix"})
"""Bindings that are active only at times, and then override other bindings of the same keys."""


def table() -> list[Bound]:
    """The bindings that work everywhere, in the order of the table."""
    return [*_bound(WORKBENCH, EVERYWHERE), *_bound(APP, EVERYWHERE)]


def all_bound() -> list[Bound]:
    """The table, and the bindings of widgets that have an id. This imports the whole workbench, so call it only on demand."""
    found = table()
    known = ids(found)
    for widget in widgets():
        bindings = widget.__dict__.get("BINDINGS", ())
        own = [item for item in bindings if isinstance(item, Binding) and item.id not in known]
        found += _bound(own, widget.__name__)
    return found


def widgets() -> Iterator[type[Widget]]:
    """All widgets of the workbench, by module."""
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        for member in members:
            if isinstance(member, type) and issubclass(member, Widget) and member.__module__ == module.name:
                yield member


def _bound(bindings: Iterable[Binding], scope: str) -> Iterator[Bound]:
    for binding in bindings:
        if binding.id is not None:
            keys = tuple(key_name(key) or key.strip() for key in binding.key.split(","))
            words = binding.tooltip or binding.description
            yield Bound(binding.id, keys, words, binding.id if binding.id in _TEMPORARY else scope, binding.priority)


def ids(bounds: Sequence[Bound]) -> set[str]:
    """The ids of the bindings."""
    return {bound.id for bound in bounds}
