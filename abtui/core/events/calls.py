"""The documentation's lines of code, `analytics.track("Name", {...})`: read, and completed as an SDK would do it.

The order of arguments is that of Analytics.js 2 (`resolveArguments`, `resolvePageArguments`, `resolveUserArguments`,
`resolveAliasArguments`); labels are those of the Swift, Kotlin, Objective-C and Python libraries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2s
from typing import Any, Final, NamedTuple

from abtui.core.events.chunks import take
from abtui.core.events.cursor import Cursor
from abtui.core.events.literals import UNDEFINED, NotLiteral, read_literal, skip_space
from abtui.core.events.model import Event, Item, JSONObject, SdkDefaults, Unreadable
from abtui.core.events.reading import Reading, found_in, too_large
from abtui.core.text.javascript import number_to_string, parse_date
from abtui.core.text.json_text import Issue

CALL_START: Final = re.compile(
    r"(?:(?:await|return|void)[ \t]++)?[A-Za-z_$][\w$]*+"
    r"(?:[ \t]*+(?:\([\w\"'.,= \t]*+\)[ \t]*+)?[?!]?\.[ \t]*+[A-Za-z_$][\w$]*+)++[ \t]*+\("
    r"|\[[ \t]*+(?:\[[ \t]*+[A-Za-z_]\w*+[ \t]++[A-Za-z_][^\]\n]*+\]|[A-Za-z_]\w*+)[ \t]++[A-Za-z_]\w*+[ \t]*+[:\]]"
)
"""The start of a method call in JavaScript, Swift, Kotlin or Python, or of a message in Objective-C."""


class _Method(NamedTuple):
    """The arguments of a method: the field of a single text, the fields of two texts, and those of the objects after them."""

    text: str
    texts: tuple[str, str] | None
    objects: tuple[str, ...]


_METHODS: Final = {
    # In Python, Ruby and PHP the user comes first.
    "track": _Method("event", ("userId", "event"), ("properties", "options")),
    "page": _Method("name", ("category", "name"), ("properties", "options")),
    "screen": _Method("name", ("category", "name"), ("properties", "options")),
    "identify": _Method("userId", None, ("traits", "options")),
    "group": _Method("groupId", None, ("traits", "options")),
    "alias": _Method("userId", ("userId", "previousId"), ("options",)),
}
_NEEDED: Final = {
    "track": ("event", "track has no event name.", 'Its first argument is the name: analytics.track("Name").'),
    "alias": ("userId", "alias has no new id.", 'Its first argument is the new id: analytics.alias("new", "old").'),
}
"""A field that a method needs, and the message and hint if it is missing."""
_OF_THE_LIBRARIES: Final = "Arguments are those of Segment's own libraries."
_METHOD = re.compile(r"([A-Za-z_$][\w$]*+)[ \t]*+\(")
_OBJECTIVE_C = re.compile(r"\[\s*+(?:\[[^\]\n]*+\]|[A-Za-z_]\w*+)\s++([A-Za-z_]\w*+)\s*+([:\]])")
_SELECTOR = re.compile(r"([A-Za-z_]\w*+)\s*+:(?!:)")
_LABEL = re.compile(r"([A-Za-z_]\w*+)\s*+(?::|=(?![=>]))")
_FUNCTION = re.compile(r"(?:async\s++)?(?:function\b|\([^()\n]*+\)\s*+=>|[A-Za-z_$][\w$]*+\s*+=>)")
_STEP = re.compile(
    r"\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`|//[^\n]*+|[(){}\[\],]",
    re.DOTALL,
)
_CALLBACK: Final = object()
_DIGEST_BYTES: Final = 8
_OPTIONS: Final = ("anonymousId", "userId", "messageId", "timestamp")
_LABELS: Final[dict[str, str]] = {
    "event": "event", "name": "name", "title": "name", "category": "category", "properties": "properties",
    "traits": "traits", "userId": "userId", "user_id": "userId", "groupId": "groupId", "group_id": "groupId",
    "newId": "userId", "new_id": "userId", "previousId": "previousId", "previous_id": "previousId",
    "anonymousId": "anonymousId", "anonymous_id": "anonymousId", "options": "options", "context": "context",
    "integrations": "integrations", "timestamp": "timestamp", "messageId": "messageId", "message_id": "messageId",
}  # fmt: skip
_OBJECTS: Final = {"properties", "traits", "options", "context", "integrations"}
_IDS: Final = {"userId", "groupId", "previousId", "anonymousId"}
_WHOLE: Final = {"userId", "anonymousId"}
"""A single object with one of these is a whole event, the form of the Node library."""


class Problem(NamedTuple):
    """Why a call could not be read, and the offset of the place in its text."""

    message: str
    hint: str
    at: int


class _Argument(NamedTuple):
    label: str | None
    value: Any
    at: int
    label_at: int = 0


def read_call_at(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The event of the call at the cursor."""
    chunk = take(cursor, code=True)
    if chunk.skipped:
        yield reading.no_event(chunk, (too_large(chunk),), cursor)
        return
    # Comments are usual in a program.
    before = tuple(item for item in reading.pending if item.code != "JSON-COMMENT")
    reading.pending = []
    name = reading.name(chunk.line)
    call = read_call(chunk.text, reading.sdk, name)
    if isinstance(call, Problem):
        found = found_in(chunk, Issue("CODE-UNREADABLE", call.message, call.hint, call.at))
        yield Unreadable(name, chunk.text, (*before, found), chunk.line, chunk.column)
        return
    hint = "Of its ids, dates and messageId, those that the line does not give are placeholders."
    note = found_in(chunk, Issue("CODE-COMPLETED", "The event was made from a line of code.", hint, 0))
    yield Event(name, call, None, (*before, note), chunk.line, chunk.column)


