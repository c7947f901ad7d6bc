"""The pane that shows the config as YAML with its findings, or as a form like Segment's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea

from abtui.core.config import ConfigReading
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.form import read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.findings import Finding
from abtui.core.text.plain import printable
from abtui.core.text.secret import Secret
from abtui.tui.kit.severities import SEVERITY_LOOKS
from abtui.tui.kit.underlines import Mark
from abtui.tui.widgets.completion_list import CompletionList
from abtui.tui.widgets.config_editor import ConfigEditor
from abtui.tui.widgets.config_findings import ConfigFindings
from abtui.tui.widgets.form_lines import Stop
from abtui.tui.widgets.form_view import Confirm, FormView
from abtui.tui.widgets.tab_strip import TabStrip
from abtui.tui.widgets.titles import TitledPane

ConfigView = Literal["yaml", "form"]
_MISSING: Final = (
    "There is no config yet: write it here, or go back to the list (Escape), where o opens one and C creates one."
)


class ConfigPane(TitledPane):
    """Holds the config's text and shows it in one of two views.

    It posts `Edited` for each change that the user makes, but not for `load`.
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("alt+n", "next_finding(1)", "Next finding", show=False, id="config.next-finding"),
        Binding("alt+p", "next_finding(-1)", "Previous finding", show=False, id="config.previous-finding"),
    ]
    DEFAULT_CSS = """
    ConfigPane {
        & CodeEditor { height: 2fr; }
        & #config-findings { height: auto; max-height: 40%; padding: 0 1; border-top: solid $panel; scrollbar-size-vertical: 1; }
        & #config-form { display: none; }
        &.-form CodeEditor, &.-form #config-findings { display: none; }
        &.-form #config-form { display: block; }
    }
    """

    view: reactive[ConfigView] = reactive("yaml", init=False)

    class Filled(Message):
        """The editor and the form are mounted."""

    class Edited(Message):
        """The user changed the text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, take_paste: Callable[[str], bool], id: str | None = None) -> None:
        super().__init__(id=id)
        self._take_paste = take_paste
        self._text = ""
        self._reading = ConfigReading(None, ())
        self._warning = self._shown_subtitle = ""
        self._seen: Callable[[], CorpusNames] = CorpusNames
        self._change_form: Callable[[FormEdit], str] = lambda _edit: ""
        self._confirm: Confirm = lambda _field, _text, replace: replace()
        self._keys: Callable[[], Iterable[Secret]] = tuple

    def connect(
        self,
        *,
        seen: Callable[[], CorpusNames],
        change_form: Callable[[FormEdit], str],
        confirm: Confirm,
        keys: Callable[[], Iterable[Secret]],
    ) -> None:
        """Connect the pane to the screen: the source of completions, the keys to mask, the callbacks of the form."""
        self._seen = seen
        self._change_form = change_form
        self._confirm = confirm
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Yield the tabs that choose the view; `_mount_views` mounts the rest."""
        yield TabStrip((("yaml", "YAML"), ("form", "Form")), id="config-tabs")

    def on_mount(self) -> None:
        """Create the other widgets after the first paint, as the pane is hidden at first."""
        self.call_after_refresh(self._mount_views)

    async def _mount_views(self) -> None:
        if not self.is_attached:
            # The app is already shutting down.
            return
        popup = CompletionList(id="config-completion")
        editor = ConfigEditor(
            self._text,
            popup=popup,
            seen=lambda: self._seen(),
            take_paste=self._take_paste,
            keys=lambda: self._keys(),
            id="config-editor",
        )
        form = FormView(
            lambda edit: self._change_form(edit),
            popup=popup,
            seen=lambda: self._seen(),
            take_paste=self._take_paste,
            confirm=lambda field, text, replace: self._confirm(field, text, replace),
            id="config-form",
        )
        await self.mount(editor, ConfigFindings(id="config-findings"), form, popup)
        self.show(self._reading)
        self.post_message(self.Filled())

    @property
    def _is_filled(self) -> bool:
        return bool(self.query(ConfigEditor))

    @property
    def editor(self) -> ConfigEditor:
        """The editor. It does not exist before the first paint."""
        return self.query_one(ConfigEditor)

    @property
    def form(self) -> FormView:
        """The form. It does not exist before the first paint."""
        return self.query_one(FormView)

    def keys_hidden(self) -> AbstractContextManager[None]:
        """Mask every key during the context, including one that is being typed."""
        return self.editor.keys_hidden() if self._is_filled else nullcontext()

    def focus_view(self) -> None:
        """Focus the current view."""
        (self.form if self.view == "form" else self.editor).focus()

    def load(self, text: str, *, keep_place: bool = False) -> None:
        """Replace the text without posting `Edited`."""
        self._text = text
        if self._is_filled:
            self.editor.load(text, keep_place=keep_place)

    def change(self, text: str, *, again: bool = False) -> None:
        """Change the text in one undoable edit that covers only the part between the first and the last difference.

        With `again` the new text replaces the previous change, which is undone first.
        """
        editor = self.editor
        if again:
            editor.undo()
        old = editor.text
        if old == text:
            return
        start = _common_length(old, text)
        end = min(_common_length(old[::-1], text[::-1]), len(old) - start, len(text) - start)
        editor.history.checkpoint()
        editor.replace(text[start : len(text) - end], editor.location_of(start), editor.location_of(len(old) - end))
        editor.history.checkpoint()
        if not editor.has_focus:
            # Nobody is typing there, so the start of the lines is more useful than the place of the cursor.
            editor.scroll_to(x=0, animate=False)

    def show(self, reading: ConfigReading, warning: str = "") -> None:
        """Show the findings of the text. `warning` is an additional short message."""
        self._reading = reading
        self._warning = warning
        if self._is_filled:
            self.editor.set_marks(config_marks(reading.findings))
            if self.view == "form":
                self.form.show(read_form(self.editor.text, reading.findings))
            else:
                missing = reading.config is None and not reading.findings
                self.query_one(ConfigFindings).show(reading.findings, _MISSING if missing else "")
            self._show_line_finding()

    # The two views

    @on(TabStrip.Activated, "#config-tabs")
    def _view_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self.view = "form" if event.tab == "form" else "yaml"
        self.focus_view()

    def watch_view(self, view: ConfigView) -> None:
        """Show a view. The hidden view is not updated until it is shown again."""
        self.query_one("#config-tabs", TabStrip).active = view
        self.set_class(view == "form", "-form")
        if view == "form":
            self.form.leave_fields()
        self.show(self._reading, self._warning)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self.editor.text))

    @on(CompletionList.Picked)
    def _candidate_picked(self, event: CompletionList.Picked) -> None:
        event.stop()
        view = self.form if self.view == "form" else self.editor
        view.focus()
        view.accept(event.candidate)

    # Findings

    @on(TextArea.SelectionChanged)
    def _moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self._show_line_finding()

    def _show_line_finding(self) -> None:
        """Show the finding of the cursor's line on the lower border of the pane."""
        line = self.editor.cursor_location[0] + 1
        item = next((item for item in self._reading.findings if item.line == line), None)
        subtitle = self._warning
        if item is not None and self.view == "yaml":
            subtitle = f"{SEVERITY_LOOKS[item.severity].glyph} {printable(item.message)}"
        if subtitle != self._shown_subtitle:
            self._shown_subtitle = subtitle
            self.border_subtitle = Content(subtitle)

    @on(ConfigFindings.Chosen)
    def _finding_chosen(self, event: ConfigFindings.Chosen) -> None:
        event.stop()
        self._go_to(event.finding)

    def _go_to(self, item: Finding) -> None:
        if item.line is not None:
            self.editor.goto(item.line, item.column or 1)
        self.editor.focus()

    def action_next_finding(self, by: int) -> None:
        """Move the cursor to the next finding, wrapping around at the end."""
        if self.view == "form":
            fields = [field for field in self.form.form.fields if field.findings]
            if fields:
                names = [field.name for field in fields]
                here = "" if self.form.cursor is None else self.form.cursor.field
                at = names.index(here) + by if here in names else 0 if by > 0 else -1
                field = fields[at % len(fields)]
                self.form.go(Stop(field.name, "toggle" if field.kind == "toggle" else "value"))
            return
        placed = sorted((item for item in self._reading.findings if item.line), key=lambda item: item.line or 0)
        if not placed:
            self.notify("There are no findings.", timeout=3)
            return
        line = self.editor.cursor_location[0] + 1
        further = [item for item in placed if ((item.line or 0) - line) * by > 0]
        self._go_to((further or placed)[0 if by > 0 else -1])


def _common_length(first: str, second: str) -> int:
    """The length of the common prefix of two texts."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def config_marks(findings: Iterable[Finding]) -> list[Mark]:
    """Marks for the findings that have a line, except infos."""
    return [
        Mark(line=item.line, column=item.column or 1, end_column=None, severity=item.severity, message=item.message)
        for item in findings
        if item.line is not None and item.severity != "info"
    ]
