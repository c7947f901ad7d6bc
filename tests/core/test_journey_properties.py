"""Whatever an event and a config hold, its journey and its threads agree with its fate, in whole lines without a key."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.journey import becomes, journey, shortfall
from abtui.core.threads import letters, most_telling, threads
from abtui.core.ticket import journey_ticket
from tests.core.test_fate import ALL
from tests.core.test_journey import FEW, config_of, consistent, is_whole
from tests.kit import ENV, EVENT, config_with
from tests.thorough import MANY

KEY = ENV["KEY"]
OFF = config_with(
    enablePageViewTracking="false", enableExposureTracking="false", unitMapping="{ userId: x, anonymousId: y }"
)
CONFIGS = [
    config_of(),
    config_of(catalog=ALL),
    config_of(catalog=ALL | {"applications": [], "units": []}),
    config_of(catalog={"archived": {"goals": ["purchase"]}}),
    config_of(OFF, ALL),
    config_of(config_with(unitMapping="{}", environment='"a\\nb"'), ALL),
]
TEXTS = (
    st.sampled_from(["", "purchase", "constructor", KEY, f"a\n{KEY}\x1b[2J", "x" * 1000, "\u2028\ud800`|"]) | st.text()
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
UNITS = st.lists(st.fixed_dictionaries({}, optional={"type": TEXTS | st.just("user_id"), "uid": VALUES}), max_size=2)
BODIES = st.fixed_dictionaries(
    {"units": UNITS}, optional={"publishedAt": st.just(1), "exposures": VALUES, "goals": VALUES, "attributes": VALUES}
)
HOLDERS = st.fixed_dictionaries({"absmartly": BODIES | VALUES}, optional={"total": VALUES})
FIELDS = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "page", "screen", "group", "identify", "alias"])},
    optional={
        "event": st.just("Experiment Viewed") | VALUES,
        "name": VALUES,
        "userId": VALUES,
        "anonymousId": VALUES,
        "properties": HOLDERS | VALUES,
        "traits": HOLDERS | VALUES,
        "sentAt": VALUES,
        "originalTimestamp": VALUES,
        "integrations": st.just({"All": False}) | VALUES,
        "messageId": TEXTS,
    },
)
EVENTS = st.builds(lambda fields, gone: {k: v for k, v in (EVENT | fields).items() if k not in gone}, FIELDS, st.sets(st.sampled_from(["userId", "sentAt", "event"])))  # fmt: skip


@settings(max_examples=MANY)
@given(EVENTS, st.sampled_from(CONFIGS))
def test_a_journey_is_consistent(value: dict[str, Any], config: Config) -> None:
    outcome = Mapper(config).outcome(Event("test", value), explain=True)
    of = journey(outcome, config)
    assert of.fate == outcome.fate
    consistent(of)
    few, sent_as = shortfall(outcome, config), becomes(outcome, config)
    assert len(few) <= FEW
    assert bool(few) is (outcome.fate != "arrives")
    assert bool(sent_as) is (outcome.request is not None)
    assert is_whole(few)
    assert is_whole(sent_as)


@settings(max_examples=MANY)
@given(EVENTS, st.sampled_from(CONFIGS))
def test_threads_end_where_the_journey_does(value: dict[str, Any], config: Config) -> None:
    outcome = Mapper(config).outcome(Event("test", value), explain=True)
    rows = threads(outcome, config, value)
    culprits = [thread for thread in rows if thread.culprit]
    assert bool(culprits) is (outcome.fate not in ("arrives", "accepted"))
    assert set(most_telling(rows, len(culprits))) == set(culprits)
    for thread in rows:
        for text in (thread.event, thread.event_value, thread.through, thread.payload, thread.payload_value):
            assert is_whole(text)
    beside = letters(rows)
    for thread in culprits:
        if thread.payload_path is not None:
            at = beside.of_payload(thread.payload_path)
            assert at is not None
            assert at.culprit
    note = journey_ticket(journey(outcome, config), outcome, rows, config)
    assert all(is_whole(line) for line in note.split("\n"))
