"""The check of settings and payloads against their schema, as Segment does it with ajv: types coerced, all errors in one text."""

from __future__ import annotations

from collections.abc import Iterable
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


def checked_payload(payload: Any, fields: tuple[Field, ...]) -> dict[str, Any]:
    """The fields of an action, without those that are empty and those it does not have. Raises SchemaProblem."""
    if type(payload) is not dict:
        raise schema_problem(
            [wrong("The root value", "object", ABSENT if payload is None or payload == "" else payload)]
        )
    checked: dict[str, Any] = {}
    lacking: list[str] = []
    unfit: list[str] = []
    for field in fields:
        value = payload.get(field.name)
        if value is None or value is ABSENT or value == "":
            if field.required:
                lacking.append(missing(field.name))
            continue
        fits = type(value) is (dict if field.kind == "object" else str)
        if not fits and field.kind == "string":
            value, fits = coerced(value)
        if fits:
            checked[field.name] = value
        else:
            unfit.append(wrong(field.label, field.kind, value))
    if lacking or unfit:
        raise schema_problem(lacking + unfit)
    return checked
