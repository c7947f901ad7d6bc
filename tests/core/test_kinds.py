"""A corpus surveyed by the kinds of its events has the result that it has when each event is mapped and checked by itself."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config, Policy
from abtui.core.corpus.coverage import CheckResult, Survey
from abtui.core.corpus.coverage.kinds import KindSurvey
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, Unreadable, read_events, read_together
from tests.core.test_engine import CATALOG, actions, config
from tests.kit import ENV, calls_of
from tests.thorough import MANY

_SETTINGS: Final = (
    "destination: classic\nsettings:\n  collectorEndpoint: https://acme.absmartly.io/v1\n  apiKey: ${KEY}\n"
    "  environment: staging\n  goalMapping: { Order Completed: purchase, Signed In: login }\n"
)
_ALL_ON: Final = "  enablePageViewTracking: true\n  enableAppScreenViewTracking: true\n  enableExposureTracking: true\n"
_UNITS: Final = "  unitMapping: { userId: user_id, anonymousId: anonymous_id, traits.email: mail }\n"
CONFIGS: Final[list[Config]] = [
    config(_SETTINGS + _ALL_ON + _UNITS + "behavior: { identify: attributes, viewGoalNames: slug }\n" + CATALOG),
    config(_SETTINGS + _ALL_ON + "  unitMapping: { userId: user_id }\n"),
    config(_SETTINGS + "  unitMapping: { userId: user_id, version: v }\n" + CATALOG),
    config(_SETTINGS + _ALL_ON + "  unitMapping: {}\nbehavior: { identify: attributes }\n"),
    config(_SETTINGS.replace("https://acme", "ftp://acme") + _ALL_ON + _UNITS),
    actions,
]
_EXPOSURE: Final = {
    "publishedAt": 1767225601000,
    "units": [{"type": "user_id", "uid": "u"}],
    "exposures": [
        {
            "id": 1,
            "name": "exp",
            "unit": "user_id",
            "variant": 1,
            "exposedAt": 1767225600000,
            "assigned": True,
            "eligible": True,
        }
    ],
}
_ODD: Final[list[Any]] = [
    None, "", " ", "x", "u@acme.io", "x" * 100, "x" * 101, "x" * 641, 0, 1.5, 2**53, 2**53 + 1, 2**62, True, False, [], {}, {"a": 1},
]  # fmt: skip
_NAMES: Final[list[Any]] = [
    "Exposure", "Experiment Viewed", "Order Completed", "order completed", "Signed In", "constructor", "__proto__", "Home",
]  # fmt: skip
_DATES: Final[list[Any]] = [
    "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:05.001Z", "2026-01-01T00:00:06.000Z", "2026-01-01T00:00:05Z", "2026-02-30T00:00:00.000Z",
    "1999-01-01T00:00:00.000Z", "2050-12-31T00:00:00.000Z", "2051-01-01T00:00:00.000Z", "yesterday", "2026",
]  # fmt: skip
_PAYLOADS: Final[list[Any]] = [
    _EXPOSURE, {**_EXPOSURE, "goals": [{"name": "g", "achievedAt": 1}]}, {**_EXPOSURE, "goals": []}, {**_EXPOSURE, "goals": [1]},
    {**_EXPOSURE, "units": []}, {**_EXPOSURE, "units": [{"type": "x", "uid": "1"}]}, {**_EXPOSURE, "units": [{"type": "x", "uid": ""}]},
    {**_EXPOSURE, "units": [{"type": "user_id"}]}, {**_EXPOSURE, "units": [{"type": "user_id", "uid": "u@acme.io"}]},
    {**_EXPOSURE, "publishedAt": None}, {"units": _EXPOSURE["units"]}, {**_EXPOSURE, "exposures": [1]}, None, [], 1, {},
]  # fmt: skip
_HOLDERS: Final[list[Any]] = [
    *({"absmartly": payload} for payload in _PAYLOADS), {"exposure": _EXPOSURE}, {"name": "Home"}, {"name": 1}, {"a": 1, "b": 2}, {"a": 1},
]  # fmt: skip
_SWITCHES: Final[list[Any]] = [
    {"All": False}, {"AB Smartly": False}, {"All": True, "Mixpanel": False}, {"All": True, "Mixpanel": {"id": 1}}, {"all": "yes"},
    {"ab smartly": False}, {"AB Smartly": {}}, {"AB Smartly": 1},
]  # fmt: skip
_USUAL: Final[dict[str, list[Any]]] = {
    "type": ["track", "page", "screen", "identify", "group", "alias"],
    "event": _NAMES,
    "name": _NAMES,
    "properties": _HOLDERS,
    "traits": _HOLDERS,
    "sentAt": _DATES,
    "originalTimestamp": _DATES,
    "receivedAt": _DATES,
    "integrations": _SWITCHES,
    "context": [{"integrations": switches} for switches in ({}, *_SWITCHES)],
}
_ALL: Final[list[Any]] = [*_ODD, *(value for values in _USUAL.values() for value in values)]
_FIELDS: Final = [
    "type", "event", "name", "userId", "anonymousId", "properties", "traits", "context", "integrations", "sentAt", "originalTimestamp",
    "receivedAt", "timestamp", "messageId", "version", "USERID", "traits.email", "writeKey",
]  # fmt: skip


_EVENT: Final[dict[str, Any]] = {
    "messageId": "m",
    "userId": "u",
    "anonymousId": "a",
    "integrations": {},
    "context": {"ip": "127.0.0.1"},
    "originalTimestamp": "2026-01-01T00:00:00.000Z",
    "sentAt": "2026-01-01T00:00:00.100Z",
    "receivedAt": "2026-01-01T00:00:00.200Z",
}
FIRSTS: Final[list[dict[str, Any]]] = [
    {"type": "track", "event": "Order Completed", **_EVENT, "properties": {"a": 1}},
    {"type": "track", "event": "Other", **_EVENT, "properties": {"a": 1}, "version": 2},
    {"type": "track", "event": "Experiment Viewed", **_EVENT, "properties": {"absmartly": _EXPOSURE}},
    {"type": "group", **_EVENT, "traits": {"absmartly": _EXPOSURE}},
    {"type": "page", "name": "Home", **_EVENT, "properties": {"name": "Home"}},
    {"type": "screen", **_EVENT, "properties": {"a": 1}},
    {"type": "identify", **_EVENT, "traits": {"a": 1}},
    {"type": "alias", **_EVENT},
]


class Corpus:
    """Lines of a few kinds of events, made by chance. Those of a kind differ in values that matter to nothing, and some in one that does."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._count = 0

    def _change(self, event: dict[str, Any]) -> None:
        field = self._chance.choice(_FIELDS)
        if self._chance.random() < 0.2:
            event.pop(field, None)
        else:
            odd = self._chance.random() < 0.3
            event[field] = self._chance.choice(_ALL if odd else _USUAL.get(field, _ODD))

    def another(self, first: dict[str, Any]) -> dict[str, Any]:
        """An event of the same kind as another one."""
        self._count += 1
        event = dict(first)
        for field in ("messageId", "userId", "anonymousId"):
            if event.get(field) in ("m", "u", "a"):
                event[field] += str(self._count)
        for field in ("properties", "traits"):
            if type(event.get(field)) is dict:
                event[field] = {**event[field], "price": self._count}
        return event

    def lines(self) -> list[str]:
        chance, firsts, lines = self._chance, [dict(self._chance.choice(FIRSTS)) for _ in range(4)], list[str]()
        for first in firsts:
            for _ in range(chance.randrange(3)):
                self._change(first)
        for _ in range(80):
            event = self.another(chance.choice(firsts))
            for _ in range(chance.choice((0, 0, 0, 1))):
                self._change(event)
            lines.append(json.dumps(event, ensure_ascii=False))
        for odd in (*odd_lines(firsts[0]), "{broken"):
            if chance.random() < 0.1:
                lines.insert(chance.randrange(80), odd)
        return lines


