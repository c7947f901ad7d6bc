"""The Live screen: what SDKs post shows as it comes, in place, and is a corpus as any other."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Button, Input

from abtui.core.events import Stored
from abtui.services.drafts import drafts_folder
from abtui.services.errors import FileError
from abtui.services.listener.listener import Listener
from abtui.services.loopback import ports
from abtui.services.spool import Spool
from abtui.tui.app import WorkbenchApp
from abtui.tui.corpus import Corpus
from abtui.tui.dialogs.questions import RestoreDraft
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.spark import spread
from abtui.tui.live import SECONDS_SHOWN, Arrivals
from abtui.tui.messages import ListeningWanted
from abtui.tui.screens.live.arriving import Arriving
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, ENV, until
from tests.services.test_own_files import ended_pid
from tests.tui.kit import NOW, notes, ready
from tests.tui.screen_text import screen_text


@asynccontextmanager
async def listening(config: Path, *, size: tuple[int, int] = (120, 35)) -> AsyncIterator[tuple[Pilot[int], Workbench]]:
    """The workbench, once it listens."""
    app = WorkbenchApp(str(config), [], env=dict(ENV), now=NOW, port=0)
    async with app.run_test(size=size) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: screen.state.live is not None and screen.state.screen == "live")
        yield pilot, screen


def track(number: int, **fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Order Completed", "userId": "u-1", "messageId": f"m-{number}", "timestamp": NOW, **fields}  # fmt: skip


async def post(
    screen: Workbench, *events: dict[str, Any], path: str = "/v1/batch", sdk: str = "analytics-x/1.2"
) -> int:
    """Post a batch as an SDK does. The status of the answer."""
    assert screen.state.live is not None
    body = {"batch": list(events), "writeKey": "WK", "sentAt": NOW}
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"User-Agent": sdk}
        return (await client.post(screen.state.live.address + path, json=body, headers=headers)).status_code


async def came(pilot: Pilot[int], screen: Workbench, number: int) -> Arriving:
    """Wait until so many events came and are counted."""
    arrivals = screen.state.arrivals
    assert arrivals is not None
    await until(pilot, lambda: len(arrivals) == number and not arrivals.unknown)
    return screen.query_one(Arriving)


def shown(screen: Workbench) -> str:
    return " ".join(screen_text(screen.app).split())


async def test_what_is_posted_shows_with_its_dates_and_its_loss_is_added_up(config: Path, tmp_path: Path) -> None:
    async with listening(config) as (pilot, screen):
        view = screen.state.live
        assert view is not None
        assert f"Listening at {view.address}" in shown(screen)
        # Until something comes, the lines to paste are in view.
        assert f'analytics.host = "{view.address}"' in shown(screen)
        assert await post(screen, track(1), track(2, userId=None), track(3, event="Odd", userId=None)) == 200
        listed = await came(pilot, screen, 3)
        await until(pilot, lambda: "2 never leave" in shown(screen))
        text = shown(screen)
        assert "3 events" in text
        assert "2 Odd, Order Completed" in text or "2 Order Completed, Odd" in text
        assert "analytics-x 1.2 3 events" in text
        # The newest is the selected one, mapped with the date that Segment would have filled in.
        assert listed.cursor == 0
        assert screen.state.selection.source == "live #3"
        await pilot.press("end")
        await until(pilot, lambda: screen.state.selection.source == "live #1")
        request = screen.state.event.request
        assert request is not None
        assert request.body["goals"][0]["achievedAt"] == 1773738000000

        # The same once more is a retry, and a body that is none is told.
        assert await post(screen, track(1)) == 200
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{view.address}/v1/t", content=b'{"type": ')
        assert answer.status_code == 400
        await until(pilot, lambda: "1 sent again, shown once" in shown(screen) and "Refused" in shown(screen))
        assert [item.source for item in screen.state.corpus.items(0, 9)][:3] == ["live #1", "live #2", "live #3"]

        # All of it is kept as a file.
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.app.screen is not screen)
        target = tmp_path / "kept.jsonl"
        screen.app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: screen.app.screen is screen and target.exists())
        kept = [json.loads(line) for line in target.read_text().splitlines()[:3]]
        assert [event["messageId"] for event in kept] == ["m-1", "m-2", "m-3"]
        assert kept[0]["originalTimestamp"] == NOW
        assert screen.state.arrivals is not None
        assert not screen.state.arrivals.unkept


async def test_a_row_keeps_its_place_until_home_and_space_holds(config: Path) -> None:
    async with listening(config) as (pilot, screen):
        await post(screen, track(1), track(2), track(3))
        listed = await came(pilot, screen, 3)
        await until(pilot, lambda: listed.shown == 3)
        await pilot.press("down")
        await until(pilot, lambda: screen.state.selection.source == "live #2")
        await post(screen, track(4), track(5))
        await came(pilot, screen, 5)
        await until(pilot, lambda: "2 new, Home shows them" in shown(screen))
        assert (listed.cursor, listed.shown, screen.state.selection.source) == (1, 3, "live #2")
        await pilot.press("home")
        await until(pilot, lambda: screen.state.selection.source == "live #5")
        assert listed.shown == 5

        await pilot.press("space")
        await post(screen, track(6))
        await came(pilot, screen, 6)
        await until(pilot, lambda: "1 new, Home shows them" in shown(screen))
        assert screen.state.selection.source == "live #5"
        await pilot.press("space")
        await until(pilot, lambda: screen.state.selection.source == "live #6")

        # Enter opens the event among all others; there it is filtered and edited as any.
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen.state.screen == "events")
        assert screen.state.selection.source == "live #5"
        # Going back, what was selected is where it was.
        await pilot.press("6", "slash")
        await until(pilot, lambda: screen.state.screen == "events" and type(screen.focused).__name__ == "FilterInput")


async def test_as_time_passes_only_the_rows_that_were_new_are_drawn_again(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(config) as (pilot, screen):
        await post(screen, track(1), track(2), track(3))
        listed = await came(pilot, screen, 3)
        await until(pilot, lambda: listed.shown == 3)
        assert screen.state.arrivals is not None
        for at, age in enumerate((60, -60, -60)):
            screen.state.arrivals.times[at] = time.time() - age
        listed.fade()
        drawn: list[tuple[int, int]] = []
        monkeypatch.setattr(listed, "redraw_rows", lambda first, last: drawn.append((first, last)))
        listed.fade()
        assert drawn == [(0, 1)]


async def test_the_config_is_changed_and_what_came_is_counted_again(config: Path) -> None:
    async with listening(config) as (pilot, screen):
        await post(screen, track(1, userId=None, anonymousId=None), track(2))
        await came(pilot, screen, 2)
        assert screen.state.arrivals is not None
        assert screen.state.arrivals.counts["never-leaves"] == 1
        screen.state.config.apply(CONFIG.replace("Order Completed: purchase", "Order Completed: bought"))
        await came(pilot, screen, 2)
        await until(pilot, lambda: "bought" in shown(screen))
        assert screen.state.arrivals.counts["never-leaves"] == 1


async def test_listening_is_ended_and_begun_again(config: Path) -> None:
    async with listening(config) as (pilot, screen):
        assert screen.state.live is not None
        await post(screen, track(1))
        await came(pilot, screen, 1)
        first = screen.state.live.address
        await pilot.press("Y")
        assert first in screen.app.clipboard
        await pilot.press("x")
        await until(pilot, lambda: screen.state.live is not None and bool(screen.state.live.ended))
        assert "Stopped listening" in shown(screen)
        async with httpx.AsyncClient(trust_env=False) as client:
            await until(pilot, lambda: not listeners())
            with pytest.raises(httpx.ConnectError):
                await client.get(first)
        # What came is still there, and further events have numbers of their own.
        await pilot.press("x")
        await until(pilot, lambda: screen.state.live is not None and not screen.state.live.ended)
        await post(screen, track(2))
        await came(pilot, screen, 2)
        assert [item.source for item in screen.state.corpus.items(0, 2)] == ["live #1", "live #2"]


async def test_an_end_waits_for_open_requests_and_the_next_begin_for_the_end(config: Path) -> None:
    app = WorkbenchApp(str(config), [], env=dict(ENV), now=NOW, port=free_port())
    async with app.run_test(size=(120, 35)) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: screen.state.live is not None)
        address = urlsplit(screen.state.live.address if screen.state.live else "")
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        body = json.dumps(track(1)).encode()
        head = f"POST /v1/t HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[:9])
        await writer.drain()
        await post(screen, track(2))
        await came(pilot, screen, 1)
        # Both at once, and the second again, as by a key that is held.
        for on in (False, True, True):
            screen.post_message(ListeningWanted(on=on))
        await until(pilot, lambda: bool(notes(screen).count("x listens again")))
        writer.write(body[9:])
        assert b" 200 OK" in await reader.read()
        writer.close()
        await until(pilot, lambda: screen.state.live is not None and not screen.state.live.ended)
        await post(screen, track(3))
        await came(pilot, screen, 3)
        assert [item.source for item in screen.state.corpus.items(0, 3)] == ["live #1", "live #2", "live #3"]
        assert len(listeners()) == 1
        assert "in use" not in notes(screen)


@pytest.mark.parametrize("size", [(120, 35), (80, 24), (60, 18)])
async def test_listening_begins_in_view_and_the_list_has_the_keys(
    config: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(ports, "LISTENER", 0)
    app = WorkbenchApp(str(config), [], env=dict(ENV), now=NOW)
    async with app.run_test(size=size) as pilot:
        screen = await ready(pilot)
        await pilot.press("6")
        await until(pilot, lambda: "each event shows here as it comes." in shown(screen))
        assert "Enter listen Esc back" in shown(screen)
        await pilot.press("enter")
        await until(pilot, lambda: "Nothing came yet. Y copies these lines:" in shown(screen))
        assert "Nothing is sent on. SDKs are answered 200, as by Segment." in notes(screen)
        await post(screen, track(1), track(2))
        listed = await came(pilot, screen, 2)
        await until(pilot, lambda: listed.shown == 2)
        await pilot.press("down")
        await until(pilot, lambda: screen.state.selection.source == "live #1")


async def test_what_has_no_room_waits_for_it(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(config) as (pilot, screen):

        def refuse(_spool: Spool, _data: bytes) -> int:
            raise FileError("The temporary file is full.", "Make room.")

        with monkeypatch.context() as patch:
            patch.setattr(Spool, "write", refuse)
            assert await post(screen, track(1), track(2)) == 200
            await until(pilot, lambda: "Events that came wait. The temporary file is full. Make room." in notes(screen))
        await came(pilot, screen, 2)
        assert [item.source for item in screen.state.corpus.items(0, 3)] == ["live #1", "live #2"]
        await until(pilot, lambda: "all events that came are here" in notes(screen))


async def test_quitting_asks_about_what_came_and_is_in_no_file(config: Path) -> None:
    async with listening(config) as (pilot, screen):
        await post(screen, track(1), track(2))
        await came(pilot, screen, 2)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "2 events that came in" in shown(screen))
        await pilot.press("escape")
        await until(pilot, lambda: screen.app.screen is screen)
        assert len(screen.state.corpus) == 2


async def test_what_came_is_offered_again_when_the_workbench_was_ended(config: Path) -> None:
    async with listening(config) as (pilot, screen):
        await post(screen, track(1), track(2))
        await came(pilot, screen, 2)
        screen.app.exit(128 + signal.SIGHUP)
        await until(pilot, lambda: not screen.app.is_running)
    [draft] = drafts_folder().glob("*.json")
    draft.rename(draft.with_name(f"draft-{ended_pid()}-00.json"))
    app = WorkbenchApp(str(config), [], env=dict(ENV), now=NOW)
    async with app.run_test(size=(120, 35)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, RestoreDraft))
        app.screen.query_one("#restore", Button).press()
        await until(pilot, lambda: isinstance(app.screen, Workbench) and len(app.screen.state.corpus) == 2)
        assert isinstance(app.screen, Workbench)
        texts = [json.loads(item.text) for item in app.screen.state.corpus.items(0, 2)]
        assert [event["messageId"] for event in texts] == ["m-1", "m-2"]


async def test_a_port_in_use_is_told_and_the_config_is_open(config: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        app = WorkbenchApp(str(config), [], env=dict(ENV), now=NOW, port=port)
        async with app.run_test(size=(120, 35)) as pilot:
            screen = await ready(pilot)
            await until(pilot, lambda: f"Port {port} is in use" in notes(screen))
            assert screen.state.live is None


async def test_a_listener_that_is_started_when_the_workbench_has_ended_is_stopped(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting, ended, stopped = threading.Event(), threading.Event(), threading.Event()
    start, stop = Listener.start, Listener.stop

    def late(listener: Listener) -> str:
        starting.set()
        ended.wait()
        return start(listener)

    def told(listener: Listener) -> None:
        stop(listener)
        stopped.set()

    monkeypatch.setattr(Listener, "start", late)
    monkeypatch.setattr(Listener, "stop", told)
    app = WorkbenchApp(str(config), [], env=dict(ENV), now=NOW, port=0)
    try:
        async with app.run_test(size=(120, 35)) as pilot:
            await ready(pilot)
            await until(pilot, starting.is_set)
    finally:
        ended.set()
    assert await asyncio.to_thread(stopped.wait, 60)
    assert not listeners()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def listeners() -> list[str]:
    """The threads of listeners that run."""
    return [thread.name for thread in threading.enumerate() if thread.name == "abtui-listener"]


# The numbers, without a screen


def a_row(fate: str, name: str, lost: str = "") -> EventRow:
    return EventRow("track", name, "send", fate=fate, lost=lost)  # type: ignore[arg-type]


def counted(rows: list[EventRow], times: list[float]) -> Arrivals:
    """Arrivals whose rows are these."""
    corpus, arrivals = Corpus(), Arrivals()
    corpus.add([Stored(f"live #{at}", "{}") for at in range(len(rows))])
    arrivals.add(0, times)
    corpus.place(0, 0, rows, {})
    while arrivals.count(corpus):
        pass
    return arrivals


def test_causes_are_told_apart_by_what_helps() -> None:
    rows = [
        a_row("never-leaves", "Home", "no id"),
        a_row("never-leaves", "Cart", "no id"),
        a_row("ignored", "order_completed", "no such goal"),
        a_row("ignored", "Order completed", "no such goal"),
        a_row("ignored", "Order completed", "no such goal"),
        a_row("arrives", "Order Completed"),
    ]
    arrivals = counted(rows, [float(at) for at in range(6)])
    # What the console ignores is a name each, as each is mended by itself.
    assert [(loss.cause.fate, loss.number, loss.names) for loss in arrivals.most_lost(9)] == [
        ("never-leaves", 2, ("Home", "Cart")),
        ("ignored", 2, ("Order completed",)),
        ("ignored", 1, ("order_completed",)),
    ]
    assert dict(arrivals.counts) == {"never-leaves": 2, "ignored": 3, "arrives": 1}
    assert sum(arrivals.per_second(5)) == 6
    assert sum(arrivals.per_second(5, lost=True)) == 5
    arrivals.count_again()
    assert arrivals.unknown == 6
    assert not arrivals.causes


def test_the_causes_and_the_seconds_that_are_kept_are_bounded() -> None:
    rows = [a_row("ignored", f"n{at}", "no such goal") for at in range(1_200)]
    arrivals = counted(rows, [float(at) for at in range(1_200)])
    assert len(arrivals.causes) == 1_000
    assert arrivals.others == 200
    assert arrivals.counts["ignored"] == 1_200
    assert arrivals.per_second(1_199) == [1] * SECONDS_SHOWN


@given(st.lists(st.integers(0, 9), max_size=300), st.integers(1, 300))
def test_a_line_loses_no_event(counts: list[int], cells: int) -> None:
    assert sum(spread(counts, cells)) == sum(counts)
    assert len(spread(counts, cells)) == min(len(counts), cells)


@given(st.lists(st.integers(0, 30), max_size=12))
def test_removed_events_leave_the_others_in_their_places(removals: list[int]) -> None:
    names = [f"e{at}" for at in range(40)]
    # Every second event came from an SDK.
    arrivals, live = Arrivals(), names[1::2]
    for at in range(1, 40, 2):
        arrivals.add(at, [float(at)])
    for index in removals:
        if index < len(names):
            arrivals.removed(index)
            removed = names.pop(index)
            live = [name for name in live if name != removed]
    assert [names[index] for index in arrivals.indexes] == live
    assert len(arrivals.times) == len(live)
