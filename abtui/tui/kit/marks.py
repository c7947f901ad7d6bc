"""How fates and lines look: a mark, a word and a role of the theme, and all of it in ASCII where a terminal needs that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from abtui.core.fate import DOES_NOT_COUNT, FATES
from abtui.core.outcomes import Fate
from abtui.core.text.plain import printable

if TYPE_CHECKING:
    from textual.widget import Widget

RowFate = Literal[Fate, "unreadable"]
"""A fate of the core, or `unreadable` for a piece of text or a JSON object that is not an event."""
LookName = Literal[RowFate, "does-not-count"]
"""A fate of a row, or `does-not-count` for a goal that arrived, but whose unit was not exposed before."""
Counts = Mapping[LookName, int] | Mapping[RowFate, int] | Mapping[Fate, int]
"""How many things have which fate."""
_MOST: Final = 1000
"""The most characters of a text that are drawn; no row is wider, and to look through a huge one takes long."""


class FateLook(NamedTuple):
    """A one-cell mark, the same in ASCII, the word for one event, the verbs for one and for several, the role, and whether
    somebody answered."""

    mark: str
    ascii: str
    word: str
    one: str
    several: str
    role: str
    answered: bool


_ROLES: Final[dict[Fate, tuple[str, bool]]] = {
    "arrives": ("arrives", True),
    "accepted": ("unknown", True),
    "unknown": ("unknown", False),
    "never-leaves": ("never-leaves", False),
    "ignored": ("ignored", False),
    "refused": ("refused", True),
    "fails": ("refused", True),
}

LOOKS: Final[dict[LookName, FateLook]] = {
    **{
        fate: FateLook(words.mark, words.ascii, words.one.removeprefix("is "), words.one, words.several, *_ROLES[fate])
        for fate, words in FATES.items()
    },
    "does-not-count": FateLook(
        DOES_NOT_COUNT.mark,
        DOES_NOT_COUNT.ascii,
        DOES_NOT_COUNT.one,
        DOES_NOT_COUNT.one,
        DOES_NOT_COUNT.several,
        "ignored",
        False,
    ),
    "unreadable": FateLook("!", "%", "no event", "is no event", "are no events", "refused", True),
}
"""The looks in the order in which fates are listed everywhere. Colour is never the only sign, and only `arrives` is green."""


class Signs(NamedTuple):
    """The characters that lines, rows and texts are drawn with; each is one cell, except `becomes` and `folded`."""

    whole: str = "━"
    broken: str = "╌"
    thin: str = "─"
    upright: str = "│"
    arrow: str = "▶"
    unreached: str = "·"
    focus: str = "▸"
    row: str = "▌"
    becomes: str = "→"
    cut: str = "…"
    folded: str = "⋯"
    changed: str = "Δ"
    branch: str = "╰╴"
    full: str = "▄"
    forks: str = "┳┣┗"
    exposed: str = "◆"
    after: str = "┃"
    before: str = "╎"
    plain: bool = False

    def mark(self, fate: LookName) -> str:
        """The mark of a fate."""
        return LOOKS[fate].ascii if self.plain else LOOKS[fate].mark

    def text(self, text: str) -> str:
        """`text` as one printable line. In ASCII its typographic signs are replaced; names keep their letters."""
        text = text[:_MOST]
        if text.isascii() and text.isprintable():
            return text
        line = printable(text.replace("\n", " ").replace("\t", " "))
        return line.translate(_TYPOGRAPHY) if self.plain else line


UNICODE: Final = Signs()
ASCII: Final = Signs(
    "=", ".", "-", "|", ">", ".", ">", "|", "->", "~", "...", "^", "`-", "=", "+++", "*", "|", ":", True
)  # fmt: skip
_TYPOGRAPHY: Final = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "…": "~",
        "→": "->",
        "←": "<-",
        "Δ": "^",
        "⋯": "...",
        "—": "-",
        "–": "-",
        "·": ".",
    }
)


def signs_of(widget: Widget) -> Signs:
    """The signs that the widget's terminal can show, as its app says with `ascii`."""
    return ASCII if getattr(widget.app, "ascii", False) else UNICODE
