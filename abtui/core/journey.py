"""The journey of one event: Segment, the destination, the collector and the web console, and where the line ends."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from abtui.core.outcomes import Fate

StageName = Literal["Segment", "destination", "collector", "console"]
STAGES: Final[tuple[StageName, ...]] = ("Segment", "destination", "collector", "console")
StageState = Literal["passed", "ends", "unreached"]
"""The event went on from the stage (at the console: it is taken), its line ends there, or it never came there."""
LineKind = Literal["answered", "silent", "none"]
"""The line that leads to a stage: somebody answered there, the event is lost on it in silence, or it was not drawn so far."""


class Stage(msgspec.Struct, frozen=True):
    """One of the four stages, with what happened there in a few words (`word`; `short` where there is little room).

    `line` is the line that leads to it; the first stage has none.
    """

    name: StageName
    state: StageState
    word: str
    short: str
    line: LineKind = "none"


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """The journey of one event.

    `by` names who ends it (`by the console`; "" where nobody does), `why` says why, in at most about 45 characters, `short`
    the same in at most about 28. `says` is what the systems say (`Segment says Success, the collector 200.`), `told` is
    `Nobody is told.` where the event is lost and every system says that all is well, else "".
    """

    fate: Fate
    stages: tuple[Stage, Stage, Stage, Stage]
    by: str
    why: str
    short: str
    says: str
    told: str = ""
