"""The work of `abtui map -o`: the output for each source in a file or an object of its own, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.job import Job, Text, Work, Write
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults
from abtui.core.text.plain import file_name
from abtui.services.errors import FileError, ServiceError
from abtui.services.spool import Spool
from abtui.services.targets import put


class PutCounts:
    """What a job counted, and how many outputs were written."""

    def __init__(self, counts: Any) -> None:
        self.counts = counts
        self.written = 0

    def merge(self, other: PutCounts) -> None:
        """Add what was counted elsewhere."""
        self.counts.merge(other.counts)
        self.written += other.written


class PutJob(msgspec.Struct, frozen=True):
    """A job, and by the index of each source where its output goes. `is_list`: the lines are those of a JSON list, each behind a comma."""

    job: Job
    targets: tuple[str, ...]
    is_list: bool = False

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Putting:
        """The work with these configs."""
        return Putting(self, self.job.begin(configs, sdk))


class Putting:
    """Does a job for whole sources, and puts the output of each where it goes."""

    def __init__(self, job: PutJob, work: Work) -> None:
        self._job, self._work = job, work

    def empty(self) -> PutCounts:
        """Counts of nothing."""
        return PutCounts(self._work.empty())

    def add(self, fold: PutCounts, text: Text, unread: Unread, _write: Write) -> None:
        """Do the job for a source. Raises FileError if it cannot be read to its end, or its output cannot be written."""
        target, spool = self._job.targets[text.place[0]], Spool()

        def write(line: bytes) -> None:
            if self._job.is_list and not spool.size:
                line = b"[" + line[1:]
            spool.write(line + b"\n")

        try:
            self._work.add(fold.counts, text, unread, write)
        except ServiceError as error:
            raise FileError(f"{error.message} So {file_name(target)} was not written.", error.hint) from error
        if self._job.is_list:
            spool.write(b"]\n" if spool.size else b"[]\n")
        put(target, spool)
        fold.written += 1
