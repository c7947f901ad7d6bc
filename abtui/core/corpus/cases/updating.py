"""Bringing what a case expects up to what is so: the edits of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from abtui.core.corpus.cases.matcher import Mismatch
from abtui.core.corpus.cases.model import Case, Expectation
from abtui.core.corpus.cases.names import EXPECT, OF_A_REQUEST
from abtui.core.corpus.comparison.fields import ABSENT
from abtui.core.outcomes import Outcome
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import REMOVE


def edits_of(case: Case, found: Sequence[Mismatch], outcome: Outcome) -> dict[Path, Any]:
    """What is to be set and taken away in the case's file so that the case passes. Only fields that fail are touched.

    Where nothing is sent, what is about a request goes as a whole. What goes leaves something that can still fail.
    """
    edits: dict[Path, Any] = {}
    base: Path = ("cases", case.index, "expect")
    for item in found:
        if outcome.request is None and item.path[0] in OF_A_REQUEST:
            edits[(*base, item.path[0])] = REMOVE
            continue
        path = (*base, *item.path) if item.place == "expect" else ("request", *item.path)
        edits[path] = _value(item, outcome)
    _without_empty(case.expect, base, edits)
    present = [name for name in EXPECT if _is_expected(case.expect, name)]
    left = [name for name in present if edits.get((*base, name)) is not REMOVE]
    of_a_request = [name for name in present if name in OF_A_REQUEST]
    if any(name not in left for name in of_a_request) and not _says_what_happens(left, outcome):
        edits[(*base, "sent")] = outcome.request is not None
    elif not left:
        # A case that expects nothing would be none.
        edits[(*base, "verdict")] = outcome.verdict
    return edits


def fields_of(edits: Mapping[Path, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that edits set and those that they take away, for people."""
    told: tuple[dict[str, None], dict[str, None]] = {}, {}
    for path, value in edits.items():
        field = path[1:] if path[0] == "request" else path[3:]
        text = str(field[0]) if len(field) == 1 else Mismatch(field, ABSENT, ABSENT).shown
        told[value is REMOVE][text] = None
    return tuple(told[0]), tuple(told[1])


def _says_what_happens(left: Sequence[str], outcome: Outcome) -> bool:
    """Whether one of the names that are left fails if the event is sent where it is not, or the other way round."""
    of_a_request = () if outcome.request is None else OF_A_REQUEST
    return any(name in ("sent", "verdict", "fate", "reason", *of_a_request) for name in left)


def _value(item: Mismatch, outcome: Outcome) -> Any:
    """What a field that fails is to expect, or REMOVE."""
    if item.actual is ABSENT and item.path[0] in ("headers", "goal") and outcome.request is not None:
        return None  # a header or goal that the request does not have
    # Units that are no map of ids cannot be expected by `units`.
    gone = item.actual is ABSENT or item.path[0] == "noFindings" or item.path == ("units",)
    return REMOVE if gone else item.actual


def _without_empty(expect: Expectation, base: Path, edits: dict[Path, Any]) -> None:
    """A map or list of which every entry goes, goes itself where it would expect nothing."""
    members: dict[str, list[str | int]] = {
        "findings": list(range(len(expect.findings))),
        "noFindings": list(range(len(expect.no_findings))),
        "body": list(expect.body) if isinstance(expect.body, dict) else [],
    }
    for name, steps in members.items():
        paths = [(*base, name, step) for step in steps]
        if paths and all(edits.get(path) is REMOVE for path in paths):
            for path in paths:
                del edits[path]
            edits[(*base, name)] = REMOVE


def _is_expected(expect: Expectation, name: str) -> bool:
    if name == "url":
        return expect.request.url is not None
    if name == "headers":
        return bool(expect.request.headers)
    field = {"exactBody": "exact_body", "noFindings": "no_findings", "onlyFindings": "only_findings"}.get(name, name)
    value = getattr(expect, field)
    return value is not UNSET and (value != () or name == "onlyFindings")
