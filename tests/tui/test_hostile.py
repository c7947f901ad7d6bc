"""Odd moments: keys in a burst, two files at once, signals, pipes that give nothing, a crash."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.events import Key
from textual.widgets import Input

from abtui.services.own_files import state_folder
from abtui.tui import workers
from abtui.tui.app import WorkbenchApp
from abtui.tui.bindings import APP, WORKBENCH
from abtui.tui.dialogs.comparing import CompareWith
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.messages import FilesOpened
from abtui.tui.terminal import wait_for_hangup
from abtui.tui.work.comparing import Comparing
from abtui.tui.work.filing import Filing
from abtui.tui.work.sending import Sending
from abtui.tui.workbench import Workbench
from tests.kit import PATIENCE, config_with, event, until
from tests.tui.events_kit import editor, event_list
from tests.tui.kit import KEY, notes, workbench
from tests.tui.own_terminal import LEFT, OwnTerminal, in_terminal
from tests.tui.screen_text import screen_text


async def test_keys_in_a_burst_are_taken_in_order(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        text = editor(screen)
        text.load("")
        for key in ("a", "b", "backspace", "c", "enter", "d", "up", "end", "e", "home", "f", "ctrl+z"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: text.text == "ace\nd")
        # Those behind the key of a dialog are the dialog's, though that has to be loaded first.
        for ask, dialog in (
            (screen.query_one(Filing).action_open, PickPath),
            (screen.query_one(Comparing).action_compare_with, CompareWith),
        ):
            ask()
            for key in "q.x":
                pilot.app.post_message(Key(key, key))
            await until(pilot, lambda: isinstance(pilot.app.screen, dialog) and bool(pilot.app.screen.query(Input)))  # noqa: B023
            await until(pilot, lambda: pilot.app.screen.query(Input).first().value.endswith("q.x"))
            await pilot.press("escape")
        assert text.text == "ace\nd"


ASKING = (
    *("action.all", "event.send", "event.send-several", "config.map", "file.open", "file.save", "file.editor"),
    *("impact.compare", "tour.begin", "screen.jump", "target.test"),
)
"""Bindings whose keys the next key would not go to the workbench after."""


async def test_no_key_ends_a_workbench_that_was_just_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that opens something or looks at the whole screen, as the first there is; the others come all at once in the test below."""
    monkeypatch.chdir(tmp_path)
    bindings = {binding.id: binding for binding in (*WORKBENCH, *APP)}
    for name in ("event.send-several", "impact.compare", "screen.jump", "target.test", "tour.begin", "app.picture"):
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
        await until(pilot, lambda: isinstance(app.screen, Workbench) and len(app.screen.state.corpus) > 3)
        screen = app.screen
        assert isinstance(screen, Workbench)
        assert screen.state.config.form
        assert screen.state.baseline is not None


