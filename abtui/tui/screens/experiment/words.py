"""The words of the Experiment screen, as rows of pieces."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from abtui.core.config.model import Config
from abtui.core.experiments.overview import ExperimentView, GoalView, Unit, letters
from abtui.core.experiments.reason_words import way_back, who
from abtui.core.experiments.summary import DAY
from abtui.core.fate import console_has
from abtui.core.outcomes import Fate
from abtui.core.text.plain import plural
from abtui.core.text.secret import excerpt
from abtui.tui.experiments import Experiments
from abtui.tui.kit.drawing import Piece, cut, lay, width_of
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.sentence import Row
from abtui.tui.kit.spark import spark, spread
from abtui.tui.offer import Offer

TOLD: Final = "What these events say, not what the console counts."
LOST: Final = "does-not-count"
_NAME: Final = 80
_LABEL: Final = 22
_NUMBERS: Final = 18
"""The cells of a number and its share behind a bar."""
_MOST_VARIANTS: Final = 6
_LEAST_DAYS: Final = 3
_MOST_DAYS: Final = 1_000
"""The days between which numbers by day are drawn: a wrong date would spread them over centuries."""
_MONTHS: Final = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]  # fmt: skip


class Shown:
    """What is shown of an experiment: the view, the fate of a goal that counts, and how texts are written."""

    def __init__(self, found: Experiments, view: ExperimentView, config: Config) -> None:
        self.found, self.view, self.config = found, view, config
        self.goal: GoalView | None = view.goal
        has = None if view.goal is None else console_has("goals", view.goal.name, config)
        self.fate: Fate = "arrives" if has else "accepted" if has is None else "ignored"
        self.letters: Mapping[int, str] = letters(view.sizes)

    def named(self, name: str, width: int = _NAME) -> str:
        """A name of the events or the config in one line, without keys."""
        return excerpt(name, width, self.config.secrets)

    @property
    def unit_type(self) -> str:
        """The tracked unit type."""
        return self.named(self.view.unit_type or "unit")

    def label(self, variant: int) -> str:
        """`B treatment`, or `B` where the name is not known."""
        name = self.view.names[variant] if 0 <= variant < len(self.view.names) else ""
        return self.named(f"{self.letters.get(variant, str(variant))} {name}".strip())


def headline(shown: Shown, width: int, signs: Signs) -> Row:
    """`checkout_one_page  #214, unit user_id:  810 units exposed,  ● 164 of purchase count,  ◇ 31 do not`, in the form that has room."""
    view, goal = shown.view, shown.goal
    name = Piece(signs.text(shown.named(view.name)), bold=True)
    number = f"#{view.id}, " if view.id is not None else ""
    about = f"  {number}unit {signs.text(shown.unit_type)}:  " if view.unit_type else ":  "
    exposed = plural(view.participants, "unit exposed", "units exposed")
    counts = _counts(shown, goal, signs) if goal is not None else [Piece(",  ", "soft"), Piece("no goal", bold=True)]
    share = "" if shown.found.complete else f"  {shown.found.share:.0%} counted"
    forms: tuple[Row, ...] = (
        [name, Piece(about, "soft"), Piece(exposed, bold=True), *counts],
        [name, Piece(":  ", "soft"), Piece(exposed, bold=True), *counts],
        [name, Piece(": ", "soft"), Piece(f"{view.participants:,} exposed", bold=True), *counts],
        [Piece(f"{view.participants:,} exposed", bold=True), *counts],
    )
    row = next((form for form in forms if width_of(form) + len(share) <= width), forms[-1])
    return [*row, Piece(share, "soft")]


def _counts(shown: Shown, goal: GoalView, signs: Signs) -> Row:
    look = LOOKS[shown.fate]
    name = signs.text(shown.named(goal.name, 30))
    one = goal.counts == 1
    said, role = f"{goal.counts:,} of {name} {'counts' if one else 'count'}", look.role if goal.counts else "text"
    mark = [Piece(f"{signs.mark(shown.fate)} ", role)] if goal.counts else []
    row = [Piece(",  ", "soft"), *mark, Piece(said, role, bold=True)]
    if shown.fate == "ignored":
        row.append(Piece(", and the console has no such goal", "soft"))
    if goal.lost:
        said = f"{goal.lost:,} {'does' if goal.lost == 1 else 'do'} not"
        row += [Piece(",  ", "soft"), Piece(f"{signs.mark(LOST)} ", LOOKS[LOST].role), Piece(said, bold=True)]
    return row


# Who was exposed, and what counts


def count_rows(shown: Shown, width: int, signs: Signs, *, roomy: bool, most: int) -> list[Row]:
    """The bars of each variant, and why goals do not count, in at most `most` rows."""
    rows = [*_roomy(shown, width, signs), []] if roomy else []
    rows = rows if len(rows) <= most else rows[:-1]
    if not roomy or len(rows) > most:
        rows = _tight(shown, width, signs)
    if len(rows) <= most:
        return rows
    left = len(rows) - most + 1
    return [*rows[: most - 1], [Piece(f"   {signs.folded} {plural(left, 'more row')}", "soft")]]


def _roomy(shown: Shown, width: int, signs: Signs) -> list[Row]:
    view, goal = shown.view, shown.goal
    most = max(view.sizes.values(), default=0)
    rows: list[Row] = [_title("Exposed", "once a unit, by its first exposure"), []]
    for variant, number in _variants(view):
        rows.append(_bar(shown.label(variant), number, most, _share(number, view.participants), "soft", width, signs))
    rows += _left_out(view)
    rows += _by_day(view.days, view.days, "soft", width, signs)
    if view.crossovers:
        said = plural(view.crossovers, "unit", "units")
        both = "both" if len(view.sizes) == 2 else "several"
        rows.append([Piece("  "), Piece(f"{said} saw {both}", "ignored", bold=True), Piece(" and stay in the first.", "soft")])  # fmt: skip
    if goal is None:
        return rows
    rows += [
        [],
        _title(signs.text(shown.named(goal.name, 40)), "units with one that counts, in % of the exposed"),
        [],
    ]
    most = max(goal.converters.values(), default=0)
    for variant, number in _variants(view):
        units = goal.converters.get(variant, 0)
        rows.append(
            _bar(shown.label(variant), units, most, _share(units, number), LOOKS[shown.fate].role, width, signs)
        )
    rows += _by_day(goal.days, view.days, LOOKS[shown.fate].role, width, signs)
    reasons = reason_rows(shown, goal, width, signs)
    return [*rows, [], *reasons] if reasons else rows


def _tight(shown: Shown, width: int, signs: Signs) -> list[Row]:
    """One row a variant with both numbers, then the reasons."""
    view, goal = shown.view, shown.goal
    labels = [signs.text(shown.label(variant)) for variant, _ in _variants(view)]
    wide = min(_LABEL, max(map(len, labels), default=0))
    rows: list[Row] = []
    for label, (variant, number) in zip(labels, _variants(view), strict=True):
        units = 0 if goal is None else goal.converters.get(variant, 0)
        row = [Piece("  "), Piece(_padded(label, wide + 1, signs), bold=True), Piece(f"{number:>6,} ", bold=True), Piece("exposed ", "soft")]  # fmt: skip
        if goal is not None:
            name = signs.text(shown.named(goal.name, 20))
            row += [
                Piece(f"{units:>6,} ", LOOKS[shown.fate].role, bold=True),
                Piece(f"with {name}  {_share(units, number)}", "soft"),
            ]
        rows.append(_within(row, width, signs))
    rows += _left_out(view)
    return [*rows, *(reason_rows(shown, goal, width, signs) if goal is not None else [])]


def _variants(view: ExperimentView) -> list[tuple[int, int]]:
    return list(view.sizes.items())[:_MOST_VARIANTS]


def _left_out(view: ExperimentView) -> list[Row]:
    more = len(view.sizes) - _MOST_VARIANTS
    return [[Piece(f"  and {plural(more, 'more variant')}", "soft")]] if more > 0 else []


def _title(title: str, words: str) -> Row:
    return [Piece("  "), Piece(title, "soft", bold=True), Piece(f"  {words}", "soft")]


def _bar(label: str, number: int, most: int, share: str, role: str, width: int, signs: Signs) -> Row:
    """`A control  ▄▄▄▄▄▄ 408  50.4 %`: the bars of one part are on one scale."""
    head = min(_LABEL, max(12, width // 4))
    room = max(4, width - 2 - head - _NUMBERS)
    cells = max(1, room * number // most) if number and most else 0
    return [
        Piece("  "),
        Piece(_padded(signs.text(label), head, signs), bold=True),
        Piece(signs.full * cells, role),
        Piece(f"{' ' if cells else ''}{number:,}", bold=True),
        Piece(f"  {share}", "soft"),
    ]


def _by_day(days: Mapping[int, int], exposed: Mapping[int, int], role: str, width: int, signs: Signs) -> list[Row]:
    """`by day  ▁▃▅▇ 12 Apr to 18 Apr`: both rows are of the same days. Nothing, where there is one day or too many."""
    known = sorted({*days, *exposed})
    if len(known) < _LEAST_DAYS or known[-1] - known[0] > _MOST_DAYS:
        return []
    first, last = known[0], known[-1]
    head = min(_LABEL, max(12, width // 4))
    counts = spread((days.get(number, 0) for number in range(first, last + 1)), max(4, width - 2 - head - _NUMBERS))
    bars = spark(counts, max(counts), signs)
    span = f"  {day(first * DAY, short=True)} to {day(last * DAY, short=True)}"
    return [[Piece("  "), Piece(_padded("by day", head, signs), "soft"), Piece(bars, role), Piece(span, "soft")]]


def _padded(label: str, width: int, signs: Signs) -> str:
    """A label in exactly so many cells, the last of which is free."""
    name = cut(label, width - 1, signs.cut)
    return name + " " * (width - width_of((Piece(name),)))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def reason_rows(shown: Shown, goal: GoalView, width: int, signs: Signs) -> list[Row]:
    """`◇  17 came before the exposure    expose on the page, not after`, under a title."""
    if not goal.reasons:
        return []
    unit, offer = signs.text(shown.unit_type), shown.found.offer
    numbers = max(len(f"{number:,}") for _, number in goal.reasons)
    saids = [who(reason, number, unit) for reason, number in goal.reasons]
    back_at = min(max(map(len, saids)) + numbers + 6, width * 3 // 5)
    lost = f"{goal.lost:,} {'does' if goal.lost == 1 else 'do'} not count"
    rows = [_title(lost, "and how to have them count")]
    for said, (reason, number) in zip(saids, goal.reasons, strict=True):
        back = way_back(reason, unit)
        fixed = offer is not None and reason == "sameUidOtherType"
        places = [
            (0, Piece(signs.mark(LOST), LOOKS[LOST].role)),
            (2, Piece(f"{number:>{numbers},}", bold=True)),
            (3 + numbers, Piece(said, LOOKS[LOST].role)),
        ]
        row = lay(places, back_at - 2, signs.cut, gap=1)
        row = [Piece(" "), *row]
        gap = Piece(" " * (back_at - width_of(row)))
        told = signs.text(offer.title) if fixed and offer is not None else back
        rows.append([*row, gap, Piece(cut(told, width - back_at, signs.cut), "accent" if fixed else "soft")])
    return rows


def _within(row: Row, width: int, signs: Signs) -> Row:
    kept: Row = []
    for piece in row:
        kept.append(piece._replace(text=cut(piece.text, width - width_of(kept), signs.cut)))
    return kept


# Units


def unit_row(unit: Unit, shown: Shown, uid: str, width: int, signs: Signs, *, current: bool) -> Row:
    """`◇ u-20991  B  came before the exposure  17 Mar 21:30`."""
    counts = not unit.reason
    look = LOOKS[shown.fate if counts else LOST]
    variant = "" if unit.variant is None else shown.letters.get(unit.variant, str(unit.variant))
    said = "counts" if counts else who(unit.reason, 1, signs.text(shown.unit_type))
    when = f"{day(unit.at, short=True)} {clock(unit.at)}"
    wide = min(max(12, width // 4), 38)
    places = [
        (0, Piece(signs.mark(shown.fate if counts else LOST), look.role)),
        (2, Piece(cut(signs.text(uid), wide, signs.cut), bold=current)),
        (wide + 3, Piece(variant, "soft")),
        (wide + 6, Piece(said, "text" if current else "soft")),
    ]
    end = width - len(when) - 1
    if end < wide + 6 + len(said) + 1:
        return lay(places, width - 1, signs.cut)
    row = lay(places, end, signs.cut)
    return [*row, Piece(" " * (end - width_of(row))), Piece(when, "soft")]


def unit_line(shown: Shown, unit: Unit, uid: str, width: int, signs: Signs) -> Row:
    """`u-20991 in B treatment, 17 March`; a long uid is cut."""
    variant = "no variant" if unit.variant is None else signs.text(shown.label(unit.variant))
    first = unit.moments[0].at if unit.moments else unit.at
    rest = f" in {variant}, {day(first)}"
    return [Piece(cut(signs.text(uid), max(8, width - len(rest)), signs.cut), bold=True), Piece(rest, "soft")]


def units_title(goal: GoalView | None) -> tuple[str, str]:
    """The title of the list of units, and the words beside it."""
    if goal is None:
        return "Units", ""
    number = len(goal.units) + goal.more
    words = f"{number:,}, the newest first"
    return ("Units with a loss" if goal.reasons else "Units, all of which count"), words if number else ""


def remedy(shown: Shown, unit: Unit) -> str:
    """What is to be done about a unit's loss, as the beginning of a sentence."""
    back = way_back(unit.reason, shown.unit_type)
    return back.removeprefix("none: ")


