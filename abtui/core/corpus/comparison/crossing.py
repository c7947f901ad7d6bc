"""Events at two destinations: what both send, what only one does, and what differs in the requests of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

import msgspec

from abtui.core.corpus.comparison.model import Crossing, CrossingTime
from abtui.core.corpus.comparison.several import Pair, pairs, sends
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.tally import count
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destination import Decision, Result
from abtui.core.destinations import destination_of
from abtui.core.fate import ARRIVING
from abtui.core.outcomes import Fate
from abtui.core.text.javascript import stringify

Trait = Literal[
    "same", "sent_twice", "lost", "new", "other_goal", "other_units", "other_properties", "other_time", "other_headers", "neither"
]  # fmt: skip
"""What is counted, as the result names it."""
_REACHED: Final[frozenset[Fate]] = frozenset((*ARRIVING, "unknown"))
_IN_BODY: Final = frozenset({"other_time", "other_properties"})
_SPANS: Final = ((1_000, "under a second"), (60_000, "under a minute"), (3_600_000, "under an hour"))
_LONGER: Final = "an hour or more"
_MOST_COMPARED: Final = 500
_NO_DATE: Final = "no date on one side"


class _Request(NamedTuple):
    """What two requests are compared in. Headers are compared as they are sent, the key apart."""

    goal: Any
    units: Any
    properties: Any
    time: Any


class CrossingCounts(Fold):
    """Counts how events fare at two destinations, by the decisions about them."""

    counted: ClassVar[tuple[str, ...]] = ("_traits", "_times")

    def __init__(self, old: Mapper, new: Mapper) -> None:
        self._mappers = old, new
        configs = old.config, new.config
        frames = [destination_of(config.destination).frame(config.default_target) for config in configs]
        self._frames = tuple(frame.headers for frame in frames)
        keys = [config.default_target.api_key for config in configs]
        self._apart = frames[0].url != frames[1].url or keys[0] != keys[1]
        self._compared: dict[tuple[object, object], bool] = {}
        self._traits: Counter[Trait] = Counter()
        self._times: Counter[str] = Counter()

    def add(
        self, old: Decision, new: Decision, fates: tuple[Fate, Fate], kinds: tuple[str, ...], times: int
    ) -> tuple[str, ...]:
        """Count an event with its fates, or with negative `times` remove it. Returns those of the ways in which it changes that count here.

        Another reason for sending a request does not, as no two destinations have the same ones; nor do `publishedAt` and
        `historic`, in which their bodies always differ.
        """
        traits: set[Trait] = set()
        if sends(old) and sends(new):
            traits.add("sent_twice")
        all_reach = _REACHED.issuperset(fates)
        for pair in pairs(old, new):
            traits.update(self._differing(pair, all_reach=all_reach))
            if "other_time" in traits and (shift := shift_of(pair)) != 0:
                count(self._times, _span(shift), times)
        if not traits:
            traits.add("neither")
        elif traits == {"sent_twice"}:
            traits.add("same")
        for trait in traits:
            count(self._traits, trait, times)
        kept = [
            kind
            for kind in kinds
            if kind not in ("body", "request") and (kind != "reason" or "sent_twice" not in traits)
        ]
        return (*kept, *(["body"] if traits & _IN_BODY else []), *(["request"] if "other_headers" in traits else []))

    def _reaches(self, decision: Decision | None, side: Literal[0, 1]) -> bool:
        """Whether what one side sends arrives or is accepted, as far as it is known."""
        return decision is not None and sends(decision) and self._mappers[side].fate(decision) in _REACHED

    def _differing(self, pair: Pair, *, all_reach: bool) -> Iterator[Trait]:
        """In what a request of one destination differs from that of the other. `all_reach`: whatever is sent is accepted."""
        if all_reach:
            reach = sends(pair.old), sends(pair.new)
        else:
            reach = self._reaches(pair.old, 0), self._reaches(pair.new, 1)
        if reach[0] != reach[1]:
            yield "lost" if reach[0] else "new"
        if pair.old is None or pair.new is None or not (sends(pair.old) and sends(pair.new)):
            return
        left, right = _request(pair.old.body), _request(pair.new.body)
        if left.goal != right.goal:
            yield "other_goal"
        if left.units != right.units and _units(left.units) != _units(right.units):
            yield "other_units"
        if left.properties is not right.properties and stringify(left.properties) != stringify(right.properties):
            yield "other_properties"
        if left.time != right.time:
            yield "other_time"
        if self._apart or self._other_headers(pair.old, pair.new):
            yield "other_headers"

    def _other_headers(self, old: Decision, new: Decision) -> bool:
        """Whether two requests have other headers. Few different ones occur, and so each pair is compared once."""
        known, own = self._compared, (old.headers, new.headers)
        if own not in known:
            if len(known) >= _MOST_COMPARED:
                known.clear()
            known[own] = _keyless(self.headers(old, 0)) != _keyless(self.headers(new, 1))
        return known[own]

    def headers(self, decision: Decision, side: Literal[0, 1]) -> dict[str, str]:
        """The headers of a request of one side as they are sent, with the key as it may be shown."""
        return {**self._frames[side], **dict(decision.headers)}

    def whole(self, decision: Decision, side: Literal[0, 1]) -> Decision:
        """A decision of one side with all headers that its requests have."""
        headers = tuple(self.headers(decision, side).items())
        results = tuple(Result(item.mapping, self.whole(item.decision, side), item.steps) for item in decision.results)
        return msgspec.structs.replace(decision, headers=headers, results=results)

    def result(self) -> Crossing:
        """What was counted so far."""
        counts: dict[str, int] = {trait: self._traits[trait] for trait in get_args(Trait)}
        spans = (*(text for _limit, text in _SPANS), _LONGER, _NO_DATE)
        return Crossing(
            **counts,
            times=tuple(CrossingTime(text, self._times[text]) for text in spans if self._times[text]),
        )


def shift_of(pair: Pair) -> int | float | None:
    """By how many milliseconds the second of two requests is later; None without a date on one side, 0 unless both are sent."""
    if pair.old is None or pair.new is None or not (sends(pair.old) and sends(pair.new)):
        return 0
    left, right = _request(pair.old.body).time, _request(pair.new.body).time
    if left == right:
        return 0
    is_time = isinstance(left, int | float) and isinstance(right, int | float)
    return right - left if is_time else None


def _span(shift: int | float | None) -> str:
    if shift is None:
        return _NO_DATE
    return next((text for limit, text in _SPANS if abs(shift) < limit), _LONGER)


def _keyless(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != KEY_HEADER}


def _units(units: Any) -> Any:
    """Units in an order of their own: they are a set."""
    return sorted(map(stringify, units)) if isinstance(units, list) else units


def _request(body: Any) -> _Request:
    """A body of any destination, which may be anything where an event brings it."""
    if not isinstance(body, dict):
        return _Request(None, None, body, None)
    goals, units = body.get("goals"), body.get("units")
    goal = goals[0] if isinstance(goals, list) and len(goals) == 1 else None
    if isinstance(goal, dict) and "exposures" not in body:
        return _Request(goal.get("name"), units, goal.get("properties"), goal.get("achievedAt"))
    exposures = body.get("exposures")
    first = exposures[0] if isinstance(exposures, list) and exposures else None
    time = first.get("exposedAt") if isinstance(first, dict) else body.get("publishedAt")
    return _Request(
        None, units, [goals, _timeless(exposures, "exposedAt"), _timeless(body.get("attributes"), "setAt")], time
    )


def _timeless(items: Any, time: str) -> Any:
    """A list of maps without their times, which are compared apart."""
    if not isinstance(items, list):
        return items
    return [{k: v for k, v in item.items() if k != time} if isinstance(item, dict) else item for item in items]
