"""The comparison of what a case expects with an outcome, field by field, and the edits of the case file that make it pass."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from operator import eq
from typing import Any, Final, Literal

import msgspec

from abtui.core.corpus.cases.model import EXPECT, OF_A_REQUEST, Case, Expectation
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.destinations import REASONS
from abtui.core.findings import fits
from abtui.core.outcomes import UNSUBSCRIBED, MappingOutcome, Outcome, Part, Request
from abtui.core.text.javascript.numbers import to_double
from abtui.core.text.paths import Path, path_text
from abtui.core.text.yaml_edit import REMOVE

Place = Literal["expect", "request"]
_CODES: Final = ("findings", "noFindings", "onlyFindings")
_ATTRIBUTED: Final = "attributed"
_NOTHING_IF_EMPTY: Final = ("headers", "findings", "noFindings")
"""Keys that expect nothing if their value is empty."""


class Mismatch(msgspec.Struct, frozen=True):
    """One field that is not as expected. Values are JSON values, or ABSENT.

    `path` leads to it in the case's `expect`, or with the place `request` in the file's `request`.
    """

    path: Path
    expected: Any
    actual: Any
    place: Place = "expect"


def field_text(path: Path) -> str:
    """A path in `expect` as a person reads it: `verdict`, `units.user_id`, and the path in a body: `$.goals[0].name`."""
    head, *rest = path
    if head in ("body", "exactBody"):
        return path_text(rest)
    if head in _CODES:
        return str(head)
    if head == "results" and len(rest) > 1:
        return f"{rest[0]}: {field_text(tuple(rest[1:]))}"
    if len(path) == 2 and isinstance(rest[0], str):
        return f"{head}.{rest[0]}"
    return path_text(path).removeprefix("$.")


def mismatches(expect: Expectation, of_file: Expectation, outcome: Part) -> list[Mismatch]:
    """All differences. `of_file` is what the file expects of every request that is made, unless the case says otherwise."""
    results = outcome.results if isinstance(outcome, Outcome) else None
    inherited = {} if outcome.request is None or results is not None else _inherited(expect, of_file, outcome.request)
    found: list[Mismatch] = []
    for name in EXPECT:
        if name == "results":
            found += _results(expect.get(name), of_file, results)
        elif name in expect and name != _ATTRIBUTED:
            found += _compared(name, expect[name], _actual(name, outcome))
        if name in inherited:
            differences = _compared(name, inherited[name], _actual(name, outcome))
            found += (msgspec.structs.replace(item, place="request") for item in differences)
    return found


def compared_attribution(expected: bool, actual: bool) -> list[Mismatch]:
    """The mismatch of whether a goal counts in an experiment, which the outcome of its event does not say."""
    return [] if expected is actual else [Mismatch((_ATTRIBUTED,), expected, actual)]


def _results(
    expected: Mapping[str, Expectation] | None, of_file: Expectation, results: Sequence[MappingOutcome] | None
) -> Iterator[Mismatch]:
    """The mismatches of the mappings one by one. Without `expected` only what the file expects of every request counts."""
    actual = {result.mapping: result for result in results or ()}
    for mapping, result in actual.items():
        listed = (expected or {}).get(mapping)
        if expected is not None and listed is None and result.verdict not in UNSUBSCRIBED:
            yield Mismatch(("results", mapping), ABSENT, recorded(result))
            continue
        for item in mismatches(listed or {}, of_file, result):
            path = ("results", mapping, *item.path) if item.place == "expect" else item.path
            yield msgspec.structs.replace(item, path=path)
    for mapping in expected or ():
        if mapping not in actual:
            yield Mismatch(("results", mapping), "a result", ABSENT)


def recorded(part: Part) -> dict[str, Any]:
    """What a recorded case expects of an outcome, or of a mapping: the verdict, its reason, and the request."""
    expect: dict[str, Any] = {"verdict": part.verdict, "reason": part.reason.code}
    if part.request is not None:
        expect["exactBody"] = as_sent(part.request.body)
        if part.request.own:
            expect["headers"] = {name: part.request.headers[name] for name in part.request.own}
    return expect


def as_sent(value: Any) -> Any:
    """A body as it goes over the wire: JSON has no infinite numbers, and JSON.stringify writes null for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: as_sent(member) for key, member in value.items()}
    return [as_sent(member) for member in value] if isinstance(value, list) else value


