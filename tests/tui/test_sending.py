"""The stories of sending in the workbench, against the local collector and its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from abtui.core.config import Target
from abtui.core.delivery.plan import PlanCounts, make_plan
from abtui.core.delivery.progress import Control, Ending, Progress
from abtui.core.text.secret import Secret
from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.journal_file import journal_path
from abtui.tui.dialogs.questions import ConfirmProduction
from abtui.tui.dialogs.sending import ConfirmLeaving, ConfirmMany, Connection, SendPlan
from abtui.tui.screens.sending import _StartedDelivery, _view
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets import plan_prose
from abtui.tui.widgets.history_panel import HistoryPanel
from abtui.tui.widgets.paged_list import PagedList
from abtui.tui.work.delivering import DeliveryReport
from tests.kit import CONFIG, event, until
from tests.tui.kit import KEY, words, workbench

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
            assert "forecast     ◐ 4 are accepted, ✗ 1 is refused" in plan_of(pilot)
            assert "◐ 4 are accepted, ■ 1 never leaves, ✗ 1 is refused" in words(screen, "#count-bar")
            assert [screen.event_list.render_line(y).text[2] for y in range(6)] == [*"◐◐◐◐■✗"]
            assert "1 never leaves: no unit" in plan_of(pilot)
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
        assert "4 accepted, 1 refused" in runs.row(0).text[:50], "in view at 80 columns, too"
        assert f"  {config.name}: marked: " in runs.row(0).text, "it is said which config it was of"
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


async def test_production_and_many_requests_are_asked_for(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url.replace("127.0.0.1", "localhost"), count=105)
        async with workbench(config, events, size=(80, 24)) as (pilot, screen):
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("b")
            assert "104 requests  for 104 events" in plan_of(pilot)
            assert "need a second confirmation" in plan_of(pilot)
            assert pilot.app.screen.query_one("#send").region.bottom < 24, "what is to be pressed is in view"
            await pilot.click("#send")
            await opened(pilot, ConfirmMany)
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert not screen.corpus.receipts, "no is where the focus is"
            # Nor is a plan sent that was made for another config.
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await until(pilot, lambda: "104 events" in plan_of(pilot))
            screen.config_pane.change(
                screen.session.text.replace("http://localhost", "https://acme.absmartly.io").replace(
                    "staging", "production"
                )
            )
            screen._apply_config(screen.config_pane.editor.text)
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert not screen._deliveries
            assert any("changed while you were asked" in one.message for one in pilot.app._notifications)
            # A target that looks like production: its environment's name has to be typed, whatever the number.
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("1")
            await until(pilot, lambda: "looks like production" in plan_of(pilot))
            await pilot.press("enter")
            await opened(pilot, ConfirmProduction)
            await pilot.press("enter")
            assert isinstance(pilot.app.screen, ConfirmProduction)
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert not screen.corpus.receipts
            # A target that forbids it: there is no question to answer.
            screen._apply_config(screen.session.text + "targets: { settings: { allow: false } }\n")
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await until(pilot, lambda: "`allow: false`" in plan_of(pilot))
            assert not pilot.app.screen.query("#send, #rate"), "what may not be sent is not offered"
            await pilot.press("escape", "s")
            await until(pilot, lambda: any("`allow: false`" in told.message for told in pilot.app._notifications))
            assert pilot.app.screen is screen
            # No key is no mask: it is told what to set, wherever the target is shown.
            keyless = screen.session.text.split("targets:")[0].replace("${KEY}", "${NO_SUCH_KEY}")
            screen._apply_config(keyless)
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await until(pilot, lambda: "no key: set NO_SUCH_KEY" in plan_of(pilot))
            assert "for 104 events" in plan_of(pilot)
            assert "****" not in plan_of(pilot)
            assert not pilot.app.screen.query("#send, #rate")
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            await pilot.press("s")
            await until(
                pilot, lambda: any("no key: set NO_SUCH_KEY" in told.message for told in pilot.app._notifications)
            )
            await pilot.press("h")
            await opened(pilot, Connection)
            await until(
                pilot, lambda: "no key: set NO_SUCH_KEY" in str(pilot.app.screen.query_one("#checks", Static).visual)
            )
            assert "key none" in str(pilot.app.screen.query_one("#asked", Static).visual)
            assert collector.state.counts["accepted"] == 0


async def test_a_run_is_paused_cancelled_and_stopped_by_faults(tmp_path: Path) -> None:
    fault = [Fault("slow", 0.4)]
    with LocalCollector(fault=lambda: fault[0]) as collector:
        config, events = written(tmp_path, collector.base_url, count=60)
        async with workbench(config, events) as (pilot, screen):
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("b", "enter")
            await until(pilot, lambda: len(screen.corpus.receipts) > 2)
            await pilot.press("p")
            await until(pilot, lambda: "paused by you" in panel_words(screen))
            await pilot.press("p")
            await until(pilot, lambda: "sending" in panel_words(screen))
            await pilot.press("S")
            assert pilot.app.screen is screen, "one run at a time"
            await pilot.press("q")
            await opened(pilot, ConfirmLeaving)
            await pilot.press("n")
            await pilot.press("c")
            await until(pilot, lambda: "cancelled" in panel_words(screen))
            sent = len(screen.corpus.receipts)
            assert 2 < sent < 59
            assert f"waiting {59 - sent}" in str(screen.query_one("#receipts").render_line(0).text)
            # One event by itself is tried once; what became of it without an answer is not known.
            for kind, words_ in ((Fault("401"), "Refused (401)"), (Fault("drop"), "closed the connection")):
                fault[0] = kind
                await pilot.press("escape", "s")
                await until(pilot, lambda expected=words_: expected in words(screen))
            assert screen.corpus.receipts[0] == "unknown"
            assert "It is not resent automatically" in words(screen)


async def test_the_connection_is_tested_and_an_unusable_journal_is_told_in_place(tmp_path: Path) -> None:
    with LocalCollector(key="another-key-012345") as collector:
        config, events = written(tmp_path, collector.base_url)
        async with workbench(config, events) as (pilot, screen):
            await pilot.press("h")
            await opened(pilot, Connection)
            await until(pilot, lambda: "Asking" not in words_of(pilot, "#checks"))
            assert "✓ Is the collector there?" in words_of(pilot, "#checks")
            assert "✗ Does it accept the key?" in words_of(pilot, "#checks")
            assert "Check the target's `apiKey`" in words_of(pilot, "#checks")
            await pilot.press("escape")
            # An address that cannot be asked is answered before the dialog has its widgets.
            screen._apply_config(screen.session.text.replace(collector.base_url, "http://[::1"))
            screen.action_test_connection()
            assert isinstance(pilot.app.screen, Connection), "it is there for the very next key"
            await until(pilot, lambda: "Asking" not in words_of(pilot, "#checks"))
            assert "http://[::1" in words_of(pilot, "#asked")
            await pilot.press("escape")
            screen._apply_config(config.read_text())
            journal_path().parent.mkdir(parents=True, exist_ok=True)
            journal_path().write_bytes(b"no database" * 1_000)
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("enter")
            await until(pilot, lambda: "nothing was sent" in panel_words(screen))
            assert "Move the file away" in panel_words(screen)
            await pilot.press("escape", "s")
            await until(pilot, lambda: "Nothing was sent. The journal" in words(screen))
            await pilot.press("8")
            await until(pilot, lambda: bool(screen.query("#history-problem.-shown")))
            assert "not a database" in words(screen, "#history-problem")
            assert collector.state.counts["rejected"] == 0


@pytest.mark.parametrize(
    ("accepted", "planned", "ending", "told"),
    [(4, 4, "done", "done"), (3, 4, "done", "short"), (0, 4, "done", "short"), (3, 4, "cancelled", "cancelled")],
)
def test_a_run_that_left_some_of_its_plan_out_is_not_called_done(
    accepted: int, planned: int, ending: Ending, told: str
) -> None:
    target = Target(name="t", collector_endpoint="https://acme.absmartly.io/v1", environment="staging", api_key=None)
    counts = PlanCounts()
    counts.add("send", "TRACK", planned)
    delivery = _StartedDelivery(Control(), target, make_plan(counts, target, "batch"))
    progress = Progress(run=1, state="ended", accepted=accepted, ending=ending)
    view = _view(delivery, DeliveryReport(0, progress, {}, {}, (), 0))
    assert (view.ending, view.counts["waiting"]) == (told, planned - accepted)


def words_of(pilot: Pilot[int], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).visual)


def test_what_is_no_event_is_counted_beside_the_plan() -> None:
    counted, none = PlanCounts(), PlanCounts()
    for counts in (counted, none):
        counts.add("send", "GOAL-MAPPED", 1)
    counted.add("unreadable", "", 1)
    counted.add("not-event", "", 2)
    target = Target(name="t", collector_endpoint="https://a.absmartly.io/v1", environment="x", api_key=Secret("k" * 20))
    assert "3 no events\n" in f"{plan_prose.plan_summary(make_plan(counted, target, 'single'))}\n"
    assert "left out     nothing" in str(plan_prose.plan_summary(make_plan(none, target, "single")))
