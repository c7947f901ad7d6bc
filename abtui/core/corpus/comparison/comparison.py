"""Two configs over one corpus, an event at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter
from typing import Final, Literal

from abtui.core.config import Config
from abtui.core.corpus.comparison.counts import Counts, Kinds
from abtui.core.corpus.comparison.effects import Effects
from abtui.core.corpus.comparison.examples import example
from abtui.core.corpus.comparison.fates import FateCounts
from abtui.core.corpus.comparison.findings import FindingCounts
from abtui.core.corpus.comparison.masking import Shown
from abtui.core.corpus.comparison.model import (
    CLASSES,
    Change,
    ClassCount,
    ComparisonResult,
    Example,
    Goals,
    SettingChange,
    class_of,
)
from abtui.core.corpus.comparison.settings import (
    changed_goal_keys,
    decides_alike,
    frame_changes,
    setting_change,
    setting_differences,
)
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decision
from abtui.core.events import Event, Unreadable
from abtui.core.fetch import fetch_error
from abtui.core.outcomes import VERDICTS, Verdict
from abtui.core.report import FieldChange
from abtui.core.segment import is_event

_OUTCOME: Final = attrgetter("verdict", "code")
_REQUEST: Final = ("request",)
_FINDINGS: Final = ("findings",)


class Comparison:
    """Counts how events change from OLD to NEW, and keeps the first `examples` of each kind of change.

    Memory does not grow with the number of events. With `findings` the findings of each event are compared as well, which
    takes several times as long. `names` are what the configs are called.
    """

    def __init__(
        self,
        old: Config,
        new: Config,
        *,
        names: tuple[str, str] = ("old", "new"),
        findings: bool = False,
        examples: int = 3,
    ) -> None:
        self.configs = old, new
        self._names = names
        mappers = Mapper(old), Mapper(new)
        self._decide_old, self._decide_new = (mapper.decide for mapper in mappers)
        self._alike = decides_alike(old, new)
        self._shown = Shown(old, new)
        self._frame = frame_changes(old.default_target, new.default_target, self._shown)
        self._fates = FateCounts(*mappers)
        self._findings = FindingCounts(*mappers) if findings else None
        self._most_examples = examples
        self._unreadable = 0
        self._outcomes: Counter[tuple[Verdict, str]] = Counter()
        """Events by verdict and reason code under OLD."""
        self._counts = Counts(changed_goal_keys(old.settings, new.settings), self._shown)
        self._changed: Counter[Kinds] = Counter()
        """Events that change, by all the ways they do: a combination of few words, so there are few."""
        self._kept: Counter[str] = Counter()
        self._enough: set[Kinds] = set()
        """What needs no further example."""
        self._examples: list[Example] = []

    def add(self, event: Event, before: Event | None = None) -> Change | None:
        """Count an event; how it changes, or None. `before` is the event as OLD got it, where it was another one then.

        An object that is no event counts as a piece of text that is none.
        """
        if not is_event(event.value):
            self._unreadable += 1
            return None
        was = before or event
        old, new = self._decided(event, was)
        self._outcomes[old.verdict, old.code] += 1
        kinds = self._kinds(event.value, old, new, was.value)
        codes = None if self._findings is None else self._findings.add(event, was)
        if codes is not None:
            kinds += _FINDINGS
        if not kinds:
            return None
        change = Change(kinds, old, new)
        self._count(change, lambda: event, codes, before)
        return change

    def take_back(self, event: Event, before: Event | None = None) -> None:
        """Count no longer what was added so. Examples stay, and findings must not be compared."""
        if not is_event(event.value):
            self._unreadable -= 1
            return
        was = before or event
        old, new = self._decided(event, was)
        self._outcomes[old.verdict, old.code] -= 1
        if kinds := self._kinds(event.value, old, new, was.value, -1):
            self._changed[kinds] -= 1

    def _decided(self, event: Event, before: Event) -> tuple[Decision, Decision]:
        old = self._decide_old(before.value)
        return old, old if self._alike and before is event else self._decide_new(event.value)

    def add_part(self, part: FieldPart) -> list[tuple[int, Kinds]]:
        """Count some events as `add` does, all but their findings. Only what is kept as an example is read in full.

        Gives those of the part that change: the index and in what ways.
        """
        values, indexes = part.values, None
        if not all(map(is_event, values)):
            indexes = [index for index, value in enumerate(values) if is_event(value)]
            self._unreadable += len(values) - len(indexes)
            values = [values[index] for index in indexes]
        olds = list(map(self._decide_old, values))
        self._outcomes.update(map(_OUTCOME, olds))
        found: list[tuple[int, Kinds]] = []
        news: Iterable[Decision] = olds if self._alike else map(self._decide_new, values)
        counted, enough = self._changed, self._enough
        for index, value, old, new in zip(indexes or range(len(values)), values, olds, news, strict=True):
            kinds = self._kinds(value, old, new, value)
            if not kinds:
                continue
            found.append((index, kinds))
            if kinds in enough:
                counted[kinds] += 1
            else:
                self._count(Change(kinds, old, new), partial(part.event, index), None)
        return found

    def add_unreadable(self, _item: Unreadable) -> None:
        """Count a piece of text that is no event."""
        self._unreadable += 1

    def take_back_unreadable(self, _item: Unreadable) -> None:
        """Count a piece of text no longer, which is an event now."""
        self._unreadable -= 1

    def _kinds(
        self,
        value: dict[str, object],
        old: Decision,
        new: Decision,
        before: dict[str, object],
        times: Literal[1, -1] = 1,
    ) -> Kinds:
        same = old is new or old == new
        fate = self._fates.add(old, new, same=same, times=times)
        kinds: Kinds = () if same else self._counts.add(value, old, new, before, times)
        if fate is not None:
            kinds += (fate,)
        if self._frame and old.verdict == new.verdict == "send" and old.body == new.body:
            kinds += _REQUEST
        return kinds

    def _count(
        self, change: Change, event: Callable[[], Event], codes: FieldChange | None, before: Event | None = None
    ) -> None:
        """Count a change, and keep it as an example where there are too few of one of its kinds."""
        kinds = change.kinds
        self._changed[kinds] += 1
        if kinds in self._enough:
            return
        if all(self._kept[kind] >= self._most_examples for kind in kinds):
            self._enough.add(kinds)
            return
        self._kept.update(kinds)
        fates = self._fates.of(change.old, change.new, same=change.old == change.new)
        self._examples.append(example(event(), change, fates, self._frame, codes, self._shown, before))

    def result(self, *, unread: int = 0) -> ComparisonResult:
        """What was counted so far, and how many inputs could not be read in full. Equal calls without an `add` between them give equal results."""
        counts, shown = self._counts, self._shown
        classes: Counter[str] = Counter()
        for kinds, count in self._changed.items():
            for name in {class_of(kind) for kind in kinds}:
                classes[name] += count
        events, changed = self._outcomes.total(), self._changed.total()
        with_goal = sum(count for (_verdict, code), count in self._outcomes.items() if code.startswith("GOAL-"))
        return ComparisonResult(
            old=shown.text(self._names[0]),
            new=shown.text(self._names[1]),
            events=events,
            changed=changed,
            unchanged=events - changed,
            unreadable=self._unreadable,
            unread=unread,
            settings=self._settings(classes),
            classes=tuple(
                ClassCount(name=name, events=classes[name])
                for name in CLASSES
                if name != "findings" or self._findings is not None
            ),
            verdicts=self._verdicts(),
            fates=self._fates.matrix(),
            reasons=counts.reason_changes(),
            goals=Goals(
                same=with_goal - counts.goal_kinds["renamed"] - counts.goal_kinds["lost"],
                changes=counts.goal_changes(),
                uncounted=counts.goals.others,
            ),
            units=counts.unit_changes(),
            frame=self._frame,
            findings=None if self._findings is None else self._findings.changes(),
            examples=tuple(self._examples),
        )

    def _verdicts(self) -> dict[Verdict, dict[Verdict, int]]:
        """Old verdict -> new verdict -> events. What did not change its verdict is what is left of the old one's events."""
        cells: dict[Verdict, dict[Verdict, int]] = {old: dict.fromkeys(VERDICTS, 0) for old in VERDICTS}
        for (verdict, _code), count in self._outcomes.items():
            cells[verdict][verdict] += count
        for (old, _old_code, new, _new_code), count in self._counts.reasons.items():
            cells[old][old] -= count
            cells[old][new] += count
        return cells

    def _settings(self, classes: Counter[str]) -> tuple[SettingChange, ...]:
        old, new = self.configs
        differences = setting_differences(old, new, self._shown)
        effects = Effects(
            self._counts,
            self._verdicts(),
            self._fates,
            catalogs=sum(item.path[0] == "catalog" for item in differences),
            frame=frozenset(item.name for item in self._frame),
            fetch=frozenset(
                error.setting for error in (fetch_error(old.default_target), fetch_error(new.default_target)) if error
            ),
            units=classes["units"],
            findings=classes["findings"],
        )
        return tuple(setting_change(item, old, new, self._shown, *effects.of(item.path)) for item in differences)
