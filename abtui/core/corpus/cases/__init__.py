"""Golden cases: events with their expected outcomes, in files that end in `.abtui.yaml`."""

from abtui.core.corpus.cases.model import SUFFIX, Case, CaseFile, CaseReading, Expectation, Reference
from abtui.core.corpus.cases.reader import CASES_FORM, read_cases
from abtui.core.corpus.cases.running import CaseRun, FileRun, Runner, Updated, detail

__all__ = [
    "CASES_FORM",
    "SUFFIX",
    "Case",
    "CaseFile",
    "CaseReading",
    "CaseRun",
    "Expectation",
    "FileRun",
    "Reference",
    "Runner",
    "Updated",
    "detail",
    "read_cases",
]
