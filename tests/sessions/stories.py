"""The three uses of the workbench, as keys and what is then on screen. Keyboard only."""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """Press `keys` (names of tmux; a text of several characters is typed), wait for `sees` (a regular expression), tell `why`.

    `needs` is the id of a binding without which the move is left out.
    """

    why: str
    keys: tuple[str, ...]
    sees: str
    needs: str = ""


class Story(NamedTuple):
    """A session: the command's arguments and what is done."""

    name: str
    title: str
    arguments: tuple[str, ...]
    moves: tuple[Move, ...]


def _down(times: int) -> tuple[str, ...]:
    return ("Down",) * times


DEBUG = Story(
    "debug-a-missing-goal",
    "Find why purchase is short, and mend it",
    (),
    (
        Move("The demo opens: its events, and what becomes of the first.", (), r"100 events.*79 arrive"),
        Move(
            "Where is its goal? Each loss on the way, who, and why.", ("g",), r"16 events were meant for it.*12 arrive"
        ),
        Move("The largest loss that can be mended is selected: Enter maps the names.", ("Enter",), r"15 arrive"),
        Move("Back to the events: more of them arrive.", ("Escape",), r"100 events.*82 arrive"),
        Move("u takes it back.", ("u",), r"100 events.*79 arrive"),
    ),
)
TOUR = Story(
    "the-tour",
    "Give the tour: no account, no network, a story on screen",
    ("tour",),
    (
        Move("It begins with an order that arrives.", (), r"1 of 6.*ARRIVES|ARRIVES.*1 of 6"),
        Move("One small letter, and nobody is told.", ("Right",), r"IGNORED.*2 of 6"),
        Move("Enter maps it.", ("Enter",), r"ARRIVES.*2 of 6"),
        Move("Each step is whole again: a sign-up that never leaves.", ("Right",), r"NEVER LEAVES.*3 of 6"),
        Move("Refused, and Segment says Success.", ("Right",), r"REFUSED.*4 of 6"),
        Move("Where is purchase?", ("Right",), r"16 events were meant for it.*5 of 6"),
        Move("One switch is off.", ("Right",), r"6 of 6"),
        Move("Back is exact.", ("Left",) * 4, r"IGNORED.*2 of 6"),
        Move("Escape ends the tour; everything stays open.", ("Escape",), r"Now it is your turn"),
    ),
)
VERIFY = Story(
    "verify-a-config-change",
    "Change the config, and read who is affected",
    (),
    (
        Move("The demo opens.", (), r"100 events.*79 arrive"),
        Move("Into the config.", ("3",), r"enableAppScreenView"),
        Move("To the switch for screen views.", (*_down(12), "Home", *("Right",) * 29), r"enableAppScreenView"),
        Move("Switch it off: what it does is told with the last key.", (*("Delete",) * 4, "false"), r"70 arrive"),
        Move("Who is affected? Nine screen views, because of this line.", ("F7",), r"never leave"),
        Move("It was not meant so: u takes back what was typed.", ("Escape", "u", "u"), r"79 arrive"),
    ),
)
STORIES = (DEBUG, TOUR, VERIFY)
