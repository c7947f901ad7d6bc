"""The stories of sending in the workbench, against the local collector and its faults."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from abtui.core.config import Target
from abtui.core.delivery.plan import PlanCounts, make_plan
from abtui.core.delivery.progress import Ending, Progress
from abtui.core.text.secret import Secret
from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.errors import CollectorError
from abtui.services.journal_file import journal_path
from abtui.tui.app import WorkbenchApp
from abtui.tui.delivery import view_of
from abtui.tui.dialogs import plan_prose
from abtui.tui.dialogs.questions import ConfirmProduction
from abtui.tui.dialogs.sending import ConfirmLeaving, ConfirmMany, Connection, SendPlan
from abtui.tui.kit.action import Action
from abtui.tui.kit.panel import PanelTitle
from abtui.tui.screens.sent.delivery import DeliveryPanel
from abtui.tui.screens.sent.delivery import Progress as ProgressRows
from abtui.tui.screens.sent.history import HistoryPanel
from abtui.tui.screens.sent.paged_list import PagedList
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, event, until
from tests.tui.kit import KEY, notes, paste, ready, words, workbench


def written(tmp_path: Path, endpoint: str, *, environment: str = "staging", count: int = 6) -> tuple[Path, Path]:
    """A config for a collector, and events: most are taken, one makes no request, one is refused (its user's id is too long)."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.replace("https://acme.absmartly.io/v1", endpoint).replace("staging", environment))
    rows = [event(messageId=f"m{n}", userId=f"u{n}") for n in range(count - 2)]
    rows += [event(messageId="none", userId=...), event(messageId="bad", userId="x" * 700)]
    events = tmp_path / "events.jsonl"
    events.write_text("\n".join(rows))
    return config, events


def plan_of(pilot: Pilot[int]) -> str:
    return words(pilot.app.screen, "#plan")


async def opened(pilot: Pilot[int], kind: type[Any]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))


def delivery(screen: Workbench) -> str:
    """What the Sent screen shows of what is sent: its title, its rows and its note."""
    if not screen.query(ProgressRows):
        return ""
    panel = screen.query_one(DeliveryPanel)
    rows = [panel.query_one(PanelTitle).render_line(0), *map(panel.query_one(ProgressRows).render_line, range(3))]
    return "\n".join([*(row.text.strip() for row in rows), words(screen, "#delivery-note")])


async def ended(pilot: Pilot[int], screen: Workbench) -> None:
    await until(pilot, lambda: screen.state.delivery is not None and screen.state.delivery.state == "ended")


async def test_a_plan_is_sent_in_batches_and_its_receipts_are_in_the_list_and_in_the_history(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url)
        async with workbench(config, events) as (pilot, screen):
            state = screen.state
            state.corpus.marked.set_all(range(6), True)
            await pilot.press("S")
            await opened(pilot, SendPlan)
            assert "5 requests to settings; 1 event is not in them" in plan_of(pilot)
            assert "forecast     ◐ 4 are accepted, ✗ 1 is refused" in plan_of(pilot)
            assert "not in it    1 never leaves: no unit" in plan_of(pilot)
            assert KEY not in plan_of(pilot)
            await pilot.press("b")
            assert "1 request with 5 events to settings; 1 event is not in it" in plan_of(pilot)
            await pilot.press("enter")
            await ended(pilot, screen)
            assert dict(state.corpus.receipts) == {
                0: "accepted",
                1: "accepted",
                2: "accepted",
                3: "accepted",
                5: "refused",
            }
            assert state.screen == "sent"
            await until(pilot, lambda: "done" in delivery(screen))
            assert "1 request with 5 events to settings; 1 event is not in it" in delivery(screen)
            assert "5 of 5 events: ◐ 4 accepted, ✗ 1 refused" in delivery(screen)
            assert "640" in words(screen, "#answers")
            # Each voice by itself: the collector's and Segment's.
            assert "●━━━●━━━✗" in words(screen, "#answers")
            assert "The collector says 400: " in words(screen, "#answers")
            assert "Segment would show Success." in words(screen, "#answers")
            # The refused one alone is shown, and Enter goes to it.
            await pilot.press("right", "right")
            await until(pilot, lambda: state.corpus.shown == 1)
            await pilot.press("enter")
            assert (state.screen, state.filter_text) == ("events", "receipt:refused")
            state.event.select(5)
            kept = state.receipt.kept
            assert kept is not None
            assert kept.state == "refused"
            assert kept.receipt is not None
            assert (kept.receipt.status, kept.receipt.segment_shows) == (400, "Success")
            # What is edited keeps its receipt, which is told to be of an older payload.
            before = state.selection.text
            state.event.edit(before.replace("Order", "XOrder"))
            assert state.receipt.older
            state.event.edit(before)
            assert not state.receipt.older
        assert len(collector.state.received()["accepted"][0]["body"]["requests"]) == 4
    # Another session has it in its history, down to the event; the key is nowhere.
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("f9")
        await until(pilot, lambda: bool(screen.query(HistoryPanel)))
        panel = screen.query_one(HistoryPanel)
        runs = panel.query_one(PagedList)
        await until(pilot, lambda: runs.row(0) is not None and screen.focused is runs)
        assert "4 accepted, 1 refused" in text_of(runs)[:50], "in view at 80 columns, too"
        assert f"  {config.name}: marked: " in text_of(runs), "it is said which config it was of"
        await pilot.press("enter")
        await until(pilot, lambda: panel.level == "events" and runs.count == 5 and runs.row(0) is not None)
        await pilot.press("right", "right")
        await until(pilot, lambda: runs.count == 1 and runs.row(0) is not None)
        await pilot.press("enter")
        await until(pilot, lambda: panel.level == "event")
        told = words(screen, "#history-exchange")
        assert "X-API-Key: ****0123" in told
        assert "Segment says Success, the collector 400. Nobody is told." in told
        assert "xxxx" in told
        await pilot.press("backspace", "escape")
        await until(pilot, lambda: panel.level == "runs")
        assert screen.state.screen == "sent"
        await pilot.press("escape")
        assert screen.state.screen == "events"
    kept_bytes = b"".join(path.read_bytes() for path in journal_path().parent.iterdir())
    assert b"Order Completed" in kept_bytes
    assert KEY.encode() not in kept_bytes


