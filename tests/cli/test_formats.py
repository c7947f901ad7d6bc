"""`--format`: text for people, and every form to standard output and to files."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

import click
import msgspec
import orjson
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from abtui.cli.formats import FORMAT_OPTION, FORMATS, Form, need_cases, refuse_inputs, write_report
from abtui.cli.report_text import report_text, wrapped
from abtui.core.report import Cell, Column, Report, Section, Sentence, Table
from abtui.core.report.github import github
from abtui.core.report.html import html
from abtui.core.report.junit import junit
from abtui.core.report.markdown import markdown
from tests.core.reports import COVERAGE, DIFFERENCES, FINDINGS, GOOD, SAMPLE, VERDICTS, reports

ROOT = Path(__file__).parents[2]
PROGRAM = """
import click, msgspec
from abtui.cli.formats import FORMAT_OPTION, write_report
from tests.core.reports import SAMPLE
@click.command()
@FORMAT_OPTION
def main(forms): write_report(msgspec.structs.replace(SAMPLE, data=lambda: {"ok": False}), forms)
main()
"""
AT_80 = """\
✗ Failed: checkout.yaml over 4,210 events
28 events fail: no unit could be resolved. 1,300 more have a warning.
4,210 events are green in Segment, 318 of them send nothing: 290 page tracking
off, 28 no unit.

Findings
────────
  code          severity  events  what                    first places
  ──────────────────────────────────────────────────────────────────────────────
  UNIT-NONE     error         28  No unit could be        orders.jsonl:17,
                                  resolved                orders.jsonl:203,
                                                          app.jsonl:9
  GOAL-NEAR     warning    1,204  The event's name is     orders.jsonl:2
                                  close to a goalMapping
                                  key
  CATALOG-GOAL  warning       96  The goal is not in the  web/2026-01-31/
                                  catalog                 part-0001.jsonl.gz:
                                                          4411
  UNIT-MISSING  info      12,310  A mapped identity is    orders.jsonl:1
                                  not in the event
  3 codes with 41 findings are ignored by the config.

Coverage
────────
  2 of 14 goalMapping entries were used by no event.

  entry                 goal      events  nearest event seen
  ──────────────────────────────────────────────────────────────
  Order Complete        purchase       0  Order Completed
  "Signed  Up | Trial"  signup         0  Signed Up [trial] `v2`

  unit          events with it
  ──────────────────────────────
  user_id       3,918 █████████▎
  anonymous_id  4,182 █████████▉
  device_id         0

Verdicts
────────
  4,210 events are green in Segment; 318 of them send nothing: 290 page tracking
  off, 28 no unit.

  type       send  drop  fail  share
  ─────────────────────────────────────────────
  track     3,102     0    28  74.3% ███████▍
  page          0   290     0   6.9% ▊
  identify    790     0     0  18.8% █▉

Differences
───────────
  orders.jsonl:17 · track Order Completed  - expected, + actual
    $.goals[0].name
      - "purchase"
      + "order_completed"
    $.units[0].type
      - "user_id"
      + "userId"
    $.goals[0].properties.coupon
      + "WINTER-2026"
    $.goals[0].properties.note
      - "line one
      - line two"
      + "line one
      + line 2
      + line three"
    $.goals[0].properties.items
      - [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 … 4,801 characters left
        out … 991, 992, 993, 994, 995, 996, 997, 998, 999]
      + []

  web.jsonl:3 · page Home  - old, + new
    verdict
      - send
      + drop
    $.goals[0]
      - {…}
"""
AT_40 = """\
  code          GOAL-NEAR
  severity      warning
  events        1,204
  what          The event's name is
                close to a goalMapping
                key
  first places  orders.jsonl:2
