"""Files of Segment and Terraform in place of a config, in every command that takes one, and in `abtui init`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from abtui.cli.commands import cli
from abtui.core.config.reader import read_config
from tests.cli.kit import KEY

FORMS = Path(__file__).parent.parent / "data" / "configs"
EVENT = {
    "type": "track", "event": "Order Completed", "userId": "u-1", "messageId": "m-1", "properties": {},
    "originalTimestamp": "2026-01-31T09:15:00.000Z", "sentAt": "2026-01-31T09:15:01.000Z", "timestamp": "2026-01-31T09:15:00.000Z",
}  # fmt: skip
MASKED = "`settings.apiKey` is not the key, but the mask that is shown in its place. Put `${ABSMARTLY_API_KEY}` there"
SEVERAL = {
    "destinations": [
        {"id": name, "name": "AB Smartly", "settings": {"apiKey": KEY, "collectorEndpoint": f"https://{name}.absmartly.io/v1", "environment": "e", "unitMapping": {"userId": "user_id"}}}
        for name in ("one", "two")
    ]
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABSMARTLY_API_KEY", raising=False)
    for file in FORMS.iterdir():
        shutil.copy(file, file.name)
    Path("events.jsonl").write_text(json.dumps(EVENT))
    Path("several.json").write_text(json.dumps(SEVERAL))


def run(*words: str, env: dict[str, str] | None = None, stdin: bytes | None = None) -> Result:
    done = CliRunner().invoke(cli, words, env=env, input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert KEY not in done.output
    return done


@pytest.mark.parametrize("file", ["settings.tf", "settings-of-several.json", "masked-key.yaml", "capitalised.yaml", "actions.tf", "show.json", "plan.json"])  # fmt: skip
def test_it_maps_as_a_config_does(file: str) -> None:
    done = run("map", file, "events.jsonl")
    assert done.exit_code == 0, done.output
    outcome = json.loads(done.stdout.splitlines()[0])
    assert outcome["verdict"] == "send"
    goal = "Order Completed" if file in ("settings-of-several.json", "masked-key.yaml", "capitalised.yaml", "show.json", "plan.json") else "purchase"  # fmt: skip
    assert outcome["request"]["body"]["goals"][0]["name"] == goal


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("check", "settings.tf", "events.jsonl"), "CONFIG-KEY-MASKED"),
        (("check", "masked-key.yaml", "events.jsonl"), "CONFIG-KEY-MASKED"),
        (("diff", "settings.tf", "capitalised.yaml", "events.jsonl"), "settings.environment"),
        (("migrate", "settings.tf"), "destination: actions"),
        (("send", "settings.tf", "events.jsonl", "--dry-run"), "no key, only the mask of one"),
    ],
)
def test_every_command_takes_it(words: tuple[str, ...], says: str) -> None:
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert says in " ".join(done.output.split())


def test_with_a_mask_nothing_is_sent_and_it_is_said_why() -> None:
    done = run("send", "settings.tf", "events.jsonl", "--yes")
    assert done.exit_code == 2
    assert f"settings.tf:5:15: warning CONFIG-KEY-MASKED: {MASKED}" in done.output
    assert "The target `settings` has no key, only the mask of one: write `apiKey: ${ABSMARTLY_API_KEY}`" in done.output
    copied = run("map", "settings.tf", "events.jsonl", "--format", "curl")
    assert '"X-API-Key: $ABSMARTLY_API_KEY"' in copied.stdout
    assert MASKED in copied.output


@pytest.mark.parametrize("command", [("map", "several.json", "events.jsonl"), ("init", "-", "--from-segment", "several.json")])  # fmt: skip
def test_one_of_several_is_chosen_by_a_variable(command: tuple[str, ...]) -> None:
    asked = run(*command)
    assert asked.exit_code == 2
    assert "It has 2 destinations of AB Smartly: `AB Smartly` (one), `AB Smartly` (two)." in asked.output
    assert "Set ABTUI_DESTINATION to the id or the name of one: `ABTUI_DESTINATION=one abtui …`." in asked.output
    done = run(*command, env={"ABTUI_DESTINATION": "two"})
    assert done.exit_code == 0, done.output
    assert "https://two.absmartly.io/v1" in done.stdout


@pytest.mark.parametrize(
    ("file", "key", "destination"),
    [
        ("settings.tf", "It has only the mask of the API key.", "classic"),
        ("settings-of-several.json", "The API key in it is not written to the config.", "classic"),
        ("capitalised.yaml", "The API key in it is not written", "classic"),
        ("masked-key.yaml", "It has only the mask of the API key.", "classic"),
        ("show.json", "It has only the mask of the API key.", "actions"),
    ],
)
def test_init_makes_a_config_of_it(file: str, key: str, destination: str) -> None:
    done = run("init", "new.yaml", "--from-segment", file)
    assert done.exit_code == 0, done.output
    assert key in done.output
    old, new = (read_config(Path(name).read_text(), {"ABSMARTLY_API_KEY": KEY}, name=name) for name in (file, "new.yaml"))  # fmt: skip
    assert old.config is not None
    assert new.config is not None
    assert new.config.destination == old.config.destination == destination
    assert {**new.config.settings, "apiKey": None} == {**old.config.settings, "apiKey": None}
    assert new.config.lists == old.config.lists
    assert new.config.settings["apiKey"].reveal() == KEY


def test_init_leaves_out_what_only_terraform_knows() -> None:
    done = run("init", "new.yaml", "--from-segment", "actions.tf", "--environment", "production")
    assert done.exit_code == 0, done.output
    assert "`$.resource.segment_destination.ab.settings.environment` is an expression of Terraform" in done.output
    assert "disabled in Segment" in done.output
    config = read_config(Path("new.yaml").read_text(), {}).config
    assert config is not None
    assert [item["name"] for item in config.lists["mappings"]] == ["Bought", "Seen"]


def test_init_says_where_a_terraform_file_is_broken() -> None:
    done = run("init", "new.yaml", "--from-segment", "-", stdin=b'resource "a" "b" {\n  x = = 1\n}\n')
    assert done.exit_code == 2
    assert "(Line 2, column 7.)" in done.output
    assert not Path("new.yaml").exists()


def test_it_is_recognized_by_its_content() -> None:
    seen: list[object] = []

    def open_workbench(*opened: object) -> int:
        seen.append(opened)
        return 0

    for config in ("settings.tf", "settings-of-several.json", "show.json"):
        assert CliRunner().invoke(cli, ["events.jsonl", config], obj=open_workbench).exit_code == 0
    assert CliRunner().invoke(cli, ["payload-mapping.json"], obj=open_workbench).exit_code == 0
    assert seen == [
        *((config, ("events.jsonl",)) for config in ("settings.tf", "settings-of-several.json", "show.json")),
        (None, ("payload-mapping.json",)),
    ]
