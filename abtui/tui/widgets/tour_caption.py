"""The caption of the tour: the number of the step, its text, and the pane it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from abtui.core.tour import Place, Step

Move = Literal["back", "next", "end"]
PLACES: Final[dict[Place, str]] = {
    "events": "Events (1)",
    "event": "Event (2)",
    "result": "Result (3)",
    "config": "Config (4)",
    "drawer": "Below",
}
"""The names of the panes in the caption, with their keys."""
_MOVES: Final[tuple[tuple[Move, str], ...]] = (("back", "← back"), ("next", "→ next"), ("end", "esc end"))


class TourMove(Static):
    """A clickable word that moves the tour."""

    DEFAULT_CSS = """
    TourMove { width: auto; padding: 0 1; color: $text-accent; }
    TourMove:hover { background: $accent; color: $text; text-style: bold; }
    TourMove.-off { color: $foreground-muted; }
    """

    class Chosen(Message):
        """The word was clicked."""

        def __init__(self, move: Move) -> None:
            super().__init__()
            self.move = move

    def __init__(self, move: Move, word: str) -> None:
        super().__init__(word, id=f"tour-{move}", markup=False)
        self._move = move

    def on_click(self, event: events.Click) -> None:
        """Post `Chosen`."""
        event.stop()
        self.post_message(self.Chosen(self._move))


class TourCaption(Vertical):
    """The text of one step, above the row of keys. It is part of the layout, so it covers nothing."""

    can_focus = True
    DEFAULT_CSS = """
    TourCaption {
        height: auto;
        min-height: 3;
        max-height: 6;
        background: $boost;
        border-left: outer $accent 50%;
        padding: 0 1;
        & #tour-head { height: 1; }
        & #tour-title { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #tour-text { height: auto; max-height: 5; }
        &:focus { border-left: outer $accent; }
    }
    """

    def compose(self) -> ComposeResult:
        """Yield the title with the clickable words, and the caption below it."""
        with Horizontal(id="tour-head"):
            yield Static(id="tour-title", markup=False)
            for move, word in _MOVES:
                yield TourMove(move, word)
        yield Static(id="tour-text", markup=False)

    def show(self, step: Step, number: int, count: int) -> None:
        """Show a step; `number` counts from 1."""
        title = Content.assemble((f"{number}/{count}  ", "bold $text-accent"), (step.title, "bold"))
        self.query_one("#tour-title", Static).update(title)
        self.query_one("#tour-text", Static).update(caption(step))
        self.query_one("#tour-back").set_class(number == 1, "-off")
        self.query_one("#tour-next").set_class(number == count, "-off")


def caption(step: Step) -> Content:
    """The name of the step's pane and its caption, with code and keys highlighted."""
    parts: list[tuple[str, str] | str] = [(f"▸ {PLACES[step.look]}", "bold $text-accent"), "  "]
    for number, part in enumerate(step.caption.split("`")):
        parts.append((part, "bold $text-primary") if number % 2 else part)
    return Content.assemble(*parts)
