"""The screens of a destination whose events go several ways: the journey forks, one mapping is looked at, and mappings are changed."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.widgets import Button

from abtui.core.delivery.runs import EventReceipt
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from abtui.tui.delivery import SelectedReceipt
from abtui.tui.dialogs.sending import Connection, SendPlan
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.event_list import EventList
from abtui.tui.kit.forks import ForksView
from abtui.tui.screens.config.form_lines import Stop
from abtui.tui.screens.events.answer import Answer
from abtui.tui.work.delivering import DeliveryReport
from abtui.tui.work.receipts import Receipts
from tests.kit import until
from tests.tui.events_kit import payload_view, plate, result, said, title
from tests.tui.kit import notes, of_config, words, workbench
from tests.tui.screen_text import screen_text

CONFIG = """destination: actions
settings: { collectorEndpoint: "https://acme.absmartly.io/v1", apiKey: "${KEY}", environment: staging }
mappings:
  - name: Purchases
    subscribe: type = "track" and event = "Order Completed"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: purchase, properties: { "@path": $.properties } }
  - name: By currency
    subscribe: event = "Order Completed" or event = "Order Refunded"
    partnerAction: trackGoal
    mapping:
      units: { user_id: { "@path": $.userId } }
      name: { "@template": "order {{ properties.currency }}" }
      properties: { total: { "@path": $.properties.total } }
  - name: Pages
    subscribe: type = "page"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: { "@path": $.name }, properties: { "@path": $.properties } }
  - name: Searches
    enabled: false
    subscribe: event = "Products Searched"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: search, properties: { "@path": $.properties } }
  - name: Exposures
    subscribe: event = "Experiment Viewed"
    partnerAction: trackExposure
    mapping: { exposure: { "@path": $.properties.exposure } }
