"""The report of `abtui test`, and its JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from abtui.core.corpus.cases.running import CaseRun, FileRun, Status, detail
from abtui.core.report import Annotation, Block, CaseResult, Differences, Report, Section, Sentence
from abtui.core.report.builder import code_column, json_values, table_section, text_column
from abtui.core.report.outcome import finding_object
from abtui.core.text.plain import plural

_STATUSES: Final[dict[Status, str]] = {
    "passed": "passed",
    "failed": "failed",
    "error": "could not be run",
    "skipped": "skipped",
}
_MOST_SKIPPED: Final = 100
_case_values = json_values("line", "name", "status", "message")


def cases_report(runs: Sequence[FileRun], title: str) -> Report:
    """The report of a test run. `title` says what was tested.

    The run is good if there is a case, each case passed or was skipped, and each file could be read.
    """
    return Report(
        title=title,
        ok=all(_is_good(run) for run in runs) and any(run.cases for run in runs),
        summary=tuple(_summary(runs)),
        sections=tuple(_sections(runs)),
        cases=tuple(result for run in runs for result in _results(run)),
        annotations=tuple(annotation for run in runs for annotation in _annotations(run)),
        data=lambda: cases_data(runs),
    )


def _is_good(run: FileRun) -> bool:
    return not _was_not_run(run) and all(case.status in ("passed", "skipped") for case in run.cases)


def broken(run: FileRun) -> bool:
    """Whether the file has mistakes that kept its cases from being run."""
    return any(item.severity == "error" for item in run.findings)


def _was_not_run(run: FileRun) -> bool:
    return broken(run) or bool(run.problem)


def _summary(runs: Sequence[FileRun]) -> Iterator[Sentence]:
    counts = {status: sum(run.count(status) for run in runs) for status in _STATUSES}
    total = sum(counts.values())
    parts = ", ".join(f"{counts[status]:,} {words}" for status, words in _STATUSES.items() if counts[status])
    good = bool(total) and counts["passed"] + counts["skipped"] == total
    yield Sentence(f"{plural(total, 'case')}: {parts}." if total else "No case was run.", "good" if good else "bad")
    if unrun := sum(map(_was_not_run, runs)):
        yield Sentence(f"{plural(unrun, 'case file')} could not be read, run or written.", "bad")
    if deselected := sum(run.deselected for run in runs):
        yield Sentence(f"{plural(deselected, 'case')} not selected.", "dim")


def _sections(runs: Sequence[FileRun]) -> Iterator[Section]:
    for run in runs:
        blocks = [block for case in run.cases for block in _blocks(run, case)]
        if run.problem:
            blocks.append(Sentence(run.problem, "bad"))
        blocks += [
            Sentence(f"{_place(run, item.line)}:{item.column}: {item.code}: {item.message} {item.hint}".rstrip(), "bad")
            for item in run.findings
            if item.severity == "error"
        ]
        if blocks:
            yield Section(run.path, tuple(blocks))
    skipped = [(_place(run, case.line), case) for run in runs for case in run.cases if case.status == "skipped"]
    if skipped:
        yield table_section(
            "Skipped",
            skipped,
            code_column("place", lambda row: row[0]),
            text_column("case", lambda row: row[1].name),
            text_column("why", lambda row: row[1].message),
            most=_MOST_SKIPPED,
        )


def _blocks(run: FileRun, case: CaseRun) -> Iterator[Block]:
    title = f"{case.name} ({_place(run, case.line)})"
    if case.status == "error":
        yield Sentence(f"{title}: {case.message}", "bad")
    elif case.status == "failed":
        yield Differences(title, case.changes, old="expected", new="actual")
        yield Sentence(f"The event: {case.outcome}", "dim")


def _results(run: FileRun) -> Iterator[CaseResult]:
    if _was_not_run(run):
        problems = [f"{_place(run, item.line)}:{item.column}: {item.code}: {item.message}" for item in run.findings]
        yield CaseResult(
            group=run.path,
            name=run.path,
            status="failed",
            message=run.problem or "The case file has mistakes and was not run.",
            detail="\n".join(problems),
            file=run.path,
        )
    for case in run.cases:
        yield CaseResult(
            group=run.path,
            name=case.name,
            status="failed" if case.status == "error" else case.status,
            message=case.message,
            detail=detail(case) if case.status == "failed" else "",
            file=run.path,
            line=case.line,
        )


def _annotations(run: FileRun) -> Iterator[Annotation]:
    if run.problem:
        yield Annotation(severity="error", title="Case file", message=run.problem, file=run.path)
    for item in run.findings:
        message = f"{item.message} {item.hint}".rstrip()
        yield Annotation(
            severity=item.severity, title=item.code, message=message, file=run.path, line=item.line, column=item.column
        )
    for case in run.cases:
        if case.status in ("failed", "error"):
            yield Annotation(severity="error", title=case.name, message=case.message, file=run.path, line=case.line)


def cases_data(runs: Sequence[FileRun]) -> list[dict[str, Any]]:
    """The JSON values: an object for each file that could not be run and for each case, with `changes` from `expected` to `actual`."""
    return [item for run in runs for item in _data(run)]


def _data(run: FileRun) -> Iterator[dict[str, Any]]:
    if _was_not_run(run):
        head = {"file": run.path, "line": None, "name": None, "status": "error", "message": run.problem}
        yield head | {"findings": [finding_object(item) for item in run.findings]}
    for case in run.cases:
        changes = [{"path": item.path, "expected": item.old, "actual": item.new} for item in case.changes]
        yield {"file": run.path, **_case_values(case), "changes": changes}


def _place(run: FileRun, line: int | None) -> str:
    return run.path if line is None else f"{run.path}:{line}"
