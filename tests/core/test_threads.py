"""The threads of an event: which field becomes which, through what of the config, and where the journey ends."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.threads import Thread, Tie, letters, most_telling, threads
from tests.core.test_fate import ALL, CASES, USER, exposure
from tests.core.test_journey import config_of
from tests.kit import CONFIG, ENV, EVENT, config_with

TWO_UNITS = config_with(unitMapping="{ userId: user_id, anonymousId: anonymous_id }")
KNOWN = ALL | {"units": ["user_id", "anonymous_id", "session"]}


def drawn(fields: dict[str, Any], config: Config) -> list[str]:
    """The threads as a screen shows them; `*` is the culprit."""
    return [row(thread) for thread in found(fields, config)]


def found(fields: dict[str, Any], config: Config) -> tuple[Thread, ...]:
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    outcome = Mapper(config).outcome(Event("test", value), explain=True)
    return threads(outcome, config, value)


def row(of: Thread) -> str:
    sides = (f"{of.event} {of.event_value}".strip(), of.through, f"{of.payload} {of.payload_value}".strip())
    return f"{of.letter}{'*' if of.culprit else ' '}{' - '.join(side for side in sides if side)}"


def test_the_fields_of_a_goal_in_the_order_of_the_event() -> None:
    assert drawn({"properties": {"total": 1, "currency": "NOK"}}, config_of(catalog=ALL)) == [
        'a event "Order Completed" - line 10 - name "purchase"',
        'b userId "u1" - line 11 - user_id "u1"',
        'c originalTimestamp "2026-01-01T00:00:00.000Z" - as ms - achievedAt 1767225600000',
        'd sentAt "2026-01-01T00:00:01.000Z" - as ms - publishedAt 1767225601000',
        "e properties, 2 fields - copied - properties, 2 fields",
    ]


DATES = [
    'originalTimestamp "2026-01-01T00:00:00.000Z" - as ms - achievedAt 1767225600000',
    'sentAt "2026-01-01T00:00:01.000Z" - as ms - publishedAt 1767225601000',
]
ENDS: dict[str, tuple[dict[str, Any], str, dict[str, Any], list[str]]] = {
    "no such goal": ({"event": "Other"}, CONFIG, ALL, ['a*event "Other" - unmapped - name "Other"']),
    "no such unit": ({}, CONFIG, ALL | {"units": ["x"]}, ['b*userId "u1" - line 11 - user_id "u1"']),
    "no such environment": (
        {},
        CONFIG,
        ALL | {"environments": []},
        ['e*line 5 - environment "staging"'],
    ),
    "no unit has an id": (
        {"properties": {"absmartly": {"units": [{"type": "user_id"}]}}},
        CONFIG,
        ALL,
        ["d*properties.absmartly.units, 1 item - copied - units, 1 item"],
    ),
    "no date": ({"sentAt": ...}, CONFIG, ALL, ["d*no sentAt - publishedAt null"]),
    "an empty id": ({"userId": ""}, CONFIG, ALL, ['b*userId "" - line 11 - user_id ""']),
    "an exposure without a field": (
        {"event": "Experiment Viewed", "properties": {"absmartly": {"units": [USER]}}},
        CONFIG,
        ALL,
        ["a*properties.absmartly, 1 field - copied - no publishedAt"],
    ),
    "no id": (
        {"userId": ...},
        TWO_UNITS,
        ALL,
        ["c*no userId - line 11 - no id", "d*no anonymousId - line 11 - no id"],
    ),
    "no id, and none is looked for": ({}, config_with(unitMapping="{}"), ALL, ["c*no entry - no id"]),
    "an id that is a list": ({"userId": [1]}, CONFIG, ALL, ["b*userId, 1 item - line 11 - no id"]),
    "screens are off": (
        {"type": "screen", "name": "Home"},
        config_with(enableAppScreenViewTracking="false"),
        ALL,
        ['a*type "screen" - off - nothing is sent'],
    ),
    "screens are off, as nothing is said": (
        {"type": "screen", "name": "Home"},
        config_with(enableAppScreenViewTracking=""),
        ALL,
        ['a*type "screen" - off - nothing is sent'],
    ),
    "exposures are off": (
        {"event": "Experiment Viewed"},
        config_with(enableExposureTracking="false"),
        ALL,
        ['a*event "Experiment Viewed" - off - nothing is sent'],
    ),
    "opted out": (
        {"integrations": {"All": False}},
        CONFIG,
        ALL,
        ["a*integrations.All false - nothing is sent"],
    ),
    "no handler": ({"type": "alias"}, CONFIG, ALL, ['a*type "alias" - nothing is sent']),
    "a page without a name": ({"type": "page"}, CONFIG, ALL, ["a*no name - an error"]),
    "the function throws": ({"properties": None}, CONFIG, ALL, ["c*properties null - an error"]),
    "fetch throws": ({}, config_with(environment='"a\\nb"'), ALL, ["e*line 5 - an error"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ENDS)
def test_the_culprit_is_where_the_journey_ends(case: str) -> None:
    fields, config, catalog, wanted = ENDS[case]
    rows = drawn(fields, config_of(config, catalog))
    assert [text for text in rows if text[1] == "*"] == wanted


@pytest.mark.parametrize("case", CASES)
def test_what_is_lost_has_a_culprit_and_what_is_not_has_none(case: str) -> None:
    fields, catalog, fate = CASES[case]
    rows = found(fields, config_of(catalog=catalog))
    assert any(thread.culprit for thread in rows) is (fate not in ("arrives", "accepted"))
    assert [thread.letter for thread in rows] == list("abcdefghijkl"[: len(rows)])


def test_an_event_without_an_id_tells_what_it_would_have_been() -> None:
    assert drawn({"userId": ...}, config_of(catalog=ALL)) == [
        'a event "Order Completed" - line 10 - name "purchase"',
        f"b {DATES[0]}",
        "c*no userId - line 11 - no id",
    ]


def test_units_that_the_event_brings_are_a_thread_of_their_own() -> None:
    fields = {"properties": {"total": 1, "absmartly": {"units": [USER]}}}
    assert drawn(fields, config_of(catalog=ALL))[-2:] == [
        "d properties.absmartly.units, 1 item - copied - units, 1 item",
        "e properties, 2 fields - copied - properties, 1 field",
    ]


def test_an_attribute_is_named_by_its_trait() -> None:
    one, two = ({"type": "identify", "event": ..., "traits": traits} for traits in ({"vip": True}, {"a": 1, "b": 2}))
    assert drawn(one, config_of(catalog=ALL))[-1] == "d traits.vip true - copied - vip true"
    assert drawn(two, config_of(catalog=ALL))[-1] == "d traits, 2 fields - copied - attributes, 2 items"


# The few that are shown, and the letters beside JSON


def test_the_most_telling_threads_are_in_order_with_the_culprit() -> None:
    rows = found({"sentAt": ...}, config_of(catalog=ALL))
    assert [thread.letter for thread in rows] == ["a", "b", "c", "d"]
    assert [thread.letter for thread in most_telling(rows, 3)] == ["a", "b", "d"]
    assert [thread.letter for thread in most_telling(rows, 1)] == ["d"]
    assert most_telling(rows, 0) == ()
    assert most_telling(rows, 9) == rows


def test_the_letters_stand_beside_every_line_of_a_field() -> None:
    rows = found({"event": "Other", "properties": {"cart": {"items": [1]}}}, config_of(catalog=ALL))
    beside = letters(rows)
    assert beside.of_event(("event",)) == beside.of_payload(("goals", 0, "name")) == Tie("a", culprit=True)
    assert beside.of_event(("properties", "cart", "items", 0)) == Tie("e", culprit=False)
    assert beside.of_payload(("goals", 0, "properties", "cart")) == Tie("e", culprit=False)
    for place in (("units", 0), ("units", 0, "type"), ("units", 0, "uid")):
        assert beside.of_payload(place) == Tie("b", culprit=False)
    assert beside.of_line(11) == Tie("b", culprit=False)
    assert beside.of_line(10) == Tie("a", culprit=True)
    for nowhere in ((), ("messageId",), ("type",)):
        assert beside.of_event(nowhere) is None
    for nowhere in ((), ("goals",), ("goals", 0), ("units",)):
        assert beside.of_payload(nowhere) is None
    assert beside.of_line(1) is None


def test_within_a_copy_only_the_place_at_fault_is_marked() -> None:
    rows = found(exposure({"type": "x", "uid": "1"}), config_of(catalog=ALL))
    beside = letters(rows)
    place = ("units", 0, "type")
    assert beside.of_payload(place) == Tie("a", culprit=True)
    assert beside.of_event(("properties", "absmartly", *place)) == Tie("a", culprit=True)
    assert beside.of_payload(("units", 0, "uid")) == beside.of_payload(("publishedAt",)) == Tie("a", culprit=False)
    assert beside.of_event(("properties", "absmartly")) == Tie("a", culprit=False)


def test_the_dates_of_attributes_have_the_letter_of_their_field() -> None:
    rows = found({"type": "identify", "event": ..., "traits": {"a": 1, "b": 2}}, config_of(catalog=ALL))
    beside = letters(rows)
    assert beside.of_payload(("attributes", 1, "setAt")) == beside.of_event(("originalTimestamp",))
    assert beside.of_payload(("attributes", 1, "name")) == beside.of_event(("traits", "b"))


def test_there_are_letters_for_fifty_two_threads() -> None:
    mapping = ", ".join(f"field{at}: user_id" for at in range(60))
    fields = {f"field{at}": f"u{at}" for at in range(60)}
    rows = found(fields, config_of(config_with(unitMapping=f"{{ {mapping} }}"), ALL))
    assert len(rows) > 60
    assert rows[51].letter == "Z"
    assert {thread.letter for thread in rows[52:]} == {"*"}


def test_a_key_is_masked_and_a_long_value_is_cut() -> None:
    config = config_of(catalog=ALL)
    rows = found({"event": f"x{ENV['KEY']}", "userId": "u\n" * 300}, config)
    assert row(rows[0]) == 'a*event "x****cdef" - unmapped - name "x****cdef"'
    assert rows[1].event_value.startswith('"u u u ')
    assert rows[1].event_value.endswith('…"')


def test_an_outcome_without_steps_has_only_the_culprit_of_its_payload() -> None:
    config = config_of(catalog=ALL)
    value = EVENT | {"event": "Other"}
    outcome = Mapper(config).outcome(Event("test", value))
    assert [row(thread) for thread in threads(outcome, config, value)] == ['a*name "Other"']
