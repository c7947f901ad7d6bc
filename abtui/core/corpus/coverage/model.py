"""What `abtui check` found, as values; also its JSON form (keys in camelCase)."""

from __future__ import annotations

import msgspec

from abtui.core.findings import Severity
from abtui.core.outcomes import Fate, Verdict


class Place(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a finding was met. `source` is the event's, or the config's name; `line` and `column` are 1-based, in the source's text."""

    source: str
    message: str
    hint: str = ""
    event_path: str | None = None
    payload_path: str | None = None
    config_line: int | None = None
    line: int | None = None
    column: int | None = None


class FindingGroup(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All findings of one code: how many, and the first places. `title` is the rule's.

    `events` is how many events have it, which may be fewer, as an event may have it several times; 0 where it is not about
    single events.
    """

    code: str
    severity: Severity
    title: str
    count: int
    events: int
    places: tuple[Place, ...]


class TypeCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Events of one type by verdict and by fate."""

    type: str
    events: int
    verdicts: dict[Verdict, int]
    fates: dict[Fate, int]


class ReasonCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How often a verdict had one reason; `code` is a key of `destinations.reasons.REASONS`."""

    verdict: Verdict
    code: str
    count: int


class GoalCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How often a goal would be sent. `in_catalog` is None where the config has no catalog of goals."""

    name: str
    count: int
    in_catalog: bool | None


class UnitCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """In how many events a unit of a type was found. `identities` are the unitMapping keys that give it; none where only events bring it."""

    type: str
    count: int
    identities: tuple[str, ...]


class EntryUse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An entry of goalMapping or unitMapping and how many events used it. `line` is the config's, 1-based."""

    key: str
    value: str
    count: int
    line: int | None


class NameCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many track calls had a name that goalMapping has no entry for, and the source of the first.

    `in_catalog`: whether the catalog has a goal of this name; None where the config has no catalog of goals.
    """

    name: str
    count: int
    source: str
    in_catalog: bool | None


class SegmentView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Events that Segment would show as Success, and what really becomes of them.

    `nothing_sent` counts those that send nothing, by the code of their reason. `refused` and `ignored` are the fates of what
    is sent; the rest arrives or is accepted.
    """

    success: int
    nothing_sent: dict[str, int]
    refused: int
    ignored: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the events use of a config, and what becomes of them.

    `events` is how many there were, `fates` what becomes of them, `unit_events` those of them that send something or would, had they a unit: the whole of which `units` are parts.
    `exposure_goals` counts goals inside exposures, which are published past the mapping and are none of `goals`.
    `uncounted` tells how many names, goals, types and units were left out after the first 10,000 different ones.
    """

    events: int
    fates: dict[Fate, int]
    types: tuple[TypeCount, ...]
    reasons: tuple[ReasonCount, ...]
    segment: SegmentView
    goals: tuple[GoalCount, ...]
    exposure_goals: int
    units: tuple[UnitCount, ...]
    unit_events: int
    goal_mapping: tuple[EntryUse, ...]
    unit_mapping: tuple[EntryUse, ...]
    names_without_entry: tuple[NameCount, ...]
    uncounted: int = 0


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All of it. `events` counts the events that were read, `unreadable` the pieces that are none, `not_events` the JSON objects
    that were read and have no type of an event.

    `usable`: the config could be used. `unread` counts files that could not be read, or not to their end. `coverage` is None
    where there was no event, or no config that could be used. `empty`: there is no event where some were expected. `failed`
    also where one of these is so.
    """

    config: str
    failed: bool
    usable: bool
    events: int
    unreadable: int
    not_events: int
    unread: int
    empty: bool
    findings: tuple[FindingGroup, ...]
    coverage: Coverage | None = None
