"""The rules of findings about case files."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, info

NOT_YAML: Final = error(
    "CASE-NOT-YAML",
    "The case file is not YAML",
    "The file could not be parsed, so none of its cases is run. The place named is where the parser gave up; the mistake is there or just before it.",
)
BOM: Final = info(
    "CASE-BOM",
    "The case file starts with a byte-order mark",
    "Accepted and skipped. Columns are counted without it.",
)
EMPTY: Final = error(
    "CASE-EMPTY",
    "There is no case in the file",
    "A file without a case would pass whatever the config does. Write `cases:` with a list of cases, or record some: `abtui test CONFIG --record EVENTS`.",
)
TOO_LARGE: Final = error(
    "CASE-TOO-LARGE",
    "The case file is too large",
    "A case file over 64 MiB is refused unread. Events can stand in a file of their own: `file: orders.jsonl` and `index: 3` name the third event of one.",
)
ALIASES: Final = error(
    "CASE-ALIASES",
    "The case file's aliases explode",
    "YAML aliases may repeat a part of the file, and repeat the repetition. A file whose aliases would expand to more than 10,000 nodes is refused before they are expanded.",
)
UNKNOWN_KEY: Final = error(
    "CASE-UNKNOWN-KEY",
    "Unknown key in a case file",
    "A misspelt expectation would be one that nobody checks, so the file is not run. Where a known key is close, the hint names it; `abtui schema cases` lets an editor complete and check them.",
)
DUPLICATE_KEY: Final = error(
    "CASE-DUPLICATE-KEY",
    "A key stands twice in a case file",
    "Readers of YAML keep one of two equal keys without a word, so one of the expectations, or a field of an event, would be lost.",
)
TYPE: Final = error(
    "CASE-TYPE",
    "A value in a case file has the wrong type",
    "Events and bodies are read as JSON: what is quoted is text, a plain number, `true`, `false` or `null` is that, a date is the text it is written as. `yes`, `no`, `on` and `off` must be quoted, as the versions of YAML disagree on them.",
)
MISSING: Final = error(
    "CASE-MISSING",
    "A case is not complete",
    "A case needs an event (`event`, or `file` and `index`) and under `expect` at least one thing that is expected of it.",
)
VALUE: Final = error(
    "CASE-VALUE",
    "A value in a case file is none there is",
    "A verdict, a reason or a finding code that does not exist could never be met, or never be missed. An expected header cannot be `X-API-Key`: the key stands in no file.",
)
CONFLICT: Final = error(
    "CASE-CONFLICT",
    "Two keys of a case exclude each other",
    "A case has an `event` of its own or one of a `file`; it expects that nothing is sent or something of the request, not both.",
)
EVENT: Final = error(
    "CASE-EVENT",
    "The event of a case cannot be read",
    "An event that is a text is read as a paste is: JSON, or a line of code. It must hold exactly one event.",
)
