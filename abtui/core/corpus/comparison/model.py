"""What came of comparing two configs, as values; also the JSON form of `abtui diff` (keys in camelCase).

Texts are as they were found, but for API keys, which are masked, and halves of characters, which are escaped. A name of
over 200 characters is cut, and so is a value of over 300. Lists of counts have the most frequent first.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from abtui.core.destination import Decision
from abtui.core.outcomes import Fate, Verdict
from abtui.core.report import FieldChange

ChangeClass = Literal["verdict", "fate", "reason", "goal", "units", "body", "request", "findings"]
CLASSES: tuple[ChangeClass, ...] = ("verdict", "fate", "reason", "goal", "units", "body", "request", "findings")
"""How an event can change; one event can in several ways.

- `verdict`: it is another one.
- `fate`: what becomes of it is another thing, which a catalog, too, can do. Each other verdict but one is another fate.
- `reason`: the verdict is the same, its code is another one.
- `goal`: the one goal it sends has another name (renamed), or only NEW (gained) or only OLD (lost) sends it as a goal. What
  an exposure carries is part of the exposure and no goal of its own.
- `units`: both send it, and the units differ.
- `body`: both send it, and something else in the body differs than the units and the goal's name.
- `request`: both send it with equal bodies, but to another address or with other headers.
- `findings`: other codes of findings, or another number of them. Only where findings are compared.
"""
SettingKind = Literal["added", "removed", "changed", "order"]
GoalKind = Literal["renamed", "gained", "lost"]
UnitKind = Literal["renamed", "uid", "gained", "lost", "order"]


def class_of(kind: str) -> str:
    """The class a kind of change belongs to: its first word."""
    return kind.partition(" ")[0]


class Change(msgspec.Struct, frozen=True):
    """One event that changes, and both decisions.

    `kinds` are finer than `CLASSES`, whose name is their first word: `verdict send -> drop`, `fate arrives -> ignored`, `goal lost`, `units renamed`.
    """

    kinds: tuple[str, ...]
    old: Decision
    new: Decision


class SettingChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the config that differs, by its key path (`settings.goalMapping["Order Completed"]`).

    `old` and `new` are None where the entry is not there. `order`: the same entries of a mapping in another order. Lines
    are 1-based; `line` is NEW's, of the section where the entry is gone. `effect` says what it does to the events, and
    `events` how many of them change by it; None where that cannot be told of this entry alone. An event that only one
    config sends is told of what stops it under the other, not of what its goal, units or request would be there.
    """

    path: str
    kind: SettingKind
    old: str | None
    new: str | None
    old_line: int | None
    line: int | None
    effect: str = ""
    events: int | None = None


class ClassCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many events change in one way (see `CLASSES`)."""

    name: ChangeClass
    events: int


class ReasonChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Events by the change of their verdict, or of its reason alone."""

    old_verdict: Verdict
    old_reason: str
    new_verdict: Verdict
    new_reason: str
    events: int


class GoalChange(msgspec.Struct, frozen=True, rename="camel"):
    """Events whose goal was renamed, gained (`old` is None) or lost (`new` is None). A name that is no text is written as JSON."""

    kind: GoalKind
    old: str | None
    new: str | None
    events: int


class Goals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Goals: events that send the same one under both configs, and the changes. `uncounted` changes are of further names, beyond the first 10,000."""

    same: int
    changes: tuple[GoalChange, ...]
    uncounted: int = 0


class UnitChange(msgspec.Struct, frozen=True, rename="camel"):
    """Events, sent under both configs, by the change of a unit; `old` and `new` are unit types.

    `renamed`: the same id under another type; `uid`: another id under the same type; `gained`, `lost`: a unit of that type;
    `order`: the same units in another order (both None).
    """

    kind: UnitKind
    old: str | None
    new: str | None
    events: int


class FrameChange(msgspec.Struct, frozen=True, rename="camel"):
    """What differs around the body of every request: `URL` or a header's name, and both values, None where there is none."""

    name: str
    old: str | None
    new: str | None


class FindingChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Events that gained and lost findings of a code: more or fewer of them under NEW than under OLD."""

    code: str
    gained: int
    lost: int


class Example(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One event that changes, field by field: `verdict`, `fate`, `reason`, `URL`, `header <name>`, `findings`, and the body's paths from `$`."""

    source: str
    type: str | None
    name: str | None
    message_id: str | None
    kinds: tuple[str, ...]
    changes: tuple[FieldChange, ...]


class ComparisonResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All of it. `changed + unchanged = events`, and the cells of `verdicts` (old verdict -> new verdict -> events) sum to `events`,
    as do those of `fates`.

    `classes` has every class that was looked for, also with 0 events; an event counts once in each class it is in.
    `unreadable` counts pieces of text that are no event, `unread` inputs (files, folders) that could not be read in full. `findings` is None where findings were not compared.
    """

    old: str
    new: str
    events: int
    changed: int
    unchanged: int
    unreadable: int
    unread: int
    settings: tuple[SettingChange, ...]
    classes: tuple[ClassCount, ...]
    verdicts: dict[Verdict, dict[Verdict, int]]
    fates: dict[Fate, dict[Fate, int]]
    reasons: tuple[ReasonChange, ...]
    goals: Goals
    units: tuple[UnitChange, ...]
    frame: tuple[FrameChange, ...]
    findings: tuple[FindingChange, ...] | None
    examples: tuple[Example, ...]

    @property
    def whole(self) -> bool:
        """Whether everything that was to be compared could be read."""
        return not (self.unreadable or self.unread)

    def count(self, name: ChangeClass) -> int:
        """How many events change in one way."""
        return next((item.events for item in self.classes if item.name == name), 0)
