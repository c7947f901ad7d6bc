"""A corpus compared by the kinds of its events has the result that it has when each event is compared by itself."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.comparison.job import DiffJob
from abtui.core.corpus.comparison.kinds import KindComparison
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.job import Text
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.unread import Unread
from abtui.core.events import Event, Stretch, read_events
from tests.core.test_comparison import SDK, VARIANTS
from tests.core.test_comparison_merge import told
from tests.core.test_engine import config
from tests.core.test_kinds import CONFIGS, FIRSTS, Corpus, changes_of
from tests.kit import CONFIG, calls_of
from tests.thorough import MANY

_MAPPINGS: Final = [
    "{ userId: user_id, anonymousId: anonymous_id }",
    "{ anonymousId: user_id, userId: anonymous_id }",
    "{ anonymousId: user_id, messageId: other }",
    "{ properties: p, traits: t, event: e, version: v }",
    "{ userId: user_id, version: anonymous_id, kundenr_ø: k }",
    "{ context: c, integrations: i }",
]
BY_IDS: Final[list[Config]] = [config(CONFIG.replace("{ userId: user_id }", mapping)) for mapping in _MAPPINGS]
PAIRS: Final = list(product([*CONFIGS, *VARIANTS, *BY_IDS], repeat=2))
_IDS: Final[list[Any]] = [None, "", "x", "5", 5, 5.0, 1e21, "1e+21", "x" * 640, "x" * 641, True, [], {"a": 1}]
_WRITTEN: Final = [
    ("\"absmartly\"", "\"\\u0061bsmartly\""), ("\"price\": ", "\"\\u00f8\": 1e999, \"\\ud83d\\ude00\": "), ("{\"", "{ \""), ("\"price\"", "\"absmartly.io\""),
    ("\"type\": \"track\"", "\"type\": \"trick\""),
]  # fmt: skip
"""The same in another way of writing, and what looks like something else."""


def rewritten(lines: list[str], seed: int) -> list[str]:
    """The lines of a corpus, some of which are written in another way."""
    chance = random.Random(seed)
    for usual, other in _WRITTEN:
        if chance.random() < 0.3:
            lines = [line.replace(usual, other) if chance.random() < 0.5 else line for line in lines]
    return lines


def _texts(lines: list[str]) -> list[tuple[int, bytes]]:
    half = len(lines) // 2
    return list(enumerate("\n".join(some).encode() for some in (lines[:half], lines[half:])))


def _one_by_one(lines: list[str], sides: tuple[Config, Config], examples: int) -> Comparison:
    comparison = Comparison(*sides, examples=examples)
    for at, data in _texts(lines):
        comparison.begin((at, 0))
        for item in read_events(iter([data]), f"f{at}", SDK):
            if isinstance(item, Event):
                comparison.add(item)
            else:
                comparison.add_unreadable()
    return comparison


def _by_kind(lines: list[str], sides: tuple[Config, Config], examples: int) -> Comparison:
    """As `abtui diff` does."""
    work = DiffJob(examples=examples).begin(sides, SDK)
    comparison = work.empty()
    for at, data in _texts(lines):
        # Small pieces are small parts: what is known of a kind from one part is of use in the next.
        pieces = [data[start : start + 3_000] for start in range(0, len(data), 3_000)]
        work.add(comparison, Text(pieces, f"f{at}", (at, 0), Stretch()), Unread(), lambda _data: None)
    return comparison


@settings(max_examples=MANY * 4)
@given(st.integers(0, 1 << 32), st.sampled_from(PAIRS), st.integers(0, 3))
def test_events_compared_by_kind_are_compared_as_one_by_one(
    seed: int, sides: tuple[Config, Config], examples: int
) -> None:
    lines = rewritten(Corpus(seed).lines(), seed)
    assert told(_by_kind(lines, sides, examples)) == told(_one_by_one(lines, sides, examples))


@pytest.mark.parametrize("first", FIRSTS, ids=lambda first: first["type"])
@pytest.mark.parametrize("new", [*CONFIGS[:3], *BY_IDS], ids=str)
def test_an_event_that_differs_in_what_matters_is_of_another_kind(first: dict[str, Any], new: Config) -> None:
    """After some events of one kind come others that differ from them in one value, or in a field, or in two ids; each three times."""
    corpus = Corpus(0)
    changed = [
        *changes_of(first),
        *({**first, "userId": one, "anonymousId": other} for one, other in product(_IDS, _IDS)),
    ]
    lines = [json.dumps(corpus.another(event)) for event in [first] * 6 + changed * 3]
    sides = BY_IDS[0], new
    assert told(_by_kind(lines, sides, 1)) == told(_one_by_one(lines, sides, 1))


@pytest.mark.parametrize("value", [1, 0.5, True, "x absmartly", ["absmartly"], [], {}, None])
@pytest.mark.parametrize("field", ["properties", "traits", "context", "integrations"])
@pytest.mark.parametrize("kind", ["track", "page", "identify", "group"])
def test_fields_that_are_no_objects_are_compared(kind: str, field: str, value: Any) -> None:
    event = {"type": kind, "event": "A", "name": "A", "userId": "u-1", field: value}
    lines = [json.dumps(event)] * 4
    sides = BY_IDS[0], BY_IDS[1]
    assert told(_by_kind(lines, sides, 1)) == told(_one_by_one(lines, sides, 1))


def test_what_was_read_before_a_source_broke_off_is_compared() -> None:
    line = json.dumps(Corpus(0).another(FIRSTS[0])).encode()

    def broken() -> Iterator[bytes]:
        for _ in range(40):
            yield line + b"\n"
        raise EOFError

    work = DiffJob().begin((BY_IDS[0], BY_IDS[1]), SDK)
    comparison = work.empty()
    with pytest.raises(EOFError):
        work.add(comparison, Text(broken(), "f", (0, 0), Stretch()), Unread(), lambda _data: None)
    assert (comparison.result().events, comparison.result().changed) == (40, 40)


def test_of_many_events_of_a_kind_a_few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = calls_of(monkeypatch, Mapper, "decide_for_target")
    lines = [json.dumps(Corpus(number).another(FIRSTS[0])) for number in range(5_000)]
    result = _by_kind(lines, (BY_IDS[0], BY_IDS[1]), 3).result()
    assert (result.events, result.changed) == (5_000, 5_000)
    assert len(decided) < 1_000


def test_an_event_that_stands_for_a_kind_is_small() -> None:
    """A config may read ids from any field, and most fields can be large."""
    large = {
        "type": "track",
        "event": "Order Completed",
        "context": {"long": "x" * 10_000},
        "properties": {"long": "x" * 10_000},
    }
    for mapping, known in (("{ userId: u }", 1), ("{ context: c }", 0)):
        sides = config(CONFIG.replace("{ userId: user_id }", mapping)), BY_IDS[0]
        kinds = KindComparison(sides)
        for part in kinds.reader.parts(iter([b"\n".join([json.dumps(large).encode()] * 9)]), "f", SDK):
            assert isinstance(part, FieldPart)
            kinds.add(Comparison(*sides), part)
        assert len(kinds._recurring.known) == known
        assert len(repr(kinds._recurring.known)) < 1_000
