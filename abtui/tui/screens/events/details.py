"""The text of the selected event and its payload, tied by the letters of the threads."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from abtui.core.delivery.request import retarget, shown
from abtui.core.outcomes import Request
from abtui.core.text.javascript import stringify
from abtui.core.threads import Thread, letters
from abtui.tui.kit.json_editor import JSONEditor
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.ties import config_ties, event_ties, payload_ties
from abtui.tui.messages import TextPasted
from abtui.tui.screens.events.filter_input import holds_events
from abtui.tui.state import State


class Details(Horizontal):
    """Event, Config (where there is room) and Payload. Where there is room for one, `p` chooses which."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Details {
        height: 1fr;
        & #config-part, & .config-gap { display: none; }
    }
    .-large Details { & #config-part, & .config-gap { display: block; } }
    .-small Details Gap { display: none; }
    .-small Details #event-part { display: none; }
    .-small Details.-event #event-part { display: block; }
    .-small Details.-event #payload-part { display: none; }
    """

    def __init__(self, state: State) -> None:
        super().__init__(id="details")
        self._state = state
        self._threads: tuple[Thread, ...] = ()

    def compose(self) -> ComposeResult:
        """Yield the panels."""
        editor = JSONEditor(
            id="event-editor",
            take_paste=self._take_paste,
            edited=self._state.edit,
            placeholder='Paste an event, or a line of code such as analytics.track("Signed Up")',
        )
        yield Panel(editor, title="Event", id="event-part")
        yield Gap()
        yield Panel(JSONView(id="config-view"), title="Config", id="config-part")
        yield Gap(classes="config-gap")
        yield Panel(JSONView(id="payload"), title="Payload", id="payload-part")

    def on_mount(self) -> None:
        """Follow the selected event."""
        self._state.listen("selection", self, self._show_event)

    @property
    def editor(self) -> JSONEditor:
        """The editor of the event."""
        return self.query_one(JSONEditor)

    @property
    def request(self) -> Request | None:
        """The request of the selected event, as it would go to the chosen target."""
        outcome, session = self._state.selection.outcome, self._state.session
        request = None if outcome is None else outcome.request
        if request is None or session.target is None:
            return request
        return shown(retarget(request, session.target), session.secrets())

    def _show_event(self) -> None:
        selection = self._state.selection
        self.editor.show(selection.text, {})
        self.query_one("#event-part", Panel).name_it(words=selection.source)

    def show(self, found: tuple[Thread, ...]) -> None:
        """Show the payload of the outcome, and tie both texts with the threads."""
        outcome = self._state.selection.outcome
        fate = "unknown" if outcome is None else outcome.fate
        tied = letters(found)
        at_event = event_ties(self.editor.located(), tied, fate)
        self.editor.show(self.editor.text, at_event.gutter, at_event.gutter.keys(), at_event.at)
        view, request = self.query_one("#payload", JSONView), self.request
        part = self.query_one("#payload-part", Panel)
        if request is None:
            view.show("" if outcome is None else f"Nothing is sent: {outcome.reason.message}.", {}, syntax="text")
            part.name_it(words="")
        else:
            text = stringify(request.body, 2).decode()
            view.show(text, {})
            at_payload = payload_ties(view.located(), tied, fate)
            view.show(text, at_payload.gutter, range(text.count("\n") + 1), at_payload.at)
            part.name_it(
                words=f"{request.method} {request.url.partition('://')[2].partition('/')[2] and '/' + request.url.partition('://')[2].partition('/')[2]}"
            )
        if self.query_one("#config-part").display:
            at_config = config_ties(tied, fate)
            text = self._state.session.text
            self.query_one("#config-view", JSONView).show(
                text, at_config.gutter, at_config.gutter.keys(), at_config.at, syntax="yaml"
            )
            self.query_one("#config-part", Panel).name_it(words=self._state.config_name)

    def _take_paste(self, text: str) -> bool:
        """Leave whole events to the workbench, unless the editor is empty: there they are what is edited."""
        if not self.editor.text.strip() or not holds_events(text):
            return False
        self.post_message(TextPasted(text))
        return True
