"""The words of the Experiment screen, as rows of pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from abtui.core.config.model import Config
from abtui.core.experiments.advice import Advice, usual_advice
from abtui.core.experiments.overview import ExperimentView, GoalView, Unit, letters
from abtui.core.experiments.reason_words import who
from abtui.core.experiments.summary import DAY
from abtui.core.fate import console_has
from abtui.core.findings import SEVERITIES, Finding
from abtui.core.outcomes import Fate
from abtui.core.text.plain import plural
from abtui.core.text.secret import excerpt
from abtui.tui.experiments import Experiments
from abtui.tui.kit.drawing import Piece, cut, lay, width_of
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.pieces import wrapped
from abtui.tui.kit.sentence import Row
from abtui.tui.kit.severities import SEVERITY_LOOKS
from abtui.tui.kit.spark import spark, spread
from abtui.tui.offer import Offer
from abtui.tui.screens.experiment.times import clock, day

TOLD: Final = "What these events say, not what the console counts."
LOST: Final = "does-not-count"
_NAME: Final = 80
_LEAST_NAME: Final = 6
_MOST_ALSO: Final = 3
_TYPE: Final = 20
_LABEL: Final = 22
_NUMBERS: Final = 18
"""The cells of a number and its share behind a bar."""
_MOST_VARIANTS: Final = 6
_LEAST_DAYS: Final = 3
_MOST_DAYS: Final = 1_000
"""The days between which numbers by day are drawn: a wrong date would spread them over centuries."""


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

    @property
    def counts_word(self) -> str:
        """What is said of a goal whose unit was exposed: it counts, unless the console ignores it."""
        return "is ignored by the console" if self.fate == "ignored" else "counts"

    def advice(self, reason: str) -> Advice:
        """What helps against a reason."""
        known = self.found.helps.get((self.view.name, reason))
        return usual_advice(reason, self.unit_type) if known is None else known.advice

    @property
    def also(self) -> list[Finding]:
        """What is told beside the reasons of the goals: of the experiment, of the goal, and of everything; the gravest first."""
        goal, name = "" if self.goal is None else self.goal.name, self.view.name
        # What loses exposures matters where there are none.
        of_all = not self.view.participants
        told = [
            item.finding
            for item in self.found.findings
            if item.is_of([name], [goal])
            and (not item.causes or item.other == name)
            and (item.experiment or item.goal or of_all)
        ]
        return sorted(
            (item for item in told if item.severity != "info"), key=lambda item: SEVERITIES.index(item.severity)
        )

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
    refused = view.refused.get("" if goal is None else goal.name, 0) if goal is not None else sum(view.refused.values())
    if refused:
        counts += [
            Piece(",  ", "soft"),
            Piece(f"{signs.mark('refused')} {refused:,} refused", LOOKS["refused"].role, bold=True),
        ]
    share = "" if shown.found.complete else f"  {shown.found.share:.0%} counted"
    forms: tuple[Row, ...] = (
        [name, Piece(about, "soft"), Piece(exposed, bold=True), *counts],
        [name, Piece(":  ", "soft"), Piece(exposed, bold=True), *counts],
        [name, Piece(": ", "soft"), Piece(f"{view.participants:,} exposed", bold=True), *counts],
    )
    short = [Piece(f": {view.participants:,} exposed", bold=True), *counts]
    room = max(_LEAST_NAME, width - len(share) - width_of(short))
    cut_name = name._replace(text=cut(name.text, room, signs.cut))
    row = next((form for form in forms if width_of(form) + len(share) <= width), [cut_name, *short])
    return [*row, Piece(share, "soft")]


def _counts(shown: Shown, goal: GoalView, signs: Signs) -> Row:
    look = LOOKS[shown.fate]
    name = signs.text(shown.named(goal.name, 30))
    one = goal.counts == 1
    if shown.fate == "ignored":
        mark = Piece(f"{signs.mark('ignored')} ", look.role)
        said = f"{goal.total:,} {name} {'is' if goal.total == 1 else 'are'} ignored"
        return [
            Piece(",  ", "soft"),
            mark,
            Piece(said, look.role, bold=True),
            Piece(": no such goal in the console", "soft"),
        ]
    said, role = (
        f"{goal.counts:,} of {goal.total:,} {name} {'counts' if one else 'count'}",
        look.role if goal.counts else "text",
    )
    mark_of = [Piece(f"{signs.mark(shown.fate)} ", role)] if goal.counts else []
    row = [Piece(",  ", "soft"), *mark_of, Piece(said, role, bold=True)]
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
    also = also_rows(shown, width, signs, lines=2)
    rows: list[Row] = [*also, *([[]] if also else []), _title("Exposed", "once a unit, by its first exposure"), []]
    for variant, number in _variants(view):
        rows.append(_bar(shown.label(variant), number, most, _share(number, view.participants), "soft", width, signs))
    rows += _left_out(view)
    rows += _by_day(view.days, view.days, "soft", width, signs)
    if view.crossovers:
        said = plural(view.crossovers, "unit", "units")
        both = "both" if len(view.sizes) == 2 else "several"
        stays = "stays" if view.crossovers == 1 else "stay"
        rows.append([Piece("  "), Piece(f"{said} saw {both}", "ignored", bold=True), Piece(f" and {stays} in the first.", "soft")])  # fmt: skip
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
    return [*rows, *([[], *reasons] if reasons else [])]


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
    reasons = reason_rows(shown, goal, width, signs) if goal is not None else []
    return [*also_rows(shown, width, signs), *rows, *reasons]


def tiny_rows(shown: Shown, width: int, signs: Signs, most: int) -> list[Row]:
    """Only why goals do not count, the most frequent reason first, in at most `most` rows."""
    rows = [] if shown.goal is None else reason_rows(shown, shown.goal, width, signs)[1:]
    return [*also_rows(shown, width, signs)[:1], *rows][:most]


def also_rows(shown: Shown, width: int, signs: Signs, *, lines: int = 1) -> list[Row]:
    """`!  6 units were exposed to several variants`: what else is told, without the name of the experiment or goal."""
    rows: list[Row] = []
    told = shown.also
    for item in told[:_MOST_ALSO]:
        look = SEVERITY_LOOKS[item.severity]
        said = wrapped(signs.text(item.message.removeprefix(f"`{shown.named(shown.view.name)}`: ")), width - 4)
        kept = (
            [*said[: lines - 1], cut(" ".join(said[lines - 1 :]), width - 4, signs.cut)] if len(said) > lines else said
        )
        mark = Piece(f"  {look.glyph} ", "refused" if item.severity == "error" else "ignored")
        rows += [[mark if not at else Piece("    "), Piece(line)] for at, line in enumerate(kept)]
    if len(told) > _MOST_ALSO:
        rows.append([Piece(f"   {signs.folded} f shows {plural(len(told) - _MOST_ALSO, 'more finding')}", "soft")])
    return rows


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
    """`◇  17 came before the exposure    expose on the page, not after`, under a title; what Enter mends comes first."""
    if not goal.reasons:
        return []
    found = shown.found
    offered = () if found.offer is None else found.offer_for
    reasons = sorted(goal.reasons, key=lambda item: item[0] not in offered)
    numbers = max(len(f"{number:,}") for _, number in reasons)
    saids = [_said(reason, number, shown, goal, signs) for reason, number in reasons]
    back_at = min(max(map(len, saids)) + numbers + 6, width * 3 // 5)
    lost = f"{goal.lost:,} {'does' if goal.lost == 1 else 'do'} not count"
    rows = [_title(lost, "and what helps" if found.complete else "")]
    for said, (reason, number) in zip(saids, reasons, strict=True):
        fixed = found.offer is not None and reason in offered
        places = [
            (0, Piece(signs.mark(LOST), LOOKS[LOST].role)),
            (2, Piece(f"{number:>{numbers},}", bold=True)),
            (3 + numbers, Piece(said, LOOKS[LOST].role)),
        ]
        row = lay(places, back_at - 2, signs.cut, gap=1)
        row = [Piece(" "), *row]
        gap = Piece(" " * (back_at - width_of(row)))
        told = ""
        if found.complete:
            told = signs.text(found.offer.title if fixed and found.offer is not None else shown.advice(reason).short)
        rows.append([*row, gap, Piece(cut(told, width - back_at, signs.cut), "accent" if fixed else "soft")])
    return rows


def _said(reason: str, number: int, shown: Shown, goal: GoalView, signs: Signs) -> str:
    """`came before the exposure`; of another unit type, which it is on the side that does not have the tracked one."""
    if reason == "sameUidOtherType" and goal.other_types:
        of_goals, exposed = (signs.text(shown.named(name, _TYPE)) for name in goal.other_types[0])
        if goal.other_types[0][1] == shown.view.unit_type:
            return f"{'is' if number == 1 else 'are'} of {of_goals}"
        return f"{'was' if number == 1 else 'were'} exposed as {exposed}"
    return who(reason, number, signs.text(shown.unit_type))


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
    said = shown.counts_word if counts else who(unit.reason, 1, signs.text(shown.unit_type))
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
    return ("Units with a loss" if goal.reasons else "Units"), words if number else ""


def action(shown: Shown, unit: Unit | None) -> Offer | None:
    """The change that is offered for a unit."""
    offer = shown.found.offer
    return offer if offer is not None and unit is not None and unit.reason in shown.found.offer_for else None


def result_row(shown: Shown, offer: Offer, signs: Signs) -> Row:
    """`Then ● 1 of 13 counts.`, as it was measured; what is offered as long as it was not."""
    if not offer.result:
        return [Piece("Fix: ", bold=True), Piece(signs.text(offer.title))]
    look = LOOKS[shown.fate]
    said = offer.result.removeprefix("then ")
    return [Piece("Then ", "soft"), Piece(f"{signs.mark(shown.fate)} {said}", look.role, bold=True), Piece(".", "soft")]


def place(shown: Shown) -> str:
    """`experiment 1 of 3, goal: purchase`, for the right end of the last row."""
    names = list(shown.found.sizes)
    goal = "" if shown.goal is None else f"goal: {shown.named(shown.goal.name, 40)}"
    if len(names) < 2:
        return goal
    return ", ".join(part for part in (f"experiment {names.index(shown.view.name) + 1} of {len(names)}", goal) if part)
