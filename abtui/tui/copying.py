"""What can be copied of an outcome. The key is in none of it."""

from __future__ import annotations

from typing import Literal

from abtui.core.javascript import stringify
from abtui.core.outcomes import Outcome, Request
from abtui.core.render import curl, outcome_json

Copied = Literal["payload", "curl", "outcome"]


def copied(what: Copied, outcome: Outcome, request: Request | None) -> str | None:
    """The text to copy; None where the event has no request to copy. `request` is the outcome's, for the chosen target."""
    if what == "outcome":
        return outcome_json(outcome, explain=True, indent=2).decode()
    if request is None:
        return None
    return stringify(request.body, 2).decode() if what == "payload" else curl(request)
