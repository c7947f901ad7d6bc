"""The picture of the README, made anew: `python -m tests.sessions.picture [FILE]` writes docs/workbench.svg, or FILE.

The demo at 140 columns, on an event that the console ignores: its fate, its journey, its fields, and the change that mends it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from abtui.services.own_files import HOME_VARIABLE
from abtui.tui import themes
from abtui.tui.app import WorkbenchApp
from tests.kit import until
from tests.tui.kit import NOW, ready

ROOT: Final = Path(__file__).parent.parent.parent
SIZE: Final = (140, 40)
EVENT: Final = "15-wrong-case.jsonl:1"


async def picture() -> str:
    """The SVG."""
    app = WorkbenchApp(None, (), env={}, now=NOW)
    app.first_theme = themes.DARK
    async with app.run_test(size=SIZE) as pilot:
        state = (await ready(pilot)).state
        at = next(index for index in range(len(state.corpus)) if state.corpus.item(index).source == EVENT)
        state.event.select(at)
        await until(pilot, lambda: state.remedy is not None and state.remedy.result != "")
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
