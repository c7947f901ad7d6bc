"""The payload against the collector's contract."""

from __future__ import annotations

from abtui.core.contract import is_valid, violations
from abtui.core.destinations.classic import EXPOSURES
from abtui.core.destinations.decision import Decision
from abtui.core.findings import Finding, finding
from abtui.core.paths import Path, path_text


def payload_findings(decision: Decision, found: list[Finding]) -> None:
    """Append one finding for each violation. One that a more telling finding already names by its payload path is not repeated."""
    body = decision.body
    origin = EXPOSURES.get(decision.code)
    if origin is not None and isinstance(body, dict) and body.get("goals"):
        message = "The exposure has goals inside, which are published with it."
        found.append(
            finding(
                "EXPOSURE-GOALS",
                message,
                "Send goals as track calls of their own.",
                event_path=path_text((*origin, "goals")),
                payload_path="$.goals",
            )
        )
    if is_valid(body):
        return
    told = {item.payload_path for item in found if item.code not in ("EXPOSURE-GOALS", "UNIT-OVERRIDE")}
    for violation in violations(body):
        if violation.path_text not in told:
            source = _event_path(origin, violation.path) if origin is not None else None
            found.append(
                finding(
                    "CONTRACT",
                    f"{violation.message}.",
                    "The collector answers 400 to this payload.",
                    event_path=source,
                    payload_path=violation.path_text,
                )
            )


def _event_path(origin: Path, path: Path) -> str:
    return path_text((*origin, *path))
