"""The result of comparing two configs, as values and as the JSON of `abtui diff` (keys in camelCase).

Texts are whole, except that API keys are masked, lone surrogates are escaped, and a value longer than an event may be is
cut. Lists of counts have the most frequent first.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from abtui.core.destination import Decision
from abtui.core.outcomes import Fate, Verdict
from abtui.core.report import FieldChange

ChangeClass = Literal["verdict", "fate", "reason", "goal", "units", "body", "request", "findings"]
CLASSES: tuple[ChangeClass, ...] = ("verdict", "fate", "reason", "goal", "units", "body", "request", "findings")
"""The ways in which an event can change. One event can change in several.

- `verdict`: the verdict differs.
- `fate`: the fate differs. A catalog alone can change it; another verdict nearly always does.
- `reason`: the verdict is the same, the code of its reason differs.
- `goal`: the event's one goal has another name (renamed), or only NEW (gained) or only OLD (lost) sends it. Goals inside an
  exposure belong to the exposure.
- `units`: both configs send the event, and the units differ.
- `body`: both send it, and a part of the body other than the units and the goal's name differs.
- `request`: both send it with equal bodies, but to another address or with other headers.
- `findings`: the codes of its findings, or their number, differ. Only where findings are compared.
"""
SettingKind = Literal["added", "removed", "changed", "order"]
GoalKind = Literal["renamed", "gained", "lost"]
UnitKind = Literal["renamed", "uid", "gained", "lost", "order"]
URL: Final = "URL"
"""The name of the address among the differences around a body."""


def class_of(kind: str) -> str:
    """The class that a kind of change belongs to: its first word."""
    return kind.partition(" ")[0]


class Change(msgspec.Struct, frozen=True):
    """An event that changes, with both decisions.

    `kinds` are finer than `CLASSES` and start with the class: `verdict send -> drop`, `fate arrives -> ignored`, `goal lost`,
    `units renamed`.
    """

    kinds: tuple[str, ...]
    old: Decision
    new: Decision


class SettingChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One entry of the config that differs, by its key path (`settings.environment`).

    `old` and `new` are None where a config does not have the entry. `order`: a map has the same entries in another order.
    Lines are 1-based; `line` is NEW's, or that of the section if the entry was removed. `effect` says what the difference
    does to the events, and `events` how many of them change because of it; None where this entry's share is not known. An
    event that only one config sends counts for the setting that stops it, and not for those that decide about its goal,
    units or request.
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
    """The number of events that change in one way (see `CLASSES`)."""

    name: ChangeClass
    events: int


class ReasonChange(msgspec.Struct, frozen=True, rename="camel"):
    """The number of events with one change of their verdict, or of its reason alone."""

    old_verdict: Verdict
    old_reason: str
    new_verdict: Verdict
    new_reason: str
    events: int


class GoalChange(msgspec.Struct, frozen=True, rename="camel"):
    """The number of events whose goal was renamed, gained (`old` is None) or lost (`new` is None). A name that is no text is written as JSON."""

    kind: GoalKind
    old: str | None
    new: str | None
    events: int


class Goals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`same` events send the same goal under both configs. `uncounted` changes are those of further names, beyond 10,000."""

    same: int
    changes: tuple[GoalChange, ...]
    uncounted: int = 0


class UnitChange(msgspec.Struct, frozen=True, rename="camel"):
    """The number of events, sent under both configs, with one change of a unit. `old` and `new` are unit types.

    `renamed`: the same id under another type; `uid`: another id under the same type; `gained`, `lost`: a unit of that type;
    `order`: the same units in another order (both None).
    """

    kind: UnitKind
    old: str | None
    new: str | None
    events: int


class FrameChange(msgspec.Struct, frozen=True, rename="camel"):
    """A difference around the body of every request: `URL` or a header's name, and both values, None where there is none."""

    name: str
    old: str | None
    new: str | None

    @property
    def field(self) -> str:
        """`URL`, or `header <name>`."""
        return self.name if self.name == URL else f"header {self.name}"


class FindingChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The numbers of events that have more (gained) and fewer (lost) findings of a code under NEW than under OLD."""

    code: str
    gained: int
    lost: int


class Example(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event that changes, field by field: `verdict`, `fate`, `reason`, `URL`, `header <name>`, `findings`, and paths into the body from `$`."""

    source: str
    type: str | None
    name: str | None
    message_id: str | None
    kinds: tuple[str, ...]
    changes: tuple[FieldChange, ...]


class CrossingTime(msgspec.Struct, frozen=True):
    """The number of events whose time differs by a span: `under a second`."""

    by: str
    events: int


class Crossing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How events fare at two different destinations.

    `sent_twice` events are sent by both, and so twice if both are connected; `lost` are those of which a request arrives or is accepted with OLD
    alone, `new` with NEW alone; `neither` are all others that not both send. Of those that both send, `same` have the same goal, units, properties, time and headers, and the
    others differ in one or more of these. `publishedAt` and `historic`, in which the destinations always differ, do not count.
    """

    same: int
    sent_twice: int
    lost: int
    new: int
    other_goal: int
    other_units: int
    other_properties: int
    other_time: int
    other_headers: int
    neither: int
    times: tuple[CrossingTime, ...]


class ComparisonResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The whole result. `changed + unchanged = events`; the cells of `verdicts` (old verdict -> new verdict -> events) and those
    of `fates` sum to `events`.

    `classes` has each class that was compared, also with 0 events; an event counts once in each class it is in. `unreadable`
    counts pieces of text that are no event, `unread` inputs (files, folders) that could not be read in full. `findings` is
    None where findings were not compared, `crossing` where both configs are of one destination. `uncounted_units` changes are
    those of further types of units, beyond 10,000.
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
    crossing: Crossing | None = None
    uncounted_units: int = 0

    @property
    def whole(self) -> bool:
        """Whether all inputs could be read in full."""
        return not (self.unreadable or self.unread)

    def count(self, name: ChangeClass) -> int:
        """The number of events that change in one way."""
        return next((item.events for item in self.classes if item.name == name), 0)
