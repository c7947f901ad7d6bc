"""Outcomes written by the kinds of their events are the lines that `outcome_json` writes of each event by itself."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.job import Text
from abtui.core.corpus.map_job import Form, MapJob
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.unread import Unread
from abtui.core.events import Event, Stretch, read_events
from abtui.core.report.outcome import outcome_json
from abtui.core.segment import is_event
from tests.core.test_comparison import SDK, VARIANTS
from tests.core.test_comparison_kinds import BY_IDS, rewritten
from tests.core.test_engine import config
from tests.core.test_kinds import CONFIGS, FIRSTS, Corpus, changes_of, odd_lines
from tests.kit import CONFIG, ENV, calls_of
from tests.thorough import MANY

_TELLS_KEY = config(CONFIG.replace("Order Completed: ", f"{ENV['KEY']}: key, Order Completed: "))
USED = [*CONFIGS, *VARIANTS, *BY_IDS, _TELLS_KEY]
_HARD = [("\"m", "\"\\ud800m"), ("\"m", "\"\\u007f\\u200bm\\u00e9"), ("\"price\": ", "\"9\": 1.0, \"1\": 1e-7, \"\\ud83d\": "), ("\"price\"", "\"\\n\"")]  # fmt: skip
"""What is written otherwise in an outcome than in an event."""


def _one_by_one(data: bytes, used: Config, name: str) -> tuple[list[bytes], Counter[str]]:
    mapper, lines, fates = Mapper(used), list[bytes](), Counter[str]()
    for item in read_events(iter([data]), name, SDK):
        if isinstance(item, Event):
            outcome = mapper.outcome(item)
            lines.append(outcome_json(outcome))
            fates[outcome.fate] += is_event(item.value)
    return lines, fates


def _mapped(data: bytes, used: Config, name: str, form: Form = "jsonl") -> tuple[list[bytes], Counter[str]]:
    """As `abtui map` does."""
    work = MapJob(form).begin([used], SDK)
    counts, written = work.empty(), list[bytes]()
    pieces = [data[at : at + 3_000] for at in range(0, len(data), 3_000)]
    work.add(counts, Text(pieces, name, (0, 0), Stretch()), Unread(), written.append)
    return b"\n".join(written).split(b"\n") if written else [], counts.fates


def _assert_same(lines: list[str], used: Config, name: str = "e.jsonl") -> None:
    data = "\n".join(lines).encode()
    expected, fates = _one_by_one(data, used, name)
    assert _mapped(data, used, name) == (expected, +fates)
    assert _mapped(data, used, name, "json")[0] == [b"," + line for line in expected]


@settings(max_examples=MANY * 4)
@given(st.integers(0, 1 << 32), st.sampled_from(USED), st.sampled_from(["e.jsonl", "é\x7f.jsonl", f"{ENV['KEY']}.jsonl"]))  # fmt: skip
def test_outcomes_written_by_kind_are_written_as_one_by_one(seed: int, used: Config, name: str) -> None:
    lines = rewritten(Corpus(seed).lines(), seed)
    for at, (usual, other) in enumerate(_HARD):
        lines = [line.replace(usual, other) if (number + seed) % 9 == at else line for number, line in enumerate(lines)]
    _assert_same(lines, used, name)


@pytest.mark.parametrize("used", [*CONFIGS, BY_IDS[3], VARIANTS[0]])
@pytest.mark.parametrize("first", FIRSTS, ids=lambda first: first["type"])
def test_an_event_that_differs_in_what_matters_is_of_another_kind(first: dict[str, Any], used: Config) -> None:
    """After some events of one kind come others that differ from them in one value, or in a field, each three times; or in their text."""
    corpus = Corpus(0)
    lines = [json.dumps(corpus.another(event)) for event in [first] * 6 + changes_of(first) * 3]
    for odd in odd_lines(first):
        lines += [*(json.dumps(corpus.another(first)) for _ in range(90)), odd.replace('"m"', f'"{len(lines)}"')]
    _assert_same(lines, used)


def test_a_source_that_json_cannot_hold_is_escaped() -> None:
    corpus = Corpus(0)
    _assert_same([json.dumps(corpus.another(FIRSTS[0])) for _ in range(9)], CONFIGS[0], "\udcff.jsonl")


def test_of_many_events_of_a_kind_a_few_are_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    mapped = calls_of(monkeypatch, Mapper, "outcome")
    corpus = Corpus(0)
    data = "\n".join(json.dumps(corpus.another(FIRSTS[0])) for _ in range(1_000)).encode()
    lines, fates = _mapped(data, CONFIGS[0], "e.jsonl")
    assert (len(lines), fates.total()) == (1_000, 1_000)
    assert [event.source for event in mapped] == ["e.jsonl:1", "e.jsonl:2"]


def test_outcomes_are_written_when_their_lines_are_read() -> None:
    """A pipe may stay open with no more lines for long."""
    line, written, at = json.dumps(FIRSTS[0]).encode() + b"\n", list[bytes](), list[int]()

    def pieces() -> Any:
        for count in (1, 3, 5, 20):
            yield line * count
            at.append(sum(data.count(b"\n") + 1 for data in written))

    work = MapJob("jsonl").begin([CONFIGS[0]], SDK)
    work.add(work.empty(), Text(pieces(), "-", (0, 0), Stretch()), Unread(), written.append)
    assert at == [1, 4, 9, 29]
