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
    """The request for the collector. In `headers` the API key is masked; the sender inserts the real one.

    `body` is the JSON value, `body_bytes` are the bytes on the wire.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    body_bytes: bytes


class Link(msgspec.Struct, frozen=True, gc=False):
    """A place that a step read (`event`), a place that it wrote (`payload`), or both; None for neither.

    `verbatim`: the value was copied, so `payload + x` comes from `event + x` for every field x. `shape`: only
    the kind of the value was read, nothing inside it. `key`: the field's key was read, not its value.
    """

    event: Path | None = None
    payload: Path | None = None
    verbatim: bool = False
    shape: bool = False
    key: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One decision taken while mapping. `used`: it wrote something; `skipped`: it did not apply; `stopped`: it ended the mapping.

    `config_path` is the config entry the rule read (`settings.environment`), `config_line` its 1-based line. `links`
    are all places it read and wrote; `event_path` and `payload_path` are the two for a one-line summary.
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
    """The outcome of one event. `request` is None unless the verdict is `send`; `steps` is empty unless asked for.

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
