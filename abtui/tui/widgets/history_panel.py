"""The history panel. Enter goes from the list of runs to the events of a run to a single event; Backspace goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from abtui.core.delivery.runs import EventReceipt, Run, SentEvent, counts_words, run_words
from abtui.core.text.plain import one_line, printable
from abtui.tui.kit.cells import cut
from abtui.tui.widgets import receipt_prose
from abtui.tui.widgets.paged_list import PagedList, PagedRow
from abtui.tui.widgets.receipt_prose import RECEIPT_LOOKS
from abtui.tui.widgets.tab_strip import TabStrip

Level = Literal["runs", "events", "event"]
_COUNTS: Final = 24
_EMPTY: Final = {
    "runs": "Nothing has been sent from this machine yet.",
    "events": "No event of this run has this receipt.",
}


class HistoryPanel(Vertical):
    """Shows runs and events. It requests them from the screen, which reads the journal."""

    DEFAULT_CSS = """
    HistoryPanel {
        & #history-where { height: 1; padding: 0 1; }
        & #history-problem { height: auto; padding: 0 1; color: $text-error; display: none; }
        & #history-problem.-shown { display: block; }
        & ContentSwitcher { height: 1fr; }
        & VerticalScroll { padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "back", "Back", id="history.back"),
        Binding("left", "step(-1)", "Filter by receipt", show=False, id="history.previous"),
        Binding("right", "step(1)", "Filter by receipt", show=False, id="history.next"),
    ]

    class Asked(Message):
        """A request for the start of a level: runs, or the events of `run`, with a receipt of `state` or any ("")."""

        def __init__(self, level: Level, run: int, state: str) -> None:
            super().__init__()
            self.level = level
            self.run = run
            self.state = state

    class PageAsked(Message):
        """A request for a page of the current level, starting at row `first`."""

        def __init__(self, level: Level, run: int, state: str, first: int) -> None:
            super().__init__()
            self.level = level
            self.run = run
            self.state = state
            self.first = first

    class EventAsked(Message):
        """A request for one event of a run."""

        def __init__(self, run: int, number: int) -> None:
            super().__init__()
            self.run = run
            self.number = number

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.level: Level = "runs"
        self.state = ""
        self.run = 0
        self._ids: dict[int, int] = {}
        """The id of the run, or the number of the event in its run, by position in the list."""
        self._run_words = ""

    def compose(self) -> ComposeResult:
        """Yield the heading, the tabs that filter by receipt, and the list or the single event."""
        yield Static(id="history-where", markup=False)
        yield TabStrip([("", "all"), *((word, f"{look.glyph} {word}") for word, look in RECEIPT_LOOKS.items())])
        yield Static(id="history-problem", markup=False)
        with ContentSwitcher(initial="history-list"):
            yield PagedList(id="history-list")
            with VerticalScroll(id="history-event"):
                yield Static(id="history-exchange", markup=False)

    def on_mount(self) -> None:
        """Ask for the runs."""
        self.ask("runs")

    # The interface for the screen

    def ask(self, level: Level, run: int = 0) -> None:
        """Go to the first row of a level."""
        self.level, self.run = level, run
        self._ids.clear()
        self._show_heading()
        self.query_one(ContentSwitcher).current = "history-list"
        self.post_message(self.Asked(level, run, self.state))

    def start_list(self, level: Level, run: int, state: str, count: int) -> None:
        """Start the list with `count` rows, if they answer the current request."""
        if (level, run, state) == (self.level, self.run, self.state):
            self._show_problem_line("")
            self.query_one(PagedList).start(count, _EMPTY[level])

    def place_runs(self, state: str, first: int, runs: Sequence[Run]) -> None:
        """Add a page of runs. A page for an earlier filter is dropped."""
        if (self.level, self.state) == ("runs", state):
            self._ids.update((first + at, run.id) for at, run in enumerate(runs))
            self.query_one(PagedList).place(first, [PagedRow(run.gravest, _run_text(run)) for run in runs])

    def place_events(self, run: int, state: str, first: int, sent: Sequence[SentEvent]) -> None:
        """Add a page of the events of a run. A page for an earlier run or filter is dropped."""
        if (self.level, self.run, self.state) == ("events", run, state):
            self._ids.update((first + at, event.number) for at, event in enumerate(sent))
            self.query_one(PagedList).place(first, [PagedRow(event.state, _event_text(event)) for event in sent])

    def show_event(self, event: EventReceipt | None) -> None:
        """Show the request and the answer of one event, or a message if the journal no longer has it."""
        self.level = "event"
        text = Content("This event is no longer in the journal.") if event is None else receipt_prose.exchange(event)
        self.query_one("#history-exchange", Static).update(text)
        self.query_one(ContentSwitcher).current = "history-event"
        self.query_one("#history-event").focus()
        self._show_heading()

    def show_problem(self, text: str) -> None:
        """Show that the journal cannot be read."""
        self._show_problem_line(text)
        self.query_one(PagedList).start(0)

    # Keys and mouse

    def action_back(self) -> None:
        """Go back from an event to its run, or from a run to all runs."""
        if self.level == "event":
            self.level = "events"
            self.query_one(ContentSwitcher).current = "history-list"
            self.query_one(PagedList).focus()
            self._show_heading()
        elif self.level == "events":
            self.ask("runs")

    def action_step(self, by: int) -> None:
        """Filter by the next receipt."""
        if self.level != "event":
            self.query_one(TabStrip).step(by)

    @on(TabStrip.Activated)
    def _receipt_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self.query_one(TabStrip).active = self.state = event.tab
        self.ask("runs" if self.level == "runs" else "events", self.run)

    @on(PagedList.PageWanted)
    def _page_wanted(self, event: PagedList.PageWanted) -> None:
        event.stop()
        self.post_message(self.PageAsked(self.level, self.run, self.state, event.first))

    @on(PagedList.Selected)
    def _selected(self, event: PagedList.Selected) -> None:
        event.stop()
        chosen = self._ids.get(event.index)
        row = self.query_one(PagedList).row(event.index)
        if chosen is None or row is None:
            return
        if self.level == "runs":
            self._run_words = row.text
            self.ask("events", chosen)
        else:
            self.post_message(self.EventAsked(self.run, chosen))

    def _show_problem_line(self, text: str) -> None:
        problem = self.query_one("#history-problem", Static)
        problem.set_class(bool(text), "-shown")
        problem.update(printable(text))

    def _show_heading(self) -> None:
        where = {
            "runs": "Runs, the newest first   enter opens one, left/right filters",
            "events": f"Run {self.run}: {self._run_words}   backspace goes back",
            "event": f"Run {self.run}, one event   backspace goes back",
        }[self.level]
        self.query_one("#history-where", Static).update(one_line(where, 300))


def _run_text(run: Run) -> str:
    # The most useful parts come first: if there is little room, the end is cut off.
    when = run.started[:16].replace("T", " ")
    counts = counts_words(run.accepted, run.refused, run.unknown, run.waiting)
    how = "batches" if run.mode == "batch" else "single calls"
    return f"{when}  {cut(counts, max(_COUNTS, len(counts)))}  {cut(run.target, 10)}  {cut(run.environment, 10)}  {how}  {run.what}  {run_words(run)}"


def _event_text(event: SentEvent) -> str:
    status = "-" if event.status is None else str(event.status)
    return f"{event.state:<8}  {status:>3}  {cut(event.name, 24)}  {cut(event.source, 26)}  {event.said}"
