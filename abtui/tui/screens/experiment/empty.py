"""What stands in place of an experiment: what belongs here, one action, and another way."""

from __future__ import annotations

from typing import NamedTuple

from abtui.core.experiments.advice import ADD_EXPOSURES
from abtui.core.experiments.findings import NO_GOALS
from abtui.tui.state import State


class Empty(NamedTuple):
    """A sentence, the key and the words of an action, and another way."""

    sentence: str
    key: str = ""
    words: str = ""
    other: str = ""


_NO_CONFIG = Empty("There is no config yet, so nothing is known of any request.", "C", "Make a config")
_BROKEN = Empty(
    "The config has errors. Until they are mended, nothing is known of any request.", "3", "Go to the config"
)
_NO_EVENTS = Empty(
    "No event yet. Exposures and the goals after them show here.",
    "o",
    "Open files",
    "6 listens to a site on this machine.",
)
_COUNTING = Empty("The events are being counted.")
_NO_EXPOSURE = Empty(
    "None of these events is an exposure. An experiment shows here once its exposures are among the events.",
    "o",
    "Open files with exposures",
    "Does the SDK publish past Segment? Open what `abtui collector` recorded, a HAR file, or the console's event export.",
)


def empty_of(state: State) -> Empty | None:
    """What to say if there is no experiment to show."""
    if state.session.mapper is None:
        return _NO_CONFIG if state.session.missing else _BROKEN
    if not len(state.corpus) and not state.elsewhere and not state.reading:
        return _NO_EVENTS
    found = state.experiments
    if found is not None and found.view is not None:
        return None
    if found is None or not found.complete:
        return _COUNTING
    # What keeps exposures from being sent, or has them refused, is told before where else they may be.
    known = [item.finding for item in found.findings if item.finding.code != NO_GOALS.code and not item.goal]
    if known and known[0].hint not in ("", ADD_EXPOSURES.sentence):
        return Empty(known[0].message, "3", "Go to the config", known[0].hint)
    return _NO_EXPOSURE