def in_notes(screen: Workbench, text: str) -> bool:
    return text in notes(screen)


def text_of(rows: PagedList) -> str:
    row = rows.row(0)
    return "" if row is None else row.text


async def test_production_and_many_requests_are_asked_for(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url.replace("127.0.0.1", "localhost"), count=105)
        async with workbench(config, events, size=(80, 24)) as (pilot, screen):
            state = screen.state
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("b")
            assert "104 requests to settings" in plan_of(pilot)
            assert "need a second confirmation" in plan_of(pilot)
            assert pilot.app.screen.query_one("#send").region.bottom < 24, "what is to be pressed is in view"
            await pilot.click("#send")
            await opened(pilot, ConfirmMany)
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert not state.corpus.receipts, "no is where the focus is"
            # Nor is a plan sent that was made for another config.
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await until(pilot, lambda: "Send 104 events" in str(pilot.app.screen.query_one("#send").render()))
            state.config.apply(
                state.session.text.replace("http://localhost", "https://acme.absmartly.io").replace(
                    "staging", "production"
                )
            )
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert state.delivery is None
            assert "changed while you were asked" in notes(screen)
            # A target that looks like production: its environment's name has to be typed, whatever the number.
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("1")
            await until(pilot, lambda: "looks like production" in plan_of(pilot))
            await pilot.press("enter")
            await opened(pilot, ConfirmProduction)
            await pilot.press("enter")
            assert isinstance(pilot.app.screen, ConfirmProduction)
            assert "Type production to send" in words(pilot.app.screen, "#typed-note")
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert not state.corpus.receipts
            # A target that forbids it: there is no question to answer.
            state.config.apply(state.session.text + "targets: { settings: { allow: false } }\n")
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await until(pilot, lambda: "`allow: false`" in plan_of(pilot))
            assert not pilot.app.screen.query("#send, #rate"), "what may not be sent is not offered"
            await pilot.press("escape", "s")
            await until(pilot, lambda: "`allow: false`" in notes(screen))
            assert len(pilot.app.screen_stack) == 2, "no dialog"
            # No key is no mask: it is told what to set, wherever the target is shown.
            state.config.apply(state.session.text.split("targets:")[0].replace("${KEY}", "${NO_SUCH_KEY}"))
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await until(pilot, lambda: "no key: set NO_SUCH_KEY" in plan_of(pilot))
            assert "104 requests" in plan_of(pilot) or "with 104 events" in plan_of(pilot)
            assert "****" not in plan_of(pilot)
            assert not pilot.app.screen.query("#send, #rate")
            await pilot.press("enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            await pilot.press("s")
            await until(pilot, lambda: "no key: set NO_SUCH_KEY" in notes(screen))
            await pilot.press("h")
            await opened(pilot, Connection)
            await until(pilot, lambda: "no key: set NO_SUCH_KEY" in words(pilot.app.screen, "#checks"))
            assert "key none" in words(pilot.app.screen, "#asked")
            assert collector.state.counts["accepted"] == 0


async def test_a_run_is_paused_cancelled_and_stopped_by_faults(tmp_path: Path) -> None:
    fault = [Fault("slow", 0.4)]
    with LocalCollector(fault=lambda: fault[0]) as collector:
        config, events = written(tmp_path, collector.base_url, count=60)
        async with workbench(config, events) as (pilot, screen):
            state = screen.state
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("b", "enter")
            await until(pilot, lambda: len(state.corpus.receipts) > 2)
            assert screen.focused is screen.query_one(DeliveryPanel)
            await pilot.press("p")
            await until(pilot, lambda: "paused by you" in delivery(screen))
            assert "p resumes, c cancels" in delivery(screen)
            await pilot.press("p")
            await until(pilot, lambda: "p pauses, c cancels" in delivery(screen))
            await pilot.press("1", "S")
            await until(pilot, lambda: state.screen == "sent")
            assert pilot.app.screen is screen, "one run at a time"
            assert "A run is under way" in notes(screen)
            await pilot.press("q")
            await opened(pilot, ConfirmLeaving)
            await pilot.press("n")
            await pilot.press("c")
            await until(pilot, lambda: "cancelled" in delivery(screen))
            sent = len(state.corpus.receipts)
            assert 2 < sent < 59
            assert f"waiting {59 - sent}" in str(screen.query_one("#receipts").render_line(0).text)
            # One event by itself is tried once; what became of it without an answer is not known.
            for kind, said in ((Fault("401"), "Refused (401)"), (Fault("drop"), "closed the connection")):
                fault[0] = kind
                await pilot.press("escape", "s")
                await until(pilot, partial(in_notes, screen, said))
            assert state.corpus.receipts[0] == "unknown"
            assert state.receipt.kept is not None
            assert state.receipt.kept.state == "unknown"
            assert not state.receipt.sending
            assert "Segment would show Bad Request" in notes(screen)


async def test_the_connection_is_tested_and_an_unusable_journal_is_told_in_place(tmp_path: Path) -> None:
    with LocalCollector(key="another-key-012345") as collector:
        config, events = written(tmp_path, collector.base_url)
        async with workbench(config, events) as (pilot, screen):
            state = screen.state
            await pilot.press("h")
            await opened(pilot, Connection)
            await until(pilot, lambda: "Asking" not in words(pilot.app.screen, "#checks"))
            assert "✓ Is the collector there?" in words(pilot.app.screen, "#checks")
            assert "✗ Does it accept the key?" in words(pilot.app.screen, "#checks")
            assert "Check the target's `apiKey`" in words(pilot.app.screen, "#checks")
            await pilot.press("escape")
            # An address that cannot be asked is answered before the dialog has its widgets.
            state.config.apply(state.session.text.replace(collector.base_url, "http://[::1"))
            await pilot.press("h")
            assert isinstance(pilot.app.screen, Connection), "it is there for the very next key"
            await until(pilot, lambda: "Asking" not in words(pilot.app.screen, "#checks"))
            assert "http://[::1" in words(pilot.app.screen, "#asked")
            await pilot.press("escape")
            state.config.apply(config.read_text())
            journal_path().parent.mkdir(parents=True, exist_ok=True)
            journal_path().write_bytes(b"no database" * 1_000)
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("enter")
            await until(pilot, lambda: "nothing was sent" in delivery(screen))
            assert "Move the file away" in delivery(screen)
            await until(pilot, lambda: bool(screen.query("#history-problem.-shown")))
            assert "not a database" in words(screen, "#history-problem")
            await pilot.press("escape", "s")
            await until(pilot, lambda: "The journal" in state.receipt.problem)
            assert "Nothing was sent. The journal" in state.notice.text
            assert collector.state.counts["rejected"] == 0


async def test_without_anything_sent_there_is_one_sentence_and_one_action(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(60, 18)) as (pilot, screen):
        await pilot.press("7")
        await until(pilot, lambda: bool(screen.query(HistoryPanel)) and not screen.query_one(HistoryPanel).display)
        panel = screen.query_one(DeliveryPanel)
        assert panel.query_one(PanelTitle).render_line(0).text.strip("▸ ") == "Nothing was sent in this session."
        assert "S  Plan a send   3 of 4 events make a request" in panel.query_one(Action).render_line(0).text
        await until(pilot, lambda: screen.focused is panel)
        await pilot.press("enter")
        await opened(pilot, SendPlan)


async def test_the_demo_needs_nothing_and_sends() -> None:
    async with workbench() as (pilot, screen):
        state = screen.state
        await until(pilot, lambda: state.session.local_endpoint is not None)
        await pilot.press("s")
        await until(pilot, lambda: state.receipt.kept is not None)
        assert "The collector at local: Accepted (200)" in notes(screen)
        assert "Segment would show Success" in notes(screen)
        assert state.corpus.receipts[0] == "accepted"
        assert state.screen == "events"
        await pilot.press("7")
        await until(pilot, lambda: "1 of 1 events" in delivery(screen))
        await pilot.press("ctrl+t")
        assert state.session.target is not None
        assert state.session.target.name != "local"
        # A target chosen elsewhere, such as in the palette, is the same.
        assert state.choose_target("local")
        assert state.session.target.name == "local"


async def test_what_cannot_be_read_or_judged_is_not_sent(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url)
        async with workbench(config, events) as (pilot, screen):
            state = screen.state
            text = state.selection.text
            state.event.edit(text[1:])
            await pilot.press("ctrl+t")
            await until(pilot, lambda: state.session.local_endpoint is not None)
            assert state.selection.stale, "another target does not make it readable"
            await pilot.press("s")
            assert "There is no readable event to send." in notes(screen)
            state.event.edit(text)
            state.config.apply("settings: {environment: staging}")
            for key in ("s", "S"):
                await pilot.press(key)
                await until(pilot, lambda: "Sending is off. The config has errors" in notes(screen))
            state.config.apply(config.read_text())
            state.event.select(4)
            await pilot.press("s")
            assert "Nothing to send: it never leaves" in notes(screen)
            assert not state.corpus.receipts
            assert collector.state.counts["accepted"] == 0


async def test_sending_where_nobody_listens_tells_what_to_do(tmp_path: Path) -> None:
    config, events = written(tmp_path, "http://127.0.0.1:9/v1")
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("s")
        await until(
            pilot, lambda: "the connection was refused. Check host and port. `abtui collector`" in notes(screen)
        )
        assert screen.state.corpus.receipts[0] == "waiting", "it can be sent again"
        assert "Segment would show" not in screen.state.notice.text, "nobody has said anything"


async def test_production_wants_its_name_typed(tmp_path: Path) -> None:
    config, events = written(tmp_path, "https://acme.absmartly.io/v1", environment="production")
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("s")
        await opened(pilot, ConfirmProduction)
        dialog = pilot.app.screen
        assert dialog.query_one("#send", Button).disabled
        await pilot.press(*"prod", "enter")
        assert pilot.app.screen is dialog
        assert "Type production to send" in words(dialog, "#typed-note")
        await pilot.press("escape")
        assert not screen.state.receipt.sending
        assert not screen.state.corpus.receipts


async def test_each_event_has_its_own_receipt(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        state = screen.state
        await pilot.press("ctrl+t")
        await until(pilot, lambda: state.session.local_endpoint is not None)
        await pilot.press("s")
        await until(pilot, lambda: state.receipt.kept is not None)
        assert state.receipt.kept is not None
        assert (state.receipt.kept.state, state.receipt.kept.target) == ("accepted", "local")
        state.event.select(1)
        assert state.receipt.kept is None
        state.event.select(0)
        assert state.receipt.kept is not None


async def test_without_a_config_sending_is_off(events: Path) -> None:
    async with workbench(None, events) as (pilot, screen):
        for key in ("s", "S", "h", "ctrl+t"):
            said = notes(screen).count("Sending is off")
            await pilot.press(key)
            assert notes(screen).count("Sending is off. There is no config yet") == said + 1, key


async def test_nothing_is_sent_before_there_is_an_event(config: Path) -> None:
    async with workbench(config) as (pilot, screen):
        for reading, told in (("reading", "The events are still being read"), ("", "There is no readable event")):
            screen.state.reading = reading
            await pilot.press("s")
            assert told in notes(screen)
        await pilot.press("S")
        assert "There is nothing to send: no event." in notes(screen)


async def test_a_removed_event_takes_its_receipt_with_it(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url)
        async with workbench(config, events) as (pilot, screen):
            state = screen.state
            for name in ("First", "Second"):
                await paste(pilot, event(event=name, messageId=name))
                await until(pilot, lambda: state.selection.outcome is not None)
            await pilot.press("s")
            await until(pilot, lambda: state.receipt.kept is not None and not state.receipt.sending)
            state.event.select(6)
            assert state.receipt.kept is None
            await until(pilot, lambda: not [worker for worker in pilot.app.workers if worker.group == "delivery-0"])
            await pilot.press("delete")
            await until(pilot, lambda: len(state.corpus) == 7)
            assert dict(state.corpus.receipts) == {6: "accepted"}
            assert state.receipt.kept is not None, "the one after it moved up with its own"


async def test_a_collector_that_does_not_start_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: LocalCollector) -> str:
        raise CollectorError("No port is free.")

    monkeypatch.setattr(LocalCollector, "start", fail)
    async with workbench() as (pilot, screen):
        await until(pilot, lambda: "No port is free" in notes(screen))
        await pilot.press("s")
        await until(pilot, lambda: notes(screen).count("No port is free") == 2)
        await until(
            pilot, lambda: not any(worker.group == "sending" and worker.is_running for worker in pilot.app.workers)
        )
        assert not screen.state.receipt.sending
        assert screen.state.delivery is None


async def test_in_ascii_the_sent_screen_has_no_sign_of_unknown_width(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = written(tmp_path, collector.base_url)
        app = WorkbenchApp(str(config), [str(events)], env={"KEY": KEY}, ascii=True)
        async with app.run_test(size=(100, 30)) as pilot:
            screen = await ready(pilot)
            await pilot.press("S")
            await opened(pilot, SendPlan)
            await pilot.press("enter")
            await ended(pilot, screen)
            rows = screen.query_one(PagedList)
            await until(pilot, lambda: rows.row(0) is not None)
            drawn = delivery(screen) + words(screen, "#answers") + rows.render_line(0).text
            drawn += screen.query_one("#receipts").render_line(0).text
            assert "x 1 refused" in drawn
            assert drawn.isascii(), drawn


@pytest.mark.parametrize("size", [(60, 18), (80, 24)])
async def test_the_longest_plan_leaves_its_button_in_view_and_its_obstacle(
    size: tuple[int, int], tmp_path: Path
) -> None:
    config, events = written(tmp_path, "https://acme.absmartly.io/v1", environment="production", count=8)
    odd = [
        "no event",
        event(type="group", messageId="g"),
        event(type="alias", messageId="a"),
        event(type="page", name=...),
    ]
    events.write_text("\n".join([events.read_text(), *odd, event(integrations={"All": False}, messageId="i")]))
    async with workbench(config, events, size=size) as (pilot, _screen):
        await pilot.press("S")
        await opened(pilot, SendPlan)
        dialog = pilot.app.screen
        assert dialog.query_one("#send").region.bottom < size[1]
        assert dialog.query_one("#plan-note").region.bottom < size[1]
        lines = plan_of(pilot).splitlines()
        assert "looks like production" in " ".join(lines[1:3])


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
    progress = Progress(run=1, state="ended", accepted=accepted, ending=ending)
    view = view_of(make_plan(counts, target, "batch"), progress)
    assert (view.ending, view.counts["waiting"]) == (told, planned - accepted)


def test_what_is_no_event_is_counted_beside_the_plan() -> None:
    counted, none = PlanCounts(), PlanCounts()
    for counts in (counted, none):
        counts.add("send", "GOAL-MAPPED", 1)
    counted.add("unreadable", "", 1)
    counted.add("not-event", "", 2)
    target = Target(name="t", collector_endpoint="https://a.absmartly.io/v1", environment="x", api_key=Secret("k" * 20))
    assert "not in it    3 no events\n" in f"{plan_prose.plan_summary(make_plan(counted, target, 'single'), 60)}\n"
    assert make_plan(counted, target, "single").sentence == "1 request to t; 3 events are not in it"
    assert "not in it" not in str(plan_prose.plan_summary(make_plan(none, target, "single"), 60))
    assert "application (none)" in str(plan_prose.plan_summary(make_plan(none, target, "single"), 60))
    each = make_plan(none, target, "single", has_application=False)
    assert "application" not in str(plan_prose.plan_summary(each, 60)), "each mapping chooses its own"
    # What takes several lines stays beside its label.
    narrow = str(plan_prose.plan_summary(make_plan(counted, target, "single"), 40))
    assert all(len(line) <= 40 for line in narrow.split("\n")[1:])
    assert [line[:13].strip() for line in narrow.split("\n")[1:]].count("to") == 1
    assert make_plan(none, target, "single").sentence == "1 request to t"
