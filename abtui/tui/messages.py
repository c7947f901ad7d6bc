"""What the workers tell the screen. Each carries values of its own; the screen decides whether they still matter."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, NamedTuple

from textual.message import Message

from abtui.core.checks import RecentIds
from abtui.core.corpus.coverage.survey import Sourced
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.findings import Finding
from abtui.services.event_store import Batch
from abtui.tui.widgets.event_row import EventRow

_CHECK_SECONDS: Final = 0.25
"""How often a waiting thread looks if its work has ended."""


class Work(Message):
    """Results of a thread, which waits until the screen `handled` them: what people do comes before more of the same work."""

    def __init__(self) -> None:
        super().__init__()
        self.handled = threading.Event()

    def wait(self, ended: Callable[[], bool]) -> None:
        """Wait in the thread until the screen handled this, or the work has `ended`."""
        while not self.handled.wait(_CHECK_SECONDS) and not ended():
            pass


class EventsRead(Work):
    """Events were read from files. `done` with the last ones.

    `problems` are a sentence and a hint for each file that could not be read, `left_out` those about files that were not read.
    """

    def __init__(
        self,
        batches: list[Batch],
        *,
        problems: tuple[tuple[str, str], ...] = (),
        left_out: tuple[str, str] | None = None,
        done: bool = False,
        fraction: float | None = None,
    ) -> None:
        super().__init__()
        self.batches = batches
        self.problems = problems
        self.left_out = left_out
        self.done = done
        self.fraction = fraction


class RowsMapped(Work):
    """Rows for the items from `start`, made with the config of `generation`; `last` of the spell of work."""

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
    """What all events of one state of config and corpus use of the config, and the findings about it."""

    def __init__(self, state: int, usage: Usage, findings: tuple[Sourced, ...]) -> None:
        super().__init__()
        self.state = state
        self.usage = usage
        self.findings = findings


class RepeatsFound(Message):
    """Which events of one state of config and corpus have a messageId that stood before, and the ids that came last."""

    def __init__(self, state: int, recent: RecentIds, found: dict[int, Finding]) -> None:
        super().__init__()
        self.state = state
        self.recent = recent
        self.found = found


class CollectorStarted(Message):
    """The local collector runs in this process, or failed to (`problem`)."""

    def __init__(self, endpoint: str, problem: str = "") -> None:
        super().__init__()
        self.endpoint = endpoint
        self.problem = problem


class FilesChanged(Message):
    """Watched files changed on disk."""

    def __init__(self, paths: frozenset[str]) -> None:
        super().__init__()
        self.paths = paths


class PaletteCommand(NamedTuple):
    """A command of the palette that has no key: its words, and what it does."""

    title: str
    help: str
    run: Callable[[], None]
