"""The row of the Config screen: its sentence at the left, and the two views at the right."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.kit.drawing import Piece, cut, draw, target_at, width_of
from abtui.tui.kit.marks import signs_of

_FORM: Final = "form"
_YAML: Final = "yaml"


class ViewClicked(Message):
    """A view was clicked: the form, or the YAML."""

    def __init__(self, *, form: bool) -> None:
        super().__init__()
        self.form = form


class ConfigHead(Widget):
    """One row. The sentence is cut where the views need the room. Two `Static`s and a `Tabs` would be a layout for each key."""

    DEFAULT_CSS = "ConfigHead { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sentence: tuple[Piece, ...] = ()
        self._form = False

    def show(self, sentence: tuple[Piece, ...], *, form: bool) -> None:
        """Say the sentence, and which view is shown."""
        if (sentence, form) != (self._sentence, self._form):
            self._sentence, self._form = sentence, form
            self.refresh()

    @property
    def said(self) -> str:
        """The sentence as text."""
        return "".join(piece.text for piece in self._sentence)

    def _views(self) -> list[Piece]:
        def view(name: str, word: str, shown: bool) -> Piece:
            return Piece(
                f" {word} ", "text" if shown else "soft", bold=shown, on="raised" if shown else "", target=name
            )

        key = [Piece("   Ctrl+G", "soft")] if self.content_size.width >= 76 else []
        return [view(_YAML, "YAML", not self._form), view(_FORM, "Form", self._form), *key]

    def _row(self) -> list[Piece]:
        signs, views = signs_of(self), self._views()
        room = self.content_size.width - width_of(views) - 2
        row = [piece._replace(text=signs.text(piece.text)) for piece in self._sentence]
        # What an effect is that has no room here stands in the line above the footer.
        while len(row) > 1 and (width_of(row) > room or not any(map(str.isalnum, row[-1].text))):
            row.pop()
        row[-1:] = [piece._replace(text=cut(piece.text, room - width_of(row[:-1]), signs.cut)) for piece in row[-1:]]
        return [*row, Piece(" " * (room + 2 - width_of(row))), *views]

    def render_line(self, y: int) -> Strip:
        """The row."""
        return draw(self, self._row() if y == 0 else ())

    def on_click(self, event: events.Click) -> None:
        """Tell which view was clicked."""
        offset = event.get_content_offset(self)
        target = None if offset is None else target_at(self._row(), offset.x)
        if target in (_YAML, _FORM):
            event.stop()
            self.post_message(ViewClicked(form=target == _FORM))
