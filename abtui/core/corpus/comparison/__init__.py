"""The effect of a changed config on a corpus: two configs compared event by event, for `abtui diff` and the workbench."""

from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.model import CLASSES, ComparisonResult
from abtui.core.corpus.comparison.report import comparison_report

__all__ = ["CLASSES", "Comparison", "ComparisonResult", "comparison_report"]
