"""The workbench reads files and maps the corpus beside the screen, and filters its list."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from typing import Final

from textual import on
from textual.worker import get_current_worker

from abtui.core.checks import RecentIds
from abtui.core.corpus.query import nothing_found
from abtui.core.events import SdkDefaults
from abtui.core.text.plain import file_name, one_line
from abtui.services.files import STDIN
from abtui.tui import workers
from abtui.tui.messages import EventsRead, RowsMapped
from abtui.tui.opening import Opening
from abtui.tui.screens.layout import Layout
from abtui.tui.session import Session
from abtui.tui.widgets.events_pane import EventsPane

_FILTER_SECONDS: Final = 0.008
"""How long rows are tested in one go, so that keys and frames have their turn."""
_FILTER_PAUSE_SECONDS: Final = 0.001
_COUNT_SECONDS: Final = 0.1
"""How often the numbers are shown while rows are mapped."""
_NO_EVENT: Final = "No event yet: paste some, open a file (o), or write one (n)."


class Reading(Layout):
    """Fills the corpus. What was mapped with an older config is dropped."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._recent = RecentIds()
        self._mapping = False
        self._readings = 0
        self._being_read: Sequence[str] = opening.event_paths
        """What is read, or is about to be."""
        self._ended = threading.Event()
        self._filter_waits = False
        self._numbers_shown = 0.0

    def _read(self, paths: list[str]) -> None:
        self._readings += 1
        self._reading_note, self._reading_share = "reading", None
        self._being_read = paths
        self._show_empty_text()
        self._count()
        # A thread that ends with the process: one that waits for a pipe cannot be told to stop.
        arguments = (paths, self._sdk, self.post_message, self._ended.is_set)
        threading.Thread(target=workers.read_files, args=arguments, name="abtui-reading", daemon=True).start()

    @property
    def _no_event(self) -> str:
        """What stands where an event would be: that there is none is known only once everything was read."""
        paths = self._being_read
        if not paths:
            return _NO_EVENT
        first = (
            "the demo's events"
            if self._reads_demo
            else "standard input"
            if paths[0] == STDIN
            else _short_name(paths[0])
        )
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        return f"Reading {first}{more}…"

    @property
    def _reads_demo(self) -> bool:
        """Whether what is being read are the demo's own events, beside which its other files stand."""
        return self._opening.demo and tuple(self._being_read) == self._opening.event_paths

    def _show_empty_text(self) -> None:
        """Say in the list why it is empty, if it is."""
        if not len(self.corpus):
            self.event_list.empty_text = self._no_event if self._being_read else ""

    def _mapping_ended(self) -> bool:
        """Whether the thread that asks may stop mapping."""
        return get_current_worker().is_cancelled or self._ended.is_set()

    def on_unmount(self) -> None:
        """Whatever is still reading may stop."""
        self._ended.set()

    @on(EventsRead)
    def _events_read(self, message: EventsRead) -> None:
        message.handled.set()
        for batch in message.batches:
            self.corpus.add(batch)
        self._readings -= message.done
        self._reading_note = "reading" if self._readings else ""
        self._reading_share = message.fraction if self._readings else None
        if message.left_out is not None and not self._reads_demo:
            self.notify(" ".join(message.left_out), severity="warning", markup=False)
        if not self._readings:
            self._being_read = ()
        self._show_empty_text()
        for problem, hint in message.problems:
            self.notify(f"{problem} {hint}".rstrip(), title="Could not be read", severity="error", markup=False)
        if message.problems and not len(self.corpus):
            # Where the events would be, it stays to be read.
            self.event_list.empty_text = "\n".join(f"{problem} {hint}" for problem, hint in message.problems)
        self._after_growth()

    def _count(self) -> None:
        super()._count()
        corpus = self.corpus
        if len(corpus):
            nothing = corpus.filter and not (corpus.shown or corpus.filtering or corpus.mapped < len(corpus))
            self.event_list.empty_text = self._nothing_found() if nothing else ""

    def _nothing_found(self) -> str:
        """What the list says where the filter lets no event through."""
        return nothing_found(self.corpus.filter, len(self.corpus))

    def _after_growth(self) -> None:
        """The corpus has more items."""
        self._count()
        self._map_rows()

    def _may_map(self) -> bool:
        """Whether the corpus may be mapped now. A capability that needs the processor says no, and calls `_map_rows` when it is done."""
        return True

    def _observer(self) -> workers.Observe | None:
        """What is called in the mapping thread with each event and its outcome, or None."""
        return None

    def _map_rows(self) -> None:
        corpus, mapper = self.corpus, self.session.mapper
        # Reading comes first, as two threads at work would halve each other's speed and rows in view are mapped as they are
        # drawn; but not if someone waits for what a filter finds.
        waits = bool(self._reading_note) and not corpus.filter
        if waits or self._mapping or mapper is None or corpus.mapped >= len(corpus) or not self._may_map():
            return
        self._mapping = True
        corpus.mapper = mapper
        observe = self._observer()
        generation, start, end, recent = corpus.generation, corpus.mapped, len(corpus), self._recent
        self.run_worker(
            lambda: workers.map_rows(
                generation, corpus.items, start, end, mapper, recent, self.post_message, self._mapping_ended, observe
            ),
            group="mapping",
            exclusive=True,
            thread=True,
        )

    @on(RowsMapped)
    def _rows_mapped(self, message: RowsMapped) -> None:
        message.handled.set()
        if not self.corpus.place(message.generation, message.start, message.rows, message.repeated):
            return
        if message.last:
            self._mapping = False
            self._map_rows()
        if self.corpus.filter:
            self._filter_more()
            if self._in_view(message.start, message.start + len(message.rows)):
                self.event_list.refresh()
        else:
            now = time.monotonic()
            # A hundred times a second they come; nobody reads numbers as fast, and each has to be drawn.
            if message.last or now - self._numbers_shown >= _COUNT_SECONDS:
                self._numbers_shown = now
                self._count()
            self.event_list.refresh_rows(message.start, message.start + len(message.rows))

    def _in_view(self, start: int, end: int) -> bool:
        """Whether the rows of any of these items may be on the screen, with a filter."""
        top, rows = self.event_list.scroll_offset.y, self.event_list.size.height
        first, last = self.corpus.index_at(top), self.corpus.index_at(min(top + rows, self.corpus.shown) - 1)
        return first is not None and last is not None and first < end and start <= last

    def map_anew(self) -> None:
        """The config changed: every row is made again, those in view first."""
        self._recent = RecentIds()
        self._mapping = False
        self.corpus.restart()
        self.corpus.mapper = self.session.mapper
        self._map_rows()

    def filter_again(self) -> None:
        """What the filter looks at was changed by the program: test every row anew. The old view stays until then."""
        if self.corpus.filter:
            self.corpus.set_filter(self.corpus.filter)
            self._filter_more()

    def action_mark(self) -> None:
        """Mark the event under the cursor, or take its mark away, and go to the next."""
        index = self.corpus.index_at(self.event_list.cursor)
        if index is not None:
            self.corpus.marked ^= {index}
            self.event_list.refresh_row(self.event_list.cursor)
            self.event_list.cursor += 1
            self._count()

    def action_mark_all(self) -> None:
        """Mark every event that is shown; where all of them are marked, take the marks away."""
        marked, shown = self.corpus.marked, self.corpus.shown_all
        marked.set_all(shown, not marked.has_all(shown))
        self.event_list.refresh()
        self._count()

    @on(EventsPane.FilterChanged)
    def _filter_changed(self, message: EventsPane.FilterChanged) -> None:
        self.corpus.set_filter(message.query)
        if message.query:
            self._map_rows()
            self._filter_more()
        else:
            self._show_filtered()

    def _filter_more(self) -> None:
        """Go on with the filter for a moment, and again after the next keys and frame, until every row is tested."""
        end = time.monotonic() + _FILTER_SECONDS
        if self.corpus.filter_more(self._kept_index(), lambda: time.monotonic() >= end):
            self._show_filtered()
        else:
            self._count()
        if self.corpus.filtering and not self._filter_waits:
            self._filter_waits = True
            self.set_timer(_FILTER_PAUSE_SECONDS, self._filter_again)

    def _filter_again(self) -> None:
        self._filter_waits = False
        self._filter_more()

    def _show_filtered(self) -> None:
        """Show the rows of the new filter, the cursor on the same event where that is still shown."""
        kept = self._kept_index()
        position = None if kept is None else self.corpus.position_of(kept)
        self.event_list.set_rows(self._row, self.corpus.shown, position or 0)
        self._count()

    def _kept_index(self) -> int | None:
        """The item the cursor stays on when the filter changes, if it is still shown."""
        return self.corpus.index_at(self.event_list.cursor)


def _short_name(path: str) -> str:
    return one_line(file_name(os.path.basename(os.path.normpath(path))), 60)
