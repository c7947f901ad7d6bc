"""What programs build values with: `mapOf("a" to 1)`, `new Properties().putValue("a", 1)`, `dict(a=1)`, `datetime(2026, 1, 31)`.

One table of functions by name, and one rule for the methods that are called on a value. Whatever is not here has no value outside its program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.segment import EVENT_TYPES
from abtui.core.text.javascript import parse_date_value
from abtui.core.text.json_text import number


class Undefined:
    """JavaScript's undefined: an argument that is not given, a key that JSON.stringify leaves out."""


UNDEFINED: Final = Undefined()
UNKNOWN: Final = object()
"""What a function or method gives for arguments that it cannot take."""
UTC_ZONE: Final = "UTC"
"""The value of the words for that time zone."""


class Entry(NamedTuple):
    """A key and its value that are one value in a program, such as `Pair("a", 1)` or `put("a", 1)`."""

    key: str
    value: Any


class Begun(NamedTuple):
    """An entry whose value follows in braces, such as `putJsonObject("a") { ... }`."""

    key: str | None
    is_list: bool


class Built(dict[str, Any]):
    """The fields of a message that was built for its method: `TrackMessage.builder("A")` of Java, `analytics.Track{...}` of Go."""

    method = ""


_PARTS: Final = (Entry, Begun)
"""What is no value by itself."""

Items = list[tuple[str | None, Any]]
"""The arguments of a function, or what stands between brackets: each with its key, if it has one."""
_FIELDS: Final = {
    "userId", "anonymousId", "properties", "traits", "context", "integrations", "timestamp", "messageId", "name", "category", "groupId",
    "previousId", "sentAt", "event",
}  # fmt: skip
_FIRST: Final = {"track": "event", "page": "name", "screen": "name", "group": "groupId", "alias": "previousId"}
"""The field that the builder of a message takes, by its method."""
_PUT: Final = {
    "put", "putValue", "putIfAbsent", "set", "Set", "add", "Add", "addProperty", "SetIntegration", "setIntegration", "enableIntegration",
}  # fmt: skip
_SAME: Final = {
    "build", "buildOrThrow", "isoformat", "iso8601", "toISOString", "toInstant", "toMap", "toMutableMap", "to_string", "to_owned", "into", "freeze", "to_s", "to_h", "toString", "unmodifiable",
}  # fmt: skip
_SEMANTIC: Final = {"ProductId": "id", "RepeatCustomer": "repeat"}
"""Methods such as `putProductId` whose property is not called so."""


def as_object(items: Items) -> Any:
    """An object of entries, of keys and values in turn, or of another object."""
    result: dict[str, Any] = {}
    plain: list[Any] = []
    for key, value in items:
        if isinstance(value, Begun) or (key is not None and isinstance(value, Entry)):
            return UNKNOWN
        if key is not None:
            if value is not UNDEFINED:
                result[key] = value
        elif isinstance(value, Entry):
            result[value.key] = value.value
        elif isinstance(value, dict):
            result.update(value)
        else:
            plain.append(value)
    if len(plain) == 1 and isinstance(plain[0], list):
        pairs = [_pair(item) for item in plain[0]]
        if any(pair is None for pair in pairs):
            return UNKNOWN
        return {**dict(pair for pair in pairs if pair), **result}
    if len(plain) % 2 or not all(isinstance(key, str) for key in plain[::2]):
        return UNKNOWN
    return {**dict(zip(plain[::2], plain[1::2], strict=True)), **result}


def as_list(items: Items) -> Any:
    """A list of the arguments."""
    if any(key is not None or isinstance(value, _PARTS) for key, value in items):
        return UNKNOWN
    return [json_value(value) for _, value in items]


def as_copy(items: Items) -> Any:
    """A list that is made of another one."""
    if not items:
        return []
    return items[0][1] if len(items) == 1 and isinstance(items[0][1], list) else UNKNOWN


def as_array(items: Items) -> Any:
    """What stands between square brackets: a list, or with keys an object, in which PHP gives what has no key its number."""
    if all(key is None for key, _ in items):
        entries = [value for _, value in items]
        return dict(entries) if entries and all(isinstance(item, Entry) for item in entries) else as_list(items)
    if any(isinstance(value, _PARTS) for _, value in items):
        return UNKNOWN
    result: dict[str, Any] = {}
    following = 0
    for key, value in items:
        if key is None:
            key, following = str(following), following + 1
        elif key.isdecimal():
            following = max(following, int(key) + 1) if len(key) < 10 else following
        if value is not UNDEFINED:
            result[key] = value
    return result


def as_group(items: Items) -> Any:
    """What stands between round brackets: a value, or a tuple."""
    return items[0][1] if len(items) == 1 else as_list(items)


def as_struct(items: Items) -> Any:
    """The fields of a struct of Go by their names in JSON."""
    return as_object([(None if key is None else json_name(key), value) for key, value in items])


