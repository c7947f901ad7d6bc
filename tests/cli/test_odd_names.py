"""Names of files that are not UTF-8: escaped wherever they are told or kept, and found again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from abtui.core.saved_state import Draft, SavedSession, Visit, draft_text, read_draft, read_session, session_text
from abtui.core.text.plain import file_name
from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from tests.cli.sending import Command, command, folder, many, received

call = pytest.fixture(command)
CONFIG, EVENTS, CASES, JOURNAL = (os.fsdecode(name) for name in (b"c\xfe.yaml", b"ev\xff.jsonl", b"ca\xe9.abtui.yaml", b"j\xf0"))  # fmt: skip
BROKEN = os.fsdecode(b"br\xfe.yaml")
SHOWN = {
    "two\udcfe.yaml": r"two\xfe.yaml",
    BROKEN: r"br\xfe.yaml",
    CONFIG: r"c\xfe.yaml",
    EVENTS: r"ev\xff.jsonl",
    CASES: r"ca\xe9.abtui.yaml",
    JOURNAL: r"j\xf0",
}


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config, events and cases of such names, and in it."""
    config, events = folder(tmp_path, "http://127.0.0.1:9/v1", *many(2), "no event")
    try:
        os.rename(config, tmp_path / CONFIG)
    except OSError:
        pytest.skip("Names of files are text here.")
    os.rename(events, tmp_path / EVENTS)
    (tmp_path / "two\udcfe.yaml").write_bytes((tmp_path / CONFIG).read_bytes())
    (tmp_path / BROKEN).write_text("settings: [\n")
    (tmp_path / CASES).write_text("cases: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("map", CONFIG, EVENTS), (EVENTS,)),
        (("map", CONFIG, EVENTS, "--format", "table"), (EVENTS,)),
        (("map", CONFIG, EVENTS, "--explain"), (EVENTS,)),
        (("map", EVENTS, CONFIG), (EVENTS,)),
        (("map", CONFIG, EVENTS + "x"), (EVENTS,)),
        *((("check", CONFIG, EVENTS, "--format", form), (EVENTS, CONFIG)) for form in ("text", "json", "html")),
        (("check", CONFIG, EVENTS, "--format", "junit"), (CONFIG,)),
        (("check", CONFIG, EVENTS, "--format", "github"), (EVENTS,)),
        (("check", CONFIG, EVENTS, "--format", "markdown"), ()),
        *((("diff", CONFIG, CONFIG, EVENTS, "--format", form), (CONFIG, EVENTS)) for form in ("text", "json", "junit", "github", "html")),
        *((("test", CONFIG, CASES, "--format", form), (CASES,)) for form in ("text", "json", "junit", "github", "html")),
        (("test", CONFIG, "--record", EVENTS), (EVENTS,)),
        *((("send", CONFIG, EVENTS, "--dry-run", "--format", form), ()) for form in ("text", "json", "junit", "github", "html")),
        (("send", CONFIG, EVENTS, "--tries", "1"), (EVENTS,)),
        (("history", "--journal", JOURNAL), (JOURNAL,)),
        (("history", "-o", EVENTS, "--format", "csv"), (EVENTS,)),
        (("open", CONFIG, "two\udcfe.yaml"), (CONFIG, "two\udcfe.yaml")),
        (("map", EVENTS, EVENTS), (EVENTS,)),
        (("map", BROKEN, EVENTS), (BROKEN,)),
        (("check", CONFIG, EVENTS, "--format", f"text={EVENTS}"), (EVENTS,)),
        (("check", CONFIG, EVENTS, "--format", f"text={JOURNAL}"), (JOURNAL,)),
        (("check", CONFIG, EVENTS, "--format", f"text={JOURNAL}/x"), (JOURNAL,)),
        (("test", CONFIG, "--record", EVENTS, "-o", CASES), (CASES,)),
        (("test", CONFIG, "--record", EVENTS, "-o", JOURNAL), (JOURNAL,)),
        (("test", CONFIG, CASES + "x"), (CASES,)),
        (("init", CONFIG, "--endpoint", "https://a.absmartly.io/v1", "--environment", "x", "--unit", "user_id=userId"), (CONFIG,)),
        (("init", JOURNAL, "--endpoint", "https://a.absmartly.io/v1", "--environment", "x", "--unit", "user_id=userId"), (JOURNAL,)),
        (("map", "git:HEAD:" + CONFIG, EVENTS), ()),
        (("send", CONFIG, EVENTS, "--journal", CASES + "/j"), (CASES,)),
    ],
)  # fmt: skip
def test_such_a_name_is_escaped(names: Path, call: Command, words: tuple[str, ...], told: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.code in (0, 1, 2), done.err
    text = (done.out + done.err).replace("\\\\", "\\").replace("ev\\udcff", "ev\\xff")
    for name in told:
        stem = SHOWN[name].split(".")[0]
        assert stem in text or stem in "".join(text.split())
    assert "\\udc" not in text or "json" in words, "a byte is told as one, not as half a character"
    if "json" in words:
        json.loads(done.out)
        assert "\\udc" not in done.out, "half a character is in no strict JSON"


def test_recorded_cases_can_be_run(names: Path, call: Command) -> None:
    """A case file is text, and cannot name such a config: the one of the command line it is then."""
    assert call("test", CONFIG, "--record", EVENTS, "-o", CASES, "--force").code == 1
    assert "config:" not in (names / CASES).read_text("utf-8")
    assert call("test", CONFIG, CASES).code == 0


def test_a_run_is_sent_kept_and_taken_up_again(names: Path, call: Command) -> None:
    moods = [Fault("none"), Fault("500")]
    with LocalCollector(fault=lambda: moods.pop(0) if moods else Fault("none")) as collector:
        text = (names / CONFIG).read_text("utf-8").replace("http://127.0.0.1:9/v1", collector.base_url)
        (names / CONFIG).write_text(text, encoding="utf-8")
        done = call(
            "send", CONFIG, EVENTS, "--concurrency", "1", "--tries", "1", "--journal", JOURNAL, "--format", "json"
        )
        assert (done.code, json.loads(done.out)["accepted"]) == (1, 1)
        run = History(Path(JOURNAL)).runs(0, 1)[0]
        assert (run.resumable, run.what) == (True, rf"{SHOWN[CONFIG]}: {SHOWN[EVENTS]}")
        options = History(Path(JOURNAL)).run_options(1)
        assert options is not None
        assert (options.config, options.events) == (str(names / CONFIG), (str(names / EVENTS),))
        listed = call("history", "--journal", JOURNAL, "--format", "json")
        assert json.loads(listed.out)[0]["what"] == run.what
        os.chdir("/")
        done = call("send", "--resume", "--journal", str(names / JOURNAL))
        assert "Run 1 is resumed." in done.err
        assert received(collector) == [0, 1]
    receipts = call("history", "1", "--journal", str(names / JOURNAL), "--format", "csv")
    assert r"ev\xff.jsonl:1" in receipts.out


def test_what_is_remembered_comes_back() -> None:
    visit = Visit(config=f"/x/{CONFIG}", events=(f"/x/{EVENTS}",), filter="half \ud800")
    assert read_session(session_text(SavedSession(visits=(visit,))).encode()) == (SavedSession(visits=(visit,)), "")
    draft = Draft(version=1, at="now", config=CONFIG, events=(EVENTS,), config_text="half \udfff")
    assert read_draft(draft_text(draft).encode()) == draft


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a.jsonl", "a.jsonl"),
        ("é.jsonl", "é.jsonl"),
        (os.fsdecode(b"\x80\xff"), r"\x80\xff"),
        ("a\nb\x1b[2J", r"a\nb\u001b[2J"),
        ("half \ud800", r"half \ud800"),
    ],
)
def test_a_name_as_it_is_shown(path: str, shown: str) -> None:
    assert file_name(path) == shown
