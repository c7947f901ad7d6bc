"""A file is read in stretches as it is read from its start to its end, in any order and whatever happens to a process."""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults
from abtui.services import folding
from abtui.services.files import Source, expand
from abtui.services.folding import Folding, Output, started
from abtui.services.pieces import (
    LEAST_STRETCH,
    WORTH_BYTES,
    Errand,
    Piece,
    PieceResult,
    begin,
    cut,
    first_of,
    fold_piece,
    processors,
    stretch_for,
    workers_for,
)
from abtui.services.workers import Message
from tests.services.dying import Count, Items

SDK = SdkDefaults()
Gathered = tuple[bytes, Count, Unread, list[str]]
"""Output, counts, what could not be read, and what was told."""


class Pretended:
    """Workers that are none: tasks are done when they are waited for, in random order, and some die before or after their output."""

    def __init__(self, choose: random.Random, deaths: float = 0.0) -> None:
        self.count, self._choose, self._deaths = 3, choose, deaths
        self._tasks: list[tuple[Any, Any]] = []
        self.work = begin(Items(), [], SDK)

    @property
    def is_idle(self) -> bool:
        return len(self._tasks) < self.count

    def give(self, task: Any, value: Any) -> None:
        self._tasks.append((task, value))

    def messages(self, _held: Container[Any]) -> Iterator[Message]:
        task, piece = self._tasks.pop(self._choose.randrange(len(self._tasks)))
        dies = task.deaths == 0 and self._choose.random() < self._deaths
        sent: list[Output] = []
        result = fold_piece(self.work, piece, lambda line: sent.append(Output(1, line)))
        for output in sent[: self._choose.randrange(len(sent) + 1)] if dies else sent:
            yield Message(task, "sent", output)
        yield Message(task, "died", "died") if dies else Message(task, "done", result)


def in_stretches(source: Source, size: int, seed: int, deaths: float = 0.0) -> Gathered:
    """What comes of a source that is read in stretches."""
    return gathered([source], Pretended(random.Random(seed), deaths), size)


def gathered(sources: Sequence[Source], workers: Any, size: int) -> Gathered:
    """What workers make of sources."""
    told: list[str] = []
    count, unread, lines = Count(), Unread(), []

    def tell(message: str, _hint: str) -> None:
        told.append(message)

    for one in Folding(sources, workers, tell, None, size):
        if isinstance(one, PieceResult):
            if one.fold is not None:
                count.merge(one.fold)
            unread.merge(one.unread)
            told += [problem.message for problem in one.problems]
        else:
            lines.append(one.data)
    return b"\n".join(lines), count, unread, told


def at_once(source: Source) -> Gathered:
    """What comes of it as one piece."""
    lines: list[bytes] = []
    result = fold_piece(begin(Items(), [], SDK), Piece(0, source), lines.append)
    return b"\n".join(lines), result.fold, result.unread, [problem.message for problem in result.problems]


PLAIN = '{"type":"track","event":"A","userId":"u%d"}'
LINES = (
    '{"type":"track","event":"Ü","properties":{"a":[{"b":1}]}}',
    '{"type":"track","event":"Cut","properties":{"a":',
    '{"type":"track","event":"Cut","proper',
    '{"type":"track",\n"event":"Over lines",\n"userId":"u"\n}',
    '{"type":"nothing"}',
    '{"a":1} {"b":2}',
    '{"type":"track","type":"page"}',
    '{"batch":[{"type":"track","event":"B"},{"type":"page"}]}',
    '{"batch":[',
    '{"type":"track","event":"Comma"},',
    '[{"type":"track","event":"L"}]',
    "[",
    "]",
    "}",
    '"name":"x"}',
    "42",
    "null",
    "",
    "   ",
    "\ufeff",
    "// a comment",
    "/* a comment",
    "*/",
    "Some words that are no event.",
    "More words, which go on",
    'analytics.track("Code", {a: 1})',
    'analytics.track("Code", {',
    "```json",
    "```",
    '2026-01-01 10:00:00 INFO sent {"type":"track","event":"Log"}',
    '2026-01-01 10:00:00 INFO sent {"type":"tra',
    "type,event,userId",
    "track,Row,u1",
    'curl https://api.segment.io/v1/t -d \'{"event":"Posted"}\'',
    "curl https://example.com/ \\",
    "GET /v1/t HTTP/1.1",
    'data: {"type":"track","event":"Stream"}',
    '{"request":{"method":"GET","url":"https://example.com/"},"response":{}}',
    '{"log":{"entries":[',
    "\x00",
    "\udcff",
)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    parts: list[str] = []
    for at in range(draw(st.integers(0, 12))):
        parts += [PLAIN % number for number in range(draw(st.sampled_from((0, 1, 3, 8))))]
        parts += draw(st.lists(st.sampled_from(LINES), max_size=1 + at % 2))
    end = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    text = "\n".join(parts) + draw(st.sampled_from(("", "\n", "\n\n")))
    mark = draw(st.sampled_from(("", "", "\ufeff")))
    return (mark + text).replace("\n", end).encode(errors="surrogateescape")


