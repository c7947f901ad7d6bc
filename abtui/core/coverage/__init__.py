"""What a corpus says of a config: findings counted by code, and how much of the config the events use."""

from abtui.core.coverage.model import CheckResult, FindingGroup, Place
from abtui.core.coverage.policy import counts
from abtui.core.coverage.report import check_report
from abtui.core.coverage.survey import Survey

__all__ = [
    "CheckResult",
    "FindingGroup",
    "Place",
    "Survey",
    "check_report",
    "counts",
]
