"""The bottom row, which lists the active keys. It is one widget, while a Textual footer has one for each key."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from abtui.core.text.key_names import UNBOUND
from abtui.tui.bindings import WORKBENCH
from abtui.tui.kit import cells
from abtui.tui.kit.writing import takes_text

_ORDER: Final = {binding.id: at for at, binding in enumerate(WORKBENCH)}

_FIRST_WHERE_TEXT_IS_TYPED: Final = frozenset({"list.focus", "config.complete", "config.complete-form", "config.form"})
"""Bindings to list first where keys are typed text."""
_FIRST_WITHOUT_CONFIG: Final = frozenset({"config.new"})
"""Bindings to list first when there is no config."""


class KeyBar(Widget):
    """Shows the key and the word of each binding with `show` set. A click presses the key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--word"}
    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        background: $panel;
        & .key-bar--key { color: $text-accent; background: $panel; text-style: bold; }
        & .key-bar--word { color: $foreground; background: $panel; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Redraw when the bindings change, for example with the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._updated)

    def _updated(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row of keys."""
        key_style, word_style = (
            self.get_component_rich_style("key-bar--key"),
            self.get_component_rich_style("key-bar--word"),
        )
        self._places = []
        typing = takes_text(self.screen.focused)
        first = _FIRST_WHERE_TEXT_IS_TYPED if typing else _FIRST_WITHOUT_CONFIG
        shown: dict[str, Binding] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            # Where text is typed, a single character is text and not a command.
            usable = active.enabled and not (typing and len(self.app.get_key_display(binding)) == 1)
            if (binding.show or binding.id in first) and usable and binding.key != UNBOUND:
                shown.setdefault(binding.action, binding)
        # A keymap moves the bindings that it changes to the end; this restores their order.
        bindings = sorted(
            shown.values(), key=lambda binding: (binding.id not in first, _ORDER.get(binding.id or "", -1))
        )
        # The app's own keys, which always work, are at the right end and are never cut off.
        last = [binding for binding in bindings if (binding.id or "").startswith("app.")]
        end = self.size.width - sum(_width(self.app.get_key_display(binding), binding) for binding in last)
        at = 0
        segments: list[Segment] = []
        for binding in [binding for binding in bindings if binding not in last] + last:
            key = self.app.get_key_display(binding)
            width = _width(key, binding)
            if binding in last and at < end:
                segments.append(Segment(" " * (end - at), word_style))
                at = end
            elif binding not in last and at + width > end:
                continue
            segments += [Segment(f" {key}", key_style), Segment(f" {binding.description} ", word_style)]
            self._places.append((at, at + width, binding.key))
            at += width
        return Strip(segments).adjust_cell_length(self.size.width, word_style)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for start, end, key in self._places:
            if start <= event.x < end:
                self.app.simulate_key(key)
                event.stop()


def _width(key: str, binding: Binding) -> int:
    return cells.width(key) + cells.width(binding.description) + 3
