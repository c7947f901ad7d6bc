"""Pictures of the screen, dark and light, where people would look at it. `pytest --snapshot-update` takes a change over.

Look at a picture before it is taken over: a browser shows the SVG. What no machine has twice is not in them: addresses,
times and durations are set to the same before a picture is taken.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abtui.tui.screens.jumping import JumpLabels
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets import sending_panel
from abtui.tui.widgets.finding_list import FindingList
from abtui.tui.widgets.history_panel import HistoryPanel
from abtui.tui.widgets.paged_list import PagedList
from abtui.tui.widgets.top_bar import CountBar, TargetBar
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from abtui.core.saved_state import Draft, DraftEvent
from abtui.core.text.yaml_edit import REMOVE
from abtui.services.collector.server import LocalCollector
from abtui.services.drafts import DraftFile
from abtui.services.folders import sample_folder
from abtui.services.journal_file import journal_path
from abtui.tui import themes
from abtui.tui.app import WorkbenchApp
from abtui.tui.dialogs.help import Help
from abtui.tui.dialogs.questions import RestoreDraft
from abtui.tui.dialogs.sending import SendPlan
from abtui.tui.kit.code_view import CodeView
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.screens import sending
from tests.kit import until
from tests.services.test_own_files import ended_pid
from tests.tui.kit import NOW

SAMPLES = sample_folder()
EVENTS = ("01-order-completed.json", "15-wrong-case.jsonl", "16-no-ids.json", "21-fails.jsonl", "24-broken.jsonl")
SENT = ("01-order-completed.json", "15-wrong-case.jsonl", "16-no-ids.json", "22-exposure-mistakes.json")
ENDPOINT = "http://127.0.0.1:8787/v1"
NARROW, WIDE = (80, 24), (140, 45)
GOAL = ("settings", "goalMapping", "Order completed")
SCREENS = ("settings", "enableAppScreenViewTracking")

Act = Callable[[Pilot[int], WorkbenchScreen], Awaitable[None]]
Take = Callable[..., bool]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The samples under the same short names everywhere."""
    for path in SAMPLES.iterdir():
        if path.suffix in (".json", ".jsonl", ".yaml", ".js"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    # Which answer comes first, and how long a run took, is another each time.
    monkeypatch.setattr(sending, "default_concurrency", lambda mode: 1)
    told = sending_panel._delivery
    monkeypatch.setattr(sending_panel, "_delivery", lambda view: told(msgspec.structs.replace(view, seconds=0.4)))
    return tmp_path


async def list_of_events(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("down", "space", "down", "space")


async def provenance(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("f4")
    view = screen.result.query_one(CodeView)
    for _ in range(20):
        await pilot.press("down")
        if '"uid"' in view.source.split("\n")[view.cursor]:
            break
    await until(pilot, lambda: bool(screen.event_pane.editor.lit))


async def completion(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("down", "4")
    editor = screen.config_pane.editor
    await until(pilot, lambda: bool(editor.text))
    line = next(at for at, text in enumerate(editor.text.split("\n")) if "Newsletter Subscribed" in text)
    editor.goto(line + 1, 1)
    await pilot.press("end", "enter", "O")
    await until(pilot, lambda: screen.query_one(CompletionList).is_open)


async def form(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("ctrl+g")


async def findings(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("5")
    await until(pilot, lambda: bool(screen.query(FindingList)))
    await pilot.press("down", "down")


async def changed(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    """A baseline, and a change of the mapping."""
    await pilot.press("b")
    screen.change_config({GOAL: "purchase", SCREENS: False}, "changed")
    await until(pilot, lambda: screen.corpus.mapped == len(screen.corpus) and screen.comparison is not None)


async def impact(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await changed(pilot, screen)
    await pilot.press("6")


async def difference(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await changed(pilot, screen)
    await pilot.press("d", "x")
    await until(pilot, lambda: not screen.corpus.filtering)


async def plan(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("a", "S")
    await until(pilot, lambda: isinstance(pilot.app.screen, SendPlan))
    await pilot.press("b")


async def sent(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    """All events, of which the collector refuses some."""
    with LocalCollector() as collector:
        url = collector.base_url
        screen.change_config(
            {
                ("settings", "collectorEndpoint"): url,
                ("targets",): REMOVE,
                ("settings", "apiKey"): "${ABSMARTLY_API_KEY}",
            },
            "local",
        )
        await until(pilot, lambda: screen.corpus.mapped == len(screen.corpus))
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SendPlan))
        await pilot.press("4", "enter")
        await until(pilot, lambda: bool(screen._deliveries) and screen._deliveries[0].ended)
    delivery = screen._deliveries[0]
    assert delivery.view is not None
    delivery.view = msgspec.structs.replace(delivery.view, seconds=0.4)
    screen._show_delivery()


async def history(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await sent(pilot, screen)
    with sqlite3.connect(journal_path()) as sql:
        sql.execute(
            "UPDATE runs SET started = ?, ended = ?, address = ?",
            ("2026-03-17T09:00:00Z", "2026-03-17T09:00:01Z", ENDPOINT),
        )
    sql.close()
    await pilot.press("8")
    await until(pilot, lambda: bool(screen.query(HistoryPanel)))
    rows = screen.query_one(HistoryPanel).query_one(PagedList)
    await until(pilot, lambda: rows.row(0) is not None)


async def keys(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(pilot.app.screen, Help))


async def tour(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await until(pilot, lambda: screen.tour_settled == "arrives")
    await pilot.press("right", "right", "right", "right")
    await until(pilot, lambda: screen.tour_settled == "an-id")


async def jump(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("semicolon")
    await until(pilot, lambda: isinstance(pilot.app.screen, JumpLabels))


async def restore(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, RestoreDraft))


PICTURES: dict[str, tuple[tuple[int, int], str, Act]] = {
    "list-80-dark": (NARROW, themes.DARK, list_of_events),
    "list-140-light": (WIDE, themes.LIGHT, list_of_events),
    "provenance-140-dark": (WIDE, themes.DARK, provenance),
    "completion-80-light": (NARROW, themes.LIGHT, completion),
    "form-140-light": (WIDE, themes.LIGHT, form),
    "findings-80-dark": (NARROW, themes.DARK, findings),
    "impact-140-dark": (WIDE, themes.DARK, impact),
    "diff-80-light": (NARROW, themes.LIGHT, difference),
    "plan-80-dark": (NARROW, themes.DARK, plan),
    "sending-140-light": (WIDE, themes.LIGHT, sent),
    "history-80-dark": (NARROW, themes.DARK, history),
    "help-140-dark": (WIDE, themes.DARK, keys),
    "tour-80-light": (NARROW, themes.LIGHT, tour),
    "jump-140-dark": (WIDE, themes.DARK, jump),
    "restore-80-light": (NARROW, themes.LIGHT, restore),
    "findings-140-contrast": (WIDE, themes.CONTRAST_DARK, findings),
    "impact-80-sixteen": (NARROW, themes.SIXTEEN, impact),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, folder: Path, snap_compare: Take) -> None:
    size, theme, act = PICTURES[name]
    if act is restore:
        leave_draft()
    events = {tour: (), impact: (".",), sent: SENT, history: SENT}.get(act, EVENTS)
    app = WorkbenchApp(
        None if act is tour else "config.yaml",
        events,
        env={"ABSMARTLY_API_KEY": "f00dfeedbeefcafe0123", "ABSMARTLY_STAGING_KEY": "f00dfeedbeefcafe4567"},
        now=NOW,
        tour=act is tour,
    )

    failed: list[BaseException] = []

    async def play(pilot: Pilot[Any]) -> None:
        # What is raised here would leave the app running for ever.
        try:
            app.theme = theme
            screen = await opened(pilot)
            await act(pilot, screen)
            await made_constant(pilot, screen)
        except BaseException as error:
            failed.append(error)

    same = snap_compare(app, terminal_size=size, run_before=play)
    for error in failed:
        raise error
    assert same


async def opened(pilot: Pilot[Any]) -> WorkbenchScreen:
    """The workbench, once everything is read and mapped."""
    found = lambda: next((one for one in pilot.app.screen_stack if isinstance(one, WorkbenchScreen)), None)  # noqa: E731
    await until(pilot, lambda: found() is not None)
    screen = found()
    assert screen is not None
    await until(
        pilot,
        lambda: len(screen.corpus) == screen.corpus.mapped > 0 and not screen.query_one(CountBar).counts.reading,
    )
    return screen


async def made_constant(pilot: Pilot[Any], screen: WorkbenchScreen) -> None:
    """Nothing that blinks, no port, no passing note."""
    for field in pilot.app.screen.query("Input, TextArea"):
        assert isinstance(field, Input | TextArea)
        field.cursor_blink = False
    bar = screen.query_one(TargetBar)
    if bar.target is not None and "127.0.0.1" in bar.target.collector_endpoint:
        bar.target = msgspec.structs.replace(bar.target, collector_endpoint=ENDPOINT)
    pilot.app.clear_notifications()
    await pilot.pause()


def leave_draft() -> None:
    """What a run left that was killed."""
    file = DraftFile()
    file.put(
        Draft(
            version=1,
            at="2026-03-16T18:31:00",
            config=os.path.abspath("config.yaml"),
            events=tuple(map(os.path.abspath, EVENTS)),
            config_text=Path("config.yaml").read_text().replace("purchase", "order"),
            kept=(DraftEvent(0, f"{EVENTS[0]}:1", "{}"),),
        ),
        turn=1,
    )
    file.path.rename(file.path.with_name(f"draft-{ended_pid()}-00.json"))
