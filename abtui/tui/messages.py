"""The messages from workers to the screen. Each carries its own values; the screen decides whether they are still valid."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from textual.message import Message

from abtui.core.checks import RecentIds
from abtui.core.corpus.coverage.survey import Sourced
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.findings import Finding
from abtui.core.outcomes import Fate
from abtui.tui.corpus.index_set import IndexSet
from abtui.tui.file_reads import FileRead
from abtui.tui.kit.event_row import EventRow

_CHECK_SECONDS: Final = 0.25
"""How often a waiting thread checks whether its work has ended."""


class WorkerResults(Message):
    """Results of a worker thread. The thread waits for `handled` before it computes more, so that input is handled first."""

    def __init__(self) -> None:
        super().__init__()
        self.handled = threading.Event()

    def wait(self, ended: Callable[[], bool]) -> None:
        """Wait in the thread until the screen has handled the message, or the work has `ended`."""
        while not self.handled.wait(_CHECK_SECONDS) and not ended():
            pass


class EventsRead(WorkerResults):
    """A piece of what is read from files."""

    def __init__(self, read: FileRead) -> None:
        super().__init__()
        self.read = read


class RowsMapped(WorkerResults):
    """Rows for the items from `start`, made with the config of `generation`. `last` is true at the end of the work."""

    def __init__(
        self, generation: int, start: int, rows: list[EventRow], repeated: dict[int, Finding], *, last: bool
    ) -> None:
        super().__init__()
        self.repeated = repeated
        self.last = last
        self.generation = generation
        self.start = start
        self.rows = rows


class CoverageCounted(Message):
    """The usage of the config by all events, and the findings about it, for one state of config and corpus."""

    def __init__(self, state: int, usage: Usage, findings: tuple[Sourced, ...]) -> None:
        super().__init__()
        self.state = state
        self.usage = usage
        self.findings = findings


class RepeatsFound(Message):
    """The events that repeat an earlier messageId, and the most recent ids, for one state of config and corpus."""

    def __init__(self, state: int, recent: RecentIds, found: dict[int, Finding]) -> None:
        super().__init__()
        self.state = state
        self.recent = recent
        self.found = found


class Wanted(Message):
    """Something a screen wants done, without knowing by which capability."""


class Steered(Wanted):
    """The run of several events is to be paused or resumed (`pause`), or ended (`cancel`)."""

    def __init__(self, what: Literal["pause", "cancel"]) -> None:
        super().__init__()
        self.what = what


class FilesChanged(Message):
    """Watched files changed on disk."""

    def __init__(self, paths: frozenset[str]) -> None:
        super().__init__()
        self.paths = paths


class FilesOpened(Wanted):
    """Files or folders of events are to be read."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__()
        self.paths = paths


class PathOpened(Wanted):
    """A file or folder of events, or a config, is to be opened; which of them it is, the file itself tells."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class BaselineWanted(Wanted):
    """Another config is to be asked for, to compare with."""


class MoveOpened(Wanted):
    """The events of a move, which have this fate now, are to be shown on Events."""

    def __init__(self, fate: Fate, events: IndexSet) -> None:
        super().__init__()
        self.fate = fate
        self.events = events


class ListeningWanted(Wanted):
    """SDKs are to be listened to, or no longer."""

    def __init__(self, *, on: bool) -> None:
        super().__init__()
        self.on = on


class LiveKept(Wanted):
    """What came while SDKs were listened to is to be written to a file."""


class TextPasted(Wanted):
    """Text was pasted into an editor or a filter that leaves it to the workbench, as it contains whole events."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class PaletteCommand(NamedTuple):
    """A command of the palette that has no key: its title, its description, and the function to run."""

    title: str
    help: str
    run: Callable[[], None]
