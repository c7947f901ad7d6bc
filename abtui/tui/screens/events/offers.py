"""What Enter does for the selected event: the change that was found, or else what the workbench lacks to tell more."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from abtui.core.fate import has_catalog
from abtui.core.text.plain import one_line
from abtui.tui.offer import Offer
from abtui.tui.state import State


def offer_of(state: State, app: App[object]) -> Offer | None:
    """The offer for the selected event, or None."""
    selection, mapper = state.selection, state.session.mapper
    if state.remedy is not None:
        return state.remedy
    if selection.outcome is not None and mapper is not None and selection.outcome.fate == "accepted":
        lacks = not has_catalog(mapper.config)
        return Offer(
            "Bring the catalog", "then it is known what the console has" if lacks else "", "", _bring(state, app)
        )
    return None


def _bring(state: State, app: App[object]) -> Callable[[], None]:
    """Copy the command that saves the catalog: it asks the console, with a key that is nobody else's to use."""

    def bring() -> None:
        path = state.session.path or "CONFIG"
        command = f"abtui catalog pull {path}"
        app.copy_to_clipboard(command)
        state.say(f"Copied: {one_line(command, 80)}. Run it in a shell; the catalog is read when the file is there.")

    return bring
