"""Finding and reading case files, and the events they name in other files."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence

from abtui.core.corpus.cases import CASES_FORM, SUFFIX, Reference
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.text.plain import file_name, plural
from abtui.services.errors import FileError
from abtui.services.files import Source, read_pieces, read_text_file
from abtui.services.folders import OUTSIDE_FLAG, is_inside


def find_cases(places: Sequence[str]) -> tuple[list[str], list[FileError]]:
    """The case files that `places` stand for, each once: files, folders (all below them, hidden ones left out), globs.

    With them a problem for each place that stands for none.
    """
    found: dict[str, str] = {}
    problems = []
    for place in places:
        paths = _of_place(place)
        if isinstance(paths, FileError):
            problems.append(paths)
        else:
            # The same file by another spelling is the same cases.
            for path in paths:
                found.setdefault(os.path.realpath(path), path)
    return list(found.values()), problems


def _of_place(place: str) -> list[str] | FileError:
    shown = file_name(place)
    if os.path.isdir(place):
        inside = _in_folder(place)
        return inside or FileError(
            f"{shown} holds no case file.", f"In a folder, files ending in {SUFFIX} are looked for."
        )
    if os.path.exists(place):
        return [place] if os.path.isfile(place) else _no_file(shown)
    if not glob.has_magic(place):
        return FileError(f"{shown} does not exist.", "Check the path.")
    matches = sorted(glob.glob(place, recursive=True))
    odd = next(
        (path for path in matches if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)),
        None,
    )
    if odd is not None:
        return _no_file(file_name(odd))
    files = [path for match in matches for path in (_in_folder(match) if os.path.isdir(match) else [match])]
    hint = f"Nor do folders that it matches hold a file ending in {SUFFIX}." if matches else "Check the pattern."
    return files or FileError(f"The pattern {shown} matches no file.", hint)


def _no_file(shown: str) -> FileError:
    """What is said of a device or a socket, and of a pipe, which cannot be read again or brought up to date."""
    return FileError(f"{shown} is no file or folder.", "Give a case file.")


def _in_folder(folder: str) -> list[str]:
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            os.path.normpath(os.path.join(parent, name))
            for name in files
            if name.endswith(SUFFIX) and not name.startswith(".")
        ]
    return sorted(found)


def read_case_text(path: str) -> str:
    """The text of a case file. Raises FileError."""
    _check_regular(path, file_name(path))
    return read_text_file(path, CASES_FORM.max_bytes)


def _check_regular(path: str, shown: str) -> None:
    """Raises FileError for what exists and is no file: a pipe would be waited for without end."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"{shown} is no file.")


def referenced_events(
    folder: str, references: Iterable[Reference], sdk: SdkDefaults, within: Sequence[str] | None
) -> Iterator[tuple[Reference, Event | str]]:
    """The events that cases name in other files, relative to `folder`; a sentence in place of one that cannot be had.

    Each file is read once, and only as far as the last event that is wanted; none of it is held. Files that lie neither in
    `folder` nor in one of the folders `within` are not read, unless `within` is None.
    """
    by_file: dict[str, set[int]] = {}
    for reference in references:
        by_file.setdefault(reference.file, set()).add(reference.index)
    for file, wanted in by_file.items():
        path = os.path.join(folder or os.curdir, file)
        if within is None or is_inside(path, [folder, *within]):
            yield from _events_of(path, file, wanted, sdk)
            continue
        problem = f"{file_name(file)} lies outside the folders of the case file and of the config, so it was not read; {OUTSIDE_FLAG} allows it."
        yield from ((Reference(file, index), problem) for index in sorted(wanted))


def _events_of(path: str, file: str, wanted: set[int], sdk: SdkDefaults) -> Iterator[tuple[Reference, Event | str]]:
    # The path is not the bare name: `-` would be standard input.
    shown, count = file_name(file), 0
    missing = set(wanted)
    last = max(wanted)
    try:
        _check_regular(path, shown)
        for item in read_events(read_pieces(Source(path, shown, None)), shown, sdk):
            count += 1
            if count in missing:
                missing.remove(count)
                yield Reference(file, count), item if isinstance(item, Event) else _unreadable(item)
            if count == last:
                break
        problem = f"{shown} has {plural(count, 'event')}; there is no event {{index:,}}."
    except FileError as error:
        problem = f"{error.message} {error.hint}".rstrip().replace("{", "{{").replace("}", "}}")
    for index in sorted(missing):
        yield Reference(file, index), problem.format(index=index)


def _unreadable(item: Unreadable) -> str:
    problem = item.findings[0]
    return f"{item.source} is no event: {problem.message} {problem.hint}".rstrip()
