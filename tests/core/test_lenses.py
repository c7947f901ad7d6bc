"""The lenses of a config: what stands at the end of each line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from abtui.core.config.form import read_form
from abtui.core.config.lenses import Lens, config_lenses, line_lenses, unread_lenses
from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from tests.core.test_engine import config
from tests.core.test_moves import ADDED, HOME, OLD, SCREENS_OFF, SIGN_UP, THE_PICTURE, changed
from tests.kit import event
from tests.toy import registered


def usage(text: str, *lines: str) -> Usage:
    of = config(text)
    found, mapper = Usage(of), Mapper(of)
    for number, line in enumerate(lines, 1):
        item = Event(f"f:{number}", json.loads(line))
        found.add(item.value, mapper.outcome(item))
    return found


def at(text: str, *lines: str, saved: str | None = None, whole: bool = True) -> dict[str, Lens]:
    """The lenses by the text of their lines."""
    before = None if saved is None else config(saved)
    lenses = line_lenses(config_lenses(config(text), usage(text, *lines), saved=before, whole=whole))
    return {text.split("\n")[line - 1].partition("#")[0].strip(): lens for line, lens in lenses.items()}


def lenses_of(text: str, found: Usage) -> dict[str, Lens]:
    lenses = line_lenses(config_lenses(config(text), found))
    return {text.split("\n")[line - 1].partition("#")[0].strip(): lens for line, lens in lenses.items()}


def told(lenses: dict[str, Lens]) -> dict[str, tuple[str, str | None, str]]:
    return {line: (lens.text, lens.fate, lens.kind) for line, lens in lenses.items()}


def test_the_picture() -> None:
    text = changed(
        SCREENS_OFF,
        SIGN_UP,
        ADDED,
        ("anonymousId: anonymous_id", "anonymousId: anonymous_id\n    traits.email: email"),
        ("Signed In: login", "Signed In: login\n    Experiment Viewed: purchase"),
    )
    exposure = event(event="Experiment Viewed", properties={"absmartly": {"units": []}})
    page = event(type="page", event=..., name="Home")
    assert told(at(text, *THE_PICTURE, exposure, page, page, saved=OLD)) == {
        "apiKey: ${KEY}": ("set", None, "fact"),
        "environment: staging": ("in the console", None, "known"),
        "application: website": ("in the console", None, "known"),
        "enablePageViewTracking: true": ("2 events", "arrives", "used"),
        "enableAppScreenViewTracking: false": ("6 never leave", "never-leaves", "lost"),
        "enableExposureTracking: true": ("1 refused", "refused", "lost"),
        "Order Completed: purchase": ("1 event", "arrives", "used"),
        "Order completed: purchase": ("3 events, new", "arrives", "new"),
        "order_completed: purchase": ("1 event, new", "arrives", "new"),
        "Signed Up: sign_up": ("1 ignored", "ignored", "lost"),
        "Signed In: login": ("no event", "ignored", "unused"),
        "Experiment Viewed: purchase": ("can never match", "refused", "never"),
        "userId: user_id": ("15 events", "arrives", "used"),
        "anonymousId: anonymous_id": ("no event", "ignored", "unused"),
        "traits.email: email": ("can never match", "refused", "never"),
        'goals: [purchase, signup, login, "Screen: Home", "Screen: Cart", "Page: Home"]': ("6 goals", None, "fact"),
        "units: [user_id, anonymous_id]": ("2 unit types", None, "fact"),
        "environments: [staging, production]": ("2 environments", None, "fact"),
        "applications: [website]": ("1 application", None, "fact"),
    }


def test_exposures_are_called_so() -> None:
    body = {"publishedAt": 1, "units": [{"type": "user_id", "uid": "u"}]}
    viewed = event(event="Experiment Viewed", properties={"absmartly": body})
    toggle = "enableExposureTracking: true"
    assert told(at(OLD, *[viewed] * 6))[toggle] == ("6 exposures", "arrives", "used")
    assert told(at(OLD, event()))[toggle] == ("no exposure", None, "fact")


def test_what_does_not_arrive() -> None:
    nobody = event(userId=..., event="Signed In")
    assert told(at(OLD, nobody, nobody))["Signed In: login"] == ("2 never leave", "never-leaves", "lost")
    assert told(at(OLD, nobody, event(event="Signed In")))["Signed In: login"] == ("2 events", "arrives", "used")
    unknown = changed(("userId: user_id", "userId: u"))
    assert told(at(unknown, event()))["userId: u"] == ("1 ignored", "ignored", "lost")


def test_names_that_the_console_lacks() -> None:
    text = changed(("environment: staging", "environment: Staging"))
    assert told(at(text))["environment: Staging"] == ("not in the console", "ignored", "unknown")
    archived = OLD[: OLD.index("catalog:")] + "catalog:\n  archived: { environments: [staging] }\n"
    assert told(at(archived))["environment: staging"] == ("archived in the console", "ignored", "unknown")
    bare = OLD[: OLD.index("catalog:")]
    assert "environment: staging" not in at(bare)
    assert told(at(bare, event()))["Order Completed: purchase"] == ("1 event", "accepted", "used")


def test_nothing_is_promised_before_all_is_counted() -> None:
    lenses = at(OLD, event(), whole=False)
    assert lenses["Order Completed: purchase"].text == "1 so far"
    assert "Signed In: login" not in lenses
    early = line_lenses(config_lenses(config(OLD), None))
    assert {lens.text for lens in early.values()} == {
        "set",
        "in the console",
        "6 goals",
        "2 unit types",
        "2 environments",
        "1 application",
    }


def test_a_key_that_is_not_set() -> None:
    reading = read_config(OLD, {})
    assert reading.config is not None
    assert config_lenses(reading.config, None)["settings", "apiKey"].text == "not set"


def test_several_entries_in_one_line() -> None:
    text = changed(
        ("    userId: user_id\n    anonymousId: anonymous_id\n", ""),
        ("  unitMapping:\n", "  unitMapping: { userId: user_id, anonymousId: anonymous_id }\n"),
    )
    line = "unitMapping: { userId: user_id, anonymousId: anonymous_id }"
    assert at(text, event(anonymousId="a"))[line].text == "2 entries used"
    assert at(text, event())[line].text == "no event"


def test_targets() -> None:
    text = (
        OLD
        + 'targets:\n  live: { environment: production }\n  test:\n    environment: nowhere\n    apiKey: "${NONE:-}"\n'
    )
    lenses = at(text)
    assert lenses["live: { environment: production }"].text == "in the console"
    assert lenses["environment: nowhere"].text == "not in the console"
    assert lenses['apiKey: "${NONE:-}"'].text == "not set"


def test_each_setting_and_entry_has_its_own() -> None:
    lenses = config_lenses(config(OLD), usage(OLD, event(), event(**HOME)))
    goals = read_form(OLD).field("goalMapping")
    assert [lenses["settings", "goalMapping", row.key].text for row in goals.rows] == [
        "1 event",
        "no event",
        "no event",
    ]
    assert ("settings", "goalMapping") not in lenses
    environment = lenses["settings", "environment"]
    assert (environment.short, environment.line) == ("known", 5)
    assert lenses["settings", "enableAppScreenViewTracking"].text == "1 event"


def test_behind_a_mistake_nothing_is_read() -> None:
    text = changed(("Signed In: login", "Signed In: [login"))
    found = unread_lenses(text, read_config(text, {}).findings[0].line or 0)
    lines = text.split("\n")
    assert [lines[line - 1].strip() for line in found][:2] == ["userId: user_id", "anonymousId: anonymous_id"]
    assert {lens.text for lens in found.values()} == {"not read"}


def test_an_event_that_is_taken_back_leaves_no_trace() -> None:
    found, mapper = usage(OLD, *THE_PICTURE), Mapper(config(OLD))
    for line in THE_PICTURE:
        item = Event("f:1", json.loads(line))
        found.add_use(item.value, mapper.outcome(item), -1)
    assert not found.entry_fates.total()
    assert not found.setting_fates.total()
    assert told(lenses_of(OLD, found)) == told(at(OLD))


@pytest.fixture
def _pings() -> Iterator[None]:
    with registered():
        yield


@pytest.mark.usefixtures("_pings")
def test_another_destination() -> None:
    text = "destination: pings\nsettings:\n  collectorEndpoint: https://pings.example/v1\n  channel: main\n"
    assert at(text, event()) == {}


_WHEN = "2026-03-17T09:00:00Z"
MAPPINGS = """destination: actions
settings: { collectorEndpoint: "https://acme.absmartly.io/v1", apiKey: "${KEY}", environment: staging }
mappings:
  - name: Orders
    subscribe: event = "Order Completed"
    partnerAction: trackGoal
    mapping: { units: { user_id: { "@path": $.userId } }, name: order, properties: { "@path": $.properties } }
  - name: Broken
    subscribe: event = "Order Completed"
    partnerAction: trackGoal
    mapping: {}
  - name: Pages
    subscribe: type = "page"
  - { name: Mistyped, subscribe: type = "tracks" }
  - { name: Unread, subscribe: type }
  - name: Halted
    enabled: false
