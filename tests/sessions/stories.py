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
        Move("The demo opens: its events, one of them, what becomes of it.", (), r"100 events .*79(●| arrive)"),
        Move("What is wrong overall? The findings of all events, in groups.", ("5",), r"5 Findings.*GOAL-NEAR"),
        Move(
            "Close it again, and look at the events whose name is nearly one of goalMapping.",
            ("Escape", "/", "finding:GOAL-NEAR", "Enter"),
            r"4 shown",
        ),
        Move("Why is this one no purchase? goalMapping has no entry for it.", ("w",), r"no entry"),
        Move("The finding names the entry that was meant.", ("f",), r"GOAL-NEAR"),
        Move(
            "Try it: into the event, and write the name as the mapping has it.",
            ("e", "Down", "Down"),
            r"3[▌ ]\s*\"event\"",
        ),
        Move(
            "The result follows each key: now it is the goal purchase.",
            ("Home", *("Right",) * 16, "Delete", "C"),
            r'goal "purchase"',
        ),
        Move(
            "The website cannot be mended at once, so back to the event as it was sent.",
            ("BSpace", "c", "Escape"),
            r"4 shown",
        ),
        Move("Map it to a goal instead: m offers the goals of the catalog.", ("m",), r"Map this event to a goal"),
        Move(
            "The entry is written into the config: one near miss less. u would take it back.",
            ("purchase", "Enter"),
            r"3 shown",
        ),
        Move(
            "Everything that is a purchase now, this one, too.",
            ("/", "C-u", "goal:purchase", "Enter"),
            r"goal:purchase.*Order completed",
        ),
        Move("Send them all, by a plan first.", ("S",), r"Send several events"),
        Move("The answers come into the panel, and into the list.", ("Enter",), r"✓ done"),
        Move(
            "One of them: what the collector said, and what Segment would show.",
            ("Escape", "r"),
            r"[Ss]egment would show\s+Success",
        ),
        Move(
            "A second kind: green in Segment, yet nothing is sent.",
            ("Escape", "/", "C-u", "verdict:drop", "Enter"),
            r"5 shown",
        ),
        Move("No unit could be resolved: the event has neither id.", ("w",), r"no unit"),
    ),
)
TOUR = Story(
    "the-tour",
    "Give the tour: no account, no network, a story on screen",
    ("tour",),
    (
        Move("It begins with an order that becomes a goal.", (), r"1/\d+ .*An order becomes a goal"),
        Move("On with the right arrow or space.", ("Right",), r"2/\d+ "),
        Move("What made a field of the payload.", ("Space",), r"3/\d+ .*Where it comes from"),
        Move("Green in Segment, nothing sent.", ("Space",), r"4/\d+ .*nothing sent"),
        Move("The event is edited, and sent.", ("Right",), r"5/\d+ "),
        Move("The list is filtered.", ("Right",), r"6/\d+ .*One letter"),
        Move("All findings.", ("Right",), r"7/\d+ .*The whole picture"),
        Move("Back is exact.", ("Left", "Left", "Left"), r"4/\d+ .*nothing sent"),
        Move("On to the change of the mapping, and what it does.", ("Right",) * 13, r"17/\d+ .*What the change does"),
        Move("On to the end.", ("Right",) * 10, r"Now it is your turn"),
        Move("One back: refused by the collector, green in Segment.", ("Left",), r"not.accepted|refused"),
        Move("Escape ends the tour; the workbench stays open.", ("Escape",), r"^(?!.*esc end).*Quit"),
    ),
)
VERIFY = Story(
    "verify-a-config-change",
    "Verify a config change: what does it do to yesterday's events, before it is deployed",
    (),
    (
        Move("The demo opens.", (), r"100 events .*79(●| arrive)"),
        Move("Pin what becomes of every event now.", ("b",), r"Δ 0 vs pinned"),
        Move("Into the config.", ("4",), r"▌4 Config"),
        Move("To the switch for screen views.", (*_down(12), "Home", *("Right",) * 29), r"13\s+enableAppScreenView"),
        Move(
            "Switch it off. Everything is mapped anew with the last key: nine more are dropped.",
            (*("Delete",) * 4, "false"),
            r"Δ 9 vs pinned.*15(■| never leave)",
        ),
        Move("The change as a whole: fates, goals gained and lost, and why.", ("F7",), r"9 of 100 events change"),
        Move("Only what changes, in the list.", ("x", "Escape"), r"▌1 Events.*9 shown.*Δ■"),
        Move("One of them, before and after: screen tracking is off.", ("d",), r"was.*arrives.*now.*never leaves"),
        Move(
            "It was not meant so: u takes back what was typed, then what was deleted: nothing changes any more.",
            ("Escape", "u", "u"),
            r"Δ 0 vs pinned",
        ),
        Move(
            "The change that was meant is about these: one letter is not as goalMapping has it.",
            ("/", "C-u", "finding:GOAL-NEAR", "Enter"),
            r"4 shown",
        ),
        Move("Order completed is to be a purchase, too.", ("m",), r"Map this event to a goal"),
        Move("One event changes, and that one only.", ("purchase", "Enter"), r"Δ [1-4] vs pinned"),
        Move(
            "It is meant so: save it. In the pull request `abtui diff` tells the same.",
            ("F5", "C-s"),
            r"Save the config as",
        ),
        Move("Into a file of its own, as this was the demo's.", ("Enter",), r"Config  abtui.yaml"),
    ),
)
STORIES = (DEBUG, TOUR, VERIFY)
