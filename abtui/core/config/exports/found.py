"""Finds the destinations and their subscriptions in a document, whatever is around them, and the one that is AB Smartly's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.exports.document import Document, Unknown
from abtui.core.destination import Destination
from abtui.core.destinations import DEFAULT, DESTINATIONS
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import letters, one_line, plural

CHOICE: Final = "ABTUI_DESTINATION"
"""The variable that chooses one of several destinations, by its id, its name, or the name of its kind."""
Mask = Callable[[str], str]
_OWN: Final = "absmartly"
_ADDRESS: Final = "collectorendpoint"
_SUBSCRIPTION: Final = {
    letters(name): name
    for name in ("name", "enabled", "trigger", "actionId", "actionSlug", "settings", "destinationId")
}
_RESOURCES: Final = ("segment_destination", "segment_destination_subscription")
_LISTED: Final = 8
_WIDTH: Final = 60


class Subscription(msgspec.Struct, frozen=True):
    """One subscription: its path, its values by the names of Segment's Public API, and the keys that they have in the file."""

    path: Path
    values: Mapping[str, Any]
    keys: Mapping[str, str]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One destination. `label` is its name in Terraform; `settings` are at `settings_path`, and are an object or `Unknown`.

    `about` are its other values. A destination in Segment says what it is in its metadata; `name` is given by people.
    """

    path: Path
    label: str
    about: Mapping[str, Any]
    settings: Any
    settings_path: Path
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """What it says of its kind."""
        metadata = self.about.get("metadata")
        given = metadata if isinstance(metadata, dict) else {}
        return [text for name in ("name", "slug") if isinstance(text := given.get(name), str)]

    @property
    def names(self) -> list[str]:
        """Its names, those that people know it by first."""
        given = (self.about.get(name) for name in ("name", "display_name", "displayName", "slug"))
        return [*(text for text in given if isinstance(text, str) and text), *self.kinds, *filter(None, [self.label])]

    @property
    def id(self) -> str:
        """Its id in Segment, or ""."""
        given = self.about.get("id")
        return given if isinstance(given, str) else ""

    @property
    def is_own(self) -> bool:
        """Whether it is AB Smartly's."""
        if isinstance(self.settings, dict) and any(letters(name) == _ADDRESS for name in self.settings):
            return True
        return any(_OWN in letters(name) for name in self.names)

    @property
    def destination(self) -> Destination:
        """Which of AB Smartly's destinations it is."""
        if (written := self.about.get("destination")) in DESTINATIONS:
            return DESTINATIONS[written]
        every = DESTINATIONS.values()
        said = (
            item for names in (self.kinds, self.names) for item in every if any(_is_of(item, name) for name in names)
        )
        listing = (item for item in every if any(part.segment for part in item.lists))
        by_metadata = any(_is_of(item, name) for item in every for name in self.kinds)
        return next(listing if self.subscriptions and not by_metadata else said, DEFAULT)

    @property
    def choice(self) -> str:
        """What chooses it among others."""
        return self.id or self.label or next(iter(self.names), self.destination.name)

    def shown(self, mask: Mask) -> str:
        """What tells it from others: its name, and its id or its place."""
        name = next(iter(self.names), "a destination without a name")
        return f"`{one_line(mask(name), _WIDTH)}` ({one_line(mask(self.id or self.label or path_text(self.path)), _WIDTH)})"

    def fits(self, choice: str) -> bool:
        """Whether a person's choice means it."""
        wanted = (self.id, *self.names, self.destination.name)
        return any(choice == name or (letters(choice) and letters(choice) == letters(name)) for name in wanted)


def _is_of(destination: Destination, name: str) -> bool:
    spelled = letters(name)
    return spelled == letters(destination.title) or (_OWN in spelled and destination.name in spelled)


class Found(msgspec.Struct, frozen=True):
    """All destinations in a document, and the subscriptions that are in none of them."""

    destinations: tuple[Held, ...]
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def own(self) -> tuple[Held, ...]:
        """Those of AB Smartly, each with its subscriptions. Subscriptions that name no destination are those of the only one."""
        own = [held for held in self.destinations if held.is_own]
        return tuple(
            msgspec.structs.replace(
                held,
                subscriptions=tuple(
                    item
                    for item in (*held.subscriptions, *self.subscriptions)
                    if _belongs(item, held, own, self.destinations)
                ),
            )
            for held in own
        )


def _belongs(item: Subscription, held: Held, own: Sequence[Held], every: Sequence[Held]) -> bool:
    if item.path[: len(held.path)] == held.path and held.path:
        return True
    of = item.values.get("destinationId")
    if isinstance(of, Unknown):
        parts = of.expression.split(".")
        named = [other for other in every if other.label.rpartition(".")[2] in parts]
        return held in named if named else len(own) == 1
    if isinstance(of, str) and any(other.id == of for other in every):
        return held.id == of
    return len(own) == 1


