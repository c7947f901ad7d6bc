"""The texts that can be copied from an outcome. None of them contains the API key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome, Request
from abtui.core.text.javascript import stringify

Copied = Literal["payload", "curl", "request", "outcome", "findings"]


def text_to_copy(what: Copied, outcome: Outcome, request: Request | None) -> str | None:
    """The text to copy, or None if the event has no request. `request` is the outcome's request for the chosen target."""
    # Imported here: the start of the workbench need not wait for the report writer.
    from abtui.core.report.outcome import curl, outcome_json

    if what == "outcome":
        return outcome_json(outcome, explain=True, indent=2).decode()
    if what == "findings":
        return findings_text(outcome.findings)
    if request is None:
        return None
    if what == "payload":
        return stringify(request.body, 2).decode()
    return request_text(request) if what == "request" else curl(request)


def request_text(request: Request) -> str:
    """The request as it goes over the wire. The caller has masked its key."""
    head = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    return f"{request.method} {request.url}\n{head}\n\n{request.body_bytes.decode()}"


def findings_text(findings: Iterable[Finding]) -> str:
    """Findings as plain text for pasting into a message: code, severity, message, hint and places of each."""
    lines = []
    for item in findings:
        lines.append(f"{item.code} ({item.severity}): {item.message}")
        lines += [f"  {words}" for words in (item.hint, item.event_path, item.payload_path) if words]
        if item.config_line is not None:
            lines.append(f"  line {item.config_line} of the config")
    return "\n".join(lines) or "No findings."
