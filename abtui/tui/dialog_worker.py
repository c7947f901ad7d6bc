"""Actions that may ask something in a dialog: keys that come in while it loads are the dialog's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from textual.app import App
from textual.screen import Screen

from abtui.tui.early_input import EarlyInput

Asker = TypeVar("Asker", bound=Screen[None])


def dialog_worker(ask: Callable[[Asker], Coroutine[Any, Any, None]]) -> Callable[[Asker], None]:
    """Make a worker of an action that may ask something in a dialog. Keys wait until the dialog takes them, or none comes."""

    async def held(screen: Asker) -> None:
        try:
            await ask(screen)
        finally:
            await _release(screen.app)

    @wraps(ask)
    def action(screen: Asker) -> None:
        if isinstance(screen.app, EarlyInput):
            screen.app.hold_for_dialog()
        screen.run_worker(held(screen), name=ask.__name__, group="asking", exclusive=True)

    return action


def release_for(dialog: Screen[Any]) -> None:
    """Give the keys that wait to a dialog, once it is there and has the focus where it wants it."""
    dialog.call_after_refresh(_release, dialog.app)


async def _release(app: App[Any]) -> None:
    if isinstance(app, EarlyInput):
        await app.release_for_dialog()
