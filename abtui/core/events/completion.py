"""Events as Segment completes them: what an SDK posts has no `originalTimestamp` and no `receivedAt`; a destination gets both.

Segment takes `originalTimestamp` from the posted `timestamp`, stamps the arrival, corrects `timestamp` by the device's clock, and puts
what a batch says of all its events under each of them. What it takes off (`writeKey`, `_metadata`, an identity that is null) no destination sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from abtui.core.events.model import Event, Item, JSONObject
from abtui.core.findings import finding
from abtui.core.segment import EVENT_TYPES, is_event
from abtui.core.text.javascript import date_text, parse_date

FROM_BATCH: Final = ("context", "integrations", "sentAt")
"""The fields of a batch that hold for all of its events."""
_MERGED: Final = FROM_BATCH[:2]
_DELIVERED: Final = ("originalTimestamp", "receivedAt")
"""Segment alone writes these: an event that has one of them, be it null, was completed before."""
BODY_FIELDS: Final = ("writeKey", "_metadata")
"""What a posted event has beside its own fields. Segment takes it off."""
_IDENTITIES: Final = ("userId", "anonymousId")
_LETTERS: Final = {kind[0]: kind for kind in EVENT_TYPES}
_PATH = re.compile(rf"/v1/({'|'.join((*EVENT_TYPES, *_LETTERS))})/?(?:[?#].*)?\Z", re.DOTALL)
_HINT: Final = "An event that has `originalTimestamp` or `receivedAt` is left as it is."


class Completed(NamedTuple):
    """An event as a destination gets it, and in words what Segment did to it; no words if it was delivered before, or is none."""

    value: JSONObject
    done: tuple[str, ...] = ()


def completed(
    event: JSONObject, arrival: str, *, batch: JSONObject | None = None, path: str | None = None
) -> Completed:
    """A posted event as Segment completes it. `event` stays as it is, and is returned itself where nothing changes.

    `batch` is the body in whose list the event was, `path` the path or URL of the request, `arrival` a time in ISO 8601. A date that
    cannot be read stays as it is and corrects nothing. What is no event, and an event that was delivered before, gets only
    what its batch says.
    """
    kind = None if event.get("type") is not None else type_of_path(path)
    value = event if kind is None else {**event, "type": kind}
    is_posted = is_event(value) and not any(name in value for name in _DELIVERED)
    done = [] if kind is None else [f"`type` is that of the request's path, {kind}"]
    if is_posted:
        value = _without(value, done)
    if batch is not None:
        value = _with_batch(value, batch, done)
    if not is_posted:
        return Completed(value)
    return Completed(_stamped(value, arrival, done), tuple(done))


def complete(item: Item, arrival: str, *, batch: JSONObject | None = None, path: str | None = None) -> Item:
    """An event that was read from a posted request, completed, with the finding that says how; anything else as it is."""
    if not isinstance(item, Event):
        return item
    value, done = completed(item.value, arrival, batch=batch, path=path)
    if value is item.value:
        return item
    findings = item.findings
    if done:
        message = f"Segment completes a posted event, and so it was done here: {'; '.join(done)}."
        findings = (*findings, finding("EVENT-COMPLETED", message, _HINT, line=item.line, column=item.column))
    return msgspec.structs.replace(item, value=value, text=None, findings=findings)


def is_body(event: JSONObject) -> bool:
    """Whether an event is the body of a request by itself, by what only a body has: then it was posted, and not delivered yet."""
    return any(name in event for name in BODY_FIELDS) and not any(name in event for name in _DELIVERED)


def complete_body(event: Event, arrival: str) -> Item:
    """An event, completed if it is the body of a request by itself."""
    return complete(event, arrival) if is_body(event.value) else event


def type_of_path(path: str | None) -> str | None:
    """The type of the events that are posted to a path or URL of Segment's API, such as `/v1/t`; None for any other, and for batches."""
    found = None if path is None else _PATH.search(path)
    return None if found is None else _LETTERS.get(found[1], found[1])


def _without(event: JSONObject, done: list[str]) -> JSONObject:
    """The event without what Segment takes off. A `sentAt` that is null is one that the batch or the arrival gives."""
    off = [name for name in BODY_FIELDS if name in event]
    null = [name for name in (*_IDENTITIES, "sentAt", "timestamp") if name in event and event[name] is None]
    if off:
        done.append(f"{_names(off)} taken off")
    if null:
        done.append(f"{_names(null)} left out, as null is none")
    return {name: value for name, value in event.items() if name not in off and name not in null}


def _with_batch(event: JSONObject, batch: JSONObject, done: list[str]) -> JSONObject:
    """The event with what its batch says of all events, under its own: the event itself if that is nothing."""
    added: JSONObject = {}
    for key in _MERGED:
        shared, own = batch.get(key), event.get(key, {})
        if isinstance(shared, dict) and isinstance(own, dict):
            if not shared.keys() <= own.keys():
                added[key] = {**shared, **own}
        elif shared is not None and key not in event:
            added[key] = shared
    if "sentAt" in batch and "sentAt" not in event:
        added["sentAt"] = batch["sentAt"]
    if added:
        done.append(f"{_names(added)} from the batch")
    return {**event, **added} if added else event


def _stamped(event: JSONObject, arrival: str, done: list[str]) -> JSONObject:
    """The event with the dates that Segment writes: `timestamp` is the arrival less the time from the call to its sending."""
    stamped = dict(event)
    posted, sent = event.get("timestamp"), event.get("sentAt")
    if sent is None:
        sent = arrival
        done.append("`sentAt` is the arrival, as nobody says it")
    if posted is None:
        corrected: Any = arrival
        done.append("no `originalTimestamp`, as no `timestamp` was posted")
    else:
        stamped["originalTimestamp"] = posted
        corrected = _corrected(posted, sent, arrival)
        done.append("`originalTimestamp` is the posted `timestamp`")
        if corrected is None:
            corrected = posted
            done.append("`timestamp` is as posted, as one of its dates cannot be read")
    done.append(f"`receivedAt` is the arrival, {arrival}")
    return stamped | {"timestamp": corrected, "sentAt": sent, "receivedAt": arrival}


def _corrected(posted: Any, sent: Any, arrival: str) -> str | None:
    """The time of the call by Segment's clock; None if a date cannot be read, or comes out of all bounds."""
    dates = [parse_date(date) if isinstance(date, str) else None for date in (arrival, sent, posted)]
    received, sent_at, original = dates
    if received is None or sent_at is None or original is None:
        return None
    return date_text(received - (sent_at - original))


def _names(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
