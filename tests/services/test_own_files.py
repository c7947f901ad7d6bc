"""Files of the program's own: the session, drafts of runs that ended, the editor's file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from abtui.core.saved_state import Draft, SavedSession, Visit, draft_text, read_draft, with_visit
from abtui.services import own_files
from abtui.services.drafts import DraftFile, drafts_folder, left_behind, remove
from abtui.services.errors import FileError
from abtui.services.external_editor import EditorError, edit_text, editor_command
from abtui.services.processes import is_alive


def ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_two_runs_remember_each_its_own() -> None:
    own_files.update_session(lambda remembered: with_visit(remembered, Visit(config="/a")))
    own_files.update_session(lambda remembered: with_visit(remembered, Visit(config="/b")))
    own_files.update_session(lambda remembered: msgspec.structs.replace(remembered, themes={"dark": "nord"}))
    remembered, note = own_files.load_session()
    assert [visit.config for visit in remembered.visits] == ["/b", "/a"]
    assert own_files.saved_theme("dark") == "nord"
    assert note == ""
    assert stat.S_IMODE(own_files.session_path().stat().st_mode) == 0o600


def test_a_broken_session_is_told_and_written_anew() -> None:
    own_files.session_path().parent.mkdir(parents=True)
    own_files.session_path().write_bytes(b"\x00")
    assert own_files.load_session() == (
        SavedSession(),
        "The session of earlier runs cannot be read; a new one is started.",
    )
    assert own_files.saved_theme("dark") == ""
    own_files.update_session(lambda remembered: with_visit(remembered, Visit(config="/a")))
    assert own_files.load_session()[1] == ""


def test_drafts_of_a_run_that_ended_are_found_and_those_of_a_running_one_are_not() -> None:
    draft = Draft(version=1, at="2026-01-31T12:31:00", config="/a.yaml", config_text="x")
    own = DraftFile()
    assert own.put(draft, own.turn())
    assert stat.S_IMODE(own.path.stat().st_mode) == 0o600
    assert is_alive(os.getppid(), "")
    running = own.path.with_name(f"draft-{os.getppid()}-00.json")
    ended = own.path.with_name(f"draft-{ended_pid()}-00.json")
    own.path.rename(running)
    own.close()
    (drafts_folder() / "notes.txt").write_text("mine")
    (drafts_folder() / f"draft-{ended_pid()}-01.json").write_text("{")
    assert left_behind("/a.yaml", ()) == []
    running.rename(ended)
    assert left_behind("/other.yaml", ()) == []
    [kept] = left_behind("/a.yaml", ())
    assert kept == (ended, draft)
    remove(kept.path)
    assert left_behind("/a.yaml", ()) == []


KEEP = """
import sys
from abtui.core.saved_state import Draft
from abtui.services.drafts import DraftFile
own = DraftFile()
own.put(Draft(version=1, at="2026-01-31T12:31:00", config="/a.yaml", config_text="x"), own.turn())
print(own.path, flush=True)
sys.stdin.read()
"""


def test_a_draft_is_its_process_s_until_that_ends_whoever_has_its_number_then() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        path = Path(run.stdout.readline().strip())
        assert left_behind("/a.yaml", ()) == []
        run.kill()
        run.wait()
    # The number is that of a running process now: the lock knows better.
    reused = path.with_name(f"draft-{os.getppid()}-00.json")
    path.rename(reused)
    path.with_suffix(".lock").rename(reused.with_suffix(".lock"))
    assert [kept.path for kept in left_behind("/a.yaml", ())] == [reused]
    remove(reused)
    assert list(drafts_folder().iterdir()) == []


def test_the_newest_drafts_are_looked_at_first() -> None:
    pid = ended_pid()
    drafts_folder().mkdir(parents=True)
    for number in range(120):
        path = drafts_folder() / f"draft-{pid}-{number:04x}.json"
        path.write_text(
            draft_text(Draft(version=1, at=f"2026-01-31T12:{number:03}", config="/a.yaml", config_text="x"))
        )
        os.utime(path, (number, number))
    assert [kept.draft.at[-3:] for kept in left_behind("/a.yaml", ())] == [f"{at:03}" for at in range(119, 69, -1)]


def test_an_older_draft_never_takes_the_place_of_a_newer_one() -> None:
    own = DraftFile()
    first, second, third = own.turn(), own.turn(), own.turn()
    assert own.put(Draft(version=1, at="2", config_text="new"), second)
    assert not own.put(Draft(version=1, at="1", config_text="old"), first)
    assert read_draft(own.path.read_bytes()) == Draft(version=1, at="2", config_text="new")
    assert own.put(None, third)
    assert not own.put(Draft(version=1, at="2"), second)
    assert not own.path.exists()
    own.close()
    assert not own.put(Draft(version=1, at="4"), own.turn())


def test_a_draft_that_cannot_be_removed_is_told() -> None:
    (drafts_folder() / "draft-1-00.json").mkdir(parents=True)
    with pytest.raises(FileError, match="cannot be removed") as error:
        remove(drafts_folder() / "draft-1-00.json")
    assert "offered again" in error.value.hint


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
