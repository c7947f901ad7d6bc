"""Answers that must be true: one row for each way in which they were found not to be, with the other members of its kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_events, read_one, read_stored, read_text, stored
from abtui.core.events.model import SdkDefaults
from abtui.core.fetch import address_error
from abtui.core.outcomes import Outcome
from tests.kit import CONFIG, ENV, config_with, event, map_text


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
def test_an_event_that_opts_out_is_dropped_and_reported(integrations: Any, by: str | None, told: list[str]) -> None:
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
TWO_UNITS = config_with(unitMapping="{ userId: user_id, anonymousId: anonymous_id }")
NULLS: list[tuple[str, dict[str, Any], list[str]]] = [
    (TWO_UNITS, {"anonymousId": None}, ["UNIT-MISSING"]),
    (TWO_UNITS, {"anonymousId": ...}, ["UNIT-MISSING"]),
    (TWO_UNITS, {"anonymousId": None, "userId": None}, ["EVENT-IDENTITY", "UNIT-MISSING", "UNIT-MISSING", "UNIT-NONE"]),
    (config_with(unitMapping="{ userId: user_id, email: email }"), {"email": None}, ["UNIT-MISSING"]),
    (config_with(unitMapping="{ userId: user_id, traits.email: email }"), {"traits.email": None}, ["UNIT-MISSING"]),
    (CONFIG, {"anonymousId": None, "messageId": None, "context": None, "integrations": None, "traits": None}, []),
    (CONFIG, {"groupId": None, "receivedAt": None, "timestamp": None, "name": None, "channel": None}, []),
    (CONFIG, {"sentAt": None}, ["DATE-MISSING"]),
    (CONFIG, {"event": None}, ["GOAL-NO-NAME", "CONTRACT"]),
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


# Units that the event brings: the units, and the codes with the payload paths of what is found about them.
OK_UNIT = {"type": "user_id", "uid": "u1"}
UIDS: list[tuple[Any, list[tuple[str, str]]]] = [
    ([{"type": "productId"}], [("UNIT-NO-UID", "$.units[0].uid")]),
    ([{"type": "productId", "id": "p1"}], [("UNIT-NO-UID", "$.units[0].uid")]),
    ([OK_UNIT, {"type": "productId"}], [("UNIT-NO-UID", "$.units[1].uid")]),
    ([{"type": "productId", "uid": None}], [("CONTRACT", "$.units[0].uid")]),
    ([{"type": "productId", "uid": ""}], [("UNIT-EMPTY", "$.units[0].uid"), ("CONTRACT", "$.units[0].uid")]),
    ([{"type": "productId", "uid": " "}], [("UNIT-EMPTY", "$.units[0].uid")]),
    ([{"type": "productId", "uid": 5}], [("CONTRACT", "$.units[0].uid")]),
    ([{"type": "productId", "uid": "u" * 641}], [("UNIT-LONG", "$.units[0].uid")]),
    ([{}], [("UNIT-NO-UID", "$.units[0].uid"), ("CONTRACT", "$.units[0].type")]),
    ([OK_UNIT], []),
]


@pytest.mark.parametrize(("units", "expected"), UIDS)
@pytest.mark.parametrize("kind", ["goal", "exposure", "group"])
def test_units_without_an_id(units: Any, expected: list[tuple[str, str]], kind: str) -> None:
    body = {"units": units, "publishedAt": 1767225600000}
    fields: dict[str, dict[str, Any]] = {
        "goal": {"properties": {"absmartly": {"units": units}}},
        "exposure": {"event": "Experiment Viewed", "properties": {"absmartly": body}},
        "group": {"type": "group", "traits": {"absmartly": body}},
    }
    outcome = outcome_of(event(**fields[kind]))
    assert outcome.request is not None
    assert outcome.request.body["units"] == units
    found = [(item.code, item.payload_path) for item in outcome.findings if item.code != "UNIT-OVERRIDE"]
    assert found == expected


def test_no_units_at_all() -> None:
    exposure = outcome_of(event(event="Experiment Viewed", properties={"absmartly": {"units": [], "publishedAt": 1}}))
    assert [(item.code, item.payload_path) for item in exposure.findings] == [("UNIT-NO-UID", "$.units")]
    goal = outcome_of(event(properties={"absmartly": {"units": []}}))
    assert (goal.verdict, goal.reason.code) == ("drop", "NO-UNIT")


# Settings over which the function's fetch throws before it sends anything; None where it does not.
SETTINGS: list[tuple[str, str, str | None]] = [
    ("environment", '"日本"', "日本 is not a legal HTTP header value"),
    ("environment", '"a\\nb"', "a\\nb is not a legal HTTP header value"),
    ("environment", '"a\\rb"', ""),
    ("environment", '"\\0"', ""),
    ("environment", '"\\x7f"', ""),
    ("environment", '"€"', ""),
    ("environment", '"né"', None),
    ("environment", '"a\\tb"', None),
    ("environment", '""', None),
    ("apiKey", '"0123456789日本"', "the API key is not a legal HTTP header value"),
    ("apiKey", '"0123456789\\nabcdef"', "the API key is not a legal HTTP header value"),
    ("application", '"日本"', None),
    ("collectorEndpoint", "${NOWHERE}", "Only absolute URLs are supported"),
    ("collectorEndpoint", "${NOWHERE}/v1", "Only absolute URLs are supported"),
    ("collectorEndpoint", '"https:///v1"', "request to https://v1/ failed, reason: getaddrinfo ENOTFOUND v1"),
    ("collectorEndpoint", '"http://"', "request to http://context/ failed, reason: getaddrinfo ENOTFOUND context"),
    ("collectorEndpoint", '"https://user:pw@acme.absmartly.io/v1"', None),
]
# Recorded from Node 20: node-fetch's test of an address over `<endpoint>/context`.
NOT_ABSOLUTE, NOT_HTTP, INVALID = (
    "Only absolute URLs are supported", "Only HTTP(S) protocols are supported", "Invalid URL"
)  # fmt: skip
ENDPOINTS: dict[str, str | None] = {
    **dict.fromkeys(
        ("", " ", "acme.absmartly.io/v1", "//acme.absmartly.io/v1", "/v1", "file:///v1", "https//acme.io/v1", "http;//acme.io",
         "'https://acme.io/v1'", "<https://acme.io/v1>", "${X}/v1", "ht tp://acme.io", "\u200bhttps://acme.io/v1"),
        NOT_ABSOLUTE,
    ),
    **dict.fromkeys(
        ("localhost:8200/v1", "acme.absmartly.io:443/v1", "127.0.0.1:8200/v1", "ftp://acme.absmartly.io/v1", "ws://acme.io/v1",
         "mailto:a@b.c", "h+t://acme.io/v1", "1http://acme.io"),
        NOT_HTTP,
    ),
    **dict.fromkeys(
        ("https://user@/v1", "https://acme.io:99999/v1", "https://acme.io:abc/v1", "https://a b.io/v1", "https://[::1/v1",
         "https://[zz]/v1", "https://1.2.3.999/v1", "https://1.2.3.4.5/v1", "https://acme%20.io/v1", "https://acme%2f.io",
         "https://acme<.io/v1", "https://acme|.io/v1", "https://acme^.io", "https://?a=1", "https://#x", "https://xn--/v1",
         "https://\u00ad/v1", "https://acme.io:65536", "https://\ud800.io/v1", "https://4294967296/v1", "https://a.0x/v1",
         "https://a.09/v1", "https://09.1/v1"),
        INVALID,
    ),
    **dict.fromkeys(
        ("https://acme.io/v1", "https://user:pw@acme.io/v1", "https://acme.io:/v1", "https://acme.io/v 1", "https://acme.io/v1 ",
         " https://acme.io/v1", "\thttps://acme.io/v1", "https://acme\n.io/v1", "https://acme.io/v1\n", "https:acme.io/v1",
         "https:\\\\acme.io\\v1", "HTTPS://ACME.io/v1", "https://[::1]:80/v1", "https://1.2.3/v1", "https://0x7f.1/v1",
         "https://münchen.de/v1", "https://日本.jp/v1", "https://acme`.io", "https://acme{.io", "https://acme_x.io/v1",
         "https://acme..io/v1", "https://acme.io?a=1", "https://${X}/v1", "https://a\u00ad.io", "\u00a0https://acme.io/v1",
         "https://acme.io:0/v1", "https://acme.io:65535", "https://a@b@acme.io/v1", "https://acme.io/\ud800", "https://256/v1",
         "https://1.2.3.4./v1", "https://a.1b/v1", "https://\uff21cme.io/v1", "http:/acme.io/v1", "http:////acme.io/v1"),
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_addresses_that_fetch_takes(endpoint: str) -> None:
    assert address_error(endpoint) == ENDPOINTS[endpoint]


@pytest.mark.parametrize(("setting", "value", "error"), SETTINGS)
def test_settings_over_which_fetch_throws(setting: str, value: str, error: str | None) -> None:
    text = config_with(**{setting: value})
    outcome = outcome_of(event(), text, explain=True)
    fails = error is not None
    assert (outcome.verdict, outcome.request is None) == (("fail", True) if fails else ("send", False))
    if error is not None:
        assert error in outcome.reason.message
        assert (outcome.reason.code, outcome.segment_shows) == ("FETCH-THROWS", "Bad Request")
        assert codes(outcome) == ["FETCH-THROWS"]
        assert (
            outcome.findings[0].config_line
            == outcome.steps[-1].config_line
            == config_of(text).line("settings", setting)
        )
        assert "0123456789" not in repr(outcome)
    # What stops before the request is made is not changed by it.
    assert outcome_of(event(userId=...), text).verdict == "drop"
    assert outcome_of(event(properties=None), text).reason.code == "THROWS"
    # The fast way to bodies, and a request to a target of its own.
    mapper = Mapper(config_of(text))
    assert mapper.decide(json.loads(event())).verdict == outcome.verdict
    assert mapper.requests(json.loads(event()))


def test_a_comparison_tells_that_fetch_throws() -> None:
    good, bad = config_of(), config_of(config_with(environment='"日本"'))
    for old, new, verdicts, effect in (
        (good, bad, ("send", "fail"), "Stops 1 event."),
        (bad, good, ("fail", "send"), "Lets 1 event through."),
    ):
        comparison = Comparison(old, new)
        assert comparison.add(Event("a:1", json.loads(event()))) is not None
        result = comparison.result()
        cells = [(one, other) for one, row in result.verdicts.items() for other, count in row.items() if count]
        assert cells == [verdicts]
        assert [(item.path, item.effect) for item in result.settings] == [("settings.environment", effect)]


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


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"product_id": "P1"}, "The event has it as `product_id`: the middleware reads another name."),
        ({"products": [{"product_id": "P1"}]}, "The event has it as `product_id`: the middleware reads another name."),
        ({"sku": "P1"}, 'Send each unit as {"type": ..., "uid": ...}.'),
    ],
)
def test_a_unit_without_an_id_names_the_property_that_has_it(properties: dict[str, Any], says: str) -> None:
    """AB Smartly's units middleware reads `productId`; Segment's specification says `product_id`."""
    config = read_config(CONFIG, ENV).config
    assert config is not None
    value = event(properties={**properties, "absmartly": {"units": [{"type": "productId"}]}})
    [outcome] = map_text(value, config)
    [found] = [item for item in outcome.findings if item.code == "UNIT-NO-UID"]
    assert found.hint.startswith(says)
