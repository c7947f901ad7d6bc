"""A starter config reads back as what it was made of; a destination of Segment's is taken over without its key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.config.reader import read_config
from abtui.core.config.segment_settings import segment_settings
from abtui.core.config.starter import starter_text
from tests.core.test_config_yaml_text import WRITABLE
from tests.kit import read_segment, settings_of

KEY = "sk-live-9f8e7d6c5b4a"
MAPS = st.dictionaries(WRITABLE, WRITABLE, max_size=4)
SETTINGS = st.builds(
    settings_of,
    collector_endpoint=WRITABLE,
    environment=WRITABLE,
    unit_mapping=MAPS,
    application=WRITABLE,
    goal_mapping=MAPS,
    enable_page_view_tracking=st.booleans(),
    enable_app_screen_view_tracking=st.booleans(),
    enable_exposure_tracking=st.booleans(),
)
GIVEN: dict[str, Any] = {
    "apiKey": KEY,
    "collectorEndpoint": "https://acme.absmartly.io/v1",
    "environment": "production",
    "application": "website",
    "unitMapping": {"userId": "user_id", "anonymousId": "anonymous_id"},
    "goalMapping": {"Order Completed": "purchase"},
    "enablePageViewTracking": True,
    "enableExposureTracking": False,
}


@given(SETTINGS, st.lists(st.text(), max_size=3))
@example(settings_of(collector_endpoint="", environment="yes", unit_mapping={"${A:-x": "}"}), ["a\nb: c", "\ud800\x00"])
def test_a_starter_config_reads_back_as_its_settings(settings: dict[str, object], left_out: list[str]) -> None:
    text = starter_text(settings, left_out)
    reading = read_config(text, {"A": "wrong", "X": "wrong"})
    assert reading.config is not None, reading.findings
    assert reading.config.settings == settings
    assert list(reading.config.settings["unitMapping"]) == list(settings["unitMapping"])
    allowed = {"CONFIG-KEY-UNSET", "CONFIG-ENV-UNSET", "CONFIG-HEADER", "CONFIG-EMPTY-MAPPING", "CONFIG-APPLICATION"}
    codes = {item.code for item in reading.findings if not item.code.startswith("CONFIG-ENDPOINT")}
    assert codes <= allowed
    assert starter_text(settings, left_out) == text


def test_a_good_starter_config_has_no_finding_and_its_comments_are_true() -> None:
    settings = settings_of(
        collector_endpoint="https://acme.absmartly.io/v1",
        environment="staging",
        application="website",
        unit_mapping={"userId": "user_id"},
    )
    text = starter_text(settings)
    assert read_config(text, {"ABSMARTLY_API_KEY": "k" * 20}).findings == ()
    # With every commented setting made real it is still a good config.
    lines = [line.removeprefix("# ") if line.startswith(("# check:", "#   ", "# targets:")) else line for line in text.splitlines()]  # fmt: skip
    assert sum(line.startswith("# ") for line in lines) < sum(line.startswith("# ") for line in text.splitlines())
    reading = read_config("\n".join(lines), {"ABSMARTLY_API_KEY": "k" * 20})
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.check.fail_on == "warning"
    assert [target.name for target in reading.config.targets] == ["settings", "local"]


def pairs(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": text} for key, text in texts.items()]


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"destination": {"id": "1", "enabled": True, "name": "x", "settings": GIVEN, "metadata": {"name": "AB Smartly"}}}},
        {"destination": {"settings": GIVEN, "metadata": {}}},
        {"settings": GIVEN},
        GIVEN,
        {**GIVEN, "unitMapping": pairs(GIVEN["unitMapping"]), "goalMapping": pairs(GIVEN["goalMapping"])},
        {"API Key": KEY, "Collector Endpoint": GIVEN["collectorEndpoint"], "Environment": "production", "Application": "website", "Unit Mapping": GIVEN["unitMapping"], "Goal Mapping": GIVEN["goalMapping"], "Enable Page View Tracking": True, "Enable Exposure Tracking": False, "Enable App Screen View Tracking": None},
    ],
    ids=range(6),
)  # fmt: skip
def test_every_form_of_a_destination(document: Any) -> None:
    read = read_segment("\ufeff" + json.dumps(document))
    assert read.values == {name: value for name, value in GIVEN.items() if name != "apiKey"}
    assert list(read.values["unitMapping"]) == ["userId", "anonymousId"]
    assert (read.left_out, read.warnings, read.problem, read.has_key) == ((), (), "", True)
    assert KEY not in repr(read)


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        ({"environment": 5}, "$.settings.environment", "is a number; it must be text"),
        ({"environment": ["a"]}, "$.settings.environment", "is a list"),
        ({"environment": "a\ud800"}, "$.settings.environment", "a character that no config can hold"),
        ({"environment": f"x{KEY}"}, "$.settings.environment", "has the API key in it"),
        ({"enablePageViewTracking": "true"}, "$.settings.enablePageViewTracking", "is text; it must be true or false"),
        ({"enablePageViewTracking": 1}, "$.settings.enablePageViewTracking", "is a number"),
        ({"goalMapping": "a"}, "$.settings.goalMapping", "is text; it must be a map of texts"),
        ({"goalMapping": {"a": None}}, "$.settings.goalMapping.a", "is null; it must be text"),
        ({"goalMapping": {"a b": {}}}, '$.settings.goalMapping["a b"]', "is an object"),
        ({"goalMapping": {f"a{KEY}": "b"}}, '$.settings.goalMapping["a****"]', "has the API key in it"),
        ({"goalMapping": [{"key": "a", "value": True}]}, "$.settings.goalMapping[0].value", "is true or false; it must be text"),
        ({"goalMapping": [{"key": "a"}]}, "$.settings.goalMapping[0]", "is no object with `key` and `value`"),
        ({"goalMapping": pairs({"a": "b"}) * 2}, "$.settings.goalMapping[1].value", "the last one is used"),
        ({"goalmapping": {}}, "$.settings.goalmapping", "is also there as `goalMapping`"),
        ({"goalMaping": {}}, "$.settings.goalMaping", "is no setting of the destination. Did you mean `goalMapping`"),
        ({"wat": {}}, "$.settings.wat", "is no setting of the destination."),
        ({f"x{KEY}": 1}, '$.settings["x****"]', "is no setting"),
        ({"Environment": "other"}, "$.settings.Environment", "is also there as `environment`"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told_with_its_path(change: dict[str, Any], path: str, why: str) -> None:
    read = segment_settings({"settings": GIVEN | change})
    [sentence] = read.left_out
    assert sentence.startswith(f"`{path}` ")
    assert why in sentence
    assert KEY not in repr(read)


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"apiKey": [KEY]}, KEY),
        ({"apiKey": {"value": [f" {KEY}"]}}, KEY),
        ({"apiKey": 1234567890}, "1234567890"),
        ({"apiKey": "another-key", "API Key": KEY}, KEY),
        ({"apiKey": KEY, "api_key": KEY[:-1]}, KEY),
    ],
    ids=range(5),
)
def test_a_key_of_any_type_is_the_key(keys: dict[str, Any], key: str) -> None:
    given = GIVEN | {"unitMapping": {"userId": key, f"a{key}": "x", "b": "user_id"}}
    del given["apiKey"]
    for document in ({"settings": given | keys}, {"destination": {**keys, "settings": given}}):
        read = segment_settings(document)
        assert read.has_key
        assert key not in repr(read)
        assert read.values["unitMapping"] == {"b": "user_id"}
        assert sum("has the API key in it" in sentence for sentence in read.left_out) == 2
    assert not segment_settings({"settings": given | {"apiKey": [None, True, " ", {}]}}).has_key


def test_a_disabled_or_another_destination_is_told() -> None:
    other = {"data": {"destination": {"enabled": False, "metadata": {"name": "Slack"}, "settings": GIVEN}}}
    disabled, another = segment_settings(other).warnings
    assert "disabled" in disabled
    assert "another one than AB Smartly" in another


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ('{"a": 1', "line 1, column 8"),
        ("[" * 100_000, "depth"),
        ('{"apiKey": ' + "1" * 5000 + "}", "number of a length"),
        ("[]", "`$` is a list"),
        ("null", "`$` is null"),
        ("{}", "has no `settings`"),
        ('{"a": 1}', "has no `settings`"),
        ('{"data": {"destination": 5}}', "`$.data.destination` is a number"),
        ('{"data": {"destinations": []}}', "a list of destinations"),
    ],
)
def test_what_is_no_destination(text: str, why: str) -> None:
    assert why in read_segment(text).problem


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(KEY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GIVEN, "settings", "key", "value", "Goal Mapping", KEY]) | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(ANY)
def test_any_settings_have_an_answer_without_the_key(document: Any) -> None:
    read = segment_settings(
        {"settings": {"apiKey": KEY, "environment": document, "unitMapping": document, "x": document}}
    )
    assert KEY not in repr(read)
    settings = settings_of(
        environment=read.values.get("environment", ""),
        unit_mapping=read.values.get("unitMapping", {}),
    )
    text = starter_text(settings, read.left_out)
    assert KEY not in text
    config = read_config(text, {}).config
    assert config is not None
    assert {**config.settings, "apiKey": None} == settings
    segment_settings(document)
