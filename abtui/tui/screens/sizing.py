"""Resizing the panes with keys or by dragging a border, and showing one pane alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from textual.events import MouseDown, MouseMove, MouseUp, Resize
from textual.reactive import reactive
from textual.widget import Widget

from abtui.tui.screens.layout import Layout
from abtui.tui.sizes import STEP, LayoutSizes, exchanged, neighbour, with_drawer
from abtui.tui.skeleton import WIDE

_PANES: Final = ("#events", "#event", "#config", "#result")


class Sizing(Layout):
    """Resizes the panes. `sizes` is the state to save; setting it lays out the panes."""

    sizes: reactive[LayoutSizes] = reactive(LayoutSizes(), init=False)
    zoomed: reactive[bool] = reactive(False, init=False, bindings=True)

    _dragged: tuple[str, str] | None = None
    """The panes left and right of the border under the mouse, or ("", "drawer") for the one above the drawer."""

    def on_resize(self, event: Resize) -> None:
        """Show event and config side by side on a wide screen."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def watch_narrow(self, narrow: bool) -> None:
        """Apply the sizes again: a single pane has the whole width."""
        super().watch_narrow(narrow)
        self._apply_sizes()

    def watch_sizes(self) -> None:
        """Lay out the panes."""
        self._apply_sizes()

    def watch_zoomed(self, zoomed: bool) -> None:
        """Show the pane in focus alone, or all again."""
        self.set_class(zoomed, "-zoomed")
        self._apply_sizes()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow only the one of zoom and unzoom that has an effect: both have the same key."""
        if action in ("zoom", "unzoom") and (action == "unzoom") != self.zoomed:
            return False
        return super().check_action(action, parameters)

    # Keys

    def action_widen(self, steps: int) -> None:
        """Make the focused pane wider by a number of steps, or narrower if it is negative."""
        shown = self._shown()
        other = neighbour(shown, self.pane)
        if self.narrow or self.zoomed or other is None:
            self.notify("There is no border to move: one pane is shown at a time.", severity="warning", timeout=3)
        else:
            self.sizes = exchanged(self.sizes, shown, self.pane, other, steps * STEP)

    def action_heighten(self, steps: int) -> None:
        """Make the drawer higher by a number of steps, or lower if it is negative."""
        drawer = self._drawer()
        if drawer is None:
            self.notify("The drawer is closed: 5 to 8 open it.", severity="warning", timeout=3)
        else:
            self.sizes = with_drawer(self.sizes, 100 * drawer.outer_size.height / self.size.height + steps * STEP)

    def action_reset_sizes(self) -> None:
        """Give all panes their default sizes."""
        self.sizes = LayoutSizes()

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen."""
        self.zoomed = True

    def action_unzoom(self) -> None:
        """Show all panes again."""
        self.zoomed = False

    # Mouse

    def on_mouse_down(self, event: MouseDown) -> None:
        """Start to drag a border between panes."""
        if not (self.narrow or self.zoomed):
            self._dragged = self._border_at(event.screen_x, event.screen_y)
            if self._dragged is not None:
                self.query_one("#body").capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """Move the dragged border with the mouse."""
        if self._dragged is None:
            return
        left, right = self._dragged
        if right == "drawer":
            height = self.query_one("#keys").region.y - event.screen_y
            self.sizes = with_drawer(self.sizes, 100 * height / self.size.height)
        elif left in (shown := self._shown()) and right in shown:
            cells = event.screen_x - self.query_one(f"#{right}").region.x
            self.sizes = exchanged(self.sizes, shown, left, right, 100 * cells / self.size.width)

    def on_mouse_up(self, event: MouseUp) -> None:
        """Stop dragging the border."""
        if self._dragged is not None:
            self._dragged = None
            self.query_one("#body").release_mouse()

    def _border_at(self, x: int, y: int) -> tuple[str, str] | None:
        drawer = self._drawer()
        if drawer is not None and y in (drawer.region.y - 1, drawer.region.y):
            return "", "drawer"
        panes = [pane for pane in self._panes() if pane.display]
        for left, right in pairwise(panes):
            if x in (right.region.x - 1, right.region.x) and right.region.y <= y < right.region.bottom:
                return left.id or "", right.id or ""
        return None

    # Visible panes

    def _panes(self) -> list[Widget]:
        return [self.query_one(name) for name in _PANES]

    def _drawer(self) -> Widget | None:
        """The drawer, if it is open below the panes."""
        drawers = self.query("#drawer")
        return drawers.first() if drawers and drawers.first().display and not self.narrow and not self.zoomed else None

    def _shown(self) -> dict[str, float]:
        """The visible panes with their widths in per cent."""
        return {pane.id or "": 100 * pane.outer_size.width / self.size.width for pane in self._panes() if pane.display}

    def _apply_sizes(self) -> None:
        free = self.narrow or self.zoomed
        for name in ("events", "config", "result"):
            width = 0 if free else getattr(self.sizes, name)
            if name == "config" and not self.has_class("-wide"):
                width = 0
            pane = self.query_one(f"#{name}")
            pane.styles.width = f"{width}%" if width else None
            # The stylesheet's limits are meant for its default widths only.
            pane.styles.min_width, pane.styles.max_width = (1, "100%") if width else (None, None)
        for drawer in self.query("#drawer"):
            height = 0 if free else self.sizes.drawer
            drawer.styles.height = f"{height}%" if height else None
