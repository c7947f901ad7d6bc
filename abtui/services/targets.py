"""Where the output for each of several sources goes: a file or an object for each, with the source's own place below a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError
from abtui.services.event_names import SUFFIXES, LeftOut
from abtui.services.files import STDIN, Expansion, Source, expand, is_input, write_pieces
from abtui.services.object_store import is_url
from abtui.services.spool import Spool

_CHUNK: Final = 1 << 20


class Target(NamedTuple):
    """The output for one source: `path` is a file's path, or the address of an object."""

    source: Source
    path: str


class Targets(NamedTuple):
    """The targets, in the order of the sources; what could not be looked at, and the files that were left out."""

    targets: tuple[Target, ...]
    errors: tuple[FileError, ...]
    left_out: LeftOut

    @property
    def expansion(self) -> Expansion:
        """The sources."""
        return Expansion(tuple(target.source for target in self.targets), self.errors, self.left_out)


class _Input(NamedTuple):
    """The sources of one path, each with its place below it, and whether an output would be among them the next time."""

    sources: list[tuple[Source, str]]
    reads: Callable[[str], bool]


def plan_targets(paths: Sequence[str], folder: str, suffix: str, *, overwrite: bool) -> Targets:
    """A target below `folder` for each source. All sources are listed, so that a mistake is told before anything is written.

    Raises FileError if two sources have the same target, a target is read as events, or, unless `overwrite`, one is there already.
    """
    errors: list[FileError] = []
    left_out = LeftOut()
    inputs = [_input(path, errors, left_out) for path in paths]
    base = folder if folder.endswith("/") else f"{folder}/"
    by_name: dict[str, Source] = {}
    for source, place in (found for each in inputs for found in each.sources):
        name = _renamed(place, suffix)
        if name in by_name:
            raise FileError(
                f"{by_name[name].name} and {source.name} would both be written to {file_name(base + name)}.",
                "Map them one after the other, each with an -o of its own.",
            )
        if ".." in name.split("/") and not is_url(base):
            raise FileError(
                f"The output for {source.name} would not be below {file_name(folder)}.", "Write it to a store."
            )
        by_name[name] = source
    for path, each in zip(paths, inputs, strict=True):
        again = next((base + name for name in by_name if each.reads(base + name)), None)
        if again is not None:
            raise FileError(
                f"{file_name(again)} would be read as events from {file_name(path)} the next time.",
                "Choose another place for -o.",
            )
    if not overwrite and (there := _existing(base, list(by_name))):
        more = f" (and {len(there) - 1:,} more)" if len(there) > 1 else ""
        raise FileError(f"{file_name(base + there[0])} already exists{more}.", "--force overwrites what is there.")
    return Targets(tuple(Target(source, base + name) for name, source in by_name.items()), tuple(errors), left_out)


def _input(path: str, errors: list[FileError], left_out: LeftOut) -> _Input:
    if path == STDIN:
        raise FileError("Standard input has no name for an output file.", "Leave out -o, or name files.")
    if is_url(path):
        from abtui.services.objects import Listed

        found = []
        try:
            listed = Listed(path, left_out)
            for url, size in listed:
                found.append((Source(url, file_name(url), size), listed.place(url)))
        except FileError as error:
            errors.append(error)
            return _Input(found, lambda _target: False)
        return _Input(found, listed.reads)
    expansion = expand([path])
    errors.extend(expansion.errors)
    for name in expansion.left_out.names:
        left_out.add(name)
    left_out.count += expansion.left_out.count - len(expansion.left_out.names)
    is_folder = os.path.isdir(path)
    places = [
        os.path.relpath(source.path, path).replace(os.sep, "/") if is_folder else os.path.basename(source.path)
        for source in expansion.sources
    ]
    return _Input(
        list(zip(expansion.sources, places, strict=True)), lambda target: not is_url(target) and is_input(target, path)
    )


def _renamed(place: str, suffix: str) -> str:
    """The place of an output: that of its source with the suffix of the output in place of its own."""
    stem = place.removesuffix(".gz")
    ending = next((ending for ending in SUFFIXES if stem.lower().endswith(ending)), "")
    return stem[: len(stem) - len(ending)] + suffix


def _existing(base: str, names: Sequence[str]) -> Sequence[str]:
    if is_url(base):
        from abtui.services.objects import existing

        return existing(base, names)
    return [name for name in names if os.path.lexists(base + name)]


def put(target: str, content: Spool) -> None:
    """Write a target whole or not at all. Raises FileError."""
    if is_url(target):
        from abtui.services.objects import write_object

        write_object(target, content)
        return
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
    except OSError as error:
        raise FileError(
            f"The folder of {file_name(target)} cannot be made: {(error.strerror or str(error)).lower()}."
        ) from error
    write_pieces(target, (content.read(start, _CHUNK) for start in range(0, content.size, _CHUNK)))
