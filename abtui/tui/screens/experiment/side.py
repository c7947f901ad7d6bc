"""Beside the counts: whether the goal of the selected unit counts, the unit's story, and what helps."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Resize

from abtui.core.experiments.overview import Unit
from abtui.tui.kit.action import Action
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Sentence
from abtui.tui.screens.experiment import words
from abtui.tui.screens.experiment.parts import StoryView
from abtui.tui.screens.experiment.words import LOST, Shown
from abtui.tui.skeleton import size_class

_NAME: Final = 40
_AROUND: Final = {"-small": 2, "-tiny": 3}
"""The rows around the story by the size of the terminal."""


class Side(Vertical):
    """The story of one unit. What has no room is left out from the middle of the story."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Side {
        background: $pane;
        width: 48;
        height: 1fr;
        & Plate { height: 3; margin-bottom: 1; }
        & #story-unit { margin: 0 1 1 2; }
        & StoryView { margin: 0 1 0 2; }
        & Action { margin: 0 1 0 2; }
    }
    .-large Side { width: 74; }
    .-small Side, .-tiny Side {
        width: 1fr; height: 9;
        & Plate { height: 1; margin: 0; }
        & #story-unit { margin: 0 1; display: none; }
        & StoryView { margin: 0 1; }
        & Action { margin: 0; }
    }
    .-tiny Side { height: 1fr; & #story-unit { display: block; } }
    """

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield Plate(id="story-plate")
        yield Sentence(id="story-unit")
        yield StoryView(id="story")
        yield Action(id="story-action")

    def on_resize(self, event: Resize) -> None:
        """Give the story the room that the rest leaves."""
        story, around = self.query_one(StoryView), _AROUND.get(size_class(*self.app.size), 8)
        most = max(1, event.size.height - around)
        if most != story.most:
            story.most = most
            story.refresh(layout=True)

    def show(self, shown: Shown | None, unit: Unit | None, uid: str) -> None:
        """Tell the story of a unit."""
        plate, named, action = self.query_one(Plate), self.query_one("#story-unit", Sentence), self.query_one(Action)
        self.query_one(StoryView).show(shown, unit)
        if shown is None or unit is None or shown.goal is None:
            plate.show(None)
            named.show()
            action.show()
            return
        goal = shown.named(shown.goal.name, _NAME)
        if unit.reason:
            counts = sum(item.what == "counts" and item.name == shown.goal.name for item in unit.moments)
            plate.show(LOST, f"{unit.lost:,} of {unit.lost + counts:,} {goal}")
        else:
            said = goal if shown.fate == "ignored" else f"{goal} counts for {shown.label(unit.variant or 0)}"
            plate.show(shown.fate, said, short="and counts" if said != goal else "by the console")
        named.show_form(words.unit_line, shown, unit, uid)
        offer = words.action(shown, unit)
        if offer is not None:
            action.show("Enter", offer.title, offer.result, offer.short)
        else:
            action.show("y", "Copy the note for a ticket")
