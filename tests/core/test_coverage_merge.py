"""A check in parts: the result is that of the whole, however the input is split and the parts are put together."""

from __future__ import annotations

import json
import pickle
import random
from hashlib import blake2b
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config, Policy
from abtui.core.corpus.coverage import Survey
from abtui.core.corpus.coverage.job import CheckJob
from abtui.core.corpus.coverage.report import check_report
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.repeated_ids import RepeatedIds
from abtui.core.events import Event, Unreadable, read_text
from abtui.core.experiments.model import Experiment
from abtui.core.text.secret import hide_all
from tests.core.test_comparison_merge import NAMED, Text, split
from tests.core.test_crossing import GOAL, actions
from tests.core.test_engine import CONFIGS, events
from tests.kit import ENV, event
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


WAYS = ("", "#2", "#10", " $.a[9]", " $.a[10]")
"""What may stand behind the line in a source, in order."""
Seen = tuple[int, int, int, int]
"""An event: the index of its source, its line, its way in there, and its id."""
seen = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 9), st.integers(0, 4), st.integers(0, 8)),
    unique_by=lambda item: item[:3],
    max_size=40,
)


def repeated(events: list[Seen], ids: set[str], ways: int) -> list[tuple[str, str]]:
    """The events that have one of these ids and are not the first with it, and the first, if so many ways are told."""

    def source(item: Seen) -> str:
        return f"f{item[0]}:{item[1]}{WAYS[item[2]] if item[2] < ways else ''}"

    first: dict[int, str] = {}
    found = []
    for item in sorted(events):
        if f"id {item[3]}" in ids:
            if item[3] in first:
                found.append((source(item), first[item[3]]))
            first.setdefault(item[3], source(item))
    return found


@settings(max_examples=MANY * 4)
@given(seen, st.integers(1, 9), st.integers(1, 4), st.sampled_from([2, 9]), st.randoms(use_true_random=False))
def test_repeated_ids_are_counted_exactly_up_to_a_bound(
    events: list[Seen], most: int, places: int, ways: int, chance: random.Random
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("abtui.core.corpus.ways.MOST_WAYS", ways)
        patch.setattr("abtui.core.corpus.ways._SLACK", 0)
        parts = [RepeatedIds(places, most) for _ in range(chance.randint(1, 5))]
        for index, line, way, name in events:
            chance.choice(parts).add(f"id {name}", index, f"f{index}:{line}{WAYS[way]}")
        parts = [pickle.loads(pickle.dumps(part)) if chance.random() < 0.5 else part for part in parts]
        while len(parts) > 1:
            one, other = (parts.pop(chance.randrange(len(parts))) for _ in range(2))
            one.merge(other)
            parts.append(one)
        [together] = parts
        names = sorted({f"id {item[3]}" for item in events}, key=_hash)
        told = sorted({item[2] for item in events} | {0})[:ways]
        expected = repeated(events, set(names[:most]), max(told) + 1)
        assert together.compared == (most if len(names) > most else None)
        number, repeats = together.repeats()
        assert number == len(expected)
        assert [tuple(item) for item in repeats] == expected[:places]
        assert together.repeats() == (number, repeats), "telling changes nothing"


def _hash(message_id: str) -> bytes:
    return blake2b(message_id.encode(), digest_size=8).digest()


def test_events_with_the_same_ids_take_no_more_memory() -> None:
    ids = RepeatedIds(3, 100)
    sizes = []
    for number in range(1, 20_001):
        ids.add(f"id {number % 7}", 0, f"f:{number}")
        if number % 1_000 == 0:
            sizes.append(len(pickle.dumps(ids)))
    assert max(sizes) < 10_000
    number, repeats = ids.repeats()
    assert number == 20_000 - 7
    assert repeats == [(f"f:{8 + at}", f"f:{1 + at}") for at in range(3)]


def test_names_that_are_dropped_take_no_memory_in_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.corpus.tally.MOST", 20)
    monkeypatch.setattr("abtui.core.corpus.coverage.usage.MOST", 20)
    mapper, whole, sizes = Mapper(CONFIGS[0]), Usage(CONFIGS[0]), []
    for index in range(30):
        part = Usage(CONFIGS[0])
        for number in range(40):
            value = json.loads(event(event=f"Name {index} {number}"))
            part.add(value, mapper.outcome(Event(f"f{index}:{number}", value)), 1, ((index, 0), number))
        whole.merge(part)
        sizes.append(len(pickle.dumps(whole)))
    assert sizes[-1] < 2 * sizes[0]
    assert len(whole.names_without_entry()) == 20


def test_what_is_no_event_and_what_only_looks_alike_without_the_key_repeats_no_id() -> None:
    survey, mapper = CheckJob("config.yaml", Policy()).survey(CONFIGS[0]), Mapper(CONFIGS[0])
    key = ENV["KEY"]
    ids = f"m {key}", f"m {hide_all(key, CONFIGS[0].secrets)}"
    assert ids[0] != ids[1]
    values = [{"messageId": "m"}, {"messageId": "m"}, *(json.loads(event(messageId=of)) for of in ids)]
    count(survey, mapper, Text((0, 0), 1, values))
    assert "EVENT-REPEATED" not in {group.code for group in survey.result().findings}
    count(survey, mapper, Text((0, 1), 5, values[2:]))
    [found] = [group for group in survey.result().findings if group.code == "EVENT-REPEATED"]
    assert (found.count, [place.source for place in found.places]) == (2, ["f0:5", "f0:6"])


def test_an_event_that_is_no_place_of_a_file() -> None:
    ids = RepeatedIds(3)
    for number in range(2):
        ids.add("same", 0, f"pasted #{number}")
    assert ids.repeats() == (1, [("pasted #1", "pasted #0")])
