"""Case files on disk: how they are found and read, with the events that their cases refer to in other files."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from abtui.core.corpus.cases import CASES_FORM, SUFFIX, Case, CaseFile
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.text.plain import file_name, plural
from abtui.services.errors import FileError
from abtui.services.files import Source, read_pieces, read_text_file
from abtui.services.folders import OUTSIDE_FLAG, is_inside


def find_cases(places: Sequence[str]) -> tuple[list[str], list[FileError]]:
    """The case files at `places`, each once: files, folders with all below them except hidden ones, and globs.

    The errors are about places without a case file.
    """
    found: dict[str, str] = {}
    problems = []
    for place in places:
        try:
            # The same file by another spelling has the same cases.
            for path in _files_at(place):
                found.setdefault(os.path.realpath(path), path)
        except FileError as error:
            problems.append(error)
    return list(found.values()), problems


def _files_at(place: str) -> list[str]:
    """The case files at one place. Raises FileError if there are none."""
    shown = file_name(place)
    is_pattern = not os.path.exists(place) and glob.has_magic(place)
    matches = sorted(glob.glob(place, recursive=True)) if is_pattern else [place]
    for match in matches:
        # A device or a socket; also a pipe, which cannot be read again or updated.
        if os.path.exists(match) and not os.path.isfile(match) and not os.path.isdir(match):
            raise FileError(f"{file_name(match)} is not a file or folder.", "Give a case file.")
    files = [path for match in matches for path in (_in_folder(match) if os.path.isdir(match) else [match])]
    if files and (is_pattern or os.path.exists(place)):
        return files
    if is_pattern:
        hint = f"The folders that it matches hold no file ending in {SUFFIX}." if matches else "Check the pattern."
        raise FileError(f"The pattern {shown} matches no file.", hint)
    if os.path.isdir(place):
        raise FileError(f"{shown} holds no case file.", f"In a folder, only files ending in {SUFFIX} are used.")
    raise FileError(f"{shown} does not exist.", "Check the path.")


def _in_folder(folder: str) -> list[str]:
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = (name for name in files if name.endswith(SUFFIX) and not name.startswith("."))
        found += [os.path.normpath(os.path.join(parent, name)) for name in names]
    return sorted(found)


def read_case_text(path: str) -> str:
    """The text of a case file. Raises FileError."""
    _check_regular(path, file_name(path))
    return read_text_file(path, CASES_FORM.max_bytes)


def _check_regular(path: str, shown: str) -> None:
    """Raises FileError for anything but a file: reading a pipe would wait without end. A missing file is left to its reader."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"{shown} is not a file.")


def events_of(
    path: str, file: CaseFile, cases: Iterable[Case], sdk: SdkDefaults, within: Sequence[str] | None
) -> Iterator[tuple[Case, Event | str]]:
    """The event of each of some `cases` of the file at `path`, in any order; a sentence in place of one that cannot be read.

    Each file that cases refer to is read once, up to the last event that is wanted, and not kept. Unless `within` is None, it
    must be in the folder of the case file or in one of `within`.
    """
    by_reference: dict[str, dict[int, list[Case]]] = {}
    for case in cases:
        if isinstance(case.event, Event):
            yield case, case.event
        else:
            by_reference.setdefault(case.event.file, {}).setdefault(case.event.index, []).append(case)
    sdk = sdk if file.now is None else msgspec.structs.replace(sdk, now=file.now)
    folder = os.path.dirname(path)
    for name, wanted in by_reference.items():
        place = os.path.join(folder or os.curdir, name)
        if within is None or is_inside(place, [folder, *within]):
            events = _events_at(place, file_name(name), set(wanted), sdk)
        else:
            problem = f"{file_name(name)} lies outside the folders of the case file and of the config, so it was not read; {OUTSIDE_FLAG} allows it."
            events = ((index, problem) for index in wanted)
        for index, event in events:
            yield from ((case, event) for case in wanted[index])


def _events_at(path: str, shown: str, wanted: set[int], sdk: SdkDefaults) -> Iterator[tuple[int, Event | str]]:
    """The wanted events of a file, by their numbers."""
    count, last = 0, max(wanted)
    problem = ""
    try:
        _check_regular(path, shown)
        # The whole path: `-` alone would be standard input.
        for item in read_events(read_pieces(Source(path, shown, None)), shown, sdk):
            count += 1
            if count in wanted:
                yield count, item if isinstance(item, Event) else _problem_of(item)
            if count == last:
                return
    except FileError as error:
        problem = f"{error.message} {error.hint}".rstrip()
    for index in sorted(wanted):
        if index > count:
            yield index, problem or f"{shown} has {plural(count, 'event')}; there is no event {index:,}."


def _problem_of(item: Unreadable) -> str:
    problem = item.findings[0]
    return f"{item.source} is not an event: {problem.message} {problem.hint}".rstrip()
