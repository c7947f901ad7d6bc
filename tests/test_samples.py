"""The sample events: each file tells the story its README row promises, and nothing in them is anybody's data."""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.outcomes import Outcome
from tests.kit import map_pieces

SAMPLES = Path(__file__).resolve().parent.parent / "sample_events"
KEYS = {"ABSMARTLY_API_KEY": "sample-key-0001", "ABSMARTLY_STAGING_KEY": "sample-key-0002"}
DOCUMENTATION_NETWORKS = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


class Story(NamedTuple):
    """What a file holds: verdicts in order, one letter each (`u` for unsupported, `-` for unreadable), and codes above info."""

    verdicts: str
    codes: frozenset[str] = frozenset()


def story(verdicts: str, codes: str = "") -> Story:
    return Story(verdicts, frozenset(codes.split()))


STORIES = {
    "01-order-completed.json": story("s"),
    "02-page-views.jsonl": story("ssssss", "CATALOG-GOAL"),
    "03-login.json": story("sss"),
    "04-screen-views.jsonl": story("ssss"),
    "05-experiment-viewed.json": story("s"),
    "06-experiment-group.json": story("s"),
    "07-engage-audience.json": story("ssss", "IDENTIFY-NO-HANDLER"),
    "08-batch.json": story("sssss"),
    "09-debugger-copy.json": story("s"),
    "10-shopping-session.jsonl": story("ssssssssssssssssussss", "IDENTIFY-NO-HANDLER"),
    "11-mobile-session.jsonl": story("sssssssss"),
    "12-product-units.json": story("ss"),
    "13-lines-of-code.js": story("sssssf", "IDENTIFY-NO-HANDLER VIEW-NAME"),
    "14-hand-made.json": story("s", "JSON-COMMENT JSON-TRAILING-COMMA"),
    "15-wrong-case.jsonl": story("sssss", "GOAL-NEAR CATALOG-GOAL"),
    "16-no-ids.json": story("d", "UNIT-NONE EVENT-IDENTITY"),
    "17-big-number-ids.json": story("ssss", "UNIT-PRECISION"),
    "18-odd-ids.jsonl": story("ssssd", "UNIT-EMPTY UNIT-EMAIL UNIT-TYPE UNIT-NONE CONTRACT"),
    "19-opted-out.json": story("d", "EVENT-FILTERED"),
    "20-dates.jsonl": story("ssssss", "DATE-MISSING DATE-INVALID DATE-RANGE DATE-FUTURE"),
    "21-fails.jsonl": story("ffff", "VIEW-NAME EVENT-THROWS"),
    "22-exposure-mistakes.json": story("dssd", "EXPOSURE-MISSING EXPOSURE-NO-PAYLOAD EXPOSURE-GOALS CONTRACT"),
    "23-sent-twice.jsonl": story("ss", "EVENT-REPEATED"),
    "24-broken.jsonl": story("ss-s", "JSON-SYNTAX"),
    "25-actions.jsonl": story("sd", "EXPOSURE-ELSEWHERE"),
}
EVENTS = sum(len(item.verdicts.replace("-", "")) for item in STORIES.values())


def read(name: str) -> list[Event | Unreadable]:
    return list(read_events([(SAMPLES / name).read_bytes()], name, SdkDefaults()))


def all_events() -> Iterator[Event]:
    for name in STORIES:
        yield from (item for item in read(name) if isinstance(item, Event))


def config_of(name: str) -> Config:
    reading = read_config((SAMPLES / name).read_text(encoding="utf-8"), KEYS)
    assert reading.config is not None
    return reading.config


@pytest.fixture(scope="module")
def config() -> Config:
    return config_of("config.yaml")


