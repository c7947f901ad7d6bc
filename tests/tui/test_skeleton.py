"""The frame that is painted before any library is loaded: where it stands, when it does not, and that it goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App
from textual.screen import Screen

import abtui.tui
from abtui.tui.skeleton import ENTER, LEAVE, frame, opens_workbench
from abtui.tui.starting import Starting
from abtui.tui.themes import DARK, THEMES
from tests.benchmarks.terminal import Screen as Terminal
from tests.kit import PATIENCE
from tests.tui.kit import workbench
from tests.tui.own_terminal import in_terminal
from tests.tui.screen_text import screen_text


class _Frame(App[None]):
    CSS_PATH: ClassVar[str] = str(Path(abtui.tui.__path__[0]) / "abtui.tcss")
    ascii = False

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK

    def get_default_screen(self) -> Screen[None]:
        return Starting()


SIZES = [(60, 18), (80, 24), (120, 35), (200, 50)]


@pytest.mark.parametrize("size", [*SIZES, (5, 3)])
async def test_the_frame_is_the_one_textual_paints(size: tuple[int, int]) -> None:
    app = _Frame()
    async with app.run_test(size=size):
        found = screen_text(app).rstrip().split("\n")
    assert found == [line[: size[0]].rstrip() for line in frame(*size)][: len(found)]
    assert "Starting" in "".join(found) or size[0] < 10


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_the_frame_moves_when_the_workbench_is_there(size: tuple[int, int]) -> None:
    async with workbench(size=size) as (pilot, _screen):
        lines = screen_text(pilot.app).split("\n")
    for before, now in zip(frame(*size), lines, strict=False):
        if "Events" in before:
            assert now.replace("▸", " ").startswith(before), "the header, and the title of the list"
        if "Starting" in before:
            assert now[: before.index("S")].isspace()
            assert not now[before.index("S")].isspace(), "the sentence"


def test_it_is_ascii_where_a_terminal_needs_that() -> None:
    assert all("".join(frame(*size, ascii=True)).isascii() for size in SIZES)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (9, 3), (30, 5), (110, 4)])
def test_the_frame_fits(size: tuple[int, int]) -> None:
    lines = frame(*size)
    assert len(lines) <= size[1]
    assert size[0] < 14 or all(len(line) <= size[0] for line in lines)


def test_only_files_surely_open_the_workbench(tmp_path: Path) -> None:
    file = str(tmp_path / "config.yaml")
    Path(file).touch()
    assert opens_workbench([])
    assert opens_workbench([file])
    for words in (["check", file], ["--help"], [f"{file}.gone"], [file, "--nothing"], [file, "gone"]):
        assert not opens_workbench(words), words


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", ENDING)
def test_it_stands_before_anything_is_loaded_and_a_signal_gives_the_terminal_back(number: signal.Signals) -> None:
    with in_terminal() as terminal:
        first = terminal.until(b"\x1b[H")
        terminal.process.send_signal(number)
        screen = Terminal(24, 80)
        screen.feed(first)
        assert screen.text.rstrip() == "\n".join(line.ljust(80) for line in frame(80, 24)).rstrip()
        everything = terminal.until(b"")
        assert terminal.process.wait() == 128 + number
    assert everything.count(ENTER.encode()) == everything.count(LEAVE.encode()) == 1
    assert everything.rindex(LEAVE.encode()) > everything.rindex(ENTER.encode())


@pytest.mark.parametrize("number", ENDING[1:])
def test_a_signal_while_textual_takes_it_over_gives_the_terminal_back(number: signal.Signals) -> None:
    with in_terminal() as terminal:
        terminal.until(b"\x1b[?1000h")
        terminal.process.send_signal(number)
        everything = terminal.until(b"")
        assert terminal.process.wait() == 128 + number
    for on, off in ((ENTER.encode(), LEAVE.encode()), (b"\x1b[?1000h", b"\x1b[?1000l")):
        assert everything.rindex(off) > everything.rindex(on)


@pytest.mark.parametrize("number", ENDING)
def test_a_terminal_that_takes_nothing_does_not_hold_up_the_end(number: signal.Signals) -> None:
    with in_terminal() as terminal:
        terminal.until(b"\x1b[H")
        other_end = os.open(terminal.name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        with suppress(BlockingIOError):
            while True:
                os.write(other_end, b"x" * 4096)
        os.close(other_end)
        terminal.process.send_signal(number)
        assert terminal.process.wait(PATIENCE) in (128 + number, -signal.SIGALRM)


def test_textual_takes_it_over_without_entering_again() -> None:
    with in_terminal() as terminal:
        terminal.until(b"edit event")
        terminal.process.send_signal(signal.SIGTERM)
        everything = terminal.until(b"")
    assert everything.count(ENTER.encode()) == everything.count(LEAVE.encode()) == 1


def test_the_workbench_takes_its_place_though_no_event_comes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "events.jsonl")
    with in_terminal(str(tmp_path / "events.jsonl")) as terminal:
        terminal.until(b"Reading events.jsonl")


@pytest.mark.parametrize(
    ("words", "env"),
    [(("nothing.yaml",), {}), (("explain", "UNIT-NONE"), {}), (("--help",), {}), (("--version",), {"TERM": "dumb"})],
)
def test_what_opens_nothing_paints_nothing(words: tuple[str, ...], env: dict[str, str]) -> None:
    with in_terminal(*words, **env) as terminal:
        assert b"\x1b[?" not in terminal.until(b"")


def test_it_loads_no_library() -> None:
    code = "import sys; old = set(sys.modules); import abtui.tui.skeleton; print(*sorted(set(sys.modules) - old))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    own = {"abtui", "abtui.tui", "abtui.tui.skeleton", "abtui.core", "abtui.core.text", "abtui.core.text.ascii"}
    assert not {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names} - own
    assert not {"asyncio", "typing", "re", "signal"} & set(loaded)
