"""What the sentences of the tour claim of the demo, step by step."""

from __future__ import annotations

from typing import Final

import msgspec

from abtui.core.outcomes import Fate


class Claim(msgspec.Struct, frozen=True):
    """The fate of a step's event, and the code of the reason; `says` and `goal` are what the systems say and the payload's goal.

    `shown` is the number of events that the step's filter leaves.
    """

    fate: Fate
    reason: str
    says: str = "Segment says Success, the collector 200."
    goal: str | None = None
    shown: int = 103


CLAIMS: Final = (
    Claim("arrives", "GOAL-MAPPED", "Segment says Success, the collector 200, the console has the goal.", "purchase"),
    Claim("ignored", "GOAL-OWN-NAME", goal="Order completed"),
    Claim("never-leaves", "NO-UNIT", "Segment says Success.", shown=7),
    Claim("refused", "EXPOSURE-TRACK", "Segment says Success, the collector 400.", shown=5),
    Claim("ignored", "GOAL-OWN-NAME", goal="Order completed"),
    Claim("never-leaves", "SCREEN-TRACKING-OFF", "Segment says Success."),
    Claim("never-leaves", "NOT-SUBSCRIBED", "Segment says Success."),
    Claim("arrives", "GOAL-MAPPED", "Segment says Success, the collector 200, the console has the goal.", "purchase"),
    Claim(
        "arrives",
        "GOAL-SCREEN",
        "Segment says Success, the collector 200, the console has the goal.",
        "Screen: Tent Finder",
    ),
)
