"""JSON.stringify, byte for byte (ECMA-262, SerializeJSONProperty), for values that a JSON text can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from abtui.core.text.javascript.numbers import number_to_string
from abtui.core.text.javascript.values import ordered, ordered_items

TINY: Final = 1e-3
"""Floats from here on, and no whole ones, are written by orjson as JSON.stringify writes them; below it, only some."""
_MAX_INDENT: Final = 10

# What orjson may print otherwise than JSON.stringify leaves a trace in its output: a whole float (`1.0`), a tiny one, an
# exponent, a key that starts with a digit. Looking for the traces is far quicker than looking at each value; texts that
# look like one cost time only. In `_CLASSES` every digit is 0, and what stands before a key or after a number is a comma.
_CLASSES: Final = bytes.maketrans(b"123456789{}]", b"000000000,,,")
# Patterns with a literal start: these are looked for two to three times as fast as `in` does.
_INDEX_KEY = re.compile(rb',"0').search
_EXPONENT = re.compile(rb"0e[-+]?0+,").search
_WHOLE_OR_TINY = re.compile(rb"\.0(?:[,}\]]|00000)").search

_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_quote = json.JSONEncoder(ensure_ascii=False).encode


def stringify(value: Any, indent: int | None = None) -> bytes:
    """`JSON.stringify(value)`, or `JSON.stringify(value, null, indent)`, as UTF-8.

    Array-index keys come first, numbers are written as doubles (`1.0` -> `1`), NaN and the infinities as null, a lone
    surrogate as its escape. `indent` counts spaces, 10 at most as in JavaScript; None or 0 is one line without spaces.
    Any depth of nesting will do.
    """
    try:
        if not indent:
            text = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
            return _mended(text, value)
        if indent == 2:
            orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
            return orjson.dumps(_rewritten(value), option=orjson.OPT_INDENT_2)
    except orjson.JSONEncodeError:
        pass  # an integer beyond 2^53, a lone surrogate, or more than 254 levels
    return "".join(_parts(value, " " * min(indent or 0, _MAX_INDENT))).encode()


def stringify_lines(values: Sequence[Any], *, plain_numbers: bool = False) -> bytes:
    r"""`JSON.stringify(value)` of each value, with `\n` between them: faster than one by one.

    With `plain_numbers` it is known that no float in them is whole or `TINY`.
    """
    try:
        texts = [orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) for value in values]
    except orjson.JSONEncodeError:
        return b"\n".join(map(stringify, values))
    lines = b"\n".join(texts)
    if plain_numbers:
        is_suspect = _INDEX_KEY(lines.translate(_CLASSES)) is not None
    else:
        is_suspect = _is_suspect(lines) or float in map(type, values)
    return b"\n".join(map(_mended, texts, values)) if is_suspect else lines


def _mended(text: bytes, value: Any) -> bytes:
    """JSON.stringify's text of a value, given orjson's."""
    return orjson.dumps(_rewritten(value)) if _is_suspect(text) or type(value) is float else text


def _is_suspect(text: bytes) -> bool:
    """Whether orjson's output may not be JSON.stringify's. Never False wrongly, except for a float that is the whole text."""
    classes = text.translate(_CLASSES)
    return _INDEX_KEY(classes) is not None or _EXPONENT(classes) is not None or _WHOLE_OR_TINY(text) is not None


def _rewritten(value: Any) -> Any:
    """A value that orjson took, changed so that it prints JSON.stringify's text: keys in order, floats whole or tiny spelled out."""
    kind = type(value)
    if kind is dict:
        return {key: member if type(member) is str else _rewritten(member) for key, member in ordered(value).items()}
    if kind is list:
        return [_rewritten(member) for member in value]
    if kind is float and (value.is_integer() or -TINY < value < TINY):
        return orjson.Fragment(number_to_string(value))
    return value


def quote(text: str) -> str:
    """A string as JSON.stringify writes it: only quotes, backslashes, control characters and lone surrogates are escaped."""
    quoted = _quote(text)
    if _SURROGATE.search(quoted):
        # Two halves side by side are one character to JavaScript, whose strings are UTF-16.
        quoted = _SURROGATE_PAIR.sub(_joined, quoted)
        quoted = _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
    return quoted


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = number_to_string(value)
    return "null" if text[-1] in "Ny" else text  # NaN, Infinity


def _children(node: Any, gap: str, depth: int) -> Iterator[tuple[str, Any]]:
    """The members of a filled list or object, each with the text that stands before its value."""
    lead = "\n" + gap * depth if gap else ""
    if isinstance(node, dict):
        colon = ": " if gap else ":"
        for key, value in ordered_items(node):
            yield f"{lead}{quote(key)}{colon}", value
            lead = f",{lead}" if lead[:1] != "," else lead
    else:
        for value in node:
            yield lead, value
            lead = f",{lead}" if lead[:1] != "," else lead


def _parts(value: Any, gap: str) -> Iterator[str]:
    """The pieces of the text. Without recursion, so that depth costs memory only."""
    open_nodes: list[tuple[Iterator[tuple[str, Any]], str]] = [(iter([("", value)]), "")]
    while open_nodes:
        members, closing = open_nodes[-1]
        for before, child in members:
            yield before
            if isinstance(child, dict | list):
                opening, end = "{}" if isinstance(child, dict) else "[]"
                yield opening
                if child:
                    depth = len(open_nodes)
                    end = f"\n{gap * (depth - 1)}{end}" if gap else end
                    open_nodes.append((_children(child, gap, depth), end))
                    break
                yield end
            else:
                yield _scalar(child)
        else:
            open_nodes.pop()
            yield closing
