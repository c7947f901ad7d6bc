"""Files of the program's own: the session, drafts of runs that ended, the editor's file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from abtui.core.drafts import Draft
from abtui.core.remembered import Remembered, Visit, with_visit
from abtui.services import session_file
from abtui.services.drafts import DraftFile, drafts_folder, is_running, left_behind, remove
from abtui.services.external_editor import EditorError, edit_text, editor_command


def ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_two_runs_remember_each_its_own() -> None:
    session_file.update(lambda remembered: with_visit(remembered, Visit(config="/a")))
    session_file.update(lambda remembered: with_visit(remembered, Visit(config="/b")))
    session_file.update(lambda remembered: msgspec.structs.replace(remembered, themes={"dark": "nord"}))
    remembered, note = session_file.load()
    assert [visit.config for visit in remembered.visits] == ["/b", "/a"]
    assert session_file.remembered_theme("dark") == "nord"
    assert note == ""
    assert stat.S_IMODE(session_file.session_path().stat().st_mode) == 0o600


def test_a_broken_session_is_told_and_written_anew() -> None:
    session_file.session_path().parent.mkdir(parents=True)
    session_file.session_path().write_bytes(b"\x00")
    assert session_file.load() == (
        Remembered(),
        "What was remembered of earlier runs cannot be read; it is begun anew.",
    )
    assert session_file.remembered_theme("dark") == ""
    session_file.update(lambda remembered: with_visit(remembered, Visit(config="/a")))
    assert session_file.load()[1] == ""


def test_drafts_of_a_run_that_ended_are_found_and_those_of_a_running_one_are_not() -> None:
    draft = Draft(version=1, at="2026-01-31T12:31:00", config="/a.yaml", config_text="x")
    own = DraftFile()
    own.put(draft)
    assert stat.S_IMODE(own.path.stat().st_mode) == 0o600
    assert is_running(os.getppid())
    running = own.path.with_name(f"draft-{os.getppid()}-00.json")
    ended = own.path.with_name(f"draft-{ended_pid()}-00.json")
    own.path.rename(running)
    (drafts_folder() / "notes.txt").write_text("mine")
    (drafts_folder() / f"draft-{ended_pid()}-01.json").write_text("{")
    assert left_behind("/a.yaml", ()) == []
    running.rename(ended)
    assert left_behind("/other.yaml", ()) == []
    [kept] = left_behind("/a.yaml", ())
    assert kept == (ended, draft)
    remove(kept.path)
    assert left_behind("/a.yaml", ()) == []


def editor(tmp_path: Path, code: str) -> list[str]:
    script = tmp_path / "an editor.py"
    script.write_text("import sys, pathlib, os\npath = pathlib.Path(sys.argv[-1])\n" + code)
    return [sys.executable, str(script), "--wait"]


def test_the_text_comes_back_and_the_file_is_gone(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    code = (
        f"pathlib.Path({str(seen)!r}).write_text(f'{{path}} {{oct(path.stat().st_mode & 0o777)}} {{sys.argv[1:-1]}}')\n"
        "path.write_text(path.read_text().replace('a', 'ü') + '\\n')"
    )
    assert edit_text("b: a", editor(tmp_path, code), "config.yaml") == "b: ü"
    path, mode, arguments = seen.read_text().rsplit(" ", 2)
    assert (mode, arguments) == ("0o600", "['--wait']")
    assert path.endswith("config.yaml")
    assert not Path(path).parent.exists()


@pytest.mark.parametrize(
    ("code", "message", "hint", "kept"),
    [
        ("sys.exit(3)", "code 3", "Nothing was changed.", False),
        ("path.write_text('new'); sys.exit(1)", "code 1", "What you wrote is in", True),
        ("path.write_bytes(b'ok\\n\\xff')", "line 2", "What you wrote is in", True),
        ("path.unlink()", "left no file", "", False),
    ],
)
def test_what_goes_wrong_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, message: str, hint: str, kept: bool
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    with pytest.raises(EditorError, match=message) as error:
        edit_text("x", editor(tmp_path, code), "event.json")
    assert hint in error.value.hint
    assert bool(list((tmp_path / "tmp").rglob("event.json"))) == kept


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"PATH": "/nowhere"}, "no editor to start"),
        ({"EDITOR": "  ", "PATH": "/nowhere"}, "no editor to start"),
        ({"EDITOR": "no-such-editor-anywhere"}, "was not found"),
        ({"VISUAL": "'unclosed", "EDITOR": "x"}, "VISUAL cannot be read"),
    ],
)
def test_an_editor_that_is_not_there(env: dict[str, str], told: str) -> None:
    with pytest.raises(EditorError, match=told):
        editor_command({"PATH": os.defpath, **env})


def test_without_a_variable_a_common_editor_is_started(tmp_path: Path) -> None:
    for name in ("nano", "vi"):
        (tmp_path / name).touch(mode=0o755)
    assert editor_command({"PATH": str(tmp_path)}) == ["vi"]
    assert editor_command({"PATH": str(tmp_path), "EDITOR": "nano"}) == ["nano"]


def test_an_editor_with_arguments_is_no_shell_command() -> None:
    words = editor_command({"EDITOR": f"'{sys.executable}' --wait '; echo $HOME'", "PATH": os.defpath})
    assert words == [sys.executable, "--wait", "; echo $HOME"]
