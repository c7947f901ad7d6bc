"""The reasons of the verdicts of ABsmartly (Actions). The codes are stable; what the destination throws is told in its own words."""

from __future__ import annotations

from typing import Final

from abtui.core.destination import ReasonType

REASONS: Final[dict[str, ReasonType]] = {
    "ACTION-GOAL": ReasonType(sentence='goal "{goal}"', goal=True),
    "ACTION-EXPOSURE": ReasonType(sentence="exposure, its times moved to the event's"),
    "SUBSCRIPTION-FALSE": ReasonType(
        sentence="the mapping's subscription is false for the event",
        short="not subscribed",
        why="the subscription is false for it",
    ),
    "MAPPING-OFF": ReasonType(
        sentence="the mapping is switched off, so it is not run", short="mapping off", why="the mapping is switched off"
    ),
    "SUBSCRIPTION-INVALID": ReasonType(
        sentence="{detail}", short="subscription invalid", why="the subscription cannot be read"
    ),
    "ACTION-UNKNOWN": ReasonType(
        sentence="the destination has no action `{detail}`, so nothing is sent",
        short="unknown action",
        why="the destination has no action `{detail}`",
    ),
    "SETTINGS-REFUSED": ReasonType(sentence="{detail}", short="settings refused", why="the settings are refused"),
    "MAPPING-REFUSED": ReasonType(sentence="{detail}", short="mapping fails", why="{detail}"),
    "PAYLOAD-REFUSED": ReasonType(sentence="{detail}", short="payload refused", why="{detail}"),
    "ACTION-THROWS": ReasonType(sentence="{detail}", short="the action throws", why="{detail}"),
}
