"""The filters of LiquidJS, as far as Segment allows them, with JavaScript's texts and numbers. Another name changes nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote

from abtui.core.destinations.actions.javascript import SPACES, json_value, text_of
from abtui.core.destinations.actions.liquid.dates import date, fixed, with_month
from abtui.core.destinations.actions.liquid.problems import FilterProblem, check_size
from abtui.core.destinations.actions.liquid.values import (
    NOT_A_NUMBER,
    as_number,
    as_text,
    equals,
    is_nil,
    is_true,
    member_at,
    plain,
)
from abtui.core.text.javascript import ABSENT, stringify
from abtui.core.text.javascript.members import split_pairs

_DISABLED: Final = (
    "array_to_sentence_string concat find find_exp find_index find_index_exp group_by group_by_exp has has_exp map newline_to_br"
    " reject reject_exp reverse sort sort_natural uniq where_exp type"
)
_ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_UNESCAPED: Final = {escaped: character for character, escaped in _ESCAPED.items()}
_TAGS: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">"))
_MOST_COUNT: Final = 1e9
_UNRESERVED: Final = "-_.!~*'()"
_RESERVED: Final = ";/?:@&=+$,#"
Filter = Callable[..., Any]
NAMED: Final = {"default": ("allow_false",)}
"""The filters that know arguments by name."""


def _disabled(name: str) -> Filter:
    def refuse(*_arguments: Any) -> Any:
        raise FilterProblem(f'filter "{name}" is disabled')

    return refuse


# Texts


def _on_text(change: Callable[[str], Any]) -> Filter:
    return lambda value, *_: change(as_text(value))


def _needing(name: str, join: Callable[[str, str], str]) -> Filter:
    def apply(value: Any, *arguments: Any) -> str:
        if len(arguments) != 1:
            raise FilterProblem(f"{name} expect 2 arguments")
        return join(as_text(value), as_text(arguments[0]))

    return apply


def _stripped(left: bool, right: bool) -> Filter:
    def apply(value: Any, characters: Any = ABSENT, *_: Any) -> str:
        removed = as_text(characters) or SPACES
        text = as_text(value)
        text = text.lstrip(removed) if left else text
        return text.rstrip(removed) if right else text

    return apply


def _pattern(value: Any) -> str:
    return text_of(plain(value))


def _split(value: Any, separator: Any = ABSENT, *_: Any) -> list[str]:
    text, pattern = as_text(value), _pattern(separator)
    parts = text.split(pattern) if pattern else list(split_pairs(text))
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _replace(value: Any, pattern: Any = ABSENT, replacement: Any = ABSENT, *_: Any) -> str:
    text, searched = as_text(value), _pattern(pattern)
    # `join` without a separator takes a comma.
    joined = "," if replacement is ABSENT else text_of(plain(replacement))
    return _joined(joined, text.split(searched) if searched else list(split_pairs(text)))


def _joined(between: str, parts: list[str]) -> str:
    check_size(len(between) * len(parts))
    return between.join(parts)


def _replace_first(value: Any, pattern: Any = ABSENT, replacement: Any = ABSENT, *_: Any) -> str:
    return as_text(value).replace(_pattern(pattern), _pattern(replacement), 1)


def _replace_last(value: Any, pattern: Any = ABSENT, replacement: Any = ABSENT, *_: Any) -> str:
    text, searched = as_text(value), _pattern(pattern)
    before, found, after = text.rpartition(searched) if searched else (text, "", "")
    return f"{before}{_pattern(replacement)}{after}" if found or not searched else text


def _truncate(value: Any, length: Any = 50.0, ending: Any = "...", *_: Any) -> str:
    text, end = as_text(value), as_text(ending)
    most = _count(length)
    return text if len(text) <= most else text[: max(most - len(end), 0)] + end


def _truncate_words(value: Any, count: Any = 15.0, ending: Any = "...", *_: Any) -> str:
    words = re.split(f"[{SPACES}]+", as_text(value))
    most = max(_count(count), 1)
    return " ".join(words[:most]) + (as_text(ending) if len(words) >= most else "")


def _escape(text: str) -> str:
    return re.sub("[&<>\"']", lambda match: _ESCAPED[match[0]], text)


def _unescape(text: str) -> str:
    return re.sub("&(?:amp|lt|gt|#34|#39);", lambda match: _UNESCAPED[match[0]], text)


def _without_tags(text: str) -> str:
    kept, at, missing = list[str](), 0, set[str]()
    while (start := text.find("<", at)) >= 0:
        kept.append(text[at:start])
        at = start
        for opening, closing in _TAGS:
            # An end that was not found once is not looked for again: a text of many `<` would take minutes.
            if closing not in missing and text.startswith(opening, start):
                end = text.find(closing, start + len(opening))
                if end >= 0:
                    at = end + len(closing)
                    break
                missing.add(closing)
        if at == start:
            kept.append("<")
            at += 1
    return "".join((*kept, text[at:]))


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def _slugify(text: str) -> str:
    return re.sub(r"[^\w]+|_+", "-", text.lower()).strip("-")


# Numbers


def _number(value: Any) -> float:
    number = as_number(value)
    return number if number == number else 0.0


def _count(value: Any) -> int:
    return int(max(min(_number(value), _MOST_COUNT), -_MOST_COUNT))


def _numeric(compute: Callable[..., float]) -> Filter:
    def apply(value: Any, *arguments: Any) -> float:
        try:
            return float(compute(_number(value), *map(_number, arguments)))
        except (ValueError, ArithmeticError):
            return NOT_A_NUMBER

    return apply


def _divided(dividend: float, divisor: float = NOT_A_NUMBER, whole: float = 0.0, *_: float) -> float:
    if divisor == 0:
        result = NOT_A_NUMBER if dividend == 0 else math.copysign(math.inf, dividend) * math.copysign(1, divisor)
    else:
        result = dividend / divisor
    return math.floor(result) if whole and math.isfinite(result) else result


def _rounded(number: float, digits: float = 0.0, *_: float) -> float:
    scale = math.pow(10.0, digits)
    return math.floor(number * scale + 0.5) / scale


def _whole(change: Callable[[float], float]) -> Callable[..., float]:
    return lambda number, *_: change(number) if math.isfinite(number) else number


# Lists


def _list(value: Any) -> list[Any]:
    value = plain(value)
    return value if isinstance(value, list) else [] if is_nil(value) else [value]


def _size(value: Any, *_: Any) -> Any:
    value = plain(value)
    if isinstance(value, dict):
        return value.get("length") or 0
    return len(split_pairs(value)) if isinstance(value, str) else len(value) if isinstance(value, list) else 0


def _at(index: int) -> Filter:
    def apply(value: Any, *_: Any) -> Any:
        value = plain(value)
        return (
            (value[index] if value else ABSENT if isinstance(value, list) else "")
            if isinstance(value, str | list)
            else ""
        )

    return apply


def _join(value: Any, separator: Any = ABSENT, *_: Any) -> str:
    between = " " if is_nil(plain(separator)) else as_text(separator)
    return _joined(between, ["" if is_nil(item) else text_of(item) for item in _list(value)])


def _slice(value: Any, begin: Any = ABSENT, count: Any = 1.0, *_: Any) -> Any:
    value = plain(value)
    if is_nil(value):
        return []
    items = value if isinstance(value, list) else as_text(value)
    first = _count(begin)
    start = first + len(items) if first < 0 else first
    end = start + _count(count)
    low, high = (max(place + len(items), 0) if place < 0 else place for place in (start, end))
    return items[low:high]


def _sum(value: Any, path: Any = ABSENT, *_: Any) -> float:
    numbers = (as_number(item if is_nil(path) else member_at(item, as_text(path).split("."))) for item in _list(value))
    return float(sum(number for number in numbers if number == number))


def _where(value: Any, path: Any = ABSENT, expected: Any = ABSENT, *_: Any) -> list[Any]:
    values = [(item, member_at(item, as_text(path).split("."))) for item in _list(value)]
    return [item for item, found in values if (is_true(found) if expected is ABSENT else equals(found, expected))]


# Others


def _default(value: Any, other: Any = ABSENT, *_: Any, allow_false: Any = False) -> Any:
    value = plain(value)
    if isinstance(value, str | list):
        return value or other
    if value is False and is_true(allow_false):
        return False
    return value if is_true(value) else other


def _json(value: Any, spaces: Any = 0, *_: Any) -> Any:
    value = plain(value)
    if value is ABSENT:
        return ABSENT
    return stringify(json_value(value) if isinstance(value, dict | list) else value, _count(spaces)).decode()


def _decoded(text: str) -> str:
    try:
        return unquote(text.replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        raise FilterProblem("URI malformed") from None


def _encoded(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise FilterProblem("URI malformed") from None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _base64(text: str) -> str:
    return base64.b64encode(_bytes(text)).decode()


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except ValueError:
        return ""


FILTERS: Final[dict[str, Filter]] = {
    **{name: _disabled(name) for name in _DISABLED.split()},
    "append": _needing("append", lambda text, more: text + more),
    "prepend": _needing("prepend", lambda text, more: more + text),
    "lstrip": _stripped(True, False),
    "rstrip": _stripped(False, True),
    "strip": _stripped(True, True),
    "downcase": _on_text(str.lower),
    "upcase": _on_text(str.upper),
    "capitalize": _on_text(_capitalize),
    "strip_newlines": _on_text(lambda text: re.sub(r"\r?\n", "", text)),
    "normalize_whitespace": _on_text(lambda text: re.sub(f"[{SPACES}]+", " ", text)),
    "number_of_words": _on_text(lambda text: len(text.strip(SPACES).split()) if text.strip(SPACES) else 0),
    "remove": lambda value, pattern=ABSENT, *_: _replace(value, pattern, ""),
    "remove_first": lambda value, pattern=ABSENT, *_: _replace_first(value, pattern, ""),
    "remove_last": lambda value, pattern=ABSENT, *_: _replace_last(value, pattern, ""),
    "replace": _replace,
    "replace_first": _replace_first,
    "replace_last": _replace_last,
    "split": _split,
    "truncate": _truncate,
    "truncatewords": _truncate_words,
    "escape": _on_text(_escape),
    "xml_escape": _on_text(_escape),
    "escape_once": _on_text(lambda text: _escape(_unescape(text))),
    "strip_html": _on_text(_without_tags),
    "slugify": _on_text(_slugify),
    "url_encode": _on_text(lambda text: _encoded(text, _UNRESERVED).replace("%20", "+")),
    "cgi_escape": _on_text(lambda text: _encoded(text, "-_.~").replace("%20", "+")),
    "uri_escape": _on_text(lambda text: _encoded(text, _UNRESERVED + _RESERVED + "[]")),
    "url_decode": _on_text(_decoded),
    "base64_encode": _on_text(_base64),
    "base64_decode": _on_text(_from_base64),
    "sha256": _on_text(lambda text: hashlib.sha256(_bytes(text)).hexdigest()),
    "hmac_sha256": lambda value, key=ABSENT, *_: hmac.new(
        _bytes(as_text(key)), _bytes(as_text(value)), "sha256"
    ).hexdigest(),
    "abs": _numeric(lambda number, *_: abs(number)),
    "at_least": _numeric(lambda *numbers: max(numbers)),
    "at_most": _numeric(lambda *numbers: min(numbers)),
    "ceil": _numeric(_whole(math.ceil)),
    "floor": _numeric(_whole(math.floor)),
    "plus": _numeric(lambda number, other=NOT_A_NUMBER, *_: number + other),
    "minus": _numeric(lambda number, other=NOT_A_NUMBER, *_: number - other),
    "times": _numeric(lambda number, other=NOT_A_NUMBER, *_: number * other),
    "modulo": _numeric(lambda number, other=NOT_A_NUMBER, *_: math.fmod(number, other)),
    "divided_by": _numeric(_divided),
    "round": _numeric(_rounded),
    "to_integer": lambda value, *_: as_number(value),
    "size": _size,
    "first": _at(0),
    "last": _at(-1),
    "join": _join,
    "slice": _slice,
    "sum": _sum,
    "where": _where,
    "compact": lambda value, *_: [item for item in _list(value) if not is_nil(item)],
    "push": lambda value, item=ABSENT, *_: [*_list(value), *(item if isinstance(item, list) else [item])],
    "unshift": lambda value, item=ABSENT, *_: [item, *_list(value)],
    "pop": lambda value, *_: _list(value)[:-1],
    "shift": lambda value, *_: _list(value)[1:],
    "default": _default,
    "json": _json,
    "jsonify": _json,
    "inspect": _json,
    "date": date,
    "date_to_xmlschema": fixed("%Y-%m-%dT%H:%M:%S%:z"),
    "date_to_rfc822": fixed("%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": with_month("%b"),
    "date_to_long_string": with_month("%B"),
}
