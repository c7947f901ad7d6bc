"""pytest collects golden cases (`*.abtui.yaml`): one test for each. Everything of abtui is loaded with the first such file.

A file names its config (`config:`, relative to itself); for one that does not, the ini option `abtui_config` does, relative
to the ini file. `${NAME}` in a config is read from the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from abtui.core.corpus.cases import Case, CaseFile, CaseRun, Runner
    from abtui.core.events import Event
    from abtui.core.text.secret import Secret

_SUFFIX = ".abtui.yaml"
_INI = "abtui_config"
_OUTSIDE = "abtui_allow_files_outside"
_RUNNERS: pytest.StashKey[dict[str, tuple[Runner, tuple[Secret, ...]]]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini option."""
    parser.addini(_INI, "The config of abtui for golden cases (*.abtui.yaml) that name none, relative to the ini file.")
    parser.addini(
        _OUTSIDE,
        "Whether golden cases and their configs may name files outside of the rootdir.",
        type="bool",
        default=False,
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CasesFile | None:
    """Case files, in folders and named."""
    return CasesFile.from_parent(parent, path=file_path) if file_path.name.endswith(_SUFFIX) else None


class CaseFailed(Exception):
    """A case did not pass. `args` holds its run."""


class CasesFile(pytest.File):
    """A case file. What is wrong with it, or with its config, is a collection error with lines."""

    def collect(self) -> Iterator[CaseItem]:
        """The cases, in order."""
        from abtui.core.events import SdkDefaults
        from abtui.core.text.mask_keys import secrets_of
        from abtui.core.text.plain import single_line
        from abtui.services.case_runs import events_of, open_cases
        from abtui.services.errors import ServiceError

        try:
            # Which config a broken file names is not known: the keys are most likely variables.
            reading = open_cases(str(self.path), SdkDefaults(secrets=tuple(secrets_of(os.environ))))
            if reading.file is None:
                raise self.CollectError("\n".join(_told(self.path.name, item) for item in reading.findings))
            runner, secrets = self._runner(reading.file)
        except ServiceError as error:
            raise self.CollectError(f"{error.message} {error.hint}".rstrip()) from error
        active = [case for case in reading.file.cases if not case.skip]
        folders = [str(self.config.rootpath), os.path.dirname(self._config_path(reading.file))]
        within = None if self.config.getini(_OUTSIDE) else folders
        events = events_of(str(self.path), reading.file, active, SdkDefaults(secrets=secrets), within)
        for case in reading.file.cases:
            # pytest takes `::` for its own.
            name = single_line(case.name).replace("::", ":")
            item: CaseItem = CaseItem.from_parent(self, name=name)
            item.case, item.file, item.runner = case, reading.file, runner
            item.event = events.get(case.index, "")
            if case.skip:
                item.add_marker(pytest.mark.skip(reason=case.skip))
            yield item

    def _runner(self, file: CaseFile) -> tuple[Runner, tuple[Secret, ...]]:
        """What runs the cases, made once for each config, and its keys."""
        from abtui.core.corpus.cases import Runner
        from abtui.core.corpus.mapper import Mapper
        from abtui.services.configs import open_config

        place = self._config_path(file)
        runners = self.config.stash.setdefault(_RUNNERS, {})
        if place not in runners:
            reading = open_config(place, os.environ, outside=self.config.getini(_OUTSIDE)).reading
            if reading.config is None:
                errors = [item for item in reading.findings if item.severity == "error"]
                raise self.CollectError("\n".join(_told(place, item) for item in errors))
            runners[place] = Runner(Mapper(reading.config)), reading.config.secrets
        return runners[place]

    def _config_path(self, file: CaseFile) -> str:
        from abtui.core.text.plain import file_name

        if file.config is not None:
            from abtui.services.folders import is_inside

            path = str(self.path.parent / file.config)
            if not self.config.getini(_OUTSIDE) and not is_inside(
                path, [str(self.path.parent), str(self.config.rootpath)]
            ):
                message = f"`config` of {file_name(self.path.name)} lies outside of pytest's rootdir; the ini option `{_OUTSIDE}` allows it."
                raise self.CollectError(message)
            return path
        named = self.config.getini(_INI)
        if not named:
            message = f"{file_name(self.path.name)} names no config. Write `config: config.yaml` in it, or set the ini option `{_INI}`."
            raise self.CollectError(message)
        ini = self.config.inipath
        return str((ini.parent if ini is not None else self.config.rootpath) / named)


class CaseItem(pytest.Item):
    """One case."""

    case: Case
    file: CaseFile
    runner: Runner
    event: Event | str

    def runtest(self) -> None:
        """Map the event and look at what is expected. Raises CaseFailed."""
        run, _edits = self.runner.run(self.case, self.file, self.event)
        if run.status != "passed":
            raise CaseFailed(run)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **options: Any) -> Any:
        """Field by field what differs; a traceback would say nothing about a case."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, *args, **options)
        from abtui.core.corpus.cases import detail
        from abtui.core.text.plain import file_name, printable

        run: CaseRun = excinfo.value.args[0]
        return printable(f"{file_name(self.path.name)}:{run.line}: {run.name}\n{detail(run)}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands; pytest counts lines from 0."""
        return self.path, self.case.line - 1, self.name


def _told(name: str, item: Any) -> str:
    from abtui.core.text.plain import file_name, single_line

    place = file_name(name) if item.line is None else f"{file_name(name)}:{item.line}:{item.column}"
    return single_line(f"{place}: {item.code}: {item.message} {item.hint}".rstrip())
