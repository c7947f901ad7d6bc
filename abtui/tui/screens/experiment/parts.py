"""The parts of the Experiment screen: the counts, the list of units, and the story of one unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.geometry import Size
from textual.strip import Strip

from abtui.core.experiments.advice import Advice
from abtui.core.experiments.overview import Unit
from abtui.core.experiments.reason_words import why
from abtui.tui.kit.drawing import Drawn, Piece, draw
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.kit.pieces import wrapped
from abtui.tui.kit.sentence import Row
from abtui.tui.screens.experiment import words
from abtui.tui.screens.experiment.timeline import timeline
from abtui.tui.screens.experiment.words import Shown

Form = Literal["roomy", "tight", "tiny"]
"""Bars, or a row for each variant, or only what does not count."""


class Rows(Drawn):
    """Rows of pieces, as high as they are many."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.most = 40
        """The most rows that there is room for."""
        self._high = 0

    def rows(self, width: int, signs: Signs) -> list[Row]:
        """The rows in a width."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are."""
        self._high = len(self.rows(width, signs_of(self)))
        return self._high

    def show_again(self, *said: object) -> None:
        """Draw again if something else is said, and lay the screen out again if it takes more or fewer rows."""
        self.redraw(said, self.most)
        width = self.content_size.width
        if width and len(self.rows(width, signs_of(self))) != self._high:
            self.refresh(layout=True)

    def render_line(self, y: int) -> Strip:
        """Row `y`."""
        rows = self.rows(self.content_size.width, signs_of(self))
        return draw(self, rows[y] if y < len(rows) else ())


class Counts(Rows):
    """Who was exposed in each variant, what counts in it, and what does not count.

    A change takes 0.9 ms; a `ProgressBar` for each number takes 1.5 ms each, and has no number beside it.
    """

    DEFAULT_CSS = "Counts { height: auto; color: $text; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.form: Form = "roomy"
        self._shown: Shown | None = None

    def show(self, shown: Shown) -> None:
        """Show an experiment."""
        self._shown = shown
        self.show_again(shown.found, self.form)

    def rows(self, width: int, signs: Signs) -> list[Row]:
        """The rows of the form that has room."""
        if self._shown is None:
            return []
        if self.form == "tiny":
            return words.tiny_rows(self._shown, width, signs, self.most)
        return words.count_rows(self._shown, width, signs, roomy=self.form == "roomy", most=self.most)


class UnitList(DrawnList, inherit_bindings=False):
    """The units with a loss, the newest first; without any loss, the units with a goal. What can be mended comes first.

    It is never wider than its room, so left and right are the screen's.
    """

    DEFAULT_CSS = "UnitList { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [*DrawnList.BINDINGS]

    def __init__(self, name_of: Callable[[str], str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._name_of = name_of
        self._shown: Shown | None = None

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units in the list: first those for whom Enter makes the change that is offered."""
        shown = self._shown
        if shown is None or shown.goal is None:
            return ()
        return tuple(sorted(shown.goal.units, key=lambda unit: words.action(shown, unit) is None))

    @property
    def length(self) -> int:
        """The number of units."""
        return len(self.units)

    @property
    def unit(self) -> Unit | None:
        """The unit at the cursor."""
        return self.units[self.cursor] if self.cursor < self.length else None

    def show(self, shown: Shown, event: int | None) -> None:
        """Show the units of a goal. The unit at the cursor stays; of another goal, it is the one of the event that is selected everywhere."""
        before, was = self.unit, self._shown
        self._shown = shown
        self.put_cursor(0)
        same = was is not None and was.view.name == shown.view.name and before is not None
        places = [at for at, unit in enumerate(self.units) if same and before is not None and unit[:2] == before[:2]]
        places += [at for at, unit in enumerate(self.units) if event is not None and unit.event == event]
        places += [at for at, unit in enumerate(self.units) if event in {moment.event for moment in unit.moments}]
        self.put_cursor(next(iter(places), 0))

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[Row]:
        """The row of a unit."""
        if self._shown is None:
            return [[]]
        unit = self.units[index]
        return [words.unit_row(unit, self._shown, self._name_of(unit.uid), width, signs, current=current)]


class StoryView(Rows):
    """The story of one unit, and below it what helps."""

    DEFAULT_CSS = "StoryView { height: auto; color: $text; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: Shown | None = None
        self._unit: Unit | None = None

    def show(self, shown: Shown | None, unit: Unit | None) -> None:
        """Tell the story of a unit."""
        self._shown, self._unit = shown, unit
        self.show_again(unit, None if shown is None else shown.found)

    def rows(self, width: int, signs: Signs) -> list[Row]:
        """The moments, then why the goal does not count and what helps."""
        shown, unit = self._shown, self._unit
        if shown is None or unit is None:
            return []
        after = self._after(shown, unit, width, signs)
        room = self.most - len(after)
        if room < 4 and len(after) > 1:
            # The story is what is looked at.
            after = [self._helps_in_short(shown, unit, signs)]
            room = self.most - len(after)
        return [*timeline(unit, shown, width, max(1, room), signs), *after]

    @staticmethod
    def _helps_in_short(shown: Shown, unit: Unit, signs: Signs) -> Row:
        """What helps in a few words, which have room in a row."""
        if (offer := words.action(shown, unit)) is not None:
            return words.result_row(shown, offer, signs)
        if not shown.found.complete:
            return []
        helps = shown.advice(unit.reason)
        said = signs.text(helps.short.removeprefix("none: "))
        return [Piece(f"{_head(helps)} ", bold=True), Piece(f"{said}.")]

    def _after(self, shown: Shown, unit: Unit, width: int, signs: Signs) -> list[Row]:
        if not unit.reason:
            return []
        offer = words.action(shown, unit)
        because: list[Row] = [[Piece(line, "soft")] for line in wrapped(why(unit.reason, shown.unit_type), width)]
        if offer is not None:
            return [[], words.result_row(shown, offer, signs), *because, []]
        if not shown.found.complete:
            return [[], *because, []]
        helps = shown.advice(unit.reason)
        head = _head(helps)
        first, *rest = wrapped(signs.text(f"{head} {helps.sentence[:1].lower()}{helps.sentence[1:]}"), width)
        lead = first[: len(head)]
        told: list[Row] = [[Piece(lead, bold=True), Piece(first[len(lead) :])], *([Piece(line)] for line in rest)]
        return [[], *told, *because, []]


def _head(helps: Advice) -> str:
    return "Nothing to mend:" if helps.past_help else "Fix:"
