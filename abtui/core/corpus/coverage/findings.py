"""Findings counted by code, and which of them count for, and fail, a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from abtui.core.checks import REPEATED, repeated_finding
from abtui.core.config import Policy
from abtui.core.corpus.coverage.model import FindingGroup, Place
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.places import AFTER, LeastPlaces, Rank
from abtui.core.corpus.repeated_ids import RepeatedIds
from abtui.core.findings import RULES, Finding, Severity, fits

_SEVERITIES: Final = ("error", "warning", "info")
_FAILING: Final = {"error": ("error",), "warning": ("error", "warning"), "never": ()}
"""The severities that fail a check, by `failOn`."""
_GUARDS: Final = frozenset(
    {"CONFIG-CATALOG-FILE", "CONFIG-EXPERIMENTS-FILE", "CONFIG-UNKNOWN-CODE", "CONFIG-UNKNOWN-KEY"}
)
"""Mistakes because of which a config checks less than it seems to: the check would pass for the wrong reason."""


def counts(code: str, policy: Policy) -> bool:
    """Whether findings of `code` are selected and not ignored."""
    selected = not policy.select or any(fits(code, pattern) for pattern in policy.select)
    return selected and not any(fits(code, pattern) for pattern in policy.ignore)


def fails(group: FindingGroup, policy: Policy) -> bool:
    """Whether these findings, which count, fail the check."""
    if group.code in _GUARDS and policy.fail_on != "never":
        return True
    return severity_fails(group.severity, policy)


def severity_fails(severity: Severity, policy: Policy) -> bool:
    """Whether findings of a severity fail."""
    return severity in _FAILING[policy.fail_on]


class FindingTally(Fold):
    """Findings by code, with the first `places` places of each. Findings that the policy leaves out are not counted."""

    counted: ClassVar[tuple[str, ...]] = ("_counts", "_events", "_places")

    def __init__(self, policy: Policy, places: int) -> None:
        self._policy, self._most_places = policy, places
        self._counted = {code for code in RULES if counts(code, policy)}
        self._counts: Counter[str] = Counter()
        self._events: Counter[str] = Counter()
        self._places: dict[str, LeastPlaces[Place]] = {}

    def add_event(self, findings: Sequence[Finding], source: str, rank: Rank) -> None:
        """Count the findings of one event, or of one piece of text that is none, at a place in the input."""
        self.add(findings, source, rank)
        if findings:
            self._events.update({item.code for item in findings} & self._counted)

    def add_again(self, findings: Sequence[Finding], times: int) -> None:
        """Count so many more events with these findings, none of whose places would be kept."""
        for item in findings:
            if item.code in self._counted:
                self._counts[item.code] += times
        for code in {item.code for item in findings} & self._counted:
            self._events[code] += times

    def add(self, findings: Iterable[Finding], source: str, rank: Rank, times: int = 1) -> None:
        """Count findings of `source`, so many times; they are shown once."""
        for item in findings:
            code = item.code
            if code not in self._counted:
                continue
            self._counts[code] += times
            places = self._places.get(code)
            if places is None:
                places = self._places[code] = LeastPlaces(self._most_places)
            if places.wants(rank):
                places.add(rank, _place(item, source))

    def add_repeats(self, repeated: RepeatedIds) -> None:
        """Count the events that have the messageId of an earlier one."""
        number, repeats = repeated.repeats()
        for at, (place, earlier) in enumerate(repeats):
            self.add((repeated_finding(earlier),), place, (AFTER, at))
        if number and REPEATED.code in self._counted:
            self._counts[REPEATED.code] = self._events[REPEATED.code] = number

    def copy(self) -> FindingTally:
        """An independent copy."""
        other = FindingTally(self._policy, self._most_places)
        other._counts, other._events = self._counts.copy(), self._events.copy()
        other._places = {code: places.copy() for code, places in self._places.items()}
        return other

    def groups(self) -> tuple[FindingGroup, ...]:
        """The findings counted so far, the most severe and then the most frequent first."""
        return tuple(
            FindingGroup(
                code=code,
                severity=RULES[code].severity,
                title=RULES[code].title,
                count=count,
                events=self._events[code],
                places=tuple(self._places[code].values()),
            )
            for code, count in sorted(self._counts.items(), key=_rank)
        )


def _place(item: Finding, source: str) -> Place:
    return Place(
        source=source,
        message=item.message,
        hint=item.hint,
        event_path=item.event_path,
        payload_path=item.payload_path,
        config_line=item.config_line,
        line=item.line,
        column=item.column,
    )


def _rank(item: tuple[str, int]) -> tuple[int, int, str]:
    code, count = item
    return _SEVERITIES.index(RULES[code].severity), -count, code
