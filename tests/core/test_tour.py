"""The tour cannot lie: what each step says of the demo is so."""

from __future__ import annotations

import re

import msgspec
import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.funnel import Funnel
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import Query
from abtui.core.events import Event, Unreadable, read_events
from abtui.core.experiments.moments import Moments
from abtui.core.experiments.overview import GoalView, overview
from abtui.core.journey import journey
from abtui.core.tour import Step, config_text, tour_steps
from abtui.services.files import expand, read_pieces
from abtui.services.folders import sample_folder
from abtui.tui.corpus import summary
from tests.tour_claims import CLAIMS, Claim

STEPS = tour_steps()
BASE = (sample_folder() / "config.yaml").read_text(encoding="utf-8")
ITEMS: dict[str, Event | Unreadable] = {
    item.source: item
    for source in expand([str(sample_folder())]).sources
    for item in read_events(read_pieces(source), source.name)
}

ITEMS_IN_ORDER = tuple(ITEMS.values())


def mapper(step: Step) -> Mapper:
    """The mapper of a step's config."""
    base = (sample_folder() / step.config_file).read_text(encoding="utf-8") if step.config_file else BASE
    config = read_config(config_text(step, base), {}).config
    assert config is not None
    return Mapper(config)


@pytest.mark.parametrize(("step", "claim"), zip(STEPS, CLAIMS, strict=True))
def test_a_step_says_what_is_so(step: Step, claim: Claim) -> None:
    own, event = mapper(step), ITEMS[step.event]
    assert isinstance(event, Event)
    found = own.outcome(event)
    body = {} if found.request is None else found.request.body
    assert (found.fate, found.reason.code) == (claim.fate, claim.reason)
    assert journey(found, own.config).says == claim.says
    assert body.get("goals", [{}])[0].get("name") == claim.goal
    query = Query(step.filter)
    rows = [summary(item, own.outcome(item) if isinstance(item, Event) else None) for item in ITEMS.values()]
    assert not query.problem
    assert sum(map(query.admits, rows)) == claim.shown
    [row] = [row for row in rows if row.source == step.event]
    assert query.admits(row), "the selected event is in the list"


def test_the_numbers_of_the_goal_are_right() -> None:
    [step] = [step for step in STEPS if step.goal]
    own = mapper(step)
    funnel = Funnel(step.goal, own.config)
    for index, item in enumerate(ITEMS.values()):
        if isinstance(item, Event):
            funnel.add(index, item, own.outcome(item, explain=True))
    result = funnel.result()
    assert f"{result.seen} events were meant for it and {result.stations[-1].count} arrive" in step.sentence


def test_the_numbers_of_the_change_are_right() -> None:
    [step] = [step for step in STEPS if step.config]
    before = mapper(msgspec.structs.replace(step, config=()))
    after = mapper(step)
    events = [item for item in ITEMS.values() if isinstance(item, Event)]
    changed = [item for item in events if before.outcome(item).fate != after.outcome(item).fate]
    assert {after.outcome(item).fate for item in changed} == {"never-leaves"}
    assert f"{len(changed)} screen views never leave" in step.sentence


def test_the_number_of_the_move_is_right() -> None:
    [step] = [step for step in STEPS if step.config_file and step.screen == "impact"]
    before, after = mapper(STEPS[0]), mapper(step)
    events = [item for item in ITEMS.values() if isinstance(item, Event)]
    arrived = [item for item in events if before.outcome(item).fate == "arrives"]
    lost = [item for item in arrived if after.outcome(item).fate != "arrives"]
    assert f"{len(lost)} events that arrive would not any more" in step.sentence
    assert step.event in [item.source for item in lost]


def test_the_goal_counts_after_the_change_and_not_before() -> None:
    [step] = [step for step in STEPS if step.screen == "experiment"]
    base = (sample_folder() / step.config_file).read_text(encoding="utf-8")
    before, mended = counted(base), counted(base.replace("anonymous_uuid\n", "anonymous_id\n"))
    [unit] = [unit for unit in before.units if unit.variant is not None]
    assert [ITEMS_IN_ORDER[moment.event].source for moment in unit.moments if moment.name == "purchase"] == [step.event]
    exposed = next(at for at, moment in enumerate(unit.moments) if moment.what == "exposed")
    assert exposed < next(at for at, moment in enumerate(unit.moments) if moment.name == "purchase")
    assert (before.counts, mended.counts) == (0, 1)


def counted(text: str) -> GoalView:
    """The purchases in the experiment of a config."""
    config = read_config(text, {}).config
    assert config is not None
    assert config.experiments is not None
    own, moments = Mapper(config), Moments(config.experiments)
    for index, item in enumerate(ITEMS_IN_ORDER):
        if isinstance(item, Event):
            moments.add(index, own.outcome(item))
    found = overview(moments, config.experiments[0].name, "purchase").goal
    assert found is not None
    return found


def test_the_sentences_are_sound() -> None:
    assert len(STEPS) == 9
    for step in STEPS:
        assert re.search(r"[.!?]$", step.sentence)
        assert len(step.sentence) <= 88, "it fits the two lines of a small screen"


def test_a_change_that_does_not_fit_the_demo_is_an_error() -> None:
    [changed] = [step for step in STEPS if step.config]
    with pytest.raises(ValueError, match="One switch"):
        config_text(changed, "settings: [")
