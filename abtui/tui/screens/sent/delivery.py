"""The delivery: the plan as a sentence, a line that fills, the kinds of answers, and the keys that control it."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from abtui.core.fate import SENT_FATES
from abtui.core.text.plain import plural, printable
from abtui.tui.delivery import DeliveryView
from abtui.tui.kit.action import Action, ActionClicked
from abtui.tui.kit.drawing import Piece, cut, draw, width_of
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.panel import Panel
from abtui.tui.kit.receipt_prose import RECEIPT_LOOKS
from abtui.tui.kit.signs import receipt_sign
from abtui.tui.kit.tab_strip import TabStrip
from abtui.tui.messages import Steered
from abtui.tui.screens.sent.answers import answers
from abtui.tui.screens.sent.words import counts_row, keys_row, line_row
from abtui.tui.state import State

_AROUND: Final = 4
"""The columns of the padding and the scrollbar beside the answers."""
_NOTHING: Final = "Nothing was sent in this session."


class Progress(Widget):
    """The line that fills, the counts, and what can be done: three rows, drawn without a layout.

    A `Static` of these rows takes a layout for each report of a delivery; a `ProgressBar` has one colour.
    """

    DEFAULT_CSS = "Progress { height: 3; padding: 0 1 0 2; color: $text; }"

    def __init__(self) -> None:
        super().__init__()
        self.view: DeliveryView | None = None

    def render_line(self, y: int) -> Strip:
        """One of the rows."""
        rows = (line_row, counts_row, keys_row)
        if self.view is None or y >= len(rows):
            return draw(self, ())
        signs, width = signs_of(self), self.content_size.width
        row: list[Piece] = []
        for piece in rows[y](self.view, width, signs):
            row.append(piece._replace(text=cut(piece.text, width - width_of(row), signs.cut)))
        return draw(self, row)


class DeliveryPanel(Panel, can_focus=True):
    """What is sent at present, else what was sent last. Its tabs filter the list of events by receipt."""

    SCOPED_CSS = False  # Its height depends on classes of the screens around it.
    DEFAULT_CSS = """
    DeliveryPanel {
        height: auto;
        & #delivery-note { height: auto; max-height: 4; padding: 0 1 0 2; color: $ignored; display: none; }
        & Action { margin: 1 0 1 2; }
        & TabStrip { margin: 0 1; }
        & VerticalScroll { height: auto; max-height: 34vh; padding: 0 1 0 2; }
        & Progress, & TabStrip, & VerticalScroll { display: none; }
        &.-any { & Progress, & TabStrip, & VerticalScroll { display: block; } & Action { display: none; } }
        &.-noted #delivery-note { display: block; }
    }
    SentScreen.-alone DeliveryPanel { height: 1fr; }
    .-small DeliveryPanel VerticalScroll { max-height: 25vh; }
    .-tiny DeliveryPanel VerticalScroll { max-height: 3; }
    .-small .-history DeliveryPanel, .-tiny .-history DeliveryPanel { max-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "steer('pause')", "Pause", tooltip="Pause the run, or resume it", id="sent.pause"),
        Binding("c", "steer('cancel')", "Cancel", tooltip="End the run; again, without waiting", id="sent.cancel"),
        Binding("left", "step(-1)", "Filter by receipt", show=False, id="sent.previous"),
        Binding("right", "step(1)", "Filter by receipt", show=False, id="sent.next"),
        Binding("enter", "open", "Show them", tooltip="Show the events with this receipt", id="sent.open"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="sent.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="sent.down"),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(title=_NOTHING)
        self._state = state
        self._answers = self._width = 0
        self._shown_state = ""

    def compose(self) -> ComposeResult:
        """Yield the delivery, the tabs that filter by receipt, and the answers; or what to do if nothing was sent."""
        yield from super().compose()
        yield Action()
        yield Progress()
        yield Static(id="delivery-note", markup=False)
        yield TabStrip([("", "all"), *((word, word) for word in RECEIPT_LOOKS)], id="receipts")
        with VerticalScroll(can_focus=False):
            yield Static(id="answers", markup=False)

    def on_mount(self) -> None:
        """Follow the state."""
        self._state.listen("deliveries", self, self._show)
        self._state.listen("filter", self, self._show_filter)
        self._state.listen("rows", self, self._offer)
        self._offer()
        self._show()

    def _show(self) -> None:
        view = self._state.delivery
        self.set_class(view is not None, "-any")
        if view is None:
            return
        if view.state != self._shown_state:
            self._shown_state = view.state
            self.refresh_bindings()
        progress = self.query_one(Progress)
        progress.view = view
        progress.refresh()
        self.name_it(view.plan.sentence)
        self.set_class(bool(view.note), "-noted")
        self.query_one("#delivery-note", Static).update(printable(view.note))
        # Text that keeps its height needs no layout.
        more, self._answers = len(view.examples) != self._answers, len(view.examples)
        said = answers(view, self._width - _AROUND, signs_of(self))
        self.query_one("#answers", Static).update(said, layout=more)
        strip = self.query_one(TabStrip)
        for word in RECEIPT_LOOKS:
            strip.set_label(word, f"{receipt_sign(word, signs_of(self))} {word} {view.counts.get(word, 0):,}")

    def on_resize(self, event: Resize) -> None:
        """Wrap the answers again, if the width is another one."""
        if event.size.width != self._width:
            self._width, self._answers = event.size.width, 0
            self._show()

    def _offer(self) -> None:
        """Offer a plan, with what is known of its result."""
        counts = self._state.corpus.counts
        able = sum(counts[fate] for fate in SENT_FATES)
        mapper = self._state.session.mapper
        # Of several mappings one may send what the event's fate, the worst, does not tell.
        about = "at least " if mapper is not None and mapper.destination.several else ""
        said = f"{about}{able:,} of {plural(sum(counts.values()), 'event')} make a request" if able else ""
        self.query_one(Action).show("S", "Plan a send", said)

    def _show_filter(self) -> None:
        """Choose the tab of the filter, whoever set it."""
        terms = self._state.corpus.filter.terms
        word = next((word for term in terms if term.field == "receipt" for word in term.values), "")
        self.query_one(TabStrip).active = word if word in RECEIPT_LOOKS else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Pause and cancel only a run that is under way, and show only the events of one that was sent."""
        view = self._state.delivery
        if action == "steer":
            return view is not None and view.steered
        return action != "open" or view is None or view.settled > 0

    def action_steer(self, what: str) -> None:
        """Ask to pause, resume or cancel the run."""
        self.post_message(Steered("cancel" if what == "cancel" else "pause"))

    def action_step(self, by: int) -> None:
        """Filter the events by the next receipt."""
        self.query_one(TabStrip).step(by)

    def action_open(self) -> None:
        """Show the events that the filter leaves; without a delivery, plan one."""
        if self._state.delivery is None:
            self.app.simulate_key("S")
        else:
            self._state.show("events")

    def action_scroll(self, rows: int) -> None:
        """Scroll the answers."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    @on(TabStrip.Activated)
    def _receipt_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self._state.filter_term("receipt", event.tab or None)
        self._state.say(f"Events shows those with this receipt: {event.tab}." if event.tab else "Events shows all.")

    @on(ActionClicked)
    def _action_clicked(self, event: ActionClicked) -> None:
        event.stop()
        self.action_open()
