"""Counts the events that were meant for one goal, and where each of them ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from abtui.core.checks import REPEATED
from abtui.core.config.model import Config
from abtui.core.corpus.funnel.aim import Aim
from abtui.core.corpus.funnel.causes import THROUGH, Cause, Judge
from abtui.core.corpus.funnel.counts import Count, Detail
from abtui.core.corpus.funnel.goals import other_goals
from abtui.core.corpus.funnel.model import NO_CATALOG, STATIONS, FunnelResult, Loss, NamedEvents, Station
from abtui.core.corpus.funnel.remedies import Remedies
from abtui.core.corpus.funnel.words import CHANGE, way_back, who, why
from abtui.core.corpus.query import Facts
from abtui.core.destinations import destination_of
from abtui.core.events import Event
from abtui.core.fate import console_has
from abtui.core.fixes import show_name
from abtui.core.outcomes import Outcome
from abtui.core.text.secret import hide_all

Look = Literal["no", "row", "event"]
"""What a row tells: its event is not meant for the goal; the row is enough to count it; or the event has to be read."""
_TWICE: Final = Cause(2, "twice", "", "arrives")
_NEAR: Final = Cause(0, "near", "", "arrives")
_NOTES: Final = (_TWICE, _NEAR)


class Funnel:
    """The way of the events that were meant for `goal`.

    `add` counts an event by its index in the corpus and its outcome. Where there are rows, `look` tells by a row whether that
    is necessary: `add_rows` counts events whose row tells all, many at once, without reading them. The result is the same.
    Memory does not grow with the events, and any split of them, merged in any order, gives the same result.
    """

    def __init__(self, goal: str, config: Config) -> None:
        self.goal, self.config = goal, config
        self._aim = Aim(goal, config)
        self._judge = Judge(self._aim, config)
        self._several = destination_of(config.destination).several
        self._counts: dict[Cause, Count] = {}

    def look(self, row: Facts) -> Look:
        """What the row of an event tells. Rows that differ only by source and users have one answer."""
        if self._several:
            # A row has the goal of one mapping only.
            return "event"
        if not self._aim.may_fit(row):
            return "no"
        return "event" if self._judge.of_row(row) is None else "row"

    def add_rows(self, row: Facts, indexes: Sequence[int], events: int | None = None) -> None:
        """Count events that all have this row, for which `look` gave `row`.

        If `events` tells their number, the least `EXAMPLES` of their indexes are enough.
        """
        found = self._judge.of_row(row)
        if found is not None:
            events = len(indexes) if events is None else events
            self._count(*found, events, indexes, repeated=REPEATED.code in row.codes)

    def add(self, index: int, event: Event, outcome: Outcome, *, repeated: bool = False) -> None:
        """Count an event if it is meant for the goal. `repeated`: its messageId repeats, though its outcome does not know that."""
        part = self._aim.part_of(outcome)
        if self._aim.is_meant(event.value, part):
            repeated = repeated or any(item.code == REPEATED.code for item in outcome.findings)
            self._count(*self._judge.of_event(event.value, part), 1, (index,), repeated=repeated)

    def merge(self, other: Funnel) -> None:
        """Count what a funnel of the same goal and config counted over other events."""
        for cause, count in other._counts.items():
            self._counts.setdefault(cause, Count()).merge(count)

    def _count(self, cause: Cause, detail: Detail, events: int, indexes: Sequence[int], *, repeated: bool) -> None:
        self._counts.setdefault(cause, Count()).add(events, indexes, detail)
        if repeated and cause.station > _TWICE.station:
            self._counts.setdefault(_TWICE, Count()).add(events, indexes, ())

    def result(self, near: NamedEvents = (), examples: Sequence[int] = ()) -> FunnelResult:
        """The result so far. `near` are names that are a letter off (`almost`), whose events are not meant for the goal; `examples` are some of these."""
        causes = {cause: count for cause, count in self._counts.items() if cause != _TWICE}
        through = {cause.fate for cause in causes if cause.kind == THROUGH}
        left = seen = sum(count.events for count in causes.values())
        stations, remedies, notes = [], Remedies(self.goal, self.config), self._notes(near, examples)
        for number, name in enumerate(STATIONS):
            found = [(cause, count) for cause, count in causes.items() if cause.station == number]
            losses = sorted((self._loss(*item, remedies) for item in found), key=_rank)
            left -= sum(loss.count for loss in losses)
            told = tuple(self._loss(*item, remedies) for item in notes.items() if item[0].station == number)
            known = name != "Known goal" or self._is_judged
            stations.append(
                Station(
                    name=name,
                    count=left if known else None,
                    about=STATIONS[name] if known else NO_CATALOG,
                    losses=tuple(losses),
                    notes=told,
                )
            )
        return FunnelResult(
            goal=self.goal,
            shown=show_name(self.goal, self.config),
            seen=seen,
            through=left,
            fate="accepted" if "accepted" in through or not self._is_judged else "arrives",
            stations=tuple(stations),
            console=other_goals(self.goal, self.config),
            near=near,
        )

    @property
    def _is_judged(self) -> bool:
        return console_has("goals", self.goal, self.config) is not None

    def _notes(self, near: NamedEvents, examples: Sequence[int]) -> dict[Cause, Count]:
        """What is told beside the losses."""
        notes = {_TWICE: self._counts[_TWICE]} if _TWICE in self._counts else {}
        for name, events in near:
            notes.setdefault(_NEAR, Count()).add(events, examples, ("track", name))
            examples = ()
        return notes

    def _loss(self, cause: Cause, count: Count, remedies: Remedies) -> Loss:
        fix = remedies.fix(cause, count)
        of_mapping = f"{cause.mapping}: " if cause.mapping else ""
        said = why(cause, count, self.goal, self.config, destination_of(self.config.destination))
        return Loss(
            cause=f"{of_mapping}{cause.kind}: {cause.code}" if cause.code else f"{of_mapping}{cause.kind}",
            fate=None if cause in _NOTES else cause.fate,
            count=count.events,
            who=who(cause.kind, count.events),
            why=f"{hide_all(of_mapping, self.config.secrets)}{said}",
            back=CHANGE if fix is not None else way_back(cause, count, self.config),
            fix=fix,
            mapping=hide_all(cause.mapping, self.config.secrets),
            examples=tuple(count.indexes),
        )


def _rank(loss: Loss) -> tuple[int, str, str]:
    return -loss.count, loss.cause, str(loss.fate)
