"""What can be written at a place of a mapping: actions, fields, directives, paths of the events, and the words of a subscription."""

from __future__ import annotations

import re
import string
from typing import Final

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import CatalogPart
from abtui.core.destinations.actions.fields import ACTIONS, EXPOSURE, FIELDS, GOAL, fields_of
from abtui.core.list_section import Options
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.plain import plural

_DIRECTIVES: Final = {
    "@path": "the value at a path of the event",
    "@template": "a text with values in it",
    "@if": "one value or another",
    "@case": "lower or upper case",
    "@replace": "parts of a text replaced",
    "@arrayPath": "a list, each item in a new shape",
    "@literal": "a value as it is",
    "@json": "a value as JSON, or the other way round",
    "@flatten": "an object without objects in it",
    "@merge": "several objects as one",
    "@transform": "a mapping of what another one gives",
    "@excludeWhenNull": "a value without nulls",
    "@liquid": "a Liquid template",
}
_ACTION_NOTES: Final = {GOAL: "sends a goal", EXPOSURE: "sends an exposure as it is"}
_ROOT: Final = "$."
_FIELDS: Final = ("type", "event", "name", "userId")
_INSIDE: Final = ("properties.", "traits.", "context.")
_ACTION = re.compile(rf"\bpartnerAction[\"']?:[ \t]*[\"']?({'|'.join(ACTIONS)})\b")
_CONNECTED = re.compile(r"(?:^|[(]|\b(?:and|or)) *$")
_COMPARED = re.compile(r"([\w.]+) *(?:!=|=|contains) *$")
_NAMED = re.compile(r"[\w.]+ *$")
_LETTERS: Final = f"{string.ascii_letters}{string.digits}_.$"


def complete_in(path: tuple[str, ...], role: str, typed: str, seen: CorpusNames, item: str) -> tuple[int, Options]:
    """What can be written at a place below `mappings`, and how many of the characters that are typed stay before it.

    `item` is the mapping as it is written: its action decides which fields it has. The role `line` is that of a value as the form shows it.
    """
    match path[1:]:
        case () if role != "value":
            return 0, ()
        case ("enabled",):
            return 0, (("true", ""), ("false", "Segment does not run it"))
        case ("partnerAction",):
            return 0, [(action, _ACTION_NOTES[action]) for action in ACTIONS]
        case ("subscribe",):
            return _subscription(typed, seen)
        case ("mapping", *_) if role == "line" or (path[-1] == "@path" and role == "value"):
            goals = _known("goals", seen) if path[-1] == "name" else []
            return 0, [*goals, *((f"{_ROOT}{name}", note) for name, note in _paths(seen))]
        case ("mapping",) if role == "key":
            action = _ACTION.search(item)
            fields = FIELDS if action is None else fields_of(action[1])
            return 0, [(field.name, field.label) for field in fields]
        case ("mapping", "name") if role == "value":
            return 0, _known("goals", seen)
        case ("mapping", "application") if role == "value":
            return 0, _known("applications", seen)
        case ("mapping", "units") if role == "key":
            return 0, [*_known("units", seen), *_DIRECTIVES.items()]
        case ("mapping", *_) if role == "key":
            return 0, _DIRECTIVES.items()
    return 0, ()


def _known(part: CatalogPart, seen: CorpusNames) -> list[tuple[str, str]]:
    return [(name, "in the catalog") for name in seen.known(part)]


def _paths(seen: CorpusNames) -> list[tuple[str, str]]:
    return [(name, plural(count, "event") if count else "") for name, count in seen.paths]


def _subscription(typed: str, seen: CorpusNames) -> tuple[int, Options]:
    """The next word of a subscription, with the length of what stands before it."""
    quoted = typed.count('"') % 2
    at = typed.rindex('"') if quoted else len(typed.rstrip(_LETTERS))
    before = typed[:at]
    if _CONNECTED.search(before):
        read = (name for name, _count in seen.paths if name.startswith(_INSIDE))
        return at, [(name, "") for name in (*_FIELDS, *read)]
    if compared := _COMPARED.search(before):
        return at, _values(compared[1], seen)
    if _NAMED.search(before):
        return at, [("= ", "is"), ("!= ", "is not"), ("contains ", "is a text with")]
    return at, [("and ", ""), ("or ", "")]


def _values(field: str, seen: CorpusNames) -> Options:
    if field == "type":
        return [(f'"{kind}"', "") for kind in sorted(EVENT_TYPES)]
    if field == "event":
        return [(f'"{name}"', plural(count, "event")) for name, count in seen.names if '"' not in name]
    return [("null", "is not there")]
