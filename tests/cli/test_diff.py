"""`abtui diff`, as a shell sees it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from abtui.cli.formats import FORMATS
from tests.cli.kit import KEY, SAMPLES, abtui
from tests.kit import CONFIG, event
from tests.services.test_git import git
from tests.test_samples import EVENTS

NEW = CONFIG.replace("purchase", "order").replace("PageViewTracking: true", "PageViewTracking: false")
PAGE = event(type="page", name="Home", messageId="m2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two configs that differ, one that only looks different, one of which a goal is gone from the catalog, one of which only findings differ, and three events."""
    (tmp_path / "old.yaml").write_text(CONFIG)
    (tmp_path / "new.yaml").write_text(NEW)
    (tmp_path / "same.yaml").write_text(
        f"# a comment\n{CONFIG}catalog: {{goals: [purchase, 'Page: Home', 'Screen: Home']}}\n"
    )
    (tmp_path / "fewer.yaml").write_text(f"{CONFIG}catalog: {{goals: ['Page: Home', 'Screen: Home']}}\n")
    (tmp_path / "told.yaml").write_text(CONFIG.replace("userId: user_id", "userId: user_id, id: x"))
    (tmp_path / "events.jsonl").write_text(
        "\n".join([event(), PAGE, event(type="screen", name="Home", messageId="m3")])
    )
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_has_the_difference_and_no_key(form: str, folder: Path) -> None:
    done = abtui("diff", "old.yaml", "new.yaml", "events.jsonl", "--format", form, cwd=folder)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert "purchase" in text
    assert "enablePageViewTracking" in text or form == "junit"
    assert KEY not in text
    again = abtui("diff", "old.yaml", "new.yaml", "events.jsonl", "--format", form, cwd=folder)
    assert again.stdout == done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_has_the_fates(form: str, folder: Path) -> None:
    done = abtui("diff", "same.yaml", "fewer.yaml", "events.jsonl", "--format", form, cwd=folder)
    text = done.stdout.decode()
    if form == "json":
        assert json.loads(text)["fates"]["accepted"]["ignored"] == 1
    elif form == "github":
        assert "Changes the fate of 1 event, and no request." in text
    else:
        assert "1 in the fate" in text
        assert "Fates of events sent with both configs: 1 accepted" in text
        assert "old fate" in text or form == "junit"


def test_the_json_form(folder: Path) -> None:
    done = abtui("diff", "old.yaml", "new.yaml", "events.jsonl", "--format", "json", "--examples", "1", cwd=folder)
    told = json.loads(done.stdout)
    assert {key: told[key] for key in ("old", "new", "events", "changed", "unchanged", "unreadable", "findings", "frame")} == {
        "old": "old.yaml", "new": "new.yaml", "events": 3, "changed": 2, "unchanged": 1, "unreadable": 0, "findings": None, "frame": [],
    }  # fmt: skip
    assert told["verdicts"]["send"] == {"send": 2, "drop": 1, "fail": 0, "unsupported": 0}
    assert told["fates"]["accepted"] == {
        "arrives": 0, "accepted": 2, "unknown": 0, "never-leaves": 1, "ignored": 0, "refused": 0, "fails": 0,
    }  # fmt: skip
    assert told["goals"] == {
        "same": 1,
        "changes": [
            {"kind": "lost", "old": "Page: Home", "new": None, "events": 1},
            {"kind": "renamed", "old": "purchase", "new": "order", "events": 1},
        ],
        "uncounted": 0,
    }
    assert [(item["source"], item["kinds"]) for item in told["examples"]] == [
        ("events.jsonl:1", ["goal renamed"]),
        ("events.jsonl:2", ["verdict send -> drop", "goal lost", "fate accepted -> never-leaves"]),
    ]
    assert told["settings"][1] == {
        "path": 'settings.goalMapping["Order Completed"]', "kind": "changed", "old": "purchase", "new": "order",
        "oldLine": 10, "line": 10, "effect": "Renames the goal of 1 event.", "events": 1,
    }  # fmt: skip


