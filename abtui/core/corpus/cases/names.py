"""The keys a case file may have, and what each is for: the reader and the JSON Schema both go by these tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

SUFFIX: Final = ".abtui.yaml"
"""What the name of a case file ends in."""


class Key(NamedTuple):
    """A key: the kind of its value, and what it is for.

    Kinds: `text`, `time`, `flag`, `index`, `json` (any JSON value), `object` (a JSON object), `event`, `verdict`, `fate`, `reason`,
    `pattern` and `code` (a list of them: finding codes with and without wildcards), `headers`, `request`, `cases`, `expect`.
    """

    kind: str
    text: str


FILE: Final[Mapping[str, Key]] = {
    "config": Key("text", "The config the cases are for, relative to this file. pytest uses it; `abtui test` is given its config."),
    "now": Key("time", "The time that is filled into events made from lines of code, ISO 8601."),
    "request": Key("request", "What is expected of every request that is made. A case's own expectation comes first."),
    "cases": Key("cases", "The cases, in order."),
}  # fmt: skip
REQUEST: Final[Mapping[str, Key]] = {
    "url": Key("text", "The address of the request."),
    "headers": Key(
        "headers",
        "Headers of the request; others may be there, but not one that is null here. The API key cannot be named.",
    ),
}
CASE: Final[Mapping[str, Key]] = {
    "name": Key("text", "What the case is about. Without it a name is made from the event."),
    "event": Key("event", "The event: a map, or a text that holds one, such as JSON or a line of code."),
    "file": Key("text", "A file of events, relative to this file, in place of `event`. gzip is read as it is."),
    "index": Key("index", "Which event of `file` it is; 1 is the first."),
    "skip": Key("text", "Why the case is not run."),
    "expect": Key("expect", "What is expected of the event."),
}
EXPECT: Final[Mapping[str, Key]] = {
    "sent": Key("flag", "Whether a request is made. `false`: nothing is sent."),
    "verdict": Key("verdict", "What the destination does with the event."),
    "fate": Key(
        "fate", "What becomes of the event, by the config and its catalog. `abtui explain fates` has the words."
    ),
    "reason": Key("reason", "The code of the reason."),
    "goal": Key("json", "The goal's name; null where no goal is sent."),
    "units": Key("object", "The units, type to id: exactly these."),
    "body": Key("json", "A part of the request's body: of maps the keys that are named, lists item by item."),
    "exactBody": Key("json", "The whole body of the request."),
    **REQUEST,
    "findings": Key("pattern", "Finding codes that must appear. `UNIT-*` is any that begins so."),
    "noFindings": Key("pattern", "Finding codes that must not appear."),
    "onlyFindings": Key("code", "The finding codes that appear, and no others. `[]`: there is none."),
}
OF_A_REQUEST: Final = ("goal", "units", "body", "exactBody", "url", "headers")
"""What can only be so if a request is made (`goal: null` apart)."""