def read_call(text: str, sdk: SdkDefaults, source: str) -> JSONObject | Problem:
    """The event of the one call that is `text`, whose place is `source`; or why there is none. Never raises."""
    try:
        objective = _OBJECTIVE_C.match(text)
        method, arguments, library = _messages(text, objective) if objective else _call(text)
        fields = _fields(method, arguments)
    except NotLiteral as problem:
        return Problem(problem.message(text, sdk.secrets), problem.hint, problem.at)
    return _complete(method, fields, library, sdk, _message_id(text, sdk, source))


def _message_id(text: str, sdk: SdkDefaults, source: str) -> str:
    """The id of a call that has none: it differs for each place and text, and is always the same for the same two."""
    place = f"{source}\0{text}".encode("utf-8", "surrogatepass")
    return f"{sdk.message_id_prefix}-{blake2s(place, digest_size=_DIGEST_BYTES).hexdigest()}"


def _known(method: str, at: int) -> str:
    if method not in _METHODS:
        quoted = slice(at, at + len(method))
        raise NotLiteral(
            "", at, "Calls that do are " + ", ".join(_METHODS) + ".", quoted=quoted, end=" makes no event."
        )
    return method


def _messages(text: str, start: re.Match[str]) -> tuple[str, list[_Argument], str]:
    """A message of Objective-C: `[[SEGAnalytics sharedAnalytics] track:@"Name" properties:@{...}]`."""
    method = _known(start[1], start.start(1))
    arguments: list[_Argument] = []
    at = start.end() if start[2] == ":" else start.end() - 1
    label, label_at = _METHODS[method].text, start.start(1)
    while start[2] == ":":
        place = skip_space(text, at)
        value, at = read_literal(text, place)
        arguments.append(_Argument(label, value, place, label_at))
        at = skip_space(text, at)
        selector = _SELECTOR.match(text, at)
        if selector is None:
            break
        label, label_at, at = selector[1], selector.start(1), selector.end()
    if text[at : at + 1] != "]":
        raise NotLiteral("Expected ] after the arguments.", at)
    _end(text, at + 1)
    return method, arguments, "analytics-ios"


def _call(text: str) -> tuple[str, list[_Argument], str]:
    """A call `name.method(arguments)`: the method is the last name before the first bracket with arguments."""
    start = _METHOD.search(text)
    while start is not None and start[1] not in _METHODS:
        # A getter such as shared() or with(context), or a call that makes no event.
        behind = skip_space(text, _skip_arguments(text, start.end()))
        following = _METHOD.search(text, behind) if text[behind : behind + 1] in (".", "?", "!") else None
        if following is None:
            break
        start = following
    if start is None:
        raise NotLiteral("This is not a call.", 0, "Paste the whole call.")
    method = _known(start[1], start.start(1))
    arguments, at = _arguments(text, start.end())
    _end(text, at)
    marks = {text[argument.at - 1 : argument.at] for argument in arguments if argument.label is not None}
    return method, arguments, "analytics.js" if not marks else "analytics-python" if "=" in marks else "analytics-swift"


def _arguments(text: str, at: int) -> tuple[list[_Argument], int]:
    arguments: list[_Argument] = []
    while True:
        at = skip_space(text, at)
        if text[at : at + 1] == ")":
            return arguments, at + 1
        label = _LABEL.match(text, at)
        if label:
            at = skip_space(text, label.end())
        place = at
        if _FUNCTION.match(text, at):
            value, at = _CALLBACK, _skip_argument(text, at)
        else:
            value, at = read_literal(text, at)
        arguments.append(_Argument(label[1] if label else None, value, place, label.start(1) if label else 0))
        at = skip_space(text, at)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != ")":
            raise NotLiteral(
                "Expected a comma or ) after the argument.",
                at,
                "Expressions have no value outside their program: write the value itself.",
            )


