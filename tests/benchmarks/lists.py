"""A long list: time to use it and to read it all, memory, and how long a frame is blocked by what people do with it."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from tests.benchmarks.figures import Figure, paired
from tests.benchmarks.screens import EMPTY, MARKER, THERE, TO_THE_ENVIRONMENT, first_text, open_terminal, usable
from tests.benchmarks.terminal import BACKSPACE, DOWN, Terminal
from tests.benchmarks.workspace import Workspace, python

EVENTS, FEW_EVENTS = (10_000, 100_000, 1_000_000), 500
LISTED, MEMORY, BLOCKED, MOVE = 0.15, 120.0, 50.0, 5.0
"""At most: seconds to the first rows with fates, MB, milliseconds of a blocked frame, and of CPU for a row move."""
_ROWS, _COLUMNS = 45, 160
_PAGE_UP, _PAGE_DOWN, _HOME = "\x1b[5~", "\x1b[6~", "\x1b[H"
_PAGES, _MOVES = 10, 40
_PROBE = "tests.benchmarks.probe"


def event_list(space: Workspace) -> list[Figure]:
    """Every size in turn, each beside an empty Textual app and, where its command was given, toolong on the same file."""
    sizes = (FEW_EVENTS,) if space.brief else EVENTS[:2] if space.quick else EVENTS
    return [figure for events in sizes for figure in _of_size(space, events)]


def _of_size(space: Workspace, events: int) -> list[Figure]:
    corpus = space.corpus(events)
    label = f"{events:,} events"
    rows, read, empty, answered = [], [], [], []
    command = (*space.abtui, str(space.config()), str(corpus))
    for _ in range(space.rounds(3)):
        empty.append(first_text(space, python(EMPTY, MARKER), MARKER, _ROWS, _COLUMNS))
        seen = _reading(space, corpus, events)
        rows.append(seen["rows"])
        read.append(seen["all"])
        answered.append(usable(space, command, _ROWS, _COLUMNS))
    first = paired("list", f"first rows with fates, {label}", "s", rows, "empty app", empty)
    figures = [
        first._replace(floor=f"at most {LISTED:g} s", holds=first.value <= LISTED),
        paired("list", f"usable: a key is answered, {label}", "s", answered, "empty app", empty),
    ]
    if space.toolong:
        theirs = [_toolong(space, corpus) for _ in empty]
        figures.append(paired("list", f"first rows, {label}", "s", rows, "toolong", [one[0] for one in theirs]))
        figures.append(paired("list", f"all read, {label}", "s", read, "toolong", [one[1] for one in theirs]))
        ours = _pages(space, corpus, events)
        figures.append(paired("list", f"page to screen, {label}", "ms", ours, "toolong", theirs[-1][2][: len(ours)]))
    else:
        figures.append(paired("list", f"all read, {label}", "s", read, "empty app", empty))
    return figures + _session(space, corpus, events, label)


def _abtui(space: Workspace, corpus: Path) -> Terminal:
    return open_terminal(space, (*space.abtui, str(space.config()), str(corpus)), _ROWS, _COLUMNS)


def _rows(corpus: Path) -> re.Pattern[str]:
    """What only a row of the list shows: a name that is not the selected first event's, and in the same line a fate."""
    with corpus.open("rb") as lines:
        read = [orjson.loads(next(lines)) for _ in range(8)]
    names = [event.get("event") or event.get("name") for event in read]
    name = next(name for name in names[1:] if name and name != names[0])[:10]
    return re.compile(re.escape(name) + r".* (?:arrives|never leaves)\b")


def _all(events: int) -> re.Pattern[str]:
    """What the sentence says once every event is read, whether its fate is known or not."""
    return re.compile(re.escape(f"{events:,} events:"))


def _reading(space: Workspace, corpus: Path, events: int) -> dict[str, float]:
    """Seconds until rows with fates, and until all events are counted."""
    with _abtui(space, corpus) as terminal:
        return terminal.first_seen({"rows": _rows(corpus), "all": _all(events)}, 120)


def _pages(space: Workspace, corpus: Path, events: int) -> list[float]:
    """Milliseconds from a key for the next page to the screen it gives, once all is read."""
    with _abtui(space, corpus) as terminal:
        terminal.first_seen({"all": _all(events)}, 120)
        terminal.settle()
        return _key_to_screen(terminal, _PAGE_DOWN)


def _key_to_screen(terminal: Terminal, key: str, presses: int = 10) -> list[float]:
    times = []
    for _ in range(presses):
        terminal.press(key)
        times.append(terminal.first_drawn() * 1000)
        terminal.settle(0.15, 1)
    return times


