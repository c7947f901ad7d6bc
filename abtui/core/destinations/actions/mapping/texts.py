"""The directives that make texts: `@path`, `@template`, `@case`, `@replace` and `@liquid`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from abtui.core.destinations.actions.javascript import SPACES, length, text_of, type_of
from abtui.core.destinations.actions.mapping.paths import found, keys_of, without_root
from abtui.core.destinations.actions.mapping.telling import Compile, Listener, Resolve, Where, checked_options
from abtui.core.destinations.actions.mapping.validation import MOST_PATTERN, MOST_REPLACEMENT
from abtui.core.destinations.actions.problems import kit_problem
from abtui.core.text.javascript import ABSENT, to_string
from abtui.core.text.javascript.members import is_truthy

# Where a brace is not closed, none before the next `}` is: what is in between is passed over at once.
_TRIPLE: Final = re.compile(r"\{\{\{([^}]++)(\}\}\})?")
_DOUBLE: Final = re.compile(r"\{\{([^}]++)(\}\})?")


def path(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@path`: the value at a path."""
    if not isinstance(options, str):
        return _dynamic("@path", compile_value, options, where, lambda text: read(text, where))
    return read(options, where)


def read(text: str, where: Where) -> Resolve:
    """Reads the path that a text names."""
    keys = keys_of(without_root(text))
    if len(keys) == 1:
        return _read_one(keys[0], where)

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = found(payload, keys)
        if tell is not None:
            tell.read(where, payload, keys, value)
        return value

    return resolve


def _read_one(key: str, where: Where) -> Resolve:
    keys = (key,)

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = payload[key] if type(payload) is dict and key in payload else found(payload, keys)
        if tell is not None:
            tell.read(where, payload, keys, value)
        return value

    return resolve


