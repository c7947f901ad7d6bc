"""A destination in one short file where each event has a result for each route of the config, and so perhaps several requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from abtui.core import destination as contract
from abtui.core.config import Config
from abtui.core.destination import Decision, ReasonType
from abtui.core.destinations.classic.settings import SETTINGS
from abtui.core.findings import Finding, error, warning
from abtui.core.mapping_names import names_of
from abtui.core.outcomes import Link, Step

NO_GOAL: Final = error("FORK-NO-GOAL", "A route without a goal", "The route cannot send anything.")
UNNAMED: Final = warning("FORK-UNNAMED", "An event without a name", "Nobody can tell what it is about.")
PRESET: Final = tuple({"name": name, "when": name, "goal": name} for name in ("track", "page"))
_AT: Final = 1_767_225_600_000


def _one(event: dict[str, Any], route: Any) -> Decision:
    if route.get("enabled") is False:
        return Decision("disabled", "FORK-OFF")
    if event["type"] != route.get("when"):
        return Decision("not-subscribed", "FORK-NOT-FOR", detail=event["type"])
    if "goal" not in route:
        return Decision("drop", "FORK-NO-GOAL")
    if "properties" not in event:
        return Decision("fail", "FORK-FAILS", detail="AggregateError: two\n    no {properties}")
    goals = [{"name": route["goal"], "achievedAt": _AT, "properties": event["properties"]}]
    body = {"publishedAt": _AT, "units": [{"type": "user_id", "uid": event.get("userId", "")}], "goals": goals}
    return Decision("send", "FORK-SENT", body, route["goal"], headers=(("X-Agent", "fork"), ("X-Application", "own")))


def _step(config: Config, at: int, name: str) -> Step:
    links = (Link(event=("type",)), Link(event=("userId",), payload=("units", 0, "uid")))
    return Step(rule="when", result="used", message=name, config_path=f"routes[{at}].when", config_line=config.line("routes", at, "when"), links=links)  # fmt: skip


def _decide_with(config: Config) -> contract.Decide:
    routes = config.lists.get("routes", PRESET)
    names = list(names_of(routes))

    def decide(event: dict[str, Any], trace: contract.Trace | None) -> Decision:
        steps = [() if trace is None else (_step(config, at, name),) for at, name in enumerate(names)]
        made = (_one(event, route) for route in routes)
        return contract.summary(list(map(contract.Result, names, made, steps)))

    return decide


def _check_config(config: Config) -> Iterator[Finding]:
    for at, route in enumerate(config.lists.get("routes", ())):
        if "goal" not in route:
            yield NO_GOAL.at(f"Route {at} has no goal.", **config.at("routes", at, "when"))


def _check_result(event: dict[str, Any], result: contract.Result, found: list[Finding]) -> None:
    if result.decision.verdict == "send" and not event.get("event") and not event.get("name"):
        found.append(UNNAMED.at(f"What {result.mapping} sends has no name."))


FORKS: Final = contract.Destination(
    name="forks", title="Forks", about="Sends goals on several routes.", settings=SETTINGS[:3], decide_with=_decide_with,
    reasons={
        "FORK-SENT": ReasonType(sentence='goal "{goal}"', goal=True),
        "FORK-NOT-FOR": ReasonType(sentence="not for a {detail}", short="not for it"),
        "FORK-OFF": ReasonType(sentence="switched off", short="off"),
        "FORK-NO-GOAL": ReasonType(sentence="the route has no goal", short="no goal"),
        "FORK-FAILS": ReasonType(sentence="{detail}", short="error"),
    },
    fields=("type", "userId", "properties", "event", "name"), rules=(NO_GOAL, UNNAMED), several=True, batches=False,
    lists=(contract.ListSection(name="routes", note="one goal each", about="The routes.", preset=PRESET, keys={key: {"description": key} for key in ("name", "enabled", "when", "goal")}),),
    checks_result_with=lambda _config: _check_result, check_config=_check_config,
    coerce=lambda _setting, value: None if isinstance(value, list | dict) else "" if value is None else str(value),
    shows=lambda decision, fate: "Bad Request" if "fail" in (decision.verdict, fate[:4]) or fate == "refused" else "Success" if decision.verdict == "send" else "Filtered",
    shows_answer=lambda status, _kind: ("Success", "2xx") if status < 300 else ("Bad Request", "not 2xx"),
)  # fmt: skip
