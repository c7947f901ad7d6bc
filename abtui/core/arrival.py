"""What would become of an outcome beyond the destination: the half of the answer that Segment does not show."""

from __future__ import annotations

from typing import Final, Literal

from abtui.core.contract import is_valid
from abtui.core.outcomes import Outcome

Arrival = Literal["arrives", "ignored", "refused", "nothing"]
"""`arrives`; `ignored`: accepted, but the web console knows no such goal or unit type; `refused` by the collector; `nothing` is sent."""

_IGNORED: Final = frozenset({"CATALOG-GOAL", "CATALOG-UNIT", "GOAL-NO-NAME"})


def arrival(outcome: Outcome) -> Arrival:
    """What becomes of the outcome's request, as far as the collector's contract and the catalog can tell."""
    if outcome.request is None:
        return "nothing"
    # A body that breaks the contract has a finding that says so: without one, nothing needs to be looked at.
    if outcome.findings and not is_valid(outcome.request.body):
        return "refused"
    return "ignored" if any(item.code in _IGNORED for item in outcome.findings) else "arrives"
