"""Running case files, over several processes if that pays, and updating the expectations in them that fail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from abtui.core.corpus.cases import CASES_FORM, CaseFile, CaseRun, FileRun, Runner, Updated, read_cases
from abtui.core.corpus.cases.matching import edited_fields
from abtui.core.corpus.cases.running import MOST_CHANGES
from abtui.core.corpus.cases.select import Selects
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import SdkDefaults
from abtui.core.text.paths import Path
from abtui.core.text.plain import file_name
from abtui.core.text.secret import hide_all
from abtui.core.text.yaml_edit import edit_yaml
from abtui.services.cases import events_of, read_case_text
from abtui.services.errors import FileError, ServiceError
from abtui.services.files import write_atomic
from abtui.services.pieces import processors
from abtui.services.workers import Do, Workers

WORTH_BYTES: Final = 1_000_000
"""Case files of fewer bytes in total run faster in this process than others can be started."""
_NOT_CHANGED: Final = "The file was not changed, because"
_Edits = Mapping[Path, Any]


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
        """Run the cases of a file. Problems with the file are in the result; nothing is raised."""
        try:
            text = read_case_text(path)
        except FileError as error:
            return FileRun(path=file_name(path), problem=f"{error.message} {error.hint}".rstrip())
        reading = read_cases(text, os.path.basename(path), self._sdk)
        if reading.file is None:
            return FileRun(path=file_name(path), findings=reading.findings)
        result, edits = self._run(path, reading.file)
        result = msgspec.structs.replace(result, findings=reading.findings)
        return self._updated(path, text, result, edits) if self._update and edits else result

    def _run(self, path: str, file: CaseFile) -> tuple[FileRun, dict[int, _Edits]]:
        """The result without findings, and the edits of each case that failed, by the position of the case in the result."""
        shown = file_name(path)
        chosen = [case for case in file.cases if self._selects is None or self._selects(f"{shown}::{case.name}")]
        runs = {case.index: self._runner.run(case, file, "") for case in chosen if case.skip}
        active = [case for case in chosen if not case.skip]
        for case, event in events_of(path, file, active, self._sdk, self._within):
            runs[case.index] = self._runner.run(case, file, event)
        ordered = [runs[case.index] for case in chosen]
        result = FileRun(path=shown, cases=tuple(run for run, _ in ordered), deselected=len(file.cases) - len(chosen))
        return result, {place: edits for place, (_, edits) in enumerate(ordered) if edits}

    def _updated(self, path: str, text: str, before: FileRun, edits: dict[int, _Edits]) -> FileRun:
        """Change the file so that its cases pass, as far as edits in place can do that. `before` is its run until then."""
        new, problems = self._edited(text, os.path.basename(path), list(edits.items()))
        updated = tuple(self._update_of(before.cases[place], edits[place], problems[place]) for place in edits)
        unchanged = msgspec.structs.replace(before, updated=tuple(item for item in updated if item.problem))
        if new == text:
            return unchanged
        try:
            after = self._checked(path, text, new, before, problems)
            write_atomic(path, new)
        except FileError as error:
            return msgspec.structs.replace(unchanged, problem=f"{error.message} {error.hint}".rstrip())
        return msgspec.structs.replace(after, updated=updated)

    def _edited(self, text: str, name: str, edits: Sequence[tuple[int, _Edits]]) -> tuple[str, dict[int, str]]:
        """The text with all edits that can be made, and for each case why its edits cannot, or ""."""
        together = {path: value for _, of_case in edits for path, value in of_case.items()}
        edited = edit_yaml(text, together, CASES_FORM, name=name, tagged=True)
        if edited.text is not None or len(edits) == 1:
            return edited.text or text, {place: edited.problem for place, _ in edits}
        # By halves, because few of many cases cannot be edited, and each attempt reads the whole text.
        half = len(edits) // 2
        text, problems = self._edited(text, name, edits[:half])
        text, others = self._edited(text, name, edits[half:])
        return text, problems | others

    def _checked(self, path: str, old: str, new: str, before: FileRun, problems: Mapping[int, str]) -> FileRun:
        """The run of the edited text `new`. Raises FileError if the text must not be written."""
        if hide_all(new, self._secrets) != new and hide_all(old, self._secrets) == old:
            raise FileError("The API key would get into the file, so it was not changed.")
        reading = read_cases(new, os.path.basename(path), self._sdk)
        if reading.file is None:
            error = next(item for item in reading.findings if item.severity == "error")
            raise FileError(f"{_NOT_CHANGED} it could not be read again: {error.code}: {error.message}")
        after, _ = self._run(path, reading.file)
        for place, (was, now) in enumerate(zip(before.cases, after.cases, strict=True)):
            must_pass = was.status == "passed" or problems.get(place) == ""
            if must_pass and now.status != "passed":
                raise FileError(f"{_NOT_CHANGED} a case in it would fail all the same: {was.name}: {now.message}")
        return msgspec.structs.replace(after, findings=reading.findings)

    def _update_of(self, case: CaseRun, edits: _Edits, problem: str) -> Updated:
        if problem:
            return Updated(name=case.name, line=case.line, problem=problem)
        fields, removed = map(self._fields, edited_fields(edits))
        return Updated(name=case.name, line=case.line, fields=fields, removed=removed)

    def _fields(self, names: Sequence[str]) -> tuple[str, ...]:
        more = ("…",) if len(names) > MOST_CHANGES else ()
        return (*map(self._shown.text, names[:MOST_CHANGES]), *more)


MakeRunner = Callable[[], FileRunner]
"""Makes the runner of a process. It is sent to each process, so it must be a function of a module, or a partial of one."""


def jobs_for(paths: Sequence[str], jobs: int | None) -> int:
    """The number of processes that is worthwhile; 1 is this one alone. `jobs` is the number the user asked for."""
    most = min(len(paths), processors() if jobs is None else jobs)
    if most < 2 or (jobs is None and sum(map(_size, paths)) < WORTH_BYTES):
        return 1
    return most


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0


def run_files(paths: Sequence[str], make: MakeRunner, jobs: int) -> Iterator[FileRun]:
    """The run of each file, in order, with `jobs` processes. Raises ServiceError if one of them dies."""
    if jobs == 1:
        yield from map(make().run, paths)
        return
    waiting = iter(enumerate(paths))
    done: dict[int, FileRun] = {}
    with Workers(jobs, partial(_doer, make)) as workers:
        for place in range(len(paths)):
            while place not in done:
                while workers.is_idle and (file := next(waiting, None)) is not None:
                    workers.give(*file)
                for message in workers.messages():
                    if message.kind == "died":
                        text = f"The process that ran the cases of {file_name(paths[message.task])} {message.value}."
                        raise ServiceError(text, "Was there enough memory? Try --jobs 1.")
                    done[message.task] = message.value
            yield done.pop(place)


def _doer(make: MakeRunner) -> Do:
    runner = make()
    return lambda path, _send: runner.run(path)
