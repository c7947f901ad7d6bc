"""The bottom row: the keys of the focused pane, and at its right end the one that shows all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from textual import events
from textual.binding import Binding
from textual.keys import format_key, key_to_character
from textual.screen import Screen
from textual.strip import Strip

from abtui.core.text.key_names import UNBOUND
from abtui.tui.kit.drawing import Piece, draw, target_at, width_of
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.private import SelfDrawn
from abtui.tui.kit.writing import takes_text

_MOST: Final = 6
_WIDE: Final = 100
"""The width from which the key at the right end says `all keys`."""
HELP: Final = "app.help"
"""The id of the binding at the right end."""
_WORDS: Final = {
    "escape": "Esc",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "backspace": "Backspace",
    "space": "Space",
    "tab": "Tab",
    "enter": "Enter",
    "@": "Space",
}


def key_word(name: str) -> str:
    """A key as people write it: `Ctrl+S`, `Enter`, `/`, `?`, `F5`."""
    *modifiers, key = name.split("+")
    word = _WORDS.get(key) or format_key(key)
    # A capital letter alone means the key with shift.
    word = word if (len(word) == 1 and not modifiers) or key in _WORDS else word.capitalize()
    return "+".join([*(modifier.title() for modifier in modifiers), word])


class KeyBar(SelfDrawn):
    """At most six keys with their words: those whose bindings `keys` names, as far as they are active. A click presses the key.

    A change takes 0.9 ms; of Textual's `Footer`, which builds a widget for each key anew, 6.9 ms for 12 keys.
    """

    DEFAULT_CSS = "KeyBar { height: 1; color: $text; background: $bg; }"

    def __init__(
        self, keys: Callable[[], Sequence[tuple[str, str]]], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._keys = keys
        self._row: list[Piece] = []

    def on_mount(self) -> None:
        """Draw again when the bindings change, for example with the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._updated)

    def _updated(self, _screen: Screen[Any]) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The keys that have room; the one that shows all always does."""
        width = self.content_size.width
        shown = self._shown_bindings()
        last = [piece for binding in shown if binding.id == HELP for piece in self._piece(binding, width)]
        row: list[Piece] = []
        room = width - width_of(last) - 4
        for binding in [binding for binding in shown if binding.id != HELP][:_MOST]:
            pieces = self._piece(binding, width)
            gap = Piece("   " if row else " ")
            if width_of([*row, gap, *pieces]) <= room:
                row += [gap, *pieces]
        self._row = [*row, Piece(" " * (width - width_of(row) - width_of(last) - 1)), *last] if y == 0 else []
        return draw(self, self._row)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        offset = event.get_content_offset(self)
        key = None if offset is None else target_at(self._row, offset.x)
        if isinstance(key, str):
            event.stop()
            self.app.simulate_key(key)

    def _shown_bindings(self) -> list[Binding]:
        """The bindings to show, each with its first key. Where text is typed, a single character is text and no command."""
        typing = takes_text(self.screen.focused)
        active: dict[str, Binding] = {}
        for item in self.screen.active_bindings.values():
            usable = item.enabled and item.binding.key != UNBOUND and not (typing and _types(item.binding))
            if usable and item.binding.id:
                active.setdefault(item.binding.id, item.binding)
        asked = [*self._keys(), (HELP, "")]
        return [replace(active[id], description=word) for id, word in asked if id in active]

    def _piece(self, binding: Binding, width: int) -> tuple[Piece, Piece]:
        word = binding.description
        if binding.id == HELP:
            word = "all keys" if width >= _WIDE else "keys"
        key = binding.key_display or key_word(binding.key)
        signs = signs_of(self)
        return (
            Piece(signs.text(key), "accent", bold=True, target=binding.key),
            Piece(f" {signs.text(word)}", target=binding.key),
        )


def _types(binding: Binding) -> bool:
    character = key_to_character(binding.key) or ""
    return "+" not in binding.key and len(character) == 1 and character.isprintable()