def _toolong(space: Workspace, corpus: Path) -> tuple[float, float, list[float]]:
    """Toolong on the same file: seconds until its first rows and until the scan is done, milliseconds from a key to another page."""
    with open_terminal(space, (*space.toolong, str(corpus)), _ROWS, _COLUMNS) as terminal:
        seen = terminal.first_seen({"rows": re.compile(r'"messageId"|"type"|"event"')}, 120)
        # While it scans it draws how far it is; when it draws nothing any more, it is done.
        read = terminal.last_drawn(0.6)
        # It opens at the end of the file.
        return seen["rows"], read, _key_to_screen(terminal, _PAGE_UP)


def _session(space: Workspace, corpus: Path, events: int, label: str) -> list[Figure]:
    """What a person does with the list while it is mapped, with a heartbeat in the event loop."""
    log = space.folder / f"beats-{events}.log"
    command = (*python("-m", _PROBE, str(log)), str(space.config()), str(corpus))
    blocked: dict[str, float] = {}
    with open_terminal(space, command, _ROWS, _COLUMNS) as terminal:

        @contextlib.contextmanager
        def watched(name: str) -> Iterator[None]:
            start = time.perf_counter()
            yield
            terminal.settle()
            blocked[name] = _longest(log, start, time.perf_counter())

        terminal.first_seen({"rows": _rows(corpus), "there": THERE}, 60)
        with watched("reading"):
            terminal.first_seen({"all": _all(events)}, 120)
        with watched("scrolling"):
            pages = space.rounds(_PAGES)
            for key in ("G", *[_PAGE_UP] * pages, _HOME, *[_PAGE_DOWN] * pages, *[DOWN] * pages):
                terminal.press(key)
                terminal.settle(0.03, 0.5)
        with watched("filtering"):
            for text in ("purchase", "user:u-1*"):
                for key in ("/", *text):
                    terminal.press(key)
                    terminal.settle(0.03, 0.5)
                terminal.first_seen({"filtered": re.compile(rf"\b(?!{events:,} )[\d,]+ of {events:,}\b")}, 120)
                for key in ("\x1b", "\x1b"):
                    terminal.press(key)
                    # An Escape with another key right behind it is that key with Alt.
                    terminal.settle(0.15, 0.5)
                terminal.first_seen({"unfiltered": re.compile(f"{events:,} of {events:,}")}, 120)
        with watched("editing the config"):
            for key in (*TO_THE_ENVIRONMENT, *"xyz"):
                terminal.press(key)
                terminal.settle(0.03, 0.5)
            terminal.first_seen({"edited": re.compile(r"environment: stagingxyz\b")})
            for key in [BACKSPACE] * 3:
                terminal.press(key)
                terminal.settle(0.03, 0.5)
        for key in ("\x1b", "\x1b"):
            terminal.press(key)
            terminal.settle(0.3)
        # The sentence says how many fates are not known yet.
        terminal.first_seen({"mapped": re.compile(_all(events).pattern + r"[^\n?]*\n")}, 300)
        _rest(terminal.pid, 0.2 if space.brief else 1.0)
        before = _cpu(terminal.pid)
        moves = space.rounds(_MOVES)
        for _ in range(moves):
            terminal.press(DOWN)
            terminal.settle(0.05, 0.5)
        move = (_cpu(terminal.pid) - before) / moves * 1000
        memory = _peak(terminal.pid)
    figures = [
        Figure(
            "list",
            f"blocked while {name}, {label}",
            value * 1000,
            "ms",
            floor=f"at most {BLOCKED:g} ms",
            holds=value * 1000 <= BLOCKED,
        )
        for name, value in blocked.items()
    ]
    figures.append(
        Figure("list", f"CPU of a row move, {label}", move, "ms", floor=f"at most {MOVE:g} ms", holds=move <= MOVE)
    )
    figures.append(
        Figure("list", f"peak memory, {label}", memory, "MB", floor=f"at most {MEMORY:g} MB", holds=memory <= MEMORY)
    )
    return figures


def _longest(log: Path, start: float, end: float) -> float:
    """The longest delay of a heartbeat in a stretch of time, in seconds, as far as the program itself was at work in it."""
    beats = [[float(number) for number in line.split()] for line in log.read_text().splitlines()]
    return max((min(delay, used) for at, delay, used in beats if start <= at <= end), default=0.0)


def _family(pid: int) -> list[int]:
    """A process and all below it (Linux)."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def _peak(pid: int) -> float:
    """The most memory a process and those below it had, in MB."""
    total = 0
    for one in _family(pid):
        status = Path(f"/proc/{one}/status").read_text()
        total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return total / 1024


def _rest(pid: int, seconds: float) -> None:
    """Wait until a process has nothing to do: it counts and compares once all is mapped."""
    before, end = -1.0, time.perf_counter() + 120
    while (used := _cpu(pid)) > before + seconds / 5 and time.perf_counter() < end:
        before = used
        time.sleep(seconds)


def _cpu(pid: int) -> float:
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
