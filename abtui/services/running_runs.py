"""Whether somebody is at a run. Of its own runs a process knows better than the journal, which a full disk may keep from hearing
of their end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from abtui.services.processes import identity, is_alive

_OWN: Final[set[tuple[str, int]]] = set()


def enter(journal: Path, run: int) -> None:
    """This process is at the run from here on."""
    _OWN.add((os.path.realpath(journal), run))


def leave(journal: Path, run: int) -> None:
    """This process is not at the run any more, whatever the journal says."""
    _OWN.discard((os.path.realpath(journal), run))


def is_under_way(journal: Path, run: int, process: int, known: str) -> bool:
    """Whether the process that was written down for a run that did not end, by number and identity, is still at it."""
    if process == os.getpid() and known in ("", identity(process)):
        return (os.path.realpath(journal), run) in _OWN
    return is_alive(process, known)
