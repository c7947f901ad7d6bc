"""Findings about the request: settings over which fetch throws, and a payload that breaks the collector's contract."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import Config
from abtui.core.contract import violations
from abtui.core.destination import Decision
from abtui.core.fetch import fetch_error
from abtui.core.findings import Finding, error
from abtui.core.text.paths import Path, path_text

FETCH_THROWS: Final = error(
    "FETCH-THROWS",
    "The settings make the request impossible",
    "The destination calls `<collectorEndpoint>/context` with the API key and the environment as headers. The call throws if the address is not http or https with a host, or if a header has a line break or a character outside Latin-1. Then nothing is sent, Segment shows Bad Request, and does not retry.",
)
CONTRACT: Final = error(
    "CONTRACT",
    "The payload breaks the collector's contract",
    "The collector answers 400 with an error. Segment still shows Success, because the answer is JSON.",
)


def fetch_finding(decision: Decision, config: Config) -> Finding:
    """The finding about an event whose request the settings make impossible."""
    error = fetch_error(config.default_target)
    setting = "collectorEndpoint" if error is None else error.setting
    return FETCH_THROWS.at(
        f"The destination cannot make the request: its fetch throws {decision.detail!r}.",
        f"Correct `{setting}` in the settings.",
        config_line=config.line("settings", setting),
    )


def contract_findings(decision: Decision, origin: Path | None, found: list[Finding]) -> None:
    """Append one finding for each violation in a body that breaks the contract. `origin` is the place in the event that is the whole body.

    A violation is not repeated where another error already names its place in the payload. A warning does not count: a
    payload that will be refused is an error.
    """
    named = {item.payload_path for item in found if item.severity == "error"}
    found.extend(
        CONTRACT.at(
            f"{violation.message}.",
            "The collector answers 400 to this payload.",
            event_path=None if origin is None else path_text((*origin, *violation.path)),
            payload_path=violation.path_text,
        )
        for violation in violations(decision.body)
        if violation.path_text not in named
    )
