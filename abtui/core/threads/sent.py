"""The threads of an event that makes a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from abtui.core.causes import Cause, cause_of
from abtui.core.text.paths import Path
from abtui.core.threads.bundles import Bundle, bundles_of, common, culprits, origin
from abtui.core.threads.fields import Fields
from abtui.core.threads.thread import Thread

_MOST_PATHS: Final = 100


def sent_threads(fields: Fields) -> Iterator[Thread]:
    """One thread for each bundle; and one for a name of the config that the console lacks, or what the collector refuses and no field made."""
    outcome, bundles = fields.outcome, bundles_of(fields.outcome.steps)
    # What is accepted ends in a question, and nothing is at fault.
    fault = cause_of(outcome, fields.config) if outcome.fate in ("ignored", "refused") else None
    place = None if fault is None else fault.payload
    at_fault = culprits(bundles, place)
    for at, bundle in enumerate(bundles):
        yield _thread(fields, bundle, place if at in at_fault else None)
    if fault is not None and not at_fault:
        yield _of_config(fields, fault) if place is None else _of_payload(fields, place)


def _thread(fields: Fields, bundle: Bundle, fault: Path | None) -> Thread:
    source = common(bundle.events) if bundle.events else None
    # Where a date stands at several places, the first is told.
    target = common(bundle.payloads) or bundle.payloads[0]
    shown = fault if fault is not None and target == fault[: len(target)] else target
    event, event_value = fields.of_event(source)
    payload, payload_value = fields.of_payload(shown, alone=len(bundle.steps) == 1)
    return Thread(
        event=event,
        event_value=event_value,
        through=fields.through(bundle.steps, source),
        payload=payload,
        payload_value=payload_value,
        culprit=fault is not None,
        event_path=source if source is None or fault is None else origin(bundle, source, fault),
        payload_path=shown,
        lines=fields.lines(bundle.steps, source),
        event_paths=() if source is None else (source,),
        payload_paths=tuple(bundle.payloads) if len(bundle.payloads) <= _MOST_PATHS else (target,),
    )


def _of_config(fields: Fields, fault: Cause) -> Thread:
    config = fields.config
    line = config.line("settings", fault.setting)
    setting = fields.destination.setting(fault.setting)
    part = None if setting is None else setting.catalog
    return Thread(
        through="default" if line is None else f"line {line}",
        payload=(part or fault.setting).removesuffix("s"),
        payload_value=fields.value(config.settings.get(fault.setting, "")),
        culprit=True,
        lines=() if line is None else (line,),
    )


def _of_payload(fields: Fields, place: Path) -> Thread:
    payload, payload_value = fields.of_payload(place)
    return Thread(payload=payload, payload_value=payload_value, culprit=True, payload_path=place)
