"""Opening a config, and the catalog file it may name: from the disk, standard input, or a commit of a git repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import msgspec

from abtui.core.config import ConfigReading, FileText
from abtui.core.config.reader import read_config
from abtui.core.text.plain import file_name
from abtui.services.errors import FileError
from abtui.services.files import STDIN, read_config_file
from abtui.services.folders import OUTSIDE_FLAG, is_inside
from abtui.services.git import HINT as GIT_HINT
from abtui.services.git import PREFIX, GitPlace, git_place, read_committed


class OpenedConfig(msgspec.Struct, frozen=True):
    """A config's text and the result of reading it. `files` are the paths of the files it names, readable or not."""

    place: str
    text: str
    reading: ConfigReading
    files: tuple[str, ...] = ()


def open_config(place: str, env: Mapping[str, str], *, outside: bool = False) -> OpenedConfig:
    """The config at a path, at `-` (standard input), or at `git:REV:PATH`. Raises FileError if its text cannot be read.

    Files that it names are read only from its folder and below; with `outside`, from anywhere. The folder of standard
    input is the working folder, and that of a commit's config is in the commit.
    """
    committed = git_place(place)
    text = read_config_file(place) if committed is None else read_committed(committed)
    return read_config_text(text, env, place, outside=outside)


def compared_place(place: str, own: str | None) -> str:
    """The place of a config to compare with: `git:REV` alone is the config at `own` as it was in REV; `~` is the home folder.

    Raises FileError for `git:REV` if the open config is not in a file (`own` is None).
    """
    committed = git_place(place)
    if committed is None:
        return os.path.expanduser(place)
    if committed.path:
        return place
    if own is None:
        raise FileError(f"{file_name(place)} names no file, and the open config is not in a file.", GIT_HINT)
    return f"{PREFIX}{committed.revision}:{own}"


def read_config_text(text: str, env: Mapping[str, str], place: str, *, outside: bool = False) -> OpenedConfig:
    """Read a config from its text. Files that it names are looked for beside `place`."""
    files: list[str] = []
    reading = read_config(text, env, name=place, files=_beside(place, files, outside))
    return OpenedConfig(place, text, reading, tuple(files))


def _beside(place: str, opened: list[str], outside: bool) -> Callable[[str], FileText]:
    """A reader of the files that a config at `place` names; it adds those on the disk to `opened`. A commit's config names the commit's files."""
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
                # Reading a pipe would block the workbench.
                return FileText(None, f"{file_name(path)} is not a file.")
            return FileText(read_config_file(path))
        except FileError as error:
            return FileText(None, error.message)

    return read


def _refused(name: str) -> FileText:
    return FileText(
        None, f"{file_name(name)} is outside the config's folder, so it was not read; {OUTSIDE_FLAG} allows it."
    )
