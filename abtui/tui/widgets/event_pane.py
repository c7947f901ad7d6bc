"""The event as text: an editor, with its findings marked in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from textual.app import ComposeResult

from abtui.core.findings import Finding
from abtui.core.text.json_index import index_json
from abtui.core.text.json_text import line_column
from abtui.core.text.paths import parse_path
from abtui.tui.widgets.code_editor import CodeEditor
from abtui.tui.widgets.lights import LocatedText
from abtui.tui.widgets.marks import Mark
from abtui.tui.widgets.titles import TitledPane

_LONGEST_MARK: Final = 80


class EventPane(TitledPane):
    """Holds one event's text. `edited` is told each change by a person, within the key press; `load` tells nothing."""

    ALLOW_SELECT = False

    def __init__(
        self, *, edited: Callable[[str], None], take_paste: Callable[[str], bool], id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._title = "Event"
        self._edited = edited
        self._take_paste = take_paste

    def compose(self) -> ComposeResult:
        """The editor."""
        yield CodeEditor(
            id="event-editor",
            take_paste=self._take_paste,
            edited=self._edited,
            placeholder='Paste an event, or a line of code such as analytics.track("Signed Up")',
        )

    @property
    def editor(self) -> CodeEditor:
        """The editor itself."""
        return self.query_one(CodeEditor)

    def load(self, text: str, title: str) -> None:
        """Show another event."""
        self.entitle(title)
        self.editor.load(text)

    def mark(self, findings: Iterable[Finding]) -> None:
        """Mark findings: at their place in the text, or at the value their event path names."""
        self.editor.set_marks(event_marks(findings, self.editor.located))

    def go_to(self, item: Finding) -> None:
        """Put the cursor where a finding is: at its line, or at the value its event path names, or at what that is missing from."""
        text = self.editor.text
        if item.line is not None and item.config_line is None:
            self.editor.goto(item.line, item.column or 1)
        elif item.event_path is not None:
            place = index_json(text).nearest(parse_path(item.event_path))
            self.editor.goto(*line_column(text, 0 if place is None else place.value[0]))


def event_marks(findings: Iterable[Finding], located: Callable[[], LocatedText | None]) -> list[Mark]:
    """Marks for the findings that have a place in the text; of one place, the first finding's.

    `located` gives the text's places where there is a path to look for, or None where that would take too long.
    """
    marks: dict[tuple[int, int], Mark] = {}
    for item in findings:
        if item.severity == "info":
            continue
        if item.line is not None and item.config_line is None:
            place, end = (item.line, item.column or 1), None
        elif item.event_path is not None and (text := located()) is not None:
            found = text.index.of(parse_path(item.event_path))
            if found is None:
                continue
            row, column = text.spot(found.value[0])
            place = (row + 1, column + 1)
            end = place[1] + min(found.value[1] - found.value[0], _LONGEST_MARK)
        else:
            continue
        marks.setdefault(
            place, Mark(line=place[0], column=place[1], end_column=end, severity=item.severity, message=item.message)
        )
    return list(marks.values())
