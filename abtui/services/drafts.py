"""Drafts (`core.drafts`) as files, one for each run of the workbench, named by its process."""

from __future__ import annotations

import os
import re
import secrets
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from abtui.core.drafts import Draft, draft_text, read_draft
from abtui.services.places import state_folder, write_private

_NAME: Final = re.compile(r"draft-(\d+)-([0-9a-f]+)\.json")
_MOST_BYTES: Final = 64 << 20
_MOST_FILES: Final = 50


class KeptDraft(NamedTuple):
    """A draft that was left behind, and its file."""

    path: Path
    draft: Draft


class DraftFile:
    """The file of this run's draft."""

    def __init__(self) -> None:
        self.path = drafts_folder() / f"draft-{os.getpid()}-{secrets.token_hex(4)}.json"
        self._lock = threading.Lock()
        self._closed = False

    def put(self, draft: Draft | None) -> None:
        """Put `draft` in the place of the one before; None: there is nothing unsaved. Raises FileError."""
        with self._lock:
            if self._closed:
                return
            if draft is None:
                remove(self.path)
            else:
                write_private(self.path, draft_text(draft))

    def close(self) -> None:
        """What a thread may still want to write is older than what is there."""
        with self._lock:
            self._closed = True


def drafts_folder() -> Path:
    """Where drafts are. It may not be there yet."""
    return state_folder() / "drafts"


def left_behind(config: str | None, events: Sequence[str]) -> list[KeptDraft]:
    """The drafts on these files of runs that have ended, the newest first. What is no draft is passed over."""
    found: list[KeptDraft] = []
    for path, pid in _files():
        if pid != os.getpid() and is_running(pid):
            continue
        try:
            with path.open("rb") as file:
                draft = read_draft(file.read(_MOST_BYTES))
        except OSError:
            continue
        if draft is not None and draft.files == (config, tuple(events)):
            found.append(KeptDraft(path, draft))
    return sorted(found, key=lambda kept: kept.draft.at, reverse=True)


def _files() -> list[tuple[Path, int]]:
    try:
        names = sorted(os.listdir(drafts_folder()))[:_MOST_FILES]
    except OSError:
        return []
    matches = ((name, _NAME.fullmatch(name)) for name in names)
    return [(drafts_folder() / name, int(match[1])) for name, match in matches if match is not None]


def remove(path: Path) -> None:
    """Give a draft up. One that cannot be removed is offered again."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def is_running(pid: int) -> bool:
    """Whether there is a process of this number."""
    if sys.platform == "win32":
        # There `os.kill` ends the process, whatever the signal.
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        # Of someone else, so not of this person's abtui; an overflow is no process at all.
        return False
    return True
