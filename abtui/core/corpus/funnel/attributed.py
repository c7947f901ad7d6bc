"""The last station of a goal's way: the events that count in an experiment, and who does not."""

from __future__ import annotations

from typing import Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.funnel.model import DOES_NOT_COUNT, FunnelResult, Loss, Station
from abtui.core.experiments.overview import Attributed
from abtui.core.experiments.reason_words import way_back, who
from abtui.core.fixes import show_name

_ABOUT: Final = "to a unit that was exposed"
_COUNTING: Final = "being counted"
_NAMED: Final = 2
_WHY: Final = {
    "beforeExposure": "a goal counts from the first exposure on",
    "otherUnitType": "exposed as another unit, and nothing joins them",
}


def with_attributed(result: FunnelResult, found: Attributed | None, config: Config) -> FunnelResult:
    """The result with the station at which goals are attributed; `found` is None until all are counted.

    What arrives and does not count is no loss of an event, so the numbers of the result stay.
    """
    if found is None:
        last = Station(name="Attributed", count=None, about=_COUNTING)
    elif not result.through:
        last = Station(name="Attributed", count=0, about=_ABOUT)
    else:
        losses = tuple(_loss(reason, count, found, config) for reason, count in found.lost.most_common())
        last = Station(name="Attributed", count=found.counts, about=_ABOUT, losses=losses)
    return msgspec.structs.replace(result, stations=(*result.stations, last))


def _loss(reason: str, count: int, found: Attributed, config: Config) -> Loss:
    return Loss(
        cause=reason,
        fate=DOES_NOT_COUNT,
        count=count,
        who=who(reason, count, "unit"),
        why=_WHY.get(reason) or _unexposed(sorted(found.uids.get(reason, ())), config),
        back=way_back(reason, "unit"),
        examples=tuple(sorted(found.events[reason])),
    )


def _unexposed(uids: list[str], config: Config) -> str:
    """`u-20417 is in no experiment`, or the first of several."""
    if not uids:
        return "no unit of theirs is in an experiment"
    named = ", ".join(show_name(uid, config) for uid in uids[:_NAMED])
    return (
        f"{named} is in no experiment"
        if len(uids) == 1
        else f"{named}{' …' if len(uids) > _NAMED else ''} are in no experiment"
    )
