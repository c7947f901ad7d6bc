"""The destinations abtui knows, by the name a config gives them. A new one is a folder here and a line in `DESTINATIONS`."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destination import FETCH_THROWS, FILTERED, NOT_SUBSCRIBED, Decision, Destination, ReasonType, Setting
from abtui.core.destinations.actions import DESTINATION as ACTIONS
from abtui.core.destinations.classic import DESTINATION as CLASSIC
from abtui.core.findings import RULES
from abtui.core.outcomes import Reason
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path

DEFAULT: Final = CLASSIC
"""The destination of a config that names none."""
DESTINATIONS: Final[dict[str, Destination]] = {}
REASONS: Final[dict[str, ReasonType]] = {
    FILTERED: ReasonType(
        sentence='the event\'s `integrations` switch the destination off ("{detail}": false), so Segment filters it',
        short="filtered by Segment",
        why="the customer opted out",
    ),
    FETCH_THROWS: ReasonType(
        sentence="the destination's fetch throws: {detail}",
        about="The request cannot be made from the collector's address or the headers in the settings: JavaScript's fetch throws, so nothing is sent and Segment shows an error.",
        short="fetch throws",
        why="its fetch throws: {detail}",
    ),
    NOT_SUBSCRIBED: ReasonType(
        sentence="no mapping is subscribed to the event, so nothing is sent",
        short="no mapping subscribed",
        why="no mapping is for it",
    ),
}
"""Every reason of a verdict, by its code: these three, which every destination has, and those of the destinations."""


def register(destination: Destination) -> None:
    """Make a destination known to all of abtui. Raises ValueError if a code of its reasons means something else already."""
    for code, kind in destination.reasons.items():
        if REASONS.get(code, kind) != kind:
            raise ValueError(f"the reason {code} has another meaning already")
    DESTINATIONS[destination.name] = destination
    REASONS.update(destination.reasons)
    RULES.add(destination.rules)


for _destination in (CLASSIC, ACTIONS):
    register(_destination)


def destination_of(name: str) -> Destination:
    """The destination a config names; the default for a name that is none."""
    return DESTINATIONS.get(name, DEFAULT)


def setting_at(path: Path) -> Setting | None:
    """The setting that a key path of a config leads to, or into, in the first destination that has one there."""
    return next(filter(None, (destination.setting_at(path) for destination in DESTINATIONS.values())), None)


def short_reason(code: str) -> str:
    """Why nothing is sent, in a few words; the code itself where there are none."""
    kind = REASONS.get(code)
    return (kind.short if kind is not None else "") or code


def switch_of(code: str, destination: Destination) -> tuple[Path, str] | None:
    """The toggle that is off where this is the reason that nothing is sent: its path in a config, and what it turns on."""
    kind = REASONS.get(code)
    path = None if kind is None else kind.setting
    setting = None if path is None else destination.setting_at(path)
    if path is None or setting is None or setting.kind != "toggle":
        return None
    return path, setting.label.removeprefix("Enable ") or setting.name


def why_unsent(code: str, detail: str = "") -> str:
    """Why nothing is sent, as a clause about the event; where that needs a detail that is not given, in a few words."""
    kind = REASONS.get(code)
    clause = kind.why if kind is not None else ""
    return clause.format(detail=detail) if clause and (detail or "{" not in clause) else short_reason(code)


def detail_of(reason: Reason) -> str:
    """The detail in a reason's sentence; "" where the sentence names none, or more than that."""
    kind = REASONS.get(reason.code)
    before, named, after = ("", "", "") if kind is None else kind.sentence.partition("{detail}")
    if not named or "{" in before + after:
        return ""
    return reason.message.removeprefix(before).removesuffix(after)


def reason(decision: Decision, event: dict[str, Any]) -> Reason:
    """The code and sentence for a decision about `event`."""
    message = REASONS[decision.code].sentence.format(
        goal=_shown(decision.goal),
        name=_shown(event["event"]) if "event" in event else "undefined",
        detail=decision.detail,
    )
    return Reason(decision.code, message)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else stringify(value).decode()