def _skip_argument(text: str, at: int) -> int:
    """The offset of the comma or bracket that ends the expression at `at`."""
    depth = 0
    for match in _STEP.finditer(text, at):
        mark = match[0]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            if depth == 0:
                return match.start()
            depth -= 1
        elif mark == "," and depth == 0:
            return match.start()
    return len(text)


def _skip_arguments(text: str, at: int) -> int:
    """The offset after the bracket that closes the arguments at `at`."""
    while (at := _skip_argument(text, at)) < len(text) and text[at] == ",":
        at += 1
    return at + 1


def _end(text: str, at: int) -> None:
    at = skip_space(text, at)
    if text[at : at + 1] == ";":
        at = skip_space(text, at + 1)
    if at < len(text):
        raise NotLiteral("There is text after the call.", at, "Paste one call after another, each on its own line.")


def _fields(method: str, arguments: list[_Argument]) -> JSONObject:
    """The arguments by the name of the event's field. `options` stays under its own name."""
    given = [item for item in arguments if item.value is not _CALLBACK]
    plain = [item for item in given if item.label is None]
    if len(given) == 1 and plain and (whole := _whole(method, plain[0].value)):
        return whole
    fields = _by_position(method, plain)
    for label, value, at, label_at in given:
        if label is None:
            continue
        name = _LABELS.get(label)
        if name is None:
            quoted = slice(label_at, label_at + len(label))
            raise NotLiteral("", at, _OF_THE_LIBRARIES, quoted=quoted, end=f" is no argument of {method}.")
        name = "event" if method == "track" and name == "name" else name
        fields[name] = _field(name, value, at)
    needed, message, hint = _NEEDED.get(method, ("", "", ""))
    if needed and not fields.get(needed):
        raise NotLiteral(message, arguments[0].at if arguments else 0, hint)
    return {name: value for name, value in fields.items() if value is not None and value is not UNDEFINED}


def _whole(method: str, value: Any) -> JSONObject | None:
    """The fields if the single argument is the whole event, as the Node library takes it."""
    if not isinstance(value, dict):
        return None
    if method == "track":
        return dict(value) if isinstance(value.get("event"), str) else None
    if method in ("identify", "group"):
        return dict(value) if isinstance(value.get("traits"), dict) and value.keys() & {*_WHOLE, "groupId"} else None
    return dict(value) if value.keys() & _WHOLE else None


def _by_position(method: str, plain: list[_Argument]) -> JSONObject:
    """The fields of the arguments without labels: first texts, as `page("Category", "Name")` or `page("Name")`, then objects."""
    form = _METHODS[method]
    texts: list[_Argument] = []
    for item in plain[: 2 if form.texts else 1]:
        is_missing = item.value is None or item.value is UNDEFINED
        if isinstance(item.value, dict) or (method == "track" and is_missing):
            break
        if method == "track" and texts and not isinstance(item.value, str):
            break
        texts.append(item)
    rest = plain[len(texts) :]
    texts = [item for item in texts if item.value is not None and item.value is not UNDEFINED]
    names = form.texts if form.texts and len(texts) == 2 else (form.text,)
    fields: JSONObject = {}
    for name, item in [*zip(names, texts, strict=False), *zip(form.objects, rest, strict=False)]:
        fields[name] = _field(name, item.value, item.at)
    if len(rest) > len(form.objects):
        raise NotLiteral(f"{method} takes no further argument here.", rest[len(form.objects)].at, _OF_THE_LIBRARIES)
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


def _complete(method: str, fields: JSONObject, library: str, sdk: SdkDefaults, message_id: str) -> JSONObject:
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
        details = fields.pop(_METHODS[method].objects[0], {})
        if method == "page" and isinstance(details, dict):
            details = details | {name: event[name] for name in ("category", "name") if name in event}
        event[_METHODS[method].objects[0]] = details
    event["anonymousId"] = sdk.anonymous_id
    if sdk.user_id is not None:
        event.setdefault("userId", sdk.user_id)
    event["messageId"] = message_id
    event |= dict.fromkeys(("originalTimestamp", "sentAt", "timestamp", "receivedAt"), sdk.now)
    event["context"] = {"library": {"name": library}}
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


def _is_later(one: Any, other: str) -> bool:
    first, second = parse_date(one) if isinstance(one, str) else None, parse_date(other)
    return first is not None and second is not None and first > second
