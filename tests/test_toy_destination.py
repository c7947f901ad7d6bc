"""A destination is one folder (here one file): every face of abtui works with it, and nothing else was written for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from textual.pilot import Pilot

from abtui.core.config.form import read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.config.form_edit import edit_form
from abtui.core.config.reader import read_config
from abtui.core.corpus.query import Query
from abtui.tui.app import WorkbenchApp
from abtui.tui.workbench import Workbench
from tests.kit import run_abtui, until
from tests.toy import registered
from tests.tui.screen_text import screen_text

CONFIG = "destination: pings\nsettings:\n  collectorEndpoint: https://pings.example/v1\n  channel: main\n"
EVENTS = [
    {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "m1"},
    {"type": "track", "userId": "u", "messageId": "m2"},
    {"type": "page", "name": "Home", "userId": "u", "messageId": "m3"},
]


@pytest.fixture(autouse=True)
def _pings() -> Iterator[None]:
    with registered():
        yield


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    config, events = tmp_path / "config.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG)
    events.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    return str(config), str(events)


def test_map_says_what_it_does(files: tuple[str, str]) -> None:
    done = run_abtui("map", *files)
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(of["verdict"], of["reason"]["message"]) for of in outcomes] == [
        ("send", "a ping on main"),
        ("send", "a ping on main"),
        ("drop", "a page call is no ping"),
    ]
    assert [item["code"] for item in outcomes[1]["findings"] if item["code"].startswith("PING")] == ["PING-UNNAMED"]
    assert outcomes[0]["request"]["url"] == "https://pings.example/v1/context"
    assert outcomes[0]["request"]["body"]["channel"] == "main"


def test_map_writes_bodies_and_curl_commands(files: tuple[str, str]) -> None:
    bodies = run_abtui("map", *files, "--format", "body").stdout.splitlines()
    assert [json.loads(body)["channel"] for body in bodies] == ["main", "main"]
    assert run_abtui("map", *files, "--format", "curl").stdout.count(b"curl ") == 2


def test_check_counts_its_findings_and_reasons(files: tuple[str, str]) -> None:
    done = run_abtui("check", *files, "--format", "json")
    result = json.loads(done.stdout)
    assert {group["code"]: group["count"] for group in result["findings"]}["PING-UNNAMED"] == 1
    assert {item["code"]: item["count"] for item in result["coverage"]["reasons"]} == {"PING": 2, "PING-OTHER": 1}
    assert "goalMapping" not in result["coverage"]


def test_diff_compares_it_with_itself_and_with_classic(files: tuple[str, str], tmp_path: Path) -> None:
    config, events = files
    other = tmp_path / "other.yaml"
    other.write_text(CONFIG.replace("main", "side"))
    result = json.loads(run_abtui("diff", config, str(other), events, "--format", "json").stdout)
    assert (result["changed"], [item["path"] for item in result["settings"]]) == (2, ["settings.channel"])
    classic = tmp_path / "classic.yaml"
    assert run_abtui("init", str(classic), "--endpoint", "https://a.io/v1", "--environment", "e", "--unit", "userId=u").returncode == 0  # fmt: skip
    result = json.loads(run_abtui("diff", str(classic), config, events, "--format", "json").stdout)
    assert "destination" in [item["path"] for item in result["settings"]]


def test_a_case_is_recorded_and_passes(files: tuple[str, str], tmp_path: Path) -> None:
    config, events = files
    cases = str(tmp_path / "pings.abtui.yaml")
    assert run_abtui("test", config, "--record", events, "-o", cases).returncode == 0
    assert run_abtui("test", config, cases).returncode == 0


def test_init_writes_a_config_for_it(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    done = run_abtui(
        "init", str(path), "--destination", "pings", "--collector-endpoint", "https://p.io/v1", "--channel", "x"
    )
    assert done.returncode == 0, done.stderr
    config = read_config(path.read_text(), {}).config
    assert config is not None
    assert (config.destination, config.settings) == (
        "pings",
        {"collectorEndpoint": "https://p.io/v1", "channel": "x"},
    )


def test_the_schema_and_the_explanations_have_it() -> None:
    schema = json.loads(run_abtui("schema", "config").stdout)
    assert jsonschema_rs.is_valid(schema, yaml.safe_load(CONFIG))
    assert not jsonschema_rs.is_valid(schema, yaml.safe_load(CONFIG.replace("channel:", "chanel:")))
    assert b"A ping without a name" in run_abtui("explain", "PING-UNNAMED").stdout


def test_the_form_has_its_fields_and_changes_them() -> None:
    reading = read_config(CONFIG.replace("channel", "chanel"), {})
    assert [(item.code, item.hint) for item in reading.findings] == [("CONFIG-UNKNOWN-KEY", "Did you mean `channel`?")]
    assert [field.setting.label for field in read_form(CONFIG).fields] == ["Collector Endpoint", "Channel"]
    edited = edit_form(CONFIG, FormEdit(field="channel", kind="text", text="side"))
    assert edited.text == CONFIG.replace("main", "side")


async def test_the_workbench_shows_it(files: tuple[str, str]) -> None:
    app = WorkbenchApp(files[0], [files[1]], env={}, now="2026-01-31T09:15:00.000Z")
    async with app.run_test(size=(140, 40)) as pilot:
        await _shown(pilot, app, "a ping on main")
        await pilot.press("3", "ctrl+g", "tab", "tab")
        await _shown(pilot, app, "The channel of the pings.")


async def _shown(pilot: Pilot[int], app: WorkbenchApp, text: str) -> None:
    await until(pilot, lambda: isinstance(app.screen, Workbench))
    await until(pilot, lambda: text in screen_text(app))


def test_the_filter_and_the_cases_know_its_words() -> None:
    query = Query("finding:PING-UNNAMED reason:PING-OTHER")
    assert query.problem == ""


def test_a_config_without_settings_gets_a_hint_and_a_merged_destination_counts() -> None:
    missing = read_config("destination: pings\n", {}).findings
    assert [item.hint for item in missing] == ["Write `settings:` with `collectorEndpoint` below it."]
    merged = CONFIG.replace("destination: pings\n", "base: &b {destination: pings}\n<<: *b\n")
    config = read_config(merged, {}).config
    assert config is not None
    assert config.destination == "pings"