def goal_of(outcome: Part) -> Any:
    """The name of the goal that is sent, or ABSENT. An exposure has no goal, whatever its body holds."""
    outcome = outcome.leading
    if outcome.request is None or not REASONS[outcome.reason.code].goal:
        return ABSENT
    return outcome.request.body["goals"][0].get("name", ABSENT)


def _actual(name: str, outcome: Part) -> Any:
    """The value of an outcome that a key of `expect` is compared with, or ABSENT. Headers are named in lower case."""
    request = outcome.request
    match name:
        case "sent":
            return request is not None
        case "verdict" | "fate":
            return getattr(outcome, name)
        case "reason":
            return outcome.reason.code
        case "goal":
            return goal_of(outcome)
        case "findings" | "noFindings" | "onlyFindings":
            return tuple(dict.fromkeys(item.code for item in outcome.findings))
    if request is None:
        return ABSENT
    match name:
        case "url":
            return request.url
        case "headers":
            return {header.lower(): text for header, text in request.headers.items()}
        case "units":
            return _units(as_sent(request.body))
    return as_sent(request.body)


def _units(body: Any) -> Any:
    """The units of a body as a map of type to id; the list itself if a map cannot hold them."""
    units = body.get("units", ABSENT) if isinstance(body, dict) else ABSENT
    if not isinstance(units, list):
        return units
    result: dict[str, Any] = {}
    for unit in units:
        if not (isinstance(unit, dict) and isinstance(unit.get("type"), str) and "uid" in unit):
            return units
        if unit["type"] in result:
            return units
        result[unit["type"]] = unit["uid"]
    return result


def _inherited(expect: Expectation, of_file: Expectation, request: Request) -> Expectation:
    """What the file expects of a request, without what the case itself expects, and without headers that are the event's own."""
    named = {name.lower() for name in (*expect.get("headers", ()), *request.own)}
    headers = {name: text for name, text in of_file.get("headers", {}).items() if name.lower() not in named}
    url = {"url": of_file["url"]} if "url" in of_file and "url" not in expect else {}
    return {**url, "headers": headers}


def _compared(name: str, expected: Any, actual: Any) -> Iterator[Mismatch]:
    """The mismatches of one key of `expect`."""
    if name == "headers":
        yield from _headers(expected, actual)
    elif name in _CODES:
        yield from _codes(name, expected, actual)
    elif not (name == "goal" and expected is None and actual is ABSENT):
        yield from _differences((name,), expected, actual, whole=name != "body")


def _headers(expected: Mapping[str, str | None], actual: Any) -> Iterator[Mismatch]:
    for name, text in expected.items():
        if actual is ABSENT:
            # A header that must be absent also needs a request it can be absent from.
            yield Mismatch(("headers", name), text, ABSENT)
        elif (header := actual.get(name.lower())) != text:
            wanted, there = (ABSENT if value is None else value for value in (text, header))
            yield Mismatch(("headers", name), wanted, there)


def _codes(name: str, expected: Sequence[str], codes: Sequence[str]) -> Iterator[Mismatch]:
    """The mismatches of the codes of findings, which are compared with patterns, or by `onlyFindings` with codes."""
    matches = eq if name == "onlyFindings" else fits
    for index, pattern in enumerate(expected):
        fitting = [code for code in codes if matches(code, pattern)]
        if name == "noFindings":
            for code in fitting:
                yield Mismatch((name, index), ABSENT, code)
        elif not fitting:
            yield Mismatch((name, index), pattern, ABSENT)
    if name == "onlyFindings":
        others = (code for code in codes if code not in expected)
        for index, code in enumerate(others, len(expected)):
            yield Mismatch((name, index), ABSENT, code)


def _differences(path: Path, expected: Any, actual: Any, *, whole: bool) -> Iterator[Mismatch]:
    """The fields that differ. Unless `whole`, maps may have more keys than expected."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            yield from _differences((*path, key), value, actual.get(key, ABSENT), whole=whole)
        if whole:
            for key, value in actual.items():
                if key not in expected:
                    yield Mismatch((*path, key), ABSENT, value)
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            left = expected[index] if index < len(expected) else ABSENT
            right = actual[index] if index < len(actual) else ABSENT
            yield from _differences((*path, index), left, right, whole=whole)
    elif not _same(expected, actual):
        yield Mismatch(path, expected, actual)


def _same(expected: Any, actual: Any) -> bool:
    """Whether two JSON values that are not both maps or both lists are equal: `1` is `1.0`, and `true` is not a number."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return to_double(expected) == to_double(actual)
    return type(expected) is type(actual) and bool(expected == actual)


