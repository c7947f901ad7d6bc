"""The top row: the mark of identity, the screens, the config and the target."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit.drawing import Piece, cut, draw, target_at, targets, width_of
from abtui.tui.kit.jump_labels import JumpSpot
from abtui.tui.kit.marks import LOOKS, Signs, signs_of
from abtui.tui.kit.private import SelfDrawn

_NAME = 28
"""The most cells of the config's name, so that it never pushes the target off the row."""
CONFIG, TARGET = "config", "target"
"""What `HeaderClicked` names beside the screens."""


class Tab(NamedTuple):
    """A screen in the header: its name, its key and its title."""

    name: str
    key: str
    title: str


class HeaderClicked(Message):
    """A screen, `config` or `target` was clicked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class _Said(NamedTuple):
    config: str = ""
    unsaved: bool = False
    target: str = ""
    production: bool = False


class Header(SelfDrawn):
    """One row. As the width shrinks the words go first, then the config, then the other screens' titles; the target never goes.

    A change takes 1.0 ms; of Textual's `Tabs`, which are two rows and a widget for each tab, 5.6 ms.
    """

    DEFAULT_CSS = "Header { height: 1; color: $text; background: $bg; }"

    def __init__(self, tabs: Sequence[Tab], *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tabs = tuple(tabs)
        self._active = self._tabs[0].name if self._tabs else ""
        self._said = _Said()
        self._row: list[Piece] = []

    @property
    def active(self) -> str:
        """The name of the screen that is shown."""
        return self._active

    def show(self, name: str) -> None:
        """Mark a screen as the one that is shown."""
        self._active = name
        self.refresh()

    def tell(self, *, config: str = "", unsaved: bool = False, target: str = "", production: bool = False) -> None:
        """Name the config, whether it has unsaved changes, and the target, with a warning if that is a production one."""
        said = _Said(config, unsaved, target, production)
        if said != self._said:
            self._said = said
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row in the fullest form that fits."""
        width, signs = self.content_size.width, signs_of(self)
        self._row = self._fitting(width, signs) if y == 0 else []
        return draw(self, self._row)

    def on_click(self, event: events.Click) -> None:
        """Tell what was clicked."""
        offset = event.get_content_offset(self)
        target = None if offset is None else target_at(self._row, offset.x)
        if isinstance(target, str):
            event.stop()
            self.post_message(HeaderClicked(target))

    def jump_spots(self) -> list[JumpSpot]:
        """The screens, the config and the target as places to jump to."""
        return [
            JumpSpot(x, 0, partial(self.post_message, HeaderClicked(name)))
            for x, name in targets(self._row)
            if isinstance(name, str)
        ]

    def _fitting(self, width: int, signs: Signs) -> list[Piece]:
        identity, wide, slim, least = (
            _identity(signs),
            self._screens(pad=1),
            self._screens(pad=0),
            self._screens(pad=0, titles=False),
        )
        named = [*identity, Piece(" abtui   ", bold=True)]
        small = [*identity, Piece("  ")]
        config, target = _config(self._said, signs), _target(self._said, signs)
        short = [*target[1:], Piece(" ")]
        forms = (
            ([*named, *wide], [*config, *target, Piece(" ")]),
            ([*named, *wide], [*target, Piece(" ")]),
            ([*small, *wide], short),
            ([*small, *slim], short),
            ([*small, *least], short),
        )
        left, right = next((form for form in forms if width_of(form[0]) + width_of(form[1]) + 2 <= width), forms[-1])
        return [*left, Piece(" " * (width - width_of(left) - width_of(right))), *right]

    def _screens(self, *, pad: int, titles: bool = True) -> list[Piece]:
        """The screens: the one that is shown on `raised`. Without `titles` the others have their key alone."""
        row: list[Piece] = []
        for tab in self._tabs:
            active = tab.name == self._active
            words = f"{tab.key} {tab.title}" if titles or active else tab.key
            if active:
                row.append(Piece(f" {words} ", bold=True, on="raised", target=tab.name))
            else:
                row.append(Piece(f"{' ' * pad}{words} ", "soft", target=tab.name))
            if active and not pad:
                row.append(Piece(" "))
        return row


def _identity(signs: Signs) -> list[Piece]:
    """A line that ends open: the mark of abtui."""
    arrives, ignored = LOOKS["arrives"].role, LOOKS["ignored"].role
    return [
        Piece(" "),
        Piece(signs.mark("arrives") + signs.whole, arrives),
        Piece(signs.mark("ignored"), ignored),
    ]


def _config(said: _Said, signs: Signs) -> list[Piece]:
    name = cut(signs.text(said.config), _NAME, signs.cut)
    unsaved = Piece(" *" if said.unsaved else "", "accent", bold=True, target=CONFIG)
    return [Piece(name, "soft", target=CONFIG), unsaved, Piece("  " if name else "")]


def _target(said: _Said, signs: Signs) -> list[Piece]:
    """`to staging`; a production target in the colour of what is refused, and with a word that says so."""
    name = cut(signs.text(said.target), _NAME, signs.cut)
    if not name:
        return [Piece(""), Piece("")]
    if not said.production:
        return [Piece("to ", "soft", target=TARGET), Piece(name, "soft", target=TARGET)]
    return [
        Piece("to ", "soft", target=TARGET),
        Piece(f"{name} PRODUCTION", "refused", bold=True, target=TARGET),
    ]
