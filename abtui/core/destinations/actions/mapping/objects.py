"""The directives that make objects and lists: `@arrayPath`, `@flatten`, `@json`, `@merge`, `@transform` and `@excludeWhenNull`."""

from __future__ import annotations

import json
from typing import Any

from abtui.core.destinations.actions.javascript import copied, entries, json_value, type_of
from abtui.core.destinations.actions.mapping.paths import keys_of, without_root
from abtui.core.destinations.actions.mapping.telling import Compile, Listener, Resolve, Where, checked_options
from abtui.core.destinations.actions.mapping.texts import read
from abtui.core.destinations.actions.problems import kit_problem
from abtui.core.text.javascript import ABSENT, PROTO_NAME, stringify
from abtui.core.text.javascript.members import Function, is_truthy
from abtui.core.text.javascript.numbers import MAX_SAFE_INTEGER


def array_path(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@arrayPath`: a list, or an object as a list of one, each item made into a shape."""
    if not isinstance(options, list):
        raise kit_problem(f"@arrayPath expected array, got {type_of(options)}")
    source, shape = (*options, ABSENT, ABSENT)[:2]
    has_shape = isinstance(shape, dict) and bool(shape)
    inside = where.option("@arrayPath", 0, exact=not has_shape)
    keys = keys_of(without_root(source)) if isinstance(source, str) else None
    root_from = read(source, inside) if isinstance(source, str) else compile_value(source, inside)
    if not has_shape:
        return root_from
    item_from = compile_value(shape, where.option("@arrayPath", 1))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        root = root_from(payload, tell)
        if not isinstance(root, dict | list):
            return root
        items = root if isinstance(root, list) else [root]
        if tell is None:
            return [item_from(item, None) for item in items]
        outer, made = tell.base, []
        base = None if outer is None or keys is None else (*outer, *keys)
        for at, item in enumerate(items):
            tell.base = base if base is None or item is root else (*base, at)
            made.append(item_from(item, tell))
        tell.base = outer
        return made

    return resolve


def flatten(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@flatten`: an object with one level, its keys joined by a separator."""
    options = checked_options("@flatten", options, 'a "separator" key', "separator")
    separator_from = compile_value(options["separator"], where.option("@flatten", "separator"))
    value_from = compile_value(options.get("value", ABSENT), where.option("@flatten", "value"))
    keeps_lists = is_truthy(options.get("omitArrays"))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        separator = separator_from(payload, tell)
        if not isinstance(separator, str):
            raise kit_problem("@flatten requires a string separator")
        return _flat(value_from(payload, tell), separator, keeps_lists)

    return resolve


def _flat(value: Any, separator: str, keeps_lists: bool) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    pending = [("", value)]
    while pending:
        prefix, node = pending.pop()
        if isinstance(node, dict) or (isinstance(node, list) and not keeps_lists):
            inner = [(f"{prefix}{separator}{key}" if prefix else key, child) for key, child in entries(node)]
            pending.extend(reversed(inner))
        else:
            flat[prefix] = node
    return flat


def as_json(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@json`: a value as a JSON text, or a JSON text as its value."""
    options = checked_options("@json", options, 'a "value" key', "mode", "value")
    mode = options["mode"]
    value_from = compile_value(options["value"], where.option("@json", "value"))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = value_from(payload, tell)
        if mode == "encode":
            return ABSENT if value is ABSENT or isinstance(value, Function) else _encoded(value)
        if mode == "decode":
            return _decoded(value) if isinstance(value, str) else value
        return ABSENT

    return resolve


def _encoded(value: Any) -> str:
    return stringify(json_value(value) if isinstance(value, dict | list) else value).decode()


def _integer(text: str) -> int | float:
    # A number of any length is a double to JavaScript, and Python refuses to read the longest as an integer.
    number = float(text)
    return int(text) if -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER else number


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text


def merge(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@merge`: several objects as one; of a key that several have the last object wins, or with `left` the first."""
    options = checked_options("@merge", options, 'an "objects" key and a "direction" key', "direction", "objects")
    objects = options["objects"]
    if not isinstance(objects, list):
        # JavaScript's `typeof`.
        raise kit_problem(f"@merge: expected opts.array, got {type_of(objects)}")
    direction_from = compile_value(options["direction"], where.option("@merge", "direction"))
    inside = where.option("@merge", "objects")
    objects_from = [compile_value(item, inside.option(at)) for at, item in enumerate(objects)]

    def resolve(payload: Any, tell: Listener | None) -> Any:
        direction = direction_from(payload, tell)
        resolved = [object_from(payload, tell) for object_from in objects_from]
        if direction == "left":
            resolved.reverse()
        return {key: value for item in resolved for key, value in entries(item) if key != PROTO_NAME}

    return resolve


def exclude_when_null(compile_value: Compile, options: Any, where: Where) -> Resolve:
    """`@excludeWhenNull`: null is left out, in objects inside objects, too."""
    value_from = compile_value(options, where.option("@excludeWhenNull"))

    def resolve(payload: Any, tell: Listener | None) -> Any:
        value = value_from(payload, tell)
        if value is None:
            return ABSENT
        return copied(value, lambda _key, child: child is not None, None) if isinstance(value, dict) else value

    return resolve
