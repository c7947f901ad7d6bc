"""The text of the selected event, the config and the payload, tied by the letters of the threads."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import DescendantFocus

from abtui.core.findings import Finding
from abtui.core.text.mask_keys import without_keys
from abtui.core.text.secret import hide_all
from abtui.core.threads import Thread, letters
from abtui.tui.finding_rows import FindingPlace
from abtui.tui.kit import highlight
from abtui.tui.kit.json_editor import JSONEditor
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.ties import config_ties, event_ties
from abtui.tui.messages import TextPasted
from abtui.tui.screens.events.filter_input import holds_events
from abtui.tui.screens.events.result_panel import Mode, ResultPanel
from abtui.tui.screens.events.text_marks import event_marks, place_in
from abtui.tui.screens.events.tracing import Tracing
from abtui.tui.state import State


class Details(Horizontal):
    """Event, Config (where there is room) and the result. Where there is room for one, `p` chooses which."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Details {
        height: 1fr;
        & #config-part, & .config-gap { display: none; }
    }
    .-large Details { & #config-part, & .config-gap { display: block; } }
    .-small Details > Gap, .-tiny Details > Gap { display: none; }
    .-small Details #event-part, .-tiny Details #event-part { display: none; }
    .-small Details.-event #event-part, .-tiny Details.-event #event-part { display: block; }
    .-small Details.-event #payload-part, .-tiny Details.-event #payload-part { display: none; }
    """
    bar_keys = (
        ("screen.back", "to the list"),
        ("event.payload", "payload or event"),
        ("event.follow", "follow a field"),
        ("event.findings", "worth a look"),
        ("event.send", "send"),
    )

    def __init__(self, state: State) -> None:
        super().__init__(id="details")
        self._state = state
        self.threads: tuple[Thread, ...] = ()
        self.tracing = Tracing(state, self, self)
        self._other_text = False
        """Whether the editor does not have the text of the selected event yet."""
        self._masked = "", ""
        """The config's text, and the same without its keys."""

    def compose(self) -> ComposeResult:
        """Yield the panels."""
        editor = JSONEditor(
            id="event-editor",
            # It is drawn in two weights: colours would be looked for in vain.
            syntax="text",
            take_paste=self._take_paste,
            edited=self._state.event.edit,
            placeholder='Paste an event, or a line of code such as analytics.track("Signed Up")',
        )
        # It tells its edits itself, within the key; these messages go through all that is around it, before the frame.
        editor.disable_messages(JSONEditor.Changed, JSONEditor.SelectionChanged)
        yield Panel(editor, title="Event", id="event-part")
        yield Gap()
        yield Panel(JSONView(id="config-view"), title="Config", id="config-part")
        yield Gap(classes="config-gap")
        yield ResultPanel(self._state)

    def on_mount(self) -> None:
        """Follow the selected event, the cursor in it, and what is typed."""
        self._state.listen("selection", self, self._show_event, on="events")
        self._state.listen("config", self, self._show_config, on="events")
        self._state.listen("painted", self, self._load_highlighting)
        self.watch(self.editor, "selection", self.tracing.cursor_moved, init=False)

    def _load_highlighting(self) -> None:
        self.run_worker(highlight.prepare, thread=True, group="highlighting")

    def on_resize(self) -> None:
        """Show the config where there is room for it now."""
        self.call_after_refresh(self._show_config)

    @property
    def editor(self) -> JSONEditor:
        """The editor of the event."""
        return self.query_one("#event-editor", JSONEditor)

    @property
    def result(self) -> ResultPanel:
        """The panel of the payload."""
        return self.query_one(ResultPanel)

    @property
    def config_view(self) -> JSONView | None:
        """The view of the config, where there is room for it."""
        view = self.query_one("#config-view", JSONView)
        return view if self.query_one("#config-part").display else None

    # What is shown

    def _show_event(self) -> None:
        # The outcome follows: with its ties the text is shown, and folded, once.
        self._other_text = True
        self.query_one("#event-part", Panel).name_it(words=self._state.selection.source)

    def show(self, found: tuple[Thread, ...]) -> None:
        """Show the outcome, and tie the texts with the threads."""
        self.threads = found
        self._tie_event()
        self.result.show(found)
        self.tracing.outcome_changed()
        self._show_config()

    def tie(self) -> None:
        """Tie the texts again: a worker has located the fields of a long one."""
        self._tie_event()
        self.result.show(self.threads)

    def _tie_event(self) -> None:
        selection, editor = self._state.selection, self.editor
        outcome = selection.outcome
        # What the person types is in the editor already; the text of a long one follows.
        text, self._other_text = selection.text if self._other_text else editor.text, False
        located = editor.located(text)
        stale = selection.problem is not None
        fate = "unknown" if selection.part is None else selection.part.fate
        at = event_ties(None if stale else located, letters(self.threads), fate)
        editor.show(text, at.gutter, at.gutter.keys(), at.at)
        found = (
            selection.problem.findings if selection.problem is not None else () if outcome is None else outcome.findings
        )
        editor.set_marks(event_marks(found, located))

    def _show_config(self) -> None:
        view, part = self.config_view, self._state.selection.part
        if view is None:
            return
        found = config_ties(letters(self.threads), "unknown" if part is None else part.fate)
        view.show(self._masked_config(), found.gutter, found.gutter.keys(), found.at, syntax="yaml")
        self.query_one("#config-part", Panel).name_it(words=self._state.config_name)

    def _masked_config(self) -> str:
        session = self._state.session
        if self._masked[0] != session.text:
            self._masked = session.text, hide_all(without_keys(session.text, session.env), session.known_keys)
        return self._masked[1]

    def show_mode(self, mode: Mode, place: FindingPlace | None = None) -> None:
        """Show another thing in place of the payload."""
        self.set_class(False, "-event")
        self.result.show_mode(mode, place)

    def edit(self) -> None:
        """Put the cursor into the event."""
        self.set_class(True, "-event")
        self.screen.set_focus(self.editor)

    def go_to(self, item: Finding) -> None:
        """Put the cursor into the event, where a finding is."""
        self.edit()
        place = place_in(self.editor.text, item)
        if place is not None:
            self.editor.goto(*place)

    def say(self, sentence: str) -> None:
        """Say something about the field at the cursor, in the message line, or in the title where there is no such line."""
        if self._state.screen == "events":
            self._state.show_hint(sentence)
        small = any(self.screen.has_class(name) for name in ("-small", "-tiny"))
        if small and self.has_focus_within:
            part = "#event-part" if self.editor.has_focus else "#payload-part"
            self.query_one(part, Panel).name_it(right=sentence)

    # The cursor

    @on(JSONView.Moved)
    def _line_moved(self, message: JSONView.Moved) -> None:
        message.stop()
        self.tracing.cursor_moved()

    @on(JSONView.Chosen)
    def _line_chosen(self, message: JSONView.Chosen) -> None:
        message.stop()
        self.tracing.follow()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Light up what belongs to the cursor of the panel that got the focus."""
        self.tracing.cursor_moved()

    def on_descendant_blur(self) -> None:
        """Take the lights away when the focus goes."""
        self.tracing.cursor_moved()

    def _take_paste(self, text: str) -> bool:
        """Leave whole events to the workbench, unless the editor is empty: there they are what is edited."""
        if not self.editor.text.strip() or not holds_events(text):
            return False
        self.post_message(TextPasted(text))
        return True
