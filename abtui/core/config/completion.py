"""Completion in a config: names of settings, values of closed sets, and names that the events and the catalog have.

It works while the YAML is broken: see `yaml_place`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from abtui.core.config import names
from abtui.core.config.corpus_names import CorpusNames, Counted
from abtui.core.config.experiments import SECTION
from abtui.core.config.form import Field
from abtui.core.config.names import destination_in_text, known_names
from abtui.core.destination import Destination, Setting
from abtui.core.destinations import DESTINATIONS
from abtui.core.experiments.reader import EXPERIMENT_KEYS
from abtui.core.experiments.values import SEEDS
from abtui.core.findings import RULES
from abtui.core.list_section import ListSection, Options
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural
from abtui.core.text.yaml_place import Place, item_around, place_at
from abtui.core.text.yaml_text import is_writable, key_text, quoted_like

MOST: Final = 200
"""Candidates given: more than a person looks through; a letter more shortens them."""
_SECTION_NOTES: Final[Mapping[str, str]] = {
    "destination": "which destination",
    "settings": "Segment's own settings",
    "experiments": "what counts in which experiment",
    "catalog": "what exists in the web console",
    "targets": "where requests can be sent",
    "check": "what `abtui check` counts",
}
_REFERENCES: Final = (("${ABSMARTLY_API_KEY}", "read from the environment"),)


class Candidate(msgspec.Struct, frozen=True):
    """One candidate. `insert` replaces the span; `note` says what the candidate is, or how many events have it."""

    label: str
    insert: str
    note: str = ""


class Completion(msgspec.Struct, frozen=True):
    """The candidates for the characters `start` to `end`. `typed` is the text that is there now, without quotes."""

    start: int
    end: int
    typed: str
    candidates: tuple[Candidate, ...]


def complete(text: str, offset: int, seen: CorpusNames) -> Completion | None:
    """The candidates at `offset` of `text`, the best fit first; None if there is none."""
    place = place_at(text, offset)
    if place is None:
        return None
    destination = destination_in_text(text)
    kept, options = _options(place, destination, seen, item_around(text, offset))
    if kept and text[offset : place.end].strip() not in ("", place.quote):
        # In the middle of a value that has several words only the one at its end is completed.
        return None
    lead, word = place.typed[:kept], place.typed[kept:]
    fitting = [(rank, name, note) for name, note in options if (rank := _rank(word, name)) is not None]
    if not fitting:
        return None
    fitting.sort(key=lambda item: item[0])
    newline = "\r\n" if "\r\n" in text else "\n"
    candidates = tuple(
        Candidate(
            name.strip(), _continued(place, lead, name) or _inserted(place, lead + name, destination, newline), note
        )
        for _, name, note in fitting[:MOST]
        if is_writable(name)
    )
    return Completion(place.start, place.end, word, candidates) if candidates else None


def options_in_form(field: Field, typed: str, *, key: bool, seen: CorpusNames) -> tuple[int, Options]:
    """The names a field of the form accepts: with `key` as the key of a new row, otherwise as a value.

    So many of the characters that are typed stay before them.
    """
    if field.section is None:
        return 0, options_for(field, key=key, seen=seen)
    steps = tuple(step for step in field.path if isinstance(step, str))
    role = "key" if key else "line" if field.setting.spoken else "value"
    kept, options = field.section.complete(steps, role, typed, seen, "")
    taken = {row.key for row in field.rows} if key else ()
    return kept, [option for option in options if option[0] not in taken]


def options_for(field: Field, *, key: bool, seen: CorpusNames) -> Options:
    """The names a field of the settings accepts: with `key` as the key of a new row, otherwise as a value."""
    if not key:
        return _setting_values(field.setting, seen)
    keys = {row.key for row in field.rows}
    return [option for option in _setting_keys(field.setting, seen) if option[0] not in keys]


def match_names(typed: str, options: Options) -> list[tuple[str, str]]:
    """The options that fit what was typed, the best first."""
    ranked = [(rank, name, note) for name, note in options if name and (rank := _rank(typed, name)) is not None]
    return [(name, note) for _, name, note in sorted(ranked, key=lambda item: item[0])][:MOST]


def _rank(typed: str, name: str) -> int | None:
    """How well a name fits: 0 if it begins with `typed`, 1 if one of its words does, None if neither."""
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
    """The catalog's goals, then the goals in use that the catalog lacks."""
    known = dict.fromkeys(seen.known("goals"), "in the catalog")
    note = "in use, not in the catalog" if known else "in use"
    for goal in seen.used:
        known.setdefault(goal, note)
    return list(known.items())


def counted(things: Counted) -> list[tuple[str, str]]:
    """Names with the number of events that have them."""
    return [(name, plural(count, "event")) for name, count in things]


def _named(path: Path, destination: Destination) -> tuple[str, ...]:
    """A path in which each label of Segment's form is replaced by its setting's name."""
    steps = [step for step in path if isinstance(step, str)]
    if len(steps) > 1 and steps[0] in ("settings", "targets"):
        at = 1 if steps[0] == "settings" else 2
        steps[at : at + 1] = [destination.labels.get(step, step) for step in steps[at : at + 1]]
    return tuple(steps)


