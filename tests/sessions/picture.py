"""The picture of the README, made anew: `python -m tests.sessions.picture [FILE]` writes docs/workbench.svg, or FILE.

The demo at 140 columns: a mapping was changed, the impact panel tells what that does, and the list shows which events change.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.top_bar import TargetBar

from abtui.services.own_files import HOME_VARIABLE
from abtui.tui import themes
from abtui.tui.app import WorkbenchApp
from tests.kit import until
from tests.tui.kit import NOW

ROOT: Final = Path(__file__).parent.parent.parent
SIZE: Final = (140, 40)
ENDPOINT: Final = "http://127.0.0.1:8787/v1"
_CHANGE: Final = {
    ("settings", "goalMapping", "Order completed"): "purchase",
    ("settings", "enableAppScreenViewTracking"): False,
}


async def picture() -> str:
    """The SVG."""
    app = WorkbenchApp(None, (), env={}, now=NOW)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WorkbenchScreen))
        screen = app.screen
        assert isinstance(screen, WorkbenchScreen)
        app.theme = themes.DARK
        await until(pilot, lambda: screen.corpus.mapped == len(screen.corpus) > 100)
        await until(pilot, lambda: screen.session.target is not None)
        await pilot.press("b")
        screen.change_config(_CHANGE, "changed")
        await until(pilot, lambda: screen.comparison is not None and screen.comparison.changed == 10)
        at = next(index for index in range(len(screen.corpus)) if "wrong-case" in screen.corpus.item(index).source)
        screen.event_list.cursor = at
        await pilot.press("d", "6")
        bar = screen.query_one(TargetBar)
        await until(pilot, lambda: bar.target is not None)
        if bar.target is not None:
            # The port is another each time.
            bar.target = msgspec.structs.replace(bar.target, collector_endpoint=ENDPOINT)
        app.clear_notifications()
        await pilot.pause(0.3)
        return app.export_screenshot(title="abtui")


def main() -> None:
    """Write it."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "workbench.svg"
    with tempfile.TemporaryDirectory() as home:
        os.environ[HOME_VARIABLE] = home
        path.write_text(asyncio.run(picture()), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
