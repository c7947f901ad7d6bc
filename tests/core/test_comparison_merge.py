"""A comparison in parts: the result is that of the whole, however the input is split and the parts are put together."""

from __future__ import annotations

import json
import pickle
import random
from functools import partial
from itertools import groupby, product
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.comparison import Comparison, comparison_report
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.least_tally import LeastTally
from abtui.core.corpus.places import Piece
from abtui.core.events import Event
from abtui.core.segment import is_event
from tests.core.test_comparison import VARIANTS
from tests.core.test_crossing import GOAL, TRACK, actions, classic
from tests.core.test_engine import CONFIGS, config, events
from tests.kit import CONFIG, ENV, event
from tests.thorough import MANY

SCREEN = {"subscribe": 'type = "page"', "mapping": GOAL | {"name": {"@path": "$.name"}}}
PAIRS = [
    *product(VARIANTS, VARIANTS),
    *product([*CONFIGS, actions({"mapping": GOAL})], [actions({"mapping": GOAL}), actions({"mapping": GOAL | {"name": "x"}}, SCREEN)]),
]  # fmt: skip
NAMED = [
    json.loads(event(event=name, **more))
    for name in ("Order Completed", "A", "B", "C", "")
    for more in ({}, {"anonymousId": "a"})
]
NAMED += [json.loads(event(type="page", event=..., **more)) for more in ({"name": ""}, {}, {"name": "Home"})]
sources = st.lists(st.lists(st.sampled_from(NAMED) | events, max_size=9), min_size=1, max_size=3)


class Text(NamedTuple):
    """A piece of the input: which one, the number of its first line, and its events."""

    piece: Piece
    line: int
    values: list[dict[str, Any]]


def count(comparison: Comparison, text: Text, *, lightly: bool) -> None:
    """Count a piece, event by event or as `abtui diff` does."""
    comparison.begin(text.piece)
    source = f"f{text.piece[0]}"
    numbered = list(enumerate(text.values, text.line))
    for whole, items in groupby(numbered, key=lambda item: lightly and is_event(item[1])):
        if whole:
            lines = list(items)
            data = b"\n".join(json.dumps(value).encode() for _number, value in lines)
            comparison.add_part(FieldPart([value for _number, value in lines], source, data, lines[0][0]))
        else:
            for number, value in items:
                comparison.add(Event(f"{source}:{number}", value))


def split(values: list[list[dict[str, Any]]], chance: random.Random) -> list[Text]:
    """The input in pieces, in any order. A piece begins where it does in the file, which is told by any growing number."""
    pieces = []
    for index, of in enumerate(values):
        ends = sorted({0, len(of), *(chance.randint(0, len(of)) for _ in range(chance.randint(0, 4)))})
        pieces += [
            Text((index, start * 10), start + 1, of[start:stop])
            for start, stop in zip(ends, ends[1:] or ends, strict=False)
        ]
    chance.shuffle(pieces)
    return pieces


def sent(comparison: Comparison) -> Comparison:
    """What another process gets of it."""
    data = pickle.dumps(comparison)
    assert ENV["KEY"].encode() not in data, "no key travels"
    found: Comparison = pickle.loads(data)
    return found


def told(comparison: Comparison) -> tuple[bytes, str, str]:
    """All that is told of it: the JSON, the report that all forms are made of, and the moves."""
    result = comparison.result()
    return (
        msgspec.json.encode(result),
        repr(comparison_report(result)) if result.events else "",
        repr(comparison.moves()),
    )


