"""The events that change, counted in each way they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import Any, Final, Literal

from abtui.core.corpus.comparison.bodies import UnitDifference, goal_of, other_parts_differ, unit_differences
from abtui.core.corpus.comparison.masking import Shown, another
from abtui.core.corpus.comparison.model import GoalChange, GoalKind, ReasonChange, UnitChange, UnitKind
from abtui.core.corpus.tally import Tally, count
from abtui.core.destination import Decision
from abtui.core.outcomes import VERDICTS, Verdict
from abtui.core.text.javascript import to_string

Kinds = tuple[str, ...]
"""The ways one event changes; see `model.Change`."""
ReasonPair = tuple[Verdict, str, Verdict, str]
"""Verdict and reason code under OLD and under NEW."""
KeyEffect = Literal["renamed", "kept", "one side"]
"""What becomes of a track call: both configs send its goal under another name, or under the same (with another reason), or
one of them sends nothing."""

_VERDICT_KINDS: Final = {(old, new): f"verdict {old} -> {new}" for old in VERDICTS for new in VERDICTS}
_GOAL_KINDS: Final[dict[GoalKind, str]] = {"renamed": "goal renamed", "gained": "goal gained", "lost": "goal lost"}
_UNIT_KINDS: Final[dict[UnitKind, str]] = {
    "renamed": "units renamed",
    "uid": "units with another id",
    "gained": "units gained",
    "lost": "units lost",
    "order": "units in another order",
}


class Counts:
    """Counts of what changes. Goals by name are told apart up to a limit; everything else there are few of.

    `keys` are those of the goalMapping entries that differ, and `shown` masks names.
    """

    def __init__(self, keys: Set[str], shown: Shown) -> None:
        self._keys, self._shown = keys, shown
        self.reasons: Counter[ReasonPair] = Counter()
        self.goals: Tally[tuple[GoalKind, str | None, str | None]] = Tally()
        self.goal_kinds: Counter[GoalKind] = Counter()
        self.renamed_by_code: Counter[str] = Counter()
        """Events whose goal is renamed, by the code of NEW's reason."""
        self.by_key: Counter[tuple[str, KeyEffect]] = Counter()
        """Track calls by the key that goalMapping is asked for, of the entries that differ."""
        self.units: Counter[UnitDifference] = Counter()

    def add(
        self, event: dict[str, Any], old: Decision, new: Decision, before: dict[str, Any], times: Literal[1, -1] = 1
    ) -> Kinds:
        """Count an event about which the decisions may differ; gives the ways in which it changes, none if they do not.

        `before` is the event that OLD decided about, mostly the same. With `times` -1 what was counted so is taken back.
        """
        kinds: list[str] = []
        recoded = old.code != new.code or old.verdict != new.verdict
        if recoded:
            kinds.append("reason" if old.verdict == new.verdict else _VERDICT_KINDS[old.verdict, new.verdict])
            codes = old.code, new.code
            count(self.reasons, (old.verdict, codes[0], new.verdict, codes[1]), times)
        renamed = False
        if recoded or old.goal != new.goal:
            left, right = goal_of(old), goal_of(new)
            if left != right:
                renamed = left is not None and right is not None
                kinds.append(self._add_goal(left, right, times))
                if renamed:
                    count(self.renamed_by_code, new.code, times)
            if self._keys and not (left is None and right is None) and event.get("type") == "track":
                self._add_by_key(event, left, right, times)
        if old.verdict == new.verdict == "send" and old.body is not new.body:
            self._add_bodies(old.body, new.body, renamed, kinds, times)
        return tuple(kinds)

    def _add_goal(self, old: str | None, new: str | None, times: Literal[1, -1]) -> str:
        kind: GoalKind = "gained" if old is None else "lost" if new is None else "renamed"
        count(self.goal_kinds, kind, times)
        if times > 0:
            self.goals.add((kind, old, new))
        else:
            self.goals.take_back((kind, old, new))
        return _GOAL_KINDS[kind]

    def _add_by_key(self, event: dict[str, Any], old: str | None, new: str | None, times: int) -> None:
        key = to_string(event["event"]) if "event" in event else "undefined"
        if key in self._keys:
            effect: KeyEffect = "one side" if old is None or new is None else "kept" if old == new else "renamed"
            count(self.by_key, (key, effect), times)

    def _add_bodies(self, old: Any, new: Any, renamed: bool, kinds: list[str], times: int) -> None:
        if not (isinstance(old, dict) and isinstance(new, dict)):
            if old != new:
                kinds.append("body")
            return
        if old.get("units") != new.get("units"):
            for difference in unit_differences(old["units"], new["units"]):
                count(self.units, difference, times)
                if (kind := _UNIT_KINDS[difference[0]]) not in kinds:
                    kinds.append(kind)
        if other_parts_differ(old, new, renamed=renamed):
            kinds.append("body")

    def reason_changes(self) -> tuple[ReasonChange, ...]:
        """Verdicts and reasons that changed."""
        return tuple(
            ReasonChange(
                old_verdict=old_verdict, old_reason=old, new_verdict=new_verdict, new_reason=new, events=events
            )
            for (old_verdict, old, new_verdict, new), events in sorted(
                self.reasons.items(), key=lambda item: (-item[1], item[0])
            )
        )

    def goal_changes(self) -> tuple[GoalChange, ...]:
        """Goals that changed."""
        found = []
        for (kind, old, new), events in sorted(self.goals.counts.items(), key=_most):
            left, right = self._texts(kind, old, new)
            found.append(GoalChange(kind=kind, old=left, new=right, events=events))
        return tuple(found)

    def unit_changes(self) -> tuple[UnitChange, ...]:
        """Units that changed."""
        found = []
        for (kind, old, new), events in sorted(self.units.items(), key=_most):
            left, right = self._texts(kind, old, new)
            found.append(UnitChange(kind=kind, old=left, new=right, events=events))
        return tuple(found)

    def _texts(self, kind: str, old: str | None, new: str | None) -> tuple[str | None, str | None]:
        left, right = (None if name is None else self._shown.text(name) for name in (old, new))
        return left, another(right) if kind == "renamed" and left == right else right


def _most(item: tuple[tuple[str, str | None, str | None], int]) -> tuple[int, str, str, str]:
    (kind, old, new), events = item
    return -events, kind, old or "", new or ""
