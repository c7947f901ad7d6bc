"""What can be done about an event that does not arrive, about a finding, or about a line of the config: one change, tried before it is offered."""

from abtui.core.remedy.certain import certain_changes
from abtui.core.remedy.effect import Effect, effect_of, effect_on_event
from abtui.core.remedy.model import Remedy, is_better, with_settings
from abtui.core.remedy.preview import Line, changed_lines, preview
from abtui.core.remedy.remedies import Remedies
from abtui.core.remedy.taking_back import take_back_move

__all__ = [
    "Effect",
    "Line",
    "Remedies",
    "Remedy",
    "certain_changes",
    "changed_lines",
    "effect_of",
    "effect_on_event",
    "is_better",
    "preview",
    "take_back_move",
    "with_settings",
]
