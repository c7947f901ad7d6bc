"""What the command line writes around bodies: no key, and nothing that cannot be seen."""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from abtui.cli.commands import run
from tests.cli.kit import KEY, written
from tests.kit import CONFIG, event

Command = Callable[..., "Done"]


class Done(NamedTuple):
    """What a command wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def abtui(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Runs a command in this process, which is much sooner done than in one of its own."""
    monkeypatch.setenv("KEY", KEY)
    monkeypatch.setenv("COLUMNS", "120")

    def command(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> Done:
        if cwd is not None:
            monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["abtui", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run(lambda *_words, **_options: 0)
        return Done(code, *capsysbinary.readouterr())

    return command


CARRYING = (
    event(event=KEY, userId=KEY),
    event(properties={"auth": f"Basic {base64.b64encode(f'u:{KEY}'.encode()).decode()}"}),
    f'{{"type": "track", "a": {KEY}}}',
    f"analytics.track({KEY})",
    f"analytics.track('A', {{a: x{'y' * 30}{KEY}}})",
    f'{{"type": "track", "{KEY}": 1, "{KEY}": 2, "event": "A", "userId": "u"}}',
)


@pytest.mark.parametrize("form", ["jsonl", "json", "table", "curl", "body"])
@pytest.mark.parametrize("explain", [False, True])
def test_map_says_no_key(abtui: Command, tmp_path: Path, form: str, explain: bool) -> None:
    if explain and form in ("curl", "body"):
        return
    config, events = written(tmp_path, CONFIG, *CARRYING, name=f"{KEY}.jsonl")
    done = abtui("map", config, events, "--format", form, *(["--explain"] if explain else []))
    assert KEY[:8].encode() not in done.stderr
    said = done.stdout.decode()
    if form in ("jsonl", "json"):
        for line in said.splitlines():
            outcome = json.loads(line.strip("[],") or "null")
            if outcome is None:
                continue
            if outcome["request"] is not None:
                outcome["request"]["body"] = None
            assert KEY[:8] not in json.dumps(outcome)
    elif form == "table":
        assert KEY[:8] not in said
    elif form == "curl":
        assert KEY[:8] not in "".join(line for line in said.splitlines() if line.startswith("#"))
        assert f'"uid":"{KEY}"' in said
    else:
        assert f'"uid":"{KEY}"' in said


@pytest.mark.parametrize(
    "command",
    [
        ["check", "config.yaml", "{events}"],
        ["check", "config.yaml", "{events}", "--format", "json"],
        ["check", "config.yaml", "{events}", "--format", "markdown"],
        ["check", "config.yaml", "{events}", "--format", "junit"],
        ["check", "config.yaml", "{events}", "--format", "github"],
        ["check", "config.yaml", "{events}", "--format", "html"],
        ["diff", "config.yaml", "other.yaml", "{events}"],
        ["diff", "config.yaml", "other.yaml", "{events}", "--findings", "--format", "json"],
        ["send", "config.yaml", "{events}", "--dry-run"],
        ["test", "config.yaml", "--record", "{events}"],
        ["test", "config.yaml", "wrong.abtui.yaml"],
        ["map", f"no/{KEY}.yaml", "{events}"],
    ],
)
def test_no_command_says_the_key(abtui: Command, tmp_path: Path, command: list[str]) -> None:
    _config, events = written(tmp_path, CONFIG, *CARRYING, name=f"{KEY}.jsonl")
    (tmp_path / "other.yaml").write_text(CONFIG.replace("purchase", f"x{KEY}"))
    (tmp_path / "wrong.abtui.yaml").write_text(f"cases: [{{{'x' * 50}{KEY}: 1}}]")
    done = abtui(*(word.replace("{events}", events) for word in command), cwd=tmp_path)
    said = (done.stdout + done.stderr).decode()
    # The name of a file that is not there is told before any config was read.
    assert KEY[:8] not in said or command[0] == "map", said
    assert done.stdout or done.stderr


ODD = "a\u061c\u202e\u200b\u200d\ufeff\U000e0041\x7f\x9bb"


@pytest.mark.parametrize(
    "arguments",
    [
        ["map", "--format", "jsonl"],
        ["map", "--format", "json", "--explain"],
        ["map", "--format", "table", "--explain"],
        ["check"],
        ["check", "--format", "json"],
        ["check", "--format", "markdown"],
    ],
)
def test_what_is_piped_is_escaped(abtui: Command, tmp_path: Path, arguments: list[str]) -> None:
    config, events = written(tmp_path, CONFIG, event(event=ODD, messageId=ODD, type="track "), event(event=ODD))
    done = abtui(arguments[0], config, events, *arguments[1:])
    around = done.stdout.decode()
    if "json" in arguments[-1] or "--explain" in arguments:
        lines = []
        for line in around.splitlines():
            body, _, rest = line.partition('"body":')[2].partition(',"findings"')
            lines.append(line.replace(body, "") if rest else line)
        around = "\n".join(lines)
    assert not set(around + done.stderr.decode()) & set(ODD) - set("ab")


@pytest.mark.parametrize("name", ["/etc/hostname", "../outside.yaml", "link.yaml", "folder/../../outside.yaml"])
@pytest.mark.parametrize("form", ["catalog: !file '{}'", "catalog: {{file: '{}'}}"])
def test_a_catalog_outside_is_not_read(abtui: Command, tmp_path: Path, name: str, form: str) -> None:
    (tmp_path / "inside" / "folder").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("goals: [top-secret]\nother-secret: 1\n")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    config, events = written(tmp_path / "inside", CONFIG + form.format(name), event())
    for command in (["check", config], ["map", config, events], ["diff", config, config, events]):
        done = abtui(*command)
        said = (done.stdout + done.stderr).decode()
        assert "is outside the config's folder" in " ".join(said.split())
        assert "--allow-files-outside" in said
        assert "secret" not in said
        allowed = abtui(*command, "--allow-files-outside")
        assert b"lies outside" not in allowed.stdout + allowed.stderr
    piped = abtui("check", "-", stdin=(CONFIG + form.format(name)).encode(), cwd=tmp_path / "inside")
    assert b"allow-files-outside" in piped.stdout


@pytest.mark.parametrize(
    "text",
    ["root:x:0:0:secret:/root\n", "secret: 1\nother: secret\n", "- secret\n", "secret", "a: [secret\n", "%secret\n", "\tsecret: 1", "a: !secret b: c"],
)  # fmt: skip
def test_of_a_file_that_is_no_catalog_nothing_is_quoted(abtui: Command, tmp_path: Path, text: str) -> None:
    (tmp_path / "c.yaml").write_text(text)
    (tmp_path / "config.yaml").write_text(CONFIG + "catalog: !file c.yaml")
    done = abtui("check", "config.yaml", cwd=tmp_path)
    said = (done.stdout + done.stderr).decode()
    assert "c.yaml" in said
    assert "secret" not in said


CASE = "cases: [{{file: '{}', index: 1, expect: {{sent: true}}}}]"


@pytest.mark.parametrize("name", ["/etc/hostname", "../../outside.jsonl", "link.jsonl"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_case_reads_no_file_outside(abtui: Command, tmp_path: Path, name: str, jobs: str) -> None:
    cases = tmp_path / "project" / "cases"
    cases.mkdir(parents=True)
    (tmp_path / "outside.jsonl").write_text("secret")
    (cases / "link.jsonl").symlink_to(tmp_path / "outside.jsonl")
    (cases / "a.abtui.yaml").write_text(CASE.format(name))
    (cases / "b.abtui.yaml").write_text(CASE.format(name))
    config, _events = written(tmp_path / "project", CONFIG, event())
    done = abtui("test", config, str(cases), "--jobs", jobs)
    said = " ".join(done.stdout.decode().split())
    assert done.returncode == 1
    assert "lies outside the folders" in said
    assert "secret" not in said
    allowed = abtui("test", config, str(cases), "--jobs", jobs, "--allow-files-outside")
    assert b"lies outside" not in allowed.stdout


def test_cases_may_name_events_beside_the_config(abtui: Command, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "a.abtui.yaml").write_text(CASE.format("../events.jsonl"))
    config, _events = written(tmp_path, CONFIG, event())
    assert abtui("test", config, str(cases)).returncode == 0
