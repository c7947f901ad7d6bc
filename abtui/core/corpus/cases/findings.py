"""The rules of findings about case files."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, info

NOT_YAML: Final = error(
    "CASE-NOT-YAML",
    "The case file is not YAML",
    "abtui could not parse the file, so it runs none of its cases. The finding points to where the parser stopped; the mistake is there or just before it.",
)
BOM: Final = info(
    "CASE-BOM",
    "The case file starts with a byte-order mark",
    "abtui skips the mark. Column numbers do not count it.",
)
EMPTY: Final = error(
    "CASE-EMPTY",
    "There is no case in the file",
    "A file without a case would pass whatever the config does. Write `cases:` with a list of cases, or record some: `abtui test CONFIG --record EVENTS`.",
)
TOO_LARGE: Final = error(
    "CASE-TOO-LARGE",
    "The case file is too large",
    "abtui does not read a case file over 64 MiB. Keep the events in a file of their own: `file: orders.jsonl` and `index: 3` name the third event of one.",
)
ALIASES: Final = error(
    "CASE-ALIASES",
    "The case file's aliases expand too far",
    "YAML aliases can repeat a part of the file, and the repeated part can hold aliases too. abtui refuses a file whose aliases would add more than 10,000 values.",
)
UNKNOWN_KEY: Final = error(
    "CASE-UNKNOWN-KEY",
    "Unknown key in a case file",
    "Nothing would check a misspelt expectation, so abtui does not run the file. If a known key is similar, the hint shows it. With `abtui schema cases` an editor can complete and check the keys.",
)
DUPLICATE_KEY: Final = error(
    "CASE-DUPLICATE-KEY",
    "A key appears twice in a case file",
    "YAML silently keeps one of two equal keys, so one expectation, or one field of an event, would be lost.",
)
TYPE: Final = error(
    "CASE-TYPE",
    "A value in a case file has the wrong type",
    "abtui reads events and bodies as JSON: quoted values are text; a plain number, `true`, `false` or `null` is just that; a date is the text as written. Quote `yes`, `no`, `on` and `off`, because versions of YAML disagree about them.",
)
MISSING: Final = error(
    "CASE-MISSING",
    "A case is incomplete",
    "A case needs an event (`event`, or `file` and `index`) and at least one expectation under `expect`.",
)
VALUE: Final = error(
    "CASE-VALUE",
    "A value in a case file does not exist",
    "No event could ever have a verdict, reason or finding code that does not exist. `X-API-Key` cannot be an expected header, because the key must not be in a file.",
)
CONFLICT: Final = error(
    "CASE-CONFLICT",
    "Two keys of a case exclude each other",
    "A case has either an `event` of its own or one from a `file`. It expects either that nothing is sent or something about the request.",
)
EVENT: Final = error(
    "CASE-EVENT",
    "The event of a case cannot be read",
    "abtui reads an event that is a text like a paste: JSON, or a line of code. It must contain exactly one event.",
)
