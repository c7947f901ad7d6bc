"""What the destination does with one event: a verdict, a request or none, its steps and its findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from abtui.core.findings import Finding

Verdict = Literal["send", "drop", "fail", "unsupported"]
VERDICTS: tuple[Verdict, ...] = ("send", "drop", "fail", "unsupported")
StepResult = Literal["used", "skipped", "stopped"]


class Reason(msgspec.Struct, frozen=True):
    """Why the verdict is what it is: a stable code and a sentence."""

    code: str
    message: str


class Request(msgspec.Struct, frozen=True):
    """What would go to the collector. `headers` holds the API key masked; the sender puts the real one in.

    `body` is the JSON value; `body_bytes` what goes over the wire.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    body_bytes: bytes


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One decision taken while mapping. `used`: it wrote something; `skipped`: it did not apply; `stopped`: it ended the mapping.

    `config_path` is the config entry the rule read (`settings.unitMapping.userId`), `config_line` its 1-based line.
    """

    rule: str
    result: StepResult
    message: str
    config_path: str | None = None
    config_line: int | None = None
    event_path: str | None = None
    payload_path: str | None = None
    value: Any = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one event. `request` is None unless the verdict is `send`; `steps` is empty unless asked for.

    `segment_shows` is what Segment's Event Delivery would show if the collector answers with JSON.
    """

    source: str
    type: str | None
    name: str | None
    message_id: str | None
    verdict: Verdict
    reason: Reason
    segment_shows: str
    request: Request | None
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
