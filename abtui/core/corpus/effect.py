"""The effect of a setting that differs between two configs, and the counts from which a destination can derive it."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, Literal, NamedTuple

from abtui.core.corpus.fold import Fold
from abtui.core.outcomes import Verdict
from abtui.core.text.plain import plural

ReasonPair = tuple[Verdict, str, Verdict, str]
"""Verdict and reason code under OLD and under NEW."""
NameEffect = Literal["renamed", "kept", "one side"]
"""Both configs send the event's goal, under another name or the same one; or only one of them sends it."""


class Effect(NamedTuple):
    """A sentence, and the number of events that change by this setting; None where its own share is not known."""

    sentence: str
    events: int | None


NO_EFFECT = Effect("Changes none of these events.", 0)


class ChangeCounts(Fold):
    """The events that change from OLD to NEW, counted.

    `sent` events are sent with both configs. `reasons` counts events whose verdict or reason changes, `other_units` those
    sent with other units. `renamed` counts events with another goal by the code of NEW's reason. `by_name` counts events by
    their name, for names whose entry differs in a map of names, `by_mapping` by the mappings that do something else.
    """

    counted: ClassVar[tuple[str, ...]] = ("reasons", "renamed", "by_name", "by_mapping", "other_units")

    def __init__(self) -> None:
        self.sent = 0
        self.reasons: Counter[ReasonPair] = Counter()
        self.renamed: Counter[str] = Counter()
        self.by_name: Counter[tuple[str, NameEffect]] = Counter()
        self.by_mapping: Counter[str] = Counter()
        self.other_units = 0

    @property
    def sent_once(self) -> int:
        """The number of events that only one of the configs sends."""
        return sum(count for (old, _, new, _), count in self.reasons.items() if (old == "send") != (new == "send"))

    def with_reason(self, *codes: str) -> tuple[Counter[tuple[Verdict, str]], Counter[tuple[Verdict, str]]]:
        """Events that have one of these reasons under OLD alone, by their verdict and reason under NEW; and the reverse."""
        old_only: Counter[tuple[Verdict, str]] = Counter()
        new_only: Counter[tuple[Verdict, str]] = Counter()
        for (old_verdict, old, new_verdict, new), count in self.reasons.items():
            if old in codes and new not in codes:
                old_only[new_verdict, new] += count
            elif new in codes and old not in codes:
                new_only[old_verdict, old] += count
        return old_only, new_only


def counted(sentence: str, noun: str, events: int, *, shared: int = 0) -> Effect:
    """A sentence about a number of events.

    `shared` is how many more events only one of the configs sends: another setting decides about these as well.
    """
    if events:
        return Effect(sentence.format(plural(events, noun)), events)
    if shared:
        return Effect("Changes none of the events that both configs send.", None)
    return NO_EFFECT
