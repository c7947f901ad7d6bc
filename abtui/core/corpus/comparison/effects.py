"""What each changed setting does to the events, as far as the counts show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final, Protocol

from abtui.core.config import Config
from abtui.core.corpus.comparison.model import URL
from abtui.core.corpus.comparison.settings import KeyPath, destinations_of
from abtui.core.corpus.effect import NO_EFFECT, ChangeCounts, Effect, counted
from abtui.core.destination import FETCH_THROWS, Setting
from abtui.core.destinations import short_reason
from abtui.core.fetch import fetch_error
from abtui.core.text.plain import plural

_NOTHING_SENT: Final = "Changes nothing that is sent."


class FateShares(Protocol):
    """`decided` events about which the configs decide differently, and `alone` of which only the fate changes."""

    alone: int
    decided: int


class Effects:
    """Derives the effect of a setting from the counts.

    `paths` are all entries that differ, `frame` names the parts of a request that differ around its body, and `findings` is
    the number of events whose findings change.
    """

    def __init__(
        self,
        configs: tuple[Config, Config],
        counts: ChangeCounts,
        fates: FateShares,
        *,
        paths: Collection[KeyPath],
        frame: Collection[str],
        findings: int,
    ) -> None:
        self._destinations = destinations_of(*configs)
        self._counts, self._fates = counts, fates
        self._lists = {section.name for of in self._destinations for section in of.lists}
        self._mappings = Counter(path[:2] for path in paths if path[0] in self._lists)
        self._catalogs = sum(path[0] == "catalog" for path in paths)
        self._frame, self._findings = frame, findings
        errors = [fetch_error(config.default_target) for config in configs]
        self._fetch = {("settings", error.setting) for error in errors if error is not None}

    def of(self, path: KeyPath) -> Effect:
        """The effect of the entry at `path`."""
        if path[0] in self._lists:
            effect = self._of_mapping(path)
        else:
            effect = self._of_catalog() if path[0] == "catalog" else self._of_setting(path)
        if effect.events == 0 and self._findings and path[0] not in ("check", "experiments"):
            return Effect(f"{_NOTHING_SENT} Findings are not counted by setting.", None)
        return effect

    def _of_setting(self, path: KeyPath) -> Effect:
        stops = [code for of in self._destinations for code, reason in of.reasons.items() if path == reason.setting]
        if path in self._fetch or stops:
            return self._of_toggle(*([FETCH_THROWS] if path in self._fetch else stops))
        for destination in self._destinations:
            effect = destination.effect(path, self._counts)
            if effect is not None:
                return effect
            if (setting := destination.setting_at(path)) is not None:
                return self._by_table(setting, path)
        return self._together() if path == ("destination",) else Effect(_NOTHING_SENT, 0)

    def _by_table(self, setting: Setting, path: KeyPath) -> Effect:
        part = URL if setting.kind == "address" else setting.header
        if setting.of_target and part:
            if part not in self._frame:
                return Effect(_NOTHING_SENT, 0)
            shared = self._counts.sent_once
            return counted("Changes the request of {}.", "event", self._counts.sent, shared=shared)
        return self._of_name(path[2]) if setting.keys == "names" and len(path) == 3 else self._together()

    def _of_mapping(self, path: KeyPath) -> Effect:
        """The effect of an entry of a list: that of all entries of the mapping which differ."""
        if len(path) == 1 or len(self._destinations) > 1:
            return self._together()
        events = self._counts.by_mapping[path[1]]
        if self._mappings[path[:2]] == 1 or not events:
            return counted("Changes what the mapping does with {}.", "event", events)
        return Effect(f"What differs in this mapping changes {plural(events, 'event')} together.", None)

    def _together(self) -> Effect:
        """The effect of a setting whose own events are not known: that of all settings together."""
        if not self._fates.decided:
            return NO_EFFECT
        return Effect(f"The settings that differ change {plural(self._fates.decided, 'event')} together.", None)

    def _of_catalog(self) -> Effect:
        """An entry of the catalog changes fates only. Beside others, or another environment, its own part is not known."""
        alone = self._fates.alone
        if not alone and self._fates.decided:
            return Effect("Changes no fate of the events whose request stays the same.", None)
        if not alone:
            return Effect("Changes the fate of none of these events.", 0)
        judged = {
            setting.header
            for of in self._destinations
            for setting in of.settings
            if setting.of_target and setting.catalog
        }
        if self._catalogs == 1 and not judged.intersection(self._frame):
            return counted("Changes the fate of {}, and no request.", "event", alone)
        return Effect(f"Together with what else fates rest on: another fate for {plural(alone, 'event')}.", None)

    def _of_toggle(self, *codes: str) -> Effect:
        """The effect of a setting that stops events for one of these reasons."""
        lets, stops = self._counts.with_reason(*codes)
        others = lets or stops
        total = others.total()
        # Of equal counts the order is that of their names, and not the order of events.
        most = sorted(others.items(), key=lambda item: (-item[1], item[0]))
        unsent = {reason: count for (verdict, reason), count in most if verdict != "send"}
        if not unsent:
            return counted("Lets {} through." if lets else "Stops {}.", "event", total)
        rest = sum(unsent.values())
        why = ", ".join(f"{count:,} {short_reason(reason)}" for reason, count in unsent.items())
        verbs = ("is", "are") if lets else ("was", "were")
        what = "Does not stop" if lets else "Stops"
        was_sent, was_not = (f"{count:,} {verbs[count != 1]}" for count in (total - rest, rest))
        return Effect(f"{what} {plural(total, 'event')}: {was_sent} sent, {was_not} not ({why}).", total)

    def _of_name(self, name: str) -> Effect:
        """The effect of an entry in a map of names."""
        by_name = self._counts.by_name
        renamed, kept = by_name[name, "renamed"], by_name[name, "kept"]
        if not kept:
            return counted("Renames the goal of {}.", "event", renamed, shared=by_name[name, "one side"])
        changes = f"changes {plural(kept, 'event')} without renaming the goal."
        if not renamed:
            return Effect(changes.capitalize(), kept)
        return Effect(f"Renames the goal of {plural(renamed, 'event')}, and {changes}", renamed + kept)