def test_the_table_names_every_file() -> None:
    files = {path.name for path in SAMPLES.iterdir()}
    assert files - set(STORIES) == {"config.yaml", "actions.yaml", "experiment.yaml", "golden.abtui.yaml", "README.md"}
    assert set(STORIES) <= files
    listed = re.findall(r"^\| `(\S+)` \|", (SAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_events_and_unreadable_pieces_of_a_file(name: str) -> None:
    items = read(name)
    assert ["-" if isinstance(item, Unreadable) else "." for item in items] == [
        "-" if mark == "-" else "." for mark in STORIES[name].verdicts
    ]


def test_the_readme_counts_the_pieces() -> None:
    pieces = sum(len(item.verdicts) for item in STORIES.values())
    assert f"{pieces} pieces" in (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert pieces == EVENTS + 1


def test_the_broken_line_is_the_only_unreadable_piece() -> None:
    broken = [item for name in STORIES for item in read(name) if isinstance(item, Unreadable)]
    assert [(item.line, item.findings[0].code, item.findings[0].line) for item in broken] == [(3, "JSON-SYNTAX", 3)]


@pytest.mark.parametrize("name", STORIES)
def test_a_file_tells_its_story(name: str, config: Config) -> None:
    results = list(map_pieces([(SAMPLES / name).read_bytes()], name, config))
    verdicts = "".join(item.verdict[0] if isinstance(item, Outcome) else "-" for item in results)
    codes = {found.code for item in results for found in item.findings if found.severity != "info"}
    assert (verdicts, codes) == (STORIES[name].verdicts, set(STORIES[name].codes))


@pytest.mark.parametrize("name", STORIES)
def test_the_readme_names_the_findings_of_a_story(name: str, config: Config) -> None:
    (row,) = (
        line
        for line in (SAMPLES / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{name}` |")
    )
    promised = set(re.findall(r"`([A-Z]+(?:-[A-Z]+)+|CONTRACT)`", row))
    found = {
        item.code for result in map_pieces([(SAMPLES / name).read_bytes()], name, config) for item in result.findings
    }
    assert promised <= found


def test_most_of_the_day_is_fine(config: Config) -> None:
    verdicts = Counter(
        item.verdict
        for name in STORIES
        for item in map_pieces([(SAMPLES / name).read_bytes()], name, config)
        if isinstance(item, Outcome)
    )
    assert sum(verdicts.values()) == EVENTS
    assert verdicts["send"] > 0.85 * EVENTS
    assert set(verdicts) == {"send", "drop", "fail", "unsupported"}


def test_message_ids_repeat_only_where_the_story_is_the_repeat() -> None:
    ids = Counter(event.value["messageId"] for event in all_events())
    assert [count for count in ids.values() if count > 1] == [2]
    assert all(0 < len(text) <= 100 for text in ids)


def test_addresses_and_hosts_are_those_kept_for_documentation() -> None:
    for event in all_events():
        text = json.dumps(event.value)
        address = event.value.get("context", {}).get("ip")
        if address is not None:
            assert any(ipaddress.ip_address(address) in network for network in DOCUMENTATION_NETWORKS), address
        for host in re.findall(r"https?://([^/\"?]+)", text):
            assert host.endswith(".example"), host
        for mailbox in re.findall(r"[\w.]+@([\w.]+)", text):
            assert mailbox == "example.com", mailbox


def test_the_config_has_nothing_to_complain_about_once_the_keys_are_set(config: Config) -> None:
    text = (SAMPLES / "config.yaml").read_text(encoding="utf-8")
    assert read_config(text, KEYS).findings == ()
    without_keys = read_config(text, {})
    assert without_keys.config is not None
    assert {item.severity for item in without_keys.findings} == {"info"}
    assert "staging" in [target.name for target in config.targets]


def test_the_config_of_actions_has_nothing_to_complain_about_either() -> None:
    text = (SAMPLES / "actions.yaml").read_text(encoding="utf-8")
    assert read_config(text, KEYS).findings == ()
    assert {item.severity for item in read_config(text, {}).findings} == {"info"}
    actions, config = config_of("actions.yaml"), config_of("config.yaml")
    assert actions.catalog == config.catalog
    goals = [item["mapping"]["name"] for item in actions.lists["mappings"] if "name" in item["mapping"]]
    assert [goal for goal in goals if isinstance(goal, str)] == list(config.settings["goalMapping"].values())


def test_the_config_with_the_experiment_differs_by_one_unit_type() -> None:
    text = (SAMPLES / "experiment.yaml").read_text(encoding="utf-8")
    assert read_config(text, KEYS).findings == ()
    experiment, config = config_of("experiment.yaml"), config_of("config.yaml")
    wrong = {**config.settings["unitMapping"], "anonymousId": "anonymous_uuid"}
    assert experiment.settings == {**config.settings, "unitMapping": wrong}
    assert experiment.catalog.goals == config.catalog.goals
    assert experiment.catalog.units == (config.catalog.units or frozenset()) | {"anonymous_uuid"}


def test_two_events_go_another_way_under_actions(config: Config) -> None:
    name = "25-actions.jsonl"
    ways = []
    for of in (config, config_of("actions.yaml")):
        results = [item for item in map_pieces([(SAMPLES / name).read_bytes()], name, of) if isinstance(item, Outcome)]
        ways.append([(item.fate, [found.code for found in item.findings]) for item in results])
    assert ways == [
        [("arrives", []), ("never-leaves", ["EXPOSURE-ELSEWHERE"])],
        [("fails", ["PROPERTIES-MISSING"]), ("arrives", [])],
    ]
