"""A case file once read: its cases, each with an event and what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from abtui.core.events import Event
from abtui.core.findings import Finding
from abtui.core.outcomes import Fate, Verdict


class Reference(msgspec.Struct, frozen=True):
    """An event in another file: `index` counts its events from 1. `file` is relative to the case file."""

    file: str
    index: int


class RequestExpectation(msgspec.Struct, frozen=True):
    """What is expected of a request around its body. `headers` are some of its headers, names as they are written; None: it is not there."""

    url: str | None = None
    headers: Mapping[str, str | None] = {}


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of one outcome; UNSET is not looked at. `names.EXPECT` says what each field is for."""

    sent: bool | UnsetType = UNSET
    verdict: Verdict | UnsetType = UNSET
    fate: Fate | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    goal: Any = UNSET
    units: Mapping[str, Any] | UnsetType = UNSET
    body: Any = UNSET
    exact_body: Any = UNSET
    request: RequestExpectation = RequestExpectation()
    findings: tuple[str, ...] = ()
    no_findings: tuple[str, ...] = ()
    only_findings: tuple[str, ...] | UnsetType = UNSET


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case. `index` is its place in the file, from 0; `line` is 1-based. `skip` is the reason not to run it, or ""."""

    index: int
    name: str
    line: int
    event: Event | Reference
    expect: Expectation
    skip: str = ""


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """A case file. `config` is the path of the config, relative to the file; `now` the time for lines of code."""

    cases: tuple[Case, ...]
    config: str | None = None
    now: str | None = None
    request: RequestExpectation = RequestExpectation()


class CaseReading(msgspec.Struct, frozen=True):
    """What came of reading a case file: `file` is None exactly where a finding is an error."""

    file: CaseFile | None
    findings: tuple[Finding, ...] = ()
