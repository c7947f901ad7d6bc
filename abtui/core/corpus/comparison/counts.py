"""The events that change, counted in each way they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from itertools import starmap
from typing import Any, ClassVar, Final

from abtui.core.contract import is_valid
from abtui.core.corpus.comparison.fields import UnitDifference, other_parts_differ, unit_differences, units_of
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.model import FindingChange, GoalChange, GoalKind, ReasonChange, UnitChange, UnitKind
from abtui.core.corpus.comparison.several import pairs, sends
from abtui.core.corpus.effect import ChangeCounts, NameEffect
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.tally import Tally, count
from abtui.core.destination import Decision
from abtui.core.destinations import REASONS
from abtui.core.events import Event
from abtui.core.fate import FATES, judge_alike
from abtui.core.outcomes import VERDICTS, Fate
from abtui.core.report import FieldChange
from abtui.core.text.javascript import stringify

Kinds = tuple[str, ...]
"""The ways one event changes; see `model.Change`."""

_VERDICT_KINDS: Final = {(old, new): f"verdict {old} -> {new}" for old in VERDICTS for new in VERDICTS}
FATE_KINDS: Final = {(old, new): f"fate {old} -> {new}" for old in FATES for new in FATES}
_GOAL_KINDS: Final[dict[GoalKind, str]] = {"renamed": "goal renamed", "gained": "goal gained", "lost": "goal lost"}
_UNIT_KINDS: Final[dict[UnitKind, str]] = {
    "renamed": "units renamed",
    "uid": "units with another id",
    "gained": "units gained",
    "lost": "units lost",
    "order": "units in another order",
}


def goal_of(decision: Decision) -> str | None:
    """The name of the goal a decision sends, as text (`(no name)` without one), or None where it sends none."""
    if decision.verdict != "send" or not REASONS[decision.code].goal:
        return None
    name = decision.goal
    if type(name) is str:
        return name
    return stringify(name).decode() if "name" in decision.body["goals"][0] else "(no name)"


class Counts(ChangeCounts):
    """Counts of what changes. Goals and units are counted by name up to a limit; of everything else there are few.

    `names` are those whose entry differs in a map of names, `mask` hides keys.
    """

    counted: ClassVar[tuple[str, ...]] = (*ChangeCounts.counted, "goals", "goal_kinds", "units")

    def __init__(self, new: Mapper, names: Set[str], mask: KeyMask) -> None:
        super().__init__()
        self._name_key = new.destination.name_key
        self._names, self._mask = names, mask
        self.goals: Tally[tuple[GoalKind, str | None, str | None]] = Tally()
        self.goal_kinds: Counter[GoalKind] = Counter()
        self.units: Tally[UnitDifference] = Tally()

    def add(self, event: dict[str, Any], old: Decision, new: Decision, times: int = 1) -> Kinds:
        """Count an event about which the decisions may differ. Returns the ways in which it changes; none if it does not.

        With negative `times` an event that was counted before is removed from the counts.
        """
        kinds: list[str] = []
        recoded = (old.verdict, old.code) != (new.verdict, new.code)
        if recoded:
            kinds.append("reason" if old.verdict == new.verdict else _VERDICT_KINDS[old.verdict, new.verdict])
            count(self.reasons, (old.verdict, old.code, new.verdict, new.code), times)
        if old.results or new.results:
            return self._add_results(old, new, kinds, times)
        renamed = False
        if recoded or old.goal != new.goal:
            left, right = goal_of(old), goal_of(new)
            renamed = self._add_goal(left, right, kinds, times)
            if renamed:
                count(self.renamed, new.code, times)
            if self._names and not (left is None and right is None):
                name = self._name_key(event)
                if name is not None and name in self._names:
                    one_side = left is None or right is None
                    effect: NameEffect = "one side" if one_side else "kept" if left == right else "renamed"
                    count(self.by_name, (name, effect), times)
        self._add_sent(old, new, renamed, kinds, times)
        return tuple(kinds)

    def _add_results(self, old: Decision, new: Decision, kinds: list[str], times: int) -> Kinds:
        """Count each request of an event about which several mappings decide, by its mapping."""
        for mapping, left, right in pairs(old, new):
            if left == right:
                continue
            if mapping:
                count(self.by_mapping, mapping, times)
            found: list[str] = []
            was, now = (None if of is None else goal_of(of) for of in (left, right))
            renamed = self._add_goal(was, now, found, times)
            if left is not None and right is not None:
                self._add_sent(left, right, renamed, found, times)
            kinds += found or ([] if "reason" in kinds or sends(left) != sends(right) else ["reason"])
        return tuple(dict.fromkeys(kinds))

    def _add_goal(self, old: str | None, new: str | None, kinds: list[str], times: int) -> bool:
        """Count another goal of a request, and return whether it only has another name."""
        if old == new:
            return False
        kind: GoalKind = "gained" if old is None else "lost" if new is None else "renamed"
        count(self.goal_kinds, kind, times)
        self.goals.add((kind, old, new), times)
        kinds.append(_GOAL_KINDS[kind])
        return kind == "renamed"

    def _add_sent(self, old: Decision, new: Decision, renamed: bool, kinds: list[str], times: int) -> None:
        """Count what differs in a request that is sent both times."""
        if old.verdict == new.verdict == "send":
            if old.body is not new.body:
                self._add_bodies(old.body, new.body, renamed, kinds, times)
            if old.headers != new.headers and old.body == new.body:
                kinds.append("request")

    def _add_bodies(self, old: Any, new: Any, renamed: bool, kinds: list[str], times: int) -> None:
        if not (isinstance(old, dict) and isinstance(new, dict)):
            if old != new:
                kinds.append("body")
            return
        others = other_parts_differ(old, new, renamed=renamed)
        if old.get("units") != new.get("units"):
            left, right = units_of(old), units_of(new)
            if left is None or right is None:
                others = True
            else:
                self.other_units += times
                for difference in unit_differences(left, right):
                    self.units.add(difference, times)
                    if (kind := _UNIT_KINDS[difference[0]]) not in kinds:
                        kinds.append(kind)
        if others:
            kinds.append("body")

    def reason_changes(self) -> tuple[ReasonChange, ...]:
        """Verdicts and reasons that changed."""
        ranked = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return tuple(ReasonChange(*pair, events) for pair, events in ranked)

    def goal_changes(self) -> tuple[GoalChange, ...]:
        """Goals that changed."""
        return tuple(starmap(GoalChange, self._ranked(self.goals.counts)))

    def unit_changes(self) -> tuple[UnitChange, ...]:
        """Units that changed."""
        return tuple(starmap(UnitChange, self._ranked(self.units.counts)))

    def _ranked(self, changes: Mapping[Any, int]) -> Iterator[tuple[Any, str | None, str | None, int]]:
        """Kind, names with keys masked, and count of each change, the most frequent first."""
        for change in sorted(changes, key=lambda item: (-changes[item], item[0], item[1] or "", item[2] or "")):
            kind, old, new = change
            yield (kind, *self._mask.names(old, new), changes[change])


class FateCounts(Fold):
    """Counts events by their fate under OLD and under NEW. Where catalogs differ, a fate can change though the request does not."""

    counted: ClassVar[tuple[str, ...]] = ("alone", "decided", "_moves")

    def __init__(self, old: Mapper, new: Mapper) -> None:
        self.alike = judge_alike(old.config, new.config)
        """Whether both configs give an event the same fate when they decide the same about it."""
        self.alone = 0
        """Events whose fate changes although both configs decide the same, because of the catalogs or the headers."""
        self.decided = 0
        """Events about which the configs decide differently."""
        self._old, self._new = old, new
        self._several = old.destination.several or new.destination.several
        self._moves: Counter[tuple[Fate, Fate]] = Counter()

    def add(self, old: Decision, new: Decision, *, same: bool, times: int = 1) -> tuple[Fate, Fate]:
        """Count an event, or with negative `times` remove it. Returns both its fates. `same`: the decisions are equal."""
        if self._several or not same:
            before, after = self._old.fate(old), self._new.fate(new)
        else:
            valid = old.verdict == "send" and is_valid(old.body)
            before = after = self._old.forecast.fate(old, valid=valid)
            if not self.alike:
                after = self._new.forecast.fate(new, valid=valid)
        fates = before, after
        self._moves[fates] += times
        self.decided += 0 if same else times
        self.alone += times if same and before != after else 0
        return fates

    def of(self, old: Decision, new: Decision) -> tuple[Fate, Fate]:
        """Both fates of an event."""
        return self._old.fate(old), self._new.fate(new)

    def matrix(self) -> dict[Fate, dict[Fate, int]]:
        """Old fate -> new fate -> events."""
        return {old: {new: self._moves[old, new] for new in FATES} for old in FATES}


class FindingCounts(Fold):
    """Counts the events that gain and lose findings, by code."""

    counted: ClassVar[tuple[str, ...]] = ("_gained", "_lost")

    def __init__(self, old: Mapper, new: Mapper) -> None:
        self._mappers = old, new
        self._gained: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def add(self, event: Event, before: Event) -> FieldChange | None:
        """Count an event, which was `before` under OLD. Returns its codes under both configs where they differ."""
        old, new = (
            Counter(item.code for item in mapper.outcome(of).findings)
            for of, mapper in zip((before, event), self._mappers, strict=True)
        )
        if old == new:
            return None
        self._gained.update((new - old).keys())
        self._lost.update((old - new).keys())
        left, right = (", ".join(sorted(codes.elements())) or None for codes in (old, new))
        return FieldChange("findings", left, right)

    def changes(self) -> tuple[FindingChange, ...]:
        """The findings gained and lost so far."""
        found = [
            FindingChange(code=code, gained=self._gained[code], lost=self._lost[code])
            for code in self._gained.keys() | self._lost.keys()
        ]
        return tuple(sorted(found, key=lambda item: (-item.gained - item.lost, item.code)))
