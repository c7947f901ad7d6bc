"""One event under two configs: both decisions, what changes in words, and which settings do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.fields import ABSENT, field_changes
from abtui.core.corpus.comparison.lines import DiffLine, body_lines
from abtui.core.corpus.comparison.masking import Shown
from abtui.core.corpus.comparison.model import Change, ComparisonResult, GoalChange, SettingChange
from abtui.core.corpus.comparison.report import move_tone
from abtui.core.corpus.comparison.summary import unit_words
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decision
from abtui.core.destinations import reason
from abtui.core.events import Event
from abtui.core.events.model import JSONObject
from abtui.core.outcomes import Fate, Verdict
from abtui.core.report import Sentence
from abtui.core.report.shape import shortened

_MOST_PATHS: Final = 4
_NAME: Final = 200
_GOAL_NAME: Final = "$.goals[0].name"
_UNIT_MAPPING: Final = "settings.unitMapping"
"""What its entries do is told of all of them together."""


class Side(msgspec.Struct, frozen=True):
    """What one config makes of the event: the verdict, the fate, the reason's sentence, and the body (ABSENT where nothing is sent)."""

    verdict: Verdict
    fate: Fate
    reason: str
    body: Any


class EventComparison(msgspec.Struct, frozen=True):
    """`kinds` are the ways the event changes (see `Change`), none where it does not. Texts have keys masked.

    `sentences` say what changes, `causes` are the settings that are known to do it, or, where that cannot be told of one
    alone, all that may.
    """

    old: Side
    new: Side
    kinds: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    causes: tuple[SettingChange, ...]
    _shown: Shown

    def lines(self) -> list[DiffLine]:
        """Both bodies as one text with signs. Takes time with the size of the bodies; all else in here does not."""
        text = self._shown.text
        return [
            msgspec.structs.replace(line, text=text(line.text), old=text(line.old), new=text(line.new))
            for line in body_lines(self.old.body, self.new.body)
        ]


def compare_event(old: Config, new: Config, event: Event, before: Event | None = None) -> EventComparison:
    """Compare what becomes of one event. `before` is the event as OLD got it, where its text was another one then."""
    comparison = Comparison(old, new, examples=0)
    change = comparison.add(event, before)
    shown = Shown(old, new)
    was = event if before is None else before
    if change is None:
        side = _side(Mapper(new), Mapper(new).decide(event.value), event.value, shown)
        return EventComparison(side, side, (), (), (), shown)
    result = comparison.result()
    edited = before is not None and before.value != event.value
    sides = _side(Mapper(old), change.old, was.value, shown), _side(Mapper(new), change.new, event.value, shown)
    return EventComparison(
        *sides,
        change.kinds,
        tuple(_sentences(change, sides, result, shown, edited=edited)),
        _causes(result),
        shown,
    )


def _side(mapper: Mapper, decision: Decision, event: JSONObject, shown: Shown) -> Side:
    body = decision.body if decision.verdict == "send" else ABSENT
    return Side(decision.verdict, mapper.fate(decision), shown.text(reason(decision, event).message), body)


def _causes(result: ComparisonResult) -> tuple[SettingChange, ...]:
    certain = tuple(
        item for item in result.settings if item.events or (item.events is None and item.path.startswith(_UNIT_MAPPING))
    )
    return certain or tuple(item for item in result.settings if item.events is None)


def _sentences(
    change: Change, sides: tuple[Side, Side], result: ComparisonResult, shown: Shown, *, edited: bool
) -> Iterator[Sentence]:
    old, new = change.old.verdict, change.new.verdict
    if old != new:
        if old == "send":
            yield Sentence("It is no longer sent.", "bad")
        elif new == "send":
            yield Sentence("It is sent, and was not.", "good")
        else:
            yield Sentence(f"It becomes {new}, and was {old}: nothing is sent either way.", "warning")
    elif "reason" in change.kinds:
        yield Sentence(f"The verdict stays {new}, for another reason.", "warning")
    fates = sides[0].fate, sides[1].fate
    if new == "send" and fates[0] != fates[1]:
        yield Sentence(f"Fate: {fates[0]} → {fates[1]}.", move_tone(*fates))
    yield from map(_goal, result.goals.changes)
    for unit in result.units:
        what = "in another order" if unit.kind == "order" else f"it {unit_words(unit, one=True)}"
        yield Sentence(f"Units: {what}.", "good" if unit.kind == "gained" else "warning")
    if "body" in change.kinds:
        yield Sentence(_elsewhere(change, shown), "warning")
    if old == new == "send":
        for frame in result.frame:
            what = frame.name if frame.name == "URL" else f"Header {frame.name}"
            yield Sentence(
                f"{what}: {shortened(frame.old or 'none', _NAME)} → {shortened(frame.new or 'none', _NAME)}.", "warning"
            )
    if edited:
        yield Sentence("Its own text was edited since.", "dim")


def _goal(item: GoalChange) -> Sentence:
    old, new = (shortened(name or "", _NAME) for name in (item.old, item.new))
    match item.kind:
        case "renamed":
            return Sentence(f'Its goal is "{new}", and was "{old}".', "warning")
        case "gained":
            return Sentence(f'It gains the goal "{new}".', "good")
        case _:
            return Sentence(f'It loses the goal "{old}".', "bad")


def _elsewhere(change: Change, shown: Shown) -> str:
    """Where in the body something differs that is neither a unit nor the goal's name."""
    paths = [
        item.path
        for item in field_changes(change.old.body, change.new.body)
        if not item.path.startswith("$.units") and item.path != _GOAL_NAME
    ]
    more = len(paths) - _MOST_PATHS
    named = ", ".join(shown.text(path) for path in paths[:_MOST_PATHS])
    return f"The body differs at {named}{f' and {more:,} more' if more > 0 else ''}."
