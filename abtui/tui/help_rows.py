"""The rows of the help for a screen: the active bindings, the marks, and the bindings that are inactive at the moment."""

from __future__ import annotations

from typing import Any, Final

from textual.keys import format_key
from textual.screen import Screen

from abtui.core.fate import FATES
from abtui.core.text.key_names import UNBOUND
from abtui.tui.binding_help import BoundAction, all_actions, types_text
from abtui.tui.dialogs.help import HelpRow
from abtui.tui.keys import all_bound, ids
from abtui.tui.kit.signs import CHANGED, EDITED, MARKED, RECEIPTS

_FIRST: Final = ("event", "target", "list", "file", "result", "pane", "config", "copy")
_CLIPBOARD: Final = "Copied text goes through the terminal (OSC 52), over SSH too; tmux needs `set -g set-clipboard on`"
_OWN: Final = {"config": "config.form"}
"""The whole screen's bindings that belong to one pane."""
_ELSEWHERE: Final = "In other lists and panels"
_SIGNS: Final = {
    MARKED: "marked",
    EDITED: "edited, and not saved",
    CHANGED: "changed against the baseline",
    RECEIPTS["waiting"]: "waits to be sent",
    RECEIPTS["accepted"]: "sent, and accepted",
    RECEIPTS["refused"]: "sent, and refused",
    RECEIPTS["unknown"]: "sent, and no answer was read",
}
LEGEND: Final = (
    *(HelpRow("What becomes of an event", f"{words.mark} {words.one}", words.meaning) for words in FATES.values()),
    HelpRow(
        "What becomes of an event",
        "! no event",
        "text that cannot be read as an event, or an object without an event's type",
    ),
    *(HelpRow("Signs in the list", sign, words) for sign, words in _SIGNS.items()),
)
"""The marks and signs with their meanings."""


def help_rows(screen: Screen[Any]) -> list[HelpRow]:
    """The keys that work here first, then the others by group, then the keys of lists and panels without the focus."""
    found = all_actions(screen)
    typing = types_text(screen)
    own = _OWN.get(getattr(screen, "pane", ""), "")
    here = [item for item in found if item.here or item.id == own]
    others = [item for item in found if item not in here]
    rest = sorted((item for item in others if item.id), key=_place)
    title = f"Here: {_pane(screen)}"
    rows = [HelpRow(title, _keys(item), item.tooltip) for item in here if item.keys]
    rows += [] if typing else LEGEND
    rows += [HelpRow(item.group.capitalize(), _keys(item), item.tooltip) for item in rest]
    rows += [HelpRow("Other", _keys(item), item.tooltip) for item in others if not item.id and item.keys]
    if not typing:
        shown = {item.id for item in found}
        bound = {action.id: action for action in all_bound()}
        keymap = screen.app._keymap
        for id in sorted(ids(list(bound.values())) - shown):
            keys = keymap.get(id, ",".join(bound[id].keys)).split(",")
            names = "  ".join(key_display(key) for key in keys if key != UNBOUND)
            rows.append(HelpRow(_ELSEWHERE, names, f"{bound[id].words} ({id.partition('.')[0]})"))
    return rows


def help_notes(screen: Screen[Any]) -> list[str]:
    """A note about keys while text is being typed, if that is the case."""
    if types_text(screen):
        return ["You are typing text here, so character keys type. Press escape to leave; then all keys work."]
    return []


def key_display(name: str) -> str:
    """The displayed form of a key, from its name."""
    *modifiers, key = name.split("+")
    key = "space" if key == "@" and modifiers == ["ctrl"] else key
    return "".join("^" if word == "ctrl" else f"{word}+" for word in modifiers) + format_key(key)


def _keys(item: BoundAction) -> str:
    return "  ".join(item.keys)


def _place(item: BoundAction) -> tuple[int, str]:
    return (_FIRST.index(item.group) if item.group in _FIRST else len(_FIRST) + (item.group == "app"), item.group)


def _pane(screen: Screen[Any]) -> str:
    focused = screen.focused
    pane = getattr(screen, "pane", "")
    what = "" if focused is None else type(focused).__name__
    words = {"EventList": "the list of events", "FilterInput": "the filter", "CodeEditor": f"the {pane} editor"}
    return words.get(what, f"the {pane}" if pane else "this screen")
