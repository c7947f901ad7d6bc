"""The pane of the result for the event in the editor: its fate, and the tabs Payload, Request, Why and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import ContentSwitcher, Static

from abtui.core.delivery.runs import EventReceipt
from abtui.core.events import Unreadable
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome, Request
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import printable
from abtui.tui.kit.code_view import CodeView
from abtui.tui.kit import receipt_prose
from abtui.tui.widgets import prose
from abtui.tui.kit import receipt_prose
from abtui.tui.kit.receipt_prose import RECEIPT_LOOKS
from abtui.tui.widgets import prose
from abtui.tui.widgets.code_view import CodeView
from abtui.tui.widgets.payload_marks import payload_marks
from abtui.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from abtui.core.corpus.comparison.event import EventComparison
    from abtui.tui.widgets.diff_view import DiffView

ResultTab = Literal["payload", "request", "why", "findings", "response", "diff"]
TABS: Final[tuple[tuple[ResultTab, str], ...]] = (
    ("payload", "Payload"),
    ("request", "Request"),
    ("why", "Why"),
    ("findings", "Findings"),
    ("response", "Response"),
    ("diff", "Diff"),
)
_SHORT: Final = {"Request": "Req", "Response": "Resp", " (older)": "…", "Findings ": "Finds "}

_BANNER_KEPT: Final = 3
"""The largest height, in rows, that the banner keeps when its text gets shorter."""


class ResultPane(Vertical):
    """Shows one outcome. Only the visible tab is drawn; the others are drawn when they are chosen."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    ResultPane {
        & #banner { height: auto; min-height: 2; max-height: 6; padding: 0 1; }
        & ContentSwitcher { height: 1fr; }
        & #prose { padding: 0 1; scrollbar-size-vertical: 1; }
        &.-diff #banner { display: none; }
        &.-diff.-stale #banner { display: block; }
    }
    """

    tab: reactive[ResultTab] = reactive("payload", init=False)
    stale: reactive[bool] = reactive(False, init=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._outcome: Outcome | None = None
        self._unreadable: Unreadable | None = None
        self._request: Request | None = None
        self._because = ""
        self._receipt: tuple[EventReceipt | None, bool] = (None, False)
        self._difference: tuple[EventComparison | None, str] = None, ""
        self._diff_view: DiffView | None = None
        self._empty = "Select an event."
        self._sending = False
        self._fixed: tuple[Finding, str] | None = None
        self._problem = ""
        self._banner = Content("")
        self._banner_lines = 2

    def compose(self) -> ComposeResult:
        """Yield the tabs, the banner, and the two kinds of view."""
        yield TabStrip(TABS, short=_SHORT, id="result-tabs")
        yield Static(id="banner", markup=False)
        with ContentSwitcher(initial="code"):
            yield CodeView(id="code")
            with VerticalScroll(id="prose"):
                yield Static(id="prose-text", markup=False)

    def show(self, outcome: Outcome, request: Request | None, because: str) -> None:
        """Show an outcome. `request` is its request to the chosen target, and `because` is the reason for its fate."""
        self._outcome, self._request, self._unreadable = outcome, request, None
        self._because = because
        self.stale = False
        self._show_banner(prose.banner(outcome, because))
        count = sum(1 for item in outcome.findings if item.severity != "info")
        self.query_one(TabStrip).set_label("findings", f"Findings {count}" if count else "Findings")
        self._draw()

    def show_unreadable(self, item: Unreadable) -> None:
        """Handle text that is not an event: mark the last outcome as stale or, without one, show the problem."""
        if self._outcome is not None:
            self.stale = True
            place = item.findings[0]
            at = f"line {place.line}, column {place.column}: " if place.line is not None else ""
            self._show_banner(
                Content.assemble(
                    ("! STALE ", "bold $text-error"),
                    (f" {at}{place.message}\n", "$text"),
                    ("The result below is for the last readable text.", "$foreground-muted"),
                )
            )
            return
        self._unreadable = item
        self._show_banner(
            Content.assemble(("! NO EVENT ", "bold $text-error"), (f" {item.findings[0].message}", "$text"))
        )
        self.query_one(TabStrip).set_label("findings", f"Findings {len(item.findings)}")
        self._draw()

    def show_fix(self, fixed: tuple[Finding, str] | None) -> None:
        """Set the finding that a key fixes, with the fix's title, or None."""
        if fixed != self._fixed:
            self._fixed = fixed
            if self.tab == "findings":
                self._draw()

    def forget(self) -> None:
        """Drop the outcome of the previous event. The caller calls `show`, `show_unreadable` or `clear` right after."""
        self._outcome = self._request = self._unreadable = None
        self._empty = self._problem = ""

    def clear(self, message: str) -> None:
        """Show a message instead of an outcome."""
        self._outcome = self._request = self._unreadable = None
        self._problem = ""
        self._empty = message
        self.stale = False
        if self._diff_view is not None:
            self._diff_view.to_top()
        self._show_banner(Content.styled(message, "$foreground-muted"))
        self._draw()

    def show_sending(self, sending: bool, problem: str = "") -> None:
        """Set whether a request is in flight. `problem`, why it was not sent, stays until another event is shown."""
        self._sending, self._problem = sending, problem
        if self.tab == "response":
            self._draw()

    def show_receipt(self, event: EventReceipt | None, *, older: bool = False) -> None:
        """Show the receipt of this event, or None if it was not sent. `older`: the payload has changed since."""
        if (event, older) == self._receipt:
            return
        self._receipt = (event, older)
        mark = "" if event is None else f" {RECEIPT_LOOKS[event.state].glyph}"
        self.query_one(TabStrip).set_label("response", f"Response{mark}{' (older)' if older else ''}")
        if self.tab == "response":
            self._draw()

    def show_difference(self, comparison: EventComparison | None, baseline: str = "") -> None:
        """Show the comparison with the baseline of that name. It is None without a baseline or an event to compare."""
        self._difference = comparison, baseline
        changed = comparison is not None and comparison.kinds
        self.query_one(TabStrip).set_label("diff", "Diff Δ" if changed else "Diff")
        if self.tab == "diff":
            self._draw()

    def watch_tab(self, tab: ResultTab) -> None:
        """Draw the new tab."""
        self.query_one(TabStrip).active = tab
        self._draw()

    def watch_stale(self, stale: bool) -> None:
        """Dim an outcome that no longer belongs to the text in the editor."""
        self.set_class(stale, "-stale")
        self.query_one(CodeView).stale = stale
        if self._diff_view is not None:
            self._diff_view.stale = stale

    def on_tab_strip_activated(self, event: TabStrip.Activated) -> None:
        """Switch to the clicked tab."""
        event.stop()
        self.tab = next(name for name, _ in TABS if name == event.tab)

    def focus_view(self) -> None:
        """Focus the view of the current tab, so that keys scroll it."""
        self.query_one(f"#{self.query_one(ContentSwitcher).current}").focus()

    def _show_banner(self, banner: Content) -> None:
        # A layout of the screen would delay the next paint of the payload, so do it only if the height changes.
        if banner != self._banner:
            view = self.query_one("#banner", Static)
            width = view.content_size.width
            lines = len(banner.wrap(width)) if width else _BANNER_KEPT + 1
            layout = max(lines, self._banner_lines) > _BANNER_KEPT or lines > self._banner_lines
            if layout:
                # The banner keeps its height, so that going from event to event does not cause a layout each time.
                self._banner_lines = lines
                view.styles.min_height = max(2, min(lines, _BANNER_KEPT))
            self._banner = banner
            view.update(banner, layout=layout)

    def _draw(self) -> None:
        outcome = self._outcome
        # The Diff tab shows both fates itself.
        self.set_class(self.tab == "diff" and self._difference[0] is not None, "-diff")
        if self.tab in ("payload", "request") and outcome is not None and self._request is not None:
            self._draw_code(outcome, self._request)
            return
        if self.tab == "diff":
            self._draw_difference()
            return
        self.query_one(ContentSwitcher).current = "prose"
        self.query_one("#prose-text", Static).update(self._words(outcome))

    def _draw_code(self, outcome: Outcome, request: Request) -> None:
        view = self.query_one(CodeView)
        view.walks = self.tab == "payload"
        if self.tab == "payload":
            text = stringify(request.body, 2).decode()
            view.set_text(text, "json")
            marked = [item for item in outcome.findings if item.payload_path is not None and item.severity != "info"]
            located = view.located() if marked else None
            view.set_marks(payload_marks(located, marked) if located is not None else ())
        else:
            head = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
            path = f"{request.method} {request.url}"
            view.set_marks(())
            view.set_lights()
            view.set_text(f"{path}\n{head}\n\n{request.body_bytes.decode()}", "http")
        self.query_one(ContentSwitcher).current = "code"

    def _draw_difference(self) -> None:
        switcher, view = self.query_one(ContentSwitcher), self._diff_view
        if view is None:
            # Imported here because it takes a while to load, and many sessions never compare.
            from abtui.tui.widgets.diff_view import DiffView

            view = self._diff_view = DiffView(id="diff")
            switcher.mount(view)
        view.stale = self.stale
        view.show(*self._difference)
        switcher.current = "diff"

    @staticmethod
    def _unsent_words(outcome: Outcome | None) -> str:
        if outcome is None or outcome.request is not None:
            return "Not sent yet. Press s in the list, or ctrl+r anywhere, to send this event to the target; S to send several."
        return f"There is nothing to send: {outcome.reason.message}."

    def _words(self, outcome: Outcome | None) -> Content:
        if self.tab == "response":
            if self._sending:
                return Content("Sending…")
            if self._problem:
                return Content.styled(f"✗ Nothing was sent. {printable(self._problem)}", "$text-error")
            event, older = self._receipt
            if event is None:
                return Content.styled(self._unsent_words(outcome), "$foreground-muted")
            return receipt_prose.response(event, older=older)
        if self._unreadable is not None:
            return prose.findings(self._unreadable.findings)
        if outcome is None:
            return Content("")
        if self.tab == "findings":
            return prose.findings(outcome.findings, fixed=self._fixed)
        if self.tab == "why":
            return prose.why(outcome, self._because)
        # Without a request, show the reason instead.
        return Content.assemble((f"No {self.tab}: nothing is sent.\n\n", "bold"), prose.why(outcome, self._because))
