"""The name of the goal that is looked for, in one row; it completes from the catalog, the config and the events."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.message import Message

from abtui.core.config.completion import Candidate
from abtui.core.config.model import Config
from abtui.core.corpus.funnel import suggest
from abtui.core.fixes import show_name
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.text_input import TextInput
from abtui.tui.state import State


class GoalWanted(Message):
    """A goal was typed or chosen."""

    def __init__(self, goal: str) -> None:
        super().__init__()
        self.goal = goal


class GoalInput(TextInput):
    """Takes the name of a goal. Enter looks for it, or for the candidate that is chosen in `popup`; Escape takes back what was typed."""

    DEFAULT_CSS = """
    GoalInput {
        border: none; height: 1; padding: 0 1; width: 30; background: $raised; color: $text; text-style: bold;
        &:focus { border: none; background: $raised; }
        &:ansi { background: ansi_default; text-style: reverse; }
        & .input--placeholder { color: $soft; }
    }
    """

    bar_keys = (("screen.back", "back"),)
    """The keys in the key bar; single letters are text here."""

    def __init__(self, state: State, popup: CompletionList, *, id: str | None = None) -> None:
        super().__init__(placeholder="the name of a goal", id=id)
        self._state, self._popup = state, popup
        self._shown = ""

    def show_goal(self, goal: str) -> None:
        """Show a goal, without keys and in one line; what is being typed is left alone."""
        config = self._config
        self._shown = show_name(goal, config) if config is not None and goal else ""
        if not self.has_focus:
            self.value = self._shown

    @property
    def _config(self) -> Config | None:
        mapper = self._state.session.mapper
        return None if mapper is None else mapper.config

    def give_up(self) -> bool:
        """Close the candidates, or take back what was typed. False if there is nothing to take back."""
        if self._popup.is_open:
            self._popup.close()
            return True
        self.value = self._shown
        return False

    async def _on_key(self, event: events.Key) -> None:
        if self._popup.is_open and event.key in ("up", "down"):
            self._popup.move(1 if event.key == "down" else -1)
        elif event.key == "down":
            self._complete()
        elif event.key == "tab" and self._popup.chosen is not None:
            self.take(self._popup.chosen)
        else:
            await super()._on_key(event)
            return
        event.prevent_default()
        event.stop()

    def on_input_changed(self, event: TextInput.Changed) -> None:
        """Offer what fits."""
        event.stop()
        if self.has_focus and self.value != self._shown:
            self._complete()
        else:
            self._popup.close()

    def on_input_submitted(self, event: TextInput.Submitted) -> None:
        """Look for what was typed or chosen."""
        event.stop()
        chosen = self._popup.chosen
        if chosen is not None:
            self.take(chosen)
        elif self.value and self.value != self._shown:
            self.post_message(GoalWanted(self.value))
        else:
            self.post_message(GoalWanted(self._state.goal))

    def on_blur(self) -> None:
        """Show the goal that is looked for again."""
        self._popup.close()
        self.value = self._shown

    def take(self, candidate: Candidate) -> None:
        """Look for a candidate that was chosen."""
        self._popup.close()
        self.post_message(GoalWanted(candidate.insert))

    def _complete(self) -> None:
        config = self._config
        if config is None:
            return
        found = suggest(self.value, config, self._state.names())
        candidates = [Candidate(show_name(name, config), name, note) for name, note in found]
        self._popup.open(candidates, self.region.offset + Offset(1, 0))
