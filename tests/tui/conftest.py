"""Files for the workbench, and a pilot that waits after each key until the app has nothing to do, however busy the machine is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.worker import Worker, WorkerState

from tests.kit import CONFIG, event
from tests.tui.events_kit import BAD

_SOON_SECONDS = 0.04
"""A timer that is due so soon belongs to what is being done; those that wait longer wait for the person."""
_LONGEST_SECONDS = 1.0
"""What goes on for longer is waited for by name (`tests.kit.until`)."""
_TURNS = 3


@pytest.fixture(scope="session", autouse=True)
def _idle() -> Iterator[None]:
    """Textual takes a process for idle that used little of the processor for 20 ms: so does one that got none, and one that is done waits for nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", nothing_to_do)
        patch.setattr("textual.pilot.wait_for_idle", nothing_to_do)
        yield


async def nothing_to_do(min_sleep: float = 0.0, max_sleep: float = _LONGEST_SECONDS) -> None:
    """Wait until no callback is ready, no timer is about to be, and no thread of a worker is at work."""
    loop = asyncio.get_running_loop()
    end = time.monotonic() + max_sleep
    calm = 0
    while calm < _TURNS:
        await asyncio.sleep(0)
        calm = 0 if loop._ready else calm + 1  # type: ignore[attr-defined]
        if calm == _TURNS and time.monotonic() < end and (_due_soon(loop) or _threads_at_work()):
            await asyncio.sleep(0.002)
            calm = 0


def _due_soon(loop: asyncio.AbstractEventLoop) -> bool:
    soon = loop.time() + _SOON_SECONDS
    return any(not handle.cancelled() and handle.when() <= soon for handle in loop._scheduled)  # type: ignore[attr-defined]


def _threads_at_work() -> bool:
    return any(_is_thread(worker) for app in _running() for worker in app.workers)


def _is_thread(worker: Worker[object]) -> bool:
    # A delivery takes as long as the collector does.
    beside = worker.group.startswith(("delivery", "receipt"))
    return worker._thread_worker and not beside and worker.state in (WorkerState.PENDING, WorkerState.RUNNING)


def _running() -> list[App[object]]:
    from textual._context import active_app

    try:
        return [active_app.get()]
    except LookupError:
        return []


@pytest.fixture(scope="session", autouse=True)
def _parsed_once() -> Iterator[None]:
    """Each app has the same style sheets: one process parses them once."""
    parse, known = Stylesheet._parse_rules, dict[object, list[RuleSet]]()

    def rules(sheet: Stylesheet, css: str, read_from: tuple[str, str], *rest: object, **more: object) -> list[RuleSet]:
        key = (css, read_from, rest, *more.items(), *sheet._variables.items())
        if key not in known:
            known[key] = parse(sheet, css, read_from, *rest, **more)  # type: ignore[arg-type]
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", rules)
        yield


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    rows = [
        event(),
        event(event="Signed Up", messageId="m2"),
        event(type="page", name="Home", messageId="m3"),
        event(userId=..., messageId="m4"),
    ]
    path.write_text("\n".join(rows))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "config.yaml").write_text(BAD)
    rows = [event(type="page", name="Home", messageId="p"), event(), event(type="page", name=7, messageId="q")]
    (tmp_path / "events.jsonl").write_text("\n".join(rows))
    return tmp_path / "config.yaml", tmp_path / "events.jsonl"
