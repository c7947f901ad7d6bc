"""One row of the event list: its data, and how it is drawn, on one line or on two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.core.outcomes import Verdict
from abtui.core.segment import EVENT_TYPES
from abtui.tui.kit.cells import cut, width
from abtui.tui.kit.marks import ASCII, LOOKS, UNICODE, RowFate
from abtui.tui.kit.painting import foreground
from abtui.tui.kit.signs import EDITED, MARKED, receipt_sign

RowVerdict = Literal[Verdict, "unreadable", "unmapped"]
"""A verdict of the core, `unreadable` for text that is not an event, or `unmapped` for an event not yet mapped."""
Sign = Literal["mark", "edit", "change", "receipt"]

_FATE_ROOM: Final = 12
"""The cells of the column of fates: `never leaves`."""
_BEFORE_NAME: Final = 3
"""The bar, the mark and a blank."""
_MARGIN: Final = 2
"""The free cells at the right, of which the scrollbar takes one when it is there."""
_LEAST_NAME: Final = 8
_TYPE_ROOM: Final = 10
_GOAL_FROM: Final = 26
"""The least room for name and goal, from which a row of one line has both."""

_RECEIPT_CLASSES: Final = {"accepted": "fate--arrives", "refused": "fate--refused", "unknown": "fate--unknown"}
_BOLD: Final = Style(bold=True)
FATE_CLASSES: Final = frozenset(f"fate--{fate}" for fate in LOOKS)
FATE_CSS: Final = "".join(f"        & .fate--{fate} {{ color: ${look.role}; }}\n" for fate, look in LOOKS.items())
ROW_CLASSES: Final = frozenset({*FATE_CLASSES, "event-list--bar", "event-list--soft", "event-list--sign"})
ROW_CSS: Final = f"""
        & .event-list--bar {{ color: $accent; }}
        & .event-list--soft {{ color: $soft; }}
        & .event-list--sign {{ color: $accent; text-style: bold; }}
{FATE_CSS}
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""


class EventRow(msgspec.Struct, frozen=True):
    """The data of one row of the list. Texts may contain anything; they are shown literally on one line.

    `becomes` is the goal that the event becomes, or what else (`an attribute`), the first of them if there are `more`; `lost` says in a few words why it does not
    count (`no such goal`). Until an event is mapped, its fate is unknown. Some fields are not drawn but serve the filter:
    the verdict, the code of its reason, the goal, the codes of the findings and the user's ids; `errors` and `warnings`
    count findings. So do `mappings`, those that are for the event, and `results`, the verdicts of all.

    `changes` are the kinds of its change against the baseline (`core.corpus`). `receipt` is the state of its sending
    (`waiting`, `accepted`, `refused`, `unknown` or ""). `flags` may contain `marked`, `edited` and `moved`.
    """

    type: str
    name: str
    verdict: RowVerdict
    fate: RowFate = "unknown"
    errors: int = 0
    warnings: int = 0
    source: str = ""
    reason: str = ""
    goal: str = ""
    codes: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    receipt: str = ""
    flags: tuple[str, ...] = ()
    becomes: str = ""
    lost: str = ""
    more: int = 0
    mappings: tuple[str, ...] = ()
    results: tuple[str, ...] = ()


class RowLook(NamedTuple):
    """How the rows of a list are drawn: `margin` cells are free at the right, `signs` have a cell each before the name."""

    width: int
    margin: int
    signs: tuple[Sign, ...]
    two_lines: bool
    ascii: bool


class RowStyles:
    """The styles of the parts of rows. They are added once: that takes half of the time of drawing a row."""

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        self._style_of = style_of
        self._known: dict[tuple[str, bool, bool], Style] = {}

    def of(self, component: str, current: bool, bold: bool) -> Style:
        """The style of a component class ("" for plain text) on a row, which may be the one at the cursor."""
        key = component, current, bold
        style = self._known.get(key)
        if style is None:
            style = self._known[key] = self._made(component, current) + (_BOLD if bold else Style())
        return style

    def _made(self, component: str, current: bool) -> Style:
        style_of = self._style_of
        base = style_of("event-list--cursor" if current else "")
        # Where text has another colour on that background, as with 16 colours, all text has: the others cannot be read on it.
        plain = not component or base.color != style_of("").color
        return base if plain else base + foreground(style_of(component))


def draw_row(row: EventRow, look: RowLook, styles: RowStyles, *, current: bool, focused: bool) -> tuple[Strip, ...]:
    """The strips of a row. `current` means that the cursor is on it, and `focused` that the list has the focus."""
    return _Drawing(row, look, styles, current=current, focused=focused).strips()


