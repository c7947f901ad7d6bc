"""Recording cases: what a case expects of its event, and which events behave alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any, Final

import msgspec

from abtui.core.checks.event import event_size
from abtui.core.config import Config
from abtui.core.corpus.cases.kept import MOST_BEHAVIOURS, Draft, EachEvent, Entry, Recording
from abtui.core.corpus.cases.matching import goal_of, recorded
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.corpus.job import Text, Write
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.unread import Unread
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.outcomes import UNSUBSCRIBED, Outcome
from abtui.core.segment import EVENT_LIMIT_BYTES, event_label, is_event
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import file_name
from abtui.core.text.secret import excerpt, holds
from abtui.core.text.yaml_text import item_lines

_LONGEST_FIELD: Final = 200
_LONGEST_PART: Final = 1_000
"""The characters of a part of a name that are kept. A name shows fewer, but a key must be found of which it would show a part."""


class RecordJob(msgspec.Struct, frozen=True):
    """What is recorded: one event for each behaviour, or with `everything` each event."""

    everything: bool = False

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Recorder:
        """The work with one config."""
        return Recorder(self, configs[0], sdk)

    def recording(self) -> Recording:
        """A recording of no event."""
        return Recording(everything=self.everything)


class Recorder:
    """Records the events of texts."""

    def __init__(self, job: RecordJob, config: Config, sdk: SdkDefaults) -> None:
        self._job, self._sdk = job, sdk
        self._mapper = Mapper(config)
        self._secrets = config.secrets
        # Most events behave like one before them.
        self._digest = lru_cache(MOST_BEHAVIOURS)(_digest)

    def empty(self) -> Recording:
        """A recording of no event."""
        return self._job.recording()

    def add(self, fold: Recording, text: Text, unread: Unread, _write: Write) -> None:
        """Record the events of a text."""
        fold.begin(text.place)
        # A path that is shown otherwise than it is cannot be written into a file for people.
        file = text.file if text.file is not None and file_name(text.file) == text.file else None
        for item in read_events(text.pieces, text.name, self._sdk, stretch=text.stretch):
            fold.count_item()
            if isinstance(item, Unreadable):
                unread.add_unreadable(item)
            elif is_event(item.value):
                self.record(fold, item, file)
            else:
                unread.add_not_event(item)

    def record(self, fold: Recording, event: Event, file: str | None) -> None:
        """Record an event, which is the item that was counted last. A case can refer to it if it is in a `file`."""
        fold.count_event()
        kept = fold.kept
        if isinstance(kept, EachEvent):
            kept.add(Entry(fold.rank, file, tuple(self._drafts(event, file, kept))))
            return
        refers = file is not None and event_size(event) > EVENT_LIMIT_BYTES
        event, outcome = self._mapped(event, refers)
        behaviour = self._digest(_behaviour(event, outcome))
        if kept.is_new(behaviour):
            kept.add(behaviour, Entry(fold.rank, file, (self._draft(event, outcome, refers),)))

    def _drafts(self, event: Event, file: str | None, kept: EachEvent) -> Iterator[Draft | None]:
        """The drafts that may become the case of an event, in the order in which an entry has them."""
        if file is None or not (kept.refers or event_size(event) > EVENT_LIMIT_BYTES):
            yield self._draft(*self._mapped(event, refers=False), refers=False)
        if file is not None:
            yield self._draft(*self._mapped(event, refers=True), refers=True)

    def _mapped(self, event: Event, refers: bool) -> tuple[Event, Outcome]:
        """An event as a case has it, with its outcome. A case file holds its value only, and not what was odd about its text."""
        event = event if refers else Event(event.source, event.value)
        return event, self._mapper.outcome(event)

    def _draft(self, event: Event, outcome: Outcome, refers: bool) -> Draft | None:
        """The case of an event, or None if it would hold the API key."""
        own = {} if refers else {"event": event.value}
        _name, *lines = item_lines({"name": "", **own, "expect": _expectation(outcome)}, 2)
        text = "\n".join(lines) + "\n"
        if holds(text, self._secrets):
            return None
        result = outcome.reason.code
        if outcome.request is None:
            result = f"{outcome.verdict}, {result}"
        elif isinstance(goal := goal_of(outcome), str):
            result = goal
        label, result = (excerpt(part, _LONGEST_PART, self._secrets) for part in (event_label(event.value), result))
        return Draft(outcome.type or "event", label, result, refers, text)


def _expectation(outcome: Outcome) -> dict[str, Any]:
    """What a recorded case expects. It leaves out the fate, which depends on the catalog: that changes without the mapping, and
    the first catalog would make every `accepted` fail. Names that a catalog lacks are among the findings anyway.
    """
    expect = recorded(outcome)
    if outcome.results is not None:
        results = {result.mapping: recorded(result) for result in outcome.results if result.verdict not in UNSUBSCRIBED}
        expect = {"verdict": outcome.verdict, "reason": outcome.reason.code, "results": results}
    return {**expect, "onlyFindings": list(dict.fromkeys(item.code for item in outcome.findings))}


def _behaviour(event: Event, outcome: Outcome) -> tuple[Any, ...]:
    """What distinguishes an event from others under any config: its outcome, and what the mapping could use.

    The latter are the kinds of its fields, because a mapping may name any of them, and the types of the units it brings.
    """
    value = event.value
    body = outcome.request.body if outcome.request is not None else None
    units = body.get("units") if isinstance(body, dict) else None
    types = [unit.get("type") if isinstance(unit, dict) else None for unit in units] if isinstance(units, list) else []
    goal = goal_of(outcome)
    return (
        _short(outcome.type),
        _short(value.get("event") if outcome.type == "track" else value.get("name")),
        outcome.verdict,
        outcome.reason.code,
        _short(None if goal is ABSENT else goal),
        tuple(map(_short, types)),
        tuple(sorted((_short(key), _kind(field)) for key, field in value.items())),
        tuple(sorted({item.code for item in outcome.findings})),
        tuple((result.mapping, result.verdict, result.reason.code) for result in outcome.results or ()),
    )


def _digest(behaviour: tuple[Any, ...]) -> str:
    """What stands for a behaviour. The behaviour itself may hold the key, which must not go to another process."""
    return blake2b(repr(behaviour).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "text" if value.strip() else "blank"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else "word"


def _short(value: Any) -> str:
    """A value as text. A long one is replaced by its length and hash, because others may start like it."""
    text = value if isinstance(value, str) else stringify(value).decode()
    if len(text) <= _LONGEST_FIELD:
        return text
    return f"{len(text)} {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
