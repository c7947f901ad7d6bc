"""The config reader: what a good config becomes, and what every single mistake in one is told as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import Catalog, ConfigReading, Target
from abtui.core.config.endpoint import blocks_sending
from abtui.core.config.reader import read_config
from abtui.core.findings import Finding
from abtui.core.text.secret import Secret
from tests.kit import settings_of

KEY = "sk-9f8e7d6c5b4a"
ENV = {"ABSMARTLY_API_KEY": KEY, "STAGE": "staging", "EMPTY": ""}

# A config without any finding. Rows of the table below replace one of its lines.
GOOD = """\
destination: classic
settings:
  apiKey: ${ABSMARTLY_API_KEY}
  collectorEndpoint: https://acme.absmartly.io/v1
  environment: staging
  application: website
  enablePageViewTracking: true
  goalMapping:
    Order Completed: purchase
  unitMapping:
    userId: user_id
    anonymousId: anonymous_id
"""
CATALOG = (
    "catalog: {goals: [purchase], units: [user_id, anonymous_id], environments: [staging], applications: [website]}\n"
)


def line(number: int, text: str) -> str:
    """GOOD with one line (1-based) replaced; an empty text removes it."""
    lines = GOOD.splitlines(keepends=True)
    lines[number - 1] = text
    return "".join(lines)


def told(reading: ConfigReading) -> list[tuple[str, int | None, int | None]]:
    return [(item.code, item.line, item.column) for item in reading.findings]


def only(reading: ConfigReading) -> Finding:
    assert len(reading.findings) == 1, reading.findings
    return reading.findings[0]


def test_a_good_config_has_no_findings_and_every_value() -> None:
    reading = read_config(GOOD, ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.destination == "classic"
    assert reading.config.settings == settings_of(
        collector_endpoint="https://acme.absmartly.io/v1",
        environment="staging",
        unit_mapping={"userId": "user_id", "anonymousId": "anonymous_id"},
        api_key=Secret(KEY),
        application="website",
        goal_mapping={"Order Completed": "purchase"},
        enable_page_view_tracking=True,
    )
    assert list(reading.config.settings["unitMapping"]) == ["userId", "anonymousId"]
    assert reading.config.sections == {"behavior": {"identify": "attributes", "viewGoalNames": "title"}}
    assert reading.config.catalog == Catalog()
    assert [target.name for target in reading.config.targets] == ["settings"]


def test_lines_are_those_of_the_keys() -> None:
    config = read_config(GOOD, ENV).config
    assert config is not None
    assert config.line("settings") == 2
    assert config.line("settings", "unitMapping") == 10
    assert config.line("settings", "unitMapping", "anonymousId") == 12
    assert config.line("settings", "goalMapping", "Order Completed") == 9
    assert config.line("settings", "enableExposureTracking") is None


MISTAKES = [
    # (the line of GOOD, what stands there instead, the code, line and column of the finding, a part of message or hint)
    (1, "", "CONFIG-NO-DESTINATION", 1, 1, "classic"),
    (1, "destination: clasic\n", "CONFIG-DESTINATION", 1, 14, "Did you mean `classic`"),
    (1, "destination: 5\n", "CONFIG-TYPE", 1, 14, "`destination` must be text; it is a number"),
    (1, "destination: classic\nchecks: {}\n", "CONFIG-UNKNOWN-KEY", 2, 1, "Did you mean `check`"),
    (1, "destination: classic\nBehavior: {}\n", "CONFIG-UNKNOWN-KEY", 2, 1, "Write `behavior`"),
    (1, "destination: classic\ngoalMapping: {}\n", "CONFIG-UNKNOWN-KEY", 2, 1, "belongs under `settings`"),
    (1, "destination: classic\nbehavior: {identify: atributes}\n", "CONFIG-TYPE", 2, 22, "Did you mean `attributes`"),
    (1, "destination: classic\nbehavior: {viewGoalNames: true}\n", "CONFIG-TYPE", 2, 27, "behavior.viewGoalNames"),
    (1, "destination: classic\nbehavior: reject\n", "CONFIG-TYPE", 2, 11, "`behavior` must be a map"),
    (1, "destination: classic\ncatalog: {goals: purchase}\n", "CONFIG-TYPE", 2, 18, "`catalog.goals` must be a list"),
    (1, "destination: classic\ncatalog: {goals: [1]}\n", "CONFIG-TYPE", 2, 19, "`catalog.goals` must be text"),
    (1, "destination: classic\ncatalog: {goal: [a]}\n", "CONFIG-UNKNOWN-KEY", 2, 11, "Did you mean `goals`"),
    (1, "destination: classic\ncatalog: {environments: [Staging]}\n", "CONFIG-CATALOG", 6, 16, "The catalog has `Staging`"),
    (1, "destination: classic\ncatalog: {applications: [app]}\n", "CONFIG-CATALOG", 7, 16, "`settings.application` is `website`"),
    (1, "destination: classic\ncatalog: {units: [user_id]}\n", "CONFIG-CATALOG", 13, 18, "settings.unitMapping.anonymousId"),
    (1, "destination: classic\ntargets: [a]\n", "CONFIG-TYPE", 2, 10, "`targets` must be a map"),
    (1, "destination: classic\ntargets: {a: b}\n", "CONFIG-TYPE", 2, 14, "`targets.a` must be a map"),
    (1, "destination: classic\ntargets: {a: {environment: 5}}\n", "CONFIG-TYPE", 2, 28, "targets.a.environment"),
    (1, "destination: classic\ntargets: {a: {allow: 'true'}}\n", "CONFIG-TYPE", 2, 22, "targets.a.allow"),
    (1, "destination: classic\ntargets: {a: {unitMapping: {}}}\n", "CONFIG-UNKNOWN-KEY", 2, 15, "belongs under `settings`"),
    (1, "destination: classic\ntargets: {a: {Environment: b}}\n", "CONFIG-LABEL", 2, 15, "targets.a.environment"),
    (1, "destination: classic\ntargets: {a: {collectorEndpoint: 'http://b.example/v1'}}\n", "CONFIG-ENDPOINT-INSECURE", 2, 34, "targets.a.collectorEndpoint"),
    (1, "destination: classic\ntargets: {a: {apiKey: abcdefgh}}\n", "CONFIG-KEY-IN-FILE", 2, 23, "targets.a.apiKey"),
    (1, "destination: classic\ntargets: {yes: {}}\n", "CONFIG-KEY-NOT-TEXT", 2, 11, "`yes`"),
    (3, "", "CONFIG-NO-KEY", 2, 1, "settings.apiKey"),
    (3, "  apiKey:\n", "CONFIG-NO-KEY", 3, 3, "settings.apiKey"),
    (3, "  apiKey: ''\n", "CONFIG-NO-KEY", 3, 11, "settings.apiKey"),
    (3, "  apiKey: ${NO_SUCH}\n", "CONFIG-KEY-UNSET", 3, 11, "`NO_SUCH` is not set"),
    (3, "  apiKey: ${EMPTY}\n", "CONFIG-KEY-UNSET", 3, 11, "`EMPTY` is set to nothing"),
    (3, "  apiKey: abcdefgh\n", "CONFIG-KEY-IN-FILE", 3, 11, "settings.apiKey"),
    (3, "  apiKey: ${ABSMARTLY_API_KEY:-abcdefgh}\n", "CONFIG-KEY-IN-FILE", 3, 11, "settings.apiKey"),
    (3, "  apiKey: 12345678\n", "CONFIG-TYPE", 3, 11, "Quote it"),
    (3, "  apiKey: [abcdefgh]\n", "CONFIG-TYPE", 3, 11, "it is a list"),
    (3, "  apiKey: !env ABSMARTLY_API_KEY\n", "CONFIG-TYPE", 3, 11, "Remove the `!…`"),
    (3, "  API Key: ${ABSMARTLY_API_KEY}\n", "CONFIG-LABEL", 3, 3, "Write `apiKey`"),
    (4, "", "CONFIG-MISSING", 2, 1, "settings.collectorEndpoint"),
    (4, "  collectorEndpoint:\n", "CONFIG-MISSING", 4, 3, "settings.collectorEndpoint"),
    (4, "  collectorEndpoint: ''\n", "CONFIG-ENDPOINT-SCHEME", 4, 22, "is empty"),
    (4, "  collectorEndpoint: ${NO_SUCH}\n", "CONFIG-ENV-UNSET", 4, 22, "settings.collectorEndpoint"),
    (4, "  collectorEndpoint: https://${NO_SUCH}/v1\n", "CONFIG-ENV-UNSET", 4, 22, "settings.collectorEndpoint"),
    (4, "  collectorEndpoint: acme.absmartly.io/v1\n", "CONFIG-ENDPOINT-SCHEME", 4, 22, "https://"),
    (4, "  collectorEndpoint: http://acme.absmartly.io/v1\n", "CONFIG-ENDPOINT-INSECURE", 4, 22, "plain http"),
    (4, "  collectorEndpoint: https://acme.absmartly.io/v1/\n", "CONFIG-ENDPOINT-SLASH", 4, 22, "//context"),
    (4, "  collectorEndpoint: https://acme.absmartly.io\n", "CONFIG-ENDPOINT-PATH", 4, 22, "https://acme.absmartly.io/v1"),
    (4, "  collectorEndpoint: https://acme.absmartly.iop/v1\n", "CONFIG-ENDPOINT-IOP", 4, 22, ".absmartly.io`"),
    (4, "  collectorEndpoint: https://me:pw@acme.absmartly.io/v1\n", "CONFIG-ENDPOINT-PARTS", 4, 22, "password"),
    (4, "  collectorEndpoint: https://acme.absmartly.io/v1?a=/v1\n", "CONFIG-ENDPOINT-PARTS", 4, 22, "query"),
    (5, "  environment: 123\n", "CONFIG-TYPE", 5, 16, "Quote it"),
    (5, "  environment: yes\n", "CONFIG-TYPE", 5, 16, "it is a boolean"),
    (5, "  environment: 2024-01-01\n", "CONFIG-TYPE", 5, 16, "it is a date"),
    (5, "  environment: ''\n", "CONFIG-HEADER", 5, 16, "is empty"),
    (5, "  environment: ${NO_SUCH}\n", "CONFIG-ENV-UNSET", 5, 16, "settings.environment"),
    (5, "  environment: ${STAGE-x}\n", "CONFIG-ENV-FORM", 5, 16, "no reference"),
    (5, "  environment: café☕\n", "CONFIG-HEADER", 5, 16, "Latin-1"),
    (5, "  environment: |\n    staging\n", "CONFIG-HEADER", 5, 16, "line breaks"),
    (5, "  environment: staging\n  environment: test\n", "CONFIG-DUPLICATE-KEY", 6, 3, "line 5"),
    (5, "  environment: staging\n  Environment: test\n", "CONFIG-LABEL", 6, 3, "is there as well"),
    (5, "  environment: staging\n  enviroment: test\n", "CONFIG-UNKNOWN-KEY", 6, 3, "Did you mean `environment`"),
    (5, "  environment: staging\n  goalmapping: {}\n", "CONFIG-LABEL", 6, 3, "is there as well"),
    (5, "  environment: staging\n  unit_mapping: {}\n", "CONFIG-LABEL", 6, 3, "is there as well"),
    (5, "  environment: staging\n  targets: {}\n", "CONFIG-UNKNOWN-KEY", 6, 3, "belongs to the top level"),
    (5, "  environment: staging\n  zzz: {}\n", "CONFIG-UNKNOWN-KEY", 6, 3, "Known here"),
    (5, "  environment: staging\n  [a]: b\n", "CONFIG-TYPE", 6, 3, "A key of `settings` must be text; it is a list"),
    (5, "  environment: staging\n  <<: 5\n", "CONFIG-TYPE", 6, 7, "`settings[\"<<\"]` must be a map"),
    (6, "", "CONFIG-APPLICATION", 2, 1, "X-Application"),
    (6, "  application: ''\n", "CONFIG-APPLICATION", 6, 16, "X-Application"),
    (7, "  enablePageViewTracking: 'true'\n", "CONFIG-TYPE", 7, 27, "without quotes"),
    (7, "  enablePageViewTracking: 1\n", "CONFIG-TYPE", 7, 27, "must be true or false"),
    (7, "  enablePageViewTracking: ${STAGE}\n", "CONFIG-TYPE", 7, 27, "and not as a variable"),
    (9, "    yes: purchase\n", "CONFIG-KEY-NOT-TEXT", 9, 5, "`yes`"),
    (9, "    123: purchase\n", "CONFIG-KEY-NOT-TEXT", 9, 5, "`123` in `settings.goalMapping` is a number"),
    (9, "    ? {a: b}\n    : purchase\n", "CONFIG-TYPE", 9, 7, "settings.goalMapping"),
    (9, "    Order Completed: 5\n", "CONFIG-TYPE", 9, 22, 'settings.goalMapping["Order Completed"]'),
    (9, "    Order Completed:\n", "CONFIG-TYPE", 9, 21, "it is empty"),
    (9, "    Order Completed: ${NO_SUCH}\n", "CONFIG-ENV-UNSET", 9, 22, "NO_SUCH"),
    (9, "    a: b\n    a: c\n", "CONFIG-DUPLICATE-KEY", 10, 5, "settings.goalMapping.a"),
    (9, "    - a\n", "CONFIG-TYPE", 9, 5, "`settings.goalMapping` must be a map of texts"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "text", "code", "at", "column", "part"), MISTAKES)
def test_one_mistake_is_one_finding(number: int, text: str, code: str, at: int, column: int, part: str) -> None:
    source = line(number, text)
    reading = read_config(source, ENV)
    item = only(reading)
    assert (item.code, item.line, item.column, item.config_line) == (code, at, column, at)
    assert part in f"{item.message} {item.hint}"
    assert item.hint
    assert (reading.config is None) == (item.severity == "error")
    assert read_config(source, ENV) == reading


WHOLE = [
    ("", "CONFIG-EMPTY", 1, 1),
    ("# only a comment\n", "CONFIG-EMPTY", 1, 1),
    ("---\n", "CONFIG-EMPTY", 1, 1),
    ("null", "CONFIG-EMPTY", 1, 1),
    ("{}", "CONFIG-EMPTY", 1, 1),
    ("just some words\n", "CONFIG-TYPE", 1, 1),
    ('\n[{"type": "track"}]', "CONFIG-TYPE", 2, 1),
    ("x" * (1 << 20) + "x", "CONFIG-TOO-LARGE", 1, 1),
    ("é" * (1 << 19) + "x", "CONFIG-TOO-LARGE", 1, 1),
    ("x" * 10_000_000, "CONFIG-TOO-LARGE", 1, 1),
]


@pytest.mark.parametrize(("text", "code", "at", "column"), WHOLE, ids=range(len(WHOLE)))
def test_what_is_no_config_at_all(text: str, code: str, at: int, column: int) -> None:
    reading = read_config(text, ENV, name="my.yaml")
    assert reading.config is None
    assert told(reading) == [(code, at, column)]
    assert code == "CONFIG-TYPE" or "my.yaml" in reading.findings[0].message


def test_without_settings_that_is_told_once() -> None:
    assert told(read_config("destination: classic\n", ENV)) == [("CONFIG-MISSING", 1, 1)]
    assert told(read_config("destination: classic\nsettings:\n", ENV)) == [("CONFIG-MISSING", 2, 1)]


def test_all_mistakes_at_once() -> None:
    text = f"""\
