"""The actions with an id, from the binding table and from the widgets, with their default keys."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from textual.binding import Binding
from textual.widget import Widget

from abtui.core.keymap import WORKBENCH as EVERYWHERE
from abtui.core.keymap import Bound
from abtui.core.text.key_names import key_name
from abtui.tui import widgets
from abtui.tui.bindings import APP, WORKBENCH

_WHILE: Final = frozenset({"tour.next", "tour.back", "tour.end", "size.unzoom"})
"""Actions that are active only in a certain state, in which they replace other actions with the same keys."""


def table() -> list[Bound]:
    """The actions that work anywhere, in the table's order."""
    return [*_bound(WORKBENCH, EVERYWHERE), *_bound(APP, EVERYWHERE)]


def all_bound() -> list[Bound]:
    """The table and the bindings of single widgets with an id. This loads all widgets: call it only when keys are needed."""
    found = table()
    for widget in _widgets():
        bindings = widget.__dict__.get("BINDINGS", ())
        found += _bound([binding for binding in bindings if isinstance(binding, Binding)], widget.__name__)
    return found


def _widgets() -> Iterator[type[Widget]]:
    for module in pkgutil.iter_modules(widgets.__path__, f"{widgets.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        for member in members:
            if isinstance(member, type) and issubclass(member, Widget) and member.__module__ == module.name:
                yield member


def _bound(bindings: Iterable[Binding], scope: str) -> Iterator[Bound]:
    for binding in bindings:
        if binding.id is not None:
            keys = tuple(key_name(key) or key.strip() for key in binding.key.split(","))
            words = binding.tooltip or binding.description
            yield Bound(binding.id, keys, words, binding.id if binding.id in _WHILE else scope, binding.priority)


def ids(bounds: Sequence[Bound]) -> set[str]:
    """The ids of the bindings."""
    return {bound.id for bound in bounds}
