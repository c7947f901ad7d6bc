"""The history. Enter goes from the list of runs to the events of a run to a single event; Escape goes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Literal, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from abtui.core.delivery.runs import EventReceipt, Run, SentEvent, counts_words, run_words
from abtui.core.text.plain import one_line, printable
from abtui.services.errors import ServiceError
from abtui.services.history import History
from abtui.tui.kit import receipt_prose
from abtui.tui.kit.cells import cut
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.panel import Panel
from abtui.tui.kit.receipt_prose import RECEIPT_LOOKS
from abtui.tui.kit.signs import receipt_sign
from abtui.tui.kit.tab_strip import TabStrip
from abtui.tui.screens.sent.paged_list import PAGE, PagedList, PagedRow

_T = TypeVar("_T")
Level = Literal["runs", "events", "event"]
_COUNTS: Final = 24
_EMPTY: Final = {"runs": "No run has this receipt.", "events": "No event of this run has this receipt."}


class HistoryPanel(Panel):
    """The runs of this and earlier sessions, and their events. Pages are read from the journal in threads when they come into view."""

    DEFAULT_CSS = """
    HistoryPanel {
        & TabStrip { margin: 0 1; }
        &.-event TabStrip { display: none; }
        & #history-problem { height: auto; padding: 0 1 0 2; color: $refused; display: none; }
        & #history-problem.-shown { display: block; }
        & ContentSwitcher { height: 1fr; }
        & VerticalScroll { padding: 0 1 0 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "back", "Back", id="history.back"),
        Binding("left", "step(-1)", "Filter by receipt", show=False, id="history.previous"),
        Binding("right", "step(1)", "Filter by receipt", show=False, id="history.next"),
    ]

    class Found(Message):
        """The history was read; `any` says whether there is anything to show, be it a problem."""

        def __init__(self, any: bool) -> None:
            super().__init__()
            self.any = any

    def __init__(self) -> None:
        super().__init__(title="History")
        self.level: Level = "runs"
        self.state = ""
        self.run = 0
        self._ids: dict[int, int] = {}
        """The id of the run, or the number of the event in its run, by position in the list."""
        self._run_words = ""

    def compose(self) -> ComposeResult:
        """Yield the tabs that filter by receipt, and the list or the single event."""
        yield from super().compose()
        signs = signs_of(self)
        yield TabStrip([("", "all"), *((word, f"{receipt_sign(word, signs)} {word}") for word in RECEIPT_LOOKS)])
        yield Static(id="history-problem", markup=False)
        with ContentSwitcher(initial="history-list"):
            yield PagedList(id="history-list")
            with VerticalScroll(id="history-event"):
                yield Static(id="history-exchange", markup=False)

    def on_mount(self) -> None:
        """Read the runs."""
        self._go("runs")

    @property
    def rows(self) -> PagedList:
        """The list of runs or events."""
        return self.query_one(PagedList)

    @property
    def _is_whole(self) -> bool:
        """Whether the panel has its parts: while the app ends they go before it."""
        return bool(self.query("#history-problem")) and bool(self.query(PagedList))

    def read_again(self) -> None:
        """Read the runs again, if they are in view: there may be a new one."""
        if self.level == "runs":
            self._go("runs")

    def _go(self, level: Level, run: int = 0) -> None:
        """Go to the first row of a level."""
        self.level, self.run = level, run
        self._ids.clear()
        self._show_heading()
        switcher = self.query_one(ContentSwitcher)
        # Until it has its children it knows only which one is the first, and that is the list.
        if switcher.current is not None:
            switcher.current = "history-list"
        state = self.state

        def count(history: History) -> int:
            return history.run_count(state) if level == "runs" else history.sent_count(run, state)

        self._read(count, lambda number: self._start(level, run, state, number))

    def _read(self, read: Callable[[History], _T], then: Callable[[_T], None]) -> None:
        """Call `read` in a thread, and then `then` with its result; show a journal that cannot be read."""

        async def work() -> None:
            try:
                found = await asyncio.to_thread(read, History())
            except ServiceError as error:
                if self._is_whole:
                    self._show_problem(f"{error.message} {error.hint}".strip())
            else:
                if self._is_whole:
                    then(found)

        self.run_worker(work(), group="history")

    def _start(self, level: Level, run: int, state: str, count: int) -> None:
        """Start the list with `count` rows, if they answer the current request."""
        if (level, run, state) == (self.level, self.run, self.state):
            self._show_problem_line("")
            self.rows.start(count, _EMPTY[level])
            self.post_message(self.Found(bool(count or state or level != "runs")))

    def _place(self, asked: tuple[Level, int, str], first: int, ids: Sequence[int], rows: Sequence[PagedRow]) -> None:
        """Add a page. A page for an earlier level, run or filter is dropped."""
        if asked == (self.level, self.run, self.state):
            self._ids.update((first + at, id) for at, id in enumerate(ids))
            self.rows.place(first, rows)

    def _show_event(self, event: EventReceipt | None) -> None:
        """Show the request and the answer of one event, or that the journal no longer has it."""
        self.level = "event"
        text = (
            Content("This event is no longer in the journal.")
            if event is None
            else receipt_prose.exchange(event, signs_of(self))
        )
        self.query_one("#history-exchange", Static).update(text)
        self.query_one(ContentSwitcher).current = "history-event"
        self.query_one("#history-event").focus()
        self._show_heading()

    def _show_problem(self, text: str) -> None:
        self._show_problem_line(text)
        self.rows.start(0)
        self.post_message(self.Found(True))

    def _show_problem_line(self, text: str) -> None:
        problem = self.query_one("#history-problem", Static)
        problem.set_class(bool(text), "-shown")
        problem.update(printable(text))

    def _show_heading(self) -> None:
        title = {"runs": "History", "events": f"Run {self.run}", "event": f"An event of run {self.run}"}[self.level]
        words = "the newest run first" if self.level == "runs" else self._run_words
        self.name_it(title, words=words, right="" if self.level == "runs" else "Esc goes back")
        self.set_class(self.level == "event", "-event")

    # Keys and mouse

    def back(self) -> bool:
        """Go back from an event to its run, or from a run to all runs. False if all runs are in view."""
        if self.level == "event":
            self.level = "events"
            self.query_one(ContentSwitcher).current = "history-list"
            self.rows.focus()
            self._show_heading()
        elif self.level == "events":
            self._go("runs")
        else:
            return False
        return True

    def action_back(self) -> None:
        """Go back."""
        self.back()

    def action_step(self, by: int) -> None:
        """Filter by the next receipt."""
        if self.level != "event":
            self.query_one(TabStrip).step(by)

    @on(TabStrip.Activated)
    def _receipt_chosen(self, event: TabStrip.Activated) -> None:
        event.stop()
        self.query_one(TabStrip).active = self.state = event.tab
        self._go("runs" if self.level == "runs" else "events", self.run)

    @on(PagedList.PageWanted)
    def _page_wanted(self, event: PagedList.PageWanted) -> None:
        event.stop()
        asked, first = (self.level, self.run, self.state), event.first
        level, run, state = asked

        def page(history: History) -> tuple[list[int], list[PagedRow]]:
            if level == "runs":
                runs = history.runs(first, PAGE, state)
                return [each.id for each in runs], [PagedRow(each.gravest, _run_text(each)) for each in runs]
            sent = history.sent(run, first, PAGE, state)
            return [each.number for each in sent], [PagedRow(each.state, _event_text(each)) for each in sent]

        self._read(page, lambda found: self._place(asked, first, *found))

    @on(PagedList.Selected, "#history-list")
    def _selected(self, event: PagedList.Selected) -> None:
        event.stop()
        chosen, row = self._ids.get(event.index), self.rows.row(event.index)
        if chosen is None or row is None:
            return
        if self.level == "runs":
            self._run_words = one_line(row.text, 300).partition("  ")[0]
            self._go("events", chosen)
        else:
            run = self.run
            self._read(lambda history: history.detail(run, chosen), self._show_event)


def _run_text(run: Run) -> str:
    # The most useful parts come first: if there is little room, the end is cut off.
    when = run.started[:16].replace("T", " ")
    counts = counts_words(run.accepted, run.refused, run.unknown, run.waiting, 0 if run.running else run.not_sent)
    how = "batches" if run.mode == "batch" else "single calls"
    return f"{when}  {cut(counts, max(_COUNTS, len(counts)))}  {cut(run.target, 10)}  {cut(run.environment, 10)}  {how}  {run.what}  {run_words(run)}"


def _event_text(event: SentEvent) -> str:
    status = "-" if event.status is None else str(event.status)
    return f"{event.state:<8}  {status:>3}  {cut(event.name, 24)}  {_end(event.source, 26)}  {event.said}"


def _end(source: str, room: int) -> str:
    """The end of a source, which tells the file and the line, in exactly `room` cells."""
    return cut(source if len(source) <= room else f"…{source[1 - room :]}", room)
