"""One row of the event list: its data, and what it says in which cells, on one line or on two. This loads nothing that draws it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec

from abtui.core.outcomes import Verdict
from abtui.core.segment import EVENT_TYPES
from abtui.tui.kit.cells import cut, width
from abtui.tui.kit.marks import ASCII, LOOKS, UNICODE, RowFate
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


class EventRow(msgspec.Struct, frozen=True):
    """The data of one row of the list. Texts may contain anything; they are shown literally on one line.

    `becomes` is the goal that the event becomes, or what else (`an attribute`), the first of them if there are `more`; `lost` says in a few words why it does not
    count (`no such goal`). Until an event is mapped, its fate is unknown. Some fields are not drawn but serve the filter:
    the verdict, the code of its reason, the goal, the codes of the findings and the user's ids; `errors` and `warnings`
    count findings. So do `mappings`, those that are for the event, `results`, the verdicts of all, and `other_goals`, which
    they send beside the first.

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
    other_goals: tuple[str, ...] = ()


class RowLook(NamedTuple):
    """How the rows of a list are drawn: `margin` cells are free at the right, `signs` have a cell each before the name."""

    width: int
    margin: int
    signs: tuple[Sign, ...]
    two_lines: bool
    ascii: bool

    @property
    def indent(self) -> int:
        """The column of the name."""
        return _BEFORE_NAME + len(self.signs)

    @property
    def fate_at(self) -> int:
        """The column of the fate."""
        return max(self.indent, self.width - self.margin - _FATE_ROOM)

    @property
    def fits(self) -> bool:
        """Whether a line has room for its parts; else it is cut at the end."""
        return self.fate_at - self.indent >= _LEAST_NAME


class RowPart(NamedTuple):
    """A text of a row with its component class, "" for plain text."""

    text: str
    component: str = ""
    bold: bool = False


def row_lines(row: EventRow, look: RowLook, *, current: bool, focused: bool) -> tuple[list[RowPart], ...]:
    """The lines of a row. `current` means that the cursor is on it, and `focused` that the list has the focus."""
    return _Drawing(row, look, current=current, focused=focused).lines()


class _Drawing:
    """The lines of one row: columns that they share."""

    def __init__(self, row: EventRow, look: RowLook, *, current: bool, focused: bool) -> None:
        self.row, self.look = row, look
        self.bold = current or look.two_lines
        self.signs = ASCII if look.ascii else UNICODE
        self.bar = self.signs.row if current and focused else " "
        self.indent, self.fate_at = look.indent, look.fate_at

    def lines(self) -> tuple[list[RowPart], ...]:
        """The lines of the row."""
        if self.look.two_lines:
            return self._line([*self._signs(), *self._named(self.fate_at - self.indent), self._fate()]), self._second()
        return (self._line([*self._signs(), *self._middle(), self._fate()]),)

    def _line(self, parts: list[RowPart], cells: int | None = None) -> list[RowPart]:
        """A line of parts, which take so many cells, or all up to the margin."""
        rest = self.look.width - (self.fate_at + _FATE_ROOM if cells is None else cells)
        return [RowPart(self.bar, "event-list--bar"), *parts, RowPart(" " * rest)]

    def _signs(self) -> list[RowPart]:
        fate = self.signs.mark(self.row.fate)
        signs = [RowPart(fate, f"fate--{self.row.fate}")]
        signs += [RowPart(sign, component) for sign, component in self._states()]
        return [*signs, RowPart(" " * (self.indent - 1 - len(signs)))]

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

    def _named(self, room: int) -> list[RowPart]:
        """The name, and before it the type of any event that is no track."""
        kind = "" if self.row.type in ("track", "") else f"{_word(self.row.type)} "
        kind = kind if len(kind) < room else ""
        # One free cell before the next column.
        name = cut(self.row.name, max(0, room - len(kind) - 1))
        return [
            RowPart(kind, "event-list--soft"),
            RowPart(self._cut_sign(name), "", self.bold),
            RowPart(" " * min(1, room)),
        ]

    def _middle(self) -> list[RowPart]:
        room = self.fate_at - self.indent
        if room < _GOAL_FROM:
            return self._named(room)
        names = (room + 1) // 2
        return [*self._named(names), *self._fortune(room - names)]

    def _fortune(self, room: int) -> list[RowPart]:
        """What becomes of the event, or why nothing does."""
        arrow = f"{self.signs.becomes} "
        text = self.row.becomes or self.row.lost
        head = arrow if self.row.becomes else " " * width(arrow) if not self.look.two_lines else ""
        component = "" if self.row.becomes else "event-list--soft"
        bold = self.bold and not self.look.two_lines
        more = f" +{self.row.more}" if self.row.more else ""
        least = max(0, room - len(head) - 1 - len(more))
        rest = self._cut_sign(cut(text, min(least, width(text)) if more else least))
        tail = " " * (least - width(rest)) if more else ""
        return [RowPart(head, "event-list--soft"), RowPart(rest, component, bold), RowPart(f"{more}{tail} ")]

    def _second(self) -> list[RowPart]:
        """The second line: what becomes of the event, and under its fate the few words about the loss."""
        under = self.row.lost if self.row.becomes else ""
        room = self.fate_at - self.indent if under else self.look.width - self.indent - 1
        words = self._cut_sign(cut(under, min(_FATE_ROOM + 1, self.look.width - self.fate_at)))
        parts = [RowPart(" " * (self.indent - 1)), *self._fortune(room)]
        if not under:
            return self._line(parts, self.look.width - 1)
        return self._line([*parts, RowPart(words, "event-list--soft")], self.fate_at + _FATE_ROOM + 1)

    def _fate(self) -> RowPart:
        words = cut(LOOKS[self.row.fate].word, min(_FATE_ROOM, self.look.width - self.fate_at))
        return RowPart(words, f"fate--{self.row.fate}", self.bold)

    def _cut_sign(self, text: str) -> str:
        return text.replace("…", self.signs.cut) if self.look.ascii else text


def _word(kind: str) -> str:
    """A type as one word of cells that are as many as its characters: it is any text where it is no type of Segment's."""
    return (
        kind if kind in EVENT_TYPES else cut(kind[:_TYPE_ROOM], _TYPE_ROOM).rstrip().encode("ascii", "replace").decode()
    )