def edits_of(case: Case, found: Sequence[Mismatch], outcome: Outcome) -> dict[Path, Any]:
    """The values to set and to remove in the case's file so that the case passes. Only fields that fail are edited.

    If nothing is sent, the keys about a request are removed whole. A case keeps at least one expectation that can fail.
    """
    edits: dict[Path, Any] = {}
    base: Path = ("cases", case.index, "expect")
    for item in found:
        if item.path[0] == "results":
            edits.update(_edit_of_result(base, item, outcome))
        elif outcome.request is None and item.path[0] in OF_A_REQUEST:
            edits[(*base, item.path[0])] = REMOVE
        else:
            path = (*base, *item.path) if item.place == "expect" else ("request", *item.path)
            edits[path] = _new_value(item, outcome)
    names = [(*base, "results", mapping) for mapping in case.expect.get("results", ())]
    if names and all(edits.get(path) is REMOVE for path in names):
        added = {path[-1]: value for path, value in edits.items() if path[:-1] == names[0][:-1] and value is not REMOVE}
        edits = {path: value for path, value in edits.items() if path[: len(base) + 1] != names[0][:-1]}
        edits[names[0][:-1]] = added
    _remove_emptied(case.expect, base, edits)
    present = [name for name in EXPECT if name in case.expect]
    present = [name for name in present if case.expect[name] or name not in _NOTHING_IF_EMPTY]
    left = [name for name in present if edits.get((*base, name)) is not REMOVE]
    decisive = ("sent", "verdict", "fate", "reason", "results", *(() if outcome.request is None else OF_A_REQUEST))
    if any(name in OF_A_REQUEST and name not in left for name in present) and not set(left) & set(decisive):
        # Without it, the case would no longer notice if the event is sent, or not sent, as before.
        edits[(*base, "sent")] = outcome.request is not None
    elif not left:
        edits[(*base, "verdict")] = outcome.verdict
    return edits


def _edit_of_result(base: Path, item: Mismatch, outcome: Outcome) -> Iterator[tuple[Path, Any]]:
    """The edit for a field of one mapping's result, or for a mapping that came or went."""
    _results_key, mapping, *inside = item.path
    result = next((result for result in outcome.results or () if result.mapping == mapping), None)
    if result is None or not inside:
        yield (*base, *item.path[:2]), REMOVE if item.actual is ABSENT else item.actual
    elif result.request is None and inside[0] in OF_A_REQUEST:
        yield (*base, *item.path[:3]), REMOVE
    else:
        yield (*base, *item.path), _new_value(msgspec.structs.replace(item, path=tuple(inside)), result)


def edited_fields(edits: Mapping[Path, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that edits set, and those that they remove, as a person reads them."""
    names: tuple[dict[str, None], dict[str, None]] = {}, {}
    for path, value in edits.items():
        field = path[1:] if path[0] == "request" else path[3:]
        text = str(field[0]) if len(field) == 1 else field_text(field)
        names[value is REMOVE][text] = None
    return tuple(names[0]), tuple(names[1])


def _new_value(item: Mismatch, outcome: Part) -> Any:
    """What a field that fails should expect, or REMOVE."""
    if item.actual is ABSENT and item.path[0] in ("headers", "goal") and outcome.request is not None:
        return None  # a header or goal that the request does not have
    # Units that are no map of ids cannot be expected by `units`.
    gone = item.actual is ABSENT or item.path[0] == "noFindings" or item.path == ("units",)
    return REMOVE if gone else item.actual


def _remove_emptied(expect: Expectation, base: Path, edits: dict[Path, Any]) -> None:
    """Remove a map or list whole if every entry of it is removed and it would expect nothing when empty."""
    for name in ("findings", "noFindings", "body"):
        value = expect.get(name)
        keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, tuple) else ()
        paths = [(*base, name, key) for key in keys]
        if paths and all(edits.get(path) is REMOVE for path in paths):
            for path in paths:
                del edits[path]
            edits[(*base, name)] = REMOVE
