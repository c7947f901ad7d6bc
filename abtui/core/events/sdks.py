"""The libraries of Segment: which of them a call is for, the order of its arguments, and what each adds to an event.

The order is that of Analytics.js 2 (`resolveArguments`, `resolvePageArguments`, `resolveUserArguments`, `resolveAliasArguments`), and of the
libraries for Python and .NET, in which the user comes first. Labels are those of the Swift, Kotlin, Objective-C, Python and Ruby libraries.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from abtui.core.events.model import JSONObject, SdkDefaults
from abtui.core.events.scalars import ANY, KOTLIN, PHP, RUBY, Language
from abtui.core.text.javascript import parse_date


class Method(NamedTuple):
    """The arguments of a method: the field of a single text, the fields of two texts and of three, and those of the objects after them."""

    text: str
    texts: tuple[str, ...]
    three: tuple[str, ...]
    objects: tuple[str, ...]

    def fields(self, count: int) -> tuple[str, ...]:
        """The fields of so many texts."""
        return (self.text,) if count < 2 else self.texts if count == 2 else self.three


class Sdk(NamedTuple):
    """A library: its name in `context.library`, the language of its calls, and whether it runs on a server, where no id is made up."""

    name: str
    language: Language = ANY
    is_server: bool = False


METHODS: Final = {
    "track": Method("event", ("userId", "event"), (), ("properties", "options")),
    "page": Method("name", ("category", "name"), ("userId", "category", "name"), ("properties", "options")),
    "screen": Method("name", ("category", "name"), ("userId", "category", "name"), ("properties", "options")),
    "identify": Method("userId", (), (), ("traits", "options")),
    "group": Method("groupId", ("userId", "groupId"), (), ("traits", "options")),
    "alias": Method("userId", ("userId", "previousId"), (), ("options",)),
}
_OF_DOT_NET: Final = {
    "page": METHODS["page"]._replace(texts=("userId", "name"), three=("userId", "name", "category")),
    "screen": METHODS["screen"]._replace(texts=("userId", "name"), three=("userId", "name", "category")),
    "alias": METHODS["alias"]._replace(texts=("previousId", "userId")),
}
ENQUEUE: Final = "enqueue"
"""The method of Java and Go that takes a message, which knows its own method."""

JAVASCRIPT: Final = Sdk("analytics.js")
PYTHON: Final = Sdk("analytics-python", is_server=True)
SWIFT: Final = Sdk("analytics-swift")
IOS: Final = Sdk("analytics-ios")
RUBY_SDK: Final = Sdk("analytics-ruby", RUBY, is_server=True)
PHP_SDK: Final = Sdk("analytics-php", PHP, is_server=True)
DOT_NET: Final = Sdk("Analytics.NET", is_server=True)
_BY_TEXT: Final = (
    (re.compile(r"[^(\n]*?(?:\w::|->)"), PHP_SDK),
    (re.compile(r"[^(\n]*\.Enqueue\s*\(|.*\bEnqueue\(\s*&?analytics\."), Sdk("analytics-go", is_server=True)),
    (re.compile(r"[^(\n]*\.enqueue\s*\("), Sdk("analytics-java", is_server=True)),
    (re.compile(r"[^(\n]*\.(?:Track|Page|Screen|Identify|Group|Alias)\s*\("), DOT_NET),
    (re.compile(r"[^\n]*?\.with\([^()\n]*\)"), Sdk("analytics-android")),
    (re.compile(r"[^(\n]*\.\w+(?:[ \t]+(?![ \t(])|\s*\(\s*\{?\s*(?::\w+\s*=>|[a-z]+_id:(?!:)))"), RUBY_SDK),
)
"""The start of a call, and the library that is called so. Classes of Segment's libraries are written with colons only in PHP."""
_KOTLIN = re.compile(r"\b(?:mapOf|mutableMapOf|buildJsonObject|buildJsonArray|JsonObject)\s*[({]|[\"']\s+to\s")
_RUBY = re.compile(r"(?<![\w:]):[a-z]\w*\s*=>|[({,]\s*(?:user|anonymous|group|previous|message)_id:(?!:)")
_OPTIONS: Final = ("anonymousId", "userId", "messageId", "timestamp")


def sdk_of(text: str) -> Sdk:
    """The library that a call is for, as far as its text shows it; otherwise that for browsers."""
    for start, sdk in _BY_TEXT:
        if start.match(text):
            return sdk
    if _KOTLIN.search(text):
        return Sdk("analytics-kotlin", KOTLIN)
    return RUBY_SDK if _RUBY.search(text) else JAVASCRIPT


def method_of(name: str, sdk: Sdk) -> Method:
    """The arguments of a method of a library."""
    return (_OF_DOT_NET if sdk is DOT_NET else METHODS).get(name) or METHODS[name]


def complete(method: str, fields: JSONObject, library: Sdk, sdk: SdkDefaults, message_id: str) -> JSONObject:
    """The event with everything that an SDK adds. Values in the call itself take precedence."""
    options = fields.pop("options") if isinstance(fields.get("options"), dict) else {}
    fields.pop("type", None)
    event: JSONObject = {"type": method}
    for name in ("event", "category", "name", "groupId", "userId", "previousId"):
        if name in fields:
            event[name] = fields.pop(name)
    if method == "alias":
        event.setdefault("previousId", sdk.user_id or sdk.anonymous_id)
    else:
        details = fields.pop(METHODS[method].objects[0], {})
        if method == "page" and isinstance(details, dict) and not library.is_server:
            details = details | {name: event[name] for name in ("category", "name") if name in event}
        event[METHODS[method].objects[0]] = details
    if not library.is_server or not (event.get("userId") or options.get("anonymousId")):
        event["anonymousId"] = sdk.anonymous_id
    if sdk.user_id is not None:
        event.setdefault("userId", sdk.user_id)
    event["messageId"] = message_id
    event |= dict.fromkeys(("originalTimestamp", "sentAt", "timestamp", "receivedAt"), sdk.now)
    event["context"] = {"library": {"name": library.name}}
    event["integrations"] = {}
    for name, value in options.items():
        if name in _OPTIONS:
            event[name] = value
        elif name == "integrations" and isinstance(value, dict):
            event["integrations"] = value
        elif name == "context" and isinstance(value, dict):
            event["context"] |= value
        else:
            event["context"][name] = value
    for name, value in fields.items():
        event[name] = {**event["context"], **value} if name == "context" and isinstance(value, dict) else value
    if event["timestamp"] != sdk.now and "originalTimestamp" not in fields:
        # Segment takes the timestamp of a call for its originalTimestamp.
        event["originalTimestamp"] = event["timestamp"]
    for name in ("sentAt", "receivedAt"):
        # A placeholder must not say that the event was received before it happened.
        if event[name] == sdk.now and _is_later(event["originalTimestamp"], sdk.now):
            event[name] = event["originalTimestamp"]
    return event


def _is_later(one: object, other: str) -> bool:
    first, second = parse_date(one) if isinstance(one, str) else None, parse_date(other)
    return first is not None and second is not None and first > second
