"""Kinds of events. Those of one kind differ in nothing that a verdict, a fate, a finding, or the names in a payload depend on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable
from typing import Any, Final

import msgspec

from abtui.core.checks.ids import SAFE_INTEGER, UID_LIMIT, uid_problem
from abtui.core.config.model import Config
from abtui.core.contract import is_valid
from abtui.core.destination import KindOf
from abtui.core.destinations.classic.findings.dates import is_future, is_in_range
from abtui.core.destinations.classic.settings import classic_settings
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.javascript import ABSENT, number_to_string, ordered_items, parse_date

_DATE: Final = (
    r"20[1-4][0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
)
_are_usual: Final = re.compile(f"{_DATE} {_DATE} {_DATE}").fullmatch
"""Whether dates are written as SDKs write them, and between 2010 and 2049. Such dates have the order of their texts."""
_USUAL: Final = (True, True)

_TYPES: Final = frozenset(EVENT_TYPES)
_PAYLOAD: Final = "absmartly"
_PAYLOAD_KEY: Final = _PAYLOAD.encode()
"""The key of a payload in an unopened field, unless it is written with escapes."""
UNOPENED: Final = {"properties": _PAYLOAD, "traits": _PAYLOAD}

Dates = tuple[bool | None, bool | None]
"""Whether `sentAt` and `originalTimestamp` are between 2010 and 2050; None for what is no date."""


def kind_with(config: Config) -> KindOf:
    """The function that gives what an event's kind depends on beside its type, its names, and the types of its fields."""
    settings = classic_settings(config)
    keys = tuple(key for key, _unit in ordered_items(settings.unit_mapping))
    exposures, attributes = settings.enable_exposure_tracking, settings.identify == "attributes"

    def kind(event: dict[str, Any]) -> Hashable | None:
        of, properties, told = event["type"], event.get("properties"), None
        if of == "track":
            if event.get("event") == EXPOSURE_EVENT:
                return _exposure(properties) if exposures else False
        elif of == "group":
            return _exposure(event.get("traits")) if exposures else False
        elif of == "identify":
            if not attributes:
                return False
            traits = event.get("traits")
            if type(traits) is not dict or not traits:
                return None
            told = len(traits)
        elif of == "alias":
            return False
        elif type(event.get("name")) is not str:
            told = type(properties) is dict and type(properties.get("name")) is str
        if type(properties) is dict:
            if "absmartly" in properties:
                return None
        elif "properties" in event:
            return None
        dates = _dates(event)
        if dates is None:
            return None
        problems: Hashable = None
        for key in keys:
            value: Any = event.get(key)
            scalar = type(value)
            if scalar is str:
                if not value or len(value) > UID_LIMIT or "@" in value or value.isspace():
                    problem = uid_problem(value)
                    if problem is not None:
                        problems = (problems, key, problem.message)
            elif value is not None and (
                (scalar is not int and scalar is not float) or not -SAFE_INTEGER <= value <= SAFE_INTEGER
            ):
                return None
        return dates, told, problems

    return kind


def _exposure(holder: object) -> Hashable | None:
    """What the kind of an exposure depends on. The payload is sent as it is; None if it is missing, or something is wrong with it."""
    payload = holder.get("absmartly") if type(holder) is dict else None
    if type(payload) is not dict or not is_valid(payload):
        return None
    types = []
    for unit in payload["units"]:
        uid = unit.get("uid")
        if type(uid) is not str or uid_problem(uid) is not None:
            return None
        types.append(unit["type"])
    return (len(payload.get("goals") or ()), *types) if types else None


def _dates(event: dict[str, Any]) -> Dates | None:
    """What the findings about an event's dates depend on; None if one of them tells more, or a date is neither text nor absent."""
    sent, original, received = event.get("sentAt"), event.get("originalTimestamp"), event.get("receivedAt")
    if _are_usual(f"{sent} {original} {received}") and sent <= received and original <= received:  # type: ignore[operator]
        return _USUAL
    if (sent is not None and type(sent) is not str) or (original is not None and type(original) is not str):
        return None
    published = None if sent is None else parse_date(sent)
    achieved = None if original is None else parse_date(original)
    if type(received) is str and is_future(parse_date(received), published, achieved):
        return None
    return None if published is None else is_in_range(published), None if achieved is None else is_in_range(achieved)


def compared_by(fields: Collection[str]) -> Callable[[dict[str, Any]], tuple[Any, ...] | None]:
    """The function that gives what the decisions of any two configs about an event depend on, if these fields can be ids of units.

    Ids matter by whether the collector takes them, and by which of them are equal.
    """

    def kind(event: dict[str, Any]) -> tuple[Any, ...] | None:
        get = event.get
        of = get("type")
        if type(of) is not str or of not in _TYPES:
            return None
        name = get("event" if of == "track" else "name")
        if type(name) is not str:
            if of == "track":
                return None
            name = None
        exposes = of == "track" and name == EXPOSURE_EVENT
        told = properties = _told(get("properties", ABSENT), exposes)
        if not exposes:
            told = _told(get("traits", ABSENT), of == "group") if of == "identify" or of == "group" else False
        sent, original = get("sentAt"), get("originalTimestamp")
        if (
            told is None
            or properties is None
            or (sent is not None and type(sent) is not str)
            or (original is not None and type(original) is not str)
        ):
            return None
        ids: list[str] = []
        places: list[int | None] = []
        for field in fields:
            value: Any = get(field)
            scalar = type(value)
            if scalar is not str:
                if scalar is not int and scalar is not float:
                    places.append(None)
                    continue
                value = number_to_string(value)
            if value in ids:
                places.append(ids.index(value))
            else:
                places.append(len(ids) if 0 < len(value) <= UID_LIMIT else ~len(ids))
                ids.append(value)
        published = sent is not None and parse_date(sent) is not None
        achieved = original is not None and parse_date(original) is not None
        return of, name, told, published, achieved, *places

    return kind


def _told(value: object, exposes: bool) -> Hashable | None:
    """Whether a field that may be text is an object with members; None for another value.

    With `exposes` the payload in it is sent, and what the kind depends on is told; else None if there is one.
    """
    if value is ABSENT:
        return False
    if type(value) is msgspec.Raw:
        text = bytes(value)
        if _PAYLOAD_KEY not in text and (b"\\" not in text or b"\\u00" not in text):
            return b'"' in text if text.startswith(b"{") else None
        try:
            value = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return None
    if type(value) is not dict:
        return None
    return bool(value) if _PAYLOAD not in value else _exposure(value) if exposes else None
