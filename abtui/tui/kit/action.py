"""The action: the one thing to do, filled, with its measured result beside it."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit.drawing import Drawn, Piece, cut, draw, target_at, width_of
from abtui.tui.kit.marks import signs_of


class ActionClicked(Message):
    """The action was clicked."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class Action(Drawn):
    """`Enter  Map it to purchase   then 5 of 10 arrive`. Where no result is known, nothing is promised. It posts `ActionClicked`.

    A change takes 0.9 ms; of a `Button`, which takes the focus and has no room for the result, 1.1 ms.
    """

    DEFAULT_CSS = "Action { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._key = self._words = ""
        self._results: tuple[str, ...] = ()

    def show(self, key: str = "", words: str = "", result: str = "", short: str = "") -> None:
        """Offer an action by its key; `short` is the result where there is little room. Without words nothing is offered."""
        self._key, self._words = key, words
        self._results = (result, short, (short or result).removeprefix("then "))
        self.redraw(key, words, self._results)

    def render_line(self, y: int) -> Strip:
        """The filled action, and its result if it has room."""
        return draw(self, self._row() if y == 0 and self._words else ())

    def on_click(self, event: events.Click) -> None:
        """Tell that the action was clicked; a click beside it does nothing."""
        offset = event.get_content_offset(self)
        if self._words and offset is not None and offset.y == 0 and target_at(self._row(), offset.x) is self:
            event.stop()
            self.post_message(ActionClicked(self._key))

    def _row(self) -> list[Piece]:
        signs, width = signs_of(self), self.content_size.width
        said = signs.text("  ".join(part for part in (self._key, self._words) if part))
        filled = Piece(f" {cut(said, width - 2, signs.cut)} ", bold=True, on="accent", target=self)
        room = width - width_of((filled,)) - 2
        results = [signs.text(result) for result in self._results if result]
        result = next((result for result in results if width_of((Piece(result),)) <= room), "")
        return [filled, Piece(f"  {result}" if result else "", "soft")]
