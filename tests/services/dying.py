"""Jobs for tests of worker processes, which import this module."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.job import Text, Write
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults, Unreadable, read_events


class Count:
    """A number of items."""

    def __init__(self) -> None:
        self.number = 0

    def merge(self, other: Count) -> None:
        self.number += other.number


class Items(msgspec.Struct, frozen=True):
    """Writes each item of a text as it was read.

    An event named `Die once` ends the process the first time, of which a file with the name `marker` tells; `Die` ends it always,
    `Raise` raises, and `Wait` waits for ever with the pipe `marker` held open.
    """

    marker: str = ""

    def begin(self, _configs: Sequence[Config], sdk: SdkDefaults) -> Writing:
        return Writing(self, sdk)


class Writing:
    """The work of such a job."""

    def __init__(self, job: Items, sdk: SdkDefaults) -> None:
        self._job, self._sdk = job, sdk

    def empty(self) -> Count:
        return Count()

    def add(self, fold: Count, text: Text, unread: Unread, write: Write) -> None:
        for item in read_events(text.pieces, text.name, self._sdk, stretch=text.stretch):
            fold.number += 1
            if isinstance(item, Unreadable):
                unread.add_unreadable(item)
            else:
                self._do(item.value.get("event"))
            write(repr(item).encode(errors="replace"))

    def _do(self, name: Any) -> None:
        marker = Path(self._job.marker)
        if name == "Die once" and not marker.exists():
            marker.touch()
            name = "Die"
        if name == "Die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif name == "Raise":
            raise ZeroDivisionError("a mistake in the work")
        elif name == "Wait":
            with marker.open("wb", buffering=0) as pipe:
                pipe.write(b"x")
                signal.pause()


def wait(path: str, marker: str) -> None:
    """Begin to read events of which one waits."""
    from abtui.services.files import expand
    from abtui.services.folding import Errand, Folding, started

    errand = Errand(Items(marker), (), SdkDefaults())
    with started(errand, 1) as workers:
        list(Folding(expand([path]).sources, workers, print, None, 1 << 20))


if __name__ == "__main__":
    wait(*sys.argv[1:])
