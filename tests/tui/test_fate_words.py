"""What the result's headline and the help say of fates."""

from __future__ import annotations

from typing import Any

import pytest
from abtui.tui.widgets import prose
from abtui.tui.widgets.fates import FATE_LOOKS

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.fate import FATES, fate_reason
from abtui.tui.help_rows import LEGEND
from tests.kit import CONFIG, ENV, EVENT

LISTED = 'catalog: {goals: [purchase, "[red]x[/]"], units: [user_id, session], environments: [staging], applications: [website]}\n'
SUCCESS = "Segment shows Success"
FOR_JSON = "  for any answer that is JSON"
OWN = "the event's own name: goalMapping has no entry for it"
BANNERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "arrives": (
        {},
        LISTED,
        f'● arrives  goal "purchase", mapped from "Order Completed"\n{SUCCESS}{FOR_JSON}',
    ),
    "a name like markup": (
        {"event": "[red]x[/]"},
        LISTED,
        f'● arrives  goal "[red]x[/]", {OWN}\n{SUCCESS}{FOR_JSON}',
    ),
    "accepted": (
        {},
        "",
        "◐ accepted: there is no catalog to say what the console has\n"
        f'goal "purchase", mapped from "Order Completed"\n{SUCCESS}{FOR_JSON}',
    ),
    "ignored": (
        {"event": "Other"},
        LISTED,
        f'○ ignored: the console has no goal "Other"\ngoal "Other", {OWN}\n{SUCCESS}{FOR_JSON}',
    ),
    "refused": (
        {"sentAt": ...},
        LISTED,
        "✗ refused by the collector: The event has no `sentAt`, so `publishedAt` is null\n"
        f'goal "purchase", mapped from "Order Completed"\n{SUCCESS}{FOR_JSON}',
    ),
    "never leaves": (
        {"userId": ...},
        LISTED,
        "■ never leaves: the event has no unit, so nothing is sent, and no error is raised\n"
        f"{SUCCESS}  green there, yet nothing is sent",
    ),
    "fails": (
        {"type": "page"},
        LISTED,
        "▲ fails: Page event requires page name\nSegment shows Bad Request",
    ),
}


@pytest.mark.parametrize("case", BANNERS)
def test_the_headline_says_the_fate_and_why(case: str) -> None:
    fields, catalog, told = BANNERS[case]
    config = read_config(CONFIG + catalog, ENV).config
    assert config is not None
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    outcome = Mapper(config).outcome(Event("test", value), explain=True)
    because = fate_reason(outcome, config)
    banner = prose.banner(outcome, because)
    assert banner.plain == told
    look = FATE_LOOKS[outcome.fate]
    assert [str(span.style) for span in banner.spans if span.start == 0] == [look.colour]
    # The last line of the steps says the same of the event, and nothing twice.
    last = prose.why(outcome, because).plain.split("\n")[-1]
    assert last.strip() == (
        told.split("\n")[0] if case in ("accepted", "ignored", "refused") else f"{look.glyph} {look.words}"
    )


def test_the_help_has_every_mark_with_its_words() -> None:
    rows = {row.keys: row.words for row in LEGEND}
    assert len(rows) == len(LEGEND), "no mark stands for two things"
    for words in FATES.values():
        assert rows[f"{words.mark} {words.one}"] == words.meaning
