"""The journey of one event as a line through four stages, which is whole as far as somebody answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from abtui.core.journey import STAGES, Journey, Stage, StageName
from abtui.core.outcomes import Fate
from abtui.tui.kit.drawing import Drawn, Piece, draw, lay
from abtui.tui.kit.marks import LOOKS, Signs, signs_of

_SHORT: Final[dict[StageName, str]] = {"Segment": "Segm.", "destination": "dest.", "collector": "coll."}
_SECONDS: Final = 0.15
_LAST, _LAST_WIDE = 9, 14
"""The room of the last stage, and from which step on it is the larger one."""
_WIDE_STEP: Final = 16


class StageClicked(Message):
    """A stage was clicked."""

    def __init__(self, stage: StageName) -> None:
        super().__init__()
        self.stage = stage


class _Drawn(NamedTuple):
    """What is drawn. `fate` is None for the ghost of a journey."""

    stages: tuple[Stage, ...]
    fate: Fate | None = None
    soft: bool = False


class JourneyView(Drawn):
    """Names, line and words in 3 rows, line and names in 2. A click on a stage posts `StageClicked`.

    A change takes 1.2 ms; of a `Static` with three such rows, which lays the screen out again, 2.1 ms.
    """

    DEFAULT_CSS = "JourneyView { height: 3; color: $text; }"

    _share: reactive[float] = reactive(1.0, repaint=False, init=False)
    """How much of the line is drawn."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._drawn = _Drawn(())

    def show(self, journey: Journey, *, animate: bool = False, soft: bool = False) -> None:
        """Draw a journey; `soft` one that is no longer up to date. `animate` draws the line from left to right."""
        # While a key repeats, the line before is not finished yet.
        running = self.app.animator.is_being_animated(self, "_share")
        if running:
            self.app.animator.force_stop_animation(self, "_share")
        self._drawn = _Drawn(journey.stages, journey.fate, soft)
        self._share = 1.0
        if animate and not running and self.app.animation_level == "full":
            self._share = 0.0
            self.animate("_share", 1.0, duration=_SECONDS, easing="linear")
        self.redraw(self._drawn)

    def watch__share(self) -> None:
        """Draw the line alone: nothing else moves."""
        self.refresh(Region(0, self._is_high, self.content_size.width, 1))

    def show_ghost(self, words: Sequence[str] = ("", "", "", "")) -> None:
        """Draw where a journey would be, with a word for each stage."""
        stages = zip(STAGES, words, strict=True)
        self._drawn = _Drawn(tuple(Stage(name, "unreached", word, word) for name, word in stages))
        self._share = 1.0
        self.redraw(self._drawn)

    def render_line(self, y: int) -> Strip:
        """Row `y`: names, line and words, or line and names."""
        if not self._drawn.stages:
            return draw(self, ())
        high = self._is_high
        row = _ROWS[y if high else (1, 0, 2)[min(y, 2)]]
        width, signs = self.content_size.width, signs_of(self)
        strip = draw(self, row(self._drawn, width, signs, high))
        if row is line_row and self._share < 1.0:
            return strip.crop(0, int(width * self._share)).adjust_cell_length(width, self.rich_style)
        return strip

    @property
    def _is_high(self) -> bool:
        """Whether there is room for the names above the line."""
        return self.content_size.height >= len(_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Tell which stage was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and self._drawn.stages:
            event.stop()
            at = sum(offset.x >= place for place in places(self.content_size.width)[1:])
            self.post_message(StageClicked(STAGES[at]))


def places(width: int) -> tuple[int, int, int, int]:
    """The columns of the four stages."""
    step = (width - _LAST_WIDE) // 3
    step = max(2, step if step >= _WIDE_STEP else min(_WIDE_STEP, (width - _LAST) // 3))
    return 0, step, 2 * step, 3 * step


def _end(drawn: _Drawn) -> int:
    """The stage where the journey ends; -1 for a ghost."""
    if drawn.fate is None:
        return -1
    return next((at for at, stage in enumerate(drawn.stages) if stage.state == "ends"), len(drawn.stages) - 1)


def _role(drawn: _Drawn) -> str:
    return "soft" if drawn.fate is None or drawn.soft else LOOKS[drawn.fate].role


def name_row(drawn: _Drawn, width: int, signs: Signs, high: bool) -> list[Piece]:
    """The names of the stages. The one where the journey ends is bold, and has the fate's colour if no word stands below."""
    columns, end, row = places(width), _end(drawn), []
    for at, (column, stage) in enumerate(zip(columns, drawn.stages, strict=True)):
        fits = len(stage.name) < columns[1] or at == len(columns) - 1
        name = stage.name if fits else _SHORT.get(stage.name, stage.name)
        role = "soft" if at != end or drawn.soft else "text" if high else _role(drawn)
        row.append((column, Piece(name, role, bold=at == end)))
    return lay(row, width, signs.cut)


def word_row(drawn: _Drawn, width: int, signs: Signs, _high: bool) -> list[Piece]:
    """What happened at each stage; the last word has the fate's colour."""
    columns, end, row = places(width), _end(drawn), []
    worded = [(at, stage) for at, stage in enumerate(drawn.stages) if stage.word]
    for (at, stage), following in zip(worded, [*worded[1:], None], strict=False):
        room = (columns[following[0]] - 1 if following else width) - columns[at]
        word = stage.word if len(stage.word) <= room else stage.short or stage.word
        row.append((columns[at], Piece(signs.text(word), _role(drawn) if at == end else "soft", bold=at == end)))
    return lay(row, width, signs.cut)


def line_row(drawn: _Drawn, width: int, signs: Signs, _high: bool) -> list[Piece]:
    """The line itself: a mark at each stage, and between them what led there."""
    step = places(width)[1] - 1
    row = []
    for at, stage in enumerate(drawn.stages):
        if at:
            row.append(_line(drawn, stage, step, signs))
        row.append(_mark(drawn, stage, signs))
    return row


def stage_mark(stage: Stage, fate: Fate, signs: Signs) -> Piece:
    """The mark of a stage that the line of an event with this fate reaches."""
    shown: Fate = "arrives" if stage.state == "passed" else "unknown" if fate == "accepted" else fate
    return Piece(signs.mark(shown), LOOKS[shown].role)


def stage_line(stage: Stage, fate: Fate, cells: int, signs: Signs) -> Piece:
    """The line that leads to a stage."""
    sign = {"answered": signs.whole, "silent": signs.broken, "none": " "}[stage.line]
    return Piece(sign * cells, LOOKS["arrives" if stage.state == "passed" else fate].role)


def _mark(drawn: _Drawn, stage: Stage, signs: Signs) -> Piece:
    if drawn.fate is None or stage.state == "unreached":
        return Piece(signs.unreached, "rule")
    mark = stage_mark(stage, drawn.fate, signs)
    return mark._replace(role="soft") if drawn.soft else mark


def _line(drawn: _Drawn, stage: Stage, step: int, signs: Signs) -> Piece:
    if drawn.fate is None:
        return Piece(signs.broken * step, "rule")
    line = stage_line(stage, drawn.fate, step, signs)
    return line._replace(role="soft") if drawn.soft else line


_ROWS: Final = (name_row, line_row, word_row)
