"""What tests of the workbench share: the workbench once it is ready, and what it shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from abtui.tui.app import WorkbenchApp
from abtui.tui.kit.code_view import CodeView
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.top_bar import CountBar
from tests.kit import until

KEY = "f00dfeedbeefcafe0123"
NOW = "2026-03-17T09:00:00.000Z"
Workbench = tuple[Pilot[int], WorkbenchScreen]


@asynccontextmanager
async def workbench(
    config: Path | None = None, *events: Path, size: tuple[int, int] = (140, 40)
) -> AsyncIterator[Workbench]:
    """The workbench, once everything is read and mapped."""
    app = WorkbenchApp(
        None if config is None else str(config), [str(path) for path in events], env={"KEY": KEY}, now=NOW
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WorkbenchScreen))
        screen = app.screen
        assert isinstance(screen, WorkbenchScreen)
        await until(pilot, lambda: _settled(screen))
        yield pilot, screen


def _settled(screen: WorkbenchScreen) -> bool:
    corpus, counts = screen.corpus, screen.query_one(CountBar).counts
    return not counts.reading and (corpus.mapped == len(corpus) or (bool(counts.unmapped) and len(corpus) > 0))


def payload(screen: WorkbenchScreen) -> Any:
    return json.loads(screen.query_one(CodeView).text)


def words(screen: WorkbenchScreen, selector: str = "#prose-text") -> str:
    return str(screen.query_one(selector, Static).visual)


async def paste(pilot: Pilot[int], text: str) -> None:
    from textual.events import Paste

    focused = pilot.app.screen.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await pilot.pause()
    await asyncio.sleep(0)


async def replace_config(pilot: Pilot[int], screen: WorkbenchScreen, text: str) -> None:
    """As if it was typed: an edit of the whole text."""
    editor = screen.config_pane.editor
    editor.replace(text, (0, 0), editor.document.end)
    await pilot.pause()
