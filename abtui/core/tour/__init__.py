"""The tour of the demo: its steps as data, and what each of them makes of the demo's config and events."""

from abtui.core.tour.model import Expected, Place, Step
from abtui.core.tour.playing import available, config_text, event_text, first_difference
from abtui.core.tour.steps import STEPS

__all__ = ["STEPS", "Expected", "Place", "Step", "available", "config_text", "event_text", "first_difference"]