def odd_lines(event: dict[str, Any]) -> list[str]:
    """An event in texts that have findings of their own: a field twice, more than Segment takes, the key in a place that nobody reads."""
    line = json.dumps(event)
    return [
        line[:-1] + ', "userId": "u"}',
        line[:-1] + f', "context": {{"long": "{"x" * 33_000}"}}}}',
        line.replace('"127.0.0.1"', f'"{ENV["KEY"]}"'),
    ]


def changes_of(first: dict[str, Any]) -> list[dict[str, Any]]:
    """An event with another value in each of its fields, and without it."""
    values = [(field, value) for field in _FIELDS for value in (*_USUAL.get(field, ()), *_ODD)]
    changed = [{**first, field: value} for field, value in values]
    return changed + [{name: value for name, value in first.items() if name != field} for field in _FIELDS]


def _read(lines: list[str]) -> Any:
    return read_together(["\n".join(lines).encode()], "e.jsonl")


def _one_by_one(lines: list[str], used: Config, places: int) -> CheckResult:
    survey, mapper = Survey(used, (), "c.yaml", Policy(), places=places), Mapper(used)
    for item in read_events(["\n".join(lines).encode()], "e.jsonl"):
        if isinstance(item, Event):
            survey.add(item, mapper.outcome(item))
        else:
            survey.add_unreadable(item)
    return survey.result(unread=0, expected=True)


