"""Jump mode: each visible place gets a label, and typing the label's letters goes there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.events import Click, Key
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from abtui.tui.kit.jump_labels import Jumpable, JumpColumn, JumpSpot, columns, labels


class JumpLabels(ModalScreen[int | None]):
    """An overlay of labels. Returns the number of the typed label, or None after any other key or a click."""

    DEFAULT_CSS = """
    JumpLabels { background: $background 45%; }
    """

    def __init__(self, spots: Sequence[JumpSpot]) -> None:
        super().__init__()
        self._spots = spots
        self._labels = labels(len(spots))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """The labels."""
        yield from columns(self._spots)

    def on_key(self, event: Key) -> None:
        """Handle a letter: it completes a label, begins one, or closes the overlay."""
        event.stop()
        event.prevent_default()
        self._typed += (event.character or " ").lower()
        if self._typed in self._labels:
            self.dismiss(self._labels.index(self._typed))
        elif not any(label.startswith(self._typed) for label in self._labels):
            self.dismiss(None)
        else:
            for column in self.query(JumpColumn):
                column.narrow_to(self._typed)

    def on_click(self, event: Click) -> None:
        """Close the overlay: the mouse needs no labels."""
        event.stop()
        self.dismiss(None)


def jump(screen: Screen[Any]) -> None:
    """Label everything in view that can have the focus, and the rows of lists, and go to the one whose label is typed."""
    # Each place gets one label, in order from top to bottom.
    places = {(spot.y, spot.x): spot for spot in _spots(screen)}
    spots = [places[place] for place in sorted(places)]
    screen.app.push_screen(JumpLabels(spots), partial(_go, spots))


def _spots(screen: Screen[Any]) -> Iterator[JumpSpot]:
    # A widget gets one label, or one for each of its places, such as the tabs of the header or the rows of the events.
    for widget in screen.query(Widget):
        if not _in_view(widget):
            continue
        if isinstance(widget, Jumpable):
            yield from (_on_screen(widget, spot) for spot in widget.jump_spots())
        elif widget.focusable:
            yield JumpSpot(widget.region.x, widget.region.y, partial(screen.set_focus, widget))


def _go(spots: Sequence[JumpSpot], chosen: int | None) -> None:
    if chosen is not None:
        spots[chosen].go()


def _in_view(widget: Widget) -> bool:
    return (
        widget.visible
        and all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))
        and bool(widget.region)
    )


def _on_screen(widget: Widget, spot: JumpSpot) -> JumpSpot:
    return JumpSpot(widget.region.x + spot.x, widget.region.y + spot.y, spot.go)
