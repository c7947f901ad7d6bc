"""What was counted of the experiments that the events belong to, and which one of them is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from abtui.core.experiments.overview import Attributed, ExperimentView
from abtui.tui.offer import Offer


class Experiments(NamedTuple):
    """One state of the count. `share` is the part of the events that it is about; `sizes` are the participants of each experiment,
    those of the config first, then the largest; `view` is the chosen one, None without any; `attributed` are the goals that arrive by name.

    `offer` is the one certain change of the config, with its measured result.
    """

    share: float = 0.0
    sizes: Mapping[str, int] = {}
    view: ExperimentView | None = None
    attributed: Mapping[str, Attributed] = {}
    offer: Offer | None = None

    @property
    def complete(self) -> bool:
        """Whether it is about all events."""
        return self.share >= 1
