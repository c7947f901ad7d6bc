"""Looks for the text in which a move is taken back, in a thread, and proves and measures it before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from abtui.core.corpus.comparison import Comparison
from abtui.core.corpus.comparison.move_words import take_back_words
from abtui.core.corpus.comparison.moves import Move, MoveKey
from abtui.core.corpus.comparison.take_back import take_back
from abtui.core.events import Event, Stored, read_stored
from abtui.core.remedy import Remedy
from abtui.tui.debounce import Debounce
from abtui.tui.screens.impact.subject import Subject
from abtui.tui.state import State

_SECONDS: Final = 0.08
"""The pause of the cursor after which a text is looked for."""
_MEASURED: Final = 1_000
"""The events of a move that are tried under the config without it: they change for one reason."""
_OF_EVENTS: Final = "Their own text was edited: no line of the config does it."
_Version = tuple[MoveKey, str, str]


class TakenBack(Message):
    """What takes a move back, with its result; or, without a remedy, why nothing does."""

    def __init__(self, version: _Version, remedy: Remedy | None, result: str) -> None:
        super().__init__()
        self.version = version
        self.remedy = remedy
        self.result = result


class TakingBack:
    """What takes the chosen move back: `remedy`, its `result`, and `why` there is none. `told` is called when it is known."""

    def __init__(self, host: Widget, state: State, told: Callable[[], None]) -> None:
        self.remedy: Remedy | None = None
        self.result = self.why = ""
        self._host, self._state, self._told = host, state, told
        self._debounce = Debounce(host, _SECONDS, self._find)
        self._wanted: tuple[Subject, Move] | None = None
        self._version: _Version | None = None

    def want(self, subject: Subject | None, move: Move | None) -> None:
        """Look for what takes another move back."""
        wanted = None if subject is None or move is None else (subject, move)
        version = None if wanted is None else self._version_of(*wanted)
        self._wanted = wanted
        if version == self._version:
            return
        self._version, self.remedy, self.result, self.why = version, None, "", ""
        if wanted is not None:
            self._debounce.restart()

    def _version_of(self, subject: Subject, move: Move) -> _Version:
        return move.key, subject.text, self._state.session.text

    def _find(self) -> None:
        if self._wanted is None or self._version is None:
            return
        (subject, move), version = self._wanted, self._version
        if not move.causes:
            self.found(TakenBack(version, None, _OF_EVENTS))
            return
        corpus, now = self._state.corpus, self._state.session.text
        items = [
            (corpus.item(index), subject.before(index, corpus.item(index)))
            for index in islice(subject.progress.events_of(move.key), _MEASURED)
        ]
        self._host.run_worker(
            lambda: self._look(version, subject, move, now, items), group="take-back", exclusive=True, thread=True
        )

    def _look(
        self, version: _Version, subject: Subject, move: Move, now: str, items: list[tuple[Stored, Stored]]
    ) -> None:
        words, result = take_back_words(move)
        edited = take_back(subject.text, now, move.causes)
        if edited.text is None:
            found = TakenBack(version, None, edited.problem)
        else:
            remedy = Remedy(title=words, before=now, after=edited.text)
            found = TakenBack(version, remedy, result if self._is_back(subject, move, edited.text, items) else "")
        if not get_current_worker().is_cancelled:
            self._host.post_message(found)

    def _is_back(self, subject: Subject, move: Move, text: str, items: Iterable[tuple[Stored, Stored]]) -> bool:
        """Whether the events go again as they did under the text without the move."""
        config = self._state.session.read(text).config
        if config is None:
            return False
        comparison = Comparison(subject.config, config, examples=0)
        for item, before in items:
            event, was = read_stored(item), read_stored(before)
            if isinstance(event, Event):
                comparison.add(event, was if before is not item and isinstance(was, Event) else None)
        left = comparison.moves()
        return not left.moves and (move.was != move.now or not left.changed)

    def found(self, message: TakenBack) -> None:
        """Take what the thread found, unless another move is chosen since."""
        if message.version != self._version:
            return
        self.remedy = message.remedy
        self.result, self.why = (message.result, "") if message.remedy else ("", message.result)
        self._told()
