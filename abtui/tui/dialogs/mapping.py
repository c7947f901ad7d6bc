"""The dialog that asks for the goal of an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Label, Static

from abtui.core.config import Config
from abtui.core.config.completion import Candidate, goal_options, match_names
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.goal_plan import GoalPlan, goal_note
from abtui.core.text.paths import Path
from abtui.core.text.plain import printable, shortened
from abtui.core.text.secret import excerpt
from abtui.tui.dialogs.dialog import Dialog
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.text_input import TextInput

_LINE_WIDTH: Final = 400

Answer = tuple[Mapping[Path, Any], str]
"""The values to set in the config, and the message to show afterwards."""


class GoalInput(TextInput):
    """The input line for the goal. The arrow keys and tab move in the list below it."""

    class Stepped(Message):
        """A request for another candidate: `by` places further on, or the best one if 0."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    async def _on_key(self, event: events.Key) -> None:
        steps = {"down": 1, "up": -1}
        if self.value.strip() and not self.cursor_at_start:
            steps["tab"] = 0
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self.post_message(self.Stepped(steps[event.key]))


class MapEvent(Dialog[Answer | None]):
    """Shows the event's current goal, an input line for another, and other helpful changes. Returns the change to make."""

    DEFAULT_CSS = """
    MapEvent {
        & .dialog { height: auto; }
        & #goal { width: 1fr; }
        & #goal-list { max-height: 5; }
        & #map-note { height: 3; }
        & #map-offers, & .dialog-buttons { height: auto; }
        & #map-offers Button { margin-top: 1; width: auto; max-width: 100%; }
    }
    """

    def __init__(self, plan: GoalPlan, config: Config, seen: CorpusNames) -> None:
        super().__init__()
        self._plan = plan
        self._config = config
        self._options = goal_options(seen)
        self._completed = ""

    def compose(self) -> ComposeResult:
        """The explanation, the input line with its list, and other helpful changes."""
        plan = self._plan
        title = "Map this event to a goal" if plan.name is not None else "This event cannot be mapped to a goal"
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Label(title, classes="dialog-title")
            if plan.name is not None:
                yield Static(
                    Content.styled(excerpt(plan.name, 200, self._config.secrets), "bold $accent"), markup=False
                )
            yield Static("\n".join(printable(sentence) for sentence in plan.about), markup=False)
            if plan.name is not None:
                yield GoalInput(plan.goal, placeholder="the goal's name in the web console", id="goal", compact=True)
                yield CompletionList(inline=True, id="goal-list")
                yield Static(id="map-note", markup=False)
            with Vertical(id="map-offers"):
                for at, offer in enumerate(plan.offers):
                    yield Button(Content(offer.said), id=f"offer-{at}", variant="primary", compact=True)
                    yield Static(_written_line(offer.written), markup=False)
            with Horizontal(classes="dialog-buttons"):
                if plan.name is not None:
                    yield Button("Map", variant="primary", id="map", compact=True)
                yield Button("Cancel" if plan.name is not None or plan.offers else "Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Offer every goal."""
        if self._plan.name is not None:
            self._offer("")
            self._show_note()

    @property
    def goal(self) -> str:
        """The goal in the input line."""
        return self.query_one(GoalInput).value.strip()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offer(event.value)
        self._show_note()

    def _offer(self, typed: str) -> None:
        fitting = match_names(typed, self._options)
        self.query_one(CompletionList).set_candidates([Candidate(name, name, note) for name, note in fitting])

    def _show_note(self) -> None:
        """Show the line that would be written, and a warning if there is one."""
        line, warning = goal_note(self._plan, self.goal, self._config)
        parts: list[Content | tuple[str, str]] = []
        if line:
            parts.append(_written_line(line))
        if warning:
            parts.append((printable(("\n" if line else "") + f"! {warning}"), "$ignored"))
        self.query_one("#map-note", Static).update(Content.assemble(*parts))
        self.query_one("#map", Button).disabled = not line

    @on(GoalInput.Stepped)
    def _stepped(self, event: GoalInput.Stepped) -> None:
        goals = self.query_one(CompletionList)
        if not goals.candidates:
            return
        goals.move(event.by or (1 if goals.chosen is None else 0))
        if goals.chosen is not None:
            self._write(goals.chosen)

    @on(CompletionList.Picked)
    def _candidate_chosen(self, event: CompletionList.Picked) -> None:
        self._write(event.candidate)
        self.query_one(GoalInput).focus()

    def _write(self, candidate: Candidate) -> None:
        """Put a candidate into the input line. The list does not change, so that moving on in it is possible."""
        line = self.query_one(GoalInput)
        with line.prevent(Input.Changed):
            line.value = candidate.insert
        line.cursor_position = len(line.value)
        self._show_note()

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Map, but complete what is only the beginning of a known goal first; if it is entered again, it is meant."""
        typed, known = self.goal, self.query_one(CompletionList).candidates
        begun = [name for name in known if name.insert.casefold().startswith(typed.casefold())]
        if typed in ("", self._completed) or not begun or any(name.insert == typed for name in known):
            self._map()
            return
        self._completed = typed
        self._write(begun[0])

    @on(Button.Pressed, "#map")
    def _map(self) -> None:
        line, warning = goal_note(self._plan, self.goal, self._config)
        if line and self._plan.name is not None:
            self.dismiss((self._plan.edits(self.goal), line))
        else:
            self.query_one("#map-note", Static).update(
                Content.styled(printable(warning or "Write the goal's name, or press Esc."), "$ignored")
            )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id is not None and event.button.id.startswith("offer-"):
            offer = self._plan.offers[int(event.button.id.removeprefix("offer-"))]
            self.dismiss((offer.edits, offer.written))


def _written_line(line: str) -> Content:
    """The text that shows the line written by a change."""
    return Content.assemble(("writes  ", "$soft"), (shortened(line, _LINE_WIDTH), "bold"))
