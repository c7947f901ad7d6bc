"""Reading files and mapping the corpus in threads, and filtering the list."""

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
"""How long rows are tested at a time, to leave time for keys and frames."""
_FILTER_PAUSE_SECONDS: Final = 0.001
_COUNT_SECONDS: Final = 0.1
"""How often the numbers are updated while rows are mapped."""
_NO_EVENT: Final = "No event yet: paste some, open a file (o), or write one (n)."


class Reading(Layout):
    """Fills the corpus. Rows mapped with an older config are dropped."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._recent = RecentIds()
        self._mapping = False
        self._readings = 0
        self._being_read: Sequence[str] = opening.event_paths
        """The files that are being read or about to be read."""
        self._ended = threading.Event()
        self._filter_waits = False
        self._numbers_shown = 0.0

    def _read(self, paths: list[str]) -> None:
        self._readings += 1
        self._reading_note, self._reading_share = "reading", None
        self._being_read = paths
        self._show_empty_text()
        self._count()
        # A daemon thread, which ends with the process: a thread that waits for a pipe cannot be stopped.
        arguments = (paths, self._sdk, self.post_message, self._ended.is_set)
        threading.Thread(target=workers.read_files, args=arguments, name="abtui-reading", daemon=True).start()

    @property
    def _no_event(self) -> str:
        """The text in place of an event. That there are no events is known only once all files are read."""
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
        """Whether the demo's own events are being read. Their folder holds other files too, which are skipped silently."""
        return self._opening.demo and tuple(self._being_read) == self._opening.event_paths

    def _show_empty_text(self) -> None:
        """If the list is empty, show the reason in it."""
        if not len(self.corpus):
            self.event_list.empty_text = self._no_event if self._being_read else ""

    def _mapping_ended(self) -> bool:
        """Whether the calling thread should stop mapping."""
        return get_current_worker().is_cancelled or self._ended.is_set()

    def on_unmount(self) -> None:
        """Let the threads that still read stop."""
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
            # The message also stays in the empty list, longer than a notification.
            self.event_list.empty_text = "\n".join(f"{problem} {hint}" for problem, hint in message.problems)
        self._after_growth()

    def _count(self) -> None:
        super()._count()
        corpus = self.corpus
        if len(corpus):
            nothing = corpus.filter and not (corpus.shown or corpus.filtering or corpus.mapped < len(corpus))
            self.event_list.empty_text = self._nothing_found() if nothing else ""

    def _nothing_found(self) -> str:
        """The text in the list if the filter admits no event."""
        return nothing_found(self.corpus.filter, len(self.corpus))

    def _after_growth(self) -> None:
        """Continue after items were added to the corpus."""
        self._count()
        self._map_rows()

    def _may_map(self) -> bool:
        """Whether the corpus may be mapped now.

        A subclass that needs the processor returns False, and calls `_map_rows` when it is done.
        """
        return True

    def _observer(self) -> workers.Observe | None:
        """A function to call in the mapping thread with each event and its outcome, or None."""
        return None

    def _map_rows(self) -> None:
        corpus, mapper = self.corpus, self.session.mapper
        # Reading comes first, because two busy threads halve each other's speed and rows in view are mapped when drawn.
        # A filter is the exception: somebody is waiting for its results.
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
            # These messages arrive a hundred times a second. Numbers need not be drawn that often.
            if message.last or now - self._numbers_shown >= _COUNT_SECONDS:
                self._numbers_shown = now
                self._count()
            self.event_list.refresh_rows(message.start, message.start + len(message.rows))

    def _in_view(self, start: int, end: int) -> bool:
        """Whether some of these items may be on the screen while a filter is set."""
        top, rows = self.event_list.scroll_offset.y, self.event_list.size.height
        first, last = self.corpus.index_at(top), self.corpus.index_at(min(top + rows, self.corpus.shown) - 1)
        return first is not None and last is not None and first < end and start <= last

    def map_anew(self) -> None:
        """Map every row again after a change of the config, those in view first."""
        self._recent = RecentIds()
        self._mapping = False
        self.corpus.restart()
        self.corpus.mapper = self.session.mapper
        self._map_rows()

    def filter_again(self) -> None:
        """Test every row again after the program changed values that the filter tests. The old view stays until then."""
        if self.corpus.filter:
            self.corpus.set_filter(self.corpus.filter)
            self._filter_more()

    def action_mark(self) -> None:
        """Mark or unmark the event under the cursor, and go to the next."""
        index = self.corpus.index_at(self.event_list.cursor)
        if index is not None:
            self.corpus.marked ^= {index}
            self.event_list.refresh_row(self.event_list.cursor)
            self.event_list.cursor += 1
            self._count()

    def action_mark_all(self) -> None:
        """Mark every event shown; if all of them are marked, unmark them."""
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
        """Continue the filter for a moment, and again after the next keys and frame, until every row is tested."""
        end = time.monotonic() + _FILTER_SECONDS
        if self.corpus.filter_more(self._index_to_keep(), lambda: time.monotonic() >= end):
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
        """Show the rows of the new filter, with the cursor on the same event if it is still shown."""
        kept = self._index_to_keep()
        position = None if kept is None else self.corpus.position_of(kept)
        self.event_list.set_rows(self._row, self.corpus.shown, position or 0)
        self._count()

    def _index_to_keep(self) -> int | None:
        """The item the cursor stays on when the filter changes, if it is still shown."""
        return self.corpus.index_at(self.event_list.cursor)


def _short_name(path: str) -> str:
    return one_line(file_name(os.path.basename(os.path.normpath(path))), 60)
