"""A destination in one short file where each event has a result for each route of the config, and so perhaps several requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.destination import (
    CheckResult,
    Decide,
    Decision,
    Destination,
    ListSection,
    ReasonType,
    Result,
    Setting,
    Trace,
    summary,
    unique_names,
)
from abtui.core.destinations.classic.settings import SETTINGS
from abtui.core.findings import Finding, error, warning
from abtui.core.outcomes import Fate, Link, Step

NO_GOAL: Final = error("FORK-NO-GOAL", "A route without a goal", "The route cannot send anything.")
UNNAMED: Final = warning("FORK-UNNAMED", "An event without a name", "Nobody can tell what it is about.")
PRESET: Final = ({"name": "Tracks", "when": "track", "goal": "tracked"}, {"name": "Pages", "when": "page", "goal": "page"})  # fmt: skip


def decide_with(config: Config) -> Decide:
    """Each route sends a goal of its own for the events of one type."""
    routes = config.lists.get("routes", PRESET)
    names = unique_names(str(route.get("name", "")) for route in routes)

    def decide(event: dict[str, Any], trace: Trace | None) -> Decision:
        results = []
        for at, (name, route) in enumerate(zip(names, routes, strict=True)):
            steps: list[Step] = []
            if trace is not None:
                line, when = config.line("routes", at, "when"), f"routes[{at}].when"
                links = (Link(event=("type",)), Link(event=("userId",), payload=("units", 0, "uid")))
                steps.append(Step(rule="when", result="used", message=f"{name} is for {route.get('when')}", config_path=when, config_line=line, links=links))  # fmt: skip
            results.append(Result(name, one(event, route), tuple(steps)))
        return summary(results)

    def one(event: dict[str, Any], route: Any) -> Decision:
        if route.get("enabled") is False:
            return Decision("disabled", "FORK-OFF")
        if event["type"] != route.get("when"):
            return Decision("not-subscribed", "FORK-NOT-FOR", detail=event["type"])
        if "goal" not in route:
            return Decision("drop", "FORK-NO-GOAL")
        if "wrong" in config.wrong or "properties" not in event:
            return Decision("fail", "FORK-FAILS", detail="AggregateError: two\n    no {properties}")
        units = [{"type": "user_id", "uid": event.get("userId", "")}]
        goals = [{"name": route["goal"], "achievedAt": 1_767_225_600_000, "properties": event["properties"]}]
        body = {"publishedAt": 1_767_225_600_000, "units": units, "goals": goals}
        return Decision(
            "send", "FORK-SENT", body, route["goal"], headers=(("X-Agent", "fork"), ("X-Application", "own"))
        )

    return decide


def check_config(config: Config) -> Iterator[Finding]:
    """A route needs a goal, but the others run without it."""
    for at, route in enumerate(config.lists.get("routes", ())):
        if "goal" not in route:
            yield NO_GOAL.at(f"Route {at} has no goal.", **config.at("routes", at, "when"))


def checks_result_with(_config: Config) -> CheckResult:
    """Looks for the name of what is sent."""

    def check(event: dict[str, Any], result: Result, found: list[Finding]) -> None:
        if result.decision.verdict == "send" and not event.get("event") and not event.get("name"):
            found.append(UNNAMED.at(f"What {result.mapping} sends has no name."))

    return check


def coerce(_setting: Setting, value: Any) -> str | None:
    """Numbers and booleans are texts to it."""
    return None if isinstance(value, list | dict) else "" if value is None else str(value)


def shows(decision: Decision, fate: Fate) -> str:
    """What the collector refuses is an error to it."""
    return {"send": "Bad Request" if fate == "refused" else "Success", "fail": "Bad Request"}.get(decision.verdict, "Filtered")  # fmt: skip


_KEYS: Final = {name: {"description": name} for name in ("name", "enabled", "when", "goal")}
FORKS: Final = Destination(
    name="forks",
    title="Forks",
    about="Sends goals on several routes.",
    settings=SETTINGS[:3],
    decide_with=decide_with,
    reasons={
        "FORK-SENT": ReasonType(sentence='goal "{goal}"', goal=True),
        "FORK-NOT-FOR": ReasonType(sentence="not for a {detail}", short="not for it"),
        "FORK-OFF": ReasonType(sentence="switched off", short="off"),
        "FORK-NO-GOAL": ReasonType(sentence="the route has no goal", short="no goal"),
        "FORK-FAILS": ReasonType(sentence="{detail}", short="error"),
    },
    fields=("type", "userId", "properties", "event", "name"),
    rules=(NO_GOAL, UNNAMED),
    several=True,
    lists=(ListSection(name="routes", note="one goal each", about="The routes.", keys=_KEYS, preset=PRESET),),
    checks_result_with=checks_result_with,
    check_config=check_config,
    coerce=coerce,
    shows=shows,
    shows_answer=lambda status, _kind: ("Success", "2xx") if status < 300 else ("Bad Request", "not 2xx"),
    batches=False,
)
