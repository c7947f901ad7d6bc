"""The keys that a case file may have, and its content once read.

The reader, the matcher and the JSON Schema all follow the tables of keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from abtui.core.events import Event
from abtui.core.fate import verdicts_of
from abtui.core.findings import Finding
from abtui.core.outcomes import VERDICTS, Verdict

SUFFIX: Final = ".abtui.yaml"
"""The end of a case file's name."""


class Key(NamedTuple):
    """A key: the kind of its value, and its description.

    Kinds: `text`, `time`, `flag`, `index`, `json` (any JSON value), `object` (a JSON object), `event`, `events` (a list of them), `verdict`, `fate`, `reason`,
    `pattern` and `code` (a list of finding codes, with and without wildcards), `headers`, `request`, `cases`, `expect`,
    `results` (what is expected of mappings, by name), and `result` (a mapping's verdict).
    """

    kind: str
    text: str


FILE: Final[Mapping[str, Key]] = {
    "config": Key("text", "The config to test, relative to this file. pytest uses it; `abtui test` is given its config."),
    "now": Key("time", "The time that is filled into events made from lines of code, ISO 8601."),
    "request": Key("request", "Expected of every request that is made. What a case itself expects takes precedence."),
    "cases": Key("cases", "The cases, in order."),
}  # fmt: skip
REQUEST: Final[Mapping[str, Key]] = {
    "url": Key("text", "The URL of the request."),
    "headers": Key(
        "headers",
        "Headers of the request. It may have others, but none that is null here. The API key cannot be listed.",
    ),
}
CASE: Final[Mapping[str, Key]] = {
    "name": Key("text", "What the case is about. Without it, a name is made from the event."),
    "event": Key("event", "The event: a map, or a text that holds one, such as JSON or a line of code."),
    "events": Key(
        "events",
        "A list of events, in place of `event`. What is expected is about the last one; those before it can expose its unit to an experiment.",
    ),
    "file": Key("text", "A file of events, relative to this file, in place of `event`. It may be gzipped."),
    "index": Key("index", "The number of the event in `file`; 1 is the first."),
    "skip": Key("text", "Why the case is not run."),
    "expect": Key("expect", "What is expected of the event."),
}
EXPECT: Final[Mapping[str, Key]] = {
    "sent": Key("flag", "Whether a request is made. `false`: nothing is sent."),
    "verdict": Key("verdict", "What the destination does with the event."),
    "fate": Key("fate", "What becomes of the event, according to the config and its catalog. `abtui explain fates` lists the fates."),
    "reason": Key("reason", "The code of the reason."),
    "goal": Key("json", "The name of the goal; null if no goal is sent."),
    "units": Key("object", "All units, as a map of type to id."),
    "body": Key("json", "A part of the request's body: maps may have other keys, lists are compared item by item."),
    "exactBody": Key("json", "The whole body of the request."),
    **REQUEST,
    "attributed": Key("flag", "Whether a goal of the event counts in an experiment, according to the exposures in `events`."),
    "results": Key("results", "What each mapping does that is for the event, by its name, and no others are. `{}`: none is for it."),
    "findings": Key("pattern", "Finding codes that must appear. `UNIT-*` is any code that begins with UNIT-."),
    "noFindings": Key("pattern", "Finding codes that must not appear."),
    "onlyFindings": Key("code", "The finding codes that appear, and no others. `[]`: there are no findings."),
}  # fmt: skip
RESULT: Final[Mapping[str, Key]] = {
    "verdict": Key("result", "What the mapping does with the event."),
    **{name: EXPECT[name] for name in ("fate", "reason", "goal", "units", "body", "exactBody", "url", "headers")},
}
"""The keys of what is expected of one mapping."""
OF_A_REQUEST: Final = ("goal", "units", "body", "exactBody", "url", "headers")
"""Keys of `expect` that need a request to be met (except `goal: null`)."""

Expectation = Mapping[str, Any]
"""Expected values by their key in `EXPECT`, or in `REQUEST`. A key that is absent is not compared.

A header that is None must not be there. Lists of finding codes are tuples.
"""


def verdicts_by_key(expect: Expectation) -> dict[str, tuple[Verdict, ...]]:
    """For each of the keys that say whether an event is sent, the verdicts under which it can be met."""
    found: dict[str, tuple[Verdict, ...]] = {}
    if "sent" in expect:
        found["sent"] = tuple(verdict for verdict in VERDICTS if (verdict == "send") == expect["sent"])
    if "verdict" in expect:
        found["verdict"] = (expect["verdict"],)
    if "fate" in expect:
        found["fate"] = verdicts_of(expect["fate"])
    return found


class Reference(msgspec.Struct, frozen=True):
    """An event in another file: `file` is relative to the case file, and `index` counts its events from 1."""

    file: str
    index: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case. `index` is its position in the file, from 0; `line` is 1-based. `skip` is the reason not to run it, or "".

    `before` are the events of a list that come before `event`, its last one.
    """

    index: int
    name: str
    line: int
    event: Event | Reference
    expect: Expectation
    skip: str = ""
    before: tuple[Event, ...] = ()


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """A case file. `config` is the path of the config, relative to the file; `now` is the time for lines of code."""

    cases: tuple[Case, ...]
    config: str | None = None
    now: str | None = None
    request: Expectation = {}


class CaseReading(msgspec.Struct, frozen=True):
    """A case file and the findings about its text. `file` is None exactly if one of the findings is an error."""

    file: CaseFile | None
    findings: tuple[Finding, ...] = ()
