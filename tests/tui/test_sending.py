"""The stories of sending in the workbench, against the local collector and its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from abtui.services.collector.server import LocalCollector
from abtui.services.journal import journal_path
from abtui.tui.screens.send_dialogs import SendPlan
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.history_panel import HistoryPanel
from abtui.tui.widgets.paged_list import PagedList
from tests.core.test_every_finding import CONFIG, event
from tests.tui.test_workbench import KEY, until, words, workbench

BROKEN = {"type": "track", "event": "Broken", "userId": "u2", "messageId": "b"}


def written(tmp_path: Path, endpoint: str, *, environment: str = "staging", count: int = 6) -> tuple[Path, Path]:
    """A config for a collector, and events: most are taken, one makes no request, one is refused (its user's id is empty)."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.replace("https://acme.absmartly.io/v1", endpoint).replace("staging", environment))
    rows = [event(messageId=f"m{n}", userId=f"u{n}") for n in range(count - 2)]
    rows += [event(messageId="none", userId=...), event(messageId="bad", userId="x" * 700)]
    events = tmp_path / "events.jsonl"
    events.write_text("\n".join(rows))
    return config, events


def plan_of(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one("#plan", Static).visual)


async def opened(pilot: Pilot[int], kind: type[Any]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))


def panel_words(screen: WorkbenchScreen) -> str:
    return words(screen, "#delivery") if screen.query("#delivery") else ""


async def ended(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await until(pilot, lambda: any(word in panel_words(screen) for word in ("done", "cancelled", "stopped")))


async def test_a_plan_is_sent_in_batches_and_its_receipts_are_in_the_list_and_in_the_history(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url)
        async with workbench(config, events) as (pilot, screen):
            await pilot.press("a", "S")
            await opened(pilot, SendPlan)
            assert "5 requests  for 5 events" in plan_of(pilot)
            assert "1 drop: no unit" in plan_of(pilot)
            assert KEY not in plan_of(pilot)
            await pilot.press("b")
            assert "1 request of up to 500 events" in plan_of(pilot)
            await pilot.press("enter")
            await ended(pilot, screen)
            assert dict(screen.corpus.receipts) == {
                0: "accepted",
                1: "accepted",
                2: "accepted",
                3: "accepted",
                5: "refused",
            }
            assert "5 of 5 events" in panel_words(screen)
            assert "640" in words(screen, "#examples")
            # The refused one alone is shown, and its two verdicts are side by side.
            await pilot.press("right", "right")
            await until(pilot, lambda: screen.corpus.shown == 1)
            await pilot.press("escape", "r")
            assert screen.corpus.filter.text == "receipt:refused"
            await until(pilot, lambda: "↯ refused  HTTP 400" in words(screen))
            assert "│ ✓ Success" in words(screen)
            assert "Green in Segment" in words(screen)
            # What is edited keeps its receipt, which is told to be of an older payload.
            await pilot.press("e")
            screen.event_pane.editor.move_cursor((2, len('  "event": "')))
            await pilot.press("X")
            assert "older payload" in words(screen)
            await pilot.press("backspace")
            assert "older payload" not in words(screen)
        assert len(collector.state.received()["accepted"][0]["body"]["requests"]) == 4
    # Another session has it in its history, down to the event; the key is nowhere.
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("8")
        await until(pilot, lambda: bool(screen.query(HistoryPanel)))
        panel = screen.query_one(HistoryPanel)
        runs = panel.query_one(PagedList)
        await until(pilot, lambda: runs.row(0) is not None)
        assert "4 accepted, 1 refused" in runs.row(0).text
        await pilot.press("enter")
        await until(pilot, lambda: panel.level == "events" and runs.count == 5 and runs.row(0) is not None)
        await pilot.press("right", "right")
        await until(pilot, lambda: runs.count == 1 and runs.row(0) is not None)
        await pilot.press("enter")
        await until(pilot, lambda: panel.level == "event")
        told = str(panel.query_one("#history-exchange", Static).visual)
        assert "X-API-Key: ****0123" in told
        assert "xxxx" in told
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: panel.level == "runs")
    kept = b"".join(path.read_bytes() for path in journal_path().parent.iterdir())
    assert b"Order Completed" in kept
    assert KEY.encode() not in kept
