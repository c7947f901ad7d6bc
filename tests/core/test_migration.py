"""What `abtui migrate` makes of a config does the same, but for what it lists: held against the bodies of both, not against `diff`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.config.migrated import MigratedConfig, migrated_config
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decision
from abtui.core.destinations.actions.fql import Subscription, parse
from abtui.core.destinations.actions.migration.subscriptions import literal
from abtui.core.text.javascript import stringify
from tests import generate
from tests.thorough import SLOW

Event = dict[str, Any]
Settings = dict[str, Any]
ROOT: Final = Path(__file__).parents[2]
SAMPLE: Final = (ROOT / "sample_events/config.yaml").read_text()
CONFIGS: Final = 30 if SLOW else 6
EVENTS: Final = 5_000 if SLOW else 600
ENVIRONMENT: Final = {"GOAL": "from_the_environment", "UNIT": "session"}

NAMES: Final = (
    *generate.TRACKED,
    "Experiment Viewed",
    'Order "X"',
    '"',
    "a\\b",
    "null",
    "true",
    "5",
    "",
    " ",
    "constructor",
    "Straße – 北",
    'Quote " and 🎉',
    "${GOAL}",
    ") or (",
    "A*",
    "and",
)
GOALS: Final = ("purchase", "cart", "A b", "", "${GOAL}", "$${GOAL}", "{{ x }}", 'quote "q"', "constructor", "5")
FIELDS: Final = ("userId", "anonymousId", "email", "groupId", "a.b", "${UNIT}", "constructor", "7")
TYPES: Final = ("user_id", "anonymous_id", "session", "${UNIT}", "2", "1", "@user", "__proto__")
VIEWS: Final = (
    *generate.VIEWS,
    "",
    "a--b",
    "Ünï",
    "A/B (c)",
    "a__b",
    "x" + "-" * 9 + "y",
    "{{ event }}",
    'say "hi"',
    "a\nb",
)


def written(settings: Settings, behavior: dict[str, str]) -> str:
    """A classic config."""
    return json.dumps({"destination": "classic", "settings": settings, "behavior": behavior})


def random_config(number: int) -> str:
    """The config of a number: now and then odd in each way that a config can be."""
    chance = random.Random(number)
    pool = NAMES if number % 2 else generate.TRACKED
    settings: Settings = {
        "apiKey": "${KEY}",
        "collectorEndpoint": "https://acme.absmartly.io/v1",
        "environment": "staging",
        "application": chance.choice(("", "website", " app ")),
        "goalMapping": {name: chance.choice(GOALS if number % 2 else GOALS[:2]) for name in chance.sample(pool, chance.randint(0, len(pool)))},
        "unitMapping": {
            name: chance.choice(TYPES if number % 2 else TYPES[:3])
            for name in chance.sample(FIELDS if number % 2 else FIELDS[:3], chance.randint(0, 3))
        },
    }  # fmt: skip
    for toggle in ("enablePageViewTracking", "enableAppScreenViewTracking", "enableExposureTracking"):
        settings[toggle] = chance.random() < 0.7
    behavior = {
        "identify": chance.choice(("attributes", "reject")),
        "viewGoalNames": chance.choice(("title", "slug")),
    }
    return written(settings, behavior)


def events(seed: int) -> Iterator[Event]:
    """The generated events, a third of them changed in ways that events are odd in."""
    chance = random.Random(f"events {seed}")
    for line in islice(generate.event_lines(), EVENTS):
        event = json.loads(line)
        if not chance.randint(0, 2):
            odd(event, chance)
        yield event


def odd(event: Event, chance: random.Random) -> None:
    """Change an event in one or two ways."""
    for _ in range(chance.randint(1, 2)):
        field = chance.choice(
            ("event", "name", "userId", "anonymousId", "properties", "email", "${UNIT}", "absmartly", "a.b", "7")
        )
        if field == "event":
            event["event"] = chance.choice((*NAMES, 5, None, ["Signed In"]))
        elif field == "name":
            event["name"] = chance.choice((*VIEWS, 5, None, ["Home"]))
        elif field == "properties":
            event["properties"] = chance.choice((None, {}, [], "text", {"__proto__": 1, "2": 1, "1": {}}))
        elif field == "absmartly" and isinstance(event.get("properties"), dict):
            exposure = {"publishedAt": 1772344800000, "units": [{"type": "user_id", "uid": "u"}], "exposures": [{"exposedAt": 1772344800000}]}  # fmt: skip
            event["properties"]["absmartly"] = chance.choice((exposure, {"units": []}, {}, None, 5))
        elif chance.random() < 0.5:
            event.pop(field, None)
        else:
            event[field] = chance.choice(("u-1", "", " ", 12, 1.5, True, None, ["x"], {"a": 1}))


# What a listed difference explains, told from the event alone.


def ids(event: Event, settings: Settings) -> list[Any]:
    """The values of the identities."""
    return [event[field] for field in settings["unitMapping"] if field in event]


def is_id(value: Any) -> bool:
    """Whether a value is an id to both destinations."""
    return (isinstance(value, str) and bool(value.strip())) or type(value) in (int, float)


def of_one_type(event: Event, settings: Settings) -> bool:
    """Whether two identities of an event are units of one type."""
    types = [kind for field, kind in settings["unitMapping"].items() if event.get(field) is not None]
    return len(set(types)) < len(types)


def own_units(event: Event, _settings: Settings) -> bool:
    """Whether an event has something at `properties.absmartly`."""
    return isinstance(event.get("properties"), dict) and "absmartly" in event["properties"]


def odd_name(event: Event, _settings: Settings) -> bool:
    """Whether the name of a track call is none that a goal can have."""
    name = event.get("event")
    return event["type"] == "track" and (not isinstance(name, str) or name in ("", "constructor"))


def odd_view(event: Event, settings: Settings) -> bool:
    """Whether the name of a page or screen call is one that a template cannot make a slug of."""
    name = event.get("name")
    return event["type"] in ("page", "screen") and isinstance(name, str) and bool(re.search(r"[^ -~]|[{}\\^`~$]|[^A-Za-z0-9_]{9}", name))  # fmt: skip


Explains = Callable[[Event, Settings], bool]
EXPLAINED: Final[dict[str, Explains]] = {
    "dates": lambda event, settings: False,
    "answers": lambda event, settings: False,
    "integrations": lambda event, settings: bool(event.get("integrations")),
    "no units": lambda event, settings: not any(map(is_id, ids(event, settings))),
    "odd ids": lambda event, settings: not all(map(is_id, ids(event, settings))),
    "identities": lambda event, settings: any(
        field in event and (field == "a.b" or kind in ("@user", "__proto__"))
        for field, kind in settings["unitMapping"].items()
    ),
    "several ids": of_one_type,
    "order of units": lambda event, settings: len(ids(event, settings)) > 1,
    "units of the event": own_units,
    "properties": lambda event, settings: not isinstance(event.get("properties"), dict) or "__proto__" in event["properties"],
    "odd event names": odd_name,
    "event names": lambda event, settings: event.get("event") == 'Quote " and 🎉',
    "empty goals": lambda event, settings: settings["goalMapping"].get(event.get("event")) == "" if isinstance(event.get("event"), str) else False,
    "page and screen names": odd_view,
    "identify": lambda event, settings: event["type"] == "identify",
    "exposures": lambda event, settings: event["type"] == "track" and event.get("event") == "Experiment Viewed",
    "group exposures": lambda event, settings: event["type"] == "group",
    "mappings": lambda event, settings: False,
}  # fmt: skip


@given(st.text(max_size=12), st.text(max_size=12))
@example('"', "'")
@example("a)", "a")
@example('null " and', "null")
def test_a_name_in_a_subscription_means_that_name_alone(name: str, other: str) -> None:
    value = literal(name)
    if value is None:
        assert '"' in name
        assert max(name) > "\uffff", "only half of such a character can be escaped"
        return
    for text in (f'type = "track" and event = {value}', f'(event = {value} or event = "") and type = "track"'):
        subscription = parse(text)
        assert isinstance(subscription, Subscription), text
        assert subscription.holds({"type": "track", "event": name})
        assert other in (name, "") or not subscription.holds({"type": "track", "event": other})


def goal_of(decision: Decision) -> tuple[Any, ...] | None:
    """The goal, units and properties that are sent, or None if none are."""
    if decision.verdict != "send" or not isinstance(decision.body, dict) or "goals" not in decision.body:
        return None
    (goal,) = decision.body["goals"]
    units = decision.body["units"]
    return goal.get("name"), [(unit["type"], unit["uid"]) for unit in units], stringify(goal.get("properties"))


def both(text: str) -> tuple[Config, Config, MigratedConfig]:
    """The config of a text, what became of it, and the text of that."""
    old = read_config(text, ENVIRONMENT)
    assert old.config is not None, old.findings
    made = migrated_config(text, old.config, "config.yaml")
    new = read_config(made.text, ENVIRONMENT)
    assert new.config is not None, (made.text, new.findings)
    return old.config, new.config, made


@pytest.mark.parametrize("number", range(-1, CONFIGS))
def test_what_is_not_listed_is_the_same(number: int) -> None:
    text = SAMPLE if number < 0 else random_config(number)
    old, new, made = both(text)
    listed = {item.subject for item in made.differences}
    assert listed <= EXPLAINED.keys()
    explain = [EXPLAINED[subject] for subject in listed]
    settings = dict(old.settings)
    left, right = Mapper(old), Mapper(new)
    compared = 0
    for event in events(number):
        before, after = left.decide(event), right.decide(event)
        sent = [result for result in after.results if result.decision.verdict == "send"]
        assert len(sent) <= 1, "an event is sent twice"
        if any(explains(event, settings) for explains in explain):
            continue
        assert goal_of(before) == goal_of(after), (event, made.text)
        assert before.verdict == "send" or not sent, event
        compared += goal_of(before) is not None
    usable = {field for field, kind in settings["unitMapping"].items() if not kind.startswith(("@", "_"))}
    assert compared or not usable & {"userId", "anonymousId"}
