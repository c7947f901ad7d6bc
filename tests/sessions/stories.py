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
    "Debug a missing goal: purchases are missing in the web console, and Segment is green",
    (),
    (
        Move("The demo opens: its events, one of them, what becomes of it.", (), r"101 events .*89✓"),
        Move("Which events look like a purchase that is none?", ("/", "finding:GOAL-NEAR", "Enter"), r"4 shown"),
        Move("Why is this one no purchase? goalMapping has no entry for it.", ("w",), r"no entry"),
        Move("The finding names the entry that was meant.", ("f",), r"GOAL-NEAR"),
        Move(
            "Try it: into the event, and write the name as the mapping has it.", ("e", "Down", "Down"), r"3\s+\"event\""
        ),
        Move(
            "The result follows each key: now it is the goal purchase.",
            ("Home", *("Right",) * 16, "Delete", "C"),
            r'goal "purchase"',
        ),
        Move("To the result, and what would be sent.", ("F4",), r"▌3 Result"),
        Move("The payload.", ("p",), r'"name": "purchase"'),
        Move("Send it to the collector on this machine: accepted.", ("s",), r"[Ss]egment would show\s+Success"),
        Move(
            "A second kind: green in Segment, yet nothing is sent.",
            ("F2", "/", "C-u", "verdict:drop", "Enter"),
            r"5 shown",
        ),
        Move("No unit could be resolved: the event has neither id.", ("w",), r"no unit"),
        Move("All findings of all events in one panel.", ("5",), r"UNIT-NONE", "findings.panel"),
    ),
)
TOUR = Story(
    "the-tour",
    "Give the tour: no account, no network, a story on screen",
    ("tour",),
    (
        Move("It begins with an order that becomes a goal.", (), r"1/\d+ .*An order becomes a goal"),
        Move("On with the right arrow or space.", ("Right",), r"2/\d+ "),
        Move("Green in Segment, nothing sent.", ("Space",), r"3/\d+ .*nothing sent"),
        Move("The event is edited, and sent.", ("Right",), r"4/\d+ "),
        Move("The list is filtered.", ("Right",), r"5/\d+ .*One letter"),
        Move("Back is exact.", ("Left", "Left"), r"3/\d+ .*nothing sent"),
        Move("On to the end.", ("Right",) * 20, r"Now yours"),
        Move("One back: refused by the collector, green in Segment.", ("Left",), r"not.accepted|refused"),
        Move("Escape ends the tour; the workbench stays open.", ("Escape",), r"^(?!.*esc end).*Quit"),
    ),
)
VERIFY = Story(
    "verify-a-config-change",
    "Verify a config change: what does it do to yesterday's events, before it is deployed",
    (),
    (
        Move("The demo opens.", (), r"101 events .*89✓"),
        Move("Pin what becomes of every event now.", ("b",), r"pinned", "impact.pin"),
        Move("Into the config.", ("4",), r"▌4 Config"),
        Move("To the switch for screen views.", (*_down(12), "Home", *("Right",) * 29), r"13\s+enableAppScreenView"),
        Move(
            "Switch it off. Everything is mapped anew with the last key: nine more are dropped.",
            (*("Delete",) * 4, "false"),
            r"14∅",
        ),
        Move("Which ones?", ("F2", "/", "type:screen verdict:drop", "Enter"), r"9 shown"),
        Move("Screen tracking is off, and Segment shows Success.", ("w",), r"green there, yet nothing is sent"),
        Move("The change as a whole: verdicts, goals gained and lost.", ("6",), r"events change", "impact.panel"),
        Move(
            "It is meant so: save it. In the pull request `abtui diff` tells the same.",
            ("F5", "C-s"),
            r"Save the config as",
        ),
        Move("Into a file of its own, as this was the demo's.", ("Enter",), r"Config  abtui.yaml"),
    ),
)
STORIES = (DEBUG, TOUR, VERIFY)
