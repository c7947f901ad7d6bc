"""The experiments of a file that a collector runs. The file is read again when it has changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from abtui.core.experiments.derived import running
from abtui.core.experiments.model import Running
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.findings import Finding
from abtui.core.text.plain import file_name, one_line, plural
from abtui.services.errors import CollectorError, FileError
from abtui.services.files import read_config_file

Experiments = Callable[[], tuple[Running, ...]]
"""Gives the experiments that run now."""
_Stamp = tuple[int, int, int]
_NAMED = 5
_WIDTH = 60


def no_experiments() -> tuple[Running, ...]:
    """The experiments of a collector without a file."""
    return ()


class ExperimentsOfFile:
    """The experiments of the file at `path`. A change counts from the next call on.

    `told` gets the path and each finding whenever it is read, and `announce` a sentence about it. While the file is broken or gone, the
    experiments before that run on. Raises CollectorError or FileError if there are none yet.
    """

    def __init__(self, path: str, told: Callable[[str, Finding], None], announce: Callable[[str], None]) -> None:
        self._path, self._told, self._announce = path, told, announce
        self._stamp = self._look()
        self._experiments = self._read()

    def __call__(self) -> tuple[Running, ...]:
        """The experiments as the file has them now."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                if stamp is None and os.path.exists(self._path):
                    # A pipe would be waited for, and everybody with it.
                    raise CollectorError(f"{file_name(self._path)} is no file any more.")
                self._experiments = self._read()
            except (CollectorError, FileError) as error:
                self._announce(f"{error.message} The experiments before run on.")
        return self._experiments

    def _look(self) -> _Stamp | None:
        """What changes with the file; None without one, or for a pipe. It is taken before the file is read, so that no change is missed."""
        try:
            found = os.stat(self._path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> tuple[Running, ...]:
        name = file_name(self._path)
        file = read_experiments_file(read_config_file(self._path), name)
        for finding in file.findings:
            self._told(self._path, finding)
        if file.broken:
            mistakes = sum(item.severity == "error" for item in file.findings)
            raise CollectorError(f"{name} has {plural(mistakes, 'mistake')}.", "Correct what is named above.")
        experiments = tuple(map(running, file.experiments))
        self._announce(f"{name}: {plural(len(experiments), 'experiment')}{_names(experiments)}")
        return experiments


def _names(experiments: tuple[Running, ...]) -> str:
    """The first names, each with the unit type that the variant depends on."""
    names = [
        f"{one_line(item.described.name, _WIDTH)} by {one_line(item.unit_type, _WIDTH)}"
        for item in experiments[:_NAMED]
    ]
    more = len(experiments) - len(names)
    return f": {', '.join(names)}{f' and {more:,} more' if more else ''}." if names else "."
