"""The panel of a delivery: its progress, its answers, and the keys that control it."""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from abtui.core.delivery.progress import Example
from abtui.core.text.plain import one_line, plural, printable
from abtui.tui.widgets.receipt_prose import RECEIPT_LOOKS
from abtui.tui.widgets.tab_strip import TabStrip

_MUTED: Final = "$foreground-muted"
_BAR: Final = 24
_NOTHING: Final = (
    "Nothing has been sent yet. S sends several events: marked, filtered or all; s sends the selected one."
)
_StyledText = Content | tuple[str, str]


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """The data of a delivery for the panel. `total` is the number of events to send, or None until they are counted."""

    target: str
    state: str
    counts: dict[str, int]
    total: int | None
    requests: int
    tries: int
    speed: float
    seconds: float
    note: str
    ending: str
    examples: tuple[Example, ...] = ()
    others: int = 0


class SendingPanel(Vertical):
    """Shows progress, counts and examples. Its tabs filter the list of events by receipt."""

    DEFAULT_CSS = """
    SendingPanel {
        & #delivery { height: auto; min-height: 2; max-height: 6; padding: 0 1; }
        & VerticalScroll { height: 1fr; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "steer('pause')", "Pause/resume", id="sending.pause"),
        Binding("c", "steer('cancel')", "Cancel", id="sending.cancel"),
        Binding("left", "step(-1)", "Filter by receipt", show=False, id="sending.previous"),
        Binding("right", "step(1)", "Filter by receipt", show=False, id="sending.next"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="sending.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="sending.down"),
    ]
    can_focus = True

    class Steered(Message):
        """The user asked to pause or resume the delivery (`pause`), or to end it (`cancel`)."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    class FilterAsked(Message):
        """The user asked for only the events with this receipt, or for all ("")."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: DeliveryView | None = None
        self._composed = False
        self._examples = 0
        self._shown_words = ("", "", "")

    def compose(self) -> ComposeResult:
        """Yield the progress, the tabs that filter by receipt, and the examples."""
        yield Static(_NOTHING, id="delivery", markup=False)
        yield TabStrip([("", "all"), *((word, word) for word in RECEIPT_LOOKS)], id="receipts")
        with VerticalScroll(can_focus=False):
            yield Static(id="examples", markup=False)

    def on_mount(self) -> None:
        """Show the delivery that was set before the widgets existed."""
        self._composed = True
        if self._view is not None:
            self.show(self._view)

    def show(self, view: DeliveryView) -> None:
        """Show the state of a delivery."""
        self._view = view
        if not self._composed:
            return
        # Text that keeps its height needs no layout.
        words = (view.state, view.note, view.ending)
        self.query_one("#delivery", Static).update(_delivery(view), layout=words != self._shown_words)
        self._shown_words = words
        more = len(view.examples) != self._examples
        self._examples = len(view.examples)
        self.query_one("#examples", Static).update(_examples(view), layout=more)
        strip = self.query_one("#receipts", TabStrip)
        for word, look in RECEIPT_LOOKS.items():
            strip.set_label(word, f"{look.glyph} {word} {view.counts.get(word, 0):,}")

    def action_steer(self, what: str) -> None:
        """Ask to pause, resume or cancel the delivery."""
        self.post_message(self.Steered(what))

    def action_step(self, by: int) -> None:
        """Filter the list by the next receipt."""
        self.query_one("#receipts", TabStrip).step(by)

    def action_scroll(self, rows: int) -> None:
        """Scroll the examples."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    @on(TabStrip.Activated, "#receipts")
    def _receipt_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self.query_one("#receipts", TabStrip).active = event.tab
        self.post_message(self.FilterAsked(event.tab))


def _delivery(view: DeliveryView) -> Content:
    settled = sum(view.counts.get(word, 0) for word in ("accepted", "refused", "unknown"))
    share = settled / view.total if view.total else None
    parts: list[_StyledText] = [_state(view), (f"  {printable(view.note)}\n" if view.note else "\n", "$text")]
    if share is not None:
        full = min(_BAR, int(share * _BAR))
        parts += [("━" * full, "$text-success"), ("─" * (_BAR - full), _MUTED), (f" {share:4.0%}  ", "bold")]
    total = "" if view.total is None else f" of {view.total:,}"
    parts.append((f"{settled:,}{total} events", "bold"))
    again = view.tries - view.requests
    speed = f"  {view.speed:,.0f} events/s" if view.state != "ended" else f"  in {view.seconds:,.1f} s"
    retried = f", {again:,} tried again" if again > 0 else ""
    parts.append((f"  {plural(view.requests, 'request')}{retried}{speed}", "$text"))
    return Content.assemble(*parts)


_STATES: Final = {
    "sending": ("▶ sending", "bold $text-primary", "p pauses, c cancels"),
    "paused": ("‖ paused", "bold $text-warning", "p resumes, c cancels"),
    "cancelling": ("■ ending, waiting for requests in flight", "bold $text-warning", "c again does not wait"),
}
_ENDINGS: Final = {
    "done": ("✓ done", "bold $text-success"),
    "short": ("! ended, but not all of the plan was sent", "bold $text-warning"),
    "cancelled": ("■ cancelled", "bold $text-warning"),
    "halted": ("✗ stopped", "bold $text-error"),
    "journal": ("✗ stopped: the journal cannot be written", "bold $text-error"),
    "gone": ("✗ stopped: the journal is gone", "bold $text-error"),
    "failed": ("✗ nothing was sent", "bold $text-error"),
}


def _state(view: DeliveryView) -> Content:
    to = (f"  to {printable(view.target)}", _MUTED)
    if view.state == "ended":
        return Content.assemble(_ENDINGS.get(view.ending, _ENDINGS["done"]), to)
    words, style, keys = _STATES.get(view.state, _STATES["sending"])
    return Content.assemble((words, style), to, (f"  {keys}", _MUTED))


def _examples(view: DeliveryView) -> Content:
    parts: list[_StyledText] = []
    for kind in view.examples:
        look = RECEIPT_LOOKS[kind.state]
        status = "no answer" if kind.status is None else str(kind.status)
        parts.append((f"{look.glyph} {kind.count:,} {look.word} ", look.style))
        parts.append((f"{status}  ", _MUTED))
        parts.append((printable(kind.said), "$text"))
        parts.append((f"  │ Segment: {kind.segment_shows}\n", _MUTED))
        parts.append((f"    like {one_line(kind.name, 40)}  {one_line(kind.source, 60)}\n", _MUTED))
    if view.others:
        parts.append((f"and {plural(view.others, 'event')} with other answers\n", _MUTED))
    return Content.assemble(*parts)