async def test_files_read_side_by_side_all_arrive(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths, told, read = [], threading.Event(), workers.read_files
    monkeypatch.setattr(workers, "read_files", lambda *arguments: told.wait(PATIENCE) and read(*arguments))
    for name in ("a", "b"):
        paths.append(tmp_path / f"{name}.jsonl")
        paths[-1].write_text("\n".join(event(messageId=f"{name}{n}") for n in range(2_000)))
    async with workbench(config) as (pilot, screen):
        for path in paths:
            event_list(screen).post_message(FilesOpened([str(path)]))
        await until(pilot, lambda: bool(screen.state.reading))
        screen.query_one(Sending).action_send_several()
        await pilot.pause()
        assert "still being read" in notes(screen)
        told.set()
        await until(pilot, lambda: len(screen.state.corpus) == 4_000 and not screen.state.reading)


ODD = (
    *("[red]x[/]", "[@click=quit]q[/]", "two\nlines\tand tab", "\x1b[31mesc\x07", "\u202ertl", "注文完了" * 99),
    *("n" * 70_000, "", " "),
)


@pytest.mark.parametrize("size", [(60, 18), (120, 35)])
async def test_odd_names_are_shown_on_every_screen_as_what_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    goals = json.dumps({name: name for name in ODD if name.strip()})
    config, events = tmp_path / "config.yaml", tmp_path / "odd.jsonl"
    config.write_text(config_with(goalMapping=goals) + f"catalog: {{goals: {json.dumps(ODD[:3])}}}\n")
    made = (event(event=name, userId=name, messageId=name, properties={name: name}) for name in ODD)
    events.write_text("\n".join((*made, '{"type":', '{"type": "\x1b[31m"}', "[[[", "\ufeff{}")))
    async with workbench(config, events, size=size) as (pilot, screen):
        for keys in ("down", "w", "f", "r", "2", "escape", "3", "escape", *"471zGp", "question_mark"):
            await pilot.press(keys)
            shown = screen_text(pilot.app)
            assert shown.replace("\n", "").isprintable(), keys
            assert all(cell_len(row) <= size[0] for row in shown.split("\n")), keys
        await pilot.press("escape")
        for index in range(len(screen.state.corpus)):
            screen.state.event.select(index)
            await pilot.pause()
            assert screen_text(pilot.app).replace("\n", "").isprintable(), index


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


@contextmanager
def opened(*words: str, stdin: int | None = None) -> Iterator[OwnTerminal]:
    """The workbench in a terminal of its own, once it shows its keys."""
    with in_terminal(*words, stdin=stdin, size=(120, 40), KEY=KEY) as terminal:
        terminal.until(b"all keys")
        yield terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_give_the_terminal_back(config: Path, events: Path, number: signal.Signals) -> None:
    with opened(str(config), str(events)) as terminal:
        terminal.process.send_signal(number)
        assert LEFT in terminal.until(LEFT), "the alternate screen was not left"
        assert terminal.process.wait(PATIENCE) == 128 + number


def test_a_terminal_that_goes_away_ends_the_workbench(config: Path, events: Path) -> None:
    with opened(str(config), str(events)) as terminal:
        os.close(terminal.ours)
        assert terminal.process.wait(PATIENCE) == 129


def test_a_terminal_that_goes_away_without_a_signal_is_noticed_while_nothing_is_written() -> None:
    ours, theirs = pty.openpty()
    told = threading.Event()
    thread = threading.Thread(target=wait_for_hangup, args=(theirs, told.set))
    thread.start()
    try:
        os.write(ours, b"a key")
        os.close(ours)
        assert told.wait(PATIENCE)
    finally:
        thread.join(PATIENCE)
        os.close(theirs)


def test_a_terminal_that_draws_marks_wrong_gets_ascii_alone(config: Path, events: Path) -> None:
    with in_terminal(str(config), str(events), size=(120, 40), KEY=KEY, TERM="linux") as terminal:
        terminal.until(b"all keys")
        terminal.type(b"?")
        terminal.until(b"Type to find one")
        assert bytes(terminal.written).isascii(), "the boxes of dialogs and the scrollbars, too"


BROKEN_INPUT = (
    *(b"\xff\xfe\x80", b"\x1b[<0;99999;99999M\x1b[<0;0;0M", b"\x1b[M\x00\x00\x00", b"\x1b[999;999;999~"),
    *(b"\x1b[200~[red]\x1b[31m\xff\x00{\x1b[201~", b"\x1b[?2026;9$y\x1bP>|x\x1b\\", b"\x1b[999999;999999R"),
)
"""Bytes that no terminal should send: out of range, or not UTF-8."""


def test_broken_input_of_a_terminal_does_not_end_the_workbench(config: Path, events: Path) -> None:
    with opened(str(config), str(events)) as terminal:
        # An `m` is among it, which opens a dialog if the first event is mapped by then: Ctrl+Q is answered in both.
        terminal.type(b"".join(BROKEN_INPUT) + b"\x11")
        # The paste among it is an event that nobody saved, if it was taken in by then: Tab goes to "Quit without".
        if LEFT not in terminal.until(LEFT, b"Quit without saving?"):
            terminal.type(b"\t\r")
        terminal.until(LEFT)
        assert terminal.process.wait(PATIENCE) == 0


def test_a_terminal_that_takes_nothing_does_not_hold_up_the_end(config: Path, events: Path) -> None:
    with opened(str(config), str(events)) as terminal:
        # Nobody reads what this draws.
        terminal.type(b"lL" * 40)
        other_end = os.open(terminal.name, os.O_RDWR | os.O_NOCTTY)
        while select.select([], [other_end], [], 0)[1]:
            assert terminal.process.poll() is None
            time.sleep(0.01)
        os.close(other_end)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(PATIENCE) == 128 + signal.SIGTERM


def test_a_pipe_that_gives_nothing_does_not_hold_up_the_end(config: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with opened(str(config), str(pipe)) as terminal:
        terminal.type(b"\x11")
        terminal.until(LEFT)
        assert terminal.process.wait(PATIENCE) == 0


def test_events_are_piped_in_and_the_keyboard_stays_the_terminals(config: Path, tmp_path: Path) -> None:
    piped = tmp_path / "piped"
    piped.write_text(event(event="Piped In"))
    with piped.open("rb") as file, opened(str(config), "-", stdin=file.fileno()) as terminal:
        assert b"Piped In" in terminal.until(b"Piped In")
        terminal.type(b"\x11")
        terminal.until(LEFT)
        assert terminal.process.wait(PATIENCE) == 0