class _Drawing:
    """The drawing of one row: columns and styles that its lines share."""

    def __init__(self, row: EventRow, look: RowLook, styles: RowStyles, *, current: bool, focused: bool) -> None:
        self.row, self.look = row, look
        self.styles, self.current = styles, current
        self.base = styles.of("", current, False)
        self.bold = current or look.two_lines
        self.signs = ASCII if look.ascii else UNICODE
        self.bar = self.signs.row if current and focused else " "
        self.indent = _BEFORE_NAME + len(look.signs)
        self.fate_at = max(self.indent, look.width - look.margin - _FATE_ROOM)

    def style(self, component: str = "", *, bold: bool = False) -> Style:
        """The style of a component on this row's background."""
        return self.styles.of(component, self.current, bold)

    def strips(self) -> tuple[Strip, ...]:
        """The lines of the row."""
        if self.look.two_lines:
            return self._line([*self._signs(), *self._named(self.fate_at - self.indent), self._fate()]), self._second()
        return (self._line([*self._signs(), *self._middle(), self._fate()]),)

    def _line(self, parts: list[Segment], cells: int | None = None) -> Strip:
        """A line of parts, which take so many cells, or all up to the margin."""
        bar, room = Segment(self.bar, self.style("event-list--bar")), self.look.width
        if self.fate_at - self.indent < _LEAST_NAME:
            return Strip([bar, *parts]).adjust_cell_length(room, self.base)
        # Measuring a strip takes as long as making one.
        rest = room - (self.fate_at + _FATE_ROOM if cells is None else cells)
        return Strip([bar, *parts, Segment(" " * rest, self.base)], room)

    def _signs(self) -> list[Segment]:
        fate = self.signs.mark(self.row.fate)
        signs = [Segment(fate, self.style(f"fate--{self.row.fate}"))]
        signs += [Segment(sign, self.style(component)) for sign, component in self._states()]
        return [*signs, Segment(" " * (self.indent - 1 - len(signs)), self.base)]

    def _states(self) -> list[tuple[str, str]]:
        """The row's sign, or a blank, for each kind of sign, with its component."""
        row, signs = self.row, self.signs
        there = {
            "mark": (MARKED if "marked" in row.flags else " ", "event-list--sign"),
            "edit": (EDITED if "edited" in row.flags else " ", "event-list--sign"),
            "change": (signs.changed if row.changes else " ", "event-list--sign"),
            "receipt": (receipt_sign(row.receipt, signs), _RECEIPT_CLASSES.get(row.receipt, "event-list--soft")),
        }
        return [there[sign] for sign in self.look.signs]

    def _named(self, room: int) -> list[Segment]:
        """The name, and before it the type of any event that is no track."""
        kind = "" if self.row.type in ("track", "") else f"{_word(self.row.type)} "
        kind = kind if len(kind) < room else ""
        # One free cell before the next column.
        name = cut(self.row.name, max(0, room - len(kind) - 1))
        return [
            Segment(kind, self.style("event-list--soft")),
            Segment(self._cut_sign(name), self.style(bold=self.bold)),
            Segment(" " * min(1, room), self.base),
        ]

    def _middle(self) -> list[Segment]:
        room = self.fate_at - self.indent
        if room < _GOAL_FROM:
            return self._named(room)
        names = (room + 1) // 2
        return [*self._named(names), *self._fortune(room - names)]

    def _fortune(self, room: int) -> list[Segment]:
        """What becomes of the event, or why nothing does."""
        arrow = f"{self.signs.becomes} "
        text = self.row.becomes or self.row.lost
        head = arrow if self.row.becomes else " " * width(arrow) if not self.look.two_lines else ""
        style = self.style("" if self.row.becomes else "event-list--soft", bold=self.bold and not self.look.two_lines)
        more = f" +{self.row.more}" if self.row.more else ""
        least = max(0, room - len(head) - 1 - len(more))
        rest = self._cut_sign(cut(text, min(least, width(text)) if more else least))
        tail = " " * (least - width(rest)) if more else ""
        return [
            Segment(head, self.style("event-list--soft")),
            Segment(rest, style),
            Segment(f"{more}{tail} ", self.base),
        ]

    def _second(self) -> Strip:
        """The second line: what becomes of the event, and under its fate the few words about the loss."""
        under = self.row.lost if self.row.becomes else ""
        room = self.fate_at - self.indent if under else self.look.width - self.indent - 1
        words = self._cut_sign(cut(under, min(_FATE_ROOM + 1, self.look.width - self.fate_at)))
        parts = [Segment(" " * (self.indent - 1), self.base), *self._fortune(room)]
        if not under:
            return self._line(parts, self.look.width - 1)
        return self._line([*parts, Segment(words, self.style("event-list--soft"))], self.fate_at + _FATE_ROOM + 1)

    def _fate(self) -> Segment:
        words = cut(LOOKS[self.row.fate].word, min(_FATE_ROOM, self.look.width - self.fate_at))
        return Segment(words, self.style(f"fate--{self.row.fate}", bold=self.bold))

    def _cut_sign(self, text: str) -> str:
        return text.replace("…", self.signs.cut) if self.look.ascii else text


def _word(kind: str) -> str:
    """A type as one word of cells that are as many as its characters: it is any text where it is no type of Segment's."""
    return (
        kind if kind in EVENT_TYPES else cut(kind[:_TYPE_ROOM], _TYPE_ROOM).rstrip().encode("ascii", "replace").decode()
    )
