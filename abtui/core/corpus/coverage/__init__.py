"""What a corpus says of a config: findings counted by code, and how much of the config the events use.

`report.check_report` writes it down; it is not among the names here, as who only counts need not load every form of a report.
"""

from abtui.core.corpus.coverage.model import CheckResult, FindingGroup, Place
from abtui.core.corpus.coverage.policy import counts
from abtui.core.corpus.coverage.survey import Survey

__all__ = [
    "CheckResult",
    "FindingGroup",
    "Place",
    "Survey",
    "counts",
]
