"""The findings of the whole corpus and of the config for the findings panel: groups, and their places on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from abtui.core.checks import REPEATED
from abtui.core.corpus.coverage.survey import LiveCoverage, Sourced
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.finding_index import FindingIndex
from abtui.core.events import Event, Stored, Unreadable
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.segment import event_label
from abtui.core.text.secret import hide_all
from abtui.tui.corpus import Corpus, read_stored
from abtui.tui.edited_events import EditedEvents
from abtui.tui.finding_rows import FindingGroup, FindingPlace
from abtui.tui.kit.event_row import EventRow
from abtui.tui.session import Session

_PLACES_KEPT: Final = 2_000
_Mapped = tuple[Event, Outcome]


class Review:
    """The findings by event, and the parts of the config that no event uses.

    `state` numbers the states of config and events. `usage` is the config's usage by all events, None until it is counted.
    """

    def __init__(self, corpus: Corpus, session: Session) -> None:
        self._corpus, self._session = corpus, session
        self.state = 0
        self.usage: Usage | None = None
        self._live: LiveCoverage | None = None
        self._coverage: tuple[Sourced, ...] = ()
        self._experiments: tuple[Sourced, ...] = ()
        """The findings about experiments, as long as they are known."""
        self._index = FindingIndex()
        self.edited_events = EditedEvents()
        self._edits: dict[int, _Mapped | None] = {}
        """The outcomes of events edited since they were counted, as far as they were mapped again."""
        self._edited: set[int] = set()
        """The edited events that have to be mapped again."""
        self._before: list[Stored] = []
        """The old versions of edited events that are still counted."""
        corpus.before_edit.append(self._before_edit)
        self._found: dict[int, tuple[str, tuple[Finding, ...]]] = {}

    # Changes of config and events

    def live(self) -> LiveCoverage | None:
        """The counter of events for the config in use; None without a usable config."""
        mapper = self._session.mapper
        if mapper is None:
            return None
        if self._live is None or self._live.config is not mapper.config:
            self._live, self.edited_events = LiveCoverage(mapper.config), EditedEvents()
            self._edits, self._edited, self._before = {}, set(), []
        return self._live

    def restart(self) -> None:
        """Forget everything, because the events are mapped again."""
        self._index, self._live, self._coverage = FindingIndex(), None, ()
        self.forget()

    def forget(self) -> None:
        """Drop cached findings, because the config or the events changed."""
        self.state += 1
        self.usage = None
        self._found.clear()

    def add(self, start: int, rows: list[EventRow]) -> None:
        """Index the findings of rows that the corpus is about to store."""
        codes = [row.codes for row in rows]
        for index in self._corpus.newer(start, start + len(codes)):
            # The event was edited while it was being mapped, so its stored row is newer.
            codes[index - start] = self._corpus.row(index, self._session.mapper).codes
        self._index.add(start, codes)
        self.state += 1
        self.usage = None

    def _before_edit(self, index: int) -> None:
        if self._live is None:
            return
        if self.edited_events.assign_to_screen(index):
            self._before.append(self._corpus.item(index))
        self._edited.add(index)

    def replace(self, index: int) -> None:
        """Index the findings of an edited event again."""
        if index < self._corpus.mapped and self._session.mapper is not None:
            self._index.replace(index, self._corpus.row(index, self._session.mapper).codes)
        self.forget()

    def set_repeats(self, found: Mapping[int, Finding]) -> list[int]:
        """Set which events repeat a messageId to `found`. Returns the events whose row changed."""
        changed = self._corpus.set_repeats(self._index.events(REPEATED.code), found)
        for index in changed:
            self._index.replace(index, self._corpus.facts(index).codes)
        self.forget()
        return changed

    # Coverage

    def counted(self) -> Usage | None:
        """The config's usage by all events once they are mapped, else None. It is a copy that another thread may read."""
        live = self._live
        if live is None or live.config != self._session.reading.config:
            # The config has errors, and the usage of the last good one does not matter now.
            self._coverage = ()
            return None
        if self._corpus.mapped < len(self._corpus):
            self._coverage = live.so_far
            return None
        for before in self._before:
            if (mapped := self._mapped(before)) is not None:
                live.take_back(*mapped)
        self._before.clear()
        for index in self._edited:
            self._edits[index] = self._outcome(index)
        self._edited.clear()
        return live.usage(mapped for _index, mapped in sorted(self._edits.items()) if mapped is not None)

    def set_coverage(self, usage: Usage, found: tuple[Sourced, ...]) -> None:
        """Store the results of the worker thread."""
        self.usage, self._coverage = usage, found

    def set_experiments(self, findings: Iterable[Finding]) -> None:
        """Store what is told of experiments, at the config that they are of."""
        self._experiments = tuple((None, item) for item in findings)

    @property
    def config_findings(self) -> tuple[Finding, ...]:
        """The findings about the config: of its text, and of how the events use it."""
        of_events = (item for source, item in self._coverage if source is None)
        return (*self._session.reading.findings, *of_events)

    # Groups and places

    def groups(self) -> list[FindingGroup]:
        """All findings, grouped by code."""
        of_config = Counter(item.code for item in self._session.reading.findings)
        of_config.update(item.code for _source, item in (*self._coverage, *self._experiments))
        return [FindingGroup(*item) for item in (*self._index.counts().items(), *of_config.items())]

    def events(self, code: str) -> Sequence[int]:
        """The events that have a finding with this code, in order."""
        return self._index.events(code)

    def has_events(self, code: str) -> bool:
        """Whether events have findings with this code, rather than the config."""
        return bool(self._index.events(code))

    def place(self, code: str, number: int) -> FindingPlace:
        """The place with a number (from 0) among those of a code."""
        events = self._index.events(code)
        if number < len(events):
            return self._in_event(code, events[number])
        sourced = [*((None, item) for item in self._session.reading.findings), *self._coverage, *self._experiments]
        places = [(source, item) for source, item in sourced if item.code == code]
        if number >= len(places):
            return FindingPlace(_missing_finding(code), "")
        source, item = places[number]
        of_all = "all events" if (None, item) in self._experiments else "config"
        return FindingPlace(item, source or (f"config line {item.line}" if item.line else of_all))

    def _in_event(self, code: str, index: int) -> FindingPlace:
        if index not in self._found:
            if len(self._found) >= _PLACES_KEPT:
                self._found.clear()
            self._found[index] = self._read_findings(index)
        name, findings = self._found[index]
        own = [item for item in findings if item.code == code]
        source = self._corpus.item(index).source
        return FindingPlace(own[0] if own else _missing_finding(code), source, name, index, max(0, len(own) - 1))

    def _read_findings(self, index: int) -> tuple[str, tuple[Finding, ...]]:
        """The name of an event, and its findings."""
        event = read_stored(self._corpus.item(index), self._session.known_keys)
        if isinstance(event, Unreadable):
            return "", event.findings
        found, repeated = self._outcome(index), self._corpus.repeated.get(index)
        findings = event.findings if found is None else found[1].findings
        return hide_all(event_label(event.value), self._session.known_keys), findings if repeated is None else (
            *findings,
            repeated,
        )

    def _outcome(self, index: int) -> _Mapped | None:
        return self._mapped(self._corpus.item(index))

    def _mapped(self, item: Stored) -> _Mapped | None:
        event, mapper = read_stored(item, self._session.known_keys), self._session.mapper
        return None if mapper is None or isinstance(event, Unreadable) else (event, mapper.outcome(event))


def _missing_finding(code: str) -> Finding:
    """A placeholder for a finding that disappeared after the groups were last read."""
    return Finding(code=code, severity="info", message="…")