setings: {{}}
settings:
  API Key: {KEY}
  collectorEndpoint: http://acme.absmartly.iop/
  environment: 5
  enablePageViewTracking: "yes"
  goalMapping: {{no: a, b: c, b: d}}
  unitMapping: {{}}
behavior: {{identify: maybe}}
catalog: {{goals: x, unit: []}}
targets:
  live: {{collectorEndpoint: ftp://x, apiKey: {KEY}, application: "a\\nb"}}
"""
    reading = read_config(text, {})
    assert reading.config is None
    assert told(reading) == [
        ("CONFIG-UNKNOWN-KEY", 1, 1),
        ("CONFIG-NO-DESTINATION", 1, 1),
        ("CONFIG-APPLICATION", 2, 1),
        ("CONFIG-LABEL", 3, 3),
        ("CONFIG-KEY-IN-FILE", 3, 12),
        ("CONFIG-ENDPOINT-INSECURE", 4, 22),
        ("CONFIG-ENDPOINT-IOP", 4, 22),
        ("CONFIG-ENDPOINT-SLASH", 4, 22),
        ("CONFIG-ENDPOINT-PATH", 4, 22),
        ("CONFIG-TYPE", 5, 16),
        ("CONFIG-TYPE", 6, 27),
        ("CONFIG-KEY-NOT-TEXT", 7, 17),
        ("CONFIG-DUPLICATE-KEY", 7, 30),
        ("CONFIG-EMPTY-MAPPING", 8, 16),
        ("CONFIG-TYPE", 9, 22),
        ("CONFIG-TYPE", 10, 18),
        ("CONFIG-UNKNOWN-KEY", 10, 21),
        ("CONFIG-ENDPOINT-SCHEME", 12, 29),
        ("CONFIG-KEY-IN-FILE", 12, 46),
        ("CONFIG-HEADER", 12, 76),
    ]
    assert KEY not in repr(reading)


def test_warnings_leave_a_working_config() -> None:
    text = "settings: {collectorEndpoint: 'http://x/', environment: '${NO_SUCH}', unitMapping: {}, odd: 1}"
    config = read_config(text, {}).config
    assert config is not None
    assert config.settings["collectorEndpoint"] == "http://x/"
    assert config.settings["environment"] == ""
    assert config.settings["unitMapping"] == {}
    assert config.settings["apiKey"] is None


@pytest.mark.parametrize(
    "spelled",
    [
        {"Collector Endpoint": "collectorEndpoint", "API key": "apiKey", "EnablePageViewTracking": "enablePageViewTracking"},
        {"collector_endpoint": "collectorEndpoint", "API_KEY": "apiKey", "ENABLE_PAGE_VIEW_TRACKING": "enablePageViewTracking"},
        {"Collectorendpoint": "collectorEndpoint", "Api-Key": "apiKey", "enable page view tracking": "enablePageViewTracking"},
    ],
)  # fmt: skip
def test_every_spelling_of_a_name_is_read_and_told(spelled: dict[str, str]) -> None:
    text = GOOD
    for other, name in spelled.items():
        text = text.replace(f"  {name}:", f"  {other}:")
    reading, good = read_config(text, ENV), read_config(GOOD, ENV)
    assert [item.code for item in reading.findings] == ["CONFIG-LABEL"] * 3
    assert [item.hint for item in reading.findings] == [
        f"Write `{name}`." for name in ("apiKey", "collectorEndpoint", "enablePageViewTracking")
    ]
    assert reading.config is not None
    assert good.config is not None
    assert reading.config.settings == good.config.settings


@pytest.mark.parametrize(
    "mask",
    [
        "••••••••••8839",
        "•••",
        "●●●●1a2b",
        "****",
        "****8839",
        "sk_l****",
        "*****",
        "xxxxx",
        "XXXXXXXX",
        "xxxxx...",
        "xxxxxx…",
    ],
)
@pytest.mark.parametrize("by_variable", [False, True])
def test_a_mask_is_no_key(mask: str, by_variable: bool) -> None:
    text = GOOD if by_variable else GOOD.replace("${ABSMARTLY_API_KEY}", f'"{mask}"')
    reading = read_config(text, {"ABSMARTLY_API_KEY": mask})
    [masked] = [item for item in reading.findings if item.severity != "info"]
    assert (masked.code, masked.line) == ("CONFIG-KEY-MASKED", GOOD[: GOOD.index("apiKey")].count("\n") + 1)
    assert reading.config is not None
    assert reading.config.settings["apiKey"] is None
    [target] = reading.config.targets
    assert "no key, only the mask of one" in (blocks_sending(target) or "")


@pytest.mark.parametrize("key", ["0123456789abcdef", "ab*cd", "xxx", "xxxxxx8839", "a...b", "xyzxyzxyz", "Xylophone"])
def test_a_key_is_no_mask(key: str) -> None:
    config = read_config(GOOD, {"ABSMARTLY_API_KEY": key}).config
    assert config is not None
    assert config.settings["apiKey"].reveal() == key
    assert blocks_sending(config.default_target) is None


def test_every_label_is_understood_and_gives_canonical_lines() -> None:
    text = """\
destination: classic
settings:
  API Key: ${ABSMARTLY_API_KEY}
  Collector Endpoint: https://acme.absmartly.io/v1
  Environment: staging
  Application: website
  Unit Mapping: {userId: user_id, anonymousId: anonymous_id}
  Goal Mapping: {Order Completed: purchase}
  Enable Page View Tracking: on
  Enable App Screen View Tracking: false
  Enable Exposure Tracking: no
"""
    reading = read_config(text, ENV)
    assert [item.code for item in reading.findings] == ["CONFIG-LABEL"] * 9
    good = read_config(GOOD, ENV).config
    assert reading.config is not None
    assert good is not None
    assert reading.config.settings == good.settings
    assert reading.config.line("settings", "unitMapping", "userId") == 7
    assert reading.config.line("settings", "enableExposureTracking") == 11


def test_the_name_wins_over_its_label() -> None:
    config = read_config(line(5, "  Environment: test\n  environment: staging\n"), ENV).config
    assert config is not None
    assert config.settings["environment"] == "staging"


def test_the_last_of_equal_keys_wins() -> None:
    config = read_config(line(9, "    a: b\n    c: d\n    a: e\n"), ENV).config
    assert config is not None
    assert config.settings["goalMapping"] == {"a": "e", "c": "d"}
    assert config.line("settings", "goalMapping", "a") == 11


@pytest.mark.parametrize("key", ["yes", "Off", "123", "0x1F", "1.0", "1e3", "null", "~", "2024-01-01", "1:30", ".inf"])
def test_a_key_that_is_no_text_is_used_as_it_is_written(key: str) -> None:
    for number, name in ((9, "goalMapping"), (11, "unitMapping")):
        reading = read_config(line(number, f"    {key}: value\n"), ENV)
        assert {item.code for item in reading.findings} <= {"CONFIG-KEY-NOT-TEXT"}
        assert reading.config is not None
        assert reading.config.settings[name][key] == "value"
    quoted = read_config(line(9, f"    '{key}': value\n"), ENV)
    assert quoted.findings == ()


def test_a_key_that_is_no_text_and_its_quoted_twin_are_equal() -> None:
    reading = read_config(line(9, "    'yes': a\n    yes: b\n"), ENV)
    assert [item.code for item in reading.findings] == ["CONFIG-DUPLICATE-KEY", "CONFIG-KEY-NOT-TEXT"]
    assert reading.config is not None
    assert reading.config.settings["goalMapping"] == {"yes": "b"}


def test_null_for_an_optional_setting_is_its_absence() -> None:
    text = GOOD.replace("enablePageViewTracking: true", "enablePageViewTracking: null").replace(
        "goalMapping:\n    Order Completed: purchase", "goalMapping: ~"
    )
    reading = read_config(text + "behavior:\ncatalog: {goals: null}\ntargets:\n", ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.settings["goalMapping"] == {}
    assert reading.config.settings["enablePageViewTracking"] is False
    assert reading.config.catalog == Catalog()
    assert reading.config.line("settings", "goalMapping") == 8


def test_values_are_taken_as_yaml_gives_them() -> None:
    reading = read_config(GOOD.replace("environment: staging", "environment: ' Staging '"), ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.settings["environment"] == " Staging "


def test_empty_goal_names_and_goals_are_texts() -> None:
    reading = read_config(line(9, "    '': empty\n    a: ''\n"), ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.settings["goalMapping"] == {"": "empty", "a": ""}


def test_variables_are_replaced_in_values_and_not_in_keys() -> None:
    text = line(9, "    ${STAGE}: on ${STAGE} and ${NO_SUCH:-none}, $${STAGE}\n")
    config = read_config(text, ENV).config
    assert config is not None
    assert config.settings["goalMapping"] == {"${STAGE}": "on staging and none, ${STAGE}"}


def test_behavior_and_catalog() -> None:
    text = GOOD + CATALOG + "behavior: {identify: reject, viewGoalNames: slug}\n"
    reading = read_config(text, ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.sections == {"behavior": {"identify": "reject", "viewGoalNames": "slug"}}
    assert reading.config.catalog == Catalog(
        goals=frozenset({"purchase"}),
        units=frozenset({"user_id", "anonymous_id"}),
        environments=frozenset({"staging"}),
        applications=frozenset({"website"}),
    )


def test_targets_take_from_settings_what_they_leave_out() -> None:
    text = (
        GOOD
        + """\
targets:
  test: {collectorEndpoint: https://test.absmartly.io/v1, apiKey: ${NO_SUCH}, allow: true}
  same:
  eu: {environment: eu, application: shop, apiKey: null}
"""
    )
    reading = read_config(text, ENV)
    assert [item.code for item in reading.findings] == ["CONFIG-KEY-UNSET"]
    assert reading.config is not None
    endpoint, key = "https://acme.absmartly.io/v1", Secret(KEY)
    assert reading.config.targets == (
        Target(name="settings", collector_endpoint=endpoint, environment="staging", api_key=key, application="website"),
        # Its own variable is unset: the key of `settings` must not go to another host in its place.
        Target(name="test", collector_endpoint="https://test.absmartly.io/v1", environment="staging", application="website", key_variable="NO_SUCH"),
        Target(name="same", collector_endpoint=endpoint, environment="staging", api_key=key, application="website"),
        Target(name="eu", collector_endpoint=endpoint, environment="eu", api_key=key, application="shop"),
    )  # fmt: skip
    assert reading.config.line("targets", "eu", "environment") == 16


@pytest.mark.parametrize(("text", "allow"), [("{}", True), ("{allow: }", True), ("{allow: true}", True), ("{allow: false}", False)])  # fmt: skip
def test_a_target_may_forbid_that_it_is_sent_to(text: str, allow: bool) -> None:
    config = read_config(GOOD + f"targets: {{t: {text}}}\n", ENV).config
    assert config is not None
    assert [target.allow for target in config.targets] == [True, allow]
    forbidden = blocks_sending(config.targets[1])
    assert forbidden == (None if allow else "The config forbids sending to the target `t`: it says `allow: false`.")


def test_a_target_named_settings_replaces_that_of_settings() -> None:
    config = read_config(GOOD + "targets: {a: {}, settings: {environment: other}}\n", ENV).config
    assert config is not None
    assert [(target.name, target.environment) for target in config.targets] == [("settings", "other"), ("a", "staging")]


@pytest.mark.parametrize("environment", ["a", "Staging", "${STAGE}"])
def test_a_target_is_checked_against_the_catalog(environment: str) -> None:
    reading = read_config(GOOD + CATALOG + f"targets: {{t: {{environment: '{environment}'}}}}\n", ENV)
    assert [item.code for item in reading.findings] == ([] if environment == "${STAGE}" else ["CONFIG-CATALOG"])


# Wherever a key may slip to, no finding quotes it, nor the start of it.
LONG_KEY = "sk_live_" + "0123456789abcdef" * 8
SLIPS = [
    "settings: {apiKey: KEY}",
    "settings: {apiKey:KEY}",
    "settings:\n  apiKey:KEY\n  environment: x\n",
    "settings: {apiKey: 'KEY}",
    "settings: {apiKey: [KEY]}",
    "settings: {apiKey: {KEY: 1}}",
    "settings: {apiKey: *KEY}",
    "settings: {apiKey: !KEY x}",
    "settings: {apiKey: !KEY!x x}",
    "settings: {apiKey: '${KEY}'}",
    "settings: {apiKey: '${X:-KEY}'}",
    "settings: {apiKey: '${KEY'}",
    "settings: {api_key: KEY, environment: KEY}\ncatalog: {environments: []}",
    "settings: {apikey: KEY, KEY: KEY}",
    "settings: {API Key: KEY, goalMapping: {KEY: 5}}",
    "settings: {apiKey: &k KEY, environment: *k, unitMapping: {*k : *k}}\ncatalog: {environments: [], units: []}",
    "settings: {apiKey: &k KEY}\ntargets: {*k : 5}\nbehavior: {identify: *k}\ndestination: *k",
    "targets: {t: {apiKey: KEY, environment: KEY}}\ncatalog: {environments: []}",
    "settings: {apiKey: '${LIVE}', environment: KEY}\ncatalog: {environments: []}",
]


@pytest.mark.parametrize("text", SLIPS)
@pytest.mark.parametrize("key", [KEY, LONG_KEY])
def test_no_finding_has_the_key(text: str, key: str) -> None:
    reading = read_config(text.replace("KEY", key), {"LIVE": key})
    assert reading.findings
    assert key[:11] not in repr(reading.findings)


# The prefix keeps the key from being a word that messages have of their own.
@given(
    key=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8).map("k9Q7".__add__),
    quote=st.sampled_from(["'", '"', ""]),
)
def test_no_finding_has_any_key(key: str, quote: str) -> None:
    text = f"settings: {{apiKey: {quote}{key}{quote}, environment: &e x{key}, {key}: 1, unitMapping: {{a: *e}}}}"
    reading = read_config(text + "\ncatalog: {environments: [], units: []}", {})
    assert len(reading.findings) >= 5
    assert not any(key in item.message or key in item.hint for item in reading.findings)


def test_a_target_called_settings_changes_no_mapping() -> None:
    target = "targets: {settings: {collectorEndpoint: http://127.0.0.1:8200/v1, environment: dev}}\n"
    config = read_config(GOOD + target, ENV).config
    assert config is not None
    assert config.default_target.collector_endpoint == "https://acme.absmartly.io/v1"
    assert [(of.name, of.environment) for of in config.targets] == [("settings", "dev")]
