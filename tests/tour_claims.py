"""What the captions of the tour claim of the demo, by the name of the step."""

from __future__ import annotations

from typing import Literal

import msgspec

from abtui.core.outcomes import Fate, Verdict


class Claim(msgspec.Struct, frozen=True):
    """The outcome of a step's event.

    `reason` is the code of the verdict's reason, `goal` the payload's first goal, `uid` that of its first unit. `findings` are
    some of the event's findings, `shown` is the number of events that the step's filter leaves, `receipt` the local collector's answer.
    """

    verdict: Verdict
    fate: Fate
    reason: str
    goal: str | None = None
    uid: str | None = None
    findings: tuple[str, ...] = ()
    shown: int | None = None
    segment: str = "Success"
    receipt: Literal["", "accepted", "refused"] = ""


_PURCHASE = Claim("send", "arrives", "GOAL-MAPPED", "purchase")
_OWN_NAME = Claim("send", "ignored", "GOAL-OWN-NAME", "Order completed")
_NEAR = ("GOAL-NEAR", "CATALOG-GOAL")
CLAIMS = {
    "arrives": Claim("send", "arrives", "GOAL-MAPPED", "purchase", "u-20417", shown=101),
    "why": _PURCHASE,
    "origin": Claim("send", "arrives", "GOAL-MAPPED", "purchase", "u-20417"),
    "no-id": Claim("drop", "never-leaves", "NO-UNIT", findings=("UNIT-NONE", "EVENT-IDENTITY")),
    "an-id": Claim("send", "arrives", "GOAL-MAPPED", "newsletter", "visitor-4711"),
    "wrong-case": Claim("send", "ignored", "GOAL-OWN-NAME", "Order completed", findings=_NEAR, shown=4),
    "all-findings": Claim("send", "ignored", "GOAL-OWN-NAME", "Order completed", findings=_NEAR),
    "big-ids": Claim("send", "arrives", "GOAL-MAPPED", "purchase", "9007199254740992", ("UNIT-PRECISION",), 4),
    "opted-out": Claim("drop", "never-leaves", "FILTERED", findings=("EVENT-FILTERED",), segment="Filtered"),
    "exposure": Claim("send", "arrives", "EXPOSURE-TRACK", uid="Q-zXLhInfvpM3-fpW7FJLA"),
    "engage": Claim("send", "arrives", "ATTRIBUTES", findings=("IDENTIFY-NO-HANDLER",)),
    "fails": Claim("fail", "fails", "THROWS", findings=("EVENT-THROWS",), segment="Bad Request"),
    "baseline": _OWN_NAME,
    "map": _OWN_NAME,
    "change": _PURCHASE,
    "side-effect": Claim("drop", "never-leaves", "SCREEN-TRACKING-OFF", shown=9),
    "impact": Claim("drop", "never-leaves", "SCREEN-TRACKING-OFF"),
    "accepted": Claim("send", "arrives", "GOAL-MAPPED", "purchase", receipt="accepted"),
    "refused": Claim("send", "refused", "EXPOSURE-TRACK", findings=("CONTRACT",), receipt="refused"),
    "yours": Claim("send", "arrives", "GOAL-MAPPED", "purchase", shown=101),
}
