"""The tour cannot lie: what each step says of the demo is so."""

from __future__ import annotations

import re

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import Query
from abtui.core.events import Event, Unreadable, pretty, read_events, read_one
from abtui.core.outcomes import Outcome
from abtui.core.tour import Step, available_steps, config_text, event_text, tour_steps
from abtui.services.files import expand, read_pieces
from abtui.services.folders import sample_folder
from abtui.tui.corpus import stored, summary
from tests.tour_claims import CLAIMS

STEPS = tour_steps()
BASE = (sample_folder() / "config.yaml").read_text(encoding="utf-8")
ITEMS: dict[str, Event | Unreadable] = {
    item.source: item
    for source in expand([str(sample_folder())]).sources
    for item in read_events(read_pieces(source), source.name)
}


def mapper(step: Step) -> Mapper:
    """The mapper of a step's config."""
    config = read_config(config_text(step, BASE), {}).config
    assert config is not None
    return Mapper(config)


def outcome(step: Step) -> Outcome:
    """What becomes of a step's event."""
    item = ITEMS[step.event]
    event = read_one(event_text(step, pretty(stored(item).text)), step.event)
    assert isinstance(event, Event)
    return mapper(step).outcome(event)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_says_what_is_so(step: Step) -> None:
    found, expected = outcome(step), CLAIMS[step.name]
    body = {} if found.request is None else found.request.body
    assert (found.verdict, found.fate, found.reason.code) == (expected.verdict, expected.fate, expected.reason)
    assert found.segment_shows == expected.segment
    assert body.get("goals", [{}])[0].get("name") == expected.goal
    assert expected.uid in (None, body.get("units", [{}])[0].get("uid"))
    assert set(expected.findings) <= {finding.code for finding in found.findings}
    assert bool(expected.receipt) == step.sent


@pytest.mark.parametrize(
    "step", [step for step in STEPS if CLAIMS[step.name].shown is not None], ids=lambda step: step.name
)
def test_a_step_counts_right(step: Step) -> None:
    own, query = mapper(step), Query(step.filter)
    rows = [summary(item, own.outcome(item) if isinstance(item, Event) else None) for item in ITEMS.values()]
    assert sum(map(query.admits, rows)) == CLAIMS[step.name].shown
    assert not query.problem
    [row] = [row for row in rows if row.source == step.event]
    assert query.admits(row), "the selected event is in the list"


def test_two_customers_become_one() -> None:
    step = next(step for step in STEPS if step.name == "big-ids")
    own = mapper(step)
    bodies = [
        found.request.body
        for line in (27, 52)
        if isinstance(event := ITEMS[f"17-big-number-ids.json:{line}"], Event)
        and (found := own.outcome(event)).request is not None
    ]
    assert len({body["units"][0]["uid"] for body in bodies}) == 1
    assert len({body["goals"][0]["properties"]["order_id"] for body in bodies}) == 2


def test_the_texts_are_sound() -> None:
    assert list(CLAIMS) == [step.name for step in STEPS], "every step is held to what it claims"
    assert len({step.name for step in STEPS}) == len(STEPS)
    for step in STEPS:
        assert step.caption.count("`") % 2 == 0, step.name
        assert len(step.title) <= 25, step.name
        assert re.search(r"[.!?]$", step.caption), step.name


def test_a_step_is_left_out_where_what_it_needs_is_not_there() -> None:
    assert available_steps(lambda need: True) == STEPS
    few = available_steps(lambda need: False)
    assert [step.name for step in few] == [step.name for step in STEPS if not step.needs]


def test_a_step_that_does_not_fit_the_demo_is_an_error() -> None:
    step = next(step for step in STEPS if step.edit)
    with pytest.raises(ValueError, match="substring"):
        event_text(step, "{}")
    changed = next(step for step in STEPS if step.config)
    with pytest.raises(ValueError, match=changed.name):
        config_text(changed, "settings: [")
