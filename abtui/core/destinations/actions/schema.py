"""The check of settings and payloads against their schema, as Segment does it with ajv: types coerced, all errors in one text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from abtui.core.destinations.actions.fields import Field
from abtui.core.destinations.actions.javascript import type_of, with_article
from abtui.core.destinations.actions.problems import SchemaProblem
from abtui.core.text.javascript import ABSENT, to_string


def schema_problem(sentences: Iterable[str]) -> SchemaProblem:
    """The error that gathers some sentences."""
    return SchemaProblem(f"AggregateAjvError: {' '.join(sentences)}")


def missing(name: str) -> str:
    """The sentence about a required field that is not there."""
    return f"The root value is missing the required field '{name}'."


def wrong(label: str, kind: str, value: Any) -> str:
    """The sentence about a value of another type."""
    found = type_of(value)
    return f"{label} must be {with_article(kind)} but it was {found if found in ('undefined', 'null') else with_article(found)}."


def coerced(value: Any) -> tuple[Any, bool]:
    """A value as text, and whether it is one now: scalars are coerced, a list of exactly one item counts as that item."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return value, True
    if value is None:
        return "", True
    return (to_string(value), True) if isinstance(value, bool | int | float) else (value, False)


Check = Callable[[Any], dict[str, Any]]


def payload_check(fields: Iterable[Field]) -> Check:
    """The check of an action's payload: it gives the fields of the action that are not empty. Raises SchemaProblem."""
    rows = [
        (field.name, field.label, field.kind, dict if field.kind == "object" else str, field.required)
        for field in fields
    ]

    def check(payload: Any) -> dict[str, Any]:
        if type(payload) is not dict:
            found = ABSENT if payload is None or payload == "" else payload
            raise schema_problem([wrong("The root value", "object", found)])
        checked: dict[str, Any] = {}
        lacking: list[str] = []
        unfit: list[str] = []
        for name, label, kind, of_type, required in rows:
            value = payload.get(name)
            if value is None or value == "" or value is ABSENT:
                if required:
                    lacking.append(missing(name))
                continue
            fits = type(value) is of_type
            if not fits and of_type is str:
                value, fits = coerced(value)
            if fits:
                checked[name] = value
            else:
                unfit.append(wrong(label, kind, value))
        if lacking or unfit:
            raise schema_problem(lacking + unfit)
        return checked

    return check
