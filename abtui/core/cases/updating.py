"""Bringing what a case expects up to what is so: the edits of its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from abtui.core.cases.matcher import Mismatch
from abtui.core.cases.model import Case, Expectation
from abtui.core.cases.names import EXPECT
from abtui.core.comparison.fields import ABSENT
from abtui.core.config.edit import REMOVE
from abtui.core.outcomes import Outcome
from abtui.core.paths import Path


def edits_of(case: Case, found: Sequence[Mismatch], outcome: Outcome) -> dict[Path, Any]:
    """What is to be set and taken away in the case's file so that the case passes. Only fields that fail are touched."""
    edits: dict[Path, Any] = {}
    base: Path = ("cases", case.index, "expect")
    for item in found:
        path = (*base, *item.path) if item.place == "expect" else ("request", *item.path)
        edits[path] = _value(item, outcome)
    _without_empty_lists(case.expect, base, edits)
    present = [name for name in EXPECT if _is_expected(case.expect, name)]
    if all(edits.get((*base, name)) is REMOVE for name in present):
        # A case that expects nothing would be none.
        edits[(*base, "verdict")] = outcome.verdict
    return edits


def _value(item: Mismatch, outcome: Outcome) -> Any:
    """What a field that fails is to expect, or REMOVE."""
    if item.path[0] == "headers" and item.actual is ABSENT and outcome.request is not None:
        return None  # a header that the request does not have
    # Units that are no map of ids cannot be expected by `units`.
    gone = item.actual is ABSENT or item.path[0] == "noFindings" or item.path == ("units",)
    return REMOVE if gone else item.actual


def _without_empty_lists(expect: Expectation, base: Path, edits: dict[Path, Any]) -> None:
    """A map or list of which every entry goes, goes itself where it would expect nothing."""
    members: dict[str, list[str | int]] = {
        "findings": list(range(len(expect.findings))),
        "noFindings": list(range(len(expect.no_findings))),
        "headers": list(expect.request.headers),
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