def as_message(method: str, items: Items) -> Any:
    """The fields of a message that is a struct."""
    fields = as_struct(items)
    if fields is UNKNOWN:
        return UNKNOWN
    message = Built(fields)
    message.method = method
    return message


def as_initializer(is_list: bool, value: Any, items: Items) -> Any:
    """The value that an initializer in braces adds to, as in C#: `new Properties() { {"a", 1} }`."""
    if is_list or (isinstance(value, list) and items):
        return as_list(items) if not value else UNKNOWN
    added = as_object(items)
    return {**value, **added} if isinstance(value, dict) and isinstance(added, dict) else UNKNOWN


def as_member(items: Items) -> Any:
    """The entry that two values in braces are, as in C#; or entries that are put, as in Java's `{{ put("a", 1); }}`."""
    values = [value for _, value in items]
    if all(isinstance(value, Entry) for value in values):
        return dict(values)
    return _entry(items)


def as_begun(begun: Begun, items: Items) -> Any:
    """The entry, or the item, whose value was in braces."""
    value = as_list(items) if begun.is_list else as_object(items)
    return value if begun.key is None or value is UNKNOWN else Entry(begun.key, value)


def json_value(value: Any) -> Any:
    """A value inside a list: what is not given is null there."""
    return None if value is UNDEFINED else value


def json_name(name: str) -> str:
    """The name in JSON of a field of Go or of a property that a method sets: `UserId` is `userId`, `IP` is `ip`."""
    return name.lower() if name.isupper() else name[:1].lower() + name[1:]


def _pair(value: Any) -> Entry | None:
    if isinstance(value, Entry):
        return value
    return Entry(value[0], value[1]) if isinstance(value, list) and len(value) == 2 and _is_key(value[0]) else None


def _is_key(value: Any) -> bool:
    return isinstance(value, str)


def _entry(items: Items) -> Any:
    values = [value for _, value in items]
    if len(values) != 2 or not _is_key(values[0]) or isinstance(values[1], _PARTS):
        return UNKNOWN
    return Entry(values[0], json_value(values[1]))


def _begun(is_list: bool, items: Items) -> Any:
    if not items:
        return Begun(None, is_list)
    return Begun(items[0][1], is_list) if len(items) == 1 and _is_key(items[0][1]) else UNKNOWN


def _same(items: Items) -> Any:
    return items[0][1] if len(items) == 1 and items[0][0] is None else UNKNOWN


def _text(items: Items) -> Any:
    value = _same(items)
    return value if isinstance(value, str) else UNKNOWN


def _json(items: Items) -> Any:
    """The value of JSON in a text."""
    value = _text(items)
    try:
        return orjson.loads(value) if isinstance(value, str) else UNKNOWN
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return UNKNOWN


def _decimal(items: Items) -> Any:
    """A number that is written as text, as the SDKs post it."""
    value = _same(items)
    if isinstance(value, str) and value.replace(".", "", 1).removeprefix("-").isdecimal() and value.isascii():
        return number(value)
    return value if isinstance(value, int | float) else UNKNOWN


def _product(items: Items) -> Any:
    values = [value for _, value in items]
    if len(values) != 3 or any(isinstance(value, _PARTS) for value in values):
        return as_object(items)
    return dict(zip(("id", "sku", "price"), values, strict=True))


def _utc(items: Items) -> Any:
    """A date whose parts are of the time zone UTC, such as `Time.utc(2026, 1, 31)` of Ruby."""
    numbers = [value for key, value in items if value != UTC_ZONE]
    return _moment([*((None, value) for value in numbers[:6]), ("tzinfo", UTC_ZONE)]) if numbers else UNKNOWN


def _moment(items: Items) -> Any:
    """A date of Python with its time zone, as the SDK posts it. Without a zone its moment is not known."""
    keyed = {key: value for key, value in items if key is not None}
    numbers = [value for key, value in items if key is None and value != UTC_ZONE]
    zone = keyed.pop("tzinfo", None) or next((value for key, value in items if key is None and value == UTC_ZONE), None)
    try:
        return datetime(*numbers, **keyed).replace(tzinfo=UTC).isoformat() if zone == UTC_ZONE else UNKNOWN
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN


def _day(items: Items) -> Any:
    try:
        return date(*(value for _, value in items)).isoformat()
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN


def _javascript_date(items: Items) -> Any:
    """`new Date("2026-01-31")` as JSON.stringify writes it."""
    value = _same(items)
    moment = value if type(value) is int else parse_date_value(value) if isinstance(value, str) else None
    if moment is None:
        return UNKNOWN
    try:
        text = datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        return UNKNOWN
    return text.replace("+00:00", "Z")


def _message(method: str, items: Items) -> Any:
    message = Built()
    message.method = method
    if items and (field := _FIRST.get(method)):
        message[field] = items[0][1]
    return message if len(items) <= (method in _FIRST) else UNKNOWN


def _named(make: Callable[[Items], Any], names: str) -> Iterable[tuple[str, Callable[[Items], Any]]]:
    return ((name, make) for name in names.split())


