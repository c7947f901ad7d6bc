"""Keys that come in while a dialog loads are the dialog's: they wait for it, in order, and do nothing to what is below."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, TypeVar

from textual.app import App
from textual.events import Event, Key
from textual.screen import Screen

Asker = TypeVar("Asker", bound=Screen[None])
_NEVER_HELD: Final = frozenset({"ctrl+q", "ctrl+c"})
"""Who waits for too long can still quit."""


class Holding(App[int]):
    """An app that can hold keys back."""

    _held: list[Key] | None = None

    async def on_event(self, event: Event) -> None:
        """Hold a key of the person back while a dialog loads."""
        if (
            self._held is not None
            and isinstance(event, Key)
            and not event.is_forwarded
            and event.key not in _NEVER_HELD
        ):
            self._held.append(event)
        else:
            await super().on_event(event)

    def hold_keys(self) -> None:
        """From the next key on, keys wait."""
        if self._held is None:
            self._held = []

    async def release_keys(self) -> None:
        """Give the keys that came to what has the focus now."""
        while self._held:
            # What comes in meanwhile goes behind them.
            await super().on_event(self._held.pop(0))
        self._held = None


def asking(ask: Callable[[Asker], Coroutine[Any, Any, None]]) -> Callable[[Asker], None]:
    """Make a worker of an action that may ask something in a dialog. Keys wait until the dialog takes them, or none comes."""

    async def held(screen: Asker) -> None:
        try:
            await ask(screen)
        finally:
            await _release(screen.app)

    @wraps(ask)
    def action(screen: Asker) -> None:
        if isinstance(screen.app, Holding):
            screen.app.hold_keys()
        screen.run_worker(held(screen), name=ask.__name__, group="asking", exclusive=True)

    return action


def release_for(dialog: Screen[Any]) -> None:
    """Give the keys that wait to a dialog, once it is there and has the focus where it wants it."""
    dialog.call_after_refresh(_release, dialog.app)


async def _release(app: App[Any]) -> None:
    if isinstance(app, Holding):
        await app.release_keys()
