"""Recording cases: events with the outcomes they have now, as the text of a case file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final

import msgspec

from abtui.core.checks.event import event_size
from abtui.core.config import Config
from abtui.core.corpus.cases.matching import goal_of, recorded
from abtui.core.corpus.cases.model import Reference
from abtui.core.corpus.cases.reader import CASES_FORM
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.request import shown
from abtui.core.events import Event
from abtui.core.outcomes import UNSUBSCRIBED, Outcome
from abtui.core.segment import EVENT_LIMIT_BYTES, event_label
from abtui.core.text.javascript import stringify
from abtui.core.text.secret import excerpt, holds
from abtui.core.text.yaml_text import entry_lines, item_lines

MOST_BEHAVIOURS: Final = 10_000
MOST_WHOLE: Final = 1_000
"""The number of events up to which `everything` writes each one out; if there are more, each is referred to by file and index."""
_LONGEST_FIELD: Final = 200
_NAME_WIDTH: Final = 80
_LINE_WIDTH: Final = 110

_HEADERS: Final = ("X-Agent", "X-Environment", "X-Application", "X-Application-Version", "Content-Type")
"""The headers a request may have, except the API key."""

Placed = tuple[Event, Reference | None]
"""An event, and how a case file refers to it; None for an event of standard input."""


class Recorder:
    """Writes cases for one config: one for each behaviour, or with `everything` one for each event.

    It counts what it leaves out: `more` events because there are too many behaviours, `withheld` ones because they hold the
    API key, `over` ones because the file would be too large.
    """

    def __init__(self, config: Config, *, everything: bool) -> None:
        self._mapper = Mapper(config)
        self._config = config
        self._everything = everything
        self._behaviours: set[tuple[Any, ...]] = set()
        self._names: dict[str, int] = {}
        self._size = 0
        self.events = self.cases = self.more = self.withheld = self.over = 0

    def head(self, config: str | None, recorded: Iterable[str]) -> str:
        """The text of a file up to and with `cases:`. `config` is the config's path in the file, `recorded` names the files of events."""
        frame = shown(self._mapper.destination.frame(self._config.default_target), self._config.secrets)
        request = {"url": frame.url, "headers": {key: frame.headers.get(key) for key in _HEADERS}}
        names = [excerpt(name, _LINE_WIDTH, self._config.secrets) for name in recorded]
        what = "each event" if self._everything else "one event for each behaviour"
        title = f"# Golden cases: what the destination did with {what} of"
        lines = [f"{title} {names[0]}."]
        if len(names) > 1 or len(lines[0]) > _LINE_WIDTH:
            lines = [title, *(f"#   {name}" for name in names)]
        lines += [
            "# Recorded by `abtui test CONFIG --record EVENTS`. `abtui test CONFIG CASES` checks that nothing has changed;",
            "# after an intended change, `--update` brings this file up to date.",
        ]
        if config is not None:
            lines += entry_lines("config", config, 0)
        lines += entry_lines("request", request, 0)
        lines.append("cases:")
        return "\n".join(lines) + "\n"

    def texts(self, events: Iterable[Placed]) -> Iterator[str]:
        """The text of each case, in order. Only the first thousand events and the known behaviours are kept in memory."""
        rest = iter(events)
        # Whether events are written out depends on how many there are.
        first = list(islice(rest, MOST_WHOLE + 1)) if self._everything else []
        for event, reference in chain(first, rest):
            self.events += 1
            if reference is not None and len(first) <= MOST_WHOLE and event_size(event) <= EVENT_LIMIT_BYTES:
                reference = None
            text = self._text(event, reference)
            if text is not None:
                yield text

    def _text(self, event: Event, reference: Reference | None) -> str | None:
        """The case of an event, or None if it gets none."""
        if reference is None:
            # The case file holds its value only, and not what was odd about its text.
            event = Event(event.source, event.value)
        outcome = self._mapper.outcome(event)
        if not self._everything and not self._is_new(_behaviour(event, outcome)):
            return None
        own = {"event": event.value} if reference is None else msgspec.structs.asdict(reference)
        case = {"name": self._name(event, outcome), **own, "expect": _expectation(outcome)}
        text = "\n".join(item_lines(case, 2)) + "\n"
        if holds(text, self._config.secrets):
            self.withheld += 1
            return None
        self._size += len(text.encode("utf-8"))
        if self._size > CASES_FORM.max_bytes - EVENT_LIMIT_BYTES:
            self.over += 1
            return None
        self.cases += 1
        return text

    def _is_new(self, behaviour: tuple[Any, ...]) -> bool:
        """Whether an event behaves unlike those before it, and there is room for another behaviour."""
        if behaviour in self._behaviours:
            return False
        if len(self._behaviours) == MOST_BEHAVIOURS:
            self.more += 1
            return False
        self._behaviours.add(behaviour)
        return True

    def _name(self, event: Event, outcome: Outcome) -> str:
        label = excerpt(event_label(event.value), _NAME_WIDTH, self._config.secrets)
        result = outcome.reason.code
        if outcome.request is None:
            result = f"{outcome.verdict}, {result}"
        elif isinstance(goal := goal_of(outcome), str):
            result = excerpt(goal, _NAME_WIDTH, self._config.secrets)
        name = f"{outcome.type or 'event'} {label}".strip() + f" -> {result}"
        self._names[name] = count = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name} #{count}"


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