"""


def test_a_mapping_tells_for_how_many_events_it_is() -> None:
    lenses = line_lenses(
        config_lenses(
            config(MAPPINGS),
            usage(
                MAPPINGS,
                event(properties={}, timestamp=_WHEN),
                event(event="Other"),
                event(properties={}, timestamp=_WHEN),
            ),
        )
    )
    assert [(lens.text, lens.fate, lens.kind) for line, lens in sorted(lenses.items()) if line > 3] == [
        ("2 events", "accepted", "used"),
        ("2 fail", "fails", "lost"),
        ("no event", "ignored", "unused"),
        ("no event can match", "refused", "never"),
        ("3 never leave", "never-leaves", "lost"),
        ("switched off", None, "fact"),
    ]


def test_a_mapping_tells_what_becomes_of_the_events_that_it_is_for() -> None:
    """The fate is that of the mapping's own result: another mapping that is for the event may have another."""
    same = MAPPINGS[MAPPINGS.index("    subscribe:") : MAPPINGS.index("  - name: Broken")]
    text = MAPPINGS.replace(
        "  - name: Broken", f"  - name: Same\n{same.replace('name: order', 'name: unknown')}  - name: Broken"
    )
    text += "catalog: { goals: [order], units: [user_id], environments: [staging] }\n"
    events = [event(properties=properties, timestamp=_WHEN) for properties in ({}, {}, ...)]

    def lenses(*given: str) -> list[tuple[str, str | None, str]]:
        found = line_lenses(config_lenses(config(text), usage(text, *given)))
        return [(lens.text, lens.fate, lens.kind) for line, lens in sorted(found.items()) if line > 3][:2]

    assert lenses(*events[:2]) == [("2 events", "arrives", "used"), ("2 ignored", "ignored", "lost")]
    # The third has no properties, so both mappings fail with it.
    assert lenses(*events) == [("3 events", "arrives", "used"), ("3 events", "ignored", "used")]
