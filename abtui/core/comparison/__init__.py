"""What a change of the config does to a corpus: two configs compared event by event, for `abtui diff` and the workbench."""

from abtui.core.comparison.comparison import Comparison
from abtui.core.comparison.model import CLASSES, Change, ComparisonResult
from abtui.core.comparison.report import comparison_report

__all__ = ["CLASSES", "Change", "Comparison", "ComparisonResult", "comparison_report"]
