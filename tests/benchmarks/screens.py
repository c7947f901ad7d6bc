"""The figures on screen: first paint, key to changed payload, time to a usable list."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.benchmarks.figures import Figure, in_turns, paired
from tests.benchmarks.terminal import BACKSPACE, DOWN, END, LEFT, Terminal
from tests.benchmarks.workspace import Workspace, python

FIRST_TEXT = "ARRIVES"
"""The word on the plate: the fate of the first event, which is the first content. It stands before the screen's libraries are loaded."""

THERE = re.compile(r"\bedit event\b.* keys\b")
"""The key bar: with it the workbench is there."""
_FILTER = re.compile("any text of an event")
"""The answer to the key of the filter."""

SKELETON_TEXT = "Starting…"
"""What the skeleton of the screen shows, before any library is loaded."""

SKELETON_LIMIT = 0.06
"""Most seconds from the command to its skeleton."""

TO_THE_NAME = ("e", DOWN, DOWN, END, LEFT, LEFT)
"""Keys that focus the event editor at the top of its text, and put the cursor at the end of the event's name on line 3."""

FOLLOWS = {
    "echo": (r'"event"\s*:\s*"Signed In"', r'"event"\s*:\s*"Signed In{}"'),
    "plate": (r"ARRIVES\b", r"IGNORED\b"),
    "journey": (r"\bsent as login\b", r"\bsent unmapped\b"),
    "thread": (r'▶ name\s+"login"', r'▶ name\s+"Signed In{}"'),
    "payload": (r'"name"\s*:\s*"login"', r'"name"\s*:\s*"Signed In{}"'),
    "counts": (r"● 1 arrives\b", r"○ 1 is ignored\b"),
}
"""What follows from a letter at the end of the name: what the screen shows without it, and with it in place of `{}`."""

TO_THE_ENVIRONMENT = ("3", *[DOWN] * 4, END)
"""Keys that show the config, and put the cursor at the end of its `environment`."""

SIZES = {2048: 1.3, 32_768: 2.0, 512_000: 6.0}
"""Bytes of an event -> how many times as long as an empty editor's echo it may take from a key to all that follows."""

BLOCKED = 100.0
"""Milliseconds after which a key without an echo is a blocked screen."""

MARKER = "empty-app-is-here"
_BARE = "interpreter-is-here"
EMPTY = str(Path(__file__).with_name("empty_app.py"))
# Letters that stand nowhere else on the screen.
_LETTERS = "жзийлпфцчшщъыэюя"


def open_terminal(space: Workspace, command: tuple[str, ...], rows: int, columns: int) -> Terminal:
    return Terminal(
        command,
        rows=rows,
        columns=columns,
        environment=space.environment(),
        cwd=space.folder,
        patience=20 if space.brief else math.inf,
    )


def first_text(space: Workspace, command: tuple[str, ...], text: str, rows: int = 35, columns: int = 120) -> float:
    """Seconds from the start of a program to a text on its screen."""
    with open_terminal(space, command, rows, columns) as terminal:
        return terminal.first_seen({text: re.compile(re.escape(text))})[text]


def usable(space: Workspace, command: tuple[str, ...], rows: int = 35, columns: int = 120) -> float:
    """Seconds from the start of the workbench to its answer to a key that is pressed as soon as the key bar is there."""
    with open_terminal(space, command, rows, columns) as terminal:
        begun = terminal.mark
        terminal.first_seen({"there": THERE})
        terminal.press("/")
        answered = terminal.first_seen({"filter": _FILTER})["filter"]
        return terminal.mark - begun + answered


def startup(space: Workspace) -> list[Figure]:
    """Skeleton, against an interpreter that prints a word; first content of the demo and of a config with one event, and when they answer a key, against an empty Textual app."""
    given = (*space.abtui, str(space.config()), str(space.event(2048)))
    demo, one, demo_key, one_key, empty, frame, bare = in_turns(
        space.rounds(9),
        partial(first_text, space, space.abtui, FIRST_TEXT),
        partial(first_text, space, given, FIRST_TEXT),
        partial(usable, space, space.abtui),
        partial(usable, space, given),
        partial(first_text, space, python(EMPTY, MARKER), MARKER),
        partial(first_text, space, space.abtui, SKELETON_TEXT),
        partial(first_text, space, python("-c", f"print('{_BARE}')"), _BARE),
        warm=not space.brief,
    )
    skeleton = paired("startup", "skeleton of the screen", "s", frame, "python -c print", bare)
    return [
        skeleton._replace(floor=f"at most {SKELETON_LIMIT:g} s", holds=skeleton.value <= SKELETON_LIMIT),
        paired("startup", "first content, demo", "s", demo, "empty app", empty, at_most=1.4),
        paired("startup", "first content, config and event", "s", one, "empty app", empty, at_most=1.4),
        paired("startup", "usable: a key is answered, demo", "s", demo_key, "empty app", empty),
        paired("startup", "usable: a key is answered, config and event", "s", one_key, "empty app", empty),
    ]


