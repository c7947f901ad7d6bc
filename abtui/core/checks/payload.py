"""The payload against the collector's contract."""

from __future__ import annotations

from abtui.core.contract import violations
from abtui.core.destination import Decision
from abtui.core.destinations import REASONS
from abtui.core.findings import Finding, finding
from abtui.core.text.paths import Path, path_text


def payload_findings(decision: Decision, found: list[Finding], *, valid: bool) -> None:
    """Append one finding for each violation of a body that is not `valid`.

    A violation is not repeated where another error already names its place in the payload; a warning there does not do,
    as a payload that will be refused is an error.
    """
    body = decision.body
    origin = REASONS[decision.code].body_at
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
    if valid:
        return
    told = {item.payload_path for item in found if item.severity == "error"}
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
