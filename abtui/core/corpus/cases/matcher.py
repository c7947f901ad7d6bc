"""What is expected of an outcome against what it is, field by field."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from abtui.core.corpus.cases.model import Expectation, RequestExpectation
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.findings import fits
from abtui.core.outcomes import Outcome
from abtui.core.text.javascript.numbers import to_double
from abtui.core.text.paths import Path, path_text

Place = Literal["expect", "request"]


class Mismatch(msgspec.Struct, frozen=True):
    """One field that is not as expected. Values are JSON values, or ABSENT.

    `path` leads to it in the case's `expect`, or with the place `request` in the file's `request`.
    """

    path: Path
    expected: Any
    actual: Any
    place: Place = "expect"

    @property
    def shown(self) -> str:
        """The field for people: `verdict`, `units.user_id`, and of a body its path in there: `$.goals[0].name`."""
        head, *rest = self.path
        if head in ("body", "exactBody"):
            return path_text(rest)
        if head in ("findings", "noFindings", "onlyFindings"):
            return str(head)
        if len(self.path) == 2 and isinstance(rest[0], str):
            return f"{head}.{rest[0]}"
        return path_text(self.path).removeprefix("$.")


def mismatches(expect: Expectation, of_file: RequestExpectation, outcome: Outcome) -> list[Mismatch]:
    """All that differs. `of_file` is what the file expects of every request, where the case does not say otherwise."""
    found: list[Mismatch] = []
    sent = outcome.request is not None
    _equal(("sent",), expect.sent, sent, found)
    _equal(("verdict",), expect.verdict, outcome.verdict, found)
    _equal(("fate",), expect.fate, outcome.fate, found)
    _equal(("reason",), expect.reason, outcome.reason.code, found)
    body = ABSENT if outcome.request is None else as_sent(outcome.request.body)
    if expect.goal is not UNSET:
        goal = goal_of(outcome)
        if not (expect.goal is None and goal is ABSENT):
            found += _differences(("goal",), expect.goal, goal, whole=True)
    if expect.units is not UNSET:
        found += _differences(("units",), dict(expect.units), _units(body), whole=True)
    if expect.body is not UNSET:
        found += _differences(("body",), expect.body, body, whole=False)
    if expect.exact_body is not UNSET:
        found += _differences(("exactBody",), expect.exact_body, body, whole=True)
    found += _frame(expect.request, of_file, outcome)
    found += _findings(expect, [item.code for item in outcome.findings])
    return found


def as_sent(value: Any) -> Any:
    """A body as it goes over the wire: JSON has no infinite numbers, JSON.stringify writes null for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: as_sent(member) for key, member in value.items()}
    return [as_sent(member) for member in value] if isinstance(value, list) else value


def goal_of(outcome: Outcome) -> Any:
    """The name of the goal that is sent, or ABSENT. What an exposure carries is no goal."""
    if outcome.request is None or not outcome.reason.code.startswith("GOAL-"):
        return ABSENT
    return outcome.request.body["goals"][0].get("name", ABSENT)


def _equal(path: Path, expected: Any, actual: Any, found: list[Mismatch]) -> None:
    if expected is not UNSET and expected != actual:
        found.append(Mismatch(path, expected, actual))


def _units(body: Any) -> Any:
    """The units of a body, type to id; as they are where a map cannot hold them."""
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


def _differences(path: Path, expected: Any, actual: Any, *, whole: bool) -> Iterator[Mismatch]:
    """The fields that differ. Without `whole`, maps may have more keys than expected."""
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
    """Whether two JSON values that are not both maps or both lists are equal: `1` is `1.0`, and `true` is no number."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return to_double(expected) == to_double(actual)
    return type(expected) is type(actual) and bool(expected == actual)


def _frame(own: RequestExpectation, of_file: RequestExpectation, outcome: Outcome) -> Iterator[Mismatch]:
    """The address and the headers. The file's expectations are about requests that are made only."""
    request = outcome.request
    url: Any = ABSENT if request is None else request.url
    headers: Mapping[str, str] = {} if request is None else {key.lower(): text for key, text in request.headers.items()}
    if own.url is not None and own.url != url:
        yield Mismatch(("url",), own.url, url)
    if own.url is None and of_file.url is not None and request is not None and of_file.url != url:
        yield Mismatch(("url",), of_file.url, url, "request")
    for name, text in own.headers.items():
        if request is None:
            # Even a header that is not to be there is expected of a request.
            yield Mismatch(("headers", name), text, ABSENT)
        else:
            yield from _header(name, text, headers, "expect")
    named = {name.lower() for name in own.headers}
    for name, text in of_file.headers.items() if request is not None else ():
        if name.lower() not in named:
            yield from _header(name, text, headers, "request")


def _header(name: str, text: str | None, headers: Mapping[str, str], place: Place) -> Iterator[Mismatch]:
    actual = headers.get(name.lower())
    if actual != text:
        shown = [ABSENT if value is None else value for value in (text, actual)]
        yield Mismatch(("headers", name), shown[0], shown[1], place)


def _findings(expect: Expectation, codes: list[str]) -> Iterator[Mismatch]:
    for index, pattern in enumerate(expect.findings):
        if not any(fits(code, pattern) for code in codes):
            yield Mismatch(("findings", index), pattern, ABSENT)
    for index, pattern in enumerate(expect.no_findings):
        for code in dict.fromkeys(codes):
            if fits(code, pattern):
                yield Mismatch(("noFindings", index), ABSENT, code)
    if expect.only_findings is UNSET:
        return
    for index, code in enumerate(expect.only_findings):
        if code not in codes:
            yield Mismatch(("onlyFindings", index), code, ABSENT)
    more = [code for code in dict.fromkeys(codes) if code not in expect.only_findings]
    for index, code in enumerate(more, len(expect.only_findings)):
        yield Mismatch(("onlyFindings", index), ABSENT, code)
