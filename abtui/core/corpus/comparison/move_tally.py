"""Counting the events that change by the moves they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import blake2b
from typing import Any, ClassVar, Final, cast

from abtui.core.corpus.comparison.causes import Cause, Signature
from abtui.core.corpus.comparison.counts import goal_of
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.moves import GoalMove, Move, MoveKey, NamedEvents, badness, settings_of
from abtui.core.corpus.comparison.settings import KeyPath
from abtui.core.corpus.comparison.several import differing
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.least_tally import LeastTally
from abtui.core.destination import Decision
from abtui.core.outcomes import Fate, Verdict

_LONGEST: Final = 500
"""Characters of a name by which events are counted. Longer ones are told apart by a hash."""
_MOST_NAMES: Final = 50
"""The names, and the goals, that a move lists."""
_ELSEWHERE: Final = ("request",)
_MOST_FIELDS: Final = 8
"""The differing entries of maps of fields that are told apart."""
_FILLING: Final = (str, int, float)
"""The types of the values of a field that a map of fields can name."""

Shape = tuple[
    tuple[Fate, Fate],
    tuple[str, ...],
    Verdict,
    str,
    Verdict,
    str,
    str | None,
    tuple[str, ...],
    bool,
    str,
    str | None,
    str | None,
    str | None,
]
"""The fields of a signature, and the type, the name and both goals of an event: flat, because one is made for each event."""
_NO_SHAPE: Final[Shape] = (("unknown", "unknown"), (), "drop", "", "drop", "", None, (), False, "", None, None, None)
_OF_SIGNATURE: Final = 9
"""The fields of a shape that are those of its signature."""


class MoveTally(Fold):
    """Counts the events that change by their shapes.

    `names` and `fields` are those whose entries in maps of names and of fields differ, `name_key` gives the key of an event
    in maps of names.
    """

    counted: ClassVar[tuple[str, ...]] = ("_shapes",)

    def __init__(
        self,
        names: Collection[str],
        fields: Collection[str],
        name_key: Callable[[Mapping[str, Any]], str | None],
        mask: KeyMask,
    ) -> None:
        self._names, self._name_key, self._mask = names, name_key, mask
        # Any of them may stand beside any other, and memory must not grow with their combinations.
        self._fields = fields if len(fields) <= _MOST_FIELDS else ()
        self._shapes: LeastTally[Shape, Signature] = LeastTally(_signature)
        self._counts = self._shapes.counts
        self._keys: dict[tuple[object, ...], MoveKey] = {}
        self.last: Shape = _NO_SHAPE
        """The shape of the event that was counted or removed last."""

    def add(
        self,
        event: dict[str, Any],
        old: Decision,
        new: Decision,
        kinds: tuple[str, ...],
        fates: tuple[Fate, Fate],
        same: bool,
        edited: bool,
        times: int,
    ) -> None:
        """Count an event with both decisions about it and the ways in which it changes. With negative `times` it is removed.

        `same`: the decisions are equal. It is called for each event that changes, and by position because that is faster.
        """
        if kinds == _ELSEWHERE:
            # All requests go elsewhere: which events they are does not matter.
            shape: Shape = (fates, kinds, "send", "", "send", "", None, (), edited, "", None, None, None)
        else:
            entry: str | None = None
            held: tuple[str, ...] = ()
            if old.results or new.results:
                held = differing(old, new)[:_MOST_FIELDS]
            elif not same:
                if self._names:
                    entry = self._name_key(event)
                    if entry not in self._names:
                        entry = None
                if self._fields:
                    held = tuple([key for key in self._fields if type(event.get(key)) in _FILLING])
            kind = event["type"]
            name = event.get("event") if kind == "track" else event.get("name")
            left, right = old.goal, new.goal
            shape = (
                fates,
                kinds,
                old.verdict,
                old.code,
                new.verdict,
                new.code,
                entry,
                held,
                edited,
                kind,
                name if type(name) is str else None,
                left if type(left) is str else goal_of(old),
                right if type(right) is str else goal_of(new),
            )
        self.last = shape
        counts = self._counts
        if shape in counts:
            counts[shape] += times
        else:
            self._shapes.add(self._bounded(shape), times)

    def _bounded(self, shape: Shape) -> Shape:
        """A shape whose texts are not too long."""
        *others, name, old, new = shape
        return cast("Shape", (*others, self._short(name), self._short(old), self._short(new)))

    def _short(self, text: str | None) -> str | None:
        """A text of bounded length. Another text gives another one. Keys are masked before it is cut."""
        if text is None or len(text) <= _LONGEST:
            return text
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        return f"{self._mask.text(text)[:_LONGEST]}… {digest}"

    def key(self, shape: Shape, causes: Callable[[Signature], tuple[Cause, ...]]) -> MoveKey:
        """The key of the move that events of a shape belong to. Each signature is judged once."""
        signature = shape[:_OF_SIGNATURE]
        key = self._keys.get(signature)
        if key is None:
            key = self._keys[signature] = _key(_signature(shape), causes)
        return key

    def moves(self, causes: Callable[[Signature], tuple[Cause, ...]]) -> Iterator[Move]:
        """All moves, the worst first; those between equal fates are among them."""
        groups: dict[MoveKey, _Gathered] = {}
        for signature, events in self._shapes.groups().items():
            if events:
                self._gathered(groups, signature, causes).add_all(events, causes(signature))
        for shape, events in self._counts.items():
            if events:
                self._gathered(groups, _signature(shape), causes).add(shape, events)
        found = (gathered.move(group, self._mask) for group, gathered in groups.items())
        return iter(sorted(found, key=badness))

    @staticmethod
    def _gathered(
        groups: dict[MoveKey, _Gathered], signature: Signature, causes: Callable[[Signature], tuple[Cause, ...]]
    ) -> _Gathered:
        return groups.setdefault(_key(signature, causes), _Gathered())


def _signature(shape: Shape) -> Signature:
    fates, *others = shape[:_OF_SIGNATURE]
    return Signature(*cast("tuple[Any, ...]", fates), *others)


def _key(signature: Signature, causes: Callable[[Signature], tuple[Cause, ...]]) -> MoveKey:
    return MoveKey(signature.was, signature.now, settings_of(causes(signature)), signature.edited)


class _Gathered:
    """The events of one move."""

    def __init__(self) -> None:
        self._events = 0
        self._causes: dict[KeyPath, Cause] = {}
        self._names: Counter[tuple[str, str | None]] = Counter()
        self._goals: Counter[tuple[str | None, str | None]] = Counter()

    def add_all(self, events: int, causes: tuple[Cause, ...]) -> None:
        self._events += events
        self._causes.update((cause.path, cause) for cause in causes)

    def add(self, shape: Shape, events: int) -> None:
        kind, name, old, new = shape[_OF_SIGNATURE:]
        if kind:
            self._names[kind, name] += events
        if old is not None or new is not None:
            self._goals[old, new] += events

    def move(self, group: MoveKey, mask: KeyMask) -> Move:
        names, goals = (_ranked(counts) for counts in (self._names, self._goals))
        listed = tuple(NamedEvents(kind, None if name is None else mask.text(name), n) for (kind, name), n in names)
        return Move(
            was=group.was,
            now=group.now,
            events=self._events,
            causes=tuple(sorted(self._causes.values(), key=_place)),
            names=listed,
            goals=tuple(GoalMove(*mask.names(*pair), n) for pair, n in goals),
            unlisted=self._events - sum(item.events for item in listed),
            edited=group.edited,
        )


def _place(cause: Cause) -> tuple[int, KeyPath]:
    return cause.line or cause.old_line or 0, cause.path


def _ranked(counts: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent, in an order that does not depend on that of the events."""
    # No name is another thing than an empty one.
    ranked = sorted(counts.items(), key=lambda item: (-item[1], [(part is not None, part or "") for part in item[0]]))
    return ranked[:_MOST_NAMES]
