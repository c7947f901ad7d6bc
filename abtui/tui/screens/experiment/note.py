"""A note for a ticket about a unit whose goal does not count: what, evidence, cause and fix."""

from __future__ import annotations

from typing import Final

from abtui.core.experiments.overview import Unit
from abtui.core.experiments.reason_words import who, why
from abtui.core.ticket import code, ticket
from abtui.tui.corpus import Corpus
from abtui.tui.corpus.rows import message_id_of
from abtui.tui.screens.experiment import words
from abtui.tui.screens.experiment.times import clock, day
from abtui.tui.screens.experiment.words import Shown

_MOST: Final = 8


def note(shown: Shown, unit: Unit, corpus: Corpus) -> str:
    """The note. The unit's moments are its evidence, those around the goal in question first."""
    secrets, view, goal = shown.config.secrets, shown.view, shown.goal
    name = "" if goal is None else goal.name
    place = next((at for at, moment in enumerate(unit.moments) if moment.event == unit.event and moment.name), 0)
    start = min(max(0, place - _MOST // 2), max(0, len(unit.moments) - _MOST))
    evidence = []
    for moment in unit.moments[start : start + _MOST]:
        what = (
            f"goal {code(moment.name, secrets)}"
            if moment.name
            else f"exposed to {code(shown.label(moment.variant), secrets)}"
        )
        where = ", past Segment"
        if moment.event < len(corpus):
            item = corpus.item(moment.event)
            message_id = message_id_of(item)
            named = f", messageId {code(message_id, secrets)}" if message_id else ""
            where = f"{named}, source {code(item.source, secrets)}"
        evidence.append(f"{day(moment.at)} {clock(moment.at)} UTC: {what}{where}")
    unit_type = shown.unit_type
    said = who(unit.reason, 1, unit_type) if unit.reason else "counts"
    lost = "" if goal is None or not goal.lost else f" In all, {goal.lost:,} of {goal.total:,} do not count."
    offer = words.action(shown, unit)
    fix = ""
    if unit.reason:
        fix = (
            shown.advice(unit.reason).sentence
            if offer is None
            else f"{offer.title}{': ' if offer.result else ''}{offer.result}."
        )
    return ticket(
        f"Experiment {view.name}: {name} of {unit.uid} {said}",
        what=f"The goal {code(name, secrets)} of {code(unit.uid, secrets)} {said}.{lost} {words.TOLD}",
        evidence=evidence,
        cause=why(unit.reason, unit_type) if unit.reason else "",
        fix=f"{fix[:1].upper()}{fix[1:]}",
        secrets=secrets,
    )
