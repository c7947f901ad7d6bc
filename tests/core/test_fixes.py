"""Fixes of findings: offered where one answer is left, gone is the finding once applied, and nothing else is worse."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_one
from abtui.core.findings import RULES, Finding, Fix
from abtui.core.proven_fix import Fixer
from abtui.core.text.yaml_edit import edit_yaml
from tests.core.destinations.actions import finding_cases as actions
from tests.core.test_every_finding import CONFIG_CASES
from tests.kit import CONFIG, ENV, config_with, event

Found = tuple[Finding, dict[str, Any] | None]


def found(text: str, *events: str) -> tuple[list[Found], Config | None, Usage | None]:
    """All findings of a config and events, the config, and what the events use of it."""
    reading = read_config(text, ENV)
    items: list[Found] = [(item, None) for item in reading.findings]
    if reading.config is None:
        return items, None, None
    mapper, usage = Mapper(reading.config), Usage(reading.config)
    for number, one in enumerate(events):
        item = read_one(one, f"events:{number}")
        assert isinstance(item, Event)
        outcome = mapper.outcome(item)
        usage.add(item.value, outcome)
        items += [(finding, item.value) for finding in outcome.findings]
    items += [(finding, None) for _source, finding in coverage_findings(usage)]
    return items, reading.config, usage


def fixes(text: str, *events: str, code: str | None = None) -> Iterator[tuple[Found, Fix]]:
    items, read, usage = found(text, *events)
    for item, value in items:
        if code in (None, item.code) and (fix := Fixer(text, read, usage).fix(item, value)) is not None:
            yield (item, value), fix


def mend(text: str, of: Found, fix: Fix, events: tuple[str, ...] = ()) -> str:
    """The config with the fix: without the finding, and with no more errors of a kind than before."""
    after = edit_yaml(text, fix.edits).text
    assert after is not None
    was, _, _ = found(text, *events)
    now, _, _ = found(after, *events)
    # Two events may have the same finding, each for an entry of its own.
    assert (of[0].code, of[0].message, of[1]) not in [(item.code, item.message, value) for item, value in now]
    errors = [Counter(item.code for item, _ in items if item.severity == "error") for items in (was, now)]
    assert errors[1] <= errors[0]
    return after


ORDER = event(event="order completed")
# What it is, code -> config, events, title, a line of the changed config.
FIXED: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "GOAL-NEAR": (
        config_with(goalMapping="{ ORDER completed: purchase, Other: x } # c"),
        (event(),),
        "Rename the key `ORDER completed` to `Order Completed`",
        "  goalMapping: { Order Completed: purchase, Other: x } # c",
    ),
    "COVERAGE-GOAL": (
        config_with(goalMapping="\n    # bought\n    OrderCompleted:  purchase   # c\n    Other: x"),
        (event(), event()),
        "Rename the key `OrderCompleted` to `Order Completed`",
        "    Order Completed:  purchase   # c",
    ),
    "COVERAGE-GOAL by an underscore": (
        config_with(goalMapping="{ signup_finished: signup }"),
        (event(event="Signup Finished"), event()),
        "Rename the key `signup_finished` to `Signup Finished`",
        "  goalMapping: { Signup Finished: signup }",
    ),
    "COVERAGE-UNIT": (
        config_with(unitMapping="{ user_id: userId }"),
        (event(),),
        "Swap `user_id: userId` to `userId: user_id`",
        "  unitMapping: { userId: user_id }",
    ),
    "COVERAGE-UNIT by case": (
        config_with(unitMapping="{ userid: user_id, anonymousId: anonymous_id }"),
        (event(),),
        "Rename the key `userid` to `userId`",
        "  unitMapping: { userId: user_id, anonymousId: anonymous_id }",
    ),
    "UNIT-NONE": (
        config_with(unitMapping="{ user_id: userId } # c"),
        (event(),),
        "Swap `user_id: userId` to `userId: user_id`",
        "  unitMapping: { userId: user_id } # c",
    ),
    "UNIT-MISSING": (
        config_with(unitMapping="{ USERID: user_id }"),
        (event(),),
        "Rename the key `USERID` to `userId`",
        "  unitMapping: { userId: user_id }",
    ),
    "CATALOG-GOAL": (
        f"{CONFIG}catalog: {{ goals: [Purchase] }}\n",
        (event(),),
        "Write `Purchase`, as in the catalog",
        "  goalMapping: { Order Completed: Purchase }",
    ),
    "CONFIG-ENDPOINT-SLASH": (
        config_with(collectorEndpoint="'https://acme.absmartly.io/v1/' # c"),
        (),
        "Remove the slash at the end",
        "  collectorEndpoint: 'https://acme.absmartly.io/v1' # c",
    ),
    "CONFIG-ENDPOINT-IOP": (
        config_with(collectorEndpoint="https://acme.absmartly.iop/v1"),
        (),
        "Write `.io` instead of `.iop`",
        "  collectorEndpoint: https://acme.absmartly.io/v1",
    ),
    "CONFIG-ENDPOINT-PATH": (
        config_with(collectorEndpoint="https://acme.absmartly.io"),
        (),
        "End `settings.collectorEndpoint` with `/v1`",
        "  collectorEndpoint: https://acme.absmartly.io/v1",
    ),
    "CONFIG-ENDPOINT-PATH with context": (
        config_with(collectorEndpoint="https://acme.absmartly.io/v1/context"),
        (),
        "End `settings.collectorEndpoint` with `/v1`",
        "  collectorEndpoint: https://acme.absmartly.io/v1",
    ),
    "CONFIG-LABEL": (
        CONFIG.replace("goalMapping", "Goal Mapping"),
        (),
        "Rename the key `Goal Mapping` to `goalMapping`",
        "  goalMapping: { Order Completed: purchase }",
    ),
    "CONFIG-UNKNOWN-KEY": (
        CONFIG.replace("application", "aplication"),
        (),
        "Rename the key `aplication` to `application`",
        "  application: website",
    ),
    "CONFIG-LABEL of a target": (
        f"{CONFIG}targets:\n  staging:\n    collector_endpoint: https://b.absmartly.io/v1\n",
        (),
        "Rename the key `collector_endpoint` to `collectorEndpoint`",
        "    collectorEndpoint: https://b.absmartly.io/v1",
    ),
    "CONFIG-KEY-MASKED": (
        config_with(apiKey='"••••••••••8839"  # c'),
        (),
        "Write `${ABSMARTLY_API_KEY}` in place of the mask",
        '  apiKey: "${ABSMARTLY_API_KEY}"  # c',
    ),
    "CONFIG-UNKNOWN-KEY of a target": (
        f"{CONFIG}targets:\n  staging:\n    collectorEndpont: https://b.absmartly.io/v1\n",
        (),
        "Rename the key `collectorEndpont` to `collectorEndpoint`",
        "    collectorEndpoint: https://b.absmartly.io/v1",
    ),
    "CONFIG-KEY-NOT-TEXT": (
        config_with(goalMapping="{ 123: number }"),
        (),
        "Quote the key `123`",
        '  goalMapping: { "123": number }',
    ),
    "CONFIG-TYPE": (
        config_with(enablePageViewTracking='"true"'),
        (),
        "Write `true` without quotes",
        "  enablePageViewTracking: true",
    ),
    "CONFIG-CATALOG": (
        f"{CONFIG}catalog: {{ environments: [Staging] }}\n",
        (),
        "Write `Staging`, as in the catalog",
        "  environment: Staging",
    ),
    "CONFIG-CATALOG turned": (
        config_with(unitMapping="{ visitor: anonymousId }") + "catalog: { units: [visitor] }\n",
        (),
        "Swap `visitor: anonymousId` to `anonymousId: visitor`",
        "  unitMapping: { anonymousId: visitor }",
    ),
}


@pytest.mark.parametrize("case", FIXED)
def test_a_certain_fix(case: str) -> None:
    text, events, title, line = FIXED[case]
    code = case.split()[0]
    of, fix = next(fixes(text, *events, code=code))
    assert fix.title == title
    after = mend(text, of, fix, events)
    assert line in after.splitlines()
    assert len(after.splitlines()) == len(text.splitlines())


def test_each_fixable_code_has_a_case() -> None:
    of_actions = {code for code, case in (actions.CONFIG_CASES | actions.EVENT_CASES).items() if case.fixed}
    of_experiments = {
        "EXPERIMENT-UNIT-TYPE",
        "EXPERIMENT-UNIT-NAME",
        "EXPERIMENT-NO-EXPOSURES",
        "EXPERIMENT-EXPOSURES-OFF",
    }
    mended = {case.split()[0] for case in FIXED} | of_actions | of_experiments | {"COVERAGE-PATH"}
    assert mended == {code for code, rule in RULES.items() if rule.fix is not None}


# What leaves more than one answer, or none: config, events, code.
UNCERTAIN: dict[str, tuple[str, tuple[str, ...], str]] = {
    "the key is used, too": (CONFIG, (event(), ORDER), "GOAL-NEAR"),
    "two names seen": (config_with(goalMapping="{ ORDER COMPLETED: x }"), (event(), ORDER), "GOAL-NEAR"),
    "one letter differs": (config_with(goalMapping="{ Order Complete: x }"), (event(),), "GOAL-NEAR"),
    "nothing like it came": (config_with(goalMapping="{ Refunded: x }"), (event(),), "COVERAGE-GOAL"),
    "a unit type called userId": (config_with(unitMapping="{ email: userId }"), (event(),), "COVERAGE-UNIT"),
    "some events have it": (config_with(unitMapping="{ user_id: userId }"), (event(), event(user_id="u")), "UNIT-NONE"),
    "another path": (config_with(collectorEndpoint="https://acme.absmartly.io/v2"), (), "CONFIG-ENDPOINT-PATH"),
    "in a variable": (
        config_with(collectorEndpoint="${E:-https://acme.absmartly.io/v1/}"),
        (),
        "CONFIG-ENDPOINT-SLASH",
    ),
    "the name is there, too": (config_with(environment="a\n  Environment: b"), (), "CONFIG-LABEL"),
    "known nowhere": (config_with(environment="a\n  colour: b"), (), "CONFIG-UNKNOWN-KEY"),
    "an error would come": (f"{CONFIG}chek: [x]\n", (), "CONFIG-UNKNOWN-KEY"),
    "no toggle": (config_with(enablePageViewTracking='"maybe"'), (), "CONFIG-TYPE"),
    "through an alias": (
        f"x: &x {{ 1: a }}\n{CONFIG}".replace("{ Order Completed: purchase }", "*x"),
        (),
        "CONFIG-KEY-NOT-TEXT",
    ),
}


@pytest.mark.parametrize("case", UNCERTAIN)
def test_what_is_not_certain_is_not_offered(case: str) -> None:
    text, events, code = UNCERTAIN[case]
    assert any(item.code == code for item, _ in found(text, *events)[0])
    assert not list(fixes(text, *events, code=code))


def test_what_is_not_certain_names_what_is_near() -> None:
    for case, said in {"one letter differs": "`Order Complete`", "two names seen": "Press m to map the event"}.items():
        text, events, code = UNCERTAIN[case]
        items, read, usage = found(text, *events)
        of, value = next((item, value) for item, value in items if item.code == code)
        assert said in Fixer(text, read, usage).advice(of, value)


def test_before_all_events_were_seen_no_name_is_certain() -> None:
    text, events = FIXED["GOAL-NEAR"][:2]
    items, read, _ = found(text, *events)
    near, value = next((item, value) for item, value in items if item.code == "GOAL-NEAR")
    assert Fixer(text, read, None).fix(near, value) is None


def test_a_title_never_has_the_key() -> None:
    text = CONFIG.replace("  environment:", "  apiKey:f00dfeed0123: x\n  environment:")
    for _item, fix in fixes(text):
        assert "f00dfeed" not in fix.title


@pytest.mark.parametrize("code", CONFIG_CASES)
def test_whatever_is_offered_for_a_finding_of_the_config_mends_it(code: str) -> None:
    text, _line = CONFIG_CASES[code]
    for of, fix in fixes(text):
        mend(text, of, fix)


NAMES = st.sampled_from(["Order Completed", "order completed", "OrderCompleted", "Order  completed", "Signed Up", "x"])
FIELDS = st.sampled_from(["userId", "anonymousId", "user_id", "userid", "anonymous_id", "email"])
KEYS = st.sampled_from(["environment", "Environment", "enviroment", "Application", "apiKey", "x"])
ENDPOINTS = st.sampled_from(["", "/", "/v1", "/v1/", "/context", "/v1/context", "/v2", "/v1?x", "/a/v1//"])


@settings(max_examples=25)
@given(
    goals=st.dictionaries(NAMES, st.sampled_from(["purchase", "Purchase", "other"]), max_size=3),
    units=st.dictionaries(FIELDS, FIELDS, max_size=3),
    names=st.lists(NAMES, max_size=3),
    fields=st.dictionaries(FIELDS, st.sampled_from(["u", 1, None]), max_size=3),
    renamed=KEYS,
    path=ENDPOINTS,
    host=st.sampled_from(["acme.absmartly.io", "acme.absmartly.iop", "localhost:8200"]),
    catalog=st.sampled_from(["", "catalog: { goals: [Purchase, other], units: [user_id, email] }\n"]),
)
def test_a_fix_takes_its_finding_away_and_brings_no_error(
    goals: dict[str, str],
    units: dict[str, str],
    names: list[str],
    fields: dict[str, Any],
    renamed: str,
    path: str,
    host: str,
    catalog: str,
) -> None:
    text = config_with(
        goalMapping=json.dumps(goals),
        unitMapping=json.dumps(units),
        collectorEndpoint=json.dumps(f"https://{host}{path}"),
    ).replace("application", renamed)
    text += catalog
    events = tuple(event(**({"userId": ..., "event": name} | fields)) for name in names)
    for of, fix in fixes(text, *events):
        mend(text, of, fix, events)
