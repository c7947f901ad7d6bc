"""The right lower panel: the payload of the selected event, or in its place the steps, the request, the difference or the findings."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from abtui.core.journey import journey
from abtui.core.outcomes import MappingOutcome, Part, Request
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import one_line, plural, shortened
from abtui.core.threads import Thread, letters
from abtui.tui.copying import request_text
from abtui.tui.finding_rows import FindingPlace
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.panel import Panel
from abtui.tui.kit.ties import payload_ties
from abtui.tui.screens.events import prose
from abtui.tui.screens.events.text_marks import payload_marks
from abtui.tui.state import State

if TYPE_CHECKING:
    from abtui.tui.kit.diff_view import DiffView

Mode = Literal["payload", "steps", "request", "difference", "findings", "rule"]
"""What the panel shows. `rule` is the meaning of one finding."""
_TITLES: Final[dict[Mode, str]] = {
    "payload": "Payload",
    "steps": "Why",
    "request": "Request",
    "difference": "Difference",
    "findings": "Worth a look",
    "rule": "Worth a look",
}
_WIDTH: Final = 500
_NAME: Final = 40
_SEVERAL: Final = 2
_THEREFORE: Final = ", so nothing is sent"
_NOT_SENT: Final = "Not sent yet: s sends this event to the target, S several."


class ResultPanel(Panel):
    """Shows one of these at a time; its title says which. Only what is in view is drawn, and made when it first is."""

    DEFAULT_CSS = """
    ResultPanel {
        & #words { height: 1fr; padding: 0 2; scrollbar-size-vertical: 1; background: $pane; }
        & #request, & #words { display: none; }
        &.-prose #words { display: block; }
        &.-prose #payload, &.-difference #payload { display: none; }
        &.-request #request { display: block; }
        &.-request #payload { display: none; }
        &.-request.-prose #words { height: auto; max-height: 60%; }
    }
    """

    def __init__(self, state: State) -> None:
        super().__init__(title="Payload", id="payload-part")
        self._state = state
        self._threads: tuple[Thread, ...] = ()
        self._place: FindingPlace | None = None
        self._words_text = Static(id="words-text", markup=False)
        self._words_view: VerticalScroll | None = None
        self._request_view: JSONView | None = None
        self._difference: DiffView | None = None
        self.mode: Mode = "payload"

    def compose(self) -> ComposeResult:
        """Yield the payload."""
        yield JSONView(id="payload")

    def on_mount(self) -> None:
        """Follow what the modes show besides the outcome."""
        self._state.listen("receipts", self, partial(self._redraw, "request"))
        self._state.listen("baseline", self, partial(self._redraw, "difference"))

    def _redraw(self, mode: Mode) -> None:
        if self.mode == mode:
            self._draw()

    @property
    def payload(self) -> JSONView:
        """The view of the payload."""
        return self.query_one("#payload", JSONView)

    @property
    def view(self) -> Widget:
        """What the keys are for in this mode."""
        if self.mode == "payload":
            return self.payload
        shown = {"difference": self._difference, "request": self._request_view}.get(self.mode, self._words_view)
        return shown or self.payload

    # The modes

    def show_mode(self, mode: Mode, place: FindingPlace | None = None) -> None:
        """Show another thing of the same event; `place` is the finding whose rule is shown."""
        self.mode, self._place = mode, place
        self._draw()

    def show(self, threads: tuple[Thread, ...]) -> None:
        """Show another outcome."""
        self._threads = threads
        self._draw()

    def _draw(self) -> None:
        outcome, request = self._state.selection.part, self._state.event.request
        words = self._words(outcome, request)
        self._update_mode(
            {
                "-prose": words is not None,
                "-request": self.mode == "request" and request is not None,
                "-difference": self.mode == "difference",
            }
        )
        if words is not None:
            self._draw_words(words)
        if self.mode == "difference":
            self._draw_difference()
        elif self.mode == "request" and request is not None:
            self._draw_request(request_text(request))
        elif self.mode == "payload" and request is not None and outcome is not None:
            self._draw_payload(request, outcome)
        elif self.mode == "payload":
            self._draw_unsent(outcome)
        self.name_it(self._numbered(outcome), words=self._about(outcome, request))

    def _draw_words(self, words: Content) -> None:
        self._words_text.update(words)
        if self._words_view is None:
            self._words_view = VerticalScroll(self._words_text, id="words")
            self.mount(self._words_view, after=self.payload)

    def _draw_request(self, text: str) -> None:
        if self._request_view is None:
            self._request_view = JSONView(id="request")
            self.mount(self._request_view)
        self._request_view.show(text, {}, range(text.count("\n") + 1), syntax="text")

    def _draw_payload(self, request: Request, outcome: Part) -> None:
        view = self.payload
        text = stringify(request.body, 2).decode()
        located = view.located(text)
        found = payload_ties(located, letters(self._threads), outcome.fate)
        view.show(text, found.gutter, range(text.count("\n") + 1), found.at)
        marked = [item for item in outcome.findings if item.payload_path is not None]
        view.set_marks(payload_marks(marked, located))

    def _draw_unsent(self, outcome: Part | None) -> None:
        """Say in place of the payload why there is none: to show another widget would lay out the screen at every such event."""
        said = self._state.session.why_unmapped or "Nothing to show yet."
        if outcome is not None:
            said = f"Nothing is sent: {outcome.reason.message.partition(_THEREFORE)[0].rstrip('.')}."
        lines = textwrap.wrap(one_line(said, _WIDTH), max(20, self.payload.room.width - 4))
        self.payload.set_marks(())
        self.payload.show("\n".join(lines), {}, syntax="text")

    def _draw_difference(self) -> None:
        # Imported here: many sessions never compare.
        from abtui.tui.kit.diff_view import DiffView

        if self._difference is None:
            self._difference = DiffView(id="difference")
            self.mount(self._difference)
        baseline = self._state.baseline
        self._difference.display = True
        self._difference.show(self._state.event.difference(baseline), "" if baseline is None else baseline.name)

    def _update_mode(self, classes: dict[str, bool]) -> None:
        """Set the classes of the mode."""
        for name, wanted in classes.items():
            self.set_class(wanted, name)
        if self._difference is not None:
            self._difference.display = classes["-difference"]

    def _words(self, part: Part | None, request: Request | None) -> Content | None:
        """The words of the mode; None where it needs none."""
        mapper, signs = self._state.session.mapper, signs_of(self)
        problem, outcome = self._state.selection.problem, self._state.selection.outcome
        if self.mode == "rule" and self._place is not None:
            return prose.explanation(self._place.finding, self._place.source, signs)
        if self.mode == "findings":
            found = problem.findings if problem is not None else () if outcome is None else outcome.findings
            return prose.findings(found, signs)
        if self.mode in ("payload", "difference"):
            return None
        if outcome is None or part is None or mapper is None:
            return Content.styled(self._state.session.why_unmapped or "Nothing to show yet.", "$soft")
        if self.mode == "steps":
            return prose.steps(outcome, journey(outcome, mapper.config), signs, self._state.selection.mapping)
        if request is None:
            return Content.styled(f"Nothing is sent: {shortened(part.reason.message, _WIDTH).rstrip('.')}.", "$soft")
        return self._receipt()

    def _receipt(self) -> Content:
        """The answer of the collector, or that there is none yet."""
        receipt = self._state.receipt
        if receipt.problem:
            return Content.styled(f"Nothing was sent. {one_line(receipt.problem, _WIDTH)}\n", "bold $refused")
        if receipt.sending:
            return Content("Sending…\n")
        if receipt.kept is None:
            return Content.styled(f"{_NOT_SENT}\n", "$soft")
        # Imported here: there is no receipt at first.
        from abtui.tui.kit.receipt_prose import response

        return response(receipt.kept, older=receipt.older)

    def _about(self, part: Part | None, request: Request | None) -> str:
        """The words beside the title."""
        if self.mode in ("payload", "request"):
            to = "" if request is None else f"{request.method} {_path(request.url)}"
            return one_line(part.mapping, _NAME) if isinstance(part, MappingOutcome) else to
        if self.mode == "steps":
            return "every step of the mapping"
        if self.mode == "difference":
            return "" if self._state.baseline is None else f"with {self._state.baseline.name}"
        outcome = self._state.selection.outcome
        found = () if outcome is None else outcome.findings
        return "what it means" if self.mode == "rule" else f"{plural(len(found), 'finding')} in this event"

    def _numbered(self, part: Part | None) -> str:
        """The title of the mode; of an event with several requests, which of them it is."""
        title, outcome = _TITLES[self.mode], self._state.selection.outcome
        if self.mode not in ("payload", "request") or outcome is None or len(outcome.requests) < _SEVERAL:
            return title
        sent = [result.mapping for result in outcome.results or () if result.request is not None]
        at = sent.index(part.mapping) if isinstance(part, MappingOutcome) and part.mapping in sent else None
        return title if at is None else f"{title} {at + 1} of {len(sent)}"


def _path(url: str) -> str:
    """The path of an address, without scheme and host."""
    host_and_path = url.partition("://")[2] or url
    return f"/{host_and_path.partition('/')[2]}"
