"""What was counted of the experiments that the events belong to, and which one of them is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from abtui.core.corpus.funnel import Help
from abtui.core.experiments.attributed import Attributed
from abtui.core.experiments.found import Found
from abtui.core.experiments.overview import ExperimentView
from abtui.tui.offer import Offer


class Experiments(NamedTuple):
    """One state of the count. `share` is the part of the events that it is about; `sizes` are the participants of each experiment in the
    order of the screen; `view` is the chosen one, None without any; `attributed` are the goals that arrive by name.

    Once all is counted, `findings` are what is told of all experiments and goals, and `helps` what helps, by experiment and reason.
    `offer` is the one certain change of the config, with its measured result, and `offer_for` are the reasons that it is for.
    """

    share: float = 0.0
    sizes: Mapping[str, int] = {}
    view: ExperimentView | None = None
    attributed: Mapping[str, Attributed] = {}
    findings: tuple[Found, ...] = ()
    helps: Mapping[tuple[str, str], Help] = {}
    offer: Offer | None = None
    offer_for: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it is about all events."""
        return self.share >= 1
