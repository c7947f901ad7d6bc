"""The workbench with a destination whose events make several requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from abtui.core.corpus.query import Query
from abtui.core.delivery.plan import Plan
from abtui.tui.app import WorkbenchApp
from abtui.tui.planning import Planner
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.toy import registered
from tests.toy_forks import FORKS
from tests.tui.screen_text import screen_text

CONFIG = """destination: forks
settings: { collectorEndpoint: "https://forks.example/v1", environment: staging, apiKey: "${KEY}" }
routes:
- { name: First, when: track, goal: one }
- { name: Second, when: track, goal: two }
- { name: Aimless, when: group }
"""
EVENTS = [
    {"type": "track", "event": "Order", "userId": "u1", "messageId": "m1", "properties": {"n": 1}},
    {"type": "page", "name": "Home", "userId": "u2", "messageId": "m2", "properties": {"n": 2}},
]


@pytest.fixture(autouse=True)
def _forks() -> Iterator[None]:
    with registered(FORKS):
        yield


async def _shown(pilot: Pilot[int], app: WorkbenchApp, text: str) -> None:
    await until(pilot, lambda: isinstance(app.screen, Workbench))
    await until(pilot, lambda: text in screen_text(app))


async def test_every_screen_opens_and_the_filter_and_the_plan_count_requests(tmp_path: Path) -> None:
    config, events = tmp_path / "config.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG)
    events.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    app = WorkbenchApp(str(config), [str(events)], env={"KEY": "k" * 20}, now="2026-01-31T09:15:00.000Z")
    async with app.run_test(size=(140, 40)) as pilot:
        await _shown(pilot, app, "Order")
        screen = app.screen
        assert isinstance(screen, Workbench)
        state = screen.state
        await until(pilot, lambda: state.corpus.shapes.counts["never-leaves"] == 1)
        for name in ("goal", "config", "impact", "sent", "events"):
            state.show(name)
            await pilot.pause()
        state.corpus.set_filter(Query("mapping:second"))
        state.tell("filter")
        await until(pilot, lambda: list(state.corpus.shown_indexes()) == [0])
        # The first goal of the event, and that of its second request.
        for goal, shown in (("one", [0]), ("two", [0]), ("three", [])):
            state.corpus.set_filter(Query(f"goal:{goal}"))
            state.tell("filter")
            await until(pilot, lambda shown=shown: list(state.corpus.shown_indexes()) == shown)
        mapper, target = state.session.mapper, state.session.target
        assert mapper is not None
        assert target is not None
        planner = Planner(state.corpus, mapper, None)
        assert planner.more("all", lambda: False)
        plan: Plan = planner.plan("all", "batch", target)
        assert (plan.requests, plan.sending, plan.events, plan.mode) == (2, 1, 2, "single")
