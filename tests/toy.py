"""A destination in one short file: two settings, one finding, no units. All of abtui works with it, and no other file knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.destination import Check, Decide, Decision, Destination, ReasonType, Setting, Trace
from abtui.core.destinations import DESTINATIONS, REASONS, register
from abtui.core.findings import RULES, Finding, warning

UNNAMED: Final = warning(
    "PING-UNNAMED", "A ping without a name", "The event has no name, so nobody can tell what the ping is about."
)


def decide_with(config: Config) -> Decide:
    """A track call is a ping on the channel of the config; everything else is left out."""

    def decide(event: dict[str, Any], _trace: Trace | None) -> Decision:
        if event["type"] != "track":
            return Decision("drop", "PING-OTHER", detail=event["type"])
        body = {"publishedAt": 1_767_225_600_000, "units": [], "channel": config.settings["channel"]}
        return Decision("send", "PING", body, detail=config.settings["channel"])

    return decide


def checks_with(_config: Config) -> Check:
    """Looks for the name of a ping."""

    def check(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        if decision.code == "PING" and not event.get("event"):
            found.append(UNNAMED.at("The ping has no name.", "Name the event.", event_path="$.event"))

    return check


PINGS: Final = Destination(
    name="pings",
    title="Pings",
    about="Sends a ping for each track call.",
    settings=(
        Setting(
            name="collectorEndpoint",
            label="Collector Endpoint",
            kind="address",
            about="The collector's address.",
            required=True,
            hint="Write an address.",
            first="https://pings.invalid/v1",
            of_target=True,
        ),
        Setting(name="channel", label="Channel", kind="text", about="The channel of the pings.", first="main"),
    ),
    decide_with=decide_with,
    checks_with=checks_with,
    rules=(UNNAMED,),
    reasons={
        "PING": ReasonType(sentence="a ping on {detail}"),
        "PING-OTHER": ReasonType(sentence="a {detail} call is no ping", short="no ping"),
    },
    fields=("type", "event"),
)


@contextmanager
def registered(destination: Destination = PINGS) -> Iterator[None]:
    """Register a destination for a while."""
    register(destination)
    try:
        yield
    finally:
        # Only tests forget a destination, so that the registry has no door for it.
        del DESTINATIONS[destination.name]
        for code in destination.reasons:
            del REASONS[code]
        for rule in destination.rules:
            del RULES._added[rule.code]
