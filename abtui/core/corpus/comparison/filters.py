"""The events behind a number of a comparison, as a query (`corpus.query`).

The query language knows how an event is under NEW and in which classes it changes. Where a number distinguishes more than
that, the filter says so (`note`).
"""

from __future__ import annotations

import msgspec

from abtui.core.corpus.comparison.model import ComparisonResult, GoalChange, ReasonChange, SettingChange, UnitChange
from abtui.core.corpus.comparison.report import Matrix, Word
from abtui.core.destinations import setting_at
from abtui.core.outcomes import Fate, Verdict
from abtui.core.text.paths import parse_path

CHANGED = "is:changed"


class Filter(msgspec.Struct, frozen=True):
    """A filter query, and a caveat if the query shows more events than the number it stands for."""

    query: str
    note: str = ""


def term(field: str, value: str) -> str:
    """`field:value`, in quotes where it has to be. A quote in the value becomes a wildcard: the language has no escape."""
    plain = value and not any(character in value for character in ' \t\n,"')
    return f"{field}:{value}" if plain else f'{field}:"{value.replace(chr(34), "?")}"'


def verdict_filter(result: ComparisonResult, old: Verdict, new: Verdict) -> Filter:
    """The events of a cell of the verdict matrix."""
    return _cell_filter("verdict", result.verdicts, old, new)


def fate_filter(result: ComparisonResult, old: Fate, new: Fate) -> Filter:
    """The events of a cell of the matrix of fates."""
    return _cell_filter("fate", result.fates, old, new)


def _cell_filter(field: str, cells: Matrix[Word], old: Word, new: Word) -> Filter:
    if old == new:
        return Filter(f"{field}:{new} -change:{field}")
    others = [name for name in cells if name not in (old, new) and cells[name][new]]
    note = f"The filter knows the {field} of now: those that were {', '.join(others)} are among them." if others else ""
    return Filter(f"{field}:{new} change:{field}", note)


def reason_filter(result: ComparisonResult, item: ReasonChange) -> Filter:
    """The events whose verdict or reason changed in one way."""
    kind = "reason" if item.old_verdict == item.new_verdict else "verdict"
    shared = sum(
        1
        for other in result.reasons
        if other.new_reason == item.new_reason and (other.old_verdict == other.new_verdict) == (kind == "reason")
    )
    note = (
        "The filter knows the reason of now: events that had another one before are among them." if shared > 1 else ""
    )
    return Filter(f"change:{kind} {term('reason', item.new_reason)}", note)


def goal_filter(result: ComparisonResult, item: GoalChange) -> Filter:
    """The events whose goal changed in one way."""
    changes = result.goals.changes
    if item.new is None:
        lost = sum(1 for other in changes if other.kind == "lost")
        note = "The filter knows the goal of now: all events that lost theirs are among them." if lost > 1 else ""
        return Filter("change:goal -goal:?*", note)
    # A goal is looked for as a part of the name.
    alike = sum(1 for other in changes if other.new is not None and item.new.casefold() in other.new.casefold())
    note = "The filter knows the goal of now: all that came to such a name are among them." if alike > 1 else ""
    return Filter(f"change:goal {term('goal', item.new)}", note)


def unit_filter(result: ComparisonResult, _item: UnitChange) -> Filter:
    """The events whose units changed."""
    note = (
        "The filter does not tell units apart: all events with other units are shown." if len(result.units) > 1 else ""
    )
    return Filter("change:units", note)


def setting_filter(item: SettingChange) -> Filter | None:
    """The events that a setting changes; None where it changes none that are compared."""
    path = parse_path(f"$.{item.path}")
    if item.events == 0 or path[0] in ("check", "targets"):
        return None
    rough = "The filter cannot tell settings apart: other changes of these events may be among them."
    setting = setting_at(path)
    if setting is not None and setting.keys == "names" and len(path) == len(("settings", setting.name, "key")):
        return Filter(f"{CHANGED} type:track {term('name', str(path[-1]))}")
    return Filter("change:fate" if path[0] == "catalog" else CHANGED if setting is None else setting.query, rough)
