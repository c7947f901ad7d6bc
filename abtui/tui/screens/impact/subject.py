"""What the Impact screen is about: the baseline, or else the saved config, compared with the present one."""

from __future__ import annotations

from typing import NamedTuple

from abtui.tui.comparing import Baseline
from abtui.tui.state import Progress, State


class Subject(NamedTuple):
    """What the present config is compared with, and how far the comparison is."""

    baseline: Baseline
    progress: Progress


def subject_of(state: State) -> Subject | None:
    """What is compared at present; None if there is nothing to compare with."""
    if state.session.mapper is None or (state.baseline is None and not state.session.modified):
        return None
    progress = state.effect if state.baseline is None else state.comparison
    return None if progress.baseline is None else Subject(progress.baseline, progress)
