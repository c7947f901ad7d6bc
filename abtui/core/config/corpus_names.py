"""Names that help to write a config: event names and identities of the events, goals and unit types of the catalog."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from abtui.core.config.model import CATALOG_NOUNS, CatalogPart, Config
from abtui.core.segment import is_event

_LONGEST: Final = 200
"""Characters of the longest name that is offered."""
MOST: Final = 2_000
"""How many different names and fields are told apart: more than a person looks through, and memory does not grow."""
_MOST_LOOKED_INTO: Final = 2_000
"""The events whose paths are counted: those of other events are mostly the same."""
_LEVELS: Final = 5
_PATH_KEY = re.compile(r"[\w $-]+")
_NO_IDENTITY: Final = frozenset(
    {"type", "event", "messageId", "originalTimestamp", "sentAt", "timestamp", "receivedAt"}
)
"""Fields of Segment's own (spec, "Common fields") that name no one."""

Counted = tuple[tuple[str, int], ...]
"""Names with the number of events that have them, the most frequent first."""


class CorpusNames(msgspec.Struct, frozen=True, kw_only=True):
    """Names of the events and the catalog. `names` are of track calls; `fields` are top-level fields with text or a number.

    `paths` lead to all that is in the objects of the events, counted while there are few events, else with 0.

    `events` is the number of events counted. `used` are the goals that the settings name, in their order; `catalog` has the names
    that the catalog lists of each part, sorted.
    """

    events: int = 0
    names: Counted = ()
    fields: Counted = ()
    paths: Counted = ()
    used: tuple[str, ...] = ()
    catalog: Mapping[CatalogPart, tuple[str, ...]] = {}

    def with_config(self, config: Config, goals: Iterable[str]) -> CorpusNames:
        """The same events with the names of a config's catalog; `goals` are those that its settings name."""
        listed = {part: tuple(sorted(getattr(config.catalog, part) or ())) for part in CATALOG_NOUNS}
        return msgspec.structs.replace(self, used=tuple(dict.fromkeys(goals)), catalog=listed)

    def known(self, part: CatalogPart) -> tuple[str, ...]:
        """The names that the catalog lists of a part."""
        return self.catalog.get(part, ())

    def count_of(self, name: str) -> int:
        """The number of track calls with this name."""
        return next((count for known, count in self.names if known == name), 0)


class CorpusNameTally:
    """Counts names of events. One thread may `add` while another reads `seen`."""

    def __init__(self) -> None:
        self.events = 0
        self._names: dict[str, int] = {}
        self._fields: dict[str, int] = {}
        self._paths: dict[str, int] = {}

    def add(self, event: Mapping[str, Any]) -> None:
        """Count an event. Objects that are no events are skipped."""
        if not is_event(event):
            return
        self.events += 1
        for key, value in event.items():
            # The destination accepts an empty text as an id, so it counts here too.
            if type(value) in (str, int, float) and key not in _NO_IDENTITY and len(key) <= _LONGEST:
                _count(self._fields, key)
        if self.events <= _MOST_LOOKED_INTO:
            for path in _paths_in(event, "", _LEVELS):
                _count(self._paths, path)
        name = event.get("event")
        if type(name) is str and event.get("type") == "track" and len(name) <= _LONGEST:
            _count(self._names, name)

    def seen(self) -> CorpusNames:
        """The names counted so far."""
        # dict() copies atomically; iterating could see a name that the other thread adds.
        paths = _ranked(dict(self._paths))
        return CorpusNames(
            events=self.events,
            names=_ranked(dict(self._names)),
            fields=_ranked(dict(self._fields)),
            paths=paths if self.events <= _MOST_LOOKED_INTO else tuple((path, 0) for path, _count in paths),
        )


def _paths_in(value: Mapping[str, Any], lead: str, levels: int) -> Iterator[str]:
    """The paths of the members of an object, and of objects in it. A key with a point in it has no path."""
    for key, member in value.items():
        if len(key) <= _LONGEST and _PATH_KEY.fullmatch(key):
            yield lead + key
            if levels > 1 and isinstance(member, dict):
                yield from _paths_in(member, f"{lead}{key}.", levels - 1)


def _count(counts: dict[str, int], name: str) -> None:
    known = counts.get(name, 0)
    if known or len(counts) < MOST:
        counts[name] = known + 1


def _ranked(counts: dict[str, int]) -> Counted:
    return tuple(Counter(counts).most_common())
