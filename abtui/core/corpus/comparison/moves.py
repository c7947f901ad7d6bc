"""The moves of a comparison: the events that go from one fate to another because of one change of the config."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from abtui.core.corpus.comparison.causes import Cause
from abtui.core.corpus.comparison.settings import KeyPath
from abtui.core.fate import ARRIVING, FATES
from abtui.core.outcomes import Fate

_RANK: Final = {fate: rank for rank, fate in enumerate(FATES)}


class MoveKey(NamedTuple):
    """What the events of one move have in common, and no other event has."""

    was: Fate
    now: Fate
    settings: tuple[KeyPath, ...]
    edited: bool


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
        return settings_of(self.causes)

    @property
    def key(self) -> MoveKey:
        """What tells it from the other moves."""
        return MoveKey(self.was, self.now, self.settings, self.edited)


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


def settings_of(causes: Iterable[Cause]) -> tuple[KeyPath, ...]:
    """The paths of the settings that these causes are in."""
    return tuple(sorted({cause.setting for cause in causes}))


def badness(move: Move) -> tuple[int, int, int, tuple[KeyPath, ...], str, str, bool]:
    """What arrived and is lost comes first, then what ends worse otherwise, then gains, then what ends better otherwise."""
    worse = _RANK[move.now] - _RANK[move.was]
    tier = 0 if move.is_loss else 1 if worse > 0 else 2 if move.is_gain else 3
    return tier, -move.events, -worse, move.settings, move.was, move.now, move.edited
