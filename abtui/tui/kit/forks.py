"""The journey of one event through several mappings: one line until the destination, where it forks, and one line for each from there."""

from __future__ import annotations

from typing import Final, NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from abtui.core.journey import STAGES, Fork, Journey, rest_of_forks, telling_forks
from abtui.tui.kit.drawing import Drawn, Piece, cut, draw, lay, width_of
from abtui.tui.kit.journey import stage_line, stage_mark
from abtui.tui.kit.marks import LOOKS, Signs, signs_of

_SHORT: Final = ("Segm.", "dest.", "coll.", "console")
_NAME: Final = 3
"""The columns from where the line forks to a mapping's name."""
_LEAST_NAME: Final = 10
_ROOMS: Final = ((0, 12), (76, 28), (110, 46))
"""The cells of the words at the end of a line, from which width on."""
_WIDE: Final = 56


class ForkClicked(Message):
    """The line of a mapping was clicked."""

    def __init__(self, mapping: str) -> None:
        super().__init__()
        self.mapping = mapping


class RestClicked(Message):
    """The line that counts the mappings there is no room for was clicked."""


class _Columns(NamedTuple):
    """Where the destination, the collector and the console stand, and where the words begin."""

    fork: int
    collector: int
    console: int
    words: int


class ForksView(Drawn):
    """The names of the stages, a line for each mapping, and one that counts those there is no room for. A click on a line posts `ForkClicked`,
    on the one that counts `RestClicked`.

    It is as high as the mappings need, up to the `max-height` that it is given; all events of a config need the same.
    """

    DEFAULT_CSS = "ForksView { height: auto; max-height: 5; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._journey: Journey | None = None
        self._chosen = ""
        self._soft = False

    def show(self, journey: Journey, chosen: str, *, soft: bool = False) -> None:
        """Draw the ways of an event; the texts are those of the `chosen` mapping. `soft`: they are no longer up to date."""
        count = 0 if self._journey is None else len(self._journey.forks)
        self._journey, self._chosen, self._soft = journey, chosen, soft
        if count != len(journey.forks):
            self.refresh(layout=True)
        self.redraw(journey, chosen, soft)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for the names, and one for each mapping."""
        return 1 if self._journey is None else 1 + len(self._journey.forks)

    def render_line(self, y: int) -> Strip:
        """Row `y`: the names, a mapping, or how many more there are."""
        width, signs = self.content_size.width, signs_of(self)
        titled, shown = self._shown()
        if self._journey is None:
            return draw(self, ())
        if titled and y == 0:
            return draw(self, _names(width, signs))
        at = y - titled
        if at < len(shown):
            alone = len(self._journey.forks) == 1
            last = at == len(shown) - 1 and len(shown) == len(self._journey.forks)
            branch = signs.whole if alone else signs.forks[0 if at == 0 else 2 if last else 1]
            lead = _lead(branch, width, signs, first=at == 0)
            row = [*lead, *fork_row(shown[at], shown, width, signs, chosen=shown[at].name == self._chosen)]
            return draw(self, [piece._replace(role="soft") for piece in row] if self._soft else row)
        rest = rest_of_forks(self._journey, shown) if at == len(shown) else ""
        lead = _lead(signs.forks[2], width, signs, first=False)
        return draw(self, [*lead, Piece(f"{signs.folded} {rest}", "soft")] if rest else ())

    def on_click(self, event: events.Click) -> None:
        """Tell which mapping was clicked, or that the others were."""
        offset = event.get_content_offset(self)
        titled, shown = self._shown()
        if offset is not None and 0 <= offset.y - titled < len(shown):
            event.stop()
            self.post_message(ForkClicked(shown[offset.y - titled].name))
        elif offset is not None and self._journey is not None and len(shown) < len(self._journey.forks):
            event.stop()
            self.post_message(RestClicked())

    def _shown(self) -> tuple[bool, tuple[Fork, ...]]:
        """Whether there is a row of names, and the forks there is room for."""
        height = self.content_size.height
        titled = not self.screen.has_class("-tiny")
        found = self._journey
        return titled, () if found is None else telling_forks(found, max(1, height - titled), self._chosen)


def _columns(width: int) -> _Columns:
    room = [cells for least, cells in _ROOMS if width >= least][-1]
    # One column at the right stays free.
    console = max(20, width - room - 3)
    fork, step = (9, 11) if width >= _WIDE else (6, 6)
    return _Columns(fork, console - step, console, console + 2)


def _names(width: int, signs: Signs) -> list[Piece]:
    at = _columns(width)
    names = STAGES if width >= _WIDE else _SHORT
    places = zip((0, at.fork, at.collector, at.console), names, strict=True)
    return lay([(column, Piece(name, "soft")) for column, name in places], width, signs.cut)


def _lead(branch: str, width: int, signs: Signs, *, first: bool) -> list[Piece]:
    """What leads to a mapping: from Segment in the first line, from the line above in the others."""
    role, room = LOOKS["arrives"].role, _columns(width).fork
    if not first:
        return [Piece(" " * room), Piece(branch, role)]
    return [Piece(signs.mark("arrives"), role), Piece(signs.whole * (room - 1) + branch, role)]


def fork_row(fork: Fork, beside: tuple[Fork, ...], width: int, signs: Signs, *, chosen: bool) -> list[Piece]:
    """The line of one mapping from where the journey forks, in columns that suit all `beside` it."""
    at = _columns(width)
    room = at.collector - at.fork - _NAME - 1
    if fork.ends in ("Segment", "destination") or not fork.is_for_it:
        return _stopped(fork, beside, width - at.fork - 2, signs, chosen=chosen)
    name, becomes = signs.text(fork.mapping), signs.text(fork.becomes)
    line = Piece(signs.whole, LOOKS["arrives"].role)
    row = [line, _pointer(signs, chosen=chosen), _named(cut(name, room, signs.cut), chosen=chosen)]
    arrow = f" {signs.becomes} "
    if becomes and len(name) + len(arrow) + len(becomes) <= room:
        row += [Piece(arrow, "soft"), Piece(becomes)]
    fill = at.collector - at.fork - 2 - width_of(row)
    row += [Piece(" "), Piece(signs.whole * fill, LOOKS["arrives"].role)]
    collector, console = fork.stages[2], fork.stages[3]
    row.append(stage_mark(collector, fork.fate, signs))
    if collector.state == "ends":
        return [*row, Piece(" "), *_words(fork, width - at.collector - 3, signs)]
    row.append(stage_line(console, fork.fate, at.console - at.collector - 1, signs))
    return [*row, stage_mark(console, fork.fate, signs), Piece(" "), *_words(fork, width - at.words - 1, signs)]


def _stopped(fork: Fork, beside: tuple[Fork, ...], width: int, signs: Signs, *, chosen: bool) -> list[Piece]:
    """The line of a mapping that sends nothing: its name, and why."""
    longest = max(len(signs.text(other.mapping)) for other in beside)
    names = min(longest, max(_LEAST_NAME, (width - _NAME) // 3))
    mark = signs.mark(fork.fate) if fork.is_for_it else signs.unreached
    role = LOOKS[fork.fate].role if fork.is_for_it else "soft"
    name = cut(signs.text(fork.mapping), names, signs.cut)
    named = _named(name, chosen=chosen, role="text" if fork.is_for_it else "soft")
    row = [Piece(mark, role), _pointer(signs, chosen=chosen), named]
    row.append(Piece(" " * (names - len(name) + 2)))
    why = fork.short if fork.is_for_it and len(fork.why) > width - width_of(row) else fork.why
    return [*row, Piece(cut(signs.text(why), width - width_of(row), signs.cut), role, bold=fork.is_for_it)]


def _pointer(signs: Signs, *, chosen: bool) -> Piece:
    """The sign before the name of the mapping that is looked at: its surface alone is hard to see."""
    return Piece(signs.focus if chosen else " ", "accent")


def _named(name: str, *, chosen: bool, role: str = "text") -> Piece:
    return Piece(name, role, bold=chosen, on="raised" if chosen else "")


def _words(fork: Fork, room: int, signs: Signs) -> list[Piece]:
    """What happened at the end: the longest that fits of why, the same shorter, and the word of the stage."""
    end = next((stage for stage in fork.stages if stage.state == "ends"), fork.stages[-1])
    # A name that is cut tells more than that there is one.
    said = (fork.becomes,) if fork.ends is None and fork.becomes else (fork.why, fork.short, end.word, end.short)
    words = [signs.text(text) for text in said if text]
    fitting = next((text for text in words if len(text) <= room), words[-1] if words else "")
    return [Piece(cut(fitting, room, signs.cut), LOOKS[fork.fate].role, bold=True)]
