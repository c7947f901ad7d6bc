"""Provenance: every field of a payload has an origin, and what feeds nothing changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.outcomes import Outcome
from abtui.core.provenance import Provenance, event_sentence, line_sentence, payload_sentence
from abtui.core.text.paths import Path, parse_path, path_text
from tests.core.test_conformance import CASES, config_of
from tests.kit import CONFIG, EVENT

OTHERS: tuple[Any, ...] = (None, "changed", 7, False, {"units": [{"type": "a", "uid": "b"}]}, ["x"], {})


def provenance(settings: str = CONFIG, **fields: Any) -> tuple[Provenance, dict[str, Any], Any]:
    """The provenance of EVENT with fields changed, the event, and the payload."""
    config = read_config(settings, {"KEY": "k"}).config
    assert config is not None
    value = EVENT | fields
    outcome = Mapper(config).outcome(Event("s", value), explain=True)
    return Provenance(outcome), value, outcome.request and outcome.request.body


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of what has nothing in it."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inside = [(step, child) for step, child in members]
    if not inside:
        yield path
    for step, child in inside:
        yield from leaves(child, (*path, step))


def changed(value: Any, path: Path, other: Any) -> Any:
    """`value` with `other` at a path; ... takes the field of an object away."""
    if not path:
        return other
    copy = value.copy()
    if len(path) == 1 and other is ...:
        if isinstance(copy, dict):
            del copy[path[0]]
        return copy
    copy[path[0]] = changed(value[path[0]], path[1:], other)
    return copy


def recorded() -> Iterator[tuple[str, Mapper, dict[str, Any], Outcome]]:
    for case in CASES:
        for identify in ("reject", "attributes"):
            if identify == "attributes" and case["event"].get("type") != "identify":
                continue
            config: Config = config_of(case["settings"])
            mapper = Mapper(
                msgspec.structs.replace(config, sections={"behavior": {"identify": identify, "viewGoalNames": "title"}})
            )
            yield case["id"], mapper, case["event"], mapper.outcome(Event("s", case["event"]), explain=True)


def test_every_field_of_every_recorded_payload_has_an_origin() -> None:
    checked = 0
    for name, _, event, outcome in recorded():
        if outcome.request is None:
            continue
        whole = Provenance(outcome)
        for leaf in leaves(outcome.request.body):
            origins = whole.origins(leaf)
            assert origins, f"{name}: {path_text(leaf)}"
            for origin in origins:
                if origin.event is not None and origin.event[0] in event:
                    assert whole.use(origin.event) == "feeds"
                    assert any(one.payload == leaf[: len(one.payload)] for one in whole.feeds(origin.event))
            checked += 1
    assert checked > 1_000


def test_what_feeds_nothing_changes_nothing() -> None:
    """Over all recorded cases: whatever stands in an unused field, or none, the decision and the payload are the same."""
    checked = 0
    for name, mapper, event, outcome in recorded():
        decision = mapper.decide(event)
        whole = Provenance(outcome)
        for path in whole.unused(event):
            assert whole.use(path) == "nothing", f"{name}: {path_text(path)}"
            for other in (*OTHERS, ...):
                assert mapper.decide(changed(event, path, other)) == decision, f"{name}: {path_text(path)} {other!r}"
                checked += 1
    assert checked > 10_000


TRACED = [
    ({}, "$.units[0].uid", ["$.userId"]),
    ({}, "$.units[0].type", []),
    ({}, "$.units[0]", ["$.userId"]),
    ({}, "$.publishedAt", ["$.sentAt"]),
    ({}, "$.goals[0].name", ["$.event"]),
    ({}, "$.goals[0].achievedAt", ["$.originalTimestamp"]),
    ({"properties": {"x": [{"y": 1}]}}, "$.goals[0].properties.x[0].y", ["$.properties.x[0].y"]),
    (
        {"properties": {"a": 1, "absmartly": {"units": [{"type": "t", "uid": "u"}]}}},
        "$.units[0].uid",
        ["$.properties.absmartly.units[0].uid"],
    ),
    (
        {"properties": {"a": 1, "absmartly": {"units": [{"type": "t", "uid": "u"}]}}},
        "$.goals[0].properties.a",
        ["$.properties.a"],
    ),
    (
        {"event": "Experiment Viewed", "properties": {"absmartly": {"exposures": [{"name": "e"}]}}},
        "$.exposures[0].name",
        ["$.properties.absmartly.exposures[0].name"],
    ),
    ({"type": "identify", "traits": {"b": {"c": 1}}}, "$.attributes[0].name", ["$.traits.b"]),
    ({"type": "identify", "traits": {"b": {"c": 1}}}, "$.attributes[0].value.c", ["$.traits.b.c"]),
    ({"type": "identify", "traits": {"a": 1, "b": 2}}, "$.attributes[1].setAt", ["$.originalTimestamp"]),
]


@pytest.mark.parametrize(("fields", "payload", "events"), TRACED)
def test_each_part_of_a_payload_has_its_origins(fields: dict[str, Any], payload: str, events: list[str]) -> None:
    whole, _, _ = provenance(**fields)
    found = [path_text(one.event) for one in whole.origins(parse_path(payload)) if one.event is not None]
    assert list(dict.fromkeys(found)) == events


@pytest.mark.parametrize(
    ("fields", "event", "use"),
    [
        ({}, "$.userId", "feeds"),
        ({}, "$.type", "decides"),
        ({"integrations": {"All": True}}, "$.integrations.All", "decides"),
        ({"context": {"ip": "::1"}}, "$.context.ip", "nothing"),
        ({"context": {"ip": "::1"}}, "$.context", "nothing"),
        ({"userId": None}, "$.userId", "decides"),
        ({"userId": None}, "$.sentAt", "nothing"),
        ({"properties": {"absmartly": {"units": [1], "more": 1}}}, "$.properties.absmartly.more", "nothing"),
        ({"properties": {"absmartly": {"units": [1], "more": 1}}}, "$.properties.absmartly", "feeds"),
    ],
)
def test_what_a_field_is_good_for(fields: dict[str, Any], event: str, use: str) -> None:
    whole, value, _ = provenance(**fields)
    assert whole.use(parse_path(event)) == use
    unused = whole.unused(value)
    assert any(parse_path(event)[: len(path)] == path for path in unused) is (use == "nothing")


def test_origins_are_described_in_a_sentence() -> None:
    whole, _, _ = provenance(properties={"a": 1}, context={"ip": "::1"})
    assert (
        payload_sentence(("units", 0, "uid"), whole)
        == "$.units[0].uid ← $.userId · unitMapping.userId (config line 11)"
    )
    assert payload_sentence(("units", 0, "type"), whole) == "$.units[0].type ← unitMapping.userId (config line 11)"
    goal = "$.goals[0].name ← $.event · goalMapping.Order Completed (config line 10)"
    assert payload_sentence(("goals", 0, "name"), whole) == goal
    assert payload_sentence((), whole).startswith("$ ← $.event, $.originalTimestamp, $.userId and 2 more")
    assert event_sentence(("userId",), whole) == "$.userId → $.units[0].uid · unitMapping.userId (config line 11)"
    assert event_sentence(("type",), whole) == "$.type decides; nothing of it is sent"
    assert event_sentence(("context", "ip"), whole) == "$.context.ip feeds nothing"
    assert line_sentence(11, whole) == "config line 11 → $.units[0].type, $.units[0].uid"
    assert line_sentence(1, whole) == ""


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (70, "$.units[0].uid ← $.userId · unitMapping.userId (config line 11)"),
        (50, "$.units[0].uid ← $.userId · config line 11"),
        (38, "units[0].uid ← userId · config line 11"),
        (30, "← userId · config line 11"),
        (12, "← userId · …"),
    ],
)
def test_in_few_words(room: int, said: str) -> None:
    assert payload_sentence(("units", 0, "uid"), provenance()[0], room) == said


def test_a_key_is_told_as_a_key() -> None:
    whole, _, _ = provenance(type="identify", traits={"plan": "pro"})
    assert payload_sentence(("attributes", 0, "name"), whole) == "$.attributes[0].name ← the key of $.traits.plan"


def test_what_is_not_sent_feeds_nothing_but_may_decide() -> None:
    whole, value, body = provenance(userId=None)
    assert body is None
    assert whole.origins(("units",)) == []
    assert whole.of_line(11) == []
    assert ("sentAt",) in whole.unused(value)
