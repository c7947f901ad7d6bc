"""One case for each finding of ABsmartly (Actions): the least config and event that raise it, its place, and its fix."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

SETTINGS: Final = (
    "destination: actions\n"
    "settings: { collectorEndpoint: https://acme.absmartly.io/v1, apiKey: '${KEY}', environment: staging }\n"
)
GOOD: Final = """\
mappings:
  - name: Orders
    enabled: true
    subscribe: type = "track" and event = "Order Completed"
    partnerAction: trackGoal
    mapping:
      units: { user_id: { "@path": $.userId } }
      name: purchase
      properties: { "@path": $.properties }
"""
EXPOSURES: Final = """\
mappings:
  - name: Exposures
    subscribe: event = "Experiment Viewed"
    partnerAction: trackExposure
    mapping:
      exposure: { "@path": $.properties.exposure }
"""
NOW: Final = 1_767_260_800_000
EXPOSURE: Final = {
    "publishedAt": NOW,
    "units": [{"type": "user_id", "uid": "u1"}],
    "exposures": [
        {
            "id": 1,
            "name": "exp",
            "unit": "user_id",
            "variant": 1,
            "exposedAt": NOW,
            **dict.fromkeys(("assigned", "eligible"), True),
            **dict.fromkeys(("overridden", "fullOn", "custom", "audienceMismatch"), False),
        }
    ],
}


def order(**changes: Any) -> str:
    """An order, with fields changed; `...` removes one."""
    event = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u1",
        "anonymousId": "a1",
        "messageId": "m1",
        "timestamp": "2026-01-31T09:15:00.000Z",
        "context": {"library": {"name": "analytics.js"}},
        "properties": {"total": 5},
    } | changes
    return json.dumps({key: value for key, value in event.items() if value is not ...})


def viewed(**properties: Any) -> str:
    """An exposure event."""
    return order(event="Experiment Viewed", properties=properties)


def good(*changes: tuple[str, str]) -> str:
    """The good config with texts replaced."""
    text = SETTINGS + GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def subscribed(fql: str) -> str:
    """The good config with another subscription."""
    return good(('type = "track" and event = "Order Completed"', fql))


class ConfigCase(NamedTuple):
    """A config with a finding, its place, and a line of the config once its fix is made, "" where no fix is certain."""

    text: str
    line: int
    column: int
    fixed: str = ""


class EventCase(NamedTuple):
    """A config and an event with a finding, its places in the event and the payload, and a line of the fixed config."""

    config: str
    event: str
    event_path: str | None = None
    payload_path: str | None = None
    fixed: str = ""


CONFIG_CASES: Final[dict[str, ConfigCase]] = {
    "CONFIG-SETTINGS-REFUSED": ConfigCase(good((", environment: staging", "")), 2, 1),
    "CONFIG-MAPPINGS-MANY": ConfigCase(
        SETTINGS
        + "mappings:\n"
        + "".join(
            f"- {{name: m{at}, enabled: false, subscribe: 'event = \"e{at}\"', partnerAction: trackGoal, mapping: {{units: {{}}, name: n, properties: {{}}}}}}\n"
            for at in range(51)
        ),
        54,
        3,
    ),
    "CONFIG-MAPPING-ACTION": ConfigCase(good(("trackGoal", "TrackGoal")), 7, 5, "    partnerAction: trackGoal"),
    "CONFIG-MAPPING-REQUIRED": ConfigCase(
        good(('      properties: { "@path": $.properties }\n', "")),
        8,
        5,
        '      properties: {"@path": "$.properties"}',
    ),
    "CONFIG-MAPPING-INVALID": ConfigCase(
        good(('properties: { "@path"', 'properties: { "@Path"')), 11, 7, '      properties: { "@path": $.properties }'
    ),
    "CONFIG-MAPPING-FIELD": ConfigCase(
        good(("      name: purchase\n", "      name: purchase\n      Application: web\n")),
        11,
        7,
        "      application: web",
    ),
    "CONFIG-MAPPING-VALUE": ConfigCase(good(("enabled: true", 'enabled: "true"')), 5, 5, "    enabled: true"),
    "CONFIG-MAPPING-TEMPLATE": ConfigCase(
        good(("name: purchase", 'name: { "@template": "Buy {{ $.event }}" }')),
        10,
        15,
        '      name: { "@template": "Buy {{ event }}" }',
    ),
    "CONFIG-MAPPING-CATALOG": ConfigCase(good() + "catalog: { goals: [Purchase] }\n", 10, 7, "      name: Purchase"),
    "CONFIG-MAPPING-OFF": ConfigCase(good(("enabled: true", "enabled: false")), 5, 5),
    "CONFIG-MAPPING-OVERLAP": ConfigCase(good() + GOOD.removeprefix("mappings:\n").replace("Orders", "Again"), 14, 5),
    "CONFIG-FQL-INVALID": ConfigCase(subscribed('type = "track'), 6, 23),
    "CONFIG-FQL-BLANK": ConfigCase(subscribed('event!="Signed In"'), 6, 21, "    subscribe: 'event!= \"Signed In\"'"),
    "CONFIG-FQL-PARENTHESIS": ConfigCase(subscribed('(type = "track" and (event = "A" or event = "B"))'), 6, 36),
    "CONFIG-FQL-QUOTES": ConfigCase(
        subscribed("type = 'track' and event = \"A\""), 6, 23, '    subscribe: \'type = "track" and event = "A"\''
    ),
    "CONFIG-FQL-CONNECTIVE": ConfigCase(subscribed('type = "track" and event = "A" or event = "B"'), 6, 31),
    "CONFIG-FQL-IGNORED": ConfigCase(
        subscribed('type = "track" AND event = "A"'), 6, 31, '    subscribe: \'type = "track" and event = "A"\''
    ),
    "CONFIG-FQL-OPERATOR": ConfigCase(subscribed('event matches "A*"'), 6, 22),
    "CONFIG-FQL-VALUE": ConfigCase(subscribed("type = track"), 6, 23, "    subscribe: 'type = \"track\"'"),
    "CONFIG-FQL-NEVER": ConfigCase(subscribed('type = "track" and type = "page"'), 6, 16),
}
UNKNOWN: Final = "catalog: { goals: [other], units: [other] }\n"
EVENT_CASES: Final[dict[str, EventCase]] = {
    "SUBSCRIPTION-NEAR": EventCase(
        good(),
        order(event="order_completed"),
        "$.event",
        None,
        '    subscribe: \'type = "track" and (event = "Order Completed" or event = "order_completed")\'',
    ),
    "MAPPING-FAILS": EventCase(SETTINGS, order(properties=[1])),
    "PROPERTIES-MISSING": EventCase(
        good(),
        order(properties=...),
        "$.properties",
        fixed='      properties: {"@if": {exists: {"@path": "$.properties"}, then: {"@path": "$.properties"}, else: {}}}',
    ),
    "DATE-TIMESTAMP": EventCase(good(), order(timestamp="soon"), "$.timestamp", "$.publishedAt"),
    "MAPPING-TWICE": EventCase(good() + GOOD.removeprefix("mappings:\n").replace("Orders", "Again"), order()),
    "UNIT-LEFT-NONE": EventCase(good(), order(userId=...), None, "$.units"),
    "UNIT-SKIPPED": EventCase(good(), order(userId=" "), "$.userId"),
    "UNIT-BROUGHT": EventCase(
        good(),
        order(properties={"absmartly": {"units": [{"type": "t", "uid": "u"}]}}),
        "$.properties.absmartly.units",
        "$.units",
    ),
    "UNIT-EMAIL": EventCase(good(), order(userId="ada@example.com"), "$.userId", "$.units[0].uid"),
    "UNIT-LONG": EventCase(good(), order(userId="u" * 641), "$.userId", "$.units[0].uid"),
    "UNIT-PRECISION": EventCase(good(), order(userId=9007199254740993), "$.userId", "$.units[0].uid"),
    "CATALOG-GOAL": EventCase(good() + UNKNOWN, order(), "$.event", "$.goals[0].name"),
    "CATALOG-UNIT": EventCase(good() + UNKNOWN, order(), None, "$.units[0].type"),
    "GOAL-GAP": EventCase(SETTINGS, order(type="page", event=...), "$.name", "$.goals[0].name"),
    "MAPPING-COERCED": EventCase(
        good(("name: purchase", 'name: { "@path": $.properties.total }')), order(), "$.properties.total"
    ),
    "EXPOSURE-PLACE": EventCase(
        SETTINGS + EXPOSURES,
        viewed(absmartly=EXPOSURE),
        "$.properties.absmartly",
        fixed='      exposure: {"@path": "$.properties.absmartly"}',
    ),
    "EXPOSURE-REPLACED": EventCase(SETTINGS, viewed(absmartly={"units": []}), "$.properties.absmartly"),
    "EXPOSURE-INVALID": EventCase(SETTINGS, viewed(exposure=EXPOSURE | {"goals": [{}]}), "$.properties.exposure"),
}
