"""The note for a ticket: what, evidence, cause and fix, in Markdown of whole lines, without a key."""

from __future__ import annotations

from typing import Any

from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.journey import journey
from abtui.core.threads import threads
from abtui.core.ticket import code, finding_ticket, journey_ticket, ticket
from tests.core.test_fate import ALL
from tests.core.test_journey import config_of
from tests.kit import ENV, EVENT

KEY = ENV["KEY"]


def of_event(fields: dict[str, Any], config: Config, fix: str = "") -> str:
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    outcome = Mapper(config).outcome(Event("orders.jsonl:7", value), explain=True)
    return journey_ticket(journey(outcome, config), outcome, threads(outcome, config, value), config, fix=fix)


def test_an_event_that_is_ignored() -> None:
    assert of_event({"event": "Order completed"}, config_of(catalog=ALL), "Map it to purchase.") == (
        """\
## Order completed is ignored by the console

**What:** It is ignored by the console: it has no goal “Order completed”. Segment says Success, the collector 200. Nobody is told.

**Evidence:**

- event: track `Order completed`, messageId `m1`
- source: `orders.jsonl:7`
- `event "Order completed" -> unmapped (config line 10) -> name "Order completed"`

**Cause:** The console has no goal "Order completed".

**Fix:** Map it to purchase.
"""
    )


def test_an_event_that_arrives_has_no_cause() -> None:
    assert of_event({}, config_of(catalog=ALL)) == (
        """\
## Order Completed arrives

**What:** It arrives as the goal purchase. Segment says Success, the collector 200, the console has the goal.

**Evidence:**

- event: track `Order Completed`, messageId `m1`
- source: `orders.jsonl:7`
"""
    )


def test_a_finding_about_an_event() -> None:
    config = config_of(catalog=ALL)
    value = EVENT | {"event": "Order completed"}
    outcome = Mapper(config).outcome(Event("orders.jsonl:7", value))
    finding = next(item for item in outcome.findings if item.code == "GOAL-NEAR")
    note = finding_ticket(finding, config, source="orders.jsonl:7", event=value)
    assert note.splitlines()[0] == "## The event's name is close to a goalMapping key (GOAL-NEAR)"
    assert '- event field `$.event`: `"Order completed"`' in note
    assert "- payload field `$.goals[0].name`" in note
    assert "- config: line 10" in note
    assert f"**What:** {finding.message}" in note
    assert f"**Fix:** {finding.hint}" in note
    assert "**Cause:** Goal mapping is exact" in note


def test_a_field_that_is_missing_is_said_to_be() -> None:
    config = config_of()
    value = {key: value for key, value in EVENT.items() if key != "sentAt"}
    outcome = Mapper(config).outcome(Event("x", value))
    finding = next(item for item in outcome.findings if item.code == "DATE-MISSING")
    assert "- event field `$.sentAt`: missing" in finding_ticket(finding, config, event=value)
    assert "- event field `$.sentAt`\n" in finding_ticket(finding, config)


def test_a_loss_needs_only_what_is_known() -> None:
    assert ticket("4 events are lost", what="They have another name.") == (
        "## 4 events are lost\n\n**What:** They have another name.\n"
    )


def test_no_note_has_a_key_or_a_line_of_the_data() -> None:
    config = config_of(catalog=ALL)
    name = f"{KEY}\n\n## no title"
    notes = [
        of_event({"event": name, "messageId": name}, config),
        ticket(name, what=name, evidence=[name], cause=name, fix=name, secrets=config.secrets),
    ]
    for note in notes:
        assert KEY not in note
        assert [line for line in note.splitlines() if line.startswith("#")] == note.splitlines()[:1]


def test_code_may_hold_backticks() -> None:
    assert [code(text) for text in ("a", "a`b", "``", "", " ")] == ["`a`", "``a`b``", "``` `` ```", "`  `", "`   `"]
