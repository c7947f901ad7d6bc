"""Jump mode: each visible place gets a label, and typing the label's letters goes there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.events import Click, Key
from textual.screen import ModalScreen
from textual.widget import Widget

from abtui.tui.screens.layout import Layout
from abtui.tui.widgets.event_list import EventList
from abtui.tui.widgets.jump_labels import Jumpable, JumpColumn, JumpSpot, columns, labels
from abtui.tui.widgets.result_pane import TABS
from abtui.tui.widgets.tab_strip import TabStrip


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


class Jumping(Layout):
    """Labels panes, tabs, rows and everything else that can have the focus."""

    def action_jump(self) -> None:
        """Show the labels."""
        # Each place gets one label, in order from top to bottom.
        places = {(spot.y, spot.x): spot for spot in self._spots()}
        spots = [places[place] for place in sorted(places)]
        self.app.push_screen(JumpLabels(spots), partial(_go, spots))

    def _spots(self) -> Iterator[JumpSpot]:
        for strip in self.query(TabStrip):
            if _in_view(strip):
                yield from self._tabs(strip)
        # A focusable widget gets one label, or one for each of its places.
        for widget in self.focus_chain:
            if not _in_view(widget):
                continue
            if isinstance(widget, EventList):
                top = widget.scroll_offset.y
                for row in range(min(widget.room.height, widget.count - top)):
                    yield JumpSpot(widget.region.x, widget.region.y + row, partial(self._to_row, widget, top + row))
            elif isinstance(widget, Jumpable):
                yield from (_on_screen(widget, spot) for spot in widget.jump_spots())
            else:
                yield JumpSpot(widget.region.x, widget.region.y, partial(self.set_focus, widget))

    def _tabs(self, strip: TabStrip) -> Iterator[JumpSpot]:
        for name, spot in zip(strip.names, strip.jump_spots(), strict=False):
            go: Callable[[], object] = spot.go
            if strip.id == "panes":
                pane = self.query(f"#{name}")
                if not pane or pane.first().display:
                    # The pane has a label of its own, or does not exist.
                    continue
            elif strip.id == "result-tabs":
                go = partial(self._to_tab, name)
            yield _on_screen(strip, spot._replace(go=go))

    def _to_row(self, event_list: EventList, row: int) -> None:
        event_list.cursor = row
        self.set_focus(event_list)

    def _to_tab(self, name: str) -> None:
        self.result.tab = next(tab for tab, _ in TABS if tab == name)
        self.action_show_pane("result")


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
