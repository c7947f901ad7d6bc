"""What the destination does with one event: a verdict, a request or none, its steps and its findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.paths import Path

Verdict = Literal["send", "drop", "fail", "unsupported"]
VERDICTS: tuple[Verdict, ...] = ("send", "drop", "fail", "unsupported")
Fate = Literal["arrives", "accepted", "unknown", "never-leaves", "ignored", "refused", "fails"]
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


class Link(msgspec.Struct, frozen=True, gc=False):
    """One place a step read (`event`), one place it wrote (`payload`), or both; None where it read or wrote none.

    `verbatim`: what was written is what was read, field by field, so that `payload + x` comes from `event + x`. `shape`: only
    what kind of value stands there was read, nothing inside it. `key`: it is the field's key that was read, not its value.
    """

    event: Path | None = None
    payload: Path | None = None
    verbatim: bool = False
    shape: bool = False
    key: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One decision taken while mapping. `used`: it wrote something; `skipped`: it did not apply; `stopped`: it ended the mapping.

    `config_path` is the config entry the rule read (`settings.unitMapping.userId`), `config_line` its 1-based line. `links`
    are all places it read and wrote, of which `event_path` and `payload_path` are the ones to tell in a line.
    """

    rule: str
    result: StepResult
    message: str
    config_path: str | None = None
    config_line: int | None = None
    event_path: str | None = None
    payload_path: str | None = None
    value: Any = None
    links: tuple[Link, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one event. `request` is None unless the verdict is `send`; `steps` is empty unless asked for.

    `fate` forecasts what becomes of the event at the collector and the web console; `segment_shows` is what Segment's Event
    Delivery would show if the collector answers with JSON.
    """

    source: str
    type: str | None
    name: str | None
    message_id: str | None
    verdict: Verdict
    fate: Fate
    reason: Reason
    segment_shows: str
    request: Request | None
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
