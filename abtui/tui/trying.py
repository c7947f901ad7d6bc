"""Trying one change: looked for, applied in memory, measured over all events, offered, and made by one function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.widget import Widget
from textual.worker import get_current_worker

from abtui.core.config import Config
from abtui.tui.comparer import Comparer
from abtui.tui.comparing import Baseline
from abtui.tui.debounce import Debounce
from abtui.tui.offer import Offer
from abtui.tui.state import Progress, State

if TYPE_CHECKING:
    # Loaded when the first change is looked for: the workbench opens without it.
    from abtui.core.remedy import Remedy

REST: Final = 0.08
"""The pause of cursor and text after which a change is looked for: proving one takes some milliseconds."""
Find = Callable[[], "Remedy | str | None"]
"""Looks for a change, in any thread. A text says why there is none."""


class _Wanted(NamedTuple):
    """What a change is looked for (`of`), with all that it depends on: the config's text, the events, and `more`."""

    of: object
    text: str
    events: int
    more: object


class _Key(NamedTuple):
    """What is measured: a change of the config, in a state of the events, against a baseline or else the config now."""

    events: int
    before: str
    after: str
    against: Baseline | None


class Trying:
    """One change at a time, with what it does to the events. It calls `told` when it knows more.

    `remedy` is the change, or None, then `why` may say why. `config` is the config with it, None if it cannot be read.
    `measured` compares all events under the config now, or under another one that was asked for, with this config.

    Changes are looked for in a thread of `host` after a pause; if `rest` is None, at once, and then `told` is not called for it.
    """

    def __init__(self, host: Widget, state: State, told: Callable[[], None], *, rest: float | None = REST) -> None:
        self.remedy: Remedy | None = None
        self.why = ""
        self.config: Config | None = None
        self.measured: Progress | None = None
        self._host, self._state, self._told, self._rest = host, state, told, rest
        self._debounce = Debounce(host, rest or 0, self._look)
        self._comparer = Comparer(host, state, "comparing", self._compared)
        self._wanted: _Wanted | None = None
        self._begin: Callable[[], Find] | None = None
        self._against: Baseline | None = None
        self._measuring: _Key | None = None
        self._known: dict[_Key, Progress] = {}
        """What was measured in this state of the events: other events, and those of before, may have the same change."""

    def want(
        self, of: object, begin: Callable[[], Find] | None, *, more: object = None, against: Baseline | None = None
    ) -> None:
        """Look for the change for `of`, unless that was done and nothing changed since, `more` included.

        `begin` is called when it is time to, and gives the function that looks; without it there is no change. A change stays
        as long as it is of the same, and its text is the one that is there. It is measured `against` a baseline if there is
        one, else against the config now.
        """
        wanted = _Wanted(of, self._state.session.text, self._state.review.state, more)
        if begin is None or not self._fits(wanted):
            self._take(None)
        if self._measuring is not None and self._measuring[:2] != (wanted.events, wanted.text):
            # Nobody asks for it any more.
            self._comparer.start(None, None)
            self._measuring = None
        if begin is None:
            self._wanted = self._begin = None
        elif wanted != self._wanted:
            self._wanted, self._begin, self._against = wanted, begin, against
            if self._rest is None:
                self._look()
            else:
                self._debounce.restart()

    def _fits(self, wanted: _Wanted) -> bool:
        """Whether the change in hand is still one of what is wanted, as it is there now."""
        remedy, state = self.remedy, self._state
        if self._wanted is None or self._wanted.of != wanted.of:
            return False
        if remedy is None:
            return self._wanted.text == wanted.text
        return remedy.before == (state.session.text if remedy.changes == "config" else state.selection.text)

    # Looking for it

    def _look(self) -> None:
        wanted, begin = self._wanted, self._begin
        if wanted is None or begin is None:
            return
        find = begin()
        if self._rest is None:
            self._found(wanted, *self._tried(find))
            return

        def look() -> None:
            found = self._tried(find)
            if not get_current_worker().is_cancelled:
                self._host.call_later(self._found, wanted, *found)

        self._host.run_worker(look, group="trying", exclusive=True, thread=True)

    def _tried(self, find: Find) -> tuple[Remedy | str | None, Config | None]:
        """The change, and the config with it."""
        found = find()
        if found is None or isinstance(found, str) or found.changes == "event":
            return found, None
        return found, self._state.session.read(found.after).config

    def _found(self, wanted: _Wanted, found: Remedy | str | None, config: Config | None) -> None:
        if wanted != self._wanted:
            return
        self._take(found, config)
        if self._rest is not None:
            self._told()
        if config is not None:
            self._measure(config)

    def _take(self, found: Remedy | str | None, config: Config | None = None) -> None:
        self.remedy, self.why = (None, found) if isinstance(found, str) else (found, "")
        self.config, key = config, self._key
        self.measured = None if key is None else self._known.get(key)

    # Measuring it

    @property
    def _key(self) -> _Key | None:
        remedy, events = self.remedy, self._state.review.state
        return None if remedy is None else _Key(events, remedy.before, remedy.after, self._against)

    def _measure(self, config: Config) -> None:
        state, mapper, key = self._state, self._state.session.mapper, self._key
        if self.measured is None and mapper is not None and key != self._measuring:
            now = Baseline("now", "now", mapper.config, len(state.corpus), config_only=True)
            self._measuring = key
            self._comparer.start(self._against or now, config)
            self._comparer.go_on()

    def _compared(self) -> None:
        key, comparer = self._measuring, self._comparer
        if key is None or comparer.due or comparer.result is None:
            return
        # Results of an earlier state are never asked for again, and each holds two whole texts.
        self._known = {other: known for other, known in self._known.items() if other.events == key.events}
        self._known[key], self._measuring = comparer.progress, None
        comparer.start(None, None)
        if key == self._key:
            self.measured = self._known[key]
            self._told()

    # Offering and making it

    def offer(self, result: str = "", short: str = "", key: str = "Enter") -> Offer | None:
        """The change with its result in words; None without one."""
        return None if self.remedy is None else Offer(self.remedy.title, result, short, self.make, key)

    def make(self) -> None:
        """Make the change, which `u` takes back."""
        if self.remedy is not None:
            self._state.config.apply_remedy(self.remedy)
