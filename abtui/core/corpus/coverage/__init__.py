"""A config checked against a corpus: findings counted by code, and how much of the config the events use.

`report.check_report` makes the report of it. It is not among the names here because counting needs no form of a report.
"""

from abtui.core.corpus.coverage.findings import counts
from abtui.core.corpus.coverage.model import CheckResult, FindingGroup, Place
from abtui.core.corpus.coverage.survey import Survey

__all__ = [
    "CheckResult",
    "FindingGroup",
    "Place",
    "Survey",
    "counts",
]
