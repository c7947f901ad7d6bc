"""What two decisions do by their mappings: results are paired by the mapping's name, and compared as decisions are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from abtui.core.corpus.comparison.fields import ABSENT, field_changes
from abtui.core.destination import Decision
from abtui.core.outcomes import UNSUBSCRIBED
from abtui.core.report import FieldChange


class Pair(NamedTuple):
    """What one mapping does under OLD and under NEW; None where a config has no such mapping, or it is not for the event."""

    mapping: str
    old: Decision | None
    new: Decision | None


def pairs(old: Decision, new: Decision) -> list[Pair]:
    """The results of both decisions, in the order of NEW and then OLD. At least one of them has results.

    A mapping that has only another name stands for itself. A decision without results is paired with the result that sends
    the same goal, or else with the first that is sent.
    """
    left, right = _parts(old), _parts(new)
    if old.results and new.results:
        _take_names_over(left, right)
    elif len(left) == 1 or len(right) == 1:
        one, several = (left, right) if not old.results else (right, left)
        (name, decision), *others = one.items() if len(one) == 1 else [("", None)]
        if decision is not None and not others and (match := _match(decision, several)) is not None:
            del one[name]
            one[match] = decision
    return [Pair(name, left.get(name), right.get(name)) for name in dict.fromkeys((*right, *left))]


def _parts(decision: Decision) -> dict[str, Decision]:
    """What is decided by each mapping that is for the event; of a decision without results, itself if it sends something."""
    if not decision.results:
        return {"": decision} if decision.verdict == "send" else {}
    results = (result for result in decision.results if result.decision.verdict not in UNSUBSCRIBED)
    return {result.mapping: result.decision for result in results}


def _take_names_over(old: dict[str, Decision], new: dict[str, Decision]) -> None:
    """Give the old mapping that does the same as a new one the name of it, where neither name is known to the other."""
    for name in [name for name in new if name not in old]:
        same = next((other for other, decision in old.items() if other not in new and decision == new[name]), None)
        if same is not None:
            old[name] = old.pop(same)


def _match(decision: Decision, parts: dict[str, Decision]) -> str | None:
    sent = {name: part for name, part in parts.items() if part.verdict == "send"}
    return next((name for name, part in sent.items() if part.goal == decision.goal), next(iter(sent), None))


def differing(old: Decision, new: Decision) -> tuple[str, ...]:
    """The mappings that do something else, by name; none where neither decision has results."""
    if not (old.results or new.results):
        return ()
    return tuple(pair.mapping for pair in pairs(old, new) if pair.old != pair.new and pair.mapping)


def sends(decision: Decision | None) -> bool:
    """Whether a decision makes a request."""
    if decision is None:
        return False
    return decision.verdict == "send" or any(result.decision.verdict == "send" for result in decision.results)


def bodies_of(decision: Decision) -> Any:
    """The body that is sent, or a map of the bodies by mapping where there are several; ABSENT without any."""
    sent = {name: part.body for name, part in _parts(decision).items() if part.verdict == "send"}
    return sent if len(sent) > 1 else next(iter(sent.values()), ABSENT)


def part_changes(old: Decision | None, new: Decision | None, label: str = "") -> Iterator[FieldChange]:
    """The fields that differ between two decisions about one request: its own headers, and its body."""
    left, right = (of if of is not None and of.verdict == "send" else None for of in (old, new))
    if left is not None and right is not None:
        headers = dict(left.headers), dict(right.headers)
        for name in headers[0] | headers[1]:
            if headers[0].get(name) != headers[1].get(name):
                yield FieldChange(f"{label}header {name}", headers[0].get(name), headers[1].get(name))
    for item in field_changes(*(ABSENT if of is None else of.body for of in (left, right))):
        yield FieldChange(f"{label}{item.path}", item.old, item.new)


def result_changes(old: Decision, new: Decision) -> Iterator[FieldChange]:
    """The fields of all results that differ, each with the name of its mapping.

    The verdict and the reason of a decision without results are those of the event, which are told there.
    """
    for mapping, left, right in pairs(old, new):
        label = f"{mapping}: " if mapping else ""
        verdicts = tuple(None if of is None else of.verdict for of in (left, right))
        reasons = tuple(None if of is None else f"{of.code} {of.detail}".rstrip() for of in (left, right))
        if mapping and verdicts[0] != verdicts[1]:
            yield FieldChange(f"{label}verdict", *verdicts)
        if mapping and reasons[0] != reasons[1]:
            yield FieldChange(f"{label}reason", *reasons)
        yield from part_changes(left, right, label)
