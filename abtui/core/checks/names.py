"""Names: of goals, near misses of goalMapping, and what the catalog knows."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.checks.nearest import Nearest
from abtui.core.config.model import Config
from abtui.core.destination import Decision
from abtui.core.destinations.classic.decide import EXPOSURE_EVENT
from abtui.core.findings import Finding, finding

_REMEMBERED: Final = 10_000
_LONGEST_REMEMBERED: Final = 200


class NameChecks:
    """Checks of names against one config. Near misses are remembered by name: a corpus has few names and many events."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._nearest = Nearest((*config.settings["goalMapping"], EXPOSURE_EVENT))
        self._known = config.catalog.goals
        self._archived = config.catalog.archived.goals - (self._known or frozenset())
        self._near: dict[str, str | None] = {}

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append what is notable about the event's name and its goal."""
        code = decision.code
        if code in ("GOAL-OWN-NAME", "GOAL-NAMELESS") or (code == "NO-UNIT" and event.get("type") == "track"):
            self._own_name(event, decision, found)
        elif code == "GOAL-INHERITED":
            found.append(
                finding(
                    "GOAL-NO-NAME",
                    f'"{event.get("event")}" is a name every JavaScript object inherits; the goal is sent without a usable one.',
                    "Rename the event.",
                    event_path="$.event",
                    payload_path="$.goals[0].name",
                )
            )
        elif code == "VIEW-NAME":
            copied = event.get("properties")
            hint = "Give the call a name."
            if isinstance(copied, dict) and isinstance(copied.get("name"), str):
                hint = "`properties.name` has one, but only the top-level `name` is read."
            found.append(
                finding("VIEW-NAME", f"{decision.detail} The event's `name` is not text.", hint, event_path="$.name")
            )
        elif code == "ATTRIBUTES":
            found.append(
                finding(
                    "IDENTIFY-NO-HANDLER",
                    "The catalog page promises these attributes; the published function refuses identify calls.",
                    "Ask AB Smartly which version runs; `behavior.identify: reject` shows the function.",
                    event_path="$.type",
                )
            )
        elif code == "NO-TRAITS":
            found.append(
                finding("IDENTIFY-NO-TRAITS", "The identify call has no traits to set.", event_path="$.traits")
            )
        elif code == "EXPOSURE-MISSING":
            found.append(
                finding(
                    "EXPOSURE-MISSING",
                    f"The event has no `{decision.detail}.absmartly`, so there is no exposure to send.",
                    "Let the AB Smartly SDK publish through Segment, or leave the event out.",
                    event_path=f"$.{decision.detail}.absmartly",
                )
            )
        goal = decision.goal
        if isinstance(goal, str) and ((self._known is not None and goal not in self._known) or goal in self._archived):
            self._unknown(event, decision, found)

    def _own_name(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        name = event.get("event")
        if not isinstance(name, str) or not name.strip():
            what = "no `event`" if event.get("event") is None else "an `event` that is no name"
            found.append(
                finding(
                    "GOAL-NO-NAME",
                    f"The track call has {what}.",
                    "Name the event.",
                    event_path="$.event",
                    payload_path="$.goals[0].name" if decision.verdict == "send" else None,
                )
            )
            return
        if name in self._config.settings["goalMapping"] or (self._known is not None and name in self._known):
            return
        if name in self._archived:
            return
        if name in self._near:
            key = self._near[name]
        else:
            key = self._nearest.of(name)
            if len(self._near) < _REMEMBERED and len(name) <= _LONGEST_REMEMBERED:
                self._near[name] = key
        if key is None:
            return
        if key == EXPOSURE_EVENT and key not in self._config.settings["goalMapping"]:
            message = f'"{name}" is close to "{EXPOSURE_EVENT}", the name of exposures, but not equal: it is a goal, no exposure.'
        else:
            message = (
                f'"{name}" is close to the goalMapping key "{key}" but not equal: goalMapping does not apply to it.'
            )
        line = self._config.line("settings", "goalMapping", key)
        found.append(
            finding(
                "GOAL-NEAR",
                message,
                f'Send the event as "{key}", or add an entry for "{name}".',
                event_path="$.event",
                payload_path="$.goals[0].name" if decision.verdict == "send" else None,
                config_line=line,
            )
        )

    def _unknown(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        line = (
            self._config.line("settings", "goalMapping", str(event.get("event")))
            if decision.code == "GOAL-MAPPED"
            else None
        )
        path = "$.event" if event.get("type") == "track" else "$.name"
        message, hint = (
            "is not in the catalog.",
            "Create it in the web console, or map the event to a goal that exists.",
        )
        if decision.goal in self._archived:
            message, hint = "is archived in the web console.", "Restore it there, or map the event to a goal in use."
        found.append(
            finding(
                "CATALOG-GOAL",
                f'Goal "{decision.goal}" {message}',
                hint,
                event_path=path,
                payload_path="$.goals[0].name",
                config_line=line,
            )
        )
