"""What can be written at a place of a config: names of settings, values of closed sets, what events and catalog know.

The config may be broken: see `yaml_place`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from abtui.core.config import names
from abtui.core.config.corpus_names import CorpusNames, Counted
from abtui.core.config.form import Field
from abtui.core.config.model import DESTINATIONS
from abtui.core.config.names import LABELS, SETTINGS
from abtui.core.rules import RULES
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural
from abtui.core.text.yaml_place import Place, place_at
from abtui.core.text.yaml_text import is_writable, key_text, quoted_like

MOST: Final = 200
"""Candidates given: more than a person looks through; a letter more shortens them."""
_TITLES: Final = {name: label for label, name in LABELS.items()}
_TOGGLES: Final = tuple(name for name in SETTINGS if name.startswith("enable"))
_SECTION_NOTES: Final[Mapping[str, str]] = {
    "destination": "which destination",
    "settings": "Segment's own settings",
    "behavior": "where its sources disagree",
    "catalog": "what exists in the web console",
    "targets": "where requests can be sent",
    "check": "what `abtui check` counts",
}
_MAPS: Final = frozenset(
    {"settings", "behavior", "catalog", "targets", "check", "goalMapping", "unitMapping", "archived"}
)
_REFERENCES: Final = (("${ABSMARTLY_API_KEY}", "read from the environment"),)


class Candidate(msgspec.Struct, frozen=True):
    """Something to write. `insert` replaces the span; `note` says what it is or how often it was seen."""

    label: str
    insert: str
    note: str = ""


class Completion(msgspec.Struct, frozen=True):
    """What may stand in place of the characters `start` to `end`. `typed` is what of it was there, without quotes."""

    start: int
    end: int
    typed: str
    candidates: tuple[Candidate, ...]


Options = Iterable[tuple[str, str]]
"""Names with a note each."""


def complete(text: str, offset: int, seen: CorpusNames) -> Completion | None:
    """What can be written at `offset` of `text`, the best fit first; None where nothing is known."""
    place = place_at(text, offset)
    if place is None:
        return None
    options = _options(place, seen)
    fitting = [(rank, name, note) for name, note in options if (rank := _rank(place.typed, name)) is not None]
    if not fitting:
        return None
    fitting.sort(key=lambda item: item[0])
    newline = "\r\n" if "\r\n" in text else "\n"
    candidates = tuple(
        Candidate(name, _inserted(place, name, newline), note) for _, name, note in fitting[:MOST] if is_writable(name)
    )
    return Completion(place.start, place.end, place.typed, candidates) if candidates else None


def options_for(field: Field, *, key: bool, seen: CorpusNames) -> Options:
    """What can be written into a field of the form: with `key` as the key of a row that is not there yet, else as a value."""
    path = ("settings", field.name)
    if not key:
        return _values((*path, "") if field.kind == "map" else path, seen)
    keys = {row.key for row in field.rows}
    return [option for option in _keys(path, seen) if option[0] not in keys]


def match_names(typed: str, options: Options) -> list[tuple[str, str]]:
    """The options that fit what was typed, the best first."""
    ranked = [(rank, name, note) for name, note in options if name and (rank := _rank(typed, name)) is not None]
    return [(name, note) for _, name, note in sorted(ranked, key=lambda item: item[0])][:MOST]


def _rank(typed: str, name: str) -> int | None:
    """How well a name fits: 0 begins like it, 1 a word of it does; None not at all."""
    wanted, here = typed.lower().strip(), name.lower()
    if here.startswith(wanted):
        return 0
    at = here.find(wanted, 1)
    while at > 0:
        if not here[at - 1].isalnum() or name[at : at + 1].isupper():
            return 1
        at = here.find(wanted, at + 1)
    return None


def goal_options(seen: CorpusNames) -> list[tuple[str, str]]:
    """Goals: the catalog's, then those in use that it does not have."""
    known = dict.fromkeys(seen.goals, "in the catalog")
    for goal in seen.used:
        known.setdefault(goal, "in use, not in the catalog" if seen.goals else "in use")
    return list(known.items())


def counted(things: Counted) -> list[tuple[str, str]]:
    """Names with the number of events that have them."""
    return [(name, plural(count, "event")) for name, count in things]


