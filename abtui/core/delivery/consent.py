"""Whether a plan may be carried out: at once, after a question on a terminal, or not without a flag."""

from __future__ import annotations

from typing import Literal

import msgspec

from abtui.core.delivery.plan import CONFIRM_ABOVE, Plan
from abtui.core.text.plain import one_line, plural

Question = Literal["environment", "many"]


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """What was said beforehand. `terminal`: there is somebody to ask."""

    dry_run: bool = False
    yes: bool = False
    yes_production: str | None = None
    terminal: bool = False


class Consent(msgspec.Struct, frozen=True):
    """What comes of it. `refused` is a sentence with the flag to use, "" where nothing stands in the way; `ask` is what to ask."""

    refused: str = ""
    ask: tuple[Question, ...] = ()


def consent(plan: Plan, flags: Flags) -> Consent:
    """Whether the plan may be carried out. Production wants its environment's own name, many requests a yes."""
    name = one_line(plan.environment, 60)
    if plan.blocked is not None:
        return Consent(plan.blocked)
    if flags.yes_production is not None and flags.yes_production != plan.environment:
        given = one_line(flags.yes_production, 60)
        return Consent(f"--yes-production says {given!r}, but the target's environment is {name!r}.")
    ask: list[Question] = []
    if plan.production and flags.yes_production is None:
        ask.append("environment")
    if plan.requests > CONFIRM_ABOVE and not flags.yes:
        ask.append("many")
    if flags.terminal or not ask:
        return Consent(ask=tuple(ask))
    reasons = {
        "environment": (f"the target {one_line(plan.target, 60)!r} looks like production", f"--yes-production {name}"),
        "many": (f"it would be {plural(plan.requests, 'request')}", "--yes"),
    }
    why = " and ".join(reasons[question][0] for question in ask)
    needed = " ".join(reasons[question][1] for question in ask)
    return Consent(f"Nothing was sent, as {why}. To send, pass: {needed}")
