"""Opening a config, and the catalog file it may name, from the disk, from standard input, or from a commit of a git repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import msgspec

from abtui.core.config import ConfigReading, FileText
from abtui.core.config.reader import read_config
from abtui.core.text.plain import file_name
from abtui.services.bounds import FLAG, is_inside
from abtui.services.errors import FileError
from abtui.services.files import STDIN, read_config_file
from abtui.services.git import HINT as GIT_HINT
from abtui.services.git import PREFIX, GitPlace, git_place, read_committed


class OpenedConfig(msgspec.Struct, frozen=True):
    """A config's text and what came of reading it. `files` are the paths of the files it names, whether they could be read or not."""

    place: str
    text: str
    reading: ConfigReading
    files: tuple[str, ...] = ()


def open_config(place: str, env: Mapping[str, str], *, outside: bool = False) -> OpenedConfig:
    """The config at a path, at `-` (standard input), or at `git:REV:PATH`. Raises FileError where its text cannot be had.

    Files that it names are read from its folder and below; of standard input that is the working folder, of a commit the
    folder in the commit. With `outside` they may lie anywhere.
    """
    committed = git_place(place)
    if committed is not None:
        return read_config_text(read_committed(committed), env, place, outside=outside)
    return read_config_text(read_config_file(place), env, place, outside=outside)


def compared_place(place: str, own: str | None) -> str:
    """Where to find a config to compare with: `git:REV` alone is the one at `own` as it was in REV; `~` is the home folder.

    Raises FileError where the config at hand is in no file (`own` is None), so that git cannot be asked for it.
    """
    committed = git_place(place)
    if committed is None:
        return os.path.expanduser(place)
    if committed.path:
        return place
    if own is None:
        raise FileError(f"{file_name(place)} names no file, and the open config is in none.", GIT_HINT)
    return f"{PREFIX}{committed.revision}:{own}"


def read_config_text(text: str, env: Mapping[str, str], place: str, *, outside: bool = False) -> OpenedConfig:
    """Read a config whose text is at hand. `place` says where it belongs: files it names are looked for beside it."""
    files: list[str] = []
    reading = read_config(text, env, name=place, files=_beside(place, files, outside))
    return OpenedConfig(place, text, reading, tuple(files))


def _beside(place: str, opened: list[str], outside: bool) -> Callable[[str], FileText]:
    """Reads the files that a config at `place` names; those on the disk are noted in `opened`. A commit's files are the commit's."""
    committed = git_place(place)

    def read(name: str) -> FileText:
        try:
            if committed is not None and not os.path.isabs(name):
                folder = os.path.dirname(committed.path)
                path = os.path.normpath(os.path.join(folder, name))
                if not outside and os.path.relpath(path, folder or os.curdir).partition(os.sep)[0] == os.pardir:
                    return _refused(name)
                return FileText(read_committed(GitPlace(committed.revision, path)))
            folder = "" if place == STDIN or committed is not None else os.path.dirname(place)
            path = os.path.join(folder, name)
            if not outside and (committed is not None or not is_inside(path, [folder])):
                return _refused(name)
            opened.append(path)
            if os.path.exists(path) and not os.path.isfile(path):
                # Reading a pipe would wait, and the workbench with it.
                return FileText(None, f"{file_name(path)} is not a file.")
            return FileText(read_config_file(path))
        except FileError as error:
            return FileText(None, error.message)

    return read


def _refused(name: str) -> FileText:
    return FileText(None, f"{file_name(name)} lies outside the config's folder, so it was not read; {FLAG} allows it.")
