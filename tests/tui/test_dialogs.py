"""The dialogs on a small terminal: what is to be pressed is in view, and the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.screen import ModalScreen
from textual.widgets import Button

from abtui.core.config import Target
from abtui.core.delivery.plan import PlanCounts, make_plan
from abtui.core.text.secret import Secret
from abtui.tui.app import WorkbenchApp
from abtui.tui.dialogs.comparing import CompareWith
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.dialogs.questions import ConfirmKey, ConfirmProduction, ConfirmQuit, RestoreDraft
from abtui.tui.dialogs.sending import ConfirmLeaving, ConfirmMany
from abtui.tui.themes import CYCLE
from tests.tui.kit import ready

TARGET = Target(
    name="production",
    collector_endpoint="https://acme.absmartly.io/v1",
    environment="production",
    api_key=Secret("k" * 20),
)


def many() -> ConfirmMany:
    counts = PlanCounts()
    counts.add("send", "TRACK", 1_000)
    return ConfirmMany(make_plan(counts, TARGET, "single"))


DIALOGS: dict[str, Callable[[], ModalScreen[Any]]] = {
    "production": lambda: ConfirmProduction(TARGET, "1,000 events"),
    "key": lambda: ConfirmKey("API Key", "****0123", removed=True),
    "quit": lambda: ConfirmQuit(["config.yaml has changes", "3 edited events"]),
    "draft": lambda: RestoreDraft("2026-01-31 12:31", ["config.yaml", "2 events"]),
    "drafts": lambda: RestoreDraft("12:31", ["the config"], older=[("12:30", ["the config"])] * 9),
    "many": many,
    "leaving": ConfirmLeaving,
    "open": lambda: PickPath("open", "Open files or folders of events, or a config"),
    "compare": lambda: CompareWith("git:HEAD:config.yaml", "There is no such file.", own="config.yaml"),
}


@pytest.mark.parametrize("theme", [CYCLE[0], CYCLE[-1]])
async def test_at_60_columns_and_18_rows_every_button_of_every_dialog_is_in_view(theme: str) -> None:
    app = WorkbenchApp(None, [], env={})
    async with app.run_test(size=(60, 18)) as pilot:
        await ready(pilot)
        app.theme = theme
        for name, make in DIALOGS.items():
            dialog = make()
            app.push_screen(dialog)
            await pilot.pause()
            box = dialog.query_one(".dialog").region
            assert (box.x >= 0, box.right <= 60, box.y >= 0, box.bottom <= 18) == (True,) * 4, name
            for button in dialog.query(Button):
                assert box.contains_region(button.region), (name, button.id)
                assert button.region.height == 1, (name, button.id)
            assert dialog.focused is not None, name
            await pilot.press("escape")
            assert app.screen is not dialog, name
