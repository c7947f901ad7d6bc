"""What the Live screen says while nothing is listened to: what listening does, and the key that begins it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from abtui.tui.kit.action import Action
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.sentence import Sentence


class NotListening(Vertical):
    """One sentence, one action, and what becomes of what arrives."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    NotListening { background: $pane; height: 1fr; padding: 1 2; & Sentence, & Action { margin-bottom: 1; } }
    .-tiny NotListening { padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield Sentence(id="listen-why")
        yield Action(id="listen-action")
        yield Sentence(id="listen-other")

    def on_mount(self) -> None:
        """Say it."""
        self.query_one("#listen-why", Sentence).show(
            Piece("Point your site's SDK at this machine, and each event shows here as it comes.")
        )
        self.query_one(Action).show("Enter", "Listen", "for SDKs on this machine", "on this machine")
        self.query_one("#listen-other", Sentence).show(
            Piece("Nothing is sent on: the SDK is answered as Segment would.", "soft")
        )
