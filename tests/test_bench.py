"""The benchmark's own parts: the generated events, the model of a screen, and the arithmetic of figures."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path

import orjson
import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from tests import bench
from tests.benchmarks.figures import BenchError, Failed, Figure, in_turns, paired, table
from tests.benchmarks.terminal import BACKSPACE, Screen, Terminal
from tests.benchmarks.workspace import Workspace, python, seconds
from tests.generate import actions_config_text, config_text, event_lines, event_of_size, write_events


def test_generated_events_are_always_the_same_and_of_the_promised_mix(tmp_path: Path) -> None:
    lines = list(islice(event_lines(), 8_000))
    assert lines == list(islice(event_lines(), 8_000))
    write_events(tmp_path / "events.jsonl", 8_000)
    assert (tmp_path / "events.jsonl").read_bytes() == b"".join(lines)
    events = [orjson.loads(line) for line in lines]
    assert Counter(event["type"] for event in events) == {
        "track": 4_000,
        "page": 1_000,
        "screen": 1_000,
        "group": 1_000,
        "identify": 1_000,
    }
    assert len({event["messageId"] for event in events}) == 8_000
    assert 1_350 < sum(map(len, lines)) / len(lines) < 1_500
    assert all({"page", "campaign", "library", "ip", "userAgent"} <= event["context"].keys() for event in events)


def test_the_config_of_the_generated_events_has_no_finding() -> None:
    reading = read_config(config_text(), {"ABSMARTLY_API_KEY": "bench-key-not-real"})
    assert reading.config is not None
    assert reading.findings == ()


@pytest.mark.parametrize(("mappings", "count"), [(0, 4), (20, 20)])
def test_the_mappings_of_actions_each_send_some_of_the_generated_events(mappings: int, count: int) -> None:
    config = read_config(actions_config_text(mappings), {"ABSMARTLY_API_KEY": "bench-key-not-real"}).config
    assert config is not None
    mapper = Mapper(config)
    sent = Counter(
        result.mapping
        for line in islice(event_lines(), 4_000)
        for result in mapper.decide(orjson.loads(line)).results
        if result.decision.verdict == "send"
    )
    # The generated events have no `Experiment Viewed`, which the last preset is for.
    assert len(sent) == (count if mappings else count - 1)


@pytest.mark.parametrize("size", [1_024, 2_048, 32_768, 512_000])
def test_an_event_of_a_size(size: int) -> None:
    text = event_of_size(size)
    assert len(text) == size
    assert text.splitlines()[2] == b'  "event": "Signed In",'
    assert orjson.loads(text)["type"] == "track"


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        (b"one", ["one  ", "     ", "     "]),
        (b"\x1b[2;3Hx\x1b[Hy", ["y    ", "  x  ", "     "]),
        (b"\x1b[38;2;1;2;3ma\x1b[0mb\x1b]0;a title\x07c\x1b[?2026h\x1b[>1u\x1b[?2048$pd", ["abcd ", "     ", "     "]),
        (b"abc\r\nd", ["abc  ", "d    ", "     "]),
        (b"abc\x1b[2J", ["     ", "     ", "     "]),
        (b"abcde\x1b[1;3H\x1b[K", ["ab   ", "     ", "     "]),
        ("ж\u4e2dx".encode(), ["ж\u4e2dx ", "     ", "     "]),
        (b"abc\x1b[2D\x1b[Bz", ["abc  ", " z   ", "     "]),
        (b"\x1b[9;9Hlost\x1b[1;4Habcdef", ["   ab", "     ", "     "]),
    ],
)
def test_a_screen_holds_what_was_drawn(written: bytes, rows: list[str]) -> None:
    whole, pieces = Screen(3, 5), Screen(3, 5)
    whole.feed(written)
    for byte in written:
        pieces.feed(bytes([byte]))
    assert whole.text == pieces.text == "".join(row + "\n" for row in rows)


def test_a_screen_gets_past_an_escape_that_is_none() -> None:
    screen = Screen(1, 4)
    screen.feed(b"\x1b\x01" + b"x" * 10_000 + b"\x1b[Hok")
    assert screen.text.startswith("ok")


_ECHO = "import os, tty\ntty.setraw(0)\nprint('ready', end='', flush=True)\nwhile (key := os.read(0, 9)) != b'q':\n    os.write(1, b'\\x1b[H[' + key + b']')\n"


def test_a_terminal_tells_what_stands_on_its_screen(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    with Terminal([sys.executable, "-c", _ECHO], rows=2, columns=20, environment=environment, cwd=tmp_path) as terminal:
        assert terminal.first_seen({"ready": re.compile("ready")})["ready"] > 0
        terminal.press("ж")
        assert set(terminal.first_seen({"echo": re.compile(r"\[ж\]"), "any": re.compile(".")})) == {"echo", "any"}
        terminal.press(BACKSPACE)
        with pytest.raises(BenchError, match="never"):
            terminal.first_seen({"never": re.compile("never")}, timeout=0.1)
        terminal.press("q")
        with pytest.raises(BenchError, match="gone"):
            terminal.first_seen({"gone": re.compile("gone")})


def test_what_stands_on_a_screen_already_is_not_waited_for(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", _ECHO]
    with Terminal(command, rows=2, columns=20, environment=environment, cwd=tmp_path, patience=5) as terminal:
        terminal.first_seen({"ready": re.compile("ready")})
        assert terminal.first_seen({"ready": re.compile("ready")}) == {"ready": 0}


def test_nothing_is_waited_for_longer_than_the_patience(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", _ECHO]
    with (
        Terminal(command, rows=2, columns=20, environment=environment, cwd=tmp_path, patience=0.1) as terminal,
        pytest.raises(BenchError, match=r"after 0\.1 s: never"),
    ):
        terminal.first_seen({"never": re.compile("never")}, timeout=300)


@pytest.mark.parametrize("part", ["startup", "keys", "list", "listen", "experiments", "jobs"])
def test_a_part_finds_all_that_it_waits_for(part: str, tmp_path: Path) -> None:
    figures = bench.PARTS[part](Workspace(tmp_path, python("-m", "abtui"), brief=True))
    assert {figure.part for figure in figures} == {part}
    assert all(figure.value >= 0 for figure in figures)


def test_a_process_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="exited with 3: no room"):
        seconds(
            Workspace(tmp_path, ()),
            [sys.executable, "-c", "import sys; print('no room', file=sys.stderr); sys.exit(3)"],
        )


def test_ratios_are_taken_turn_by_turn() -> None:
    assert paired("p", "n", "s", [2, 30, 4], "y", [1, 10, 4], at_most=1.9) == Figure(
        "p", "n", 4, "s", "y", 4, 2, "at most 1.9x", False
    )
    assert paired("p", "n", "s", [2], "y", [4], at_least=0.5).holds is True


def test_measures_take_turns_in_alternating_order() -> None:
    calls: list[str] = []

    def measure(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    values = in_turns(2, partial(measure, "a"), partial(measure, "b"), warm=False)
    assert calls == ["a", "b", "b", "a"]
    assert values == [[1, 4], [2, 3]]


def test_the_table_names_what_could_not_be_measured() -> None:
    lines = table(
        [
            Figure(
                "map", "map, bodies only", 65_000, "events/s", "orjson.loads", 123_000, 0.528, "at least 0.45x", True
            ),
            Failed("keys", "not on the screen\n...."),
        ]
    ).splitlines()
    assert "65,000 events/s" in lines[1]
    assert "0.53x" in lines[1]
    assert lines[1].endswith("holds")
    assert lines[2].split(maxsplit=1) == ["keys", "not measured: not on the screen"]


def test_parts_can_be_chosen() -> None:
    assert bench.arguments([]).parts == list(bench.PARTS)
    assert bench.arguments(["keys", "map", "--quick"]).parts == ["keys", "map"]
    with pytest.raises(SystemExit):
        bench.arguments(["speed"])
