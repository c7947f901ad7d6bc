"""The answer that is painted before the screen's libraries are loaded: that it stands where the workbench draws it, and what it leaves to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from abtui.tui import first_answer
from abtui.tui.app import WorkbenchApp
from abtui.tui.first_answer import Places, begin_on
from abtui.tui.messages import FilesOpened
from abtui.tui.opening import Beginning
from abtui.tui.skeleton import Skeleton
from tests.benchmarks.terminal import Screen
from tests.kit import event, until
from tests.tui.kit import KEY, NOW, ready, workbench
from tests.tui.own_terminal import in_terminal
from tests.tui.screen_text import screen_text

SIZES = [(60, 18), (80, 24), (120, 35), (200, 50)]


def _painted(size: tuple[int, int], config: Path | None, *events: Path) -> tuple[list[str], Beginning | None]:
    """The rows of the terminal, and what was begun."""
    ours, theirs = os.pipe()
    skeleton = Skeleton(theirs)
    skeleton.size = size
    begun = begin_on(skeleton, None if config is None else str(config), [str(path) for path in events])
    os.close(theirs)
    screen = Screen(size[1], size[0])
    with os.fdopen(ours, "rb") as pipe:
        screen.feed(pipe.read())
    return screen.text.split("\n"), begun


def _file(folder: Path, lines: Sequence[str]) -> Path:
    path = folder / "these.jsonl"
    path.write_text("\n".join(lines))
    return path


def _some(folder: Path, count: int) -> Path:
    """Events of several fates, on one line each or on two, depending on how many there are."""
    names = ("Order Completed", "Signed Up", "長 Name")
    return _file(folder, [event(event=names[at % 3], userId=at % 4 or None, messageId=f"m{at}") for at in range(count)])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 1, 5, 12, 60])
async def test_it_stands_where_the_workbench_draws_it(
    size: tuple[int, int], count: int, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count of 0 is the demo."""
    monkeypatch.setenv("KEY", KEY)
    files = (config, _some(tmp_path, count)) if count else (None,)
    early, _ = _painted(size, *files)
    async with workbench(*files, size=size) as (pilot, _):
        lines = [line.ljust(size[0]) for line in screen_text(pilot.app).split("\n")]
    places = Places.at(*size, demo=not count)
    # The scrollbar takes one of the last two cells, and a wide character counts once in these texts.
    listed = slice(places.left, places.left + places.width - 2)
    for row in range(places.top, places.top + places.height):
        assert early[row][listed].rstrip() == lines[row][listed].rstrip()
    said = slice(places.right, None)
    for row in (places.plate_at, *(() if places.says_at is None else (places.says_at[0],))):
        assert early[row][said].rstrip() == lines[row][said].rstrip()
        assert early[row][said].strip()
    outside = {places.plate_at, *range(places.top, places.top + places.height)} | {
        0 if places.says_at is None else places.says_at[0]
    }
    assert not "".join(line for row, line in enumerate(early) if row not in outside).strip()


@pytest.mark.parametrize("size", [(1, 1), (9, 3), (30, 5), (110, 4), (76, 22)])
def test_it_fits_any_terminal(size: tuple[int, int]) -> None:
    early, begun = _painted(size, None)
    assert begun is not None
    assert len(early) == size[1] + 1


async def test_the_workbench_takes_over_what_was_read(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", KEY)
    path = _some(tmp_path, 300)
    _, begun = _painted((120, 35), config, path)
    assert begun is not None
    app = WorkbenchApp(str(config), [str(path)], env={}, now=NOW)
    app.begun = begun
    async with app.run_test(size=(120, 35)) as pilot:
        screen = await ready(pilot)
        assert screen.state.session is begun.session
        sources = [screen.state.corpus.item(at).source for at in range(len(screen.state.corpus))]
        assert sources == [f"{path}:{line}" for line in range(1, 301)]
        # To open the file once more reads it once more.
        screen.post_message(FilesOpened([str(path)]))
        await until(pilot, lambda: len(screen.state.corpus) == 600)


@pytest.mark.parametrize("unusable", ["settings: [", "destination: nowhere"])
def test_nothing_is_painted_without_a_usable_config(unusable: str, config: Path, events: Path) -> None:
    config.write_text(unusable)
    early, begun = _painted((80, 24), config, events)
    assert not "".join(early).strip()
    assert begun is not None
    assert begun.session.mapper is None


def test_nothing_waits_for_a_pipe(config: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    early, begun = _painted((80, 24), config, tmp_path / "pipe.jsonl")
    assert not "".join(early).strip()
    assert begun is None


def test_long_events_are_left_to_the_workbench(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", KEY)
    path = _file(tmp_path, [event(properties={"long": "x" * 2_000_000})])
    early, begun = _painted((80, 24), config, path)
    assert not "".join(early).strip()
    assert begun is not None
    assert begun.opening.begun is None


def test_an_error_is_left_to_the_workbench(monkeypatch: pytest.MonkeyPatch, config: Path, events: Path) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(first_answer, "row_lines", fail)
    early, begun = _painted((80, 24), None)
    assert not "".join(early).strip()
    assert begun is not None
    assert begun.opening.begun is not None, "what was read is not read again"
    monkeypatch.setattr(first_answer, "begin", fail)
    assert _painted((80, 24), config, events) == (early, None)
    assert _painted((80, 24), config, events.with_name("gone")) == (early, None)


def test_no_key_is_painted(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", KEY)
    early, _ = _painted((200, 50), config, _file(tmp_path, [event(event=f"Is {KEY}"), event(messageId="m2")]))
    assert "Is" in "".join(early)
    assert KEY not in "".join(early)


def test_it_is_ascii_where_a_terminal_needs_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    early, _ = _painted((120, 35), None)
    assert "ARRIVES" in "".join(early)
    assert "".join(early).isascii()


def test_it_stands_before_the_workbench_does() -> None:
    with in_terminal() as terminal:
        early = terminal.until(b"ARRIVES")
        assert b"edit event" not in early
        terminal.type(b"3")
        assert b"goalMapping" in terminal.until(b"goalMapping"), "a key typed meanwhile is not lost"


def test_it_loads_nothing_that_draws_the_screen() -> None:
    code = "import sys, abtui.tui.first_answer; print(*sorted(name.partition('.')[0] for name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"textual", "asyncio", "httpx", "click"} & set(loaded)
