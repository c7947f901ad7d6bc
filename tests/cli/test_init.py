"""`abtui init`, as a shell and as a person at a terminal see it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from abtui.core.config.reader import read_config
from tests.cli.kit import KEY, ROOT, abtui
from tests.core.test_config_starter import GIVEN
from tests.core.test_config_starter import KEY as LIVE_KEY
from tests.kit import settings_of

ENOUGH = ("--endpoint", "https://acme.absmartly.io/v1", "--environment", "staging", "--unit", "userId=user_id")


def settings(text: str) -> dict[str, object]:
    """The settings of a written config, which has no finding but a missing application."""
    reading = read_config(text, {})
    assert reading.config is not None, reading.findings
    assert {item.code for item in reading.findings} <= {"CONFIG-KEY-UNSET", "CONFIG-APPLICATION"}
    assert "apiKey: ${ABSMARTLY_API_KEY}" in text
    return reading.config.settings


def test_flags_make_a_config_without_questions(tmp_path: Path) -> None:
    more = ["--application", "web", "--unit", "anonymousId=anonymous_id", "--goal", "Order Completed=purchase", "--goal", "a=b=c", "--page-views", "--no-screen-views", "--exposures"]  # fmt: skip
    done = abtui("init", *ENOUGH, *more, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    text = (tmp_path / "config.yaml").read_text()
    assert settings(text) == settings_of(
        collector_endpoint="https://acme.absmartly.io/v1",
        environment="staging",
        application="web",
        unit_mapping={"userId": "user_id", "anonymousId": "anonymous_id"},
        goal_mapping={"Order Completed": "purchase", "a=b": "c"},
        enable_page_view_tracking=True,
        enable_exposure_tracking=True,
    )
    said = done.stderr.decode()
    assert "config.yaml was written." in said
    assert "abtui check config.yaml EVENTS" in said
    assert KEY not in text + said
    assert (
        abtui("map", "config.yaml", str(ROOT / "sample_events/01-order-completed.json"), cwd=tmp_path).returncode == 0
    )


def test_to_standard_output(tmp_path: Path) -> None:
    done = abtui("init", "-", *ENOUGH, cwd=tmp_path)
    assert done.returncode == 0
    assert settings(done.stdout.decode())["environment"] == "staging"
    assert b"abtui check CONFIG EVENTS" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "A config needs --endpoint URL, --environment NAME, --unit userId=user_id."),
        (ENOUGH[:4], "A config needs --unit userId=user_id."),
        ([*ENOUGH, "--unit", "userId"], "'userId' does not have the form IDENTITY=TYPE"),
        ([*ENOUGH, "--unit", "=user_id"], "does not have the form"),
        ([*ENOUGH, "--unit", "userId="], "does not have the form"),
        ([*ENOUGH, "--unit", "userId=other"], "'userId' is given twice"),
        ([*ENOUGH, "--goal", "a"], "'a' does not have the form EVENT=GOAL"),
        ([*ENOUGH, "--environment", " "], "--environment"),
        (["no/such/config.yaml", *ENOUGH], "there is no folder no/such"),
        ([*ENOUGH, "--from-segment", "missing.json"], "missing.json does not exist"),
        ([*ENOUGH, "--from-segment", "-"], "standard input is not a destination exported from Segment"),
        ([".", *ENOUGH, "--force"], ". is a folder, not a file"),
        (["", *ENOUGH], "there is no file name"),
    ],
)
def test_usage_errors_write_nothing(arguments: list[str], part: str, tmp_path: Path) -> None:
    done = abtui("init", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert part in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "my config.yaml"
    path.write_text("mine")
    done = abtui("init", path.name, *ENOUGH, cwd=tmp_path)
    assert (done.returncode, path.read_text()) == (2, "mine")
    assert b"--force" in done.stderr
    forced = abtui("init", path.name, *ENOUGH, "--force", cwd=tmp_path)
    assert forced.returncode == 0
    assert b"abtui check 'my config.yaml' EVENTS" in forced.stderr
    assert settings(path.read_text())["environment"] == "staging"


def test_settings_are_imported_from_segment(tmp_path: Path) -> None:
    document = {"data": {"destination": {"enabled": False, "settings": GIVEN | {"wat": LIVE_KEY, "environment": 5}}}}
    (tmp_path / "segment.json").write_text(json.dumps(document))
    missing = abtui("init", "--from-segment", "segment.json", cwd=tmp_path)
    assert missing.returncode == 2
    assert b"A config needs --environment NAME." in missing.stderr
    done = abtui("init", "--from-segment", "segment.json", "--environment", "test", "--no-page-views", cwd=tmp_path)
    assert done.returncode == 0
    text, said = (tmp_path / "config.yaml").read_text(), done.stderr.decode()
    assert settings(text) == settings_of(
        collector_endpoint=GIVEN["collectorEndpoint"],
        environment="test",
        application="website",
        unit_mapping=GIVEN["unitMapping"],
        goal_mapping=GIVEN["goalMapping"],
    )
    assert "# Left out: `$.data.destination.settings.wat` is no setting of the destination." in text
    assert "Left out: `$.data.destination.settings.environment` is a number; it must be text." in said
    assert "disabled in Segment" in said
    assert "Export it as ABSMARTLY_API_KEY" in said
    assert LIVE_KEY not in text + said
    piped = abtui("init", "-", "--from-segment", "-", stdin=json.dumps(GIVEN).encode(), cwd=tmp_path)
    assert settings(piped.stdout.decode())["environment"] == "production"


def test_a_key_of_a_wrong_type_is_not_written(tmp_path: Path) -> None:
    document = GIVEN | {"apiKey": [LIVE_KEY], "unitMapping": {"userId": "user_id", "anonymousId": LIVE_KEY}}
    done = abtui("init", "--from-segment", "-", stdin=json.dumps(document).encode(), cwd=tmp_path)
    assert done.returncode == 0
    text, said = (tmp_path / "config.yaml").read_text(), done.stderr.decode()
    assert settings(text)["unitMapping"] == {"userId": "user_id"}
    assert "Export it as ABSMARTLY_API_KEY" in said
    assert LIVE_KEY not in text + said


ACTIONS = {
    "data": {
        "destination": {
            "enabled": True,
            "metadata": {"name": "ABsmartly (Actions)", "actions": [{"id": "a1", "slug": "trackExposure"}]},
            "settings": {
                "apiKey": LIVE_KEY,
                "collectorEndpoint": "https://acme.absmartly.io/v1",
                "environment": "prod",
            },
        }
    }
}
SUBSCRIPTIONS = [
    {"id": "1", "name": "Bought", "actionId": "a0", "actionSlug": "trackGoal", "modelId": "", "enabled": True,
     "trigger": 'event = "Bought"', "settings": {"name": "a ${b}", "units": {"user_id": {"@path": "$.userId"}}}},
    {"id": "2", "name": "Seen", "actionId": "a1", "enabled": False, "trigger": 'event = "Seen"', "settings": '{"exposure": {}}'},
]  # fmt: skip
MAPPINGS = (
    {"name": "Bought", "enabled": True, "subscribe": 'event = "Bought"', "partnerAction": "trackGoal",
     "mapping": {"name": "a ${b}", "units": {"user_id": {"@path": "$.userId"}}}},
    {"name": "Seen", "enabled": False, "subscribe": 'event = "Seen"', "partnerAction": "trackExposure", "mapping": {"exposure": {}}},
)  # fmt: skip


@pytest.mark.parametrize(
    "documents",
    [
        (ACTIONS, {"data": {"subscriptions": SUBSCRIPTIONS, "pagination": {"current": "MA=="}}}),
        ({"data": {"subscriptions": SUBSCRIPTIONS[:1]}}, ACTIONS, {"data": {"subscriptions": SUBSCRIPTIONS[1:]}}),
        ({**ACTIONS, "subscriptions": SUBSCRIPTIONS},),
    ],
    ids=["two answers", "pages", "one document"],
)
def test_an_actions_destination_is_imported_with_its_subscriptions(
    documents: tuple[object, ...], tmp_path: Path
) -> None:
    arguments = []
    for at, document in enumerate(documents):
        (tmp_path / f"{at}.json").write_text(json.dumps(document))
        arguments += ["--from-segment", f"{at}.json"]
    done = abtui("init", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "config.yaml").read_text()
    config = read_config(text, {"b": "wrong"}).config
    assert config is not None
    assert config.destination == "actions"
    assert (config.settings["collectorEndpoint"], config.settings["environment"]) == (
        "https://acme.absmartly.io/v1",
        "prod",
    )
    assert config.lists["mappings"] == MAPPINGS
    assert LIVE_KEY not in text + done.stderr.decode()


def test_subscriptions_alone_need_the_settings(tmp_path: Path) -> None:
    text = json.dumps({"data": {"subscriptions": [*SUBSCRIPTIONS, {"name": f"x{LIVE_KEY}"}], "apiKey": LIVE_KEY}})
    done = abtui("init", "--from-segment", "-", stdin=text.encode(), cwd=tmp_path)
    assert done.returncode == 2
    assert b"A config needs --endpoint URL, --environment NAME." in done.stderr
    done = abtui("init", "-", "--from-segment", "-", *ENOUGH[:4], stdin=text.encode(), cwd=tmp_path)
    assert done.returncode == 0
    assert b"has the API key in it" in done.stderr
    assert LIVE_KEY.encode() not in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
def test_a_config_that_cannot_be_written(tmp_path: Path) -> None:
    done = abtui("init", "/dev/full", *ENOUGH, "--force", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.decode().endswith("error: /dev/full was not written: no space left on device.\n")


def test_what_is_to_be_said_of_the_values_is_said(tmp_path: Path) -> None:
    done = abtui("init", "--endpoint", "http://acme.absmartly.iop", "--environment", "e", "--unit", "a=b", cwd=tmp_path)
    assert done.returncode == 0
    for code in ("INSECURE", "IOP", "PATH"):
        assert f"CONFIG-ENDPOINT-{code}" in done.stderr.decode()


def test_options_of_another_destination_are_refused_with_a_way(tmp_path: Path) -> None:
    goals = ("--goal", "Bought=purchase", "--unit", "userId=user_id")
    done = abtui("init", "a.yaml", "--destination", "actions", *ENOUGH[:4], *goals, cwd=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    said = done.stderr.decode()
    assert "ABsmartly (Actions) has no setting for" in said
    assert "--goal" in said
    assert abtui("init", "classic.yaml", "--destination", "classic", *ENOUGH[:4], *goals, cwd=tmp_path).returncode == 0
    assert "Run `abtui init classic.yaml --destination classic`" in said
    assert abtui("migrate", "classic.yaml", "-o", "config.yaml", cwd=tmp_path).returncode == 0
    assert "name: Goal purchase" in (tmp_path / "config.yaml").read_text()


# At a terminal

posix = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")


def at_terminal(folder: Path, typed: str, *arguments: str, interrupt: bool = False) -> tuple[int, str, str]:
    """Run it with a terminal for standard input and error; gives the exit code, standard output, and what was on screen."""
    ours, theirs = os.openpty()
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    command = [sys.executable, "-W", "error", "-m", "abtui", "init", *arguments]
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, cwd=folder, env=env)
    os.close(theirs)
    os.write(ours, typed.encode())
    screen = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # The other end was closed.
            break
        if not piece:
            break
        screen += piece
        if interrupt and b"Which destination" in screen:
            _interrupt(process)
    output = process.communicate()[0]
    os.close(ours)
    return process.returncode, output.decode(), screen.decode()


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, and again if it comes in the instant before the process begins to wait for a line."""
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)


