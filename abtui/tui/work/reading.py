"""Reading files into the corpus and mapping it in threads, and filtering the list."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

from textual import on
from textual.worker import get_current_worker

from abtui.core.corpus.query import nothing_found
from abtui.core.text.plain import file_name, one_line, plural
from abtui.services.files import STDIN
from abtui.tui import workers
from abtui.tui.messages import EventsRead, FilesOpened, RowsMapped
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_FILTER_SECONDS: Final = 0.008
"""How long rows are tested at a time, to leave time for keys and frames."""
_FILTER_PAUSE_SECONDS: Final = 0.001


class Reading(Capability):
    """Fills the corpus, and maps it. Rows mapped with an older config are dropped."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._mapping = False
        self._readings = self._before = self._elsewhere_before = 0
        self._being_read: list[str] = list(state.opening.event_paths)
        """The files that are being read or about to be read."""
        self._begun = () if state.opening.begun is None else (state.opening.begun,)
        """The reading of these files, if it has begun."""
        self._unread = ""
        """Why files could not be read."""
        self._ended = threading.Event()
        self._filter_waits = False

    def on_mount(self) -> None:
        """Follow the state."""
        state = self._state
        state.listen("events", self, self._grown)
        state.listen("mapper", self, self._map_anew)
        state.listen("filter", self, self._filter_changed)
        state.listen("rows", self, self._filter_on)

    def on_unmount(self) -> None:
        """Let the threads that still read stop."""
        self._ended.set()

    # Files

    @on(FilesOpened)
    def _open(self, message: FilesOpened) -> None:
        message.stop()
        self._readings += 1
        self._before, self._elsewhere_before = len(self._state.corpus), len(self._state.elsewhere)
        self._being_read = message.paths
        self._state.reading, self._state.reading_share = "reading", None
        self._unread = ""
        self._tell_events()
        # A daemon thread, which ends with the process: a thread that waits for a pipe cannot be stopped.
        arguments = (message.paths, self._state.sdk, self.post_message, self._ended.is_set, *self._begun)
        self._begun = ()
        threading.Thread(target=workers.read_files, args=arguments, name="abtui-reading", daemon=True).start()

    @on(EventsRead)
    def _events_read(self, message: EventsRead) -> None:
        message.stop()
        state, read = self._state, message.read
        if len(state.corpus):
            message.handled.set()
        else:
            self.call_after_refresh(message.handled.set)
        for batch in read.batches:
            state.corpus.add(batch)
        state.elsewhere += read.elsewhere
        self._readings -= read.done
        state.reading = "reading" if self._readings else ""
        state.reading_share = read.fraction if self._readings else None
        if read.left_out is not None and not self._reads_demo:
            state.say(" ".join(read.left_out), severity="warning")
        if not self._readings:
            self._say_read()
            self._being_read = []
        problems = [f"{problem} {hint}".rstrip() for problem, hint in read.problems]
        for problem in problems:
            state.say(problem, title="Could not be read", severity="error", stays=True)
        # The message also stays where the events would be.
        self._unread = "\n".join((self._unread, *problems)).strip()
        self._tell_events()

    def _say_read(self) -> None:
        """Say how many events came from what was opened last."""
        added = len(self._state.corpus) - self._before
        elsewhere = len(self._state.elsewhere) - self._elsewhere_before
        # A problem that was told at the start stays.
        if not self._reads_demo and self._being_read and self._state.notice.severity == "information":
            names = _short_name(self._being_read[0]) if self._being_read[0] != STDIN else "standard input"
            more = f" and {len(self._being_read) - 1:,} more" if len(self._being_read) > 1 else ""
            past = f"{plural(elsewhere, 'request or row', 'requests or rows')} that came past Segment"
            if added:
                said = f"Read {plural(added, 'event')}{f' and {past}' if elsewhere else ''} from {names}{more}."
            elif elsewhere:
                said = f"Read {past} from {names}{more}. 5 counts them."
            else:
                said = f"There is no event in {names}{more}."
            self._state.say(said)

    def _tell_events(self) -> None:
        """Tell that events came. Whoever shows that there are none can say why."""
        self._state.empty_text = "" if len(self._state.corpus) else self._nothing_yet()
        self._state.tell("events")

    def _grown(self) -> None:
        """Map what came, and select the first event if none is selected."""
        state = self._state
        state.empty_text = "" if len(state.corpus) else self._nothing_yet()
        if state.selection.index is None and len(state.corpus):
            state.event.select(0)
        self._map_rows()

    def _nothing_yet(self) -> str:
        """The text in place of an event. That there are no events is known only once all files are read."""
        paths = self._being_read
        if not paths:
            return self._unread
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
        opening = self._state.opening
        return opening.demo and tuple(self._being_read) == opening.event_paths

    # Mapping

    def _map_anew(self) -> None:
        """Drop what a thread still maps with the old config, and begin again."""
        self.workers.cancel_group(self, "mapping")
        self._mapping = False
        self._map_rows()

    def _map_rows(self) -> None:
        state, corpus, mapper = self._state, self._state.corpus, self._state.session.mapper
        # Reading comes first, because two busy threads halve each other's speed and rows in view are mapped when drawn.
        # A filter is the exception: somebody is waiting for its results.
        waits = state.mapping_waits or (bool(state.reading) and not corpus.filter)
        if waits or self._mapping or mapper is None or corpus.mapped >= len(corpus):
            return
        self._mapping = True
        corpus.mapper = mapper
        observe = state.observer()
        generation, start, end, recent = corpus.generation, corpus.mapped, len(corpus), state.recent
        self.run_worker(
            lambda: workers.map_rows(
                generation, corpus.items, start, end, mapper, recent, self.post_message, self._mapping_ended, observe
            ),
            group="mapping",
            exclusive=True,
            thread=True,
        )

    def _mapping_ended(self) -> bool:
        """Whether the calling thread should stop mapping."""
        return get_current_worker().is_cancelled or self._ended.is_set()

    @on(RowsMapped)
    def _rows_mapped(self, message: RowsMapped) -> None:
        message.stop()
        message.handled.set()
        if self._state.place_rows(message.generation, message.start, message.rows, message.repeated) and message.last:
            self._mapping = False
            self._map_rows()

    # The filter

    def _filter_changed(self) -> None:
        if self._state.corpus.filter:
            self._map_rows()
            self._filter_more()
        else:
            self._state.empty_text = "" if len(self._state.corpus) else self._nothing_yet()
            self._state.tell("shown")

    def _filter_on(self) -> None:
        # One stretch at a time: it goes on by itself where it waits.
        if self._state.corpus.filter and not self._filter_waits:
            self._filter_more()

    def _filter_more(self) -> None:
        """Continue the filter for a moment, and again after the next keys and frame, until every row is tested."""
        state, corpus = self._state, self._state.corpus
        end = time.monotonic() + _FILTER_SECONDS
        changed = corpus.filter_more(state.selection.index, lambda: time.monotonic() >= end)
        if len(corpus):
            nothing = corpus.filter and not (corpus.shown or corpus.filtering or corpus.mapped < len(corpus))
            state.empty_text = self._nothing_found() if nothing else ""
        state.tell("shown" if changed else "numbers")
        if corpus.filtering and not self._filter_waits:
            self._filter_waits = True
            self.set_timer(_FILTER_PAUSE_SECONDS, self._filter_again)

    def _nothing_found(self) -> str:
        """The text in the list if the filter admits no event."""
        corpus = self._state.corpus
        of_before = corpus.filter.text == self._state.filter_of_before
        said = nothing_found(corpus.filter, len(corpus))
        return f"{said} This filter is from the last session." if of_before else said

    def _filter_again(self) -> None:
        self._filter_waits = False
        self._filter_more()


def _short_name(path: str) -> str:
    return one_line(file_name(os.path.basename(os.path.normpath(path))), 60)
