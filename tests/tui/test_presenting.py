"""What is shown to others: pictures of the screen, and the screen in a huge font."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from abtui.services.errors import FileError
from abtui.services.own_files import write_picture
from abtui.tui.dialogs.help import Help
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.kit.event_list import EventList
from tests.kit import CONFIG, event, until
from tests.tui.kit import KEY, notes, of_config, workbench
from tests.tui.screen_text import screen_text

AT = datetime(2026, 3, 17, 9, 0, 5)


def test_a_picture_never_overwrites(tmp_path: Path) -> None:
    paths = [write_picture(f"<svg>{number}</svg>", tmp_path, AT) for number in range(3)]
    assert [path.name for path in paths] == [
        "abtui-20260317-090005.svg",
        "abtui-20260317-090005-2.svg",
        "abtui-20260317-090005-3.svg",
    ]
    assert [path.read_text() for path in paths] == ["<svg>0</svg>", "<svg>1</svg>", "<svg>2</svg>"]
    with pytest.raises(FileError, match="cannot be written"):
        write_picture("<svg/>", tmp_path / "nowhere", AT)


async def test_pictures_of_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.replace("${KEY}", KEY))
    (tmp_path / "events.json").write_text(event())
    monkeypatch.chdir(tmp_path)
    async with workbench(Path("config.yaml"), Path("events.json")) as (pilot, screen):
        await pilot.press("e", "f12", "f1", "f12", "escape", "escape")
        pictures = [path.read_text() for path in sorted(tmp_path.glob("abtui-*.svg"), key=lambda path: path.stem)]
        assert len(pictures) == 2
        assert ["Here:" in text for text in pictures] == [False, True]
        assert KEY not in "".join(pictures)
        assert str(tmp_path) in notes(screen)
        # Whatever lies over the screen, the key takes a picture of it and does nothing else.
        for number, key in enumerate(("S", "B", "ctrl+p", "semicolon"), 3):
            await pilot.press(key)
            await until(pilot, lambda: len(pilot.app.screen_stack) > 2)
            over = pilot.app.screen
            await pilot.press("f12")
            assert len(list(tmp_path.glob("abtui-*.svg"))) == number, key
            assert pilot.app.screen is over
            await pilot.press("escape")
        # A key in the file is shown where it is typed, and nowhere else: not in the other views, and never in a picture.
        shown = [("1", ""), ("r", "escape"), ("2", ""), ("4", ""), ("7", ""), ("3", ""), ("ctrl+g", "ctrl+g")]
        for key, back in shown:
            await pilot.press(key, "f12")
            assert KEY not in screen_text(screen.app), key
            await pilot.press(*filter(None, (back,)))
        editor = of_config(screen).editor
        row = next(number for number, text in enumerate(CONFIG.split("\n"), 1) if "apiKey" in text)
        for column, on_screen in ((1, False), (12, True)):
            editor.goto(row, column)
            await pilot.press("f12")
            assert (KEY in screen_text(screen.app)) is on_screen
        await pilot.press("f2")
        await until(pilot, lambda: KEY not in screen_text(screen.app))
        assert len(list(tmp_path.glob("abtui-*.svg"))) == 15
        assert not any(KEY in path.read_text() for path in tmp_path.glob("abtui-*.svg"))
        # The folder is gone: nothing can be written, and that is told.
        monkeypatch.setattr(Path, "cwd", lambda: tmp_path / "gone")
        await pilot.press("f12")
        assert "cannot be written" in notes(screen)


async def test_a_huge_font() -> None:
    async with workbench(size=(60, 18)) as (pilot, screen):
        for key in (
            "e",
            "f4",
            "w",
            "3",
            "f2",
            "slash",
            "escape",
            "f6",
            "f1",
            "escape",
            "ctrl+o",
            "escape",
            "n",
            "ctrl+q",
        ):
            await pilot.press(key)
            assert_usable(pilot)
        await pilot.press("escape")
        # Nobody can work in this, yet it must not end the app.
        await pilot.resize_terminal(20, 6)
        for key in ("3", "f1", "escape", "ctrl+o", "escape", "f2"):
            await pilot.press(key)
        assert screen.query_one(EventList).count


def assert_usable(pilot: Pilot[int]) -> None:
    """What has the focus can be seen, and no button or input is cut off."""
    screen = pilot.app.screen
    for widget in (screen.focused, *screen.query("Button, Input")):
        if widget is not None and widget.display and widget.is_on_screen:
            assert screen.region.contains_region(widget.region), widget
            assert widget.region.height >= 1
    if isinstance(screen, Help | PickPath):
        assert screen.query_one("VerticalScroll, DirectoryTree").size.height >= 4