def _options(place: Place, destination: Destination, seen: CorpusNames, item: str) -> tuple[int, Options]:
    """What can be written at a place, and how many of the characters that are typed stay before it. `item` is the item around it."""
    path = _named(place.path, destination)
    section = _list_at(path, destination)
    if section is not None and not (place.role == "value" and len(path) == 1):
        kept, found = section.complete(path, place.role, place.typed, seen, item)
        if path == (section.name,):
            found = [(name, str(schema.get("description", ""))) for name, schema in section.keys.items()]
        return kept, [option for option in found if place.role == "value" or option[0] not in place.others]
    if place.role == "key" or (place.role == "item" and path == (SECTION,)):
        keys = _keys(path, destination, seen)
        taken = {destination.labels.get(name, name) for name in place.others} | place.others
        return 0, [option for option in keys if option[0] not in taken]
    return 0, _items(path) if place.role == "item" else _values(path, destination, seen)


def _list_at(path: tuple[str, ...], destination: Destination) -> ListSection | None:
    """The section with a list that a path leads into."""
    return next((section for section in destination.lists if path[:1] == (section.name,)), None)


def _setting_at(path: tuple[str, ...], destination: Destination) -> Setting | None:
    """The setting at a path of the config: in `settings`, in a target, or in a section that only this destination has."""
    match path:
        case ("settings", name) | ("targets", _, name):
            return destination.setting(name)
        case (section, name):
            own = (item for part in destination.sections if part.name == section for item in part.settings)
            return next((item for item in own if item.name == name), None)
    return None


def _keys(path: tuple[str, ...], destination: Destination, seen: CorpusNames) -> Options:
    if path == ():
        own = (
            *((part.name, part.note) for part in destination.sections),
            *((part.name, part.note) for part in destination.lists),
        )
        notes = {**_SECTION_NOTES, **dict(own)}
        return [(name, notes[name]) for name in known_names(destination, ())]
    if path == (SECTION,):
        return list(EXPERIMENT_KEYS.items())
    if path == (SECTION, "seeds"):
        return [(name, "") for name in SEEDS]
    if path == ("targets",):
        return [(name, "environment in the catalog") for name in seen.known("environments")]
    if (setting := _setting_at(path, destination)) is not None:
        return _setting_keys(setting, seen)
    return [(name, _key_note((*path, name), destination)) for name in known_names(destination, path)]


def _key_note(path: tuple[str, ...], destination: Destination) -> str:
    setting = _setting_at(path, destination)
    if setting is None:
        return ""
    return setting.label or " or ".join(choice for choice, _note in setting.choices)


def _setting_keys(setting: Setting, seen: CorpusNames) -> Options:
    """The keys a map may have: names or fields of the events."""
    if setting.kind != "map" or setting.keys is None:
        return ()
    return counted(seen.names if setting.keys == "names" else seen.fields)


def _setting_values(setting: Setting, seen: CorpusNames) -> Options:
    """The values of a setting, or of the entries of a map."""
    if setting.kind == "toggle":
        return [("true", ""), ("false", "")]
    if setting.kind == "choice":
        return setting.choices
    if setting.kind == "secret":
        return _REFERENCES
    if setting.catalog == "goals":
        return goal_options(seen)
    if setting.catalog is not None:
        return [(name, "in the catalog") for name in seen.known(setting.catalog)]
    return ()


def _values(path: tuple[str, ...], destination: Destination, seen: CorpusNames) -> Options:
    match path:
        case ("destination",):
            return [(name, item.about.removesuffix(".")) for name, item in DESTINATIONS.items()]
        case ("targets", _, "allow"):
            return [("false", "nothing may be sent to it"), ("true", "")]
        case ("check", "failOn"):
            return [(name, "") for name in names.FAIL_ON]
        case ("catalog",):
            return [("!file catalog.yaml", "what `abtui catalog pull` writes")]
        case (section,) if section == SECTION:
            return [("!file experiments.yaml", "a file of experiments")]
    setting = _setting_at(path, destination)
    if setting is not None and setting.kind != "map":
        return _setting_values(setting, seen)
    around = _setting_at(path[:-1], destination)
    return _setting_values(around, seen) if around is not None and around.kind == "map" else ()


def _items(path: tuple[str, ...]) -> Options:
    return (
        [(code, rule.title) for code, rule in RULES.items()]
        if path in (("check", "ignore"), ("check", "select"))
        else ()
    )


def _inserted(place: Place, name: str, destination: Destination, newline: str) -> str:
    """The YAML for a name: in the quotes that were typed, or in quotes only if YAML needs them."""
    path = _named(place.path, destination)
    begins_item = place.role == "item" and (path == (SECTION,) or _list_at(path, destination) is not None)
    if place.role != "key" and not (begins_item and len(place.path) == 1):
        if name in ("true", "false") or name.startswith("!file "):
            return name
        if name.startswith("${"):
            # A reference may stand unquoted anywhere (see `yaml_references`).
            return name if not place.quote else f"{place.quote}{name}{place.quote}"
        return quoted_like(name.replace("${", "$${"), place.quote)
    key = key_text(name, place.quote)
    if place.colon:
        return key
    if not place.flow and _has_map(place, name, destination):
        return f"{key}:{newline}{' ' * (place.indent + 2)}"
    return f"{key}: "


def _continued(place: Place, lead: str, name: str) -> str:
    """A word behind others that were typed without quotes, if it needs none either; "" for any other."""
    plain = not place.quote and not any(sign in name for sign in (": ", " #", *(",[]{}" if place.flow else "")))
    return lead + name if lead and plain else ""


def _has_map(place: Place, name: str, destination: Destination) -> bool:
    """Whether the key is one of the config's own (not a name that a person chose) and has a map below it."""
    path = _named(place.path, destination)
    if path == ():
        return name != "destination" and name in known_names(destination, ())
    setting = _setting_at((*path, name), destination)
    return (path, name) == (("catalog",), "archived") or (setting is not None and setting.kind == "map")