def _by_kind(lines: list[str], used: Config, places: int) -> CheckResult:
    survey = Survey(used, (), "c.yaml", Policy(), places=places)
    KindSurvey(Mapper(used), survey).add(_read(lines))
    return survey.result(unread=0, expected=True)


@settings(max_examples=MANY)
@given(st.integers(0, 1 << 32), st.sampled_from(CONFIGS), st.integers(1, 4))
def test_events_surveyed_by_kind_are_surveyed_as_one_by_one(seed: int, used: Config, places: int) -> None:
    lines = Corpus(seed).lines()
    assert _by_kind(lines, used, places) == _one_by_one(lines, used, places)


@pytest.mark.parametrize("used", CONFIGS)
@pytest.mark.parametrize("first", FIRSTS, ids=lambda first: first["type"])
def test_an_event_that_differs_in_what_matters_is_of_another_kind(first: dict[str, Any], used: Config) -> None:
    """After some events of one kind come others that differ from them in one value, or in a field; with one config three times."""
    corpus, changed = Corpus(0), changes_of(first)
    lines = [json.dumps(corpus.another(event)) for event in [first] * 6 + changed * (3 if used is CONFIGS[0] else 1)]
    for odd in odd_lines(first):
        lines += [json.dumps(corpus.another(first)) for _ in range(16)]
        lines.append(odd.replace('"m"', f'"{len(lines)}"'))
    assert _by_kind(lines, used, 1) == _one_by_one(lines, used, 1)


@pytest.mark.parametrize("before", [0, 5, 16, 40])
def test_what_was_read_before_a_source_broke_off_is_surveyed(before: int) -> None:
    lines = [json.dumps(Corpus(0).another(FIRSTS[0]))] * before

    def broken() -> Iterator[Event | Unreadable]:
        yield from _read(lines)
        raise EOFError

    survey = Survey(CONFIGS[0], (), "c.yaml", Policy(), places=2)
    with pytest.raises(EOFError):
        KindSurvey(Mapper(CONFIGS[0]), survey).add(broken())
    assert survey.result(unread=0, expected=True) == _one_by_one(lines, CONFIGS[0], 2)


def test_of_many_events_of_a_kind_a_few_are_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    line = '{"type":"track","event":"Other","userId":"u%d","messageId":"m%d","properties":{"price":%d}}'
    mapped = calls_of(monkeypatch, Mapper, "outcome")
    result = _by_kind([line % (number, number, number) for number in range(1_000)], CONFIGS[1], places=3)
    assert [event.source for event in mapped] == ["e.jsonl:1", "e.jsonl:2", "e.jsonl:3", "e.jsonl:4"]
    assert result.events == 1_000
    assert {group.count for group in result.findings if group.code == "DATE-MISSING"} == {2_000}


def test_events_that_are_all_different_are_not_looked_up_for_long() -> None:
    """Their kinds would be looked up in vain, and those that are remembered would take memory."""
    lines = [json.dumps({"type": "track", "event": f"Event {number}", "userId": "u"}) for number in range(3_000)]
    lines += [json.dumps({"type": "track", "event": "Order Completed", "userId": "u"})] * 100
    assert _by_kind(lines, CONFIGS[0], 2) == _one_by_one(lines, CONFIGS[0], 2)
