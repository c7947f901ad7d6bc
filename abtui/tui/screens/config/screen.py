"""The Config screen: the config as YAML or as a form, and beside it what it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.widgets import TextArea

from abtui.core.config.form import read_form
from abtui.core.events import Event, read_text
from abtui.core.findings import Finding
from abtui.core.segment import is_event
from abtui.core.text.plain import plural, printable
from abtui.tui.bindings import CONFIG_SCREEN
from abtui.tui.debounce import Debounce
from abtui.tui.event_state import AT_ONCE_CHARACTERS
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.sentence import Sentence
from abtui.tui.kit.underlines import Mark
from abtui.tui.messages import TextPasted
from abtui.tui.screens.config import words
from abtui.tui.screens.config.editor import ConfigEditor
from abtui.tui.screens.config.effect import EffectList, EffectPanel
from abtui.tui.screens.config.effect_rows import line_of
from abtui.tui.screens.config.form_lines import Stop
from abtui.tui.screens.config.form_typing import FormTyping
from abtui.tui.screens.config.form_view import FormView
from abtui.tui.screens.config.head import ConfigHead, ViewClicked
from abtui.tui.screens.config.lenses import lenses_of
from abtui.tui.screens.config.mistake import MistakeTelling
from abtui.tui.screens.config.unsaved import unsaved
from abtui.tui.state import State

_WIDE: Final = 110
"""Columns from which on what the config does stands beside it."""
_HIGH: Final = 30
_ROOMY: Final = (76, 22)
"""Columns and rows from which on every line has its lens."""
_SOON_SECONDS: Final = 0.1


class ConfigScreen(Vertical):
    """What if I change it?"""

    BINDINGS: ClassVar[list[BindingType]] = list(CONFIG_SCREEN)
    DEFAULT_CSS = """
    ConfigScreen {
        padding: 0 1;
        & #config-body { height: 1fr; }
        & #config-text { width: 1fr; }
        & #config-effect, & Gap { display: none; }
        & ConfigEditor { height: 1fr; border: none; padding: 0; scrollbar-size-horizontal: 0; }
        & #config-form { display: none; }
        &.-form #config-form { display: block; }
        &.-form ConfigEditor { display: none; }
        &.-wide {
            padding: 0 2;
            & ConfigHead { margin-bottom: 1; }
            & #config-text { width: 72; }
            & #config-effect { display: block; width: 1fr; }
            & Gap { display: block; }
            & #config-line { display: none; }
        }
        &.-high ConfigHead { margin: 1 0; }
    }
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        popup = CompletionList(id="config-completion")
        self.editor = ConfigEditor(state, popup=popup, take_paste=self._take_paste, id="config-editor")
        typing = FormTyping(state, self.editor)
        self.form = FormView(state, typing.change, popup=popup, take_paste=self._take_paste, id="config-form")
        self.head, self.effect, self.line = (
            ConfigHead(),
            EffectPanel(state, id="config-effect"),
            Sentence(id="config-line"),
        )
        self._popup = popup
        self._panel = Panel(self.editor, self.form, title="", id="config-text")
        self._soon = Debounce(self, _SOON_SECONDS, self._update)
        self._due = False
        self._mistake = MistakeTelling(self, state, self.editor, self.effect)

    def compose(self) -> ComposeResult:
        """Yield the row of the screen, the text and what it does."""
        yield self.head
        yield Horizontal(self._panel, Gap(), self.effect, id="config-body")
        yield self.line
        yield self._popup

    def on_mount(self) -> None:
        """Follow the state."""
        state = self._state
        for topic in ("config", "comparison", "findings", "target"):
            state.listen(topic, self, self._update_next)
        state.listen("config", self, self._show_form)
        state.listen("rows", self, lambda: self._soon.within(_SOON_SECONDS))
        state.listen("selection", self, lambda: self._soon.within(_SOON_SECONDS))
        state.listen("form", self, self._show_view)
        state.listen("line-wanted", self, self._go_to_wanted)
        state.listen("screen", self, self._shown)
        state.hide_keys = self.editor.keys_hidden
        self._show_view()
        if (mistake := state.config.mistake) is not None:
            self.editor.goto(mistake.line or 1, mistake.column or 1)
            self._mistake.tell()

    def on_resize(self, event: Resize) -> None:
        """Show what there is room for."""
        size = self.app.size
        # Together: each change of a class has the styles of all parts applied again.
        high = size.width >= _WIDE and size.height >= _HIGH
        self.update_classes({"-wide": event.size.width >= _WIDE, "-high": high})
        self.editor.set_class(size.width < _ROOMY[0] or size.height < _ROOMY[1], self.editor.ONE_LENS)
        self._update_next()

    # For the workbench

    def focus_first(self) -> None:
        """Focus the config."""
        self.screen.set_focus(self.form if self._state.config.form else self.editor)
        self._go_to_wanted()

    def leave(self) -> bool:
        """Close the completions; otherwise there is nothing to leave."""
        offering = self._popup.is_open
        self._popup.close()
        return offering

    def _shown(self) -> None:
        if self._state.screen == "config":
            self._update_next()
        else:
            self._state.config.be_in_line(None)

    # The two views

    @on(ViewClicked)
    def _view_clicked(self, message: ViewClicked) -> None:
        message.stop()
        self._state.config.show_form(message.form)

    def _show_view(self) -> None:
        form = self._state.config.form
        self._popup.close()
        if form and not self.has_class("-form"):
            self.form.leave_fields()
        self.set_class(form, "-form")
        self._update()

    @on(CompletionList.Picked)
    def _candidate_picked(self, event: CompletionList.Picked) -> None:
        event.stop()
        view = self.form if self._state.config.form else self.editor
        view.focus()
        view.accept(event.candidate)

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    def _of_editor(self, event: TextArea.Changed | TextArea.SelectionChanged) -> None:
        event.stop()
        self._show_line()

    def _take_paste(self, text: str) -> bool:
        """Leave text with whole events to the workbench. Nobody pastes very long text into a config, so it is events, too."""
        if len(text) <= AT_ONCE_CHARACTERS:
            items = read_text(text, "pasted", self._state.sdk)
            if not any(isinstance(item, Event) and is_event(item.value) for item in items):
                return False
        self.post_message(TextPasted(text))
        return True

    # What is told

    def _update_next(self) -> None:
        """Show the state as it is now once everything that follows from a key is known, before the next frame."""
        if not self._due:
            self._due = True
            self.call_next(self._update)

    def _update(self) -> None:
        self._due = False
        if not self.is_attached:
            return
        state, session = self._state, self._state.session
        self.editor.set_marks(config_marks(session.reading.findings))
        lines = unsaved(session.saved_text, session.text)
        self.editor.set_new(lines.new)
        if (lenses := lenses_of(state, signs_of(self))) is not None:
            self.editor.set_lenses(lenses)
            self.form.set_lenses(lenses)
        self.head.show(
            words.headline(state, lines.lines, words.moves_of(state), signs_of(self)), form=state.config.form
        )
        mistakes = sum(item.severity == "error" for item in session.reading.findings)
        self._panel.name_it(words.config_name(state), words=plural(mistakes, "mistake") if mistakes else "")
        if self.has_class("-wide"):
            self.effect.update_all()
        self._show_form()
        self._show_line()
        self._mistake.follow()

    def _show_form(self) -> None:
        # At once: what is being typed there goes on in the form as it is then.
        if self._state.config.form:
            session = self._state.session
            self.form.tell(findings=not self.has_class("-wide"), adds=self._adds())
            self.form.show(read_form(session.text, session.reading.findings))

    def _adds(self) -> dict[str, str]:
        """What a new row of each map of the form could be about."""
        names = self._state.names()
        found = {}
        for field in self.form.form.fields:
            known = names.names if field.setting.keys == "names" else names.fields if field.setting.keys else ()
            left = {name for name, _ in known} - {row.key for row in field.rows}
            noun = "event name" if field.setting.keys == "names" else "field"
            found[field.name] = f"from {plural(len(left), noun)} without one" if left else ""
        return found

    @on(ConfigEditor.Noted)
    def _noted(self, message: ConfigEditor.Noted) -> None:
        message.stop()
        self._show_line()

    def _show_line(self) -> None:
        """The line above the footer, where there is no room beside: the finding of the cursor's line, or the effect."""
        finding = None if self.editor.note is not None else self._finding_here()
        if finding is not None and not self._state.config.form:
            role = {"error": "refused", "warning": "ignored", "info": "soft"}[finding.severity]
            self.line.show(Piece(printable(finding.message), role))
        else:
            self.line.show(*self.effect.one_line())

    def _finding_here(self) -> Finding | None:
        line = self.editor.cursor_location[0] + 1
        return next((item for item in self._findings if line_of(item) == line), None)

    @property
    def _findings(self) -> tuple[Finding, ...]:
        return self._state.review.config_findings

    # A mistake

    @on(ActionClicked)
    def _action_clicked(self, message: ActionClicked) -> None:
        message.stop()
        self.action_fix_line()

    def action_fix_line(self) -> None:
        """Make the certain change for the line of the cursor, or for the selected finding."""
        state, findings = self._state, self._findings
        mistake = state.config.mistake
        chosen = self.effect.rows.finding if self.effect.rows.has_focus else None
        line = line_of(chosen) if chosen is not None else self.editor.cursor_location[0] + 1
        if mistake is not None and self._mistake.remedy is not None:
            line = mistake.line or line
        remedy = None if line is None else state.config.remedies().of_line(line, findings)
        if remedy is None:
            at = next((item for item in findings if line_of(item) == line), None)
            hint = f" {at.hint}" if at is not None and at.hint else ""
            state.say(f"Nothing about line {line} is certain.{hint}", severity="warning")
        else:
            state.config.apply_remedy(remedy)

    # Going to lines

    def _go_to_wanted(self) -> None:
        line, self._state.config.line_wanted = self._state.config.line_wanted, None
        if line is None or self._state.screen != "config":
            return
        if self._state.config.form:
            self._state.config.show_form(False)
        self.editor.goto(line)
        self.editor.focus()

    @on(EffectList.Selected, "#effect-rows")
    def _chosen(self, event: EffectList.Selected) -> None:
        event.stop()
        row = self.effect.rows.chosen
        if row is not None and row.line is not None:
            self._state.config.go_to_line(row.line)
        elif self._mistake.remedy is not None:
            self._state.config.apply_remedy(self._mistake.remedy)

    def action_next_finding(self, by: int) -> None:
        """Move the cursor to the next finding, wrapping around at the end."""
        if self._state.config.form:
            self._next_field(by)
            return
        lines = sorted({line for item in self._findings if (line := line_of(item)) is not None})
        if not lines:
            self._state.say("There are no findings.")
            return
        here = self.editor.cursor_location[0] + 1
        further = [line for line in lines if (line - here) * by > 0]
        self._state.config.go_to_line((further or lines)[0 if by > 0 else -1])

    def _next_field(self, by: int) -> None:
        fields = [field for field in self.form.form.fields if field.findings]
        if fields:
            names = [field.name for field in fields]
            here = "" if self.form.cursor is None else self.form.cursor.field
            at = names.index(here) + by if here in names else 0 if by > 0 else -1
            field = fields[at % len(fields)]
            self.form.go(Stop(field.name, "toggle" if field.kind == "toggle" else "value"))


def config_marks(findings: Iterable[Finding]) -> list[Mark]:
    """Marks for the findings that have a line, except infos."""
    return [
        Mark(line=item.line, column=item.column or 1, end_column=None, severity=item.severity, message=item.message)
        for item in findings
        if item.line is not None and item.severity != "info"
    ]