catalog: { goals: [purchase, search, signed_up], units: [user_id], environments: [staging] }
"""
EVENTS = [
    {"type": "track", "event": "Order Completed", "properties": {"currency": "NOK", "total": 5}},
    {"type": "track", "event": "Products Searched", "properties": {}},
    {"type": "track", "event": "Signed Up", "properties": {}},
    {"type": "track", "event": "Experiment Viewed", "properties": {}},
]
LOOKS = {
    (60, 18): ["Purchases", "By currency", "3 more are not for it", "+1"],
    (80, 24): ["Purchases", "By currency", "no such goal", "3 more are not for it"],
    (120, 35): ["By currency → order NOK", "no such goal", "2 requests", "Searches", "2 more are not for it"],
    (200, 50): ["it has no goal “order NOK”", 'Pages        wants type "page"', "the mapping is switched off"],
}


def files(folder: Path) -> tuple[Path, Path]:
    (folder / "config.yaml").write_text(CONFIG)
    rows = [
        {"userId": "u1", "timestamp": "2026-03-17T09:00:00Z", "messageId": f"m{at}"} | event
        for at, event in enumerate(EVENTS)
    ]
    (folder / "events.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "config.yaml", folder / "events.jsonl"


async def test_the_journey_forks_and_one_mapping_is_looked_at(tmp_path: Path) -> None:
    async with workbench(*files(tmp_path), size=(120, 35)) as (pilot, screen):
        app, state = pilot.app, screen.state
        for size, expected in LOOKS.items():
            await pilot.resize_terminal(*size)
            await pilot.pause()
            shown = screen_text(app)
            assert [text for text in expected if text not in shown] == [], (size, shown)
        await pilot.resize_terminal(120, 35)
        await pilot.pause()
        # The mapping that the fate is from is looked at first.
        assert plate(screen).startswith("○ IGNORED")
        assert "] looks at the next mapping" in screen_text(app)
        assert title(result(screen)).startswith("Payload 2 of 2  By currency")
        assert '"name": "order NOK"' in payload_view(screen).text
        assert [(thread.through, thread.payload) for thread in screen.query_one(Answer).threads if thread.culprit] == [
            ("line 13", "name")
        ]
        await pilot.press("right_square_bracket")
        assert title(result(screen)).startswith("Payload 1 of 2  Purchases")
        assert '"name": "purchase"' in payload_view(screen).text
        assert not any(thread.culprit for thread in screen.query_one(Answer).threads)
        assert state.event.request is not None
        assert state.event.request.body["goals"][0]["name"] == "purchase"
        await pilot.click(ForksView, offset=(12, 2))
        assert title(result(screen)).startswith("Payload 2 of 2  By currency")
        assert "▸By currency" in screen_text(app)
        await pilot.press("left_square_bracket", "w")
        assert said(screen).startswith("▸ Purchases"), "the chosen one comes first"
        assert "Searches" in said(screen)
        assert "By currency → order NOK" in said(screen)
        await pilot.press("w")
        await pilot.click(ForksView, offset=(12, 4))
        assert result(screen).mode == "steps", "the line that counts the others shows every step"
        # Another event has no chosen mapping.
        await pilot.press("w", "down")
        assert state.selection.mapping == ""
        assert "no mapping is for it" in plate(screen)
        thread = screen.query_one(Answer).threads[0]
        assert (thread.event, thread.through, thread.payload) == ("event", "unmapped", "nothing is sent")
        await pilot.press("down", "down")
        assert plate(screen).startswith("▲ FAILS")
        assert all(thread.event for thread in screen.query_one(Answer).threads)
        await pilot.press("right_square_bracket")
        assert title(result(screen)).startswith("Payload  Purchases")


async def test_mappings_are_switched_on_added_and_changed_and_one_key_undoes_it(tmp_path: Path) -> None:
    async with workbench(*files(tmp_path), size=(120, 35)) as (pilot, screen):
        app, state = pilot.app, screen.state
        text = state.session.text

        async def offered(title: str, result: str) -> None:
            await until(
                pilot,
                lambda: state.remedy is not None and state.remedy.title == title and result in state.remedy.result,
            )

        await pilot.press("down")
        await offered("Switch on Searches", "then 1 of 4 arrives")
        await pilot.press("enter")
        assert state.session.text == text.replace("enabled: false", "enabled: true")
        await pilot.press("u")
        assert state.session.text == text
        await pilot.press("down")
        await offered("Map it to signed_up", "then 1 of 4 arrives")
        await pilot.press("enter")
        assert "name: signed_up" in state.session.text
        assert state.selection.outcome is not None
        assert state.selection.outcome.fate == "arrives"
        await pilot.press("u")
        assert state.session.text == text
        # The goal of the mapping that is looked at.
        await pilot.press("home", "right_square_bracket", "m")
        await until(pilot, lambda: "It is sent by the mapping `Purchases`" in screen_text(app))
        await pilot.press("end", *"ed", "enter")
        await until(pilot, lambda: "name: purchaseed" in state.session.text)
        assert "mappings[0].mapping.name: purchaseed" in notes(screen)
        await pilot.press("u")
        assert state.session.text == text
        assert screen.query_one(EventList).cursor == 0
        # The goal of the second request of an event is found, with the mapping that sends it.
        await pilot.press("2", "g", "ctrl+u", *"order NOK", "enter")
        await until(pilot, lambda: "1 event was meant for it" in screen_text(app))
        assert "By currency: the console has no" in screen_text(app)
        assert "Order Completed, Purchases an" in screen_text(app)


async def test_the_form_has_a_group_for_each_mapping_and_the_lenses_count_its_events(tmp_path: Path) -> None:
    async with workbench(*files(tmp_path), size=(120, 50)) as (pilot, screen):
        app, state = pilot.app, screen.state
        await pilot.press("3")
        await until(pilot, lambda: "1 event" in screen_text(app))
        rows = screen_text(app).splitlines()
        assert "1 event" in next(row for row in rows if "name: Purchases" in row)
        assert "no event" in next(row for row in rows if "name: Pages" in row)
        assert "switched off" in next(row for row in rows if "name: Searches" in row)
        await pilot.press("ctrl+g", *["tab"] * 2)
        form = of_config(screen).form
        form.go(Stop("mappings.0.mapping.name", "value"))
        await pilot.press("ctrl+u", *"sig")
        popup = of_config(screen).query_one(CompletionList)
        assert [item.label for item in popup.candidates] == ["signed_up"]
        await pilot.press("tab")
        assert "name: signed_up, properties" in state.session.text
        form.go(Stop("mappings.0.subscribe", "value"))
        await pilot.press(*' or event = "Sig')
        assert [item.label for item in popup.candidates] == ['"Signed Up"']
        await pilot.press("tab")
        assert (
            """subscribe: 'type = "track" and event = "Order Completed" or event = "Signed Up"'""" in state.session.text
        )
        shown = screen_text(app)
        assert [
            label for label in ("Purchases", "Events", "Action", "Units", "$.userId", "Goal Name") if label not in shown
        ] == []
        for size in ((60, 18), (80, 24), (200, 50)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "Events" in screen_text(app)


async def test_a_mapping_is_added_and_removed_in_the_form_and_undone(tmp_path: Path) -> None:
    async with workbench(*files(tmp_path), size=(120, 35)) as (pilot, screen):
        state, form = screen.state, of_config(screen).form
        text = state.session.text
        await pilot.press("3")
        state.config.show_form(True)
        form.focus()
        await pilot.pause()
        form.go(Stop("mappings", "new"))
        await pilot.press("enter")
        assert state.session.text.startswith(text.partition("catalog:")[0])
        assert "  - name: New mapping\n    enabled: false\n" in state.session.text
        # The cursor is in its name.
        assert form.cursor == Stop("mappings.5.name", "value")
        await pilot.press("end", *" A")
        assert "  - name: New mapping A\n" in state.session.text
        await pilot.press("ctrl+z", "ctrl+z")
        assert state.session.text == text
        form.go(Stop("mappings.1.name", "remove"))
        await pilot.press("enter")
        assert state.session.text == text.replace(
            text[text.index("  - name: By currency") : text.index("  - name: Pages")], ""
        )
        await pilot.press("ctrl+z")
        assert state.session.text == text
        # With the mouse, too.
        await pilot.pause()
        heading = next(at for at, box in form._stops if box.stop == Stop("mappings.0.name", "remove"))
        form.scroll_to(y=0, animate=False)
        await pilot.pause()
        await pilot.click(form, offset=(16, heading))
        assert "name: Purchases" not in state.session.text
        await pilot.press("ctrl+z")
        assert state.session.text == text


async def test_the_fields_of_a_mapping_have_the_room_of_the_lenses(tmp_path: Path) -> None:
    async with workbench(*files(tmp_path), size=(80, 40)) as (pilot, screen):
        form = of_config(screen).form
        await pilot.press("3")
        screen.state.config.show_form(True)
        form.focus()
        await until(pilot, lambda: "event = " in screen_text(pilot.app))
        form.go(Stop("mappings.1.mapping.name", "value"))
        await pilot.pause()
        shown = screen_text(pilot.app)
        assert 'event = "Order Completed" or event = "Order' in shown
        assert '{"@template": "order {{ properties.currency }}"}' in shown


async def test_the_settings_are_tested_as_segment_does_and_told_in_its_words(tmp_path: Path) -> None:
    with LocalCollector(key="another-key-012345") as collector:
        config, events = files(tmp_path)
        config.write_text(CONFIG.replace("https://acme.absmartly.io/v1", collector.base_url))
        async with workbench(config, events) as (pilot, _screen):
            await pilot.press("h")
            await until(pilot, lambda: isinstance(pilot.app.screen, Connection))
            await until(pilot, lambda: "Credentials are invalid: 401" in words(pilot.app.screen, "#checks"))


async def test_each_request_has_its_own_receipt_and_requests_are_called_so(tmp_path: Path) -> None:
    with LocalCollector() as collector:
        config, events = files(tmp_path)
        # A unit's id that long is refused.
        text = CONFIG.replace("https://acme.absmartly.io/v1", collector.base_url)
        config.write_text(
            text.replace('user_id: { "@path": $.userId } }\n      name: {', f"user_id: {'x' * 700} }}\n      name: {{")
        )
        async with workbench(config, events, size=(120, 35)) as (pilot, screen):
            state = screen.state
            await pilot.press("S")
            await until(pilot, lambda: isinstance(pilot.app.screen, SendPlan))
            assert "2 requests to settings; 3 events are not in them" in words(pilot.app.screen, "#plan")
            assert str(pilot.app.screen.query_one("#send", Button).label) == "Send 2 requests"
            await pilot.press("enter")
            await until(pilot, lambda: state.delivery is not None and state.delivery.state == "ended")
            await until(pilot, lambda: "2 of 2 requests" in screen_text(pilot.app))
            assert dict(state.corpus.receipts) == {0: "refused"}
            state.show("events")
            await pilot.pause()
            seen = {}
            for mapping in ("Purchases", "By currency"):
                state.event.look_at(mapping)
                kept = state.receipt.kept
                assert kept is not None
                seen[mapping] = (kept.mapping, kept.state, kept.receipt.status if kept.receipt else None)
            assert seen == {"Purchases": ("Purchases", "accepted", 200), "By currency": ("By currency", "refused", 400)}
            assert not state.receipt.older
            # The journal has each of them, too, and of the event the gravest.
            history = History()
            run = history.runs(0, 1)[0].id
            assert [getattr(history.of_item([run], 0, name), "state", None) for name in (*seen, "", "none")] == [
                "accepted",
                "refused",
                "refused",
                None,
            ]


async def test_what_was_read_of_the_journal_replaces_no_newer_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    began = EventReceipt(target="t", state="unknown", digest=b"", receipt=None)
    answered = EventReceipt(target="t", state="refused", digest=b"", receipt=None, body="{}")
    monkeypatch.setattr(History, "of_item", lambda *_item: began)
    reads: list[Coroutine[None, None, None]] = []
    state = SimpleNamespace(
        selection=SimpleNamespace(index=0, part=None),
        corpus=SimpleNamespace(receipts={0: "unknown"}, filter=SimpleNamespace(terms=())),
        receipt=SelectedReceipt(),
        tell=lambda _topic: None,
    )
    owner = SimpleNamespace(run_worker=lambda work, **_how: reads.append(work))
    receipts = Receipts(state, owner, lambda: False)  # type: ignore[arg-type]
    receipts.show()
    receipts.add(DeliveryReport(1, None, {0: "refused"}, {0: {"": answered}}, (), 0))
    await reads.pop()
    assert state.receipt.kept == answered
