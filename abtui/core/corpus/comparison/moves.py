"""The moves of a comparison: the events that go from one fate to another because of one change of the config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple, cast

import msgspec

from abtui.core.corpus.comparison.causes import Cause, Signature
from abtui.core.corpus.comparison.counts import goal_of
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.settings import KeyPath
from abtui.core.corpus.least_tally import LeastTally
from abtui.core.corpus.tally import Sign
from abtui.core.destination import Decision
from abtui.core.fate import FATES
from abtui.core.outcomes import Fate, Verdict

ARRIVING: Final[tuple[Fate, ...]] = ("arrives", "accepted")
"""The fates of events that come to the end of the line, as far as is known."""
_RANK: Final = {fate: rank for rank, fate in enumerate(FATES)}
_LONGEST: Final = 500
"""Characters of a name by which events are counted. Longer ones are told apart by a hash."""
_MOST_NAMES: Final = 50
"""The names, and the goals, that a move lists."""
_ELSEWHERE: Final = ("request",)
_MOST_FIELDS: Final = 8
"""The differing entries of maps of fields that are told apart."""
_FILLING: Final = (str, int, float)
"""The types of the values of a field that a map of fields can name."""


class NamedEvents(msgspec.Struct, frozen=True):
    """A number of events with one type and name; the name is None where they have none. Keys are masked."""

    type: str
    name: str | None
    events: int


class GoalMove(msgspec.Struct, frozen=True):
    """A number of events that send the goal `old` under OLD and `new` under NEW; None where they send none. Keys are masked."""

    old: str | None
    new: str | None
    events: int


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """The events that go from the fate `was` to `now` because of the same settings; both are the same where only the payload changes.

    `causes` are the entries of the config that do it; where several could, all of them. `names` and `goals` are the most
    frequent first, and `unlisted` events are not among the names. `edited`: the text of these events is another one, with no
    cause or beside the causes.
    """

    was: Fate
    now: Fate
    events: int
    causes: tuple[Cause, ...]
    names: tuple[NamedEvents, ...]
    goals: tuple[GoalMove, ...]
    unlisted: int = 0
    edited: bool = False

    @property
    def is_loss(self) -> bool:
        """Whether events that arrived do so no more."""
        return self.was in ARRIVING and self.now not in ARRIVING

    @property
    def is_gain(self) -> bool:
        """Whether events arrive that did not."""
        return self.now in ARRIVING and self.was not in ARRIVING

    @property
    def settings(self) -> tuple[KeyPath, ...]:
        """The paths of the settings that do it."""
        return tuple(dict.fromkeys(cause.setting for cause in self.causes))


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """All moves, the worst first. `changed` are events that keep their fate and change otherwise, in the same form.

    `before` and `after` count all events by their fate under OLD and NEW. `stay` events change in nothing that was compared.
    """

    events: int
    moves: tuple[Move, ...]
    changed: tuple[Move, ...]
    stay: int
    before: Mapping[Fate, int]
    after: Mapping[Fate, int]

    @property
    def lost(self) -> int:
        """Events that arrived and do so no more."""
        return sum(move.events for move in self.moves if move.is_loss)

    @property
    def gained(self) -> int:
        """Events that arrive and did not."""
        return sum(move.events for move in self.moves if move.is_gain)


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
_OF_SIGNATURE: Final = 9
"""The fields of a shape that are those of its signature."""


class MoveTally:
    """Counts the events that change by their shapes. Two tallies of parts of a corpus merge to that of the whole.

    `names` and `fields` are those whose entries in maps of names and of fields differ, `name_key` gives the key of an event
    in maps of names.
    """

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

    def add(
        self,
        event: dict[str, Any],
        old: Decision,
        new: Decision,
        kinds: tuple[str, ...],
        fates: tuple[Fate, Fate],
        same: bool,
        edited: bool,
        sign: Sign,
    ) -> None:
        """Count an event with both decisions about it and the ways in which it changes. With the sign -1 it is removed.

        `same`: the decisions are equal. It is called for each event that changes, and by position because that is faster.
        """
        if kinds == _ELSEWHERE:
            # All requests go elsewhere: which events they are does not matter.
            shape: Shape = (fates, kinds, "send", "", "send", "", None, (), edited, "", None, None, None)
        else:
            entry: str | None = None
            held: tuple[str, ...] = ()
            if not same:
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
        counts = self._counts
        if shape in counts:
            counts[shape] += sign
        else:
            self._shapes.add(self._bounded(shape), sign)

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

    def merge(self, other: MoveTally) -> None:
        """Add the counts of another tally over the same configs."""
        self._shapes.merge(other._shapes)

    def moves(self, causes: Callable[[Signature], tuple[Cause, ...]]) -> Iterator[Move]:
        """All moves, the worst first; those between equal fates are among them."""
        groups: dict[_Group, _Gathered] = {}
        for signature, events in self._shapes.groups().items():
            if events:
                self._gathered(groups, signature, causes).add_all(events, causes(signature))
        for shape, events in self._counts.items():
            if events:
                self._gathered(groups, _signature(shape), causes).add(shape, events)
        found = (gathered.move(group, self._mask) for group, gathered in groups.items())
        return iter(sorted(found, key=_badness))

    @staticmethod
    def _gathered(
        groups: dict[_Group, _Gathered], signature: Signature, causes: Callable[[Signature], tuple[Cause, ...]]
    ) -> _Gathered:
        settings = tuple(dict.fromkeys(cause.setting for cause in causes(signature)))
        group = _Group(signature.was, signature.now, settings, signature.edited)
        return groups.setdefault(group, _Gathered())


def _signature(shape: Shape) -> Signature:
    fates, *others = shape[:_OF_SIGNATURE]
    return Signature(*cast("tuple[Any, ...]", fates), *others)


class _Group(NamedTuple):
    """What the events of one move have in common."""

    was: Fate
    now: Fate
    settings: tuple[KeyPath, ...]
    edited: bool


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

    def move(self, group: _Group, mask: KeyMask) -> Move:
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
    ranked = sorted(counts.items(), key=lambda item: (-item[1], [part or "" for part in item[0]]))
    return ranked[:_MOST_NAMES]


def _badness(move: Move) -> tuple[int, int, int, tuple[KeyPath, ...], str, str, bool]:
    """What arrived and is lost comes first, then what ends worse otherwise, then gains, then what ends better otherwise."""
    worse = _RANK[move.now] - _RANK[move.was]
    tier = 0 if move.is_loss else 1 if worse > 0 else 2 if move.is_gain else 3
    return tier, -move.events, -worse, move.settings, move.was, move.now, move.edited
