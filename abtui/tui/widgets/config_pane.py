"""The config as text, with its findings beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static, TextArea

from abtui.core.config import ConfigReading
from abtui.core.findings import Finding
from abtui.tui.widgets import prose
from abtui.tui.widgets.code_editor import CodeEditor
from abtui.tui.widgets.marks import Mark


class ConfigPane(Vertical):
    """Holds the config's text. Posts `Edited` for each change by a person, never for `load`."""

    DEFAULT_CSS = """
    ConfigPane {
        & CodeEditor { height: 2fr; }
        & #config-findings { height: auto; max-height: 40%; padding: 0 1; border-top: solid $panel; scrollbar-size-vertical: 1; }
    }
    """

    class Edited(Message):
        """The text was changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, take_paste: Callable[[str], bool], id: str | None = None) -> None:
        super().__init__(id=id)
        self._take_paste = take_paste
        self._text = ""
        self._reading = ConfigReading(None, ())

    def on_mount(self) -> None:
        """The pane is hidden at first: its widgets are made after the first paint."""
        self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        findings = VerticalScroll(Static(id="config-findings-text", markup=False), id="config-findings")
        await self.mount(
            CodeEditor(self._text, id="config-editor", syntax="yaml", take_paste=self._take_paste), findings
        )
        self.show(self._reading)

    @property
    def editor(self) -> CodeEditor:
        """The editor itself. There is none before the first paint."""
        return self.query_one(CodeEditor)

    def load(self, text: str, *, keep_place: bool = False) -> None:
        """Show another text."""
        self._text = text
        if self.children:
            self.editor.load(text, keep_place=keep_place)

    def change(self, text: str) -> None:
        """Change the text as a person would, in one edit that undo takes back: only from the first to the last difference."""
        old = self.editor.text
        start = _alike(old, text)
        end = min(_alike(reversed(old), reversed(text)), len(old) - start, len(text) - start)
        editor = self.editor
        editor.history.checkpoint()
        editor.replace(text[start : len(text) - end], editor.location_of(start), editor.location_of(len(old) - end))
        editor.history.checkpoint()

    def show(self, reading: ConfigReading) -> None:
        """Show what was found in the text."""
        self._reading = reading
        if self.children:
            self.editor.set_marks(config_marks(reading.findings))
            empty = "The config is good: no finding."
            view, told = self.query_one("#config-findings-text", Static), prose.findings(reading.findings, empty)
            # An update lays out the screen, which most keys need not wait for.
            if told != view.content:
                view.update(told)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self.editor.text))


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def config_marks(findings: Iterable[Finding]) -> list[Mark]:
    """Marks for the findings that have a place."""
    return [
        Mark(line=item.line, column=item.column or 1, end_column=None, severity=item.severity, message=item.message)
        for item in findings
        if item.line is not None and item.severity != "info"
    ]
