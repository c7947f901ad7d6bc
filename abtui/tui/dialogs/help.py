"""The help: the keys of the focused widget, the meanings of the marks, and the other keys by group. Typing searches it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Static

from abtui.core.text.plain import one_line
from abtui.tui.dialogs.dialog import Dialog
from abtui.tui.kit.text_input import TextInput

_KEYS_WIDTH: Final = 20
_LEAST_ROOM: Final = 40
_NO_KEY: Final = "–"


class HelpRow(NamedTuple):
    """A line of the help: its heading, the keys, and their effect."""

    group: str
    keys: str
    words: str


class Help(Dialog[str | None]):
    """The active keys and the marks. `notes` are shown above them, such as problems in the keymap file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # These keys have priority over the input line: they are not search text.
        Binding("question_mark,f1", "dismiss(None)", "Close", show=False, id="help.close", priority=True),
        Binding("up", "scroll(-1)", "Up", show=False, id="help.up", priority=True),
        Binding("down", "scroll(1)", "Down", show=False, id="help.down", priority=True),
        Binding("pageup", "scroll_page(-1)", "Page up", show=False, id="help.page-up", priority=True),
        Binding("pagedown", "scroll_page(1)", "Page down", show=False, id="help.page-down", priority=True),
    ]

    def __init__(self, rows: Sequence[HelpRow], notes: Sequence[str] = ()) -> None:
        super().__init__()
        self._rows = tuple(rows)
        self._notes = tuple(notes)

    def compose(self) -> ComposeResult:
        """The search line and the matching rows."""
        with Vertical(classes="dialog -tall -wide"):
            yield TextInput(placeholder="Keys and marks. Type to find one: send, ignored…", id="find", compact=True)
            with VerticalScroll(can_focus=False):
                yield Static(id="keys-found", markup=False)
            yield Label("Up, Down: scroll   Esc: close   Ctrl+P: other commands", classes="dialog-note")

    def on_resize(self) -> None:
        """Wrap the lines again once the view has its new width."""
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        self._show()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _show(self) -> None:
        self.query_one("#keys-found", Static).update(self._lines(self.query_one(Input).value))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by the height of the visible part."""
        view = self.query_one(VerticalScroll)
        view.scroll_relative(y=pages * max(1, view.size.height - 1), animate=False)

    def _lines(self, wanted: str) -> Content:
        words = wanted.casefold().split()
        rows = [row for row in self._rows if all(word in " ".join(row).casefold() for word in words)]
        room = max(_LEAST_ROOM, self.query_one(VerticalScroll).scrollable_content_region.width)
        lines = [Content.styled(note, "$ignored") for note in self._notes if not words]
        group = ""
        width = min(_KEYS_WIDTH, max((len(row.keys) for row in rows), default=0))
        for row in rows:
            if row.group != group:
                group = row.group
                lines += [*([Content("")] if lines else []), Content.styled(group, "bold $accent")]
            first, *others = textwrap.wrap(row.words, room - width - 4) or [""]
            lines.append(Content.assemble((f"  {(row.keys or _NO_KEY).ljust(width)}  ", "bold"), first))
            lines += [Content(" " * (width + 4) + line) for line in others]
        if not rows:
            lines.append(
                Content.styled(f"No key for {one_line(wanted, 40)!r}. The palette (Ctrl+P) may have it.", "$soft")
            )
        return Content("\n").join(lines)
