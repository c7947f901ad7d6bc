"""The pane of the event's text: an editor with the findings marked in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from textual.app import ComposeResult

from abtui.core.findings import Finding
from abtui.core.text.json_index import index_json
from abtui.core.text.json_text import line_column
from abtui.core.text.paths import parse_path
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.lights import LocatedText
from abtui.tui.kit.underlines import Mark
from abtui.tui.widgets.titles import TitledPane

_LONGEST_MARK: Final = 80


class EventPane(TitledPane):
    """Holds the text of one event. Each change by the user calls `edited` during the key press; `load` does not."""

    ALLOW_SELECT = False

    def __init__(
        self, *, edited: Callable[[str], None], take_paste: Callable[[str], bool], id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._title = "Event"
        self._edited = edited
        self._take_paste = take_paste

    def compose(self) -> ComposeResult:
        """Yield the editor."""
        yield CodeEditor(
            id="event-editor",
            take_paste=self._take_paste,
            edited=self._edited,
            placeholder='Paste an event, or a line of code such as analytics.track("Signed Up")',
        )

    @property
    def editor(self) -> CodeEditor:
        """The editor of the event."""
        return self.query_one(CodeEditor)

    def load(self, text: str, title: str) -> None:
        """Replace the event's text and the pane's title."""
        self.show_title(title)
        self.editor.load(text)

    def mark(self, findings: Iterable[Finding]) -> None:
        """Mark findings in the text, either at their line or at the value that their event path names."""
        self.editor.set_marks(event_marks(findings, self.editor.located))

    def go_to(self, item: Finding) -> None:
        """Move the cursor to a finding's line or to the value of its event path; if that is missing, to its parent."""
        text = self.editor.text
        if item.line is not None and item.config_line is None:
            self.editor.goto(item.line, item.column or 1)
        elif item.event_path is not None:
            place = index_json(text).nearest(parse_path(item.event_path))
            self.editor.goto(*line_column(text, 0 if place is None else place.value[0]))


def event_marks(findings: Iterable[Finding], located: Callable[[], LocatedText | None]) -> list[Mark]:
    """Marks for the findings that have a place in the text, one per place: that of the first finding there.

    `located` is called only if a finding has an event path. It returns None if locating the values would take too long.
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
