"""All certain changes together: one after the other, each proven on the text that those before it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from abtui.core.events import Event
from abtui.core.findings import Finding
from abtui.core.remedy.model import Remedy, holds_finding, together
from abtui.core.remedy.remedies import Remedies

Found = tuple[Finding, Event | None]
"""A finding, with its event if it is about one."""
_MOST: Final = 200
"""Changes that are made at once: a person looks through their lines before."""


def certain_changes(
    remedies: Remedies,
    found: Iterable[Found],
    stopped: Callable[[], bool] = lambda: False,
    lost: Iterable[Event] = (),
) -> Remedy | None:
    """The certain changes for all these findings, and then for events that are still `lost`, as one; None if there are none.

    A finding may come several times, for each of its events. It takes a while for many: call it in a thread, and let `stopped`
    tell when nobody waits for it any more.
    """
    if (mistake := remedies.of_mistake()) is not None:
        return mistake
    chain = _Chain(remedies)
    tried: set[tuple[str, str, str | None]] = set()
    for finding, event in found:
        name = None if event is None else str(event.value.get("event"))
        if (key := (finding.code, finding.message, name)) not in tried:
            tried.add(key)
            chain.add(finding, event)
        if stopped() or len(chain) >= _MOST:
            break
    for event in lost:
        if stopped() or len(chain) >= _MOST:
            break
        chain.mend(event)
    return chain.remedy()


class _Chain:
    """A text that is changed again and again. Each change is looked for in the text that those before it made."""

    def __init__(self, remedies: Remedies) -> None:
        self._first = self._now = remedies
        self._changes: list[Remedy] = []

    def __len__(self) -> int:
        return len(self._changes)

    def remedy(self) -> Remedy | None:
        """All changes so far, as one."""
        return together(self._changes, f"Make {len(self):,} certain changes")

    def add(self, finding: Finding, event: Event | None) -> None:
        """Make the change of one finding, unless it is gone already, or its event would be worse off."""
        there = self._there(finding, event)
        change = None if there is None else self._now.of_finding(there, event)
        if change is not None and change.changes == "config":
            self._make(change)

    def _make(self, change: Remedy) -> None:
        self._now = self._now.of_text(change.after)
        self._changes.append(change)

    def mend(self, event: Event) -> None:
        """Make the change of the config after which an event gets further, if there is one."""
        change = self._now.of_event(event)
        if change is not None and change.changes == "config":
            self._make(msgspec.structs.replace(change, title=f"{change.title}: {self._now.shown_name(event)}"))

    def _there(self, finding: Finding, event: Event | None) -> Finding | None:
        """The finding, perhaps at another place now; None if an earlier change took it away."""
        if event is None and not holds_finding(self._first.reading.findings, finding):
            # It is about the config and all events, such as an entry that none of them uses.
            return finding
        outcome = None if event is None else self._now.outcome(event)
        found = self._now.reading.findings if outcome is None else outcome.findings
        return next((item for item in found if holds_finding((item,), finding)), None)
