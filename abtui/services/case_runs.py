"""Running case files: read, run, and with updating brought up to what is so and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.corpus.cases import (
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
from abtui.core.corpus.cases.running import MOST_CHANGES
from abtui.core.corpus.cases.updating import fields_of
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, SdkDefaults
from abtui.core.text.paths import Path
from abtui.core.text.plain import file_name
from abtui.core.text.secret import hide_all
from abtui.core.text.yaml_edit import edit_yaml
from abtui.services.cases import read_case_text, referenced_events
from abtui.services.errors import FileError
from abtui.services.files import write_atomic

Selects = Callable[[str], bool]
_Edits = Mapping[Path, Any]
_UNREADABLE: Final = "The file was not changed, because it could not be read again:"
_FAILING: Final = "The file was not changed, because a case in it would fail all the same:"


def open_cases(path: str, sdk: SdkDefaults) -> CaseReading:
    """Read a case file. Raises FileError."""
    return read_cases(read_case_text(path), os.path.basename(path), sdk)


def events_of(
    path: str, file: CaseFile, cases: list[Case], sdk: SdkDefaults, within: Sequence[str] | None
) -> dict[int, Event | str]:
    """The event of each of some `cases` of the file at `path`, by the case's index; a sentence where there is none.

    `within` as for `referenced_events`.
    """
    found: dict[int, Event | str] = {case.index: case.event for case in cases if isinstance(case.event, Event)}
    by_reference = _by_reference(cases)
    for reference, event in referenced_events(os.path.dirname(path), by_reference, _sdk(file, sdk), within):
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
    """Runs whole case files against one config. Events are read from files in a case file's own folder, and in those `within`."""

    def __init__(
        self,
        mapper: Mapper,
        sdk: SdkDefaults,
        selects: Selects | None = None,
        *,
        update: bool = False,
        within: Sequence[str] | None = (),
    ) -> None:
        self._runner = Runner(mapper)
        self._shown = KeyMask(mapper.config)
        self._secrets = mapper.config.secrets
        self._sdk = msgspec.structs.replace(sdk, secrets=self._secrets)
        self._selects = selects
        self._update = update
        self._within = within

    def run(self, path: str) -> FileRun:
        """Run the cases of a file. What is wrong with the file is in the result; nothing raises."""
        shown = file_name(path)
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
        shown = file_name(path)
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
        for reference, event in referenced_events(
            os.path.dirname(path), by_reference, _sdk(file, self._sdk), self._within
        ):
            for case in by_reference[reference]:
                run(case, event)
        done = tuple(item for item in runs if item is not None)
        return FileRun(path=shown, cases=done, deselected=len(file.cases) - len(chosen)), edits

    def _updated(self, path: str, text: str, result: FileRun, edits: dict[int, _Edits]) -> FileRun:
        """Change the file so that its cases pass, as far as that can be done in place. `result` is the run before it."""
        new, problems = self._edited(text, os.path.basename(path), list(edits.items()))
        updated = tuple(self._told(result.cases[place], edits[place], problems[place]) for place in sorted(edits))
        kept = msgspec.structs.replace(result, updated=tuple(item for item in updated if item.problem))
        if new == text:
            return kept
        if hide_all(new, self._secrets) != new and hide_all(text, self._secrets) == text:
            return msgspec.structs.replace(kept, problem="The API key would get into the file, so it was not changed.")
        reading = read_cases(new, os.path.basename(path), self._sdk)
        if reading.file is None:
            found = next(item for item in reading.findings if item.severity == "error")
            return msgspec.structs.replace(kept, problem=f"{_UNREADABLE} {found.code}: {found.message}")
        again, _edits = self._run(path, reading.file)
        for place, (before, after) in enumerate(zip(result.cases, again.cases, strict=True)):
            must_pass = before.status == "passed" or not problems.get(place, "-")
            if must_pass and after.status != "passed":
                return msgspec.structs.replace(kept, problem=f"{_FAILING} {before.name}: {after.message}")
        try:
            write_atomic(path, new)
        except FileError as error:
            return msgspec.structs.replace(kept, problem=f"{error.message} {error.hint}".rstrip())
        return msgspec.structs.replace(again, findings=reading.findings, updated=updated)

    def _edited(self, text: str, name: str, edits: Sequence[tuple[int, _Edits]]) -> tuple[str, dict[int, str]]:
        """The text with the edits of all cases that can be done, and why a case's cannot, or "", by its index in the result."""
        together: dict[Path, Any] = {}
        for _place, of_case in edits:
            together.update(of_case)
        edited = edit_yaml(text, together, CASES_FORM, name=name, tagged=True)
        if edited.text is not None or len(edits) == 1:
            return edited.text or text, {place: edited.problem for place, _of_case in edits}
        # By halves: of many cases, few cannot be changed, and each try reads the whole text.
        half = len(edits) // 2
        text, problems = self._edited(text, name, edits[:half])
        text, others = self._edited(text, name, edits[half:])
        return text, problems | others

    def _told(self, case: CaseRun, edits: _Edits, problem: str) -> Updated:
        if problem:
            return Updated(name=case.name, line=case.line, problem=problem)
        fields, removed = (self._fields(names) for names in fields_of(edits))
        return Updated(name=case.name, line=case.line, fields=fields, removed=removed)

    def _fields(self, names: Sequence[str]) -> tuple[str, ...]:
        more = ("…",) if len(names) > MOST_CHANGES else ()
        return (*map(self._shown.text, names[:MOST_CHANGES]), *more)