"""


def run(*options: str, report: Report = SAMPLE, data: object = None) -> Result:
    """A command with the option, in this process."""

    @click.command()
    @FORMAT_OPTION
    def command(forms: tuple[Form, ...]) -> None:
        write_report(msgspec.structs.replace(report, data=data), forms)

    # A test before this one in the same process may have left a width behind.
    width: dict[str, str | None] = {"COLUMNS": None}
    return CliRunner(env=width).invoke(command, [word for option in options for word in ("--format", option)])


def process(*options: str, shell: str = '"$@"', **env: str) -> subprocess.CompletedProcess[bytes]:
    """The same as a process of its own; `shell` says where its output goes."""
    words = [
        sys.executable,
        "-W",
        "error",
        "-c",
        PROGRAM,
        *(word for option in options for word in ("--format", option)),
    ]
    unset = {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    environment = {name: value for name, value in os.environ.items() if name not in unset} | {"TERM": "xterm-256color"}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shell}", "bash", *words],
        capture_output=True, cwd=ROOT, env=environment | env, check=False,
    )  # fmt: skip


def on_terminal(width: int, **env: str) -> str:
    """What a terminal of that width gets."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, width))
    environment = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=slave,
        stderr=slave,
        cwd=ROOT,
        env=environment | {"TERM": "xterm-256color"} | env,
    )
    os.close(slave)
    pieces = []
    while True:
        try:
            piece = os.read(master, 65_536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(master)
    assert child.wait() == 0
    return b"".join(pieces).decode().replace("\r\n", "\n")


def test_text_at_80() -> None:
    assert report_text(SAMPLE, 80) == AT_80
    assert report_text(GOOD, 80) == "✓ Passed: signup.yaml\n12 cases passed.\n"


def test_text_at_40_and_below_is_a_list() -> None:
    assert AT_40 in report_text(SAMPLE, 40)
    assert report_text(SAMPLE, 1) == report_text(SAMPLE, 40)


@pytest.mark.parametrize("width", [40, 57, 80, 100, 250])
def test_numbers_are_never_cut(width: int) -> None:
    numbers = [f"{10**power:,}" for power in range(4, 14)]
    columns = (Column("a name"), *(Column("events with it", right=True) for _ in numbers))
    row = (Cell("漢" * 30), *(Cell(number, bar=0.5) for number in numbers))
    report = Report(title="x", ok=True, summary=(), sections=(Section("s", (Table(columns, (row,)),)),))
    text = report_text(report, width)
    assert set(numbers) <= set(re.findall(r"[\d,]+", text))
    assert text.count("漢") == 30
    assert all(cell_len(line) <= width for line in text.splitlines())


@pytest.mark.parametrize(
    ("name", "width", "lines"),
    [
        ("settings.unitMapping.user_id", 22, ["settings.unitMapping.", "user_id"]),
        ('settings.goalMapping["Order Completed"]', 26, ["settings.goalMapping[", '"Order Completed"]']),
        ("PAGE-TRACKING-OFF", 12, ["PAGE-", "TRACKING-OFF"]),
        ("22-exposure-mistakes.json:106", 28, ["22-exposure-mistakes.json:", "106"]),
        ("at 12 abcdefgh1234567", 12, ["at 12", "abcdefgh", "1234567"]),
        ("12345678901234", 10, ["1234567890", "1234"]),
        ("one  two three", 14, ["one  two three"]),
        ("one  two three", 9, ["one  two", "three"]),
        ("漢字漢字漢字", 5, ["漢字", "漢字", "漢字"]),
        ("", 5, [""]),
        ("   ", 2, [""]),
    ],
)
def test_where_lines_end(name: str, width: int, lines: list[str]) -> None:
    assert [line.plain for line in wrapped(Text(name), width)] == lines


@given(st.text(alphabet="ab1 .[/:-_],漢", max_size=80), st.integers(2, 30))
def test_a_line_ends_nowhere_else(text: str, width: int) -> None:
    lines = [line.plain for line in wrapped(Text(text), width)]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines) or not text.strip()


def test_a_column_is_wide_enough_for_pieces() -> None:
    cells = (Cell("PAGE-TRACKING-OFF", code=True), Cell("word " * 30), Cell("Order Completed ", code=True))
    table = Table((Column("a"), Column("b"), Column("c")), (cells,))
    text = report_text(Report(title="x", ok=True, summary=(), sections=(Section("s", (table,)),)), 50)
    assert "  PAGE-TRACKING-OFF  word" in text
    assert '"Order' in text


def test_text_is_shown_as_it_is() -> None:
    odd = "[red]x[/red] :tada: [link=http://x.example]y[/link] \x1b[31m 0x1f 'a' https://x.example"
    report = Report(title=odd, ok=True, summary=(), sections=(Section("s", (Table((Column(odd),), ((Cell(odd),),)),)),))
    shown = odd.replace("\x1b", "\\u001b")
    assert report_text(report, 120).count(shown) == 3


