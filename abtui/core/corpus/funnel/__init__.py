"""The funnel of a goal: which events were meant for it, how far they come, and what stops the others."""

from abtui.core.corpus.funnel.attributed import Help, Helps, with_attributed
from abtui.core.corpus.funnel.counts import EXAMPLES
from abtui.core.corpus.funnel.funnel import Funnel, Look
from abtui.core.corpus.funnel.goals import almost, goal_of, suggest
from abtui.core.corpus.funnel.model import (
    DOES_NOT_COUNT,
    STATIONS,
    FunnelResult,
    Loss,
    NamedEvents,
    Part,
    Station,
    sentence,
)

__all__ = [
    "DOES_NOT_COUNT",
    "EXAMPLES",
    "STATIONS",
    "Funnel",
    "FunnelResult",
    "Help",
    "Helps",
    "Look",
    "Loss",
    "NamedEvents",
    "Part",
    "Station",
    "almost",
    "goal_of",
    "sentence",
    "suggest",
    "with_attributed",
]
