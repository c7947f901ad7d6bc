"""Counting findings by their codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Final

from abtui.core.config import Policy
from abtui.core.corpus.coverage.model import FindingGroup, Place
from abtui.core.corpus.coverage.policy import counts
from abtui.core.findings import RULES, Finding

_SEVERITIES: Final = ("error", "warning", "info")


class FindingTally:
    """Findings by code, with the first `places` places of each. What the policy leaves out is not counted."""

    def __init__(self, policy: Policy, places: int) -> None:
        self._most_places = places
        self._counted = {code for code in RULES if counts(code, policy)}
        self._counts: Counter[str] = Counter()
        self._events: Counter[str] = Counter()
        self._places: dict[str, list[Place]] = {}

    def add_event(self, findings: Sequence[Finding], source: str) -> None:
        """Count the findings of one event, or of one piece of text that is none."""
        self.add(findings, source)
        if findings:
            self._events.update({item.code for item in findings} & self._counted)

    def add(self, findings: Iterable[Finding], source: str) -> None:
        """Count findings that were met in `source`."""
        for item in findings:
            code = item.code
            if code not in self._counted:
                continue
            self._counts[code] += 1
            places = self._places.setdefault(code, [])
            if len(places) < self._most_places:
                places.append(_place(item, source))

    def copy(self) -> FindingTally:
        """A tally that goes on by itself from here."""
        other = copy(self)
        other._counts, other._events = self._counts.copy(), self._events.copy()
        other._places = {code: list(places) for code, places in self._places.items()}
        return other

    def groups(self) -> tuple[FindingGroup, ...]:
        """The findings counted so far, the gravest and most frequent first."""
        return tuple(
            FindingGroup(
                code=code,
                severity=RULES[code].severity,
                title=RULES[code].title,
                count=count,
                events=self._events[code],
                places=tuple(self._places[code]),
            )
            for code, count in sorted(self._counts.items(), key=_gravest)
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


def _gravest(item: tuple[str, int]) -> tuple[int, int, str]:
    code, count = item
    return _SEVERITIES.index(RULES[code].severity), -count, code
