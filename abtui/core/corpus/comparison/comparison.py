"""Two configs over one corpus, an event at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, ClassVar, Final

from abtui.core.config import Config
from abtui.core.corpus.comparison.causes import Causes
from abtui.core.corpus.comparison.counts import FATE_KINDS, Counts, FateCounts, FindingCounts, Kinds, goal_of
from abtui.core.corpus.comparison.crossing import CrossingCounts
from abtui.core.corpus.comparison.effects import Effects
from abtui.core.corpus.comparison.examples import Examples
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.model import (
    CLASSES,
    URL,
    Change,
    ClassCount,
    ComparisonResult,
    Example,
    Goals,
    class_of,
)
from abtui.core.corpus.comparison.move_tally import MoveTally, Shape
from abtui.core.corpus.comparison.moves import MoveKey, Moves
from abtui.core.corpus.comparison.settings import (
    Difference,
    changed_fields,
    changed_names,
    decides_alike,
    frame_changes,
    setting_change,
    setting_differences,
)
from abtui.core.corpus.comparison.several import part_changes, result_changes, sends
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.places import Piece
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destination import Decision
from abtui.core.destinations import REASONS, reason
from abtui.core.events import Event
from abtui.core.outcomes import VERDICTS, Verdict
from abtui.core.report import FieldChange
from abtui.core.segment import event_name, is_event

_OUTCOME: Final = attrgetter("verdict", "code")
_REQUEST: Final = ("request",)
_FINDINGS: Final = ("findings",)


def _is_edited(event: Event, before: Event | None) -> bool:
    return before is not None and before.value != event.value


class Comparison(Fold):
    """Counts how events change from OLD to NEW, and keeps the first `examples` of each kind of change.

    Memory does not grow with the number of events. With `findings` the findings of each event are compared as well, which
    takes several times as long. `names` are what the configs are called.

    The input may be read in pieces, each begun by `begin`. Comparisons of parts of it `merge` to that of the whole.
    """

    counted: ClassVar[tuple[str, ...]] = (
        "crossing", "_fates", "_findings", "_unreadable", "_outcomes", "_counts", "_moves", "_changed", "_old_goals", "_examples",
    )  # fmt: skip

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
        self.mappers = Mapper(old), Mapper(new)
        self.mask = KeyMask(old, new)
        self._names = names
        self._decide_old, self._decide_new = (mapper.decider for mapper in self.mappers)
        self._alike = decides_alike(old, new)
        self._frame = frame_changes(old, new, self.mask)
        self.crossing = CrossingCounts(*self.mappers) if old.destination != new.destination else None
        if self.crossing is not None:
            # All other headers are compared as each request has them.
            self._frame = tuple(item for item in self._frame if item.name in (URL, KEY_HEADER))
        self._fates = FateCounts(*self.mappers)
        self._findings = FindingCounts(*self.mappers) if findings else None
        self._unreadable = 0
        self._outcomes: Counter[tuple[Verdict, str]] = Counter()
        """Events by verdict and reason code under OLD."""
        entries = changed_names(old, new)
        self._counts = Counts(self.mappers[1], entries, self.mask)
        self._moves = MoveTally(entries, changed_fields(old, new), self.mappers[1].destination.name_key, self.mask)
        self._add_move = self._moves.add
        self._changed: Counter[Kinds] = Counter()
        """Events that change, by all the ways they do: a combination of few words, and so there are few."""
        self._several = self.mappers[0].destination.several
        self._old_goals = 0
        """Goals that several mappings send under OLD."""
        self._examples = Examples(examples)

    def begin(self, piece: Piece) -> None:
        """A piece of the input begins: the events that are added next are in it, in order."""
        self._examples.begin(piece)

    def add(self, event: Event, before: Event | None = None) -> Change | None:
        """Count an event. Returns how it changes, or None. `before` is the event that OLD got, if that was another one.

        An object that is no event counts as a piece of text that is none.
        """
        self._examples.position.number += 1
        if not is_event(event.value):
            self.add_unreadable()
            return None
        was = before or event
        old, new = self._decided(event, was)
        kinds = self._kinds(event.value, old, new, edited=_is_edited(event, before))
        self._outcomes[old.verdict, old.code] += 1
        codes = None if self._findings is None else self._findings.add(event, was)
        if codes is not None:
            kinds += _FINDINGS
        if not kinds:
            return None
        change = Change(kinds, old, new)
        self._count(change, self._examples.position.number, lambda: event, codes, before)
        return change

    def take_back(self, event: Event, before: Event | None = None) -> None:
        """Remove an event from the counts that was added with these arguments. Examples stay; findings must not be compared."""
        if not is_event(event.value):
            self.add_unreadable(-1)
            return
        old, new = self._decided(event, before or event)
        self._add_decided(event.value, old, new, -1, edited=_is_edited(event, before))

    def add_again(self, event: Event, times: int) -> None:
        """Count so many events that change as this one does, and of which no more examples are wanted."""
        self._add_decided(event.value, *self._decided(event, event), times)

    def _add_decided(
        self, value: dict[str, Any], old: Decision, new: Decision, times: int, *, edited: bool = False
    ) -> None:
        self._outcomes[old.verdict, old.code] += times
        if kinds := self._kinds(value, old, new, times, edited=edited):
            self._changed[kinds] += times

    def wants(self, kinds: Kinds) -> bool:
        """Whether an event that changes in these ways may become an example."""
        return bool(kinds) and kinds not in self._examples.enough

    def _decided(self, event: Event, before: Event) -> tuple[Decision, Decision]:
        old = self._decide_old(before.value)
        return old, old if self._alike and before is event else self._decide_new(event.value)

    def add_part(self, part: FieldPart, only: Sequence[int] | None = None) -> list[tuple[int, Kinds, Shape]]:
        """Count several events as `add` does, except for their findings. Only examples are read in full.

        With `only` those at other indexes are passed over. Returns the index of each event that changes, the ways in which it
        does, and its shape.
        """
        indexes = range(len(part.values)) if only is None else only
        values = part.values if only is None else [part.values[index] for index in only]
        if not all(map(is_event, values)):
            self._unreadable += len(indexes)
            indexes = [index for index in indexes if is_event(part.values[index])]
            self._unreadable -= len(indexes)
            values = [part.values[index] for index in indexes]
        olds = list(map(self._decide_old, values))
        self._outcomes.update(map(_OUTCOME, olds))
        found: list[tuple[int, Kinds, Shape]] = []
        news: Iterable[Decision] = olds if self._alike else map(self._decide_new, values)
        counted, enough, moves = self._changed, self._examples.enough, self._moves
        first = self._examples.position.number + 1
        self._examples.position.number += len(part.values)
        for index, value, old, new in zip(indexes, values, olds, news, strict=True):
            kinds = self._kinds(value, old, new)
            if not kinds:
                continue
            found.append((index, kinds, moves.last))
            if kinds in enough:
                counted[kinds] += 1
            else:
                self._count(Change(kinds, old, new), first + index, partial(part.event, index), None)
        return found

    def add_unreadable(self, times: int = 1) -> None:
        """Count a piece of text that is no event. With negative `times` it is removed, because it is an event now."""
        self._unreadable += times

    def _kinds(
        self, value: dict[str, Any], old: Decision, new: Decision, times: int = 1, *, edited: bool = False
    ) -> Kinds:
        same = old is new or old == new
        fates = self._fates.add(old, new, same=same, times=times)
        kinds: Kinds = () if same else self._counts.add(value, old, new, times)
        if self.crossing is not None:
            kinds = self.crossing.add(old, new, fates, kinds, times)
            if not kinds and fates[0] == fates[1]:
                self._fates.decided -= times
        if fates[0] != fates[1]:
            kinds += (FATE_KINDS[fates],)
        if self._frame and sends(old) and sends(new) and (same or old.body == new.body):
            kinds += _REQUEST if "request" not in kinds else ()
        if self._several:
            self._old_goals += times * sum(goal_of(result.decision) is not None for result in old.results)
        if kinds:
            self._add_move(value, old, new, kinds, fates, same, edited, times)
        return kinds

    def _count(
        self,
        change: Change,
        number: int,
        event: Callable[[], Event],
        codes: FieldChange | None,
        before: Event | None = None,
    ) -> None:
        """Count a change, and keep it as an example if it is among the first of one of its kinds. `number` is that in its piece."""
        kinds, examples = change.kinds, self._examples
        self._changed[kinds] += 1
        rank = examples.position.piece, number
        if examples.wants(kinds, rank):
            examples.add(kinds, rank, self._example(event(), change, codes, before))

    def _example(self, event: Event, change: Change, codes: FieldChange | None, before: Event | None) -> Example:
        """An event with everything that differs. `codes` are those of its findings."""
        text, value = self.mask.text, event.value
        kind, name, message_id = value.get("type"), event_name(value), value.get("messageId")
        found = [*self._field_changes(event, change, before or event), *((codes,) if codes is not None else ())]
        return Example(
            source=text(event.source),
            type=text(kind) if isinstance(kind, str) else None,
            name=None if name is None else text(name),
            message_id=text(message_id) if isinstance(message_id, str) else None,
            kinds=tuple(map(text, change.kinds)),
            changes=tuple(FieldChange(text(item.path), *self.mask.pair(item.old, item.new)) for item in found),
        )

    def _field_changes(self, event: Event, change: Change, before: Event) -> Iterator[FieldChange]:
        old, new = change.old, change.new
        reasons = reason(old, before.value), reason(new, event.value)
        for path, left, right in (
            ("verdict", old.verdict, new.verdict),
            ("fate", *self._fates.of(old, new)),
            ("reason", *(f"{item.code}: {item.message}" for item in reasons)),
        ):
            if left != right:
                yield FieldChange(path, left, right)
        if sends(old) and sends(new):
            for item in self._frame:
                yield FieldChange(item.field, item.old, item.new)
        if self.crossing is not None:
            old, new = self.crossing.whole(old, 0), self.crossing.whole(new, 1)
        yield from result_changes(old, new) if old.results or new.results else part_changes(old, new)

    def result(self, *, unread: int = 0) -> ComparisonResult:
        """What was counted so far, and how many inputs could not be read in full. Equal calls without an `add` between them give equal results."""
        counts, verdicts = self._counts, self._verdicts()
        counts.sent = verdicts["send"]["send"]
        classes: Counter[str] = Counter()
        for kinds, count in self._changed.items():
            for name in {class_of(kind) for kind in kinds}:
                classes[name] += count
        events, changed = self._outcomes.total(), self._changed.total()
        with_goal = self._old_goals
        if not self._several:
            with_goal = sum(count for (_verdict, code), count in self._outcomes.items() if REASONS[code].goal)
        differences = self._differences
        effects = Effects(
            self.configs,
            counts,
            self._fates,
            paths=[item.path for item in differences],
            frame=[item.name for item in self._frame],
            findings=classes["findings"],
        )
        return ComparisonResult(
            old=self.mask.text(self._names[0]),
            new=self.mask.text(self._names[1]),
            events=events,
            changed=changed,
            unchanged=events - changed,
            unreadable=self._unreadable,
            unread=unread,
            settings=tuple(
                setting_change(item, *self.configs, self.mask, effects.of(item.path)) for item in differences
            ),
            classes=tuple(
                ClassCount(name=name, events=classes[name])
                for name in CLASSES
                if name != "findings" or self._findings is not None
            ),
            verdicts=verdicts,
            fates=self._fates.matrix(),
            reasons=counts.reason_changes(),
            goals=Goals(
                same=with_goal - counts.goal_kinds["renamed"] - counts.goal_kinds["lost"],
                changes=counts.goal_changes(),
                uncounted=counts.goals.others,
            ),
            units=counts.unit_changes(),
            uncounted_units=counts.units.others,
            frame=self._frame,
            findings=None if self._findings is None else self._findings.changes(),
            examples=self._examples.listed(),
            crossing=None if self.crossing is None else self.crossing.result(),
        )

    @cached_property
    def _differences(self) -> list[Difference]:
        """All entries of the configs that differ."""
        return list(setting_differences(*self.configs, self.mask))

    @cached_property
    def _causes(self) -> Causes:
        return Causes(self.configs, self._differences, self._frame, self.mask, alike=self._fates.alike)

    def moves(self) -> Moves:
        """The moves from fate to fate so far. Changes of findings alone are none."""
        fates, found = self._fates.matrix(), list(self._moves.moves(self._causes.of))
        before = {old: sum(row.values()) for old, row in fates.items()}
        after = {new: sum(row[new] for row in fates.values()) for new in fates}
        events = sum(before.values())
        return Moves(
            events=events,
            moves=tuple(move for move in found if move.was != move.now),
            changed=tuple(move for move in found if move.was == move.now),
            stay=events - sum(move.events for move in found),
            before=before,
            after=after,
        )

    @property
    def last_shape(self) -> Shape:
        """The shape of the event that was counted last, if it changes."""
        return self._moves.last

    def move_key(self, shape: Shape) -> MoveKey:
        """Which move the events of a shape belong to (`Move.key`), so that they can be listed."""
        return self._moves.key(shape, self._causes.of)

    def _verdicts(self) -> dict[Verdict, dict[Verdict, int]]:
        """Old verdict -> new verdict -> events. Events that keep their verdict are those of the old one that did not change it."""
        cells: dict[Verdict, dict[Verdict, int]] = {old: dict.fromkeys(VERDICTS, 0) for old in VERDICTS}
        for (verdict, _code), count in self._outcomes.items():
            cells[verdict][verdict] += count
        for (old, _old_code, new, _new_code), count in self._counts.reasons.items():
            cells[old][old] -= count
            cells[old][new] += count
        return cells