def test_a_config_does_not_differ_from_itself_over_the_samples() -> None:
    config = str(SAMPLES / "config.yaml")
    done = abtui("diff", config, config, str(SAMPLES), "--exit-code", "--findings", "--format", "json")
    # One sample is broken on purpose.
    assert done.returncode == 1
    assert b"JSON-SYNTAX" in done.stderr
    told = json.loads(done.stdout)
    assert (told["events"], told["unreadable"], told["changed"], told["settings"]) == (EVENTS, 1, 0, [])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("old.yaml", "new.yaml"), 0),
        (("old.yaml", "new.yaml", "--exit-code"), 1),
        (("old.yaml", "old.yaml", "--exit-code"), 0),
        (("old.yaml", "same.yaml", "--exit-code"), 0),
        (("old.yaml", "same.yaml", "--exit-code", "--findings"), 0),
        (("same.yaml", "fewer.yaml"), 0),
        (("same.yaml", "fewer.yaml", "--exit-code"), 1),
        (("old.yaml", "told.yaml", "--exit-code"), 0),
        (("old.yaml", "told.yaml", "--exit-code", "--findings"), 1),
        (("old.yaml", "old.yaml", "nowhere.jsonl"), 1),
    ],
)
def test_the_exit_code_says_whether_configs_differ(arguments: tuple[str, ...], code: int, folder: Path) -> None:
    done = abtui("diff", *arguments, "events.jsonl", cwd=folder)
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_input_may_be_standard_input(place: int, folder: Path) -> None:
    names = ["old.yaml", "new.yaml", "events.jsonl"]
    stdin = (folder / names[place]).read_bytes()
    whole = abtui("diff", *names, "--format", "json", cwd=folder)
    names[place] = "-"
    done = abtui("diff", *names, "--format", "json", stdin=stdin, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdicts"] == json.loads(whole.stdout)["verdicts"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old.yaml",), b"Missing argument"),
        (("old.yaml", "new.yaml"), b"Missing argument"),
        (("-", "-", "events.jsonl"), b"only one of OLD, NEW and EVENTS"),
        (("old.yaml", "-", "-"), b"only one of OLD, NEW and EVENTS"),
        (("nowhere.yaml", "new.yaml", "events.jsonl"), b"nowhere.yaml does not exist"),
        (("old.yaml", "events.jsonl", "events.jsonl"), b"events.jsonl cannot be used as a config"),
        (("old.yaml", "new.yaml", "empty.jsonl"), b"There is no event"),
        (("old.yaml", "new.yaml", "nowhere.jsonl"), b"There is no event"),
        (("old.yaml", "new.yaml", "events.jsonl", "--examples", "-1"), b"--examples"),
        (("old.yaml", "new.yaml", "events.jsonl", "--format", "xml"), b"xml"),
        (("git:-x:old.yaml", "new.yaml", "events.jsonl"), b"git"),
        (("old.yaml", "git:HEAD", "events.jsonl"), b"names no file"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(arguments: tuple[str, ...], said: bytes, folder: Path) -> None:
    (folder / "empty.jsonl").write_text("\n")
    done = abtui("diff", *arguments, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "broken.jsonl").write_text(f'{event()}\n{{"type": "tra\n{event(messageId="m9")}')
    for more in ((), ("--findings",)):
        done = abtui(
            "diff", "old.yaml", "new.yaml", "broken.jsonl", "gone.jsonl", "--format", "json", *more, cwd=folder
        )
        assert done.returncode == 1
        told = json.loads(done.stdout)
        assert (told["events"], told["unreadable"]) == (2, 1)
        assert [item["source"] for item in told["examples"]] == ["broken.jsonl:1", "broken.jsonl:3"]
        assert b"gone.jsonl does not exist" in done.stderr
        assert b"broken.jsonl:2" in done.stderr


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("more", "left_out"), [("gone.jsonl", (1, 0)), ("broken.jsonl", (0, 1))])
def test_no_report_is_good_where_something_could_not_be_read(
    form: str, more: str, left_out: tuple[int, int], folder: Path
) -> None:
    (folder / "broken.jsonl").write_text(f'{event()}\n{{"type": \n')
    done = abtui("diff", "old.yaml", "old.yaml", "events.jsonl", more, "--format", form, cwd=folder)
    assert done.returncode == 1
    text = done.stdout.decode()
    assert "No difference" not in text
    if form == "json":
        told = json.loads(text)
        assert (told["unread"], told["unreadable"], told["changed"]) == (*left_out, 0)
    elif form == "junit":
        suites = ElementTree.fromstring(text)
        assert suites.get("failures") == "1"
        (failure,) = suites.iter("failure")
        assert (
            failure.get("message")
            == {
                (1, 0): "1 input could not be read in full, and what is missing is not compared.",
                (0, 1): "1 piece of text is no event and left out.",
            }[left_out]
        )
    elif form != "github":
        assert "Incomplete" in text
    whole = abtui("diff", "old.yaml", "old.yaml", "events.jsonl", "--format", form, cwd=folder)
    assert whole.returncode == 0
    assert b"Incomplete" not in whole.stdout
    assert b"<failure" not in whole.stdout


