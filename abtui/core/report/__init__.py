"""Reports: what a command found, as one document, and the forms it is written in.

The names here are the parts of the document. A form is a module of its own, which only the commands that write it import.
"""

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
]
