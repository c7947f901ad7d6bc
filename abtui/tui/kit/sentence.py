"""The sentence about all events, with the mark of each fate: the legend of the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from abtui.core.text.plain import plural
from abtui.tui.kit.drawing import Drawn, Piece, cut, draw, target_at, targets, width_of
from abtui.tui.kit.jump_labels import JumpSpot
from abtui.tui.kit.marks import LOOKS, Counts, LookName, Signs, signs_of

_NARROW: Final = 60
"""The width up to which the sentence begins with `Of 10:`."""
Row = list[Piece]
Term = tuple[str, str]
FATE_TERMS: Final[dict[LookName, Term]] = {
    fate: ("verdict", fate) if fate == "unreadable" else ("fate", fate) for fate in LOOKS if fate != "does-not-count"
}
"""The filter term that shows only the events of a fate, which a click on it asks for."""


class FateClicked(Message):
    """A fate was clicked where it is counted."""

    def __init__(self, fate: LookName) -> None:
        super().__init__()
        self.fate = fate


class Sentence(Drawn):
    """One row that says how many things have which fate. A click on a fate posts `FateClicked`.

    A change takes 0.8 ms; of a `Static`, which lays the screen out again, 1.3 ms, and it would not fit its words to the width.
    """

    DEFAULT_CSS = "Sentence { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._form: Callable[[int, Signs], Row] = lambda _width, _signs: []
        self._row: Row = []

    def show_counts(self, counts: Counts, *, noun: str = "event", several: str = "") -> None:
        """Say how many of the nouns have which fate."""
        self._form = partial(counted, counts, noun=noun, several=several)
        self.redraw(counts, noun, several)

    def show(self, *pieces: Piece) -> None:
        """Say something else. A piece with a fate as its target can be clicked."""
        self._form = partial(_fitted, pieces)
        self.redraw(pieces)

    def show_form(self, form: Callable[..., Row], *about: object) -> None:
        """Say what `form` gives for what it is about, and the width and the signs of the terminal."""
        self._form = partial(form, *about)
        self.redraw(form, about)

    def render_line(self, y: int) -> Strip:
        """The sentence in the longest form that has room."""
        self._row = self._form(self.content_size.width, signs_of(self)) if y == 0 else []
        return draw(self, self._row)

    def jump_spots(self) -> list[JumpSpot]:
        """The fates as places to jump to."""
        left = self.content_offset.x
        return [
            JumpSpot(left + x, 0, partial(self.post_message, FateClicked(fate)))
            for x, fate in targets(self._row)
            if fate in LOOKS
        ]

    def on_click(self, event: events.Click) -> None:
        """Tell which fate was clicked."""
        clicked(self, event, self._row)


def _fitted(pieces: Iterable[Piece], width: int, signs: Signs) -> Row:
    row: Row = []
    for piece in pieces:
        row.append(piece._replace(text=cut(signs.text(piece.text), width - width_of(row), signs.cut)))
    return row


def clicked(widget: Widget, event: events.Click, row: Iterable[Piece]) -> None:
    """Post `FateClicked` if a fate in the row was clicked."""
    offset = event.get_content_offset(widget)
    fate = None if offset is None else target_at(row, offset.x)
    if fate in LOOKS:
        event.stop()
        widget.post_message(FateClicked(fate))


def counted(counts: Counts, width: int, signs: Signs, *, noun: str = "event", several: str = "") -> Row:
    """The sentence about the counts in the longest form that fits `width`: words, words without `are`, or words as far as they fit."""
    numbers: dict[LookName, int] = dict(counts.items())
    shown = [(fate, numbers[fate]) for fate in LOOKS if numbers.get(fate)]
    # Text that holds no event has a row in the list, but is not counted as one.
    total = sum(number for fate, number in shown if fate != "unreadable")
    said = plural(total, noun, several)
    forms: Sequence[Callable[[], Row]] = (
        lambda: _long(said, shown, signs, "  "),
        lambda: _long(said, shown, signs, " "),
        *(partial(_short, total, shown, signs, words=words) for words in range(len(shown), -1, -1)),
    )
    row: Row = []
    for form in forms[2:] if width <= _NARROW else forms:
        row = form()
        if width_of(row) <= width:
            return row
    return row


def _long(said: str, shown: Sequence[tuple[LookName, int]], signs: Signs, space: str) -> Row:
    row = [Piece(said, bold=True)]
    for at, (fate, number) in enumerate(shown):
        row.append(Piece(("," if at else ":") + space, "soft"))
        row += fate_pieces(fate, number, signs, LOOKS[fate].one if number == 1 else LOOKS[fate].several)
    return row


def _short(total: int, shown: Sequence[tuple[LookName, int]], signs: Signs, *, words: int) -> Row:
    """The counts, of which the first `words` have their word."""
    row = [Piece(f"Of {total:,}:" if words else f"{total:,}:", bold=True)]
    for at, (fate, number) in enumerate(shown):
        verb = LOOKS[fate].one if number == 1 else LOOKS[fate].several
        row.append(Piece(" "))
        row += fate_pieces(fate, number, signs, verb.removeprefix("is ").removeprefix("are ") if at < words else "")
    return row


def fate_pieces(fate: LookName, number: int, signs: Signs, verb: str) -> Row:
    """`● 4 arrive` in the colour of the fate."""
    role = LOOKS[fate].role
    said = f" {number:,} {verb}" if verb else f" {number:,}"
    return [Piece(signs.mark(fate), role, target=fate), Piece(said, role, bold=True, target=fate)]


def legend(signs: Signs) -> Row:
    """What the other signs of the screen mean, as a second line below the sentence."""
    said = (
        (signs.becomes, "becomes"),
        ("a b c", "same field"),
        ("+", "added"),
        (signs.changed, "changed"),
        ("*", "marked"),
    )
    row: Row = []
    for sign, word in said:
        row += [Piece("  " if row else ""), Piece(sign, "accent", bold=True), Piece(f" {word}", "soft")]
    return row
