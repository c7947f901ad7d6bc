"""What the destination does with one event: a verdict, a request or none, its steps and its findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.paths import Path

Verdict = Literal["send", "drop", "fail", "unsupported", "not-subscribed", "disabled"]
VERDICTS: tuple[Verdict, ...] = ("send", "drop", "fail", "unsupported")
"""The verdicts that an event can have."""
RESULT_VERDICTS: tuple[Verdict, ...] = ("send", "drop", "fail", "not-subscribed", "disabled")
"""The verdicts that one mapping of several can have."""
UNSUBSCRIBED: frozenset[Verdict] = frozenset(("not-subscribed", "disabled"))
"""The verdicts of a mapping that is not for an event."""
Fate = Literal["arrives", "accepted", "unknown", "never-leaves", "ignored", "refused", "fails"]
StepResult = Literal["used", "skipped", "stopped"]


class Reason(msgspec.Struct, frozen=True):
    """Why the verdict is what it is: a stable code and a sentence."""

    code: str
    message: str


class Request(msgspec.Struct, frozen=True):
    """The request for the collector. In `headers` the API key is masked; the sender inserts the real one.

    `body` is the JSON value, `body_bytes` are the bytes on the wire. `own` are the names of the headers that the decision
    chose, so that they are the same for every target.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    body_bytes: bytes
    own: tuple[str, ...] = ()


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


class MappingOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one of several mappings does with an event; see `Outcome`. `mapping` is its name, unique in its config; `name` is the
    same as the config has it.

    `goal` is the name of the goal that it sends, or would send if nothing stopped it, as far as that is known.
    """

    mapping: str
    name: str
    verdict: Verdict
    fate: Fate
    reason: Reason
    segment_shows: str
    request: Request | None
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    goal: Any = None

    @property
    def decisive(self) -> MappingOutcome:
        """Itself: see `Outcome.decisive`."""
        return self

    @property
    def leading(self) -> MappingOutcome:
        """Itself: see `Outcome.leading`."""
        return self


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one event. `request` is None unless the verdict is `send`; `steps` is empty unless asked for.

    `results` are those of a destination with several mappings, in the config's order, else None. Then `request` is the first
    that is sent, also where another mapping fails, `steps` are those of that mapping, and `findings` has those of all.

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
    results: tuple[MappingOutcome, ...] | None = None

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests that the event makes."""
        parts = (self,) if self.results is None else self.results
        return tuple(part.request for part in parts if part.request is not None)

    @property
    def decisive(self) -> Outcome | MappingOutcome:
        """The result that the event has its fate from, or the outcome itself."""
        parts = (part for part in self.results or () if part.fate == self.fate and part.verdict not in UNSUBSCRIBED)
        return next(parts, self)

    @property
    def leading(self) -> Outcome | MappingOutcome:
        """The result whose request is that of the outcome, or the outcome itself."""
        return next((part for part in self.results or () if part.request is not None), self)


Part = Outcome | MappingOutcome
"""What is judged: an outcome, or what one of several mappings does."""
