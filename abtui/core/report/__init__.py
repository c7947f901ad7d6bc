"""Reports: what `check`, `test` and `diff` found, as a document of its own, and the forms it is written in."""

from abtui.core.report.github import github
from abtui.core.report.html import html
from abtui.core.report.junit import junit
from abtui.core.report.markdown import markdown
from abtui.core.report.model import (
    Annotation,
    Block,
    CaseResult,
    Cell,
    Column,
    Differences,
    FieldChange,
    Heading,
    Report,
    Section,
    Sentence,
    Table,
    Tone,
)

__all__ = [
    "Annotation",
    "Block",
    "CaseResult",
    "Cell",
    "Column",
    "Differences",
    "FieldChange",
    "Heading",
    "Report",
    "Section",
    "Sentence",
    "Table",
    "Tone",
    "github",
    "html",
    "junit",
    "markdown",
]
