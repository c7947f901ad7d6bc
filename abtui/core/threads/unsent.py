"""The threads of an event that makes no request: what it would have become, and where it was stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from abtui.core.destination import ReasonType
from abtui.core.destinations import REASONS
from abtui.core.outcomes import MappingOutcome, Outcome, Step
from abtui.core.text.paths import Path
from abtui.core.threads.bundles import places_read
from abtui.core.threads.fields import Fields
from abtui.core.threads.thread import Thread
from abtui.core.values import place_text

NOTHING_IS_SENT: Final = "nothing is sent"
AN_ERROR: Final = "an error"
NO_MAPPING: Final = "unmapped"
NO_ID: Final = "no id"
_NO_REASON: Final = ReasonType(sentence="")


def unsent_threads(fields: Fields) -> Iterator[Thread]:
    """A thread for each field that would have been sent, which has no place in a payload, and for each step that stopped the event."""
    kind = REASONS.get(fields.outcome.reason.code, _NO_REASON)
    stops = _stops(fields, kind)
    if kind.no_unit and stops and stops[0].result == "stopped":
        yield _no_entry(fields)
        stops = []
    stopped_at = {place for step in stops for place in places_read(step)}
    for step in fields.outcome.steps:
        if step.result == "used" and _target(step) is not None and not stopped_at.intersection(places_read(step)):
            yield _would_be(fields, step)
    end = NO_ID if kind.no_unit else AN_ERROR if fields.outcome.fate == "fails" else NOTHING_IS_SENT
    for step in stops:
        yield _stopped(fields, step, end)


def unsubscribed_threads(fields: Fields, outcome: Outcome) -> Iterator[Thread]:
    """A thread for the field that most mappings looked at, of an event that is for none of them."""
    stops = [step for result in outcome.results or () for step in result.steps if step.result == "stopped"]
    read = Counter(place for step in stops for place in dict.fromkeys(places_read(step)))
    for source, _ in read.most_common(1):
        event, event_value = fields.of_event(source)
        lines = (step.config_line for step in stops if source in places_read(step))
        yield Thread(
            event=event,
            event_value=event_value,
            through=NO_MAPPING,
            payload=NOTHING_IS_SENT,
            culprit=True,
            event_path=source,
            lines=tuple(line for line in lines if line is not None),
            event_paths=(source,),
        )


def _stops(fields: Fields, kind: ReasonType) -> list[Step]:
    """The steps at which the journey ends: one, or for an event without a unit those that looked for one."""
    steps = fields.outcome.steps
    maps = tuple(f"{path}." for path in fields.paths_of("fields"))
    looked = [step for step in steps if _looked_for_unit(step, maps)] if kind.no_unit else []
    return looked or [step for step in steps if step.result == "stopped"][-1:]


def _looked_for_unit(step: Step, maps: tuple[str, ...]) -> bool:
    if step.result == "skipped":
        return (step.config_path or "").startswith(maps)
    return step.result == "used" and _target(step) == ("units",)


def _would_be(fields: Fields, step: Step) -> Thread:
    source = next(iter(places_read(step)), None)
    event, event_value = fields.of_event(source)
    return Thread(
        event=event,
        event_value=event_value,
        through=fields.through([step], source),
        payload=fields.name(place_text((_target(step) or ())[-1:])),
        payload_value=fields.value(step.value),
        event_path=source,
        lines=fields.lines([step], source),
        event_paths=() if source is None else (source,),
    )


def _stopped(fields: Fields, step: Step, end: str) -> Thread:
    source = _stopped_at(fields, step)
    event, event_value = fields.of_event(source)
    if source is None and isinstance(fields.outcome, MappingOutcome):
        event = fields.name(fields.outcome.mapping)
    return Thread(
        event=event,
        event_value=event_value,
        through=_switch(step),
        payload=end,
        culprit=True,
        event_path=source,
        lines=() if step.config_line is None else (step.config_line,),
        event_paths=() if source is None else (source,),
    )


def _no_entry(fields: Fields) -> Thread:
    """The thread of a map from fields to units that is empty, so that no unit was looked for."""
    lines = (fields.config.line("settings", name) for name in fields.destination.maps("fields"))
    return Thread(
        through="no entry", payload=NO_ID, culprit=True, lines=tuple(line for line in lines if line is not None)
    )


def _stopped_at(fields: Fields, step: Step) -> Path | None:
    """The place in the event that a step is about; for a switch that is off, what told that the event is of its kind."""
    of_kind = [earlier for earlier in fields.outcome.steps if earlier.result == "used" and _target(earlier) is None]
    steps = (step, *reversed(of_kind)) if step.value is False else (step,)
    return next((place for one in steps for place in places_read(one)), None)


def _target(step: Step) -> Path | None:
    return next((link.payload for link in step.links if link.payload is not None), None)


def _switch(step: Step) -> str:
    """What the config says to a step that stopped an event."""
    if step.config_path is None:
        return ""
    if step.value is False:
        return "off"
    return "default" if step.config_line is None else f"line {step.config_line}"
