"""What stands in place of a result: one sentence, and the one thing to do."""

from __future__ import annotations

from typing import NamedTuple

from abtui.core.config.model import Config
from abtui.core.corpus.funnel import FunnelResult
from abtui.core.fate import console_has
from abtui.core.fixes import show_name
from abtui.tui.state import State


class Empty(NamedTuple):
    """A sentence, and the action's key and words. `goal` is the goal that Enter looks for."""

    sentence: str
    key: str
    words: str
    goal: str = ""


_NO_CONFIG = Empty("There is no config yet, so nothing is known of any goal.", "C", "Make a config")
_BROKEN = Empty("The config has errors. Until they are mended, nothing is known of any goal.", "3", "Go to the config")
_NO_EVENTS = Empty("No event yet. Paste some, or open a file of them.", "o", "Open files")
_NO_GOAL = Empty("The selected event is meant for no goal.", "g", "Look for a goal")
_READING = Empty("The events are being read.", "", "")


def empty_of(state: State, goal: str, result: FunnelResult | None, *, complete: bool) -> Empty | None:
    """What to say if there is no result to show."""
    if state.session.mapper is None:
        return _NO_CONFIG if state.session.missing else _BROKEN
    if not len(state.corpus):
        return _READING if state.reading else _NO_EVENTS
    if not goal:
        return _NO_GOAL
    if result is None or not (result.seen or result.near or complete):
        return _READING
    return None if result.seen or result.near else _nothing_meant(result, state.session.mapper.config)


def _nothing_meant(result: FunnelResult, config: Config) -> Empty:
    sentence = {
        True: f"The console has the goal {result.shown}, and no event was meant for it.",
        False: f"No event was meant for {result.shown}, and the console has no such goal.",
        None: f"No event was meant for {result.shown}.",
    }[console_has("goals", result.goal, config)]
    if not result.console:
        return Empty(sentence, "g", "Look for another goal")
    other = result.console[0]
    return Empty(sentence, "Enter", f"Look for {show_name(other, config)}", other)
