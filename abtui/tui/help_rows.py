"""The rows of the help for a screen: the keys of the focused pane, the marks, the other keys, and those that are inactive now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from textual.screen import Screen

from abtui.core.fate import DOES_NOT_COUNT, FATES
from abtui.core.text.key_names import UNBOUND
from abtui.tui.binding_help import BoundAction, all_actions, types_text
from abtui.tui.dialogs.help import HelpRow
from abtui.tui.keys import all_bound, ids
from abtui.tui.kit.key_bar import key_word
from abtui.tui.kit.marks import LOOKS, Signs, signs_of
from abtui.tui.kit.panel import PanelTitle
from abtui.tui.kit.private import keymap_of
from abtui.tui.kit.signs import EDITED, MARKED, RECEIPTS, receipt_sign

_FIRST: Final = ("screen", "event", "list", "action", "target", "sent", "config", "impact", "file", "copy")
_ELSEWHERE: Final = "In other lists and panels"
_RECEIPTS: Final = {
    "waiting": "waits to be sent",
    "accepted": "sent, and accepted",
    "refused": "sent, and refused",
    "unknown": "sent, and no answer was read",
}


def help_rows(screen: Screen[Any]) -> list[HelpRow]:
    """The keys that work here first, then the others by group, then the keys of lists and panels without the focus."""
    found, typing = all_actions(screen), types_text(screen)
    here = [item for item in found if item.here]
    others = [item for item in found if not item.here]
    rest = sorted((item for item in others if item.id), key=_place)
    title = f"Here: {_pane(screen)}"
    rows = [HelpRow(title, _keys(item), item.tooltip) for item in here if item.keys]
    rows += [] if typing else legend(signs_of(screen))
    rows += [HelpRow(item.group.capitalize(), _keys(item), item.tooltip) for item in rest]
    rows += [HelpRow("Other", _keys(item), item.tooltip) for item in others if not item.id and item.keys]
    if not typing:
        rows += _elsewhere(screen, {item.id for item in found})
    return rows


def help_notes(screen: Screen[Any]) -> list[str]:
    """A note about keys while text is being typed, if that is the case."""
    if types_text(screen):
        return ["You are typing text here, so character keys type. Press Esc to leave; then all keys work."]
    return []


def legend(signs: Signs) -> Iterator[HelpRow]:
    """The marks and signs with their meanings."""
    for fate, words in FATES.items():
        yield HelpRow("What becomes of an event", f"{signs.mark(fate)} {words.one}", words.meaning)
    yield HelpRow(
        "What becomes of an event", f"{signs.mark('does-not-count')} {DOES_NOT_COUNT.one}", DOES_NOT_COUNT.meaning
    )
    no_event = "text that cannot be read as an event, or an object without an event's type"
    yield HelpRow("What becomes of an event", f"{signs.mark('unreadable')} {LOOKS['unreadable'].word}", no_event)
    for sign, meaning in (
        (signs.becomes, "what it becomes: a goal, or a field of the payload"),
        ("a b c", "the same field in the event, the config and the payload"),
        (signs.whole, "somebody answered"),
        (signs.broken, "lost in silence: nobody is told"),
        ("+", "a line that is added"),
        (signs.changed, "changed against the baseline"),
        (MARKED, "marked"),
        (EDITED, "edited, and not saved"),
        *((receipt_sign(state, signs), _RECEIPTS[state]) for state in RECEIPTS),
    ):
        yield HelpRow("Signs", sign, meaning)


def _elsewhere(screen: Screen[Any], shown: set[str]) -> Iterator[HelpRow]:
    """The keys of widgets that are not around the focus."""
    bound, keymap = {action.id: action for action in all_bound()}, keymap_of(screen.app)
    for id in sorted(ids(list(bound.values())) - shown):
        keys = keymap.get(id, ",".join(bound[id].keys)).split(",")
        names = "  ".join(key_word(key) for key in keys if key != UNBOUND)
        yield HelpRow(_ELSEWHERE, names, f"{bound[id].words} ({id.partition('.')[0]})")


def _keys(item: BoundAction) -> str:
    return "  ".join(item.keys)


def _place(item: BoundAction) -> tuple[int, str]:
    return (_FIRST.index(item.group) if item.group in _FIRST else len(_FIRST) + (item.group == "app"), item.group)


def _pane(screen: Screen[Any]) -> str:
    """The title of the panel with the focus, else that of the screen in view."""
    around = () if screen.focused is None else screen.focused.ancestors_with_self
    titles = (node.query_children(PanelTitle) for node in around if node is not screen)
    title = next((found.first().said[0] for found in titles if found), "")
    kind = getattr(screen, "shown", None)
    return title or ("this screen" if kind is None else kind.title)
