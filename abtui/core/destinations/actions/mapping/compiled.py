"""A mapping, validated and made into functions once, so that an event costs only what it reads.

A directive that cannot work throws only where it is resolved, as in Segment's mapping kit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from abtui.core.destinations.actions.javascript import copied, entries, text_of, type_of
from abtui.core.destinations.actions.mapping import objects, texts
from abtui.core.destinations.actions.mapping.telling import Compile, Listener, Resolve, Where, checked_options
from abtui.core.destinations.actions.mapping.validation import is_directive, validate_mapping
from abtui.core.destinations.actions.problems import MappingProblem, Thrown, kit_problem
from abtui.core.text.javascript import ABSENT, PROTO_NAME, JavaScriptTypeError, ordered_items, stringify
from abtui.core.text.javascript.members import is_truthy
from abtui.core.text.paths import Path

ROOT: Final = "__segment_internal_directive"
"""The field in which Segment's page keeps a directive around all other fields."""
HIDDEN: Final = ("__segment_internal_sync_mode", "__segment_internal_matching_key")
"""The fields in which Segment's page keeps what is no part of the payload."""
_TOLD_DEPTH: Final = 2


def compile_mapping(mapping: dict[str, Any], config: Path) -> Resolve:
    """The function that gives a mapping's payload for one event, without members that are undefined.

    `config` is the mapping's key path in the config. Raises MappingProblem for a mapping that is invalid for every event.
    """
    processed = _with_root(mapping)
    validate_mapping(processed)
    if ROOT in mapping:
        return _compiled(processed, Where((*config, ROOT), ()))
    return _compiled(processed, Where(config, ()))


def compile_field(name: str, value: Any, config: Path = ()) -> Callable[[dict[str, Any]], Any] | None:
    """One field of a mapping, which may be right where others are not, as a function of the event: ABSENT where it throws.

    None for a field that throws for every event.
    """
    try:
        resolve = compile_mapping({name: value}, config)
    except (Thrown, RecursionError):
        return None

    def value_for(event: dict[str, Any]) -> Any:
        try:
            return resolve(event, None).get(name, ABSENT)
        except (Thrown, JavaScriptTypeError):
            return ABSENT

    return value_for


def _with_root(mapping: dict[str, Any]) -> Any:
    """The mapping as it is processed: with a root directive, that one around all other fields."""
    if ROOT not in mapping:
        return mapping
    root, others = mapping[ROOT], {key: value for key, value in mapping.items() if key != ROOT}
    if root is None:
        raise MappingProblem("TypeError: Cannot convert undefined or null to object")
    members = entries(root)
    if len(members) > 1:
        raise kit_problem("The root mapping must only have a single directive object")
    if not members or not isinstance(members[0][1], dict | list):
        raise kit_problem("The root directive must be an object")
    key, directive = members[0]
    if isinstance(root, dict) and isinstance(directive, dict):
        return {key: directive | {"mapping": others}}
    # A list takes a member `mapping`, too, which nothing reads.
    return [directive | {"mapping": others}] if isinstance(directive, dict) else root


def _compiled(value: Any, where: Where) -> Resolve:
    if is_directive(value):
        name = next(key for key, _ in ordered_items(value) if key.startswith("@"))
        make = DIRECTIVES.get(name)
        resolve = (
            thrower(kit_problem(f"{name} is not a valid directive, got undefined"))
            if make is None
            else _made(make, value[name], where)
        )
        return _cleaned(resolve) if where.plain and name in _MAKERS else resolve
    if isinstance(value, dict):
        return _object(value, where)
    if isinstance(value, list):
        items = [_compiled(item, where.member(at)) for at, item in enumerate(value)]
        return lambda payload, tell: [item(payload, tell) for item in items]
    return lambda _payload, _tell: value


def _made(make: Callable[[Compile, Any, Where], Resolve], options: Any, where: Where) -> Resolve:
    try:
        return make(_compiled, options, where)
    except MappingProblem as found:
        return thrower(found)


def thrower(found: MappingProblem) -> Resolve:
    """The function that throws the same for every event."""
    text, keys = str(found), found.keys

    def resolve(_payload: Any, _tell: Listener | None) -> Any:
        raise MappingProblem(text, keys)

    return resolve


