"""What the last line of the steps and the help say of fates."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.answers import Notice
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.runs import EventReceipt
from abtui.core.events import Event
from abtui.core.fate import FATES
from abtui.core.findings import RULES, Finding
from abtui.core.journey import journey
from abtui.tui.help_rows import legend
from abtui.tui.kit import receipt_prose
from abtui.tui.kit.marks import ASCII, UNICODE
from abtui.tui.screens.events import prose
from tests.kit import CONFIG, ENV, EVENT

LISTED = 'catalog: {goals: [purchase, "[red]x[/]"], units: [user_id, session], environments: [staging], applications: [website]}\n'
ENDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "arrives": ({}, LISTED, "● arrives: as the goal purchase"),
    "a name like markup": ({"event": "[red]x[/]"}, LISTED, "● arrives: as the goal [red]x[/]"),
    "accepted": ({}, "", "◐ accepted by the collector: no catalog says if it counts"),
    "ignored": ({"event": "[b]Other"}, LISTED, "○ ignored by the console: it has no goal “[b]Other”"),
    "refused": ({"sentAt": ...}, LISTED, "✗ refused by the collector: publishedAt is null"),
    "never leaves": ({"userId": ...}, LISTED, "■ never leaves by the destination: it has no id"),
    "fails": ({"type": "page"}, LISTED, "▲ fails by the destination: it has no name"),
}


@pytest.mark.parametrize("case", ENDS)
def test_the_steps_end_with_the_fate_and_why(case: str) -> None:
    fields, catalog, told = ENDS[case]
    config = read_config(CONFIG + catalog, ENV).config
    assert config is not None
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    outcome = Mapper(config).outcome(Event("test", value), explain=True)
    steps = prose.steps(outcome, journey(outcome, config), UNICODE)
    *_, end, reason = steps.plain.split("\n")
    assert (end, reason) == (told, outcome.reason.message)


BIG = "N" * 1_000_000
BIG_EVENTS: dict[str, dict[str, Any]] = {
    "a name": {"event": BIG},
    "a name that is not listed": {"event": BIG, "userId": ...},
    "a type": {"type": BIG},
    "a time": {"timestamp": BIG},
    "a unit": {"userId": BIG},
    "a field": {BIG: 1, "properties": {BIG: BIG}},
}


@pytest.mark.parametrize("case", BIG_EVENTS)
def test_words_about_a_value_of_any_size_are_short(case: str) -> None:
    config = read_config(CONFIG + LISTED, ENV).config
    assert config is not None
    value = {key: value for key, value in (EVENT | BIG_EVENTS[case]).items() if value is not ...}
    outcome = Mapper(config).outcome(Event("test", value), explain=True)
    # A `Static` lays out all of its text: a megabyte takes seconds.
    assert len(prose.steps(outcome, journey(outcome, config), UNICODE)) < 20_000
    assert len(prose.findings(outcome.findings, UNICODE)) < 20_000
    for item in outcome.findings:
        assert len(prose.explanation(item, BIG, UNICODE)) < 10_000


def test_of_many_findings_the_gravest_are_shown() -> None:
    grave = Finding(code="CONFIG-NOT-YAML", severity="error", message=BIG, hint=BIG)
    minor = replace(grave, severity="info")
    shown = prose.findings([*[minor] * 10_000, grave], UNICODE)
    assert len(shown) < 200_000
    assert shown.plain.startswith(RULES["CONFIG-NOT-YAML"].title)
    assert shown.plain.endswith("and 9,901 more")


def test_of_many_notices_of_the_collector_some_are_shown() -> None:
    notices = tuple(Notice(subject="goals", message=str(at), batch_index=0, event_index=at) for at in range(1_000))
    words = {"collector_said": "", "next_step": "", "segment_shows": "Success", "segment_reason": "", "url": ""}
    receipt = Receipt(ok=True, status=200, milliseconds=1, warnings=notices, request_headers={}, **words)
    event = EventReceipt(target="t", state="accepted", digest=b"", receipt=receipt)
    shown = receipt_prose.response(event).plain
    assert "1,000 warnings\n" in shown
    assert shown.endswith("goals  49\n  and 950 more\n")


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_the_help_has_every_mark_with_its_words(signs: Any) -> None:
    rows = {row.keys: row.words for row in legend(signs)}
    assert len(rows) == len([*legend(signs)]), "no mark stands for two things"
    for fate, words in FATES.items():
        assert rows[f"{signs.mark(fate)} {words.one}"] == words.meaning
