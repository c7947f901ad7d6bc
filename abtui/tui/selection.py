"""The selected event: its text as it is being edited, and its outcome under the config in use."""

from __future__ import annotations

import msgspec

from abtui.core.events import Event, Unreadable
from abtui.core.outcomes import UNSUBSCRIBED, MappingOutcome, Outcome, Part


class Selection(msgspec.Struct, frozen=True):
    """The event at `index` of the corpus; without an event, `index` is None.

    `event` is the last readable state of the text, and `outcome` its outcome, with its steps; None without a usable
    config. `problem` says why the present text is no event: then `event` and `outcome` are those of before. `mapping` is the
    one of several mappings that a person chose to look at, "" where nobody did.
    """

    index: int | None = None
    source: str = ""
    text: str = ""
    event: Event | None = None
    outcome: Outcome | None = None
    problem: Unreadable | None = None
    mapping: str = ""

    @property
    def part(self) -> Part | None:
        """What is looked at: the result of the chosen mapping, or else of the one that the fate is from; the outcome, if it is one."""
        if self.outcome is None:
            return None
        chosen = (result for result in self.outcome.results or () if result.mapping == self.mapping)
        return next(chosen, self.outcome.decisive)

    @property
    def seen_as(self) -> Outcome | None:
        """The outcome with the fate of the mapping that is looked at, so that what is said of the event is about that one."""
        if self.outcome is None or not isinstance(self.part, MappingOutcome) or self.part.verdict in UNSUBSCRIBED:
            return self.outcome
        others = (result for result in self.outcome.results or () if result is not self.part)
        return msgspec.structs.replace(self.outcome, fate=self.part.fate, results=(self.part, *others))

    @property
    def stale(self) -> bool:
        """Whether the outcome belongs to an earlier text."""
        return self.problem is not None and self.outcome is not None