@posix
def test_it_asks_for_what_is_missing(tmp_path: Path) -> None:
    answers = ["1", "", "acme.absmartly.io", "n", "https://acme.absmartly.io/v1", "", "web", "", "Order Completed=purchase", "nonsense", "", "y", "<", "<", "x=y", "<", "", "y", "n", "", "2", "prod", ""]  # fmt: skip
    code, output, screen = at_terminal(tmp_path, "\n".join([*answers, ""]))
    assert (code, output) == (0, ""), screen
    assert "does not begin with `https://`" in screen
    assert "does not have the form EVENT=GOAL" in screen
    assert "5 Goal Mapping: Order Completed=purchase" in screen, "what will be written is shown"
    assert settings((tmp_path / "config.yaml").read_text()) == settings_of(
        collector_endpoint="https://acme.absmartly.io/v1",
        environment="prod",
        application="web",
        unit_mapping={"userId": "user_id", "anonymousId": "anonymous_id"},
        goal_mapping={"Order Completed": "purchase"},
        enable_page_view_tracking=True,
    )


@posix
def test_it_asks_which_destination(tmp_path: Path) -> None:
    answers = ["nonsense", "3", "2", "https://acme.absmartly.io/v1", "prod", ""]
    code, output, screen = at_terminal(tmp_path, "\n".join([*answers, ""]))
    assert (code, output) == (0, ""), screen
    assert "2 ABsmartly (Actions)" in screen
    assert "Please enter a number from 1 to 2" in screen
    assert "Unit" not in screen
    config = read_config((tmp_path / "config.yaml").read_text(), {}).config
    assert config is not None
    assert (config.destination, config.settings["environment"]) == ("actions", "prod")
    assert [item["name"] for item in config.lists["mappings"]] == ["Track Calls", "Page Calls", "Screen Calls", "Exposures (Verbatim)"]  # fmt: skip


