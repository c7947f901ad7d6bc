"""One unit's story as rows: its exposures and goals in time, beside a line that becomes whole at the exposure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from abtui.core.experiments.overview import Unit
from abtui.core.experiments.reason_words import who
from abtui.core.experiments.stories import Moment
from abtui.core.text.plain import plural
from abtui.tui.kit.drawing import Piece, cut, lay, width_of
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.sentence import Row
from abtui.tui.screens.experiment.times import clock, day
from abtui.tui.screens.experiment.words import LOST, Shown

_MARK: Final = 6
_TEXT: Final = 8
_LEAST_NOTE: Final = 12
"""The cells from which the beginning of a note tells something."""


class Step(NamedTuple):
    """A moment as it is drawn: its mark, its name, a note about it, and whether it is after the exposure."""

    moment: Moment
    mark: str
    role: str
    name: str
    note: str
    after: bool
    asked: bool


def steps(unit: Unit, shown: Shown, signs: Signs) -> list[Step]:
    """The moments of a story with what is said of each."""
    found = []
    after = False
    for moment in unit.moments:
        asked = moment.event == unit.event and moment.what in ("counts", "does-not-count")
        after = after or moment.what == "exposed"
        found.append(Step(moment, *_said(moment, unit, shown, signs, after=after), after, asked))
    return found


def _said(moment: Moment, unit: Unit, shown: Shown, signs: Signs, *, after: bool) -> tuple[str, str, str, str]:
    goal = shown.goal
    name = signs.text(shown.named(moment.name))
    if moment.what == "exposed":
        crossed = unit.variant is not None and moment.variant != unit.variant
        note = "another variant than before: it stays in the first" if crossed else "from here on goals count"
        return signs.exposed, "text", f"exposed to {signs.text(shown.label(moment.variant))}", note
    if moment.what == "untracked":
        named = signs.text(shown.named(moment.reason, 30))
        note = f"as {named}: it counts by {signs.text(shown.unit_type)}"
        return signs.unreached, "soft", f"exposed to {signs.text(shown.label(moment.variant))}", note
    if moment.what == "stays-out":
        note = "takes no part: not eligible, not assigned, overridden, full on or ignored"
        return signs.unreached, "soft", f"exposed to {signs.text(shown.label(moment.variant))}", note
    if moment.what == "counts":
        counted = "" if unit.variant is None else f" for {signs.text(shown.letters.get(unit.variant, ''))}"
        return (
            signs.mark(shown.fate),
            LOOKS[shown.fate].role,
            name,
            f"counts{counted}" if shown.fate != "ignored" else shown.counts_word,
        )
    if goal is None or moment.name != goal.name:
        note = who(moment.reason, 1, signs.text(shown.unit_type)) if after else "before the exposure"
        note = note if unit.variant is not None else who(moment.reason, 1, signs.text(shown.unit_type))
        return signs.unreached, "soft", name, note
    return signs.mark(LOST), LOOKS[LOST].role, name, who(moment.reason, 1, signs.text(shown.unit_type))


def timeline(unit: Unit, shown: Shown, width: int, room: int, signs: Signs) -> list[Row]:
    """The story in at most `room` rows: two for each moment, or one where there is less room, around the goal in question."""
    told = steps(unit, shown, signs)
    rows = _rows(told, width, signs, tight=False)
    if len(rows) > room:
        rows = _rows(told, width, signs, tight=True)
    if len(rows) <= room:
        more = [_more(unit.more)] if unit.more and len(rows) < room else []
        return [*rows, *more]
    return _window(told, unit.more, width, room, signs)


def _more(number: int) -> Row:
    return [Piece(" " * _MARK), Piece(f"and {plural(number, 'more moment')}", "soft")]


def _window(told: list[Step], more: int, width: int, room: int, signs: Signs) -> list[Row]:
    """The exposure and what is around the goal in question, one row each."""
    keep = max(1, room - 1)
    asked = next((at for at, step in enumerate(told) if step.asked), 0)
    exposed = next((at for at, step in enumerate(told) if step.moment.what == "exposed"), asked)
    # What was before the exposure is seen, too.
    wanted = {asked, exposed, exposed - 1}
    places = sorted(range(len(told)), key=lambda at: (at not in wanted, abs(at - asked)))[:keep]
    kept = [told[at] for at in sorted(places)]
    rows = _rows(kept, width, signs, tight=True)
    # A new day takes a row, too.
    while len(rows) > keep and len(kept) > 1:
        least = max(range(len(kept)), key=lambda at: (not kept[at].asked, kept[at].moment.what != "exposed", at))
        del kept[least]
        rows = _rows(kept, width, signs, tight=True)
    left = more + len(told) - len(kept)
    return [*rows[:keep], _more(left)][:room]


def _rows(told: Sequence[Step], width: int, signs: Signs, *, tight: bool) -> list[Row]:
    rows: list[Row] = []
    before = day(told[0].moment.at) if told else ""
    for at, step in enumerate(told):
        today = day(step.moment.at)
        if today != before:
            rows.append(_new_day(today, told[at - 1], signs))
            before = today
        last = at == len(told) - 1
        rows += [_tight(step, width, signs)] if tight else _roomy(step, width, signs, last=last)
    return rows


def _new_day(today: str, step: Step, signs: Signs) -> Row:
    return [Piece(" " * _MARK), _line(step, signs), Piece(f" {today}", "soft", bold=True)]


def _line(step: Step, signs: Signs) -> Piece:
    """The line behind a moment."""
    if not step.after:
        return Piece(signs.before, "rule")
    return Piece(signs.after, step.role if step.moment.what == "counts" else "text")


def _is_bold(step: Step) -> bool:
    return step.asked or step.moment.what == "exposed"


def _roomy(step: Step, width: int, signs: Signs, *, last: bool) -> list[Row]:
    lost = step.moment.what == "does-not-count" and step.role != "soft"
    head = lay(
        [
            (0, Piece(clock(step.moment.at), "soft")),
            (_MARK, Piece(step.mark, step.role)),
            (_TEXT, Piece(step.name, "soft" if step.role == "soft" else "text", bold=_is_bold(step))),
        ],
        width,
        signs.cut,
    )
    line = Piece(" ") if last else _line(step, signs)
    note = Piece(cut(step.note, width - _TEXT - 1, signs.cut), "soft" if step.role == "text" else step.role, bold=lost)
    return [head, [Piece(" " * _MARK), line, Piece("  "), note]]


def _tight(step: Step, width: int, signs: Signs) -> Row:
    """`12:05 ┃◆ exposed to B treatment  from here on goals count`."""
    name = cut(step.name, width - _MARK - 4, signs.cut)
    at = _MARK + 5 + width_of((Piece(name),))
    room = width - at
    note = step.note if len(step.note) <= room or room >= _LEAST_NOTE else ""
    places = [
        (0, Piece(clock(step.moment.at), "soft")),
        (_MARK, _line(step, signs)),
        (_MARK + 1, Piece(step.mark, step.role)),
        (_MARK + 3, Piece(name, "soft" if step.role == "soft" else "text", bold=_is_bold(step))),
        (at, Piece(note, "soft" if step.role == "text" else step.role)),
    ]
    return lay(places, width, signs.cut, gap=0)
