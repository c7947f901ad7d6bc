"""Answers that must be true: one row for each way in which they were found not to be, with the other members of its kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config import Config, read_config
from abtui.core.engine import map_text
from abtui.core.events import Event, read_events, read_one, read_stored, read_text, stored
from abtui.core.events.model import SdkDefaults
from abtui.core.outcomes import Outcome
from tests.core.test_every_finding import CONFIG, ENV, config, event


def config_of(text: str = CONFIG, env: dict[str, str] = ENV) -> Config:
    read = read_config(text, env).config
    assert read is not None
    return read


def outcome_of(text: str, config_text: str = CONFIG, *, explain: bool = False) -> Outcome:
    [item] = map_text(text, config_of(config_text), explain=explain)
    assert isinstance(item, Outcome)
    return item


def codes(outcome: Outcome) -> list[str]:
    return [item.code for item in outcome.findings]


# Opting out: `integrations`, the key that filters (None: it is sent), and the paths of findings about what has no effect.
ALL_SPELLINGS = ["All", "all", "ALL", "aLL", "aLl"]
OPT_OUTS: list[tuple[Any, str | None, list[str]]] = [
    *(({name: False}, name, []) for name in ALL_SPELLINGS),
    *(({name: True}, None, []) for name in ALL_SPELLINGS),
    *(({name: False, "AB Smartly": True}, None, []) for name in ALL_SPELLINGS),
    *(({name: True, "AB Smartly": False}, "AB Smartly", []) for name in ALL_SPELLINGS),
    *(({name: False, "AB Smartly": {"key": 1}}, None, []) for name in ALL_SPELLINGS),
    ({"AB Smartly": {}}, None, []),
    ({"All": True, "all": False}, "all", []),
    ({"All": False, "all": True}, "All", []),
    ({"All": "false"}, None, ["$.integrations.All"]),
    ({"all": 0}, None, ["$.integrations.all"]),
    ({"All": None}, None, ["$.integrations.All"]),
    ({"All": {}}, None, ["$.integrations.All"]),
    ({"AB Smartly": "false"}, None, ['$.integrations["AB Smartly"]']),
    ({"AB Smartly": 0}, None, ['$.integrations["AB Smartly"]']),
    ({"AB Smartly": None, "All": False}, None, ['$.integrations["AB Smartly"]']),
    ({"AB Smartly": [], "All": False}, None, ['$.integrations["AB Smartly"]']),
    *(
        ({name: False}, None, [f'$.integrations["{name}"]'])
        for name in ("A/B Smartly", "AB smartly", "ab smartly", "AB-Smartly", "AB  Smartly", " AB Smartly", "AB Smartly (Classic)")
    ),
    ({"ABsmartly": False}, None, ["$.integrations.ABsmartly"]),
    ({"absmartly": True, "All": False}, "All", ["$.integrations.absmartly"]),
    ({"AB Smartly (Actions)": False}, None, ['$.integrations["AB Smartly (Actions)"]']),
    ({"All ": False}, None, ['$.integrations["All "]']),
    ({"ABsmartly (Actions)": False}, None, []),
    ({"Mixpanel": False, "Google Analytics": {}}, None, []),
    (False, None, ["$.integrations"]),
    ("All", None, ["$.integrations"]),
    ([], None, ["$.integrations"]),
    (None, None, []),
    ({}, None, []),
]  # fmt: skip


@pytest.mark.parametrize(("integrations", "by", "told"), OPT_OUTS)
def test_opting_out(integrations: Any, by: str | None, told: list[str]) -> None:
    outcome = outcome_of(event(integrations=integrations), explain=True)
    assert outcome.verdict == ("send" if by is None else "drop")
    assert [item.event_path for item in outcome.findings if item.code == "EVENT-INTEGRATIONS"] == told
    filtered = [item for item in outcome.findings if item.code == "EVENT-FILTERED"]
    assert bool(filtered) == (by is not None)
    if by is not None:
        assert outcome.reason.code == "FILTERED"
        assert f'"{by}": false' in filtered[0].message
        assert outcome.steps[0].event_path == filtered[0].event_path


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"integrations": {"All": False}}, True),
        ({"integrations": {"AB Smartly": False}}, True),
        ({"integrations": False}, False),
        ({"integrations": {}}, False),
        ({"integrations": None}, False),
        (None, False),
        ([], False),
    ],
)
def test_integrations_inside_context(context: Any, told: bool) -> None:
    outcome = outcome_of(event(context=context))
    assert outcome.verdict == "send"
    assert ("EVENT-INTEGRATIONS" in codes(outcome)) is told


# An identity, or any other field, given as null: the fields, and the codes of what is found.
TWO_UNITS = config(unitMapping="{ userId: user_id, anonymousId: anonymous_id }")
NULLS: list[tuple[str, dict[str, Any], list[str]]] = [
    (TWO_UNITS, {"anonymousId": None}, ["UNIT-MISSING"]),
    (TWO_UNITS, {"anonymousId": ...}, ["UNIT-MISSING"]),
    (TWO_UNITS, {"anonymousId": None, "userId": None}, ["EVENT-IDENTITY", "UNIT-MISSING", "UNIT-MISSING", "UNIT-NONE"]),
    (config(unitMapping="{ userId: user_id, email: email }"), {"email": None}, ["UNIT-MISSING"]),
    (config(unitMapping="{ userId: user_id, traits.email: email }"), {"traits.email": None}, ["UNIT-MISSING"]),
    (CONFIG, {"anonymousId": None, "messageId": None, "context": None, "integrations": None, "traits": None}, []),
    (CONFIG, {"groupId": None, "receivedAt": None, "timestamp": None, "name": None, "channel": None}, []),
    (CONFIG, {"sentAt": None}, ["DATE-MISSING"]),
    (CONFIG, {"event": None}, ["GOAL-NO-NAME"]),
    (CONFIG, {"properties": None}, ["EVENT-THROWS"]),
    (CONFIG, {"type": "identify", "traits": None}, ["IDENTIFY-NO-TRAITS"]),
    (TWO_UNITS, {"anonymousId": False}, ["UNIT-TYPE"]),
]  # fmt: skip


@pytest.mark.parametrize(("config_text", "fields", "expected"), NULLS)
def test_null_is_absent(config_text: str, fields: dict[str, Any], expected: list[str]) -> None:
    assert codes(outcome_of(event(**fields), config_text)) == expected


def test_steps_say_that_it_is_null() -> None:
    outcome = outcome_of(event(anonymousId=None, sentAt=None, event=None), TWO_UNITS, explain=True)
    told = [step.message for step in outcome.steps]
    assert "unit mapping `anonymousId`: `$.anonymousId` is null, as if it were absent (config line 11)" in told
    assert "`publishedAt` is null: `$.sentAt` is null" in told
    assert "`$.event` is null, and so is the goal's name" in told
    assert outcome.reason.code == "GOAL-NAMELESS"


# Lines of code, which the tool completes.
LINE = 'analytics.track("Order Completed")'


def ids(*items: object) -> list[str]:
    return [item.value["messageId"] for item in items if isinstance(item, Event)]


def test_each_line_of_code_has_an_id_of_its_own() -> None:
    in_one = ids(*read_text("\n".join([LINE] * 3), "pasted 1"))
    on_one_line = ids(*read_events([f"[{LINE}, {LINE}]".encode()], "list.txt"), *read_events([LINE], "a.txt"))
    one_by_one = ids(*read_text(LINE, "pasted 2"), *read_text(LINE, "pasted 3"))
    of_files = ids(*read_events([LINE], "a.js"), *read_events([LINE], "b.js"))
    every = [*in_one, *on_one_line, *one_by_one, *of_files]
    assert len(in_one) == 3
    assert len(one_by_one) == len(of_files) == 2
    assert len({*every}) == len(every)


def test_the_same_input_gives_the_same_ids() -> None:
    text = f"{LINE}\n{LINE}\n"
    once, again = read_text(text, "pasted 1"), read_text(text, "pasted 1")
    assert ids(*once) == ids(*again)
    kept = [read_stored(stored(item)) for item in once]
    assert ids(*kept) == ids(*once)
    assert ids(read_one(LINE, "new #1")) == ids(read_one(LINE, "new #1"))
    in_pieces = read_events([text[:7].encode(), text[7:50].encode(), text[50:].encode()], "f")
    assert ids(*in_pieces) == ids(*read_events([text.encode()], "f"))


def test_pasted_lines_of_code_are_not_repeated() -> None:
    found = [codes(item) for item in map_text("\n".join([LINE] * 3), config_of(TWO_UNITS)) if isinstance(item, Outcome)]
    assert found == [["CODE-COMPLETED", "UNIT-MISSING"]] * 3


@pytest.mark.parametrize(
    "options",
    ['{timestamp: "2026-05-01T00:00:00.000Z"}', '{timestamp: "2025-05-01T00:00:00.000Z"}', '{messageId: "own"}', "{}"],
)
def test_placeholders_raise_no_finding_about_dates(options: str) -> None:
    sdk = SdkDefaults(now="2026-01-01T00:00:00.000Z", user_id="u1")
    [item] = map_text(f"analytics.track('Order Completed', {{}}, {options})", config_of(), sdk=sdk)
    assert isinstance(item, Outcome)
    assert codes(item) == ["CODE-COMPLETED"]


@pytest.mark.parametrize(("size", "told"), [(300, False), (1700, True)])
def test_the_size_of_an_event_is_that_of_compact_json(size: int, told: bool) -> None:
    """However it is written: spaces are the copy's, not the event's."""
    value = json.loads(event(properties={f"key {number}": "x" * 10 for number in range(size)}))
    assert len(json.dumps(value, indent=60)) > 32 * 1024
    for text in (json.dumps(value, indent=60), json.dumps(value)):
        assert ("EVENT-SIZE" in codes(outcome_of(text))) is told
