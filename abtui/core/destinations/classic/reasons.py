"""The reasons of the classic destination's verdicts. The codes are stable, the sentences are for people."""

from __future__ import annotations

from typing import Final

from abtui.core.destination import ReasonType

REASONS: Final[dict[str, ReasonType]] = {
    "GOAL-MAPPED": ReasonType(sentence='goal "{goal}", mapped from "{name}"', goal=True),
    "GOAL-OWN-NAME": ReasonType(
        sentence='goal "{goal}", the event\'s own name: goalMapping has no entry for it', goal=True, unmapped=True
    ),
    "GOAL-INHERITED": ReasonType(
        sentence='goal without a usable name: every JavaScript object inherits "{name}"', goal=True, unmapped=True
    ),
    "GOAL-NAMELESS": ReasonType(sentence="goal without a name: the event has none", goal=True, unmapped=True),
    "GOAL-PAGE": ReasonType(sentence='goal "{goal}", from a page view', goal=True),
    "GOAL-SCREEN": ReasonType(sentence='goal "{goal}", from a screen view', goal=True),
    "ATTRIBUTES": ReasonType(
        sentence="user attributes from {detail} of an identify call, as the catalog page promises",
        about="The traits of an identify call are sent as attributes of the user, as the catalog page promises.",
    ),
    "EXPOSURE-TRACK": ReasonType(
        sentence="exposure, passed on verbatim from `properties.absmartly`", body_at=("properties", "absmartly")
    ),
    "EXPOSURE-GROUP": ReasonType(
        sentence="exposure, passed on verbatim from `traits.absmartly`", body_at=("traits", "absmartly")
    ),
    "NO-UNIT": ReasonType(
        sentence="the event has no unit, so nothing is sent, and no error is raised",
        short="no unit",
        why="it has no id",
        no_unit=True,
    ),
    "PAGE-TRACKING-OFF": ReasonType(
        sentence="page tracking is off, so nothing is sent",
        short="page tracking off",
        why="page tracking is off",
        setting=("settings", "enablePageViewTracking"),
    ),
    "SCREEN-TRACKING-OFF": ReasonType(
        sentence="screen tracking is off, so nothing is sent",
        short="screen tracking off",
        why="screen tracking is off",
        setting=("settings", "enableAppScreenViewTracking"),
    ),
    "EXPOSURE-TRACKING-OFF": ReasonType(
        sentence="exposure tracking is off, so nothing is sent",
        short="exposure tracking off",
        why="exposure tracking is off",
        setting=("settings", "enableExposureTracking"),
    ),
    "EXPOSURE-MISSING": ReasonType(
        sentence="the event has no `{detail}.absmartly`, so nothing is sent",
        short="exposure missing",
        why="it has no exposure",
    ),
    "NO-TRAITS": ReasonType(
        sentence="the identify call has no traits, so nothing is sent", short="no traits", why="it has no traits"
    ),
    "VIEW-NAME": ReasonType(
        sentence="{detail}",
        about="A page or screen call has no name of which a goal's name could be made, so Segment shows an error, and nothing is sent.",
        short="view without a name",
        why="it has no name",
    ),
    "THROWS": ReasonType(
        sentence="the destination throws a TypeError: {detail}", short="the function throws", why="{detail}"
    ),
    "NO-HANDLER": ReasonType(
        sentence="the destination has no handler for type {detail}",
        short="no handler for the type",
        why="no handler for {detail}",
    ),
}
