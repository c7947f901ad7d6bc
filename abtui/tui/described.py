"""The bindings in force, described: what help and palette show. Both read the binding tables and nothing else."""

from __future__ import annotations

from typing import Any, NamedTuple

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from abtui.core.key_names import UNBOUND


class Described(NamedTuple):
    """An action that can be done now: its group, the keys as they are shown, its word, and what it does.

    `id` is "" for what a widget of the library binds. `here`: it belongs to what has the focus, not to the whole screen.
    """

    id: str
    group: str
    keys: tuple[str, ...]
    word: str
    tooltip: str
    action: str
    node: DOMNode
    here: bool


def described(screen: Screen[Any]) -> list[Described]:
    """What can be done now, in the order in which keys are looked up: what has the focus comes first."""
    found: dict[tuple[int, str], Described] = {}
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if not binding.description or binding.system:
            continue
        at = (id(node), binding.action)
        keys = () if binding.key == UNBOUND else (shown_key(screen.app, binding),)
        known = found.get(at)
        if known is not None:
            found[at] = known._replace(keys=(*known.keys, *(key for key in keys if key not in known.keys)))
            continue
        here = isinstance(node, Widget) and not isinstance(node, Screen)
        found[at] = Described(
            id=binding.id or "",
            group=(binding.id or "").partition(".")[0],
            keys=keys,
            word=binding.description,
            tooltip=binding.tooltip or binding.description,
            action=binding.action,
            node=node,
            here=here,
        )
    return list(found.values())


def shown_key(app: App[Any], binding: Binding) -> str:
    """A key as it is shown."""
    return app.get_key_display(binding)


def writes(screen: Screen[Any]) -> bool:
    """Whether keys that are characters are written into what has the focus."""
    focused = screen.focused
    return isinstance(focused, Input) or (isinstance(focused, TextArea) and not focused.read_only)
