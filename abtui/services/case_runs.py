"""Running case files: read, run, and with updating brought up to what is so and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from abtui.core.cases import (
    CASES_FORM,
    Case,
    CaseFile,
    CaseReading,
    CaseRun,
    FileRun,
    Reference,
    Runner,
    Updated,
    read_cases,
    skipped,
)
from abtui.core.config.edit import edit_yaml
from abtui.core.engine import Mapper
from abtui.core.events import Event, SdkDefaults
from abtui.core.paths import Path
from abtui.core.secret import hide_all
from abtui.core.text import single_line
from abtui.services.cases import read_case_text, referenced_events
from abtui.services.errors import FileError
from abtui.services.files import write_atomic

Selects = Callable[[str], bool]
_Edits = Mapping[Path, Any]


def open_cases(path: str, sdk: SdkDefaults) -> CaseReading:
    """Read a case file. Raises FileError."""
    return read_cases(read_case_text(path), os.path.basename(path), sdk)


def events_of(path: str, file: CaseFile, cases: list[Case], sdk: SdkDefaults) -> dict[int, Event | str]:
    """The event of each of some `cases` of the file at `path`, by the case's index; a sentence where there is none."""
    found: dict[int, Event | str] = {case.index: case.event for case in cases if isinstance(case.event, Event)}
    by_reference = _by_reference(cases)
    for reference, event in referenced_events(os.path.dirname(path), by_reference, _sdk(file, sdk)):
        found.update((case.index, event) for case in by_reference[reference])
    return found


def _by_reference(cases: list[Case]) -> dict[Reference, list[Case]]:
    result: dict[Reference, list[Case]] = {}
    for case in cases:
        if isinstance(case.event, Reference):
            result.setdefault(case.event, []).append(case)
    return result


def _sdk(file: CaseFile, sdk: SdkDefaults) -> SdkDefaults:
    return sdk if file.now is None else msgspec.structs.replace(sdk, now=file.now)


class FileRunner:
    """Runs whole case files against one config."""

    def __init__(
        self, mapper: Mapper, sdk: SdkDefaults, selects: Selects | None = None, *, update: bool = False
    ) -> None:
        self._runner = Runner(mapper)
        self._secrets = mapper.config.secrets
        self._sdk = sdk
        self._selects = selects
        self._update = update

    def run(self, path: str) -> FileRun:
        """Run the cases of a file. What is wrong with the file is in the result; nothing raises."""
        shown = single_line(path)
        try:
            text = read_case_text(path)
        except FileError as error:
            return FileRun(path=shown, problem=f"{error.message} {error.hint}".rstrip())
        reading = read_cases(text, os.path.basename(path), self._sdk)
        if reading.file is None:
            return FileRun(path=shown, findings=reading.findings)
        result, edits = self._run(path, reading.file)
        result = msgspec.structs.replace(result, findings=reading.findings)
        return self._updated(path, text, result, edits) if self._update and edits else result

    def _run(self, path: str, file: CaseFile) -> tuple[FileRun, dict[int, _Edits]]:
        """The result without findings, and the edits of each case that failed, by its index in the result."""
        shown = single_line(path)
        chosen = [case for case in file.cases if self._selects is None or self._selects(f"{shown}::{case.name}")]
        at = {case.index: place for place, case in enumerate(chosen)}
        runs: list[CaseRun | None] = [None] * len(chosen)
        edits: dict[int, _Edits] = {}

        def run(case: Case, event: Event | str) -> None:
            runs[at[case.index]], found = self._runner.run(case, file, event)
            if found and self._update:
                edits[at[case.index]] = found

        active = []
        for case in chosen:
            if case.skip:
                runs[at[case.index]] = skipped(case)
            elif isinstance(case.event, Event):
                run(case, case.event)
            else:
                active.append(case)
        by_reference = _by_reference(active)
        for reference, event in referenced_events(os.path.dirname(path), by_reference, _sdk(file, self._sdk)):
            for case in by_reference[reference]:
                run(case, event)
        done = tuple(item for item in runs if item is not None)
        return FileRun(path=shown, cases=done, deselected=len(file.cases) - len(chosen)), edits

    def _updated(self, path: str, text: str, result: FileRun, edits: dict[int, _Edits]) -> FileRun:
        """Change the file so that its cases pass, as far as that can be done in place, and run it again."""
        new, updated = self._edited(text, result, edits)
        problem = ""
        if hide_all(new, self._secrets) != new and hide_all(text, self._secrets) == text:
            problem, new = "The API key would get into the file, so it was not changed.", text
        if new != text:
            try:
                write_atomic(path, new)
            except FileError as error:
                problem, new = f"{error.message} {error.hint}".rstrip(), text
        if new == text:
            return msgspec.structs.replace(
                result, problem=problem, updated=tuple(item for item in updated if item.problem)
            )
        reading = read_cases(new, os.path.basename(path), self._sdk)
        if reading.file is None:
            return msgspec.structs.replace(result, findings=reading.findings)
        again, _edits = self._run(path, reading.file)
        return msgspec.structs.replace(again, findings=reading.findings, updated=updated)

    def _edited(self, text: str, result: FileRun, edits: dict[int, _Edits]) -> tuple[str, tuple[Updated, ...]]:
        """The text with all edits, or, where these do not go together, with those of each case that go."""
        name = os.path.basename(result.path)
        together: dict[Path, Any] = {}
        for of_case in edits.values():
            together.update(of_case)
        edited = edit_yaml(text, together, CASES_FORM, name=name, tagged=True)
        if edited.text is not None:
            return edited.text, tuple(_told(result.cases[place], "") for place in sorted(edits))
        told = []
        for place, of_case in sorted(edits.items()):
            edited = edit_yaml(text, of_case, CASES_FORM, name=name, tagged=True)
            text = text if edited.text is None else edited.text
            told.append(_told(result.cases[place], edited.problem))
        return text, tuple(told)


def _told(case: CaseRun, problem: str) -> Updated:
    fields = tuple(dict.fromkeys(change.path for change in case.changes))
    return Updated(name=case.name, line=case.line, fields=() if problem else fields, problem=problem)
