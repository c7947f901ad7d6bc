"""Reports: what a command found, independent of the form it is written in, as sections of sentences, tables and differences.

All texts are plain texts as they were found. A form escapes them for its own syntax. Each form is a module of this package, which
only the commands that write it import.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from abtui.core.findings import Severity

Tone = Literal["plain", "good", "bad", "warning", "dim"]
"""How a text is meant. The words of the text always say the same, so that nothing depends on colour."""
CaseStatus = Literal["passed", "failed", "skipped"]


class Cell(msgspec.Struct, frozen=True):
    """One cell of a table. `code` marks a name, a path or a value. `bar` is a share from 0 to 1 that is drawn beside the text."""

    text: str
    tone: Tone = "plain"
    code: bool = False
    bar: float | None = None


class Column(msgspec.Struct, frozen=True):
    """A column of a table. Numbers are aligned on the right."""

    title: str
    right: bool = False


class Sentence(msgspec.Struct, frozen=True, tag=True):
    """One or two sentences for people."""

    text: str
    tone: Tone = "plain"


class Heading(msgspec.Struct, frozen=True, tag=True):
    """The title of the blocks that follow it in a section of several parts."""

    text: str
    tone: Tone = "plain"


class Table(msgspec.Struct, frozen=True, tag=True):
    """Rows with a cell for each column. `note` says which rows are missing, or is ""."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class FieldChange(msgspec.Struct, frozen=True):
    """One field that differs: its path and both values as text. A value is None if that side does not have the field."""

    path: str
    old: str | None
    new: str | None


class Differences(msgspec.Struct, frozen=True, tag=True):
    """One thing that differs, field by field. `old` and `new` name the two sides, for example "expected" and "actual"."""

    title: str
    changes: tuple[FieldChange, ...]
    old: str = "old"
    new: str = "new"


Block = Heading | Sentence | Table | Differences


class Section(msgspec.Struct, frozen=True):
    """A part of a report under a title."""

    title: str
    blocks: tuple[Block, ...]


class CaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One test case of a report, which is a `testcase` in JUnit.

    `message` is one line about the failure and `detail` a longer text. `file` and the 1-based `line` say where the case is defined.
    """

    group: str
    name: str
    status: CaseStatus = "passed"
    message: str = ""
    detail: str = ""
    file: str | None = None
    line: int | None = None


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A message beside a line of a file, as GitHub shows it. `line` and `column` are 1-based."""

    severity: Severity
    title: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report. `ok` is the answer, `summary` gives it in sentences, and the rest is the evidence.

    `verdict` is the answer in a word or two, such as "Differs"; if it is empty, the forms write "Passed" or "Failed". JUnit gets
    the `cases` and GitHub the `annotations`. `data` is the same in values for JSON, or a function that gives them, where that
    takes long.
    """

    title: str
    ok: bool
    summary: tuple[Sentence, ...]
    sections: tuple[Section, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    verdict: str = ""
    data: Any = None
