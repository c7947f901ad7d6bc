"""What each setting that differs does to the events, as far as the counts tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from abtui.core.corpus.comparison.counts import Counts
from abtui.core.corpus.comparison.fates import FateCounts
from abtui.core.corpus.comparison.settings import KeyPath
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destination import FETCH_THROWS
from abtui.core.destinations import short_reason
from abtui.core.outcomes import Verdict
from abtui.core.text.plain import plural

Effect = tuple[str, int | None]
"""A sentence, and the number of events that change by this entry; None where that cannot be told of it alone."""

_NOTHING_SENT: Final = "Changes nothing that is sent."
_NONE: Final[Effect] = "Changes none of these events.", 0
_STOPS: Final = {
    "enablePageViewTracking": "PAGE-TRACKING-OFF",
    "enableAppScreenViewTracking": "SCREEN-TRACKING-OFF",
    "enableExposureTracking": "EXPOSURE-TRACKING-OFF",
}
_FRAME: Final = {
    "apiKey": KEY_HEADER, "collectorEndpoint": "URL", "environment": "X-Environment", "application": "X-Application"
}  # fmt: skip
"""What of a request a setting is told in: `FrameChange.name`."""
_JUDGED: Final = frozenset({"X-Environment", "X-Application"})
"""Headers that the catalog is asked about."""
_VIEWS: Final = ("GOAL-PAGE", "GOAL-SCREEN")
_BEFORE_UNITS: Final = ("PAGE-TRACKING-OFF", "SCREEN-TRACKING-OFF", "NO-HANDLER")
"""What stops an event, by other settings, before units are looked for."""
_OF_UNITS: Final = (*_VIEWS, "ATTRIBUTES", "NO-UNIT")
"""What becomes of such an event where units are looked for."""


class Effects:
    """Tells effects from the counts, the matrix of verdicts and the fates.

    `catalogs` is how many entries of the catalog differ, `frame` names what differs around every body, `fetch` the settings
    over which the function's fetch throws; `units` and `findings` are the events that change in these.
    """

    def __init__(
        self,
        counts: Counts,
        verdicts: Mapping[Verdict, Mapping[Verdict, int]],
        fates: FateCounts,
        *,
        catalogs: int,
        frame: frozenset[str],
        fetch: frozenset[str],
        units: int,
        findings: int,
    ) -> None:
        self._counts, self._frame, self._fetch = counts, frame, fetch
        self._units, self._findings = units, findings
        self._fates, self._catalogs = fates, catalogs
        self._sent = verdicts["send"]["send"]
        self._sent_once = (
            sum(verdicts["send"].values()) + sum(row["send"] for row in verdicts.values()) - 2 * self._sent
        )

    def of(self, path: KeyPath) -> Effect:
        """What the entry at `path` does."""
        sentence, events = self._of(path)
        if events == 0 and self._findings and path[0] != "check":
            return f"{_NOTHING_SENT} Findings are not counted by setting.", None
        return sentence, events

    def _of(self, path: KeyPath) -> Effect:
        match path:
            case ("settings", name) if name in self._fetch:
                return self._of_toggle(FETCH_THROWS)
            case ("settings", name) if name in _FRAME:
                if _FRAME[name] not in self._frame:
                    return _NOTHING_SENT, 0
                return _told("Changes the request of {}.", "event", self._sent, shared=self._sent_once)
            case ("settings", name) if name in _STOPS:
                return self._of_toggle(_STOPS[name])
            case ("settings", "goalMapping", key):
                return self._of_goal(key)
            case ("settings", "unitMapping", *_):
                return self._of_unit_mapping()
            case ("behavior", "identify"):
                events = sum(side.total() for side in self._beside("NO-HANDLER"))
                return _told("Changes what becomes of {}.", "identify call", events)
            case ("behavior", "viewGoalNames"):
                named = sum(self._counts.renamed_by_code[code] for code in _VIEWS)
                shared = sum(side.total() for code in _VIEWS for side in self._beside(code))
                return _told("Renames the goal of {}.", "page and screen call", named, shared=shared)
            case ("catalog", *_):
                return self._of_catalog()
        return _NOTHING_SENT, 0

    def _of_catalog(self) -> Effect:
        """An entry of the catalog changes fates alone. With another entry, or another environment, it cannot be told of it alone."""
        alone = self._fates.alone
        if not alone and self._fates.decided:
            return "Changes no fate of the events whose request stays the same.", None
        if not alone:
            return "Changes the fate of none of these events.", 0
        if self._catalogs == 1 and not self._frame & _JUDGED:
            return _told("Changes the fate of {}, and no request.", "event", alone)
        return f"Together with what else fates rest on: another fate for {plural(alone, 'event')}.", None

    def _of_toggle(self, code: str) -> Effect:
        lets, stops = self._beside(code)
        others = lets or stops
        total = others.total()
        # Of as many, the order is that of their names, and not that in which they came.
        most = sorted(others.items(), key=lambda item: (-item[1], item[0]))
        unsent = {reason: count for (verdict, reason), count in most if verdict != "send"}
        if not unsent:
            return _told("Lets {} through." if lets else "Stops {}.", "event", total)
        rest = sum(unsent.values())
        why = ", ".join(f"{count:,} {short_reason(reason)}" for reason, count in unsent.items())
        verbs = ("is", "are") if lets else ("was", "were")
        what = "Does not stop" if lets else "Stops"
        was_sent, was_not = (f"{count:,} {verbs[count != 1]}" for count in (total - rest, rest))
        return f"{what} {plural(total, 'event')}: {was_sent} sent, {was_not} not ({why}).", total

    def _of_goal(self, key: str) -> Effect:
        by_key = self._counts.by_key
        renamed, kept = by_key[key, "renamed"], by_key[key, "kept"]
        if not kept:
            return _told("Renames the goal of {}.", "event", renamed, shared=by_key[key, "one side"])
        changes = f"changes {plural(kept, 'event')} without renaming the goal."
        if not renamed:
            return changes.capitalize(), kept
        return f"Renames the goal of {plural(renamed, 'event')}, and {changes}", renamed + kept

    def _of_unit_mapping(self) -> Effect:
        found, lost = (
            sum(count for (verdict, _code), count in side.items() if verdict == "send")
            for side in self._beside("NO-UNIT")
        )
        parts = []
        if self._units:
            parts.append(f"other units in {plural(self._units, 'event')}")
        if lost:
            parts.append(f"no unit left in {plural(lost, 'event')}")
        if found:
            parts.append(f"a unit in {plural(found, 'event')} that had none")
        if parts:
            return f"The changes of unitMapping together: {', '.join(parts)}.", None
        if any(
            (old in _BEFORE_UNITS and new in _OF_UNITS) or (new in _BEFORE_UNITS and old in _OF_UNITS)
            for _old_verdict, old, _new_verdict, new in self._counts.reasons
        ):
            return "Changes none of the events that both configs look for units in.", None
        return _NONE

    def _beside(self, code: str) -> tuple[Counter[tuple[Verdict, str]], Counter[tuple[Verdict, str]]]:
        """Events that have a reason under OLD only, by what they have under NEW; and the other way round."""
        old_only: Counter[tuple[Verdict, str]] = Counter()
        new_only: Counter[tuple[Verdict, str]] = Counter()
        for (old_verdict, old, new_verdict, new), count in self._counts.reasons.items():
            if old == code != new:
                old_only[new_verdict, new] += count
            elif new == code != old:
                new_only[old_verdict, old] += count
        return old_only, new_only


def _told(sentence: str, noun: str, events: int, *, shared: int = 0) -> Effect:
    """A sentence about a number of events. `shared` more are sent with one config only, and change by another entry, too."""
    if events:
        return sentence.format(plural(events, noun)), events
    if shared:
        return "Changes none of the events that both configs send.", None
    return _NONE