def _cleaned(resolve: Resolve) -> Resolve:
    """Without the members that are undefined, which the directives inside had to see."""

    def cleaned(payload: Any, tell: Listener | None) -> Any:
        return without_undefined(resolve(payload, tell))

    return cleaned


def without_undefined(value: Any) -> Any:
    """A value without members that are undefined; items of lists stay."""
    if not isinstance(value, dict | list):
        return value
    return copied(value, lambda key, child: child is not ABSENT and key != PROTO_NAME, lambda item: item)


def _object(value: dict[str, Any], where: Where) -> Resolve:
    members = [
        (key, where.member(key), _compiled(child, where.member(key)))
        for key, child in ordered_items(value)
        if key != PROTO_NAME
    ]
    silent = [(key, child) for key, _, child in members]
    left_out = ABSENT if where.plain else object()
    is_told = where.plain and len(where.place) < _TOLD_DEPTH

    def resolve(payload: Any, tell: Listener | None) -> Any:
        made: dict[str, Any] = {}
        if tell is None or not is_told:
            for key, child in silent:
                member = child(payload, tell)
                if member is not left_out:
                    made[key] = member
            return made
        for key, at, child in members:
            member = child(payload, tell)
            if member is not left_out:
                made[key] = member
            tell.resolved(at, member)
        return made

    return resolve


def _if(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@if`: one value or another, as a third exists or is not blank."""
    options = checked_options("@if", options, 'an "exists" key')
    if not is_truthy(options.get("exists")) and not is_truthy(options.get("blank")):
        raise kit_problem('@if requires an "exists" key or a "blank" key')
    test = "exists" if "exists" in options else "blank"
    tested = compile_value(options[test], where.option("@if", test))
    then = compile_value(options.get("then", ABSENT), where.option("@if", "then", exact=True))
    other = options.get("else")
    otherwise = compile_value(other if is_truthy(other) else ABSENT, where.option("@if", "else", exact=True))
    # What is tested is what is taken, as in the preset: no need to resolve it twice.
    is_taken = "then" in options and stringify(options["then"]) == stringify(options[test])

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = tested(payload, tell)
        holds = value is not None and value is not ABSENT and (test == "exists" or not _is_empty_text(value))
        if tell is not None:
            tell.chose(where, test, holds, value)
        elif is_taken and holds:
            return value
        return then(payload, tell) if holds else otherwise(payload, tell)

    return resolve


def _is_empty_text(value: Any) -> bool:
    """JavaScript's `value == ''`."""
    if isinstance(value, str):
        return not value
    return value == 0 if isinstance(value, int | float) else not text_of(value)


def _literal(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@literal`: its value, in which directives are resolved all the same."""
    return compile_value(options, where.option("@literal", exact=True))


def _transform(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@transform`: one mapping resolved over what another made of the event."""
    options = checked_options("@transform", options, 'an "apply" key and a "mapping" key', "mapping", "apply")
    if not isinstance(options["apply"], dict):
        raise kit_problem('@transform "apply" key should be an object')
    processed = _with_root(options["apply"])
    validate_mapping(processed)
    applied = compile_value(processed, where.option("@transform", "apply"))
    mapped = compile_value(options["mapping"], where.option("@transform", "mapping"))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        if payload is not ABSENT and not isinstance(payload, dict):
            raise kit_problem(f"data must be an object, got {type_of(payload)}")
        made = without_undefined(applied({} if payload is ABSENT else payload, tell))
        if tell is None:
            return mapped(made, None)
        outer, tell.base = tell.base, None
        value = mapped(made, tell)
        tell.base = outer
        return value

    return resolve


DIRECTIVES: Final[dict[str, Callable[[Compile, Any, Where], Resolve]]] = {
    "@path": texts.path,
    "@template": texts.template,
    "@if": _if,
    "@case": texts.case,
    "@replace": texts.replace,
    "@arrayPath": objects.array_path,
    "@literal": _literal,
    "@flatten": objects.flatten,
    "@json": objects.as_json,
    "@merge": objects.merge,
    "@transform": _transform,
    "@excludeWhenNull": objects.exclude_when_null,
    "@liquid": texts.liquid,
}
_MAKERS: Final = frozenset(DIRECTIVES) - {"@path", "@template", "@case", "@replace", "@json", "@liquid"}
"""The directives whose value may have members that are undefined."""
