"""Remedies: one change for an event, a finding or a line, offered only if it was tried and helps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config.corpus_names import CorpusNameTally
from abtui.core.config.model import Config, ConfigReading
from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import DESTINATIONS
from abtui.core.events import Event, SdkDefaults, read_one
from abtui.core.findings import RULES
from abtui.core.outcomes import Outcome
from abtui.core.remedy import Remedies, Remedy, effect_on_event, is_better, preview
from abtui.core.remedy.model import holds_finding
from tests.core.test_every_finding import CONFIG_CASES
from tests.core.test_fixes import FIXED, UNCERTAIN
from tests.kit import CONFIG, ENV, classic_config, config_with, event, settings_of
from tests.toy import registered

NOW = "2026-03-18T09:15:00.000Z"
SDK = SdkDefaults(now=NOW)
CATALOG = """\
catalog:
  goals: [purchase, login, "Page: Home", "Screen: Cart"]
  units: [user_id, anonymous_id, session]
  environments: [staging]
  applications: [website]
"""
WITH_CATALOG = CONFIG + CATALOG
USED = WITH_CATALOG + "# Order Completed is sent, too\n"


def read(text: str) -> ConfigReading:
    return read_config(text, ENV)


def config_of(text: str) -> Config:
    config = read(text).config
    assert config is not None, read(text).findings
    return config


def events_of(*texts: str) -> list[Event]:
    found = [read_one(text, f"events:{number}") for number, text in enumerate(texts, 1)]
    return [item for item in found if isinstance(item, Event)]


def remedies(text: str, *texts: str) -> Remedies:
    """With all events counted."""
    config, tally = read(text).config, CorpusNameTally()
    usage = None if config is None else Usage(config)
    for item in events_of(*texts):
        tally.add(item.value)
        if config is not None and usage is not None:
            usage.add(item.value, Mapper(config).outcome(item))
    return Remedies(text, read, usage=usage, seen=tally.seen(), sdk=SDK)


def outcome_after(remedy: Remedy, text: str, of: Event) -> Outcome:
    """What becomes of an event once a remedy is applied."""
    if remedy.changes == "config":
        assert remedy.before == text
        return Mapper(config_of(remedy.after)).outcome(of)
    changed = read_one(remedy.after, of.source)
    assert isinstance(changed, Event)
    return Mapper(config_of(text)).outcome(changed)


VIEW: dict[str, Any] = {"event": ..., "type": "screen", "name": "Cart"}
PAGE: dict[str, Any] = {"event": ..., "type": "page", "name": "Home"}
EXPOSURE = {
    "units": [{"type": "user_id", "uid": "u"}],
    "publishedAt": 1,
    "exposures": [{"id": 1, "name": "e", "variant": 0, "exposedAt": 1, "assigned": True, "eligible": True}],
}
# Each reason for which an event does not arrive: config, event, the title of the remedy, the fate with it.
HELPED: dict[str, tuple[str, str, str, str]] = {
    "another case": (USED, event(event="Order completed"), "Map it to purchase", "arrives"),
    "underscores": (USED, event(event="order_completed"), "Map it to purchase", "arrives"),
    "a name that no event has": (
        WITH_CATALOG,
        event(event="Order completed"),
        "Rename the key `Order Completed` to `Order completed`",
        "arrives",
    ),
    "the goal's name in another case": (WITH_CATALOG, event(event="Login"), "Map it to login", "arrives"),
    "a goal in another case": (
        config_with(goalMapping="{ Order Completed: Purchase }") + CATALOG,
        event(),
        "Write `purchase`, as in the catalog",
        "arrives",
    ),
    "an environment in another case": (
        config_with(environment="Staging") + CATALOG,
        event(),
        "Write `staging`, as in the catalog",
        "arrives",
    ),
    "an application in another case": (
        config_with(application="Website") + CATALOG,
        event(),
        "Write `website`, as in the catalog",
        "arrives",
    ),
    "a unit type in another case": (
        config_with(unitMapping="{ userId: User_ID }") + CATALOG,
        event(),
        "Write `user_id`, as in the catalog",
        "arrives",
    ),
    "a unit mapping the wrong way round": (
        config_with(unitMapping="{ user_id: userId }") + CATALOG,
        event(),
        "Swap `user_id: userId` to `userId: user_id`",
        "arrives",
    ),
    "a field in another case": (
        config_with(unitMapping="{ USERID: user_id }") + CATALOG,
        event(),
        "Rename the key `USERID` to `userId`",
        "arrives",
    ),
    "an identity that is not mapped": (
        WITH_CATALOG,
        event(userId=..., anonymousId="a"),
        "Use `anonymousId` as a unit",
        "arrives",
    ),
    "a unit of the catalog that is not mapped": (
        WITH_CATALOG,
        event(userId=..., session="s"),
        "Use `session` as a unit",
        "arrives",
    ),
    "no id": (
        config_with(unitMapping="{ anonymousId: anonymous_id }") + CATALOG,
        event(userId=...),
        "Put in anonymousId, in this copy only",
        "arrives",
    ),
    "screens are switched off": (
        config_with(enableAppScreenViewTracking="false") + CATALOG,
        event(**VIEW),
        "Switch on app screen view tracking",
        "arrives",
    ),
    "pages are switched off": (
        config_with(enablePageViewTracking="false") + CATALOG,
        event(**PAGE),
        "Switch on page view tracking",
        "arrives",
    ),
    "exposures are switched off": (
        config_with(enableExposureTracking="") + CATALOG,
        event(event="Experiment Viewed", properties={"absmartly": EXPOSURE}),
        "Switch on exposure tracking",
        "arrives",
    ),
    "no sentAt": (WITH_CATALOG, event(sentAt=...), "Put in sentAt, in this copy only", "arrives"),
    "sentAt is null": (WITH_CATALOG, event(sentAt=None), "Put in sentAt, in this copy only", "arrives"),
    "no originalTimestamp": (
        WITH_CATALOG,
        event(originalTimestamp=...),
        "Put in originalTimestamp, in this copy only",
        "arrives",
    ),
    "no date at all": (
        WITH_CATALOG,
        event(originalTimestamp=..., sentAt=...),
        "Put in both dates, in this copy only",
        "arrives",
    ),
    "no date, and another name": (
        WITH_CATALOG,
        event(event="order completed", sentAt=...),
        "Put in sentAt, in this copy only",
        "ignored",
    ),
    "no catalog, and switched off": (
        config_with(enablePageViewTracking="false"),
        event(**PAGE),
        "Switch on page view tracking",
        "accepted",
    ),
}


@pytest.mark.parametrize("case", HELPED)
def test_an_event_gets_further_with_its_remedy(case: str) -> None:
    text, of, title, fate = HELPED[case]
    (item,) = events_of(of)
    before = Mapper(config_of(text)).outcome(item)
    found = remedies(text, of, *([event()] if text == USED else [])).of_event(item, before)
    assert found is not None
    assert found.title == title
    assert len(title) <= 55
    after = outcome_after(found, text, item)
    assert after.fate == fate
    assert is_better(before.fate, after.fate)
    assert found.changes == ("event" if title.endswith("in this copy only") else "config")


TOGETHER: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "two names of the console": (
        config_with(environment="Staging", application="Website") + CATALOG,
        event(),
        ("Write `staging`, as in the catalog", "Write `website`, as in the catalog"),
    ),
    "a name of the console and one of an event": (
        config_with(environment="Staging") + CATALOG,
        event(event="Login"),
        ("Write `staging`, as in the catalog", "Map it to login"),
    ),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_several_wrong_settings_are_mended_together(case: str) -> None:
    text, of, parts = TOGETHER[case]
    (item,) = events_of(of)
    found = remedies(text, of).of_event(item)
    assert found is not None
    assert found.parts == parts
    assert found.title.startswith(f"{parts[0]}; ")
    assert len(found.title) <= 60
    assert outcome_after(found, text, item).fate == "arrives"


def test_a_map_of_names_that_repeats_another_one_gets_its_entry() -> None:
    shared = "shared: &shared { Signed Up: signup }\n" + config_with(
        goalMapping="{ <<: *shared, Order Completed: purchase }"
    )
    (item,) = events_of(event(event="order completed"))
    found = remedies(shared + CATALOG).of_event(item)
    assert found is not None
    assert found.title == "Map it to purchase"
    assert "{ <<: *shared, Order Completed: purchase, order completed: purchase }" in found.after


# No change helps, or none is certain.
HELPLESS: dict[str, tuple[str, str]] = {
    "it arrives": (WITH_CATALOG, event()),
    "nothing says that it does not": (CONFIG, event()),
    "no catalog, and another name": (CONFIG, event(event="order completed")),
    "a goal that nothing is like": (WITH_CATALOG, event(event="Refunded")),
    "one letter differs": (WITH_CATALOG, event(event="Order Complete")),
    "two goals are like it": (
        config_with(goalMapping="{ Order Completed: purchase, order-completed: login }") + CATALOG,
        event(event="order completed"),
    ),
    "mapped to a goal like none": (config_with(goalMapping="{ Login: foo }") + CATALOG, event(event="Login")),
    "a like name's goal is not in the catalog": (
        config_with(goalMapping="{ Order Completed: gone }") + CATALOG,
        event(event="order completed"),
    ),
    "the customer said no": (WITH_CATALOG, event(integrations={"All": False})),
    "switched off, and the console has no such goal": (
        config_with(enableAppScreenViewTracking="false") + CATALOG,
        event(**{**VIEW, "name": "Nowhere"}),
    ),
    "switched off, and without an id": (
        config_with(enableAppScreenViewTracking="false", unitMapping="{ x: user_id }") + CATALOG,
        event(**{**VIEW, "userId": ...}),
    ),
    "no name": (WITH_CATALOG, event(**{**PAGE, "name": ...})),
    "no handler": (WITH_CATALOG, event(type="alias", event=..., previousId="p")),
    "a date that is none": (WITH_CATALOG, event(sentAt="yesterday")),
    "an id that is too long": (WITH_CATALOG, event(userId="u" * 700)),
    "fields that may name nobody": (WITH_CATALOG, event(userId=..., shop="s", till="t")),
    "no id, and only the user's is mapped": (WITH_CATALOG, event(userId=...)),
    "the function throws": (WITH_CATALOG, event(properties="text")),
}


@pytest.mark.parametrize("case", HELPLESS)
def test_what_does_not_help_is_not_offered(case: str) -> None:
    text, of = HELPLESS[case]
    (item,) = events_of(of)
    assert remedies(text, of).of_event(item) is None


def test_every_reason_of_the_table_that_stops_an_event_was_tried() -> None:
    tried = {
        Mapper(config_of(text)).outcome(events_of(of)[0]).reason.code
        for text, of in (*((text, of) for text, of, *_ in HELPED.values()), *HELPLESS.values())
    }
    stops = {code for code, kind in DESTINATIONS["classic"].reasons.items() if kind.setting or kind.no_unit}
    assert stops <= tried


@pytest.mark.parametrize("case", FIXED)
def test_a_certain_fix_is_the_remedy_of_its_finding(case: str) -> None:
    text, events, title, line = FIXED[case]
    code, found = case.split()[0], remedies(text, *events)
    items = [(item, None) for item in found.reading.findings]
    if found.config is not None and found.usage is not None:
        items += [(item, None) for _source, item in coverage_findings(found.usage)]
        for of in events_of(*events):
            items += [(item, of) for item in Mapper(found.config).outcome(of).findings]
    finding, of = next((item, of) for item, of in items if item.code == code)
    remedy = found.of_finding(finding, of)
    assert remedy is not None
    assert remedy.title == title
    assert line in remedy.after.splitlines()
    if finding.line is not None:
        assert found.of_line(finding.line, [finding]) is not None


@pytest.mark.parametrize("case", UNCERTAIN)
def test_a_remedy_of_an_uncertain_finding_takes_it_away_all_the_same(case: str) -> None:
    text, events, code = UNCERTAIN[case]
    found = remedies(text, *events)
    if found.config is None:
        return
    for of in events_of(*events):
        outcome = Mapper(found.config).outcome(of)
        for finding in (item for item in outcome.findings if item.code == code):
            remedy = found.of_finding(finding, of)
            if remedy is not None:
                assert not holds_finding(outcome_after(remedy, text, of).findings, finding)


@pytest.mark.parametrize("code", CONFIG_CASES)
def test_a_remedy_of_a_line_takes_its_finding_away(code: str) -> None:
    text, line = CONFIG_CASES[code]
    found = remedies(text)
    remedy = None if line is None else found.of_line(line)
    if remedy is not None:
        at = [item for item in found.reading.findings if item.line == line]
        assert not all(holds_finding(read(remedy.after).findings, item) for item in at)


def test_a_finding_about_several_events_is_not_answered_by_a_change_of_one() -> None:
    (item,) = events_of(event(event="order completed"))
    repeated = RULES["EVENT-REPEATED"].at("An earlier event has the same messageId.", event_path="$.messageId")
    assert remedies(WITH_CATALOG, event(event="order completed")).of_finding(repeated, item) is None


def test_the_remedy_of_a_finding_may_fill_the_field_that_it_misses() -> None:
    of = event(sentAt=..., originalTimestamp=...)
    (item,) = events_of(of)
    found = remedies(WITH_CATALOG, of)
    titles = [
        remedy.title
        for finding in Mapper(config_of(WITH_CATALOG)).outcome(item).findings
        if (remedy := found.of_finding(finding, item)) is not None
    ]
    assert titles == ["Put in sentAt, in this copy only", "Put in originalTimestamp, in this copy only"]


def test_an_unusable_config_has_its_first_fix_as_the_remedy_of_every_event() -> None:
    text = config_with(enablePageViewTracking='"true"')
    (item,) = events_of(event())
    remedy = remedies(text).of_event(item)
    assert remedy is not None
    assert remedy.title == "Write `true` without quotes"
    assert remedies(CONFIG + "destination: [").of_event(item) is None


# What is filled in


FILLED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "from the posted timestamp": (
        {"originalTimestamp": ..., "timestamp": "2026-01-01T00:00:00.500Z"},
        {"originalTimestamp": "2026-01-01T00:00:00.500Z"},
    ),
    "from sentAt": ({"originalTimestamp": ...}, {"originalTimestamp": "2026-01-01T00:00:01.000Z"}),
    "from the arrival": (
        {"sentAt": ..., "receivedAt": "2026-01-01T00:00:02.000Z"},
        {"sentAt": "2026-01-01T00:00:02.000Z"},
    ),
    "with the present": ({"sentAt": ...}, {"sentAt": NOW}),
    "never before it happened": (
        {"sentAt": ..., "originalTimestamp": "2030-01-01T00:00:00.000Z"},
        {"sentAt": "2030-01-01T00:00:00.000Z"},
    ),
    "both": ({"sentAt": ..., "originalTimestamp": ...}, {"originalTimestamp": NOW, "sentAt": NOW}),
}


@pytest.mark.parametrize("case", FILLED)
def test_dates_are_those_that_segment_would_make(case: str) -> None:
    fields, filled = FILLED[case]
    of = event(**fields)
    (item,) = events_of(of)
    remedy = remedies(WITH_CATALOG, of).of_event(item)
    assert remedy is not None
    assert json.loads(remedy.after) == item.value | filled


TEXTS = {
    "on lines": '{\n    "type": "track",\n    "event": "x", "userId": "u"\n}\n',
    "on one line": '{"type": "track", "event": "x", "userId": "u"}',
    "with a comma at the end": '{\n  "type": "track",\n  "event": "x",\n  "userId": "u",\n}',
    "with comments": '// an event\n{\n  "type": "track", "event": "x", // its name\n  "userId": "u" /* who */\n}',
    "with a null": '{\n  "sentAt": null,\n  "type": "track", "event": "x",\n  "userId": "u"\n}',
    "a key twice": '{"sentAt": null, "type": "track", "event": "x", "userId": "u", "sentAt": null}',
    "escapes": '{"type": "track", "event": "\\u0078", "userId": "u", "properties": {"sentAt": "}"}}',
}


@pytest.mark.parametrize("case", TEXTS)
def test_the_rest_of_an_events_text_stays_as_it_is(case: str) -> None:
    text = TEXTS[case]
    (item,) = events_of(text)
    remedy = remedies(CONFIG).of_event(item, text=text)
    assert remedy is not None
    assert remedy.before == text
    changed = read_one(remedy.after, "changed")
    assert isinstance(changed, Event)
    assert changed.value == item.value | {"originalTimestamp": NOW, "sentAt": NOW}
    removed = [line.text for line in preview(text, remedy.after) if line.mark == "-"]
    assert len(removed) <= 2


def test_an_event_without_a_text_of_its_own_is_filled_as_json() -> None:
    value = {"type": "track", "event": "x", "userId": "u"}
    remedy = remedies(CONFIG).of_event(Event("batch", value))
    assert remedy is not None
    assert json.loads(remedy.after) == value | {"originalTimestamp": NOW, "sentAt": NOW}
    assert len(remedy.before.splitlines()) == 5


def test_a_text_that_is_not_the_event_is_not_filled() -> None:
    (item,) = events_of(event(sentAt=...))
    for text in ("", "[]", "analytics.page()", event(sentAt=..., more=1), '{"a": '):
        assert remedies(CONFIG).of_event(item, text=text) is None


# Odd names, and keys


ODD = [
    "a\nb",
    "\x1b[31mred",
    "\u202eabc",
    "x" * 5_000,
    "\ud800",
    "a: b",
    "# c",
    "",
    " ",
    "${KEY}",
    "toString",
    "__proto__",
    "'",
    '"',
]


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_odd_names_are_written_safely(name: str) -> None:
    text = WITH_CATALOG.replace("goals: [purchase", f"goals: [{json.dumps(name.upper())}, purchase")
    if read(text).config is None:
        text = WITH_CATALOG
    (item,) = events_of(event(event=name))
    remedy = remedies(text, event(event=name)).of_event(item)
    if remedy is not None:
        lines = preview(remedy.before, remedy.after)
        assert all(said.isprintable() and len(said) <= 201 for said in (remedy.title, *(line.text for line in lines)))
        assert outcome_after(remedy, text, item).fate in ("arrives", "ignored")


def test_a_key_is_in_no_title_and_no_preview() -> None:
    key = ENV["KEY"]
    text = WITH_CATALOG.replace("purchase", f"buy-{key}").replace("${KEY}", key)
    of = event(event="order completed"), event(event=f"Buy-{key}"), event(userId=..., **{key: "x"})
    found = remedies(text, *of)
    shown = [remedy for item in events_of(*of) if (remedy := found.of_event(item)) is not None]
    assert len(shown) == 2
    said = [
        part
        for remedy in shown
        for part in (remedy.title, *(line.text for line in preview(remedy.before, remedy.after, found.secrets)))
    ]
    assert not [part for part in said if key in part or key.title() in part]
    assert "Map it to buy-****cdef" in said


def test_ten_thousand_names_do_not_matter() -> None:
    goals = {f"Event {number}": f"goal_{number}" for number in range(10_000)}
    config = classic_config(settings_of(collector_endpoint="https://a/v1", environment="e", goal_mapping=goals))
    found = Remedies("", lambda _text: ConfigReading(config, ()))
    assert found.of_event(Event("e", {"type": "track", "event": "e" * 1_000_000, "userId": "u"})) is None


# Any event, any config


NAMES = st.sampled_from(
    ["Order Completed", "order completed", "purchase", "Purchase", "Login", "login", "x", "toString"]
)
FIELDS = st.sampled_from(["userId", "anonymousId", "user_id", "session"])
DATES = st.sampled_from([..., None, "", "2026-01-01T00:00:00.000Z", "soon", 5])


@settings(max_examples=60)
@given(
    goals=st.dictionaries(NAMES, NAMES, max_size=3),
    units=st.dictionaries(FIELDS, st.sampled_from(["user_id", "User_Id", "session"]), max_size=2),
    screens=st.booleans(),
    catalog=st.booleans(),
    kind=st.sampled_from(["track", "screen", "identify", "group", "alias"]),
    name=NAMES,
    dates=st.tuples(DATES, DATES),
    ids=st.dictionaries(FIELDS, st.sampled_from(["u", "", None, 1]), max_size=3),
)
def test_whatever_is_offered_helps(
    goals: dict[str, str],
    units: dict[str, str],
    screens: bool,
    catalog: bool,
    kind: str,
    name: str,
    dates: tuple[Any, Any],
    ids: dict[str, Any],
) -> None:
    text = config_with(
        goalMapping=json.dumps(goals), unitMapping=json.dumps(units), enableAppScreenViewTracking=str(screens).lower()
    ) + (CATALOG if catalog else "")
    fields = {"type": kind, "event": name, "name": name, "traits": {"a": 1}, "userId": ...} | ids
    of = event(**fields, originalTimestamp=dates[0], sentAt=dates[1])
    (item,) = events_of(of)
    before = Mapper(config_of(text)).outcome(item)
    found = remedies(text, of)
    remedy = found.of_event(item, before)
    if remedy is not None:
        assert is_better(before.fate, outcome_after(remedy, text, item).fate)
        assert remedy.title
        assert remedy.line <= len(remedy.after.split("\n"))
    for finding in before.findings:
        if (mend := found.of_finding(finding, item)) is not None:
            assert not holds_finding(outcome_after(mend, text, item).findings, finding)


# Another destination


@pytest.fixture
def _pings() -> Iterator[None]:
    with registered():
        yield


@pytest.mark.usefixtures("_pings")
def test_a_small_destination_has_remedies_of_its_config() -> None:
    text = "destination: pings\nsettings:\n  collectorEndpoint: https://pings.example/v1/\n  chanel: main\n"
    found = remedies(text, event(event=...))
    (item,) = events_of(event(event=...))
    assert found.of_event(item) is None
    titles = [remedy.title for line in range(1, 5) if (remedy := found.of_line(line)) is not None]
    assert titles == ["Remove the slash at the end", "Rename the key `chanel` to `channel`"]
    outcome = Mapper(config_of(text)).outcome(item)
    assert [found.of_finding(finding, item) for finding in outcome.findings if finding.code == "PING-UNNAMED"] == [None]


def test_the_effect_of_a_change_of_one_event_is_counted_without_the_others() -> None:
    assert effect_on_event({"arrives": 4, "refused": 1}, "refused", "arrives").sentence == "then 5 of 5 arrive"
