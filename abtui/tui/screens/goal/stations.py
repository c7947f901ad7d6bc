"""The vertical line of a goal's events: stations with bars, the losses between them, and the action of the selected one."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from abtui.core.corpus.funnel import FunnelResult, Loss
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.drawing import Piece, draw, target_at
from abtui.tui.kit.marks import signs_of
from abtui.tui.offer import Offer
from abtui.tui.screens.goal.outline import ACTION, Look, Row, entries, form_of, outline, row_pieces


class LossChosen(Message):
    """Another loss was selected by hand."""

    def __init__(self, loss: Loss) -> None:
        super().__init__()
        self.loss = loss


class StationsView(Widget, can_focus=True):
    """Draws a result row by row, and selects among its losses.

    A change takes 2.4 ms of the processor; of a `DataTable` of as many rows, which have no line through all of them, 9.5 ms.
    """

    DEFAULT_CSS = "StationsView { height: auto; color: $text; background: $pane; }"
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous loss", id="goal.previous", show=False),
        Binding("down,j", "move(1)", "Next loss", id="goal.next", key_display="Up Down", show=False),
        Binding("home", "move(-1000)", "First loss", id="goal.first", show=False),
        Binding("end", "move(1000)", "Last loss", id="goal.last", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.selected: Loss | None = None
        """The selected loss or note."""
        self.most = 40
        """The most rows that the screen has room for."""
        self._result: FunnelResult | None = None
        self._offer: Offer | None = None
        self._top = 0

    def show(self, result: FunnelResult) -> None:
        """Draw a result. The selected loss stays if there is one of the same cause, else it is the largest that can be fixed."""
        before, self._result = self.selected, result
        found = entries(result)
        same = [loss for loss in found if before is not None and (loss.cause, loss.fate) == (before.cause, before.fate)]
        self.selected = next(iter((*same, *filter(None, (result.largest,)), *result.losses, *found)), None)
        self.refresh(layout=True)

    def forget(self) -> None:
        """Select anew with the next result: it is one of another goal."""
        self.selected, self._offer, self._top = None, None, 0

    def offer(self, offer: Offer | None) -> None:
        """Offer an action for the selected loss."""
        if offer != self._offer:
            self._offer = offer
            self.refresh()

    def select(self, loss: Loss) -> None:
        """Select a loss by hand."""
        if loss != self.selected:
            self.selected, self._offer = loss, None
            self.refresh(layout=True)
            self.post_message(LossChosen(loss))

    def action_move(self, by: int) -> None:
        """Select the loss that is `by` further."""
        found = () if self._result is None else entries(self._result)
        if found and self.selected in found:
            self.select(found[min(max(0, found.index(self.selected) + by), len(found) - 1)])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are, up to `most`."""
        return min(self.most, len(self._rows(width)))

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part."""
        rows = self._rows(self.content_size.width)
        at = self._first(rows) + y
        if self._result is None or at >= len(rows):
            return draw(self, ())
        pieces = self._pieces(rows[at])
        if not self._is_selected(rows[at]):
            return draw(self, pieces)
        signs = signs_of(self)
        bar = Piece(signs.row if self.has_focus and rows[at].part == "loss" else " ", "accent")
        first = pieces[0]._replace(text=pieces[0].text[1:])
        return draw(self, (bar, first, *pieces[1:]), on="raised")

    def on_focus(self) -> None:
        """Draw the bar beside the selected row."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the row without its bar."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Select the loss under the mouse, or do what was clicked."""
        offset = event.get_content_offset(self)
        rows = self._rows(self.content_size.width)
        at = -1 if offset is None else self._first(rows) + offset.y
        if offset is None or at >= len(rows) or (loss := rows[at].loss) is None:
            return
        event.stop()
        if target_at(self._pieces(rows[at]), offset.x) == ACTION:
            self.post_message(ActionClicked("Enter"))
        else:
            self.select(loss)

    def _rows(self, width: int) -> list[Row]:
        if self._result is None:
            return []
        form = form_of(width)
        rows = outline(self._result, form, self.selected, roomy=True)
        if len(rows) > self.most:
            rows = outline(self._result, form, self.selected, roomy=False)
        return rows

    def _first(self, rows: list[Row]) -> int:
        """The first visible row: the selected one is always in view."""
        room = max(1, self.content_size.height)
        chosen = [at for at, row in enumerate(rows) if self._is_selected(row)]
        if chosen:
            self._top = min(max(self._top, chosen[-1] - room + 1), chosen[0])
        self._top = max(0, min(self._top, len(rows) - room))
        return self._top

    def _is_selected(self, row: Row) -> bool:
        return row.loss is not None and row.loss == self.selected

    def _pieces(self, row: Row) -> list[Piece]:
        if self._result is None:
            return []
        look = Look(self.content_size.width, signs_of(self), self._result.fate, self.selected, self._offer)
        return row_pieces(row, self._result, look)