@posix
def test_questions_do_not_stand_in_the_output(tmp_path: Path) -> None:
    code, output, screen = at_terminal(tmp_path, "e2\n\n\n\n\n\n\n", "-", *ENOUGH[:2], *ENOUGH[4:])
    assert code == 0, screen
    assert settings(output)["environment"] == "e2"
    assert "Environment" in screen


@posix
def test_with_everything_given_nothing_is_asked(tmp_path: Path) -> None:
    code, _output, screen = at_terminal(tmp_path, "", *ENOUGH)
    assert code == 0
    assert "config.yaml was written." in screen
    assert "?" not in screen


@posix
@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("", 1), ("y", 0)])
def test_it_asks_before_it_overwrites(answer: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("mine")
    done, _output, screen = at_terminal(tmp_path, f"{answer}\n", *ENOUGH)
    assert done == code
    assert "Overwrite it?" in screen
    assert ((tmp_path / "config.yaml").read_text() == "mine") is (code == 1)


@posix
@pytest.mark.parametrize("interrupt", [True, False], ids=["ctrl-c", "ctrl-d"])
def test_ending_it_leaves_nothing(interrupt: bool, tmp_path: Path) -> None:
    code, output, screen = at_terminal(tmp_path, "" if interrupt else "\x04", interrupt=interrupt)
    assert (code, output) == (130, "")
    assert "interrupted" in screen
    assert list(tmp_path.iterdir()) == []
