"""The threads of one event: a field of the event, what the config says of it, and the field of the payload that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from abtui.core.outcomes import Fate
from abtui.core.threads import Thread, most_telling
from abtui.tui.kit.drawing import Piece, cut, draw, lay, width_of
from abtui.tui.kit.marks import LOOKS, Signs, signs_of
from abtui.tui.kit.private import SelfDrawn

_LETTER, _EVENT = 1, 3
"""The columns of the letter and of the event's field."""
_LEAST: Final = 3
"""The rows up to which there are no titles."""
_WITH_CONFIG: Final = 61
"""The width from which the config has a column."""
_WITH_VALUES: Final = 53
"""The width from which both sides show their values, even if they are equal."""
_MIDDLE, _MIDDLE_WIDE = 15, 24
_ARROW: Final = 4
"""The cells of ` ─▶ `."""
_WIDE: Final = 100


class ThreadClicked(Message):
    """A thread was clicked."""

    def __init__(self, thread: Thread) -> None:
        super().__init__()
        self.thread = thread


class ThreadsView(SelfDrawn):
    """One row a thread, and a row of titles where the config has its column. A click posts `ThreadClicked`.

    A change takes 1.4 ms; of a `DataTable` of six rows and four columns, which has no lines between these, 5.0 ms.
    """

    DEFAULT_CSS = "ThreadsView { height: 5; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._threads: tuple[Thread, ...] = ()
        self._fate: Fate = "unknown"

    def show(self, threads: Sequence[Thread], fate: Fate) -> None:
        """Draw the threads; the one where the journey ends in the colour of the fate."""
        before = self._fate, self._shown()
        self._threads, self._fate = tuple(threads), fate
        titled, shown = self._shown()
        if titled and len(before[1][1]) == len(shown):
            # While a value is typed, only its own thread changes, and what is at fault; in these columns no row depends on the others.
            for y, (old, new) in enumerate(zip(before[1][1], shown, strict=True), 1):
                if old != new or (new.culprit and fate != before[0]):
                    self.refresh(Region(0, y, self.content_size.width, 1))
        elif before != (fate, (titled, shown)):
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Row `y`: the titles or a thread."""
        # One column at the right stays free.
        width, signs = self.content_size.width - 1, signs_of(self)
        titled, shown = self._shown()
        if titled and y == 0:
            return draw(self, _titles(width, signs) if shown else ())
        at = y - titled
        return draw(self, thread_row(shown[at], shown, LOOKS[self._fate].role, width, signs) if at < len(shown) else ())

    def on_click(self, event: events.Click) -> None:
        """Tell which thread was clicked."""
        offset = event.get_content_offset(self)
        titled, shown = self._shown()
        if offset is not None and 0 <= offset.y - titled < len(shown):
            event.stop()
            self.post_message(ThreadClicked(shown[offset.y - titled]))

    def _shown(self) -> tuple[bool, tuple[Thread, ...]]:
        """Whether there is a row of titles, and the threads there is room for. Three threads go before the titles."""
        titled = self.content_size.width > _WITH_CONFIG and self.content_size.height > _LEAST
        room = max(1, self.content_size.height - titled)
        return titled, most_telling(self._threads, room)


def _columns(width: int) -> tuple[int, int, int]:
    """The columns where the config begins, where its line ends, and where the payload's field begins."""
    middle = _MIDDLE_WIDE if width >= _WIDE else _MIDDLE
    start = _EVENT + (width - _EVENT - middle) * 54 // 100
    return start + 3, start + middle - 2, start + middle


def _titles(width: int, signs: Signs) -> list[Piece]:
    config, _, payload = _columns(width)
    words = ((_EVENT, "event"), (config, "config"), (payload, "payload"))
    return lay([(at, Piece(word, "soft")) for at, word in words], width, signs.cut)


def thread_row(thread: Thread, beside: Sequence[Thread], role: str, width: int, signs: Signs) -> list[Piece]:
    """One thread in `width` cells, in columns that suit all threads `beside` it. `role` is the colour of the culprit."""
    colour = role if thread.culprit else ""
    if width >= _WITH_CONFIG:
        return _with_config(thread, colour, width, signs)
    payload = _payload_column(beside, width, signs)
    arrow = [Piece(signs.thin, colour or "soft"), Piece(signs.arrow, colour or "soft")] if thread.payload else []
    left = lay(_left(thread, signs), payload - _ARROW, signs.cut)
    right = _right(thread, signs, equal=width >= _WITH_VALUES)
    gap = Piece(" " * (payload - 3 - width_of(left)))
    return [*left, gap, *arrow, *lay([(1, right)], width - payload + 1, signs.cut)]


def _payload_column(threads: Sequence[Thread], width: int, signs: Signs) -> int:
    """Where the payload's fields begin if the config has no column: in the middle, or later if the event's fields need more room
    and the payload's names leave it."""
    half = _EVENT + (width - _EVENT - _ARROW) // 2 + _ARROW
    if width >= _WITH_VALUES:
        return half
    needed = _ARROW + max(_EVENT + width_of((_left(thread, signs)[-1][1],)) for thread in threads)
    names = max(width_of((Piece(signs.text(_payload_name(thread))),)) for thread in threads)
    return max(half, min(needed, width - names))


def _with_config(thread: Thread, colour: str, width: int, signs: Signs) -> list[Piece]:
    config, end, payload = _columns(width)
    left = lay(_left(thread, signs), config - _ARROW, signs.cut)
    row = [*left, Piece(" " * (config - 3 - width_of(left))), *_through(thread, colour, end - config, signs)]
    if not thread.payload:
        return row
    rule = Piece(signs.thin * (end - width_of(row)), colour or "rule")
    right = lay([(payload - end - 1, _right(thread, signs, equal=True))], width - end - 1, signs.cut)
    return [*row, rule, Piece(signs.arrow, colour or "soft"), *right]


def _through(thread: Thread, colour: str, room: int, signs: Signs) -> list[Piece]:
    """What the config says, with the line that leads to it; the line alone where it says nothing."""
    words = cut(signs.text(thread.through), room - 2, signs.cut)
    line = Piece(signs.thin * 2, colour or "rule")
    return [line, Piece(f" {words} ", colour or "soft", bold=thread.culprit)] if words else [line]


def _left(thread: Thread, signs: Signs) -> list[tuple[int, Piece]]:
    field = signs.text(f"{thread.event} {thread.event_value}".strip())
    return [(_LETTER, Piece(thread.letter, "accent", bold=True)), (_EVENT, Piece(field, bold=thread.culprit))]


def _right(thread: Thread, signs: Signs, *, equal: bool) -> Piece:
    """The field of the payload. Without `equal` its value is left out if it is the event's."""
    if not equal and thread.payload_value == thread.event_value:
        return Piece(signs.text(_payload_name(thread)), bold=thread.culprit)
    return Piece(signs.text(f"{thread.payload} {thread.payload_value}".strip()), bold=thread.culprit)


def _payload_name(thread: Thread) -> str:
    """The name of the payload's field, without how much is in it (`properties, 3 fields`) if the event says the same."""
    return thread.payload.rpartition(", ")[0] or thread.payload if thread.payload == thread.event else thread.payload