def _named(path: Path) -> tuple[str, ...]:
    """A path with the labels of Segment's form as the settings they stand for."""
    steps = [step for step in path if isinstance(step, str)]
    if len(steps) > 1 and steps[0] in ("settings", "targets"):
        at = 1 if steps[0] == "settings" else 2
        steps[at:] = [LABELS.get(step, step) if index == 0 else step for index, step in enumerate(steps[at:])]
    return tuple(steps)


def _options(place: Place, seen: CorpusNames) -> Options:
    path = _named(place.path)
    if place.role == "key":
        found = _keys(path, seen)
        taken = {LABELS.get(name, name) for name in place.others} | place.others
        return [option for option in found if option[0] not in taken]
    return _items(path) if place.role == "item" else _values(path, seen)


def _keys(path: tuple[str, ...], seen: CorpusNames) -> Options:
    match path:
        case ():
            return list(_SECTION_NOTES.items())
        case ("settings",):
            return [(name, _TITLES[name]) for name in SETTINGS]
        case ("settings", "goalMapping"):
            return counted(seen.names)
        case ("settings", "unitMapping"):
            return counted(seen.fields)
        case ("behavior",):
            return [("identify", "attributes or reject"), ("viewGoalNames", "title or slug")]
        case ("catalog",):
            return [(name, "") for name in names.CATALOG]
        case ("catalog", "archived"):
            return [(name, "") for name in names.CATALOG_PARTS]
        case ("check",):
            return [(name, "") for name in names.CHECK]
        case ("targets",):
            return [(name, "environment in the catalog") for name in seen.environments]
        case ("targets", _):
            return [(name, _TITLES.get(name, "")) for name in names.TARGET]
    return ()


def _values(path: tuple[str, ...], seen: CorpusNames) -> Options:
    match path:
        case ("destination",):
            return [(name, "AB Smartly in Segment's catalog") for name in DESTINATIONS]
        case ("settings", "goalMapping", _):
            return goal_options(seen)
        case ("settings", "unitMapping", _):
            return [(name, "in the catalog") for name in seen.units]
        case ("settings" | "targets", *_, "environment"):
            return [(name, "in the catalog") for name in seen.environments]
        case ("settings" | "targets", *_, "application"):
            return [(name, "in the catalog") for name in seen.applications]
        case ("settings" | "targets", *_, "apiKey"):
            return _REFERENCES
        case ("settings", name) if name in _TOGGLES:
            return [("true", ""), ("false", "")]
        case ("targets", _, "allow"):
            return [("false", "nothing may be sent to it"), ("true", "")]
        case ("behavior", "identify"):
            return [("attributes", "as the catalog page promises"), ("reject", "as the published function does")]
        case ("behavior", "viewGoalNames"):
            return [("title", '"Page: Home"'), ("slug", '"home_pageview"')]
        case ("check", "failOn"):
            return [(name, "") for name in names.FAIL_ON]
        case ("catalog",):
            return [("!file catalog.yaml", "what `abtui catalog pull` writes")]
    return ()


def _items(path: tuple[str, ...]) -> Options:
    return (
        [(code, rule.title) for code, rule in RULES.items()]
        if path in (("check", "ignore"), ("check", "select"))
        else ()
    )


def _inserted(place: Place, name: str, newline: str) -> str:
    """A name as the YAML that is to be written: quoted where it has to be, and as it was begun."""
    if place.role != "key":
        if name in ("true", "false") or name.startswith("!file "):
            return name
        if name.startswith("${"):
            # A reference may stand unquoted anywhere (see `shield`).
            return name if not place.quote else f"{place.quote}{name}{place.quote}"
        return quoted_like(name.replace("${", "$${"), place.quote)
    key = key_text(name, place.quote)
    if place.colon:
        return key
    if name in _MAPS and not place.flow and _has_map(place, name):
        return f"{key}:{newline}{' ' * (place.indent + 2)}"
    return f"{key}: "


def _has_map(place: Place, name: str) -> bool:
    """Whether the key is one of the config's own that has a map below it, and no name that a person chose."""
    path = _named(place.path)
    return (
        path == () or (path == ("settings",) and name.endswith("Mapping")) or (path, name) == (("catalog",), "archived")
    )