def template(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@template`: a text with values in braces."""
    if not isinstance(options, str):
        return _dynamic("@template", compile_value, options, where, lambda text: _rendered(text, where))
    return _rendered(options, where)


def _rendered(text: str, where: Where) -> Resolve:
    inside = where.option("@template")
    if _TRIPLE.search(text) is None:
        return _once(text, inside)

    def resolve(payload: Any, tell: Listener | None) -> Any:
        def replaced(match: re.Match[str]) -> str:
            if match[2] is None:
                return match[0]
            name = match[1].strip(SPACES)
            keys = keys_of(name)
            value = found(payload, keys)
            if tell is not None:
                tell.read(inside, payload, keys, value)
            return "" if value is None or value is ABSENT else text_of(value)

        # What the first pass put in is read again by the second.
        return _DOUBLE.sub(replaced, _TRIPLE.sub(replaced, text))

    return resolve


def _once(text: str, inside: Where) -> Resolve:
    """A template without triple braces: one pass, so that its parts are known before any event."""
    plain: list[str] = []
    paths: list[tuple[str, ...]] = []
    end = 0
    for match in _DOUBLE.finditer(text):
        if match[2] is None:
            continue
        plain.append(text[end : match.start()])
        paths.append(keys_of(match[1].strip(SPACES)))
        end = match.end()
    last = text[end:]
    parts = list(zip(plain, paths, strict=True))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        made = ""
        for before, keys in parts:
            value = found(payload, keys)
            if tell is not None:
                tell.read(inside, payload, keys, value)
            made += before + ("" if value is None or value is ABSENT else text_of(value))
        return made + last

    return resolve


def _dynamic(name: str, compile_value: Compile, options: Any, where: Where, make: Callable[[str], Resolve]) -> Resolve:
    """A directive whose text another directive gives."""
    text_from = compile_value(options, where.option(name))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        text = text_from(payload, tell)
        if not isinstance(text, str):
            raise kit_problem(f"{name}: expected string, got {type_of(text)}")
        return make(text)(payload, tell)

    return resolve


def case(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@case`: a text in lower or upper case; what is no text stays as it is."""
    options = checked_options("@case", options, 'a "operator" key', "operator")
    operator = options["operator"]
    if not is_truthy(options.get("value")):
        return lambda _payload, _tell: ABSENT
    value_from = compile_value(options["value"], where.option("@case", "value"))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = value_from(payload, tell)
        if not isinstance(value, str):
            return value
        if operator == "lower":
            return value.lower()
        if operator == "upper":
            return value.upper()
        raise kit_problem('operator key should have a value of "lower" or "upper"')

    return resolve


def replace(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@replace`: plain texts replaced in a text, a number or a boolean; anything else gives an empty text."""
    options = checked_options("@replace", options, 'a "pattern" key', "pattern")
    if not is_truthy(options.get("value")):
        return lambda _payload, _tell: ABSENT
    flags = [
        default if options.get(name) is None else options[name]
        for name, default in (("ignorecase", False), ("global", True))
    ]
    first = (options["pattern"], _or_empty(options.get("replacement")))
    second = (options.get("pattern2"), _or_empty(options.get("replacement2")))
    value_from = compile_value(options["value"], where.option("@replace", "value"))
    usable = all(isinstance(text, str) for text in first) and all(isinstance(flag, bool) for flag in flags)
    pairs = [first, second] if is_truthy(second[0]) and all(isinstance(text, str) for text in second) else [first]

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = value_from(payload, tell)
        if isinstance(value, bool | int | float):
            value = to_string(value)
        if not usable or not isinstance(value, str):
            return ""
        for pattern, replacement in pairs:
            value = _replaced(value, pattern, replacement, *flags)
        return value

    return resolve


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _replaced(text: str, pattern: str, replacement: str, ignore_case: bool, everywhere: bool) -> str:
    if length(pattern) > MOST_PATTERN:
        raise kit_problem(f'@replace requires a "pattern" less than {MOST_PATTERN} characters')
    if length(replacement) > MOST_REPLACEMENT:
        raise kit_problem(f'@replace requires a "replacement" less than {MOST_REPLACEMENT} characters')
    searched, wanted = (_folded(text), _folded(pattern)) if ignore_case else (text, pattern)
    parts: list[str] = []
    start = 0
    while (at := searched.find(wanted, start)) >= 0:
        end = at + len(pattern)
        parts += (text[start:at], _substitution(replacement, text, at, end))
        start = end
        if not everywhere:
            break
    return "".join((*parts, text[start:]))


def _folded(text: str) -> str:
    """A text as a regular expression with the flag `i` compares it: each character on its own, in upper case where that is one character."""
    return "".join(_canonical(character) for character in text)


def _canonical(character: str) -> str:
    upper = character.upper()
    # Without the flag `u` no character becomes an ASCII one, and none beyond U+FFFF has a case.
    return character if len(upper) != 1 or (ord(character) > 127 > ord(upper)) or ord(character) > 0xFFFF else upper


def _substitution(replacement: str, text: str, at: int, end: int) -> str:
    """A replacement with JavaScript's `$&`, `` $` ``, `$'` and `$$` filled in."""
    if "$" not in replacement:
        return replacement
    filled = {"$$": "$", "$&": text[at:end], "$`": text[:at], "$'": text[end:]}
    return re.sub(r"\$[$&`']", lambda match: filled[match[0]], replacement)


def liquid(_compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@liquid`: a Liquid template over the event."""
    if not isinstance(options, str):
        raise kit_problem("liquid template value must be a string")
    if length(options) > 1000:
        raise kit_problem("liquid template values are limited to 1000 characters")
    # The library is heavy, and few mappings have templates.
    from abtui.core.destinations.actions.liquid import compile_template

    render = compile_template(options)
    inside = where.option("@liquid")

    def resolve(payload: Any, tell: Listener | None) -> Any:
        if tell is None:
            return render(payload, None)
        return render(payload, lambda keys, value: tell.read(inside, payload, keys, value))

    return resolve
