"""A run planned by the kinds of its events has the plan that it has when each event is decided about by itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.event_kinds import EventKinds
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import Options
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.shipment import Item, ShipmentBuilder
from tests.core.test_comparison import SDK, VARIANTS
from tests.core.test_comparison_kinds import BY_IDS, rewritten
from tests.core.test_kinds import CONFIGS, FIRSTS, Corpus
from tests.kit import calls_of
from tests.thorough import MANY

USED = [used for used in (*CONFIGS, *VARIANTS, *BY_IDS) if used.destination == "classic"]


def _told(builder: ShipmentBuilder, used: Config, others: list[Item]) -> tuple[Plan, int, list[str]]:
    """The plan, the number of events that would be sent, and what is no event."""
    target = used.default_target
    plan = builder.plan(target, "batch")
    return plan, builder.shipment(plan, target, (), "", Options()).planned, [item.source for item in others]


def _by_kind(pieces: list[bytes], used: Config) -> tuple[Plan, int, list[str]]:
    builder, kinds = ShipmentBuilder(Mapper(used)), EventKinds(used)
    return _told(builder, used, list(builder.count_by_kind(kinds.reader.parts(iter(pieces), "f", SDK), kinds)))


def _one_by_one(pieces: list[bytes], used: Config) -> tuple[Plan, int, list[str]]:
    builder = ShipmentBuilder(Mapper(used))
    return _told(builder, used, list(builder.count(FieldReader(used).events(iter(pieces), "f", SDK))))


@settings(max_examples=MANY)
@given(st.integers(0, 1 << 32), st.sampled_from(USED))
def test_a_run_is_planned_by_kind_as_one_by_one(seed: int, used: Config) -> None:
    data = "\n".join(rewritten(Corpus(seed).lines(), seed)).encode()
    pieces = [data[at : at + 3_000] for at in range(0, len(data), 3_000)]
    assert _by_kind(pieces, used) == _one_by_one(pieces, used)


def test_of_many_events_of_a_kind_a_few_are_decided_about(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = calls_of(monkeypatch, Mapper, "decide_for_target")
    data = "\n".join(json.dumps(Corpus(number).another(FIRSTS[0])) for number in range(1_000)).encode()
    plan, planned, _others = _by_kind([data], BY_IDS[0])
    assert (plan.events, planned, len(decided)) == (1_000, 1_000, 2)
