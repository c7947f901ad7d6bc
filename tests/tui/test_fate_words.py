"""What the last line of the steps and the help say of fates."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.fate import FATES
from abtui.core.journey import journey
from abtui.tui.help_rows import legend
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


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_the_help_has_every_mark_with_its_words(signs: Any) -> None:
    rows = {row.keys: row.words for row in legend(signs)}
    assert len(rows) == len([*legend(signs)]), "no mark stands for two things"
    for fate, words in FATES.items():
        assert rows[f"{signs.mark(fate)} {words.one}"] == words.meaning
