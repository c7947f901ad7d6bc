"""What stands in place of a result: why there is none, the one thing to do, and another way."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from abtui.tui.kit.action import Action


class EmptyView(Vertical):
    """Shows a sentence, an action and another way. Sentences have as many lines as they need."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    EmptyView { background: $pane; color: $text; height: 1fr; padding: 1 2; & Static, & Action { margin-bottom: 1; } & .-other { color: $soft; } }
    .-tiny EmptyView { padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._sentence, self._action, self._other = Static(markup=False), Action(), Static(markup=False)
        self._other.add_class("-other")

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield self._sentence
        yield self._action
        yield self._other

    def show(self, sentence: str, key: str = "", words: str = "", *, result: str = "", other: str = "") -> None:
        """Say something else. The action is offered as `Action.show` does it."""
        self._action.show(key, words, result)
        for part, said in ((self._sentence, sentence), (self._other, other)):
            if part.content != said:
                part.update(said)
