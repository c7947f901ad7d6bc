"""Descriptions of the active key bindings for the help and the palette, which read them from the binding tables only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from abtui.core.text.key_names import UNBOUND
from abtui.tui.bindings import APP, WORKBENCH
from abtui.tui.kit.key_bar import key_word
from abtui.tui.kit.panel import Panel
from abtui.tui.kit.private import keymap_of
from abtui.tui.kit.writing import takes_text

_SIDEWAYS: Final = frozenset({"scroll_left", "scroll_right", "page_left", "page_right"})


class BoundAction(NamedTuple):
    """An action that is available now: its group, its keys as displayed, its short name, and a description.

    `id` is "" for bindings of Textual's own widgets. `here` is true if the action belongs to the focused widget or one
    around it within the screen in view, and false if it works everywhere.
    """

    id: str
    group: str
    keys: tuple[str, ...]
    word: str
    tooltip: str
    action: str
    node: DOMNode
    here: bool


def bound_actions(screen: Screen[Any]) -> list[BoundAction]:
    """The actions available now, in the order in which Textual looks up keys: those of the focused widget come first."""
    found: dict[tuple[int, str], BoundAction] = {}
    everywhere = set(_around(screen)[1:])
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if not binding.description or binding.system or _leads_nowhere(binding, node):
            continue
        at = (id(node), binding.id or binding.action)
        keys = () if binding.key == UNBOUND else (shown_key(binding),)
        known = found.get(at)
        if known is not None:
            found[at] = known._replace(keys=(*known.keys, *(key for key in keys if key not in known.keys)))
            continue
        here = isinstance(node, Widget) and not isinstance(node, Screen) and node not in everywhere
        found[at] = BoundAction(
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


def _leads_nowhere(binding: Binding, node: DOMNode) -> bool:
    """Whether the binding has no effect here.

    That is horizontal scrolling where all content fits, or one of Textual's own bindings where keys type text.
    """
    if binding.id is None and getattr(node, "takes_text", False):
        return True
    return isinstance(node, Widget) and binding.action in _SIDEWAYS and not node.allow_horizontal_scroll


def all_actions(screen: Screen[Any]) -> list[BoundAction]:
    """The actions available now, and the table's other ones, such as those whose character keys are inactive during typing."""
    found = bound_actions(screen)
    known = {item.id for item in found}
    for nodes, bindings in (([*_within(screen), *_around(screen)], WORKBENCH), ([screen.app], APP)):
        for binding in bindings:
            id, action = binding.id or "", binding.action
            node = next((node for node in nodes if hasattr(node, f"action_{_name(action)}")), None)
            if id in known or node is None:
                continue
            written = keymap_of(screen.app).get(id, binding.key).split(",")
            keys = tuple(shown_key(binding.with_key(key.strip())) for key in written if key != UNBOUND)
            found.append(
                BoundAction(id, id.partition(".")[0], keys, binding.description, binding.tooltip, action, node, False)
            )
    return found


def _around(screen: Screen[Any]) -> list[DOMNode]:
    """The screen of the workbench in view, the capabilities around it, and the workbench."""
    switchers = screen.query(ContentSwitcher)
    shown = switchers.first().visible_content if switchers else None
    return [screen] if shown is None else list(shown.ancestors_with_self)


def _within(screen: Screen[Any]) -> Iterator[DOMNode]:
    """The panels of the screen in view, whose actions work without the focus too."""
    return iter(_around(screen)[0].query(Panel)) if len(_around(screen)) > 1 else iter(())


def _name(action: str) -> str:
    return action.partition("(")[0]


def shown_key(binding: Binding) -> str:
    """The name of a binding's key as people write it."""
    return binding.key_display or key_word(binding.key)


def types_text(screen: Screen[Any]) -> bool:
    """Whether character keys type text into the focused widget."""
    return takes_text(screen.focused)