def found_in(document: Document) -> Found:
    """The destinations and subscriptions of a document, in its order."""
    root: Any = document.value
    start: Path = ()
    if isinstance(root, dict) and isinstance(root.get("planned_values"), dict):
        # A plan has each resource also as it was, and as it is to be changed.
        root, start = root["planned_values"], ("planned_values",)
    destinations: list[Held] = []
    subscriptions: list[Subscription] = []
    stack: list[tuple[Path, Any]] = [(start, root)]
    while stack:
        path, value = stack.pop()
        inside: Sequence[tuple[Any, Any]] = ()
        if isinstance(value, list):
            inside = [(at, item) for at, item in enumerate(value) if isinstance(item, dict | list)]
        elif isinstance(value, dict) and not _is_other(path, value):
            inside = tuple(value.items())
            subscription = _subscription(document, path, value)
            held = _held(document, path, value) if subscription is None else None
            if subscription is not None:
                subscriptions.append(subscription)
                continue
            if held is not None:
                destinations.append(held)
                inside = [
                    item for item in inside if (*path, item[0]) != held.settings_path and held.settings_path != path
                ]
        stack.extend(((*path, step), member) for step, member in reversed(inside) if isinstance(member, dict | list))
    return Found(tuple(destinations), tuple(subscriptions))


def _is_other(path: Path, value: Mapping[str, Any]) -> bool:
    """Whether an object is an event, or a resource of Terraform that is no destination."""
    kind = value.get("type")
    if path[:1] == ("resource",) and len(path) == 2:
        return path[1] not in _RESOURCES
    return kind in EVENT_TYPES or (
        isinstance(kind, str) and kind not in _RESOURCES and ("instances" in value or "values" in value)
    )


def _key(value: Mapping[str, Any], *names: str) -> str | None:
    return next((key for key in value if isinstance(key, str) and letters(key) in names), None)


def _subscription(document: Document, path: Path, value: Mapping[str, Any]) -> Subscription | None:
    if _key(value, "trigger") is None or _key(value, "actionid", "actionslug", "settings") is None:
        return None
    keys = {_SUBSCRIPTION[letters(key)]: key for key in value if letters(key) in _SUBSCRIPTION}
    values = {name: document.settled(value[key]) for name, key in keys.items()}
    given = value.get(keys.get("settings", ""))
    if isinstance(given, str):
        values["settings"] = document.settled(document.parsed(given))
    return Subscription(path, values, keys)


def _held(document: Document, path: Path, value: Mapping[str, Any]) -> Held | None:
    key = _key(value, "settings", "config", "configs")
    settings = None if key is None else _settings(document, value[key])
    if key is None and _key(value, _ADDRESS) is not None:
        settings, where = document.settled(value), path
    elif key is None or (settings is None and path[:2] != ("resource", _RESOURCES[0])):
        return None
    else:
        where = (*path, key)
    settings = Unknown("") if settings is None else settings
    about = {name: document.settled(item) for name, item in value.items() if where != path and name != key}
    return Held(path=path, label=_label(path, value), about=about, settings=settings, settings_path=where)


def _label(path: Path, value: Mapping[str, Any]) -> str:
    """The name of a resource in Terraform: the one that it has by its place in the file."""
    if path[:1] == ("resource",) and len(path) > 2:
        return ".".join(map(str, path[1:3]))
    return str(path[1]) if path[:1] == ("module",) and len(path) > 1 else ""


def _settings(document: Document, given: Any) -> Any:
    """Settings as an object, of an object, its JSON, or a list of names and values; `Unknown`, or None for anything else."""
    value = document.parsed(given) if isinstance(given, str) else given
    if (
        isinstance(value, list)
        and value
        and all(isinstance(item, dict) and "name" in item and "value" in item for item in value)
    ):
        value = {str(item["name"]).rpartition("/")[2]: item["value"] for item in value}
    value = document.settled(value)
    return value if isinstance(value, dict | Unknown) else None


def keys_in(settings: Any) -> Iterator[str]:
    """All texts and numbers under the name of an API key, also inside lists and objects: a key of the wrong type is still a key."""
    pending = (
        [value for name, value in settings.items() if letters(name) == "apikey"] if isinstance(settings, dict) else []
    )
    while pending:
        value = pending.pop()
        if isinstance(value, dict | list):
            pending += value.values() if isinstance(value, dict) else value
        elif isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            yield str(value).strip()


class NotFound(msgspec.Struct, frozen=True):
    """Why there is no destination to be read from a file, and what to do."""

    message: str
    hint: str


def chosen(found: Found, choice: str, mask: Mask) -> Held | NotFound:
    """The one destination of AB Smartly that is in a document, or that a person chose. `mask` hides the keys in names."""
    own = found.own
    fitting = tuple(held for held in own if held.fits(choice)) if choice else own
    if len(fitting) == 1:
        return fitting[0]
    listed = fitting or own or found.destinations
    names = ", ".join(held.shown(mask) for held in listed[:_LISTED])
    more = f" and {len(listed) - _LISTED:,} more" if len(listed) > _LISTED else ""
    if not own:
        message = f"It has {plural(len(listed), 'destination')}, and none is AB Smartly's: {names}{more}."
        return NotFound(message, "Give the file that has the one of AB Smartly.")
    hint = f"Set {CHOICE} to the id or the name of one: `{CHOICE}={one_line(mask(own[0].choice), _WIDTH)} abtui …`."
    if choice and not fitting:
        return NotFound(f"{CHOICE} names none of its destinations of AB Smartly: {names}{more}.", hint)
    return NotFound(f"It has {len(listed):,} destinations of AB Smartly: {names}{more}.", hint)
