"""Pictures of the screens, where people would look at them. `pytest tests/tui/test_images.py --snapshot-update` makes them anew.

Look at a picture before it is taken over: a browser shows the SVG. What no machine has twice is not in them: the clock, the
port of the local collector, and how long a run took.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from abtui.services.collector.server import LocalCollector
from abtui.services.folders import sample_folder
from abtui.services.journal_file import journal_path
from abtui.tui import config_state, themes
from abtui.tui.app import WorkbenchApp
from abtui.tui.dialogs.sending import SendPlan
from abtui.tui.screens.goal.screen import GoalScreen
from abtui.tui.screens.impact.move_list import MoveList
from abtui.tui.screens.sent.history import HistoryPanel
from abtui.tui.screens.sent.paged_list import PagedList
from abtui.tui.work import sending
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, event, until
from tests.tui.kit import KEY, NOW, ready

LARGE, SMALL, TINY, HUGE = (120, 35), (80, 24), (60, 18), (200, 50)
CATALOG: Final = "catalog: { goals: [purchase], units: [user_id], environments: [staging], applications: [website] }\n"
WRONG_CASE: Final = "Order completed"

Act = Callable[[Pilot[int], Workbench], Awaitable[None]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with events and configs under the same short names everywhere; one is for a collector that runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config_state, "local_time", lambda: "12:31")
    # Which answer comes first is another each time.
    monkeypatch.setattr(sending, "default_concurrency", lambda mode: 1)
    names = ("Order Completed", WRONG_CASE, "Signed Up")
    rows = [event(event=name, messageId=name) for name in names] + [
        event(userId=...),
        event(sentAt=..., messageId="m5"),
    ]
    (tmp_path / "orders.jsonl").write_text("\n".join(rows))
    shutil.copy(sample_folder() / "experiment.yaml", tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG + CATALOG)
    (tmp_path / "broken.yaml").write_text((CONFIG + CATALOG).replace("  environment: staging", "  environment staging"))
    with LocalCollector() as collector:
        local = CONFIG.replace("https://acme.absmartly.io/v1", collector.base_url)
        (tmp_path / "local.yaml").write_text(local + CATALOG)
        yield tmp_path


async def events(pilot: Pilot[int], screen: Workbench) -> None:
    """An event that the console ignores, the line drawn, and what is offered for it measured."""
    rows = (screen.state.row(position).name for position in range(screen.state.corpus.shown))
    screen.state.event.select(next(index for index, name in enumerate(rows) if name == WRONG_CASE))
    await until(pilot, lambda: screen.state.remedy is not None and bool(screen.state.remedy.result))


async def goal(pilot: Pilot[int], screen: Workbench) -> None:
    await pilot.press("2")
    await until(pilot, lambda: bool(screen.query(GoalScreen)))
    found = screen.query_one(GoalScreen)._search
    await until(pilot, lambda: found.complete and not (found.trial and found.trial.is_under_way))
    await until(pilot, lambda: screen.state.experiments is not None and screen.state.experiments.complete)


async def config(pilot: Pilot[int], screen: Workbench) -> None:
    """A change of the mapping that is not saved, and what it does."""
    text = screen.state.session.text
    screen.state.config.apply(text.replace("enablePageViewTracking: true", "enablePageViewTracking: false"))
    await pilot.press("3")
    await until(pilot, lambda: screen.state.effect.share == 1 and screen.state.effect.moves is not None)
    await until(pilot, lambda: screen.state.corpus.mapped == len(screen.state.corpus))


async def impact(pilot: Pilot[int], screen: Workbench) -> None:
    await config(pilot, screen)
    await pilot.press("f7")
    await until(pilot, lambda: bool(screen.query(MoveList)))


async def sent(pilot: Pilot[int], screen: Workbench) -> None:
    """All events, of which the collector refuses some."""
    state = screen.state
    await pilot.press("S")
    await until(pilot, lambda: isinstance(pilot.app.screen, SendPlan))
    await pilot.press("4", "enter")
    await until(pilot, lambda: state.delivery is not None and state.delivery.state == "ended")
    assert state.delivery is not None
    state.delivery = msgspec.structs.replace(state.delivery, seconds=0.4)
    state.tell("deliveries")
    # A run is kept with the time when it began.
    with sqlite3.connect(journal_path()) as sql:
        sql.execute("UPDATE runs SET started = '2026-03-17T12:31:00Z'")
    sql.close()
    await until(pilot, lambda: bool(screen.query(HistoryPanel)))
    history = screen.query_one(HistoryPanel)
    history.read_again()
    await until(pilot, lambda: "12:31" in text_of(history.rows))


def text_of(runs: PagedList) -> str:
    row = runs.row(0)
    return "" if row is None else row.text


async def experiment(pilot: Pilot[int], screen: Workbench) -> None:
    """A purchase that does not count, its story, and what mends it, measured."""
    sources = [screen.state.corpus.item(index).source for index in range(len(screen.state.corpus))]
    screen.state.event.select(sources.index("10-shopping-session.jsonl:19"))
    await pilot.press("5")

    def known() -> bool:
        found = screen.state.experiments
        return found is not None and found.complete and found.offer is not None and bool(found.offer.result)

    await until(pilot, known)


async def nothing(pilot: Pilot[int], screen: Workbench) -> None:
    """The screen as it opens."""


DEMO: Final = (None, ())
SHOP: Final = ("experiment.yaml", (str(sample_folder()),))
"""The demo's events with the config in which a purchase does not count."""
PICTURES: dict[str, tuple[tuple[int, int], str, tuple[str | None, tuple[str, ...]], Act]] = {
    "events-120-dark": (LARGE, themes.DARK, DEMO, events),
    "events-120-light": (LARGE, themes.LIGHT, DEMO, events),
    "events-120-contrast": (LARGE, themes.CONTRAST_DARK, DEMO, events),
    "events-120-sixteen-ascii": (LARGE, themes.SIXTEEN, DEMO, events),
    "events-80-dark": (SMALL, themes.DARK, DEMO, events),
    "events-60-dark": (TINY, themes.DARK, DEMO, events),
    "events-200-dark": (HUGE, themes.DARK, DEMO, events),
    "goal-120-dark": (LARGE, themes.DARK, DEMO, goal),
    "config-120-dark": (LARGE, themes.DARK, DEMO, config),
    "impact-120-dark": (LARGE, themes.DARK, DEMO, impact),
    "experiment-120-dark": (LARGE, themes.DARK, SHOP, experiment),
    "sent-120-dark": (LARGE, themes.DARK, ("local.yaml", ("orders.jsonl",)), sent),
    "empty-120-dark": (LARGE, themes.DARK, ("config.yaml", ()), nothing),
    "broken-120-dark": (LARGE, themes.DARK, ("broken.yaml", ("orders.jsonl",)), nothing),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, folder: Path, snap_compare: Callable[..., bool]) -> None:
    size, theme, (path, files), act = PICTURES[name]
    app = WorkbenchApp(path, files, env={"KEY": KEY, "ABSMARTLY_API_KEY": KEY}, now=NOW, ascii=name.endswith("ascii"))
    failed: list[BaseException] = []

    async def play(pilot: Pilot[Any]) -> None:
        # What is raised here would leave the app running for ever.
        try:
            app.theme = theme
            app.animation_level = "none"
            screen = await ready(pilot)
            await act(pilot, screen)
            await made_constant(pilot)
        except BaseException as error:
            failed.append(error)

    same = snap_compare(app, terminal_size=size, run_before=play)
    for error in failed:
        raise error
    assert same


async def made_constant(pilot: Pilot[Any]) -> None:
    """Nothing that blinks, and nothing that is still under way."""
    for field in pilot.app.screen.query("Input, TextArea"):
        assert isinstance(field, Input | TextArea)
        field.cursor_blink = False
    await pilot.pause()
    await pilot.pause()
