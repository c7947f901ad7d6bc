"""A check in parts: the result is that of the whole, however the input is split and the parts are put together."""

from __future__ import annotations

import json
import pickle
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config, Policy
from abtui.core.corpus.coverage import Survey
from abtui.core.corpus.coverage.report import check_report
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.repeated_ids import RepeatedIds
from abtui.core.events import Event, Unreadable, read_text
from abtui.core.experiments.model import Experiment
from tests.core.test_comparison_merge import NAMED, Text, split
from tests.core.test_crossing import GOAL, actions
from tests.core.test_engine import CONFIGS, events
from tests.kit import ENV
from tests.thorough import MANY

BROKEN = {"broken": True}
"""Stands for a piece of text that is no event."""
REPEATED = [value | {"messageId": f"m{number}"} for number, value in enumerate(NAMED[:4])]
sources = st.lists(st.lists(st.sampled_from([*NAMED, *REPEATED, BROKEN]) | events, max_size=9), min_size=1, max_size=3)
SIDES = [
    *CONFIGS,
    actions({"mapping": GOAL}),
    msgspec.structs.replace(CONFIGS[0], experiments=(Experiment(name="one", unit_type="user_id"),)),
]


def count(survey: Survey, mapper: Mapper, text: Text) -> None:
    survey.begin(text.piece)
    for number, value in enumerate(text.values, text.line):
        source = f"f{text.piece[0]}:{number}"
        if value is BROKEN:
            item = read_text('{"type": "track", "event": ', source)[0]
            assert isinstance(item, Unreadable)
            survey.add_unreadable(msgspec.structs.replace(item, source=source))
        else:
            event = Event(source, value)
            survey.add(event, mapper.outcome(event, wire=False))


def told(survey: Survey) -> tuple[bytes, str]:
    result = survey.result()
    return msgspec.json.encode(result.as_json()), repr(check_report(result, Policy(), {}))


@pytest.mark.parametrize("bound", [10_000, 2], ids=["room for all", "more than there is room for"])
@settings(max_examples=MANY * 2)
@given(sources, st.sampled_from(SIDES), st.integers(1, 3), st.randoms(use_true_random=False))
def test_any_split_and_any_order_give_the_same(
    bound: int, values: list[list[dict[str, Any]]], config: Config, places: int, chance: random.Random
) -> None:
    mapper = Mapper(config)

    def made() -> Survey:
        return Survey(config, (), "config.yaml", Policy(), places=places)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("abtui.core.corpus.tally.MOST", bound)
        patch.setattr("abtui.core.corpus.coverage.usage.MOST", bound)
        patch.setattr("abtui.core.corpus.repeated_ids.MOST_IDS", bound)
        whole = made()
        for index, of in enumerate(values):
            count(whole, mapper, Text((index, 0), 1, of))
        parts = []
        for text in split(values, chance):
            part = made()
            count(part, mapper, text)
            data = pickle.dumps(part)
            assert ENV["KEY"].encode() not in data, "no key travels"
            parts.append(pickle.loads(data) if chance.random() < 0.5 else part)
        while len(parts) > 1:
            one, other = (parts.pop(chance.randrange(len(parts))) for _ in range(2))
            one.merge(other)
            parts.append(one)
        together = made()
        together.merge(parts[0])
        assert told(together) == told(whole)
        assert told(together) == told(whole), "telling changes nothing"


@settings(max_examples=MANY * 2)
@given(st.lists(st.integers(0, 8), max_size=30), st.integers(1, 9), st.randoms(use_true_random=False))
def test_repeated_ids_are_counted_exactly_up_to_a_bound(ids: list[int], most: int, chance: random.Random) -> None:
    counted = [RepeatedIds(most) for _ in range(3)]
    for number, name in enumerate(ids):
        index = number % 2
        chance.choice(counted).add(f"id {name}", index, f"f{index}:{number + 1}")
    first, *others = counted
    for other in others:
        first.merge(other)
    if len(set(ids)) <= most:
        assert first.compared is None
        assert first.repeats(2)[0] == len(ids) - len(set(ids))
        seen: dict[int, str] = {}
        expected = []
        for number, name in sorted(enumerate(ids), key=lambda item: (item[0] % 2, item[0])):
            place = f"f{number % 2}:{number + 1}"
            if name in seen:
                expected.append((place, seen[name]))
            seen.setdefault(name, place)
        assert [tuple(item) for item in first.repeats(99)[1]] == expected
    else:
        assert first.compared == most
        alone = RepeatedIds(most)
        for number, name in enumerate(ids):
            alone.add(f"id {name}", number % 2, f"f{number % 2}:{number + 1}")
        assert first.repeats(99) == alone.repeats(99)


def test_an_event_that_is_no_place_of_a_file() -> None:
    ids = RepeatedIds()
    for number in range(2):
        ids.add("same", 0, f"pasted #{number}")
    assert ids.repeats(3)[0] == 1
    assert json.dumps(ids.repeats(3)[1])