def is_past_help(unit: Unit) -> bool:
    """Whether nothing is to be done about a unit's loss; `remedy` says why."""
    return way_back(unit.reason, "").startswith("none: ")


def action(shown: Shown, unit: Unit | None) -> Offer | None:
    """The change that is offered for a unit."""
    offer = shown.found.offer
    return offer if offer is not None and unit is not None and unit.reason == "sameUidOtherType" else None


def result_row(shown: Shown, offer: Offer, signs: Signs) -> Row:
    """`Then ● 1 of 13 counts.`, as it was measured; what is offered as long as it was not."""
    if not offer.result:
        return [Piece("Fix: ", bold=True), Piece(signs.text(offer.title))]
    look = LOOKS[shown.fate]
    said = offer.result.removeprefix("then ")
    return [Piece("Then ", "soft"), Piece(f"{signs.mark(shown.fate)} {said}", look.role, bold=True), Piece(".", "soft")]


# Times, in UTC as everywhere


def _moment(at: int) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return None


def clock(at: int) -> str:
    """`21:30`; "?" for what is no time of a calendar."""
    found = _moment(at)
    return "?" if found is None else f"{found.hour:02}:{found.minute:02}"


def day(at: int, *, short: bool = False) -> str:
    """`17 March`, or `17 Mar`; "" for what is no time of a calendar."""
    found = _moment(at)
    if found is None:
        return ""
    month = _MONTHS[found.month - 1]
    return f"{found.day} {month[:3] if short else month}"


def place(shown: Shown) -> str:
    """`experiment 1 of 3, goal: purchase`, for the right end of the last row."""
    names = list(shown.found.sizes)
    goal = "" if shown.goal is None else f"goal: {shown.named(shown.goal.name, 40)}"
    if len(names) < 2:
        return goal
    return ", ".join(part for part in (f"experiment {names.index(shown.view.name) + 1} of {len(names)}", goal) if part)
