"""Copying what is known of the selected event, through the terminal (OSC 52). No text has a key in it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final, Literal

from textual.binding import BindingType

from abtui.core.journey import journey
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import plural
from abtui.core.threads import threads
from abtui.core.ticket import journey_ticket
from abtui.tui.bindings import COPY
from abtui.tui.copying import Copied, text_to_copy
from abtui.tui.messages import PaletteCommand
from abtui.tui.work.capability import Capability

_WORDS: Final = {
    "ticket": "The note",
    "payload": "The payload",
    "curl": "The request as curl",
    "request": "The request",
    "outcome": "The outcome",
    "findings": "The findings",
}
_UNKEYED: Final[dict[Copied, str]] = {
    "request": "Copy the request with its headers, as it goes to the target",
    "outcome": "Copy all that is known of the event as JSON",
    "findings": "Copy the event's findings as plain text",
}


class Copying(Capability):
    """Copies texts about the selected event."""

    BINDINGS: ClassVar[list[BindingType]] = list(COPY)

    def on_mount(self) -> None:
        """Add the commands without a key to the palette."""
        self._state.commands.append(self._palette_commands)

    def action_copy(self, what: Copied | Literal["ticket"]) -> None:
        """Copy a text."""
        state, outcome = self._state, self._state.selection.outcome
        if outcome is None:
            state.say("There is nothing to copy.", severity="warning")
            return
        text = self._note(outcome) if what == "ticket" else text_to_copy(what, outcome, state.event.request)
        if text is None:
            state.say(outcome.reason.message, title="There is no request to copy", severity="warning")
            return
        self.app.copy_to_clipboard(text)
        state.say(f"{_WORDS[what]} is copied, {plural(len(text), 'character')}.".replace("findings is", "findings are"))

    def _note(self, outcome: Outcome) -> str | None:
        state = self._state
        mapper, event = state.session.mapper, state.selection.event
        if mapper is None or event is None:
            return None
        fix = "" if state.remedy is None else state.remedy.title
        tied = threads(outcome, mapper.config, event.value)
        return journey_ticket(journey(outcome, mapper.config), outcome, tied, mapper.config, fix=fix)

    def _palette_commands(self) -> list[PaletteCommand]:
        """The copy commands that have no key."""
        return [
            PaletteCommand(f"Copy {what}", words, partial(self.action_copy, what)) for what, words in _UNKEYED.items()
        ]
