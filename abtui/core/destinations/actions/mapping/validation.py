"""The validator of Segment's mapping kit: it looks over a whole mapping before anything is resolved, in its order and words.

Lists are not looked into. An object that holds members of its own gathers the errors of all of them; everything else stops at the
first error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from abtui.core.destinations.actions.javascript import length, type_of, with_article
from abtui.core.destinations.actions.problems import MappingProblem
from abtui.core.text.javascript import ABSENT, ordered_items, stringify

MOST_PATTERN: Final = 10
MOST_REPLACEMENT: Final = 10

Stack = tuple[str, ...]
Check = Callable[[Any, Stack], None]


class Mistake(NamedTuple):
    """One error of a mapping: the keys that lead to it, names of directives included, and Segment's text."""

    keys: Stack
    text: str


class _Invalid(Exception):
    """The errors found. `together`: they were gathered, which JavaScript shows as an AggregateError even for one."""

    def __init__(self, mistakes: list[Mistake], *, together: bool = False) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes
        self.together = together


def _invalid(message: str, stack: Stack) -> _Invalid:
    return _Invalid([Mistake(stack, f"ValidationError: /{'/'.join(stack)} {message}.")])


def mistakes_of(mapping: Any) -> list[Mistake]:
    """All that the validator finds in a mapping."""
    try:
        _any(mapping, ())
    except _Invalid as found:
        return found.mistakes
    return []


def validate_mapping(mapping: Any) -> None:
    """Raises MappingProblem with all that the validator finds in a mapping."""
    try:
        _any(mapping, ())
    except _Invalid as found:
        texts = [mistake.text for mistake in found.mistakes]
        whole = "AggregateError: " + "".join(f"\n    {text}" for text in texts) if found.together else texts[0]
        raise MappingProblem(whole, found.mistakes[0].keys) from None


def is_directive(value: Any) -> bool:
    """Whether a value is a directive: an object whose keys start with `@`, but for `_metadata`."""
    return (
        isinstance(value, dict)
        and any(key.startswith("@") for key in value)
        and all(key.startswith("@") or key == "_metadata" for key in value)
    )


def _kind(value: Any) -> str:
    return "directive" if isinstance(value, dict) and any(key.startswith("@") for key in value) else type_of(value)


def _gathered(checks: list[tuple[Check, Any, Stack]]) -> None:
    mistakes: list[Mistake] = []
    for check, value, stack in checks:
        try:
            check(value, stack)
        except _Invalid as found:
            mistakes += found.mistakes
    if mistakes:
        raise _Invalid(mistakes, together=True)


def _any(value: Any, stack: Stack) -> None:
    match _kind(value):
        case "directive":
            _directive(value, stack)
        case "object":
            _object(value, stack)


def _directive(value: Any, stack: Stack) -> None:
    names = [key for key in value if key.startswith("@")]
    if len(names) > 1:
        raise _invalid(f"should only have one @-prefixed key but it has {len(names)} keys", stack)
    if not is_directive(value):
        raise _invalid(f"should only have one @-prefixed key but it has {len(value)} keys", stack)
    check = _DIRECTIVES.get(names[0])
    if check is None:
        raise _invalid(f"has an invalid directive: {names[0]}", stack)
    check(value[names[0]], (*stack, names[0]))


def _object(value: Any, stack: Stack) -> None:
    _is_a("object")(value, stack)
    _gathered([(_any, child, (*stack, key)) for key, child in ordered_items(value)])


def _is_a(kind: str) -> Check:
    def check(value: Any, stack: Stack) -> None:
        if _kind(value) != kind:
            raise _invalid(f"should be {with_article(kind)} but it is {with_article(_kind(value))}", stack)

    return check


def _array(value: Any, stack: Stack) -> None:
    if not isinstance(value, list):
        raise _invalid(f"should be an array but it is {with_article(type_of(value))}", stack)


def _directive_or(kind: str, check_kind: Check) -> Check:
    def check(value: Any, stack: Stack) -> None:
        found = _kind(value)
        if found == "directive":
            _directive(value, stack)
        elif found == kind:
            check_kind(value, stack)
        else:
            # "a object" is Segment's own spelling.
            raise _invalid(f"should be a {kind} or a mapping directive but it is {with_article(found)}", stack)

    return check


def _directive_or_raw(value: Any, stack: Stack) -> None:
    if _kind(value) == "directive":
        _directive(value, stack)


def _text_of(least: int, most: int) -> Check:
    def check(value: Any, stack: Stack) -> None:
        _is_a("string")(value, stack)
        if length(value) < least:
            raise _invalid(f"should be a string of length {least} or greater", stack)
        if length(value) > most:
            raise _invalid(f"should be a string of length {most} or less", stack)

    return check


def _one_of(*allowed: str) -> Check:
    def check(value: Any, stack: Stack) -> None:
        _is_a("string")(value, stack)
        if value.lower() not in allowed:
            raise _invalid(f"should be one of {', '.join(allowed)} but it is {stringify(value).decode()}", stack)

    return check


def _with_fields(
    *, required: dict[str, Check] | None = None, optional: dict[str, Check] | None = None, order: str = ""
) -> Check:
    """An object with some fields. They are checked in the order of `order`, by default the required ones first."""
    checks = (required or {}) | (optional or {})
    names = order.split() or list(checks)

    def check(value: Any, stack: Stack) -> None:
        _object(value, stack)
        _gathered([(of_field, name, stack) for name in names for of_field in [_field(value, name)]])

    def _field(holder: Any, name: str) -> Check:
        def of_field(_name: Any, stack: Stack) -> None:
            if name in holder:
                checks[name](holder[name], (*stack, name))
            elif required is not None and name in required:
                raise _invalid(f'should have field "{name}" but it doesn\'t', stack)

        return of_field

    return check


def _array_path(value: Any, stack: Stack) -> None:
    _array(value, stack)
    _text(value[0] if value else ABSENT, stack)
    _any(value[1] if len(value) > 1 else None, stack)


def _merge(value: Any, stack: Stack) -> None:
    _with_fields(
        required={"objects": _array}, optional={"direction": _one_of("left", "right")}, order="direction objects"
    )(value, stack)
    for item in value["objects"]:
        # Segment forgets the place here.
        _directive_or_object(item, ())


def _nothing(_value: Any, _stack: Stack) -> None:
    """For a text that needs no more than being one."""


_text: Final = _directive_or("string", _nothing)
_directive_or_object: Final = _directive_or("object", _object)
_DIRECTIVES: Final[dict[str, Check]] = {
    "@if": _with_fields(optional=dict.fromkeys(("exists", "then", "else"), _directive_or_raw)),
    "@case": _with_fields(optional={"operator": _is_a("string"), "value": _text}),
    "@replace": _with_fields(
        required={"pattern": _text_of(1, MOST_PATTERN), "value": _text},
        optional={
            "replacement": _text_of(0, MOST_REPLACEMENT),
            "ignorecase": _is_a("boolean"),
            "global": _is_a("boolean"),
        },
        order="pattern replacement value ignorecase global",
    ),
    "@arrayPath": _array_path,
    "@path": _text,
    "@template": _text,
    "@json": _with_fields(required={"value": _directive_or_raw, "mode": _one_of("encode", "decode")}),
    "@flatten": _with_fields(
        required={"value": _directive_or_raw}, optional={"separator": _is_a("string")}, order="separator value"
    ),
    "@merge": _merge,
    "@literal": _directive_or_raw,
    "@liquid": _is_a("string"),
    "@transform": _with_fields(required={"apply": _directive_or_object, "mapping": _directive_or_object}),
    "@excludeWhenNull": _directive_or_raw,
}
