"""The result of `abtui check`, as values and as JSON (keys in camelCase)."""

from __future__ import annotations

from typing import Any

import msgspec

from abtui.core.destination import MapKeys
from abtui.core.findings import Severity
from abtui.core.outcomes import UNSUBSCRIBED, Fate, Verdict


class Place(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The place of a finding. `source` is the event's, or the config's name; `line` and `column` are 1-based, in the source's text."""

    source: str
    message: str
    hint: str = ""
    event_path: str | None = None
    payload_path: str | None = None
    config_line: int | None = None
    line: int | None = None
    column: int | None = None


class FindingGroup(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All findings of one code: their number, and the first places. `title` is the rule's.

    `events` is the number of events with this finding: fewer than `count` where one has it several times, and 0 where it is
    not about single events.
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
    """How often a verdict had one reason; `code` is a key of `destinations.REASONS`."""

    verdict: Verdict
    code: str
    count: int


class GoalCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How often a goal would be sent. `in_catalog` is None where the config has no catalog of goals."""

    name: str
    count: int
    in_catalog: bool | None


class UnitCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """In how many events a unit of a type was found. `identities` are the fields that a map gives this type; none where only events bring it."""

    type: str
    count: int
    identities: tuple[str, ...]


class EntryUse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An entry of a map in the settings, and how many events used it. `line` is the config's, 1-based."""

    key: str
    value: str
    count: int
    line: int | None


class MapUse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A map in the settings: the setting's name, what its keys are, and its entries in the config's order."""

    name: str
    keys: MapKeys
    entries: tuple[EntryUse, ...]


class MappingUse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one of several mappings did with the events, by its verdict. `line` is the config's, 1-based."""

    mapping: str
    verdicts: dict[Verdict, int]
    line: int | None

    @property
    def events(self) -> int:
        """The number of events that it is for."""
        return sum(count for verdict, count in self.verdicts.items() if verdict not in UNSUBSCRIBED)


class NameCount(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many events had a name without an entry in a map of names, and the source of the first.

    `in_catalog`: whether the catalog has a goal of this name; None where the config has no catalog of goals.
    """

    name: str
    count: int
    source: str
    in_catalog: bool | None


class SegmentView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Events that Segment would show as Success, and how they really end.

    `nothing_sent` counts those that send nothing, by the code of their reason. `refused` and `ignored` count fates of the
    requests; all others arrive or are accepted.
    """

    success: int
    nothing_sent: dict[str, int]
    refused: int
    ignored: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the events use of a config, and their fates.

    `events` is the number of events. `unit_events` is the number of those that send something, or would if they had a unit:
    the total for the shares in `units`. `exposure_goals` counts goals inside exposures, which pass no map of names and are
    not among `goals`. `uncounted` counts names, goals, fields and units that were left out after the first 10,000 different
    ones. In JSON each of the `maps` is a field of its own, by the setting's name, and `mappings` is left out where None: the
    destination has only one.
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
    maps: tuple[MapUse, ...]
    names_without_entry: tuple[NameCount, ...]
    uncounted: int = 0
    mappings: tuple[MappingUse, ...] | None = None


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The whole result. `events` counts the events, `unreadable` pieces of text that could not be read, `not_events` JSON objects
    without the type of an event, `unread` files that could not be read to their end.

    `ids_compared` is how many of the different messageIds were compared with each other, None if all were.

    `usable`: the config could be used. `empty`: there is no event where some were expected. `coverage` is None where there was
    no event, or the config could not be used. `failed` is true if a finding fails the check, a file could not be read, there
    is no event where some were expected, or the config cannot be used.
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
    ids_compared: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The result as JSON values."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        if self.coverage is not None:
            coverage: dict[str, Any] = {}
            for key, value in values["coverage"].items():
                if key == "maps":
                    coverage |= {use["name"]: use["entries"] for use in value}
                elif key != "mappings" or value is not None:
                    coverage[key] = value
            values["coverage"] = coverage
        return values
