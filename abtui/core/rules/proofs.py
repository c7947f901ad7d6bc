"""Findings that only a corpus can tell, and those about case files."""

from __future__ import annotations

from abtui.core.rules.rule import Rule

PROOFS: dict[str, Rule] = {
    # Case files
    "CASE-NOT-YAML": Rule(
        "error",
        "The case file is not YAML",
        "The file could not be parsed, so none of its cases is run. The place named is where the parser gave up; the mistake is there or just before it.",
    ),
    "CASE-BOM": Rule(
        "info",
        "The case file starts with a byte-order mark",
        "Accepted and skipped. Columns are counted without it.",
    ),
    "CASE-EMPTY": Rule(
        "error",
        "There is no case in the file",
        "A file without a case would pass whatever the config does. Write `cases:` with a list of cases, or record some: `abtui test CONFIG --record EVENTS`.",
    ),
    "CASE-TOO-LARGE": Rule(
        "error",
        "The case file is too large",
        "A case file over 64 MiB is refused unread. Events can stand in a file of their own: `file: orders.jsonl` and `index: 3` name the third event of one.",
    ),
    "CASE-ALIASES": Rule(
        "error",
        "The case file's aliases explode",
        "YAML aliases may repeat a part of the file, and repeat the repetition. A file whose aliases would expand to more than 10,000 nodes is refused before they are expanded.",
    ),
    "CASE-UNKNOWN-KEY": Rule(
        "error",
        "Unknown key in a case file",
        "A misspelt expectation would be one that nobody checks, so the file is not run. Where a known key is close, the hint names it; `abtui schema cases` lets an editor complete and check them.",
    ),
    "CASE-DUPLICATE-KEY": Rule(
        "error",
        "A key stands twice in a case file",
        "Readers of YAML keep one of two equal keys without a word, so one of the expectations, or a field of an event, would be lost.",
    ),
    "CASE-TYPE": Rule(
        "error",
        "A value in a case file has the wrong type",
        "Events and bodies are read as JSON: what is quoted is text, a plain number, `true`, `false` or `null` is that, a date is the text it is written as. `yes`, `no`, `on` and `off` must be quoted, as the versions of YAML disagree on them.",
    ),
    "CASE-MISSING": Rule(
        "error",
        "A case is not complete",
        "A case needs an event (`event`, or `file` and `index`) and under `expect` at least one thing that is expected of it.",
    ),
    "CASE-VALUE": Rule(
        "error",
        "A value in a case file is none there is",
        "A verdict, a reason or a finding code that does not exist could never be met, or never be missed. An expected header cannot be `X-API-Key`: the key stands in no file.",
    ),
    "CASE-CONFLICT": Rule(
        "error",
        "Two keys of a case exclude each other",
        "A case has an `event` of its own or one of a `file`; it expects that nothing is sent or something of the request, not both.",
    ),
    "CASE-EVENT": Rule(
        "error",
        "The event of a case cannot be read",
        "An event that is a text is read as a paste is: JSON, or a line of code. It must hold exactly one event.",
    ),
    # What only a corpus can tell of a config
    "COVERAGE-GOAL": Rule(
        "warning",
        "An entry of goalMapping that no event used",
        "None of the events has this name, so the goal is never reported through it. Often the name is a near miss of the one that is sent; the nearest name seen is told. A corpus that does not hold every kind of event raises this, too.",
    ),
    "COVERAGE-UNIT": Rule(
        "warning",
        "An entry of unitMapping that no event filled",
        "No event has a top-level field of this name whose value is text or a number, so the unit is in no payload. The key is the event's field and the value is the unit type; an entry written the other way round looks like this.",
    ),
    "COVERAGE-NAME": Rule(
        "info",
        "An event name without an entry in goalMapping",
        "Track calls of this name become a goal of the same name. That is right where the web console has such a goal; where it has none, the goal is ignored without a word. With a catalog, names that it has are not told.",
    ),
}