@given(reports, st.integers(1, 200))
def test_any_report_fits_its_width_as_text(report: Report, width: int) -> None:
    text = report_text(report, width)
    text.encode()
    assert text == report_text(report, width)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert all(cell_len(line) <= max(40, width) for line in text.split("\n"))
    assert not any(line.endswith(" ") for line in text.split("\n"))


def test_each_form_to_standard_output() -> None:
    written = {name: run(name, data={"ok": False}).stdout_bytes for name in FORMATS}
    assert written == {
        "text": report_text(SAMPLE, 100).encode(),
        "json": b'{\n  "ok": false\n}\n',
        "junit": junit(SAMPLE),
        "github": github(SAMPLE).encode(),
        "markdown": markdown(SAMPLE).encode(),
        "html": html(SAMPLE).encode(),
    }
    assert run().stdout_bytes == written["text"]
    assert run("text=-").stdout_bytes == written["text"]
    assert run("github", report=GOOD).stdout_bytes == b""


def test_each_form_to_a_file(tmp_path: Path) -> None:
    options = [f"{name}={tmp_path / name}" for name in FORMATS]
    result = run("text", *options, data=[])
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines() == [f"The report is in {tmp_path / name}, as {name}." for name in FORMATS]
    assert result.stdout_bytes == (tmp_path / "text").read_bytes()
    assert (tmp_path / "junit").read_bytes() == junit(SAMPLE)
    for name in FORMATS:
        data = (tmp_path / name).read_bytes()
        assert data.endswith(b"\n")
        assert b"\r" not in data


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"a": "\ud800"}, b'{\n  "a": "\\ud800"\n}\n'),
        ({"a": 10**30}, b'{\n  "a": 1e+30\n}\n'),
        ({"a": [{"b": 10**30}, "\ud800", None, 1.5]}, None),
        ([], b"[]\n"),
    ],
)
def test_json_that_orjson_does_not_take(data: object, text: bytes | None) -> None:
    written = run("json", data=data).stdout_bytes
    assert written == text if text is not None else written.startswith(b'{\n  "a": [\n')
    assert orjson.loads(written.replace(b"\\ud800", b"?")) is not None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("text", "json"), "two forms cannot both be written to standard output. Choose a file for one of them, as in `json=FILE`."),
        (("json=-", "text"), "two forms cannot both be written to standard output."),
        (("json=a.txt", "html=./a.txt"), "two forms cannot both be written to ./a.txt."),
        (("yaml",), "'yaml' is not one of text, json, junit, github, markdown, html."),
        (("html=",), "there is no file after the `=`."),
        (("html=/",), "/ is a folder, not a file."),
        (("html=nowhere/a.html",), "there is no folder nowhere to write to."),
        (("html=a\0b",), "a file name cannot contain a NUL."),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_told_first(options: tuple[str, ...], words: str) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("file", "paths", "refused"),
    [
        ("config.yaml", ["config.yaml"], "config.yaml"),
        ("./sub/../config.yaml", ["e.jsonl", "config.yaml"], "config.yaml"),
        ("link.yaml", ["config.yaml"], "config.yaml"),
        ("config.yaml", ["link.yaml"], "link.yaml"),
        ("sub/a.jsonl", ["config.yaml", "sub"], "sub"),
        ("sub/new.json", ["sub"], "sub"),
        ("sub/deep/new.JSON", ["."], "."),
        ("sub/report.html", ["sub"], None),
        ("sub/.hidden.json", ["sub"], None),
        ("other.json", ["sub", "e.jsonl"], None),
        ("new.yaml", ["config.yaml", "-", "git:HEAD:new.yaml", "nowhere", "a\0b"], None),
        ("/dev/null", ["/dev/null"], None),
        (None, ["config.yaml"], None),
    ],
)
def test_what_is_read_is_not_written_over(
    file: str | None, paths: list[str], refused: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    for name in ("config.yaml", "e.jsonl", "sub/a.jsonl"):
        (tmp_path / name).write_text("")
    (tmp_path / "link.yaml").symlink_to("config.yaml")
    forms = [Form("text", None), Form("json", file)]
    if refused is None:
        refuse_inputs(forms, paths)
        return
    with pytest.raises(click.UsageError) as caught:
        refuse_inputs(forms, paths)
    assert f"--format json={file} would overwrite what is read from {refused}." in caught.value.message


def test_what_a_shell_gives_to_standard_input_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text("{}")
    code = "from abtui.cli.formats import Form, refuse_inputs; refuse_inputs([Form('json', 'e.jsonl')], ['-'])"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for name, refused in (("e.jsonl", True), ("/dev/null", False)):
        with open(tmp_path / name if refused else name, "rb") as stdin:
            done = subprocess.run([sys.executable, "-c", code], stdin=stdin, cwd=tmp_path, env=env, capture_output=True, check=False)  # fmt: skip
        assert (b"what is read from standard input" in done.stderr) is refused
        assert (done.returncode == 0) is not refused


def test_a_file_that_fails_costs_no_other(tmp_path: Path) -> None:
    locked = tmp_path / "locked.html"
    locked.write_text("before")
    locked.chmod(0o444)
    result = run(f"html={locked}", "html=/dev/full", f"junit={tmp_path / 'j.xml'}", "text")
    assert result.exit_code != 0
    assert result.stdout_bytes == report_text(SAMPLE, 100).encode()
    assert (tmp_path / "j.xml").read_bytes() == junit(SAMPLE)
    assert "Error: " in result.stderr
    assert "/dev/full was not written: no space left on device." in result.stderr
    assert os.path.exists("/dev/full")
    assert "Traceback" not in result.stderr


def test_a_device_is_written_to() -> None:
    done = process("junit=/dev/stdout", "text=/dev/null")
    assert done.returncode == 0
    assert done.stdout == junit(SAMPLE)


@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_that_goes_and_a_disk_that_is_full(name: str) -> None:
    gone = process(name, shell='"$@" | true')
    assert (gone.returncode, gone.stderr) == (0, b"")
    full = process(name, shell='"$@" > /dev/full')
    assert (full.returncode, full.stderr) == (
        1,
        b"Error: Standard output cannot be written: No space left on device.\n",
    )
    closed = process(name, shell='"$@" >&-')
    assert (closed.returncode, closed.stderr) == (1, b"Error: There is no standard output to write to.\n")


def test_width_and_colour_of_what_is_no_terminal() -> None:
    assert process().stdout == report_text(SAMPLE, 100).encode()
    assert process(COLUMNS="60").stdout == report_text(SAMPLE, 60).encode()
    forced = process(FORCE_COLOR="1").stdout.decode()
    assert "\x1b[1;31m✗ \x1b[0m" in forced
    assert re.sub(r"\x1b\[[\d;]*m *", "", forced.replace(" ", "")) == report_text(SAMPLE, 100).replace(" ", "")


def test_width_and_colour_of_a_terminal() -> None:
    coloured = on_terminal(60)
    assert "\x1b[1;31m✗ \x1b[0m" in coloured
    assert max(cell_len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in coloured.splitlines()) <= 60
    for env in ({"TERM": "dumb"}, {"NO_COLOR": "1"}):
        plain = on_terminal(60, **env)
        assert not re.search(r"\x1b\[[\d;]*3\dm", plain)
        lines = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", plain).splitlines()]
        assert lines == report_text(SAMPLE, 60).splitlines()


def test_a_file_has_no_colour(tmp_path: Path) -> None:
    assert process(f"text={tmp_path / 'a.txt'}", FORCE_COLOR="1").returncode == 0
    assert (tmp_path / "a.txt").read_text("utf-8") == report_text(SAMPLE, 100)


def test_nothing_to_tell() -> None:
    table = Table((Column("a"),), (), note="Nothing was looked at.")
    sections = (Section("Empty", (table, Sentence("So it is."))),)
    text = report_text(Report(title="x", ok=True, summary=(), sections=sections), 80)
    assert text == "✓ Passed: x\n\nEmpty\n─────\n  None.\n  Nothing was looked at.\n  So it is.\n"


def test_heavy_libraries_wait_for_their_form() -> None:
    code = "import sys, abtui.cli.formats; assert not {'rich', 'jinja2'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_which_forms_show_single_cases() -> None:
    assert [name for name in FORMATS if need_cases([Form("text", None), Form(name, "file")])] == ["junit", "github"]


def test_the_sample_has_everything() -> None:
    assert SAMPLE.sections == (FINDINGS, COVERAGE, VERDICTS, DIFFERENCES)
