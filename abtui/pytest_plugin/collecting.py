"""The case files and cases that pytest collects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from abtui.core.corpus.cases import Case, CaseFile, CaseRun, Runner, detail, read_cases
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, SdkDefaults
from abtui.core.findings import Finding
from abtui.core.text.mask_keys import secrets_of
from abtui.core.text.plain import file_name, printable, single_line
from abtui.core.text.secret import Secret
from abtui.pytest_plugin import INI, OUTSIDE
from abtui.services.cases import events_of, read_case_text
from abtui.services.configs import open_config
from abtui.services.errors import ServiceError
from abtui.services.folders import is_inside

_RUNNERS: pytest.StashKey[dict[str, tuple[Runner, tuple[Secret, ...]]]] = pytest.StashKey()


class CaseFailed(Exception):
    """A case did not pass. `run` is its result."""

    def __init__(self, run: CaseRun) -> None:
        super().__init__(run.message)
        self.run = run


class CasesFile(pytest.File):
    """A case file. Mistakes in it, or in its config, are a collection error with their lines."""

    def collect(self) -> Iterator[CaseItem]:
        """The cases, in order."""
        try:
            # The config of a file that cannot be read is not known; its keys are most likely in the environment.
            secrets = tuple(secrets_of(os.environ))
            reading = read_cases(read_case_text(str(self.path)), self.path.name, SdkDefaults(secrets=secrets))
            if reading.file is None:
                raise self._mistakes(self.path.name, reading.findings)
            place = self._config_path(reading.file)
            runner, secrets = self._runner(place)
        except ServiceError as error:
            raise self.CollectError(f"{error.message} {error.hint}".rstrip()) from error
        file = reading.file
        active = [case for case in file.cases if not case.skip]
        within = None if self._outside else [str(self.config.rootpath), os.path.dirname(place)]
        found = events_of(str(self.path), file, active, SdkDefaults(secrets=secrets), within)
        events = {case.index: event for case, event in found}
        for case in file.cases:
            # pytest separates the parts of a node's id by `::`.
            name = single_line(case.name).replace("::", ":")
            item: CaseItem = CaseItem.from_parent(self, name=name)
            item.case, item.file, item.runner = case, file, runner
            item.event = events.get(case.index, "")
            if case.skip:
                item.add_marker(pytest.mark.skip(reason=case.skip))
            yield item

    @property
    def _outside(self) -> bool:
        return bool(self.config.getini(OUTSIDE))

    def _runner(self, place: str) -> tuple[Runner, tuple[Secret, ...]]:
        """The runner for the config at `place`, which is made once, and the keys of the config."""
        runners = self.config.stash.setdefault(_RUNNERS, {})
        if place not in runners:
            reading = open_config(place, os.environ, outside=self._outside).reading
            if reading.config is None:
                raise self._mistakes(place, reading.mistakes)
            runners[place] = Runner(Mapper(reading.config)), reading.config.secrets
        return runners[place]

    def _config_path(self, file: CaseFile) -> str:
        shown = file_name(self.path.name)
        if file.config is not None:
            path = str(self.path.parent / file.config)
            if not self._outside and not is_inside(path, [str(self.path.parent), str(self.config.rootpath)]):
                message = f"`config` of {shown} lies outside of pytest's rootdir; the ini option `{OUTSIDE}` allows it."
                raise self.CollectError(message)
            return path
        named = self.config.getini(INI)
        if not named:
            message = f"{shown} names no config. Write `config: config.yaml` in it, or set the ini option `{INI}`."
            raise self.CollectError(message)
        ini = self.config.inipath
        return str((ini.parent if ini is not None else self.config.rootpath) / named)

    def _mistakes(self, name: str, findings: Iterable[Finding]) -> Exception:
        return self.CollectError("\n".join(_line(name, item) for item in findings))


class CaseItem(pytest.Item):
    """One case."""

    case: Case
    file: CaseFile
    runner: Runner
    event: Event | str

    def runtest(self) -> None:
        """Map the event and compare the outcome. Raises CaseFailed."""
        run, _edits = self.runner.run(self.case, self.file, self.event)
        if run.status != "passed":
            raise CaseFailed(run)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **options: Any) -> Any:
        """The fields that differ, in place of a traceback, which would say nothing about a case."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, *args, **options)
        run = excinfo.value.run
        return printable(f"{file_name(self.path.name)}:{run.line}: {run.name}\n{detail(run)}")

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the case; pytest counts lines from 0."""
        return self.path, self.case.line - 1, self.name


def _line(name: str, item: Finding) -> str:
    place = file_name(name) if item.line is None else f"{file_name(name)}:{item.line}:{item.column}"
    return single_line(f"{place}: {item.code}: {item.message} {item.hint}".rstrip())
