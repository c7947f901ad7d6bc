"""Odd moments: keys in a burst, two files at once, signals, pipes that give nothing, a crash."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.drawer import Drawer
from textual.events import Key
from textual.widgets import Input

from abtui.services.own_files import state_folder
from abtui.tui.app import WorkbenchApp
from abtui.tui.bindings import APP, WORKBENCH
from abtui.tui.dialogs.comparing import CompareWith
from abtui.tui.dialogs.paths import PickPath
from tests.kit import PATIENCE, event, until
from tests.tui.kit import KEY, workbench

ROOT = Path(__file__).parents[2]


async def test_keys_in_a_burst_are_taken_in_order(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        editor = screen.event_pane.editor
        editor.load("")
        for key in ("a", "b", "backspace", "c", "enter", "d", "up", "end", "e", "home", "f", "ctrl+z"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: editor.text == "ace\nd")
        # Those behind the key of a dialog are the dialog's, though that has to be loaded first.
        for ask, dialog in ((screen.action_open, PickPath), (screen.action_compare_with, CompareWith)):
            ask()
            for key in "q.x":
                pilot.app.post_message(Key(key, key))
            await until(pilot, lambda: isinstance(pilot.app.screen, dialog) and bool(pilot.app.screen.query(Input)))  # noqa: B023
            await until(pilot, lambda: pilot.app.screen.query(Input).first().value.endswith("q.x"))
            await pilot.press("escape")
        assert editor.text == "ace\nd"


ASKING = (
    *("event.send", "event.send-several", "event.map", "file.open", "file.save", "file.editor"),
    *("impact.compare", "tour.begin", "jump.to", "target.test"),
)
"""Bindings whose keys the next key would not go to the workbench after."""


async def test_no_key_ends_a_workbench_that_was_just_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that opens something or looks at the whole screen, as the first there is; the others come all at once in the test below."""
    monkeypatch.chdir(tmp_path)
    bindings = {binding.id: binding for binding in (*WORKBENCH, *APP)}
    for name in ("event.send-several", "impact.compare", "jump.to", "target.test", "tour.begin", "app.picture"):
        app = WorkbenchApp(None, [], env={})
        app.framed = True
        key = bindings[name].key.split(",")[0]
        app.post_message(Key(key, key if len(key) == 1 else None))
        async with app.run_test(size=(120, 35)) as pilot:
            await pilot.pause()
            assert app._exception is None, name


async def test_keys_that_come_before_the_workbench_wait_for_it(config: Path, events: Path) -> None:
    app = WorkbenchApp(str(config), [str(events)], env={"KEY": KEY})
    app.framed = True
    for binding in WORKBENCH:
        key = binding.key.split(",")[-1]
        if binding.id not in ASKING:
            app.post_message(Key(key, key if len(key) == 1 else None))
    async with app.run_test(size=(120, 35)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WorkbenchScreen) and len(app.screen.corpus) > 3)
        screen = app.screen
        assert isinstance(screen, WorkbenchScreen)
        assert screen.config_pane.view == "form"
        assert screen.query_one(Drawer).active == "history"


async def test_files_read_side_by_side_all_arrive(config: Path, tmp_path: Path) -> None:
    paths = []
    for name in ("a", "b"):
        paths.append(tmp_path / f"{name}.jsonl")
        paths[-1].write_text("\n".join(event(messageId=f"{name}{n}") for n in range(2_000)))
    async with workbench(config) as (pilot, screen):
        for path in paths:
            screen._read([str(path)])
        screen.action_send()
        await until(pilot, lambda: any("still being read" in note.message for note in pilot.app._notifications))
        await until(pilot, lambda: len(screen.corpus) == 4_000 and not screen._readings)


async def test_a_crash_report_shows_no_values() -> None:
    app = WorkbenchApp(None, [], env={})
    async with app.run_test() as pilot:
        await pilot.pause()
        try:
            api_key = KEY
            raise RuntimeError("a bug")
        except RuntimeError as error:
            app._report_crash(error)
        report = "".join(
            segment.text for renderable in app._exit_renderables for segment in app.console.render(renderable)
        )
        [written] = (state_folder() / "reports").iterdir()
        report += written.read_text()
        assert "a bug" in report
        assert api_key not in report
        app._exit_renderables.clear()


def in_a_terminal(
    *arguments: str, stdin: int | None = None, names: list[str] | None = None
) -> tuple[subprocess.Popen[bytes], int]:
    """The workbench in a terminal of its own, once it shows its list; the descriptor is the terminal's other end.

    `stdin` is what standard input is, if not that terminal. The terminal's name goes into `names`.
    """
    ours, theirs = pty.openpty()
    if names is not None:
        names.append(os.ttyname(theirs))
    env = os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "KEY": KEY, "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-m", "abtui", *arguments],
        stdin=theirs if stdin is None else stdin,
        stdout=theirs,
        stderr=theirs,
        env=env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    seen = read_until(ours, "Send")
    assert "Send" in seen
    return process, ours


def read_until(terminal: int, text: str) -> str:
    seen, end = "", time.monotonic() + PATIENCE
    while text not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
    return seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_give_the_terminal_back(config: Path, events: Path, number: signal.Signals) -> None:
    process, terminal = in_a_terminal(str(config), str(events))
    try:
        process.send_signal(number)
        seen = read_until(terminal, "\x1b[?1049l")
        assert "\x1b[?1049l" in seen, "the alternate screen was not left"
        assert process.wait(PATIENCE) == 128 + number
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def test_a_terminal_that_goes_away_ends_the_workbench(config: Path, events: Path) -> None:
    process, terminal = in_a_terminal(str(config), str(events))
    try:
        os.close(terminal)
        assert process.wait(PATIENCE) == 129
    finally:
        process.kill()
        process.wait()


def test_a_terminal_that_takes_nothing_does_not_hold_up_the_end(config: Path, events: Path) -> None:
    names: list[str] = []
    process, terminal = in_a_terminal(str(config), str(events), names=names)
    try:
        # Nobody reads what this draws.
        os.write(terminal, b"lL" * 40)
        other_end = os.open(names[0], os.O_RDWR | os.O_NOCTTY)
        while select.select([], [other_end], [], 0)[1]:
            assert process.poll() is None
            time.sleep(0.01)
        os.close(other_end)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def test_a_pipe_that_gives_nothing_does_not_hold_up_the_end(config: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process, terminal = in_a_terminal(str(config), str(pipe))
    try:
        os.write(terminal, b"\x11")
        read_until(terminal, "\x1b[?1049l")
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def test_events_are_piped_in_and_the_keyboard_stays_the_terminals(config: Path, tmp_path: Path) -> None:
    piped = tmp_path / "piped"
    piped.write_text(event(event="Piped In"))
    with piped.open("rb") as file:
        process, terminal = in_a_terminal(str(config), "-", stdin=file.fileno())
    try:
        assert "Piped In" in read_until(terminal, "Piped In")
        os.write(terminal, b"\x11")
        read_until(terminal, "\x1b[?1049l")
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