def keys(space: Workspace) -> list[Figure]:
    """Key to all that follows for events of three sizes, against an empty TextArea echoing a key."""
    presses = space.rounds(30)
    echo = _echo_of_an_empty_editor(space, presses)
    figures = []
    for size, limit in list(SIZES.items())[: 1 if space.brief else None]:
        times = _event_times(space, size, presses)
        label = f"{size // 1024} KB"
        own = times.pop("echo")
        follows = [max(all_of_it) for all_of_it in zip(*times.values(), strict=True)]
        figure = _against(f"key to all that follows, {label}", follows, echo)
        figures.append(figure._replace(floor=f"at most {limit:g}x", holds=(figure.ratio or 0) <= limit))
        figures.append(_against(f"key to echo, {label}", own, echo))
    figures.append(_against("key to echo, config", _config_times(space, presses)["echo"], echo))
    slowest = max(own)
    figures.append(
        Figure(
            "keys",
            f"slowest echo, {label}",
            slowest,
            "ms",
            floor=f"never blocked: {BLOCKED:g} ms",
            holds=slowest <= BLOCKED,
        )
    )
    return figures


def _against(name: str, values: list[float], echo: list[float]) -> Figure:
    median, yardstick = statistics.median(values), statistics.median(echo)
    return Figure("keys", name, median, "ms", "empty TextArea", yardstick, median / yardstick)


def _echo_of_an_empty_editor(space: Workspace, presses: int) -> list[float]:
    with open_terminal(space, python(EMPTY), 45, 160) as terminal:
        # A key that comes before the app reads keys would be half a character to it.
        terminal.first_drawn(30)
        terminal.settle(0.5, 5)
        return _typed(terminal, presses, {"echo": "{}"}, {"echo": ""})["echo"]


def _event_times(space: Workspace, size: int, presses: int) -> dict[str, list[float]]:
    """Milliseconds from a key typed into the event's name to its echo and to each thing that follows: the console has no such goal."""
    with open_terminal(space, (*space.abtui, str(space.config()), str(space.event(size))), 45, 160) as terminal:
        without = {name: plain for name, (plain, _) in FOLLOWS.items()}
        terminal.first_seen({name: re.compile(plain) for name, plain in without.items()})
        terminal.settle(0.3)
        for key in TO_THE_NAME:
            terminal.press(key)
            terminal.settle(0.3)
        return _typed(terminal, presses, {name: typed for name, (_, typed) in FOLLOWS.items()}, without)


def _config_times(space: Workspace, presses: int) -> dict[str, list[float]]:
    """Milliseconds from a key typed into the config's `environment` to its echo."""
    with open_terminal(space, (*space.abtui, str(space.config()), str(space.event(2048))), 45, 160) as terminal:
        terminal.first_seen({"there": THERE})
        terminal.settle(0.3)
        for key in TO_THE_ENVIRONMENT:
            terminal.press(key)
            terminal.settle(0.3)
        shown = {"echo": "environment: staging{} "}
        return _typed(terminal, presses, shown, shown)


def _typed(
    terminal: Terminal, presses: int, with_letter: Mapping[str, str], without: Mapping[str, str]
) -> dict[str, list[float]]:
    """Type a letter and take it back, `presses` times. The patterns have `{}` where the letter will stand; milliseconds for each."""
    times: dict[str, list[float]] = {name: [] for name in with_letter}
    for index in range(-min(3, presses), presses):
        letter = _LETTERS[index % len(_LETTERS)]
        terminal.press(letter)
        seen = terminal.first_seen({name: re.compile(pattern.format(letter)) for name, pattern in with_letter.items()})
        terminal.settle()
        terminal.press(BACKSPACE)
        terminal.first_seen({name: re.compile(pattern.format("")) for name, pattern in without.items()})
        terminal.settle()
        if index >= 0:  # those before warm up
            for name, value in seen.items():
                times[name].append(value * 1000)
    return times