@pytest.mark.parametrize("bounds", [(10_000, 4_096), (2, 2)], ids=["room for all", "more than there is room for"])
@settings(max_examples=MANY * 2)
@given(
    sources,
    st.sampled_from(PAIRS),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_any_split_and_any_order_give_the_same(
    bounds: tuple[int, int],
    values: list[list[dict[str, Any]]],
    sides: tuple[Config, Config],
    examples: int,
    findings: bool,
    lightly: bool,
    chance: random.Random,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("abtui.core.corpus.tally.MOST", bounds[0])
        patch.setattr("abtui.core.corpus.comparison.move_tally.LeastTally", partial(LeastTally, most=bounds[1]))
        made = partial(Comparison, *sides, examples=examples, findings=findings)
        lightly = lightly and not findings
        whole = made()
        for index, of in enumerate(values):
            count(whole, Text((index, 0), 1, of), lightly=lightly)
        folds = [made()]
        for text in split(values, chance):
            if chance.random() < 0.7:
                folds.append(made())
            count(folds[-1], text, lightly=lightly)
        while len(folds) > 1:
            other = sent(folds.pop(chance.randrange(len(folds))))
            one = folds.pop(chance.randrange(len(folds)))
            into = sent(one) if chance.random() < 0.5 else one
            into.merge(other)
            folds.append(into)
        merged = made()
        merged.merge(folds[0])
        assert told(merged) == told(whole)


def test_types_of_units_that_events_bring_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.corpus.tally.MOST", 2)
    sides = [actions({"mapping": GOAL | {"units": {"@path": f"$.properties.{name}"}}}) for name in "ab"]
    of = [TRACK | {"properties": {"a": {"user": "u"}, "b": {f"type {at}": "u"}}} for at in range(5)]
    there, back = (Comparison(*sides) for _ in range(2))
    count(there, Text((0, 0), 1, of), lightly=False)
    count(back, Text((0, 0), 1, of[::-1]), lightly=False)
    result = there.result()
    assert (len(result.units), result.uncounted_units, result.count("units")) == (2, 3, 5)
    assert result.units == back.result().units
    assert "3 changes of further units were not counted by name" in str(comparison_report(result))


def test_what_is_counted_on_after_a_merge_is_counted() -> None:
    sides = config(), config(CONFIG.replace("purchase", "order"))
    whole, first, last = (Comparison(*sides, examples=2) for _ in range(3))
    texts = [Text((0, at), at + 1, [json.loads(event())] * 3) for at in range(0, 12, 3)]
    for text in texts:
        count(whole, text, lightly=False)
    count(last, texts[3], lightly=False)
    count(last, texts[2], lightly=False)
    count(first, texts[1], lightly=False)
    last.merge(sent(first))
    count(last, texts[0], lightly=False)
    assert told(last) == told(whole)
    assert [item.source for item in last.result().examples] == ["f0:1", "f0:2"]


def test_no_name_is_another_one_than_an_empty_one() -> None:
    sides = config(), config(CONFIG.replace("userId: user_id", "userId: customer"))
    there, back = (Comparison(*sides) for _ in range(2))
    calls = [
        json.loads(event(type="identify", event=..., traits={"plan": "pro"}, **more)) for more in ({}, {"name": ""})
    ]
    count(there, Text((0, 0), 1, calls), lightly=False)
    count(back, Text((0, 0), 1, calls[::-1]), lightly=False)
    assert there.moves() == back.moves()
    assert [item.name for move in there.moves().changed for item in move.names] == [None, ""]


def test_how_times_differ_between_destinations_is_counted_in_all_parts() -> None:
    sides = classic(), actions({"mapping": GOAL})
    late = TRACK | {"originalTimestamp": "2026-01-31T09:14:50.000Z"}
    parts = [Comparison(*sides) for _ in range(3)]
    for at, part in enumerate(parts):
        count(part, Text((at, 0), 1, [late, TRACK]), lightly=True)
    parts[0].merge(sent(parts[1]))
    parts[0].merge(sent(parts[2]))
    crossing = parts[0].result().crossing
    assert crossing is not None
    assert (crossing.sent_twice, crossing.other_time) == (6, sum(item.events for item in crossing.times))
    assert crossing.other_time >= 3


def test_goals_beyond_the_bound_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.core.corpus.tally.MOST", 2)
    sides = config(), config(CONFIG.replace("PageViewTracking: true", "PageViewTracking: false"))
    parts = []
    for at, name in enumerate("abcab"):
        parts.append(Comparison(*sides))
        count(parts[-1], Text((at, 0), 1, [json.loads(event(type="page", name=name))]), lightly=False)
    merged = Comparison(*sides)
    for part in reversed(parts):
        merged.merge(part)
    result = merged.result()
    assert (len(result.goals.changes), sum(item.events for item in result.goals.changes) + result.goals.uncounted) == (
        2,
        5,
    )
    exact = {"Page: a": 2, "Page: b": 2, "Page: c": 1}
    assert all(item.events == exact[item.old or ""] for item in result.goals.changes)
    assert "further goals" in str(comparison_report(result))
