"""A panel: a surface with a row for its title. No border: surfaces and the gaps between them divide the screen."""

from __future__ import annotations

from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.kit.drawing import Piece, cut, draw, width_of
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.private import SelfDrawn


class PanelTitle(SelfDrawn):
    """The title, soft; in the accent and with `▸` while the focus is within the panel. Words stand beside it, and at the right."""

    DEFAULT_CSS = "PanelTitle { height: 1; color: $text; }"

    def __init__(self, title: str, words: str, right: str) -> None:
        super().__init__()
        self.said = (title, words, right)

    def render_line(self, y: int) -> Strip:
        """The row; the words at the right are left out first, then those beside the title."""
        signs, width = signs_of(self), self.content_size.width
        focused = isinstance(self.parent, Widget) and self.parent.has_focus_within
        title, words, right = map(signs.text, self.said)
        lead = Piece(f"{signs.focus if focused else ' '} ", "accent")
        row = [lead, Piece(cut(title, width - 3, signs.cut), "accent" if focused else "soft", bold=True)]
        room = width - width_of(row) - 3
        # A long name is cut, a sentence left out.
        beside = cut(words, room, signs.cut)
        if beside == words or (" " not in words and room > 3):
            row.append(Piece(f"  {beside}", "soft"))
        rest = width - width_of(row) - width_of((Piece(right),)) - 2
        if right and rest >= 2:
            row += [Piece(" " * rest), Piece(right, "soft")]
        return draw(self, row)


class Panel(Vertical):
    """A surface with a title. What it holds is passed as children or composed in it.

    A border with a title, as Textual draws it, takes two rows and two columns of every panel, and is repainted as a whole.
    """

    DEFAULT_CSS = "Panel { background: $pane; height: 1fr; width: 1fr; }"

    def __init__(
        self,
        *children: Widget,
        title: str,
        words: str = "",
        right: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        self._title = PanelTitle(title, words, right)
        super().__init__(self._title, *children, id=id, classes=classes)

    def name_it(self, title: str | None = None, *, words: str | None = None, right: str | None = None) -> None:
        """Change the title, the words beside it or those at the right; None leaves them."""
        news = (title, words, right)
        said = tuple(old if new is None else new for old, new in zip(self._title.said, news, strict=True))
        if said != self._title.said:
            self._title.said = (said[0], said[1], said[2])
            self._title.refresh()

    def on_focus(self) -> None:
        """Show that the focus came to the panel itself."""
        self._title.refresh()

    def on_blur(self) -> None:
        """Show that the focus went from the panel itself."""
        self._title.refresh()

    def on_descendant_focus(self) -> None:
        """Show that the focus came."""
        self._title.refresh()

    def on_descendant_blur(self) -> None:
        """Show that the focus went."""
        self._title.refresh()


class Gap(SelfDrawn):
    """The room between two panels: 2 columns, or 1 row with the class `-row`. Where surfaces are one, a thin rule stands in it."""

    DEFAULT_CSS = """
    Gap { width: 2; height: 1fr; color: $text; }
    Gap.-row { width: 1fr; height: 1; }
    """

    def render_line(self, y: int) -> Strip:
        """A row of the gap. The rule stands right beside the second panel."""
        signs, variables = signs_of(self), self.app.theme_variables
        if variables["pane"] != variables["bg"]:
            return draw(self, ())
        width = self.content_size.width
        rule = signs.thin * width if self.has_class("-row") else " " * (width - 1) + signs.upright
        return draw(self, (Piece(rule, "rule"),))
