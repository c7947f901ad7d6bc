"""Where a goal's events end: stations, the losses between them, and the sentence about them all."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec

from abtui.core.fate import FATES
from abtui.core.findings import Fix
from abtui.core.outcomes import Fate
from abtui.core.text.plain import plural

StationName = Literal["Seen", "Reach the destination", "Sent", "Accepted", "Known goal", "Attributed"]
STATIONS: Final[dict[StationName, str]] = {
    "Seen": "under this name, or much like it",
    "Reach the destination": "Segment passed them on",
    "Sent": "a request was made",
    "Accepted": "the collector said 200",
    "Known goal": "the console has this goal",
}
"""All stations of an event in their order, each with what it means. `Attributed`, the last one, rests on the other events, too."""
DOES_NOT_COUNT: Final = "does-not-count"
LossFate = Fate | Literal["does-not-count"]
NO_CATALOG: Final = "no catalog"


NamedEvents = tuple[tuple[str, int], ...]
"""Names of events, each with its number of them."""


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """Events that are lost for one cause, on the way to a station.

    `cause` names the cause; it stays the same when the events change. `who` follows the count ("has no id"), `why` and the
    way `back` are a few words each. `fix` is the change of the config that brings them back, if there is one. `mapping` is the
    one that loses them, of several, and `experiment` the one in which they do not count. `examples` are the least indexes of its events. A note loses nothing and has no fate.
    """

    cause: str
    fate: LossFate | None
    count: int
    who: str
    why: str
    back: str
    fix: Fix | None = None
    mapping: str = ""
    experiment: str = ""
    examples: tuple[int, ...] = ()


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One station: how many events come to it, or None where nobody knows, and who is lost on the way to it, most first.

    `about` says what it means, or why the number is unknown.
    """

    name: StationName
    count: int | None
    about: str
    losses: tuple[Loss, ...] = ()
    notes: tuple[Loss, ...] = ()


class FunnelResult(msgspec.Struct, frozen=True, kw_only=True):
    """The way of all events that were meant for one goal.

    `through` counts those that are sent as this goal and not lost; their fate is `arrives` or, if the catalog does not say
    all that the console has, `accepted`. `console` are other goals of the catalog with names like it, `near` are names of events
    that are a letter off, with the number of each, and `shown` is the goal for texts.
    """

    goal: str
    shown: str
    seen: int
    through: int
    fate: Fate
    stations: tuple[Station, ...]
    console: tuple[str, ...] = ()
    near: NamedEvents = ()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """All losses in their order, without the notes."""
        return tuple(loss for station in self.stations for loss in station.losses)

    @property
    def largest(self) -> Loss | None:
        """The largest loss that a change of the config mends; None if there is none."""
        return max((loss for loss in self.losses if loss.fix is not None), key=lambda loss: loss.count, default=None)


class Part(NamedTuple):
    """A piece of a sentence. With a fate it has the fate's mark before it and its colour."""

    text: str
    fate: Fate | None = None


def sentence(result: FunnelResult) -> tuple[Part, ...]:
    """`14 events were meant for it: 5 arrive, 9 are lost.` in parts."""
    if not result.seen:
        return (Part("No event was meant for it."),)
    said = [Part(_counted(result.through, result.fate), result.fate)] if result.through else []
    if lost := result.seen - result.through:
        said.append(Part(f"{lost:,} {'is' if lost == 1 else 'are'} lost"))
    parts = [Part(f"{plural(result.seen, 'event was', 'events were')} meant for it: "), said[0]]
    for part in said[1:]:
        parts += [Part(", "), part]
    return (*parts, Part("."))


def _counted(count: int, fate: Fate) -> str:
    words = FATES[fate]
    return f"{count:,} {words.one if count == 1 else words.several}"
