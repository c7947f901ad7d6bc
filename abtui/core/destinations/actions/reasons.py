"""The reasons of the verdicts of ABsmartly (Actions). The codes are stable; what the destination throws is told in its own words."""

from __future__ import annotations

from typing import Final

from abtui.core.destination import ReasonType

REASONS: Final[dict[str, ReasonType]] = {
    "ACTION-GOAL": ReasonType(
        sentence='goal "{goal}"',
        about="A mapping is for the event, and sends it as a goal under the name that its field Goal Name gives.",
        goal=True,
    ),
    "ACTION-EXPOSURE": ReasonType(
        sentence="exposure, its times moved to the event's",
        about="A mapping is for the event, and sends the exposure that the event holds, with its times moved to the event's.",
    ),
    "SUBSCRIPTION-FALSE": ReasonType(
        sentence="the mapping's subscription is false for the event",
        short="not subscribed",
        why="the subscription is false for it",
    ),
    "MAPPING-OFF": ReasonType(
        sentence="the mapping is switched off, so it is not run", short="mapping off", why="the mapping is switched off"
    ),
    "SUBSCRIPTION-INVALID": ReasonType(
        sentence="{detail}",
        about="The text of the mapping's subscription, which says what events it is for, cannot be read, so the mapping is for no event.",
        short="subscription invalid",
        why="the subscription cannot be read",
    ),
    "ACTION-UNKNOWN": ReasonType(
        sentence="the destination has no action `{detail}`, so nothing is sent",
        about="The mapping names an action that the destination does not have, so it sends nothing.",
        short="unknown action",
        why="the destination has no action `{detail}`",
    ),
    "SETTINGS-REFUSED": ReasonType(
        sentence="{detail}",
        about="One of the destination's settings is missing or has a wrong value, so Segment shows an error for each event, and nothing is sent.",
        short="settings refused",
        why="the settings are refused",
    ),
    "MAPPING-REFUSED": ReasonType(
        sentence="{detail}",
        about="A field of the mapping is written in a way that Segment cannot evaluate, so Segment shows an error, and nothing is sent.",
        short="mapping fails",
        why="{detail}",
    ),
    "PAYLOAD-REFUSED": ReasonType(
        sentence="{detail}",
        about="What the mapping makes of the event is not what the action takes: a required field is missing or empty, or a value has the wrong type. Segment shows an error, and nothing is sent.",
        short="payload refused",
        why="{detail}",
    ),
    "ACTION-THROWS": ReasonType(
        sentence="{detail}",
        about="The action's own code stops with an error over a value that it does not expect, so Segment shows an error, and nothing is sent.",
        short="the action throws",
        why="{detail}",
    ),
}