def _told(unread: Unread) -> list[tuple[str, Any]]:
    return [(told.place, told.findings) for told in unread.told()]


@settings(max_examples=400, deadline=None)
@given(texts(), st.sampled_from((60, 150, 400)), st.integers(0, 99), st.sampled_from((0.0, 0.3)))
def test_a_file_in_stretches_is_the_same_file(text: bytes, size: int, seed: int, deaths: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_bytes(text)
        source = expand([str(path)]).sources[0]
        output, count, unread, told = in_stretches(source, size, seed, deaths)
        expected, expected_count, expected_unread, problems = at_once(source)
    assert output == expected
    assert count.number == expected_count.number
    assert unread.unreadable == expected_unread.unreadable
    assert _told(unread) == _told(expected_unread)
    assert not problems
    assert all("it is read again" in message for message in told)


def named(name: str, number: int = 0) -> str:
    """An event as a line."""
    return f'{{"type":"track","event":"{name}","userId":"u{number}"}}'


def large(folder: Path, *names: str) -> Path:
    """A file of several stretches, with events of these names between others."""
    path = folder / "large.jsonl"
    lines = []
    for name in (*names, ""):
        lines += [named("A", number) for number in range(40)]
        lines += [named(name)] * bool(name)
    path.write_text("\n".join(lines))
    return path


def test_what_is_cut_and_what_is_not(tmp_path: Path) -> None:
    """Only lines of events are cut, and never inside a value; compressed files, archives and other encodings are not."""
    plain = large(tmp_path).read_bytes()
    size = 500
    contents = {
        "plain": plain,
        "gz": gzip.compress(plain * 20, compresslevel=0),
        "utf-16": plain.decode().encode("utf-16"),
        "list": b"[\n" + plain.replace(b"\n", b",\n") + b"\n]",
        "pretty": plain.replace(b",", b",\n"),
        "carriage returns": plain.replace(b"\n", b"\r"),
        "log": plain.replace(b"{", b"12:00:00 INFO {"),
    }
    number = {}
    for name, data in contents.items():
        path = tmp_path / name
        path.write_bytes(data)
        source = expand([str(path)]).sources[0]
        found = list(cut(0, source, size))
        number[name] = len(found)
        assert [piece.stop for piece in found[:-1]] == [piece.start for piece in found[1:]]
        assert [piece.last for piece in found] == [False] * (len(found) - 1) + [True]
        for piece in found[1:]:
            assert data[: piece.start].count(b"\n") == piece.first_line - 1
    assert number.pop("plain") >= 3
    assert set(number.values()) == {1}


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """What is added to the last piece is read; what is missing in another one is told by the name of the file."""
    path = large(tmp_path)
    source = expand([str(path)]).sources[0]
    first, *_, last = cut(0, source, 500)
    with path.open("ab") as file:
        file.write(b"\n" + named("More").encode())
    lines: list[bytes] = []
    fold_piece(begin(Items(), [], SDK), last, lines.append)
    assert b"'More'" in lines[-1]
    path.write_text(named("A") + "\n")
    result = fold_piece(begin(Items(), [], SDK), first, lines.append)
    assert result.fold.number == 1
    assert [problem.message for problem in result.problems] == [f"{path} became shorter while it was read."]
    path.unlink()
    result = fold_piece(begin(Items(), [], SDK), last, lines.append)
    assert "no such file" in result.problems[0].message


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_lost_lines_at_its_end_is_told(whole: bool, tmp_path: Path) -> None:
    path = large(tmp_path)
    source = expand([str(path)]).sources[0]
    *_, last = [Piece(0, source)] if whole else cut(0, source, 500)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    result = fold_piece(begin(Items(), [], SDK), last, lambda _line: None)
    assert [problem.message for problem in result.problems] == [f"{path} became shorter while it was read."]


def test_a_file_that_takes_the_place_of_another_is_no_part_of_it(tmp_path: Path) -> None:
    path = large(tmp_path)
    first, *_, last = cut(0, expand([str(path)]).sources[0], 500)
    other = tmp_path / "other"
    other.write_bytes(path.read_bytes())
    other.replace(path)
    for piece in (first, last):
        result = fold_piece(begin(Items(), [], SDK), piece, lambda _line: None)
        assert [problem.message for problem in result.problems] == [f"{path} was replaced while it was read."]


@pytest.mark.parametrize("on_disk", [0, 1 << 20])
def test_output_that_waits_is_bounded(on_disk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into memory waits in files, and what does not fit there makes the workers wait; the output is the same."""
    monkeypatch.setattr(folding, "_IN_MEMORY", 100)
    monkeypatch.setattr(folding, "_ON_DISK", on_disk)
    paths = [tmp_path / f"{number}.json" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_text("\n".join(named("A" * 2_000, number) for _ in range(500 if number % 2 else 5)))
    sources = expand(list(map(str, paths))).sources
    with started(Errand(Items(), (), SDK), 3) as workers:
        output, *_ = gathered(sources, workers, 1 << 20)
    assert output == b"\n".join(at_once(one)[0] for one in sources)


def test_a_process_that_dies_is_told_and_its_piece_is_read_again(tmp_path: Path) -> None:
    """A piece at which two processes die is named, and everything else is read."""
    once = large(tmp_path, "Die once")
    other, always = tmp_path / "other.jsonl", tmp_path / "always.jsonl"
    other.write_text("\n".join([named("B"), "{broken", named("C")]))
    always.write_text(named("Die"))
    errand = Errand(Items(str(tmp_path / "marker")), (), SDK)
    sources = expand([str(once), str(always), str(other)]).sources
    with started(errand, 2) as workers:
        output, count, unread, told = gathered(sources, workers, 500)
    killed = "was ended by SIGKILL"
    assert sorted(told) == sorted(
        [
            f"The process that read {once} from line 40 on {killed}; it is read again.",
            f"The process that read {always} {killed}; it is read again.",
            f"{always} was not read: the process that read it {killed}, and so did another one.",
        ]
    )
    (tmp_path / "marker").touch()
    expected = [at_once(source) for source in (sources[0], sources[2])]
    assert output == b"\n".join(lines for lines, *_ in expected)
    assert count.number == sum(fold.number for _, fold, *_ in expected)
    assert unread.unreadable == 1


def test_a_mistake_in_the_work_is_raised_with_its_traceback(tmp_path: Path) -> None:
    source = expand([str(large(tmp_path, "Raise"))]).sources
    with started(Errand(Items(), (), SDK), 1) as workers, pytest.raises(ZeroDivisionError) as raised:
        gathered(source, workers, 500)
    assert "dying.py" in str(raised.value.__cause__)


def test_workers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    path, marker = large(tmp_path, "Wait"), tmp_path / "pipe"
    os.mkfifo(marker)
    process = subprocess.Popen([sys.executable, "-m", "tests.services.dying", str(path), str(marker)])
    with marker.open("rb") as pipe:
        assert pipe.read(1) == b"x"
        process.kill()
        process.wait()
        # The end comes when the worker is gone.
        assert pipe.read() == b""


def test_how_many_processes_are_worthwhile() -> None:
    """As many as there are processors, if there is so much to do; and one where a pipe can be read by this process only."""
    small, large_one = Source("a", "a", 1000), Source("b", "b", WORTH_BYTES)
    packed, pipe = Source("c.gz", "c.gz", WORTH_BYTES), Source("-", "stdin", None)
    assert workers_for([small], None) == 1
    assert workers_for([small, small, small], 2) == 2
    assert workers_for([large_one], None) == min(processors(), 1 + WORTH_BYTES // LEAST_STRETCH)
    assert workers_for([packed], 8) == 1
    endless = iter(lambda: packed, None)
    assert first_of(endless, 3) == [packed] * 3
    assert workers_for([], None) == 1
    assert workers_for([large_one, pipe], 8) == 1
    assert stretch_for([small], 2) == LEAST_STRETCH < stretch_for([Source("d", "d", 1 << 40)], 2)
