"""The table of moves: was and now, how many events, which, and because of which line. The worst comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical

from abtui.core.corpus.comparison.moves import Move, MoveKey
from abtui.tui.kit.drawing import Piece, lay
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.sentence import Row, Sentence
from abtui.tui.screens.impact import words

_WAS: Final = 2
_LEAST_WORD: Final = 5
_COUNT: Final = 9
"""The cells of the numbers, with a gap before them."""
_WIDE, _MIDDLE = 100, 72
"""The widths from which the settings are named, and from which the names of the events have a column."""


class Columns(NamedTuple):
    """Where the columns begin, and `end`, where the numbers end. `which` is None where there is no room for the names."""

    arrow: int
    now: int
    end: int
    which: int | None
    because: int
    settings: bool


def columns(moves: Sequence[Move], width: int) -> Columns:
    """The columns of a table of these moves."""
    arrow = _WAS + 3 + max((len(LOOKS[move.was].word) for move in moves), default=_LEAST_WORD)
    now = arrow + 4
    end = now + 2 + max((len(words.now_word(move)) for move in moves), default=_LEAST_WORD) + _COUNT
    if width >= _WIDE:
        return Columns(arrow, now, end, end + 2, width - max(34, width * 3 // 10), True)
    if width >= _MIDDLE:
        return Columns(arrow, now, end, end + 2, width - 14, False)
    return Columns(arrow, now, end, None, end + 2, False)


def heading(at: Columns, width: int, signs: Signs, *, focused: bool) -> Row:
    """The titles of the columns."""
    lead = Piece(f"{signs.focus} was" if focused else "  was", "accent" if focused else "soft", bold=focused)
    places = [(0, lead), (at.now, Piece("now", "soft")), (at.end - len("events"), Piece("events", "soft"))]
    if at.which is not None:
        places.append((at.which, Piece("which", "soft")))
    return lay([*places, (at.because, Piece("because of", "soft"))], width, signs.cut)


def _move_rows(move: Move, at: Columns, width: int, signs: Signs, *, chosen: bool) -> tuple[Row, Row]:
    """The two lines of a move, right of the bar. Where there is room for one, that is the first."""
    was, now = LOOKS[move.was], LOOKS[move.now]
    setting, lines = (signs.text(text) for text in words.causes_of(move))
    count = f"{move.events:,}"
    places = [
        (_WAS, Piece(signs.mark(move.was), was.role)),
        (_WAS + 2, Piece(was.word, was.role, bold=True)),
        (at.arrow, Piece(signs.whole * 2 + signs.arrow, now.role)),
        (at.now, Piece(signs.mark(move.now), now.role)),
        (at.now + 2, Piece(words.now_word(move), now.role, bold=True)),
        (at.end - len(count), Piece(count, bold=True)),
    ]
    if at.which is not None:
        names = words.names_of(move, at.because - at.which - 1)
        places.append((at.which, Piece(signs.text(names), bold=chosen)))
    role = "text" if chosen else "soft"
    first = setting if at.settings else lines.partition(":")[0] or setting
    second = [(at.because, Piece(lines, role))] if at.settings else []
    return _right_of_bar([*places, (at.because, Piece(first, role))], width, signs), _right_of_bar(second, width, signs)


def _right_of_bar(places: Sequence[tuple[int, Piece]], width: int, signs: Signs) -> Row:
    return lay([(at - 1, piece) for at, piece in places], width - 1, signs.cut)


class MoveList(DrawnList):
    """The moves, two lines each where there is room, else one.

    A `DataTable` of four moves takes 6 times as long to change, and has no rows of two lines in one colour each.
    """

    def __init__(self) -> None:
        super().__init__(id="move-list")
        self.moves: Sequence[Move] = ()
        self.two_lines = True

    @property
    def length(self) -> int:
        """The number of moves."""
        return len(self.moves)

    @property
    def row_height(self) -> int:
        """The lines of a move."""
        return 2 if self.two_lines else 1

    @property
    def move(self) -> Move | None:
        """The chosen move."""
        return self.moves[self.cursor] if self.cursor < len(self.moves) else None

    @property
    def columns(self) -> Columns:
        """Where the columns are."""
        return columns(self.moves, self.room.width - 1)

    def show(self, moves: Sequence[Move], key: MoveKey | None, *, two_lines: bool, most: int) -> None:
        """Show the moves in at most so many lines; the chosen one is that with the key, else the worst."""
        self.moves, self.two_lines = moves, two_lines
        self.styles.height = max(1, min(len(moves) * self.row_height, most))
        self.put_cursor(next((at for at, move in enumerate(moves) if move.key == key), 0))

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> tuple[Row, Row]:
        """The lines of a move."""
        return _move_rows(self.moves[index], self.columns, width, signs, chosen=current)


class MovesPanel(Vertical):
    """The titles of the columns above the moves."""

    SCOPED_CSS = False
    DEFAULT_CSS = "MovesPanel { background: $pane; height: auto; }"

    def __init__(self) -> None:
        super().__init__(id="moves")

    def compose(self) -> ComposeResult:
        """Yield both."""
        yield Sentence(id="move-titles")
        yield MoveList()

    def on_mount(self) -> None:
        """Draw the titles."""
        self.query_one(Sentence).show_form(
            lambda width, signs: heading(self.list.columns, width - 1, signs, focused=self.has_focus_within)
        )

    @property
    def list(self) -> MoveList:
        """The moves."""
        return self.query_one(MoveList)

    def show(self, moves: Sequence[Move], key: MoveKey | None, *, two_lines: bool, most: int) -> None:
        """Show the moves, and the titles where their columns are."""
        self.list.show(moves, key, two_lines=two_lines, most=most)
        self.query_one(Sentence).refresh()

    def on_descendant_focus(self) -> None:
        """Show that the focus came."""
        self.query_one(Sentence).refresh()

    def on_descendant_blur(self) -> None:
        """Show that the focus went."""
        self.query_one(Sentence).refresh()
