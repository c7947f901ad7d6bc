"""The arguments of a call by the names of the event's fields, or why they are none of its library's."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from abtui.core.events.constructors import UNDEFINED, Built
from abtui.core.events.model import JSONObject
from abtui.core.events.scalars import NotLiteral
from abtui.core.events.sdks import METHODS, PHP_SDK, PYTHON, RUBY_SDK, Sdk, method_of
from abtui.core.text.javascript import number_to_string

CALLBACK: Final = object()
"""A function that is an argument."""
_NEEDED: Final = {
    "track": ("event", "track has no event name.", 'Its first argument is the name: analytics.track("Name").'),
    "alias": ("userId", "alias has no new id.", 'Its first argument is the new id: analytics.alias("new", "old").'),
}
"""A field that a method needs, and the message and hint if it is missing."""
_OF_THE_LIBRARIES: Final = "Arguments are those of Segment's own libraries."
_SNAKE: Final = {f"{name}_id": f"{name}Id" for name in ("user", "anonymous", "group", "previous", "message")}
_LABELS: Final[dict[str, str]] = {
    "event": "event", "name": "name", "title": "name", "category": "category", "properties": "properties",
    "traits": "traits", "userId": "userId", "groupId": "groupId", "newId": "userId", "new_id": "userId",
    "previousId": "previousId", "anonymousId": "anonymousId", "options": "options", "context": "context",
    "integrations": "integrations", "timestamp": "timestamp", "messageId": "messageId", **_SNAKE,
}  # fmt: skip
_OBJECTS: Final = {"properties", "traits", "options", "context", "integrations"}
_IDS: Final = {"userId", "groupId", "previousId", "anonymousId"}
_WHOLE: Final = {"userId", "anonymousId"}
"""A single object with one of these is a whole event, the form of the Node library."""


class Argument(NamedTuple):
    """One argument: its label, its value, and the offsets of both."""

    label: str | None
    value: Any
    at: int
    label_at: int = 0


def method_name(method: str, at: int) -> str:
    """The name of a method that makes an event, which .NET writes with a capital."""
    known = method[:1].lower() + method[1:]
    if known not in METHODS:
        quoted = slice(at, at + len(method))
        raise NotLiteral("", at, "Calls that do are " + ", ".join(METHODS) + ".", quoted=quoted, end=" makes no event.")
    return known


def message_of(method: str, at: int, arguments: list[Argument]) -> tuple[str, JSONObject]:
    """The method and the fields of the message that is the one argument."""
    given = arguments[0].value if len(arguments) == 1 else None
    if not isinstance(given, Built):
        raise NotLiteral(f"{method} takes a message.", arguments[0].at if arguments else at, _OF_THE_LIBRARIES)
    _check(given.method, given, arguments)
    return given.method, dict(given)


def fields_of(method: str, arguments: list[Argument], sdk: Sdk) -> JSONObject:
    """The arguments by the name of the event's field. `options` stays under its own name."""
    given = [item for item in arguments if item.value is not CALLBACK]
    plain = [item for item in given if item.label is None]
    if len(given) == 1 and plain and (whole := _whole(method, plain[0].value, sdk)):
        return whole
    fields = _by_position(method, plain, sdk)
    for label, value, at, label_at in given:
        if label is None:
            continue
        name = _LABELS.get(label)
        if name is None:
            quoted = slice(label_at, label_at + len(label))
            raise NotLiteral("", at, _OF_THE_LIBRARIES, quoted=quoted, end=f" is no argument of {method}.")
        name = "event" if method == "track" and name == "name" else name
        fields[name] = _field(name, value, at)
    _check(method, fields, arguments)
    return {name: value for name, value in fields.items() if value is not None and value is not UNDEFINED}


def is_python(method: str, arguments: list[Argument]) -> bool:
    """Whether the texts that come first can only be those of Python's library: the user, and then the name."""
    texts = sum(isinstance(item.value, str) and item.label is None for item in arguments[:3])
    return texts > (1 if method in ("track", "group") else 2)


def _check(method: str, fields: JSONObject, arguments: list[Argument]) -> None:
    needed, message, hint = _NEEDED.get(method, ("", "", ""))
    if needed and not fields.get(needed):
        raise NotLiteral(message, arguments[0].at if arguments else 0, hint)


def _whole(method: str, value: Any, sdk: Sdk) -> JSONObject | None:
    """The fields if the single argument is the whole event, as the libraries for Node, Ruby and PHP take it."""
    if not isinstance(value, dict):
        return None
    if sdk in (RUBY_SDK, PHP_SDK):
        names: dict[str, str] = _SNAKE if sdk is RUBY_SDK else {}
        empty = {name for name in _OBJECTS if value.get(name) == []}
        given: JSONObject = value
        whole = {names.get(name, name): {} if name in empty else item for name, item in given.items()}
        return whole if method != "track" or isinstance(whole.get("event"), str) else None
    if method == "track":
        return dict(value) if isinstance(value.get("event"), str) else None
    if method in ("identify", "group"):
        return dict(value) if isinstance(value.get("traits"), dict) and value.keys() & {*_WHOLE, "groupId"} else None
    return dict(value) if value.keys() & _WHOLE else None


def _by_position(method: str, plain: list[Argument], sdk: Sdk) -> JSONObject:
    """The fields of the arguments without labels: first texts, as `page("Category", "Name")` or `page("Name")`, then objects."""
    form = method_of(method, sdk)
    texts: list[Argument] = []
    for item in plain[: 3 if form.three else 2 if form.texts else 1]:
        is_missing = item.value is None or item.value is UNDEFINED
        if isinstance(item.value, dict) or (method == "track" and is_missing):
            break
        if texts and not isinstance(item.value, str) and (method in ("track", "group") or len(texts) > 1):
            break
        texts.append(item)
    rest = plain[len(texts) :]
    texts = [item for item in texts if item.value is not None and item.value is not UNDEFINED]
    fields: JSONObject = {}
    # In Python the context comes where browsers have options.
    objects = (form.objects[0], "context") if sdk is PYTHON else form.objects
    for name, item in [*zip(form.fields(len(texts)), texts, strict=False), *zip(objects, rest, strict=False)]:
        fields[name] = _field(name, item.value, item.at)
    if len(rest) > len(objects):
        raise NotLiteral(f"{method} takes no further argument here.", rest[len(objects)].at, _OF_THE_LIBRARIES)
    return fields


def _field(name: str, value: Any, at: int) -> Any:
    """The value of a field. Raises NotLiteral if it is of the wrong kind. A number given as an id becomes text, as in the SDKs."""
    if value is None or value is UNDEFINED:
        return None
    if name in _OBJECTS:
        if not isinstance(value, dict):
            raise NotLiteral(f"Expected an object for `{name}`.", at, "Write {key: value}.")
    elif isinstance(value, dict | list | bool) or (not isinstance(value, str) and name not in _IDS):
        raise NotLiteral(f"Expected text for `{name}`.", at, "Write it in quotes.")
    elif not isinstance(value, str):
        return number_to_string(value)
    return value
