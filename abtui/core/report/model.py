"""What a command found, before anybody chose how to write it: sections of sentences, tables and field-by-field differences.

Everything in it is plain text as it was found; who writes a report escapes it for where it goes.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from abtui.core.findings import Severity

Tone = Literal["plain", "good", "bad", "warning", "dim"]
"""How a text is meant. It is never told by colour alone: the words say it, too."""
CaseStatus = Literal["passed", "failed", "skipped"]


class Cell(msgspec.Struct, frozen=True):
    """One cell of a table. `bar` is a share from 0 to 1 to draw beside the text, or None. `code`: a name, a path or a value, as it is written."""

    text: str
    tone: Tone = "plain"
    code: bool = False
    bar: float | None = None


class Column(msgspec.Struct, frozen=True):
    """A column of a table; numbers stand to the right."""

    title: str
    right: bool = False


class Sentence(msgspec.Struct, frozen=True, tag=True):
    """A sentence or two for people."""

    text: str
    tone: Tone = "plain"


class Heading(msgspec.Struct, frozen=True, tag=True):
    """What the blocks after it are about, in a section of several parts."""

    text: str
    tone: Tone = "plain"


class Table(msgspec.Struct, frozen=True, tag=True):
    """Rows under columns, each with a cell for every column. `note` says what is left out of it, or is ""."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class FieldChange(msgspec.Struct, frozen=True):
    """One field that differs: its path, and both values as text; None where there is none on that side."""

    path: str
    old: str | None
    new: str | None


class Differences(msgspec.Struct, frozen=True, tag=True):
    """One thing that differs, field by field. `old` and `new` say what the two sides are, such as "expected" and "actual"."""

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
    """One row of a test report (JUnit's testcase): in `group`, with what is wrong in a line (`message`) and at length (`detail`).

    `file` and the 1-based `line` say where the case is written.
    """

    group: str
    name: str
    status: CaseStatus = "passed"
    message: str = ""
    detail: str = ""
    file: str | None = None
    line: int | None = None
    seconds: float = 0.0


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """Something to show beside a line of a file (GitHub's annotation). `line` and `column` are 1-based."""

    severity: Severity
    title: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report. `ok` is the answer, `summary` says it in sentences; the rest is what it rests on.

    `verdict` is the answer in a word or two, such as "Differs"; without it, that is "Passed" or "Failed". `cases` is what JUnit gets, `annotations` what GitHub gets.
    """

    title: str
    ok: bool
    summary: tuple[Sentence, ...]
    sections: tuple[Section, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    verdict: str = ""
