"""Drafts (`core.drafts`) as files, one for each run of the workbench, named by its process."""

from __future__ import annotations

import os
import re
import secrets
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from abtui.core.drafts import Draft, draft_text, read_draft
from abtui.core.text.plain import file_name
from abtui.services.errors import FileError
from abtui.services.own_folders import make_private_folder, state_folder, write_private

_NAME: Final = re.compile(r"draft-(\d+)-([0-9a-f]+)\.json")
_MOST_BYTES: Final = 64 << 20
_MOST_FILES: Final = 50
"""Drafts that are looked at, the newest first."""


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
        self._turns = 0
        self._last = 0
        self._owned: int | None = None

    def turn(self) -> int:
        """The number of a draft that is about to be put; the threads that put them may come in any order."""
        self._turns += 1
        return self._turns

    def put(self, draft: Draft | None, turn: int) -> bool:
        """Put `draft` in the place of the one before; None: there is nothing unsaved. Raises FileError.

        False where a later draft was put already, or the file is closed: nothing is written then.
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
        """Show by a lock, which ends with this process however that ends, that the draft is of a running one."""
        if self._owned is None:
            make_private_folder(self.path.parent)
            with suppress(BlockingIOError):
                self._owned = _locked(_lock_path(self.path), make=True)

    def _disown(self) -> None:
        if self._owned is not None:
            os.close(self._owned)
            self._owned = None

    def close(self) -> None:
        """What a thread may still want to write is older than what is there."""
        with self._lock:
            self._closed = True
            self._disown()


def drafts_folder() -> Path:
    """Where drafts are. It may not be there yet."""
    return state_folder() / "drafts"


def left_behind(config: str | None, events: Sequence[str]) -> list[KeptDraft]:
    """The drafts on these files of runs that have ended, the newest first. What is no draft is passed over."""
    found: list[KeptDraft] = []
    looked_at = 0
    for path, pid in _files():
        if _is_owned(path, pid):
            continue
        looked_at += 1
        if looked_at > _MOST_FILES:
            break
        try:
            with path.open("rb") as file:
                draft = read_draft(file.read(_MOST_BYTES))
        except OSError:
            continue
        if draft is not None and draft.files == (config, tuple(events)):
            found.append(KeptDraft(path, draft))
    return sorted(found, key=lambda kept: kept.draft.at, reverse=True)


def _files() -> list[tuple[Path, int]]:
    """All drafts with the number of their process, the newest first."""
    folder = drafts_folder()
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = []
    for name in names:
        match = _NAME.fullmatch(name)
        # One may be gone meanwhile: it is another run's.
        with suppress(OSError):
            if match is not None:
                found.append(((folder / name).stat().st_mtime_ns, folder / name, int(match[1])))
    return [(path, pid) for _at, path, pid in sorted(found, reverse=True)]


def remove(path: Path) -> None:
    """Give a draft up. Raises FileError where it cannot be removed: it is offered again."""
    try:
        path.unlink(missing_ok=True)
        _lock_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            f"{file_name(str(path))} cannot be removed: {(error.strerror or str(error)).lower()}.",
            "It is offered again when these files are opened.",
        ) from error


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _locked(path: Path, *, make: bool = False) -> int | None:
    """The open file of a lock that this process has now; None where there are no locks. Raises BlockingIOError: another has it."""
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


def _is_owned(path: Path, pid: int) -> bool:
    """Whether a running process has the draft. Without a lock the number of the process decides, which may be another's by now."""
    try:
        free = _locked(_lock_path(path))
    except BlockingIOError:
        return True
    if free is not None:
        os.close(free)
        return False
    return pid != os.getpid() and is_running(pid)


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
