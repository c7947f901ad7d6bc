"""Actions that may open a dialog: keys pressed while the dialog loads are kept for it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

from abtui.tui.early_input import EarlyInput

Asker = TypeVar("Asker", bound=Widget)


def dialog_worker(ask: Callable[[Asker], Coroutine[Any, Any, None]]) -> Callable[[Asker], None]:
    """Turn an action that may open a dialog into a worker. Keys are held until the dialog is ready or the action ends."""

    async def ask_and_release(widget: Asker) -> None:
        try:
            await ask(widget)
        finally:
            await _release(widget.app)

    @wraps(ask)
    def action(widget: Asker) -> None:
        if isinstance(widget.app, EarlyInput):
            widget.app.hold_for_dialog()
        widget.run_worker(ask_and_release(widget), name=ask.__name__, group="asking", exclusive=True)

    return action


def release_for(dialog: Screen[Any]) -> None:
    """Pass the held keys to a dialog once it is shown and has set its focus."""
    dialog.call_after_refresh(_release, dialog.app)


async def _release(app: App[Any]) -> None:
    if isinstance(app, EarlyInput):
        await app.release_for_dialog()
