"""What a collector has received, as the shop's page shows it: exposures and goals, and which of them are of the same unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from abtui.core.experiments.assignment import uid_hash

_MOST: Final = 50


def arrivals(received: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The last exposures and goals that were accepted, newest first. `joins` says whether a goal's unit was exposed.

    `received` is what a local collector answers at /received. A join is by unit type and hashed uid, as AB Smartly joins.
    """
    rows = [row for entry in received["accepted"] for body in _bodies(entry) for row in _rows(entry, body)]
    exposed = {row["unit"] for row in rows if row["kind"] == "exposure"}
    for row in rows:
        row["joins"] = row["kind"] == "goal" and row["unit"] in exposed
    return rows[: -_MOST - 1 : -1]


def _bodies(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    body = entry["body"]
    requests: Sequence[Mapping[str, Any]] = body.get("requests", (body,))
    return requests


def _rows(entry: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One row for each exposure and goal of a request, and each of its units."""
    for unit in body["units"]:
        if "uid" not in unit:
            continue
        hashed = unit["uid"] if body.get("hashed") else uid_hash(unit["uid"])
        common = {"unit": f"{unit['type']} {hashed}", "agent": entry["agent"], "receivedAt": entry["receivedAt"]}
        for exposure in body.get("exposures") or ():
            yield {**common, "kind": "exposure", "name": exposure["name"], "variant": exposure["variant"]}
        for goal in body.get("goals") or ():
            yield {**common, "kind": "goal", "name": goal["name"], "variant": None}
