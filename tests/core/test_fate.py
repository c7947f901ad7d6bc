"""What becomes of an event: each fate by what the catalog has, what the payload names, and what the contract says."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.fate import FATES, corpus_sentence, fate_sentence, sending_sentence, verdicts_of
from abtui.core.outcomes import VERDICTS, Fate, Verdict
from abtui.core.text.ascii import needs_ascii
from tests.kit import CONFIG, ENV, EVENT

ALL = {"goals": ["purchase"], "units": ["user_id", "session"], "environments": ["staging"], "applications": ["website"]}
ORDER: list[Fate] = ["arrives", "accepted", "unknown", "never-leaves", "ignored", "refused", "fails"]


def fate(fields: dict[str, Any], catalog: dict[str, Any], config: str = CONFIG) -> Fate:
    names = "".join(f"  {kind}: {value}\n" for kind, value in catalog.items())
    reading = read_config(config + (f"catalog:\n{names}" if names else ""), ENV)
    assert reading.config is not None, reading.findings
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    mapper = Mapper(reading.config)
    outcome = mapper.outcome(Event("test", value))
    assert mapper.fate(mapper.decide(value)) == outcome.fate
    assert outcome.verdict in verdicts_of(outcome.fate)
    return outcome.fate


def without(*kinds: str) -> dict[str, Any]:
    return {kind: names for kind, names in ALL.items() if kind not in kinds}


EXPOSURE = {"id": 1, "name": "e", "variant": 0, "exposedAt": 1, "assigned": True, "eligible": True}


def exposure(*units: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"units": list(units), "publishedAt": 1, "exposures": [EXPOSURE], **more}
    return {"event": "Experiment Viewed", "properties": {"absmartly": body}}


def own_units(*units: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"absmartly": {"units": list(units)}}}


USER = {"type": "user_id", "uid": "u1"}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Fate]] = {
    "all it names is in the catalog": ({}, ALL, "arrives"),
    "there is no catalog": ({}, {}, "accepted"),
    "goals are not listed": ({}, without("goals"), "accepted"),
    "units are not listed": ({}, without("units"), "accepted"),
    "environments are not listed": ({}, without("environments"), "accepted"),
    "applications are not listed": ({}, without("applications"), "accepted"),
    "the goal is not there": ({"event": "Other"}, ALL, "ignored"),
    "the goal is not there, and nothing else is listed": ({"event": "Other"}, {"goals": ["purchase"]}, "ignored"),
    "no goal is there": ({}, ALL | {"goals": []}, "ignored"),
    "the goal is archived": ({}, without("goals") | {"archived": {"goals": ["purchase"]}}, "ignored"),
    "the goal is archived, and there again": ({}, ALL | {"archived": {"goals": ["purchase"]}}, "arrives"),
    "the unit is not there": ({}, ALL | {"units": ["session"]}, "ignored"),
    "one unit of two is not there": (own_units(USER, {"type": "x", "uid": "1"}), ALL, "ignored"),
    "the environment is not there": ({}, ALL | {"environments": ["production"]}, "ignored"),
    "the application is not there": ({}, ALL | {"applications": ["shop"]}, "ignored"),
    "a unit without a uid": (own_units({"type": "user_id"}), ALL, "ignored"),
    "a unit without a uid beside one with": (own_units({"type": "session"}, USER), ALL, "arrives"),
    "without a catalog no unit has a uid": (own_units({"type": "user_id"}), {}, "ignored"),
    "an uid that is null": (own_units({"type": "user_id", "uid": None}), ALL, "refused"),
    "an uid that is empty": ({"userId": ""}, ALL, "refused"),
    "an uid that is blank": ({"userId": " "}, ALL, "arrives"),
    "a date is missing": ({"sentAt": ...}, ALL, "refused"),
    "a goal that is not there, and a date missing": ({"event": "Other", "sentAt": ...}, ALL, "refused"),
    "an exposure": (exposure(USER), ALL, "arrives"),
    "an exposure where only goals are missing in the catalog": (exposure(USER), without("goals"), "arrives"),
    "an exposure with a goal that is not there": (
        exposure(USER, goals=[{"name": "x", "achievedAt": 1}]),
        ALL,
        "arrives",
    ),
    "an exposure of a unit that is not there": (exposure({"type": "x", "uid": "1"}), ALL, "ignored"),
    "an exposure without units": (exposure(), ALL, "ignored"),
    "an exposure that is no payload": ({"event": "Experiment Viewed", "properties": {"absmartly": 5}}, ALL, "refused"),
    "attributes": ({"type": "identify", "traits": {"vip": True}}, without("goals"), "arrives"),
    "attributes in an environment that is not there": (
        {"type": "identify", "traits": {"vip": True}},
        ALL | {"environments": []},
        "ignored",
    ),
    "no unit": ({"userId": ...}, ALL, "never-leaves"),
    "opted out": ({"integrations": {"All": False}}, ALL, "never-leaves"),
    "no handler": ({"type": "alias"}, ALL, "never-leaves"),
    "the function throws": ({"properties": None}, ALL, "fails"),
    "a page without a name": ({"type": "page"}, ALL, "fails"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_fate_follows_from_event_and_catalog(case: str) -> None:
    fields, catalog, wanted = CASES[case]
    assert fate(fields, catalog) == wanted


def test_an_application_that_is_not_sent_is_not_judged() -> None:
    config = CONFIG.replace("  application: website\n", "")
    assert fate({}, without("applications"), config) == fate({}, ALL | {"applications": []}, config) == "arrives"


def test_the_order_is_that_of_the_words() -> None:
    assert list(FATES) == ORDER == list(get_args(Fate))


def test_the_sentence_leaves_zeros_out_and_has_the_worst_last() -> None:
    counts: dict[Fate, int] = {"fails": 1, "refused": 5, "arrives": 82, "ignored": 6, "never-leaves": 7, "unknown": 0}
    assert fate_sentence(counts) == "101 events: 82 arrive, 7 never leave, 6 are ignored, 5 are refused, 1 fails"
    assert fate_sentence({"accepted": 1}) == "1 event: 1 is accepted"
    assert fate_sentence({"arrives": 1200}) == "1,200 events: 1,200 arrive"
    assert fate_sentence({}) == "0 events"


def test_each_verdict_has_its_fates_and_none_has_unknown() -> None:
    of_verdicts = [verdict for fate in ORDER for verdict in verdicts_of(fate)]
    assert set(of_verdicts) == set(VERDICTS)
    assert [fate for fate in ORDER if not verdicts_of(fate)] == ["unknown"]


@pytest.mark.parametrize(
    ("counts", "unreadable", "not_events", "said"),
    [
        ({"arrives": 2, "fails": 1}, 0, 0, "3 events: 2 arrive, 1 fails."),
        ({"ignored": 1}, 1, 1, "1 event: 1 is ignored. 1 object is no event. 1 piece could not be read."),
        ({}, 2, 0, "0 events. 2 pieces could not be read."),
        ({}, 0, 3, "0 events. 3 objects are no events."),
    ],
)
def test_what_is_no_event_is_told_behind_the_events(
    counts: dict[Fate, int], unreadable: int, not_events: int, said: str
) -> None:
    assert corpus_sentence(counts, unreadable, not_events) == said


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ({"send": 2, "drop": 1, "unsupported": 1, "fail": 3}, "7 events: 2 are sent, 2 never leave, 3 fail."),
        ({"send": 1}, "1 event: 1 is sent."),
        ({"unsupported": 1}, "1 event: 1 never leaves."),
        ({}, "0 events."),
    ],
)
def test_where_only_verdicts_are_known(verdicts: dict[Verdict, int], said: str) -> None:
    assert sending_sentence(verdicts, 0, 0) == said


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({}, False),
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, False),
        ({"TERM": "linux"}, True),
        ({"LANG": "ja_JP.UTF-8"}, True),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LC_CTYPE": "zh_CN.UTF-8", "LANG": "de_DE.UTF-8"}, True),
    ],
)
def test_where_the_marks_are_ascii(env: dict[str, str], wanted: bool) -> None:
    assert needs_ascii(env) is wanted
