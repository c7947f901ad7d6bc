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
    """`field:value`, with quotes where they are needed. A quote in the value becomes a wildcard: the language has no escape."""
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
    note = f"{_sees_new(field)} events that had {', '.join(others)} before are shown as well."
    return Filter(f"{field}:{new} change:{field}", note if others else "")


def _sees_new(what: str) -> str:
    return f"The filter sees the new {what} only:"


def reason_filter(result: ComparisonResult, item: ReasonChange) -> Filter:
    """The events whose verdict or reason changed in one way."""
    same = item.old_verdict == item.new_verdict
    shared = sum(
        other.new_reason == item.new_reason and (other.old_verdict == other.new_verdict) == same
        for other in result.reasons
    )
    note = f"{_sees_new('reason')} events that had another one before are shown as well."
    query = f"change:{'reason' if same else 'verdict'} {term('reason', item.new_reason)}"
    return Filter(query, note if shared > 1 else "")


def goal_filter(result: ComparisonResult, item: GoalChange) -> Filter:
    """The events whose goal changed in one way."""
    changes = result.goals.changes
    if item.new is None:
        lost = sum(other.kind == "lost" for other in changes)
        note = f"{_sees_new('goal')} all events that lost theirs are shown."
        return Filter("change:goal -goal:?*", note if lost > 1 else "")
    # The filter finds a goal by a part of its name.
    alike = sum(other.new is not None and item.new.casefold() in other.new.casefold() for other in changes)
    note = f"{_sees_new('goal')} all events that changed to a goal with such a name are shown."
    return Filter(f"change:goal {term('goal', item.new)}", note if alike > 1 else "")


def unit_filter(result: ComparisonResult, _item: UnitChange) -> Filter:
    """The events whose units changed."""
    note = "The filter does not distinguish units: all events with other units are shown."
    return Filter("change:units", note if len(result.units) > 1 else "")


def setting_filter(item: SettingChange) -> Filter | None:
    """The events that a setting changes; None where it changes none that are compared."""
    path = parse_path(f"$.{item.path}")
    if item.events == 0 or path[0] in ("check", "targets"):
        return None
    setting = setting_at(path)
    if setting is not None and setting.keys == "names" and len(path) == len(("settings", setting.name, "key")):
        return Filter(f"{CHANGED} type:track {term('name', str(path[-1]))}")
    query = "change:fate" if path[0] == "catalog" else CHANGED if setting is None else setting.query
    return Filter(query, "The filter does not distinguish settings: events that others change may be shown as well.")
