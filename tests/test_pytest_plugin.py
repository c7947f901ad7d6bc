"""pytest with golden cases: what is collected, how a failure reads, what is loaded."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from abtui import pytest_plugin
from abtui.core.corpus.cases import SUFFIX
from abtui.pytest_plugin import _SUFFIX
from tests.cli.kit import ROOT
from tests.cli.test_test import CASES
from tests.kit import CONFIG

# What a session in this process must not change for the one it is in.
_ALONE = ("-p", "no:cacheprovider", "-p", "no:faulthandler", "-W", "error")
KEY = "f00dfeedbeefcafe0123"
PROBE = """\
import sys
def test_one():
    loaded = [name for name in sys.modules if name.startswith("abtui.")]
    assert loaded == ["abtui.pytest_plugin"], loaded
"""


def session(folder: Path, *arguments: str) -> tuple[int, str]:
    """A pytest session in `folder`, in this process: its exit code and output."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            patch.delenv(name)
        for name, value in {"KEY": KEY, "COLUMNS": "120", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}.items():
            patch.setenv(name, value)
        code = pytest.main([*_ALONE, *arguments], plugins=[pytest_plugin])
    return int(code), said.getvalue()


def process(folder: Path, *arguments: str, everything: bool = False) -> tuple[int, str]:
    """One in a process of its own. With `everything` it has every plugin that is installed, which takes longer."""
    env = os.environ | {"KEY": KEY, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    env = {name: value for name, value in env.items() if not name.startswith("PYTEST_")}
    if not everything:
        env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        arguments = ("-p", "abtui.pytest_plugin", *arguments)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a config and a case file that names it."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "orders.abtui.yaml").write_text(f"config: ../config.yaml\n{CASES}", encoding="utf-8")
    return tmp_path


def test_the_suffix_is_the_one_of_the_core() -> None:
    assert _SUFFIX == SUFFIX


def test_cases_are_collected_and_pass(project: Path) -> None:
    code, said = process(project, "-v", everything=True)
    assert code == 0, said
    assert "sub/orders.abtui.yaml::an order is a purchase PASSED" in said
    assert "2 passed" in said


def test_names_and_node_ids_choose_cases(project: Path) -> None:
    assert "1 passed, 1 deselected" in session(project, "-k", "purchase")[1]
    assert "1 passed" in session(project, "sub/orders.abtui.yaml::nobody is nobody")[1]


def test_it_works_in_several_processes(project: Path) -> None:
    code, said = process(project, "-p", "xdist", "-n", "2")
    assert (code, "2 passed" in said) == (0, True), said


def test_a_failure_reads_field_by_field(project: Path) -> None:
    place = project / "sub" / "orders.abtui.yaml"
    place.write_text(place.read_text().replace("goal: purchase", "goal: bought"))
    code, said = session(project)
    assert code == 1
    assert (
        'orders.abtui.yaml:4: an order is a purchase\nThe event: refused (send, GOAL-MAPPED): goal "purchase"' in said
    )
    assert 'goal\n  - "bought"\n  + "purchase"\n(- expected, + actual)' in said
    assert "Traceback" not in said
    assert "runner.run" not in said


def test_cases_are_skipped_with_their_reason(project: Path) -> None:
    place = project / "sub" / "orders.abtui.yaml"
    place.write_text(place.read_text().replace("  - name: nobody", "  - skip: not yet\n    name: nobody"))
    code, said = session(project, "-rs")
    assert code == 0
    assert "1 passed, 1 skipped" in said
    assert "orders.abtui.yaml: not yet" in said


def test_events_of_other_files(project: Path) -> None:
    place = project / "sub" / "more.abtui.yaml"
    place.write_text(
        "config: ../config.yaml\ncases:\n"
        "  - {file: events.jsonl, index: 1, expect: {verdict: send}}\n"
        "  - {file: events.jsonl, index: 2, expect: {verdict: send}}\n"
    )
    (project / "sub" / "events.jsonl").write_text('{"type": "track", "event": "A", "userId": "u"}')
    code, said = session(project, "sub/more.abtui.yaml")
    assert code == 1
    assert "1 failed, 1 passed" in said
    assert "events.jsonl has 1 event; there is no event 2." in said


def test_mistakes_are_collection_errors_with_lines(project: Path) -> None:
    place = project / "sub" / "orders.abtui.yaml"
    place.write_text(place.read_text().replace("expect:", "expected:"))
    code, said = session(project)
    assert code == 2
    assert "orders.abtui.yaml:6:5: CASE-UNKNOWN-KEY" in said
    assert "Did you mean `expect`?" in said


def test_the_config_may_be_named_by_the_ini_file(project: Path) -> None:
    (project / "sub" / "orders.abtui.yaml").write_text(CASES)
    code, said = session(project)
    assert code == 2
    assert "names no config" in said
    (project / "pytest.ini").write_text("[pytest]\nabtui_config = config.yaml\n")
    code, said = session(project, "sub")
    assert (code, "2 passed" in said) == (0, True), said


def test_a_config_that_cannot_be_used_is_a_collection_error(project: Path) -> None:
    (project / "config.yaml").write_text(CONFIG.replace("environment:", "enviroment:"))
    code, said = session(project)
    assert code == 2
    assert "CONFIG-MISSING" in said
    (project / "config.yaml").unlink()
    code, said = session(project)
    assert code == 2
    assert "does not exist" in said


def test_a_key_is_not_shown(project: Path) -> None:
    (project / "config.yaml").write_text(CONFIG.replace("purchase", KEY))
    code, said = session(project)
    assert code == 1
    assert KEY not in said


def test_without_case_files_nothing_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(PROBE)
    code, said = process(tmp_path)
    assert code == 0, said


def test_the_recorded_sample_runs(tmp_path: Path) -> None:
    code, said = session(ROOT / "sample_events", "golden.abtui.yaml", "--rootdir", str(tmp_path), "-c", os.devnull)
    assert code == 0, said


def test_a_name_cannot_steer_a_terminal(project: Path) -> None:
    case = '  - {name: "odd\\n::error::\\e[31m", event: {type: track}, expect: {sent: false}}\n'
    (project / "sub" / "odd.abtui.yaml").write_text(f"config: ../config.yaml\ncases:\n{case}")
    code, said = session(project, "sub/odd.abtui.yaml", "-v")
    assert code == 0, said
    assert "\x1b" not in said
    assert "\n::error" not in said


def test_files_outside_of_the_rootdir_are_not_read(project: Path) -> None:
    root = project / "sub"
    (root / "pytest.ini").write_text("[pytest]\n")
    code, said = session(root)
    assert code == 2
    assert "lies outside" in said
    assert "abtui_allow_files_outside" in said
    (root / "config.yaml").write_text(CONFIG)
    case = "cases: [{file: ../outside.jsonl, index: 1, expect: {sent: true}}]"
    (project / "outside.jsonl").write_text("secret")
    (root / "orders.abtui.yaml").write_text(f"config: config.yaml\n{case}")
    code, said = session(root)
    assert code == 1
    assert "lies outside" in said
    (root / "pytest.ini").write_text("[pytest]\nabtui_allow_files_outside = true\n")
    code, said = session(root)
    assert code == 1
    assert "lies outside" not in said


def test_a_case_file_with_mistakes_quotes_no_key(project: Path) -> None:
    (project / "sub" / "orders.abtui.yaml").write_text(f"cases: [{{{'x' * 50}{KEY}: 1}}]")
    env = os.environ | {"ABSMARTLY_API_KEY": KEY, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "abtui.pytest_plugin"]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert "CASE-UNKNOWN-KEY" in done.stdout
    assert KEY[:6] not in done.stdout.replace(str(project), "")
