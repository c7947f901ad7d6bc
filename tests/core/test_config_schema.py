"""The config's JSON Schema: what the reader takes it takes, and what the reader calls an error it refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from abtui.core.config.names import CATALOG, CHECK, section_names, setting_names, target_names
from abtui.core.config.reader import read_config
from abtui.core.config.schema import config_schema
from abtui.core.config.starter import starter_text
from abtui.core.destinations import DEFAULT as CLASSIC
from abtui.core.destinations import DESTINATIONS
from abtui.core.findings import RULES
from tests.core.test_config import CATALOG as CATALOG_SECTION
from tests.core.test_config import ENV, GOOD, MISTAKES, line
from tests.core.test_config_starter import GIVEN
from tests.kit import settings_of

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema_rs.Draft202012Validator(config_schema())
# As an editor's YAML parser: a tag of its own is the value behind it, keys are text, and dates are no type of JSON.
LOADER = type("Loader", (yaml.SafeLoader,), {})
LOADER.add_constructor("!file", lambda loader, node: loader.construct_scalar(node))  # type: ignore[attr-defined]


def valid(text: str) -> bool:
    return SCHEMA.is_valid(_json(yaml.load(text, LOADER)))


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value


def test_it_is_a_schema_and_has_every_name() -> None:
    schema = config_schema()
    assert jsonschema_rs.meta.is_valid(schema)
    sections = schema["anyOf"][0]["properties"]
    assert set(sections) == set(section_names(CLASSIC))
    assert list(sections["settings"]["properties"]) == list(setting_names(CLASSIC))
    assert [part["title"] for part in sections["settings"]["properties"].values()] == list(CLASSIC.labels)
    assert list(sections["behavior"]["properties"]) == ["identify", "viewGoalNames"]
    assert list(sections["catalog"]["anyOf"][1]["properties"]) == list(CATALOG)
    assert set(sections["targets"]["additionalProperties"]["properties"]) == set(target_names(CLASSIC))
    assert list(sections["check"]["properties"]) == list(CHECK)
    assert sections["check"]["properties"]["ignore"]["items"]["anyOf"][0]["enum"] == list(RULES)
    assert [set(part["properties"]) for part in schema["anyOf"]] == [
        set(section_names(destination)) for destination in DESTINATIONS.values()
    ]
    assert config_schema() == schema


def _described(schema: Any) -> None:
    for name, part in schema.get("properties", {}).items():
        assert part.get("description") or part.get("title"), name
        _described(part)


def test_every_key_has_words_and_defaults_are_valid() -> None:
    alternatives = config_schema()["anyOf"]
    for alternative in alternatives:
        _described(alternative)
    for section in [section for alternative in alternatives for section in alternative["properties"].values()]:
        for part in section.get("properties", {}).values():
            for value in (*part.get("examples", ()), *([part["default"]] if "default" in part else [])):
                assert jsonschema_rs.is_valid(part, value)


GOOD_ONES = [
    *re.findall(r"```yaml\n(destination.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL),
    (ROOT / "sample_events/config.yaml").read_text(encoding="utf-8"),
    starter_text(settings_of(collector_endpoint="https://a/v1", environment="e", unit_mapping=GIVEN["unitMapping"])),
    GOOD,
    GOOD + CATALOG_SECTION,
    GOOD + "catalog: !file catalog.yaml\n",
    GOOD + "catalog: {file: catalog.yaml, goals: [a], archived: {units: [b]}}\n",
    GOOD + "check: {failOn: never, ignore: [UNIT-MISSING, 'DATE-*'], select: null}\n",
    GOOD + "behavior: {identify: '${WHICH:-reject}'}\ncatalog:\ntargets:\ncheck:\n",
    GOOD + "targets: {a: , b: {}, c: {environment: , allow: true, apiKey: '${K}'}}\n",
    GOOD.replace("destination: classic", "destination:"),
    GOOD.replace("  application: website\n", "  application:\n  apiKey:\n").replace(
        "  apiKey: ${ABSMARTLY_API_KEY}\n", ""
    ),
]


@pytest.mark.parametrize("text", GOOD_ONES, ids=range(len(GOOD_ONES)))
def test_what_the_reader_takes_is_valid(text: str) -> None:
    read = read_config(text, {**ENV, "ABSMARTLY_STAGING_KEY": "k" * 12, "K": "k" * 12})
    assert read.config is not None, read.findings
    assert not [
        item for item in read.findings if item.code in ("CONFIG-UNKNOWN-KEY", "CONFIG-UNKNOWN-CODE", "CONFIG-LABEL")
    ]
    assert valid(text), list(SCHEMA.iter_errors(_json(yaml.load(text, LOADER))))


WRONG = [
    text
    for number, replaced, code, *_ in MISTAKES
    if code in ("CONFIG-TYPE", "CONFIG-MISSING", "CONFIG-DESTINATION", "CONFIG-UNKNOWN-KEY", "CONFIG-LABEL")
    # Tags, merges and keys that are no text are gone before a schema sees the value.
    if not any(part in (text := line(number, replaced)) for part in ("!env", "<<", "[a]: b", "? {a", "2024-01-01"))
]


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_the_reader_refuses_is_not_valid(text: str) -> None:
    assert not valid(text)


@pytest.mark.parametrize(
    "section",
    ["catalog: {goals: a}", "catalog: {archived: [a]}", "catalog: {archived: {file: a}}", "catalog: {file: [a]}", "catalog: [a]", "check: {failOn: info}", "check: {ignore: UNIT-NONE}", "check: {ignore: [UNIT-NON]}", "check: {ignore: [5]}", "check: [a]", "check: {fail: error}", "checks: {}"],
)  # fmt: skip
def test_mistakes_in_newer_sections_are_not_valid(section: str) -> None:
    assert not valid(f"{GOOD}{section}\n")
    assert read_config(f"{GOOD}{section}\n", ENV).findings


def test_the_readme_has_a_config() -> None:
    assert "destination: classic" in GOOD_ONES[0]
