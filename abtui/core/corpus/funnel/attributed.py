"""The last station of a goal's way: the events that count in an experiment, and who does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.funnel.model import DOES_NOT_COUNT, FunnelResult, Loss, Station
from abtui.core.experiments.advice import Advice, usual_advice
from abtui.core.experiments.attributed import Attributed
from abtui.core.experiments.reason_words import who, why
from abtui.core.fixes import show_name

_ABOUT: Final = "to a unit that was exposed"
_COUNTING: Final = "being counted"
_NAMED: Final = 2


class Help(NamedTuple):
    """What helps against a reason in an experiment, and the unit type that the experiment counts by."""

    unit: str
    advice: Advice


Helps = Mapping[tuple[str, str], Help]
"""By experiment and reason."""


def with_attributed(result: FunnelResult, found: Attributed | None, helps: Helps, config: Config) -> FunnelResult:
    """The result with the station at which goals are attributed; `found` is None until all are counted.

    What arrives and does not count is no loss of an event, so the numbers of the result stay.
    """
    if found is None:
        last = Station(name="Attributed", count=None, about=_COUNTING)
    elif not result.through:
        last = Station(name="Attributed", count=0, about=_ABOUT)
    else:
        losses = tuple(_loss(reason, count, found, helps, config) for reason, count in found.lost.most_common())
        last = Station(name="Attributed", count=found.counts, about=_ABOUT, losses=losses)
    return msgspec.structs.replace(result, stations=(*result.stations, last))


def _loss(reason: str, count: int, found: Attributed, helps: Helps, config: Config) -> Loss:
    experiment = found.experiment(reason)
    known = helps.get((experiment, reason), Help("unit", usual_advice(reason, "unit")))
    unit = show_name(known.unit, config)
    if reason in ("unitNotExposed", "neverExposed"):
        because = _unexposed(sorted(found.uids.get(reason, ())), config)
    else:
        because = why(reason, unit).removesuffix(".").partition(", ")[0]
        because = f"{because[:1].lower()}{because[1:]}"
    return Loss(
        cause=reason,
        fate=DOES_NOT_COUNT,
        count=count,
        who=who(reason, count, unit),
        why=because,
        back=known.advice.short,
        experiment=experiment,
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
