"""Writing cases from what is true now: each event with the outcome it has, as the text of a case file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import Any, Final

import msgspec

from abtui.core.checks.event import event_size
from abtui.core.config import Config
from abtui.core.corpus.cases.matcher import as_sent, goal_of
from abtui.core.corpus.cases.model import Reference
from abtui.core.corpus.cases.reader import CASES_FORM
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.request import METHOD, context_url, headers, shown
from abtui.core.events import Event
from abtui.core.outcomes import Outcome, Request
from abtui.core.segment import EVENT_LIMIT_BYTES, event_label
from abtui.core.text.javascript import stringify
from abtui.core.text.secret import excerpt, holds
from abtui.core.text.yaml_text import entry_lines, item_lines

MOST_BEHAVIOURS: Final = 10_000
MOST_WHOLE: Final = 1_000
"""Events that are written out when all are recorded; of more, each is named by its file and index."""
_LONGEST_FIELD: Final = 200
_NAME_WIDTH: Final = 80
_LINE_WIDTH: Final = 110

_HEADERS: Final = ("X-Agent", "X-Environment", "X-Application", "X-Application-Version", "Content-Type")
"""The headers a request may have, but for the API key."""

Placed = tuple[Event, Reference | None]
"""An event, and how a case file names it; None for one of standard input."""


class Recorder:
    """Writes cases for one config. `everything`: one for each event, not one for each behaviour.

    What was left out is counted: `more` events whose behaviour was one too many, `withheld` ones that hold the API key,
    `over` ones for which the file has no room.
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
        """The start of a file, up to `cases:`. `config` is the config's path as the file names it, `recorded` the names of the files of events."""
        target = self._config.default_target
        frame = Request(METHOD, context_url(target.collector_endpoint), headers(target), None, b"")
        frame = shown(frame, self._config.secrets)
        request = {"url": frame.url, "headers": {key: frame.headers.get(key) for key in _HEADERS}}
        what = "each event" if self._everything else "one event for each behaviour"
        names, head = (
            [excerpt(name, _LINE_WIDTH, self._config.secrets) for name in recorded],
            f"# Golden cases: what the destination did with {what} of",
        )
        whole = f"{head} {names[0]}." if len(names) == 1 else ""
        lines = [
            *([whole] if whole and len(whole) <= _LINE_WIDTH else [head, *(f"#   {name}" for name in names)]),
            "# Recorded by `abtui test CONFIG --record EVENTS`. `abtui test CONFIG CASES` checks that it is still so;",
            "# after a change that is meant, `--update` brings this file up to date.",
        ]
        if config is not None:
            lines += entry_lines("config", config, 0)
        lines += entry_lines("request", request, 0)
        lines.append("cases:")
        return "\n".join(lines) + "\n"

    def texts(self, events: Iterable[Placed]) -> Iterator[str]:
        """The text of each case, in order. Holds no more than the first thousand events, and the behaviours seen."""
        waiting: list[Placed] = []
        rest = iter(events)
        if self._everything:
            # Whether they are written out shows only when there are no more.
            for placed in rest:
                waiting.append(placed)
                if len(waiting) > MOST_WHOLE:
                    break
        many = len(waiting) > MOST_WHOLE
        for event, reference in chain(waiting, rest):
            self.events += 1
            text = self._text(event, reference, many)
            if text is not None:
                yield text

    def _text(self, event: Event, reference: Reference | None, many: bool) -> str | None:
        """The case of an event, or None where it gets none."""
        if reference is not None and not many and event_size(event) <= EVENT_LIMIT_BYTES:
            reference = None
        if reference is None:
            # As it will be read from the case file, where what was odd about its text is gone.
            event = Event(event.source, event.value)
        outcome = self._mapper.outcome(event)
        if not self._everything and not self._is_new(event, outcome):
            return None
        case = {"name": self._name(event, outcome), **_event(event, reference), "expect": _expect(outcome)}
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

    def _is_new(self, event: Event, outcome: Outcome) -> bool:
        """Whether no recorded case behaves alike."""
        behaviour = _behaviour(event, outcome)
        if behaviour in self._behaviours:
            return False
        if len(self._behaviours) == MOST_BEHAVIOURS:
            self.more += 1
            return False
        self._behaviours.add(behaviour)
        return True

    def _name(self, event: Event, outcome: Outcome) -> str:
        label = excerpt(event_label(event.value), _NAME_WIDTH, self._config.secrets)
        goal = goal_of(outcome)
        if outcome.request is None:
            what = f"{outcome.verdict}, {outcome.reason.code}"
        elif goal is ABSENT or not isinstance(goal, str):
            what = outcome.reason.code
        else:
            what = excerpt(goal, _NAME_WIDTH, self._config.secrets)
        name = f"{outcome.type or 'event'} {label}".strip() + f" -> {what}"
        self._names[name] = count = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name} #{count}"


def _event(event: Event, reference: Reference | None) -> dict[str, Any]:
    return {"event": event.value} if reference is None else msgspec.structs.asdict(reference)


def _expect(outcome: Outcome) -> dict[str, Any]:
    """What the destination does. The fate is left to who writes a case by hand: it rests on the catalog, which changes without
    the mapping, and with the first one each `accepted` would fail. What a catalog lacks is among the findings already.
    """
    expect: dict[str, Any] = {"verdict": outcome.verdict, "reason": outcome.reason.code}
    if outcome.request is not None:
        expect["exactBody"] = as_sent(outcome.request.body)
    return {**expect, "onlyFindings": list(dict.fromkeys(item.code for item in outcome.findings))}


def _behaviour(event: Event, outcome: Outcome) -> tuple[Any, ...]:
    """What tells one event from another to any config: what is done with it, and what there was to do it with.

    The latter are the kinds of its fields, as a mapping may name each of them, and who fills the units it brings.
    """
    value = event.value
    body = outcome.request.body if outcome.request is not None else None
    units = body.get("units") if isinstance(body, dict) else None
    kinds = [unit.get("type") if isinstance(unit, dict) else None for unit in units] if isinstance(units, list) else []
    return (
        _short(outcome.type),
        _short(value.get("event") if outcome.type == "track" else value.get("name")),
        outcome.verdict,
        outcome.reason.code,
        _short(None if (goal := goal_of(outcome)) is ABSENT else goal),
        tuple(_short(kind) for kind in kinds),
        tuple(sorted((_short(key), _kind(field)) for key, field in value.items())),
        tuple(sorted({item.code for item in outcome.findings})),
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
    """A value as text, or what a long one is told by among others, as its start may be that of another one, too."""
    text = value if isinstance(value, str) else stringify(value).decode()
    if len(text) <= _LONGEST_FIELD:
        return text
    return f"{len(text)} {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
