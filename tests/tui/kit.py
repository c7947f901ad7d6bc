"""What tests of the workbench share: the workbench once it is ready, and what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from abtui.tui.app import WorkbenchApp
from abtui.tui.screens.config.screen import ConfigScreen
from abtui.tui.workbench import Workbench
from tests.kit import until

KEY = "f00dfeedbeefcafe0123"
NOW = "2026-03-17T09:00:00.000Z"
_SAID: Final[WeakKeyDictionary[Workbench, list[str]]] = WeakKeyDictionary()


@asynccontextmanager
async def workbench(
    config: Path | None = None, *events: Path, size: tuple[int, int] = (140, 40)
) -> AsyncIterator[tuple[Pilot[int], Workbench]]:
    """The workbench, once everything is read and mapped."""
    app = WorkbenchApp(
        None if config is None else str(config), [str(path) for path in events], env={"KEY": KEY}, now=NOW
    )
    async with app.run_test(size=size) as pilot:
        yield pilot, await ready(pilot)


async def ready(pilot: Pilot[int]) -> Workbench:
    """The workbench of an app, once everything is read and mapped."""
    await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
    screen = pilot.app.screen
    assert isinstance(screen, Workbench)
    state, said = screen.state, _SAID.setdefault(screen, [])
    said.append(state.notice.text)
    state.listen("notice", screen, lambda: said.append(state.notice.text))
    await until(pilot, lambda: _settled(screen))
    return screen


def _settled(screen: Workbench) -> bool:
    state, corpus = screen.state, screen.state.corpus
    mapped = corpus.mapped == len(corpus) or (state.session.mapper is None and len(corpus) > 0)
    return not state.reading and mapped


def notes(screen: Workbench) -> str:
    """All that the message line has said, one message a line."""
    return "\n".join(_SAID[screen])


def payload(screen: Workbench) -> Any:
    """The body of the selected event's request, as it is now."""
    outcome = screen.state.selection.outcome
    return None if outcome is None or outcome.request is None else outcome.request.body


def of_config(screen: Workbench) -> ConfigScreen:
    """The Config screen."""
    return screen.query_one(ConfigScreen)


async def mapped(pilot: Pilot[int], screen: Workbench) -> None:
    """Wait until all events are mapped with the present config."""
    await until(pilot, lambda: screen.state.corpus.mapped == len(screen.state.corpus))


def words(screen: Screen[Any], selector: str) -> str:
    """The text of a `Static`."""
    return str(screen.query_one(selector, Static).visual)


async def paste(pilot: Pilot[int], text: str) -> None:
    from textual.events import Paste

    focused = pilot.app.screen.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await pilot.pause()
    await asyncio.sleep(0)


async def replace_config(pilot: Pilot[int], screen: Workbench, text: str) -> None:
    """As if it was typed: an edit of the whole text."""
    screen.state.config.apply(text)
    await pilot.pause()