FUNCTIONS: Final[dict[str, Callable[[Items], Any]]] = dict(
    (
        *_named(
            as_object,
            "mapOf mutableMapOf hashMapOf linkedMapOf linkedHashMapOf emptyMap dict OrderedDict Map.of Map.ofEntries ImmutableMap.of"
            " ImmutableMap.builder ImmutableMap.Builder ImmutableMap.copyOf Collections.emptyMap Collections.singletonMap HashMap LinkedHashMap"
            " TreeMap Dictionary Properties Traits Options Context JSONObject JsonObject NewProperties NewTraits NewContext NewIntegrations",
        ),
        *_named(as_array, "array"),
        *_named(
            as_list,
            "listOf mutableListOf arrayListOf arrayOf setOf emptyList List.of Set.of ImmutableList.of ImmutableSet.of Arrays.asList"
            " Collections.singletonList Collections.emptyList ImmutableList.builder NewProducts",
        ),
        *_named(as_copy, "list tuple set frozenset ArrayList LinkedList List JSONArray JsonArray HashSet"),
        *_named(_entry, "Pair Map.entry entry SimpleEntry put KeyValuePair"),
        *_named(_same, "JsonPrimitive add np.float64 np.float32 np.int64 np.int32 numpy.float64 numpy.int64 json!"),
        *_named(_text, "UUID ObjectId ISODate String.from String::from np.str_ str Time.parse Time.iso8601 DateTime.parse DateTime.Parse DateTime.iso8601"
            " Instant.parse OffsetDateTime.parse datetime.fromisoformat parser.parse dateutil.parser.parse parser.isoparse Carbon.parse"),
        *_named(_same, "JSON.stringify json.dumps Object.freeze net.ParseIP"),
        *_named(_json, "JSON.parse json.loads"),
        *_named(_decimal, "Decimal BigDecimal decimal.Decimal float int NumberLong NumberInt Double.valueOf Integer.valueOf"),
        *_named(partial(_begun, False), "putJsonObject addJsonObject"),
        *_named(partial(_begun, True), "putJsonArray addJsonArray"),
        *_named(_moment, "datetime datetime.datetime"),
        *_named(_utc, "Time.utc Time.gm"),
        *_named(_day, "date datetime.date"),
        *_named(_javascript_date, "new:Date"),
        *_named(_product, "Product"),
        *((f"{name.title()}Message.builder", partial(_message, name)) for name in EVENT_TYPES),
    )
)  # fmt: skip
"""The functions and constructors by their names, with the name before the last dot where that matters."""
BLOCKS: Final = {"buildJsonObject": False, "buildMap": False, "buildJsonArray": True, "buildList": True}
"""Functions of Kotlin whose value is what a block puts or adds, and whether that is a list."""


def function(name: str, *, is_new: bool) -> Callable[[Items], Any] | None:
    """The function or constructor of that name, which may have its package or class before it."""
    *_, before, last = ("", *name.replace("::", ".").split("."))
    for known in (f"new:{last}" if is_new else "", f"{before}.{last}", name, last):
        if known in FUNCTIONS:
            return FUNCTIONS[known]
    return None


def has_method(value: Any, name: str) -> bool:
    """Whether a method that is called on a value is known."""
    if name in _SAME:
        return True
    if isinstance(value, Built):
        return name in _FIELDS or name in _PUT
    if isinstance(value, list):
        return name in ("add", "Add", "put")
    return isinstance(value, dict) and (name in _PUT or name == "putAll" or _property(name) != "")


def method(value: Any, name: str, items: Items) -> Any:
    """What a method gives that `has_method`: the value itself, to which it may have added something."""
    values = [json_value(argument) for _, argument in items]
    if any(isinstance(item, _PARTS) for item in values):
        return UNKNOWN
    if not values and name in _SAME:
        return value
    if isinstance(value, list) and len(values) == 1:
        value.append(values[0])
    elif isinstance(value, Built) and len(values) == 1 and name in _FIELDS:
        value[name] = values[0]
    elif isinstance(value, dict) and len(values) == 2 and name in _PUT and _is_key(values[0]):
        target = value.setdefault("integrations", {}) if name.endswith("Integration") else value
        target[values[0]] = values[1]
    elif isinstance(value, dict) and name == "putAll" and len(values) == 1 and isinstance(values[0], dict):
        value.update(values[0])
    elif (
        isinstance(value, dict)
        and len(values) == 1
        and (key := _property(name) or ("value" if name == "putValue" else ""))
    ):
        value[key] = values[0]
    elif isinstance(value, dict) and name.endswith("Products"):
        value["products"] = values
    else:
        return UNKNOWN
    return value


def _property(name: str) -> str:
    """The property that a method such as `putRevenue` or `SetRevenue` sets; "" for a method that sets none."""
    for start in ("put", "Set", "set"):
        if name.startswith(start) and name[len(start) : len(start) + 1].isupper() and name not in (*_PUT, "putAll"):
            rest = name[len(start) :]
            return _SEMANTIC.get(rest, json_name(rest))
    return ""
