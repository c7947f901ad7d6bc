"""The files of drafts (`core.saved_state`): one for each run of the workbench, named after its process."""

from __future__ import annotations

import os
import re
import secrets
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from abtui.core.saved_state import Draft, draft_text, read_draft
from abtui.core.text.plain import file_name
from abtui.services.errors import FileError, error_reason
from abtui.services.own_files import make_private_folder, state_folder, write_private
from abtui.services.processes import is_alive

_NAME: Final = re.compile(r"draft-(\d+)-([0-9a-f]+)\.json")
_MOST_BYTES: Final = 64 << 20
_MOST_FILES: Final = 50
"""The number of drafts that are looked at, the newest first."""


class LeftDraft(NamedTuple):
    """The draft of a run that has ended, and its file."""

    path: Path
    draft: Draft


class DraftFile:
    """The draft file of this run."""

    def __init__(self) -> None:
        self.path = drafts_folder() / f"draft-{os.getpid()}-{secrets.token_hex(4)}.json"
        self._lock = threading.Lock()
        self._closed = False
        self._turns = 0
        self._last = 0
        self._owned: int | None = None

    def turn(self) -> int:
        """The number of the next draft to `put`. Threads may put their drafts in any order."""
        self._turns += 1
        return self._turns

    def put(self, draft: Draft | None, turn: int) -> bool:
        """Replace the draft; None means that nothing is unsaved. Raises FileError.

        Does nothing and returns False if a later draft was put already, or the file is closed.
        """
        with self._lock:
            if self._closed or turn < self._last:
                return False
            if draft is None:
                remove(self.path)
                self._disown()
            else:
                self._own()
                write_private(self.path, draft_text(draft))
            self._last = turn
            return True

    def _own(self) -> None:
        """Mark the draft as that of a running process by a lock, which ends with the process, however it ends."""
        if self._owned is None:
            make_private_folder(self.path.parent)
            with suppress(BlockingIOError):
                self._owned = _locked(_lock_path(self.path), make=True)

    def _disown(self) -> None:
        if self._owned is not None:
            os.close(self._owned)
            self._owned = None

    def close(self) -> None:
        """Ignore drafts that threads still put: they are older than the one in the file."""
        with self._lock:
            self._closed = True
            self._disown()


def drafts_folder() -> Path:
    """The folder of the drafts. It may not exist yet."""
    return state_folder() / "drafts"


def left_behind(config: str | None, events: Sequence[str]) -> list[LeftDraft]:
    """The drafts for these files from runs that have ended, the newest first. Files that are no drafts are skipped."""
    found: list[LeftDraft] = []
    for path in islice(_ended(), _MOST_FILES):
        try:
            with path.open("rb") as file:
                draft = read_draft(file.read(_MOST_BYTES))
        except OSError:
            continue
        if draft is not None and draft.files == (config, tuple(events)):
            found.append(LeftDraft(path, draft))
    return sorted(found, key=lambda left: left.draft.at, reverse=True)


def _ended() -> Iterator[Path]:
    """The draft files of runs that have ended, the newest first."""
    folder = drafts_folder()
    files = []
    with suppress(OSError):
        for name in os.listdir(folder):
            # Another run may have removed its draft meanwhile.
            with suppress(OSError):
                if (match := _NAME.fullmatch(name)) is not None:
                    files.append(((folder / name).stat().st_mtime_ns, folder / name, int(match[1])))
    for _at, path, process in sorted(files, reverse=True):
        if not _is_owned(path, process):
            yield path


def remove(path: Path) -> None:
    """Discard a draft. Raises FileError if it cannot be removed, since it will be offered again."""
    try:
        path.unlink(missing_ok=True)
        _lock_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            f"{file_name(str(path))} cannot be removed: {error_reason(error)}.",
            "It will be offered again when these files are opened.",
        ) from error


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _locked(path: Path, *, make: bool = False) -> int | None:
    """The open file of a lock that this process now holds; None if there are no locks. Raises BlockingIOError if another process holds it."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        file = os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise
    except OSError:
        os.close(file)
        return None
    return file


def _is_owned(path: Path, process: int) -> bool:
    """Whether a running process has the draft. Without a lock this goes by the process number, which may have been reused."""
    try:
        free = _locked(_lock_path(path))
    except BlockingIOError:
        return True
    if free is not None:
        os.close(free)
        return False
    return process != os.getpid() and is_alive(process, "")
