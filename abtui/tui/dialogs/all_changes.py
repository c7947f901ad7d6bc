"""The preview of all certain changes of the config: one Enter makes them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Label, Static

from abtui.core.remedy import Remedy, preview
from abtui.core.text.plain import plural, printable
from abtui.core.text.secret import Secret
from abtui.tui.dialogs.dialog import Dialog

_ROLES = {"+": "bold $arrives", "-": "$refused", " ": "$soft"}


class AllChanges(Dialog[bool | None]):
    """Shows what each change does, and the lines. Returns True if they are to be made."""

    DEFAULT_CSS = (
        "AllChanges { & .dialog.-wide { height: auto; & VerticalScroll { height: auto; max-height: 66vh; } } }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "dismiss(True)", "Change", id="dialog.change")]

    def __init__(self, remedy: Remedy, secrets: Iterable[Secret]) -> None:
        super().__init__()
        self._parts = remedy.parts or (remedy.title,)
        self._lines = preview(remedy.before, remedy.after, secrets)

    def compose(self) -> ComposeResult:
        """The titles, the lines, and the two answers."""
        with Vertical(classes="dialog -wide"):
            yield Label(f"{plural(len(self._parts), 'certain change')} of the config", classes="dialog-title")
            with VerticalScroll():
                yield Static("\n".join(self._titles()), markup=False)
                yield Static(self._preview(), id="preview", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Change the config", variant="primary", id="change", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def _titles(self) -> Iterator[str]:
        """What is done; the lines below it tell what to."""
        for part, times in Counter(self._parts).items():
            yield printable(part) if times == 1 else f"{printable(part)}, {times:,} times"

    def _preview(self) -> Content:
        rows = ((f"{line.number:>4} {line.mark} {line.text}\n", _ROLES[line.mark]) for line in self._lines)
        return Content.assemble("\n", *rows)

    @on(Button.Pressed, "#change")
    def _change(self) -> None:
        self.dismiss(True)
