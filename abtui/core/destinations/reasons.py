"""The reason of a verdict as a sentence. One table: the codes are stable, the sentences are for people."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destinations.decision import Decision
from abtui.core.outcomes import Reason
from abtui.core.text.javascript import stringify

FETCH_THROWS: Final = "FETCH-THROWS"
"""The code of an event whose request the settings make impossible."""

REASONS: dict[str, str] = {
    "GOAL-MAPPED": 'goal "{goal}", by goalMapping of "{name}"',
    "GOAL-OWN-NAME": 'goal "{goal}", the event\'s own name: goalMapping has no entry for it',
    "GOAL-INHERITED": 'goal without a usable name: "{name}" is a name that every JavaScript object inherits',
    "GOAL-NAMELESS": "goal without a name: the event has none",
    "GOAL-PAGE": 'goal "{goal}", from a page view',
    "GOAL-SCREEN": 'goal "{goal}", from a screen view',
    "ATTRIBUTES": "user attributes from the {detail} traits of an identify call, as the catalog page promises",
    "EXPOSURE-TRACK": "exposure, passed on verbatim from `properties.absmartly`",
    "EXPOSURE-GROUP": "exposure, passed on verbatim from `traits.absmartly`",
    "NO-UNIT": "no unit could be resolved: nothing is sent, without an error",
    "PAGE-TRACKING-OFF": "page tracking is off: nothing is sent",
    "SCREEN-TRACKING-OFF": "screen tracking is off: nothing is sent",
    "EXPOSURE-TRACKING-OFF": "exposure tracking is off: nothing is sent",
    "EXPOSURE-MISSING": "the event has no `{detail}.absmartly` to send: nothing is sent",
    "NO-TRAITS": "the identify call has no traits: nothing is sent",
    "FILTERED": 'the event\'s `integrations` switch the destination off ("{detail}": false): Segment filters it',
    "VIEW-NAME": "{detail}",
    "THROWS": "the destination throws a TypeError: {detail}",
    "FETCH-THROWS": "the destination's fetch throws: {detail}",
    "NO-HANDLER": "the destination has no handler for type {detail}",
}


def reason_code(decision: Decision, event: dict[str, Any]) -> str:
    """The code alone."""
    return "GOAL-NAMELESS" if decision.code == "GOAL-OWN-NAME" and event.get("event") is None else decision.code


SHORT: dict[str, str] = {
    "NO-UNIT": "no unit",
    "PAGE-TRACKING-OFF": "page tracking off",
    "SCREEN-TRACKING-OFF": "screen tracking off",
    "EXPOSURE-TRACKING-OFF": "exposure tracking off",
    "EXPOSURE-MISSING": "exposure missing",
    "NO-TRAITS": "no traits",
    "FILTERED": "filtered by Segment",
    "VIEW-NAME": "view without a name",
    "THROWS": "the function throws",
    "FETCH-THROWS": "fetch throws",
    "NO-HANDLER": "no handler for the type",
}
"""Why nothing is sent, in a few words."""


def reason(decision: Decision, event: dict[str, Any]) -> Reason:
    """The code and sentence for a decision about `event`."""
    code = reason_code(decision, event)
    message = REASONS[code].format(
        goal=_shown(decision.goal),
        name=_shown(event["event"]) if "event" in event else "undefined",
        detail=decision.detail,
    )
    return Reason(code, message)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else stringify(value).decode()
