"""One event under two configs: both decisions, what changes in words, and which settings do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.crossing import shift_of
from abtui.core.corpus.comparison.fields import field_changes
from abtui.core.corpus.comparison.lines import DiffLine, body_lines
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.model import Change, ComparisonResult, GoalChange, SettingChange
from abtui.core.corpus.comparison.report import move_tone
from abtui.core.corpus.comparison.settings import setting_text
from abtui.core.corpus.comparison.several import bodies_of, pairs, sends
from abtui.core.corpus.comparison.summary import unit_words
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decision
from abtui.core.destinations import reason
from abtui.core.events import Event
from abtui.core.outcomes import Fate, Verdict
from abtui.core.report import Sentence
from abtui.core.report.shape import shortened
from abtui.core.text.plain import listed

_MOST_PATHS: Final = 4
_NAME: Final = 200
_GOAL_NAME: Final = "$.goals[0].name"


class ConfigOutcome(msgspec.Struct, frozen=True):
    """The outcome of the event under one config. `reason` is a sentence, `body` is ABSENT where nothing is sent."""

    verdict: Verdict
    fate: Fate
    reason: str
    body: Any


class EventComparison(msgspec.Struct, frozen=True):
    """`kinds` are the ways the event changes (see `Change`), none where it does not. Keys are masked in all texts.

    `sentences` say what changes. `causes` are the settings that are known to change it, or, where no single one is known, all
    that may.
    """

    old: ConfigOutcome
    new: ConfigOutcome
    kinds: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    causes: tuple[SettingChange, ...]
    _mask: KeyMask

    def lines(self) -> list[DiffLine]:
        """Both bodies as one text with signs. The time this takes grows with the bodies; nothing else here does."""
        text = self._mask.text
        return [
            msgspec.structs.replace(line, text=text(line.text), old=text(line.old), new=text(line.new))
            for line in body_lines(self.old.body, self.new.body)
        ]


def compare_event(old: Config, new: Config, event: Event, before: Event | None = None) -> EventComparison:
    """Compare the outcomes of one event. `before` is the event that OLD got, where its text was another one then."""
    comparison = Comparison(old, new, examples=0)
    change, mask = comparison.add(event, before), comparison.mask
    left, right = comparison.mappers
    if change is None:
        decision = right.decide(event.value)
        outcome = _outcome(right, decision, event, mask)
        if comparison.crossing is None:
            return EventComparison(outcome, outcome, (), (), (), mask)
        before_it = left.decide((before or event).value)
        twice = tuple(_crossing(before_it, decision))
        return EventComparison(_outcome(left, before_it, event, mask), outcome, (), twice, (), mask)
    result = comparison.result()
    outcomes = _outcome(left, change.old, before or event, mask), _outcome(right, change.new, event, mask)
    edited = before is not None and before.value != event.value
    sentences = tuple(_sentences(change, outcomes, result, mask, edited=edited))
    return EventComparison(*outcomes, change.kinds, sentences, _causes(comparison, result), mask)


def _outcome(mapper: Mapper, decision: Decision, event: Event, mask: KeyMask) -> ConfigOutcome:
    body = bodies_of(decision)
    sentence = mask.text(reason(decision, event.value).message)
    return ConfigOutcome(decision.verdict, mapper.fate(decision), sentence, body)


def _causes(comparison: Comparison, result: ComparisonResult) -> tuple[SettingChange, ...]:
    found = comparison.moves()
    paths = {cause.path for move in (*found.moves, *found.changed) for cause in move.causes}
    texts = {setting_text(path, comparison.mask) for path in paths}
    return tuple(item for item in result.settings if item.path in texts)


def _sentences(
    change: Change,
    outcomes: tuple[ConfigOutcome, ConfigOutcome],
    result: ComparisonResult,
    mask: KeyMask,
    *,
    edited: bool,
) -> Iterator[Sentence]:
    old, new = change.old.verdict, change.new.verdict
    if old != new:
        if sends(change.old) and not sends(change.new):
            yield Sentence("It is no longer sent.", "bad")
        elif sends(change.new) and not sends(change.old):
            yield Sentence("It is sent, and was not.", "good")
        elif sends(change.new):
            yield Sentence(f"It becomes {new}, and was {old}.", "warning")
        else:
            yield Sentence(f"It becomes {new}, and was {old}: nothing is sent either way.", "warning")
    elif "reason" in change.kinds:
        yield Sentence(f"The verdict stays {new}, for another reason.", "warning")
    fates = outcomes[0].fate, outcomes[1].fate
    if sends(change.new) and fates[0] != fates[1]:
        yield Sentence(f"Fate: {fates[0]} → {fates[1]}.", move_tone(*fates))
    yield from map(_goal, result.goals.changes)
    for unit in result.units:
        what = "in another order" if unit.kind == "order" else f"it {unit_words(unit, one=True)}"
        yield Sentence(f"Units: {what}.", "good" if unit.kind == "gained" else "warning")
    if "body" in change.kinds:
        yield Sentence(_elsewhere(change, mask), "warning")
    if sends(change.old) and sends(change.new):
        for frame in result.frame:
            left, right = (shortened(text or "none", _NAME) for text in (frame.old, frame.new))
            yield Sentence(f"{frame.field[:1].upper()}{frame.field[1:]}: {left} → {right}.", "warning")
    if result.crossing is not None:
        yield from _crossing(change.old, change.new)
    if edited:
        yield Sentence("Its own text was edited since.", "dim")


def _crossing(old: Decision, new: Decision) -> Iterator[Sentence]:
    """That two destinations both send the event, and by how much its time differs."""
    if not (sends(old) and sends(new)):
        return
    yield Sentence("Both destinations send it: connected together, they send it twice.", "warning")
    for shift in map(shift_of, pairs(old, new)):
        if shift is None:
            yield Sentence("Its time is missing at one of them.", "warning")
        elif shift:
            later = "later" if shift > 0 else "earlier"
            yield Sentence(f"Its time is {abs(shift) / 1000:,.3f} s {later}.", "warning")


def _goal(item: GoalChange) -> Sentence:
    old, new = (shortened(name or "", _NAME) for name in (item.old, item.new))
    match item.kind:
        case "renamed":
            return Sentence(f'Its goal is "{new}", and was "{old}".', "warning")
        case "gained":
            return Sentence(f'It gains the goal "{new}".', "good")
        case _:
            return Sentence(f'It loses the goal "{old}".', "bad")


def _elsewhere(change: Change, mask: KeyMask) -> str:
    """A sentence with the places of the body that differ, apart from the units and the goal's name."""
    in_units = any(kind.startswith("units") for kind in change.kinds)
    paths = [
        item.path
        for item in field_changes(bodies_of(change.old), bodies_of(change.new))
        if not (in_units and item.path.startswith("$.units")) and item.path != _GOAL_NAME
    ]
    return f"The body differs at {mask.text(listed(paths, _MOST_PATHS))}."
