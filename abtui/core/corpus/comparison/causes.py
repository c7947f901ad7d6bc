"""The lines of a config because of which events change, judged by what the events have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.comparison.effects import Effects
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.model import FrameChange, SettingKind
from abtui.core.corpus.comparison.settings import Difference, KeyPath, destinations_of, line_of
from abtui.core.corpus.effect import ChangeCounts, NameEffect
from abtui.core.destination import FETCH_THROWS, Setting
from abtui.core.destinations import REASONS
from abtui.core.fetch import fetch_error
from abtui.core.outcomes import Fate, Verdict

_ENTRY: Final = 3
"""The steps of the path of an entry of a map: `settings`, the map's name, and the key."""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the config that differs, and that changes events.

    `path` is its key path, `old` and `new` its values with keys masked, None where a config does not have it. `old_line` and
    `line` are 1-based; each is that of the section around it where a config does not have the entry.
    """

    path: KeyPath
    kind: SettingKind
    old: str | None
    new: str | None
    old_line: int | None
    line: int | None

    @property
    def setting(self) -> KeyPath:
        """The path of the setting: for an entry of a map that of the map."""
        return self.path[:2]


class Signature(NamedTuple):
    """What all events that one change of the config moves in one way have in common.

    `kinds` are the ways in which they change (`model.Change`). `entry` is the key that is looked up for them in maps of names,
    where its entry differs, `held` are the fields they have whose entries in maps of fields differ, or the mappings that do
    something else. `edited`: the text of the
    event is another one.
    """

    was: Fate
    now: Fate
    kinds: tuple[str, ...]
    old_verdict: Verdict
    old: str
    new_verdict: Verdict
    new: str
    entry: str | None
    held: tuple[str, ...]
    edited: bool


class _OneFate:
    """The counts of fates for one event."""

    def __init__(self, signature: Signature) -> None:
        same = all(kind == "request" or kind.startswith("fate ") for kind in signature.kinds)
        self.decided = int(not same)
        self.alone = int(same and signature.was != signature.now)


class Causes:
    """Finds the causes of a change. Each signature is judged once.

    `differences` are all entries that differ, `frame` is what differs around the bodies. `alike`: both configs give an event
    the same fate when they decide the same about it.
    """

    def __init__(
        self,
        configs: tuple[Config, Config],
        differences: Sequence[Difference],
        frame: Sequence[FrameChange],
        mask: KeyMask,
        *,
        alike: bool,
    ) -> None:
        self._configs, self._differences, self._alike = configs, tuple(differences), alike
        self._frame = [item.name for item in frame]
        self._lists = {section.name for of in destinations_of(*configs) for section in of.lists}
        self._destinations = destinations_of(*configs)
        errors = [fetch_error(config.default_target) for config in configs]
        self._throws = [("settings", error.setting) for error in errors if error is not None]
        names = [item for item in differences if self._keys(item.path) == "names"]
        self._by_name: dict[str, list[Difference]] = {}
        for item in names:
            self._by_name.setdefault(item.path[2], []).append(item)
        self._others = [item for item in differences if item not in set(names)]
        self._known: dict[Signature, tuple[Cause, ...]] = {}

    def of(self, signature: Signature) -> tuple[Cause, ...]:
        """The entries that are known to change such an event, or, where no single one is known, all that may; none for an edit alone."""
        found = self._known.get(signature)
        if found is None:
            found = self._known[signature] = tuple(map(self._cause, self._judged(signature)))
        return found

    def _cause(self, item: Difference) -> Cause:
        old, new = self._configs
        return Cause(
            path=item.path,
            kind=item.kind,
            old=item.old,
            new=item.new,
            old_line=line_of(old, item.path),
            line=line_of(new, item.path),
        )

    def _judged(self, signature: Signature) -> list[Difference]:
        of_name = [] if signature.entry is None else self._by_name.get(signature.entry, [])
        candidates = [*self._others, *of_name]
        if stopping := self._stopping(signature, candidates):
            return stopping
        effects = Effects(
            self._configs,
            _counts(signature),
            _OneFate(signature),
            paths=[item.path for item in candidates],
            frame=self._frame,
            findings=0,
        )
        shares = [(item, effects.of(item.path).events) for item in candidates]
        held = self._held(signature, [item for item, events in shares if events is None])
        certain = [item for item, events in shares if events or item in held]
        possible = [item for item, events in shares if events is None]
        if signature.was != signature.now:
            certain = self._of_fate(signature, certain, possible)
        return certain or ([] if signature.edited else possible)

    def _stopping(self, signature: Signature, candidates: Sequence[Difference]) -> list[Difference]:
        """The settings that stop the event under one of the configs: nothing else matters then."""
        codes = {signature.old, signature.new} if signature.old != signature.new else set()
        paths = {REASONS[code].setting for code in codes}
        if FETCH_THROWS in codes:
            paths.update(self._throws)
        return [item for item in candidates if item.path in paths]

    def _held(self, signature: Signature, items: Sequence[Difference]) -> list[Difference]:
        """The entries of maps of fields that the event fills, and a changed order of such a map; or those of the mappings."""
        listed = [
            item for item in items if item.path[0] in self._lists and item.path[1:2] and item.path[1] in signature.held
        ]
        if listed:
            return listed
        of_fields = [item for item in items if self._keys(item.path) == "fields"]
        filled = [item for item in of_fields if item.path[2] in signature.held]
        return filled or [item for item in items if item.kind == "order"] or of_fields

    def _of_fate(self, signature: Signature, certain: list[Difference], possible: list[Difference]) -> list[Difference]:
        """The causes of another fate. What only changes the request around a body decides it only where the catalog has a say."""
        found = certain
        if self._alike:
            found = [item for item in certain if not self._of_target(item.path)] or certain
        elif signature.old_verdict == signature.new_verdict == "send":
            judged = [item for item in possible if item.path[0] == "catalog" or self._of_target(item.path)]
            found = [*certain, *(item for item in judged if item not in certain)]
        return [item for item in found if self._may_decide(signature, item)] or found

    def _may_decide(self, signature: Signature, item: Difference) -> bool:
        """Whether an entry can be why an event is ignored under one of the configs only: a name that the catalog has is not."""
        setting = self._setting(item.path)
        if setting is None or setting.catalog is None or "ignored" not in (signature.was, signature.now):
            return True
        config = self._configs[signature.now == "ignored"]
        listed: frozenset[str] | None = getattr(config.catalog, setting.catalog)
        value = config.settings.get(setting.name)
        name = value.get(item.path[-1]) if isinstance(value, Mapping) else value
        return listed is None or name not in listed

    def _setting(self, path: KeyPath) -> Setting | None:
        return next(filter(None, (destination.setting_at(path) for destination in self._destinations)), None)

    def _keys(self, path: KeyPath) -> str | None:
        """What the keys of the map are that the path leads into."""
        setting = self._setting(path) if len(path) == _ENTRY else None
        return None if setting is None else setting.keys

    def _of_target(self, path: KeyPath) -> bool:
        setting = self._setting(path)
        return setting is not None and setting.of_target


def _counts(signature: Signature) -> ChangeCounts:
    """The counts of one event with this signature."""
    counts, kinds = ChangeCounts(), signature.kinds
    counts.sent = int(signature.old_verdict == signature.new_verdict == "send")
    if (signature.old_verdict, signature.old) != (signature.new_verdict, signature.new):
        counts.reasons[signature.old_verdict, signature.old, signature.new_verdict, signature.new] = 1
    if "goal renamed" in kinds:
        counts.renamed[signature.new] = 1
    if any(kind.startswith("units") for kind in kinds):
        counts.other_units = 1
    counts.by_mapping.update(signature.held)
    if signature.entry is not None and _has_goal(signature):
        one_side = "goal gained" in kinds or "goal lost" in kinds
        effect: NameEffect = "one side" if one_side else "renamed" if "goal renamed" in kinds else "kept"
        counts.by_name[signature.entry, effect] = 1
    return counts


def _has_goal(signature: Signature) -> bool:
    """Whether one of the configs sends a goal."""
    sides = ((signature.old_verdict, signature.old), (signature.new_verdict, signature.new))
    return any(verdict == "send" and REASONS[code].goal for verdict, code in sides)
