"""The figures of `abtui experiments`: events a second, and peak memory with many units."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import partial

from abtui.core.experiments.assignment import uid_hash
from tests.benchmarks.figures import Figure, in_turns, paired
from tests.benchmarks.headless import LOADS, peak
from tests.benchmarks.workspace import Workspace, one_core, python, seconds

_MOST_MB = 250
_START = 1_775_881_805_548


def experiments(space: Workspace) -> list[Figure]:
    """Events a second on one core against orjson.loads of each line; and the peak with one unit for every five events, twice."""
    size = 2_000 if space.brief else 100_000
    few = _corpus(space, size)
    many = _corpus(space, 2_000 if space.brief else 200_000 if space.quick else 1_000_000)
    command = (
        *space.abtui,
        "experiments",
        str(space.config()),
        few,
        "--fail-on",
        "never",
        "--format",
        "json",
        "--jobs",
        "1",
    )
    with one_core():
        totals = in_turns(
            space.rounds(5), *(partial(seconds, space, one) for one in (python("-c", LOADS, few), command)), warm=False
        )
    yardstick, own = ([size / taken for taken in values] for values in totals)
    rate = paired("experiments", "experiments", "events/s", own, "orjson.loads", yardstick)
    high = peak(space, tuple(many if part == few else part for part in command))
    name = "peak of experiments, many people"
    return [rate, Figure("experiments", name, high, "MB", floor=f"at most {_MOST_MB} MB", holds=high <= _MOST_MB)]


def _corpus(space: Workspace, count: int) -> str:
    """A file of exposures and orders in turn, each of one of `count / 5` people, who have two units."""
    path = space.folder / f"experiments-{count}.jsonl"
    if not path.exists():
        with path.open("w", encoding="utf-8") as file:
            file.writelines(_lines(count))
    return str(path)


def _lines(count: int) -> Iterator[str]:
    chance = random.Random(1)
    flags = {"assigned": True, "eligible": True, "overridden": False, "fullOn": False, "custom": False}
    for number in range(count):
        person, at = chance.randrange(count // 5), _START + number
        user, visitor = f"u{person}", f"a-{person}"
        units = [{"type": "user_id", "uid": uid_hash(user)}, {"type": "anonymous_id", "uid": uid_hash(visitor)}]
        exposure = {"id": 1, "name": "checkout", "unit": "user_id", "exposedAt": at, "variant": person % 2, **flags}
        payload = {"publishedAt": at, "hashed": True, "units": units, "exposures": [exposure]}
        event = {
            "type": "track",
            "event": "Order Completed" if number % 2 else "Experiment Viewed",
            "userId": user,
            "anonymousId": visitor,
            "messageId": f"m{number}",
            "properties": {"order_id": f"o{number}", "revenue": 12.5} if number % 2 else {"absmartly": payload},
            "context": {"page": {"path": "/checkout", "title": "Checkout"}},
            "originalTimestamp": "2026-04-11T04:40:05.548Z",
            "sentAt": "2026-04-11T04:40:05.761Z",
            "timestamp": "2026-04-11T04:40:05.606Z",
        }
        yield json.dumps(event) + "\n"