def test_what_is_read_of_an_event_without_findings(folder: Path) -> None:
    deep = event(context=0).replace('"context": 0', '"context": ' + "[" * 600 + "]" * 600)
    (folder / "deep.jsonl").write_text(f"{event()}\n{deep}\n")
    counts = []
    for more in ((), ("--findings",)):
        done = abtui("diff", "old.yaml", "new.yaml", "deep.jsonl", "--format", "json", *more, cwd=folder)
        told = json.loads(done.stdout)
        counts.append((told["events"], told["unreadable"], done.returncode))
    assert counts == [(1, 1, 1)] * 2
    told_of = " ".join(abtui("diff", "--help").stdout.decode().split())
    assert "Without --findings, only the fields that the destination uses are read" in told_of


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_commit_and_the_working_tree(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", "old.yaml")
    git(folder, "commit", "-qm", "as it was")
    (folder / "old.yaml").write_text(NEW)
    done = abtui(
        "diff", "git:HEAD:old.yaml", "old.yaml", "events.jsonl", "--format", "github", "--exit-code", cwd=folder
    )
    assert done.returncode == 1, done.stderr
    assert b"file=old.yaml,line=10" in done.stdout
    done = abtui("diff", "git:HEAD:old.yaml", "git::old.yaml", "events.jsonl", "--exit-code", cwd=folder)
    assert done.returncode == 0, done.stderr


def test_no_key_in_any_form(folder: Path) -> None:
    other = "another-secret-key-0001"
    (folder / "new.yaml").write_text(NEW.replace("${KEY}", other).replace("website", KEY))
    (folder / "events.jsonl").write_text("\n".join([event(event=other, name=KEY), event(properties={KEY: other})]))
    forms = [option for form in FORMATS for option in ("--format", f"{form}=report.{form}")]
    done = abtui("diff", "old.yaml", "new.yaml", "events.jsonl", "--findings", *forms, cwd=folder)
    assert done.returncode == 0, done.stderr
    for form in FORMATS:
        written = (folder / f"report.{form}").read_text(encoding="utf-8")
        assert KEY not in written
        assert other not in written
    assert other.encode() not in done.stdout + done.stderr


def test_no_part_of_a_long_key_in_any_form(folder: Path) -> None:
    key = "".join(f"k{n:03}" for n in range(100))
    (folder / "old.yaml").write_text(CONFIG.replace("${KEY}", key))
    (folder / "new.yaml").write_text(NEW.replace("${KEY}", key).replace("order", "x" * 150 + key))
    lines = [event(), event(type="page", name=key), event(type="page", name="x" * 150 + key, properties={key: key})]
    (folder / "events.jsonl").write_text("\n".join(lines))
    forms = [option for form in FORMATS for option in ("--format", f"{form}=report.{form}")]
    for more in ((), ("--findings",)):
        done = abtui("diff", "old.yaml", "new.yaml", "events.jsonl", *more, *forms, cwd=folder)
        assert done.returncode == 0, done.stderr
        for form in FORMATS:
            written = (folder / f"report.{form}").read_text(encoding="utf-8")
            # A key is shown by its last four characters.
            assert not [part for n in range(99) if (part := f"k{n:03}") in written], form


def test_a_name_cannot_steer_the_terminal(folder: Path) -> None:
    (folder / "events.jsonl").write_text(event(event="a\x1b[31m\nb"))
    (folder / "new.yaml").write_text(CONFIG.replace("Order Completed: purchase", '"a\\e[31m\\nb": "\\e]0;x\\a"'))
    done = abtui("diff", "old.yaml", "new.yaml", "events.jsonl", cwd=folder)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"\\u001b]0;x" in done.stdout


def test_a_report_does_not_take_the_place_of_what_is_read(tmp_path: Path) -> None:
    config, events = tmp_path / "config.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG)
    events.write_text(event())
    done = abtui("diff", str(config), str(config), str(events), "--format", f"json={events}")
    assert done.returncode == 2
    assert b"would overwrite" in done.stderr
    assert events.read_text() == event()
